"""A file of notifications is given on while it comes, and again from its beginning when an import is repeated."""

import contextlib
from collections.abc import Iterator

from services.linkage.import_files import ReadFile
from services.linkage.known_lists import KnownLists
from standards_tree.code_lists.known_codes import KnownHsCodes, KnownIcsCodes
from tbt.documents.v1 import documents_service_pb2 as documents_pb


def pieces(count: int, taken: list[int]) -> Iterator[documents_pb.ReadNotificationsResponse]:
    """Yield batches of one notification each, noting which were asked for, and then the figures."""
    for number in range(count):
        taken.append(number)
        record = documents_pb.NotificationRecord(symbols=[f"G/TBT/N/XXX/{number}"], rows=[number], hs_codes=["77"])
        batch = documents_pb.NotificationBatch(notifications=[record])
        yield documents_pb.ReadNotificationsResponse(batch=batch)
    yield documents_pb.ReadNotificationsResponse(figures=documents_pb.NotificationFigures(rows=count))


def test_what_was_given_on_is_given_again_and_the_rest_is_read_on() -> None:
    """The first time through breaks off in the middle; the second one misses nothing, and asks for nothing twice."""
    taken: list[int] = []
    heard: list[int] = []
    known = KnownLists(KnownHsCodes(["01", "02"]), KnownIcsCodes(["97"]))
    with contextlib.closing(ReadFile("documents/x", known, pieces(5, taken))) as file:
        file.begin()
        assert taken == [0]
        first = file.records(heard.append)
        for _batch in range(3):
            # An import changes what it is given.
            next(first)[0].ClearField("symbols")
        assert taken == [0, 1, 2]
        again = [record for records in file.records(heard.append) for record in records]
        assert [record.symbols[0] for record in again] == [f"G/TBT/N/XXX/{number}" for number in range(5)]
        assert taken == [0, 1, 2, 3, 4]
        assert heard == [2, 3, 4, 5]
        assert (file.rows, file.notifications, file.problems.count) == (5, 5, 5)
        assert all(record.code_marks for record in again)
