"""Translate what the neighbours export into the facts that an analysis reads."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from services.runtime.civil_dates import date_from
from standards_tree.designations import key_of_resource_id, parse_designation_or_none
from standards_tree.errors import InvalidArgumentError
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

Value = TypeVar("Value")

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

DRAFTS = "drafts/"


def _words(enum: Any, prefix: str, word: Callable[[str], Value]) -> dict[int, Value | None]:
    """Return the domain's words for the values of an enum, None for the one that says nothing."""
    known = {enum.Value(name): word(name.removeprefix(prefix).lower()) for name in enum.keys() if enum.Value(name)}  # noqa: SIM118  (no mapping)
    return {0: None, **known}


LEVELS = _words(type_pb2.Level, "LEVEL_", Level)
OBLIGATIONS = _words(standard_pb2.Obligation, "OBLIGATION_", Obligation)
STATUSES = _words(standard_pb2.StandardStatus, "STANDARD_STATUS_", StandardStatus)
RELATION_KINDS = _words(standard_pb2.RelationKind, "RELATION_KIND_", RelationKind)
DEGREES = _words(standard_pb2.AdoptionDegree, "ADOPTION_DEGREE_", AdoptionDegree)
REQUIREMENT_KINDS = _words(linkage_pb.RequirementKind, "REQUIREMENT_KIND_", RequirementKind)
SET_RELATIONS = _words(type_pb2.SetRelation, "SET_RELATION_", SetRelation)
LINK_STATES = _words(linkage_pb.LinkState, "LINK_STATE_", LinkState)


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
        level=LEVELS[message.level],
        planned=message.planned_standards,
    )


def system_of(node: str) -> str:
    """Return the code of the system in the name of a node."""
    return node.removeprefix("systems/").partition("/")[0]


def standard_fact(message: standard_pb2.Standard) -> StandardFact:
    """Return a standard."""
    level = LEVELS[message.level]
    key, undated_key = standard_keys(message.designation)
    return StandardFact(
        key=key,
        undated_key=undated_key,
        official=message.designation,
        title_zh=message.title.zh,
        title_en=message.title.en,
        level=level if level is not None else Level.FOREIGN,
        validity=Validity(
            status=_said(STATUSES, message.status),
            issued_on=date_from(message.issued_on, "issued_on"),
            effective_on=date_from(message.effective_on, "effective_on"),
            ended_on=date_from(message.ended_on, "ended_on"),
        ),
        obligation=OBLIGATIONS[message.obligation],
        reviewed_on=date_from(message.reviewed_on, "reviewed_on"),
        ics=tuple(message.ics),
        ccs=tuple(message.ccs),
    )


def standard_keys(text: str) -> tuple[str, str]:
    """Return the key of a standard with the designation *text*, and that of its number."""
    designation = parse_designation_or_none(text)
    if designation is None:
        key = match_key(text)
        return key, key
    return designation.key, designation.undated_key


def relation_fact(source_key: str, message: standard_pb2.Relation) -> RelationFact:
    """Return a relation from the standard with *source_key*; where that is empty its name tells."""
    return RelationFact(
        # An import may bring a relation before its source.
        source_key=source_key or key_of_resource_id(message.source.removeprefix("standards/")),
        target_key=target_key(message.target_designation, dated=message.dated),
        target_text=message.target_designation,
        kind=_said(RELATION_KINDS, message.kind),
        dated=message.dated,
        degree=DEGREES[message.degree],
        clause=message.clause,
    )


def target_key(text: str, *, dated: bool) -> str:
    """Return the key of what a reference means: of an edition, or of a number."""
    target = parse_designation_or_none(text)
    if target is None:
        return match_key(text)
    return target.key if dated else target.undated_key


def draft_fact(message: draft_pb2.Draft) -> DraftFact:
    """Return a draft, but for the code of its node, which may change without it."""
    revised = [parse_designation_or_none(text) for text in message.supersedes]
    return DraftFact(
        id=message.name,
        designation=message.designation or message.plan_number,
        title_zh=message.title.zh,
        title_en=message.title.en,
        stage=STAGE_CODES[message.stage],
        level=LEVELS[message.level],
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
        kind=_said(REQUIREMENT_KINDS, message.kind),
        parameter=message.parameter,
        limit=limit_of(message.limit) if message.HasField("limit") else None,
        hs=tuple(message.hs_codes),
        cited=tuple(map(citation_of, message.cited_standards)),
        assessed=message.assessed,
    )


def citation_of(text: str) -> Citation:
    """Return a citation of a standard."""
    designation = parse_designation_or_none(text)
    return Citation(text, designation.key if designation is not None else match_key(text))


def link_fact(standard_key: str, message: linkage_pb.Link) -> LinkFact:
    """Return a link to the standard with *standard_key*; where that is empty, to the one it names."""
    is_draft = message.target.startswith(DRAFTS)
    return LinkFact(
        id=message.name,
        requirement_id=message.requirement,
        relation=_said(SET_RELATIONS, message.relation),
        state=_said(LINK_STATES, message.state),
        standard_key="" if is_draft else standard_key or linked_key(message.target, message.designation),
        draft_id=message.target if is_draft else "",
        confidence=message.confidence,
        rationale_zh=message.rationale.zh,
        rationale_en=message.rationale.en,
        clause=message.clause,
        standard_limit=limit_of(message.standard_limit) if message.HasField("standard_limit") else None,
    )


def linked_key(target: str, text: str) -> str:
    """Return the key of a linked standard that the catalogue does not hold."""
    designation = parse_designation_or_none(text)
    return designation.key if designation is not None else target


def limit_of(message: type_pb2.Limit) -> Limit:
    """Return a limit."""
    upper = Decimal(message.upper_value) if message.upper_value else None
    return Limit(OPERATORS[message.operator], Decimal(message.value), upper, message.unit)


def _said(words: Mapping[int, Value | None], number: int) -> Value:
    """Return the word for a value that a service always gives."""
    word = words[number]
    if word is None:
        raise InvalidArgumentError("an export says nothing where it must")
    return word
