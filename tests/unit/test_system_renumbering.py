"""New codes of a branch as a whole: no code is given twice, and nodes may change places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards_tree.errors import AlreadyExistsError, InvalidArgumentError
from standards_tree.systems.forest import ROOT, Forest, TreeNode, forest_of
from standards_tree.systems.renumbering import changed_codes, in_order, with_prefix


def forest(parents: dict[str, str | None]) -> Forest:
    """Return nodes whose ids are their codes."""
    return forest_of(TreeNode(code, parent, code) for code, parent in parents.items())


def test_a_branch_gets_a_new_prefix():
    """What begins with the old code of the top begins with the new one."""
    tree = forest({"1": None, "1.1": "1", "1.1.10": "1.1", "1-2": "1"})
    assert with_prefix(tree, 0, "7") == {"1": "7", "1.1": "7.1", "1.1.10": "7.1.10", "1-2": "7-2"}


def test_a_code_that_only_looks_like_the_prefix_stays():
    """11 does not begin with the code 1."""
    tree = forest({"1": None, "11": "1", "2.1": "1"})
    assert with_prefix(tree, 0, "7") == {"1": "7"}


def test_a_branch_is_numbered_in_order_below_its_top():
    """Level by level, gaps closed, 2 before 10."""
    tree = forest({"5": None, "5.2": "5", "5.10": "5", "x": "5.10", "9": "5"})
    assert in_order(tree, 0, ".", []) == {"5.2": "5.1", "5.10": "5.2", "x": "5.2.1", "9": "5.3"}


def test_a_system_is_numbered_from_its_top():
    """Top nodes have no code above them."""
    tree = forest({"b": None, "a": None, "c": "a"})
    assert in_order(tree, ROOT, "-", []) == {"a": "1", "c": "1-1", "b": "2"}


def test_codes_that_others_keep_are_passed_over():
    """An archived node keeps its code for the record."""
    assert in_order(forest({"5": None, "x": "5", "y": "5"}), 0, ".", ["5.1"]) == {"x": "5.2", "y": "5.3"}


def test_two_nodes_may_change_places():
    """What counts is that no code is there twice afterwards."""
    assert changed_codes({"a": "1", "b": "2"}, {"a": "2", "b": "1"}) == {"a": "2", "b": "1"}


def test_a_code_that_another_node_keeps_is_refused():
    """With both nodes and the code."""
    with pytest.raises(AlreadyExistsError, match="1 and 2 would both have the code 2"):
        changed_codes({"a": "1", "b": "2"}, {"a": "2"})


def test_a_code_that_becomes_too_long_is_refused():
    """With the code that it would be."""
    with pytest.raises(InvalidArgumentError, match="at most 40"):
        changed_codes({"a": "1"}, {"a": "1" * 41})


def test_a_code_that_stays_is_no_change():
    """A change of nothing is not told."""
    assert changed_codes({"a": "1", "b": "2"}, {"a": "1", "b": "3"}) == {"b": "3"}


@given(st.lists(st.integers(-1, 8), min_size=1, max_size=10), st.sets(st.sampled_from(["1", "2", "1.1", "2.1"])))
def test_numbers_in_order_are_never_given_twice(parents: list[int], taken: set[str]):
    """Whatever the tree, and whatever codes others hold."""
    nodes = [
        TreeNode(f"n{number}", f"n{parent % number}" if parent >= 0 and number else None, f"c{number}")
        for number, parent in enumerate(parents)
    ]
    codes = in_order(forest_of(nodes), ROOT, ".", taken)
    assert len({*codes.values(), *taken}) == len(nodes) + len(taken)
