"""Let the threads that work on calls run Python in turns, so that gRPC's own thread has one of them to wait for and not all.

Python runs one thread at a time. gRPC for Python takes every call from the network in one thread, which needs Python three times
for each, and each time queues behind all threads that have something to do: with six of them it got there so seldom that calls
waited for a second before anybody could refuse them. Here those six queue among themselves first. What they do takes no longer:
they took turns before as well, only without order. See docs/adr/0007-overload.md for what was measured.
"""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

SHORT_SLICE_SECONDS: Final = 0.0001
"""How long Python lets a thread run while another waits and calls are refused; 5 ms by default, three times for every refusal."""
CALM_SECONDS: Final = 1.0
"""After how long without a refusal slices are as long again as they were."""
PATIENCE_SECONDS: Final = 0.02
"""Who has waited so long for their turn runs beside who has it.

A turn is no lock: who has it may wait for a lock that somebody holds who waits for a turn, or calculate for seconds.
"""


class Turns:
    """One turn; the thread that has it runs, the others that want it wait, but not for long."""

    def __init__(self, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._patience = patience_seconds
        self._free = threading.Lock()
        self._guard = threading.Lock()
        self._holder = 0
        self._running: set[int] = set()

    @property
    def held(self) -> bool:
        """Tell whether somebody has the turn."""
        return self._free.locked()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Run the block in a turn of this thread."""
        me = threading.get_ident()
        self._running.add(me)
        self._take(me)
        try:
            yield
        finally:
            self._give(me)
            self._running.discard(me)

    @contextmanager
    def given_up(self) -> Iterator[None]:
        """Give the turn of this thread to the others while it waits for something; do nothing where it has none."""
        me = threading.get_ident()
        if me not in self._running:
            yield
            return
        self._give(me)
        try:
            yield
        finally:
            self._take(me)

    def _take(self, me: int) -> None:
        # Without success the turn is taken over: who had it goes on without, so that the next one waits anew.
        self._free.acquire(timeout=self._patience)
        with self._guard:
            self._holder = me

    def _give(self, me: int) -> None:
        with self._guard:
            if self._holder == me and self._free.locked():
                self._holder = 0
                self._free.release()


TURNS: Final = Turns()
"""Of this process: there is one interpreter lock in it."""


class Slices:
    """How long Python lets a thread run while another waits: less while calls are refused, as short slices cost all of them.

    Of a process, as the slices are: with one for each of several servers, the second would take the short slices of the first
    for the usual ones, and leave them. Used by the threads of gRPC, one of each server.
    """

    def __init__(self, short_seconds: float = SHORT_SLICE_SECONDS, calm_seconds: float = CALM_SECONDS) -> None:
        self._short, self._calm = short_seconds, calm_seconds
        self._guard = threading.Lock()
        self._usual = 0.0
        self._until = 0.0

    def refused(self, now: float) -> None:
        """Note that a call was refused: more of them come, and gRPC's thread must get to them."""
        with self._guard:
            if not self._until:
                self._usual = sys.getswitchinterval()
                sys.setswitchinterval(self._short)
            self._until = now + self._calm

    def let_in(self, now: float) -> None:
        """Note that a call was let in; where none was refused for a while, slices are as long again as they were."""
        if not self._until or now < self._until:
            return
        with self._guard:
            if self._until and now >= self._until:
                self._until = 0.0
                sys.setswitchinterval(self._usual)


SLICES: Final = Slices()
"""Of this process."""
