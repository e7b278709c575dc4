"""One caller gets a fair part, and no more: whoever floods a service keeps themselves out and nobody else."""

from contextlib import ExitStack

import pytest
from google.rpc import error_details_pb2

from services.runtime.calls import Call, Principal
from services.runtime.errors import status_of
from services.runtime.interceptors.rates import Rates
from services.runtime.settings import Rate
from standards_tree.errors import LimitError


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Return what it shows."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Return a clock of the test's own."""
    return Clock()


def call(subject: str = "li", method: str = "GetStandard", role: str = "reader") -> Call:
    """Return a call of somebody."""
    made = Call(f"/tbt.catalog.v1.CatalogService/{method}")
    made.principal = Principal(subject, frozenset({role}))
    return made


def make(rates: Rates, count: int, **who: str) -> int:
    """Make *count* calls one after another and return how many were let in."""
    let_in = 0
    for _ in range(count):
        try:
            with rates.around(call(**who), None):
                let_in += 1
        except LimitError:
            pass
    return let_in


def test_a_burst_is_let_in_and_then_the_rate(clock):
    """Steady work is never refused, a flood is."""
    rates = Rates(Rate.read("2/second, 5 at once"), {}, (100, 100), clock)
    assert make(rates, 20) == 5
    clock.now += 3
    assert make(rates, 20) == 5
    clock.now += 1
    assert make(rates, 20) == 2


def test_who_floods_keeps_nobody_else_out(clock):
    """Each caller has an allowance of their own."""
    rates = Rates(Rate.read("1/minute"), {}, (100, 100), clock)
    assert [make(rates, 10, subject=name) for name in ("li", "wang", "li")] == [1, 1, 0]


def test_a_costly_method_has_a_rate_of_its_own(clock):
    """Reports are for minutes, look-ups for milliseconds."""
    rates = Rates(Rate.read("100/second"), {"CreateGapReport": Rate.read("2/hour")}, (100, 100), clock)
    assert (make(rates, 10, method="CreateGapReport"), make(rates, 10)) == (2, 10)


def test_our_own_services_are_not_held_to_it(clock):
    """They work for somebody who was."""
    rates = Rates(Rate.read("1/hour"), {}, (1, 1), clock)
    assert make(rates, 10, role="service") == 10


def test_one_caller_holds_only_their_part_of_the_places(clock):
    """However long their calls take, there is room for others; a place that is given back is free again."""
    rates = Rates(Rate.read("1000/second"), {}, (2, 1), clock)
    with ExitStack() as held:
        for method in ("GetStandard", "GetStandard", "WatchChanges"):
            held.enter_context(rates.around(call(method=method), None))
        assert (make(rates, 1), make(rates, 1, method="WatchChanges"), make(rates, 1, subject="wang")) == (0, 0, 1)
    assert make(rates, 1) == 1


def test_a_refusal_says_how_long_to_wait(clock):
    """A client that reads RetryInfo comes back at the right time."""
    rates = Rates(Rate.read("1/minute"), {}, (10, 10), clock)
    make(rates, 1)
    clock.now += 20
    with pytest.raises(LimitError, match=r"40\.") as caught, rates.around(call(), None):
        pass
    retry = error_details_pb2.RetryInfo()
    assert any(detail.Unpack(retry) for detail in status_of(caught.value, "en").details)
    assert 40 <= retry.retry_delay.ToMilliseconds() / 1000 < 41
    clock.now += 40.1
    assert make(rates, 1) == 1


@pytest.mark.parametrize(
    "text", ["", "6", "0/second", "6/day", "6/minute, 0 at once", "-1/second", "6/minute 5 at once"]
)
def test_what_is_no_rate_is_refused(text):
    """A slip does not become no limit."""
    with pytest.raises(ValueError, match="is no rate"):
        Rate.read(text)
