"""Find out which standards a standard says it adopts, and how closely."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from standards_tree.designations import find_designations
from standards_tree.documents.hardened_xml import Element
from standards_tree.documents.model import AdoptionNote, Clause, ClauseKind, Metadata, Place
from standards_tree.documents.sts_metadata import adopted_designation
from standards_tree.standards import AdoptionDegree

_DEGREES = {
    "idt": AdoptionDegree.IDT,
    "mod": AdoptionDegree.MOD,
    "eqv": AdoptionDegree.MOD,  # 等效采用: the degree between the other two until GB/T 20000.2-2001
    "neq": AdoptionDegree.NEQ,
    "等同": AdoptionDegree.IDT,
    "修改": AdoptionDegree.MOD,
    "等效": AdoptionDegree.MOD,
    "非等效": AdoptionDegree.NEQ,
    "identical": AdoptionDegree.IDT,
    "modified": AdoptionDegree.MOD,
    "not equivalent": AdoptionDegree.NEQ,
}
_BEFORE_DESIGNATION = (
    re.compile(r"(非等效|等同|修改|等效)(?:翻译)?采用[^。；;]{0,20}?(?=[A-Z])"),
    re.compile(r"\b(identical|modified|not equivalent)\s+(?:with|to|from|adoption of|in relation to)\s+(?:the\s+)?"),
)
_BEHIND_DESIGNATION = re.compile(r"[,，、]\s*(IDT|MOD|NEQ|EQV)\s*[)）]")
_REACH = 100
_MOST_STATEMENTS = 50  # in one foreword; a look for a designation behind each takes 0.1 ms
_STATING_KINDS = (ClauseKind.FOREWORD, ClauseKind.INTRODUCTION)


def adoptions_of(
    metadata: Metadata | None, adopted: Iterable[tuple[Element, Place]], clauses: Iterable[Clause]
) -> tuple[AdoptionNote, ...]:
    """Return what is adopted, once each: by its titles, foreword or introduction, or by metadata beside its own."""
    # What is said in words names the degree, so it comes first and stays.
    notes = (*adoptions_in_words(metadata, clauses), *_by_metadata(adopted))
    return merged(notes, metadata.designation if metadata else None)


def merged(notes: Iterable[AdoptionNote], own: str | None) -> tuple[AdoptionNote, ...]:
    """Return the first of the *notes* on each adopted standard; no standard adopts itself, whose designation is *own*."""
    found: dict[str, AdoptionNote] = {}
    for note in notes:
        if note.designation_text != own:
            found.setdefault("".join(note.designation_text.split()).casefold(), note)
    return tuple(found.values())


def adoptions_in_words(
    metadata: Metadata | None, clauses: Iterable[Clause], others: Iterable[tuple[str, Place]] = ()
) -> Iterator[AdoptionNote]:
    """Yield what the foreword, the introduction, the titles and *others* say is adopted, with the degree."""
    stated = list(others)
    stated += [(clause.text, clause.place) for clause in clauses if clause.kind in _STATING_KINDS]
    if metadata is not None:
        stated.extend((title.full, metadata.place) for title in metadata.titles.values())
    for text, place in stated:
        for pattern in _BEFORE_DESIGNATION:
            for match in islice(pattern.finditer(text), _MOST_STATEMENTS):
                for start, end, _ in find_designations(text[match.end() : match.end() + _REACH])[:1]:
                    if start == 0:
                        stop = match.end() + end
                        yield _note(text[match.end() : stop], match[1], text[match.start() : stop], place)
        for match in islice(_BEHIND_DESIGNATION.finditer(text), _MOST_STATEMENTS):
            begin = max(0, match.start() - _REACH)
            for start, end, _ in find_designations(text[begin : match.start()])[-1:]:
                if begin + end == match.start():
                    yield _note(text[begin + start : match.start()], match[1], text[begin + start : match.end()], place)


def _note(designation: str, degree: str, statement: str, place: Place) -> AdoptionNote:
    return AdoptionNote(designation.strip(), _DEGREES[degree.casefold()], statement, place)


def _by_metadata(adopted: Iterable[tuple[Element, Place]]) -> Iterator[AdoptionNote]:
    for block, place in adopted:
        designation = adopted_designation(block)
        if designation is not None:
            yield AdoptionNote(designation, None, designation, place)
