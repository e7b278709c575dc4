"""Import the notifications of a workbook: record what is new, bring up to date what changed, leave the rest alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from services.linkage import messages_measures, store_measures
from services.linkage.names import measure_name
from services.linkage.tables import MeasureRow
from services.linkage.upstream import LinkageUpstreams
from services.runtime.calls import current_call
from services.runtime.database import Database, Session
from services.runtime.operations.worker import RunningOperation
from services.runtime.texts import ENGLISH, translate
from standards_tree.errors import DomainError, InvalidArgumentError, PreconditionError
from standards_tree.measures.symbols import parse_symbol
from tbt.documents.v1 import documents_service_pb2 as documents_pb
from tbt.linkage.v1 import linkage_service_pb2 as pb
from tbt.type.v1 import type_pb2

MAX_PROBLEMS = 1000
MAX_VALUE_CHARACTERS = 200
SYMBOL_COLUMN = "Document symbol"
REPORT_EVERY = 1000
REFUSED = type_pb2.ImportProblem.SEVERITY_REFUSED


@dataclass(slots=True)
class ReadWorkbook:
    """What a workbook gave: facts of measures with the row each begins at, and problems."""

    rows: int = 0
    measures: list[tuple[int, store_measures.MeasureFacts]] = field(default_factory=list)
    problems: list[type_pb2.ImportProblem] = field(default_factory=list)


@dataclass(slots=True)
class Plan:
    """What an import will do."""

    new: list[store_measures.MeasureFacts] = field(default_factory=list)
    changed: list[tuple[MeasureRow, store_measures.MeasureFacts]] = field(default_factory=list)
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
        if not isinstance(operation.request, pb.ImportMeasuresRequest):
            message = "not a request to import measures: {kind}"
            raise InvalidArgumentError(message, kind=operation.request.DESCRIPTOR.full_name)
        request = pb.ImportMeasuresRequest()
        request.CopyFrom(operation.request)
        # Run again after its worker died behind the commit, it answers as the first time.
        request.request_id = operation.operation_id
        workbook = self._read(operation, request.document)

        def work(session: Session) -> pb.ImportMeasuresResponse:
            plan = plan_import(session, workbook.measures)
            report = _report(workbook, plan)
            if request.all_or_nothing and report.measures.refused:
                _refuse_all(report)
            store_measures.insert_measures(session, plan.new)
            store_measures.update_measures(session, plan.changed)
            return report

        return self._database.write(work, request)

    def _read(self, operation: RunningOperation, document: str) -> ReadWorkbook:
        workbook = ReadWorkbook()
        total = 0
        for piece in self._upstreams.read_notifications(document):
            if piece.HasField("figures"):
                workbook.rows, total = piece.figures.rows, piece.figures.notifications
            elif piece.HasField("problem"):
                workbook.problems.append(piece.problem)
            else:
                _add(workbook, piece.notification, document)
                if len(workbook.measures) % REPORT_EVERY == 0:
                    operation.report(pb.ImportMeasuresMetadata(done=len(workbook.measures), total=total))
        operation.report(pb.ImportMeasuresMetadata(done=len(workbook.measures), total=total))
        return workbook


def _add(workbook: ReadWorkbook, record: documents_pb.NotificationRecord, document: str) -> None:
    row = record.rows[0] if record.rows else 0
    try:
        workbook.measures.append((row, messages_measures.imported_from(record, document)))
    except DomainError as error:
        workbook.problems.append(_refusal(row, ", ".join(record.symbols), error))


def plan_import(session: Session, measures: Sequence[tuple[int, store_measures.MeasureFacts]]) -> Plan:
    """Decide for every measure whether it is new, changed or as it was; a few statements for any number of them.

    No two of *measures* share a symbol: the reader of the workbook has put rows that do together.
    """
    owners = store_measures.owners(session, [symbol for _row, facts in measures for symbol in facts.symbols])
    present = store_measures.measures_by_id(session, owners.values())
    plan = Plan()
    for row, facts in measures:
        found = sorted({owners[symbol.key] for symbol in facts.symbols if symbol.key in owners})
        if len(found) > 1:
            plan.problems.append(_several(row, facts, found))
        elif found:
            _plan_present(plan, present[found[0]], facts)
        else:
            plan.new.append(
                store_measures.MeasureFacts(facts.symbols, {**messages_measures.NOT_IMPORTED, **facts.columns})
            )
    return plan


def _several(row: int, facts: store_measures.MeasureFacts, found: Sequence[str]) -> type_pb2.ImportProblem:
    value = ", ".join(symbol.official for symbol in facts.symbols)
    message = "its symbols name several measures already: {names}"
    return _refusal(row, value, PreconditionError(message, names=", ".join(map(measure_name, found))))


def _plan_present(plan: Plan, row: MeasureRow, facts: store_measures.MeasureFacts) -> None:
    """Compare a measure with what is recorded of it.

    An export that was narrowed to some members shows only these of a joint notification: a measure never loses members
    or symbols by an import. Where a fact was first read stays its source, as long as the fact does.
    """
    recorded = tuple(map(parse_symbol, row.symbols))
    symbols = tuple(dict.fromkeys((*recorded, *facts.symbols)))
    columns = {
        **{column: getattr(row, column) for column in messages_measures.NOT_IMPORTED},
        **facts.columns,
        "members": list(dict.fromkeys((*row.members, *facts.columns["members"]))),
    }
    same = all(getattr(row, column) == value for column, value in columns.items() if column != "source")
    if same and symbols == recorded:
        plan.unchanged += 1
    else:
        plan.changed.append((row, store_measures.MeasureFacts(symbols, columns)))


def _refusal(row: int, value: str, error: DomainError) -> type_pb2.ImportProblem:
    call = current_call()
    language = call.language if call is not None else ENGLISH
    violations = error.violations if isinstance(error, InvalidArgumentError) else ()
    return type_pb2.ImportProblem(
        row=row,
        column=violations[0].field if violations else SYMBOL_COLUMN,
        value=value[:MAX_VALUE_CHARACTERS],
        message=translate(error.template, error.parameters, language),
        severity=REFUSED,
    )


def _refuse_all(report: pb.ImportMeasuresResponse) -> None:
    first = next(problem for problem in report.problems if problem.severity == REFUSED)
    message = "{refused} rows were refused, so nothing was imported; the first: row {row}, column {column}: {problem}"
    raise PreconditionError(
        message, refused=report.measures.refused, row=first.row, column=first.column, problem=first.message
    )


def _report(workbook: ReadWorkbook, plan: Plan) -> pb.ImportMeasuresResponse:
    """Return what the import does. Where there are too many problems, refusals are kept before mere remarks."""
    problems = sorted([*workbook.problems, *plan.problems], key=lambda problem: (problem.severity, problem.row))
    refused = len({problem.row for problem in problems if problem.severity == REFUSED})
    done = len(plan.new) + len(plan.changed) + plan.unchanged
    return pb.ImportMeasuresResponse(
        measures=type_pb2.ImportCounts(
            read=done + refused,
            created=len(plan.new),
            updated=len(plan.changed),
            unchanged=plan.unchanged,
            refused=refused,
        ),
        rows=workbook.rows,
        problems=sorted(problems[:MAX_PROBLEMS], key=lambda problem: problem.row),
        problem_count=len(problems),
    )
