"""Have the standards of a large import cut by a second process while this one still reads them.

Cutting takes a third of the work of an import, and one interpreter works on one core. Whatever is not cut when it is
needed, for whatever reason, is cut here, with the same result. Why so, with figures: docs/adr/0006-large-imports.md.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from queue import SimpleQueue
from typing import Final, Self

import structlog

from services.catalog.cutting import Cut, cut, unpacked

STANDARDS_A_LINE: Final = 500
# About 1.5 KB each.
MAX_AHEAD: Final = 100_000
# Where the program stands is its own affair: what lies in the working folder is not imported.
PROGRAM: Final = (sys.executable, "-P", "-m", "services.catalog.cutting")
_logger = structlog.stdlib.get_logger("imports")
# One import at a time has a second core to itself; the others work as if there were none.
_second_core = threading.Lock()

_Titles = tuple[str, str, str]


class CuttingAhead:
    """Cuts what it is asked for, at once where it was told of it in time; a context, at whose end its process ends."""

    def __init__(self, program: Sequence[str] = PROGRAM) -> None:
        self._program = program
        self._waiting: list[_Titles] = []
        self._told = 0
        self._lines: SimpleQueue[list[_Titles] | None] = SimpleQueue()
        self._done: dict[_Titles, bytes] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._reader: threading.Thread | None = None

    def __enter__(self) -> Self:
        """Return itself; a process is started by the first STANDARDS_A_LINE standards."""
        return self

    def __exit__(self, *raised: object) -> None:
        """End the process, whatever it is about."""
        if self._process is None or self._reader is None:
            return
        process, self._process = self._process, None
        self._lines.put(None)
        process.kill()
        self._reader.join()
        process.communicate()
        _second_core.release()

    def begin(self, key: str, title_zh: str, title_en: str) -> None:
        """Have a standard cut that will be asked for."""
        if self._told == MAX_AHEAD:
            return
        self._told += 1
        self._waiting.append((key, title_zh, title_en))
        if len(self._waiting) == STANDARDS_A_LINE:
            if self._told == STANDARDS_A_LINE:
                self._start()
            self._lines.put(self._waiting)
            self._waiting = []

    def cut(self, key: str, title_zh: str, title_en: str) -> Cut:
        """Return what `cutting.cut` returns."""
        done = self._done.pop((key, title_zh, title_en), None)
        return cut(key, title_zh, title_en) if done is None else unpacked(done)

    def _start(self) -> None:
        if os.cpu_count() == 1 or not _second_core.acquire(blocking=False):
            self._told = MAX_AHEAD
            return
        try:
            self._process = subprocess.Popen(  # noqa: S603  # our own program
                self._program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
            )
        except OSError as error:
            _second_core.release()
            self._told = MAX_AHEAD
            _logger.warning("no second process to cut titles", problem=str(error))
            return
        self._reader = threading.Thread(target=self._read, args=[self._process], name="cutting", daemon=True)
        self._reader.start()

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        if process.stdin is None or process.stdout is None:
            return
        with suppress(BrokenPipeError):
            while (line := self._lines.get()) is not None:
                process.stdin.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
                process.stdin.flush()
                for titles in line:
                    answer = process.stdout.readline()
                    if not answer.endswith(b"\n"):
                        raise BrokenPipeError
                    self._done[titles] = answer
        if self._process is not None and process.poll() is not None:
            _logger.warning("the second process that cuts titles ended", status=process.returncode)
