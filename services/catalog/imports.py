"""Collect an import: check every record by itself, so that one bad record is one problem."""

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from google.protobuf.message import Message

from services.catalog import names
from services.catalog.batches import (
    MAX_VALUE_CHARACTERS,
    Ends,
    ImportBatch,
    Problem,
    RecordKind,
    WantedNode,
    WantedRelation,
    WantedStandard,
    refusal,
    settle,
)
from services.catalog.cutting_ahead import CuttingAhead
from services.catalog.messages import node_from, relation_from, standard_from, title_from
from services.catalog.plain_records import is_plainly_sound
from services.runtime.interceptors.validation import violations
from standards_tree.designations import parse_designation, resource_id_of
from standards_tree.errors import DomainError, InvalidArgumentError, LimitError, MalformedDesignationError
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import standard_pb2, system_pb2

MAX_RECORDS = 200_000
MAX_BYTES = 256 * 1024 * 1024

_PLACE = re.compile(r"(\w+)(?:\[(\d+)\])?")


class Collected(NamedTuple):
    """An import as it came: its options, what it wants, and a digest of its records for a request sent again."""

    options: pb.ImportStandardsOptions
    batch: ImportBatch
    sha256: str


def collect(requests: Iterable[pb.ImportStandardsRequest], cutting: CuttingAhead) -> Collected:
    """Return what the pieces of an import hold, and have the titles cut by *cutting* meanwhile.

    Raises:
        InvalidArgumentError: the first piece does not hold the options, or a later one does.
        LimitError: there are more than MAX_RECORDS records or MAX_BYTES bytes.
    """
    pieces = iter(requests)
    first = next(pieces, None)
    if first is None or first.WhichOneof("piece") != "options":
        raise InvalidArgumentError.in_field("options", "an import begins with its options")
    collector = _Collector(_batch(first.options, cutting), cutting)
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
        collector.take(piece.records.records)
    return Collected(first.options, collector.settled(), digest.hexdigest())


def _batch(options: pb.ImportStandardsOptions, cutting: CuttingAhead) -> ImportBatch:
    return ImportBatch(
        names.system_id(options.system, "options.system") if options.system else "",
        title_from(options.system_title, "options.system_title") if options.HasField("system_title") else None,
        cutter=cutting.cut,
    )


@dataclass(slots=True)
class _Collector:
    """Takes records into a batch; records behind the first one of the same thing wait until all are there."""

    batch: ImportBatch
    cutting: CuttingAhead
    node_rivals: list[tuple[str, WantedNode]] = field(default_factory=list)
    standard_rivals: list[tuple[str, WantedStandard]] = field(default_factory=list)
    relation_rivals: list[tuple[Ends, WantedRelation]] = field(default_factory=list)

    def take(self, records: Iterable[pb.ImportStandardsRecord]) -> None:
        """Take *records*, each as far as it is sound by itself."""
        for record in records:
            kind_name = record.WhichOneof("record")
            if kind_name is None:
                message = "the record holds nothing"
                self.batch.problems.append(Problem(record.row, None, "", "", message, {}, refused=True))
                continue
            kind = _KINDS[kind_name]
            self.batch.read[kind] += 1
            content: Message = getattr(record, kind_name)
            try:
                if not is_plainly_sound(content) and (broken := violations(content)):
                    raise InvalidArgumentError(broken[0].template, violations=broken, **broken[0].parameters)
                _READERS[kind](self, record.row, content)
            except DomainError as error:
                problem = refusal(record.row, kind, error)
                if kind is RecordKind.STANDARD and isinstance(error, MalformedDesignationError):
                    problem = replace(problem, field="designation")
                self.batch.problems.append(replace(problem, value=_value_at(content, problem.field)))

    def take_node(self, row: int, message: system_pb2.Node) -> None:
        """Take a node."""
        node = node_from(message)
        wanted = WantedNode(row, node, message.parent)
        if self.batch.nodes.setdefault(node.code, wanted) is not wanted:
            self.node_rivals.append((node.code, wanted))

    def take_standard(self, row: int, message: pb.PlacedStandard) -> None:
        """Take a standard and its place."""
        standard = standard_from(message.standard)
        wanted = WantedStandard(row, standard, message.node_code)
        key = standard.designation.key
        self.cutting.begin(key, standard.title.zh, standard.title.en)
        standard_id = resource_id_of(key)
        if self.batch.standards.setdefault(standard_id, wanted) is not wanted:
            self.standard_rivals.append((standard_id, wanted))

    def take_relation(self, row: int, message: standard_pb2.Relation) -> None:
        """Take a relation."""
        relation = relation_from(message, parse_designation(message.source))
        wanted = WantedRelation(row, relation)
        ends = (relation.source.resource_id, relation.kind.value, relation.target.resource_id, relation.clause)
        if self.batch.relations.setdefault(ends, wanted) is not wanted:
            self.relation_rivals.append((ends, wanted))

    def settled(self) -> ImportBatch:
        """Return the batch when every record is there, with one record of each thing."""
        settle(self.batch, RecordKind.NODE, self.batch.nodes, self.node_rivals)
        settle(self.batch, RecordKind.STANDARD, self.batch.standards, self.standard_rivals)
        settle(self.batch, RecordKind.RELATION, self.batch.relations, self.relation_rivals)
        return self.batch


_KINDS = {kind.value: kind for kind in RecordKind}
_READERS: dict[RecordKind, Callable[[_Collector, int, Message], None]] = {
    RecordKind.NODE: _Collector.take_node,  # type: ignore[dict-item]  # each takes the message of its kind
    RecordKind.STANDARD: _Collector.take_standard,  # type: ignore[dict-item]  # as above
    RecordKind.RELATION: _Collector.take_relation,  # type: ignore[dict-item]  # as above
}


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
