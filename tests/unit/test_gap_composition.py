"""What follows along a path, against all sets there are on a small ground."""

from itertools import product

import pytest

from standards_tree.gap.composition import (
    COMPOSED,
    EQUAL,
    INTERSECTS,
    RELATED,
    RELATION_COUNT,
    SUBSET,
    SUPERSET,
    compose,
)

GROUND = range(4)
SETS = [frozenset(one for one in GROUND if mask >> one & 1) for mask in range(1, 1 << len(GROUND))]
# Each promise is kept by the pairs of sets for which it is true.
TRUE = {
    EQUAL: {(a, b) for a, b in product(SETS, SETS) if a == b},
    SUBSET: {(a, b) for a, b in product(SETS, SETS) if a <= b},
    SUPERSET: {(a, b) for a, b in product(SETS, SETS) if a >= b},
    INTERSECTS: {(a, b) for a, b in product(SETS, SETS) if a & b},
    RELATED: set(product(SETS, SETS)),
}


@pytest.mark.parametrize(("first", "second"), list(product(range(RELATION_COUNT), repeat=2)))
def test_the_strongest_relation_that_always_follows_is_the_one_in_the_table(first: int, second: int) -> None:
    """Over all sets of four: the table promises nothing false and leaves out nothing true."""
    onward: dict[frozenset[int], set[frozenset[int]]] = {}
    for middle, end in TRUE[second]:
        onward.setdefault(middle, set()).add(end)
    possible = {(a, c) for a, b in TRUE[first] for c in onward[b]}
    following = {relation for relation, pairs in TRUE.items() if possible <= pairs}
    strongest = min(following, key=lambda relation: len(TRUE[relation]))
    assert COMPOSED[first, second] == strongest


def test_no_loop_ever_makes_a_relation_stronger() -> None:
    """A path without the loop says at least as much: the set of pairs it allows is no larger."""
    for before, loop, rest in product(range(RELATION_COUNT), repeat=3):
        assert TRUE[compose((before, rest))] <= TRUE[compose((before, loop, rest))]
