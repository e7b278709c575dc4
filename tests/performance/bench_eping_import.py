"""Import of an ePing workbook, from upload to stored measures and told stories, against reading the same workbook alone.

5,000 rows; ``TBT_BENCH_EPING_ROWS=80000`` is the bulk workbook. calamine reads the cells but not the formulas, and the
symbol of an export is one: what an import must read is what our reader reads. The workbook is made, and read alone, in a
process of its own, so that the memory measured is that of the service and of the process it reads in.
"""

import collections
import concurrent.futures
import contextlib
import functools
import io
import multiprocessing
import os
import random
import statistics
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence

import grpc
import psutil
import python_calamine
import xlsxwriter
from google.longrunning import operations_pb2, operations_pb2_grpc

from serving import serving
from standards_tree.measures.eping_workbook import stream_eping_workbook
from standards_tree.spreadsheets.workbook import open_spreadsheet
from tbt.documents.v1 import documents_service_pb2 as documents_pb
from tbt.documents.v1 import documents_service_pb2_grpc as documents_grpc
from tbt.linkage.v1 import linkage_service_pb2 as pb
from tbt.linkage.v1 import linkage_service_pb2_grpc as pb_grpc
from tbt.linkage.v1 import story_pb2

ROWS = int(os.environ.get("TBT_BENCH_EPING_ROWS", "5000"))
READS = 60
CHUNK_BYTES = 256 * 1024
HEADERS = (
    "Notifying Member", "Distribution date", "Document symbol", "Title", "Description", "Products covered", "HS code(s)",
    "ICS code(s)", "Objectives", "Keywords", "Specific regions or countries likely to be affected",
    "Final date for comments", "Notification type", "Notified document", "Link to notification(EN)",
    "Link to notification(FR)", "Link to notification(ES)",
)  # fmt: skip


def workbook(rows: int) -> bytes:
    """Return a workbook in the layout of an ePing export, with invented rows.

    Its texts are as long as those of a real export in the mean, and stand in the cells; 80,000 rows are some 30 MB.
    """
    chance = random.Random(7)
    syllables = [first + second for first in "bdfgklmnprstv" for second in "aeiou"]
    words = ["".join(chance.choices(syllables, k=chance.randint(1, 4))) for _ in range(4_000)]
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"constant_memory": True, "strings_to_urls": False})
    sheet = book.add_worksheet()
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, HEADERS)
    for row in range(1, rows + 1):
        # Every fourth row is an addendum to the one before it.
        symbol = f"G/TBT/N/XXX/{row - 1}/Add.1" if row % 4 == 0 else f"G/TBT/N/XXX/{row}"
        said = chance.choices(words, k=110)
        codes = f"{chance.randint(1, 97):02}{chance.randint(1, 20):02} - {said[0]}; 8506 - Cells"
        sheet.write_string(row, 0, "Example")
        sheet.write_number(row, 1, 45000 + row % 900, day)
        sheet.write_formula(row, 2, f'=HYPERLINK("https://example.org/{row}"," {symbol}")', None, "")
        sheet.write_row(row, 3, [f"示例 {row} {' '.join(said[:14])}", f"{' '.join(said[14:90])}.", " ".join(said[90:])])
        sheet.write_row(row, 6, [codes, "97.200.50 - Toys", "Human health (TBT)", "Human health"])
        sheet.write_number(row, 11, 45060 + row % 900, day)
        sheet.write_row(
            row, 12, ["Regular notification", f"https://example.org/{row}.pdf", f"https://example.org/en/{row}", "", ""]
        )
    book.close()
    return target.getvalue()


def alone() -> tuple[bytes, float, float, float]:
    """Return the workbook, and the seconds calamine, our reader of cells and our reader of notifications take for it."""
    content = workbook(ROWS)
    calamine = _best(
        lambda: python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    )
    return content, calamine, _best(lambda: _cells(content)), _reading_seconds(content)


def _reading_seconds(content: bytes) -> float:
    return _best(lambda: _drained(stream_eping_workbook(content)))


def _cells(content: bytes) -> None:
    spreadsheet = open_spreadsheet(content)
    _drained(spreadsheet.rows(spreadsheet.sheets[0]))


def _drained(rows: Iterable[object]) -> None:
    collections.deque(rows, maxlen=0)


class Watched:
    """What this process, those it reads files in, and the database took of memory and processor time during a block."""

    def __enter__(self) -> "Watched":
        self._ended = threading.Event()
        self._before = self._processor_seconds()
        self.megabytes = self.reading_megabytes = self.own_seconds = self.database_seconds = 0.0
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._ended.set()
        self._thread.join()
        own, database = self._processor_seconds()
        self.own_seconds, self.database_seconds = own - self._before[0], database - self._before[1]

    def _watch(self) -> None:
        # To look for processes takes 20 ms of the time that is measured: it ends when the one that reads is found.
        this, reader = psutil.Process(), None
        while not self._ended.wait(0.1):
            reading = 0
            with contextlib.suppress(psutil.Error):
                reader = reader or _reading_process(this)
                reading = reader.memory_info().rss if reader is not None else 0
            self.reading_megabytes = max(self.reading_megabytes, reading / 2**20)
            self.megabytes = max(self.megabytes, (this.memory_info().rss + reading) / 2**20)

    @staticmethod
    def _processor_seconds() -> tuple[float, float]:
        """Return those of this process with its children that have ended, and those of the database."""
        own, database = os.times(), 0.0
        for child in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.Error):
                database += sum(child.cpu_times()[:2]) if child.name() == "postgres" else 0.0
        return sum(own[:4]), database


def _reading_process(this: psutil.Process) -> psutil.Process | None:
    return next((child for child in this.children() if "notifications_process" in " ".join(child.cmdline())), None)


def measure() -> dict[str, float]:
    """Return rows a second of the import and of reading alone, the ratios, and what it takes of memory and processor time."""
    with concurrent.futures.ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as apart:
        content, calamine, cells, before = apart.submit(alone).result()
        with serving() as (_program, channel):
            figures = _imported(channel, content)
        # Before and after: a machine that others use is not as fast all the time.
        reading = (before + apart.submit(_reading_seconds, content).result()) / 2
    first, second = figures["first import, seconds"], figures["second import, seconds"]
    return {
        "calamine alone, rows/s": ROWS / calamine,
        "our reader of cells alone, rows/s": ROWS / cells,
        "our reader alone, rows/s": ROWS / reading,
        "first import, rows/s": ROWS / first,
        "second import (nothing changes), rows/s": ROWS / second,
        "first import / our reader": reading / first,
        "second import / our reader": reading / second,
        "first import / calamine": calamine / first,
        "our reader alone, seconds": reading,
        **figures,
    }


def _imported(channel: grpc.Channel, content: bytes) -> dict[str, float]:
    # With the first object of its life an empty store lays out its volumes, which takes a second.
    documents_grpc.DocumentsServiceStub(channel).UploadDocument(_pieces(b"the first"), timeout=300)
    with Watched() as watched:
        first = _import_seconds(channel, content)
    # Beside it, what is similar among the new measures is read into memory.
    with Watched() as watched_again:
        second = _import_seconds(channel, content)
    stub = pb_grpc.LinkageServiceStub(channel)
    asked = [story_pb2.GetMeasureStoryRequest(name=f"G/TBT/N/XXX/{row}") for row in _some_rows()]
    told = _milliseconds([functools.partial(stub.GetMeasureStory, request) for request in asked])
    states = [story_pb2.STORY_STATE_OPEN_FOR_COMMENT, story_pb2.STORY_STATE_CLOSED]
    listed = _milliseconds(
        [lambda: stub.ListStories(story_pb2.ListStoriesRequest(states=states, hs_prefix="9503"))] * READS
    )
    return {
        "first import, seconds": first,
        "second import, seconds": second,
        "first import, processor seconds": watched.own_seconds,
        "first import, processor seconds of the database": watched.database_seconds,
        "first import, memory with the reading process, MB": watched.megabytes,
        "first import, memory of the reading process, MB": watched.reading_megabytes,
        "second import, memory with the reading process, MB": watched_again.megabytes,
        "a measure's story, p95 ms": told,
        "a page of stories by state and HS, p95 ms": listed,
    }


def _some_rows() -> list[int]:
    step = max(4, ROWS // READS // 4 * 4)
    return [row for row in range(3, ROWS, step) if row % 4][:READS]


def _milliseconds(calls: Sequence[Callable[[], object]]) -> float:
    taken = []
    for call in calls:
        started = time.perf_counter()
        call()
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.quantiles(taken, n=20)[-1]


def _best(work: Callable[[], object], rounds: int = 2) -> float:
    taken = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return min(taken)


def _import_seconds(channel: grpc.Channel, content: bytes) -> float:
    started = time.perf_counter()
    document = documents_grpc.DocumentsServiceStub(channel).UploadDocument(_pieces(content), timeout=300)
    request = pb.ImportMeasuresRequest(document=document.name, all_or_nothing=True, request_id=str(uuid.uuid4()))
    operation = pb_grpc.LinkageServiceStub(channel).ImportMeasures(request, timeout=300)
    operations = operations_pb2_grpc.OperationsStub(channel)
    while not operation.done:
        operation = operations.WaitOperation(operations_pb2.WaitOperationRequest(name=operation.name), timeout=300)
    assert operation.HasField("response"), operation.error
    return time.perf_counter() - started


def _pieces(content: bytes) -> Iterator[documents_pb.UploadDocumentRequest]:
    document = documents_pb.Document(file_name="bench.xlsx")
    yield documents_pb.UploadDocumentRequest(header=documents_pb.UploadDocumentHeader(document=document))
    for start in range(0, len(content), CHUNK_BYTES):
        yield documents_pb.UploadDocumentRequest(chunk=content[start : start + CHUNK_BYTES])


if __name__ == "__main__":
    for name, figure in measure().items():
        print(f"{name:<52} {figure:,.2f}")  # noqa: T201
