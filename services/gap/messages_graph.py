"""Translate between the network and the contract."""

from datetime import date

from google.type.date_pb2 import Date

from services.gap.live import Moment, View
from services.gap.messages import scope_from
from services.runtime.calls import current_call
from services.runtime.civil_dates import date_from, today
from services.runtime.texts import ENGLISH
from standards_tree.designations import Designation, parse_designation, parse_designation_or_none
from standards_tree.errors import InvalidArgumentError, NotFoundError
from standards_tree.gap.calibration import Calibration, Strength
from standards_tree.gap.columns import UNKNOWN
from standards_tree.gap.inference import Inference
from standards_tree.gap.network import Network, NodeKind
from standards_tree.gap.penalties import PENALTIES
from standards_tree.gap.snapshot import Scope
from standards_tree.gap.sub_graph import SubGraph
from standards_tree.gap.terms import name_of_concept
from standards_tree.measures.symbols import parse_symbol
from standards_tree.standards import SetRelation
from standards_tree.text import match_key
from tbt.gap.v1 import graph_pb2, inference_pb2, scope_pb2
from tbt.type.v1 import type_pb2

KINDS = {
    NodeKind.STANDARD: graph_pb2.NODE_KIND_STANDARD,
    NodeKind.DRAFT: graph_pb2.NODE_KIND_DRAFT,
    NodeKind.REQUIREMENT: graph_pb2.NODE_KIND_REQUIREMENT,
    NodeKind.MEASURE: graph_pb2.NODE_KIND_MEASURE,
    NodeKind.TERM: graph_pb2.NODE_KIND_TERM,
}
STRENGTHS: dict[Strength | None, inference_pb2.InferenceStrength.ValueType] = {
    Strength.WHOLE: inference_pb2.INFERENCE_STRENGTH_WHOLE,
    Strength.PART: inference_pb2.INFERENCE_STRENGTH_PART,
    Strength.RELATED: inference_pb2.INFERENCE_STRENGTH_RELATED,
}
RELATIONS = {
    SetRelation.EQUAL: type_pb2.SET_RELATION_EQUAL,
    SetRelation.SUBSET: type_pb2.SET_RELATION_SUBSET,
    SetRelation.SUPERSET: type_pb2.SET_RELATION_SUPERSET,
    SetRelation.INTERSECTS: type_pb2.SET_RELATION_INTERSECTS,
    None: type_pb2.SET_RELATION_UNSPECIFIED,
}
MAX_TEXT_CHARACTERS = 500
MAX_NAMES = 5
TERM = "term:"


def language() -> str:
    """Return the language of the call."""
    call = current_call()
    return ENGLISH if call is None else call.language


def view_on(moment: Moment, as_of: Date) -> View:
    """Return what is known on the date a request names, or today."""
    return moment.on(day_of(as_of))


def day_of(as_of: Date) -> date:
    """Return the date a request names, or today.

    Raises:
        InvalidArgumentError: it is no date.
    """
    return date_from(as_of, "as_of") or today()


def scope_of(scope: scope_pb2.GapScope, as_of: date, moment: Moment, *, include_suggested: bool = False) -> Scope:
    """Return a scope of the contract in the words of the domain; errors as `scope_from`."""
    systems = [system.code for system in moment.snapshot.systems]
    return scope_from(scope, as_of, systems, moment.code_of, include_suggested=include_suggested)


def standard_number(view: View, text: str, field: str) -> int:
    """Return the number of the standard that *text* names; without a year, of the edition in force.

    Raises:
        InvalidArgumentError: it is not a designation.
        NotFoundError: the catalogue has no such standard.
    """
    designation = _designation(text, field)
    dated = designation.is_dated
    key = designation.key if dated else designation.undated_key
    number = view.health.editions.find(key, dated=dated)
    if number == UNKNOWN:
        message = "there is no standard {name}"
        raise NotFoundError(message, name=designation.official)
    return number


def readable(text: str, field: str) -> str:
    """Return a designation in its official form.

    Raises:
        InvalidArgumentError: it is not a designation.
    """
    return _designation(text, field).official


def _designation(text: str, field: str) -> Designation:
    try:
        return parse_designation(text)
    except InvalidArgumentError as error:
        raise InvalidArgumentError.in_field(field, error.template, **error.parameters) from error


def node_number(view: View, text: str, field: str) -> int:
    """Return the node that *text* names: a designation, a symbol, a requirement as `symbol#number`, a term as `term:word`.

    Raises:
        InvalidArgumentError: it is none of these, or a word of several terms.
        NotFoundError: there is no such node.
    """
    network = view.network
    if text.startswith(TERM):
        return _term_node(view, text.removeprefix(TERM).strip(), field)
    symbol, _, number = text.partition("#")
    if number or parse_designation_or_none(text) is None:
        return _linkage_node(network, symbol, number, field)
    return standard_number(view, text, field)


def _term_node(view: View, word: str, field: str) -> int:
    """Return the node of the one concept that *word* names: one of its terms, its number, or both terms and its vocabulary."""
    wanted = match_key(word)
    named = [
        (number, name_of_concept(fact))
        for number, fact in enumerate(view.terms.concepts)
        if wanted in map(match_key, (fact.term_zh, fact.term_en, fact.number, name_of_concept(fact)))
    ]
    exact = [one for one in named if match_key(one[1]) == wanted] or named
    if not exact:
        message = "the registry has no term {name}"
        raise NotFoundError(message, name=word)
    if len(exact) > 1:
        message = "{name} names {count} terms: {names}"
        names = "; ".join(name for _, name in exact[:MAX_NAMES])
        raise InvalidArgumentError.in_field(field, message, name=word, count=len(exact), names=names)
    return view.whole.first_concept + exact[0][0]


def _linkage_node(network: Network, symbol: str, number: str, field: str) -> int:
    try:
        official = parse_symbol(symbol).official
    except InvalidArgumentError:
        message = "{name} is neither a designation nor the symbol of a measure"
        raise InvalidArgumentError.in_field(field, message, name=symbol) from None
    measure = network.measure_number.get(official, UNKNOWN)
    if measure != UNKNOWN and not number:
        return network.first_measure + measure
    if measure != UNKNOWN:
        wanted = network.measures[measure].symbol
        for position, fact in enumerate(network.requirements):
            if fact.measure_symbol == wanted and str(fact.number) == number:
                return network.first_requirement + position
    message = "there is no measure or requirement {name}"
    raise NotFoundError(message, name=f"{official}#{number}" if number else official)


def node_to(network: Network, number: int) -> graph_pb2.GraphNode:
    """Return a node for the wire; of a long text the beginning."""
    node = network.node(number)
    title = type_pb2.LocalizedText(zh=node.title_zh[:MAX_TEXT_CHARACTERS], en=node.title_en[:MAX_TEXT_CHARACTERS])
    return graph_pb2.GraphNode(kind=KINDS[node.kind], name=node.name, title=title)


def edges_to(network: Network, found: SubGraph) -> list[graph_pb2.GraphEdge]:
    """Return the edges of a part of the network for the wire."""
    place = {node: position for position, node in enumerate(found.nodes)}
    return [
        graph_pb2.GraphEdge(
            source=place[int(network.sources[edge])],
            target=place[int(network.targets[edge])],
            kind=network.kind_of(edge).value,
            clause=network.clause_of(edge),
        )
        for edge in found.edges
    ]


def way_to(network: Network, way: Inference, calibration: Calibration) -> inference_pb2.InferredWay:
    """Return an inference for the wire."""
    steps = []
    for node, edge, along in zip(way.nodes[1:], way.edges, way.along, strict=True):
        kind = network.kind_of(edge)
        price = PENALTIES[kind].along if along else PENALTIES[kind].against
        steps.append(
            graph_pb2.GraphStep(
                node=node_to(network, node),
                kind=kind.value,
                against=not along,
                penalty=0 if price is None else price.penalty,
                clause=network.clause_of(edge),
            )
        )
    return inference_pb2.InferredWay(
        strength=STRENGTHS[way.strength],
        relation=RELATIONS[way.relation],
        penalty=way.penalty,
        probability=calibration.probability(way.strength, way.penalty, way.chance),
        chance=way.chance,
        steps=steps,
    )


def bins_to(calibration: Calibration) -> list[inference_pb2.CalibrationBin]:
    """Return a calibration for the wire."""
    return [
        inference_pb2.CalibrationBin(
            strength=STRENGTHS[one.strength],
            penalty=one.penalty,
            least_chance=one.least_chance,
            answer_count=one.answers,
            right_count=one.right,
            probability=one.probability,
        )
        for one in calibration.bins
    ]
