"""An upload of many concepts waits on the disk until it is whole: what is refused at its end never stood in memory."""

import tracemalloc
from collections.abc import Iterator

import psutil
import pytest

from services.runtime.calls import Principal
from services.runtime.spooled_pieces import SPOOLED_BYTES
from services.terminology.imports import collect
from standards_tree.errors import InvalidArgumentError
from tbt.terminology.v1 import concept_pb2
from tbt.terminology.v1 import exchange_pb2 as pb

SOMEBODY = Principal("somebody", frozenset())
OPTIONS = pb.ImportConceptsRequest(options=pb.ImportConceptsOptions(request_id="example"))
PIECES, RECORDS, CHARACTERS = 40, 100, 3_900
"""Some 47 MB on the wire, 31 in memory."""


def pieces(count: int, characters: int) -> Iterator[pb.ImportConceptsRequest]:
    """Yield the options and then pieces of invented concepts."""
    yield OPTIONS
    for piece in range(count):
        records = []
        for number in range(RECORDS):
            word = concept_pb2.TermDesignation(
                language="zh", text=f"示例{piece}-{number}", status=concept_pb2.DESIGNATION_STATUS_PREFERRED
            )
            # Each text is one of its own: what is shared would take no memory.
            notes = [concept_pb2.Remark(language="zh", text=f"{piece} {number} {'示' * characters}")]
            made = concept_pb2.Concept(designations=[word], notes=notes)
            records.append(pb.ImportConceptsRecord(row=piece * RECORDS + number + 1, concept=made))
        yield pb.ImportConceptsRequest(records=pb.ImportConceptsRecords(records=records))


def open_files() -> int:
    """Return how many files this process has open."""
    return psutil.Process().num_fds()


def test_what_is_refused_at_its_end_stood_on_the_disk() -> None:
    """The last piece holds options again: the memory of all before it was never taken, and no file is left open."""

    def broken() -> Iterator[pb.ImportConceptsRequest]:
        yield from pieces(PIECES, CHARACTERS)
        yield OPTIONS

    opened = open_files()
    tracemalloc.start()
    try:
        with pytest.raises(InvalidArgumentError, match="first message"):
            collect(broken(), SOMEBODY)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    piece = RECORDS * CHARACTERS * 3
    assert PIECES * piece > 40 * SPOOLED_BYTES
    assert peak < 4 * piece
    assert open_files() == opened


def test_every_record_is_taken_in_its_order() -> None:
    """Also of an upload that went to the disk: each record is there once."""
    batch = collect(pieces(3, CHARACTERS), SOMEBODY)
    rows = [row for row, _concept in batch.wanted]
    assert batch.read == len(batch.wanted) == 3 * RECORDS
    assert rows == sorted(rows)
    again = collect(pieces(3, CHARACTERS), SOMEBODY)
    assert again.sha256 == batch.sha256 != collect(pieces(2, CHARACTERS), SOMEBODY).sha256
