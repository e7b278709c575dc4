"""Read a standard from a Metanorma document, and from the older `gb-standard` form of it."""

from collections.abc import Iterable, Iterator, Sequence

from standards_tree.documents import metanorma_references as references
from standards_tree.documents.hardened_xml import Element, line_of
from standards_tree.documents.metanorma_labels import Labels, plain
from standards_tree.documents.metanorma_metadata import PLACEHOLDER, MetanormaMetadata
from standards_tree.documents.metanorma_outline import outline_of
from standards_tree.documents.metanorma_terms import MetanormaTerms
from standards_tree.documents.model import (
    AdoptionNote,
    Clause,
    ClauseKind,
    Dialect,
    Metadata,
    Place,
    PrintedElement,
    StandardDocument,
)
from standards_tree.documents.outline import Found
from standards_tree.documents.printed import text_of_blocks
from standards_tree.documents.sts_adoption import adoptions_in_words, merged
from standards_tree.documents.sts_clauses import notes_on_chapters
from standards_tree.documents.sts_metadata import language_tag
from standards_tree.documents.xml_blocks import BlockReader
from standards_tree.errors import FieldViolation

ROOTS = ("metanorma", "gb-standard", "iso-standard", "iec-standard", "standard-document", "ietf-standard")
_MOST_PLACEHOLDERS = 50


def metanorma_standard(root: Element) -> StandardDocument:
    """Return the standard below *root*, which loses its namespace. Cost: linear in the size of the file."""
    marked = plain(root)
    bibdata = root.find("bibdata")
    language = language_tag(bibdata.findtext("language") or "") if bibdata is not None else ""
    language = language or "und"
    outline = outline_of(root)
    labels = Labels(outline, language)
    footnotes = list(labels.label_footnotes(marked))
    labels.resolve(root)
    front = None
    if bibdata is not None:
        front = MetanormaMetadata(bibdata, Place(f"/{root.tag}/bibdata[1]", line_of(bibdata)), language)
    metadata = front.read() if front else None
    normative, bibliography = references.listed(outline.references)
    terms = MetanormaTerms(language)
    entries = terms.entries(outline.terms)
    clauses = tuple(_clauses(outline.clauses, BlockReader(language, footnotes)))
    declared = tuple(front.adoptions()) if front else ()
    in_words = tuple(adoptions_in_words(metadata, clauses))
    return StandardDocument(
        dialect=Dialect.METANORMA,
        language=language,
        metadata=metadata,
        adoptions=merged((*declared, *in_words), metadata.designation if metadata else None),
        normative_references=normative,
        bibliography=bibliography,
        citations=references.cited(outline.clauses),
        terms=entries,
        clauses=clauses,
        notes=(
            *(front.notes if front else ()),
            *_contradictions(declared, in_words),
            *labels.notes,
            *terms.notes,
            *notes_on_chapters(clauses, {ClauseKind.NORMATIVE_REFERENCES: normative, ClauseKind.TERMS: entries}),
            *_placeholders(clauses),
        ),
        elements_present=frozenset(_elements_present(root, metadata)),
    )


def _clauses(found: Iterable[Found], reader: BlockReader) -> Iterator[Clause]:
    for entry in found:
        blocks = reader.blocks_of(entry)
        is_annex = entry.kind is ClauseKind.ANNEX and entry.level == 1
        yield Clause(
            entry.element.get("anchor") or entry.element.get("id") or "",
            entry.label,
            entry.title,
            entry.level,
            entry.kind,
            entry.element.get("obligation") == "normative" if is_annex else None,
            text_of_blocks(blocks),
            entry.place,
            blocks,
        )


def _contradictions(declared: Iterable[AdoptionNote], in_words: Sequence[AdoptionNote]) -> Iterator[FieldViolation]:
    """Yield a note for each document whose adoption the text calls otherwise than the front matter."""
    for note in declared:
        for other in in_words:
            same = "".join(other.designation_text.split()) == "".join(note.designation_text.split())
            if same and note.degree is not None and other.degree is not note.degree:
                template = (
                    "line {line}: the text calls the adoption of {designation} {told}, the front matter {declared}"
                )
                yield FieldViolation(
                    other.place.xpath,
                    template,
                    {
                        "line": other.place.line,
                        "designation": note.designation_text,
                        "told": other.degree.value.upper() if other.degree else "",
                        "declared": note.degree.value.upper(),
                    },
                )


def _placeholders(clauses: Iterable[Clause]) -> Iterator[FieldViolation]:
    """Yield a note for each placeholder that is left in the text, the first ones of a file that is all placeholders."""
    left = _MOST_PLACEHOLDERS
    for clause in clauses:
        for block in clause.blocks:
            for found in PLACEHOLDER.findall(block.text)[:left]:
                template = "line {line}: the placeholder {text} was not replaced"
                yield FieldViolation(block.place.xpath, template, {"line": block.place.line, "text": found})
                left -= 1


def _elements_present(root: Element, metadata: Metadata | None) -> Iterator[PrintedElement]:
    if metadata is not None:
        yield PrintedElement.COVER
    if any(clause.get("type") == "toc" for clause in root.iterfind("preface/clause")):
        yield PrintedElement.CONTENTS
