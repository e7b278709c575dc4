"""Read a standard document of any dialect: what its bytes are decides which reader they go to."""

from standards_tree.documents.docx import read_docx
from standards_tree.documents.hardened_xml import DEFAULT_LIMITS, XmlLimits, line_of, read_tree
from standards_tree.documents.html_page import looks_like_html, read_html
from standards_tree.documents.metanorma import ROOTS as METANORMA_ROOTS
from standards_tree.documents.metanorma import metanorma_standard
from standards_tree.documents.model import StandardDocument
from standards_tree.documents.plain_text import read_plain_text
from standards_tree.documents.sts import ROOTS as STS_ROOTS
from standards_tree.documents.sts import sts_standard
from standards_tree.documents.xml_encoding import looks_like_xml
from standards_tree.errors import FieldViolation, UnsupportedDocumentError

_ZIP_SIGNATURE = b"PK\x03\x04"
_SHOWN_NAME_LENGTH = 80


def _in_namespace(namespace: str) -> FieldViolation | str:
    return FieldViolation("", " in the namespace {namespace}", {"namespace": namespace}) if namespace else ""


def read_document(content: bytes, limits: XmlLimits = DEFAULT_LIMITS) -> StandardDocument:
    """Return the standard that *content* holds.

    A document without a designation is returned too; `StandardDocument.require_identity` refuses it. Cost: linear in
    the size of the file.

    Raises:
        MalformedDocumentError: it is not well-formed.
        UnsafeDocumentError: it has a DOCTYPE or is larger than *limits* allow.
        UnsupportedDocumentError: it is in another format or vocabulary.
    """
    if content.startswith(_ZIP_SIGNATURE):
        return read_docx(content)
    if looks_like_html(content):
        return read_html(content)
    if not looks_like_xml(content):
        return read_plain_text(content)
    root = read_tree(content, limits)
    namespace, _, name = root.tag.rpartition("}")
    if not namespace and name in STS_ROOTS:
        return sts_standard(root)
    if namespace and name in METANORMA_ROOTS:
        return metanorma_standard(root)
    raise UnsupportedDocumentError(
        "line {line}: the root element is <{name}>{namespace}, not <standard> or <adoption> without namespace, "
        "<metanorma> or <gb-standard>: only ISO STS, NISO STS and Metanorma documents are read",
        line=line_of(root),
        name=name[:_SHOWN_NAME_LENGTH],
        namespace=_in_namespace(namespace[1 : _SHOWN_NAME_LENGTH + 1]),
    )
