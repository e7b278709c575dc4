"""Translate between the contract of editions and the domain."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from services.catalog.exports import in_pieces
from services.catalog.messages import LEVEL_TO, NODE_KIND, OBLIGATION_TO, STATUS_TO, text_from
from services.catalog.store_editions import EditionRecord, FrozenEntry, Imprint
from services.runtime.civil_dates import date_from, date_to, moment_to
from standards_tree.errors import InvalidArgumentError
from standards_tree.systems.editions import Change, ChangeKind, EditionContent, EditionEntry, EditionNode, NodeChange
from tbt.catalog.v1 import edition_pb2, standard_pb2, system_pb2
from tbt.type.v1 import type_pb2

CHANGE_KIND_TO = {kind: edition_pb2.EditionChange.Kind.Value(f"KIND_{kind.name}") for kind in ChangeKind}
CHANGE_KIND = {number: kind for kind, number in CHANGE_KIND_TO.items()}
_NODE_KIND_TO = {word.value: number for number, word in NODE_KIND.items()}


def imprint_from(message: edition_pb2.Edition, today: date, publisher: str) -> Imprint:
    """Return what a publisher says of an edition.

    Raises:
        InvalidArgumentError: the label is blank, or there is no such day; names the field.
    """
    label = text_from(message.label, "edition.label")
    if not label:
        raise InvalidArgumentError.in_field("edition.label", "give the edition a label")
    dated_on = date_from(message.dated_on, "edition.dated_on") or today
    return Imprint(label, dated_on, text_from(message.note, "edition.note"), publisher)


def edition_to(record: EditionRecord) -> edition_pb2.Edition:
    """Return an edition for the wire."""
    later = record.superseded_by
    return edition_pb2.Edition(
        name=record.name,
        label=record.label,
        dated_on=date_to(record.dated_on),
        note=record.note,
        node_count=record.node_count,
        standard_count=record.standard_count,
        planned_standards=record.planned_standards,
        publisher=record.publisher,
        published_at=moment_to(record.published_at),
        superseded_by=f"systems/{record.system_id}/editions/{later}" if later is not None else "",
        supersession_reason=record.supersession_reason,
    )


def node_to(system_id: str, node: EditionNode) -> system_pb2.Node:
    """Return a node as an edition holds it for the wire."""
    nodes = f"systems/{system_id}/nodes/"
    return system_pb2.Node(
        name=nodes + node.node_id,
        code=node.code,
        title=type_pb2.LocalizedText(zh=node.title_zh, en=node.title_en),
        parent=nodes + node.parent_id if node.parent_id is not None else "",
        level=LEVEL_TO[node.level] if node.level is not None else type_pb2.LEVEL_UNSPECIFIED,
        kind=_NODE_KIND_TO[node.kind],
        planned_standards=node.planned_standards,
    )


def entry_to(system_id: str, entry: EditionEntry, node_code: str, state: str) -> edition_pb2.EditionEntry:
    """Return a standard as an edition holds it for the wire, with its *state* on the day asked about."""
    return edition_pb2.EditionEntry(
        node=f"systems/{system_id}/nodes/{entry.node_id}",
        node_code=node_code,
        standard=standard_pb2.Standard(
            name=f"standards/{entry.standard_id}",
            designation=entry.designation,
            title=type_pb2.LocalizedText(zh=entry.title_zh, en=entry.title_en),
            level=LEVEL_TO[entry.level],
            obligation=OBLIGATION_TO.get(entry.obligation or "", standard_pb2.OBLIGATION_UNSPECIFIED),
            status=STATUS_TO[entry.status],
            issued_on=date_to(entry.issued_on),
            effective_on=date_to(entry.effective_on),
            ended_on=date_to(entry.ended_on),
            reviewed_on=date_to(entry.reviewed_on),
            ics=entry.ics,
            ccs=entry.ccs,
            committee=entry.committee,
        ),
        status_on_day=STATUS_TO[state],
    )


def frozen_to(system_id: str, frozen: FrozenEntry, as_of: date | None) -> edition_pb2.EditionEntry:
    """Return a standard of an edition for the wire, with the state it has *as_of* a day, or was published with."""
    state = frozen.entry.status if as_of is None else frozen.validity.status_on(as_of).value
    return entry_to(system_id, frozen.entry, frozen.node_code, state)


class Comparison:
    """Two states of a system and what changed from one to the other, ready for the wire."""

    def __init__(self, system_id: str, base: EditionContent, target: EditionContent, changes: Sequence[Change]) -> None:
        self._system_id = system_id
        self._before: Mapping[str, EditionNode] = base.nodes
        self._after: Mapping[str, EditionNode] = target.nodes
        self._changes = changes

    def pieces(self) -> Iterator[edition_pb2.CompareEditionsResponse]:
        """Yield the counts, then the changes in pieces that a message can carry."""
        counted = Counter(change.kind for change in self._changes)
        counts = [
            edition_pb2.EditionChangeCount(kind=CHANGE_KIND_TO[kind], count=counted[kind])
            for kind in ChangeKind
            if counted[kind]
        ]
        yield edition_pb2.CompareEditionsResponse(counts=edition_pb2.EditionChangeCounts(counts=counts))
        for changes in in_pieces(map(self._change_to, self._changes)):
            yield edition_pb2.CompareEditionsResponse(changes=edition_pb2.EditionChanges(changes=changes))

    def _change_to(self, change: Change) -> edition_pb2.EditionChange:
        message = edition_pb2.EditionChange(kind=CHANGE_KIND_TO[change.kind])
        if isinstance(change, NodeChange):
            if change.before is not None:
                message.node_before.CopyFrom(node_to(self._system_id, change.before))
            if change.after is not None:
                message.node_after.CopyFrom(node_to(self._system_id, change.after))
            return message
        if change.before is not None:
            message.entry_before.CopyFrom(self._entry_to(change.before, self._before))
        if change.after is not None:
            message.entry_after.CopyFrom(self._entry_to(change.after, self._after))
        return message

    def _entry_to(self, entry: EditionEntry, nodes: Mapping[str, EditionNode]) -> edition_pb2.EditionEntry:
        return entry_to(self._system_id, entry, nodes[entry.node_id].code, entry.status)
