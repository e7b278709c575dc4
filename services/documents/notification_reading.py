"""Read a file of notifications: a small one here, a large one in a closed process, on a core of its own."""

import contextlib
import fcntl
import json
import subprocess
import sys
from collections.abc import Generator, Iterator, Sequence
from typing import IO, Final

from services.documents import notifications_process
from services.documents.messages_notifications import notifications_to
from standards_tree import errors
from standards_tree.errors import DomainError, MalformedDocumentError, UnsafeDocumentError
from standards_tree.measures.notification_files import stream_notifications
from tbt.documents.v1 import documents_service_pb2 as pb

PROGRAM: Final = (sys.executable, "-P", "-m", "services.documents.notifications_process")
AHEAD_BYTES: Final = 1024 * 1024
SMALL_BYTES: Final = 512 * 1024
"""A file of so many bytes has some 1,000 rows, and is read before a process has started."""


def read_notifications(
    file: IO[bytes], size: int, language: str, program: Sequence[str] = PROGRAM
) -> Generator[pb.ReadNotificationsResponse, None, None]:
    """Yield what *file*, open at its beginning, says, the figures last; what is wrong in it is said in *language*.

    Raises:
        MalformedDocumentError, UnsafeDocumentError, UnsupportedDocumentError, LimitError: see `stream_notifications`.
        UnsafeDocumentError: also when reading takes more memory or time than a file of notifications needs.
    """
    if size <= SMALL_BYTES:
        yield from notifications_to(stream_notifications(file.read()), language)
        return
    process = subprocess.Popen(  # noqa: S603  # our own program
        (*program, language), stdin=file, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={}
    )
    with process:
        try:
            _widen(process.stdout)
            yield from _pieces(process)
        finally:
            # Who asked may have gone, and nobody listens any more.
            process.kill()


def _widen(pipe: IO[bytes] | None) -> None:
    """Let the process be a piece or two ahead, as far as the system allows.

    It would wait in the midst of each otherwise: a pipe holds 64 KiB, and who stores what was read is not quick to take more.
    """
    with contextlib.suppress(OSError):
        if pipe is not None:
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, AHEAD_BYTES)


def _pieces(process: subprocess.Popen[bytes]) -> Iterator[pb.ReadNotificationsResponse]:
    if process.stdout is None or process.stderr is None:
        raise AssertionError(process.args)  # both are piped
    kind, content = _frame(process.stdout)
    while kind == notifications_process.PIECE:
        yield pb.ReadNotificationsResponse.FromString(content)
        kind, content = _frame(process.stdout)
    if kind == notifications_process.REFUSED:
        raise _refusal(content)
    if kind == notifications_process.DONE:
        return
    if not kind and process.wait() >= 0:
        raise RuntimeError(process.stderr.read().decode(errors="replace")[-500:])
    # Out of memory; or without a last word, ended by its account of time or by the system.
    raise UnsafeDocumentError("the file takes more time or memory to read than a file of notifications needs")


def _frame(output: IO[bytes]) -> tuple[bytes, bytes]:
    """Return the kind of the next frame and what it holds; no kind at the end of the output."""
    head = output.read(notifications_process.FRAME.size)
    if len(head) < notifications_process.FRAME.size:
        return b"", b""
    kind, length = notifications_process.FRAME.unpack(head)
    content = output.read(length)
    return (kind, content) if len(content) == length else (b"", b"")


def _refusal(told: bytes) -> DomainError:
    name, template, parameters = json.loads(told)
    kind: type[DomainError] = getattr(errors, name, MalformedDocumentError)
    return kind(template, **parameters)
