"""Translate between the catalog contract and the domain."""

from services.catalog.names import standard_name
from services.catalog.store_nodes import NodeRecord, SystemRecord
from services.catalog.store_placements import PlacementRecord
from services.catalog.store_relations import RelationFilter, RelationRecord
from services.catalog.store_standards import StandardRecord
from services.runtime.civil_dates import date_from, date_to, moment_to
from services.runtime.masks import etag_of
from standards_tree.anomalies import Suspension
from standards_tree.catalogue import NO_SCOPE, Node, NodeKind, Relation, Scope, Standard, Title, level_of
from standards_tree.designations import Designation, parse_designation
from standards_tree.errors import InvalidArgumentError
from standards_tree.standards import AdoptionDegree, Level, Obligation, RelationKind, StandardStatus
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import standard_pb2, system_pb2
from tbt.type.v1 import type_pb2

LEVEL = {
    type_pb2.LEVEL_NATIONAL: Level.NATIONAL,
    type_pb2.LEVEL_INDUSTRY: Level.INDUSTRY,
    type_pb2.LEVEL_LOCAL: Level.LOCAL,
    type_pb2.LEVEL_GROUP: Level.GROUP,
    type_pb2.LEVEL_ENTERPRISE: Level.ENTERPRISE,
    type_pb2.LEVEL_INTERNATIONAL: Level.INTERNATIONAL,
    type_pb2.LEVEL_FOREIGN: Level.FOREIGN,
}
OBLIGATION = {
    standard_pb2.OBLIGATION_MANDATORY: Obligation.MANDATORY,
    standard_pb2.OBLIGATION_RECOMMENDED: Obligation.RECOMMENDED,
    standard_pb2.OBLIGATION_GUIDANCE: Obligation.GUIDANCE,
}
STATUS = {
    standard_pb2.STANDARD_STATUS_UPCOMING: StandardStatus.UPCOMING,
    standard_pb2.STANDARD_STATUS_IN_FORCE: StandardStatus.IN_FORCE,
    standard_pb2.STANDARD_STATUS_SUPERSEDED: StandardStatus.SUPERSEDED,
    standard_pb2.STANDARD_STATUS_ABOLISHED: StandardStatus.ABOLISHED,
}
RELATION_KIND = {
    standard_pb2.RELATION_KIND_NORMATIVE_REFERENCE: RelationKind.NORMATIVE_REFERENCE,
    standard_pb2.RELATION_KIND_INFORMATIVE_REFERENCE: RelationKind.INFORMATIVE_REFERENCE,
    standard_pb2.RELATION_KIND_SUPERSEDES: RelationKind.SUPERSEDES,
    standard_pb2.RELATION_KIND_AMENDS: RelationKind.AMENDS,
    standard_pb2.RELATION_KIND_ADOPTS: RelationKind.ADOPTS,
}
SUSPENSION = {
    standard_pb2.SUSPENSION_SELF_LOOP: Suspension.SELF_LOOP,
    standard_pb2.SUSPENSION_CYCLE: Suspension.CYCLE,
}
DEGREE = {
    standard_pb2.ADOPTION_DEGREE_IDT: AdoptionDegree.IDT,
    standard_pb2.ADOPTION_DEGREE_MOD: AdoptionDegree.MOD,
    standard_pb2.ADOPTION_DEGREE_NEQ: AdoptionDegree.NEQ,
}
NODE_KIND = {
    system_pb2.Node.KIND_UNSPECIFIED: NodeKind.BRANCH,
    system_pb2.Node.KIND_LEVEL: NodeKind.LEVEL,
    system_pb2.Node.KIND_FIELD: NodeKind.FIELD,
    system_pb2.Node.KIND_TYPE: NodeKind.TYPE,
    system_pb2.Node.KIND_PRODUCT: NodeKind.PRODUCT,
}
# Rows hold the words themselves, so that a row becomes a message without a detour through the domain.
LEVEL_TO = {word.value: number for number, word in LEVEL.items()}
OBLIGATION_TO = {word.value: number for number, word in OBLIGATION.items()}
STATUS_TO = {word.value: number for number, word in STATUS.items()}
RELATION_KIND_TO = {word.value: number for number, word in RELATION_KIND.items()}
_SUSPENSION_TO = {word.value: number for number, word in SUSPENSION.items()}
DEGREE_TO = {word.value: number for number, word in DEGREE.items()}
_NODE_KIND_TO = {word.value: number for number, word in NODE_KIND.items()}


def title_from(message: type_pb2.LocalizedText, field: str) -> Title:
    """Return a title.

    Raises:
        InvalidArgumentError: it is blank in both languages.
    """
    title = Title(text_from(message.zh, f"{field}.zh"), text_from(message.en, f"{field}.en"))
    if not (title.zh or title.en):
        raise InvalidArgumentError.in_field(field, "at least one of zh and en must be given")
    return title


def scope_from(message: type_pb2.LocalizedText) -> Scope:
    """Return a scope."""
    return Scope(text_from(message.zh, "scope.zh"), text_from(message.en, "scope.en"))


def text_from(value: str, field: str) -> str:
    """Return a text without blanks at its ends.

    Raises:
        InvalidArgumentError: it holds a NUL, which no text has and PostgreSQL does not store.
    """
    if "\0" in value:
        raise InvalidArgumentError.in_field(field, "a text has no NUL character")
    return value.strip()


def node_from(message: system_pb2.Node) -> Node:
    """Return the facts of a node."""
    return Node(
        message.code,
        title_from(message.title, "title"),
        LEVEL.get(message.level),
        NODE_KIND[message.kind],
        message.planned_standards,
    )


def standard_from(message: standard_pb2.Standard) -> Standard:
    """Return the facts of a standard; level and obligation are read from the designation where they are not given.

    Raises:
        MalformedDesignationError: the designation is none.
        InvalidArgumentError: the state is not given, a date is none, or facts contradict one another; names the field.
    """
    designation = parse_designation(message.designation)
    if message.status not in STATUS:
        message_text = "give the state: upcoming, in force, superseded or abolished"
        raise InvalidArgumentError.in_field("status", message_text)
    standard = Standard(
        designation,
        title_from(message.title, "title"),
        STATUS[message.status],
        level_of(designation, LEVEL.get(message.level)),
        OBLIGATION.get(message.obligation, designation.obligation),
        date_from(message.issued_on, "issued_on"),
        date_from(message.effective_on, "effective_on"),
        date_from(message.ended_on, "ended_on"),
        date_from(message.reviewed_on, "reviewed_on"),
        tuple(dict.fromkeys(message.ics)),
        tuple(dict.fromkeys(message.ccs)),
        text_from(message.committee, "committee"),
        text_from(message.source, "source"),
        scope_from(message.scope) if message.HasField("scope") else NO_SCOPE,
    )
    standard.require_sound()
    return standard


def relation_from(message: standard_pb2.Relation, source: Designation) -> Relation:
    """Return the relation of *source* that *message* describes.

    Raises:
        MalformedDesignationError: the target is no designation.
        InvalidArgumentError: a field contradicts another.
        CycleError: it is a relation of a standard to itself.
    """
    target = parse_designation(message.target_designation)
    if message.dated and not target.is_dated:
        text = "{designation} names no year, so that the reference is undated"
        raise InvalidArgumentError.in_field("dated", text, designation=message.target_designation)
    relation = Relation(
        source,
        target,
        text_from(message.target_designation, "target_designation"),
        RELATION_KIND[message.kind],
        DEGREE.get(message.degree),
        text_from(message.clause, "clause"),
        partial=message.partial,
    )
    relation.require_sound()
    return relation


def relation_filter_from(request: pb.ListRelationsRequest) -> RelationFilter:
    """Return what a list of relations is narrowed to.

    Raises:
        MalformedDesignationError: source or target is neither a name nor a designation.
    """
    return RelationFilter(
        standard_name(request.source) if request.source else None,
        standard_name(request.target) if request.target else None,
        tuple(RELATION_KIND[kind] for kind in request.kinds),
    )


def system_to(record: SystemRecord) -> system_pb2.System:
    """Return a system for the wire."""
    return system_pb2.System(
        name=record.name,
        title=type_pb2.LocalizedText(zh=record.title_zh, en=record.title_en),
        etag=etag_of(record.version),
    )


def node_to(record: NodeRecord) -> system_pb2.Node:
    """Return a node for the wire."""
    return system_pb2.Node(
        name=record.name,
        code=record.code,
        title=type_pb2.LocalizedText(zh=record.title_zh, en=record.title_en),
        parent=f"systems/{record.system_id}/nodes/{record.parent_id}" if record.parent_id is not None else "",
        level=LEVEL_TO[record.level] if record.level is not None else type_pb2.LEVEL_UNSPECIFIED,
        kind=_NODE_KIND_TO[record.kind],
        archived=record.archived,
        planned_standards=record.planned_standards,
        etag=etag_of(record.version),
        merged_into=f"systems/{record.system_id}/nodes/{record.merged_into}" if record.merged_into is not None else "",
    )


def placement_to(record: PlacementRecord) -> system_pb2.Placement:
    """Return a place for the wire."""
    return system_pb2.Placement(
        node=f"systems/{record.system_id}/nodes/{record.node_id}", standard=f"standards/{record.standard_id}"
    )


def standard_to(record: StandardRecord) -> standard_pb2.Standard:
    """Return a standard for the wire."""
    return standard_pb2.Standard(
        name=record.name,
        designation=record.designation,
        title=type_pb2.LocalizedText(zh=record.title_zh, en=record.title_en),
        level=LEVEL_TO[record.level],
        obligation=OBLIGATION_TO.get(record.obligation or "", standard_pb2.OBLIGATION_UNSPECIFIED),
        status=STATUS_TO[record.status],
        issued_on=date_to(record.issued_on),
        effective_on=date_to(record.effective_on),
        ended_on=date_to(record.ended_on),
        reviewed_on=date_to(record.reviewed_on),
        ics=record.ics,
        ccs=record.ccs,
        committee=record.committee,
        source=record.source,
        updated_at=moment_to(record.updated_at),
        etag=etag_of(record.version),
        review_due_on=date_to(record.review_due_on),
        to_be_revised=record.to_be_revised,
        scope=scope_to(record),
    )


def scope_to(record: StandardRecord) -> type_pb2.LocalizedText | None:
    """Return what a standard is about; None where nobody has recorded it, or a list left it out."""
    zh, en = record.scope_zh, record.scope_en
    return type_pb2.LocalizedText(zh=zh, en=en) if zh or en else None


def relation_to(record: RelationRecord) -> standard_pb2.Relation:
    """Return a relation for the wire."""
    return standard_pb2.Relation(
        name=record.name,
        source=f"standards/{record.source_id}",
        target_designation=record.target_designation,
        target=f"standards/{record.present_target}" if record.present_target is not None else "",
        kind=RELATION_KIND_TO[record.kind],
        dated=record.dated,
        degree=DEGREE_TO.get(record.degree or "", standard_pb2.ADOPTION_DEGREE_UNSPECIFIED),
        clause=record.clause,
        partial=record.partial,
        suspension=_SUSPENSION_TO.get(record.suspended or "", standard_pb2.SUSPENSION_UNSPECIFIED),
    )
