"""What a file of notifications gives: taken in while it is read, and kept for as long as its import may have to be repeated."""

import itertools
import tempfile
from collections.abc import Callable, Iterator, Sequence
from typing import IO

from services.linkage.known_lists import KnownLists
from services.runtime.calls import current_call
from services.runtime.texts import ENGLISH, translate
from standards_tree.classifications import Scheme
from tbt.documents.v1 import documents_service_pb2 as documents_pb
from tbt.type.v1 import type_pb2

MAX_PROBLEMS = 1000
# What a file may take of memory before it waits on the disk.
MEMORY_BYTES = 8 * 1024 * 1024
COLUMNS = {Scheme.HS: "HS code(s)", Scheme.ICS: "ICS code(s)"}
REFUSED, KEPT = type_pb2.ImportProblem.SEVERITY_REFUSED, type_pb2.ImportProblem.SEVERITY_KEPT


class Problems:
    """Counts problems, and keeps the first of them: refusals before mere remarks."""

    def __init__(self) -> None:
        self.count = 0
        self._refused_rows: set[int] = set()
        self._refusals: list[type_pb2.ImportProblem] = []
        self._remarks: list[type_pb2.ImportProblem] = []

    def add(self, problem: type_pb2.ImportProblem) -> None:
        """Count *problem*, and keep it while there is room."""
        self.count += 1
        refused = problem.severity == REFUSED
        if refused:
            self._refused_rows.add(problem.row)
        kept = self._refusals if refused else self._remarks
        if len(kept) < MAX_PROBLEMS:
            # A message keeps all in memory that came over the wire with it: a megabyte for each problem of a batch of its own.
            own = type_pb2.ImportProblem()
            own.CopyFrom(problem)
            kept.append(own)

    def add_kept(self, row: int, column: str, code: str, reason: str) -> None:
        """Count that *code* was kept although *reason*, a template without parameters; it is said while there is room."""
        if len(self._remarks) >= MAX_PROBLEMS:
            self.count += 1
            return
        message = translate(reason, {}, language())
        self.add(type_pb2.ImportProblem(row=row, column=column, value=code, message=message, severity=KEPT))

    def copy(self) -> "Problems":
        """Return a copy that can be added to."""
        other = Problems()
        other.count, other._refused_rows = self.count, set(self._refused_rows)
        other._refusals, other._remarks = list(self._refusals), list(self._remarks)
        return other

    @property
    def refused_rows(self) -> int:
        """Return how many rows were refused."""
        return len(self._refused_rows)

    def shown(self) -> list[type_pb2.ImportProblem]:
        """Return the kept problems by their rows."""
        return sorted([*self._refusals, *self._remarks][:MAX_PROBLEMS], key=lambda problem: problem.row)


class ReadFile:
    """The notifications of a file as they come over the wire, and its problems.

    80,000 notifications are 110 MB: they wait on the disk, because the transaction that stores them may have to be repeated.
    The first time through, each is given on as soon as it has come: reading and storing take two cores.
    """

    def __init__(
        self, source: str, known: KnownLists, pieces: Iterator[documents_pb.ReadNotificationsResponse]
    ) -> None:
        self.source = source
        self.rows = self.notifications = 0
        self.problems = Problems()
        self._known, self._pieces = known, pieces
        self._lengths: list[int] = []
        self._packed: IO[bytes] = tempfile.SpooledTemporaryFile(MEMORY_BYTES)  # noqa: SIM115  (`close` closes it)

    def begin(self) -> None:
        """Wait for the first of it: what is no file of notifications is refused here, and so is a wait that is too long."""
        self._take()

    def records(self, heard: Callable[[int], None]) -> Iterator[Sequence[documents_pb.NotificationRecord]]:
        """Yield the notifications, some hundreds at a time; *heard* is told how many have come whenever more have."""
        start = 0
        for known in itertools.count():
            batch = self._again(start, known) if known < len(self._lengths) else self._take(heard)
            if batch is None:
                return
            start += self._lengths[known]
            yield batch.notifications

    def _again(self, start: int, known: int) -> documents_pb.NotificationBatch:
        self._packed.seek(start)
        return documents_pb.NotificationBatch.FromString(self._packed.read(self._lengths[known]))

    def close(self) -> None:
        """Give the space on the disk back."""
        self._packed.close()

    def _take(self, heard: Callable[[int], None] = lambda _count: None) -> documents_pb.NotificationBatch | None:
        """Take what the next message says and return it; None where there is none with notifications or problems."""
        for piece in self._pieces:
            if piece.HasField("figures"):
                self.rows = piece.figures.rows
                continue
            batch = piece.batch
            for problem in batch.problems:
                self.problems.add(problem)
            for record in batch.notifications:
                self._mark_unknown(record)
            self.notifications += len(batch.notifications)
            del batch.problems[:]
            self._packed.seek(0, 2)
            self._lengths.append(self._packed.write(batch.SerializeToString()))
            heard(self.notifications)
            return batch
        return None

    def _mark_unknown(self, record: documents_pb.NotificationRecord) -> None:
        """Mark the codes that a list does not have: they are kept, and said."""
        for scheme, code, reason in self._known.faults(record.hs_codes, record.ics_codes):
            record.code_marks.add(scheme=scheme.value, found=code, code=code, reason=reason)
            self.problems.add_kept(record.rows[0] if record.rows else 0, COLUMNS[scheme], code, reason)


def language() -> str:
    """Return the language of who asked for the import."""
    call = current_call()
    return call.language if call is not None else ENGLISH
