"""The contract of the catalog service: a dirty source is imported whole, in any order, and what is odd in it is told."""

import csv
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import grpc
import networkx as nx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogues import IMPORT_SECONDS, create, everything, new_number, relation_record, run_import
from empty_catalogue import changes, content, empty_catalogue
from services.cli.catalogue_files import open_catalogue, record_of
from services.embedded import EmbeddedStack
from standards_tree.designations import parse_designation
from tbt.catalog.v1 import anomaly_pb2, life_pb2, standard_pb2
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as pb_grpc

Stub = pb_grpc.CatalogServiceStub
Channels = Callable[[], tuple[Stub, str]]
SUPERSEDES = standard_pb2.RELATION_KIND_SUPERSEDES
SELF_LOOP, CYCLE = standard_pb2.SUSPENSION_SELF_LOOP, standard_pb2.SUSPENSION_CYCLE
KINDS = {
    "self loop": anomaly_pb2.ANOMALY_KIND_SELF_LOOP,
    "cycle in obsoletes": anomaly_pb2.ANOMALY_KIND_CYCLE,
    "obsoletes a document not in the catalogue": anomaly_pb2.ANOMALY_KIND_MISSING_TARGET,
}


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


@pytest.fixture
def number() -> str:
    """Return a number nobody else uses."""
    return new_number()


@pytest.fixture(scope="module")
def iso(shared_data: Path) -> list[pb.ImportStandardsRecord]:
    """Return the catalogue of ISO with its edges, as the command line reads it."""
    reading = open_catalogue(shared_data / "catalogues" / "iso")
    assert (reading.figures["documents"], reading.figures["edges"], reading.remarks) == (30_663, 30_954, [])
    return [record_of(entry) for entry in reading.entries]


@pytest.fixture(scope="module")
def iso_imported(
    iso: list[pb.ImportStandardsRecord], stack: EmbeddedStack, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Stub, str, pb.ImportStandardsResponse]]:
    """Give a catalogue that holds ISO's and nothing else, and what its import answered."""
    with empty_catalogue(stack, tmp_path_factory.mktemp("iso")) as (channel, url):
        stub = Stub(channel)
        yield stub, url, send(stub, iso)


def send(stub: Stub, records: Sequence[pb.ImportStandardsRecord], a_message: int = 500) -> pb.ImportStandardsResponse:
    """Import *records* without a system."""

    def pieces() -> Iterator[pb.ImportStandardsRequest]:
        yield pb.ImportStandardsRequest(options=pb.ImportStandardsOptions())
        for start in range(0, len(records), a_message):
            several = pb.ImportStandardsRecords(records=records[start : start + a_message])
            yield pb.ImportStandardsRequest(records=several)

    return stub.ImportStandards(pieces(), timeout=IMPORT_SECONDS)


def known_anomalies(shared_data: Path) -> list[tuple[int, tuple[str, ...]]]:
    """Return the anomalies that are known to be in ISO's catalogue."""
    with (shared_data / "catalogues" / "iso" / "known_anomalies.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    # IEC prints AMD1 where ISO prints Amd 1.
    return [
        (KINDS[row["anomaly"]], tuple(parse_designation(name).official for name in row["members"].split("; ")))
        for row in rows
    ]


def test_the_catalogue_of_iso_is_imported_whole(iso_imported: tuple[Stub, str, pb.ImportStandardsResponse]) -> None:
    """30,663 documents and every edge; four of five edges are stated from both ends, and are one relation each."""
    _stub, _url, answer = iso_imported
    assert (answer.standards.created, answer.standards.refused) == (30_663, 0)
    assert (answer.relations.created, answer.relations.refused) == (30_954 - 12_175, 0)


def test_what_is_known_to_be_odd_in_it_is_told(
    iso_imported: tuple[Stub, str, pb.ImportStandardsResponse], shared_data: Path
) -> None:
    """In kind and count, and each by name; beside them 84 successors that are not in the catalogue."""
    _stub, _url, answer = iso_imported
    known = known_anomalies(shared_data)
    counts = {one.kind: one.count for one in answer.anomaly_counts}
    assert counts.pop(anomaly_pb2.ANOMALY_KIND_MISSING_SOURCE) == 84
    assert counts == Counter(kind for kind, _members in known)
    told = [(one.kind, frozenset(one.members)) for one in answer.anomalies if one.kind in counts]
    cycles = [frozenset(members) for kind, members in told if kind == anomaly_pb2.ANOMALY_KIND_CYCLE]
    for kind, members in known:
        if kind == anomaly_pb2.ANOMALY_KIND_CYCLE:
            # A cycle may be larger with the edges that are stated from the other end only.
            assert any(cycle >= set(members) for cycle in cycles), members
        else:
            assert (kind, frozenset(members)) in told


def test_the_catalogue_lists_what_is_odd_in_it(
    iso_imported: tuple[Stub, str, pb.ImportStandardsResponse],
) -> None:
    """Page by page, the same as the import told."""
    stub, _url, answer = iso_imported
    listed = everything(stub.ListAnomalies, anomaly_pb2.ListAnomaliesRequest(page_size=300), "anomalies")
    assert Counter(one.kind for one in listed) == {one.kind: one.count for one in answer.anomaly_counts}
    assert sorted((one.kind, tuple(one.members)) for one in listed) == sorted(
        (one.kind, tuple(one.members)) for one in answer.anomalies
    )


def test_imported_again_it_changes_nothing(
    iso_imported: tuple[Stub, str, pb.ImportStandardsResponse], iso: list[pb.ImportStandardsRecord]
) -> None:
    """No record, no entry in the change log; the same is told of it."""
    stub, url, answer = iso_imported
    before = changes(url)
    again = send(stub, iso)
    assert (again.standards.unchanged, again.relations.unchanged) == (30_663, 30_954 - 12_175)
    assert (changes(url), again.change_count) == (before, 0)
    assert (list(again.anomalies), list(again.problems)) == (list(answer.anomalies), [])


def test_imported_in_another_order_the_catalogue_is_the_same(
    iso_imported: tuple[Stub, str, pb.ImportStandardsResponse],
    iso: list[pb.ImportStandardsRecord],
    stack: EmbeddedStack,
    tmp_path: Path,
) -> None:
    """Records shuffled, in three imports of other pieces: every row of every table, names of relations and times apart."""
    _stub, url, _answer = iso_imported
    shuffled = random.Random(7).sample(iso, len(iso))
    with empty_catalogue(stack, tmp_path) as (channel, other_url):
        stub = Stub(channel)
        for start in range(0, len(shuffled), 20_000):
            send(stub, shuffled[start : start + 20_000], a_message=333)
        assert content(other_url) == content(url)


@st.composite
def dirty_sources(draw: st.DrawFn) -> list[list[tuple[int, int]]]:
    """Return supersessions between a few standards, in the order and the parts in which they are imported."""
    standards = st.integers(0, 6)
    edges = draw(st.lists(st.tuples(standards, standards), min_size=1, max_size=14))
    cuts = sorted(draw(st.lists(st.integers(0, len(edges)), max_size=3)))
    return [edges[start:end] for start, end in zip([0, *cuts], [*cuts, len(edges)], strict=True)]


@given(parts=dirty_sources())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_exactly_what_is_on_a_cycle_is_set_apart(grpc_stub: Stub, parts: list[list[tuple[int, int]]]) -> None:
    """Whatever the order and however it is divided: strongly connected components and self-loops, and nothing is lost."""
    number = new_number()
    names = [f"GB {number}—{2000 + place}" for place in range(7)]
    for part in parts:
        run_import(grpc_stub, "", [relation_record(names[newer], names[older], SUPERSEDES) for newer, older in part])
    edges = {edge for part in parts for edge in part}
    assert suspensions(grpc_stub, names) == expected(edges)


def suspensions(stub: Stub, names: Sequence[str]) -> dict[tuple[int, int], int]:
    """Return the supersessions between the standards *names*, and whether they are set apart."""
    found = {}
    for place, name in enumerate(names):
        for one in everything(stub.ListRelations, pb.ListRelationsRequest(source=name), "relations"):
            found[place, names.index(one.target_designation)] = one.suspension
    return found


def expected(edges: set[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """Return what another library finds on cycles."""
    graph: nx.DiGraph[int] = nx.DiGraph(edges)
    component = {node: place for place, nodes in enumerate(nx.strongly_connected_components(graph)) for node in nodes}
    found = {}
    for newer, older in edges:
        on_cycle = CYCLE if component[newer] == component[older] else 0
        found[newer, older] = SELF_LOOP if newer == older else on_cycle
    return found


def test_a_cycle_that_is_broken_counts_again(grpc_stub: Stub, number: str) -> None:
    """When the wrong relation of it is removed, the others are followed as if it had never been."""
    newer, middle, older = (create(grpc_stub, f"GB {number}-{year}") for year in (2020, 2010, 2000))
    pairs = [(newer, middle), (middle, older), (older, newer)]
    run_import(grpc_stub, "", [relation_record(one.designation, other.designation, SUPERSEDES) for one, other in pairs])
    assert successors(grpc_stub, older.designation) == []
    (wrong,) = grpc_stub.ListRelations(pb.ListRelationsRequest(source=older.name)).relations
    grpc_stub.DeleteRelation(pb.DeleteRelationRequest(name=wrong.name))
    assert successors(grpc_stub, older.designation) == [middle.name, newer.name]


def successors(stub: Stub, designation: str) -> list[str]:
    """Return what took the place of a standard."""
    request = pb.ResolveDesignationsRequest(designations=[designation])
    return list(stub.ResolveDesignations(request).resolved[0].successors)


def test_nobody_makes_a_cycle_by_hand(grpc_stub: Stub, number: str) -> None:
    """Neither a new one, nor one through relations that are set apart already."""
    names = [create(grpc_stub, f"GB {number}-{year}").name for year in (2000, 2010, 2020)]
    pairs = [(2010, 2000), (2000, 2010), (2020, 2010)]
    run_import(grpc_stub, "", [relation_record(f"GB {number}-{a}", f"GB {number}-{b}", SUPERSEDES) for a, b in pairs])
    with pytest.raises(grpc.RpcError) as refusal:
        grpc_stub.CreateRelation(
            pb.CreateRelationRequest(
                relation=standard_pb2.Relation(source=names[0], target_designation=f"GB {number}-2020", kind=SUPERSEDES)
            )
        )
    assert refusal.value.code() is grpc.StatusCode.FAILED_PRECONDITION


def test_relations_that_are_set_apart_are_not_exported(grpc_stub: Stub, number: str) -> None:
    """The dependency graph never sees them."""
    records = [
        relation_record(f"GB {number}-2020", f"GB {number}-2020", SUPERSEDES),
        relation_record(f"GB {number}-2020", f"GB {number}-2010", SUPERSEDES),
        relation_record(f"GB {number}-2010", f"GB {number}-2020", SUPERSEDES),
        relation_record(f"GB {number}-2010", f"GB {number}-2000", SUPERSEDES),
    ]
    run_import(grpc_stub, "", records)
    pieces: list[Any] = list(grpc_stub.ExportCatalog(pb.ExportCatalogRequest()))
    exported = [one for piece in pieces for one in piece.relations.relations if number in one.source]
    assert [(one.source[-4:], one.target_designation[-4:]) for one in exported] == [("2010", "2000")]


def test_a_dry_run_tells_what_would_change(grpc_stub: Stub, number: str) -> None:
    """Field by field, from what to what; nothing is stored."""
    create(grpc_stub, f"GB/T {number}-2024", committee="SAC/TC 1")
    standard = standard_pb2.Standard(
        designation=f"GB/T {number}-2024",
        title={"zh": "示例", "en": "Example"},
        status=standard_pb2.STANDARD_STATUS_ABOLISHED,
        ics=["71.100", "71.120"],
        committee="SAC/TC 2",
    )
    record = {"standard": pb.PlacedStandard(standard=standard)}
    answer = run_import(grpc_stub, "", [record], validate_only=True)
    assert {(one.field, one.before, one.after) for one in answer.changes} == {
        ("title.en", "", "Example"),
        ("status", "in_force", "abolished"),
        ("ics", "", "71.100; 71.120"),
        ("committee", "SAC/TC 1", "SAC/TC 2"),
    }
    assert {(one.row, one.subject) for one in answer.changes} == {(1, f"GB/T {number}—2024")}
    assert grpc_stub.GetStandard(pb.GetStandardRequest(name=f"GB/T {number}-2024")).committee == "SAC/TC 1"


def test_what_cites_a_standard_that_an_import_ends_is_in_doubt(grpc_stub: Stub, number: str) -> None:
    """As if somebody had ended it by hand."""
    cited, citing = create(grpc_stub, f"GB/T {number}.1-2024"), create(grpc_stub, f"GB/T {number}.2-2024")
    reference = standard_pb2.RELATION_KIND_NORMATIVE_REFERENCE
    standard = standard_pb2.Standard(
        designation=cited.designation, title=cited.title, status=standard_pb2.STANDARD_STATUS_ABOLISHED
    )
    records = [
        relation_record(citing.designation, cited.designation, reference),
        {"standard": pb.PlacedStandard(standard=standard)},
    ]
    run_import(grpc_stub, "", records)
    marks = everything(grpc_stub.ListSuspects, life_pb2.ListSuspectsRequest(standard=citing.name), "suspects")
    assert [mark.cited for mark in marks] == [cited.name]


def test_a_standard_that_cites_itself_is_not_in_doubt_because_of_itself(grpc_stub: Stub, number: str) -> None:
    """A source may say so; a change of the standard marks nothing then, and its chain can be read."""
    standard = create(grpc_stub, f"GB/T {number}-2024")
    reference = standard_pb2.RELATION_KIND_NORMATIVE_REFERENCE
    loops = [relation_record(standard.designation, standard.designation, kind) for kind in (reference, SUPERSEDES)]
    run_import(grpc_stub, "", loops)
    standard.title.zh = "示例 改名"
    update = pb.UpdateStandardRequest(standard=standard, update_mask={"paths": ["title"]})
    grpc_stub.UpdateStandard(update)
    request = life_pb2.ListSuspectsRequest(standard=standard.name)
    assert everything(grpc_stub.ListSuspects, request, "suspects") == []
    assert successors(grpc_stub, standard.designation) == []
