"""Count what a standards system has and should have: the figures of the statistics table of GB/T 13016 (标准统计表).

现有数, how many standards there are, counts those in force on the date. 应有数, how many there should be, counts those, the
ones issued and in draft that add to them (a new edition or a revision of a standard that is in force here adds nothing),
and the ones that a node's stated number still asks for beyond these: planned, but not begun. Where no node that a row is
about states a number, how many there should be is not known, and nothing is made up for it.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from standards_tree.standards import AdoptionDegree, Level, StandardStatus
from standards_tree.systems.kinds import StandardKind, kind_of
from standards_tree.systems.system_view import PlacedDraft, PlacedStandard, SystemView, ViewNode

Key = TypeVar("Key", bound=Hashable)
Category = TypeVar("Category")

_DOMESTIC = (Level.NATIONAL, Level.INDUSTRY, Level.GROUP, Level.LOCAL, Level.ENTERPRISE)
_OUTSIDE = (Level.INTERNATIONAL, Level.FOREIGN)


@dataclass(frozen=True, slots=True)
class Figures:
    """How many standards there are in which state.

    ``additional`` are those of ``upcoming`` and ``drafts`` that will add to the number in force; ``stated`` tells whether
    the system says how many there should be.
    """

    in_force: int = 0
    upcoming: int = 0
    superseded: int = 0
    abolished: int = 0
    drafts: int = 0
    additional: int = 0
    not_begun: int = 0
    stated: bool = False

    @property
    def existing(self) -> int:
        """Return how many there are (现有数)."""
        return self.in_force

    @property
    def placed(self) -> int:
        """Return how many published standards stand here, whatever their state."""
        return self.in_force + self.upcoming + self.superseded + self.abolished

    @property
    def expected(self) -> int | None:
        """Return how many there should be (应有数), None where that is not known."""
        return self.in_force + self.additional + self.not_begun if self.stated else None

    @property
    def ratio(self) -> float | None:
        """Return how much of what should be there is; None where that is not known, or nothing should be."""
        expected = self.expected
        return self.existing / expected if expected else None


@dataclass(frozen=True, slots=True)
class Row(Generic[Category]):
    """A row of the table; without a category, what is planned and of no level or kind yet."""

    category: Category | None
    figures: Figures


@dataclass(frozen=True, slots=True)
class NodeFigures:
    """The figures of a node: its own, and with everything below it; ``levels`` are those in force in the whole branch."""

    node: ViewNode
    own: Figures
    branch: Figures
    levels: Mapping[Level, int]


@dataclass(frozen=True, slots=True)
class Statistics:
    """Every figure of a view. The rows of ``levels`` add up to ``total``, and so do those of ``kinds``."""

    total: Figures
    levels: tuple[Row[Level], ...]
    kinds: tuple[Row[StandardKind], ...]
    nodes: tuple[NodeFigures, ...]
    adoptions: Mapping[AdoptionDegree, int]
    unstated_nodes: int


def statistics_of(view: SystemView) -> Statistics:
    """Return the figures of *view*. O(nodes + standards + drafts)."""
    own: dict[str, Counter[str]] = {node.code: Counter() for node in view.nodes}
    own_levels: dict[str, Counter[Level]] = {node.code: Counter() for node in view.nodes}
    levels: dict[Level | None, Counter[str]] = {}
    kinds: dict[StandardKind | None, Counter[str]] = {}
    everything: tuple[PlacedStandard | PlacedDraft, ...] = (*view.standards, *view.drafts)
    for one in everything:
        states = _states(one)
        own[one.node].update(states)
        levels.setdefault(one.level, Counter()).update(states)
        kinds.setdefault(kind_of_one(one), Counter()).update(states)
        own_levels[one.node][one.level] += StandardStatus.IN_FORCE.value in states
    for node in view.nodes:
        lacking = lacking_at(node, own[node.code])
        if lacking:
            own[node.code]["not_begun"] = lacking
            levels.setdefault(node.level, Counter())["not_begun"] += lacking
            kinds.setdefault(None, Counter())["not_begun"] += lacking
    total: Counter[str] = sum(own.values(), Counter())
    stated = any(node.planned_standards for node in view.nodes)
    return Statistics(
        _figures(total, stated=stated),
        _rows(levels, _DOMESTIC, _OUTSIDE, stated=stated),
        _rows(kinds, StandardKind, (), stated=stated),
        _by_node(view, own, own_levels),
        _adoptions(view),
        sum(not node.planned_standards and bool(own[node.code]) for node in view.nodes),
    )


def kind_of_one(one: PlacedStandard | PlacedDraft) -> StandardKind:
    """Return the derived kind of a standard, or of a draft by its title."""
    return kind_of(one.title, one.ics, one.ccs).kind if isinstance(one, PlacedStandard) else kind_of(one.title).kind


def lacking_at(node: ViewNode, counts: Mapping[str, int]) -> int:
    """Return how many standards the stated number of *node* asks for beyond those there and under way."""
    under_way = counts.get(StandardStatus.IN_FORCE.value, 0) + counts.get("additional", 0)
    return max(0, node.planned_standards - under_way)


def _states(one: PlacedStandard | PlacedDraft) -> list[str]:
    """Return the figures to which a standard or draft adds one."""
    if isinstance(one, PlacedDraft):
        return ["drafts"] if one.replaces_here else ["drafts", "additional"]
    adds = one.status is StandardStatus.UPCOMING and not one.replaces_here
    return [one.status.value, "additional"] if adds else [one.status.value]


def _figures(counts: Mapping[str, int], *, stated: bool) -> Figures:
    return Figures(**counts, stated=stated)


def _rows(
    counted: Mapping[Key | None, Mapping[str, int]],
    always: Iterable[Key],
    where_present: Iterable[Key],
    *,
    stated: bool,
) -> tuple[Row[Key], ...]:
    """Return the rows the standard prescribes, then the others that have something, what is not decided last."""
    shown: list[Key | None] = [*always, *(key for key in (*where_present, None) if key in counted)]
    return tuple(Row(key, _figures(counted.get(key, {}), stated=stated)) for key in shown)


def _by_node(
    view: SystemView, own: Mapping[str, Counter[str]], own_levels: Mapping[str, Counter[Level]]
) -> tuple[NodeFigures, ...]:
    branches = {code: Counter(counts) for code, counts in own.items()}
    levels = {code: Counter(counts) for code, counts in own_levels.items()}
    stated = {node.code: bool(node.planned_standards) for node in view.nodes}
    for node in reversed(view.nodes):
        if node.depth:
            branches[node.parent].update(branches[node.code])
            levels[node.parent].update(levels[node.code])
            stated[node.parent] |= stated[node.code]
    return tuple(
        NodeFigures(
            node,
            _figures(own[node.code], stated=bool(node.planned_standards)),
            _figures(branches[node.code], stated=stated[node.code]),
            levels[node.code],
        )
        for node in view.nodes
    )


def _adoptions(view: SystemView) -> dict[AdoptionDegree, int]:
    """Return how many standards in force adopt one from outside in which degree; each counts once, in its closest."""
    found = Counter(
        min((adoption.degree for adoption in one.adoptions), key=list(AdoptionDegree).index)
        for one in view.standards
        if one.adoptions and one.status is StandardStatus.IN_FORCE
    )
    return {degree: found[degree] for degree in AdoptionDegree}
