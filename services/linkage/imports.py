"""Import the notifications of a file: record what is new, bring up to date what changed, leave the rest alone."""

import contextlib
import hashlib
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from services.linkage.import_files import REFUSED, ReadFile, language
from services.linkage.known_lists import CodeLists
from services.linkage.messages_imports import imported_from, joined_with
from services.linkage.names import measure_name
from services.linkage.store_measures import MeasureFacts, insert_measures, measures_by_id, owners_of, update_measures
from services.linkage.store_stories import refresh_stories
from services.linkage.story_documents import StoryDocument, document_of
from services.linkage.tables import MeasureRow
from services.linkage.upstream import LinkageUpstreams
from services.runtime.database import Database, Session
from services.runtime.operations.worker import RunningOperation
from services.runtime.texts import translate
from standards_tree.errors import DomainError, InvalidArgumentError, PreconditionError
from tbt.documents.v1 import documents_service_pb2 as documents_pb
from tbt.linkage.v1 import linkage_service_pb2 as pb
from tbt.type.v1 import type_pb2

MAX_VALUE_CHARACTERS = 200
SYMBOL_COLUMN = "Document symbol"
REPORT_SECONDS = 1.0
TOLD_AT_A_TIME = 2_000
"""So many new measures wait in memory until their stories are told, 1 kB each: what has just been written is not read back."""


@dataclass(slots=True)
class Plan:
    """What an import does with some of its notifications."""

    new: list[MeasureFacts] = field(default_factory=list)
    changed: list[tuple[MeasureRow, MeasureFacts]] = field(default_factory=list)
    unchanged: int = 0


class MeasureImport:
    """Runs imports in the background. An import that is run again, after a worker died, changes nothing more."""

    def __init__(self, database: Database, upstreams: LinkageUpstreams, code_lists: CodeLists) -> None:
        self._database = database
        self._upstreams = upstreams
        self._code_lists = code_lists

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
        known = self._code_lists.current()
        pieces = self._upstreams.read_notifications(request.document)
        with contextlib.closing(pieces), contextlib.closing(ReadFile(request.document, known, pieces)) as file:
            file.begin()
            answer = self._database.write(lambda session: _store(session, file, request, _Progress(operation)), request)
        operation.report(pb.ImportMeasuresMetadata(done=file.notifications, total=file.notifications))
        return answer


class _Progress:
    """Tells an operation how many notifications have come, once a second: each time is a transaction."""

    def __init__(self, operation: RunningOperation) -> None:
        self._operation = operation
        self._told = -math.inf

    def __call__(self, count: int) -> None:
        """Tell that *count* have come.

        Raises:
            CancelledError: nobody wants the import any more.
        """
        now = time.monotonic()
        if now - self._told >= REPORT_SECONDS:
            self._told = now
            self._operation.report(pb.ImportMeasuresMetadata(done=count, total=0))


def _store(
    session: Session, file: ReadFile, request: pb.ImportMeasuresRequest, heard: Callable[[int], None]
) -> pb.ImportMeasuresResponse:
    report = _import(session, file, heard)
    if request.all_or_nothing and report.measures.refused:
        _refuse_all(report)
    return report


def _import(session: Session, file: ReadFile, heard: Callable[[int], None]) -> pb.ImportMeasuresResponse:
    """Store the notifications of *file*, and tell the stories that changed."""
    refusals: list[type_pb2.ImportProblem] = []
    counts, touched, fresh = type_pb2.ImportCounts(), dict[str, None](), dict[str, StoryDocument]()
    for records in file.records(heard):
        plan = plan_import(session, records, file.source, refusals)
        insert_measures(session, plan.new)
        update_measures(session, plan.changed)
        for facts in (*plan.new, *(facts for _row, facts in plan.changed)):
            touched.update(dict.fromkeys(facts.base_keys))
        fresh.update({facts.measure_id: document_of(facts) for facts in plan.new})
        # One that was brought up to date may have come earlier in the same file.
        for row, _facts in plan.changed:
            fresh.pop(row.measure_id, None)
        if len(fresh) >= TOLD_AT_A_TIME:
            # While the next rows are read. A document that comes later has its story told again.
            refresh_stories(session, touched, fresh)
            touched.clear()
            fresh.clear()
        counts.created += len(plan.new)
        counts.updated += len(plan.changed)
        counts.unchanged += plan.unchanged
    refresh_stories(session, touched, fresh)
    problems = file.problems.copy()
    for refusal in refusals:
        problems.add(refusal)
    counts.refused = problems.refused_rows
    counts.read = counts.created + counts.updated + counts.unchanged + counts.refused
    return pb.ImportMeasuresResponse(
        measures=counts, rows=file.rows, problems=problems.shown(), problem_count=problems.count
    )


def plan_import(
    session: Session,
    records: Sequence[documents_pb.NotificationRecord],
    source: str,
    refusals: list[type_pb2.ImportProblem],
) -> Plan:
    """Decide for every notification whether it is new, changed or as it was; two statements for any number of them.

    Those that break a rule are added to *refusals*. No two of *records* share a symbol: the reader of the file has put
    rows that do together.
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
            refusals.append(_refusal(row, ", ".join(record.symbols), error))
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
        message=translate(error.template, error.parameters, language()),
        severity=REFUSED,
    )


def _refuse_all(report: pb.ImportMeasuresResponse) -> None:
    first = next(problem for problem in report.problems if problem.severity == REFUSED)
    message = "{refused} rows were refused, so nothing was imported; the first: row {row}, column {column}: {problem}"
    raise PreconditionError(
        message, refused=report.measures.refused, row=first.row, column=first.column, problem=first.message
    )
