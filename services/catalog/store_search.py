"""Speak SQL about finding standards: list them by designation, search them by words, complete what is typed."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, not_, or_, select, text, tuple_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import Session

from services.catalog.store_facets import MAX_COUNTED, Counted, FacetKind, count_hits, count_up_to
from services.catalog.store_filters import (
    Conditions,
    StandardFilter,
    conditions_of,
    matches,
    words_tsquery,
)
from services.catalog.store_standards import LISTED, STANDARD, StandardRecord
from services.catalog.tables import OPENING_CHARACTERS
from services.runtime.columns import KeyText
from services.runtime.paging import Key, Page
from standards_tree.search import Query

# More hits than this are not weighed one by one: the exact ones come first, then those whose titles say the least beside
# what was asked for, in the order of an index. Figures: docs/adr/0004-search.md.
MAX_WEIGHED: Final = 2_000
# The last of all characters: what begins with a text lies between it and the same with this behind it.
LAST: Final = "\U0010ffff"

# Plans are made for the values at hand: the best way to a rare word is the worst to a common one. Compiling takes longer
# than any of these statements.
_PLANNING = text("SELECT set_config('plan_cache_mode', 'force_custom_plan', true), set_config('jit', 'off', true)")
_ORDER = STANDARD.c.designation_order


class Fit(IntEnum):
    """How well a standard fits a query: what the query is to it; the lower, the better.

    The whole designation, all but its year, all but its part and year, a whole title, the beginning of a designation or
    of a title, a part of a title; then the title has it as words, or only its characters.
    """

    DESIGNATION = 0
    UNDATED = 1
    SERIES = 2
    TITLE = 3
    DESIGNATION_BEGINS = 4
    TITLE_BEGINS = 5
    TITLE_CONTAINS = 6
    WORDS = 7
    CHARACTERS = 8
    NOT_WEIGHED = 9


@dataclass(frozen=True, slots=True)
class Search:
    """What is searched for, what the hits are counted by, and whether they go by designation and not by how they fit."""

    query: Query
    wanted: StandardFilter
    kinds: tuple[FacetKind, ...] = ()
    by_designation: bool = False


class Hit(NamedTuple):
    """A standard that was found, and its place in the order."""

    key: Key
    standard: StandardRecord


class SuggestionKind(StrEnum):
    """What a suggestion completes."""

    DESIGNATION = "designation"
    TITLE = "title"
    WORDS = "words"


class SuggestionRecord(NamedTuple):
    """What somebody who types may mean."""

    text: str
    kind: SuggestionKind
    standard_id: str


def list_standards(session: Session, query: Query, wanted: StandardFilter, page: Page) -> list[StandardRecord]:
    """Return one more than a page of the standards *wanted* that a search for *query* finds, by designation.

    Raises:
        NotFoundError: there is no such branch.
    """
    session.connection().execute(_PLANNING)
    conditions = conditions_of(session, query, wanted)
    if page.after is not None:
        conditions.append(page.after[0] < _ORDER)
    statement = select(*LISTED).where(*conditions).order_by(_ORDER).limit(page.size + 1)
    return [StandardRecord._make(row) for row in session.connection().execute(statement)]


def search_standards(session: Session, search: Search, page: Page) -> tuple[list[Hit], Counted | None]:
    """Return one more than a page of what *search* finds, best first; on the first page how many there are.

    Few hits are weighed, many are not; which of the two, the first page decides for those that follow.

    Raises:
        NotFoundError: there is no such branch.
    """
    session.connection().execute(_PLANNING)
    query, wanted = search.query, search.wanted
    counted = count_hits(session, query, wanted, search.kinds) if page.after is None else None
    by_designation = search.by_designation or query.is_blank
    if counted is not None:
        # What goes by designation is weighed in no time, and often stands together in the index, far from its beginning.
        most = MAX_COUNTED if by_designation or query.names_number else MAX_WEIGHED
        few = counted.total <= most and not counted.is_at_least
    else:
        few = bool(page.after and page.after[0])
    ranking = _Ranking(query, by_designation=by_designation, weighed=few)
    return list(_hits(session, ranking, conditions_of(session, query, wanted), page)), counted


def suggest_standards(session: Session, query: Query, most: int) -> list[SuggestionRecord]:
    """Return designations and titles that begin with *query*, then titles that have its words, no text twice."""
    if query.is_blank:
        return []
    session.connection().execute(_PLANNING)
    found: dict[str, SuggestionRecord] = {}
    for statement, kind in _openings(query, most):
        for title, standard_id in session.connection().execute(statement):
            found.setdefault(title, SuggestionRecord(title, kind, standard_id))
    if len(found) < most and query.terms and not query.names_number:
        conditions = conditions_of(session, query, StandardFilter())
        few = count_up_to(session, conditions, MAX_WEIGHED + 1) <= MAX_WEIGHED
        ranking = _Ranking(query, by_designation=False, weighed=few)
        for hit in _hits(session, ranking, conditions, Page(most, None)):
            title = hit.standard.title_zh or hit.standard.title_en
            found.setdefault(title, SuggestionRecord(title, SuggestionKind.WORDS, hit.standard.standard_id))
    return list(found.values())[:most]


class _Ranking:
    """The order of the hits of one query: how well they fit, how much their titles say, their designation."""

    def __init__(self, query: Query, *, by_designation: bool, weighed: bool) -> None:
        self.weighed = weighed
        self.query = query
        self.by_designation = by_designation
        plain = by_designation or query.names_number
        self.weight: ColumnElement[int] = literal(0) if plain else STANDARD.c.title_weight
        self.fit: ColumnElement[int] = literal(Fit.NOT_WEIGHED)
        if not by_designation:
            self.fit = case(*_fits(query), else_=Fit.CHARACTERS)

    @property
    def walk(self) -> list[ColumnElement[Any]]:
        """Return the order of an index that gives hits which are not weighed."""
        return [_ORDER] if self.by_designation or self.query.names_number else [STANDARD.c.title_weight, _ORDER]


def _hits(session: Session, ranking: _Ranking, conditions: Conditions, page: Page) -> Iterator[Hit]:
    """Yield one more than a page of hits in the order of *ranking*."""
    after = page.after[1:] if page.after is not None else None
    wanted = page.size + 1
    if ranking.weighed:
        yield from _weighed(session, ranking, conditions, after, wanted)
        return
    exact = [] if ranking.by_designation else _exact(ranking.query)
    if exact:
        if after is None or after[0] != Fit.NOT_WEIGHED:
            best = list(_weighed(session, ranking, [*conditions, or_(*exact)], after, wanted))
            yield from best
            wanted, after = wanted - len(best), None
        conditions = [*conditions, not_(or_(*exact))]
    if wanted:
        yield from _walked(session, ranking, conditions, after, wanted)


def _weighed(
    session: Session, ranking: _Ranking, conditions: Conditions, after: Key | None, limit: int
) -> Iterator[Hit]:
    """Yield hits by how well they fit. All of them are weighed, and first: PostgreSQL would else look for them in order."""
    weighed = select(ranking.fit.label("fit"), ranking.weight.label("weight"), _ORDER, STANDARD.c.standard_id)
    hits = weighed.where(*conditions).cte("hits").prefix_with("MATERIALIZED")
    order = [hits.c.fit, hits.c.weight, hits.c.designation_order]
    best = select(hits).order_by(*order).limit(limit)
    if after is not None:
        best = best.where(tuple_(*order) > tuple_(literal(after[0]), literal(after[1]), literal(after[2], KeyText)))
    few = best.subquery("best")
    statement = select(few.c.fit, few.c.weight, *LISTED).join(STANDARD, STANDARD.c.standard_id == few.c.standard_id)
    statement = statement.order_by(few.c.fit, few.c.weight, few.c.designation_order)
    for fit, weight, *columns in session.connection().execute(statement):
        record = StandardRecord._make(columns)
        yield Hit((int(ranking.weighed), fit, weight, record.designation_order), record)


def _walked(
    session: Session, ranking: _Ranking, conditions: Conditions, after: Key | None, limit: int
) -> Iterator[Hit]:
    """Yield hits in the order of an index, reading no more of it than the page needs."""
    statement = select(ranking.weight.label("weight"), *LISTED).where(*conditions)
    statement = statement.order_by(*ranking.walk).limit(limit)
    if after is not None:
        place = literal(after[2], KeyText)
        single = len(ranking.walk) == 1
        statement = statement.where(
            place < _ORDER if single else tuple_(*ranking.walk) > tuple_(literal(after[1]), place)
        )
    for weight, *columns in session.connection().execute(statement):
        record = StandardRecord._make(columns)
        yield Hit((0, Fit.NOT_WEIGHED, weight, record.designation_order), record)


def _exact(query: Query) -> Conditions:
    """Return the conditions of which one holds for what the query names exactly; indexes answer each."""
    standard = STANDARD.c
    numbers = [
        condition
        for column in (standard.designation_key, standard.number_key)
        for condition in (column == query.key, _begins(column, f"{query.key}-"), _begins(column, f"{query.key}."))
    ]
    titles = [
        and_(_opening(column) == query.title[:OPENING_CHARACTERS], column == query.title)
        for column in (standard.title_zh_key, standard.title_en_key)
    ]
    return [*(numbers if any(map(str.isdigit, query.key)) else ()), *titles]


def _fits(query: Query) -> list[tuple[ColumnElement[bool], Fit]]:
    """Return the conditions of every fit but the last, best first."""
    zh, en = STANDARD.c.title_zh_key, STANDARD.c.title_en_key
    numbers = (STANDARD.c.designation_key, STANDARD.c.number_key)
    key, title = query.key, query.title
    fits = [
        (or_(*(column == key for column in numbers)), Fit.DESIGNATION),
        (or_(*(_begins(column, f"{key}-") for column in numbers)), Fit.UNDATED),
        (or_(*(_begins(column, f"{key}.") for column in numbers)), Fit.SERIES),
        (or_(zh == title, en == title), Fit.TITLE),
        (or_(*(_begins(column, key) for column in numbers)), Fit.DESIGNATION_BEGINS),
        (or_(_begins(zh, title), _begins(en, title)), Fit.TITLE_BEGINS),
        (or_(func.strpos(zh, title) > 0, func.strpos(en, title) > 0), Fit.TITLE_CONTAINS),
    ]
    if query.words:
        fits.append((matches(words_tsquery(query.words)), Fit.WORDS))
    return fits


def _opening(title: ColumnElement[str]) -> ColumnElement[str]:
    """Return the beginning of a folded title, for which there is an index."""
    return func.left(title, OPENING_CHARACTERS)


def _begins(column: ColumnElement[str], opening: str) -> ColumnElement[bool]:
    return and_(column >= opening, column < opening + LAST)


def _openings(query: Query, most: int) -> Iterator[tuple[Select[Any], SuggestionKind]]:
    """Yield the statements that find what begins with *query*, each with an index in the order of its answer."""
    standard = STANDARD.c
    if any(map(str.isalnum, query.key)):
        columns = [standard.designation_key, *([standard.number_key] if query.key[0].isdigit() else [])]
        for column in columns:
            statement = select(standard.designation, standard.standard_id).where(_begins(column, query.key))
            yield statement.order_by(column).limit(most), SuggestionKind.DESIGNATION
    for key, title in ((standard.title_zh_key, standard.title_zh), (standard.title_en_key, standard.title_en)):
        opening = _opening(key)
        statement = select(title, standard.standard_id).ext(distinct_on(opening))
        statement = statement.where(_begins(opening, query.title[:OPENING_CHARACTERS]))
        yield statement.order_by(opening, _ORDER).limit(most), SuggestionKind.TITLE
