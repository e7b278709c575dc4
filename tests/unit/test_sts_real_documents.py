"""What is read out of real ISO STS and NISO STS documents, against figures counted by other means."""

from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import pytest

from standards_tree.documents.model import StandardDocument
from standards_tree.documents.reading import read_document
from standards_tree.errors import UnsafeDocumentError, UnsupportedDocumentError
from standards_tree.terms import DesignationStatus

TBX = "urn:iso:std:iso:30042:ed-1"


@dataclass(frozen=True)
class Figures:
    """What a real document holds, counted by other means than the reader's."""

    designation: str | None
    title: str
    normative: int
    bibliography: int
    terms: int
    term_designations: int
    clauses: int


RICE = "Cereals and pulses — Specifications and test methods — "
READ = {
    "isosts11__tbx-examples.xml": Figures(None, "TBX markup examples", 0, 1, 48, 118, 2),
    "sts-ruby__tbx-nisosts-0.2.xml": Figures(None, "TBX markup examples", 0, 1, 48, 118, 2),
    "metanorma-iso__66b5db5__iso-demo.sts.xml": Figures("ISO 1730-1", f"{RICE}Rice", 0, 0, 0, 0, 0),
    "metanorma-iso__b4ff7cb__rice.sts.xml": Figures("ISO/CD 17301-1", f"{RICE}Rice", 7, 17, 0, 0, 73),
    "mn2sts__092c522__iso-rice-en.cd.sts.xml": Figures("ISO/CD 17301-1", f"{RICE}Rice (CD)", 7, 16, 15, 24, 70),
    "mnconvert__f45b764__rice-en.final.sts.xml": Figures(
        "ISO 17301-1:2016", f"{RICE}Part 1: Rice (Final)", 7, 16, 15, 24, 69
    ),
    "sts2mn__cf90730__rice-en.final.sts.xml": Figures(
        "ISO 17301-1:2016", f"{RICE}Part 1: Rice (Final)", 7, 16, 15, 24, 69
    ),
}
WITH_DOCTYPE = (
    "isosts11__Samp1.xml",
    "isosts11__Sample2.xml",
    "isosts11__isosts_tables.xml",
    "isosts11__meta-mixes_ok_1.xml",
    "isosts11__nat-meta.xml",
    "sts-ruby__feature_doc.xml",
)
OF_IEEE = ("mn-samples-ieee__0bfbd47__document.ieee.xml", "mn-samples-ieee__ba40639__document.ieee.xml")


def figures_of(document: StandardDocument) -> Figures:
    """Return the figures of what was read."""
    title = document.title("en")
    return Figures(
        document.identity(),
        title.full if title else "",
        len(document.normative_references),
        len(document.bibliography),
        len(document.terms),
        sum(len(entry.designations) for entry in document.terms),
        len(document.clauses),
    )


@pytest.mark.parametrize("name", sorted(READ))
def test_real_documents_give_the_counted_figures(name: str, shared_data: Path) -> None:
    """Designation, title and the numbers of references, terms and clauses are those that a person counted."""
    document = read_document((shared_data / "documents/sts" / name).read_bytes())
    assert figures_of(document) == READ[name]


@pytest.mark.parametrize("name", sorted(READ))
def test_real_documents_lose_no_entry(name: str, shared_data: Path) -> None:
    """Another parser counts as many ref elements, term entries, terms with a text, and sections as were read."""
    path = shared_data / "documents/sts" / name
    root = ElementTree.parse(path).getroot()  # noqa: S314  # a file of ours
    document = read_document(path.read_bytes())
    terms = [term for term in root.iter(f"{{{TBX}}}term") if "".join(term.itertext()).strip()]
    sections = [*root.iter("sec"), *root.iter("app"), *root.findall("back/ref-list")]
    assert len(document.normative_references) + len(document.bibliography) == len(list(root.iter("ref")))
    assert len(document.terms) == len(list(root.iter(f"{{{TBX}}}termEntry")))
    assert sum(len(entry.designations) for entry in document.terms) == len(terms)
    assert len(document.clauses) == len(sections)


@pytest.mark.parametrize("name", WITH_DOCTYPE)
def test_real_documents_with_a_doctype_are_refused(name: str, shared_data: Path) -> None:
    """Every DOCTYPE is refused, well meant or not, and the message says where it is and what to do."""
    with pytest.raises(UnsafeDocumentError, match="line 2: the file has a DOCTYPE"):
        read_document((shared_data / "documents/sts" / name).read_bytes())


@pytest.mark.parametrize("name", OF_IEEE)
def test_real_documents_of_the_ieee_dialect_are_refused(name: str, shared_data: Path) -> None:
    """The IEEE's own root element is named."""
    with pytest.raises(UnsupportedDocumentError, match="<standards-document>"):
        read_document((shared_data / "documents/sts" / name).read_bytes())


def test_every_real_document_is_accounted_for(shared_data: Path) -> None:
    """No file of the folder is left out of the tests above."""
    names = {path.name for path in (shared_data / "documents/sts").glob("*.xml")}
    assert names == {*READ, *WITH_DOCTYPE, *OF_IEEE}


def test_the_first_term_of_a_real_document_is_read_whole(shared_data: Path) -> None:
    """Entry 3.1 of the rice draft has its definition, its source and three designations with their statuses."""
    path = shared_data / "documents/sts/mn2sts__092c522__iso-rice-en.cd.sts.xml"
    entry = read_document(path.read_bytes()).terms[0]
    assert (entry.number, entry.id) == ("3.1", "paddy")
    assert [(term.text, term.status) for term in entry.designations] == [
        ("paddy", DesignationStatus.PREFERRED),
        ("paddy rice", DesignationStatus.ADMITTED),
        ("rough rice", DesignationStatus.ADMITTED),
    ]
    assert entry.definitions[0].text == "rice retaining its husk after threshing"
    assert entry.sources[0].text == "ISO 7301:2011, Clause 3.1"


def test_the_normative_references_of_a_real_document_are_read_as_printed(shared_data: Path) -> None:
    """The seven references of the rice standard, dated and undated, all parts and one in preparation."""
    path = shared_data / "documents/sts/mnconvert__f45b764__rice-en.final.sts.xml"
    references = read_document(path.read_bytes()).normative_references
    assert [(entry.designation_text, entry.dated) for entry in references] == [
        ("ISO 712 (all parts)", False),
        ("ISO 6646 (all parts)", False),
        ("ISO 8351-1:1994", True),
        ("ISO 8351-2", False),
        ("ISO 16634:—", True),
        ("ISO 20483:2013", True),
        ("ISO 24333:2009", True),
    ]
