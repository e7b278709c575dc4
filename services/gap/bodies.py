"""Find the bodies that a comparison names, and put the comparison into messages."""

import numpy as np

from services.gap import messages_graph as messages
from services.gap.live import Moment, View
from services.gap.messages import branch_from
from standards_tree.catalogue import natural_order
from standards_tree.errors import InvalidArgumentError, NotFoundError
from standards_tree.gap.columns import UNKNOWN
from standards_tree.gap.comparison import Body, Cell, Coverage
from standards_tree.gap.graph import Ints
from standards_tree.gap.placement import NOWHERE, Forest, forest_of
from standards_tree.gap.scope import requirements_in_scope
from standards_tree.text import match_key
from tbt.gap.v1 import comparison_pb2 as pb
from tbt.gap.v1 import inference_pb2, scope_pb2

MAX_GROUPS = 60


def body_from(message: pb.Body, moment: Moment, view: View, field: str) -> Body:
    """Return the body that *message* names.

    Raises:
        InvalidArgumentError: it names nothing, or so many groups that no one could read the matrix.
        NotFoundError: there is no such system or branch.
    """
    kind = message.WhichOneof("content")
    if kind == "measures":
        members = _of_measures(message.measures, moment, view)
    elif kind == "branch":
        members = _of_branch(message.branch, moment, view)
    elif kind == "prefixes":
        members = _of_prefixes(list(message.prefixes.prefixes), view)
    else:
        text = "name measures, a branch or prefixes of designations"
        raise InvalidArgumentError.in_field(field, text)
    groups = tuple(sorted({group for _, group in members}, key=natural_order))
    if len(groups) > MAX_GROUPS:
        text = "{count} groups are more than a matrix of {most} can show; narrow it down"
        raise InvalidArgumentError.in_field(field, text, count=len(groups), most=MAX_GROUPS)
    number = {group: position for position, group in enumerate(groups)}
    ordered = sorted(members)
    return Body(groups, _ints([node for node, _ in ordered]), _ints([number[group] for _, group in ordered]))


def _ints(values: list[int]) -> Ints:
    return np.array(values, dtype=np.int64)


def _of_measures(scope: scope_pb2.GapScope, moment: Moment, view: View) -> list[tuple[int, str]]:
    """Return the requirements of a scope, each with the symbol of its measure."""
    network = view.network
    asked = messages.scope_of(scope, view.health.editions.as_of, moment)
    _, found = requirements_in_scope(network.demands, asked)
    measure_of = network.demands.measure_of
    return [(network.first_requirement + one, network.measures[int(measure_of[one])].symbol) for one in found]


def _of_branch(name: str, moment: Moment, view: View) -> list[tuple[int, str]]:
    """Return the standards at and below a node, each with the node of the next level that holds it."""
    system, branch = branch_from(name)
    if all(known.code != system for known in moment.snapshot.systems):
        message = "there is no standards system {system}"
        raise NotFoundError(message, system=f"systems/{system}")
    forest = forest_of(moment.snapshot, view.health.editions, system)
    top = forest.number_of.get((system, moment.code_of.get(name, branch)), NOWHERE) if branch else NOWHERE
    if branch and top == NOWHERE:
        raise NotFoundError("the system {system} has no node {code}", system=system, code=branch)
    return [
        (standard, _group(forest, node, top))
        for node, standards in enumerate(forest.standards_at)
        if not branch or forest.is_within(node, top)
        for standard in standards
    ]


def _group(forest: Forest, node: int, top: int) -> str:
    line = forest.ancestors(node)
    at = line.index(top) + 1 if top != NOWHERE else 0
    fact = forest.nodes[line[min(at, len(line) - 1)]]
    return f"{fact.code} {fact.name_zh or fact.name_en}".strip()


def _of_prefixes(prefixes: list[str], view: View) -> list[tuple[int, str]]:
    """Return the standards whose keys begin as asked, each with the first prefix that fits."""
    keys = [(match_key(prefix), prefix.strip()) for prefix in prefixes]
    found = []
    for number, fact in enumerate(view.health.editions.facts):
        group = next((prefix for key, prefix in keys if fact.key.startswith(key)), None)
        if group is not None:
            found.append((number, group))
    return found


def matrix_to(view: View, coverage: Coverage, most_units: int) -> pb.CoverageMatrix:
    """Return one direction of a comparison for the wire."""
    network = view.network
    return pb.CoverageMatrix(
        columns=coverage.columns,
        rows=[
            pb.CoverageRow(
                group=row.group,
                unit_count=row.units,
                cells=[_cell_to(cell) for cell in row.cells],
                together=_cell_to(row.together),
            )
            for row in coverage.rows
        ],
        units=[
            pb.CoverageUnit(
                unit=messages.node_to(network, match.unit),
                strength=messages.STRENGTHS.get(match.strength, inference_pb2.INFERENCE_STRENGTH_UNSPECIFIED),
                penalty=max(match.penalty, 0),
                answered_by=messages.node_to(network, match.end) if match.end != UNKNOWN else None,
            )
            for match in coverage.matches[:most_units]
        ],
    )


def _cell_to(cell: Cell) -> pb.CoverageCell:
    return pb.CoverageCell(whole=cell.whole, part=cell.part, related=cell.related)
