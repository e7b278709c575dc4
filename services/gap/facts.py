"""Translate what the neighbours export into the facts that an analysis reads."""

from decimal import Decimal

from services.runtime.civil_dates import date_from
from standards_tree.designations import key_of_resource_id, parse_designation_or_none
from standards_tree.gap.snapshot import (
    Citation,
    DraftFact,
    LinkFact,
    MeasureFact,
    NodeFact,
    RelationFact,
    RequirementFact,
    StandardFact,
    SystemFact,
)
from standards_tree.limits import Limit, LimitOperator
from standards_tree.measures.requirements import RequirementKind
from standards_tree.standards import (
    AdoptionDegree,
    Level,
    LinkState,
    Obligation,
    RelationKind,
    SetRelation,
    StandardStatus,
    Validity,
)
from standards_tree.text import match_key
from tbt.catalog.v1 import draft_pb2, standard_pb2, system_pb2
from tbt.linkage.v1 import linkage_service_pb2 as linkage_pb
from tbt.type.v1 import type_pb2

OPERATORS = {
    type_pb2.Limit.OPERATOR_LESS: LimitOperator.LT,
    type_pb2.Limit.OPERATOR_AT_MOST: LimitOperator.LE,
    type_pb2.Limit.OPERATOR_EQUAL: LimitOperator.EQ,
    type_pb2.Limit.OPERATOR_AT_LEAST: LimitOperator.GE,
    type_pb2.Limit.OPERATOR_GREATER: LimitOperator.GT,
    type_pb2.Limit.OPERATOR_BETWEEN: LimitOperator.BETWEEN,
}
STAGE_CODES = {
    draft_pb2.STAGE_UNSPECIFIED: "",
    draft_pb2.STAGE_PRELIMINARY: "00",
    draft_pb2.STAGE_PROPOSAL: "10",
    draft_pb2.STAGE_PREPARATORY: "20",
    draft_pb2.STAGE_COMMENT: "30",
    draft_pb2.STAGE_REVIEW: "40",
    draft_pb2.STAGE_APPROVAL: "50",
    draft_pb2.STAGE_PUBLICATION: "60",
}


def system_fact(message: system_pb2.System) -> SystemFact:
    """Return a system."""
    return SystemFact(message.name.removeprefix("systems/"), message.title.zh, message.title.en)


def node_fact(parent_code: str, message: system_pb2.Node) -> NodeFact:
    """Return a node whose parent has *parent_code*."""
    return NodeFact(
        system=system_of(message.name),
        code=message.code,
        parent_code=parent_code,
        name_zh=message.title.zh,
        name_en=message.title.en,
        level=_level(message.level),
        planned=message.planned_standards,
    )


def system_of(node: str) -> str:
    """Return the code of the system in the name of a node."""
    return node.removeprefix("systems/").partition("/")[0]


def standard_fact(message: standard_pb2.Standard) -> StandardFact:
    """Return a standard."""
    designation = parse_designation_or_none(message.designation)
    key = designation.key if designation is not None else match_key(message.designation)
    level = _level(message.level)
    return StandardFact(
        key=key,
        undated_key=designation.undated_key if designation is not None else key,
        official=message.designation,
        title_zh=message.title.zh,
        title_en=message.title.en,
        level=level if level is not None else Level.FOREIGN,
        validity=Validity(
            status=StandardStatus(_word(standard_pb2.StandardStatus.Name(message.status), "STANDARD_STATUS_")),
            issued_on=date_from(message.issued_on, "issued_on"),
            effective_on=date_from(message.effective_on, "effective_on"),
            ended_on=date_from(message.ended_on, "ended_on"),
        ),
        obligation=(
            Obligation(_word(standard_pb2.Obligation.Name(message.obligation), "OBLIGATION_"))
            if message.obligation
            else None
        ),
        reviewed_on=date_from(message.reviewed_on, "reviewed_on"),
        ics=tuple(message.ics),
        ccs=tuple(message.ccs),
    )


def relation_fact(source_key: str, message: standard_pb2.Relation) -> RelationFact:
    """Return a relation from the standard with *source_key*; where that is empty its name tells."""
    target = parse_designation_or_none(message.target_designation)
    key = match_key(message.target_designation)
    if target is not None:
        key = target.key if message.dated else target.undated_key
    return RelationFact(
        # An import may bring a relation before its source.
        source_key=source_key or key_of_resource_id(message.source.removeprefix("standards/")),
        target_key=key,
        target_text=message.target_designation,
        kind=RelationKind(_word(standard_pb2.RelationKind.Name(message.kind), "RELATION_KIND_")),
        dated=message.dated,
        degree=(
            AdoptionDegree(_word(standard_pb2.AdoptionDegree.Name(message.degree), "ADOPTION_DEGREE_"))
            if message.degree
            else None
        ),
        clause=message.clause,
    )


def draft_fact(message: draft_pb2.Draft) -> DraftFact:
    """Return a draft, but for the code of its node, which may change without it."""
    revised = [parse_designation_or_none(text) for text in message.supersedes]
    return DraftFact(
        id=message.name,
        designation=message.designation or message.plan_number,
        title_zh=message.title.zh,
        title_en=message.title.en,
        stage=STAGE_CODES[message.stage],
        level=_level(message.level),
        system=system_of(message.node) if message.node else "",
        revises=tuple(designation.key for designation in revised if designation is not None),
    )


def measure_fact(message: linkage_pb.Measure) -> MeasureFact:
    """Return a measure."""
    return MeasureFact(
        symbol=message.symbols[0],
        title_zh=message.title.zh,
        title_en=message.title.en,
        symbols=tuple(message.symbols),
        members=tuple(message.member_codes),
        hs=tuple(message.hs_codes),
        ics=tuple(message.ics_codes),
        distributed_on=date_from(message.distributed_on, "distributed_on"),
        comment_deadline=date_from(message.comment_deadline, "comment_deadline"),
        entry_into_force=date_from(message.entry_into_force_on, "entry_into_force_on"),
        example=message.example,
    )


def requirement_fact(symbol: str, message: linkage_pb.Requirement) -> RequirementFact:
    """Return a requirement of the measure with *symbol*."""
    return RequirementFact(
        id=message.name,
        measure_symbol=symbol,
        number=message.number,
        text_zh=message.text.zh,
        text_en=message.text.en,
        kind=RequirementKind(_word(linkage_pb.RequirementKind.Name(message.kind), "REQUIREMENT_KIND_")),
        parameter=message.parameter,
        limit=_limit(message.limit) if message.HasField("limit") else None,
        hs=tuple(message.hs_codes),
        cited=tuple(map(_citation, message.cited_standards)),
        assessed=message.assessed,
    )


def _citation(text: str) -> Citation:
    designation = parse_designation_or_none(text)
    return Citation(text, designation.key if designation is not None else match_key(text))


def link_fact(standard_key: str, message: linkage_pb.Link) -> LinkFact:
    """Return a link to the standard with *standard_key*; where that is empty, to the one it names."""
    is_draft = message.target.startswith("drafts/")
    designation = parse_designation_or_none(message.designation) if not is_draft else None
    key = standard_key or (designation.key if designation is not None else message.target)
    return LinkFact(
        id=message.name,
        requirement_id=message.requirement,
        relation=SetRelation(_word(type_pb2.SetRelation.Name(message.relation), "SET_RELATION_")),
        state=LinkState(_word(linkage_pb.LinkState.Name(message.state), "LINK_STATE_")),
        standard_key="" if is_draft else key,
        draft_id=message.target if is_draft else "",
        confidence=message.confidence,
        rationale_zh=message.rationale.zh,
        rationale_en=message.rationale.en,
        clause=message.clause,
        standard_limit=_limit(message.standard_limit) if message.HasField("standard_limit") else None,
    )


def _limit(message: type_pb2.Limit) -> Limit:
    upper = Decimal(message.upper_value) if message.upper_value else None
    return Limit(OPERATORS[message.operator], Decimal(message.value), upper, message.unit)


def _level(value: int) -> Level | None:
    return Level(_word(type_pb2.Level.Name(type_pb2.Level.ValueType(value)), "LEVEL_")) if value else None


def _word(name: str, prefix: str) -> str:
    """Return the domain's word for an enum value of a contract: `LEVEL_NATIONAL` is `national`."""
    return name.removeprefix(prefix).lower()
