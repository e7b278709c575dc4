"""What several clients see at once could have happened one call after the other; and each safeguard switched off is found out."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest
from sqlalchemy import text

from histories import Draft, Nodes
from linearizability import Operation, order_of
from services.catalog import draft_calls, store_drafts, store_nodes, store_tree
from services.composition import Composition
from services.runtime import changes, database
from soaking import scaled
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as pb_grpc
from tbt.catalog.v1 import system_pb2

Stub = pb_grpc.CatalogServiceStub
SEEDS = scaled(2, 20)
# A safeguard that is off is found out within a few rounds; so many without a find mean that the test does not test it.
MOST_ROUNDS = 40


def explained(history: list[Operation], model: Any) -> bool:
    """Tell whether a history could have happened one call after the other."""
    return order_of(history, model) is not None


@pytest.mark.parametrize("seed", range(SEEDS))
def test_what_happens_to_nodes_at_once_could_have_happened_in_turn(
    channel: grpc.Channel, unique: Callable[[str], str], seed: int
) -> None:
    """Creating, changing, moving and archiving by etag, with requests sent twice."""
    nodes = Nodes(Stub(channel), unique("s"))
    history = nodes.record(seed)
    assert explained(history, nodes.model), "\n".join(map(str, sorted(history, key=lambda one: one.began)))


@pytest.mark.parametrize("seed", range(SEEDS))
def test_what_happens_to_a_draft_at_once_could_have_happened_in_turn(channel: grpc.Channel, seed: int) -> None:
    """Moves between stages and changes, by etag and without."""
    draft = Draft(Stub(channel))
    history = draft.record(seed)
    assert explained(history, draft.model), "\n".join(map(str, sorted(history, key=lambda one: one.began)))


def _found_out(record: Callable[[int], bool]) -> bool:
    """Tell whether a round shows what one after the other could not."""
    return any(not record(seed) for seed in range(MOST_ROUNDS))


def _node_rounds(channel: grpc.Channel, unique: Callable[[str], str]) -> Callable[[int], bool]:
    def record(seed: int) -> bool:
        nodes = Nodes(Stub(channel), unique("s"))
        return explained(nodes.record(seed), nodes.model)

    return record


def test_a_lower_isolation_is_found_out(
    channel: grpc.Channel, composition: Composition, unique: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """At READ COMMITTED two clients change what both read, and one change is lost."""
    catalog = composition.database("catalog")
    lower = catalog._writes.execution_options(isolation_level="READ COMMITTED")
    monkeypatch.setattr(catalog, "_writes", lower)
    assert _found_out(_node_rounds(channel, unique))


def test_etags_that_are_not_looked_at_are_found_out(
    channel: grpc.Channel, unique: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who read an older version overwrites a newer one, of nodes and of drafts."""
    for module in (store_nodes, store_tree, store_drafts, draft_calls):
        monkeypatch.setattr(module, "require_etag", lambda _given, _version: None)
    assert _found_out(_node_rounds(channel, unique))

    def record(seed: int) -> bool:
        draft = Draft(Stub(channel))
        return explained(draft.record(seed), draft.model)

    assert _found_out(record)


def test_requests_that_are_not_remembered_are_found_out(
    channel: grpc.Channel, unique: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request sent twice takes effect twice, or is refused because of itself."""
    monkeypatch.setattr(database, "recall", lambda _session, _key: None)
    monkeypatch.setattr(database, "remember", lambda _session, _key, _answer: None)
    assert _found_out(_node_rounds(channel, unique))


def test_a_follower_of_changes_misses_none_and_without_the_lock_it_does(
    channel: grpc.Channel, composition: Composition, unique: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Revisions in another order than commits: a follower that has read up to one misses an earlier one for ever."""
    stub, door = Stub(channel), composition.database("catalog")
    assert not any(_missed(stub, door, unique("s")) for _ in range(2))

    def unlocked(statement: str) -> Any:
        return text("SELECT 1" if "pg_advisory_xact_lock" in statement else statement)

    monkeypatch.setattr(changes, "text", unlocked)
    assert any(_missed(stub, door, unique("s")) for _ in range(MOST_ROUNDS))


def _missed(stub: Stub, door: database.Database, system_id: str) -> set[int]:
    """Return the revisions that a follower did not see while eight clients wrote."""
    start = door.look_up(changes.latest_revision)
    written = threading.Event()

    def after(revision: int) -> list[int]:
        return [change.revision for change in door.look_up(lambda session: changes.changes_after(session, revision))]

    def follow() -> list[int]:
        seen = [start]
        while not written.is_set():
            seen += after(seen[-1])
        return seen + after(seen[-1])

    def write(number: int) -> None:
        for turn in range(12):
            system = system_pb2.System(title={"zh": "示例"})
            stub.CreateSystem(pb.CreateSystemRequest(system_id=f"{system_id}-{number}-{turn}", system=system))

    with ThreadPoolExecutor(9) as pool:
        following = pool.submit(follow)
        try:
            list(pool.map(write, range(8)))
        finally:
            written.set()
        return set(after(start)) - set(following.result())
