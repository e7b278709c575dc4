"""Turn what the neighbours export into the facts that an analysis reads."""

from dataclasses import dataclass, field
from decimal import Decimal

from services.gap.upstream import GapUpstreams
from services.runtime.civil_dates import date_from
from standards_tree.designations import key_of_resource_id, parse_designation_or_none
from standards_tree.gap.snapshot import (
    Citation,
    DraftFact,
    LinkFact,
    MeasureFact,
    NodeFact,
    PlacementFact,
    RelationFact,
    RequirementFact,
    Snapshot,
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


@dataclass(slots=True)
class Gathering:
    """Facts as they come in, piece by piece."""

    standards: list[StandardFact] = field(default_factory=list)
    drafts: list[DraftFact] = field(default_factory=list)
    relations: list[RelationFact] = field(default_factory=list)
    systems: list[SystemFact] = field(default_factory=list)
    nodes: list[NodeFact] = field(default_factory=list)
    placements: list[PlacementFact] = field(default_factory=list)
    measures: list[MeasureFact] = field(default_factory=list)
    requirements: list[RequirementFact] = field(default_factory=list)
    links: list[LinkFact] = field(default_factory=list)
    revisions: dict[str, int] = field(default_factory=dict)
    key_of: dict[str, str] = field(default_factory=dict)
    """The match key of a standard, by its resource name."""
    code_of: dict[str, str] = field(default_factory=dict)
    """The code of a node, by its resource name."""
    symbol_of: dict[str, str] = field(default_factory=dict)
    """The symbol of a measure, by its resource name."""

    def snapshot(self) -> Snapshot:
        """Return everything gathered."""
        return Snapshot(
            standards=tuple(self.standards),
            drafts=tuple(self.drafts),
            relations=tuple(self.relations),
            systems=tuple(self.systems),
            nodes=tuple(self.nodes),
            placements=tuple(self.placements),
            measures=tuple(self.measures),
            requirements=tuple(self.requirements),
            links=tuple(self.links),
            revisions=self.revisions,
        )


def gather_catalog(gathering: Gathering, upstreams: GapUpstreams) -> None:
    """Read the catalogue of one moment into *gathering*."""
    for piece in upstreams.export_catalog():
        kind = piece.WhichOneof("piece")
        if kind == "revision":
            gathering.revisions["catalog"] = piece.revision
        elif kind == "systems":
            gathering.systems.extend(map(_system, piece.systems.systems))
        elif kind == "nodes":
            _add_nodes(gathering, list(piece.nodes.nodes))
        elif kind == "standards":
            for standard in piece.standards.standards:
                fact = _standard(standard)
                gathering.key_of[standard.name] = fact.key
                gathering.standards.append(fact)
        elif kind == "relations":
            gathering.relations.extend(_relation(gathering, relation) for relation in piece.relations.relations)
        elif kind == "placements":
            gathering.placements.extend(_placement(gathering, entry) for entry in piece.placements.placements)
        elif kind == "drafts":
            gathering.drafts.extend(_draft(gathering, draft) for draft in piece.drafts.drafts)


def gather_linkage(gathering: Gathering, upstreams: GapUpstreams) -> None:
    """Read measures, requirements and links of one moment into *gathering*; the catalogue must be there already."""
    for piece in upstreams.export_linkage():
        kind = piece.WhichOneof("piece")
        if kind == "revision":
            gathering.revisions["linkage"] = piece.revision
        elif kind == "measures":
            for measure in piece.measures.measures:
                gathering.symbol_of[measure.name] = measure.symbols[0]
                gathering.measures.append(_measure(measure))
        elif kind == "requirements":
            gathering.requirements.extend(_requirement(gathering, entry) for entry in piece.requirements.requirements)
        elif kind == "links":
            gathering.links.extend(_link(gathering, link) for link in piece.links.links)


def _system(message: system_pb2.System) -> SystemFact:
    return SystemFact(message.name.removeprefix("systems/"), message.title.zh, message.title.en)


def _add_nodes(gathering: Gathering, nodes: list[system_pb2.Node]) -> None:
    """Add nodes that are in use; every node comes after the one above it, in this piece or an earlier one."""
    gathering.code_of.update({node.name: node.code for node in nodes})
    gathering.nodes.extend(
        NodeFact(
            system=_system_of(node.name),
            code=node.code,
            parent_code=gathering.code_of.get(node.parent, ""),
            name_zh=node.title.zh,
            name_en=node.title.en,
            level=_level(node.level),
            planned=node.planned_standards,
        )
        for node in nodes
        if not node.archived
    )


def _system_of(node: str) -> str:
    return node.removeprefix("systems/").partition("/")[0]


def _standard(message: standard_pb2.Standard) -> StandardFact:
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


def _relation(gathering: Gathering, message: standard_pb2.Relation) -> RelationFact:
    target = parse_designation_or_none(message.target_designation)
    key = match_key(message.target_designation)
    if target is not None:
        key = target.key if message.dated else target.undated_key
    return RelationFact(
        # An import may bring a relation before its source.
        source_key=gathering.key_of.get(message.source)
        or key_of_resource_id(message.source.removeprefix("standards/")),
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


def _placement(gathering: Gathering, message: system_pb2.Placement) -> PlacementFact:
    return PlacementFact(_system_of(message.node), gathering.code_of[message.node], gathering.key_of[message.standard])


def _draft(gathering: Gathering, message: draft_pb2.Draft) -> DraftFact:
    revised = [parse_designation_or_none(text) for text in message.supersedes]
    return DraftFact(
        id=message.name,
        designation=message.designation or message.plan_number,
        title_zh=message.title.zh,
        title_en=message.title.en,
        stage=STAGE_CODES[message.stage],
        level=_level(message.level),
        system=_system_of(message.node) if message.node else "",
        node_code=gathering.code_of.get(message.node, ""),
        revises=tuple(designation.key for designation in revised if designation is not None),
    )


def _measure(message: linkage_pb.Measure) -> MeasureFact:
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


def _requirement(gathering: Gathering, message: linkage_pb.Requirement) -> RequirementFact:
    return RequirementFact(
        id=message.name,
        measure_symbol=gathering.symbol_of[message.name.partition("/requirements/")[0]],
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


def _link(gathering: Gathering, message: linkage_pb.Link) -> LinkFact:
    is_draft = message.target.startswith("drafts/")
    designation = parse_designation_or_none(message.designation) if not is_draft else None
    key = gathering.key_of.get(message.target) or (designation.key if designation is not None else message.target)
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
