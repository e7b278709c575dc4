"""Import the notifications of a workbook: what is new is recorded, what changed is brought up to date, the rest is left alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tbt.documents.v1 import documents_service_pb2 as documents_pb
from tbt.linkage.v1 import linkage_service_pb2 as pb
from tbt.type.v1 import type_pb2

from services.linkage import messages, store
from services.linkage.names import measure_name
from services.linkage.tables import MeasureRow
from services.linkage.upstream import LinkageUpstreams
from services.runtime.database import Database, Session
from services.runtime.operations.worker import RunningOperation
from standards_tree.errors import DomainError, InvalidArgumentError, PreconditionError

MAX_PROBLEMS = 1000
REPORT_EVERY = 1000
REFUSED = type_pb2.ImportProblem.SEVERITY_REFUSED


@dataclass(slots=True)
class ReadWorkbook:
    """What a workbook gave: facts of measures with the row each begins at, and problems."""

    rows: int = 0
    measures: list[tuple[int, store.MeasureFacts]] = field(default_factory=list)
    problems: list[type_pb2.ImportProblem] = field(default_factory=list)
    refused: int = 0


@dataclass(slots=True)
class Plan:
    """What an import will do."""

    new: list[store.MeasureFacts] = field(default_factory=list)
    changed: list[tuple[MeasureRow, store.MeasureFacts]] = field(default_factory=list)
    unchanged: int = 0
    problems: list[type_pb2.ImportProblem] = field(default_factory=list)


class MeasureImport:
    """Runs imports in the background. An import that is run again, after a worker died, changes nothing more."""

    def __init__(self, database: Database, upstreams: LinkageUpstreams) -> None:
        self._database = database
        self._upstreams = upstreams

    def run(self, operation: RunningOperation) -> pb.ImportMeasuresResponse:
        """Read the workbook and store its measures in one transaction.

        Raises:
            PreconditionError: a row was refused and the request wants all or nothing.
            InvalidArgumentError: the document is not a workbook of notifications.
        """
        request = operation.request
        if not isinstance(request, pb.ImportMeasuresRequest):
            message = "not a request to import measures: {kind}"
            raise InvalidArgumentError(message, kind=request.DESCRIPTOR.full_name)
        workbook = self._read(operation, request.document)

        def work(session: Session) -> pb.ImportMeasuresResponse:
            plan = plan_import(session, workbook.measures)
            problems = [*workbook.problems, *plan.problems]
            refused = workbook.refused + len(plan.problems)
            if request.all_or_nothing and refused:
                _refuse_all(problems, refused)
            store.insert_measures(session, plan.new)
            store.update_measures(session, plan.changed)
            return _report(workbook, plan, problems, refused)

        return self._database.write(work, request)

    def _read(self, operation: RunningOperation, document: str) -> ReadWorkbook:
        workbook = ReadWorkbook()
        total = 0
        for piece in self._upstreams.read_notifications(document):
            if piece.HasField("figures"):
                workbook.rows, total = piece.figures.rows, piece.figures.notifications
            elif piece.HasField("problem"):
                workbook.problems.append(piece.problem)
                workbook.refused += piece.problem.severity == REFUSED
            else:
                _add(workbook, piece.notification, document)
                if len(workbook.measures) % REPORT_EVERY == 0:
                    operation.report(pb.ImportMeasuresMetadata(done=len(workbook.measures), total=total))
        operation.report(pb.ImportMeasuresMetadata(done=len(workbook.measures), total=total))
        return workbook


def _add(workbook: ReadWorkbook, record: documents_pb.NotificationRecord, document: str) -> None:
    row = record.rows[0] if record.rows else 0
    try:
        workbook.measures.append((row, messages.imported_from(record, document)))
    except DomainError as error:
        workbook.problems.append(_problem(row, ", ".join(record.symbols), str(error)))
        workbook.refused += 1


def plan_import(session: Session, measures: Sequence[tuple[int, store.MeasureFacts]]) -> Plan:
    """Decide for every measure whether it is new, changed or as it was, with two questions to the database for any number."""
    owners = store.owners(session, [symbol for _row, facts in measures for symbol in facts.symbols])
    present = store.measures_by_id(session, owners.values())
    plan = Plan()
    seen: dict[str, int] = {}
    for row, facts in measures:
        found = {owners[symbol.key] for symbol in facts.symbols if symbol.key in owners}
        problem = _conflict(row, facts, found, seen)
        if problem is not None:
            plan.problems.append(problem)
        elif not found:
            complete = store.MeasureFacts(facts.symbols, {**messages.NOT_IMPORTED, **facts.columns})
            plan.new.append(complete)
        else:
            _plan_present(plan, present[found.pop()], facts)
    return plan


def _conflict(
    row: int, facts: store.MeasureFacts, found: set[str], seen: dict[str, int]
) -> type_pb2.ImportProblem | None:
    """Return why a measure cannot be told from others, or None; note its symbols as seen."""
    value = ", ".join(symbol.official for symbol in facts.symbols)
    if len(found) > 1:
        names = ", ".join(sorted(measure_name(measure_id) for measure_id in found))
        return _problem(row, value, f"its symbols name several measures already: {names}")
    earlier = next((seen[symbol.key] for symbol in facts.symbols if symbol.key in seen), None)
    if earlier is not None:
        return _problem(row, value, f"row {earlier} has one of these symbols already, in another combination")
    seen.update({symbol.key: row for symbol in facts.symbols})
    return None


def _plan_present(plan: Plan, row: MeasureRow, facts: store.MeasureFacts) -> None:
    kept = {column: getattr(row, column) for column in messages.NOT_IMPORTED}
    columns = {**kept, **facts.columns}
    # Where a fact was first read stays its source, as long as the fact does.
    same = all(getattr(row, column) == value for column, value in columns.items() if column != "source")
    if same and set(row.symbols) == {symbol.official for symbol in facts.symbols}:
        plan.unchanged += 1
    else:
        plan.changed.append((row, store.MeasureFacts(facts.symbols, columns)))


def _problem(row: int, value: str, message: str) -> type_pb2.ImportProblem:
    return type_pb2.ImportProblem(
        row=row, column="Document symbol", value=value[:200], message=message, severity=REFUSED
    )


def _refuse_all(problems: Sequence[type_pb2.ImportProblem], refused: int) -> None:
    first = next(problem for problem in problems if problem.severity == REFUSED)
    message = "{refused} rows were refused, so nothing was imported; the first: row {row}, column {column}: {problem}"
    raise PreconditionError(message, refused=refused, row=first.row, column=first.column, problem=first.message)


def _report(
    workbook: ReadWorkbook, plan: Plan, problems: Sequence[type_pb2.ImportProblem], refused: int
) -> pb.ImportMeasuresResponse:
    return pb.ImportMeasuresResponse(
        measures=type_pb2.ImportCounts(
            read=len(workbook.measures) + workbook.refused,
            created=len(plan.new),
            updated=len(plan.changed),
            unchanged=plan.unchanged,
            refused=refused,
        ),
        rows=workbook.rows,
        problems=sorted(problems, key=lambda problem: problem.row)[:MAX_PROBLEMS],
        problem_count=len(problems),
    )


