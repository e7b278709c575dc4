"""The tables and the explanation of a standards system say exactly what the system holds, and nothing that was made up."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn

from standards_tree.catalogue import Title
from standards_tree.stages import Stage
from standards_tree.standards import AdoptionDegree, Level, Obligation, StandardStatus
from standards_tree.systems.detail_table import render_detail_table
from standards_tree.systems.explanation import render_explanation
from standards_tree.systems.kinds import StandardKind, kind_of
from standards_tree.systems.statistics import statistics_of
from standards_tree.systems.statistics_table import render_statistics_table
from standards_tree.systems.system_view import (
    Adoption,
    Neighbourhood,
    OutsideReference,
    PlacedDraft,
    SharedStandards,
    Subject,
    SystemView,
    ViewNode,
    view_of,
)
from system_views import AS_OF, grown, node, standard, view

Rows = list[tuple[Any, ...]]

TO_COME = StandardStatus.UPCOMING
SUPERSEDED = StandardStatus.SUPERSEDED
ABOLISHED = StandardStatus.ABOLISHED


def rows(content: bytes, sheet: int = 0) -> Rows:
    """Return the rows of a sheet below its captions."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    return list(book.worksheets[sheet].iter_rows(min_row=4, values_only=True))


def small_system() -> SystemView:
    """Return a system with standards in every state, drafts, and nodes with and without a stated number."""
    nodes = [
        node("1", "基础通用", level=Level.NATIONAL, own_level=Level.NATIONAL),
        node("1.1", "术语", level=Level.NATIONAL, planned_standards=6),
        node("2", "技术"),
    ]
    iso = Adoption("ISO 1234:2016", AdoptionDegree.MOD)
    standards = [
        standard(
            "1.1",
            1,
            title=Title("示例 术语"),
            effective_on=date(2021, 3, 1),
            adoptions=(iso,),
            amended_by=("GB/T 1—2020/XG1—2024",),
        ),
        standard(
            "1.1", 2, status=TO_COME, effective_on=date(2027, 1, 1), supersedes=("GB/T 1—2020",), replaces_here=True
        ),
        standard("1.1", 3, status=TO_COME),
        standard("2", 4, level=Level.INDUSTRY, obligation=Obligation.MANDATORY),
        standard("2", 5, status=SUPERSEDED, ended_on=date(2023, 5, 1), superseded_by=("GB/T 6—2022",)),
        standard("2", 7, status=ABOLISHED),
    ]
    drafts = [
        PlacedDraft("1.1", Title("示例 分类"), Level.NATIONAL, Stage.COMMENT, "", "20221858-T-469", "SAC/TC 260"),
        PlacedDraft(
            "2", Title("示例 指南"), Level.GROUP, Stage.PROPOSAL, supersedes=("GB/T 4—2020",), replaces_here=True
        ),
    ]
    return view(nodes, standards, drafts)


def test_figures_count_what_adds_to_what_is_in_force() -> None:
    """A new edition and a revision add nothing; a stated number asks for the rest; the blocks add up."""
    found = statistics_of(small_system())
    total = found.total
    assert (total.in_force, total.upcoming, total.superseded, total.abolished, total.drafts) == (2, 2, 1, 1, 2)
    assert (total.additional, total.not_begun, total.expected) == (2, 3, 7)
    assert total.ratio == pytest.approx(2 / 7)
    assert found.unstated_nodes == 1
    for block in (found.levels, found.kinds):
        assert sum(row.figures.in_force for row in block) == total.in_force
        assert sum(row.figures.expected or 0 for row in block) == total.expected
    by_level = {row.category: row.figures.expected for row in found.levels}
    assert (by_level[Level.NATIONAL], by_level[Level.INDUSTRY], by_level[Level.GROUP]) == (6, 1, 0)


def test_what_is_nowhere_stated_is_not_known() -> None:
    """Without a stated number nobody can say how many standards there should be."""
    found = statistics_of(view([node("1")], [standard("1", 1)]))
    assert (found.total.existing, found.total.expected, found.total.ratio) == (1, None, None)


def test_a_branch_is_counted_with_everything_below_it() -> None:
    """The figures of the nodes at the top add up to the total, and each node's own figures do too."""
    found = statistics_of(grown(80, seed=4))
    tops = [one for one in found.nodes if one.node.depth == 0]
    for name in ("in_force", "upcoming", "drafts", "not_begun", "additional"):
        assert sum(getattr(one.branch, name) for one in tops) == getattr(found.total, name)
        assert sum(getattr(one.own, name) for one in found.nodes) == getattr(found.total, name)


def test_a_planned_standard_without_a_level_has_a_row_of_its_own() -> None:
    """No level is made up for what a node without one plans."""
    content = render_statistics_table(view([node("1", planned_standards=3)]), "zh")
    assert ("规划，级别待定", 3, 0, 0) in rows(content)
    assert ("规划，类别待定", 3, 0, 0) in rows(content)


def test_the_statistics_table_has_the_prescribed_rows() -> None:
    """Levels and kinds stand in the order of GB/T 13016, each with its three figures."""
    assert rows(render_statistics_table(small_system(), "zh-Hans"))[:17] == [
        ("按级别", None, None, None),
        ("国家标准", 6, 1, pytest.approx(1 / 6)),
        ("行业标准", 1, 1, 1),
        ("团体标准", 0, 0, "—"),
        ("地方标准", 0, 0, "—"),
        ("企业标准", 0, 0, "—"),
        ("共计", 7, 2, pytest.approx(2 / 7)),
        ("按类别（根据标准名称和分类号推定）", None, None, None),
        ("基础标准", 2, 1, pytest.approx(1 / 2)),
        ("方法标准", 2, 1, pytest.approx(1 / 2)),
        ("产品/过程/服务标准", 0, 0, "—"),
        ("零部件/元器件标准", 0, 0, "—"),
        ("原材料标准", 0, 0, "—"),
        ("安全/卫生/环保标准", 0, 0, "—"),
        ("其他", 0, 0, "—"),
        ("规划，类别待定", 3, 0, 0),
        ("共计", 7, 2, pytest.approx(2 / 7)),
    ]


def test_the_statistics_table_has_every_branch_and_every_derivation() -> None:
    """The second sheet counts each node, the third says from what each kind was derived."""
    content = render_statistics_table(small_system(), "zh-Hans")
    branches = rows(content, 1)
    assert branches[1][:10] == ("1.1", "　术语", 6, 1, pytest.approx(1 / 6), 2, 1, 3, 0, 0)
    assert branches[2][:10] == ("2", "技术", "—", 1, "—", 0, 1, 0, 1, 1)
    assert branches[3][1:5] == ("共计", 7, 2, pytest.approx(2 / 7))
    derivations = rows(content, 2)
    assert len(derivations) == 8
    assert derivations[0] == ("1.1", "GB/T 1—2020", "示例 术语", "基础标准", "名称用词：术语")


def test_the_detail_table_lists_node_by_node() -> None:
    """Headings, standards, drafts with their suitable level, and what is planned, in the order of the tree."""
    assert rows(render_detail_table(small_system(), "zh-Hans")) == [
        (None, "1", None, "基础通用", None, None, None, None, "现行1，即将实施2，在研1"),
        (None, "1.1", None, "　术语", None, None, None, None, "现行1，即将实施2，在研1"),
        (
            1,
            "1.1",
            "GB/T 1—2020",
            "示例 术语",
            None,
            datetime(2021, 3, 1),
            "ISO 1234:2016，MOD（修改）",
            None,
            "现行；修改单：GB/T 1—2020/XG1—2024",
        ),
        (2, "1.1", "GB/T 2—2020", "示例 试验方法", None, datetime(2027, 1, 1), None, "GB/T 1—2020", "即将实施"),
        (3, "1.1", "GB/T 3—2020", "示例 试验方法", None, None, None, None, "即将实施"),
        (
            4,
            "1.1",
            None,
            "示例 分类",
            "国家标准",
            None,
            None,
            None,
            "在研；征求意见阶段；计划号20221858-T-469；SAC/TC 260",
        ),
        (None, "1.1", None, "规划待制定3项，尚未立项", "国家标准", None, None, None, None),
        (None, "2", None, "技术", None, None, None, None, "现行1，即将实施0，在研1"),
        (5, "2", "GB/T 4—2020", "示例 试验方法", None, None, None, None, "现行"),
        (6, "2", "GB/T 5—2020", "示例 试验方法", None, None, None, None, "2023年5月1日起被GB/T 6—2022代替"),
        (7, "2", "GB/T 7—2020", "示例 试验方法", None, None, None, "作废", "废止"),
        (8, "2", None, "示例 指南", "团体标准", None, None, None, "在研；立项阶段；修订GB/T 4—2020"),
    ]


@pytest.mark.parametrize("render", [render_detail_table, render_statistics_table])
def test_a_table_is_ready_to_print(render: Callable[[SystemView, str], bytes]) -> None:
    """Captions stay in sight and are repeated on each page; pages lie, carry numbers and are as wide as the table."""
    book = openpyxl.load_workbook(io.BytesIO(render(small_system(), "zh-Hans")))
    for sheet in book.worksheets:
        assert sheet.freeze_panes == "A4"
        assert sheet.print_title_rows == "$3:$3"
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.oddFooter.center.text == "第 &P 页 共 &N 页"
        assert "示例标准体系" in sheet["A1"].value


HOSTILE = (
    "=cmd|' /C calc'!A0",
    "@SUM(1)",
    "</w:t><script>&amp;",
    "甲\x00\x0b\x1b\ufffe\ud800乙",
    "无" * 2000,
    "\u202eשלום\u2069",
    "http://example.com/" + "a" * 3000,
    "{0} %s &P",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_stays_text_in_every_table(text: str) -> None:
    """No title, committee or code becomes a formula, a link or markup, and the files open."""
    nodes = [ViewNode("1", Title(text, text), planned_standards=1)]
    draft = PlacedDraft("1", Title(text, text), Level.NATIONAL, Stage.COMMENT, text, text, text, (text,))
    shown = view_of(
        Subject("invented", Title(text, text), AS_OF),
        nodes,
        [standard("1", 1, title=Title(text, text), supersedes=(text,))],
        [draft],
    )
    for content in (render_detail_table(shown, "zh"), render_statistics_table(shown, "en")):
        for sheet in openpyxl.load_workbook(io.BytesIO(content)).worksheets:
            cells = [cell for line in sheet.iter_rows() for cell in line if cell.value is not None]
            assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
            assert [cell for cell in cells if cell.hyperlink] == []
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert not any(b"<f>" in archive.read(name) for name in archive.namelist())
    neighbourhood = Neighbourhood((SharedStandards(Title(text, text), 1),), (OutsideReference(text, 1),))
    document = docx.Document(io.BytesIO(render_explanation(shown, neighbourhood, "zh")))
    assert len(document.tables) == 7


def test_a_day_before_workbooks_begin_is_text() -> None:
    """A program cannot hold the year 1 as a date; the reader still sees it."""
    shown = view_of(
        Subject("invented", Title("示例"), date(1, 1, 1)), [node("1")], [standard("1", 1, effective_on=date(1, 2, 3))]
    )
    assert rows(render_detail_table(shown, "en"))[1][5] == "0001-02-03"
    assert docx.Document(io.BytesIO(render_explanation(shown, Neighbourhood(), "en"))).paragraphs


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_the_same_view_gives_the_same_files(language: str) -> None:
    """The time of making is no part of a file."""
    shown = small_system()
    for render in (
        render_detail_table,
        render_statistics_table,
        lambda *given: render_explanation(given[0], Neighbourhood(), given[1]),
    ):
        assert render(shown, language) == render(shown, language)
    content = render_explanation(shown, Neighbourhood(), language)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2026, 5, 10, 0, 0, 0)}
        assert b"2026-05-10T00:00:00Z" in archive.read("docProps/core.xml")


def test_the_explanation_has_seven_sections_filled_with_the_figures() -> None:
    """The figures are those of the statistics; what people have to write is marked in every section."""
    neighbourhood = Neighbourhood((SharedStandards(Title("另一体系"), 3),), (OutsideReference("GB/T 1.1—2020", 9),))
    document = docx.Document(io.BytesIO(render_explanation(small_system(), neighbourhood, "zh-Hans")))
    headings = [each.text for each in document.paragraphs if each.style is not None and each.style.name == "Heading 1"]
    assert [heading.split(" ")[0] for heading in headings] == ["1", "2", "3", "4", "5", "6", "7"]
    assert headings[4] == "5 与其他体系交叉情况和处理意见"
    texts = [each.text for each in document.paragraphs]
    assert sum(text.startswith("【待编写】") for text in texts) == 7
    assert any("现行2项，即将实施2项，被代替1项，废止1项；现行标准中强制性标准1项" in text for text in texts)
    assert any("共1项，占50.0%" in text for text in texts)
    tables = [[[cell.text for cell in line.cells] for line in table.rows] for table in document.tables]
    assert tables[0][1] == ["国家标准", "1", "2", "1", "1", "1"]
    assert ["MOD（修改）", "1"] in tables[1]
    assert ["国家标准", "6", "1", "16.7%"] in tables[2]
    assert tables[3][1] == ["1.1", "术语", "6", "1", "5"]
    assert tables[5][1] == ["另一体系", "3"]
    assert tables[6][1] == ["GB/T 1.1—2020", "9"]


def test_the_explanation_has_chinese_fonts_and_repeated_table_heads() -> None:
    """A word processor shows Chinese in a Chinese font without being told, and tables that run over pages keep their heads."""
    document = docx.Document(io.BytesIO(render_explanation(small_system(), Neighbourhood(), "zh-Hans")))
    fonts = document.styles["Normal"].element.rPr.rFonts
    assert (fonts.get(qn("w:eastAsia")), fonts.get(qn("w:ascii"))) == ("宋体", "Times New Roman")
    heading = document.styles["Heading 1"].element.rPr.rFonts
    assert heading.get(qn("w:eastAsia")) == "黑体"
    assert heading.get(qn("w:eastAsiaTheme")) is None
    assert all(table.rows[0]._tr.trPr.findall(qn("w:tblHeader")) for table in document.tables)


@pytest.mark.parametrize(
    ("zh", "en", "kind"),
    [
        ("信息安全技术 术语", "", StandardKind.BASIC),
        ("信息安全技术 示例系统安全技术要求", "", StandardKind.PRODUCT),
        ("示例机械安全规程", "", StandardKind.SAFETY),
        ("示例安全 第1部分：基本规范", "", StandardKind.SAFETY),
        ("示例纺织产品安全技术规范", "", StandardKind.SAFETY),
        ("示例电器的安全 第1部分：通用要求", "", StandardKind.SAFETY),
        ("示例垃圾焚烧污染控制标准", "", StandardKind.SAFETY),
        ("示例产品 第2部分：试验方法", "", StandardKind.METHOD),
        ("示例测定试剂盒（酶法）", "", StandardKind.PRODUCT),
        ("示例设备 第1部分：基本安全和基本性能的通用要求", "", StandardKind.SAFETY),
        ("外科用示例材料", "", StandardKind.MATERIAL),
        ("示例用小孔径连接件 第3部分：胃肠道应用连接件", "", StandardKind.COMPONENT),
        ("示例设备 第6部分：验收导则", "", StandardKind.OTHER),
        ("", "Dentistry — Vocabulary", StandardKind.BASIC),
        ("", "Textiles — Determination of formaldehyde in materials", StandardKind.METHOD),
        ("", "Safety requirements for electrical equipment", StandardKind.SAFETY),
        ("", "Roller skates", StandardKind.PRODUCT),
    ],
)
def test_a_title_shows_its_kind(zh: str, en: str, kind: StandardKind) -> None:
    """The word that says what kind of standard it is decides, where each language puts it."""
    assert kind_of(Title(zh, en)).kind is kind


@pytest.mark.parametrize(
    ("ics", "ccs", "kind", "basis"),
    [
        (("01.040.11",), (), StandardKind.BASIC, "ICS 01.040.11"),
        (("13.020",), (), StandardKind.SAFETY, "ICS 13.020"),
        (("11.040",), ("A22",), StandardKind.BASIC, "CCS A22"),
        ((), ("X09",), StandardKind.SAFETY, "CCS X09"),
        (("11.040",), ("C31",), StandardKind.PRODUCT, ""),
    ],
)
def test_classes_decide_where_the_title_does_not(
    ics: tuple[str, ...], ccs: tuple[str, ...], kind: StandardKind, basis: str
) -> None:
    """ICS comes before CCS; neither overrules the title."""
    assert kind_of(Title("示例产品"), ics, ccs) == (kind, basis)
    assert kind_of(Title("示例产品 试验方法"), ics, ccs).kind is StandardKind.METHOD


def test_every_caption_is_there_in_both_languages() -> None:
    """No Chinese is left in an English table, but for the names of things that have no English ones."""
    shown = view_of(
        Subject("invented", Title("", "Invented system"), AS_OF),
        [ViewNode("1", Title("", "General"), planned_standards=4)],
        [standard("1", 1, title=Title("", "Vocabulary"))],
        [PlacedDraft("1", Title("", "Guide"), Level.GROUP, Stage.COMMENT)],
    )
    for content in (render_detail_table(shown, "en"), render_statistics_table(shown, "en")):
        for sheet in openpyxl.load_workbook(io.BytesIO(content)).worksheets:
            texts = [cell.value for line in sheet.iter_rows() for cell in line if isinstance(cell.value, str)]
            assert [text for text in [*texts, sheet.title] if re.search("[\u4e00-\u9fff]", text)] == []


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_a_row_is_as_high_as_the_text_in_it(language: str) -> None:
    """LibreOffice does not make rows higher by itself: a title of several lines would lie across its neighbours."""
    long = standard(
        "1", 1, title=Title("医用电气设备的安全和基本性能" * 8, "Safety of medical electrical equipment " * 8)
    )
    short = standard("1", 2, title=Title("术语", "Vocabulary"))

    content = render_detail_table(view([node("1", "基础")], [long, short]), language)

    heights = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].row_dimensions
    assert heights[5].height > 4 * 13
    assert heights[6].height is None or heights[6].height < 20
