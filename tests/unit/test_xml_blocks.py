"""What the clauses of an STS document hold, block by block, and where each stands."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from lxml import etree

from standards_tree.documents.model import Block, BlockKind
from standards_tree.documents.reading import read_document

CLAUSE = """<standard xml:lang="zh"><front><std-meta><std-ref>GB/T 99999—2024</std-ref></std-meta></front><body>
<sec><label>5</label><title>要求</title>{content}</sec></body></standard>"""


def blocks_of(content: str) -> tuple[Block, ...]:
    """Return the blocks of a clause with *content*, after seeing that the place of each leads to it."""
    document = CLAUSE.format(content=content)
    clause = read_document(document.encode()).clauses[0]
    root = etree.fromstring(document.encode())
    for block in clause.blocks:
        (element,) = root.xpath(block.place.xpath)
        assert element.sourceline == block.place.line
        assert block.text[:1] in "".join(element.itertext())
    return clause.blocks


def shown(content: str) -> list[tuple[str, str, str, str, int, int]]:
    """Return kind, number, title, text, level and the block around, of each block."""
    return [
        (block.kind.value, block.number, block.title, block.text, block.level, block.inside)
        for block in blocks_of(content)
    ]


def test_paragraphs_and_what_is_printed_as_one_are_told_apart() -> None:
    """A note, example, source or warning that is only a paragraph is known by its first words."""
    assert shown(
        "<p>应平整。</p><p>注1：示例的注。</p><p>示例：示例的示例。</p><p>［来源：GB/T 99998—2020，3.1］</p>"
        "<p>警告——示例的警告。</p><p>注意事项见附录A。</p><p>NOTE 2 English.</p><p>Notes are none.</p>"
    ) == [
        ("paragraph", "", "", "应平整。", 0, -1),
        ("note", "注1", "", "示例的注。", 0, -1),
        ("example", "示例", "", "示例的示例。", 0, -1),
        ("source", "", "", "［来源：GB/T 99998—2020，3.1］", 0, -1),
        ("warning", "", "", "警告——示例的警告。", 0, -1),
        ("paragraph", "", "", "注意事项见附录A。", 0, -1),
        ("note", "NOTE 2", "", "English.", 0, -1),
        ("paragraph", "", "", "Notes are none.", 0, -1),
    ]


def test_lists_are_told_apart_by_depth_and_keep_what_stands_in_an_entry() -> None:
    """A list in an entry is one level deeper and inside it, whether it stands beside its paragraph or in it."""
    content = (
        "<list list-type='alpha-lower'><list-item><p>甲：</p><list><list-item><label>1)</label><p>一</p></list-item></list>"
        "</list-item><list-item><label>b)</label><p>乙：<list list-type='dash'><list-item><p>二</p></list-item></list>完。</p>"
        "<p>又。</p></list-item></list>"
    )
    assert shown(content) == [
        ("list_item", "a)", "", "甲：", 1, -1),
        ("list_item", "1)", "", "一", 2, 0),
        ("list_item", "b)", "", "乙：", 1, -1),
        ("list_item", "——", "", "二", 2, 2),
        ("paragraph", "", "", "完。", 0, 2),
        ("paragraph", "", "", "又。", 0, 2),
    ]


def test_a_table_has_lines_and_tabs_and_its_notes_and_footnotes_stand_inside_it() -> None:
    """Notes in cells and at the foot, and footnotes of cells, belong to the table, not to the clause."""
    content = (
        "<table-wrap><label>表1</label><caption><title>示例表</title></caption><table>"
        "<tr><th>甲</th><th>乙<fn><label>a</label><p>表脚注。</p></fn></th></tr>"
        "<tr><td>一\n二</td><td><non-normative-note><label>注</label><p>表注。</p></non-normative-note></td></tr></table>"
        "<table-wrap-foot><p>注2：脚下的注。</p></table-wrap-foot></table-wrap>"
    )
    assert shown(content) == [
        ("table", "表1", "示例表", "甲\t乙\n一二\t", 0, -1),
        ("footnote", "a", "", "表脚注。", 0, 0),
        ("note", "注2", "", "脚下的注。", 0, 0),
        ("note", "注", "", "表注。", 0, 0),
    ]


def test_figures_and_formulas_have_number_and_caption() -> None:
    """A figure keeps its caption and notes, a formula its number; the lines below 式中 are paragraphs."""
    content = (
        "<fig><label>图1</label><caption><title>示例图</title></caption><graphic/>"
        "<non-normative-note><label>注</label><p>图注。</p></non-normative-note></fig>"
        "<p>按式（1）计算：<disp-formula><label>(1)</label>r = 1</disp-formula></p>"
        "<def-list><def-item><term>r</term><def><p>示例值。</p></def></def-item></def-list>"
    )
    assert shown(content) == [
        ("figure", "图1", "示例图", "", 0, -1),
        ("note", "注", "", "图注。", 0, 0),
        ("paragraph", "", "", "按式（1）计算：", 0, -1),
        ("formula", "(1)", "", "r = 1", 0, -1),
        ("paragraph", "", "", "r 示例值。", 0, -1),
    ]


def test_a_footnote_stands_in_the_block_that_marks_it() -> None:
    """The text of a footnote is not in the text of its paragraph; one at the end of the file is found by its mark."""
    assert shown(
        "<p>应平整<xref ref-type='fn' rid='f'><sup>1)</sup></xref><fn id='f'><label>1)</label><p>脚注。</p></fn>。</p>"
    ) == [
        ("paragraph", "", "", "应平整。", 0, -1),
        ("footnote", "1)", "", "脚注。", 0, 0),
    ]
    document = CLAUSE.format(content="<p>甲<xref ref-type='fn' rid='f'>1)</xref>。</p>").replace(
        "</body>", "</body><back><fn-group><fn id='f'><label>1)</label><p>尾注。</p></fn></fn-group></back>"
    )
    (paragraph, footnote) = read_document(document.encode()).clauses[0].blocks
    assert (paragraph.text, footnote.kind, footnote.text, footnote.inside) == ("甲。", BlockKind.FOOTNOTE, "尾注。", 0)


def test_a_block_in_another_language_says_so() -> None:
    """The language of a block is given where it is not the document's."""
    assert [block.language for block in blocks_of("<p>甲</p><p xml:lang='en'>Text</p><p xml:lang='zh'>乙</p>")] == [
        *("", "en", "")
    ]


@pytest.mark.parametrize("wrapper", ["<boxed-text>{}</boxed-text>", "<list><list-item>{}</list-item></list>"])
def test_blocks_nested_as_deep_as_the_parser_allows_are_read(wrapper: str) -> None:
    """Neither boxes nor lists in one another, however deep, take the reader more than it has; no word is lost."""
    content = "<p>底</p>"
    for _ in range(240 // wrapper.count("</")):
        content = wrapper.format(content)
    assert blocks_of(content)[-1].text == "底"


def test_real_documents_lose_no_table_figure_or_footnote(shared_data: Path) -> None:
    """Another parser counts as many tables, figures, notes and list entries in the clauses as were read."""
    path = shared_data / "documents/sts/mnconvert__f45b764__rice-en.final.sts.xml"
    root = ElementTree.parse(path).getroot()  # noqa: S314  # a file of ours
    counted = {
        (BlockKind.TABLE,): ("table-wrap",),
        (BlockKind.FIGURE,): ("fig", "fig-group"),
        (BlockKind.NOTE, BlockKind.WARNING): ("non-normative-note",),
        (BlockKind.FOOTNOTE,): ("fn",),
        (BlockKind.LIST_ITEM,): ("list-item",),
    }
    blocks = [block for clause in read_document(path.read_bytes()).clauses for block in clause.blocks]
    found = {kinds: sum(block.kind in kinds for block in blocks) for kinds in counted}
    assert found == {kinds: sum(element.tag in tags for element in root.iter()) for kinds, tags in counted.items()}
