"""Import the notifications of a file: record what is new, bring up to date what changed, leave the rest alone."""

import contextlib
import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO

from services.linkage.messages_imports import imported_from, joined_with
from services.linkage.names import measure_name
from services.linkage.store_measures import MeasureFacts, insert_measures, measures_by_id, owners_of, update_measures
from services.linkage.store_stories import refresh_stories
from services.linkage.tables import MeasureRow
from services.linkage.upstream import LinkageUpstreams
from services.runtime.calls import current_call
from services.runtime.database import Database, Session
from services.runtime.operations.worker import RunningOperation
from services.runtime.texts import ENGLISH, translate
from standards_tree.classifications import Scheme
from standards_tree.code_lists.known_codes import KnownHsCodes
from standards_tree.errors import DomainError, InvalidArgumentError, PreconditionError
from tbt.documents.v1 import documents_service_pb2 as documents_pb
from tbt.linkage.v1 import linkage_service_pb2 as pb
from tbt.type.v1 import type_pb2

MAX_PROBLEMS = 1000
MAX_VALUE_CHARACTERS = 200
# What a file may take of memory before it waits on the disk.
MEMORY_BYTES = 8 * 1024 * 1024
SYMBOL_COLUMN, HS_COLUMN = "Document symbol", "HS code(s)"
REFUSED = type_pb2.ImportProblem.SEVERITY_REFUSED


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


def _on_disk() -> IO[bytes]:
    return tempfile.SpooledTemporaryFile(MEMORY_BYTES)


@dataclass(slots=True)
class ReadFile:
    """What a file gave: its notifications as they came over the wire, and problems.

    80,000 notifications are 110 MB: they wait on the disk, because the transaction that stores them may have to be repeated.
    """

    source: str
    hs: KnownHsCodes
    rows: int = 0
    notifications: int = 0
    problems: Problems = field(default_factory=Problems)
    _lengths: list[int] = field(default_factory=list)
    _packed: IO[bytes] = field(default_factory=_on_disk)

    def add(self, batch: documents_pb.NotificationBatch) -> None:
        """Take what one message says."""
        for problem in batch.problems:
            self.problems.add(problem)
        for record in batch.notifications:
            self._mark_unknown(record)
        self.notifications += len(batch.notifications)
        del batch.problems[:]
        self._lengths.append(self._packed.write(batch.SerializeToString()))

    def _mark_unknown(self, record: documents_pb.NotificationRecord) -> None:
        """Mark the HS codes that the list does not have: they are kept, and said."""
        for code in record.hs_codes:
            if reason := self.hs.fault(code):
                record.code_marks.add(scheme=Scheme.HS.value, found=code, code=code, reason=reason)
                row = record.rows[0] if record.rows else 0
                message = translate(reason, {}, _language())
                kept = type_pb2.ImportProblem.SEVERITY_KEPT
                self.problems.add(
                    type_pb2.ImportProblem(row=row, column=HS_COLUMN, value=code, message=message, severity=kept)
                )

    def records(self) -> Iterator[Sequence[documents_pb.NotificationRecord]]:
        """Yield the notifications, some hundreds at a time."""
        self._packed.seek(0)
        for length in self._lengths:
            yield documents_pb.NotificationBatch.FromString(self._packed.read(length)).notifications

    def close(self) -> None:
        """Give the space on the disk back."""
        self._packed.close()


@dataclass(slots=True)
class Plan:
    """What an import does with some of its notifications."""

    new: list[MeasureFacts] = field(default_factory=list)
    changed: list[tuple[MeasureRow, MeasureFacts]] = field(default_factory=list)
    unchanged: int = 0


class MeasureImport:
    """Runs imports in the background. An import that is run again, after a worker died, changes nothing more."""

    def __init__(self, database: Database, upstreams: LinkageUpstreams) -> None:
        self._database = database
        self._upstreams = upstreams

    def run(self, operation: RunningOperation) -> pb.ImportMeasuresResponse:
        """Read the file and store its measures in one transaction.

        Raises:
            PreconditionError: a row was refused and the request wants all or nothing.
            InvalidArgumentError: the document is no file of notifications.
        """
        if not isinstance(operation.request, pb.ImportMeasuresRequest):
            message = "not a request to import measures: {kind}"
            raise InvalidArgumentError(message, kind=operation.request.DESCRIPTOR.full_name)
        request = pb.ImportMeasuresRequest()
        request.CopyFrom(operation.request)
        # Run again after its worker died behind the commit, it answers as the first time.
        request.request_id = operation.operation_id
        with contextlib.closing(ReadFile(request.document, KnownHsCodes(self._upstreams.hs_codes()))) as file:
            self._read(operation, file)
            return self._database.write(lambda session: _store(session, file, request), request)

    def _read(self, operation: RunningOperation, file: ReadFile) -> None:
        for piece in self._upstreams.read_notifications(file.source):
            if piece.HasField("figures"):
                file.rows = piece.figures.rows
                continue
            file.add(piece.batch)
            operation.report(pb.ImportMeasuresMetadata(done=file.notifications, total=0))
        operation.report(pb.ImportMeasuresMetadata(done=file.notifications, total=file.notifications))


def _store(session: Session, file: ReadFile, request: pb.ImportMeasuresRequest) -> pb.ImportMeasuresResponse:
    report = _import(session, file)
    if request.all_or_nothing and report.measures.refused:
        _refuse_all(report)
    return report


def _import(session: Session, file: ReadFile) -> pb.ImportMeasuresResponse:
    """Store the notifications of *file*, and tell the stories that changed."""
    problems = file.problems.copy()
    counts, touched = type_pb2.ImportCounts(), dict[str, None]()
    for records in file.records():
        plan = plan_import(session, records, file.source, problems)
        insert_measures(session, plan.new)
        update_measures(session, plan.changed)
        for facts in (*plan.new, *(facts for _row, facts in plan.changed)):
            touched.update(dict.fromkeys(facts.base_keys))
        counts.created += len(plan.new)
        counts.updated += len(plan.changed)
        counts.unchanged += plan.unchanged
    refresh_stories(session, touched)
    counts.refused = problems.refused_rows
    counts.read = counts.created + counts.updated + counts.unchanged + counts.refused
    return pb.ImportMeasuresResponse(
        measures=counts, rows=file.rows, problems=problems.shown(), problem_count=problems.count
    )


def plan_import(
    session: Session, records: Sequence[documents_pb.NotificationRecord], source: str, problems: Problems
) -> Plan:
    """Decide for every notification whether it is new, changed or as it was; two statements for any number of them.

    No two of *records* share a symbol: the reader of the file has put rows that do together.
    """
    owners = owners_of(session, [symbol.lower() for record in records for symbol in record.symbols])
    plan = Plan()
    compared: list[tuple[str, MeasureFacts]] = []
    for record in records:
        row, digest = record.rows[0] if record.rows else 0, _digest(record)
        found = {owners[key] for symbol in record.symbols if (key := symbol.lower()) in owners}
        if len(found) == 1 and next(iter(found))[1] == digest:
            plan.unchanged += 1
            continue
        try:
            facts = imported_from(record, source, digest)
            if len(found) > 1:
                _refuse_several(measure_id for measure_id, _digest in found)
        except DomainError as error:
            problems.add(_refusal(row, ", ".join(record.symbols), error))
            continue
        if found:
            compared.append((next(iter(found))[0], facts))
        else:
            plan.new.append(facts)
    present = measures_by_id(session, [measure_id for measure_id, _facts in compared])
    for measure_id, facts in compared:
        joined = joined_with(present[measure_id], facts)
        if joined is None:
            plan.unchanged += 1
        else:
            plan.changed.append((present[measure_id], joined))
    return plan


def _digest(record: documents_pb.NotificationRecord) -> str:
    """Return the digest of what *record* says, wherever in its file it stands."""
    record.ClearField("rows")
    return hashlib.blake2b(record.SerializeToString(deterministic=True), digest_size=16).hexdigest()


def _refuse_several(found: Iterator[str]) -> None:
    message = "its symbols name several measures already: {names}"
    raise PreconditionError(message, names=", ".join(sorted(map(measure_name, found))))


def _refusal(row: int, value: str, error: DomainError) -> type_pb2.ImportProblem:
    violations = error.violations if isinstance(error, InvalidArgumentError) else ()
    return type_pb2.ImportProblem(
        row=row,
        column=violations[0].field if violations else SYMBOL_COLUMN,
        value=value[:MAX_VALUE_CHARACTERS],
        message=translate(error.template, error.parameters, _language()),
        severity=REFUSED,
    )


def _language() -> str:
    call = current_call()
    return call.language if call is not None else ENGLISH


def _refuse_all(report: pb.ImportMeasuresResponse) -> None:
    first = next(problem for problem in report.problems if problem.severity == REFUSED)
    message = "{refused} rows were refused, so nothing was imported; the first: row {row}, column {column}: {problem}"
    raise PreconditionError(
        message, refused=report.measures.refused, row=first.row, column=first.column, problem=first.message
    )
