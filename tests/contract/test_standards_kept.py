"""The standards that suggestions are made from are read before somebody asks, and nobody waits for them in vain."""

import threading
import time
from collections.abc import Iterator

import pytest

from services.composition import Composition, Program
from services.linkage.known_lists import CodeLists
from services.linkage.standards_keeper import StandardsKeeper
from services.linkage.upstream import LinkageUpstreams
from services.runtime.calls import Call, working_for
from standards_tree.errors import UnavailableError
from tbt.catalog.v1 import catalog_service_pb2 as catalog_pb

ENOUGH_SECONDS = 60


class Held(LinkageUpstreams):
    """Waits with the catalogue for as long as it is told to."""

    may_export: threading.Event
    asked: threading.Event

    def export_catalog(self, after: int = 0) -> Iterator[catalog_pb.ExportCatalogResponse]:
        """Yield the catalogue, when that is allowed."""
        self.asked.set()
        assert self.may_export.wait(ENOUGH_SECONDS)
        yield from super().export_catalog(after)


@pytest.fixture
def upstreams(composition: Composition, program: Program) -> Held:
    """Give the neighbours of linkage, with a catalogue that can be held back."""
    assert program.port
    names = ("documents", "catalog", "terminology")
    held = Held(**{name: composition.upstream("linkage", name) for name in names})
    held.may_export, held.asked = threading.Event(), threading.Event()
    return held


@pytest.fixture
def keeper(composition: Composition, upstreams: Held) -> Iterator[StandardsKeeper]:
    """Give a keeper of its own."""
    made = StandardsKeeper(composition.database("linkage"), upstreams)
    yield made
    upstreams.may_export.set()
    made.close()


def test_who_asks_before_all_is_read_waits_no_longer_than_there_is_time(
    keeper: StandardsKeeper, upstreams: Held
) -> None:
    """Who has little time is told to come again; who has enough gets an answer."""
    keeper.start(lambda: None)
    with (
        working_for(Call("/example", deadline=time.monotonic() + 1)),
        pytest.raises(UnavailableError, match="after a start"),
    ):
        keeper.current()
    upstreams.may_export.set()
    with working_for(Call("/example", deadline=time.monotonic() + ENOUGH_SECONDS)):
        assert keeper.current().revision >= 0


def test_the_lists_of_codes_are_read_for_nobody_in_particular(upstreams: Held) -> None:
    """When the service starts nobody has asked yet, and whoever comes first need not wait."""
    lists = CodeLists(upstreams)
    lists.read_ahead()
    lists.close()
    known = lists._read
    assert known is not None
    assert (known[1].hs.fault("9503"), known[1].hs.fault("9599") != "") == ("", True)


def test_nor_for_a_catalogue_that_is_read_anew(keeper: StandardsKeeper, upstreams: Held) -> None:
    """While another question reads what has changed, however much that is."""
    upstreams.may_export.set()
    keeper.start(lambda: None)
    known = keeper.current().revision
    upstreams.may_export.clear()
    upstreams.asked.clear()
    first = threading.Thread(target=keeper.current)
    first.start()
    assert upstreams.asked.wait(ENOUGH_SECONDS)
    with working_for(Call("/example", deadline=time.monotonic() + 1)), pytest.raises(UnavailableError, match="changed"):
        keeper.current()
    upstreams.may_export.set()
    first.join()
    assert keeper.current().revision >= known
