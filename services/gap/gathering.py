"""Gather what the neighbours export, all of it or what has changed since, into the facts that an analysis reads."""

from collections.abc import Iterable
from dataclasses import replace

from services.gap import facts
from services.gap.column_facts import CatalogColumns, LinkageColumns
from services.gap.gathered import Gathering
from services.gap.upstream import GapUpstreams
from tbt.catalog.v1 import catalog_service_pb2 as catalog_pb
from tbt.catalog.v1 import system_pb2
from tbt.linkage.v1 import linkage_service_pb2 as linkage_pb

__all__ = ["Gathering", "gather_catalog", "gather_linkage"]


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
        gathering.forget_catalog()
    columns = CatalogColumns(gathering)
    told_of_systems = False
    for piece in pieces if not after else list(pieces):
        if piece.HasField("systems") and not told_of_systems:
            # All of them come, even where only one has changed; very many in several pieces.
            told_of_systems = True
            gathering.forget_tree()
        _take_catalog(gathering, columns, piece)
    columns.finish()
    gathering.revisions["catalog"] = first.revision
    return True


def _catalog_anew(gathering: Gathering, upstreams: GapUpstreams) -> bool:
    gathering.forget_catalog()
    gathering.revisions.pop("catalog")
    return gather_catalog(gathering, upstreams)


def _take_catalog(gathering: Gathering, columns: CatalogColumns, piece: catalog_pb.ExportCatalogResponse) -> None:
    kind = piece.WhichOneof("piece")
    if kind == "everything":
        gathering.forget_catalog()
    elif kind in ("systems", "nodes"):
        _take_tree(gathering, piece)
    elif kind == "relations":
        for relation in piece.relations.relations:
            gathering.relations[relation.name] = facts.relation_fact(gathering.key_of(relation.source), relation)
    elif kind == "drafts":
        for draft in piece.drafts.drafts:
            gathering.drafts[draft.name] = facts.draft_fact(draft)
            gathering.node_of_draft[draft.name] = draft.node
    elif kind == "removals":
        for name in piece.removals.names:
            gathering.relations[name] = None
            gathering.drafts.pop(name, None)
    elif kind == "standard_columns":
        columns.standards(piece.standard_columns)
    elif kind == "relation_columns":
        columns.relations(piece.relation_columns)
    elif kind == "placement_columns":
        columns.placements(piece.placement_columns)
    else:
        _take_standards(gathering, piece)


def _take_tree(gathering: Gathering, piece: catalog_pb.ExportCatalogResponse) -> None:
    """Take systems and nodes over; all systems come first, then all nodes."""
    if piece.HasField("systems"):
        gathering.systems.update((system.name, facts.system_fact(system)) for system in piece.systems.systems)
    else:
        _add_nodes(gathering, piece.nodes.nodes)


def _take_standards(gathering: Gathering, piece: catalog_pb.ExportCatalogResponse) -> None:
    """Take standards over, or their places, which come after them."""
    for standard in piece.standards.standards:
        known, fact = gathering.standards.get(standard.name), facts.standard_fact(standard)
        if known is None:
            gathering.news.new.add(standard.name)
        elif (known.key, known.undated_key) != (fact.key, fact.undated_key):
            gathering.news.other_standards = True
        else:
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
        gathering.forget_linkage()
        gathering.revisions.pop("linkage")
        return gather_linkage(gathering, upstreams)
    if after and first.revision == after:
        return False
    if not after:
        gathering.forget_linkage()
    columns = LinkageColumns(gathering)
    for piece in pieces if not after else list(pieces):
        _take_linkage(gathering, columns, piece)
    gathering.revisions["linkage"] = first.revision
    return True


def _take_linkage(gathering: Gathering, columns: LinkageColumns, piece: linkage_pb.ExportLinkageResponse) -> None:
    kind = piece.WhichOneof("piece")
    if kind == "everything":
        gathering.forget_linkage()
    elif kind == "measures":
        for measure in piece.measures.measures:
            _take_measure(gathering, measure)
    elif kind == "requirements":
        for demand in piece.requirements.requirements:
            symbol = gathering.measures[demand.name.partition("/requirements/")[0]].symbol
            fact = gathering.requirements[demand.name] = facts.requirement_fact(symbol, demand)
            gathering.news.demands.requirements[demand.name] = fact
    elif kind == "links":
        for link in piece.links.links:
            claim = gathering.links[link.name] = facts.link_fact(gathering.key_of(link.target), link)
            gathering.news.demands.links[link.name] = claim
    elif kind == "removals":
        for name in piece.removals.names:
            _remove(gathering, name)
    else:
        columns.take(piece)


def _remove(gathering: Gathering, name: str) -> None:
    """Forget a measure, requirement or link."""
    if gathering.links.pop(name, None) is not None:
        gathering.news.demands.links[name] = None
    elif gathering.measures.pop(name, None) is not None or gathering.requirements.pop(name, None) is not None:
        gathering.news.demands.everything = True


def _take_measure(gathering: Gathering, message: linkage_pb.Measure) -> None:
    """Take a measure over, and its name to its requirements where that has become another."""
    known = gathering.measures.get(message.name)
    measure = gathering.measures[message.name] = facts.measure_fact(message)
    gathering.news.demands.measures[measure.symbol] = measure
    if known is not None and known.symbol != measure.symbol:
        gathering.news.demands.everything = True
        for name, demand in gathering.requirements.items():
            if name.startswith(f"{message.name}/requirements/"):
                gathering.requirements[name] = replace(demand, measure_symbol=measure.symbol)
