"""Find the work on standards that would close gaps: what to write, revise or adopt, and which sets of it close which gap.

A work is one act on one standard, however many gaps ask for it: to revise a standard is to extend it, to tighten its limit,
to renew its references and to take over a new edition at once. A new standard is one for each measure and place.

=============== =======================================================================================================
the verdict     the sets of works that close the gap
=============== =======================================================================================================
covered_stale   the repair of everything found wrong beneath the standard, as far as it is work on standards
partial, weaker for each linked standard that falls short: its revision, with all repairs beneath it
uncovered       the adoption of the standard from outside that fits, or a new standard; else a new standard
=============== =======================================================================================================

Nothing else takes work on standards: to look, to decide about suggestions, to link anew, to record what is missing in the
catalogue, to confirm a review, to wait, to speed up what is under way. Where such acts are needed beside the works of a
remedy they are taken to be done: they cost nothing of a budget of standards. A gap that would take more than
MAX_WORKS_A_GAP works is left out.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from standards_tree.gap.advice import Action, Advice, Adviser
from standards_tree.gap.analysis import GapAnalysis
from standards_tree.gap.editions import UNKNOWN
from standards_tree.gap.health import Evidence
from standards_tree.gap.placement import NOWHERE, Place
from standards_tree.gap.plan_repairs import Search
from standards_tree.gap.reasons import Reason
from standards_tree.gap.rollups import RequirementResult
from standards_tree.gap.snapshot import NodeFact
from standards_tree.gap.verdicts import LinkFinding, Verdict
from standards_tree.standards import Level


class WorkKind(StrEnum):
    """What is done to a standard."""

    WRITE_NEW = "write_new"
    REVISE = "revise"
    ADOPT = "adopt"


@dataclass(frozen=True, slots=True, order=True)
class WorkKey:
    """What makes a work one: the standard it is about, or for a new one the measure and the place."""

    kind: WorkKind
    standard: str
    measure: str = ""
    system: str = ""
    node: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """A work: where the standard stands or would, its level, and every task it is to fulfil, in their order."""

    key: WorkKey
    node: NodeFact | None
    level: Level | None
    tasks: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Candidates:
    """All works, in their order, and for each requirement the sets of them that close its gap."""

    works: Mapping[WorkKey, Work]
    remedies: tuple[tuple[tuple[WorkKey, ...], ...], ...]


MAX_WORKS_A_GAP = 12
_RENEWALS = frozenset({Action.RE_DATE, Action.REVISE, Action.ADOPT})


def candidates_of(analysis: GapAnalysis) -> Candidates:
    """Return the works that would close gaps of *analysis*, and how; cost O(requirements × links × defects)."""
    found: dict[WorkKey, tuple[NodeFact | None, Level | None, set[Reason]]] = {}
    remedies = []
    search = Search(analysis.health)
    for result in analysis.results:
        sets: list[tuple[WorkKey, ...]] = []
        for remedy in _remedies(analysis.adviser, search, result):
            works = _few(remedy)
            if works is None:
                continue
            for work in works:
                found.setdefault(work.key, (work.node, work.level, set()))[2].update(work.tasks)
            sets.append(tuple(sorted({work.key for work in works})))
        remedies.append(tuple(dict.fromkeys(each for each in sets if each)))
    every = {key: Work(key, node, level, tuple(sorted(tasks))) for key, (node, level, tasks) in sorted(found.items())}
    return Candidates(every, tuple(remedies))


def _few(works: Iterable[Work]) -> list[Work] | None:
    """Return *works*; None as soon as they are more than a gap may take, of which a tangled catalogue has hundreds for each."""
    kept, keys = [], set[WorkKey]()
    for work in works:
        keys.add(work.key)
        if len(keys) > MAX_WORKS_A_GAP:
            return None
        kept.append(work)
    return kept


def _remedies(adviser: Adviser, search: Search, result: RequirementResult) -> Iterator[Iterable[Work]]:
    verdict, advice, decisive = result.judgement.verdict, result.advice, result.judgement.decisive
    if verdict is Verdict.COVERED_STALE and decisive is not None:
        beneath = search.everything_beneath(decisive.holding)
        if beneath is not None:
            yield _repairs(adviser, beneath)
    elif verdict in (Verdict.PARTIAL, Verdict.WEAKER):
        for finding in result.judgement.findings:
            if finding.verdict in (Verdict.PARTIAL, Verdict.WEAKER) and finding.standard == finding.holding:
                yield from _extension(adviser, search, result, finding)
    elif verdict is Verdict.UNCOVERED and advice is not None and advice.place is not None:
        if advice.action is Action.ADOPT:
            yield [_adoption(adviser, advice, advice.place)]
        yield [_new(adviser, result, advice.place)]


def _extension(
    adviser: Adviser, search: Search, result: RequirementResult, finding: LinkFinding
) -> Iterator[Iterable[Work]]:
    """Yield the revision of a standard that falls short, unless a draft revises it already."""
    beneath = search.everything_beneath(finding.holding)
    if finding.holding in adviser.revisions or beneath is None:
        return
    named = adviser.editions.facts[finding.holding].official
    task = Reason.of("revise_extend", standard=named)
    if finding.verdict is Verdict.WEAKER:
        task = Reason.of("revise_limit", standard=named, limit=result.judgement.requirement.limit or "")
    yield chain([_revision(adviser, finding.holding, task)], _repairs(adviser, beneath))


def _repairs(adviser: Adviser, evidence: Iterable[Evidence]) -> Iterator[Work]:
    """Yield the work on standards that removes defects; a repair that is another act yields nothing."""
    for found in evidence:
        advice = adviser.repair(found)
        if advice.action in _RENEWALS:
            domestic = [number for number in found.standards if not adviser.editions.is_outside(number)]
            yield _revision(adviser, domestic[-1] if domestic else found.defect.holder, advice.reason)


def _revision(adviser: Adviser, standard: int, task: Reason) -> Work:
    fact = adviser.editions.facts[standard]
    nodes = adviser.forest.places.get(standard, ())
    node = adviser.forest.nodes[nodes[0]] if nodes else None
    return Work(WorkKey(WorkKind.REVISE, fact.official), node, fact.level, (task,))


def _adoption(adviser: Adviser, advice: Advice, place: Place) -> Work:
    official = adviser.editions.facts[advice.adopted].official if advice.adopted != UNKNOWN else ""
    return Work(WorkKey(WorkKind.ADOPT, official), _node(adviser, place), place.level, (advice.reason,))


def _new(adviser: Adviser, result: RequirementResult, place: Place) -> Work:
    node = _node(adviser, place)
    key = WorkKey(
        WorkKind.WRITE_NEW,
        "",
        result.measure.symbol,
        "" if node is None else node.system,
        "" if node is None else node.code,
    )
    return Work(key, node, place.level, (adviser.at("write_new", place),))


def _node(adviser: Adviser, place: Place) -> NodeFact | None:
    return None if place.node == NOWHERE else adviser.forest.nodes[place.node]
