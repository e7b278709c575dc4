"""The contract of the catalog service: relations point from what depends to what it depends on, and find it when it comes."""

from uuid import uuid4

import grpc
import pytest

from catalogues import create, everything, new_number, reason_of
from refusals import fields_of
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as pb_grpc
from tbt.catalog.v1 import standard_pb2

Stub = pb_grpc.CatalogServiceStub
REFERENCE = standard_pb2.RELATION_KIND_NORMATIVE_REFERENCE
ADOPTS = standard_pb2.RELATION_KIND_ADOPTS
SUPERSEDES = standard_pb2.RELATION_KIND_SUPERSEDES
IDT = standard_pb2.ADOPTION_DEGREE_IDT


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


@pytest.fixture
def source(grpc_stub: Stub) -> standard_pb2.Standard:
    """Return a standard without relations."""
    return create(grpc_stub, f"GB/T {new_number()}-2024")


def relate(stub: Stub, source: str, target: str, kind: int = REFERENCE, **fields: object) -> standard_pb2.Relation:
    """Record a relation and return it."""
    relation = standard_pb2.Relation(source=source, target_designation=target, kind=kind, **fields)
    return stub.CreateRelation(pb.CreateRelationRequest(relation=relation))


def targets(stub: Stub, **fields: object) -> list[str]:
    """Return the designations that the relations of a list name."""
    request = pb.ListRelationsRequest(page_size=2, **fields)
    return [relation.target_designation for relation in everything(stub.ListRelations, request, "relations")]


def sources(stub: Stub, target: str) -> list[str]:
    """Return the names of the standards that refer to *target*."""
    request = pb.ListRelationsRequest(target=target, page_size=2)
    return sorted(relation.source for relation in everything(stub.ListRelations, request, "relations"))


def test_a_relation_finds_its_target_when_it_comes(grpc_stub: Stub, source: standard_pb2.Standard) -> None:
    """Until then it keeps the designation as written."""
    designation = f"GBT{new_number()}-2020"
    early = relate(grpc_stub, source.name, designation, clause="2")
    assert (early.target, early.target_designation, early.dated) == ("", designation, True)
    target = create(grpc_stub, designation)
    (found,) = grpc_stub.ListRelations(pb.ListRelationsRequest(source=source.name)).relations
    assert (found.name, found.target, found.clause) == (early.name, target.name, "2")


def test_an_undated_reference_names_no_edition(grpc_stub: Stub, source: standard_pb2.Standard) -> None:
    """Which edition it means changes with time."""
    target = create(grpc_stub, f"GB/T {new_number()}-2020")
    relation = relate(grpc_stub, source.designation, target.designation.partition("—")[0])
    assert (relation.source, relation.target, relation.dated) == (source.name, "", False)


def test_relations_to_a_standard_are_the_dated_and_the_undated_ones(grpc_stub: Stub) -> None:
    """An undated reference means the edition in force; an undated question asks for all editions."""
    number = new_number()
    old = create(grpc_stub, f"GB/T {number}-2009", status=standard_pb2.STANDARD_STATUS_SUPERSEDED)
    new = create(grpc_stub, f"GB/T {number}-2020")
    to_old, to_new, undated = (create(grpc_stub, f"GB/T {new_number()}-2024").name for _ in range(3))
    for name, target in ((to_old, old.designation), (to_new, new.designation), (undated, f"GB/T {number}")):
        relate(grpc_stub, name, target)
    assert sources(grpc_stub, old.name) == [to_old]
    assert sources(grpc_stub, new.designation) == sorted([to_new, undated])
    assert sources(grpc_stub, f"GBT {number}") == sorted([to_old, to_new, undated])


def test_who_refers_to_what_the_catalogue_lacks_is_known(grpc_stub: Stub, source: standard_pb2.Standard) -> None:
    """Adoptions of an international standard are found by its number."""
    number = new_number()
    relate(grpc_stub, source.name, f"ISO {number}:2018", ADOPTS, degree=IDT)
    assert sources(grpc_stub, f"ISO {number}:2018") == [source.name]


def test_relations_are_listed_by_kind_page_by_page(grpc_stub: Stub, source: standard_pb2.Standard) -> None:
    """All kinds where none is named."""
    number = new_number()
    for part in range(3):
        relate(grpc_stub, source.name, f"GB/T {number}.{part}")
    relate(grpc_stub, source.name, f"ISO {number}:2018", ADOPTS, degree=IDT)
    assert targets(grpc_stub, source=source.name, kinds=[REFERENCE]) == [f"GB/T {number}.{part}" for part in range(3)]
    assert len(targets(grpc_stub, source=source.name)) == 4


def test_relations_are_asked_for_by_an_end(grpc_stub: Stub) -> None:
    """All relations of the catalogue are the export's."""
    with pytest.raises(grpc.RpcError) as refusal:
        targets(grpc_stub)
    assert refusal.value.code() is grpc.StatusCode.INVALID_ARGUMENT


def test_a_relation_is_recorded_once(grpc_stub: Stub, source: standard_pb2.Standard) -> None:
    """Under whatever spelling of its target; the refusal says where it is."""
    number = new_number()
    first = relate(grpc_stub, source.name, f"GB/T {number}-2020")
    with pytest.raises(grpc.RpcError) as refusal:
        relate(grpc_stub, source.name, f"GBT{number}—2020")
    assert refusal.value.code() is grpc.StatusCode.ALREADY_EXISTS
    assert first.name in refusal.value.details()


def test_a_relation_from_what_is_unknown_is_refused(grpc_stub: Stub) -> None:
    """Only an import may bring a relation before its source."""
    with pytest.raises(grpc.RpcError) as refusal:
        relate(grpc_stub, f"GB/T {new_number()}-2024", "ISO 9001:2015")
    assert refusal.value.code() is grpc.StatusCode.NOT_FOUND


def test_an_adoption_has_a_degree(grpc_stub: Stub, source: standard_pb2.Standard) -> None:
    """And nothing else has one."""
    with pytest.raises(grpc.RpcError) as refusal:
        relate(grpc_stub, source.name, "ISO 9001:2015", ADOPTS)
    assert fields_of(refusal.value) == ["degree"]


def test_a_dated_reference_names_a_year(grpc_stub: Stub, source: standard_pb2.Standard) -> None:
    """Who says dated and names no year meant something else."""
    with pytest.raises(grpc.RpcError) as refusal:
        relate(grpc_stub, source.name, "ISO 9001", dated=True)
    assert fields_of(refusal.value) == ["dated"]


def test_a_standard_stands_in_no_relation_to_itself(grpc_stub: Stub, source: standard_pb2.Standard) -> None:
    """The smallest cycle."""
    with pytest.raises(grpc.RpcError) as refusal:
        relate(grpc_stub, source.name, source.designation)
    assert reason_of(refusal.value) == "CYCLE"


def test_a_recorded_supersession_closes_no_cycle(grpc_stub: Stub, source: standard_pb2.Standard) -> None:
    """A relation is held to the same rule as SupersedeStandard."""
    other = create(grpc_stub, f"GB/T {new_number()}-2024")
    relate(grpc_stub, source.name, other.designation, SUPERSEDES)
    with pytest.raises(grpc.RpcError) as refusal:
        relate(grpc_stub, other.name, source.designation, SUPERSEDES)
    assert reason_of(refusal.value) == "CYCLE"


def test_a_relation_recorded_in_error_is_removed(grpc_stub: Stub, source: standard_pb2.Standard) -> None:
    """Once; then there is none of that name."""
    relation = relate(grpc_stub, source.name, f"GB/T {new_number()}")
    grpc_stub.DeleteRelation(pb.DeleteRelationRequest(name=relation.name))
    assert targets(grpc_stub, source=source.name) == []
    with pytest.raises(grpc.RpcError) as refusal:
        grpc_stub.DeleteRelation(pb.DeleteRelationRequest(name=relation.name))
    assert refusal.value.code() is grpc.StatusCode.NOT_FOUND


def test_a_removal_sent_again_is_answered_alike(grpc_stub: Stub, source: standard_pb2.Standard) -> None:
    """Who did not hear the answer asks again with the same id."""
    relation = relate(grpc_stub, source.name, f"GB/T {new_number()}")
    request = pb.DeleteRelationRequest(name=relation.name, request_id=str(uuid4()))
    assert grpc_stub.DeleteRelation(request) == grpc_stub.DeleteRelation(request)
