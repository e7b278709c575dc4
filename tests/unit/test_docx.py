"""What is read out of drafts written in Word, with the styles of templates or without any."""

import io
import zipfile
from datetime import date

import docx
import pytest

from hostile_workbooks import hostile_workbooks
from standards_tree.documents.model import ClauseKind, Dialect, LanguageText, PrintedElement, StandardDocument
from standards_tree.documents.reading import read_document
from standards_tree.errors import DomainError, InvalidArgumentError, UnsafeDocumentError
from standards_tree.standards import AdoptionDegree, Level
from standards_tree.terms import DesignationStatus
from word_drafts import FOOTNOTE, PREFIX, numbered, paragraph, styled_draft, table, typed_draft, word_document

TEXT = '<w:r><w:t xml:space="preserve">{}</w:t></w:r>'


@pytest.fixture(scope="module", params=["", PREFIX], ids=["TCS", "SET2020"])
def styled(request: pytest.FixtureRequest) -> StandardDocument:
    """Return what is read of a draft with the styles of one of the two templates in use."""
    return read_document(styled_draft(request.param))


@pytest.fixture(scope="module")
def typed() -> StandardDocument:
    """Return what is read of a draft without any style."""
    return read_document(typed_draft())


def read(*blocks: str, footnotes: tuple[str, ...] = ()) -> StandardDocument:
    """Return what is read of a draft whose first chapter holds *blocks*."""
    return read_document(word_document(paragraph("要求", "章标题"), *blocks, footnotes=footnotes))


def shown(*blocks: str) -> list[tuple[str, str, str, str, int, int]]:
    """Return kind, number, title, text, level and the block around, of each block."""
    return [
        (block.kind.value, block.number, block.title, block.text, block.level, block.inside)
        for block in read(*blocks).clauses[0].blocks
    ]


def test_the_cover_is_read(styled: StandardDocument) -> None:
    """Codes, designation, what is replaced, titles with their elements, stage, dates, issuer and level."""
    metadata = styled.metadata
    assert metadata is not None
    assert (styled.dialect, styled.language, metadata.level) == (Dialect.DOCX, "zh", Level.NATIONAL)
    assert [entry.text for entry in metadata.designations] == ["GB/T 99999.1—XXXX"]
    assert (metadata.ics_codes, metadata.ccs_codes, metadata.stage) == (("01.120",), ("A00",), "征求意见稿")
    assert [(entry.relation, entry.designation_text) for entry in metadata.related] == [
        ("replaces", "GB/T 99999.1—2010")
    ]
    chinese, english = metadata.titles["zh"], metadata.titles["en"]
    assert (chinese.intro, chinese.main, chinese.complement) == ("示例产品", "安全要求", "第1部分：通则")
    assert (english.intro, english.main, english.complement) == (
        "Example products",
        "Safety requirements",
        "Part 1: General",
    )
    assert (metadata.publication_date, metadata.effective_date) == (date(2024, 11, 28), date(2025, 6, 1))
    assert metadata.originator == "国家市场监督管理总局 国家标准化管理委员会"
    assert styled.elements_present == {PrintedElement.COVER, PrintedElement.CONTENTS}


def test_the_adoption_below_the_title_is_read(styled: StandardDocument) -> None:
    """The degree of consistency stands on the cover."""
    assert [(note.designation_text, note.degree) for note in styled.adoptions] == [
        ("ISO 99999-1:2020", AdoptionDegree.MOD)
    ]


def test_automatic_numbers_are_counted_as_word_prints_them(styled: StandardDocument) -> None:
    """Chapters, clauses with and without title, annexes and their clauses; a term entry is no clause."""
    assert [(clause.number, clause.title, clause.level, clause.kind) for clause in styled.clauses] == [
        ("", "前言", 1, ClauseKind.FOREWORD),
        ("1", "范围", 1, ClauseKind.SCOPE),
        ("2", "规范性引用文件", 1, ClauseKind.NORMATIVE_REFERENCES),
        ("3", "术语和定义", 1, ClauseKind.TERMS),
        ("4", "要求", 1, ClauseKind.CLAUSE),
        ("4.1", "总则", 2, ClauseKind.CLAUSE),
        ("4.1.1", "", 3, ClauseKind.CLAUSE),
        ("4.1.2", "", 3, ClauseKind.CLAUSE),
        ("4.2", "指标", 2, ClauseKind.CLAUSE),
        ("A", "示例的附录", 1, ClauseKind.ANNEX),
        ("A.1", "概述", 2, ClauseKind.ANNEX),
        ("", "参考文献", 1, ClauseKind.BIBLIOGRAPHY),
    ]
    assert [clause.normative for clause in styled.clauses if clause.number == "A"] == [False]


def test_lists_tables_figures_and_formulas_have_their_labels(styled: StandardDocument) -> None:
    """Marks and captions that Word counts are printed; what stands in a list entry or table says so."""
    blocks = [
        (block.kind.value, block.number, block.title, block.text, block.level, block.inside)
        for clause in styled.clauses[5:9]
        for block in clause.blocks
    ]
    assert blocks == [
        ("paragraph", "", "", "应符合GB/T 88888.2—2018的规定：", 0, -1),
        ("list_item", "a)", "", "第一项：", 1, -1),
        ("list_item", "1)", "", "第一小项；", 2, 1),
        ("list_item", "b)", "", "第二项。", 1, -1),
        ("paragraph", "", "", "示例产品应平整。", 0, -1),
        ("paragraph", "", "", "示例产品应清洁。", 0, -1),
        ("paragraph", "", "", "指标见表1。", 0, -1),
        ("table", "表1", "示例指标", "项目\t值\n甲\t1", 0, -1),
        ("note", "注", "", "表内的注。", 0, 1),
        ("figure", "图1", "示例图", "", 0, -1),
        ("formula", "（1）", "", "r=1", 0, -1),
    ]


def test_references_and_terms_are_read(styled: StandardDocument) -> None:
    """The lists of references, and a term with its equivalents, its subject, note and source."""
    assert [(entry.designation_text, entry.title) for entry in styled.normative_references] == [
        ("GB/T 88888.2—2018", "示例 第2部分：试验方法"),
        ("ISO 77777", "示例"),
    ]
    assert [(entry.label, entry.designation_text) for entry in styled.bibliography] == [("[1]", "GB/T 66666—2019")]
    assert [entry.text for entry in styled.citations] == ["GB/T 1.1—2020", "GB/T 88888.2—2018"]
    (term,) = styled.terms
    assert (term.number, [(entry.language, entry.text, entry.status) for entry in term.designations]) == (
        "3.1",
        [
            ("zh", "示例产品", DesignationStatus.PREFERRED),
            ("en", "example product", DesignationStatus.PREFERRED),
            ("en", "sample product", DesignationStatus.ADMITTED),
            ("zh", "样品", DesignationStatus.ADMITTED),
        ],
    )
    assert (term.definitions, term.notes, term.sources, term.subject_fields) == (
        (LanguageText("zh", "按要求做的示例。"),),
        (LanguageText("zh", "一条注。"),),
        (LanguageText("zh", "GB/T 88888.2—2018，3.1"),),
        (LanguageText("zh", "检验"),),
    )


def test_a_place_is_the_number_of_the_paragraph(styled: StandardDocument) -> None:
    """Paragraphs are counted from 1, those in tables too; the contents of a text file's line are not claimed."""
    caption, figure = (block for block in styled.clauses[8].blocks if block.kind.value in ("table", "figure"))
    assert (caption.place.paragraph, figure.place.paragraph, caption.place.xpath, caption.place.line) == (40, 47, "", 0)


def test_a_draft_without_styles_is_read_by_its_typed_numbers(typed: StandardDocument) -> None:
    """Numbers at the beginning of paragraphs make clauses where they follow each other; a year does not."""
    assert [(clause.number, clause.title, clause.level) for clause in typed.clauses] == [
        ("", "前言", 1),
        ("1", "范围", 1),
        ("2", "规范性引用文件", 1),
        ("3", "术语和定义", 1),
        ("4", "要求", 1),
        ("4.1", "总则", 2),
        ("4.1.1", "", 3),
        ("4.2", "指标", 2),
        ("A", "示例的附录", 1),
        ("A.1", "概述", 2),
        ("", "参考文献", 1),
    ]
    assert [(block.number, block.level) for block in typed.clauses[6].blocks] == [
        *(("", 0), ("——", 1), ("——", 1), ("a）", 1), ("b）", 1))
    ]
    assert [entry.text for entry in typed.terms[0].designations] == ["示例产品", "example product"]
    assert (typed.identity(), typed.adoptions[0].degree) == ("GB/T 99999—2024", AdoptionDegree.IDT)


def test_changes_are_read_as_if_they_were_accepted() -> None:
    """Insertions are in, deletions and comments are out, a deleted paragraph mark joins two; a note says that it was so."""
    changed = (
        f"<w:p>{TEXT.format('应')}<w:del>{'<w:r><w:delText>不</w:delText></w:r>'}</w:del><w:ins>{TEXT.format('平整')}</w:ins>"
        f"<w:r><w:commentReference/></w:r><w:moveFrom>{TEXT.format('旧')}</w:moveFrom><w:moveTo>{TEXT.format('且')}</w:moveTo></w:p>"
    )
    joined = paragraph("前半", properties="<w:rPr><w:del/></w:rPr>") + paragraph("后半。")
    document = read(changed, joined)
    assert [block.text for block in document.clauses[0].blocks] == ["应平整且", "前半后半。"]
    assert [note.parameters for note in document.notes] == [{"count": 5}]


def test_what_is_not_printed_is_not_read() -> None:
    """Hidden text, field codes and the second form of a drawing are left out; what a field shows is not."""
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r>"
    field = "<w:r><w:fldChar/><w:instrText>REF x</w:instrText></w:r>" + TEXT.format("见4.1")
    forms = (
        f"<w:r><mc:AlternateContent><mc:Choice>{TEXT.format('甲')}</mc:Choice>"
        f"<mc:Fallback>{TEXT.format('乙')}</mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert shown(paragraph(inside=hidden + field + forms)) == [("paragraph", "", "", "见4.1甲", 0, -1)]


def test_notes_examples_and_sources_are_told_apart() -> None:
    """A note whose label Word counts, one whose style says it, and one that is typed."""
    assert shown(
        paragraph("一。", "注×："), paragraph("二。", "注×："), paragraph("注：三。"), paragraph("四。", "示例：")
    ) == [
        ("note", "注1", "", "一。", 0, -1),
        ("note", "注2", "", "二。", 0, -1),
        ("note", "注", "", "三。", 0, -1),
        ("example", "", "", "四。", 0, -1),
    ]


def test_a_sentence_about_a_table_is_no_caption() -> None:
    """A caption stands at its table or has its style; typed numbers keep no blank."""
    assert shown(
        paragraph("表1 给出了指标。"),
        paragraph("表 2　指标"),
        table([["甲", "乙"], [paragraph("a　表脚注")]]),
        paragraph("图1给出了示例。"),
    ) == [
        ("paragraph", "", "", "表1 给出了指标。", 0, -1),
        ("table", "表2", "指标", "甲\t乙", 0, -1),
        ("footnote", "a", "", "表脚注", 0, 1),
        ("paragraph", "", "", "图1给出了示例。", 0, -1),
    ]


def test_a_list_that_begins_anew_is_counted_anew() -> None:
    """A list whose number restarts says so in the file; a bullet that is a symbol font's is printed as what it shows."""
    assert shown(numbered("甲", "3"), numbered("乙", "3"), numbered("丙", "4")) == [
        ("list_item", "a)", "", "甲", 1, -1),
        ("list_item", "b)", "", "乙", 1, -1),
        ("list_item", "——", "", "丙", 1, -1),
    ]


def test_a_footnote_stands_in_its_paragraph() -> None:
    """The footnote of a numbered clause without title belongs to its text."""
    document = read(paragraph("应平整。", "段", inside=FOOTNOTE), footnotes=("脚注。",))
    blocks = document.clauses[0].blocks
    assert [(block.kind.value, block.number, block.text, block.inside) for block in blocks] == [
        ("paragraph", "", "应平整。", -1),
        ("footnote", "1)", "脚注。", 0),
    ]


def test_a_draft_in_english_with_the_styles_of_word_is_read() -> None:
    """What a word processor itself writes, with its own names of styles and numbers typed."""
    written = docx.Document()
    written.add_paragraph("ISO/CD 99999-1:2024")
    written.add_heading("1 Scope", 1)
    written.add_paragraph("This document specifies examples.")
    written.add_heading("2 Normative references", 1)
    written.add_paragraph("ISO 9000:2015, Quality management")
    written.add_heading("3 Requirements", 1)
    written.add_heading("3.1 General", 2)
    written.add_paragraph("First", style="List Bullet")
    written.add_paragraph("NOTE 1 A note.")
    written.add_paragraph("Annex A\n(normative)\nExample annex")
    written.add_heading("A.1 General", 2)
    content = io.BytesIO()
    written.save(content)
    document = read_document(content.getvalue())
    assert (document.language, document.identity()) == ("en", "ISO/CD 99999-1:2024")
    assert [(clause.number, clause.title, clause.kind) for clause in document.clauses] == [
        ("1", "Scope", ClauseKind.SCOPE),
        ("2", "Normative references", ClauseKind.NORMATIVE_REFERENCES),
        ("3", "Requirements", ClauseKind.CLAUSE),
        ("3.1", "General", ClauseKind.CLAUSE),
        ("A", "Example annex", ClauseKind.ANNEX),
        ("A.1", "General", ClauseKind.ANNEX),
    ]
    assert [(block.kind.value, block.number) for block in document.clauses[3].blocks] == [
        ("list_item", "•"),
        ("note", "NOTE 1"),
    ]
    assert document.clauses[4].normative is True


def test_a_draft_without_designation_says_what_its_cover_prints() -> None:
    """Who needs the designation is told what stands in its place."""
    with pytest.raises(InvalidArgumentError, match=r"GB/T 99999\.1—XXXX"):
        read_document(styled_draft()).require_identity()


def test_a_document_without_clauses_says_so() -> None:
    """Nobody takes an empty reading for an empty document."""
    assert [note.template for note in read_document(word_document(paragraph("只有一段。"))).notes] == [
        "no clause was found: neither titles nor numbers at the beginning of lines"
    ]


HOSTILE_PARTS = {
    "DOCTYPE": '<!DOCTYPE a [<!ENTITY x "y">]><w:document xmlns:w="urn:w"><w:body/></w:document>',
    "not XML": "<w:document",
    "another root": '<w:styles xmlns:w="urn:w"/>',
    "nested": '<w:document xmlns:w="urn:w"><w:body>' + "<w:tbl>" * 300 + "</w:tbl>" * 300 + "</w:body></w:document>",
    "too many elements": '<w:document xmlns:w="urn:w"><w:body>' + "<w:p/>" * 260_000 + "</w:body></w:document>",
}


@pytest.mark.parametrize("name", HOSTILE_PARTS)
def test_a_hostile_part_is_refused(name: str) -> None:
    """A part that tries something is refused as an XML file is, with a reason."""
    with pytest.raises(InvalidArgumentError):
        read_document(word_document(parts={"word/document.xml": HOSTILE_PARTS[name]}))


@pytest.mark.parametrize("part", ["word/styles.xml", "word/numbering.xml", "word/footnotes.xml"])
def test_a_doctype_in_any_part_is_refused(part: str) -> None:
    """No part is read with less care than the main one."""
    with pytest.raises(UnsafeDocumentError, match="DOCTYPE"):
        read_document(word_document(parts={part: "<!DOCTYPE a><a/>"}))


def test_styles_that_are_based_on_each_other_end() -> None:
    """A circle of styles, and a list without levels, are read as what they say: nothing."""
    circle = (
        '<w:styles xmlns:w="urn:w"><w:style w:type="paragraph" w:styleId="a"><w:name w:val="x"/><w:basedOn w:val="b"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="b"><w:name w:val="y"/><w:basedOn w:val="a"/></w:style></w:styles>'
    )
    body = (
        '<w:p><w:pPr><w:pStyle w:val="a"/><w:numPr><w:numId w:val="9"/></w:numPr></w:pPr><w:r><w:t>文</w:t></w:r></w:p>'
    )
    assert (
        read_document(word_document(paragraph("1 范围"), body, parts={"word/styles.xml": circle})).clauses[0].text
        == "文"
    )


CONTAINERS = {name: content for name, content in hostile_workbooks().items() if content.startswith(b"PK")}


@pytest.mark.parametrize("name", sorted(CONTAINERS))
def test_no_hostile_container_is_read(name: str) -> None:
    """What is refused as a workbook is refused as a document: bombs, names that lead elsewhere, encrypted parts."""
    with pytest.raises(DomainError):
        read_document(CONTAINERS[name])


def test_what_a_document_points_to_is_not_followed() -> None:
    """Relations to other files and addresses are not even looked at."""
    content = word_document(
        paragraph("1 范围"),
        parts={
            "word/_rels/document.xml.rels": '<Relationships xmlns="urn:r"><Relationship TargetMode="External" Target="file:///etc/passwd"/></Relationships>'
        },
    )
    assert zipfile.is_zipfile(io.BytesIO(content))
    assert read_document(content).clauses[0].title == "范围"
