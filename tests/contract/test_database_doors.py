"""The doors to the database: a server that closed its idle connections is no reason to refuse anybody."""

import threading
import time
from uuid import uuid4

import grpc
import pytest
from sqlalchemy import create_engine, text

from services.composition import Composition
from services.embedded import EmbeddedStack
from services.runtime.turns import TURNS
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as pb_grpc

CLOSE_IDLE = text(
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
    " WHERE application_name = 'tbt-catalog' AND state = 'idle' AND datname = current_database()"
)

LOCKED = 471147
WAITS = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = :key AND NOT granted")
WAIT_SECONDS = 30.0


@pytest.fixture
def catalog(channel: grpc.Channel) -> pb_grpc.CatalogServiceStub:
    """Return the catalog as an administrator calls it."""
    return pb_grpc.CatalogServiceStub(channel)


def standard_asked_for(catalog: pb_grpc.CatalogServiceStub) -> None:
    """Ask for a standard that is not there: the database must have been asked to know it."""
    with pytest.raises(grpc.RpcError) as refused:
        catalog.GetStandard(pb.GetStandardRequest(name="GB/T 999999-2099"))
    assert refused.value.code() == grpc.StatusCode.NOT_FOUND


def systems_asked_for(catalog: pb_grpc.CatalogServiceStub) -> None:
    """Ask for what one statement finds."""
    catalog.ListSystems(pb.ListSystemsRequest())


def standards_asked_for(catalog: pb_grpc.CatalogServiceStub) -> None:
    """Ask for what a transaction reads."""
    catalog.ListStandards(pb.ListStandardsRequest(page_size=1))


def system_made(catalog: pb_grpc.CatalogServiceStub) -> None:
    """Write: what broke before its commit did nothing, and may be done again."""
    system = {"title": {"zh": "示例"}}
    made = catalog.CreateSystem(pb.CreateSystemRequest(system_id=f"x{uuid4().hex[:12]}", system=system))
    assert made.name


@pytest.mark.parametrize("ask", [standard_asked_for, systems_asked_for, standards_asked_for, system_made])
def test_a_caller_does_not_notice_that_idle_connections_were_closed(
    ask, catalog: pb_grpc.CatalogServiceStub, stack: EmbeddedStack
):
    """A restart of PostgreSQL, or a firewall that forgets, closes what lies idle in the pool."""
    catalog.ListSystems(pb.ListSystemsRequest())
    engine = create_engine(stack.database_url)
    until = time.monotonic() + WAIT_SECONDS
    closed = 0
    # A connection is idle a moment after its answer is there, on a crowded machine a long one.
    while not closed and time.monotonic() < until:
        with engine.begin() as connection:
            closed = connection.execute(CLOSE_IDLE).scalar_one()
    engine.dispose()
    assert closed > 0
    ask(catalog)


def test_a_call_that_waits_for_the_database_lets_others_have_the_turn(composition: Composition, stack: EmbeddedStack):
    """Whatever a statement waits for there, Python is free meanwhile."""
    lock = text("SELECT pg_advisory_xact_lock(:key)").bindparams(key=LOCKED)
    database = composition.database("catalog")
    waited = threading.Event()

    def work() -> None:
        with TURNS.taken():
            database.read(lambda session: session.execute(lock))
            waited.set()

    engine = create_engine(stack.database_url)
    thread = threading.Thread(target=work, daemon=True)
    with engine.begin() as holder:
        holder.execute(lock)
        thread.start()
        until = time.monotonic() + WAIT_SECONDS
        while holder.execute(WAITS, {"key": LOCKED}).scalar_one() == 0:
            assert time.monotonic() < until, "the statement never reached the database"
        assert not TURNS.held
        assert not waited.is_set()
    assert waited.wait(WAIT_SECONDS)
    thread.join(WAIT_SECONDS)
    engine.dispose()
