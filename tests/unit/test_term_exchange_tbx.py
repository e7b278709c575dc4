"""TBX in every version and style: what is read, what is refused, what is written."""

from pathlib import Path

import pytest

from standards_tree.errors import MalformedDocumentError, UnsafeDocumentError, UnsupportedDocumentError
from standards_tree.term_exchange.reading import Severity
from standards_tree.term_exchange.tbx import read_tbx
from standards_tree.term_exchange.tbx_writing import write_tbx
from standards_tree.terms import (
    Concept,
    ConceptRelation,
    ConceptRelationKind,
    ConceptStatus,
    Definition,
    DesignationStatus,
    DesignationType,
    PartOfSpeech,
    Remark,
    TermDesignation,
)
from tbx_schemas import GRAMMAR, RULES, grammar_faults, schema_faults, schematron_faults

DCT = """<?xml version="1.0" encoding="UTF-8"?>
<tbx type="TBX-Basic" style="dct" xml:lang="en" xmlns="urn:iso:std:iso:30042:ed-2"
  xmlns:min="http://www.tbxinfo.net/ns/min" xmlns:basic="http://www.tbxinfo.net/ns/basic">
<tbxHeader><fileDesc><sourceDesc><p>示例</p></sourceDesc></fileDesc></tbxHeader>
<text><body><conceptEntry id="c1"><min:subjectField>示例领域</min:subjectField>
<langSec xml:lang="zh"><descripGrp><basic:definition>用于示例的
  定义</basic:definition><basic:source>XX/T 1</basic:source></descripGrp>
<termSec><term>示例术语</term><min:partOfSpeech>noun</min:partOfSpeech>
<min:administrativeStatus>preferredTerm-admn-sts</min:administrativeStatus>
<basic:context>这是一个示例术语。</basic:context></termSec></langSec></conceptEntry></body></text></tbx>"""
VERSION_2 = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE martif SYSTEM "TBXcoreStructV02.dtd">
<martif type="TBX" xml:lang="en"><martifHeader><fileDesc><sourceDesc><p>example</p></sourceDesc></fileDesc></martifHeader>
<text><body><termEntry id="c5"><descrip type="subjectField">examples</descrip>
<langSet xml:lang="en"><descripGrp><descrip type="definition">what is shown</descrip>
<admin type="source">XX 1</admin></descripGrp>
<ntig><termGrp><term>example</term><termNote type="partOfSpeech">noun</termNote>
<termNote type="administrativeStatus">deprecatedTerm-admn-sts</termNote></termGrp></ntig>
<tig><term>sample</term></tig></langSet></termEntry></body></text></martif>"""
FULL = Concept(
    number="3.1.1",
    domain="示例词汇",
    designations=(
        TermDesignation(
            "zh-Hans", "示例", DesignationStatus.PREFERRED, "注意", used_by=("乙部门", "甲部门"), script="Hans"
        ),
        TermDesignation("en", "example", DesignationStatus.PREFERRED, part_of_speech=PartOfSpeech.NOUN, source="XX 1"),
        TermDesignation("en", "ex.", DesignationStatus.ADMITTED, type=DesignationType.ABBREVIATION),
        TermDesignation("en", "E", DesignationStatus.SUPERSEDED, "Note: old", DesignationType.SYMBOL),
        TermDesignation("en", "exemple", DesignationStatus.DEPRECATED, "a\nb", geographical_usage="GB"),
    ),
    definitions=(Definition("en", "what <is>  shown\n  - twice", "XX/T 1", "3.1", "XX/T 0"),),
    status=ConceptStatus.RETIRED,
    source="XX/T 1, 3.1.1",
    subject_field="示例 & 例",
    notes=(Remark("zh-Hans", "注\n二行"), Remark("en", "Example: this is a note")),
    examples=(Remark("en", "one"),),
    relations=(
        ConceptRelation(ConceptRelationKind.PARTITIVE, "no such"),
        ConceptRelation(ConceptRelationKind.GENERIC, "3.1.2"),
        ConceptRelation(ConceptRelationKind.EXACT_MATCH, "https://example.org/1"),
        ConceptRelation(ConceptRelationKind.CLOSE_MATCH, "urn:x:1"),
    ),
)
OTHER = Concept(
    "3.1.2", "示例词汇", (TermDesignation("en", "thing", DesignationStatus.PREFERRED),), (), ConceptStatus.CANDIDATE, ""
)
UNNUMBERED = Concept(
    "", "", (TermDesignation("en", "stuff", DesignationStatus.PREFERRED),), (), ConceptStatus.CANDIDATE, ""
)


def test_the_good_basic_file_is_read_without_a_fault(shared_data: Path) -> None:
    """The dialect's own good file breaks no rule; older words in it are noted once each."""
    found = read_tbx((shared_data / "terminology/tbx/basic_good.tbx").read_bytes())
    assert (len(found.concepts), sum(len(one.designations) for one in found.concepts)) == (45, 113)
    assert [problem.rule for problem in found.problems] == ["tbx.older-name", "tbx.older-name"]


def test_the_good_core_file_is_read(shared_data: Path) -> None:
    """A file of the core dialect is read whole."""
    found = read_tbx((shared_data / "terminology/tbx/core_structure_good.tbx").read_bytes())
    assert (len(found.concepts), found.problems) == (45, ())


def test_every_planted_fault_is_reported_with_its_line_and_rule(shared_data: Path) -> None:
    """The dialect's bad file has five faults, named in its head."""
    found = read_tbx((shared_data / "terminology/tbx/basic_bad.tbx").read_bytes())
    faults = [(one.place.row, one.rule) for one in found.problems if one.severity is not Severity.KEPT]
    assert faults == [
        (24, "tbx.source-nesting"),
        (26, "tbx.transac-type"),
        (69, "tbx.partOfSpeech-value"),
        (97, "tbx.definition-level"),
        (140, "tbx.transacNote-type"),
    ]


def test_what_a_rule_leaves_out_is_listed_as_lost(shared_data: Path) -> None:
    """A value that breaks a rule is not read, and not gone either."""
    found = read_tbx((shared_data / "terminology/tbx/basic_bad.tbx").read_bytes())
    assert "nominal" in {loss.value for loss in found.lost}
    assert "Definitions may not go at the term level." in {loss.value for loss in found.lost}


def test_categories_as_elements_are_read() -> None:
    """DCT says the same as DCA in other markup; what the model cannot hold is listed."""
    found = read_tbx(DCT.encode())
    assert found.problems == ()
    assert found.concepts[0].subject_field == "示例领域"
    assert found.concepts[0].definitions == (Definition("zh", "用于示例的定义", "XX/T 1"),)
    designation = TermDesignation("zh", "示例术语", DesignationStatus.PREFERRED, part_of_speech=PartOfSpeech.NOUN)
    assert found.concepts[0].designations == (designation,)
    assert "termSec descrip context" in [loss.category for loss in found.lost]


def test_version_2_is_read_though_it_names_its_dtd() -> None:
    """A DTD that is only named is never opened."""
    concept = read_tbx(VERSION_2.encode()).concepts[0]
    assert concept.number == "c5"
    assert concept.definitions == (Definition("en", "what is shown", "XX 1"),)
    assert [(one.text, one.status) for one in concept.designations] == [
        ("example", DesignationStatus.DEPRECATED),
        ("sample", DesignationStatus.PREFERRED),
    ]


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE martif [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE martif SYSTEM "a.dtd" [<!ENTITY x "y">]>',
        '<!DOCTYPE tbx SYSTEM "a.dtd">',
        '<!DOCTYPE martif SYSTEM "a.dtd"><!DOCTYPE martif [<!ENTITY x "y">]>',
    ],
)
def test_a_doctype_that_says_more_than_a_name_is_refused(doctype: str) -> None:
    """No entity is ever declared."""
    content = VERSION_2.replace('<!DOCTYPE martif SYSTEM "TBXcoreStructV02.dtd">', doctype)
    with pytest.raises((UnsafeDocumentError, MalformedDocumentError)):
        read_tbx(content.encode())


def test_a_deep_file_is_refused() -> None:
    """Depth has a limit."""
    content = '<tbx type="TBX-Basic" xmlns="urn:iso:std:iso:30042:ed-2">' + "<a>" * 400 + "</a>" * 400 + "</tbx>"
    with pytest.raises(UnsafeDocumentError):
        read_tbx(content.encode())


def test_a_huge_text_is_refused() -> None:
    """A text has a limit."""
    content = DCT.replace("示例术语", "x" * 11_000_000)
    with pytest.raises(UnsafeDocumentError):
        read_tbx(content.encode())


def test_another_vocabulary_is_refused() -> None:
    """What is no TBX is told so."""
    with pytest.raises(UnsupportedDocumentError):
        read_tbx(b"<html><body/></html>")


def test_what_is_written_reads_back_the_same() -> None:
    """Everything the model holds survives TBX-Basic."""
    written = "".join(write_tbx([FULL, OTHER, UNNUMBERED], "示例")).encode()
    assert read_tbx(written).concepts == (FULL, OTHER, UNNUMBERED)


def test_what_is_written_keeps_the_rules_of_the_dialect() -> None:
    """Our own checks find nothing in what we write."""
    written = "".join(write_tbx([FULL, OTHER, UNNUMBERED], "示例")).encode()
    assert read_tbx(written).problems == ()


def test_what_is_written_is_valid_by_the_schemas(shared_data: Path) -> None:
    """RELAX NG and Schematron accept what we write."""
    written = "".join(write_tbx([FULL, OTHER, UNNUMBERED], "示例")).encode()
    assert schema_faults(written, shared_data / "terminology/tbx/schemas") == []


def test_the_reader_reports_whatever_the_schematron_reports(shared_data: Path) -> None:
    """In the bad file, line by line; names that only older files have are noted once instead of wherever they stand."""
    content = (shared_data / "terminology/tbx/basic_bad.tbx").read_bytes()
    schemas = shared_data / "terminology/tbx/schemas"
    older = "Permitted type value(s): administrativeStatus, "
    theirs = {fault.line for fault in schematron_faults(content, schemas / RULES) if not fault.says.startswith(older)}
    ours = {one.place.row for one in read_tbx(content).problems if one.rule != "tbx.older-name"}
    assert theirs == {26, 69, 97, 140}
    # The source that stands alone is against the grammar, which gives the line of the entry.
    assert 23 in {fault.line for fault in grammar_faults(content, schemas / GRAMMAR)}
    assert ours == {24, *theirs}


def test_the_good_file_breaks_the_schematron_by_older_names_alone(shared_data: Path) -> None:
    """What the dialect's own good file has against its rules is what the reader notes where it stands first."""
    content = (shared_data / "terminology/tbx/basic_good.tbx").read_bytes()
    faults = schematron_faults(content, shared_data / "terminology/tbx/schemas" / RULES)
    assert {fault.says.partition(",")[0] for fault in faults} == {"Permitted type value(s): administrativeStatus"}
    assert faults[0].line in {one.place.row for one in read_tbx(content).problems}
