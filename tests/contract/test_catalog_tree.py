"""The contract of the catalog service: systems, nodes and places make a tree that stays one."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import grpc
import pytest
from sqlalchemy import Engine, event

from catalogues import create, create_node, create_system, everything, new_number, reason_of
from refusals import fields_of
from standards_tree.tree import MAX_DEPTH
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as pb_grpc
from tbt.catalog.v1 import system_pb2
from tbt.type.v1 import type_pb2

Stub = pb_grpc.CatalogServiceStub
Unique = Callable[[str], str]
ROUNDS = 200


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


@pytest.fixture
def system(grpc_stub: Stub, unique: Unique) -> str:
    """Return the name of a system without nodes."""
    return create_system(grpc_stub, unique("s"))


@pytest.fixture
def branch(grpc_stub: Stub, system: str) -> dict[str, system_pb2.Node]:
    """Return a branch of three nodes, 1 over 1.1 over 1.1.1, and the node 2 beside it, by code."""
    places = {"1": "", "1.1": "1", "1.1.1": "1.1", "2": ""}
    return {code: create_node(grpc_stub, system, code, parent) for code, parent in places.items()}


def codes(stub: Stub, system: str, **fields: object) -> list[str]:
    """Return the codes of the nodes that a list holds."""
    request = pb.ListNodesRequest(system=system, **fields)
    return [node.code for node in everything(stub.ListNodes, request, "nodes")]


def test_a_system_is_created_read_and_listed(grpc_stub: Stub, system: str) -> None:
    """A system is known by the id its creator chose."""
    read = grpc_stub.GetSystem(pb.GetSystemRequest(name=system))
    assert read.title.zh == "示例体系"
    assert read in everything(grpc_stub.ListSystems, pb.ListSystemsRequest(page_size=3), "systems")


def test_a_system_is_created_once(grpc_stub: Stub, system: str) -> None:
    """A second one with the same id is refused."""
    with pytest.raises(grpc.RpcError) as refusal:
        create_system(grpc_stub, system.removeprefix("systems/"))
    assert refusal.value.code() is grpc.StatusCode.ALREADY_EXISTS


def test_a_node_is_read_by_id_and_by_code(grpc_stub: Stub, system: str, branch: dict[str, system_pb2.Node]) -> None:
    """People say codes, programs ids."""
    by_id = grpc_stub.GetNode(pb.GetNodeRequest(name=branch["1.1"].name))
    by_code = grpc_stub.GetNode(pb.GetNodeRequest(name=f"{system}/nodes/1.1"))
    assert by_id == by_code == branch["1.1"]
    assert by_id.parent == branch["1"].name


def test_an_unknown_node_is_not_found(grpc_stub: Stub, system: str) -> None:
    """The refusal names the system and the code."""
    with pytest.raises(grpc.RpcError) as refusal:
        grpc_stub.GetNode(pb.GetNodeRequest(name=f"{system}/nodes/9.9"))
    assert refusal.value.code() is grpc.StatusCode.NOT_FOUND
    assert "9.9" in refusal.value.details()


def test_a_code_is_given_once(grpc_stub: Stub, system: str, branch: dict[str, system_pb2.Node]) -> None:
    """The code is what people cite."""
    with pytest.raises(grpc.RpcError) as refusal:
        create_node(grpc_stub, system, "1.1", "2")
    assert refusal.value.code() is grpc.StatusCode.ALREADY_EXISTS


def test_a_parent_in_another_system_is_refused(grpc_stub: Stub, system: str, unique: Unique) -> None:
    """Trees do not grow together."""
    other = create_node(grpc_stub, create_system(grpc_stub, unique("s")), "1")
    node = system_pb2.Node(code="1.1", title={"zh": "示例"}, parent=other.name)
    with pytest.raises(grpc.RpcError) as refusal:
        grpc_stub.CreateNode(pb.CreateNodeRequest(system=system, node=node))
    assert refusal.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert fields_of(refusal.value) == ["node.parent"]


def test_nodes_are_listed_in_the_order_of_the_tree_page_by_page(grpc_stub: Stub, system: str) -> None:
    """Every node after the one above it, siblings by number, 2 before 10."""
    places = {"10": "", "2": "", "2.10": "2", "2.2": "2", "1": "", "2.2.1": "2.2"}
    for code, parent in places.items():
        create_node(grpc_stub, system, code, parent)
    assert codes(grpc_stub, system, page_size=2) == ["1", "2", "2.2", "2.2.1", "2.10", "10"]


def test_a_branch_is_listed_alone(grpc_stub: Stub, system: str, branch: dict[str, system_pb2.Node]) -> None:
    """With its top, without its neighbours."""
    assert codes(grpc_stub, system, branch=f"{system}/nodes/1.1") == ["1.1", "1.1.1"]


def test_a_list_whose_place_left_the_branch_begins_again(
    grpc_stub: Stub, system: str, branch: dict[str, system_pb2.Node]
) -> None:
    """A page that can no longer say what comes next is refused, not empty."""
    request = pb.ListNodesRequest(system=system, branch=branch["1"].name, page_size=2)
    request.page_token = grpc_stub.ListNodes(request).next_page_token
    grpc_stub.MoveNode(pb.MoveNodeRequest(name=branch["1.1"].name, parent=branch["2"].name))
    with pytest.raises(grpc.RpcError) as refusal:
        grpc_stub.ListNodes(request)
    assert refusal.value.code() is grpc.StatusCode.ABORTED


def test_a_branch_is_read_with_one_statement(grpc_stub: Stub, system: str, branch: dict[str, system_pb2.Node]) -> None:
    """However many nodes it has, and however deep they stand; to find the branch is part of it."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        assert codes(grpc_stub, system, branch=f"{system}/nodes/1") == ["1", "1.1", "1.1.1"]
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert len([statement for statement in statements if "code_order" in statement]) == 1
    assert [statement for statement in statements if "FROM node" in statement and "code_order" not in statement] == []


def test_an_update_changes_what_its_mask_names(
    grpc_stub: Stub, system: str, branch: dict[str, system_pb2.Node]
) -> None:
    """Fields the mask does not name stay, and need not be sent."""
    node = system_pb2.Node(name=branch["1"].name, code="100", planned_standards=7)
    changed = grpc_stub.UpdateNode(
        pb.UpdateNodeRequest(node=node, update_mask={"paths": ["code", "planned_standards"]})
    )
    assert (changed.code, changed.planned_standards, changed.title) == ("100", 7, branch["1"].title)
    assert grpc_stub.GetNode(pb.GetNodeRequest(name=f"{system}/nodes/100")) == changed


def test_an_update_keeps_the_rules_of_the_contract(grpc_stub: Stub, branch: dict[str, system_pb2.Node]) -> None:
    """What a mask names is checked like what a creation sends."""
    node = system_pb2.Node(name=branch["1"].name, code="1..2")
    with pytest.raises(grpc.RpcError) as refusal:
        grpc_stub.UpdateNode(pb.UpdateNodeRequest(node=node, update_mask={"paths": ["code"]}))
    assert refusal.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert fields_of(refusal.value) == ["code"]


def test_an_update_does_not_move_a_node(grpc_stub: Stub, branch: dict[str, system_pb2.Node]) -> None:
    """MoveNode does, with its checks."""
    node = system_pb2.Node(name=branch["1"].name, parent=branch["2"].name)
    with pytest.raises(grpc.RpcError) as refusal:
        grpc_stub.UpdateNode(pb.UpdateNodeRequest(node=node, update_mask={"paths": ["parent"]}))
    assert fields_of(refusal.value) == ["update_mask"]


def test_an_update_of_what_somebody_changed_is_refused(grpc_stub: Stub, branch: dict[str, system_pb2.Node]) -> None:
    """The etag is that of the version the caller read."""
    mask = {"paths": ["planned_standards"]}
    node = system_pb2.Node(name=branch["1"].name, planned_standards=1, etag=branch["1"].etag)
    grpc_stub.UpdateNode(pb.UpdateNodeRequest(node=node, update_mask=mask))
    node.planned_standards = 2
    with pytest.raises(grpc.RpcError) as refusal:
        grpc_stub.UpdateNode(pb.UpdateNodeRequest(node=node, update_mask=mask))
    assert refusal.value.code() is grpc.StatusCode.ABORTED


def test_a_branch_moves_with_what_is_below_it(grpc_stub: Stub, system: str, branch: dict[str, system_pb2.Node]) -> None:
    """The moved node has a new parent, those below keep theirs."""
    moved = grpc_stub.MoveNode(pb.MoveNodeRequest(name=f"{system}/nodes/1.1", parent=f"{system}/nodes/2"))
    assert moved.parent == branch["2"].name
    assert codes(grpc_stub, system) == ["1", "2", "1.1", "1.1.1"]


def test_a_branch_moves_to_the_top(grpc_stub: Stub, system: str, branch: dict[str, system_pb2.Node]) -> None:
    """No parent is the top."""
    assert grpc_stub.MoveNode(pb.MoveNodeRequest(name=branch["1.1"].name)).parent == ""
    assert codes(grpc_stub, system) == ["1", "1.1", "1.1.1", "2"]


def test_a_node_never_moves_below_itself(grpc_stub: Stub, branch: dict[str, system_pb2.Node]) -> None:
    """The refusal has its own reason."""
    with pytest.raises(grpc.RpcError) as refusal:
        grpc_stub.MoveNode(pb.MoveNodeRequest(name=branch["1"].name, parent=branch["1.1.1"].name))
    assert refusal.value.code() is grpc.StatusCode.FAILED_PRECONDITION
    assert reason_of(refusal.value) == "CYCLE"


def test_a_move_of_what_somebody_moved_is_refused(grpc_stub: Stub, branch: dict[str, system_pb2.Node]) -> None:
    """The etag counts for moves too."""
    grpc_stub.MoveNode(pb.MoveNodeRequest(name=branch["1.1"].name, parent=branch["2"].name))
    with pytest.raises(grpc.RpcError) as refusal:
        grpc_stub.MoveNode(pb.MoveNodeRequest(name=branch["1.1"].name, etag=branch["1.1"].etag))
    assert refusal.value.code() is grpc.StatusCode.ABORTED


def test_a_tree_has_a_depth(grpc_stub: Stub, system: str) -> None:
    """The node below the deepest allowed one is refused, and the limit named."""
    for depth in range(MAX_DEPTH):
        create_node(grpc_stub, system, f"d{depth}", f"d{depth - 1}" if depth else "")
    with pytest.raises(grpc.RpcError) as refusal:
        create_node(grpc_stub, system, "deeper", f"d{MAX_DEPTH - 1}")
    assert refusal.value.code() is grpc.StatusCode.FAILED_PRECONDITION
    assert str(MAX_DEPTH) in refusal.value.details()


def test_two_opposite_moves_at_once_never_make_a_cycle(grpc_stub: Stub, system: str) -> None:
    """Of two moves that together would close a cycle one is refused, in every round."""
    names = [create_node(grpc_stub, system, code).name for code in ("a", "b")]
    barrier = threading.Barrier(2)

    def move(name: str, parent: str) -> bool:
        barrier.wait()
        try:
            grpc_stub.MoveNode(pb.MoveNodeRequest(name=name, parent=parent))
        except grpc.RpcError as refusal:
            assert reason_of(refusal) in {"CYCLE", "STALE"}
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        for _round in range(ROUNDS):
            moved = list(pool.map(move, names, reversed(names)))
            assert sum(moved) == 1
            assert sorted(codes(grpc_stub, system)) == ["a", "b"]
            grpc_stub.MoveNode(pb.MoveNodeRequest(name=names[moved.index(True)]))


def test_an_archived_branch_is_kept_for_the_record(
    grpc_stub: Stub, system: str, branch: dict[str, system_pb2.Node]
) -> None:
    """With everything below; lists show it only to who asks."""
    assert grpc_stub.ArchiveNode(pb.ArchiveNodeRequest(name=branch["1.1"].name)).archived
    assert codes(grpc_stub, system) == ["1", "2"]
    assert codes(grpc_stub, system, include_archived=True) == ["1", "1.1", "1.1.1", "2"]


def test_nothing_new_goes_below_an_archived_node(
    grpc_stub: Stub, system: str, branch: dict[str, system_pb2.Node]
) -> None:
    """A record does not grow."""
    grpc_stub.ArchiveNode(pb.ArchiveNodeRequest(name=branch["1.1"].name))
    with pytest.raises(grpc.RpcError) as refusal:
        create_node(grpc_stub, system, "1.1.2", "1.1")
    assert refusal.value.code() is grpc.StatusCode.FAILED_PRECONDITION


def test_a_standard_has_one_place_in_a_system(grpc_stub: Stub, system: str, branch: dict[str, system_pb2.Node]) -> None:
    """Put elsewhere, it moves (GB/T 13016-2018)."""
    standard = create(grpc_stub, f"GB/T {new_number()}-2024")
    grpc_stub.PlaceStandard(pb.PlaceStandardRequest(node=f"{system}/nodes/1.1", standard=standard.designation))
    grpc_stub.PlaceStandard(pb.PlaceStandardRequest(node=f"{system}/nodes/2", standard=standard.name))
    places = everything(grpc_stub.ListPlacements, pb.ListPlacementsRequest(system=system), "placements")
    assert places == [system_pb2.Placement(node=branch["2"].name, standard=standard.name)]


def test_a_standard_of_another_level_is_not_placed(grpc_stub: Stub, system: str) -> None:
    """A level that a node fixes holds for everything below it."""
    create_node(grpc_stub, system, "1", level=type_pb2.LEVEL_NATIONAL)
    create_node(grpc_stub, system, "1.1", "1")
    standard = create(grpc_stub, f"T/X{uuid4().hex[:8].upper()} 1-2024")
    with pytest.raises(grpc.RpcError) as refusal:
        grpc_stub.PlaceStandard(pb.PlaceStandardRequest(node=f"{system}/nodes/1.1", standard=standard.name))
    assert refusal.value.code() is grpc.StatusCode.FAILED_PRECONDITION


def test_a_level_cannot_be_fixed_against_what_stands_there(
    grpc_stub: Stub, system: str, branch: dict[str, system_pb2.Node]
) -> None:
    """A change of a node is a change of the place of its standards."""
    standard = create(grpc_stub, f"GB/T {new_number()}-2024")
    grpc_stub.PlaceStandard(pb.PlaceStandardRequest(node=branch["1.1.1"].name, standard=standard.name))
    node = system_pb2.Node(name=branch["1"].name, level=type_pb2.LEVEL_GROUP)
    with pytest.raises(grpc.RpcError) as refusal:
        grpc_stub.UpdateNode(pb.UpdateNodeRequest(node=node, update_mask={"paths": ["level"]}))
    assert refusal.value.code() is grpc.StatusCode.FAILED_PRECONDITION
    assert standard.designation in refusal.value.details()


def test_places_are_listed_by_designation_page_by_page(
    grpc_stub: Stub, system: str, branch: dict[str, system_pb2.Node]
) -> None:
    """A branch holds what stands at its nodes; 2 comes before 10."""
    number = new_number()
    standards = {part: create(grpc_stub, f"GB/T {number}.{part}-2024").name for part in (10, 2, 1, 3)}
    for part, code in ((10, "1"), (2, "1.1.1"), (1, "1.1"), (3, "2")):
        place = pb.PlaceStandardRequest(node=f"{system}/nodes/{code}", standard=standards[part])
        grpc_stub.PlaceStandard(place)
    request = pb.ListPlacementsRequest(system=system, branch=f"{system}/nodes/1", page_size=2)
    places = everything(grpc_stub.ListPlacements, request, "placements")
    assert [place.standard for place in places] == [standards[1], standards[2], standards[10]]


def test_a_request_sent_again_creates_one_node(grpc_stub: Stub, system: str) -> None:
    """The second answer is the first one."""
    node = system_pb2.Node(code="1", title={"zh": "示例"})
    request = pb.CreateNodeRequest(system=system, node=node, request_id=str(uuid4()))
    assert grpc_stub.CreateNode(request) == grpc_stub.CreateNode(request)
    assert codes(grpc_stub, system) == ["1"]


def test_a_request_that_only_checks_changes_nothing(
    grpc_stub: Stub, system: str, branch: dict[str, system_pb2.Node]
) -> None:
    """It is answered as if it were done."""
    request = pb.MoveNodeRequest(name=branch["1.1"].name, parent=branch["2"].name, validate_only=True)
    assert grpc_stub.MoveNode(request).parent == branch["2"].name
    assert grpc_stub.GetNode(pb.GetNodeRequest(name=branch["1.1"].name)) == branch["1.1"]
