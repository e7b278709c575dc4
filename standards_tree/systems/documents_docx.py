"""Write a document of paragraphs and tables that opens in any word processor, in both scripts, always to the same bytes."""

import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Final

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from standards_tree.systems.lettering import printable

# What Word and WPS in China have; others put a font of their own in the place of these.
_BODY: Final = ("Times New Roman", "宋体")
_HEADING: Final = ("Arial", "黑体")
_SIZES: Final = {"Normal": 12, "Title": 20, "Heading 1": 14, "Caption": 10.5}
_THEMES: Final = ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme")
_OPEN_COLOUR: Final = RGBColor(0x8A, 0x5A, 0x00)
_OPEN_SHADE: Final = "FFF4D6"
# A zip knows no earlier day.
_FIRST_MAKING: Final = date(1980, 1, 1)


class DocumentWriter:
    """Write an upright A4 document in one language."""

    def __init__(self, title: str, as_of: date, language: str) -> None:
        self._document: Document = docx.Document()
        self._made = max(as_of, _FIRST_MAKING)
        self._set_page()
        self._set_fonts(language)
        self._set_properties(title, language)
        self._document.add_paragraph(printable(title), style="Title").alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._number_pages()

    def line(self, text: str) -> None:
        """Write a line in the middle."""
        self._document.add_paragraph(printable(text)).alignment = WD_ALIGN_PARAGRAPH.CENTER

    def heading(self, text: str) -> None:
        """Write the heading of a section."""
        self._document.add_paragraph(printable(text), style="Heading 1")

    def paragraph(self, text: str) -> None:
        """Write a paragraph."""
        self._document.add_paragraph(printable(text))

    def open_passage(self, text: str) -> None:
        """Write what people still have to write, so that nobody takes it for text."""
        run = self._document.add_paragraph().add_run(printable(text))
        run.italic = True
        run.font.color.rgb = _OPEN_COLOUR
        shade = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", _OPEN_SHADE)):
            shade.set(qn(f"w:{name}"), value)
        run._r.get_or_add_rPr().append(shade)  # python-docx has no shading

    def table(
        self, caption: str, head: Sequence[str], rows: Sequence[Sequence[str]], strong: Sequence[int] = ()
    ) -> None:
        """Write a table with its caption; its head is repeated on every page, rows numbered in *strong* are bold."""
        self._document.add_paragraph(printable(caption), style="Caption").alignment = WD_ALIGN_PARAGRAPH.CENTER
        table = self._document.add_table(rows=0, cols=len(head), style="Table Grid")
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        for number, cells in enumerate([head, *rows], start=-1):
            row = table.add_row()
            for column, (cell, text) in enumerate(zip(row.cells, cells, strict=True)):
                paragraph = cell.paragraphs[0]
                run = paragraph.add_run(printable(text))
                run.font.size = Pt(10.5)
                run.bold = number < 0 or number in strong
                if column or number < 0:
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            if number < 0:
                row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # as above
        self._document.add_paragraph()

    def content(self) -> bytes:
        """Return the document as a file."""
        written, fixed = BytesIO(), BytesIO()
        self._document.save(written)
        with zipfile.ZipFile(written) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
            for entry in source.infolist():
                # Entries carry the time of writing, which would make every file another one.
                kept = zipfile.ZipInfo(entry.filename, (self._made.year, self._made.month, self._made.day, 0, 0, 0))
                target.writestr(kept, source.read(entry), zipfile.ZIP_DEFLATED)
        return fixed.getvalue()

    def _set_page(self) -> None:
        section = self._document.sections[0]
        section.orientation = WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.6)
        section.top_margin = section.bottom_margin = Cm(2.5)

    def _set_fonts(self, language: str) -> None:
        for name, size in _SIZES.items():
            style = self._document.styles[name]
            assert isinstance(style, ParagraphStyle)  # the four are, in python-docx's template  # noqa: S101
            latin, chinese = _BODY if name in ("Normal", "Caption") else _HEADING
            style.font.name = latin
            style.font.size = Pt(size)
            style.font.color.rgb = RGBColor(0, 0, 0)
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for theme in _THEMES:
                fonts.attrib.pop(qn(f"w:{theme}"), None)
            fonts.set(qn("w:eastAsia"), chinese)
        spoken = OxmlElement("w:lang")
        spoken.set(qn("w:val"), "en-US")
        spoken.set(qn("w:eastAsia"), "zh-CN" if language != "en" else "en-US")
        self._document.styles["Normal"].element.get_or_add_rPr().append(spoken)

    def _set_properties(self, title: str, language: str) -> None:
        made = datetime.combine(self._made, datetime.min.time())
        properties = self._document.core_properties
        properties.title = printable(title)[:255]
        properties.author = properties.last_modified_by = properties.comments = properties.keywords = ""
        properties.language = "zh-CN" if language != "en" else "en"
        properties.created = properties.modified = made
        properties.revision = 1

    def _number_pages(self) -> None:
        paragraph: Paragraph = self._document.sections[0].footer.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), "PAGE")
        paragraph._p.append(field)  # python-docx has no fields
