"""The contract of the catalog service: the whole catalogue as of one revision, and what changes after it."""

import threading
from collections.abc import Callable
from typing import Any

import grpc
import pytest

from catalogues import (
    create,
    create_node,
    create_system,
    everything,
    new_number,
    relation_record,
    run_import,
    standard_record,
)
from drafting import discard, publish, register
from services.linkage.catalogue_facts import read_news
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as pb_grpc
from tbt.catalog.v1 import draft_pb2, standard_pb2
from tbt.type.v1 import type_pb2
from watching import WATCH_SECONDS, cancel, changes_until

Stub = pb_grpc.CatalogServiceStub
Unique = Callable[[str], str]
PARTS = ("systems", "nodes", "standards", "relations", "placements", "drafts")


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


@pytest.fixture
def filled(grpc_stub: Stub, unique: Unique) -> str:
    """Return the name of a system with something of everything in the catalogue around it."""
    system = create_system(grpc_stub, unique("s"))
    for code, parent in (("1", ""), ("1.1", "1"), ("2", "")):
        create_node(grpc_stub, system, code, parent)
    grpc_stub.ArchiveNode(pb.ArchiveNodeRequest(name=f"{system}/nodes/2"))
    number = new_number()
    for year in (2009, 2020):
        create(grpc_stub, f"GB/T {number}-{year}")
        place = pb.PlaceStandardRequest(node=f"{system}/nodes/1.1", standard=f"GB/T {number}-{year}")
        grpc_stub.PlaceStandard(place)
    supersession = pb.SupersedeStandardRequest(name=f"GB/T {number}-2009", successor=f"GB/T {number}-2020")
    grpc_stub.SupersedeStandard(supersession)
    register(grpc_stub, stage=draft_pb2.STAGE_COMMENT)
    publish(grpc_stub, register(grpc_stub, stage=draft_pb2.STAGE_APPROVAL).name, f"GB/T {number}-2099")
    discard(grpc_stub, register(grpc_stub, stage=draft_pb2.STAGE_REVIEW).name)
    return system


def exported(stub: Stub) -> tuple[int, dict[str, list[Any]]]:
    """Return the revision of an export and its parts."""
    first, *pieces = stub.ExportCatalog(pb.ExportCatalogRequest(), timeout=60)
    parts: dict[str, list[Any]] = {part: [] for part in PARTS}
    for piece in pieces:
        held = getattr(piece, piece.WhichOneof("piece"))
        for part in PARTS:
            parts[part].extend(getattr(held, part, ()))
    return first.revision, parts


def by_name(resources: list[Any]) -> dict[str, Any]:
    """Return resources by their names."""
    return {resource.name: resource for resource in resources}


def test_an_export_holds_what_the_lists_hold(grpc_stub: Stub, filled: str) -> None:
    """Systems, nodes with the archived ones, standards, relations, places, and the drafts that are under way."""
    _revision, parts = exported(grpc_stub)
    assert by_name(parts["systems"]) == by_name(everything(grpc_stub.ListSystems, pb.ListSystemsRequest(), "systems"))
    standards = everything(grpc_stub.ListStandards, pb.ListStandardsRequest(page_size=1000), "standards")
    for one in parts["standards"]:
        # Lists leave scopes out, exports do not.
        one.ClearField("scope")
    assert by_name(parts["standards"]) == by_name(standards)
    nodes = pb.ListNodesRequest(system=filled, include_archived=True)
    here = [node for node in parts["nodes"] if node.name.startswith(f"{filled}/")]
    assert by_name(here) == by_name(everything(grpc_stub.ListNodes, nodes, "nodes"))
    places = everything(grpc_stub.ListPlacements, pb.ListPlacementsRequest(system=filled), "placements")
    assert [place for place in parts["placements"] if place.node.startswith(f"{filled}/")] == places
    under_way = [
        draft
        for draft in everything(grpc_stub.ListDrafts, pb.ListDraftsRequest(), "drafts")
        if draft.stage != draft_pb2.STAGE_PUBLICATION
    ]
    assert by_name(parts["drafts"]) == by_name(under_way)
    assert {place.standard for place in places} >= {
        relation.target for relation in parts["relations"] if relation.source in {place.standard for place in places}
    }


def test_every_relation_is_exported(grpc_stub: Stub, filled: str) -> None:
    """Those to standards the catalogue lacks too."""
    name = create(grpc_stub, f"GB/T {new_number()}-2024").name
    for target in ("ISO 9001:2015", "GB/T 1.1"):
        relation = standard_pb2.Relation(
            source=name, target_designation=target, kind=standard_pb2.RELATION_KIND_NORMATIVE_REFERENCE
        )
        grpc_stub.CreateRelation(pb.CreateRelationRequest(relation=relation))
    _revision, parts = exported(grpc_stub)
    listed = grpc_stub.ListRelations(pb.ListRelationsRequest(source=name)).relations
    assert [relation for relation in parts["relations"] if relation.source == name] == list(listed)
    assert len(listed) == 2


def test_an_export_names_the_revision_it_shows(grpc_stub: Stub, filled: str) -> None:
    """What changed up to it is in the export; what changes later comes after it in the change log."""
    revision, parts = exported(grpc_stub)
    later = create(grpc_stub, f"GB/T {new_number()}-2024")
    changes = changes_until(grpc_stub.WatchChanges, revision, later.name)
    assert later.name not in by_name(parts["standards"])
    assert [(change.resource, change.action) for change in changes] == [(later.name, "created")]
    assert changes[0].revision == revision + 1


def test_links_know_the_same_of_a_catalogue_whether_it_comes_as_records_or_as_columns(
    grpc_stub: Stub, filled: str, unique: Unique
) -> None:
    """Editions, adoptions, amendments, supersession whole and partial, of standards that are there and that are not."""
    number, other = new_number(), new_number()
    adopted, kinds = f"ISO {number}:2015", standard_pb2.RelationKind
    relations = [
        (f"GB/T {number}-2018", adopted, kinds.RELATION_KIND_ADOPTS, {"degree": standard_pb2.ADOPTION_DEGREE_MOD}),
        (f"GB/T {number}-2018", f"GB/T {other}-2001", kinds.RELATION_KIND_SUPERSEDES, {"partial": True}),
        (f"GB/T {number}-2018", f"GB/T {other}-2005", kinds.RELATION_KIND_SUPERSEDES, {}),
        (f"GB/T {number}-2018/XG1-2020", f"GB/T {number}-2018", kinds.RELATION_KIND_AMENDS, {}),
        (f"GB/T {number}-2018", f"GB/T {other}", kinds.RELATION_KIND_NORMATIVE_REFERENCE, {}),
    ]
    scope = {"zh": "规定了示例。", "en": "Specifies examples."}
    records = [standard_record(f"GB/T {number}-2018", scope=scope), standard_record(f"GB/T {number}-2018/XG1-2020")]
    records += [relation_record(source, target, kind, **fields) for source, target, kind, fields in relations]
    run_import(grpc_stub, f"systems/{unique('s')}", records)
    one_by_one, by_columns = (
        read_news(grpc_stub.ExportCatalog(pb.ExportCatalogRequest(columns=columns, scopes=True), timeout=60))
        for columns in (False, True)
    )
    assert by_columns.standards == one_by_one.standards
    assert by_columns.scopes == one_by_one.scopes
    assert by_columns.relations == one_by_one.relations
    assert by_columns.drafts == one_by_one.drafts
    assert by_columns.scopes[f"standards/gb~t_{number}-2018"] == ("规定了示例。", "Specifies examples.")
    ours = [one for one in by_columns.relations.values() if str(number) in one.source]
    assert len(ours) == 3


def test_every_change_is_logged_in_order(grpc_stub: Stub) -> None:
    """With what happened and who did it."""
    revision, _parts = exported(grpc_stub)
    number = new_number()
    old, new = (create(grpc_stub, f"GB/T {number}-{year}").name for year in (2009, 2020))
    grpc_stub.SupersedeStandard(pb.SupersedeStandardRequest(name=old, successor=new))
    changes = changes_until(grpc_stub.WatchChanges, revision, new)
    changes += changes_until(grpc_stub.WatchChanges, changes[-1].revision, old) if len(changes) < 4 else []
    logged = [(change.resource.partition("/")[0], change.action) for change in changes]
    assert logged == [
        ("standards", "created"),
        ("standards", "created"),
        ("relations", "created"),
        ("standards", "superseded"),
    ]
    assert {change.principal for change in changes} == {"administrator"}


def test_a_watcher_sees_a_change_while_it_listens(grpc_stub: Stub) -> None:
    """The stream stays open and sends what is committed."""
    revision, _parts = exported(grpc_stub)
    stream = grpc_stub.WatchChanges(type_pb2.WatchChangesRequest(after_revision=revision), timeout=WATCH_SECONDS)
    seen: list[type_pb2.Change] = []
    arrived = threading.Event()

    def listen() -> None:
        for page in stream:
            seen.extend(page.changes)
            if seen:
                arrived.set()
                return

    listener = threading.Thread(target=listen)
    listener.start()
    created = create(grpc_stub, f"GB/T {new_number()}-2024")
    try:
        assert arrived.wait(WATCH_SECONDS)
    finally:
        cancel(stream)
        listener.join()
    assert [change.resource for change in seen] == [created.name]


def test_a_large_catalogue_is_exported_in_pieces(grpc_stub: Stub) -> None:
    """No piece is larger than a message may be, however long the titles are."""
    number = new_number()
    for part in range(150):
        create(grpc_stub, f"GB/T {number}.{part}-2024", title={"zh": "长" * 4000, "en": "l" * 4000})
    pieces = list(grpc_stub.ExportCatalog(pb.ExportCatalogRequest(), timeout=60))
    assert max(piece.ByteSize() for piece in pieces) < 4 * 1024 * 1024
    exported_parts = [one for piece in pieces for one in piece.standards.standards if number in one.designation]
    assert len(exported_parts) == 150


def test_only_systems_may_follow(as_role: Callable[..., grpc.Channel]) -> None:
    """A reader asks; another agency's system follows."""
    with pytest.raises(grpc.RpcError) as refusal:
        list(Stub(as_role("reader")).ExportCatalog(pb.ExportCatalogRequest()))
    assert refusal.value.code() is grpc.StatusCode.PERMISSION_DENIED
    assert next(Stub(as_role("agency_system")).ExportCatalog(pb.ExportCatalogRequest())).revision >= 0
