"""Speak SQL for the review desk: the queue, and how far it has been worked off."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, any_, bindparam, false, or_, select, text
from sqlmodel import Session, col

from services.linkage.store_measures import get_measure, has_hs_code
from services.linkage.tables import KEYS, MeasureRow, RequirementRow
from services.linkage.tables_links import NO_DAY, OPEN, LinkRow
from services.runtime.paging import Page
from standards_tree.standards import LinkState

REVIEW, SECOND_REVIEW, SUSPECT = "review", "second_review", "suspect"
UPCOMING, PASSED = 0, 1
MANY_MEASURES = 3_000


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which links of the queue are wanted; every condition given must hold. *not_by* is who agreed to them already."""

    as_of: date
    tasks: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    hs_prefix: str = ""
    measure: str = ""
    min_confidence: float = 0.0
    not_by: str = ""


class Waiting(NamedTuple):
    """A link that waits for a reviewer, with what it is about."""

    link: LinkRow
    text_zh: str
    text_en: str
    symbols: list[str]
    phase: int

    @property
    def order(self) -> tuple[int, str, str, str]:
        """Return where it stands in the queue."""
        return self.phase, self.link.due_on.isoformat(), repr(self.link.trade_weight), self.link.link_id

    @property
    def task(self) -> str:
        """Return what is to be done with it."""
        if self.link.state == LinkState.CONFIRMED:
            return SUSPECT
        return SECOND_REVIEW if self.link.first_reviewer else REVIEW


def list_queue(session: Session, wanted: QueueFilter, page: Page) -> list[Waiting]:
    """Return one more than a page of the queue: the next deadlines first, then those that have passed, then none.

    Raises:
        NotFoundError: there is no such measure.
    """
    found: list[Waiting] = []
    first = int(page.after[0]) if page.after is not None else UPCOMING
    for phase in range(first, PASSED + 1):
        after = page.after if phase == first else None
        query = _phase(session, wanted, phase)
        if after is not None:
            query = query.where(_behind(phase, date.fromisoformat(str(after[1])), float(after[2]), str(after[3])))
        rows = session.execute(query.limit(page.size + 1 - len(found))).all()
        found.extend(Waiting(link, zh, en, symbols, phase) for link, zh, en, symbols in rows)
        if len(found) > page.size:
            break
    return found


def _phase(session: Session, wanted: QueueFilter, phase: int) -> Any:
    day, weight = col(LinkRow.due_on), col(LinkRow.trade_weight)
    inside = day >= wanted.as_of if phase == UPCOMING else day < wanted.as_of
    order = day if phase == UPCOMING else day.desc()
    return (
        select(LinkRow, RequirementRow.text_zh, RequirementRow.text_en, MeasureRow.symbols)  # type: ignore[call-overload]
        .join(MeasureRow, col(MeasureRow.measure_id) == col(LinkRow.measure_id))
        .join(
            RequirementRow,
            and_(
                col(RequirementRow.measure_id) == col(LinkRow.measure_id),
                col(RequirementRow.number) == col(LinkRow.requirement_number),
            ),
        )
        .where(text(f"({OPEN})"), inside, *_conditions(session, wanted))
        .order_by(order, weight.desc(), col(LinkRow.link_id))
    )


def _behind(phase: int, day: date, weight: float, link_id: str) -> ColumnElement[bool]:
    """Return the condition that a link stands behind the one of these facts."""
    due_on, traded = col(LinkRow.due_on), col(LinkRow.trade_weight)
    later = due_on > day if phase == UPCOMING else due_on < day
    same_weight = and_(traded == weight, col(LinkRow.link_id) > link_id)
    # The first part repeats what the second implies, so that the index is entered where the page begins.
    edge = due_on >= day if phase == UPCOMING else due_on <= day
    return and_(edge, or_(later, and_(due_on == day, or_(traded < weight, same_weight))))


def _conditions(session: Session, wanted: QueueFilter) -> Iterator[ColumnElement[bool]]:
    suggested = col(LinkRow.state) == LinkState.SUGGESTED.value
    by_task = {
        REVIEW: and_(suggested, col(LinkRow.first_reviewer) == ""),
        SECOND_REVIEW: and_(suggested, col(LinkRow.first_reviewer) != ""),
        SUSPECT: col(LinkRow.state) == LinkState.CONFIRMED.value,
    }
    if wanted.tasks:
        yield or_(false(), *(by_task[task] for task in wanted.tasks))
    if wanted.members:
        yield col(MeasureRow.member_codes).overlap(list(wanted.members))  # type: ignore[attr-defined]
    if wanted.hs_prefix:
        covered = has_hs_code(MeasureRow.hs_codes, wanted.hs_prefix)
        found = select(col(MeasureRow.measure_id)).where(covered).limit(MANY_MEASURES + 1)
        ids = session.execute(found).scalars().all()
        # Of few measures all links are sorted; of many, the queue is read in its order, and soon holds a page of theirs.
        # One array: of two thousand values, each with a name of its own, the text of the statement took longer than its work.
        listed = col(LinkRow.measure_id) == any_(bindparam("measures", ids, type_=KEYS, unique=True))
        yield listed if len(ids) <= MANY_MEASURES else covered
    if wanted.measure:
        yield col(LinkRow.measure_id) == get_measure(session, wanted.measure).measure_id
    if wanted.min_confidence:
        yield col(LinkRow.confidence) >= wanted.min_confidence
    if wanted.not_by:
        yield col(LinkRow.first_reviewer) != wanted.not_by


def due_on(row: LinkRow) -> date | None:
    """Return the deadline of a link, None where there is none."""
    return row.due_on if row.due_on != NO_DAY else None


class Coverage(NamedTuple):
    """What was reviewed of something, and what waits."""

    key: str
    requirements: int
    unlinked: int
    confirmed: int
    rejected: int
    open: int
    awaiting_second: int
    suspect: int


# Summed by equal lists first: there are fewer of those than measures, and each is taken apart once.
_COVERAGE = """
    SELECT coalesce(key, ''), sum(requirements), sum(unlinked), sum(confirmed), sum(rejected), sum(waiting),
        sum(awaiting_second), sum(suspect)
    FROM (
        SELECT /* keys */ AS keys, sum(requirements) AS requirements, sum(unlinked) AS unlinked, sum(confirmed) AS confirmed,
            sum(rejected) AS rejected, sum(waiting) AS waiting, sum(awaiting_second) AS awaiting_second,
            sum(suspect) AS suspect
        FROM measure_tally GROUP BY 1
    ) AS summed LEFT JOIN LATERAL unnest(keys) AS key ON true
    GROUP BY 1 ORDER BY 1
"""
_KEYS = {"": "CAST('{}' AS varchar[])", "member": "member_codes", "hs_chapter": "hs_chapters"}


def coverage(session: Session, group: str) -> list[Coverage]:
    """Return how far the queue has been worked off: in all, by `member`, or by `hs_chapter`."""
    rows = session.connection().execute(text(_COVERAGE.replace("/* keys */", _KEYS[group])))
    return [Coverage(row[0], *map(int, row[1:])) for row in rows]
