"""Tell whoever wants to know, once, that something has come to be there."""

import threading
from collections.abc import Callable


class Announcement:
    """Made once; who asked before is told then, who asks later at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made = False
        self._waiting: list[Callable[[], None]] = []

    def tell(self, listener: Callable[[], None]) -> None:
        """Have *listener* called, in whatever thread, when it is made."""
        with self._lock:
            if not self._made:
                self._waiting.append(listener)
                return
        listener()

    def make(self) -> None:
        """Tell everybody who has asked, unless that was done."""
        with self._lock:
            self._made = True
            waiting, self._waiting = self._waiting, []
        for listener in waiting:
            listener()
