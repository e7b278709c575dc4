"""Hold what the neighbours have exported, by the names of its resources, and what of it is news."""

from dataclasses import dataclass, field, replace

from services.gap.relation_table import RelationTable
from standards_tree.gap.demand_changes import DemandChanges
from standards_tree.gap.snapshot import (
    DraftFact,
    LinkFact,
    MeasureFact,
    NodeFact,
    PlacementFact,
    RequirementFact,
    Snapshot,
    StandardFact,
    SystemFact,
)


@dataclass(slots=True)
class News:
    """What has come in since the facts were last looked at: so much may be kept of what was made of them."""

    renewed: set[str] = field(default_factory=set)
    """Standards that are others than before under the same key."""
    new: set[str] = field(default_factory=set)
    """Standards that were not there before."""
    other_standards: bool = False
    """Whether a standard has another key than before, or all have come anew."""
    demands: DemandChanges = field(default_factory=DemandChanges)


@dataclass(slots=True)
class Gathering:
    """Facts as they come in, by the names of their resources."""

    standards: dict[str, StandardFact] = field(default_factory=dict)
    drafts: dict[str, DraftFact] = field(default_factory=dict)
    relations: RelationTable = field(default_factory=RelationTable)
    systems: dict[str, SystemFact] = field(default_factory=dict)
    nodes: dict[str, NodeFact] = field(default_factory=dict)
    places: dict[str, dict[str, str]] = field(default_factory=dict)
    """The nodes of a standard by its name, by the name of the system."""
    measures: dict[str, MeasureFact] = field(default_factory=dict)
    requirements: dict[str, RequirementFact] = field(default_factory=dict)
    links: dict[str, LinkFact] = field(default_factory=dict)
    revisions: dict[str, int] = field(default_factory=dict)
    code_of: dict[str, str] = field(default_factory=dict)
    """The code of a node, by its resource name."""
    node_of_draft: dict[str, str] = field(default_factory=dict)
    news: News = field(default_factory=News)

    def key_of(self, standard: str) -> str:
        """Return the match key of a standard, empty where it is not there."""
        fact = self.standards.get(standard)
        return "" if fact is None else fact.key

    def forget_catalog(self) -> None:
        """Forget everything about the catalogue."""
        self.news.other_standards = True
        for known in (self.standards, self.drafts, self.relations, self.places):
            known.clear()
        self.forget_tree()

    def forget_tree(self) -> None:
        """Forget systems and nodes."""
        for known in (self.systems, self.nodes, self.code_of):
            known.clear()

    def forget_linkage(self) -> None:
        """Forget measures, requirements and links."""
        self.news.demands.everything = True
        for known in (self.measures, self.requirements, self.links):
            known.clear()

    def snapshot(self) -> Snapshot:
        """Return everything gathered."""
        placements = tuple(
            PlacementFact(system, self.code_of[node], self.standards[standard].key)
            for standard, places in self.places.items()
            for system, node in places.items()
        )
        drafts = tuple(
            replace(draft, node_code=self.code_of.get(self.node_of_draft[name], ""))
            for name, draft in self.drafts.items()
        )
        return Snapshot(
            standards=tuple(self.standards.values()),
            drafts=drafts,
            relations=self.relations.relations(),
            systems=tuple(self.systems.values()),
            nodes=tuple(self.nodes.values()),
            placements=placements,
            measures=tuple(self.measures.values()),
            requirements=tuple(self.requirements.values()),
            links=tuple(self.links.values()),
            revisions=dict(self.revisions),
        )
