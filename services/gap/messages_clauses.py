"""Translate clauses and what names them into messages."""

from services.gap import messages_graph as messages
from services.gap.live import View
from standards_tree.gap.clauses import NamedClause, shown_clauses
from standards_tree.gap.columns import KINDS, UNKNOWN
from standards_tree.gap.demands import LINK_STATES
from standards_tree.gap.network import Network
from standards_tree.gap.sub_graph import SubGraph
from standards_tree.gap.survey import VERDICTS
from standards_tree.gap.term_health import place_in
from standards_tree.gap.whole_network import WholeNetwork
from standards_tree.standards import LinkState
from tbt.gap.v1 import clause_pb2, graph_pb2


def count_to(network: WholeNetwork, named: NamedClause) -> clause_pb2.ClauseCount:
    """Return how much names a clause, for the wire."""
    return clause_pb2.ClauseCount(
        clause=named.clause,
        requirement_count=named.requirements(network.demands),
        term_count=len(named.concepts),
        reference_count=len(named.relations),
    )


def clause_to(view: View, named: NamedClause, most: int) -> clause_pb2.CoveredClause:
    """Return a clause and the first of what names it for the wire."""
    network = view.whole
    return clause_pb2.CoveredClause(
        count=count_to(network, named),
        requirements=[_answer_to(view, link) for link in named.links[:most]],
        terms=[messages.node_to(network, network.first_concept + concept) for concept in named.concepts[:most]],
        references=[_reference_to(view, relation) for relation in named.relations[:most]],
    )


def _answer_to(view: View, link: int) -> clause_pb2.ClauseAnswer:
    network, columns = view.whole, view.demands.columns
    requirement = int(columns.requirement[link])
    return clause_pb2.ClauseAnswer(
        requirement=messages.node_to(network, network.first_requirement + requirement),
        relation=messages.RELATIONS[network.links[link].relation],
        confirmed=LINK_STATES[int(columns.states[link])] is LinkState.CONFIRMED,
        verdict=VERDICTS[int(view.survey.verdicts[requirement])].value,
    )


def _reference_to(view: View, relation: int) -> clause_pb2.ClauseReference:
    health = view.health
    target, relations = int(health.targets[relation]), health.relations
    written = relations.words.texts[int(relations.texts[relation])]
    known = target != UNKNOWN
    return clause_pb2.ClauseReference(
        kind=KINDS[int(relations.kinds[relation])].value,
        target=health.editions.facts[target].official if known else written,
        known=known,
    )


def add_clauses(message: graph_pb2.SubGraph, network: Network, found: SubGraph) -> None:
    """Add the clauses that edges stand in to a part of the network, as far away as their standards."""
    shown = shown_clauses(network, found)
    for place, clause in shown.clauses:
        name = place_in(message.nodes[place].name, clause)
        message.nodes.append(graph_pb2.GraphNode(kind=graph_pb2.NODE_KIND_CLAUSE, name=name))
        message.distances.append(message.distances[place])
    for source, target, kind in shown.edges:
        message.edges.append(graph_pb2.GraphEdge(source=source, target=target, kind=kind))
