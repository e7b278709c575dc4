"""Put the whole catalogue into messages, piece by piece."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from google.protobuf.message import Message

from services.catalog import export_columns
from services.catalog import store_export as store
from services.catalog.messages import node_to, placement_to, relation_to, standard_to, system_to
from services.catalog.messages_drafts import draft_to
from services.catalog.store_drafts import sees_every_draft
from services.runtime.calls import current_call
from services.runtime.database import Session
from tbt.catalog.v1 import catalog_service_pb2 as pb

# Far enough below the 4 MiB a message may have, that one more record never makes it too large.
MAX_PIECE_BYTES = 2 * 1024 * 1024

Record = TypeVar("Record")
Part = TypeVar("Part", bound=Message)


def pieces(
    session: Session, changed: store.Changed | None = None, *, columns: bool = False, scopes: bool = False
) -> Iterator[pb.ExportCatalogResponse]:
    """Yield the catalogue that *session* shows, or what of it has *changed*, in the order of the contract.

    With *columns* the whole catalogue comes as columns, *scopes* among them where they are wanted; what has changed does not.
    """
    if changed is None or changed.tree:
        for systems in _parts(store.all_systems(session), system_to):
            yield pb.ExportCatalogResponse(systems=pb.ExportedSystems(systems=systems))
        for nodes in _parts(store.all_nodes(session), node_to):
            yield pb.ExportCatalogResponse(nodes=pb.ExportedNodes(nodes=nodes))
    if columns and changed is None:
        yield from _columns(session, scopes=scopes)
        return
    there: set[str] = set()
    only = changed or store.Changed(None, None, None, tree=True)
    for standards in _parts(store.all_standards(session, only.standards), standard_to):
        yield pb.ExportCatalogResponse(standards=pb.ExportedStandards(standards=standards))
    for relations in _parts(store.all_relations(session, only.relations), relation_to):
        there.update(relation.name for relation in relations if changed)
        yield pb.ExportCatalogResponse(relations=pb.ExportedRelations(relations=relations))
    for placements in _parts(store.all_placements(session, only.standards), placement_to):
        yield pb.ExportCatalogResponse(placements=pb.ExportedPlacements(placements=placements))
    for drafts in _parts(store.open_drafts(session, only.drafts), draft_to):
        there.update(draft.name for draft in drafts if changed)
        yield pb.ExportCatalogResponse(drafts=pb.ExportedDrafts(drafts=drafts))
    if changed is not None:
        asked = {f"relations/{one}" for one in changed.relations or ()}
        if sees_every_draft():
            asked |= {f"drafts/{one}" for one in changed.drafts or ()}
        yield pb.ExportCatalogResponse(removals=pb.ExportedRemovals(names=sorted(asked - there)))


def _columns(session: Session, *, scopes: bool) -> Iterator[pb.ExportCatalogResponse]:
    yield from export_columns.standards(session)
    if scopes:
        yield from export_columns.scopes(session)
    yield from export_columns.relations(session)
    yield from export_columns.placements(session)
    for drafts in _parts(store.open_drafts(session), draft_to):
        yield pb.ExportCatalogResponse(drafts=pb.ExportedDrafts(drafts=drafts))


def _parts(batches: Iterable[Sequence[Record]], message_of: Callable[[Record], Part]) -> Iterator[list[Part]]:
    """Yield the messages of each batch together, or in several lists where they would be too large for one piece."""
    for batch in batches:
        yield from in_pieces(map(message_of, batch))


def in_pieces(messages: Iterable[Part]) -> Iterator[list[Part]]:
    """Yield *messages* in lists that one message can carry."""
    together: list[Part] = []
    size = 0
    for message in messages:
        size += message.ByteSize()
        if together and (size > MAX_PIECE_BYTES or len(together) >= store.BATCH):
            _require_time()
            yield together
            together, size = [], message.ByteSize()
        together.append(message)
    if together:
        _require_time()
        yield together


def _require_time() -> None:
    call = current_call()
    if call is not None:
        call.require_time()
