"""A system of 10,000 nodes and 50,000 standards: moving, reading, publishing and checking it, against the bare SQL."""

import itertools
import statistics
import time
from collections.abc import Callable, Iterator

import psycopg

from bench_import import METHOD, NODES, STANDARDS, pieces
from serving import serving_beside_database
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as pb_grpc
from tbt.catalog.v1 import edition_pb2, placement_pb2, system_pb2, tree_pb2

SYSTEM = "systems/bench"
REFERENCES = 100_000
ROUNDS = 9
TOPS = 5
CALL_SECONDS = 120.0

# A tree in which every node has ten children; a standard refers to two others at random.
_REFER = """
    INSERT INTO catalog.relation
        (relation_id, source_id, target_id, target_undated_key, target_designation, kind, dated, clause)
    SELECT md5(number::text), source.standard_id, target.standard_id, target.undated_key, target.designation,
           'normative_reference', number %% 2 = 0, ''
    FROM (SELECT number, (random() * (%(standards)s - 1))::int AS one, (random() * (%(standards)s - 1))::int AS other
          FROM generate_series(1, %(references)s) AS number) AS pair
    JOIN (SELECT standard_id, row_number() OVER () - 1 AS place FROM catalog.standard) AS source ON source.place = one
    JOIN (SELECT standard_id, undated_key, designation, row_number() OVER () - 1 AS place FROM catalog.standard)
        AS target ON target.place = other
    WHERE one <> other
    ON CONFLICT DO NOTHING
"""
_BRANCH = """
    WITH RECURSIVE tree AS (
        SELECT node_id, ARRAY[code_order] AS place FROM catalog.node WHERE node_id = %(node)s
        UNION ALL
        SELECT node.node_id, tree.place || node.code_order
        FROM catalog.node JOIN tree ON node.parent_id = tree.node_id
    )
    SELECT node.* FROM tree JOIN catalog.node USING (node_id) ORDER BY place LIMIT 1000
"""
_FREEZE = (
    "CREATE TEMPORARY TABLE frozen_node ON COMMIT DROP AS SELECT * FROM catalog.node",
    "CREATE TEMPORARY TABLE frozen_entry ON COMMIT DROP AS"
    " SELECT standard.* FROM catalog.placement JOIN catalog.node USING (node_id) JOIN catalog.standard USING (standard_id)",
)


def measure() -> dict[str, float]:
    """Return milliseconds of each call and of the bare SQL beside it, and the ratios."""
    with serving_beside_database() as (_program, channel, url), _bare(url) as bare:
        send = channel.stream_unary(METHOD, request_serializer=bytes, response_deserializer=bytes)
        send(iter(pieces(NODES, STANDARDS)), timeout=CALL_SECONDS)
        bare.execute(_REFER, {"standards": STANDARDS, "references": REFERENCES})
        bare.execute("ANALYZE")
        stub = pb_grpc.CatalogServiceStub(channel)
        return {**_moves(stub, bare), **_reads(stub, bare), **_editions(stub, bare), **_rules(stub)}


def _bare(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


def _moves(stub: pb_grpc.CatalogServiceStub, bare: psycopg.Connection) -> dict[str, float]:
    """Move a branch of some 5,500 nodes to and fro, and one node without any below it."""
    homes = [_create(stub, code) for code in ("A", "B")]
    branch = _create(stub, "branch")
    for top in range(1, TOPS + 1):
        stub.MoveNode(pb.MoveNodeRequest(name=f"{SYSTEM}/nodes/{top}", parent=branch.name))
    leaf = _create(stub, "leaf")
    places = itertools.cycle(homes)

    def move(node: system_pb2.Node) -> Callable[[], object]:
        return lambda: stub.MoveNode(pb.MoveNodeRequest(name=node.name, parent=next(places).name))

    def update() -> None:
        values = {"node": branch.name.rpartition("/")[2], "parent": next(places).name.rpartition("/")[2]}
        with bare.transaction():
            bare.execute("UPDATE catalog.node SET parent_id = %(parent)s WHERE node_id = %(node)s", values)

    large, small, alone = _milliseconds(move(branch)), _milliseconds(move(leaf)), _milliseconds(update)
    renumber = tree_pb2.RenumberBranchRequest(branch=branch.name, validate_only=True, in_order={})
    return {
        "move a branch of 5,500 nodes, ms (aim ≤ 200)": large,
        "move one node, ms": small,
        "bare UPDATE of its row, ms": alone,
        "branch / one node": large / small,
        "branch / bare UPDATE": large / alone,
        "number 5,500 nodes anew, ms": _milliseconds(lambda: stub.RenumberBranch(renumber, timeout=CALL_SECONDS), 3),
    }


def _reads(stub: pb_grpc.CatalogServiceStub, bare: psycopg.Connection) -> dict[str, float]:
    top = stub.GetNode(pb.GetNodeRequest(name=f"{SYSTEM}/nodes/9")).name
    request = pb.ListNodesRequest(system=SYSTEM, branch=top, page_size=1000)
    assert len(stub.ListNodes(request).nodes) == request.page_size
    node = top.rpartition("/")[2]
    ours = _milliseconds(lambda: stub.ListNodes(request))
    alone = _milliseconds(lambda: bare.execute(_BRANCH, {"node": node}).fetchall())
    return {
        "read 1,000 nodes of a branch, ms": ours,
        "bare SELECT of the same rows, ms": alone,
        "read / bare SELECT": ours / alone,
    }


def _editions(stub: pb_grpc.CatalogServiceStub, bare: psycopg.Connection) -> dict[str, float]:
    labels = (f"{number}" for number in itertools.count(1))

    def publish() -> edition_pb2.Edition:
        request = edition_pb2.PublishEditionRequest(system=SYSTEM, edition={"label": next(labels)})
        return stub.PublishEdition(request, timeout=CALL_SECONDS)

    def freeze() -> None:
        with bare.transaction():
            for statement in _FREEZE:
                bare.execute(statement)

    edition = publish()
    assert edition.standard_count == STANDARDS
    stub.MergeNodes(tree_pb2.MergeNodesRequest(name=f"{SYSTEM}/nodes/9", into=f"{SYSTEM}/nodes/10"))
    compare = edition_pb2.CompareEditionsRequest(base=edition.name, target=SYSTEM)
    ours, alone = _milliseconds(publish, 3), _milliseconds(freeze, 3)
    return {
        "publish 10,000 nodes and 50,000 standards, ms (aim ≈ 1,000)": ours,
        "bare copy of the same rows, ms": alone,
        "publish / bare copy": ours / alone,
        "compare it with the present state, ms": _milliseconds(lambda: _drain(stub.CompareEditions(compare)), 3),
    }


def _rules(stub: pb_grpc.CatalogServiceStub) -> dict[str, float]:
    check = placement_pb2.CheckPlacementsRequest(system=SYSTEM)
    place = pb.PlaceStandardRequest(node=f"{SYSTEM}/nodes/8", standard="GB/T 110001—2001")
    return {
        "check 50,000 places with 100,000 references, ms": _milliseconds(
            lambda: _drain(stub.CheckPlacements(check)), 3
        ),
        "place one standard, with its warnings, ms": _milliseconds(lambda: stub.PlaceStandard(place)),
    }


def _create(stub: pb_grpc.CatalogServiceStub, code: str) -> system_pb2.Node:
    node = system_pb2.Node(code=code, title={"zh": "示例"})
    return stub.CreateNode(pb.CreateNodeRequest(system=SYSTEM, node=node))


def _drain(pieces_of_answer: Iterator[object]) -> int:
    return sum(1 for _piece in pieces_of_answer)


def _milliseconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the median time of some rounds after one that warms up."""
    work()
    taken = []
    for _round in range(rounds):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken) * 1000


if __name__ == "__main__":
    for name, figure in measure().items():
        print(f"{name:<62} {figure:>12,.2f}")  # noqa: T201
