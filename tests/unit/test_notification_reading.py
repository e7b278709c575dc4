"""A large file of notifications is read in a process of its own, and says there what it says here."""

import sys
import tempfile
from pathlib import Path

import psutil
import pytest

from hostile_workbooks import eping_workbook_of, hostile_workbooks
from services.documents.notification_reading import SMALL_BYTES, read_notifications
from services.runtime.texts import translate
from standards_tree.errors import DomainError, UnsafeDocumentError
from standards_tree.text import contains_han

LARGE = SMALL_BYTES + 1
CLOSED = """
import socket, sys
from services.documents import notifications_process as reader
reader._give_up()
refused = []
for attempt in (lambda: open("/etc/hostname"), socket.socket, lambda: bytes(reader.MAX_MEMORY_BYTES)):
    try:
        attempt()
    except (OSError, MemoryError) as error:
        refused.append(type(error).__name__)
sys.stderr.write(" ".join(refused))
sys.exit(3)
"""


def outcome(content: bytes, size: int, language: str = "en") -> list[bytes] | tuple[str, str]:
    """Return what the file says, message by message, or why it is refused."""
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        try:
            pieces = list(read_notifications(file, size, language))
        except DomainError as error:
            return type(error).__name__, translate(error.template, error.parameters, language)
    return [piece.SerializeToString(deterministic=True) for piece in pieces]


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
@pytest.mark.parametrize("name", ["eping_export.xlsx", "notifications_zh.jsonl"])
def test_a_process_of_its_own_reads_the_same(shared_data: Path, name: str, language: str) -> None:
    """A real export and platform records, with their problems in either language."""
    content = (shared_data / "measures" / name).read_bytes()
    here = outcome(content, 0, language)
    assert isinstance(here, list)
    assert outcome(content, LARGE, language) == here


@pytest.mark.parametrize("name", ["eping_export.xlsx", "notifications_zh.jsonl"])
def test_what_is_odd_in_real_files_is_told_in_chinese(shared_data: Path, name: str) -> None:
    """Every remark, whatever was corrected, kept or refused."""
    assert untold((shared_data / "measures" / name).read_bytes()) == []


def test_what_is_odd_in_an_invented_file_is_told_in_chinese() -> None:
    """Codes and days that are wrong, lost a zero, end in a full stop or may be read in two ways."""
    headers = ("Notifying Member", "Distribution date", "Document symbol", "Title", "HS code(s)", "ICS code(s)")
    rows = [
        ("Exampleland", day, symbol, "Example\nof two lines", hs, ics)
        for day in ("05/06/2026", "31/02/2026", "2026", "", "1890-01-01", "soon")
        for symbol in ("G/TBT/N/XXX/1", "G/TBT/N/XXX/1 and more", "", "G/TBT/N/XXX/0")
        for hs in ("95031; 85.1; 77; 9503.; 123; 8501-8503; 8703.21-8703.24; 9503 except 9503.00; x", "")
        for ics in ("97.2; 7.100; 98.100.10; 13.20; 97.200.50.; 75.06; y", "")
    ]
    content = eping_workbook_of(*rows, headers=headers)
    assert untold(content) == []
    assert untold(content, "en") != []
    # Whatever a value needs that is in a file was read before the process could open none any more.
    assert outcome(content, LARGE) == outcome(content, 0)


def untold(content: bytes, language: str = "zh-Hans") -> list[str]:
    """Return the remarks on a file that hold no Chinese."""
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        problems = [problem for piece in read_notifications(file, 0, language) for problem in piece.batch.problems]
    assert problems
    return sorted({problem.message for problem in problems if not contains_han(problem.message)})


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_a_process_of_its_own_refuses_the_same(language: str) -> None:
    """One hostile workbook for each reason there is: the same class, the same words."""
    small = [content for content in hostile_workbooks().values() if len(content) < 2**20]
    reasons = {outcome(content, 0, language): content for content in small}
    by_class = {reason[0]: (reason, content) for reason, content in reasons.items() if isinstance(reason, tuple)}
    assert set(by_class) == {"MalformedDocumentError", "UnsafeDocumentError", "UnsupportedDocumentError"}
    for reason, content in by_class.values():
        assert outcome(content, LARGE, language) == reason
        assert contains_han(reason[1]) == (language == "zh-Hans")


def test_the_process_opens_nothing_and_has_bounded_memory() -> None:
    """Once it reads, there is no file, no socket and no more memory to be had."""
    with tempfile.TemporaryFile() as file, pytest.raises(RuntimeError, match="OSError OSError MemoryError"):
        list(read_notifications(file, LARGE, "en", (sys.executable, "-P", "-c", CLOSED)))


def test_a_process_that_is_ended_is_a_refusal() -> None:
    """The system ends it when its account of processor time is used up."""
    ended = "import os, signal; os.kill(os.getpid(), signal.SIGXCPU)"
    with tempfile.TemporaryFile() as file, pytest.raises(UnsafeDocumentError, match="more time or memory"):
        list(read_notifications(file, LARGE, "en", (sys.executable, "-P", "-c", ended)))


def test_nobody_listening_ends_the_process() -> None:
    """A caller that goes leaves no process behind."""
    rows = [("Exampleland", 46027.0, f"G/TBT/N/XXX/{number}", "Example " * 20) for number in range(1, 30_000)]
    headers = ("Notifying Member", "Distribution date", "Document symbol", "Title")
    with tempfile.TemporaryFile() as file:
        file.write(eping_workbook_of(*rows, headers=headers))
        file.seek(0)
        others = set(psutil.Process().children())
        pieces = read_notifications(file, LARGE, "en")
        assert len(next(pieces).batch.notifications) > 0
        (child,) = set(psutil.Process().children()) - others
        pieces.close()
    assert not child.is_running()
