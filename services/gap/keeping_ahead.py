"""Have the facts ready before anybody asks: at the start, after changes, and when a day begins.

What all answers of a day share, such as which editions are in force and what is unsound beneath them, takes seconds at
national size. A thread finds it out, so that who asks first after a start, an import or midnight waits no longer than the next.
It is an advance and nothing else: every answer still asks the change logs what has changed until then.
"""

import threading
from collections.abc import Callable
from typing import Final

from services.gap.live import LiveFacts
from services.gap.upstream import GapUpstreams, Interrupted
from services.runtime.announcing import Announcement
from services.runtime.civil_dates import today
from standards_tree.errors import DomainError, UnavailableError

LOOK_SECONDS: Final = 30.0
"""How often it looks; three questions to the neighbours' change logs, when nothing has changed."""
AGAIN_SECONDS: Final = 1.0
"""When it looks again while a neighbour does not answer."""


class KeepingAhead:
    """Reads facts ahead of the questions."""

    def __init__(self, live: LiveFacts, upstreams: GapUpstreams) -> None:
        self._live = live
        self._upstreams = Interrupted(upstreams, self._require_going_on)
        self._starting = threading.Lock()
        self._stopping = threading.Event()
        self._announced = Announcement()
        self._thread: threading.Thread | None = None

    def start(self, tell: Callable[[], None]) -> None:
        """Begin, if that has not begun yet; *tell* is called when the facts have been read once."""
        self._announced.tell(tell)
        with self._starting:
            if self._thread is None and not self._stopping.is_set():
                self._thread = threading.Thread(target=self._keep, name="gap facts", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Read no more."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def _keep(self) -> None:
        while not self._stopping.is_set():
            wait = LOOK_SECONDS
            try:
                self._live.now(self._upstreams).on(today()).prepare()
                self._announced.make()
            except DomainError:
                wait = AGAIN_SECONDS
            self._stopping.wait(wait)

    def _require_going_on(self) -> None:
        if self._stopping.is_set():
            message = "the service is being stopped"
            raise UnavailableError(message)
