"""Own the data folder: one process at a time, secrets that only the owner reads, room to work in."""

import json
import os
import secrets
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from services.runtime.whole_files import write_whole
from standards_tree.errors import PreconditionError

if sys.platform != "win32":  # where the program still runs, with a database and a store of the operator's
    import fcntl
    import pwd

MIB = 1024 * 1024
NEEDED_BYTES = 256 * MIB
NEEDED_SHARE = 0.01
"""The object store refuses every upload, hours later and obscurely, when less than 1 % of the disk is free."""
PREDECESSOR_SECONDS = 90.0
"""How long the servers of a process that was killed may take to stop."""


class DataFolder:
    """Hold the folder's lock from ``__enter__`` to ``__exit__``.

    The lock is a ``flock`` on ``lock``; the servers inherit it (``lock_fd``), so whoever gets it knows that no server
    of an earlier run is left. The file's content, the owner's process id, only serves messages.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.lock_fd = -1

    def __enter__(self) -> Self:
        """Make the folder if need be and take its lock.

        Raises:
            PreconditionError: it cannot be written, is nearly full, belongs to another user, or is in use.
        """
        try:
            # Root's folder can be entered, not listed, by the account that the servers run under; see account.py.
            self.path.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
            self.lock_fd = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise PreconditionError(
                "the data folder {folder} cannot be used: {reason}", folder=self.path, reason=error.strerror
            ) from error
        try:
            self._check_owner()
            self._check_room()
            self._lock()
        except BaseException:
            os.close(self.lock_fd)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Give the lock back."""
        os.ftruncate(self.lock_fd, 0)
        os.close(self.lock_fd)

    def remembered(self, name: str, make: Callable[[], dict[str, str]]) -> dict[str, str]:
        """Return the record *name*, made by *make* the first time and kept in a file that only the owner reads."""
        try:
            content: dict[str, str] = json.loads((self.path / name).read_text(encoding="utf-8"))
        except FileNotFoundError:
            content = make()
            self.remember(name, content)
        except ValueError as error:
            raise PreconditionError("{file} is damaged: {reason}", file=self.path / name, reason=error) from error
        return content

    def remember(self, name: str, content: dict[str, str]) -> None:
        """Write the record *name*, whole or not at all."""
        write_whole(self.path / name, json.dumps(content, indent=1).encode())

    def _check_owner(self) -> None:
        owner = os.fstat(self.lock_fd).st_uid
        if owner != os.geteuid():
            raise PreconditionError(
                "the data folder {folder} belongs to {owner}: run as that user or name another folder",
                folder=self.path,
                owner=_user_name(owner),
            )

    def _check_room(self) -> None:
        usage = shutil.disk_usage(self.path)
        needed = max(NEEDED_BYTES, int(usage.total * NEEDED_SHARE))
        if usage.free < needed:
            raise PreconditionError(
                "the disk of the data folder {folder} is full: {free} MiB free, {needed} MiB needed",
                folder=self.path,
                free=usage.free // MIB,
                needed=-(-needed // MIB),
            )

    def _lock(self) -> None:
        """Take the lock; wait only for the servers of an owner that is gone, which stop by themselves."""
        deadline = time.monotonic() + PREDECESSOR_SECONDS
        while True:
            try:
                fcntl.flock(self.lock_fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                owner = os.pread(self.lock_fd, 32, 0).decode().strip()
                if (owner and _is_alive(int(owner))) or time.monotonic() > deadline:
                    raise PreconditionError(
                        "the data folder {folder} is in use by process {owner}", folder=self.path, owner=owner or "?"
                    ) from None
                time.sleep(0.05)
            else:
                os.ftruncate(self.lock_fd, 0)
                os.pwrite(self.lock_fd, str(os.getpid()).encode(), 0)
                return


def new_secret() -> str:
    """Return 256 bits that need no quoting anywhere."""
    return secrets.token_hex(32)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
