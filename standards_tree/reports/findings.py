"""Lay out what was found about one requirement, one link, one defect."""

from collections.abc import Iterable
from datetime import date

from standards_tree.gap.analysis import FoundDefect, GapAnalysis
from standards_tree.gap.editions import UNKNOWN, Editions
from standards_tree.gap.health import Defect, Evidence, Health
from standards_tree.gap.quality import name_of_requirement
from standards_tree.gap.reasons import Reason
from standards_tree.gap.rollups import RequirementResult
from standards_tree.gap.snapshot import NodeFact
from standards_tree.gap.verdicts import LinkFinding, name_of_draft
from standards_tree.reports.labels import label, sentence, stage_label
from standards_tree.reports.report_terms import term_entries
from standards_tree.reports.schema import (
    ActionEntry,
    DefectEntry,
    DraftEntry,
    LinkEntry,
    NodeEntry,
    ReasonEntry,
    RequirementEntry,
    StandardEntry,
    Step,
)
from standards_tree.reports.schema_texts import Texts


def day(when: date | None) -> str | None:
    """Return a date as YYYY-MM-DD."""
    return None if when is None else when.isoformat()


def texts(en: str, zh: str) -> Texts:
    """Return a text in both languages; where one is missing the other stands in for it."""
    return {"en": en or zh, "zh-Hans": zh or en}


def texts_of(meaning: Reason | str) -> Texts:
    """Return what a reason or a label says in both languages."""
    if isinstance(meaning, str):
        return {"en": label(meaning, "en"), "zh-Hans": label(meaning, "zh-Hans")}
    return {"en": sentence(meaning, "en"), "zh-Hans": sentence(meaning, "zh-Hans")}


def requirement_entry(
    analysis: GapAnalysis, result: RequirementResult, remedies: Iterable[Iterable[str]] = ()
) -> RequirementEntry:
    """Return what a report says about one requirement; *remedies* name the works that would close its gap."""
    judgement, requirement = result.judgement, result.judgement.requirement
    health = analysis.health
    start: list[Step] = [{"type": "requirement", "name": name_of_requirement(requirement)}]
    path = start + _link_path(health.editions, judgement.decisive)
    return {
        "id": name_of_requirement(requirement),
        "measure": result.measure.symbol,
        "number": requirement.number,
        "text": texts(requirement.text_en, requirement.text_zh),
        "kind": requirement.kind.value,
        "parameter": requirement.parameter,
        "limit": None if requirement.limit is None else str(requirement.limit),
        "hs": sorted(result.hs),
        "ics": sorted(result.ics),
        "verdict": judgement.verdict.value,
        "firm_verdict": judgement.firm_verdict.value,
        "tentative": judgement.tentative,
        "reasons": _reasons(judgement.reasons),
        "severity": result.priority.severity.value,
        "points": result.priority.points,
        "severity_reasons": _reasons(result.priority.reasons),
        "action": _action(analysis, result),
        "standard": _standard(analysis, judgement.decisive),
        "draft": _draft(judgement.decisive),
        "level": result.level,
        "nodes": [node_entry(analysis.forest.nodes[node]) for node in result.nodes],
        "links": [_link(health.editions, finding) for finding in judgement.findings],
        "suggestions": len(judgement.suggestions),
        "path": path,
        "evidence": [
            {
                "kind": found.defect.kind.value,
                "text": texts_of(f"defect_{found.defect.kind}"),
                "length": len(found.relations),
                "due": day(found.defect.since),
                "path": path + _evidence_path(health, found),
            }
            for found in result.evidence
        ],
        "remedies": [list(remedy) for remedy in remedies],
        "terms": term_entries(analysis, result),
    }


def defect_entry(analysis: GapAnalysis, found: FoundDefect) -> DefectEntry:
    """Return what a report says about one defect: who has it, in which relation, and what would take its place."""
    health, defect = analysis.health, found.defect
    editions = health.editions
    successor = UNKNOWN if defect.target == UNKNOWN else editions.successor(defect.target)
    relation = None if defect.relation == UNKNOWN else health.relations[defect.relation]
    return {
        "kind": defect.kind.value,
        "text": texts_of(f"defect_{defect.kind}"),
        "standard": editions.facts[defect.holder].official,
        "title": texts(editions.facts[defect.holder].title_en, editions.facts[defect.holder].title_zh),
        "target": None if relation is None else _target_name(health, defect),
        "target_status": None if relation is None else _status(editions, defect.target),
        "dated": None if relation is None else relation.dated,
        "clause": None if relation is None else relation.clause,
        "successor": None if successor == UNKNOWN else editions.facts[successor].official,
        "due": day(defect.since),
        "requirements": found.requirements,
    }


def node_entry(node: NodeFact) -> NodeEntry:
    """Return where something stands."""
    return {"system": node.system, "code": node.code, "name": texts(node.name_en, node.name_zh)}


def _reasons(reasons: Iterable[Reason]) -> list[ReasonEntry]:
    return [
        {"code": reason.code, "parameters": dict(reason.parameters), "text": texts_of(reason)} for reason in reasons
    ]


def _action(analysis: GapAnalysis, result: RequirementResult) -> ActionEntry | None:
    advice = result.advice
    if advice is None:
        return None
    place = advice.place
    node = None if place is None or place.node == UNKNOWN else analysis.forest.nodes[place.node]
    return {
        "code": advice.action.value,
        "reason": advice.reason.code,
        "parameters": dict(advice.reason.parameters),
        "text": texts_of(advice.reason),
        "node": None if node is None else node_entry(node),
        "level": None if place is None else place.level,
    }


def _standard(analysis: GapAnalysis, finding: LinkFinding | None) -> StandardEntry | None:
    """Return the standard that decides: the edition judged, else the one the link names."""
    if finding is None or finding.standard == UNKNOWN:
        return None
    editions = analysis.health.editions
    number = finding.standard if finding.holding == UNKNOWN else finding.holding
    fact = editions.facts[number]
    return {
        "designation": fact.official,
        "title": texts(fact.title_en, fact.title_zh),
        "level": fact.level.value,
        "obligation": fact.obligation,
        "status": editions.status(number).value,
        "linked": editions.facts[finding.standard].official,
        "issued_on": day(fact.validity.issued_on),
        "effective_on": day(fact.validity.effective_on),
        "reviewed_on": day(fact.reviewed_on),
    }


def _draft(finding: LinkFinding | None) -> DraftEntry | None:
    if finding is None or finding.draft is None:
        return None
    draft = finding.draft
    return {
        "designation": draft.designation,
        "title": texts(draft.title_en, draft.title_zh),
        "stage": draft.stage,
        "stage_name": {"en": stage_label(draft.stage, "en"), "zh-Hans": stage_label(draft.stage, "zh-Hans")},
        "level": draft.level,
    }


def _link(editions: Editions, finding: LinkFinding) -> LinkEntry:
    link = finding.link
    named = editions.facts[finding.standard].official if finding.standard != UNKNOWN else ""
    return {
        "target": name_of_draft(finding.draft) if finding.draft is not None else named,
        "draft": finding.draft is not None,
        "relation": link.relation.value,
        "state": link.state.value,
        "confidence": round(link.confidence, 4),
        "clause": link.clause,
        "limit": None if link.standard_limit is None else str(link.standard_limit),
        "comparison": None if finding.comparison is None else finding.comparison.relation.value,
        "verdict": finding.verdict.value,
        "reasons": _reasons(finding.reasons),
        "rationale": texts(link.rationale_en, link.rationale_zh),
    }


def _link_path(editions: Editions, finding: LinkFinding | None) -> list[Step]:
    """Return the steps from a requirement over the link, and over successors of what it names, to what is judged."""
    if finding is None:
        return []
    link = finding.link
    step: Step = {"edge": "link", "relation": link.relation.value, "state": link.state.value, "clause": link.clause}
    if finding.draft is not None:
        return [step | {"type": "draft", "name": name_of_draft(finding.draft), "status": "draft"}]
    steps = [step | _named(editions, finding.standard)]
    if finding.holding not in (finding.standard, UNKNOWN):
        chain = editions.successors(finding.standard)
        steps += [{**_named(editions, number), "edge": "superseded_by"} for number in chain]
    return steps


def _evidence_path(health: Health, found: Evidence) -> list[Step]:
    """Return the steps from the judged edition to the defect, the defect's own relation included."""
    steps = [
        _relation_step(health, relation) | _named(health.editions, number)
        for relation, number in zip(found.relations, found.standards[1:], strict=True)
    ]
    defect = found.defect
    if defect.relation != UNKNOWN:
        steps.append(
            _relation_step(health, defect.relation)
            | {"type": "standard", "name": _target_name(health, defect), "defect": defect.kind.value}
            | {"status": _status(health.editions, defect.target)}
        )
    return steps


def _relation_step(health: Health, number: int) -> Step:
    relation = health.relations[number]
    return {"edge": relation.kind.value, "dated": relation.dated, "clause": relation.clause}


def _named(editions: Editions, number: int) -> Step:
    return {"type": "standard", "name": editions.facts[number].official, "status": _status(editions, number)}


def _status(editions: Editions, number: int) -> str:
    return "unknown" if number == UNKNOWN else editions.status(number).value


def _target_name(health: Health, defect: Defect) -> str:
    """Return what a defective relation points to: the edition it means, else the text as written."""
    if defect.target != UNKNOWN:
        return health.editions.facts[defect.target].official
    relation = health.relations[defect.relation]
    return relation.target_text or relation.target_key
