"""Add verdicts and standards up: over the tree, by member, HS chapter, ICS field and level.

The figures of the tree are those of the statistics table of GB/T 13016-2018 (标准统计表): 现有数, how many standards
there are, counts those in force; 应有数, how many there should be, counts what is in force, issued and yet to come,
in draft (a new edition or revision adds nothing) and proposed by this analysis, and is never below the number the
system's own definition states. Proposed are one new standard for each measure and place, and one adoption for each
standard to be adopted.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from standards_tree.gap.advice import Action, Advice
from standards_tree.gap.editions import IN_FORCE, UPCOMING, Editions
from standards_tree.gap.health import Evidence
from standards_tree.gap.placement import NOWHERE, Forest
from standards_tree.gap.priorities import Priority
from standards_tree.gap.snapshot import DraftFact, MeasureFact, NodeFact
from standards_tree.gap.verdicts import RANK, Judgement, Verdict
from standards_tree.standards import Level

_ANSWERED = (Verdict.COVERED, Verdict.COVERED_STALE)


@dataclass(frozen=True, slots=True)
class RequirementResult:
    """Everything found about one requirement.

    ``nodes`` are where it belongs in the systems: where the standard or draft that decides stands, else where a
    standard that answers it would stand. ``level`` is that standard's level.
    """

    judgement: Judgement
    measure: MeasureFact
    evidence: tuple[Evidence, ...]
    priority: Priority
    advice: Advice | None
    nodes: tuple[int, ...]
    level: Level | None

    @property
    def hs(self) -> tuple[str, ...]:
        """Return the HS codes it has or takes from its measure."""
        return self.judgement.requirement.hs or self.measure.hs

    @property
    def ics(self) -> tuple[str, ...]:
        """Return the ICS codes it has or takes from its measure."""
        return self.judgement.requirement.ics or self.measure.ics


@dataclass(frozen=True, slots=True)
class Tally:
    """How many requirements have which verdict; verdicts nobody has are left out."""

    counts: tuple[tuple[Verdict, int], ...]

    @classmethod
    def of(cls, verdicts: Iterable[Verdict]) -> "Tally":
        """Count *verdicts*, the best first."""
        counts = Counter(verdicts)
        return cls(tuple((verdict, counts[verdict]) for verdict in sorted(counts, key=RANK.__getitem__)))

    @property
    def total(self) -> int:
        """Return how many requirements there are."""
        return sum(count for _, count in self.counts)

    @property
    def assessed(self) -> int:
        """Return how many somebody has looked at."""
        return sum(count for verdict, count in self.counts if verdict is not Verdict.NOT_ASSESSED)

    @property
    def answered(self) -> int:
        """Return how many are covered, soundly or not."""
        return sum(count for verdict, count in self.counts if verdict in _ANSWERED)


@dataclass(frozen=True, slots=True)
class Stock:
    """How many standards there are (现有数) and should be (应有数)."""

    existing: int = 0
    expected: int = 0

    def __add__(self, other: "Stock") -> "Stock":
        return Stock(self.existing + other.existing, self.expected + other.expected)


@dataclass(frozen=True, slots=True)
class NodeStatistic:
    """The figures of one node: its own, and with everything below it."""

    node: NodeFact
    depth: int
    own: Stock
    stock: Stock
    own_tally: Tally
    tally: Tally


def tallies(
    results: Iterable[RequirementResult], groups: Callable[[RequirementResult], Iterable[str]]
) -> dict[str, Tally]:
    """Count the verdicts of each group, in order of its name; a requirement counts once in each of its groups."""
    verdicts: dict[str, list[Verdict]] = {}
    for result in results:
        for group in dict.fromkeys(groups(result)):
            verdicts.setdefault(group, []).append(result.judgement.verdict)
    return {group: Tally.of(verdicts[group]) for group in sorted(verdicts)}


def tree_statistics(
    forest: Forest,
    editions: Editions,
    drafts: Iterable[DraftFact],
    results: Sequence[RequirementResult],
    nodes: Sequence[int],
) -> tuple[tuple[NodeStatistic, ...], dict[Level | None, Stock]]:
    """Return the figures of *nodes*, which are whole branches in reading order, and those of each level over them.

    Cost O(nodes + standards + results × depth).
    """
    by_level = _stock_by_level(forest, editions, drafts, results)
    own = [_sum(levels.values()) for levels in by_level]
    stock = list(own)
    verdicts: list[list[Verdict]] = [[] for _ in forest.nodes]
    for result in results:
        for node in result.nodes:
            verdicts[node].append(result.judgement.verdict)
    below = [list(found) for found in verdicts]
    # Backwards, children come before their parents.
    for node in range(len(forest.nodes) - 1, -1, -1):
        parent = forest.parents[node]
        if parent != NOWHERE:
            stock[parent] += stock[node]
            below[parent].extend(below[node])
    levels: dict[Level | None, Stock] = {}
    for node in nodes:
        for level, part in by_level[node].items():
            levels[level] = levels.get(level, Stock()) + part
    return tuple(
        NodeStatistic(
            node=forest.nodes[node],
            depth=forest.depths[node],
            own=own[node],
            stock=stock[node],
            own_tally=Tally.of(verdicts[node]),
            tally=Tally.of(below[node]),
        )
        for node in nodes
    ), levels


def _stock_by_level(
    forest: Forest, editions: Editions, drafts: Iterable[DraftFact], results: Iterable[RequirementResult]
) -> list[dict[Level | None, Stock]]:
    """Return for each node how many standards of each level stand at it and should."""
    found: list[dict[Level | None, Stock]] = [{} for _ in forest.nodes]

    def add(node: int, level: Level | None, *, existing: int, expected: int = 1) -> None:
        found[node][level] = found[node].get(level, Stock()) + Stock(existing, expected)

    renewals = _renewals(editions)
    for node, standards in enumerate(forest.standards_at):
        for standard in standards:
            state = int(editions.states[standard])
            if state == IN_FORCE or (state == UPCOMING and standard not in renewals):
                add(node, editions.facts[standard].level, existing=int(state == IN_FORCE))
    for draft in drafts:
        node = forest.number_of.get((draft.system, draft.node_code), NOWHERE)
        if node != NOWHERE and not draft.revises:
            add(node, draft.level or forest.nodes[node].level, existing=0)
    for node, level, _ in sorted(
        _proposals(results), key=lambda proposal: (proposal[0], proposal[1] or "", proposal[2])
    ):
        add(node, level, existing=0)
    for number, fact in enumerate(forest.nodes):
        missing = fact.planned - _sum(found[number].values()).expected
        if missing > 0:
            add(number, fact.level, existing=0, expected=missing)
    return found


def _renewals(editions: Editions) -> set[int]:
    """Return the editions to come that will take the place of one in force: no further standards."""
    successions = editions.current.graph
    of_standards_in_force = editions.states[successions.sources] == IN_FORCE
    return set(successions.targets[of_standards_in_force].tolist())


def _proposals(results: Iterable[RequirementResult]) -> set[tuple[int, Level | None, str]]:
    """Return the standards this analysis proposes to write or adopt, each once, where it knows a place for them."""
    found = set()
    for result in results:
        advice = result.advice
        if advice is not None and advice.place is not None and advice.place.node != NOWHERE:
            name = result.measure.symbol if advice.action is Action.WRITE_NEW else str(advice.adopted)
            found.add((advice.place.node, advice.place.level, f"{advice.action} {name}"))
    return found


def _sum(stocks: Iterable[Stock]) -> Stock:
    total = Stock()
    for stock in stocks:
        total += stock
    return total
