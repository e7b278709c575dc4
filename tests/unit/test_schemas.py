"""Documents are held against schemas as the validator of libxml2 holds them, with line and XPath."""

import csv
import re
from pathlib import Path

import pytest

from standards_tree.documents.schemas import SCHEMAS, SchemaFolder, Verdict
from standards_tree.errors import (
    InvalidArgumentError,
    MalformedDocumentError,
    PreconditionError,
    UnsafeDocumentError,
)

COLUMNS = {
    "niso-sts-1.2": "niso12_interchange_rng",
    "niso-sts-1.0": "niso10_interchange_rng",
    "iso-sts-1.1": "isosts_rng",
    "niso-sts-1.0-xsd": "niso10_extended_xsd",
}
SCHEMA = """<element name="standard" xmlns="http://relaxng.org/ns/structure/1.0"><oneOrMore><element name="p"><text/>
</element></oneOrMore></element>"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with one small schema, some folders down."""
    path = tmp_path / "any" / "isosts" / "ISOSTS.rng"
    path.parent.mkdir(parents=True)
    path.write_text(SCHEMA, encoding="utf-8")
    return tmp_path


def verdict(folder: Path, content: str, *schemas: str) -> Verdict:
    """Return what the only schema says."""
    (found,) = SchemaFolder(folder).verdicts(content.encode(), schemas)
    return found


def test_the_verdicts_on_real_documents_are_those_of_the_validator(shared_data: Path) -> None:
    """Fifteen documents by four schemas: the same verdict, number of problems and first problem as was recorded."""
    schemas = SchemaFolder(shared_data / "documents/schemas")
    compared = 0
    with (shared_data / "documents/VALIDITY.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            content = (shared_data / "documents/sts" / row["file"].removeprefix("docs/")).read_bytes()
            for found in schemas.verdicts(content, tuple(COLUMNS)):
                recorded = row[COLUMNS[found.schema]]
                assert shown(found)[: len(recorded)] == recorded, (row["file"], found.schema)
                compared += 1
    assert compared == 60


def shown(found: Verdict) -> str:
    """Return a verdict as the file records it, which tells the end of a message only of RELAX NG."""
    if not found.problems:
        return "valid"
    message = found.problems[0].message
    if message.startswith("Internal error:"):  # an entity, which the DOCTYPE would have to declare
        assert (found.problem_count, "entity reference" in message) == (1, True)
        return "err Internal error in XML Schema validation."
    return f"invalid({found.problem_count}): {message}"


def test_a_problem_has_its_line_and_xpath(folder: Path) -> None:
    """Where it is wrong can be found in the file."""
    assert verdict(folder, "<standard>\n<p/></standard>").is_valid
    found = verdict(folder, "<standard>\n<p/>\n<q/></standard>", "iso-sts-1.1")
    assert not found.is_valid
    assert (found.problems[0].line, found.problems[0].xpath) == (3, "/standard/q")


def test_what_a_doctype_declares_is_not_read(folder: Path) -> None:
    """A DOCTYPE is passed over with its lines; an entity that needs it is a problem, and no file is ever opened."""
    declared = '<!DOCTYPE standard [\n<!ENTITY x SYSTEM "file:///etc/passwd">\n<!-- ]> --> <!ENTITY y "a]>">\n]>'
    assert verdict(folder, f"{declared}\n<standard><p>1</p></standard>").is_valid
    found = verdict(folder, f"{declared}\n<standard>\n<q>&x;&y;</q></standard>")
    assert (found.is_valid, found.problems[0].line) == (False, 6)


@pytest.mark.parametrize(
    "content",
    [
        "<!DOCTYPE a",
        "<!DOCTYPE a [<!ENTITY",
        '<!DOCTYPE a "',
        "<!DOCTYPE a><!DOCTYPE b><standard/>",
        "no XML",
        "<standard>",
        "",
    ],
)
def test_what_is_no_xml_is_refused(folder: Path, content: str) -> None:
    """A verdict is given on XML only."""
    with pytest.raises(InvalidArgumentError):
        verdict(folder, content)


def test_a_second_doctype_is_refused(folder: Path) -> None:
    """One may be passed over; behind it nothing may hide."""
    with pytest.raises(UnsafeDocumentError, match="DOCTYPE"):
        verdict(folder, "<!DOCTYPE a><!DOCTYPE b [<!ENTITY x 'y'>]><standard/>")


def test_billions_of_laughs_are_not_laughed(folder: Path) -> None:
    """Entities that would grow are passed over like all others."""
    laughs = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 10))
    found = verdict(folder, f'<!DOCTYPE standard [<!ENTITY l0 "x">{laughs}]><standard><q>&l9;</q></standard>')
    assert not found.is_valid


def test_a_schema_that_is_not_there_is_said_to_be(folder: Path) -> None:
    """Who runs the program learns which file to put where; who asks, which names there are."""
    with pytest.raises(PreconditionError, match="TBT_SCHEMA_FOLDER"):
        list(SchemaFolder(None).verdicts(b"<standard/>", ()))
    with pytest.raises(PreconditionError, match=r"NISO-STS-interchange-1-mathml3\.rng"):
        verdict(folder, "<standard/>", "niso-sts-1.2")
    with pytest.raises(InvalidArgumentError, match=re.escape(", ".join(SCHEMAS))):
        verdict(folder, "<standard/>", "niso-sts-9.9")


def test_a_file_that_is_no_schema_is_named(tmp_path: Path) -> None:
    """A damaged schema is the operator's to mend."""
    (tmp_path / "ISOSTS.rng").write_text("<broken", encoding="utf-8")
    with pytest.raises(MalformedDocumentError, match=r"ISOSTS\.rng"):
        verdict(tmp_path, "<standard/>", "iso-sts-1.1")


def test_an_xml_schema_reads_nothing_outside_of_its_folder(tmp_path: Path) -> None:
    """Neither an address nor a file elsewhere is opened for a schema; the refusal names it."""
    path = tmp_path / "xsd" / "NISO-STS-extended-1-mathml3.xsd"
    path.parent.mkdir()
    for location in ("http://127.0.0.1:9/a.xsd", "../a.xsd", "file:///etc/passwd"):
        path.write_text(
            f"""<schema xmlns="http://www.w3.org/2001/XMLSchema"><include schemaLocation="{location}"/></schema>""",
            encoding="utf-8",
        )
        with pytest.raises(MalformedDocumentError, match=re.escape(location)):
            verdict(tmp_path, "<standard/>", "niso-sts-1.0-xsd")


def test_an_xml_schema_waits_until_it_is_named(folder: Path) -> None:
    """It takes seconds, which nobody waits for unasked."""
    (folder / "NISO-STS-extended-1-mathml3.xsd").write_text(
        """<schema xmlns="http://www.w3.org/2001/XMLSchema"><element name="standard" type="int"/></schema>""",
        encoding="utf-8",
    )
    assert verdict(folder, "<standard><p>1</p></standard>").schema == "iso-sts-1.1"
    found = verdict(folder, "<standard>\n1</standard>", "niso-sts-1.0-xsd")
    assert (found.is_valid, verdict(folder, "<standard>x</standard>", "niso-sts-1.0-xsd").is_valid) == (True, False)


def test_a_schema_that_a_document_names_is_not_read(tmp_path: Path) -> None:
    """What is wrong is said by the schema of the operator, not by one that comes with the document."""
    ours = """<schema xmlns="http://www.w3.org/2001/XMLSchema"><element name="standard"><complexType><sequence>
    <any processContents="lax" namespace="##any"/></sequence></complexType></element></schema>"""
    (tmp_path / "NISO-STS-extended-1-mathml3.xsd").write_text(ours, encoding="utf-8")
    theirs = tmp_path / "theirs.xsd"
    theirs.write_text(
        """<schema xmlns="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:x"><element name="x" type="int"/></schema>""",
        encoding="utf-8",
    )
    for named in (f'schemaLocation="urn:x {theirs.as_uri()}"', f'noNamespaceSchemaLocation="{theirs.as_uri()}"'):
        spaces = f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:{named}'
        inside = f"<standard><x xmlns='urn:x' {spaces}>no number</x></standard>"
        assert verdict(tmp_path, inside, "niso-sts-1.0-xsd").is_valid
        assert not verdict(tmp_path, f"<x xmlns='urn:x' {spaces}>1</x>", "niso-sts-1.0-xsd").is_valid
