"""Start and stop children through the supervisor, which stops them also when this process is killed."""

import json
import os
import re
import select
import subprocess
from pathlib import Path

from services.embedded.account import PYTHON
from services.embedded.folder import DataFolder
from services.embedded.supervisor import ChildSpec
from standards_tree.errors import UnavailableError

SUPERVISOR = Path(__file__).with_name("supervisor.py")
MAX_LOG_BYTES = 8 * 1024 * 1024
"""A longer log is put aside (one generation) before the next start."""
FATAL_LINE = re.compile(r"FATAL|PANIC|^[EF]\d{4} |^panic:", re.MULTILINE)


class Children:
    """Hold the supervisor and the logs of what it runs."""

    def __init__(self, folder: DataFolder) -> None:
        lock_fd = folder.lock_fd
        asked, self._ask = os.pipe()
        self._events, told = os.pipe()
        try:
            # A session of its own: the terminal's Ctrl-C goes to us alone, and we drain before the database goes.
            self._supervisor = subprocess.Popen(  # noqa: S603  # our own program
                [*PYTHON, str(SUPERVISOR), str(lock_fd), str(folder.path)],
                stdin=asked,
                stdout=told,
                pass_fds=[lock_fd],
                start_new_session=True,
            )
        finally:
            os.close(asked)
            os.close(told)
        self._logs: dict[str, tuple[Path, int]] = {}
        self._failure: UnavailableError | None = None

    def start(self, spec: ChildSpec) -> None:
        """Ask for one child; `check` tells whether it lives."""
        log = Path(spec["log"])
        if log.exists() and log.stat().st_size > MAX_LOG_BYTES:
            log.replace(log.with_suffix(".log.1"))
        self._logs[spec["name"]] = (log, log.stat().st_size if log.exists() else 0)
        try:
            os.write(self._ask, json.dumps(spec).encode() + b"\n")
        except BrokenPipeError:
            self.check()

    def check(self) -> None:
        """Return if all children live.

        Raises:
            UnavailableError: one has ended; it says which, what its log says, and where the log is. The others are then
                being stopped as well.
        """
        if self._failure is None and select.select([self._events], [], [], 0)[0]:
            self._failure = self._explain(os.read(self._events, 4096))
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """Stop all children in the order of their start and return when they have ended."""
        os.close(self._ask)
        self._supervisor.wait()
        os.close(self._events)

    def _explain(self, event_line: bytes) -> UnavailableError:
        if not event_line:
            return UnavailableError("the supervisor of the embedded PostgreSQL and object store was killed")
        event = json.loads(event_line.splitlines()[0])
        log, offset = self._logs[event["ended"]]
        return UnavailableError(
            "the embedded {name} ended with status {status}: {reason} (log: {log})",
            name=event["ended"],
            status=event["status"],
            reason=reason_in(log, offset),
            log=log,
        )


def reason_in(log: Path, offset: int) -> str:
    """Return the line that says why a program ended: its first fatal one after *offset*, else its last."""
    with log.open("rb") as file:
        file.seek(offset)
        text = file.read().decode(errors="replace")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return next((line for line in lines if FATAL_LINE.search(line)), lines[-1] if lines else "it said nothing")
