"""Import of an ePing workbook, from upload to stored measures and told stories, against reading the same workbook alone.

5,000 rows; ``TBT_BENCH_EPING_ROWS=80000`` is the bulk workbook. calamine reads the cells but not the formulas, and the
symbol of an export is one: what an import must read is what our reader reads.
"""

import collections
import functools
import io
import os
import random
import resource
import statistics
import time
import uuid
from collections.abc import Callable, Iterator, Sequence

import grpc
import python_calamine
import xlsxwriter
from google.longrunning import operations_pb2, operations_pb2_grpc

from serving import serving
from standards_tree.measures.eping_workbook import stream_eping_workbook
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


def measure() -> dict[str, float]:
    """Return rows a second of the import, of our reader and of calamine alone, and the ratios."""
    content = workbook(ROWS)
    alone = _best(
        lambda: python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    )
    reading = _best(lambda: collections.deque(stream_eping_workbook(content), maxlen=0))
    with serving() as (_program, channel):
        before = _peak_megabytes()
        worked = time.process_time()
        first = _import_seconds(channel, content)
        grown, worked = _peak_megabytes() - before, time.process_time() - worked
        second = _import_seconds(channel, content)
        stub = pb_grpc.LinkageServiceStub(channel)
        asked = [story_pb2.GetMeasureStoryRequest(name=f"G/TBT/N/XXX/{row}") for row in _some_rows()]
        told = _milliseconds([functools.partial(stub.GetMeasureStory, request) for request in asked])
        states = [story_pb2.STORY_STATE_OPEN_FOR_COMMENT, story_pb2.STORY_STATE_CLOSED]
        listed = _milliseconds(
            [lambda: stub.ListStories(story_pb2.ListStoriesRequest(states=states, hs_prefix="9503"))] * READS
        )
    return {
        "calamine alone, rows/s": ROWS / alone,
        "our reader, rows/s": ROWS / reading,
        "first import, rows/s": ROWS / first,
        "second import (nothing changes), rows/s": ROWS / second,
        "our reader / calamine": alone / reading,
        "first import / our reader": reading / first,
        "second import / our reader": reading / second,
        "first import, seconds": first,
        "second import, seconds": second,
        "first import, processor seconds without the database's": worked,
        "memory the first import took, MB": grown,
        "memory of the whole process with this benchmark's file, MB": before + grown,
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


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _best(work: object, rounds: int = 2) -> float:
    taken = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()  # type: ignore[operator]  # a function without arguments
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
        print(f"{name:<40} {figure:,.2f}")  # noqa: T201
