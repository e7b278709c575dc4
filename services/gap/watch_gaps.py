"""Follow the gaps of a scope as the data changes."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

from services.gap import messages_comparison
from services.gap.live import LiveFacts, Moment
from services.gap.messages_graph import scope_of
from services.gap.upstream import GapUpstreams
from services.gap.watch_moves import Moves
from services.runtime.calls import Call
from services.runtime.changes import SIGN_OF_LIFE_SECONDS
from services.runtime.civil_dates import today
from standards_tree.gap.analysis import analyse
from standards_tree.gap.snapshot import GapOptions
from standards_tree.reports.comparison import GapChange, changes_between
from standards_tree.reports.findings import requirement_entry
from standards_tree.reports.schema import RequirementEntry
from tbt.gap.v1 import watch_pb2

# An import of many records is one change to who watches: it is awaited until it is quiet, but not for ever.
QUIET_SECONDS = 0.5
LONGEST_SECONDS = 5.0
POLL_SECONDS = 0.25
CHANGES_A_RESPONSE = 200


class GapFeed:
    """Computes the gaps of each scope that is followed anew when the data has changed.

    *clock* and *silence*, how many seconds without a word are ended by a sign of life, are others in tests.
    """

    def __init__(
        self,
        live: LiveFacts,
        upstreams: GapUpstreams,
        *,
        clock: Callable[[], float] = time.monotonic,
        silence: float = SIGN_OF_LIFE_SECONDS,
    ) -> None:
        self._live = live
        self._moves = Moves(upstreams)
        self._clock = clock
        self._silence = silence

    def follow(self, request: watch_pb2.WatchGapsRequest, call: Call) -> Iterator[watch_pb2.WatchGapsResponse]:
        """Yield how many gaps there are, then what changes, until the caller gives up.

        Raises:
            NotFoundError: the scope names a system or branch that does not exist.
        """
        facts, as_of = self._live.now(), today()
        entries = _entries(request, facts, as_of)
        self._moves.join(facts.revisions)
        try:
            yield _response(facts, entries)
            spoke = self._clock()
            while not call.cancelled:
                call.require_time()
                if self._settled(facts.revisions) or today() != as_of:
                    facts, as_of = self._live.now(), today()
                    before, entries = entries, _entries(request, facts, as_of)
                    changes, _ = changes_between(before, entries)
                    if changes:
                        yield from _responses(facts, entries, changes)
                        spoke = self._clock()
                if self._clock() - spoke >= self._silence:
                    yield _response(facts, entries)
                    spoke = self._clock()
                self._moves.wait(POLL_SECONDS)
        finally:
            self._moves.leave()

    def _settled(self, revisions: Mapping[str, int]) -> bool:
        """Tell whether there is something new and it is quiet, or has not been for long."""
        if not self._moves.beyond(revisions):
            return False
        since = time.monotonic()
        while self._moves.quiet_for() < QUIET_SECONDS and time.monotonic() - since < LONGEST_SECONDS:
            self._moves.wait(POLL_SECONDS)
        return True


def _entries(request: watch_pb2.WatchGapsRequest, facts: Moment, as_of: date) -> list[RequirementEntry]:
    """Return what a report would say of every requirement in scope."""
    scope = scope_of(request.scope, as_of, facts, include_suggested=request.include_suggested)
    analysis = analyse(facts.snapshot, scope, GapOptions(), facts.on(as_of).known)
    return [requirement_entry(analysis, result) for result in analysis.results]


def _response(
    facts: Moment,
    entries: Sequence[RequirementEntry],
    changes: Sequence[GapChange] = (),
    *,
    continued: bool = False,
) -> watch_pb2.WatchGapsResponse:
    return watch_pb2.WatchGapsResponse(
        revisions=facts.revisions,
        gap_count=sum(entry["severity"] != "none" for entry in entries),
        changes=[messages_comparison.change_to(change) for change in changes],
        continued=continued,
    )


def _responses(
    facts: Moment, entries: Sequence[RequirementEntry], changes: Sequence[GapChange]
) -> Iterator[watch_pb2.WatchGapsResponse]:
    for start in range(0, len(changes), CHANGES_A_RESPONSE):
        end = start + CHANGES_A_RESPONSE
        yield _response(facts, entries, changes[start:end], continued=end < len(changes))
