"""What is read out of ISO STS and NISO STS documents, shown on written samples."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from standards_tree.documents.model import AdoptionNote, ClauseKind, Dialect, Issuer, Place, StandardDocument
from standards_tree.documents.reading import read_document
from standards_tree.errors import InvalidArgumentError, UnsafeDocumentError, UnsupportedDocumentError
from standards_tree.standards import AdoptionDegree
from standards_tree.terms import DesignationStatus

TBX = "urn:iso:std:iso:30042:ed-1"

CHINESE = f"""<?xml version="1.0" encoding="UTF-8"?>
<standard xmlns:tbx="{TBX}" xml:lang="zh" dtd-version="1.2">
<front>
  <nat-meta originator="SAC">
    <title-wrap xml:lang="zh"><intro>示例产品</intro><main>安全
      要求</main><compl>第1部分：通则</compl></title-wrap>
    <title-wrap xml:lang="en"><full>Example products — Safety requirements — Part 1: General</full></title-wrap>
    <doc-ident><sdo>SAC</sdo><language>zh</language><release-version>报批稿</release-version></doc-ident>
    <std-ident><originator>SAC</originator><doc-type>GB/T</doc-type><doc-number>99999</doc-number>
      <part-number>1</part-number><edition>1</edition><year>2024</year></std-ident>
    <content-language>zh</content-language>
    <std-ref type="dated">GB/T 99999.1—2024</std-ref>
    <std-ref type="undated">GB/T 99999.1</std-ref>
    <pub-date>2024-11-28</pub-date>
    <meta-date type="effective">2025-06-01</meta-date>
    <comm-ref>SAC/TC 999</comm-ref>
    <ics-wrap><ics>03.100.20</ics><ics-desc>示例</ics-desc></ics-wrap><ics>01.040.03</ics>
    <std-xref type="replaces"><std-ref>GB/T 99998—2001</std-ref></std-xref>
    <custom-meta-group>
      <custom-meta><meta-name>CCS</meta-name><meta-value>A 10</meta-value></custom-meta>
      <custom-meta><meta-name>计划号</meta-name><meta-value>20229999-T-999</meta-value></custom-meta>
    </custom-meta-group>
  </nat-meta>
  <sec sec-type="foreword"><title>前言</title>
    <p>本文件等同采用ISO 99999-1:2020《示例产品 安全要求 第1部分：通则》。</p></sec>
  <sec sec-type="intro"><title>引言</title><p>示例。</p></sec>
</front>
<body>
  <sec id="c1"><label>1</label><title>范围</title><p>本文件规定了示例产品的安全
    要求<xref ref-type="fn" rid="f1"><sup>1)</sup></xref><fn id="f1"><p>脚注。</p></fn>。</p></sec>
  <sec id="c2"><label>2</label><title>规范性引用文件</title>
    <p>下列文件中的内容通过文中的规范性引用而构成本文件必不可少的条款。</p>
    <p>GB/T 88888.2—2018　示例 第2部分：试验方法（ISO 88888-2:2015，IDT）</p>
    <p>ISO 77777　示例</p></sec>
  <sec id="c3"><label>3</label><title>术语和定义</title>
    <p>下列术语和定义适用于本文件。</p>
    <term-sec><label>3.1</label><title>一般概念</title>
      <term-sec><label>3.1.1</label>
        <tbx:termEntry id="t1">
          <tbx:langSet xml:lang="zh">
            <tbx:definition>按<tbx:entailedTerm target="t2">要求</tbx:entailedTerm>做的示例</tbx:definition>
            <tbx:note>注：示例的注。</tbx:note><tbx:source>GB/T 88888.2—2018，3.1</tbx:source>
            <tbx:tig><tbx:term>示例产品</tbx:term><tbx:partOfSpeech value="noun"/>
              <tbx:normativeAuthorization value="preferredTerm"/></tbx:tig>
            <tbx:tig><tbx:term>样品</tbx:term><tbx:partOfSpeech value="noun"/>
              <tbx:normativeAuthorization value="deprecatedTerm"/></tbx:tig>
          </tbx:langSet>
          <tbx:langSet xml:lang="en">
            <tbx:tig><tbx:term>example product</tbx:term><tbx:partOfSpeech value="noun"/></tbx:tig>
          </tbx:langSet>
        </tbx:termEntry>
      </term-sec>
      <term-sec id="t2"><label>3.1.2</label>
        <p><bold>要求　requirement</bold></p><p>示例的定义</p><p>[来源：ISO 77777:2019，3.2]</p>
        <non-normative-note><label>注</label><p>另一个注。</p></non-normative-note></term-sec>
    </term-sec></sec>
  <sec id="c4"><label>4</label><title>要求</title>
    <sec id="c4.1"><label>4.1</label><title>总则</title>
      <p>应符合 <std type="dated"><std-ref>GB/T 88888.2—2018</std-ref>，5.1</std> 的规定。</p>
      <list><list-item><label>a)</label><p>第一项；</p></list-item>
        <list-item><label>b)</label><p>第二项。</p></list-item></list>
      <table-wrap><label>表1</label><table><tr><td>甲</td><td>乙</td></tr></table></table-wrap></sec></sec>
</body>
<back>
  <app-group><app id="a"><label>附录A</label><annex-type>（资料性）</annex-type><title>示例的附录</title>
    <sec><label>A.1</label><title>概述</title><p>示例。</p></sec></app></app-group>
  <ref-list><title>参考文献</title>
    <ref><label>[1]</label><mixed-citation>GB/T 66666—2019　示例指南</mixed-citation></ref></ref-list>
</back>
</standard>
"""


def sample(metadata: str = "<std-ref>GB/T 99999—2024</std-ref>", body: str = "", *, tag: str = "std-meta") -> bytes:
    """Return a small document around *metadata* and *body*."""
    return (
        f'<standard xmlns:tbx="{TBX}" xml:lang="en"><front><{tag}>{metadata}</{tag}></front>'
        f"<body>{body}</body></standard>"
    ).encode()


@pytest.fixture(scope="module")
def chinese() -> StandardDocument:
    """Return what is read out of the Chinese sample."""
    return read_document(CHINESE.encode())


def test_a_chinese_standard_says_which_one_it_is(chinese: StandardDocument) -> None:
    """Designation, number, part, stage, plan number and the body behind them are read from nat-meta."""
    metadata = chinese.metadata
    assert metadata is not None
    assert chinese.require_identity() == "GB/T 99999.1—2024"
    assert (chinese.dialect, chinese.language, metadata.issuer) == (Dialect.NISO_STS, "zh", Issuer.NATIONAL)
    assert (metadata.originator, metadata.doc_type, metadata.number, metadata.part) == ("SAC", "GB/T", "99999", "1")
    assert (metadata.year, metadata.edition, metadata.stage) == (2024, "1", "报批稿")
    assert metadata.plan_number == "20229999-T-999"


def test_a_chinese_standard_is_classified_and_dated(chinese: StandardDocument) -> None:
    """ICS, CCS with its blank folded, committee, dates and what it replaces are read."""
    metadata = chinese.metadata
    assert metadata is not None
    assert (metadata.ics_codes, metadata.ccs_codes) == (("03.100.20", "01.040.03"), ("A10",))
    assert metadata.committees == ("SAC/TC 999",)
    assert (metadata.publication_date, metadata.effective_date) == (date(2024, 11, 28), date(2025, 6, 1))
    assert [(entry.relation, entry.designation_text) for entry in metadata.related] == [("replaces", "GB/T 99998—2001")]


def test_titles_come_in_each_language_with_their_elements(chinese: StandardDocument) -> None:
    """A Chinese title without full form is its elements parted by a blank; a line break inside a word vanishes."""
    title = chinese.title("zh-Hans")
    assert title is not None
    assert (title.full, title.main) == ("示例产品 安全要求 第1部分：通则", "安全要求")
    english = chinese.title("en")
    assert english is not None
    assert english.full == "Example products — Safety requirements — Part 1: General"


def test_an_adoption_told_in_the_foreword_is_read_with_its_degree(chinese: StandardDocument) -> None:
    """本文件等同采用 names the adopted standard and that it is adopted identically."""
    assert [(note.designation_text, note.degree) for note in chinese.adoptions] == [
        ("ISO 99999-1:2020", AdoptionDegree.IDT)
    ]


def test_normative_references_printed_as_paragraphs_are_read(chinese: StandardDocument) -> None:
    """A chapter known by its title only, with plain paragraphs, still gives its references; the lead-in is none."""
    assert [(entry.designation_text, entry.dated) for entry in chinese.normative_references] == [
        ("GB/T 88888.2—2018", True),
        ("ISO 77777", False),
    ]
    assert chinese.normative_references[0].title.startswith("示例 第2部分：试验方法")


def test_terms_are_read_from_tbx_and_from_print(chinese: StandardDocument) -> None:
    """Entries have number, designations with language and status, definitions, notes and sources, marked up or printed."""
    marked, printed = chinese.terms
    assert marked.number == "3.1.1"
    assert [(term.language, term.text, term.status) for term in marked.designations] == [
        ("zh", "示例产品", DesignationStatus.PREFERRED),
        ("zh", "样品", DesignationStatus.DEPRECATED),
        ("en", "example product", None),
    ]
    assert [entry.text for entry in marked.definitions] == ["按要求做的示例"]
    assert [entry.text for entry in marked.sources] == ["GB/T 88888.2—2018，3.1"]
    assert printed.number == "3.1.2"
    assert [(term.language, term.text) for term in printed.designations] == [("zh", "要求"), ("en", "requirement")]
    assert [entry.text for entry in printed.definitions] == ["示例的定义"]
    assert [entry.text for entry in printed.sources] == ["ISO 77777:2019，3.2"]
    assert [entry.text for entry in printed.notes] == ["另一个注。"]


def test_clauses_have_kind_number_level_and_text(chinese: StandardDocument) -> None:
    """Chapters are known by type or title, annexes by their letter and nature, a group of terms by its title."""
    assert [(clause.level, clause.kind, clause.number, clause.title) for clause in chinese.clauses] == [
        (1, ClauseKind.FOREWORD, "", "前言"),
        (1, ClauseKind.INTRODUCTION, "", "引言"),
        (1, ClauseKind.SCOPE, "1", "范围"),
        (1, ClauseKind.NORMATIVE_REFERENCES, "2", "规范性引用文件"),
        (1, ClauseKind.TERMS, "3", "术语和定义"),
        (2, ClauseKind.TERMS, "3.1", "一般概念"),
        (1, ClauseKind.CLAUSE, "4", "要求"),
        (2, ClauseKind.CLAUSE, "4.1", "总则"),
        (1, ClauseKind.ANNEX, "A", "示例的附录"),
        (2, ClauseKind.ANNEX, "A.1", "概述"),
        (1, ClauseKind.BIBLIOGRAPHY, "", "参考文献"),
    ]
    by_number = {clause.number: clause for clause in chinese.clauses}
    assert by_number["A"].normative is False
    assert by_number["1"].text == "本文件规定了示例产品的安全要求。"
    assert by_number["4.1"].text.split("\n") == [
        "应符合 GB/T 88888.2—2018，5.1 的规定。", "a) 第一项；", "b) 第二项。", "表1 甲 乙"
    ]  # fmt: skip


def test_bibliography_and_citations_are_read(chinese: StandardDocument) -> None:
    """A bibliography entry without markup gives its designation and title; a citation says in which clause it stands."""
    (entry,) = chinese.bibliography
    assert (entry.label, entry.designation_text, entry.title) == ("[1]", "GB/T 66666—2019", "示例指南")
    (citation,) = chinese.citations
    assert (citation.designation_text, citation.text) == ("GB/T 88888.2—2018", "GB/T 88888.2—2018，5.1")
    assert citation.place.xpath == "/standard/body/sec[4]/sec[1]"


def test_a_sound_document_has_no_notes(chinese: StandardDocument) -> None:
    """Nothing is called odd that is not."""
    assert chinese.notes == ()


def test_places_point_to_their_elements(chinese: StandardDocument) -> None:
    """Each XPath finds one element of the file, in the line that is given."""
    tree = etree.fromstring(CHINESE.encode())
    places: list[Place] = [
        entry.place
        for entry in (*chinese.clauses, *chinese.terms, *chinese.bibliography, *chinese.normative_references)
    ]
    found = [tree.xpath(place.xpath, namespaces={"tbx": TBX}) for place in places]
    assert all(len(elements) == 1 for elements in found)
    lines = [elements[0].sourceline for elements in found[: -len(chinese.normative_references)]]
    assert lines == [place.line for place in places[: -len(chinese.normative_references)]]


@pytest.mark.parametrize(
    ("content", "missing"),
    [
        (b"<standard><body/></standard>", "no std-meta, iso-meta, reg-meta or nat-meta"),
        (sample("<std-ref/>"), "std-ref is missing or empty, and std-ident lacks originator, doc-number"),
        (
            sample("<std-ident><originator>SAC</originator></std-ident>"),
            "std-ref is missing or empty, and std-ident lacks doc-number",
        ),
        (sample("<std-ref>GB/T XXXXX—20XX</std-ref>"), "reads 'GB/T XXXXX—20XX', which is no designation"),
        (sample("<std-ref>GB/T ×××××—××××</std-ref>"), "which is no designation"),
        (sample("<std-ref>Draft of 3 May</std-ref>"), "which is no designation"),
    ],
)
def test_a_document_without_identity_says_what_is_missing(content: bytes, missing: str) -> None:
    """Registering it would need a designation; the refusal names the element that lacks one."""
    document = read_document(content)
    with pytest.raises(UnsupportedDocumentError, match=missing):
        document.require_identity()


@pytest.mark.parametrize(
    ("ident", "designation"),
    [
        ("<originator>ISO</originator><doc-number>99999</doc-number><part-number>2</part-number>", "ISO 99999-2"),
        ("<originator>ISO</originator><doc-number>99999</doc-number><year>2020</year>", "ISO 99999:2020"),
        (
            "<originator>SAC</originator><doc-type>GB/T</doc-type><doc-number>99999</doc-number>"
            "<part-number>2</part-number><year>2020</year>",
            "GB/T 99999.2—2020",
        ),
    ],
)
def test_a_designation_is_composed_where_none_is_printed(ident: str, designation: str) -> None:
    """std-ident stands in for a missing std-ref, and a note says so."""
    document = read_document(sample(f"<std-ident>{ident}</std-ident>"))
    assert document.require_identity() == designation
    assert any("composed of std-ident" in note.description for note in document.notes)


def test_contradictions_in_the_metadata_are_noted() -> None:
    """A number or an originator that the designation contradicts is odd, and said to be."""
    metadata = (
        "<doc-ident><sdo>NEN</sdo><proj-id>ISO 99998</proj-id></doc-ident><std-ident><originator>NEN</originator>"
        "<doc-number>99999</doc-number></std-ident><std-ref>ISO 99998:2020</std-ref><pub-date>soon</pub-date>"
    )
    notes = [note.description for note in read_document(sample(metadata, tag="nat-meta")).notes]
    assert notes == [
        "line 1: pub-date reads 'soon', which is no date like 2024-11-28",
        "line 1: the document has no title",
        "line 1: std-ref reads 'ISO 99998:2020', but doc-number '99999'",
        "line 1: doc-ident/proj-id reads 'ISO 99998', but doc-number '99999'",
        "line 1: std-ref reads 'ISO 99998:2020', but originator 'NEN'",
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"<standard><front><iso-meta><std-ref type='dated'>ISO 99999:2020</std-ref></iso-meta>"
        b"<nat-meta originator='SAC'><std-ref>GB/T 99999-2024</std-ref></nat-meta></front></standard>",
        b"<standard><front><std-meta std-meta-type='international'><std-ref>ISO 99999:2020</std-ref></std-meta>"
        b"<std-meta std-meta-type='national'><std-ref>GB/T 99999-2024</std-ref></std-meta></front></standard>",
        b"<adoption><adoption-front><std-meta><std-ref>GB/T 99999-2024</std-ref></std-meta></adoption-front><standard>"
        b"<front><std-meta><std-ref>ISO 99999:2020</std-ref></std-meta></front><body/></standard></adoption>",
    ],
    ids=["iso-meta and nat-meta", "std-meta of two types", "adoption"],
)
def test_an_adopting_standard_goes_before_the_adopted_one(content: bytes) -> None:
    """However the adoption is marked up, the document is the national one and adopts the international one."""
    document = read_document(content)
    assert document.require_identity() == "GB/T 99999-2024"
    assert [note.designation_text for note in document.adoptions] == ["ISO 99999:2020"]


def test_a_national_draft_without_number_does_not_borrow_the_adopted_one() -> None:
    """An empty nat-meta beside a full iso-meta is a document without identity, not the ISO standard."""
    content = (
        b"<standard><front><iso-meta><std-ref>ISO 99999:2020</std-ref></iso-meta>"
        b"<nat-meta originator='SAC'><std-ref/></nat-meta></front></standard>"
    )
    assert read_document(content).identity() is None


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("本文件修改采用ISO 99999:2020《示例》。", ("ISO 99999:2020", AdoptionDegree.MOD)),
        ("本文件使用翻译法等同采用国际标准ISO/IEC 99999:2020。", ("ISO/IEC 99999:2020", AdoptionDegree.IDT)),
        ("本标准非等效采用IEC 60999:1990。", ("IEC 60999:1990", AdoptionDegree.NEQ)),
        ("This document is identical to ISO 99999:2020.", ("ISO 99999:2020", AdoptionDegree.IDT)),
        ("本文件与有关文件的关系见表1 (ISO 99999:2020, MOD)。", ("ISO 99999:2020", AdoptionDegree.MOD)),
        ("本文件没有采用任何文件。", None),
    ],
)
def test_adoption_statements_are_understood(sentence: str, expected: tuple[str, AdoptionDegree] | None) -> None:
    """The wordings of GB/T 1.2-2020 and their English forms give the adopted standard and the degree."""
    content = sample().replace(
        b"</std-meta>", f"</std-meta><sec sec-type='foreword'><title>前言</title><p>{sentence}</p></sec>".encode()
    )
    adoptions: tuple[AdoptionNote, ...] = read_document(content).adoptions
    assert [(note.designation_text, note.degree) for note in adoptions] == ([expected] if expected else [])


def test_a_reference_is_dated_as_printed_whatever_its_markup_says() -> None:
    """The print decides; a contradiction is noted, the dash of a document in preparation dates it."""
    body = (
        "<sec sec-type='norm-refs'><title>Normative references</title><ref-list>"
        "<ref><std type='dated'><std-ref>IEC 60999-2</std-ref>, <title>Example</title></std></ref>"
        "<ref><std><std-ref>ISO 99999:—</std-ref><xref ref-type='fn' rid='f'>1)</xref><fn id='f'><p>To be published.</p>"
        "</fn>, <title>Example</title></std></ref>"
        "<ref><std><std-ref>GB 9999-95</std-ref></std></ref>"
        "<ref><label>[4]</label><std><std-ref>[4]</std-ref><title>A book</title></std></ref>"
        "</ref-list></sec>"
    )
    document = read_document(sample(body=body))
    assert [(entry.text, entry.dated) for entry in document.normative_references] == [
        ("IEC 60999-2, Example", False),
        ("ISO 99999:—, Example", True),
        ("GB 9999-95", True),
        ("A book", None),
    ]
    assert "marked as dated but printed without a year" in document.notes[1].description


def test_a_list_of_references_in_the_back_is_known_by_its_title() -> None:
    """Converters put normative references behind the annexes, typed as a bibliography."""
    content = sample().replace(
        b"</standard>",
        b"<back><ref-list content-type='bibl'><title>Normative references</title><ref><label>[1]</label><std>"
        b"<std-ref type='dated'>ISO 99999:2020</std-ref><std-ref type='undated'>ISO 99999</std-ref></std>"
        b"<mixed-citation>ISO 99999:2020<italic>Example</italic>, </mixed-citation></ref></ref-list>"
        b"<ref-list content-type='bibl'><title>Bibliography</title><ref><std><std-ref>ISO 99998</std-ref></std></ref>"
        b"</ref-list></back></standard>",
    )
    document = read_document(content)
    assert [(entry.text, entry.title) for entry in document.normative_references] == [
        ("ISO 99999:2020, Example", "Example")
    ]
    assert [entry.designation_text for entry in document.bibliography] == ["ISO 99998"]


@pytest.mark.parametrize("namespace", [TBX, f"{TBX}:v1:en", "urn:iso:std:iso:30042:ed-2"])
def test_terms_are_read_in_every_namespace_of_iso_30042(namespace: str) -> None:
    """The schemas and the files do not agree on the namespace; all that is ISO 30042 is read."""
    body = (
        "<sec sec-type='terms'><term-sec><tbx:termEntry><tbx:langSet><tbx:tig><tbx:term>x</tbx:term></tbx:tig>"
        "</tbx:langSet></tbx:termEntry></term-sec></sec>"
    )
    (entry,) = read_document(sample(body=body).replace(TBX.encode(), namespace.encode())).terms
    assert [(term.language, term.text) for term in entry.designations] == [("en", "x")]


def test_a_term_printed_beside_its_markup_is_read_once() -> None:
    """term-display repeats the entry that tbx:termEntry holds."""
    body = (
        "<sec sec-type='terms'><term-sec><label>3.1</label><tbx:termEntry><tbx:langSet xml:lang='en'><tbx:definition>y"
        "</tbx:definition><tbx:tig><tbx:term>x</tbx:term><tbx:normativeAuthorization value='loved'/></tbx:tig>"
        "</tbx:langSet></tbx:termEntry><term-display><p>x</p><p>y</p></term-display></term-sec>"
        "<term-sec><label>3.2</label><term-display><p><bold>z</bold></p><p>w</p></term-display></term-sec></sec>"
    )
    document = read_document(sample(body=body))
    assert [(entry.number, entry.designations[0].text) for entry in document.terms] == [("3.1", "x"), ("3.2", "z")]
    assert document.terms[1].definitions[0].text == "w"
    assert "'loved' is not a status of a term" in document.notes[-1].description


def test_chapters_of_which_nothing_could_be_read_are_noted() -> None:
    """A chapter of references or terms that gives none, and does not say that there are none, is odd."""
    body = (
        "<sec><label>2</label><title>Normative references</title><p>See the attached table.</p></sec>"
        "<sec><label>3</label><title>Terms and definitions</title><p>No terms and definitions are listed.</p></sec>"
    )
    notes = [note.description for note in read_document(sample(body=body)).notes]
    assert "line 1: nothing could be read from the chapter 'Normative references'" in notes
    assert not any("Terms and definitions" in note for note in notes)


@pytest.mark.parametrize(
    ("content", "root"),
    [
        (b"<metanorma/>", "<metanorma>"),
        (b'<csd-standard xmlns="urn:x"/>', "<csd-standard> in the namespace urn:x"),
        (b"<standards-document/>", "<standards-document>, not <standard> or <adoption>"),
        (b'<standard xmlns="urn:x"/>', "<standard> in the namespace urn:x"),
        (b"<" + b"a" * 1000 + b"/>", "<" + "a" * 80 + ">"),
    ],
)
def test_another_vocabulary_is_refused_by_the_name_of_its_root(content: bytes, root: str) -> None:
    """Well-formed XML that is no STS is unsupported, and the message says what was found and what is read."""
    with pytest.raises(UnsupportedDocumentError, match=root):
        read_document(content)


def test_clauses_nested_without_end_are_refused() -> None:
    """A path for each of many clauses in a deep nest would ask for far more memory than the file has bytes."""
    body = "<sec>" * 100 + "<sec/>" * 1000 + "</sec>" * 100
    with pytest.raises(UnsafeDocumentError, match="nested more than 30 deep"):
        read_document(sample(body=body))


@pytest.mark.parametrize(
    "body",
    [
        "<sec><p>" + "<std>" * 50 + "<std-ref>ISO 99999</std-ref>{text}" + "</std>" * 50 + "</p></sec>",
        "<sec sec-type='norm-refs'><p>ISO 99999 "
        + "<list><list-item><p>ISO 99999 " * 30
        + "{text}"
        + "</p></list-item></list>" * 30
        + "</p></sec>",
        "<sec sec-type='norm-refs'><ref-list><ref><mixed-citation>"
        + "<std>" * 50
        + "{text}"
        + "</std>" * 50
        + "</mixed-citation></ref></ref-list></sec>",
    ],
    ids=["citations", "paragraphs of references", "references"],
)
def test_a_text_is_not_read_once_for_each_element_around_it(body: str) -> None:
    """Nesting what is read as a whole does not multiply its text."""
    document = read_document(sample(body=body.replace("{text}", "x" * 1000)))
    texts = [entry.text for entry in (*document.normative_references, *document.citations)]
    texts.extend(clause.text for clause in document.clauses)
    assert sum(len(text) for text in texts) < 4000


def _cut(content: str, start: int, length: int, _with: str) -> str:
    return content[:start] + content[start + length :]


def _overwrite(content: str, start: int, length: int, replacement: str) -> str:
    return content[:start] + replacement + content[start + length :]


def _move(content: str, start: int, length: int, _with: str) -> str:
    return content[start : start + length] + content[:start] + content[start + length :]


def _rename(content: str, start: int, length: int, replacement: str) -> str:
    opening = content.find("<", start)
    match = re.match(r"</?([\w:-]+)", content[opening:]) if opening >= 0 else None
    name = match[1] if match else ""
    other = ("sec", "ref", "std", "p", "label", "title", "nat-meta", "tbx:termEntry", "tbx:tig", "term-sec")[
        length % 10
    ]
    return content.replace(f"<{name}>", f"<{other}>").replace(f"</{name}>", f"</{other}>") if name else content


@given(
    st.sampled_from([_cut, _overwrite, _move, _rename]),
    st.integers(0, len(CHINESE)),
    st.integers(0, 300),
    st.sampled_from(
        ["", "<", ">", "&", "\0", "]]>", "<sec>", "</sec>", "<ref/>", 'xml:lang=""', "<!DOCTYPE a>", "9" * 5000]
    ),
)
@settings(max_examples=200, deadline=None)
def test_a_damaged_document_is_read_or_refused(
    damage: Callable[[str, int, int, str], str], start: int, length: int, replacement: str
) -> None:
    """Whatever is cut, overwritten, moved or renamed, the answer is a document or a refusal."""
    try:
        document = read_document(damage(CHINESE, start, length, replacement).encode())
        document.require_identity()
    except InvalidArgumentError as refusal:
        assert str(refusal)
