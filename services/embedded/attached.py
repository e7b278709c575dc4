"""Find the embedded servers that another process of this user runs: for what looks after a system while it serves."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from services.embedded.object_store import REGION, S3Access
from services.embedded.postgres import DATABASE, ROLE

if sys.platform != "win32":
    import fcntl

SOCKET_FOLDER_LINE = 4
"""Of `postmaster.pid`, counted from 0."""


@dataclass(frozen=True, slots=True)
class RunningServers:
    """How to reach them."""

    database_url: str
    s3: S3Access


def running_in(folder: Path) -> RunningServers | None:
    """Return the servers that run in the data folder, or None where none do, or they are not ours to reach."""
    if not _in_use(folder / "lock"):
        return None
    try:
        password = _record(folder / "postgres.json")["password"]
        keys, ports = _record(folder / "object-store.json"), _record(folder / "ports.json")
        sockets = (folder / "postgres" / "postmaster.pid").read_text(encoding="utf-8").splitlines()[SOCKET_FOLDER_LINE]
        endpoint = f"127.0.0.1:{ports['s3']}"
        s3 = S3Access(endpoint, keys["access_key"], keys["secret_key"], secure=False, region=REGION)
    except (OSError, ValueError, KeyError, IndexError):
        return None
    host = quote(sockets.strip(), safe="")
    return RunningServers(f"postgresql+psycopg://{ROLE}:{password}@/{DATABASE}?host={host}", s3)


def _in_use(lock: Path) -> bool:
    """Tell whether a process holds the folder's lock. It is taken for no longer than it takes to find out."""
    try:
        with lock.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _record(path: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return found
