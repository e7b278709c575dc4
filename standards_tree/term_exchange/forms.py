"""Find out what a file of concepts is, and read it; write concepts in the form asked for."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Final

from standards_tree.documents.hardened_xml import read_tree
from standards_tree.errors import UnsupportedDocumentError
from standards_tree.term_exchange.glossarist import read_glossarist
from standards_tree.term_exchange.reading import ReadConcepts
from standards_tree.term_exchange.skos import Syntax, read_skos
from standards_tree.term_exchange.skos_writing import DEFAULT_BASE, write_skos
from standards_tree.term_exchange.sts import read_sts_terms
from standards_tree.term_exchange.table import read_table
from standards_tree.term_exchange.table_writing import write_csv, write_xlsx
from standards_tree.term_exchange.tbx import read_tbx
from standards_tree.term_exchange.tbx_writing import write_tbx
from standards_tree.terms import Concept


class Form(StrEnum):
    """What a file of concepts is."""

    AUTO = "auto"
    TBX = "tbx"
    STS = "sts"
    TURTLE = "skos-turtle"
    JSON_LD = "skos-jsonld"
    GLOSSARIST = "glossarist"
    CSV = "csv"
    XLSX = "xlsx"


WRITTEN: Final = (Form.TBX, Form.TURTLE, Form.JSON_LD, Form.CSV, Form.XLSX)
_ENDINGS: Final = {
    "tbx": Form.TBX, "tbxm": Form.TBX, "mtf": Form.TBX, "ttl": Form.TURTLE, "turtle": Form.TURTLE, "nt": Form.TURTLE,
    "jsonld": Form.JSON_LD, "json": Form.JSON_LD, "yaml": Form.GLOSSARIST, "yml": Form.GLOSSARIST, "csv": Form.CSV,
    "tsv": Form.CSV, "txt": Form.CSV, "xlsx": Form.XLSX, "xlsm": Form.XLSX,
}  # fmt: skip
_RDF_XML: Final = ("rdf", "owl")


def read_concepts(content: bytes, name: str, form: Form = Form.AUTO) -> ReadConcepts:
    """Return the concepts of the file *name*; what it is, is told by its name where *form* does not say.

    Raises:
        UnsupportedDocumentError: neither tells what it is, or it is a form that is not read.
        MalformedDocumentError, UnsafeDocumentError: it is not what it claims, or could do harm.
    """
    found = _form(content, name) if form is Form.AUTO else form
    match found:
        case Form.TBX:
            return read_tbx(content)
        case Form.STS:
            return read_sts_terms(content)
        case Form.TURTLE:
            return read_skos(content, Syntax.TURTLE)
        case Form.JSON_LD:
            return read_skos(content, Syntax.JSON_LD)
        case Form.GLOSSARIST:
            return read_glossarist(content, name)
        case _:
            return read_table(content)


def write_concepts(
    concepts: Sequence[Concept], form: Form, source: str, language: str = "en", base: str = DEFAULT_BASE
) -> Iterator[bytes]:
    """Yield the file that holds *concepts*; *source* says where they come from, *base* begins the IRIs of SKOS.

    Raises:
        UnsupportedDocumentError: *form* is one that is only read.
    """
    match form:
        case Form.TBX:
            yield from (piece.encode() for piece in write_tbx(concepts, source, language))
        case Form.TURTLE:
            yield write_skos(concepts, Syntax.TURTLE, base)
        case Form.JSON_LD:
            yield write_skos(concepts, Syntax.JSON_LD, base)
        case Form.CSV:
            yield from (piece.encode() for piece in write_csv(concepts, language))
        case Form.XLSX:
            yield write_xlsx(concepts, language)
        case _:
            message = "{form} is not written; written are {written}"
            raise UnsupportedDocumentError(message, form=form.value, written=", ".join(WRITTEN))


def _form(content: bytes, name: str) -> Form:
    ending = name.lower().rpartition(".")[2]
    if ending in _ENDINGS:
        return _ENDINGS[ending]
    if ending in _RDF_XML:
        raise UnsupportedDocumentError("RDF/XML is not read; convert {name} to Turtle or JSON-LD", name=name)
    if ending == "xml":
        root = str(read_tree(content).tag).rpartition("}")[2]
        if root == "RDF":
            raise UnsupportedDocumentError("RDF/XML is not read; convert {name} to Turtle or JSON-LD", name=name)
        return Form.TBX if root in ("tbx", "martif", "TBX") else Form.STS
    message = "{name} does not tell what it is; --format does: {known}"
    raise UnsupportedDocumentError(message, name=name, known=", ".join(form for form in Form if form is not Form.AUTO))
