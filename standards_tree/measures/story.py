"""Tell the documents of one notification as one story: what stage the measure has reached on a day, and why.

A notification is followed by Revisions, which replace it, and by Addenda, Corrigenda and Supplements, which add to what
stands. The story depends on the set of documents alone, never on the order in which they came into the system.

A proposed date is no event: a state that rests on one is *presumed*, until an addendum says that it happened.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from standards_tree.measures.acts import NOTHING, Acts
from standards_tree.measures.model import NotificationKind
from standards_tree.measures.symbols import SuffixKind, Symbol


class StoryState(StrEnum):
    """What stage a measure has reached."""

    NOTIFIED = "notified"
    OPEN_FOR_COMMENT = "open_for_comment"
    CLOSED = "closed"
    ADOPTED = "adopted"
    IN_FORCE = "in_force"
    AMENDED = "amended"
    WITHDRAWN = "withdrawn"


class EventKind(StrEnum):
    """What happens in a story."""

    NOTIFIED = "notified"
    REVISED = "revised"
    ADDED_TO = "added_to"
    CORRECTED = "corrected"
    SUPPLEMENTED = "supplemented"
    VOID = "void"
    COMMENT_PERIOD_CHANGED = "comment_period_changed"
    COMMENTS_CLOSE = "comments_close"
    ADOPTION = "adoption"
    ENTRY_INTO_FORCE = "entry_into_force"
    ENTRY_INTO_FORCE_POSTPONED = "entry_into_force_postponed"
    CONTENT_CHANGED = "content_changed"
    WITHDRAWAL = "withdrawal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """Hold what the story needs of one document. Days that the document does not name are None."""

    measure_id: str
    symbols: tuple[Symbol, ...]
    kind: NotificationKind
    distributed: date | None = None
    comment_deadline: date | None = None
    adoption: date | None = None
    entry_into_force: date | None = None
    acts: Acts = NOTHING

    @property
    def chain(self) -> tuple[tuple[str, int], ...]:
        """Return what stands behind the number: one chain for all symbols of a joint notification."""
        return tuple((kind.value, number) for kind, number in self.symbols[0].suffixes)

    @property
    def replaces(self) -> bool:
        """Tell whether it begins anew: a notification, or a Revision of one."""
        suffixes = self.symbols[0].suffixes
        return not suffixes or suffixes[-1].kind is SuffixKind.REVISION


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the time line. *presumed*: the day is a proposed one, and no document says that it came to pass."""

    day: date
    kind: EventKind
    measure_id: str
    presumed: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds on one day: the state, the dates that count, and the document that changed the story last."""

    state: StoryState
    presumed: bool = False
    comment_deadline: date | None = None
    adoption: date | None = None
    entry_into_force: date | None = None
    withdrawn_on: date | None = None
    last_changed_by: str = ""
    last_changed_on: date | None = None
    entry_into_force_stated: str = ""
    """The words that postpone the entry into force to no day that is known; then there is no day."""


@dataclass(frozen=True, slots=True)
class Span:
    """The days on which one state holds; *until* is the last of them, None for no end that is known."""

    state: StoryState
    presumed: bool
    since: date
    until: date | None = None


@dataclass(slots=True)
class _Course:
    """Follow the documents in their order, and hold what counts after each."""

    deadline: date | None = None
    deadline_set_on: date = date.min
    adoption: date | None = None
    adoption_presumed: bool = True
    force: date | None = None
    force_presumed: bool = True
    force_stated: str = ""
    amended_on: date | None = None
    withdrawn_on: date | None = None
    last: Notification | None = None

    def standing(self, day: date) -> Standing:
        state, presumed = self.state(day)
        return Standing(
            state,
            presumed,
            self.deadline,
            self.adoption,
            self.force,
            self.withdrawn_on,
            self.last.measure_id if self.last else "",
            self.last.distributed if self.last else None,
            self.force_stated,
        )

    def state(self, day: date) -> tuple[StoryState, bool]:
        if self.withdrawn_on is not None and self.withdrawn_on <= day:
            return StoryState.WITHDRAWN, False
        reached, presumed, since = self._reached(day)
        is_open = self.deadline is not None and day <= self.deadline
        if is_open and (reached is None or presumed or self.deadline_set_on > since):
            return StoryState.OPEN_FOR_COMMENT, False
        if reached is not None:
            if self.amended_on is not None and since <= self.amended_on <= day:
                return StoryState.AMENDED, presumed
            return reached, presumed
        return (StoryState.NOTIFIED if self.deadline is None else StoryState.CLOSED), False

    def _reached(self, day: date) -> tuple[StoryState | None, bool, date]:
        if self.force is not None and self.force <= day:
            return StoryState.IN_FORCE, self.force_presumed, self.force
        if self.adoption is not None and self.adoption <= day:
            return StoryState.ADOPTED, self.adoption_presumed, self.adoption
        return None, False, date.min


@dataclass(frozen=True, slots=True)
class Story:
    """The documents of one measure in the order of their story."""

    notifications: tuple[Notification, ...]

    @property
    def void(self) -> frozenset[str]:
        """Return the documents that a later one declares void."""
        return _void_among(self.notifications)

    @property
    def first_day(self) -> date | None:
        """Return the day the story begins, None where no document is dated."""
        return min((entry.distributed for entry in self.notifications if entry.distributed), default=None)

    def standing_on(self, day: date) -> Standing | None:
        """Return what holds on *day*, by what was known on that day; None before the first notification."""
        known = [entry for entry in self.notifications if entry.distributed is None or entry.distributed <= day]
        return self._follow(known).standing(day) if known else None

    def events(self) -> tuple[Event, ...]:
        """Return the time line, oldest first: every document, and every day that counts in the end."""
        events: dict[Event, None] = {}
        void = _void_among(self.notifications)
        family = _family(self.notifications)
        for entry in self.notifications:
            if entry.distributed is not None:
                for kind in _kinds_of(entry, family, void=entry.measure_id in void):
                    on = _withdrawal_day(entry) if kind is EventKind.WITHDRAWAL else entry.distributed
                    events[Event(on, kind, entry.measure_id)] = None
        course = self._follow(self.notifications)
        by = course.last.measure_id if course.last else ""
        for day, kind, presumed in (
            (course.deadline, EventKind.COMMENTS_CLOSE, False),
            (course.adoption, EventKind.ADOPTION, course.adoption_presumed),
            (course.force, EventKind.ENTRY_INTO_FORCE, course.force_presumed),
        ):
            # What lies behind a withdrawal does not come to pass.
            if day is not None and (course.withdrawn_on is None or day <= course.withdrawn_on):
                events[Event(day, kind, self._told_by(kind, day) or by, presumed)] = None
        return tuple(sorted(events, key=lambda event: (event.day, list(EventKind).index(event.kind), event.measure_id)))

    def _told_by(self, kind: EventKind, day: date) -> str:
        """Return the last document that names *day* for what *kind* says."""
        for entry in reversed(self.notifications):
            named = {
                EventKind.COMMENTS_CLOSE: (entry.comment_deadline, entry.acts.comments_until),
                EventKind.ADOPTION: (
                    entry.adoption,
                    _adopted_on(entry),
                    entry.distributed if entry.acts.adopts else None,
                ),
                EventKind.ENTRY_INTO_FORCE: (entry.entry_into_force, entry.acts.in_force_on),
            }[kind]
            if day in named:
                return entry.measure_id
        return ""

    def spans(self) -> tuple[Span, ...]:
        """Return the state on every day from the first notification on, as the fewest spans. O(documents²), and few."""
        begin = self.first_day or date.min
        courses: dict[int, _Course] = {}
        days = {begin, *(entry.distributed for entry in self.notifications if entry.distributed)}
        for known in range(1, len(self.notifications) + 1):
            course = self._follow(self.notifications[:known])
            after = course.deadline + timedelta(days=1) if course.deadline else None
            turns_of = (after, course.adoption, course.force, course.withdrawn_on, course.amended_on)
            days.update([day for day in turns_of if day])
            courses[known] = course
        dated = [entry.distributed for entry in self.notifications if entry.distributed]
        undated = len(dated) < len(self.notifications)
        turns: list[tuple[StoryState, bool, date]] = []
        for day in sorted([day for day in days if day >= begin]):
            # Where every document is dated, those known on a day are the first so many: their course is known already.
            known = 0 if undated else bisect_right(dated, day)
            reached = courses[known].state(day) if known else self._state_on(day)
            if reached is not None and (not turns or turns[-1][:2] != reached):
                turns.append((*reached, day))
        ends = [since - timedelta(days=1) for _state, _presumed, since in turns[1:]]
        return tuple([Span(*turn, until) for turn, until in zip(turns, [*ends, None], strict=True)])

    def _state_on(self, day: date) -> tuple[StoryState, bool] | None:
        standing = self.standing_on(day)
        return (standing.state, standing.presumed) if standing is not None else None

    def _follow(self, known: Sequence[Notification]) -> _Course:
        course, void, family = _Course(), _void_among(known), _family(known)
        for entry in known:
            if entry.measure_id in void:
                continue
            if entry.replaces:
                _begin(course, entry)
            else:
                _add(course, entry, family)
            course.last = entry
        return course


def tell(notifications: Iterable[Notification]) -> Story:
    """Return the story of *notifications*, which belong to one family, whatever order they come in."""
    found = list({entry.measure_id: entry for entry in notifications}.values())
    if len(found) == 1:
        return Story((found[0],))
    by_symbol = {symbol: entry for entry in found for symbol in entry.symbols}
    ordered = sorted(
        found, key=lambda entry: (_day_of(entry, by_symbol), len(entry.chain), entry.chain, entry.measure_id)
    )
    return Story(tuple(ordered))


def _void_among(known: Sequence[Notification]) -> frozenset[str]:
    """Return the documents that another of *known* declares void; never what begins anew, which can only be withdrawn."""
    if not any(entry.acts.withdraws for entry in known):
        return frozenset()
    by_symbol = {symbol: entry for entry in known for symbol in entry.symbols}
    family = _family(known)
    taken_back = [by_symbol[symbol] for entry in known for symbol in _voided(entry, family) if symbol in by_symbol]
    return frozenset(entry.measure_id for entry in taken_back if not entry.replaces)


def family_keys(symbols: Iterable[Symbol]) -> frozenset[str]:
    """Return the keys of the notifications that *symbols* belong to: documents that share one are of one family."""
    return frozenset(symbol.base.key for symbol in symbols)


def _day_of(entry: Notification, by_symbol: dict[Symbol, Notification]) -> date:
    """Return when *entry* was distributed; where that is unknown, when the document it follows was."""
    if entry.distributed is not None:
        return entry.distributed
    symbol = entry.symbols[0]
    while symbol.suffixes:
        symbol = replace(symbol, suffixes=symbol.suffixes[:-1])
        parent = by_symbol.get(symbol)
        if parent is not None and parent.distributed is not None:
            return parent.distributed
    return date.min


def _family(known: Sequence[Notification]) -> frozenset[Symbol]:
    """Return the notifications that the documents of one story belong to; none where nothing is withdrawn, as in most."""
    if not any(entry.acts.withdraws for entry in known):
        return frozenset()
    return frozenset(symbol.base for entry in known for symbol in entry.symbols)


def _voided(entry: Notification, family: frozenset[Symbol]) -> tuple[Symbol, ...]:
    """Return the documents that *entry* takes back: those its text names, or else the one it stands behind.

    What it says of another notification ("cancels and replaces the regulation notified in …") is no word about this one.
    """
    acts = entry.acts
    if not acts.withdraws or entry.replaces:
        return ()
    if acts.withdrawn:
        return tuple([symbol for symbol in acts.withdrawn if symbol.base in family])
    parents = [replace(symbol, suffixes=symbol.suffixes[:-1]) for symbol in entry.symbols]
    step = acts.withdrawn_step
    if step is None or step in entry.symbols[0].suffixes:
        return tuple(parents)
    return tuple([replace(parent, suffixes=(*parent.suffixes, step)) for parent in parents])


def _withdrawal_day(entry: Notification) -> date:
    """Return when what *entry* withdraws is gone: at once, or on a later day that it names."""
    day = entry.distributed or date.min
    return max(day, entry.acts.withdrawn_on or day)


def _adopted_on(entry: Notification) -> date | None:
    """Return the day of adoption that *entry* tells; it cannot lie ahead of the telling."""
    stated, day = entry.acts.adopted_on, entry.distributed or date.min
    return stated if stated is not None and stated <= day else None


def _begin(course: _Course, entry: Notification) -> None:
    """Start anew with the text of *entry*: what was known of the text before it no longer counts."""
    course.deadline, course.deadline_set_on = entry.comment_deadline, entry.distributed or date.min
    course.adoption, course.adoption_presumed = entry.adoption, True
    course.force, course.force_presumed, course.force_stated = entry.entry_into_force, True, ""
    course.amended_on = course.withdrawn_on = None


def _add(course: _Course, entry: Notification, family: frozenset[Symbol]) -> None:
    acts, day = entry.acts, entry.distributed or date.min
    taken_back = _voided(entry, family)
    if taken_back:
        if any(not symbol.suffixes or symbol.suffixes[-1].kind is SuffixKind.REVISION for symbol in taken_back):
            course.withdrawn_on = _withdrawal_day(entry)
        return
    deadline = entry.comment_deadline or acts.comments_until
    if deadline is not None:
        course.deadline, course.deadline_set_on = deadline, day
    if acts.adopts or entry.adoption is not None:
        course.adoption = entry.adoption or _adopted_on(entry) or _earlier(course.adoption, day)
        course.adoption_presumed = not acts.adopts and course.adoption > day
    force = acts.in_force_on or entry.entry_into_force
    if acts.postpones_force and force in (None, course.force):
        # Its form may still have the day that was planned.
        course.force, course.force_presumed, course.force_stated = None, True, acts.postpones_force
    elif force is not None:
        # Named by an addendum, it is decided, also where it lies ahead.
        course.force, course.force_presumed, course.force_stated = force, not acts.brings_into_force and force > day, ""
    elif acts.in_force_already:
        course.force, course.force_presumed, course.force_stated = _earlier(course.force, day), False, ""
    changed = acts.changes_content and not (acts.adopts or acts.brings_into_force)
    reached = [known for known in (course.force, course.adoption) if known is not None and known <= day]
    if changed and reached:
        course.amended_on = day


def _earlier(planned: date | None, day: date) -> date:
    """Return the planned day where it has passed when a document says that it is done, else the day of the document."""
    return planned if planned is not None and planned <= day else day


_KIND_OF_CHAIN = {
    SuffixKind.REVISION: EventKind.REVISED,
    SuffixKind.ADDENDUM: EventKind.ADDED_TO,
    SuffixKind.CORRIGENDUM: EventKind.CORRECTED,
    SuffixKind.SUPPLEMENT: EventKind.SUPPLEMENTED,
}


def _kinds_of(entry: Notification, family: frozenset[Symbol], *, void: bool) -> list[EventKind]:
    suffixes = entry.symbols[0].suffixes
    kinds = [_KIND_OF_CHAIN[suffixes[-1].kind] if suffixes else EventKind.NOTIFIED]
    if void:
        return [*kinds, EventKind.VOID]
    taken_back = _voided(entry, family)
    if any(not symbol.suffixes or symbol.suffixes[-1].kind is SuffixKind.REVISION for symbol in taken_back):
        kinds.append(EventKind.WITHDRAWAL)
    if suffixes and not taken_back:
        if entry.comment_deadline or entry.acts.comments_until:
            kinds.append(EventKind.COMMENT_PERIOD_CHANGED)
        if entry.acts.postpones_force:
            kinds.append(EventKind.ENTRY_INTO_FORCE_POSTPONED)
        if entry.acts.changes_content:
            kinds.append(EventKind.CONTENT_CHANGED)
    return kinds
