"""The contract of the catalog service: an edition of a system never changes, and two can be compared."""

from collections.abc import Callable
from uuid import uuid4

import grpc
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from catalogues import create, create_node, create_system, day, everything, new_number
from refusals import fields_of
from services.embedded import EmbeddedStack
from services.runtime.civil_dates import today
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as pb_grpc
from tbt.catalog.v1 import edition_pb2, standard_pb2, system_pb2, tree_pb2

Stub = pb_grpc.CatalogServiceStub
Unique = Callable[[str], str]
Kind = edition_pb2.EditionChange


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


@pytest.fixture
def system(grpc_stub: Stub, unique: Unique) -> str:
    """Return the name of a system: 1 over 1.1, 2, and an archived node 3."""
    name = create_system(grpc_stub, unique("s"))
    for code, parent in (("1", ""), ("1.1", "1"), ("2", ""), ("3", "")):
        create_node(grpc_stub, name, code, parent, planned_standards=2)
    grpc_stub.ArchiveNode(pb.ArchiveNodeRequest(name=f"{name}/nodes/3"))
    return name


def publish(stub: Stub, system: str, label: str, **fields: object) -> edition_pb2.Edition:
    """Publish the present state of a system."""
    edition = edition_pb2.Edition(label=label, **fields)
    return stub.PublishEdition(edition_pb2.PublishEditionRequest(system=system, edition=edition))


def placed(stub: Stub, system: str, code: str, designation: str = "", **fields: object) -> str:
    """Record a standard, put it at a node and return its name."""
    standard = create(stub, designation or f"GB/T {new_number()}-2024", **fields)
    stub.PlaceStandard(pb.PlaceStandardRequest(node=f"{system}/nodes/{code}", standard=standard.name))
    return standard.name


def entries(stub: Stub, edition: str, **fields: object) -> list[edition_pb2.EditionEntry]:
    """Return the standards of an edition."""
    request = edition_pb2.ListEditionEntriesRequest(edition=edition, **fields)
    return everything(stub.ListEditionEntries, request, "entries")


def compared(stub: Stub, base: str, target: str, **fields: object) -> list[edition_pb2.EditionChange]:
    """Return the changes between two editions, once their number is that of the counts."""
    first, *pieces = stub.CompareEditions(edition_pb2.CompareEditionsRequest(base=base, target=target, **fields))
    changes = [change for piece in pieces for change in piece.changes.changes]
    assert sum(one.count for one in first.counts.counts) == len(changes)
    return changes


def test_an_edition_is_published_read_and_listed(grpc_stub: Stub, system: str) -> None:
    """With its label, its date, who published it, and its figures; archived nodes are no part of it."""
    placed(grpc_stub, system, "1.1")
    first = publish(grpc_stub, system, "2025年版", dated_on=day("2025-06-01"), note="示例")
    second = publish(grpc_stub, system, "2026年版")
    assert (first.name, second.name) == (f"{system}/editions/1", f"{system}/editions/2")
    assert (first.node_count, first.standard_count, first.planned_standards) == (3, 1, 6)
    assert (first.publisher, first.dated_on.year, second.dated_on.day) == ("administrator", 2025, today().day)
    assert grpc_stub.GetEdition(edition_pb2.GetEditionRequest(name=first.name)) == first
    request = edition_pb2.ListEditionsRequest(system=system, page_size=1)
    assert everything(grpc_stub.ListEditions, request, "editions") == [second, first]


def test_an_edition_stays_as_it_was_published(grpc_stub: Stub, system: str) -> None:
    """Whatever happens to its nodes and standards."""
    standard = placed(grpc_stub, system, "1.1")
    edition = publish(grpc_stub, system, "1")
    nodes = edition_pb2.ListEditionNodesRequest(edition=edition.name, page_size=2)
    before = (everything(grpc_stub.ListEditionNodes, nodes, "nodes"), entries(grpc_stub, edition.name))
    grpc_stub.MergeNodes(tree_pb2.MergeNodesRequest(name=f"{system}/nodes/1.1", into=f"{system}/nodes/2"))
    grpc_stub.RenumberBranch(tree_pb2.RenumberBranchRequest(branch=f"{system}/nodes/1", code="9"))
    changed = standard_pb2.Standard(name=standard, committee="SAC/TC 999")
    grpc_stub.UpdateStandard(pb.UpdateStandardRequest(standard=changed, update_mask={"paths": ["committee"]}))
    nodes.page_token = ""
    assert (everything(grpc_stub.ListEditionNodes, nodes, "nodes"), entries(grpc_stub, edition.name)) == before
    assert [node.code for node in before[0]] == ["1", "1.1", "2"]
    assert before[0][1].parent == before[0][0].name


def test_the_database_itself_refuses_to_change_an_edition(grpc_stub: Stub, system: str, stack: EmbeddedStack) -> None:
    """Not even its owner rewrites what was published."""
    placed(grpc_stub, system, "1.1")
    publish(grpc_stub, system, "1")
    engine = create_engine(stack.database_url)
    for change in (
        "UPDATE catalog.edition SET label = 'x'",
        "UPDATE catalog.edition_node SET code = 'x'",
        "DELETE FROM catalog.edition_entry",
    ):
        with engine.connect() as connection, pytest.raises(DBAPIError, match="an edition never changes"):
            connection.execute(text(change))
    engine.dispose()


def test_standards_of_an_edition_are_listed_node_by_node(grpc_stub: Stub, system: str) -> None:
    """At each by designation; a branch holds what stood at its nodes."""
    number = new_number()
    at = {f"{number}.{part}": code for part, code in ((10, "2"), (2, "1.1"), (1, "1"), (9, "2"))}
    for part, code in at.items():
        placed(grpc_stub, system, code, f"GB/T {part}-2024")
    edition = publish(grpc_stub, system, "1").name
    listed = entries(grpc_stub, edition, page_size=3)
    assert [(one.node_code, one.standard.designation.rpartition(".")[2][:-5]) for one in listed] == [
        ("1", "1"), ("1.1", "2"), ("2", "9"), ("2", "10"),
    ]  # fmt: skip
    assert [one.node_code for one in entries(grpc_stub, edition, branch=f"{system}/nodes/1")] == ["1", "1.1"]
    assert [one.node_code for one in entries(grpc_stub, edition, branch=f"{system}/nodes/2")] == ["2", "2"]


def test_an_edition_is_read_as_of_a_day(grpc_stub: Stub, system: str) -> None:
    """The state of each standard on that day, by what is known today; without a day, the state it was published with."""
    number = new_number()
    old = placed(grpc_stub, system, "1", f"GB/T {number}-2009", effective_on="2010-01-01")
    edition = publish(grpc_stub, system, "1").name
    new = create(grpc_stub, f"GB/T {number}-2020").name
    supersession = pb.SupersedeStandardRequest(name=old, successor=new, ended_on=day("2020-06-01"))
    grpc_stub.SupersedeStandard(supersession)

    def state(**fields: object) -> int:
        return entries(grpc_stub, edition, **fields)[0].status_on_day

    assert state() == standard_pb2.STANDARD_STATUS_IN_FORCE
    assert state(as_of=day("2009-12-31")) == standard_pb2.STANDARD_STATUS_UPCOMING
    assert state(as_of=day("2020-05-31")) == standard_pb2.STANDARD_STATUS_IN_FORCE
    assert state(as_of=day("2020-06-01")) == standard_pb2.STANDARD_STATUS_SUPERSEDED


def test_two_editions_are_compared(grpc_stub: Stub, system: str) -> None:
    """Nodes and standards that came, went, moved, and are called otherwise."""
    gone, stays, moves = (placed(grpc_stub, system, "1.1") for _ in range(3))
    base = publish(grpc_stub, system, "1").name
    node = system_pb2.Node(name=f"{system}/nodes/2", title={"zh": "改名"}, planned_standards=9)
    grpc_stub.UpdateNode(pb.UpdateNodeRequest(node=node, update_mask={"paths": ["title", "planned_standards"]}))
    grpc_stub.RenumberBranch(tree_pb2.RenumberBranchRequest(branch=f"{system}/nodes/2", code="8"))
    grpc_stub.MoveNode(pb.MoveNodeRequest(name=f"{system}/nodes/1.1", parent=f"{system}/nodes/8"))
    create_node(grpc_stub, system, "4")
    grpc_stub.PlaceStandard(pb.PlaceStandardRequest(node=f"{system}/nodes/4", standard=moves))
    fresh = placed(grpc_stub, system, "1")
    grpc_stub.AbolishStandard(pb.AbolishStandardRequest(name=stays, ended_on=day("2024-01-01")))
    grpc_stub.PlaceStandard(pb.PlaceStandardRequest(node=f"{create_node(grpc_stub, system, '5').name}", standard=gone))
    grpc_stub.ArchiveNode(pb.ArchiveNodeRequest(name=f"{system}/nodes/5"))
    target = publish(grpc_stub, system, "2").name
    told = [
        (Kind.Kind.Name(change.kind).removeprefix("KIND_"), change.node_after.code or change.entry_after.standard.name)
        for change in compared(grpc_stub, base, target)
    ]
    assert told == [
        ("NODE_ADDED", "4"),
        ("NODE_MOVED", "1.1"),
        ("NODE_RENAMED", "8"),
        ("NODE_RENUMBERED", "8"),
        ("NODE_PLANNED", "8"),
        ("STANDARD_ADDED", fresh),
        ("STANDARD_REMOVED", ""),
        ("STANDARD_MOVED", moves),
        ("STANDARD_STATUS", stays),
    ]
    back = compared(grpc_stub, target, base, kinds=[Kind.KIND_STANDARD_ADDED, Kind.KIND_NODE_REMOVED])
    assert [change.node_before.code or change.entry_after.standard.name for change in back] == ["4", gone]


def test_an_edition_does_not_differ_from_itself(grpc_stub: Stub, system: str) -> None:
    """Nor from the present state, where nothing happened since."""
    placed(grpc_stub, system, "1.1")
    edition = publish(grpc_stub, system, "1").name
    assert compared(grpc_stub, edition, edition) == compared(grpc_stub, edition, system) == []


def test_an_edition_is_compared_with_the_present_state(grpc_stub: Stub, system: str) -> None:
    """What another edition would show if it were published now."""
    edition = publish(grpc_stub, system, "1").name
    standard = placed(grpc_stub, system, "1.1")
    (change,) = compared(grpc_stub, edition, system)
    assert (change.kind, change.entry_after.standard.name) == (Kind.KIND_STANDARD_ADDED, standard)
    assert change.entry_after.node_code == "1.1"


def test_editions_of_two_systems_are_not_compared(grpc_stub: Stub, system: str, unique: Unique) -> None:
    """They have no node in common."""
    base = publish(grpc_stub, system, "1").name
    other = create_system(grpc_stub, unique("s"))
    create_node(grpc_stub, other, "1")
    with pytest.raises(grpc.RpcError) as refusal:
        compared(grpc_stub, base, publish(grpc_stub, other, "1").name)
    assert fields_of(refusal.value) == ["target"]


def test_a_label_is_given_once(grpc_stub: Stub, system: str) -> None:
    """It is what people cite."""
    publish(grpc_stub, system, "2026年版")
    with pytest.raises(grpc.RpcError) as refusal:
        publish(grpc_stub, system, "2026年版")
    assert refusal.value.code() is grpc.StatusCode.ALREADY_EXISTS


def test_nothing_is_published_of_a_system_without_nodes(grpc_stub: Stub, unique: Unique) -> None:
    """An empty edition is a mistake."""
    with pytest.raises(grpc.RpcError) as refusal:
        publish(grpc_stub, create_system(grpc_stub, unique("s")), "1")
    assert refusal.value.code() is grpc.StatusCode.FAILED_PRECONDITION


def test_an_edition_that_is_only_checked_is_not_published(grpc_stub: Stub, system: str) -> None:
    """It is answered as if it were."""
    request = edition_pb2.PublishEditionRequest(system=system, edition={"label": "1"}, validate_only=True)
    assert grpc_stub.PublishEdition(request).node_count == 3
    assert list(grpc_stub.ListEditions(edition_pb2.ListEditionsRequest(system=system)).editions) == []


def test_an_edition_sent_again_is_published_once(grpc_stub: Stub, system: str) -> None:
    """The second answer is the first one."""
    request = edition_pb2.PublishEditionRequest(system=system, edition={"label": "1"}, request_id=str(uuid4()))
    assert grpc_stub.PublishEdition(request) == grpc_stub.PublishEdition(request)


def test_a_mistaken_edition_is_marked_and_stays(grpc_stub: Stub, system: str) -> None:
    """With the later edition and the reason; what it holds stays readable."""
    wrong, right = (publish(grpc_stub, system, label).name for label in ("1", "2"))
    request = edition_pb2.SupersedeEditionRequest(name=wrong, successor=right, reason="漏列节点")
    marked = grpc_stub.SupersedeEdition(request)
    assert (marked.superseded_by, marked.supersession_reason, marked.label) == (right, "漏列节点", "1")
    assert grpc_stub.GetEdition(edition_pb2.GetEditionRequest(name=wrong)) == marked


@pytest.mark.parametrize(("name", "successor"), [(2, 1), (1, 1)])
def test_only_a_later_edition_supersedes_one(grpc_stub: Stub, system: str, name: int, successor: int) -> None:
    """Time goes one way."""
    for label in ("1", "2"):
        publish(grpc_stub, system, label)
    request = edition_pb2.SupersedeEditionRequest(
        name=f"{system}/editions/{name}", successor=f"{system}/editions/{successor}", reason="示例"
    )
    with pytest.raises(grpc.RpcError) as refusal:
        grpc_stub.SupersedeEdition(request)
    assert refusal.value.code() is grpc.StatusCode.FAILED_PRECONDITION


@pytest.mark.parametrize("call", ["nodes", "entries", "edition"])
def test_an_unknown_edition_is_not_found(grpc_stub: Stub, system: str, call: str) -> None:
    """By whatever is asked of it."""
    name = f"{system}/editions/7"
    asks = {
        "nodes": lambda: grpc_stub.ListEditionNodes(edition_pb2.ListEditionNodesRequest(edition=name)),
        "entries": lambda: grpc_stub.ListEditionEntries(edition_pb2.ListEditionEntriesRequest(edition=name)),
        "edition": lambda: grpc_stub.GetEdition(edition_pb2.GetEditionRequest(name=name)),
    }
    with pytest.raises(grpc.RpcError) as refusal:
        asks[call]()
    assert refusal.value.code() is grpc.StatusCode.NOT_FOUND
