"""Tell whether what several clients saw at once could have happened one call after the other.

A history is linearizable when every call can be given one moment between its beginning and its end so that, done in the order of
these moments, each call gives the answer it gave (Herlihy and Wing, 1990). The search is that of Wing and Gong (1993): try every
call that no other one ended before, and go back where the answer does not fit. As Lowe (2017) does, what was tried is remembered:
the same calls done with the same state are not tried again. Cost: exponential in how many calls overlap, linear in the rest.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

State = TypeVar("State", bound=Hashable)

UNKNOWN = "unknown"
"""The answer of a call whose client got none: it may have taken effect at any time since it began, or not at all."""
NEVER = float("inf")


@dataclass(frozen=True, slots=True)
class Operation:
    """What one client did: its call, what it was answered, and between which two moments."""

    client: int
    call: tuple[Hashable, ...]
    answer: Hashable
    began: float
    ended: float

    def __str__(self) -> str:
        """Return it in a line."""
        return f"{self.client}: {self.began:.4f}–{self.ended:.4f} {self.call} → {self.answer}"


@dataclass(frozen=True, slots=True)
class Model(Generic[State]):
    """What an object is at first, and what a call makes of it: None where it would not be answered like that."""

    first: State
    step: Callable[[State, tuple[Hashable, ...], Hashable], State | None]


def order_of(history: Sequence[Operation], model: Model[State]) -> list[Operation] | None:
    """Return the operations in an order that explains all answers, or None where there is none.

    An operation whose answer is UNKNOWN is left out where it took no effect; *model* is asked what it would have done.
    """
    operations = sorted(history, key=lambda operation: operation.began)
    answered = sum(1 << number for number, operation in enumerate(operations) if operation.answer != UNKNOWN)
    tried: set[tuple[int, State]] = set()
    stack: list[tuple[int, State, list[int]]] = [(0, model.first, [])]
    while stack:
        done, state, order = stack.pop()
        if done & answered == answered:
            return [operations[number] for number in order]
        for number in _next(operations, done):
            after = model.step(state, operations[number].call, operations[number].answer)
            reached = (done | 1 << number, after)
            if after is not None and reached not in tried:
                tried.add((reached[0], after))
                stack.append((reached[0], after, [*order, number]))
    return None


def _next(operations: Sequence[Operation], done: int) -> list[int]:
    """Return the operations that may come next: those not done that began before any other one not done ended."""
    found: list[int] = []
    first_end = NEVER
    for number, operation in enumerate(operations):
        if done >> number & 1:
            continue
        if operation.began > first_end:
            break
        found.append(number)
        first_end = min(first_end, operation.ended)
    return [number for number in found if operations[number].began <= first_end]
