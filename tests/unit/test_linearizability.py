"""The checker of histories finds an order where there is one, and none where there is none."""

import itertools
import random

import pytest

from linearizability import NEVER, UNKNOWN, Model, Operation, order_of


def register(state, call, answer):
    """One value: writes, reads, and swaps where it is as expected."""
    kind, *given = call
    if kind == "read":
        return state if answer == state else None
    if kind == "write":
        return given[0]
    expected, wanted = given
    if answer == UNKNOWN:
        return wanted if state == expected else state
    return (wanted if answer else state) if (state == expected) == answer else None


MODEL = Model(0, register)


def op(client, call, answer, began, ended):
    """Return an operation."""
    return Operation(client, call, answer, began, ended)


def test_a_read_beside_a_write_may_see_either():
    """Both orders are explained."""
    for seen in (0, 1):
        history = [op(1, ("write", 1), True, 0, 10), op(2, ("read",), seen, 1, 9)]
        assert order_of(history, MODEL) is not None


def test_a_read_after_a_write_must_see_it():
    """Real time counts: the write had ended."""
    assert order_of([op(1, ("write", 1), True, 0, 1), op(2, ("read",), 0, 2, 3)], MODEL) is None


def test_no_two_readers_see_two_writes_in_two_orders():
    """Each reader alone could be explained; both together cannot."""
    history = [
        op(1, ("write", 1), True, 0, 100),
        op(2, ("write", 2), True, 0, 100),
        op(3, ("read",), 1, 10, 20),
        op(3, ("read",), 2, 30, 40),
        op(4, ("read",), 2, 10, 20),
        op(4, ("read",), 1, 30, 40),
    ]
    assert order_of(history, MODEL) is None


def test_of_two_swaps_of_one_value_one_fails():
    """A lost update is found."""
    both = [op(1, ("swap", 0, 1), True, 0, 5), op(2, ("swap", 0, 2), True, 1, 6)]
    one = [both[0], op(2, ("swap", 0, 2), False, 1, 6)]
    assert order_of(both, MODEL) is None
    assert order_of(one, MODEL) is not None


@pytest.mark.parametrize("seen", [0, 1])
def test_a_call_without_an_answer_may_have_worked_or_not(seen):
    """The client was cut off: nobody knows."""
    history = [op(1, ("write", 1), UNKNOWN, 0, NEVER), op(2, ("read",), seen, 5, 6)]
    assert order_of(history, MODEL) is not None


def test_a_call_without_an_answer_works_once_and_not_before_it_began():
    """It cannot come and go."""
    cut = op(1, ("write", 1), UNKNOWN, 10, NEVER)
    assert order_of([cut, op(2, ("read",), 1, 5, 6)], MODEL) is None
    assert order_of([cut, op(2, ("read",), 1, 11, 12), op(2, ("read",), 0, 13, 14)], MODEL) is None


def _random_history(chance):
    """Return four operations at random moments, with answers that may or may not fit."""
    history = []
    for client in range(4):
        began = chance.uniform(0, 10)
        calls = [("write", chance.randrange(3)), ("read",), ("swap", chance.randrange(3), chance.randrange(3))]
        call = chance.choice(calls)
        answers = {"write": True, "read": chance.randrange(3), "swap": chance.random() < 0.5}
        history.append(op(client, call, answers[call[0]], began, began + chance.uniform(0, 6)))
    return history


def test_it_agrees_with_trying_every_order():
    """On five hundred small histories of all kinds, against the definition itself."""
    chance = random.Random(8)
    found = set()
    for _ in range(500):
        history = _random_history(chance)
        expected = any(_explains(order) for order in itertools.permutations(history))
        order = order_of(history, MODEL)
        assert (order is not None) == expected
        assert order is None or _explains(order)
        found.add(expected)
    assert found == {True, False}


def _explains(order):
    """Tell whether an order keeps real time and gives every answer."""
    if any(later.ended < earlier.began for earlier, later in itertools.combinations(order, 2)):
        return False
    state = 0
    for operation in order:
        state = register(state, operation.call, operation.answer)
        if state is None:
            return False
    return True
