"""The rules of a standards system's tree."""

import pytest

from standards_tree.errors import CycleError, NotFoundError, PreconditionError
from standards_tree.standards import Level
from standards_tree.tree import MAX_DEPTH, TOP, check_move, check_placement, fixed_level, unfit

TREE = {"1": TOP, "1.1": "1", "1.1.1": "1.1", "2": TOP}


def chain(depth: int) -> dict[str, str]:
    """Return nodes that stand one below the other: d1 at the top."""
    return {f"d{level}": f"d{level - 1}" if level > 1 else TOP for level in range(1, depth + 1)}


@pytest.mark.parametrize("parent", [TOP, "2", "1.1"])
def test_a_node_may_move_anywhere_outside_its_branch(parent):
    """A move is free where it closes no cycle."""
    assert check_move("1.1.1", parent, TREE) is None


@pytest.mark.parametrize("parent", ["1", "1.1", "1.1.1"])
def test_a_node_never_moves_below_itself(parent):
    """Neither to itself, nor to its child, nor deeper in its branch."""
    with pytest.raises(CycleError, match="own branch"):
        check_move("1", parent, TREE)


def test_the_deepest_place_is_allowed():
    """MAX_DEPTH nodes may stand one below the other."""
    assert check_move("n", f"d{MAX_DEPTH - 1}", chain(MAX_DEPTH)) is None


def test_one_node_deeper_is_refused():
    """The refusal says how deep the tree would be, and the limit."""
    with pytest.raises(PreconditionError, match=f"{MAX_DEPTH + 1} nodes deep; {MAX_DEPTH} are allowed"):
        check_move("n", f"d{MAX_DEPTH}", chain(MAX_DEPTH))


def test_a_branch_counts_with_its_height():
    """What stands below the node that moves must fit too."""
    with pytest.raises(PreconditionError):
        check_move("n", f"d{MAX_DEPTH - 1}", chain(MAX_DEPTH), height=2)


def test_a_standard_of_the_fixed_level_fits():
    """A branch for national standards takes a national standard."""
    assert check_placement("GB/T 1.1—2020", Level.NATIONAL, "1", Level.NATIONAL) is None


def test_a_standard_of_another_level_does_not():
    """The refusal names both levels."""
    with pytest.raises(PreconditionError, match="level group, but 1 is for standards of the level national"):
        check_placement("T/CECS 10001—2019", Level.GROUP, "1", Level.NATIONAL)


@pytest.mark.parametrize("level", [Level.INTERNATIONAL, Level.FOREIGN])
def test_a_standard_from_outside_stands_anywhere(level):
    """A system may list what it adopts beside what it adopts it with."""
    assert check_placement("ISO 9001:2015", level, "1", Level.NATIONAL) is None


def test_a_node_without_a_level_has_that_of_the_nearest_above():
    """A level is fixed for everything below, until a node fixes another."""
    levels = {"1": Level.NATIONAL, "1.1": None, "1.1.1": None}
    assert fixed_level("1.1.1", TREE, levels) is Level.NATIONAL


def test_a_tree_that_fixes_no_level_fixes_none():
    """Unset does not become national."""
    assert fixed_level("2", TREE, {"2": None}) is None


def test_nodes_fit_in_any_order():
    """A file may name children before their parents."""
    assert unfit({}, {"1.1.1": "1.1", "1.1": "1", "1": TOP}) == {}


def test_a_node_below_an_unknown_one_is_refused():
    """The refusal names the parent that is missing."""
    refused = unfit(TREE, {"9.1": "9"})
    assert isinstance(refused["9.1"], NotFoundError)


def test_what_stands_below_a_refused_new_node_is_refused_with_it():
    """A branch does not hang in the air."""
    assert set(unfit({}, {"9.1": "9", "9.1.1": "9.1", "1": TOP})) == {"9.1", "9.1.1"}


def test_nodes_that_stand_below_one_another_are_refused():
    """A cycle inside a file is found, and the rest is taken."""
    refused = unfit({}, {"a": "b", "b": "a", "c": TOP, "d": "a"})
    assert set(refused) == {"a", "b", "d"}
    assert isinstance(refused["a"], CycleError)


def test_a_move_that_closes_a_cycle_with_the_present_tree_is_refused():
    """A file that moves a node below its own child does not pass."""
    assert set(unfit(TREE, {"1": "1.1.1"})) == {"1"}


def test_two_moves_that_only_together_make_a_tree_are_taken():
    """A file may turn a branch upside down."""
    assert unfit(TREE, {"1.1": TOP, "1": "1.1"}) == {}


def test_a_move_that_makes_the_present_tree_too_deep_is_refused():
    """Who moves is refused, not the deep node that did not ask to."""
    present = {**chain(MAX_DEPTH), "x": TOP}
    assert set(unfit(present, {"d1": "x"})) == {"d1"}


def test_a_refused_move_leaves_what_is_below_where_it_was():
    """A new node below a present one that may not move finds it at its old place."""
    assert set(unfit(TREE, {"1": "1.1", "1.9": "1"})) == {"1"}


def test_a_chain_of_twenty_thousand_nodes_is_refused_in_few_passes():
    """A hostile file costs passes over its nodes, not a pass a node."""
    refused = unfit({}, chain(20_000))
    assert len(refused) == 20_000 - MAX_DEPTH
