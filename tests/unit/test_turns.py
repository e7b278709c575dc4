"""Threads that work on calls run in turns, and none of them is stuck for it."""

import sys
import threading

import pytest

from services.runtime.turns import Slices, Turns

FOR_EVER = 60.0
WAIT_SECONDS = 30.0


def begun(turns: Turns, *then: threading.Event) -> tuple[threading.Event, threading.Thread]:
    """Start a thread that takes a turn, tells so by the event that is returned, and keeps it until all *then* are set."""
    has_it = threading.Event()

    def work() -> None:
        with turns.taken():
            has_it.set()
            for event in then:
                event.wait(WAIT_SECONDS)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return has_it, thread


def test_the_next_one_runs_when_the_turn_is_given_back():
    """Not beside who has it, and at once after."""
    turns, end = Turns(FOR_EVER), threading.Event()
    first, first_thread = begun(turns, end)
    assert first.wait(WAIT_SECONDS)
    second, second_thread = begun(turns)
    assert not second.wait(0.2)
    end.set()
    assert second.wait(WAIT_SECONDS)
    first_thread.join(WAIT_SECONDS)
    second_thread.join(WAIT_SECONDS)


def test_the_next_one_runs_while_who_has_the_turn_waits_for_something():
    """And who waited has a turn again afterwards."""
    turns = Turns(FOR_EVER)
    with turns.taken():
        with turns.given_up():
            beside, thread = begun(turns)
            assert beside.wait(WAIT_SECONDS)
            thread.join(WAIT_SECONDS)
        after, thread = begun(turns)
        assert not after.wait(0.2)
    assert after.wait(WAIT_SECONDS)
    thread.join(WAIT_SECONDS)


def test_nobody_waits_for_ever_for_who_does_not_give_the_turn_back():
    """Who has a turn may itself wait for who wants one: a turn is no lock."""
    turns, lock = Turns(0.01), threading.Lock()
    with turns.taken(), lock:
        ran = threading.Event()
        other, thread = begun(turns, ran)
        assert other.wait(WAIT_SECONDS)
        ran.set()
        thread.join(WAIT_SECONDS)


def test_who_lost_the_turn_does_not_give_back_that_of_another():
    """It was taken over; the end of the first is not the end of the second."""
    turns, end = Turns(0.01), threading.Event()
    with turns.taken():
        other, thread = begun(turns, end)
        assert other.wait(WAIT_SECONDS)
    assert turns.held
    end.set()
    thread.join(WAIT_SECONDS)
    assert not turns.held


def test_whatever_the_order_the_turn_is_free_in_the_end():
    """Eight threads, with a patience so short that turns are taken over all the time."""
    turns, rounds = Turns(0.0001), 300

    def work() -> None:
        for number in range(rounds):
            with turns.taken():
                if number % 3 == 0:
                    with turns.given_up():
                        sum(range(50))
                sum(range(number))

    threads = [threading.Thread(target=work, daemon=True) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT_SECONDS)
        assert not thread.is_alive()
    assert not turns.held


def test_a_turn_ends_with_an_error_too():
    """Of what was done in it, or of what was waited for."""
    turns = Turns(FOR_EVER)
    with pytest.raises(ValueError, match="x"), turns.taken(), turns.given_up():
        raise ValueError("x")
    assert not turns.held


def test_outside_a_turn_there_is_none_to_give_up():
    """A worker or an import runs without."""
    turns = Turns(FOR_EVER)
    with turns.given_up():
        assert not turns.held
    assert not turns.held


def test_slices_are_short_while_calls_are_refused():
    """And as they were a second after the last refusal; the clock is given."""
    before, usual = sys.getswitchinterval(), 0.004
    sys.setswitchinterval(usual)
    slices = Slices(short_seconds=0.0002, calm_seconds=1.0)
    try:
        slices.let_in(10.0)
        assert sys.getswitchinterval() == pytest.approx(usual)
        slices.refused(10.0)
        assert sys.getswitchinterval() == pytest.approx(0.0002)
        slices.refused(10.5)
        slices.let_in(11.4)
        assert sys.getswitchinterval() == pytest.approx(0.0002)
        slices.let_in(11.5)
        assert sys.getswitchinterval() == pytest.approx(usual)
    finally:
        sys.setswitchinterval(before)
