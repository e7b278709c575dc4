"""Collect an import of concepts: check every record by itself, so that one bad record is one problem."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from services.runtime.calls import Principal
from services.runtime.interceptors.validation import violations
from services.runtime.permissions import permissions_of
from services.runtime.spooled_pieces import SpooledPieces
from services.terminology.messages import concept_from
from standards_tree.errors import DomainError, FieldViolation, InvalidArgumentError, LimitError
from standards_tree.terms import Concept, ConceptStatus
from tbt.options.v1.options_pb2 import Permission
from tbt.terminology.v1 import exchange_pb2 as pb
from tbt.type.v1 import type_pb2

MAX_RECORDS = 200_000
MAX_BYTES = 256 * 1024 * 1024
MAX_VALUE_CHARACTERS = 200

Severity = type_pb2.ImportProblem.Severity
REFUSED = type_pb2.ImportProblem.SEVERITY_REFUSED
CORRECTED = type_pb2.ImportProblem.SEVERITY_CORRECTED
KEPT = type_pb2.ImportProblem.SEVERITY_KEPT


class Problem(NamedTuple):
    """What is wrong with a record, and what became of it."""

    row: int
    field: str
    value: str
    template: str
    parameters: dict[str, object]
    severity: Severity.ValueType


@dataclass(slots=True)
class Batch:
    """What an import wants: sound concepts with their rows, and a problem for every record that is none."""

    options: pb.ImportConceptsOptions
    may_approve: bool
    read: int = 0
    wanted: list[tuple[int, Concept]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    sha256: str = ""

    def take(self, records: Iterable[pb.ImportConceptsRecord]) -> None:
        """Take *records*, each as far as it is sound by itself."""
        for record in records:
            self.read += 1
            subject = record.concept.number or next((one.text for one in record.concept.designations), "")
            try:
                broken = violations(record.concept)
                if broken:
                    raise InvalidArgumentError(broken[0].template, violations=broken, **broken[0].parameters)
                concept = concept_from(record.concept)
                concept.require_sound()
            except DomainError as error:
                self.problems.append(refusal(record.row, error, subject))
            else:
                domain = self.options.domain or concept.domain
                self.wanted.append((record.row, self._agreed(record.row, replace(concept, domain=domain))))

    def _agreed(self, row: int, concept: Concept) -> Concept:
        """Return *concept* as far agreed as an import can say: a release publishes, and who may approve approves."""
        status = ConceptStatus.APPROVED if concept.status is ConceptStatus.PUBLISHED else concept.status
        if not status.open and not self.may_approve:
            message = "to record a concept as {status} needs the right to approve; it is recorded as a candidate"
            values: dict[str, object] = {"status": status.value}
            self.problems.append(Problem(row, "status", concept.number, message, values, CORRECTED))
            status = ConceptStatus.CANDIDATE
        return replace(concept, status=status)


def collect(requests: Iterable[pb.ImportConceptsRequest], principal: Principal) -> Batch:
    """Return what the pieces of an import hold, once all have come: one that is refused or breaks off holds no memory.

    Raises:
        InvalidArgumentError: the first piece does not hold the options, or a later one does.
        LimitError: there are more than MAX_RECORDS records or MAX_BYTES bytes.
        UnavailableError: there is no room for it.
    """
    pieces = iter(requests)
    first = next(pieces, None)
    if first is None or first.WhichOneof("piece") != "options":
        raise InvalidArgumentError.in_field("options", "an import begins with its options")
    may_approve = Permission.PERMISSION_TERMINOLOGY_APPROVE in permissions_of(principal.roles)
    batch = Batch(first.options, may_approve)
    digest = hashlib.sha256()
    records = size = 0
    with SpooledPieces(pb.ImportConceptsRequest) as spooled:
        for piece in pieces:
            if piece.WhichOneof("piece") != "records":
                message = "the options stand in the first message of an import only"
                raise InvalidArgumentError.in_field("options", message)
            records += len(piece.records.records)
            size += piece.ByteSize()
            if records > MAX_RECORDS or size > MAX_BYTES:
                message = "an import has at most {records} records and {bytes} bytes; divide it"
                raise LimitError(message, records=MAX_RECORDS, bytes=MAX_BYTES)
            digest.update(spooled.add(piece))
        for piece in spooled:
            batch.take(piece.records.records)
    batch.sha256 = digest.hexdigest()
    return batch


def refusal(row: int, error: DomainError, value: str) -> Problem:
    """Return the problem that leaves a record out because of *error*."""
    broken = error.violations[0] if isinstance(error, InvalidArgumentError) and error.violations else None
    if broken is None:
        return Problem(row, "", value[:MAX_VALUE_CHARACTERS], error.template, error.parameters, REFUSED)
    return Problem(row, broken.field, value[:MAX_VALUE_CHARACTERS], broken.template, broken.parameters, REFUSED)


def require_nothing_refused(problems: Sequence[Problem], read: int) -> None:
    """Refuse the whole import if one record is refused.

    Raises:
        InvalidArgumentError: says how many are, and names the first ones.
    """
    refused = [problem for problem in problems if problem.severity == REFUSED]
    if not refused:
        return
    message = "{count} of {read} records are refused, so that nothing is imported; row {row}: {problem}"
    first = refused[0]
    raise InvalidArgumentError(
        message,
        violations=[FieldViolation(f"row {one.row}, {one.field}", one.template, one.parameters) for one in refused],
        count=len(refused),
        read=read,
        row=first.row,
        problem=FieldViolation("", first.template, first.parameters),
    )
