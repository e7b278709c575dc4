"""Say for the wire what became of an import, and what is odd in the catalogue."""

from itertools import groupby, islice

from services.catalog.batches import FactChange, FoundAnomaly, Outcome, Problem, RecordKind, Tally
from services.catalog.messages import DEGREE, RELATION_KIND, SUSPENSION, relation_to
from services.catalog.store_anomalies import AnomalyRecord
from services.runtime.texts import translate
from standards_tree.anomalies import AnomalyKind
from standards_tree.catalogue import Relation
from tbt.catalog.v1 import anomaly_pb2, standard_pb2
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.type.v1 import type_pb2

MAX_PROBLEMS = 1000
MAX_CHANGES = 1000
MAX_ANOMALIES_OF_A_KIND = 1000
MAX_ANOMALY_BYTES = 1024 * 1024
MAX_MEMBERS = 100
# A thousand problems, a thousand changes and the anomalies must fit into one answer of 4 MiB.
MAX_MESSAGE_CHARACTERS = 300
MAX_FACT_CHARACTERS = 120
MAX_SHOWN_MEMBERS = 20

ANOMALY_KIND = {
    anomaly_pb2.ANOMALY_KIND_SELF_LOOP: AnomalyKind.SELF_LOOP,
    anomaly_pb2.ANOMALY_KIND_CYCLE: AnomalyKind.CYCLE,
    anomaly_pb2.ANOMALY_KIND_MISSING_TARGET: AnomalyKind.MISSING_TARGET,
    anomaly_pb2.ANOMALY_KIND_MISSING_SOURCE: AnomalyKind.MISSING_SOURCE,
    anomaly_pb2.ANOMALY_KIND_DOUBLE: AnomalyKind.DOUBLE,
    anomaly_pb2.ANOMALY_KIND_CONTRADICTION: AnomalyKind.CONTRADICTION,
}
_ANOMALY_KIND_TO = {kind: number for number, kind in ANOMALY_KIND.items()}
_KIND_TO = {kind: number for number, kind in RELATION_KIND.items()}
_DEGREE_TO = {degree: number for number, degree in DEGREE.items()}
_SUSPENSION_TO = {suspension: number for number, suspension in SUSPENSION.items()}


def response_to(outcome: Outcome, language: str) -> pb.ImportStandardsResponse:
    """Return what an import did for the wire, its problems in *language*."""
    problems = outcome.all_problems()
    counts = outcome.anomaly_counts()
    return pb.ImportStandardsResponse(
        nodes=_counts_to(outcome.tally(RecordKind.NODE)),
        standards=_counts_to(outcome.tally(RecordKind.STANDARD)),
        relations=_counts_to(outcome.tally(RecordKind.RELATION)),
        problems=[_problem_to(problem, language) for problem in problems[:MAX_PROBLEMS]],
        problem_count=len(problems),
        anomaly_counts=[
            anomaly_pb2.AnomalyCount(kind=_ANOMALY_KIND_TO[kind], count=counts[kind])
            for kind in AnomalyKind
            if counts[kind]
        ],
        anomalies=_first_anomalies(outcome),
        changes=[_change_to(change) for change in outcome.changes[:MAX_CHANGES]],
        change_count=len(outcome.changes),
    )


def _first_anomalies(outcome: Outcome) -> list[anomaly_pb2.Anomaly]:
    """Return the first anomalies of each kind, as many as fit into an answer."""
    shown: list[anomaly_pb2.Anomaly] = []
    size = 0
    for _kind, several in groupby(outcome.all_anomalies(), key=lambda found: found.kind):
        for found in islice(several, MAX_ANOMALIES_OF_A_KIND):
            anomaly = _found_to(found)
            size += anomaly.ByteSize()
            if size > MAX_ANOMALY_BYTES:
                return shown
            shown.append(anomaly)
    return shown


def anomaly_to(record: AnomalyRecord) -> anomaly_pb2.Anomaly:
    """Return something odd that is recorded for the wire."""
    return anomaly_pb2.Anomaly(
        kind=_ANOMALY_KIND_TO[record.kind],
        members=record.members[:MAX_MEMBERS],
        member_count=len(record.members),
        relation=relation_to(record.relation) if record.relation is not None else None,
    )


def _counts_to(tally: Tally) -> type_pb2.ImportCounts:
    return type_pb2.ImportCounts(
        read=tally.read,
        created=tally.created,
        updated=tally.updated,
        unchanged=tally.unchanged,
        refused=tally.refused,
    )


def _problem_to(problem: Problem, language: str) -> type_pb2.ImportProblem:
    severity = type_pb2.ImportProblem.SEVERITY_REFUSED if problem.refused else type_pb2.ImportProblem.SEVERITY_KEPT
    return type_pb2.ImportProblem(
        row=problem.row,
        column=problem.field,
        value=problem.value,
        message=translate(problem.template, problem.parameters, language)[:MAX_MESSAGE_CHARACTERS],
        severity=severity,
    )


def _found_to(found: FoundAnomaly) -> anomaly_pb2.Anomaly:
    return anomaly_pb2.Anomaly(
        kind=_ANOMALY_KIND_TO[found.kind],
        members=found.members[:MAX_SHOWN_MEMBERS],
        member_count=found.member_count,
        row=found.row,
        relation=_relation_to(found.relation, found) if found.relation is not None else None,
    )


def _relation_to(relation: Relation, found: FoundAnomaly) -> standard_pb2.Relation:
    """Return a relation of an import, which has no name before it is stored."""
    return standard_pb2.Relation(
        source=f"standards/{relation.source.resource_id}",
        target_designation=relation.target_text,
        kind=_KIND_TO[relation.kind],
        dated=relation.target.is_dated,
        degree=_DEGREE_TO[relation.degree] if relation.degree is not None else standard_pb2.ADOPTION_DEGREE_UNSPECIFIED,
        clause=relation.clause,
        suspension=(
            _SUSPENSION_TO[found.suspension] if found.suspension is not None else standard_pb2.SUSPENSION_UNSPECIFIED
        ),
    )


def _change_to(change: FactChange) -> anomaly_pb2.ImportChange:
    return anomaly_pb2.ImportChange(
        row=change.row,
        subject=change.subject,
        field=change.field,
        before=change.before[:MAX_FACT_CHARACTERS],
        after=change.after[:MAX_FACT_CHARACTERS],
    )
