"""The structure diagram shows every node once, readable, joined to the one above it, and nothing from outside."""

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawings import Drawing, width
from standards_tree.catalogue import Title
from standards_tree.errors import InvalidArgumentError, LimitError, PreconditionError
from standards_tree.standards import Level
from standards_tree.systems import diagram_pdf
from standards_tree.systems.diagram import draw_diagram
from standards_tree.systems.diagram_pdf import find_fonts, render_pdf
from standards_tree.systems.lettering import cut, printable, width_of, wrapped
from standards_tree.systems.system_view import MAX_NODES, Subject, SystemView, ViewNode, view_of
from system_views import AS_OF, SYSTEM, grown, node, standard, view

LANGUAGES = ("zh-Hans", "en")
MM_A0 = (1189, 841)


def drawn(shown: SystemView, language: str = "zh-Hans", **options: bool) -> Drawing:
    """Return the diagram of a view, read back."""
    return Drawing(draw_diagram(shown, language, **options).svg)


def require_sound(drawing: Drawing, shown: SystemView) -> None:
    """Fail unless each node has one box, no boxes overlap, texts stay inside and lines join parent and child."""
    root = [] if shown.subject.branch else [""]
    assert sorted(box.code for box in drawing.boxes) == sorted(root + [one.code for one in shown.nodes])
    assert drawing.overlapping() == []
    assert drawing.overflowing() == []
    box_of = {box.code: box for box in drawing.boxes}
    parent_of = {one.code: one.parent for one in shown.nodes if one.depth or not shown.subject.branch}
    assert {below: above for above, below, _points in drawing.lines} == parent_of
    for above, below, points in drawing.lines:
        assert box_of[above].touches(*points[0]), (above, below)
        assert box_of[below].touches(*points[-1]), (above, below)
        assert all(a[0] == b[0] or a[1] == b[1] for a, b in pairwise(points))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [1, 2, 10, 60, 300])
def test_a_grown_tree_is_drawn_soundly(count: int, language: str) -> None:
    """Every node has its box and its line, whatever the shape of the tree."""
    shown = grown(count, seed=count)
    require_sound(drawn(shown, language, by_coverage=count % 2 == 0), shown)


@settings(max_examples=25, deadline=None)
@given(count=st.integers(1, 90), seed=st.integers(0, 10**6), tops=st.integers(1, 30), deepest=st.integers(1, 12))
def test_any_tree_is_drawn_soundly(count: int, seed: int, tops: int, deepest: int) -> None:
    """Wide, deep and lopsided trees are drawn as soundly as ordinary ones."""
    shown = grown(count, seed, tops, deepest)
    require_sound(drawn(shown), shown)


def test_lines_cross_no_box() -> None:
    """A line runs beside the boxes it does not belong to."""
    drawing = drawn(grown(120, seed=7))
    for above, below, points in drawing.lines:
        for start, end in pairwise(points):
            left, right = sorted((start[0], end[0]))
            top, bottom = sorted((start[1], end[1]))
            crossed = [
                box.code
                for box in drawing.boxes
                if box.code not in (above, below)
                and box.x < right - 0.01
                and left + 0.01 < box.x + box.width
                and box.y < bottom - 0.01
                and top + 0.01 < box.y + box.height
            ]
            assert crossed == [], (above, below, crossed)
            inside = [
                box.code
                for box in drawing.boxes
                if left == right
                and box.x < left < box.x + box.width
                and box.y < bottom - 0.01
                and top + 0.01 < box.y + box.height
            ]
            assert inside == [], (above, below, inside)


def test_three_hundred_nodes_fit_a_sheet_of_paper() -> None:
    """The diagram is no frieze: it has the sides of a standard sheet, at most A0, with letters of a readable size."""
    drawing = draw_diagram(grown(300, seed=3), "zh-Hans")
    assert max(drawing.width_mm, drawing.height_mm) <= MM_A0[0]
    ratio = max(drawing.width_mm, drawing.height_mm) / min(drawing.width_mm, drawing.height_mm)
    assert 1.4 < ratio < 1.43
    read = Drawing(drawing.svg)
    mm_a_unit = drawing.width_mm / read.view_box[2]
    assert 12 * mm_a_unit > 2.5  # the names, in mm: 7 points
    right = max(box.x + box.width for box in read.boxes)
    assert right <= read.view_box[2]


def test_five_thousand_nodes_are_drawn_and_more_are_refused() -> None:
    """The largest system there may be still has a diagram; beyond, the refusal says what to do."""
    nodes = [node(str(top)) for top in range(1, 51)]
    nodes += [node(f"{top}.{number}") for top in range(1, 51) for number in range(1, 100)]
    nodes.sort(key=lambda one: [int(part) for part in one.code.split(".")])
    assert len(drawn(view(nodes)).boxes) == MAX_NODES + 1
    with pytest.raises(LimitError, match="ask for a branch"):
        view([*nodes, node("51")])


def test_a_branch_is_drawn_from_its_own_node() -> None:
    """Of a branch, the top box is the branch; the heading says where it belongs."""
    nodes = [ViewNode("2", Title("技术标准")), ViewNode("2.1", Title("安全"), "2", depth=1)]
    subject = Subject("invented", SYSTEM, AS_OF, "2", (Title("1 总体", "1 All"),))
    shown = view_of(subject, nodes)
    drawing = drawn(shown)
    require_sound(drawing, shown)
    assert "示例标准体系 › 1 总体" in "".join(drawing.root.itertext())


def test_a_box_says_number_name_level_and_figures() -> None:
    """What a reader looks for in a box is there; in colour and in words."""
    nodes = [
        ViewNode("1", Title("基础通用"), level=Level.NATIONAL, own_level=Level.NATIONAL, planned_standards=0),
        ViewNode("1.1", Title("术语"), "1", Level.NATIONAL, depth=1, planned_standards=4),
    ]
    drawing = drawn(view(nodes, [standard("1.1", 1), standard("1.1", 2)]), by_coverage=True)
    texts = {box.code: " ".join(text.text for text in box.texts) for box in drawing.boxes}
    assert texts["1"].split() == ["现有2", "应有4", "国家", "1", "基础通用"]
    assert texts["1.1"].split() == ["现有2", "应有4", "1.1", "术语"]
    assert "50–79%" in "".join(drawing.root.itertext())


HOSTILE = {
    "formula": "=cmd|' /C calc'!A0",
    "markup": "</text><script>alert(1)</script><text>&amp;\"'",
    "control": "甲\x00\x07\x1b\ufffe乙",
    "long": "无" * 2000,
    "long_word": "W" * 2000,
    "turned": "\u202e\u2067abc\u200f שלום مرحبا",
    "blank": " \t\r\n\u3000 ",
    "combining": "a" + "\u0301" * 300,
    "template": "{{ 7 * 7 }} #eval(1) $x$ \\",
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_hostile_title_stays_text_in_its_box(name: str, language: str) -> None:
    """Whatever a title holds, the drawing is sound XML of known elements, and the title stays in its box."""
    text = HOSTILE[name]
    nodes = [ViewNode("1", Title(text, text)), ViewNode("1.1", Title("安全" + text, "Safety " + text), "1", depth=1)]
    shown = view_of(Subject("invented", Title(text, text), AS_OF), nodes)
    drawing = drawn(shown, language)
    require_sound(drawing, shown)
    assert drawing.elements == {"svg", "title", "desc", "rect", "g", "text", "polyline", "path"}
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", "".join(drawing.root.itertext()))


def test_a_diagram_has_a_name_for_those_who_cannot_see_it() -> None:
    """Title and description say what is drawn, and every box has its text in full."""
    drawing = drawn(view([node("1", "很长的名称" * 40)]))
    assert drawing.root.get("role") == "img"
    assert drawing.root.findtext("{http://www.w3.org/2000/svg}title") == "示例标准体系结构图"
    assert "1个节点" in drawing.root.findtext("{http://www.w3.org/2000/svg}desc")
    assert next(box.tip for box in drawing.boxes if box.code == "1").startswith("1 " + "很长的名称" * 40)


def test_the_same_view_gives_the_same_drawing() -> None:
    """A drawing can be compared byte for byte."""
    assert draw_diagram(grown(50, 5), "zh").svg == draw_diagram(grown(50, 5), "zh-Hans").svg


def test_a_language_that_is_not_spoken_is_refused() -> None:
    """The refusal names the languages there are."""
    with pytest.raises(InvalidArgumentError, match="en, zh-Hans"):
        draw_diagram(view([node("1")]), "fr")


@pytest.mark.parametrize(
    "text", ["通报、评议与合格评定程序的通用要求（第1部分：总则）", "General requirements for safety", "a" * 90]
)
def test_text_is_broken_into_lines_that_fit(text: str) -> None:
    """No line is wider than asked, nothing but blanks is lost, and no line begins with a closing mark."""
    lines = wrapped(text, 13.0, 99)
    assert all(width_of(line) <= 13.0 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert not any(line[0] in "、，。；：）" for line in lines)
    assert all(width(line, 1.0) <= 13.0 for line in lines)


def test_what_does_not_fit_is_cut_with_an_ellipsis() -> None:
    """A reader sees that something is missing."""
    assert cut("标准化工作导则", 4.2) == "标准化…"
    assert wrapped("标准化工作导则", 2.2, 2) == ["标准", "化…"]
    assert printable("甲\u202e乙\x00\n丙") == "甲乙 丙"


def test_a_pdf_keeps_its_text_and_its_bytes() -> None:
    """The PDF is of the sheet's size, with the font in it, and the same again."""
    fonts_or_skip()
    shown = grown(40, 1)
    content = render_pdf(shown, "zh-Hans")
    assert content.startswith(b"%PDF-")
    assert b"/ToUnicode" in content
    assert re.search(rb"/BaseFont/[A-Z]{6}\+\S*(CJK|Han|YaHei|PingFang|Hei|Song)", content)
    assert render_pdf(shown, "zh-Hans") == content


def test_without_a_chinese_font_the_refusal_says_what_to_install(tmp_path: Path) -> None:
    """Packages for the common systems and the setting are named."""
    with pytest.raises(PreconditionError, match=r"apt install fonts-noto-cjk.*TBT_FONT_FOLDER"):
        find_fonts(tmp_path, of_machine=False)


def test_a_font_in_the_folder_is_enough(tmp_path: Path) -> None:
    """A machine without fonts needs one file."""
    fonts, family = fonts_or_skip()
    file = next(each.path for each in fonts.fonts() if each.family == family)
    (tmp_path / Path(file).name).symlink_to(file)
    assert find_fonts(tmp_path, of_machine=False)[1] in diagram_pdf.CHINESE_FONTS


def fonts_or_skip() -> tuple[Any, str]:
    """Return the fonts, or skip the test, and say so, on a machine without Chinese ones."""
    try:
        return find_fonts()
    except PreconditionError as lacking:
        pytest.skip(str(lacking))
