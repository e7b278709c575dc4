"""Speak SQL about what a search finds: how many standards there are, and how they divide."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Integer, cast, extract, func, select, tuple_
from sqlmodel import Session

from services.catalog.ownership import committee_key
from services.catalog.store_filters import Conditions, StandardFilter, conditions_of, status_on
from services.catalog.store_standards import STANDARD
from standards_tree.search import Query, committee_keys
from standards_tree.text import fold_in_place

# More hits than this are not counted: 10,000 are in time for a person who types, and nobody looks through more.
MAX_COUNTED: Final = 10_000


class FacetKind(StrEnum):
    """By what the hits of a search divide."""

    LEVEL = "level"
    OBLIGATION = "obligation"
    STATUS = "status"
    ICS = "ics"
    CCS = "ccs"
    COMMITTEE = "committee"
    ISSUE_YEAR = "issue_year"


@dataclass(frozen=True, slots=True)
class FacetCounts:
    """How many hits have each value, most first; *is_at_least*: not all hits were counted."""

    kind: FacetKind
    values: tuple[tuple[str, int], ...]
    is_at_least: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """How many standards a search finds, or that there are more than *total*; and how they divide."""

    total: int
    is_at_least: bool
    facets: tuple[FacetCounts, ...] = ()


_Count = tuple[Any, int]

# Where a choice among the values of a facet stands.
_CHOICES: Final = {
    FacetKind.LEVEL: "levels",
    FacetKind.OBLIGATION: "obligations",
    FacetKind.STATUS: "statuses",
    FacetKind.ICS: "ics",
    FacetKind.CCS: "ccs",
    FacetKind.COMMITTEE: "committees",
}


def count_hits(session: Session, query: Query, wanted: StandardFilter, kinds: Sequence[FacetKind]) -> Counted:
    """Return how many standards *query* finds that are *wanted*, and how they divide by each of *kinds*.

    A facet that *wanted* has a choice of is counted without it, in a statement of its own; all others together in one.
    """
    chosen = [kind for kind in kinds if kind in _CHOICES and getattr(wanted, _CHOICES[kind])]
    others = [kind for kind in kinds if kind not in chosen]
    total, facets = _count(session, conditions_of(session, query, wanted), others, wanted.as_of)
    for kind in chosen:
        free = replace(wanted, **{_CHOICES[kind]: ()})  # type: ignore[arg-type]  # each is a tuple
        without = conditions_of(session, query, free)
        facets |= _count(session, without, [kind], wanted.as_of)[1]
    return Counted(min(total, MAX_COUNTED), total > MAX_COUNTED, tuple(facets[kind] for kind in kinds))


def count_up_to(session: Session, conditions: Conditions, limit: int) -> int:
    """Return how many standards meet *conditions*, *limit* for more."""
    hits = select(STANDARD.c.version).where(*conditions).limit(limit).subquery("hits")
    return session.connection().execute(select(func.count()).select_from(hits)).scalar_one()


def _count(
    session: Session, conditions: Conditions, kinds: Sequence[FacetKind], as_of: date | None
) -> tuple[int, dict[FacetKind, FacetCounts]]:
    """Return how many standards meet *conditions*, one more than are counted at the most, and how they divide."""
    if not kinds:
        return count_up_to(session, conditions, MAX_COUNTED + 1), {}
    columns = _columns(as_of)
    hits = select(*(columns[kind].label(kind.value) for kind in kinds)).where(*conditions)
    values = hits.limit(MAX_COUNTED + 1).subquery("hits").c
    # GROUPING has a bit for each column that a row is not grouped by, and () makes one row of all hits.
    sets = func.grouping_sets(*(tuple_(value) for value in values), tuple_())
    total = 0
    counts: dict[FacetKind, list[_Count]] = {kind: [] for kind in kinds}
    kind_of = {(1 << len(kinds)) - 1 - (1 << place): kind for place, kind in enumerate(reversed(kinds))}
    statement = select(func.grouping(*values), func.count(), *values).group_by(sets)
    for mask, count, *found in session.connection().execute(statement):
        if mask in kind_of:
            kind = kind_of[mask]
            counts[kind].append((found[kinds.index(kind)], count))
        else:
            total = count
    return total, {kind: _facet(kind, counts[kind], is_at_least=total > MAX_COUNTED) for kind in kinds}


def _columns(as_of: date | None) -> dict[FacetKind, ColumnElement[Any]]:
    standard = STANDARD.c
    return {
        FacetKind.LEVEL: standard.level,
        FacetKind.OBLIGATION: standard.obligation,
        FacetKind.STATUS: status_on(as_of),
        FacetKind.ICS: standard.ics,
        FacetKind.CCS: standard.ccs,
        FacetKind.COMMITTEE: standard.committee,
        FacetKind.ISSUE_YEAR: cast(extract("year", standard.issued_on), Integer),
    }


def _facet(kind: FacetKind, counts: Iterable[_Count], *, is_at_least: bool) -> FacetCounts:
    """Return the values in their order; a standard counts once for a value, however many codes lie below that."""
    if kind is FacetKind.COMMITTEE:
        values = _committees(counts)
    else:
        values = Counter()
        for found, count in counts:
            values.update(dict.fromkeys(_values(kind, found), count))
    ordered = sorted(values.items(), key=lambda entry: (-entry[1], entry[0]))
    return FacetCounts(kind, tuple(ordered), is_at_least)


def _values(kind: FacetKind, found: Any) -> set[str]:
    if found is None:
        return set()
    if kind is FacetKind.ICS:
        return {code[:2] for code in found}
    if kind is FacetKind.CCS:
        return {code[:1] for code in found}
    return {str(found)}


def _committees(counts: Iterable[_Count]) -> Counter[str]:
    """Count committees with those below them, whatever their spelling, each under the spelling most standards have."""
    totals: Counter[str] = Counter()
    spellings: dict[str, Counter[str]] = {}
    for text, count in counts:
        spelling = fold_in_place(text)
        for key in committee_keys(committee_key(text)):
            totals[key] += count
            spellings.setdefault(key, Counter())[spelling] += count
            spelling = spelling.rpartition("/")[0].rstrip()
    return Counter({min(spellings[key].items(), key=lambda one: (-one[1], one[0]))[0]: totals[key] for key in totals})
