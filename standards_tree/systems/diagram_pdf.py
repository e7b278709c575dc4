"""Turn the structure diagram into PDF: the same drawing, with a Chinese font of this machine embedded.

Typst renders the SVG: it finds the fonts of every operating system, keeps text as text and embeds the letters used. (fpdf2
was tried: it has to be told the path of each font, and the drawing would be made twice.)
"""

from pathlib import Path
from typing import Final

import typst

from standards_tree.errors import PreconditionError
from standards_tree.reports.labels import language_of
from standards_tree.systems.diagram import draw_diagram
from standards_tree.systems.system_view import SystemView
from standards_tree.systems.words import either, title_of

# Fonts with the characters of GB/T 2312 and more, those without serifs first, as every system names them.
CHINESE_FONTS: Final = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "Microsoft YaHei", "PingFang SC",
    "Hiragino Sans GB", "Heiti SC", "STHeiti", "SimHei", "DengXian", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei",
    "Droid Sans Fallback", "Sarasa Gothic SC", "Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC", "Songti SC",
    "STSong", "SimSun", "FangSong", "KaiTi", "AR PL UMing CN", "AR PL UKai CN", "Unifont",
)  # fmt: skip

# The drawing and the title come as values and are no code.
_PAGE: Final = """
#set document(title: sys.inputs.title, date: datetime(year: {day.year}, month: {day.month}, day: {day.day}))
#set page(width: {width}mm, height: {height}mm, margin: 0pt)
#image(bytes(sys.inputs.drawing), format: "svg", width: 100%, height: 100%, alt: sys.inputs.title)
"""


def find_fonts(folder: Path | None = None, *, of_machine: bool = True) -> tuple[typst.Fonts, str]:
    """Return the fonts of *folder* and, unless told otherwise, of this machine, and the family to write Chinese in.

    Raises:
        PreconditionError: none of CHINESE_FONTS is there; says what to install.
    """
    fonts = typst.Fonts(include_system_fonts=of_machine, font_paths=[folder] if folder is not None else [])
    present = set(fonts.families())
    family = next((name for name in CHINESE_FONTS if name in present), None)
    if family is None:
        message = (
            "there is no Chinese font on this machine for a PDF: install one (Debian, Ubuntu: apt install fonts-noto-cjk; "
            "Fedora, openEuler: dnf install google-noto-sans-cjk-fonts; macOS: brew install font-noto-sans-cjk-sc), or put "
            "its file into a folder and set TBT_FONT_FOLDER; the SVG form needs no font here"
        )
        raise PreconditionError(message)
    return fonts, family


def render_pdf(view: SystemView, language: str, *, by_coverage: bool = False, font_folder: Path | None = None) -> bytes:
    """Return the structure diagram of *view* as a page of PDF; the same view and font give the same bytes.

    Raises:
        InvalidArgumentError: diagrams are not drawn in *language*.
        PreconditionError: there is no Chinese font.
    """
    fonts, family = find_fonts(font_folder)
    drawing = draw_diagram(view, language, by_coverage=by_coverage, fonts=f"'{family}'")
    title = title_of("diagram", either(view.title, language_of(language)), language_of(language))
    page = _PAGE.format(width=drawing.width_mm, height=drawing.height_mm, day=view.as_of)
    compiler = typst.Compiler(
        page.encode(), font_paths=fonts, sys_inputs={"drawing": drawing.svg.decode(), "title": title}
    )
    content = compiler.compile(format="pdf")
    assert isinstance(content, bytes)  # a PDF is one file, whatever its pages  # noqa: S101
    return content
