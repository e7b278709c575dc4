"""Read a standard from an ISO STS or NISO STS document: metadata, titles, references, terms and clauses."""

from collections.abc import Iterator, Sequence

from standards_tree.documents.hardened_xml import Element
from standards_tree.documents.model import ClauseKind, Dialect, Metadata, PrintedElement, StandardDocument
from standards_tree.documents.outline import outline
from standards_tree.documents.sts_adoption import adoptions_of
from standards_tree.documents.sts_clauses import PARTING, clauses_of, notes_on_chapters, part_words
from standards_tree.documents.sts_metadata import MetadataReader, document_language, metadata_elements
from standards_tree.documents.sts_references import ReferenceReader
from standards_tree.documents.sts_terms import TermReader
from standards_tree.documents.xml_blocks import BlockReader

ROOTS = ("standard", "adoption")


def sts_standard(root: Element) -> StandardDocument:
    """Return the standard below *root*, which loses its footnotes. Cost: linear in the size of the file."""
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


def _elements_present(root: Element, metadata: Metadata | None) -> Iterator[PrintedElement]:
    if metadata is not None:
        yield PrintedElement.COVER
    if next(root.iter("toc"), None) is not None:
        yield PrintedElement.CONTENTS


def _dialect(root: Element, blocks: Sequence[str]) -> Dialect:
    """Return NISO STS where something is there that ISO STS lacks: ``std-meta``, ``adoption`` or a ``dtd-version``."""
    is_niso = root.tag == "adoption" or root.get("dtd-version") or "std-meta" in blocks
    return Dialect.NISO_STS if is_niso else Dialect.ISO_STS
