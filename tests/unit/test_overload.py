"""The limit of calls follows how much they slow each other down, on a clock of the test's own."""

import heapq
import random

import pytest

from services.runtime.overload import CALM_SECONDS, WINDOW_SECONDS, Door, Limit

METHOD = "/tbt.catalog.v1.CatalogService/GetStandard"
ALONE_SECONDS = 0.002


class Machine:
    """A process that does one thing at a time: what it works on at once takes so many times as long."""

    def __init__(self, limit: Limit, seed: int = 1) -> None:
        self.now = 0.0
        self.door = Door(limit, lambda: self.now)
        self.chance = random.Random(seed)
        self.answered: list[float] = []
        self.refused = 0
        self._under_way: list[tuple[float, int, object]] = []
        self._free_from = 0.0

    def run(self, rate: float, seconds: float, alone_seconds: float = ALONE_SECONDS) -> None:
        """Let *rate* calls a second come at random moments, each of which needs *alone_seconds* of the machine."""
        self.answered, self.refused = [], 0
        end = self.now + seconds
        comes = self.now + self.chance.expovariate(rate)
        while comes < end:
            self._leave_until(comes)
            self.now = comes
            place = self.door.enter(METHOD, lambda: False)
            if place is None:
                self.refused += 1
            else:
                self._free_from = max(self._free_from, self.now) + alone_seconds
                heapq.heappush(self._under_way, (self._free_from, len(self.answered), place))
                self.answered.append(self._free_from - self.now)
            comes += self.chance.expovariate(rate)
        self._leave_until(end)
        self.now = end

    def _leave_until(self, moment: float) -> None:
        while self._under_way and self._under_way[0][0] <= moment:
            self.now, _number, place = heapq.heappop(self._under_way)
            self.door.leave(place)

    def slowest(self) -> float:
        """Return within which time 99 of 100 were answered."""
        return sorted(self.answered)[int(0.99 * len(self.answered))]


def machine(smallest: int = 4, largest: int = 64) -> Machine:
    """Return a machine that has been idle enough to know how long a call takes alone."""
    made = Machine(Limit(smallest, largest))
    made.run(rate=50, seconds=5)
    return made


def test_an_idle_machine_refuses_nobody():
    """At a fifth of what it can do, nothing is shed and nothing is slow."""
    calm = machine()
    calm.run(rate=100, seconds=30)
    assert (calm.refused, calm.door.under_way) == (0, 0)


def test_three_times_too_much_is_shed_and_the_rest_stays_fast():
    """What is let in is answered within a few times the time it takes alone, and the machine is never without work."""
    loaded = machine()
    loaded.run(rate=1500, seconds=2)
    loaded.run(rate=1500, seconds=20)
    assert loaded.slowest() <= 4.5 * ALONE_SECONDS
    assert len(loaded.answered) >= 0.9 * 20 / ALONE_SECONDS
    assert loaded.refused >= 0.6 * 20 * 1500


def test_without_it_the_same_load_waits_for_all_its_places():
    """The safeguard switched off: with the least as large as the largest, calls take sixteen times as long."""
    loaded = machine(smallest=64)
    loaded.run(rate=1500, seconds=5)
    assert loaded.slowest() >= 60 * ALONE_SECONDS


def test_a_burst_on_an_idle_machine_is_let_in():
    """A quarter of all places at once is no overload."""
    calm = machine()
    places = [calm.door.enter(METHOD, lambda: False) for _ in range(16)]
    assert None not in places
    assert calm.door.enter(METHOD, lambda: False) is None


def test_when_the_load_has_gone_the_limit_is_lifted():
    """A second without anything slow or refused, and there is room for a burst again."""
    loaded = machine()
    loaded.run(rate=1500, seconds=5)
    assert loaded.door.limit() < 12
    loaded.now += CALM_SECONDS + WINDOW_SECONDS
    assert loaded.door.limit() == 16


def test_the_least_calls_are_let_in_however_slow_they_are():
    """A slow database must not shut the door: with four callers nothing is gained by refusing one."""
    slow = machine()
    slow.run(rate=300, seconds=3, alone_seconds=0.1)
    assert slow.door.limit() == 4
    slow.now += 1
    assert all(slow.door.enter(METHOD, lambda: False) is not None for _ in range(4))


def test_calls_that_do_not_slow_each_other_may_be_many():
    """Where waiting is elsewhere, as in the database, forty at once are as fast as one: the limit rises to the largest."""
    limit = Limit(4, 64)
    now = 0.0
    for _ in range(50):
        limit.ended(METHOD, 0.01, 0, now)
    for _ in range(3000):
        now += 0.01
        limit.ended(METHOD, 0.011, limit.now(now) - 1, now)
    assert limit.now(now) == 64


def test_who_is_vouched_for_is_let_in_without_room_and_counts():
    """Our own services work for somebody who was let in."""
    door = Door(Limit(1, 1), lambda: 0.0)
    first = door.enter(METHOD, lambda: pytest.fail("asked where there was room"))
    assert door.enter(METHOD, lambda: False) is None
    second = door.enter(METHOD, lambda: True)
    assert first is not None
    assert second is not None
    assert door.under_way == 2
