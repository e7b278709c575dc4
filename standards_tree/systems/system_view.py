"""Show a standards system, or one branch of it, as of a date: what every document of the set is made from.

A view holds plain facts and comes from any source: the catalogue as it is, an edition, a file.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from standards_tree.catalogue import NodeKind, Title
from standards_tree.errors import InvalidArgumentError, LimitError
from standards_tree.stages import Stage
from standards_tree.standards import AdoptionDegree, Level, Obligation, StandardStatus
from standards_tree.tree import MAX_DEPTH, TOP

MAX_NODES = 5_000
MAX_PLACED = 100_000
"""Standards and drafts together; a workbook of so many takes a quarter of a minute."""


@dataclass(frozen=True, slots=True)
class Adoption:
    """A standard from outside that a standard adopts, and how closely."""

    designation: str
    degree: AdoptionDegree


@dataclass(frozen=True, slots=True)
class PlacedStandard:
    """A published standard at its place; ``status`` is its state on the view's date.

    ``supersedes``, ``superseded_by`` and ``amended_by`` are designations; ``replaces_here`` tells whether one of the first
    stands in this view and is in force, so that the standard adds nothing to the number there should be.
    """

    node: str
    designation: str
    title: Title
    level: Level
    status: StandardStatus
    obligation: Obligation | None = None
    effective_on: date | None = None
    ended_on: date | None = None
    ics: tuple[str, ...] = ()
    ccs: tuple[str, ...] = ()
    adoptions: tuple[Adoption, ...] = ()
    supersedes: tuple[str, ...] = ()
    superseded_by: tuple[str, ...] = ()
    amended_by: tuple[str, ...] = ()
    replaces_here: bool = False


@dataclass(frozen=True, slots=True)
class PlacedDraft:
    """A standard in the making at the place it will have; ``level`` is the one it should get (宜定级别)."""

    node: str
    title: Title
    level: Level
    stage: Stage
    designation: str = ""
    plan_number: str = ""
    committee: str = ""
    supersedes: tuple[str, ...] = ()
    replaces_here: bool = False


@dataclass(frozen=True, slots=True)
class ViewNode:
    """A node; ``level`` is the one the system fixes for it, itself or above, and ``own_level`` what it states itself.

    ``planned_standards`` is how many standards there should be directly at it, 0 where the system does not say.
    """

    code: str
    title: Title
    parent: str = TOP
    level: Level | None = None
    own_level: Level | None = None
    kind: NodeKind = NodeKind.BRANCH
    planned_standards: int = 0
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Subject:
    """What a view shows and as of when: a system, or with ``branch`` the branch below that node.

    ``path`` names the nodes above a branch, the top first. ``edition`` is the label of the edition that is shown.
    """

    system: str
    title: Title
    as_of: date
    branch: str = ""
    path: tuple[Title, ...] = ()
    edition: str = ""


@dataclass(frozen=True, slots=True)
class SystemView:
    """A system or a branch of it on a date; make one with `view_of`, which keeps these promises.

    ``nodes`` stand in the order of the tree, each after its parent; of a branch, the first is the branch itself.
    ``standards`` and ``drafts`` stand in the order of the nodes.
    """

    subject: Subject
    nodes: tuple[ViewNode, ...]
    standards: tuple[PlacedStandard, ...] = ()
    drafts: tuple[PlacedDraft, ...] = ()

    @property
    def as_of(self) -> date:
        """Return the date the view is of."""
        return self.subject.as_of

    @property
    def title(self) -> Title:
        """Return the title of what is shown: of the system, or of its branch."""
        return self.nodes[0].title if self.subject.branch else self.subject.title


@dataclass(frozen=True, slots=True)
class SharedStandards:
    """Another system in which standards of a view stand too, and how many."""

    title: Title
    count: int


@dataclass(frozen=True, slots=True)
class OutsideReference:
    """A standard that standards of a view cite normatively and that stands outside their system; how many cite it."""

    designation: str
    count: int


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """How a view meets what is around it: other systems, and standards outside, the most cited first."""

    shared: tuple[SharedStandards, ...] = ()
    outside: tuple[OutsideReference, ...] = ()


def view_of(
    subject: Subject,
    nodes: Iterable[ViewNode],
    standards: Iterable[PlacedStandard] = (),
    drafts: Iterable[PlacedDraft] = (),
) -> SystemView:
    """Return a view of *nodes*, which come in the order of the tree, with what stands at them brought into that order.

    Standards and drafts of one node stay as they come.

    Raises:
        LimitError: there are more nodes, standards or drafts than a document can hold.
        InvalidArgumentError: a node comes before its parent or twice, or something stands at no node of the view.
    """
    listed, placed, drafted = tuple(nodes), list(standards), list(drafts)
    require_printable(len(listed), len(placed) + len(drafted))
    place_of = _places(listed)
    stray = {one.node for one in placed} | {one.node for one in drafted}
    stray.difference_update(place_of)
    if stray:
        message = "a standard or draft stands at {node}, which is no node of this view"
        raise InvalidArgumentError(message, node=min(stray))
    placed.sort(key=lambda one: place_of[one.node])
    drafted.sort(key=lambda one: place_of[one.node])
    return SystemView(subject, listed, tuple(placed), tuple(drafted))


def require_printable(nodes: int, placed: int = 0) -> None:
    """Refuse more nodes, or more standards and drafts, than a document of the set can show.

    Raises:
        LimitError: says how many there may be.
    """
    if nodes > MAX_NODES:
        message = "{count} nodes are more than the {limit} one document shows; ask for a branch"
        raise LimitError(message, count=nodes, limit=MAX_NODES)
    if placed > MAX_PLACED:
        message = "{count} standards and drafts are more than the {limit} one document holds; ask for a branch"
        raise LimitError(message, count=placed, limit=MAX_PLACED)


def _places(nodes: Iterable[ViewNode]) -> dict[str, int]:
    """Return the position of each node by its code, having seen that they make a tree in order."""
    depths: dict[str, int] = {}
    places: dict[str, int] = {}
    for place, node in enumerate(nodes):
        above = depths.get(node.parent, -1)
        if node.code in depths or node.depth != above + 1 or node.depth >= MAX_DEPTH:
            message = "the node {node} stands twice, before its parent {parent} or too deep"
            raise InvalidArgumentError(message, node=node.code, parent=node.parent)
        depths[node.code] = node.depth
        places[node.code] = place
    return places
