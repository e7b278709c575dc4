"""The contract of the catalog service: a catalogue is imported in one piece, twice without effect, bad records apart."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import grpc
import pytest

from catalogues import (
    create,
    create_node,
    create_system,
    day,
    everything,
    medical_records,
    new_number,
    node_record,
    relation_record,
    run_import,
    standard_record,
)
from tbt.catalog.v1 import anomaly_pb2, standard_pb2
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as pb_grpc
from tbt.type.v1 import type_pb2
from watching import changes_until

Stub = pb_grpc.CatalogServiceStub
Unique = Callable[[str], str]
Records = list[dict[str, Any]]
REFUSED = type_pb2.ImportProblem.SEVERITY_REFUSED
KEPT = type_pb2.ImportProblem.SEVERITY_KEPT
ADOPTS = standard_pb2.RELATION_KIND_ADOPTS
SUPERSEDES = standard_pb2.RELATION_KIND_SUPERSEDES
SUPERSEDED = standard_pb2.STANDARD_STATUS_SUPERSEDED


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


@pytest.fixture
def system(unique: Unique) -> str:
    """Return the name of a system that does not exist."""
    return f"systems/{unique('s')}"


@pytest.fixture
def number() -> str:
    """Return a number nobody else uses."""
    return new_number()


@pytest.fixture
def records(number: str) -> Records:
    """Return six records: two nodes, two standards, a supersession and an adoption."""
    return [
        node_record("1.1", "1"),
        node_record("1"),
        standard_record(f"GB/T {number}-2009", "1", status=SUPERSEDED, ended_on="2020-10-01"),
        standard_record(f"GB/T {number}-2020", "1.1", issued_on="2020-03-31"),
        relation_record(f"GB/T {number}-2020", f"GB/T {number}-2009", SUPERSEDES),
        relation_record(f"GB/T {number}-2020", f"ISO {number}:2018", ADOPTS, degree=standard_pb2.ADOPTION_DEGREE_MOD),
    ]


def counts(answer: pb.ImportStandardsResponse) -> list[tuple[int, int, int, int, int]]:
    """Return read, created, updated, unchanged, refused of nodes, standards and relations."""
    kinds = (answer.nodes, answer.standards, answer.relations)
    return [(each.read, each.created, each.updated, each.unchanged, each.refused) for each in kinds]


def problems(answer: pb.ImportStandardsResponse) -> list[tuple[int, int]]:
    """Return the rows that have problems, and what became of them."""
    assert answer.problem_count == len(answer.problems)
    return [(problem.row, problem.severity) for problem in answer.problems]


def anomalies(answer: pb.ImportStandardsResponse) -> dict[str, int]:
    """Return how many anomalies of each kind an import has."""
    name = anomaly_pb2.AnomalyKind.Name
    return {name(one.kind).removeprefix("ANOMALY_KIND_"): one.count for one in answer.anomaly_counts}


def suspended(stub: Stub, designation: str) -> dict[str, int]:
    """Return the years of the standards in a relation with one, and whether the relation is set apart."""
    found = {}
    for end in ("source", "target"):
        for one in stub.ListRelations(pb.ListRelationsRequest(**{end: designation})).relations:
            other = one.target_designation if end == "source" else one.source
            found[other[-4:]] = one.suspension
    return found


def placed(stub: Stub, system: str) -> dict[str, str]:
    """Return the codes of the nodes at which the standards of a system stand."""
    nodes = everything(stub.ListNodes, pb.ListNodesRequest(system=system, page_size=1000), "nodes")
    codes = {node.name: node.code for node in nodes}
    places = everything(stub.ListPlacements, pb.ListPlacementsRequest(system=system, page_size=1000), "placements")
    return {place.standard: codes[place.node] for place in places}


def get(stub: Stub, name: str) -> standard_pb2.Standard:
    """Return a standard by whatever it is named."""
    return stub.GetStandard(pb.GetStandardRequest(name=name))


def test_a_catalogue_is_imported_whole(grpc_stub: Stub, system: str, number: str, records: Records) -> None:
    """Nodes in any order, standards at their places, relations with their degrees."""
    answer = run_import(grpc_stub, system, records)
    assert (counts(answer), problems(answer)) == ([(2, 2, 0, 0, 0)] * 3, [])
    names = [f"standards/gb~t_{number}-{year}" for year in (2009, 2020)]
    assert placed(grpc_stub, system) == dict(zip(names, ["1", "1.1"], strict=True))
    relations = grpc_stub.ListRelations(pb.ListRelationsRequest(source=names[1])).relations
    assert sorted((relation.kind, relation.target) for relation in relations) == [(SUPERSEDES, names[0]), (ADOPTS, "")]


def test_a_second_import_changes_nothing(grpc_stub: Stub, system: str, number: str, records: Records) -> None:
    """Everything is found as it is: no new version, no entry in the change log."""
    run_import(grpc_stub, system, records)
    before = get(grpc_stub, f"GB/T {number}-2020")
    assert counts(run_import(grpc_stub, system, records)) == [(2, 0, 0, 2, 0)] * 3
    assert get(grpc_stub, f"GB/T {number}-2020") == before
    marker = create(grpc_stub, f"GB/T {new_number()}-2024").name
    changes = changes_until(grpc_stub.WatchChanges, 0, marker)
    named = [change.action for change in changes if change.resource == before.name]
    assert named == ["created"]


def test_the_chinese_catalogue_of_medical_devices_is_imported(grpc_stub: Stub, shared_data: Path) -> None:
    """2,100 standards in a tree of three levels, with 15 adoptions; again, it changes nothing.

    Two of the adoptions are by standards that the catalogue does not list: they are kept and told.
    """
    records = medical_records(shared_data / "catalogues" / "china_medical")
    answer = run_import(grpc_stub, "systems/medical", records)
    # Another test of the session may have recorded one of these standards before.
    assert [(read, refused) for read, *_rest, refused in counts(answer)] == [(174, 0), (2100, 0), (15, 0)]
    assert (problems(answer), anomalies(answer)["MISSING_SOURCE"]) == ([], 2)
    again = run_import(grpc_stub, "systems/medical", records)
    assert counts(again) == [(174, 0, 0, 174, 0), (2100, 0, 0, 2100, 0), (15, 0, 0, 15, 0)]
    nodes = everything(grpc_stub.ListNodes, pb.ListNodesRequest(system="systems/medical", page_size=100), "nodes")
    assert {node.code.count(".") + 1 for node in nodes} == {1, 2, 3}
    assert len(placed(grpc_stub, "systems/medical")) == 2100
    (adopted,) = grpc_stub.ListRelations(pb.ListRelationsRequest(target="ISO 10993-1:2018")).relations
    assert adopted.source == get(grpc_stub, "GB/T 16886.1").name


def test_one_bad_record_is_one_problem(grpc_stub: Stub, system: str, number: str, records: Records) -> None:
    """With its row, the field, the value and what is wrong; the rest is imported."""
    records.insert(2, standard_record(f"GB/T {number}-2024", "1", ics=["71.100.40", "7l.100"]))
    answer = run_import(grpc_stub, system, records)
    (problem,) = answer.problems
    assert (problem.row, problem.column, problem.value) == (3, "standard.ics[1]", "7l.100")
    assert problem.severity == REFUSED
    assert problem.message
    assert counts(answer)[1] == (3, 2, 0, 0, 1)


def test_every_kind_of_bad_record_is_refused_for_itself(grpc_stub: Stub, system: str, number: str) -> None:
    """Each is a problem at its row; nothing of it is stored."""
    bad = [
        node_record("1..1"),
        node_record("2", "9"),
        standard_record("国务院令第743号", "1"),
        standard_record(f"GB/T {number}.1-2024", "9"),
        standard_record(f"GB/T {number}.2-2024", "1", status=0),
        standard_record(f"GB/T {number}.3-2024", "1", issued_on="2023-02-29"),
        standard_record(f"GB/T {number}.4-2024", "1", level=type_pb2.LEVEL_GROUP),
        standard_record(f"GB/T {number}.5-2024", "1", title={"zh": "\0"}),
        relation_record(f"GB/T {number}-2024", "附录A", SUPERSEDES),
        relation_record(f"GB/T {number}-2024", "ISO 9001:2015", ADOPTS),
        {},
    ]
    answer = run_import(grpc_stub, system, [*bad, node_record("1"), standard_record(f"GB/T {number}-2024", "1")])
    assert problems(answer) == [(row, REFUSED) for row in range(1, len(bad) + 1)]
    assert list(placed(grpc_stub, system)) == [f"standards/gb~t_{number}-2024"]


def test_all_or_nothing_is_nothing_when_one_record_is_bad(grpc_stub: Stub, system: str, records: Records) -> None:
    """The refusal says how many are bad, and where the first one is; not even the system is made."""
    records.append(standard_record("附录A", "1"))
    with pytest.raises(grpc.RpcError) as refusal:
        run_import(grpc_stub, system, records, all_or_nothing=True)
    assert refusal.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert "1 of 7 records" in refusal.value.details()
    assert "row 7" in refusal.value.details()
    with pytest.raises(grpc.RpcError) as missing:
        grpc_stub.GetSystem(pb.GetSystemRequest(name=system))
    assert missing.value.code() is grpc.StatusCode.NOT_FOUND


def test_an_import_that_only_checks_stores_nothing(grpc_stub: Stub, system: str, records: Records) -> None:
    """It is answered as if it were done."""
    assert counts(run_import(grpc_stub, system, records, validate_only=True)) == [(2, 2, 0, 0, 0)] * 3
    with pytest.raises(grpc.RpcError) as refusal:
        grpc_stub.GetSystem(pb.GetSystemRequest(name=system))
    assert refusal.value.code() is grpc.StatusCode.NOT_FOUND


def test_doubles_in_one_import_are_reported(grpc_stub: Stub, system: str, number: str) -> None:
    """The same again counts once; of two that contradict each other the one that says more counts, in any order."""
    records = [
        node_record("1"),
        standard_record(f"GB/T {number}-2024", "1", committee="SAC/TC 1"),
        standard_record(f"GBT{number}—2024", "1"),
        standard_record(f"GB/T {number}-2024", "1", committee="SAC/TC 1"),
    ]
    answer = run_import(grpc_stub, system, records)
    assert problems(answer) == [(3, REFUSED)]
    assert "row 2" in answer.problems[0].message
    assert (counts(answer)[1], anomalies(answer)) == ((3, 1, 0, 1, 1), {"DOUBLE": 1, "CONTRADICTION": 1})
    assert get(grpc_stub, f"GB/T {number}-2024").committee == "SAC/TC 1"


def test_an_import_updates_what_it_says_otherwise(grpc_stub: Stub, system: str, number: str, records: Records) -> None:
    """A node under another parent moves, a standard at another node moves, a fact changes."""
    run_import(grpc_stub, system, records)
    changes = [
        node_record("1.1"),
        standard_record(f"GB/T {number}-2009", "1.1", status=SUPERSEDED),
        standard_record(f"GB/T {number}-2020", committee="SAC/TC 286"),
        relation_record(f"GB/T {number}-2020", f"ISO {number}:2018", ADOPTS, degree=standard_pb2.ADOPTION_DEGREE_IDT),
    ]
    assert counts(run_import(grpc_stub, system, changes)) == [(1, 0, 1, 0, 0), (2, 0, 2, 0, 0), (1, 0, 1, 0, 0)]
    assert grpc_stub.GetNode(pb.GetNodeRequest(name=f"{system}/nodes/1.1")).parent == ""
    assert set(placed(grpc_stub, system).values()) == {"1.1"}


def test_an_import_leaves_what_it_does_not_say(grpc_stub: Stub, system: str, number: str) -> None:
    """Two lists of the same standards complete each other, in whatever order they come."""
    first = create(grpc_stub, f"GB/T {number}-2024", ics=["01.120"], committee="SAC/TC 286", issued_on="2024-11-28")
    answer = run_import(grpc_stub, system, [standard_record(f"GB/T {number}-2024", effective_on="2025-06-01")])
    assert counts(answer)[1] == (1, 0, 1, 0, 0)
    joined = get(grpc_stub, first.name)
    assert (list(joined.ics), joined.committee, joined.issued_on.day) == (["01.120"], "SAC/TC 286", 28)
    assert joined.effective_on.month == 6


def test_an_old_list_brings_no_standard_back(grpc_stub: Stub, system: str, number: str) -> None:
    """A standard that was abolished since stays so; the remark says it."""
    name = create(grpc_stub, f"GB/T {number}-2009").name
    grpc_stub.AbolishStandard(pb.AbolishStandardRequest(name=name, ended_on=day("2017-03-23")))
    answer = run_import(grpc_stub, system, [standard_record(f"GB/T {number}-2009")])
    assert (counts(answer)[1], problems(answer)) == ((1, 0, 0, 1, 0), [(1, KEPT)])
    assert get(grpc_stub, name).status == standard_pb2.STANDARD_STATUS_ABOLISHED


def test_nodes_below_one_another_are_refused(grpc_stub: Stub, system: str) -> None:
    """A file cannot make a cycle, alone or with the tree that is there."""
    run_import(grpc_stub, system, [node_record("1"), node_record("1.1", "1")])
    answer = run_import(grpc_stub, system, [node_record("a", "b"), node_record("b", "a"), node_record("1", "1.1")])
    assert problems(answer) == [(1, REFUSED), (2, REFUSED), (3, REFUSED)]


def test_supersessions_on_a_cycle_are_kept_and_set_apart(grpc_stub: Stub, system: str, number: str) -> None:
    """All on it, also what was recorded before; a chain that leads to it counts."""
    run_import(grpc_stub, system, [relation_record(f"GB {number}-2009", f"GB {number}-2000", SUPERSEDES)])
    records = [
        relation_record(f"GB {number}-2020", f"GB {number}-2009", SUPERSEDES),
        relation_record(f"GB {number}-2000", f"GB {number}-2020", SUPERSEDES),
        relation_record(f"GB {number}-2025", f"GB {number}-2020", SUPERSEDES),
    ]
    answer = run_import(grpc_stub, system, records)
    assert (problems(answer), counts(answer)[2], anomalies(answer)["CYCLE"]) == ([], (3, 3, 0, 0, 0), 1)
    assert suspended(grpc_stub, f"GB {number}-2000") == {"2009": 2, "2020": 2}
    assert suspended(grpc_stub, f"GB {number}-2020") == {"2009": 2, "2000": 2, "2025": 0}


def test_a_relation_may_come_before_its_standards(grpc_stub: Stub, system: str, number: str) -> None:
    """It is kept and told, and holds as soon as they are there."""
    source, target = f"GB/T {number}-2020", f"GB/T {number}-2009"
    answer = run_import(grpc_stub, system, [relation_record(source, target, SUPERSEDES)])
    assert (problems(answer), anomalies(answer)) == ([], {"MISSING_TARGET": 1, "MISSING_SOURCE": 1})
    names = [create(grpc_stub, designation).name for designation in (source, target)]
    (relation,) = grpc_stub.ListRelations(pb.ListRelationsRequest(target=target)).relations
    assert [relation.source, relation.target] == names


def test_standards_without_places_need_no_system(grpc_stub: Stub, number: str) -> None:
    """A list of standards is not a tree."""
    answer = run_import(grpc_stub, "", [standard_record(f"GB/T {number}-2024")], system_title=None)
    assert counts(answer)[1] == (1, 1, 0, 0, 0)


def test_a_system_without_a_title_must_be_there(grpc_stub: Stub, system: str, records: Records) -> None:
    """A mistyped name makes no system."""
    with pytest.raises(grpc.RpcError) as refusal:
        run_import(grpc_stub, system, records, system_title=None)
    assert refusal.value.code() is grpc.StatusCode.NOT_FOUND


def test_an_import_keeps_the_levels_that_a_system_fixes(grpc_stub: Stub, unique: Unique, number: str) -> None:
    """A national branch takes no group standard, and no branch becomes national over the head of one."""
    system = create_system(grpc_stub, unique("s"))
    create_node(grpc_stub, system, "1", level=type_pb2.LEVEL_NATIONAL)
    create_node(grpc_stub, system, "2")
    group = f"T/X{number} 1-2024"
    answer = run_import(grpc_stub, system, [standard_record(group, "1")])
    assert problems(answer) == [(1, REFUSED)]
    run_import(grpc_stub, system, [standard_record(group, "2")])
    with pytest.raises(grpc.RpcError) as refusal:
        run_import(grpc_stub, system, [node_record("2", level=type_pb2.LEVEL_NATIONAL)])
    assert refusal.value.code() is grpc.StatusCode.FAILED_PRECONDITION


def test_an_archived_node_takes_nothing_from_an_import(grpc_stub: Stub, unique: Unique, number: str) -> None:
    """Neither changes nor children nor standards."""
    system = create_system(grpc_stub, unique("s"))
    grpc_stub.ArchiveNode(pb.ArchiveNodeRequest(name=create_node(grpc_stub, system, "1").name))
    records = [node_record("1", kind=1), node_record("1.1", "1"), standard_record(f"GB/T {number}-2024", "1")]
    answer = run_import(grpc_stub, system, records)
    assert problems(answer) == [(1, REFUSED), (2, REFUSED), (3, REFUSED)]


def test_an_import_sent_again_is_answered_alike(grpc_stub: Stub, system: str, records: Records) -> None:
    """The same request_id with the same records gets the first answer; with others it is refused."""
    request_id = str(uuid4())
    first = run_import(grpc_stub, system, records, request_id=request_id)
    assert run_import(grpc_stub, system, records, request_id=request_id) == first
    with pytest.raises(grpc.RpcError) as refusal:
        run_import(grpc_stub, system, records[:-1], request_id=request_id)
    assert refusal.value.code() is grpc.StatusCode.INVALID_ARGUMENT


def test_an_import_begins_with_its_options(grpc_stub: Stub) -> None:
    """Once, and in the first message."""
    options = pb.ImportStandardsRequest(options=pb.ImportStandardsOptions())
    nothing = pb.ImportStandardsRequest(records=pb.ImportStandardsRecords())
    for pieces in ([nothing, options], [options, options], []):
        with pytest.raises(grpc.RpcError) as refusal:
            grpc_stub.ImportStandards(iter(pieces))
        assert refusal.value.code() is grpc.StatusCode.INVALID_ARGUMENT


def test_an_import_has_a_limit(grpc_stub: Stub) -> None:
    """The record after the 200,000th ends it, and the limit is named."""
    several = pb.ImportStandardsRecords(records=[pb.ImportStandardsRecord(row=1)] * 2000)

    def pieces() -> Iterator[pb.ImportStandardsRequest]:
        yield pb.ImportStandardsRequest(options=pb.ImportStandardsOptions())
        for _ in range(101):
            yield pb.ImportStandardsRequest(records=several)

    with pytest.raises(grpc.RpcError) as refusal:
        grpc_stub.ImportStandards(pieces(), timeout=60)
    assert refusal.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert "200000" in refusal.value.details()
