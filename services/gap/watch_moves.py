"""Notice that the data of the neighbours has changed, for everybody who follows gaps, with one stream of each neighbour."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping

import structlog

from services.gap.upstream import GapUpstreams
from standards_tree.errors import DomainError
from tbt.type.v1 import type_pb2

AGAIN_SECONDS = 1.0
logger = structlog.stdlib.get_logger("gap")

Watch = Callable[[int], Iterator[type_pb2.WatchChangesResponse]]


class Moves:
    """Counts changes of the neighbours' data while somebody follows.

    A thread for each neighbour reads its change log; both end with the sign of life after the last follower has gone.
    """

    def __init__(self, upstreams: GapUpstreams) -> None:
        self._watches: dict[str, Watch] = {"catalog": upstreams.watch_catalog, "linkage": upstreams.watch_linkage}
        self._changed = threading.Condition()
        self._followers = 0
        self._reading: set[str] = set()
        self._revisions = dict.fromkeys(self._watches, 0)
        self._moved_at = 0.0

    def join(self, revisions: Mapping[str, int]) -> None:
        """Follow from *revisions* on; every call needs a `leave`."""
        with self._changed:
            self._followers += 1
            for name in self._watches:
                self._revisions[name] = max(self._revisions[name], revisions.get(name, 0))
                if name not in self._reading:
                    self._reading.add(name)
                    threading.Thread(target=self._read, args=(name,), name=f"gap-follows-{name}", daemon=True).start()

    def leave(self) -> None:
        """Stop following."""
        with self._changed:
            self._followers -= 1

    def beyond(self, revisions: Mapping[str, int]) -> bool:
        """Tell whether the data is known to be newer than *revisions*."""
        with self._changed:
            return any(number > revisions.get(name, 0) for name, number in self._revisions.items())

    def wait(self, seconds: float) -> None:
        """Wait for a change, for so long."""
        with self._changed:
            self._changed.wait(seconds)

    def quiet_for(self) -> float:
        """Return for how many seconds nothing has changed."""
        with self._changed:
            return time.monotonic() - self._moved_at

    def _read(self, name: str) -> None:
        """Follow one change log until nobody needs it; a neighbour that does not answer is asked again."""
        while self._wanted(name):
            try:
                for page in self._watches[name](self._revisions[name]):
                    if page.changes:
                        self._move(name, page.changes[-1].revision)
                    elif not self._needed():
                        break
            except DomainError as error:
                logger.info("change log interrupted", neighbour=name, cause=str(error))
                threading.Event().wait(AGAIN_SECONDS)

    def _needed(self) -> bool:
        with self._changed:
            return self._followers > 0

    def _wanted(self, name: str) -> bool:
        """Tell whether to go on; whoever comes after a no starts a new thread."""
        with self._changed:
            if self._followers > 0:
                return True
            self._reading.discard(name)
            return False

    def _move(self, name: str, revision: int) -> None:
        with self._changed:
            self._revisions[name] = max(self._revisions[name], revision)
            self._moved_at = time.monotonic()
            self._changed.notify_all()
