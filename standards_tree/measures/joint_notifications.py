"""Gather the rows of one notification: an export repeats a joint notification once for each of its members."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from standards_tree.measures.eping_columns import Column
from standards_tree.measures.members import Member
from standards_tree.measures.model import Measure, MeasureReading, Problem, Severity, united
from standards_tree.measures.symbols import Symbol

MAX_ROWS = 200
"""How many rows one notification may have; the WTO has 166 members."""
_COLUMNS = {
    "title": Column.TITLE,
    "notification_type": Column.NOTIFICATION_TYPE,
    "distribution_date": Column.DISTRIBUTION_DATE,
    "description": Column.DESCRIPTION,
    "products": Column.PRODUCTS,
    "hs_text": Column.HS_CODES,
    "ics_text": Column.ICS_CODES,
    "comment_deadline": Column.COMMENT_DEADLINE,
    "adoption": Column.ADOPTION,
    "entry_into_force": Column.ENTRY_INTO_FORCE,
}
"""The fields of which a measure has one; of two different values the first stands."""


WINDOW = 1_000
"""How many notifications with one symbol wait for another row of theirs: those of one stand together, if at all."""

NameProblem = Callable[..., Problem]
"""Makes the problem of a row and a column: ``(row, column, value, severity, template, **parameters)``."""


@dataclass(slots=True)
class _Notification:
    measure: Measure
    rows: list[int]
    problems: list[Problem]

    def reading(self) -> MeasureReading:
        return MeasureReading(self.measure, tuple(self.rows), tuple(self.problems))


class Gathering:
    """Put rows together that share a symbol; each is one notification, whatever number of rows tells of it.

    A notification with one symbol is given away when WINDOW others have come after it, so that 80,000 do not wait in
    memory for the few that are joint; a row that comes for it later is refused.
    """

    def __init__(self, problem: NameProblem) -> None:
        self._problem = problem
        self._by_symbol: dict[Symbol, _Notification] = {}
        self._waiting: deque[_Notification] = deque()
        self._joint: list[_Notification] = []
        self._gone: dict[Symbol, int] = {}

    def add(self, measure: Measure | None, row: int, problems: list[Problem]) -> Iterator[MeasureReading]:
        """Take what one row gave, None where it was refused, and yield what is whole now."""
        known = self._known(measure) if measure else []
        refusal = self._refusal(measure, row, known) if measure else None
        if measure is None or refusal is not None:
            yield MeasureReading(None, (row,), (*problems, *([refusal] if refusal else [])))
            return
        if known:
            notification = known[0]
            self._join(notification, measure, row, problems)
        else:
            notification = _Notification(measure, [row], problems)
            (self._waiting if len(measure.symbols) == 1 else self._joint).append(notification)
        for symbol in measure.symbols:
            self._by_symbol[symbol] = notification
        if len(self._waiting) > WINDOW:
            yield from self._give()

    def rest(self) -> Iterator[MeasureReading]:
        """Yield what still waits: the joint notifications last."""
        while self._waiting:
            yield from self._give()
        for notification in self._joint:
            yield notification.reading()
        self._joint.clear()

    def _give(self) -> Iterator[MeasureReading]:
        oldest = self._waiting.popleft()
        if len(oldest.measure.symbols) > 1:
            # A row has since told that it is joint.
            self._joint.append(oldest)
            return
        symbol = oldest.measure.symbol
        self._gone[symbol] = oldest.rows[0]
        del self._by_symbol[symbol]
        yield oldest.reading()

    def _known(self, measure: Measure) -> list[_Notification]:
        """Return the notifications, each once, that have a symbol of *measure*."""
        known = [known for symbol in measure.symbols if (known := self._by_symbol.get(symbol)) is not None]
        return list({id(notification): notification for notification in known}.values()) if known else known

    def _refusal(self, measure: Measure, row: int, known: list[_Notification]) -> Problem | None:
        """Return why *measure* cannot be put with those that have its symbols, None if it can."""
        gone = [self._gone[symbol] for symbol in measure.symbols if symbol in self._gone] if self._gone else []
        if gone:
            template = "the notification stands in row {rows} already, too far above to be put together with this one"
            return self._problem(row, Column.SYMBOL, str(measure.symbol), Severity.REFUSED, template, rows=gone[0])
        if len(known) > 1:
            template = "its symbols are those of different notifications, in rows {rows}"
        elif known and len(known[0].rows) >= MAX_ROWS:
            template = "the notification that begins in row {rows} has too many rows already"
        else:
            return None
        rows = ", ".join([str(notification.rows[0]) for notification in known])
        return self._problem(row, Column.SYMBOL, str(measure.symbol), Severity.REFUSED, template, rows=rows)

    def _join(self, notification: _Notification, measure: Measure, row: int, problems: list[Problem]) -> None:
        first = notification.measure
        notification.problems += problems
        for name, column in _COLUMNS.items():
            ours, theirs = getattr(first, name), getattr(measure, name)
            if ours and theirs and ours != theirs:
                notification.problems.append(
                    self._problem(
                        row,
                        column,
                        str(getattr(theirs, "stated", theirs)),
                        Severity.KEPT,
                        "differs from row {first} of the same notification, which stands",
                        first=notification.rows[0],
                    )
                )
        notification.rows.append(row)
        notification.measure = _joined(first, measure)


def _joined(first: Measure, second: Measure) -> Measure:
    """Return *first* with what only *second* has."""
    return replace(
        first,
        symbols=tuple(dict.fromkeys([*first.symbols, *second.symbols])),
        members=_joined_members(first.members, second.members),
        title=first.title or second.title,
        notification_type=first.notification_type or second.notification_type,
        distribution_date=first.distribution_date or second.distribution_date,
        description=first.description or second.description,
        products=first.products or second.products,
        hs_codes=united(first.hs_codes, second.hs_codes),
        hs_text=first.hs_text or second.hs_text,
        ics_codes=united(first.ics_codes, second.ics_codes),
        ics_text=first.ics_text or second.ics_text,
        objectives=united(first.objectives, second.objectives),
        keywords=united(first.keywords, second.keywords),
        affected_regions=united(first.affected_regions, second.affected_regions),
        comment_deadline=first.comment_deadline or second.comment_deadline,
        adoption=first.adoption or second.adoption,
        entry_into_force=first.entry_into_force or second.entry_into_force,
        notified_document_urls=united(first.notified_document_urls, second.notified_document_urls),
        notification_urls={**second.notification_urls, **first.notification_urls},
        title_zh=first.title_zh or second.title_zh,
        agencies=united(first.agencies, second.agencies),
        articles=united(first.articles, second.articles),
        cited_standards=united(first.cited_standards, second.cited_standards),
        languages=united(first.languages, second.languages),
        pages=first.pages or second.pages,
        code_marks=tuple(dict.fromkeys([*first.code_marks, *second.code_marks])),
    )


def _joined_members(first: tuple[Member, ...], second: tuple[Member, ...]) -> tuple[Member, ...]:
    members = dict.fromkeys(first)
    for member in second:
        if member.printed and Member(member.code) in members:
            # Its row has come: the printed name takes the place kept for it.
            members = dict.fromkeys([member if known == Member(member.code) else known for known in members])
        elif not any(known.code == member.code and (known.printed or not member.printed) for known in members):
            members[member] = None
    return tuple(members)
