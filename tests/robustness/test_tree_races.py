"""Whatever happens to a system at once, it stays a tree, and every standard keeps one place in it."""

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest

from catalogues import create, create_node, create_system, everything, new_number, reason_of
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as pb_grpc
from tbt.catalog.v1 import edition_pb2, system_pb2, tree_pb2

Stub = pb_grpc.CatalogServiceStub
WORKERS = 4
STEPS = 25
STANDARDS = 12
# What the state of a tree may refuse; anything else is a fault.
EXPECTED = {"CYCLE", "STALE", "FAILED_PRECONDITION", "ALREADY_EXISTS", "NOT_FOUND"}


class Actor:
    """Does to a system whatever comes to its mind."""

    def __init__(self, stub: Stub, system: str, standards: list[str], seed: int) -> None:
        self.stub, self.system, self.standards, self.chance = stub, system, standards, random.Random(seed)
        self.made = 0

    def names(self) -> list[str]:
        """Return the nodes in use, as they are now."""
        request = pb.ListNodesRequest(system=self.system, page_size=1000, include_archived=self.chance.random() < 0.2)
        return [node.name for node in self.stub.ListNodes(request).nodes]

    def standards_at(self, node: str) -> list[str]:
        """Return the standards of a branch, as they are now."""
        request = pb.ListPlacementsRequest(system=self.system, branch=node)
        return [place.standard for place in self.stub.ListPlacements(request).placements if place.node == node]

    def step(self) -> str:
        """Do one thing and return what came of it."""
        nodes = self.names()
        if not nodes:
            # The others have archived every node there was.
            return "nothing to do"
        one, other = self.chance.choice(nodes), self.chance.choice(nodes)
        action = self.chance.choice(
            [self.move, self.merge, self.split, self.renumber, self.archive, self.restore, self.place]
        )
        try:
            action(one, other)
        except grpc.RpcError as refusal:
            reason = reason_of(refusal)
            assert reason in EXPECTED, f"{action.__name__}: {refusal.details()}"
            return reason
        return action.__name__

    def move(self, one: str, other: str) -> None:
        """Move a branch, now and then to the top."""
        parent = other if self.chance.random() < 0.8 else ""
        self.stub.MoveNode(pb.MoveNodeRequest(name=one, parent=parent))

    def merge(self, one: str, other: str) -> None:
        """Merge a node into another, not too often: nodes get scarce."""
        if self.chance.random() < 0.5:
            self.stub.MergeNodes(tree_pb2.MergeNodesRequest(name=one, into=other))

    def split(self, one: str, _other: str) -> None:
        """Split off a standard."""
        standards = self.standards_at(one)
        if not standards:
            return
        self.made += 1
        node = system_pb2.Node(code=f"x{self.chance.randrange(10**9)}", title={"zh": "示例"})
        request = tree_pb2.SplitNodeRequest(name=one, node=node, standards=standards[:1])
        self.stub.SplitNode(request)

    def renumber(self, one: str, _other: str) -> None:
        """Number a branch or the whole system anew."""
        branch = self.system if self.chance.random() < 0.3 else one
        self.stub.RenumberBranch(tree_pb2.RenumberBranchRequest(branch=branch, in_order={}))

    def archive(self, one: str, _other: str) -> None:
        """Archive a branch, not too often."""
        if self.chance.random() < 0.2:
            self.stub.ArchiveNode(pb.ArchiveNodeRequest(name=one))

    def restore(self, one: str, _other: str) -> None:
        """Restore what may be archived."""
        self.stub.RestoreNode(tree_pb2.RestoreNodeRequest(name=one))

    def place(self, one: str, _other: str) -> None:
        """Put a standard somewhere else."""
        self.stub.PlaceStandard(pb.PlaceStandardRequest(node=one, standard=self.chance.choice(self.standards)))


def at_once(works: list[Callable[[], object]]) -> list[object]:
    """Do several things at the same moment and return what came of them."""
    barrier = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> object:
        barrier.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


@pytest.mark.parametrize("seed", range(4))
def test_random_changes_at_once_keep_the_tree_a_tree(
    channel: grpc.Channel, unique: Callable[[str], str], seed: int
) -> None:
    """No cycle, no code twice, nothing in use below what is archived, and every standard at exactly one node."""
    stub = Stub(channel)
    system = create_system(stub, unique("s"))
    for code, parent in (("1", ""), ("1.1", "1"), ("1.2", "1"), ("1.1.1", "1.1"), ("2", ""), ("2.1", "2"), ("3", "")):
        create_node(stub, system, code, parent)
    number = new_number()
    standards = [create(stub, f"GB/T {number}.{part}-2024").name for part in range(1, STANDARDS + 1)]
    for position, standard in enumerate(standards):
        stub.PlaceStandard(pb.PlaceStandardRequest(node=f"{system}/nodes/{1 + position % 3}", standard=standard))
    actors = [Actor(stub, system, standards, 100 * seed + worker) for worker in range(WORKERS)]
    outcomes = at_once([lambda actor=actor: [actor.step() for _ in range(STEPS)] for actor in actors])
    assert {"move", "renumber", "place"} <= {outcome for several in outcomes for outcome in several}
    nodes = {
        node.name: node
        for node in everything(stub.ListNodes, pb.ListNodesRequest(system=system, include_archived=True), "nodes")
    }
    total = _count(stub, system)
    # A list walks from the top down: a node on a cycle would not be in it.
    assert len(nodes) == total
    assert len({node.code for node in nodes.values()}) == total
    for node in nodes.values():
        assert node.archived or not node.parent or not nodes[node.parent].archived
    places = everything(stub.ListPlacements, pb.ListPlacementsRequest(system=system), "placements")
    assert sorted(place.standard for place in places) == sorted(standards)
    assert {place.node for place in places} <= nodes.keys()


def _count(stub: Stub, system: str) -> int:
    """Return how many nodes a system has, wherever they stand: the export does not walk."""
    pieces = stub.ExportCatalog(pb.ExportCatalogRequest(), timeout=60)
    return sum(node.name.startswith(f"{system}/") for piece in pieces for node in piece.nodes.nodes)


def test_two_merges_into_each_other_leave_one_node_in_use(channel: grpc.Channel, unique: Callable[[str], str]) -> None:
    """Of two opposite merges one is refused; the standards of both stand at the one that is left."""
    stub = Stub(channel)
    for _round in range(20):
        system = create_system(stub, unique("s"))
        names = [create_node(stub, system, code).name for code in ("a", "b")]
        standards = [create(stub, f"GB/T {new_number()}-2024").name for _ in names]
        for name, standard in zip(names, standards, strict=True):
            stub.PlaceStandard(pb.PlaceStandardRequest(node=name, standard=standard))

        def merge(name: str, into: str) -> bool:
            try:
                stub.MergeNodes(tree_pb2.MergeNodesRequest(name=name, into=into))
            except grpc.RpcError as refusal:
                assert reason_of(refusal) in EXPECTED
                return False
            return True

        done = at_once([lambda ends=ends: merge(*ends) for ends in (names, names[::-1])])
        assert sum(map(bool, done)) == 1
        left = stub.ListNodes(pb.ListNodesRequest(system=system)).nodes
        places = everything(stub.ListPlacements, pb.ListPlacementsRequest(system=system), "placements")
        assert [node.name for node in left] == [names[1] if done[0] else names[0]]
        assert sorted((place.standard, place.node) for place in places) == sorted(
            (one, left[0].name) for one in standards
        )


def test_an_edition_published_while_a_branch_changes_shows_one_moment(
    channel: grpc.Channel, unique: Callable[[str], str]
) -> None:
    """Either before or after: never a standard at a node that is not there."""
    stub = Stub(channel)
    system = create_system(stub, unique("s"))
    names = [create_node(stub, system, code).name for code in ("a", "b")]
    for _standard in range(5):
        standard = create(stub, f"GB/T {new_number()}-2024").name
        stub.PlaceStandard(pb.PlaceStandardRequest(node=names[0], standard=standard))

    def publish(label: str) -> edition_pb2.Edition:
        return stub.PublishEdition(edition_pb2.PublishEditionRequest(system=system, edition={"label": label}))

    for turn in range(10):
        merge = tree_pb2.MergeNodesRequest(name=names[0], into=names[1])
        _merged, edition = at_once([lambda merge=merge: stub.MergeNodes(merge), lambda turn=turn: publish(str(turn))])
        assert isinstance(edition, edition_pb2.Edition)
        listed = stub.ListEditionNodes(edition_pb2.ListEditionNodesRequest(edition=edition.name)).nodes
        entries = stub.ListEditionEntries(edition_pb2.ListEditionEntriesRequest(edition=edition.name)).entries
        assert (len(listed), len(entries)) == (edition.node_count, 5)
        assert {entry.node for entry in entries} <= {node.name for node in listed}
        stub.RestoreNode(tree_pb2.RestoreNodeRequest(name=names[0]))
        names.reverse()
