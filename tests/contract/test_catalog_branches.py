"""The contract of the catalog service: branches are merged, split, numbered anew and restored, and nothing is lost."""

from collections.abc import Callable
from uuid import uuid4

import grpc
import pytest

from catalogues import create, create_node, create_system, everything, new_number, reason_of
from refusals import fields_of
from standards_tree.tree import MAX_DEPTH
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as pb_grpc
from tbt.catalog.v1 import draft_pb2, system_pb2, tree_pb2
from tbt.type.v1 import type_pb2

Stub = pb_grpc.CatalogServiceStub
Unique = Callable[[str], str]
Nodes = dict[str, system_pb2.Node]


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


@pytest.fixture
def system(grpc_stub: Stub, unique: Unique) -> str:
    """Return the name of a system without nodes."""
    return create_system(grpc_stub, unique("s"))


@pytest.fixture
def nodes(grpc_stub: Stub, system: str) -> Nodes:
    """Return 1 over 1.1 (over 1.1.1 and 1.1.2) and 1.2, and 2 over 2.1, by code."""
    places = {"1": "", "1.1": "1", "1.1.1": "1.1", "1.1.2": "1.1", "1.2": "1", "2": "", "2.1": "2"}
    return {code: create_node(grpc_stub, system, code, parent) for code, parent in places.items()}


def outline(stub: Stub, system: str, **fields: object) -> list[str]:
    """Return the codes of the nodes in use, each with that of its parent."""
    request = pb.ListNodesRequest(system=system, **fields)
    listed = everything(stub.ListNodes, request, "nodes")
    code_of = {node.name: node.code for node in listed}
    return [f"{code_of[node.parent]}>{node.code}" if node.parent else node.code for node in listed]


def placed(stub: Stub, system: str, code: str, designation: str = "") -> str:
    """Record a standard, put it at a node and return its name."""
    standard = create(stub, designation or f"GB/T {new_number()}-2024")
    stub.PlaceStandard(pb.PlaceStandardRequest(node=f"{system}/nodes/{code}", standard=standard.name))
    return standard.name


def places(stub: Stub, system: str) -> dict[str, str]:
    """Return the codes of the nodes that standards stand at."""
    code_of = {
        node.name: node.code
        for node in everything(stub.ListNodes, pb.ListNodesRequest(system=system, include_archived=True), "nodes")
    }
    listed = everything(stub.ListPlacements, pb.ListPlacementsRequest(system=system), "placements")
    return {place.standard: code_of[place.node] for place in listed}


def refused(method: Callable[[object], object], request: object) -> grpc.RpcError:
    """Return how a call is refused."""
    with pytest.raises(grpc.RpcError) as refusal:
        method(request)
    return refusal.value


def test_a_system_gets_another_title(grpc_stub: Stub, system: str) -> None:
    """With a new etag; a stale one is refused afterwards."""
    request = tree_pb2.UpdateSystemRequest(
        system={"name": system, "title": {"zh": "改名体系"}}, update_mask={"paths": ["title"]}
    )
    changed = grpc_stub.UpdateSystem(request)
    assert (changed.title.zh, changed.title.en) == ("改名体系", "")
    assert grpc_stub.GetSystem(pb.GetSystemRequest(name=system)) == changed
    request.system.title.zh, request.system.etag = "又改名", "v1"
    assert refused(grpc_stub.UpdateSystem, request).code() is grpc.StatusCode.ABORTED


def test_a_system_keeps_a_title(grpc_stub: Stub, system: str) -> None:
    """A title is changed, not taken away."""
    request = tree_pb2.UpdateSystemRequest(system={"name": system}, update_mask={"paths": ["title"]})
    assert refused(grpc_stub.UpdateSystem, request).code() is grpc.StatusCode.INVALID_ARGUMENT


def test_a_merged_node_gives_all_it_has_and_says_where_it_went(grpc_stub: Stub, system: str, nodes: Nodes) -> None:
    """Standards, nodes below, drafts under way and planned figures go over; the node stays for the record."""
    standard = placed(grpc_stub, system, "1.1")
    facts = {"title": {"zh": "示例"}, "level": type_pb2.LEVEL_NATIONAL, "node": nodes["1.1"].name}
    draft = grpc_stub.RegisterDraft(pb.RegisterDraftRequest(draft=draft_pb2.Draft(**facts)))
    for code, planned in (("1.1", 3), ("2", 4)):
        node = system_pb2.Node(name=nodes[code].name, planned_standards=planned)
        grpc_stub.UpdateNode(pb.UpdateNodeRequest(node=node, update_mask={"paths": ["planned_standards"]}))
    taker = grpc_stub.MergeNodes(tree_pb2.MergeNodesRequest(name=f"{system}/nodes/1.1", into=f"{system}/nodes/2"))
    assert outline(grpc_stub, system) == ["1", "1>1.2", "2", "2>1.1.1", "2>1.1.2", "2>2.1"]
    assert places(grpc_stub, system) == {standard: "2"}
    assert grpc_stub.GetDraft(pb.GetDraftRequest(name=draft.name)).node == nodes["2"].name
    merged = grpc_stub.GetNode(pb.GetNodeRequest(name=nodes["1.1"].name))
    assert (merged.archived, merged.merged_into, merged.planned_standards) == (True, nodes["2"].name, 0)
    assert (taker.code, taker.planned_standards) == ("2", 7)


def test_a_node_merges_into_its_parent(grpc_stub: Stub, system: str, nodes: Nodes) -> None:
    """What stood below goes one up."""
    grpc_stub.MergeNodes(tree_pb2.MergeNodesRequest(name=nodes["1.1"].name, into=nodes["1"].name))
    assert outline(grpc_stub, system, branch=nodes["1"].name)[1:] == ["1>1.1.1", "1>1.1.2", "1>1.2"]


@pytest.mark.parametrize("into", ["1", "1.1", "1.1.1"])
def test_a_node_never_merges_into_itself_or_below(grpc_stub: Stub, nodes: Nodes, into: str) -> None:
    """It would stand below itself."""
    refusal = refused(grpc_stub.MergeNodes, tree_pb2.MergeNodesRequest(name=nodes["1"].name, into=nodes[into].name))
    assert reason_of(refusal) == "CYCLE"


def test_a_node_does_not_merge_into_an_archived_one(grpc_stub: Stub, nodes: Nodes) -> None:
    """A record does not grow."""
    grpc_stub.ArchiveNode(pb.ArchiveNodeRequest(name=nodes["2"].name))
    refusal = refused(grpc_stub.MergeNodes, tree_pb2.MergeNodesRequest(name=nodes["1"].name, into=nodes["2"].name))
    assert refusal.code() is grpc.StatusCode.FAILED_PRECONDITION


def test_a_node_does_not_merge_into_another_system(grpc_stub: Stub, nodes: Nodes, unique: Unique) -> None:
    """Trees do not grow together."""
    other = create_node(grpc_stub, create_system(grpc_stub, unique("s")), "1")
    refusal = refused(grpc_stub.MergeNodes, tree_pb2.MergeNodesRequest(name=nodes["1"].name, into=other.name))
    assert fields_of(refusal) == ["into"]


def test_a_merge_against_the_fixed_level_changes_nothing(grpc_stub: Stub, system: str, nodes: Nodes) -> None:
    """The refusal names the standard that does not fit."""
    standard = placed(grpc_stub, system, "1.1.1")
    group = create_node(grpc_stub, system, "3", level=type_pb2.LEVEL_GROUP)
    refusal = refused(grpc_stub.MergeNodes, tree_pb2.MergeNodesRequest(name=nodes["1.1"].name, into=group.name))
    assert refusal.code() is grpc.StatusCode.FAILED_PRECONDITION
    assert places(grpc_stub, system) == {standard: "1.1.1"}
    assert not grpc_stub.GetNode(pb.GetNodeRequest(name=nodes["1.1"].name)).archived


def test_a_merge_keeps_to_the_depth_of_a_tree(grpc_stub: Stub, system: str) -> None:
    """Two leaves at the deepest place merge; a branch does not go below one."""
    for depth in range(MAX_DEPTH):
        create_node(grpc_stub, system, f"d{depth}", f"d{depth - 1}" if depth else "")
    deepest, beside = f"d{MAX_DEPTH - 1}", create_node(grpc_stub, system, "e", f"d{MAX_DEPTH - 2}")
    create_node(grpc_stub, system, "b1")
    create_node(grpc_stub, system, "b2", "b1")
    merge = tree_pb2.MergeNodesRequest(name=f"{system}/nodes/b1", into=f"{system}/nodes/{deepest}")
    assert str(MAX_DEPTH) in refused(grpc_stub.MergeNodes, merge).details()
    merged = grpc_stub.MergeNodes(tree_pb2.MergeNodesRequest(name=beside.name, into=f"{system}/nodes/{deepest}"))
    assert merged.code == deepest


def test_a_merge_that_only_checks_changes_nothing(grpc_stub: Stub, system: str, nodes: Nodes) -> None:
    """It is answered as if it were done."""
    before = outline(grpc_stub, system)
    request = tree_pb2.MergeNodesRequest(name=nodes["1.1"].name, into=nodes["2"].name, validate_only=True)
    assert grpc_stub.MergeNodes(request).code == "2"
    assert outline(grpc_stub, system) == before


def test_a_merge_sent_again_is_done_once(grpc_stub: Stub, nodes: Nodes) -> None:
    """The second answer is the first one."""
    request = tree_pb2.MergeNodesRequest(name=nodes["1.1"].name, into=nodes["2"].name, request_id=str(uuid4()))
    assert grpc_stub.MergeNodes(request) == grpc_stub.MergeNodes(request)


def split(system: str, **fields: object) -> tree_pb2.SplitNodeRequest:
    """Return a request to split the node 1.1 of *system*; the new node is 1.9."""
    node = system_pb2.Node(code="1.9", title={"zh": "新节点"}, **fields.pop("node", {}))
    return tree_pb2.SplitNodeRequest(name=f"{system}/nodes/1.1", node=node, **fields)


def test_a_node_is_split_in_two(grpc_stub: Stub, system: str, nodes: Nodes) -> None:
    """What is named goes to a new node beside it; the rest stays."""
    stays, goes = (placed(grpc_stub, system, "1.1") for _ in range(2))
    fresh = grpc_stub.SplitNode(split(system, standards=[goes], children=[f"{system}/nodes/1.1.2"]))
    assert fresh.parent == nodes["1"].name
    assert outline(grpc_stub, system) == ["1", "1>1.1", "1.1>1.1.1", "1>1.2", "1>1.9", "1.9>1.1.2", "2", "2>2.1"]
    assert places(grpc_stub, system) == {stays: "1.1", goes: "1.9"}


def test_a_standard_goes_by_its_designation_without_the_year(grpc_stub: Stub, system: str, nodes: Nodes) -> None:
    """Whichever edition stands there."""
    number = new_number()
    standard = placed(grpc_stub, system, "1.1", f"GB/T {number}-2019")
    grpc_stub.SplitNode(split(system, standards=[f"GB/T {number}"]))
    assert places(grpc_stub, system) == {standard: "1.9"}


def test_what_does_not_stand_at_a_node_is_not_split_off(grpc_stub: Stub, system: str, nodes: Nodes) -> None:
    """A standard elsewhere, or a node further below; nothing changes then."""
    standard = placed(grpc_stub, system, "1.2")
    for request in (split(system, standards=[standard]), split(system, children=[nodes["2.1"].name])):
        assert refused(grpc_stub.SplitNode, request).code() is grpc.StatusCode.FAILED_PRECONDITION
    assert "1>1.9" not in outline(grpc_stub, system)


def test_a_split_gives_something(grpc_stub: Stub, system: str, nodes: Nodes) -> None:
    """An empty new node is created, not split off."""
    assert fields_of(refused(grpc_stub.SplitNode, split(system))) == ["standards"]


def test_a_split_keeps_to_the_level_of_the_new_node(grpc_stub: Stub, system: str, nodes: Nodes) -> None:
    """A national standard does not go to a node for group standards."""
    standard = placed(grpc_stub, system, "1.1")
    request = split(system, standards=[standard], node={"level": type_pb2.LEVEL_GROUP})
    assert refused(grpc_stub.SplitNode, request).code() is grpc.StatusCode.FAILED_PRECONDITION


def test_a_branch_gets_a_new_prefix(grpc_stub: Stub, system: str, nodes: Nodes) -> None:
    """With every code below that begins with the old one; the answer says which became what."""
    request = tree_pb2.RenumberBranchRequest(branch=nodes["1"].name, code="7", validate_only=True)
    planned = grpc_stub.RenumberBranch(request)
    assert [(one.old_code, one.new_code) for one in planned.nodes] == [
        ("1", "7"), ("1.1", "7.1"), ("1.1.1", "7.1.1"), ("1.1.2", "7.1.2"), ("1.2", "7.2"),
    ]  # fmt: skip
    assert outline(grpc_stub, system)[0] == "1"
    request.validate_only = False
    assert grpc_stub.RenumberBranch(request) == planned
    assert outline(grpc_stub, system) == ["2", "2>2.1", "7", "7>7.1", "7.1>7.1.1", "7.1>7.1.2", "7>7.2"]
    assert grpc_stub.GetNode(pb.GetNodeRequest(name=f"{system}/nodes/7.1")).name == nodes["1.1"].name


def test_a_branch_is_numbered_in_order(grpc_stub: Stub, system: str, nodes: Nodes) -> None:
    """A branch that moved gets numbers of its new place; what is archived keeps its number, and nobody else gets it."""
    grpc_stub.ArchiveNode(pb.ArchiveNodeRequest(name=nodes["2.1"].name))
    grpc_stub.MoveNode(pb.MoveNodeRequest(name=nodes["1.1"].name, parent=nodes["2"].name))
    answer = grpc_stub.RenumberBranch(tree_pb2.RenumberBranchRequest(branch=nodes["2"].name, in_order={}))
    assert outline(grpc_stub, system) == ["1", "1>1.2", "2", "2>2.2", "2.2>2.2.1", "2.2>2.2.2"]
    assert answer.changed_count == 3


def test_a_system_is_numbered_in_order(grpc_stub: Stub, system: str, nodes: Nodes) -> None:
    """From its top nodes on."""
    grpc_stub.ArchiveNode(pb.ArchiveNodeRequest(name=nodes["1.1"].name))
    request = tree_pb2.RenumberBranchRequest(branch=system, in_order={"separator": "-"})
    grpc_stub.RenumberBranch(request)
    assert outline(grpc_stub, system) == ["1", "1>1-1", "2", "2>2-1"]


def test_two_nodes_change_codes(grpc_stub: Stub, system: str, nodes: Nodes) -> None:
    """In one step: neither has to take another code in between."""
    codes = [{"node": nodes["1"].name, "code": "2"}, {"node": f"{system}/nodes/2", "code": "1"}]
    grpc_stub.RenumberBranch(tree_pb2.RenumberBranchRequest(branch=system, codes={"codes": codes}))
    assert grpc_stub.GetNode(pb.GetNodeRequest(name=f"{system}/nodes/2")).name == nodes["1"].name
    assert grpc_stub.GetNode(pb.GetNodeRequest(name=f"{system}/nodes/1")).name == nodes["2"].name


def test_a_code_that_another_node_keeps_is_refused(grpc_stub: Stub, system: str, nodes: Nodes) -> None:
    """The codes are held against the whole system."""
    request = tree_pb2.RenumberBranchRequest(branch=nodes["1"].name, code="2")
    assert refused(grpc_stub.RenumberBranch, request).code() is grpc.StatusCode.ALREADY_EXISTS
    assert outline(grpc_stub, system)[0] == "1"


def test_a_node_outside_the_branch_is_not_renumbered(grpc_stub: Stub, nodes: Nodes) -> None:
    """What is named must be in it."""
    codes = {"codes": [{"node": nodes["2"].name, "code": "3"}]}
    request = tree_pb2.RenumberBranchRequest(branch=nodes["1"].name, codes=codes)
    assert refused(grpc_stub.RenumberBranch, request).code() is grpc.StatusCode.NOT_FOUND


def test_a_whole_system_has_no_code(grpc_stub: Stub, system: str, nodes: Nodes) -> None:
    """Only nodes have."""
    refusal = refused(grpc_stub.RenumberBranch, tree_pb2.RenumberBranchRequest(branch=system, code="7"))
    assert fields_of(refusal) == ["code"]


def test_a_restored_branch_is_as_it_was_archived(grpc_stub: Stub, system: str, nodes: Nodes) -> None:
    """With all that was archived together with it; what was archived before stays so. Standards never left."""
    standard = placed(grpc_stub, system, "1.1.1")
    grpc_stub.ArchiveNode(pb.ArchiveNodeRequest(name=nodes["1.1.2"].name))
    grpc_stub.ArchiveNode(pb.ArchiveNodeRequest(name=nodes["1"].name))
    assert outline(grpc_stub, system) == ["2", "2>2.1"]
    assert not grpc_stub.RestoreNode(tree_pb2.RestoreNodeRequest(name=nodes["1"].name)).archived
    assert outline(grpc_stub, system) == ["1", "1>1.1", "1.1>1.1.1", "1>1.2", "2", "2>2.1"]
    assert places(grpc_stub, system) == {standard: "1.1.1"}


def test_a_node_below_an_archived_one_is_not_restored_alone(grpc_stub: Stub, nodes: Nodes) -> None:
    """It would hang below what is not in use."""
    grpc_stub.ArchiveNode(pb.ArchiveNodeRequest(name=nodes["1"].name))
    refusal = refused(grpc_stub.RestoreNode, tree_pb2.RestoreNodeRequest(name=nodes["1.1"].name))
    assert refusal.code() is grpc.StatusCode.FAILED_PRECONDITION


def test_a_node_in_use_is_not_restored(grpc_stub: Stub, nodes: Nodes) -> None:
    """There is nothing to take back."""
    refusal = refused(grpc_stub.RestoreNode, tree_pb2.RestoreNodeRequest(name=nodes["1"].name))
    assert refusal.code() is grpc.StatusCode.FAILED_PRECONDITION


def test_a_merged_node_comes_back_empty(grpc_stub: Stub, system: str, nodes: Nodes) -> None:
    """What it gave stays where it went."""
    grpc_stub.MergeNodes(tree_pb2.MergeNodesRequest(name=nodes["1.1"].name, into=nodes["2"].name))
    restored = grpc_stub.RestoreNode(tree_pb2.RestoreNodeRequest(name=nodes["1.1"].name))
    assert (restored.merged_into, restored.archived) == ("", False)
    assert outline(grpc_stub, system) == ["1", "1>1.1", "1>1.2", "2", "2>1.1.1", "2>1.1.2", "2>2.1"]
