"""What measures say is read before anybody asks what is like one of them, and an answer never lags behind."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from invented import symbol
from linking import create_measure
from services.embedded import EmbeddedStack
from services.linkage.measures_keeper import LET_BE, MeasuresKeeper, text_of
from services.linkage.store_measures import get_measure
from services.runtime.calls import Call, working_for
from services.runtime.database import Database, Session
from services.runtime.settings import Settings
from standards_tree.errors import UnavailableError
from tbt.linkage.v1 import linkage_service_pb2 as pb
from tbt.linkage.v1 import linkage_service_pb2_grpc as pb_grpc
from tbt.type.v1 import type_pb2

ENOUGH_SECONDS = 60
READER = "measures"
TITLE = "Order on the acoustics of invented umbrella stands"


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[pb_grpc.LinkageServiceStub]:
    """Name the service for pytest-grpc."""
    return pb_grpc.LinkageServiceStub


class Seen(Database):
    """Notes which threads read, and waits in `read` for as long as it is told to."""

    def __init__(self, url: str, schema: str, settings: Settings) -> None:
        super().__init__(url, schema, settings)
        self.readers: list[str] = []
        self.may_read = threading.Event()
        self.may_read.set()

    def read(self, work: Callable[[Session], object]) -> object:  # type: ignore[override]
        """Read as `Database.read` does, when that is allowed."""
        assert self.may_read.wait(ENOUGH_SECONDS)
        found = super().read(work)
        self.readers.append(threading.current_thread().name)
        return found


@pytest.fixture
def database(stack: EmbeddedStack, settings: Settings) -> Iterator[Seen]:
    """Give the database of the program, watched."""
    opened = Seen(stack.database_url, "linkage", settings)
    yield opened
    opened.may_read.set()
    opened.close()


@pytest.fixture
def keeper(database: Seen) -> Iterator[MeasuresKeeper]:
    """Give a keeper that has not started."""
    kept = MeasuresKeeper(database)
    yield kept
    database.may_read.set()
    kept.close()


def english(text: str) -> type_pb2.LocalizedText:
    """Return a title in English only."""
    return type_pb2.LocalizedText(en=text)


def like(keeper: MeasuresKeeper, database: Database, measure: pb.Measure) -> list[str]:
    """Return which measures are like *measure*, by an index that is asked for now."""
    wanted = text_of(database.look_up(lambda session: get_measure(session, measure.name)))
    return [one.measure_id for one in keeper.index().similar(wanted, 0.5, 10, other_members=False)]


def identity(measure: pb.Measure) -> str:
    """Return the id of a measure."""
    return measure.name.removeprefix("measures/")


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + ENOUGH_SECONDS
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_who_asks_after_the_start_waits_for_no_reading(
    grpc_stub: pb_grpc.LinkageServiceStub, database: Seen, keeper: MeasuresKeeper
) -> None:
    """The thread has read them; of what came since, only that is read, and it is found."""
    first = create_measure(grpc_stub, title=english(TITLE))
    keeper.start()
    until(lambda: READER in database.readers)
    second = create_measure(grpc_stub, title=english(f"{TITLE}, second edition"))
    database.readers.clear()
    assert identity(second) in like(keeper, database, first)
    # The one reading is of the one that came since.
    assert database.readers == [threading.current_thread().name]


def test_after_many_changes_they_are_read_again_before_somebody_asks(
    grpc_stub: pb_grpc.LinkageServiceStub, database: Seen, keeper: MeasuresKeeper
) -> None:
    """An import leaves more behind than is compared beside the others: the thread reads all, once it is over."""
    first = create_measure(grpc_stub, title=english(TITLE))
    keeper.start()
    until(lambda: READER in database.readers)
    database.readers.clear()
    for _ in range(LET_BE + 1):
        last = create_measure(grpc_stub, symbol(), title=english("Another order on invented flower pots"))
    until(lambda: READER in database.readers)
    assert identity(first) not in like(keeper, database, last)
    assert len(like(keeper, database, last)) == 10


def test_who_asks_before_waits_no_longer_than_there_is_time(
    grpc_stub: pb_grpc.LinkageServiceStub, database: Seen, keeper: MeasuresKeeper
) -> None:
    """Who has little time is told to come again; who has enough gets the right answer."""
    first = create_measure(grpc_stub, title=english(TITLE))
    second = create_measure(grpc_stub, title=english(f"{TITLE}, second edition"))
    database.may_read.clear()
    keeper.start()
    until(keeper._making.locked)
    soon = Call("/example", deadline=time.monotonic() + 1)
    with working_for(soon), pytest.raises(UnavailableError, match="still being read"):
        keeper.index()
    threading.Timer(0.5, database.may_read.set).start()
    with working_for(Call("/example", deadline=time.monotonic() + ENOUGH_SECONDS)):
        assert identity(second) in like(keeper, database, first)
