"""Hold the places of standards against the rules, and their indicators against those of mandatory standards."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.catalog.store_indicators import indicators_in_system, list_indicators, mandatory_indicators
from services.catalog.store_nodes import Branch
from services.catalog.store_placement_facts import PlacementFacts, facts_around, facts_of_system
from services.catalog.store_standards import StandardRecord
from services.runtime.database import Session
from standards_tree.catalogue import ENDED
from standards_tree.standards import Level, Obligation
from standards_tree.systems.forest import ROOT, Forest, TreeNode, forest_of
from standards_tree.systems.indicators import Indicator, IndicatorConflict, MandatoryIndicators, is_bound
from standards_tree.systems.placement import PlacedStandard, PlacementRule, misplacements, placed_standards

RULE_ORDER = {rule: position for position, rule in enumerate(PlacementRule)}


@dataclass(frozen=True, slots=True)
class Finding:
    """What contradicts a rule, or with ``is_warning`` unset what could not be held against it.

    ``proposed`` is where the standard belongs; ``above_all`` tells that no node is above all users.
    """

    rule: PlacementRule
    standard: PlacedStandard
    is_warning: bool = True
    proposed: TreeNode | None = None
    above_all: bool = False
    users: tuple[str, ...] = ()
    example: str = ""
    conflict: IndicatorConflict | None = None
    mandatory_designation: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """The findings, by rule and designation, and how much was looked at."""

    findings: list[Finding]
    standards: int
    uses: int
    comparisons: int


def check_system(session: Session, branch: Branch, rules: Collection[PlacementRule], as_of: date) -> Report:
    """Return what contradicts *rules* in the places of a branch; who uses its standards is looked for in the whole system."""
    facts = facts_of_system(session, branch.system_id)
    forest = forest_of(facts.nodes)
    inside = [one for one in facts.standards if _stands_in(forest, one, branch)]
    findings, uses = _misplaced(forest, facts, inside, as_of)
    findings += _archived(forest, inside, as_of)
    compared = 0
    if PlacementRule.MANDATORY in rules:
        indicators = indicators_in_system(session, branch.system_id)
        lower, compared = _lower(session, inside, indicators, as_of)
        findings += lower
    findings = [one for one in findings if one.rule in rules]
    findings.sort(key=lambda one: (RULE_ORDER[one.rule], one.standard.order))
    return Report(findings, len(inside), uses, compared)


def check_place(session: Session, system_id: str, standard_id: str, as_of: date) -> list[Finding]:
    """Return what contradicts the rules in the place of one standard, with a few statements."""
    facts = facts_around(session, system_id, standard_id)
    wanted = [one for one in facts.standards if one.standard_id == standard_id]
    findings, _uses = _misplaced(forest_of(facts.nodes), facts, wanted, as_of)
    own = [one for _position, one in list_indicators(session, standard_id, None)]
    return findings + _lower(session, wanted, {standard_id: own}, as_of)[0]


def check_indicators(
    session: Session, standard: StandardRecord, own: Sequence[Indicator], as_of: date
) -> list[Finding]:
    """Return where *own* indicators of a standard are lower than mandatory ones, wherever it stands."""
    obligation = Obligation(standard.obligation) if standard.obligation is not None else None
    alone = PlacedStandard(
        standard.standard_id,
        "",
        "",
        "",
        standard.designation,
        standard.designation_order,
        Level(standard.level),
        obligation,
        standard.validity,
    )
    return _lower(session, [alone], {standard.standard_id: own}, as_of)[0]


def _stands_in(forest: Forest, standard: PlacedStandard, branch: Branch) -> bool:
    if branch.node_id is None:
        return True
    top, node = forest.number_of.get(branch.node_id), forest.number_of.get(standard.node_id)
    if top is None or node is None:
        return standard.node_id == branch.node_id
    return forest.is_within(node, top)


def _misplaced(
    forest: Forest, facts: PlacementFacts, wanted: Iterable[PlacedStandard], as_of: date
) -> tuple[list[Finding], int]:
    placed = placed_standards(forest, facts.standards, facts.uses, as_of)
    by_id = {one.standard_id: one for one in facts.standards}
    alive = [one.standard_id for one in wanted if one.standard_id in placed.node_of]
    found = []
    for one in misplacements(forest, placed, alive):
        standard = by_id[one.standard]
        users = sorted(one.users, key=lambda user: by_id[user].order)
        proposed = forest.nodes[one.proposed] if one.proposed not in (None, ROOT) else None
        found.append(
            Finding(
                one.rule,
                standard,
                proposed=proposed,
                above_all=one.proposed == ROOT,
                users=tuple(users),
                example=by_id[users[0]].designation if users else "",
            )
        )
    return found, sum(len(placed.users_of.get(standard, ())) for standard in alive)


def _archived(forest: Forest, wanted: Iterable[PlacedStandard], as_of: date) -> list[Finding]:
    return [
        Finding(PlacementRule.ARCHIVED, one)
        for one in wanted
        if one.node_id not in forest.number_of and one.validity.status_on(as_of) not in ENDED
    ]


def _lower(
    session: Session, wanted: Iterable[PlacedStandard], indicators: Mapping[str, Sequence[Indicator]], as_of: date
) -> tuple[list[Finding], int]:
    bound = [
        one
        for one in wanted
        if indicators.get(one.standard_id)
        and is_bound(one.level, one.obligation)
        and one.validity.status_on(as_of) not in ENDED
    ]
    topics = {indicator.topic for one in bound for indicator in indicators[one.standard_id]}
    if not topics:
        return [], 0
    by_standard, designations = mandatory_indicators(session, topics, as_of)
    mandatory = MandatoryIndicators(by_standard)
    found: list[Finding] = []
    compared = 0
    for one in bound:
        answers, count = mandatory.against(indicators[one.standard_id])
        compared += count
        found.extend(
            Finding(
                PlacementRule.MANDATORY,
                one,
                is_warning=answer.is_looser,
                conflict=answer,
                mandatory_designation=designations[answer.mandatory_standard],
            )
            for answer in answers
        )
    return found, compared
