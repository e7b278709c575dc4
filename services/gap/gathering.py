"""Gather what the neighbours export, all of it or what has changed since, into the facts that an analysis reads."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from services.gap import facts
from services.gap.upstream import GapUpstreams
from standards_tree.gap.snapshot import (
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
from tbt.catalog.v1 import catalog_service_pb2 as catalog_pb
from tbt.catalog.v1 import system_pb2
from tbt.linkage.v1 import linkage_service_pb2 as linkage_pb


@dataclass(slots=True)
class News:
    """What has come in since the facts were last looked at: so much may be kept of what was made of them."""

    renewed: set[str] = field(default_factory=set)
    """Standards that are others than before under the same key."""
    other_standards: bool = False
    other_relations: bool = False


@dataclass(slots=True)
class Gathering:
    """Facts as they come in, by the names of their resources."""

    standards: dict[str, StandardFact] = field(default_factory=dict)
    drafts: dict[str, DraftFact] = field(default_factory=dict)
    relations: dict[str, RelationFact] = field(default_factory=dict)
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
            relations=tuple(self.relations.values()),
            systems=tuple(self.systems.values()),
            nodes=tuple(self.nodes.values()),
            placements=placements,
            measures=tuple(self.measures.values()),
            requirements=tuple(self.requirements.values()),
            links=tuple(self.links.values()),
            revisions=dict(self.revisions),
        )


def gather_catalog(gathering: Gathering, upstreams: GapUpstreams) -> bool:
    """Bring *gathering* up to the catalogue of this moment; tell whether anything has changed.

    What is there already is kept and only what has changed since is asked for. A stream that breaks changes nothing.
    """
    after = gathering.revisions.get("catalog", 0)
    pieces = upstreams.export_catalog(after)
    first = next(pieces)
    if first.revision < after:
        # The catalogue is another one than before: one restored from a backup. Nothing of what was known holds.
        return _catalog_anew(gathering, upstreams)
    if after and first.revision == after:
        return False
    if not after:
        _forget_catalog(gathering)
    for piece in pieces if not after else list(pieces):
        _take_catalog(gathering, piece)
    gathering.revisions["catalog"] = first.revision
    return True


def _catalog_anew(gathering: Gathering, upstreams: GapUpstreams) -> bool:
    _forget_catalog(gathering)
    gathering.revisions.pop("catalog")
    return gather_catalog(gathering, upstreams)


def _forget_catalog(gathering: Gathering) -> None:
    gathering.news.other_standards = gathering.news.other_relations = True
    for known in (gathering.standards, gathering.drafts, gathering.relations, gathering.places):
        known.clear()
    _forget_tree(gathering)


def _forget_tree(gathering: Gathering) -> None:
    for known in (gathering.systems, gathering.nodes, gathering.code_of):
        known.clear()


def _take_catalog(gathering: Gathering, piece: catalog_pb.ExportCatalogResponse) -> None:
    kind = piece.WhichOneof("piece")
    if kind == "everything":
        _forget_catalog(gathering)
    elif kind in ("systems", "nodes"):
        _take_tree(gathering, piece)
    elif kind == "relations":
        gathering.news.other_relations = True
        for relation in piece.relations.relations:
            gathering.relations[relation.name] = facts.relation_fact(gathering.key_of(relation.source), relation)
    elif kind == "drafts":
        for draft in piece.drafts.drafts:
            gathering.drafts[draft.name] = facts.draft_fact(draft)
            gathering.node_of_draft[draft.name] = draft.node
    elif kind == "removals":
        for name in piece.removals.names:
            gathering.news.other_relations |= gathering.relations.pop(name, None) is not None
            gathering.drafts.pop(name, None)
    else:
        _take_standards(gathering, piece)


def _take_tree(gathering: Gathering, piece: catalog_pb.ExportCatalogResponse) -> None:
    """Take systems and nodes over; all systems come first, then all nodes, even where only one has changed."""
    if piece.HasField("systems"):
        _forget_tree(gathering)
        gathering.systems.update((system.name, facts.system_fact(system)) for system in piece.systems.systems)
    else:
        _add_nodes(gathering, piece.nodes.nodes)


def _take_standards(gathering: Gathering, piece: catalog_pb.ExportCatalogResponse) -> None:
    """Take standards over, or their places, which come after them."""
    for standard in piece.standards.standards:
        known, fact = gathering.standards.get(standard.name), facts.standard_fact(standard)
        if known is None or (known.key, known.undated_key) != (fact.key, fact.undated_key):
            gathering.news.other_standards = True
        gathering.news.renewed.add(standard.name)
        gathering.standards[standard.name] = fact
        gathering.places.pop(standard.name, None)
    for place in piece.placements.placements:
        gathering.places.setdefault(place.standard, {})[facts.system_of(place.node)] = place.node


def _add_nodes(gathering: Gathering, nodes: Iterable[system_pb2.Node]) -> None:
    """Add nodes that are in use; every node comes after the one above it, in this piece or an earlier one."""
    arrived = list(nodes)
    gathering.code_of.update((node.name, node.code) for node in arrived)
    gathering.nodes.update(
        (node.name, facts.node_fact(gathering.code_of.get(node.parent, ""), node))
        for node in arrived
        if not node.archived
    )


def gather_linkage(gathering: Gathering, upstreams: GapUpstreams) -> bool:
    """Bring *gathering* up to the measures, requirements and links of this moment, as `gather_catalog` does.

    The catalogue must be there already.
    """
    after = gathering.revisions.get("linkage", 0)
    pieces = upstreams.export_linkage(after)
    first = next(pieces)
    if first.revision < after:
        _forget_linkage(gathering)
        gathering.revisions.pop("linkage")
        return gather_linkage(gathering, upstreams)
    if after and first.revision == after:
        return False
    if not after:
        _forget_linkage(gathering)
    for piece in pieces if not after else list(pieces):
        _take_linkage(gathering, piece)
    gathering.revisions["linkage"] = first.revision
    return True


def _forget_linkage(gathering: Gathering) -> None:
    for known in (gathering.measures, gathering.requirements, gathering.links):
        known.clear()


def _take_linkage(gathering: Gathering, piece: linkage_pb.ExportLinkageResponse) -> None:
    kind = piece.WhichOneof("piece")
    if kind == "everything":
        _forget_linkage(gathering)
    elif kind == "measures":
        for measure in piece.measures.measures:
            _take_measure(gathering, measure)
    elif kind == "requirements":
        for demand in piece.requirements.requirements:
            symbol = gathering.measures[demand.name.partition("/requirements/")[0]].symbol
            gathering.requirements[demand.name] = facts.requirement_fact(symbol, demand)
    elif kind == "links":
        for link in piece.links.links:
            gathering.links[link.name] = facts.link_fact(gathering.key_of(link.target), link)
    elif kind == "removals":
        for name in piece.removals.names:
            for known in (gathering.measures, gathering.requirements, gathering.links):
                known.pop(name, None)


def _take_measure(gathering: Gathering, message: linkage_pb.Measure) -> None:
    """Take a measure over, and its name to its requirements where that has become another."""
    known = gathering.measures.get(message.name)
    measure = gathering.measures[message.name] = facts.measure_fact(message)
    if known is not None and known.symbol != measure.symbol:
        for name, demand in gathering.requirements.items():
            if name.startswith(f"{message.name}/requirements/"):
                gathering.requirements[name] = replace(demand, measure_symbol=measure.symbol)
