"""Say what a foreign measure is, and what reading one from a file found out."""

import functools
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from standards_tree.classifications import Scheme
from standards_tree.measures.dates import DateReading
from standards_tree.measures.members import Member
from standards_tree.measures.symbols import Agreement, SuffixKind, Symbol
from standards_tree.text import match_key

MAX_SHOWN_CHARACTERS = 200


class NotificationKind(StrEnum):
    """What a notification is for: a new measure, or something about one that was notified before.

    ``URGENT`` is TBT art. 2.10.1 and 5.7.1, ``EMERGENCY`` its counterpart under SPS.
    """

    REGULAR = "regular"
    URGENT = "urgent"
    EMERGENCY = "emergency"
    REVISION = "revision"
    ADDENDUM = "addendum"
    CORRIGENDUM = "corrigendum"
    SUPPLEMENT = "supplement"
    EQUIVALENCE = "equivalence"
    OTHER = "other"


# In this order: an "Addendum to Emergency Notification" is an addendum.
_KIND_WORDS = (
    (NotificationKind.CORRIGENDUM, ("corrigend", "勘误")),
    (NotificationKind.ADDENDUM, ("addend", "补遗")),
    (NotificationKind.REVISION, ("revision", "修订")),
    (NotificationKind.SUPPLEMENT, ("supplement", "增补")),
    (NotificationKind.EQUIVALENCE, ("equivalence", "等效")),
    (NotificationKind.EMERGENCY, ("emergency", "紧急")),
    (NotificationKind.URGENT, ("urgent",)),
    (NotificationKind.REGULAR, ("regular", "常规")),
)
_KIND_OF_SUFFIX = {
    SuffixKind.REVISION: NotificationKind.REVISION,
    SuffixKind.ADDENDUM: NotificationKind.ADDENDUM,
    SuffixKind.CORRIGENDUM: NotificationKind.CORRIGENDUM,
    SuffixKind.SUPPLEMENT: NotificationKind.SUPPLEMENT,
}


def read_notification_kind(printed: str) -> NotificationKind:
    """Return the kind that *printed* names in English or Chinese, ``OTHER`` if it names none."""
    return _kind_of(printed[:MAX_SHOWN_CHARACTERS])


@functools.lru_cache(maxsize=1024)
def _kind_of(printed: str) -> NotificationKind:
    """Return the kind that is named; a file of thousands of notifications prints a dozen types."""
    text = match_key(printed)
    for kind, words in _KIND_WORDS:
        if any(word in text for word in words):
            return kind
    return NotificationKind.OTHER


def notification_kind_of(symbol: Symbol) -> NotificationKind:
    """Return the kind that the end of *symbol* shows; without a suffix, a regular notification."""
    return _KIND_OF_SUFFIX[symbol.suffixes[-1].kind] if symbol.suffixes else NotificationKind.REGULAR


def under_agreement(kind: NotificationKind, agreement: Agreement) -> NotificationKind:
    """Return *kind* by the name it has under *agreement*: 紧急通报 is urgent under TBT and an emergency under SPS."""
    if kind in {NotificationKind.URGENT, NotificationKind.EMERGENCY}:
        return NotificationKind.URGENT if agreement is Agreement.TBT else NotificationKind.EMERGENCY
    return kind


class Origin(StrEnum):
    """Where a record of a measure comes from: that decides whose word counts where two differ.

    ``WTO`` is what the WTO publishes, ``PLATFORM`` what somebody else's platform repeats of it, ``ENTERED`` what a
    person typed in.
    """

    WTO = "wto"
    PLATFORM = "platform"
    ENTERED = "entered"


@dataclass(frozen=True, slots=True)
class CodeMark:
    """Keep a code that was not simply read: what was found, what it was read as (empty: unread) and why."""

    scheme: Scheme
    found: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """Describe a measure as one notification document tells it; a joint notification is one measure of several members.

    Texts are plain, without markup. Codes are canonical, with the cell they were read from in ``hs_text`` and
    ``ics_text``. A date the notification does not speak of is None; one it calls undetermined is a `DateReading`
    without a day.
    """

    symbols: tuple[Symbol, ...]
    members: tuple[Member, ...]
    title: str
    notification_kind: NotificationKind
    notification_type: str = ""
    distribution_date: date | None = None
    description: str = ""
    products: str = ""
    hs_codes: tuple[str, ...] = ()
    hs_text: str = ""
    ics_codes: tuple[str, ...] = ()
    ics_text: str = ""
    objectives: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    affected_regions: tuple[str, ...] = ()
    comment_deadline: DateReading | None = None
    adoption: DateReading | None = None
    entry_into_force: DateReading | None = None
    notified_document_urls: tuple[str, ...] = ()
    notification_urls: dict[str, str] = field(default_factory=dict)
    source: str = ""
    title_zh: str = ""
    agencies: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    cited_standards: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    pages: str = ""
    code_marks: tuple[CodeMark, ...] = ()
    origin: Origin = Origin.WTO

    @property
    def symbol(self) -> Symbol:
        """Return the first symbol, which names the measure."""
        return self.symbols[0]

    @property
    def agreement(self) -> Agreement:
        """Return the agreement it is notified under; no notification is under both."""
        return self.symbols[0].agreement


class Severity(StrEnum):
    """What became of a value that was not simply read.

    ``REFUSED``: its row gives no measure. ``CORRECTED``: it was read as something else than it says. ``KEPT``: it
    stands as printed, because it could not be read or contradicts another.
    """

    REFUSED = "refused"
    CORRECTED = "corrected"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Problem:
    """Name one place of a file and what is wrong there.

    *template* is a ``str.format`` template and the key of its translation. *row* counts from 1 as the spreadsheet does;
    *column* is a letter.
    """

    row: int
    column: str
    header: str
    value: str
    severity: Severity
    template: str
    parameters: dict[str, object] = field(default_factory=dict)

    @property
    def what(self) -> str:
        """Return the English message."""
        return self.template.format(**self.parameters)

    @property
    def place(self) -> str:
        """Return the column as a reader looks for it: ``G (HS code(s))``, or the name of a field."""
        return f"{self.column} ({self.header})" if self.column else self.header


@dataclass(frozen=True, slots=True)
class MeasureReading:
    """Hold what the rows of one notification gave: a measure, or None where they were refused, and every problem."""

    measure: Measure | None
    rows: tuple[int, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkbookReading:
    """Hold what a workbook gave, by the order of its rows. Whether a refused row refuses all is up to the caller."""

    readings: tuple[MeasureReading, ...]
    rows_read: int

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Return the measures that were read."""
        return tuple([reading.measure for reading in self.readings if reading.measure is not None])

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Return every problem, in the order of the rows."""
        found = [problem for reading in self.readings for problem in reading.problems]
        return tuple(sorted(found, key=lambda problem: problem.row))

    @property
    def refused(self) -> tuple[Problem, ...]:
        """Return the problems for which rows gave no measure."""
        return tuple([problem for problem in self.problems if problem.severity is Severity.REFUSED])


def united(first: Iterable[str], second: Iterable[str]) -> tuple[str, ...]:
    """Return what either has, each once, in the order of its first appearance."""
    return tuple(dict.fromkeys([*first, *second]))
