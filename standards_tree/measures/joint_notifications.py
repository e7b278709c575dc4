"""Gather the rows of one notification: an export repeats a joint notification once for each of its members."""

from dataclasses import dataclass, replace

from standards_tree.measures.eping_columns import Column, Header
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


@dataclass(slots=True)
class _Notification:
    measure: Measure
    rows: list[int]
    problems: list[Problem]


class Gathering:
    """Put rows together that share a symbol; each is one notification, whatever number of rows tells of it."""

    def __init__(self, header: Header) -> None:
        self._header = header
        self._gathered: list[_Notification | MeasureReading] = []
        self._by_symbol: dict[Symbol, _Notification] = {}

    def add(self, measure: Measure | None, row: int, problems: list[Problem]) -> None:
        """Take what one row gave: None where it was refused."""
        known = self._known(measure) if measure else []
        refusal = self._refusal(measure, row, known) if measure else None
        if measure is None or refusal is not None:
            self._gathered.append(MeasureReading(None, (row,), (*problems, *([refusal] if refusal else []))))
            return
        if known:
            notification = known[0]
            self._join(notification, measure, row, problems)
        else:
            notification = _Notification(measure, [row], problems)
            self._gathered.append(notification)
        for symbol in measure.symbols:
            self._by_symbol[symbol] = notification

    def readings(self) -> tuple[MeasureReading, ...]:
        """Return what was gathered, in the order of the first rows."""
        return tuple(
            [
                found
                if isinstance(found, MeasureReading)
                else MeasureReading(found.measure, tuple(found.rows), tuple(found.problems))
                for found in self._gathered
            ]
        )

    def _known(self, measure: Measure) -> list[_Notification]:
        """Return the notifications, each once, that have a symbol of *measure*."""
        known = [known for symbol in measure.symbols if (known := self._by_symbol.get(symbol)) is not None]
        return list({id(notification): notification for notification in known}.values()) if known else known

    def _refusal(self, measure: Measure, row: int, known: list[_Notification]) -> Problem | None:
        """Return why *measure* cannot be put with those that have its symbols, None if it can."""
        if len(known) > 1:
            template = "its symbols are those of different notifications, in rows {rows}"
        elif known and len(known[0].rows) >= MAX_ROWS:
            template = "the notification that begins in row {rows} has too many rows already"
        else:
            return None
        rows = ", ".join([str(notification.rows[0]) for notification in known])
        return self._header.problem(row, Column.SYMBOL, str(measure.symbol), Severity.REFUSED, template, rows=rows)

    def _join(self, notification: _Notification, measure: Measure, row: int, problems: list[Problem]) -> None:
        first = notification.measure
        notification.problems += problems
        for name, column in _COLUMNS.items():
            ours, theirs = getattr(first, name), getattr(measure, name)
            if ours and theirs and ours != theirs:
                notification.problems.append(
                    self._header.problem(
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
