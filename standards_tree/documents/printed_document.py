"""Make a standard out of lines: what a word processor, a web page or a text file holds."""

import re
from collections.abc import Iterator, Sequence

from standards_tree.documents.hardened_xml import folded
from standards_tree.documents.model import (
    AdoptionNote,
    Clause,
    ClauseKind,
    Dialect,
    Metadata,
    Place,
    PrintedElement,
    Reference,
    StandardDocument,
    TermEntry,
)
from standards_tree.documents.printed import text_of_blocks
from standards_tree.documents.printed_blocks import blocks_of_lines
from standards_tree.documents.printed_clauses import Draft, Parts, parts_of, term_drafts
from standards_tree.documents.printed_cover import Cover, cover_of, metadata_of
from standards_tree.documents.printed_entries import citations_of, references_of, term_of
from standards_tree.documents.printed_lines import Line
from standards_tree.documents.sts_adoption import adoptions_in_words, merged
from standards_tree.documents.sts_clauses import NOTHING_HERE
from standards_tree.errors import FieldViolation, UnsafeDocumentError

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_LETTER = re.compile(r"[A-Za-z]")
_JUDGED_CHARACTERS = 20_000
_SHOWN_CHARACTERS = 120
_CHINESE_SHARE = 0.15
_MAX_CITATIONS = 30_000
_LISTS = (ClauseKind.NORMATIVE_REFERENCES, ClauseKind.BIBLIOGRAPHY)


def document_of_lines(
    lines: Sequence[Line], dialect: Dialect, notes: Sequence[FieldViolation] = ()
) -> StandardDocument:
    """Return the standard that *lines* are; *notes* say what was odd in the file. Cost: linear."""
    language = _language_of(lines)
    parts = parts_of(lines)
    cover = cover_of(parts.cover)
    metadata = metadata_of(cover, lines[0].place if lines else Place("", 0))
    references: dict[ClauseKind, list[Reference]] = {kind: [] for kind in _LISTS}
    entries = {id(draft): term for draft in term_drafts(parts.clauses) if (term := term_of(draft, language))}
    clauses: list[Clause] = []
    for draft in parts.clauses:
        if id(draft) in entries:
            continue
        text = draft.lines
        if draft.kind in _LISTS:
            found, text = references_of(draft)
            references[draft.kind].extend(found)
        clauses.append(_clause(draft, text))
    normative, bibliography = (tuple(references[kind]) for kind in _LISTS)
    terms = tuple(entries.values())
    return StandardDocument(
        dialect=dialect,
        language=language,
        metadata=metadata,
        adoptions=merged(tuple(_adoptions(metadata, cover, clauses)), metadata.designation if metadata else None),
        normative_references=normative,
        bibliography=bibliography,
        citations=tuple(_citations(clauses)),
        terms=terms,
        clauses=tuple(clauses),
        notes=(*notes, *cover.notes, *_notes_of(parts, metadata, normative, terms)),
        elements_present=frozenset(_elements_present(parts, metadata)),
    )


def _clause(draft: Draft, lines: Sequence[Line]) -> Clause:
    blocks = blocks_of_lines(lines)
    return Clause(
        "",
        draft.number,
        draft.title,
        draft.level,
        draft.kind,
        draft.normative,
        text_of_blocks(blocks),
        draft.place,
        blocks,
    )


def _citations(clauses: Sequence[Clause]) -> Iterator[Reference]:
    """Yield what the clauses name beside the lists of references.

    Raises:
        UnsafeDocumentError: that is more than any document names.
    """
    cited = (entry for clause in clauses if clause.kind not in _LISTS for entry in citations_of(clause.blocks))
    for number, entry in enumerate(cited, start=1):
        if number > _MAX_CITATIONS:
            message = "the text names more than {limit} documents"
            raise UnsafeDocumentError(message, limit=_MAX_CITATIONS)
        yield entry


def _adoptions(metadata: Metadata | None, cover: Cover, clauses: Sequence[Clause]) -> Iterator[AdoptionNote]:
    """Yield what is adopted: as the cover prints it below the title, then as the foreword tells it."""
    yield from adoptions_in_words(None, (), cover.adoptions)
    yield from adoptions_in_words(metadata, clauses)


def _notes_of(
    parts: Parts, metadata: Metadata | None, normative: Sequence[Reference], terms: Sequence[TermEntry]
) -> Iterator[FieldViolation]:
    if not parts.clauses:
        yield FieldViolation("", "no clause was found: neither titles nor numbers at the beginning of lines")
    title = metadata.titles.get("zh") if metadata else None
    printed = parts.document_title
    if title and printed and not _same(title.full, printed.text):
        shown = folded(printed.text)[:_SHOWN_CHARACTERS]
        yield _note(
            printed.place,
            "line {line}: the title {text!r} differs from that of the cover",
            "paragraph {paragraph}: the title {text!r} differs from that of the cover",
            text=shown,
        )
    listed = {ClauseKind.NORMATIVE_REFERENCES: normative, ClauseKind.TERMS: terms}
    for draft in parts.clauses:
        is_empty = draft.level == 1 and draft.kind in listed and not listed[draft.kind]
        if is_empty and not any(NOTHING_HERE.search(line.text) for line in draft.lines):
            yield _note(
                draft.place,
                "line {line}: nothing could be read from the chapter {title!r}",
                "paragraph {paragraph}: nothing could be read from the chapter {title!r}",
                title=draft.title,
            )


def _note(place: Place, of_lines: str, of_paragraphs: str, **parameters: object) -> FieldViolation:
    """Return a note in the words for files that have lines, or for those that have paragraphs only."""
    if place.line:
        return FieldViolation(place.xpath, of_lines, {"line": place.line, **parameters})
    return FieldViolation(place.xpath, of_paragraphs, {"paragraph": place.paragraph, **parameters})


def _same(one: str, other: str) -> bool:
    return re.sub(r"[\s\u3000]", "", one) == re.sub(r"[\s\u3000]", "", other)


def _elements_present(parts: Parts, metadata: Metadata | None) -> Iterator[PrintedElement]:
    if metadata is not None and (metadata.designations or metadata.ics_codes):
        yield PrintedElement.COVER
    if parts.has_contents:
        yield PrintedElement.CONTENTS


def _language_of(lines: Sequence[Line]) -> str:
    """Return zh where a fair share of the letters is Chinese, else en; und where there are no letters."""
    chinese = letters = 0
    for line in lines:
        chinese += len(_CHINESE.findall(line.text))
        letters += len(_LETTER.findall(line.text))
        if chinese + letters > _JUDGED_CHARACTERS:
            break
    if not chinese + letters:
        return "und"
    return "zh" if chinese > _CHINESE_SHARE * (chinese + letters) else "en"
