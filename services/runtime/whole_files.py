"""Files that are there whole or not at all, also when several processes write the same one at once."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OWNER_ONLY = 0o600


def write_whole(path: Path, content: bytes, mode: int = OWNER_ONLY) -> None:
    """Write *content* to *path* in place of what was there; of several writers at once the last one counts.

    Raises:
        OSError: the folder is not there, or may not be written to.
    """
    with _beside(path, content, mode) as fresh:
        fresh.replace(path)


def make_whole(path: Path, content: bytes, mode: int = OWNER_ONLY) -> bool:
    """Write *content* to *path* unless it is there; return whether this call made it: of several at once the first one does.

    Raises:
        OSError: the folder is not there, or may not be written to.
    """
    with _beside(path, content, mode) as fresh:
        try:
            # A name is given to a second file only when nobody has it: a rename would take the place of what is there.
            os.link(fresh, path)
        except FileExistsError:
            return False
        return True


@contextmanager
def _beside(path: Path, content: bytes, mode: int) -> Iterator[Path]:
    """Give a file of its own in the folder of *path*, on the disk, which is gone afterwards unless it was renamed."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    fresh = Path(name)
    try:
        fresh.chmod(mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        yield fresh
    finally:
        fresh.unlink(missing_ok=True)
