"""Translate between the contract of trees and the domain."""

from collections.abc import Sequence

from services.catalog import names
from services.catalog.names import NodeName
from services.catalog.store_branches import Numbering, Renumbered
from services.catalog.store_nodes import Branch
from standards_tree.errors import InvalidArgumentError, NotFoundError
from standards_tree.systems.forest import ROOT, Forest
from standards_tree.systems.renumbering import in_order, with_prefix
from tbt.catalog.v1 import tree_pb2

# So many still fit into one answer.
MAX_SHOWN = 10_000


def numbering_from(request: tree_pb2.RenumberBranchRequest, name: NodeName) -> Numbering:
    """Return how a request wants codes to be made.

    Raises:
        InvalidArgumentError: a code for the top of a whole system, or a node of another system or twice.
    """
    match request.WhichOneof("numbering"):
        case "code":
            if not name.id_or_code:
                message = "a system has no code; name a node, or number the system in order"
                raise InvalidArgumentError.in_field("code", message)
            return lambda forest, top, _kept: with_prefix(forest, top, request.code)
        case "in_order":
            separator = request.in_order.separator or "."
            return lambda forest, top, kept: in_order(forest, top, separator, kept)
    wanted = _codes_from(request.codes, name.system_id)
    return lambda forest, top, _kept: _given(forest, top, wanted)


def _codes_from(message: tree_pb2.NewCodes, system_id: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for position, new in enumerate(message.codes):
        node = names.node_in(new.node, system_id, f"codes.codes[{position}].node").id_or_code
        if found.setdefault(node, new.code) != new.code:
            text = "{node} is to get two codes: {first} and {second}"
            raise InvalidArgumentError.in_field(
                f"codes.codes[{position}].node", text, node=node, first=found[node], second=new.code
            )
    return found


def _given(forest: Forest, top: int, wanted: dict[str, str]) -> dict[str, str]:
    by_code = {node.code: number for number, node in enumerate(forest.nodes)}
    found: dict[str, str] = {}
    for node, code in wanted.items():
        number = forest.number_of.get(node, by_code.get(node, ROOT))
        if number == ROOT or not forest.is_within(number, top):
            message = "the branch has no node {node} in use"
            raise NotFoundError(message, node=node)
        found[forest.nodes[number].node_id] = code
    return found


def renumbered_to(branch: Branch, nodes: Sequence[Renumbered]) -> tree_pb2.RenumberBranchResponse:
    """Return what a renumbering changed for the wire."""
    return tree_pb2.RenumberBranchResponse(
        nodes=[
            tree_pb2.RenumberedNode(
                node=f"systems/{branch.system_id}/nodes/{one.node_id}", old_code=one.old_code, new_code=one.new_code
            )
            for one in nodes[:MAX_SHOWN]
        ],
        changed_count=len(nodes),
    )
