"""What is read out of Metanorma documents, shown on a written sample."""

from datetime import date

import pytest
from lxml import etree

from standards_tree.documents.model import Block, ClauseKind, Dialect, Issuer, LanguageText, StandardDocument
from standards_tree.documents.reading import read_document
from standards_tree.errors import UnsafeDocumentError, UnsupportedDocumentError
from standards_tree.standards import AdoptionDegree, Level
from standards_tree.terms import DesignationStatus

NAMESPACE = "https://www.metanorma.org/ns/standoc"
OLD_NAMESPACE = "http://riboseinc.com/gbstandard"

CHINESE = f"""<?xml version="1.0" encoding="UTF-8"?>
<gb-standard xmlns="{OLD_NAMESPACE}"><bibdata type="mandate">
<title><title-intro language="zh">示例产品</title-intro><title-main language="zh">安全要求</title-main>
<title-part language="zh">通则</title-part></title>
<docidentifier><project-number part="1">99999</project-number></docidentifier>
<date type="published"><from>2024-11-28</from></date><date type="implemented"><from>2025-06-01</from></date>
<contributor><role type="issuer"/><organization><name>示例部</name></organization></contributor>
<language>zh</language><status><stage>30</stage><substage>20</substage></status><copyright><from>2024</from>
</copyright>
<relation type="equivalent"><bibitem><title>示例</title><docidentifier>ISO 99998-1:2020</docidentifier>
</bibitem></relation>
<relation type="obsoletes"><bibitem><title>[not supplied]</title><docidentifier>GB 99997-2001</docidentifier>
</bibitem></relation>
<ics>01.120</ics><ics>03.100.20</ics><gbcommittee>示例技术委员会</gbcommittee>
<gbtype><gbscope>{{scope}}</gbscope><gbprefix>{{prefix}}</gbprefix><gbmandate>{{mandate}}</gbmandate></gbtype>
<ccs>A10</ccs><plannumber>20229999-T-999</plannumber></bibdata>
<preface><foreword><title>前言</title><p>本文件等同采用ISO 99998-1:2020。</p>
<p>起草单位：{{{{drafting-organizations}}}}。</p></foreword></preface>
<sections><clause id="s"><title>范围</title>
<p>见<xref target="c4"/>、<xref target="c41"/>、<xref target="a"/>、<xref target="t"/>、
<xref target="f1"/>、<xref target="nowhere"/>和<eref bibitemid="r" citeas="GB/T 99996-2020"/>。</p></clause>
<terms id="t3"><title>术语和定义</title><term id="t31"><preferred language="zh">示例</preferred>
<preferred language="en">example</preferred><deprecates language="zh">样例</deprecates>
<definition><p>用于说明的事物</p></definition><termnote><p>一条注。</p></termnote>
<termsource status="modified"><origin citeas="GB/T 99996-2020"/><modification><p>改了</p></modification>
</termsource></term></terms>
<clause id="c4"><title>要求</title><clause id="c41"><title>总则</title>
<p>甲<fn reference="1"><p>脚注</p></fn>。</p><ul><li><p>列项<ul><li><p>次列项</p></li></ul></p></li></ul>
<ol><li><p>一</p><ol><li><p>二</p></li></ol></li></ol><note><p>注文</p></note><note><p>又注</p></note>
<table id="t"><name>示例表</name><tbody><tr><td>甲<fn reference="a"><p>表注</p></fn></td><td>乙<fn reference="a">
<p>表注</p></fn></td>
</tr></tbody><note><p>表内注</p></note></table><formula id="f1"><stem type="MathML">
<math xmlns="http://www.w3.org/1998/Math/MathML">
<mi>r</mi></math><asciimath>r</asciimath></stem><dl><dt>r</dt><dd><p>半径</p></dd></dl></formula></clause>
</clause></sections>
<annex id="a" obligation="informative"><title>示例附录</title><clause><title>概述</title>
<figure><name>示例图</name></figure><formula><stem>x</stem></formula></clause></annex>
<bibliography><references id="n"><title>规范性引用文件</title><p>导语。</p>
<bibitem id="r"><title>示例标准</title><docidentifier>GB/T 99996</docidentifier>
<date type="published"><from>2020</from></date></bibitem>
<bibitem id="i"><title>示例</title><docidentifier>ISO 99995</docidentifier><date type="published">
<from>--</from></date></bibitem>
<bibitem id="u"><title>示例</title><docidentifier>GB/T 99994</docidentifier></bibitem></references>
<references><title>参考文献</title><bibitem id="b"><formattedref>某人. 某书</formattedref>
<docidentifier>[1]</docidentifier></bibitem>
</references></bibliography></gb-standard>"""


def chinese(scope: str = "national", prefix: str = "GB", mandate: str = "recommended") -> bytes:
    """Return the sample as a standard of *scope*."""
    return CHINESE.format(scope=scope, prefix=prefix, mandate=mandate).encode()


def line_of(text: str) -> int:
    """Return the line of the sample that has *text*."""
    return CHINESE[: CHINESE.index(text)].count("\n") + 1


@pytest.fixture(scope="module")
def document() -> StandardDocument:
    """Return what is read out of the sample."""
    return read_document(chinese())


def test_the_front_matter_is_read(document: StandardDocument) -> None:
    """Titles with their elements, codes, dates, stage, plan number and committee are read."""
    metadata = document.metadata
    assert metadata is not None
    assert (document.dialect, document.language, metadata.issuer) == (Dialect.METANORMA, "zh", Issuer.NATIONAL)
    assert metadata.titles["zh"].full == "示例产品 安全要求 第1部分：通则"
    assert (metadata.ics_codes, metadata.ccs_codes, metadata.committees) == (
        ("01.120", "03.100.20"),
        ("A10",),
        ("示例技术委员会",),
    )
    assert (metadata.publication_date, metadata.effective_date) == (date(2024, 11, 28), date(2025, 6, 1))
    assert (metadata.stage, metadata.plan_number, metadata.originator) == ("30.20", "20229999-T-999", "示例部")


@pytest.mark.parametrize(
    ("scope", "prefix", "mandate", "level", "designation"),
    [
        ("national", "GB", "mandatory", Level.NATIONAL, "GB 99999.1—2024"),
        ("national", "GB", "recommended", Level.NATIONAL, "GB/T 99999.1—2024"),
        ("national", "GB", "guidelines", Level.NATIONAL, "GB/Z 99999.1—2024"),
        ("sector", "YY", "recommended", Level.INDUSTRY, "YY/T 99999.1—2024"),
        ("local", "31", "recommended", Level.LOCAL, "DB31/T 99999.1—2024"),
        ("social", "XXX", "recommended", Level.GROUP, "T/XXX 99999.1—2024"),
        ("enterprise", "XYZ", "recommended", Level.ENTERPRISE, "Q/XYZ 99999.1—2024"),
    ],
)
def test_level_prefix_and_obligation_make_the_designation(
    scope: str, prefix: str, mandate: str, level: Level, designation: str
) -> None:
    """The designation is put together as standards of that level print it, and a note says that it was."""
    read = read_document(chinese(scope, prefix, mandate))
    assert read.metadata is not None
    assert (read.metadata.level, read.identity()) == (level, designation)
    assert any("composed" in note.template for note in read.notes)


def test_adoption_and_supersession_are_read_and_a_contradiction_is_noted(document: StandardDocument) -> None:
    """The front matter says how another standard is adopted; a foreword that says otherwise is pointed at."""
    assert [(note.designation_text, note.degree) for note in document.adoptions] == [
        ("ISO 99998-1:2020", AdoptionDegree.MOD)
    ]
    assert document.metadata is not None
    assert [(entry.relation, entry.designation_text) for entry in document.metadata.related] == [
        ("obsoletes", "GB 99997-2001")
    ]
    told = [note for note in document.notes if "the text calls the adoption" in note.template]
    assert [(note.parameters["told"], note.parameters["declared"], note.field) for note in told] == [
        ("IDT", "MOD", "/gb-standard/preface[1]/foreword[1]")
    ]


def test_what_an_author_was_to_write_is_noted(document: StandardDocument) -> None:
    """Placeholders of templates stay visible as notes: titles not supplied, and words in braces."""
    left = [note for note in document.notes if "placeholder" in note.template]
    assert [(note.parameters["text"], note.parameters["line"]) for note in left] == [
        ("[not supplied]", line_of("<title>[not supplied]")),
        ("{drafting-organizations}", line_of("<p>起草单位")),
    ]


def test_clauses_are_numbered_as_they_are_printed(document: StandardDocument) -> None:
    """The normative references are the second chapter; annexes have letters; what is unnumbered has none."""
    assert [(clause.number, clause.title, clause.level, clause.kind) for clause in document.clauses] == [
        ("", "前言", 1, ClauseKind.FOREWORD),
        ("1", "范围", 1, ClauseKind.SCOPE),
        ("2", "规范性引用文件", 1, ClauseKind.NORMATIVE_REFERENCES),
        ("3", "术语和定义", 1, ClauseKind.TERMS),
        ("4", "要求", 1, ClauseKind.CLAUSE),
        ("4.1", "总则", 2, ClauseKind.CLAUSE),
        ("A", "示例附录", 1, ClauseKind.ANNEX),
        ("A.1", "概述", 2, ClauseKind.ANNEX),
        ("", "参考文献", 1, ClauseKind.BIBLIOGRAPHY),
    ]
    assert [clause.normative for clause in document.clauses if clause.number == "A"] == [False]


def test_cross_references_are_printed_as_what_they_lead_to(document: StandardDocument) -> None:
    """A reference without words gets those of its target; one that leads nowhere is noted with its line."""
    assert document.clauses[1].text == "见第4章、4.1、附录A、表1、公式(1)、nowhere和GB/T 99996-2020。"
    (lost,) = [note for note in document.notes if "leads nowhere" in note.template]
    assert (lost.parameters, lost.field) == (
        {"line": line_of('<xref target="nowhere"'), "target": "nowhere"},
        "//xref[@target='nowhere']",
    )


def test_blocks_get_the_labels_they_are_printed_with(document: StandardDocument) -> None:
    """Notes are counted in their clause or table, lists marked by depth, footnotes put where they are marked."""
    blocks = document.clauses[5].blocks
    assert [(block.kind.value, block.number, block.text, block.level, block.inside) for block in blocks] == [
        ("paragraph", "", "甲。", 0, -1),
        ("footnote", "1)", "脚注", 0, 0),
        ("list_item", "——", "列项", 1, -1),
        ("list_item", "·", "次列项", 2, 2),
        ("list_item", "a)", "一", 1, -1),
        ("list_item", "1)", "二", 2, 4),
        ("note", "注1", "注文", 0, -1),
        ("note", "注2", "又注", 0, -1),
        ("table", "表1", "甲\t乙", 0, -1),
        ("footnote", "a", "表注", 0, 8),
        ("note", "注", "表内注", 0, 8),
        ("formula", "(1)", "r", 0, -1),
        ("paragraph", "", "r 半径", 0, 11),
    ]
    annex = document.clauses[7].blocks
    assert [(block.kind.value, block.number, block.title) for block in annex] == [
        ("figure", "图A.1", "示例图"),
        ("formula", "(A.1)", ""),
    ]


def test_every_place_leads_to_its_element(document: StandardDocument) -> None:
    """Names without a prefix are those of the root's namespace; each path leads to one element on the line said."""
    root = etree.fromstring(chinese())

    def at(xpath: str) -> etree._Element:
        steps = xpath.replace("descendant::", "descendant::m:").split("/")[1:]
        prefixed = "/".join(step if "::" in step else f"m:{step}" for step in steps)
        (element,) = root.xpath(f"/{prefixed}", namespaces={"m": OLD_NAMESPACE})
        return element

    blocks: list[Block] = [block for clause in document.clauses for block in clause.blocks]
    places = [entry.place for entry in (*document.clauses, *document.terms, *document.normative_references, *blocks)]
    assert [at(place.xpath).sourceline for place in places] == [place.line for place in places]


def test_references_are_dated_as_they_are_printed(document: StandardDocument) -> None:
    """The year stands apart from the number in the file and behind it in print."""
    assert [(entry.designation_text, entry.dated) for entry in document.normative_references] == [
        ("GB/T 99996—2020", True),
        ("ISO 99995:—", True),
        ("GB/T 99994", False),
    ]
    assert [(entry.label, entry.text, entry.designation_text) for entry in document.bibliography] == [
        ("[1]", "某人. 某书", None)
    ]
    assert [entry.designation_text for entry in document.citations] == ["GB/T 99996-2020"]


def test_term_entries_are_read_in_both_languages(document: StandardDocument) -> None:
    """Designations with language and status, definition, note and source with its modification."""
    (entry,) = document.terms
    assert (entry.number, [(term.language, term.text, term.status) for term in entry.designations]) == (
        "3.1",
        [
            ("zh", "示例", DesignationStatus.PREFERRED),
            ("en", "example", DesignationStatus.PREFERRED),
            ("zh", "样例", DesignationStatus.DEPRECATED),
        ],
    )
    assert (entry.definitions, entry.notes, entry.sources) == (
        (LanguageText("zh", "用于说明的事物"),),
        (LanguageText("zh", "一条注。"),),
        (LanguageText("zh", "GB/T 99996-2020, 改了"),),
    )


def test_the_newer_form_is_read_too() -> None:
    """Titles, identifiers, committee, secretariat and codes of the newer form stand elsewhere, and so do its terms."""
    newer = f"""<metanorma xmlns="{NAMESPACE}" flavor="iso"><bibdata type="standard">
<title language="en" type="main">Example — Rice</title><title language="en" type="title-main">Rice</title>
<docidentifier type="ISO" primary="true">ISO/CD 99999-1:2016</docidentifier>
<docidentifier type="URN">urn:x</docidentifier>
<docnumber>99999</docnumber><contributor><role type="author"><description>committee</description></role><organization>
<subdivision type="Technical committee"><name>Food</name><identifier type="full">TC 34/SC 4</identifier></subdivision>
<abbreviation>ISO</abbreviation></organization></contributor><contributor><role type="author">
<description>secretariat</description>
</role><organization><subdivision type="Secretariat"><name>SAC</name></subdivision></organization></contributor>
<language>en</language><status><stage abbreviation="CD">30</stage><substage>00</substage></status>
<ext><ics><code>67.060</code></ics></ext></bibdata><sections><terms anchor="t"><title>Terms and definitions</title>
<term anchor="p"><preferred><expression><name>paddy</name></expression></preferred><definition><verbal-definition>
<p>see <concept><refterm>rice</refterm><renderterm>rice</renderterm></concept></p></verbal-definition>
</definition></term></terms>
<clause><title>1.1<tab/>Made for print</title></clause></sections></metanorma>"""
    read = read_document(newer.encode())
    assert read.metadata is not None
    assert (read.identity(), read.metadata.committees, read.metadata.secretariat) == (
        "ISO/CD 99999-1:2016",
        ("ISO/TC 34/SC 4",),
        "SAC",
    )
    assert (read.metadata.ics_codes, read.metadata.stage) == (("67.060",), "30.00")
    assert (read.terms[0].designations[0].text, read.terms[0].definitions[0].text) == ("paddy", "see rice")
    assert (read.clauses[1].number, read.clauses[1].title) == ("1.1", "Made for print")


def test_clauses_nested_without_end_are_refused() -> None:
    """Depth costs memory, so it has a limit that no standard reaches."""
    nested = "<clause>" * 40 + "</clause>" * 40
    with pytest.raises(UnsafeDocumentError, match="nested"):
        read_document(f'<metanorma xmlns="{NAMESPACE}"><sections>{nested}</sections></metanorma>'.encode())


def test_a_root_of_no_known_vocabulary_is_named() -> None:
    """The refusal says what was found and what is read."""
    with pytest.raises(UnsupportedDocumentError, match=r"<book> in the namespace urn:x.*Metanorma"):
        read_document(b'<book xmlns="urn:x"/>')
