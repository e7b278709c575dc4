"""Speak SQL about what a search finds: how many standards there are, and how they divide."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Integer, cast, extract, func, select, tuple_
from sqlmodel import Session

from services.catalog.store_filters import Conditions, StandardFilter, conditions_of, status_on
from services.catalog.store_standards import STANDARD
from standards_tree.committees import committee_key
from standards_tree.search import CACHED, Query, committee_keys
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


# These have so few values that counting their combinations takes no longer than counting one of them.
_COARSE: Final = frozenset({FacetKind.LEVEL, FacetKind.OBLIGATION, FacetKind.STATUS})


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
    coarse = [kind for kind in kinds if kind in _COARSE]
    groups = [*([coarse] if coarse else []), *([kind] for kind in kinds if kind not in _COARSE)]
    # () makes one row of all hits.
    sets = func.grouping_sets(*(tuple_(*(values[kind.value] for kind in group)) for group in groups), tuple_())
    group_of = {_mask(group, kinds): group for group in groups}
    counts: dict[FacetKind, list[_Count]] = {kind: [] for kind in kinds}
    total = 0
    statement = select(func.grouping(*values), func.count(), *values).group_by(sets)
    for mask, count, *found in session.connection().execute(statement).all():
        if mask in group_of:
            for kind in group_of[mask]:
                counts[kind].append((found[kinds.index(kind)], count))
        else:
            total = count
    return total, {kind: _facet(kind, counts[kind], is_at_least=total > MAX_COUNTED) for kind in kinds}


def _mask(group: Sequence[FacetKind], kinds: Sequence[FacetKind]) -> int:
    """Return what GROUPING gives for rows grouped by *group*: a bit for each column that they are not grouped by."""
    return sum(1 << len(kinds) - 1 - place for place, kind in enumerate(kinds) if kind not in group)


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
    values: dict[str, int] = {}
    if kind is FacetKind.COMMITTEE:
        values = _committees(counts)
    else:
        for found, count in counts:
            for value in _values(kind, found):
                values[value] = values.get(value, 0) + count
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


def _committees(counts: Iterable[_Count]) -> dict[str, int]:
    """Count committees with those below them, whatever their spelling, each under the spelling most standards have."""
    spelled: dict[tuple[str, str], int] = {}
    for text, count in counts:
        for named in _named(text):
            spelled[named] = spelled.get(named, 0) + count
    totals: dict[str, int] = {}
    spellings: dict[str, str] = {}
    for (key, spelling), count in sorted(spelled.items(), key=lambda entry: (-entry[1], entry[0])):
        totals[key] = totals.get(key, 0) + count
        spellings.setdefault(key, spelling)
    return {spellings[key]: count for key, count in totals.items()}


@lru_cache(maxsize=CACHED)
def _named(committee: str) -> tuple[tuple[str, str], ...]:
    """Return the keys of a committee and of those above it, each as *committee* spells it."""
    spelling = fold_in_place(committee)
    found = []
    for key in committee_keys(committee_key(committee)):
        found.append((key, spelling))
        spelling = spelling.rpartition("/")[0].rstrip()
    return tuple(found)
