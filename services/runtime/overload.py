"""Decide how many calls are worked on at once when there are too many: as many as keep each about as fast as it is alone.

Where a process can do no more, every call that it takes on beside makes all of them slower and none of them sooner. How many are
worth it depends on the machine, the database and what is asked, so it is measured: how long a call takes among others against how
long one of its method takes alone. The idea is that of TCP Vegas, applied to calls as Netflix's concurrency-limits does (its
gradient) and Envoy's adaptive concurrency; see docs/adr/0007-overload.md for what differs and what was measured.

Nothing here knows of gRPC, and time is given, never read, except by `Door`.
"""

import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

TOLERATED_SLOWDOWN = 2.0
"""A call may take twice as long among others as alone, in the middle; the slowest ones then stay within three times theirs."""
WINDOW_SECONDS = 0.1
WINDOW_CALLS = 10
"""What is judged at once: fewer calls say too little."""
STEEPEST = 0.3
"""To which part the limit falls at once, at the most."""
STEP = 0.5
"""By how much it rises after a window that was fast enough."""
CALM_SECONDS = 1.0
"""After how long without a slow window or a refusal the limit is lifted."""
ALONE_BESIDE = 1
"""A call that begins beside no more than this many others tells how long its method takes alone."""
ALONE_WEIGHT = 0.1
ALONE_OUTLIER = 2.0
"""What takes longer than this many times the usual counts for no more."""


class Limit:
    """How many calls may be under way: *largest* at the most, less while they slow each other down, never less than *smallest*.

    A burst is no overload: where nothing was slow or refused for a while, a quarter of *largest* may come at once.
    """

    def __init__(self, smallest: int, largest: int) -> None:
        self._smallest, self._largest = min(smallest, largest), largest
        self._calm = max(self._smallest, largest // 4)
        self._limit = float(self._calm)
        self._holds_until = 0.0
        self._alone: dict[str, float] = {}
        self._slowdowns: list[float] = []
        self._window_began: float | None = None
        self._most_under_way = 0

    def now(self, now: float) -> int:
        """Return how many may be under way at *now*."""
        if now >= self._holds_until:
            self._limit = max(self._limit, float(self._calm))
        return int(self._limit)

    def refused(self, now: float) -> None:
        """Note that a call was refused: there is still more to do than can be done."""
        self._hold(now)

    def ended(self, method: str, seconds: float, beside: int, now: float) -> None:
        """Note that a call of *method* took *seconds*, and began while *beside* others were under way."""
        known = self._learn_alone(method, seconds, beside)
        if known is None:
            return
        if self._window_began is None:
            self._window_began = now
        self._slowdowns.append(seconds / known)
        self._most_under_way = max(self._most_under_way, beside + 1)
        if now - self._window_began >= WINDOW_SECONDS and len(self._slowdowns) >= WINDOW_CALLS:
            self._judge(now)

    def _learn_alone(self, method: str, seconds: float, beside: int) -> float | None:
        """Return how long *method* takes alone, as far as it is known; at least a microsecond, so that it can divide."""
        known = self._alone.get(method)
        if beside <= ALONE_BESIDE:
            heard = seconds if known is None else known + ALONE_WEIGHT * (min(seconds, ALONE_OUTLIER * known) - known)
            known = self._alone[method] = max(heard, 1e-6)
        return known

    def _judge(self, now: float) -> None:
        """Set the limit anew by the calls of a window."""
        slowdown = statistics.median(self._slowdowns)
        if slowdown > TOLERATED_SLOWDOWN:
            # From what there is: from a limit that nobody reached the way down would be long.
            reached = min(self._limit, float(self._most_under_way))
            self._limit = max(float(self._smallest), reached * max(STEEPEST, TOLERATED_SLOWDOWN / slowdown))
            self._hold(now)
        elif self._most_under_way >= int(self._limit):
            self._limit = min(float(self._largest), self._limit + STEP)
        self._slowdowns.clear()
        self._window_began, self._most_under_way = None, 0

    def _hold(self, now: float) -> None:
        self._holds_until = now + CALM_SECONDS


@dataclass(frozen=True, slots=True)
class Place:
    """A call that was let in: when it came, and how many were under way then."""

    method: str
    came: float
    beside: int


class Door:
    """Lets calls in as far as a limit has room; for all threads."""

    def __init__(self, limit: Limit, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._lock = threading.Lock()
        self._under_way = 0

    @property
    def under_way(self) -> int:
        """Return how many calls are under way."""
        return self._under_way

    def limit(self) -> int:
        """Return how many may be."""
        with self._lock:
            return self._limit.now(self._clock())

    def enter(self, method: str, vouched_for: Callable[[], bool]) -> Place | None:
        """Return the place of a call of *method*, or None where there is no room and nobody vouches for who calls.

        *vouched_for* costs something and is asked only where it decides. Whoever gets a place gives it to `leave`.
        """
        now = self._clock()
        with self._lock:
            if self._under_way < self._limit.now(now):
                return self._enter(method, now)
        if vouched_for():
            with self._lock:
                return self._enter(method, now)
        with self._lock:
            self._limit.refused(now)
        return None

    def leave(self, place: Place) -> None:
        """Give a place back."""
        now = self._clock()
        with self._lock:
            self._under_way -= 1
            self._limit.ended(place.method, now - place.came, place.beside, now)

    def _enter(self, method: str, now: float) -> Place:
        place = Place(method, now, self._under_way)
        self._under_way += 1
        return place
