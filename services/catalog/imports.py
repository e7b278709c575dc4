"""Collect an import: check every record by itself, so that one bad record is one problem."""

import hashlib
import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeVar

from google.protobuf.message import Message

from services.catalog import names
from services.catalog.batches import (
    MAX_VALUE_CHARACTERS,
    ImportBatch,
    Outcome,
    Problem,
    RecordKind,
    Tally,
    WantedNode,
    WantedRelation,
    WantedStandard,
    refusal,
)
from services.catalog.messages import node_from, relation_from, standard_from, title_from
from services.runtime.interceptors.validation import violations
from services.runtime.texts import translate
from standards_tree.designations import parse_designation
from standards_tree.errors import DomainError, InvalidArgumentError, LimitError
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import standard_pb2, system_pb2
from tbt.type.v1 import type_pb2

MAX_RECORDS = 200_000
MAX_BYTES = 256 * 1024 * 1024
MAX_PROBLEMS = 1000
# A thousand problems must fit into one answer.
MAX_MESSAGE_CHARACTERS = 500

_PLACE = re.compile(r"(\w+)(?:\[(\d+)\])?")


class Collected(NamedTuple):
    """An import as it came: its options, what it wants, and a digest of its records for a request sent again."""

    options: pb.ImportStandardsOptions
    batch: ImportBatch
    sha256: str


def collect(requests: Iterable[pb.ImportStandardsRequest]) -> Collected:
    """Return what the pieces of an import hold.

    Raises:
        InvalidArgumentError: the first piece does not hold the options, or a later one does.
        LimitError: there are more than MAX_RECORDS records or MAX_BYTES bytes.
    """
    pieces = iter(requests)
    first = next(pieces, None)
    if first is None or first.WhichOneof("piece") != "options":
        raise InvalidArgumentError.in_field("options", "an import begins with its options")
    batch = _batch(first.options)
    digest = hashlib.sha256()
    records = size = 0
    for piece in pieces:
        if piece.WhichOneof("piece") != "records":
            raise InvalidArgumentError.in_field("options", "the options stand in the first message of an import only")
        records += len(piece.records.records)
        size += piece.ByteSize()
        if records > MAX_RECORDS or size > MAX_BYTES:
            message = "an import has at most {records} records and {bytes} bytes; divide it"
            raise LimitError(message, records=MAX_RECORDS, bytes=MAX_BYTES)
        if first.options.request_id:
            digest.update(piece.SerializeToString(deterministic=True))
        for record in piece.records.records:
            _take(batch, record)
    return Collected(first.options, batch, digest.hexdigest())


def _batch(options: pb.ImportStandardsOptions) -> ImportBatch:
    return ImportBatch(
        names.system_id(options.system, "options.system") if options.system else "",
        title_from(options.system_title, "options.system_title") if options.HasField("system_title") else None,
    )


def _take(batch: ImportBatch, record: pb.ImportStandardsRecord) -> None:
    kind_name = record.WhichOneof("record")
    if kind_name is None:
        batch.problems.append(Problem(record.row, None, "", "", "the record holds nothing", {}, refused=True))
        return
    kind = RecordKind(kind_name)
    batch.read[kind] += 1
    message: Message = getattr(record, kind_name)
    try:
        broken = violations(message)
        if broken:
            raise InvalidArgumentError(broken[0].template, violations=broken, **broken[0].parameters)
        _READERS[kind](batch, record.row, message)
    except DomainError as error:
        problem = refusal(record.row, kind, error)
        batch.problems.append(replace(problem, value=_value_at(message, problem.field)))


def _value_at(message: Message, path: str) -> str:
    """Return the text at a path such as ``standard.ics[2]``; nothing where the path leads to no plain value."""
    if not path:
        return ""
    value: object = message.standard if isinstance(message, pb.PlacedStandard) else message
    for name, position in _PLACE.findall(path.removeprefix("standard.")):
        value = getattr(value, name, "")
        if position and isinstance(value, Sequence) and len(value) > int(position):
            value = value[int(position)]
    return "" if isinstance(value, Message) else str(value)[:MAX_VALUE_CHARACTERS]


Key = TypeVar("Key", bound=Hashable)
Wanted = TypeVar("Wanted", WantedNode, WantedStandard, WantedRelation)


def _keep(batch: ImportBatch, kind: RecordKind, known: dict[Key, Wanted], key: Key, wanted: Wanted) -> None:
    """Keep a record unless its like was there before: the same again is counted, something else is refused."""
    earlier = known.setdefault(key, wanted)
    if earlier is wanted:
        return
    if earlier == wanted:
        message = "the same record stands in row {row}; it counts once"
        batch.problems.append(Problem(wanted.row, kind, "", "", message, {"row": earlier.row}, refused=False))
        return
    raise InvalidArgumentError("row {row} says something else of the same {kind}", row=earlier.row, kind=kind.value)


def _read_node(batch: ImportBatch, row: int, message: system_pb2.Node) -> None:
    node = node_from(message)
    _keep(batch, RecordKind.NODE, batch.nodes, node.code, WantedNode(row, node, message.parent))


def _read_standard(batch: ImportBatch, row: int, message: pb.PlacedStandard) -> None:
    standard = standard_from(message.standard)
    wanted = WantedStandard(row, standard, message.node_code)
    _keep(batch, RecordKind.STANDARD, batch.standards, standard.designation.resource_id, wanted)


def _read_relation(batch: ImportBatch, row: int, message: standard_pb2.Relation) -> None:
    relation = relation_from(message, parse_designation(message.source))
    key = (relation.source.resource_id, relation.kind.value, relation.target.resource_id, relation.clause)
    _keep(batch, RecordKind.RELATION, batch.relations, key, WantedRelation(row, relation))


_READERS: dict[RecordKind, Callable[[ImportBatch, int, Message], None]] = {
    RecordKind.NODE: _read_node,  # type: ignore[dict-item]  # each reads the message of its kind
    RecordKind.STANDARD: _read_standard,  # type: ignore[dict-item]  # as above
    RecordKind.RELATION: _read_relation,  # type: ignore[dict-item]  # as above
}


def response_to(outcome: Outcome, language: str) -> pb.ImportStandardsResponse:
    """Return what an import did for the wire, its problems in *language*."""
    problems = outcome.all_problems()
    return pb.ImportStandardsResponse(
        nodes=_counts_to(outcome.tally(RecordKind.NODE)),
        standards=_counts_to(outcome.tally(RecordKind.STANDARD)),
        relations=_counts_to(outcome.tally(RecordKind.RELATION)),
        problems=[_problem_to(problem, language) for problem in problems[:MAX_PROBLEMS]],
        problem_count=len(problems),
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
