"""Keep something that is read from outside current: keys that an issuer rotates, a list that an operator edits."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

import structlog

from standards_tree.errors import DomainError, UnavailableError

Value = TypeVar("Value")

logger = structlog.stdlib.get_logger("refreshed")

SHORTEST_PAUSE_SECONDS = 10.0
"""Between two readings, whoever asks: an unknown key in every call must not become a reading for every call."""
LONGEST_STALE_SECONDS = 24 * 3600.0
"""How long what was read last still counts when it cannot be read again: what was withdrawn there would count here."""


class Refreshed(Generic[Value]):
    """Hold what *load* returns and read it again when it is older than *every_seconds*.

    When reading fails, what was read last stays for LONGEST_STALE_SECONDS. One thread reads; the others use what there is.
    """

    def __init__(
        self,
        name: str,
        load: Callable[[], Value],
        every_seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Read for the first time.

        Raises:
            DomainError: it cannot be read; a program that starts without it would refuse everybody.
        """
        self._name = name
        self._load = load
        self._every_seconds = every_seconds
        self._clock = clock
        self._reading = threading.Lock()
        self._value = load()
        self._read_at = self._tried_at = clock()

    def value(self) -> Value:
        """Return what was read, read again first where it is too old.

        Raises:
            UnavailableError: it could not be read for LONGEST_STALE_SECONDS.
        """
        if self._clock() - self._read_at >= self._every_seconds:
            self.renew()
        stale_seconds = self._clock() - self._read_at
        if stale_seconds > self._every_seconds + LONGEST_STALE_SECONDS:
            message = "{name} could not be read for {hours} hours; what was read before no longer counts"
            raise UnavailableError(message, name=self._name, hours=int(stale_seconds // 3600))
        return self._value

    def renew(self) -> Value:
        """Return what is there now, read again unless that was tried a moment ago."""
        if not self._reading.acquire(blocking=False):
            return self._value
        try:
            now = self._clock()
            if now - self._tried_at >= SHORTEST_PAUSE_SECONDS:
                self._tried_at = now
                self._value = self._load()
                self._read_at = now
        except DomainError as error:
            logger.warning("cannot be read again; what was read last stays", what=self._name, cause=str(error))
        finally:
            self._reading.release()
        return self._value
