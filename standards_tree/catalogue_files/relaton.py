"""Read bibliographic records in the model of Relaton (ISO 690), as its YAML files lay them out.

Records are trees of texts: mappings, lists and texts, nothing else. Where the model allows one or many, both are read.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final, TypeAlias

from standards_tree.catalogue import Scope, Title
from standards_tree.catalogue_files.entries import Reading, RelationEntry, StandardEntry
from standards_tree.catalogue_files.scopes import scope_of
from standards_tree.catalogue_files.words import STATES, read_day, word_key
from standards_tree.classifications import clean_ccs, clean_ics
from standards_tree.designations import Designation, parse_designation_or_none
from standards_tree.standards import AdoptionDegree, RelationKind, StandardStatus

Tree: TypeAlias = "str | Mapping[str, Tree] | Sequence[Tree] | None"

_STAGES: Final = {
    **dict.fromkeys(("activated", "60.60", "90", "60", "standard", "is"), StandardStatus.IN_FORCE),
    **dict.fromkeys(("95", "95.99"), StandardStatus.ABOLISHED),
}
_NEWER_FIRST: Final = frozenset({"obsoletes", "supersedes", "replaces"})
_OLDER_FIRST: Final = frozenset({"obsoletedby", "supersededby", "replacedby"})
_CITES: Final = {
    "normativelycites": RelationKind.NORMATIVE_REFERENCE,
    "cites": RelationKind.INFORMATIVE_REFERENCE,
    "informativelycites": RelationKind.INFORMATIVE_REFERENCE,
}
_ADOPTS: Final = {
    "identical": AdoptionDegree.IDT,
    "identicaladoption": AdoptionDegree.IDT,
    "equivalent": AdoptionDegree.MOD,
    "modifiedadoption": AdoptionDegree.MOD,
    "nonequivalent": AdoptionDegree.NEQ,
}
# Records of all parts of a standard hold those of the parts.
_HOLDS: Final = frozenset({"instanceof", "partof", "includes", "hasinstance", "haspart"})


def read_relaton_record(reading: Reading, row: int, record: Mapping[str, Tree]) -> None:
    """Take what *record* says of one standard into *reading*, or of its parts where it is about all of them."""
    designation = _designation(record)
    if designation is None:
        written = _first_text(record, "docid", "id", "docidentifier", "content") or _text(record.get("id"))
        reading.remark(row, "docid", written, "not the designation of a standard", refused=True)
        return
    if designation.all_parts:
        reading.remark(row, "docid", designation.official, "names all parts of a standard; the parts it lists are read")
        for kind, related in _relations(record):
            if kind in _HOLDS:
                read_relaton_record(reading, row, {**related, "relation": ()})
        return
    reading.add(_standard(reading, row, record, designation), *_edges(reading, row, record, designation))


def _standard(reading: Reading, row: int, record: Mapping[str, Tree], designation: Designation) -> StandardEntry:
    ext = _mapping(record.get("ext"))
    days = _days(reading, row, record)
    committee = next(
        (
            name
            for key in ("gbcommittee", "committee", "editorialgroup")
            for name in _names(ext.get(key) or record.get(key))
        ),
        "",
    )
    return StandardEntry(
        row,
        designation.official,
        _title(record),
        _status(reading, row, record),
        issued_on=days.get("published") or days.get("issued"),
        effective_on=days.get("implemented") or days.get("activated") or days.get("effective"),
        ended_on=days.get("obsoleted")
        if _status_word(record) in ("obsoleted", "withdrawn", "废止", "被代替")
        else None,
        reviewed_on=days.get("confirmed"),
        ics=clean_ics(";".join(_codes(ext.get("ics") or record.get("ics")))).codes,
        ccs=tuple(
            code.partition("/")[0] for code in clean_ccs(";".join(_codes(ext.get("ccs") or record.get("ccs")))).codes
        ),
        committee=committee,
        source=_first_text(record, "link", "content", "uri", "content"),
        scope=_scope(record),
    )


def _designation(record: Mapping[str, Tree]) -> Designation | None:
    """Return the number of a record: the primary one first; ``T13368`` of the type ``JB`` is JB/T 13368."""
    found = [one for key in ("docid", "docidentifier") for one in _many(record.get(key))]
    found.sort(key=lambda one: _text(_mapping(one).get("primary")) != "true")
    texts: list[str] = []
    for one in found:
        parts = _mapping(one)
        text = _text(parts.get("id")) or _text(parts.get("content")) or _text(one)
        texts += [text, f"{_text(parts.get('type'))}/{text}"]
    structured = _mapping(
        _mapping(record.get("ext")).get("structuredidentifier") or record.get("structured_identifier")
    )
    texts += [_text(structured.get("project_number")), _text(record.get("id"))]
    return next((read for text in texts if text and (read := parse_designation_or_none(text))), None)


def _title(record: Mapping[str, Tree]) -> Title:
    by_language: dict[str, dict[str, str]] = {}
    for one in _many(record.get("title")):
        parts = _mapping(one)
        language = _text(parts.get("language")) or "en"
        text = _text(parts.get("content")) or _text(one)
        by_language.setdefault(language[:2], {}).setdefault(_text(parts.get("type")) or "main", text)

    def whole(language: str) -> str:
        found = by_language.get(language, {})
        pieces = [found.get(f"title-{part}", "") for part in ("intro", "main", "part")]
        return found.get("main") or " ".join(filter(None, pieces)) or next(iter(found.values()), "")

    return Title(whole("zh"), whole("en") or ("" if whole("zh") else whole(next(iter(by_language), "en"))))


def _scope(record: Mapping[str, Tree]) -> Scope:
    """Return what a record says it is about: its abstract, the first one of each language."""
    found: dict[str, str] = {}
    for one in _many(record.get("abstract")):
        parts = _mapping(one)
        language = _text(parts.get("language"))[:2]
        found.setdefault(language, _text(parts.get("content")) or _text(one))
    return scope_of(found.get("zh", ""), found.get("en", ""), found.get("", ""))


def _status_word(record: Mapping[str, Tree]) -> str:
    status = _mapping(record.get("docstatus") or record.get("status"))
    stage = _text(_mapping(status.get("stage")).get("value")) or _text(status.get("stage"))
    substage = _text(_mapping(status.get("substage")).get("value")) or _text(status.get("substage"))
    return word_key(f"{stage}.{substage}" if substage and stage.isdecimal() else stage)


def _status(reading: Reading, row: int, record: Mapping[str, Tree]) -> StandardStatus:
    word = _status_word(record)
    status = _STAGES.get(word) or STATES.get(word)
    if status is None and word[:2].isdecimal():
        number = int(word[:2])
        status = StandardStatus.IN_FORCE if 60 < number < 95 else StandardStatus.UPCOMING
    if status is None:
        reading.remark(row, "docstatus", word, "no known state; taken to be in force, as what is published is")
    return status or StandardStatus.IN_FORCE


def _days(reading: Reading, row: int, record: Mapping[str, Tree]) -> dict[str, date]:
    found: dict[str, date] = {}
    for one in _many(record.get("date")):
        parts = _mapping(one)
        kind, text = (
            _text(parts.get("type")),
            next((_text(parts.get(key)) for key in ("value", "on", "from", "at") if key in parts), ""),
        )
        day = read_day(text)
        if day is not None:
            found.setdefault(kind, day)
        elif text:
            reading.remark(row, f"date {kind}", text, "not one day of the calendar, and left out; write 2024-11-28")
    return found


def _edges(reading: Reading, row: int, record: Mapping[str, Tree], designation: Designation) -> Iterator[RelationEntry]:
    own = designation.official
    for kind, related in _relations(record):
        other = _designation(related) or parse_designation_or_none(_text(related.get("formattedref")))
        if other is None:
            reading.remark(
                row, f"relation {kind}", _text(related.get("formattedref")), "not the designation of a standard"
            )
        elif kind in _NEWER_FIRST:
            yield RelationEntry(row, own, other.official, RelationKind.SUPERSEDES)
        elif kind in _OLDER_FIRST or (kind == "updates" and designation.body.startswith(("ISO", "IEC"))):
            # In the records of ISO, updates points from the old document to the one that took its place.
            yield RelationEntry(row, other.official, own, RelationKind.SUPERSEDES)
        elif kind in _CITES:
            yield RelationEntry(row, own, other.official, _CITES[kind])
        elif kind in _ADOPTS and designation.is_chinese and not other.is_chinese:
            yield RelationEntry(row, own, other.official, RelationKind.ADOPTS, _ADOPTS[kind])
        elif kind not in _HOLDS:
            reading.remark(
                row, f"relation {kind}", other.official, "a relation that standards systems do not know; left out"
            )


def _relations(record: Mapping[str, Tree]) -> Iterator[tuple[str, Mapping[str, Tree]]]:
    for one in _many(record.get("relation")):
        parts = _mapping(one)
        yield word_key(_text(parts.get("type"))), _mapping(parts.get("bibitem"))


def _many(tree: Tree) -> Sequence[Tree]:
    """Return the members of a list, or the one thing that stands in its place."""
    if tree is None:
        return ()
    return tree if isinstance(tree, Sequence) and not isinstance(tree, str) else (tree,)


def _mapping(tree: Tree) -> Mapping[str, Tree]:
    return tree if isinstance(tree, Mapping) else {}


def _text(tree: Tree) -> str:
    """Return a text on one line; nothing for what is none."""
    return " ".join(tree.split()) if isinstance(tree, str) else ""


def _first_text(record: Mapping[str, Tree], *path: str) -> str:
    """Return the first text at a list and a key of its members; *path* holds such pairs."""
    for collection, key in zip(path[::2], path[1::2], strict=True):
        for one in _many(record.get(collection)):
            if text := _text(_mapping(one).get(key)) or _text(one):
                return text
    return ""


def _codes(tree: Tree) -> list[str]:
    return [code for one in _many(tree) if (code := _text(_mapping(one).get("code")) or _text(one))]


def _names(tree: Tree) -> Iterator[str]:
    for one in _many(tree):
        parts = _mapping(one)
        if name := _text(parts.get("name")) or _text(parts.get("content")) or _text(one):
            yield name
        else:
            for key in ("committee", "technical_committee", "agency"):
                yield from _names(parts.get(key))
