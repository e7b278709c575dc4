"""Read a standard from an ISO STS or NISO STS document: metadata, titles, references, terms and clauses."""

from collections.abc import Iterator, Sequence

from standards_tree.documents.hardened_xml import DEFAULT_LIMITS, Element, XmlLimits, line_of, read_tree
from standards_tree.documents.model import ClauseKind, Dialect, Metadata, PrintedElement, StandardDocument
from standards_tree.documents.outline import outline
from standards_tree.documents.sts_adoption import adoptions_of
from standards_tree.documents.sts_blocks import BlockReader
from standards_tree.documents.sts_clauses import PARTING, clauses_of, notes_on_chapters, part_words
from standards_tree.documents.sts_metadata import MetadataReader, document_language, metadata_elements
from standards_tree.documents.sts_references import ReferenceReader
from standards_tree.documents.sts_terms import TermReader
from standards_tree.errors import UnsupportedDocumentError

_ROOTS = ("standard", "adoption")
_SHOWN_NAME_LENGTH = 80


def read_sts(content: bytes, limits: XmlLimits = DEFAULT_LIMITS) -> StandardDocument:
    """Return the standard that *content* holds.

    A document without a designation is returned too; `StandardDocument.require_identity` refuses it. Cost: linear in
    the size of the file.

    Raises:
        MalformedDocumentError: it is not well-formed XML.
        UnsafeDocumentError: it has a DOCTYPE or is larger than *limits* allow.
        UnsupportedDocumentError: it is XML in another vocabulary.
    """
    root = read_tree(content, limits)
    _check_root(root)
    # One walk over the tree for all that is looked for everywhere in it: each walk costs a tenth of the parse.
    inline = list(root.iter("std", *PARTING))
    footnotes = part_words(inline)
    blocks = metadata_elements(root)
    language = document_language(root, blocks[0][0] if blocks else None)
    front = MetadataReader(*blocks[0], language) if blocks else None
    metadata = front.read() if front else None
    found = outline(root)
    clauses = clauses_of(found, BlockReader(language, footnotes))
    references = ReferenceReader()
    normative, bibliography = references.listed(found)
    terms = TermReader(language)
    entries = terms.entries(found)
    return StandardDocument(
        dialect=_dialect(root, [block.tag for block, _ in blocks]),
        language=language,
        metadata=metadata,
        adoptions=adoptions_of(metadata, blocks[1:], clauses),
        normative_references=normative,
        bibliography=bibliography,
        citations=references.cited(inline, found),
        terms=entries,
        clauses=clauses,
        notes=(
            *(front.notes if front else ()),
            *references.notes,
            *terms.notes,
            *notes_on_chapters(clauses, {ClauseKind.NORMATIVE_REFERENCES: normative, ClauseKind.TERMS: entries}),
        ),
        elements_present=frozenset(_elements_present(root, metadata)),
    )


def _check_root(root: Element) -> None:
    namespace, _, name = root.tag.rpartition("}")
    if namespace or name not in _ROOTS:
        raise UnsupportedDocumentError(
            "line {line}: the root element is <{name}>{namespace}, not <standard> or <adoption> without namespace: "
            "only ISO STS and NISO STS documents are read",
            line=line_of(root),
            name=name[:_SHOWN_NAME_LENGTH],
            namespace=f" in the namespace {namespace[1 : _SHOWN_NAME_LENGTH + 1]}" if namespace else "",
        )


def _elements_present(root: Element, metadata: Metadata | None) -> Iterator[PrintedElement]:
    if metadata is not None:
        yield PrintedElement.COVER
    if next(root.iter("toc"), None) is not None:
        yield PrintedElement.CONTENTS


def _dialect(root: Element, blocks: Sequence[str]) -> Dialect:
    """Return NISO STS where something is there that ISO STS lacks: ``std-meta``, ``adoption`` or a ``dtd-version``."""
    is_niso = root.tag == "adoption" or root.get("dtd-version") or "std-meta" in blocks
    return Dialect.NISO_STS if is_niso else Dialect.ISO_STS
