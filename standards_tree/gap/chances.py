"""Say how many of all the ways that set out from a node come to another: a measure of how much speaks for it.

A walk takes every step from where it stands with a chance in proportion to 2 to the power of minus its penalty, never
goes back to where it began, and ends after ``MOST_STEPS``. The chance of an end is the sum over all walks to it. An end
that many ways lead to stands out; one of the thousand standards that refer to a common one does not. Chances below
``LEAST`` are dropped on the way, which bounds the cost of a start by MOST_STEPS / LEAST entries.
"""

import numpy as np
from scipy.sparse import csr_array, diags_array

from standards_tree.gap.graph import Bools, Ints
from standards_tree.gap.steps import Steps

MOST_STEPS = 4
LEAST = 1e-4


def chances(steps: Steps, starts: Ints, shut: Bools | None = None) -> csr_array:
    """Return for each of *starts*, as rows, the chance to come to each node; *shut* closes steps to begin with."""
    moves = _moves(steps, np.ones(len(steps.sources), dtype=bool))
    rows = np.arange(len(starts))
    walking = csr_array((np.ones(len(starts)), (rows, starts)), shape=(len(starts), steps.node_count))
    walking = walking @ (moves if shut is None else _moves(steps, ~shut))
    total = walking
    for _ in range(MOST_STEPS - 1):
        walking = _kept(walking, starts) @ moves
        total = total + walking
    return csr_array(total)


def _moves(steps: Steps, allowed: Bools) -> csr_array:
    """Return the chance of each step among those from the same node."""
    weights = np.exp2(-steps.penalties.astype(np.float64)) * allowed
    sums = np.bincount(steps.sources, weights, minlength=steps.node_count)
    ends = (steps.sources, steps.targets)
    matrix = csr_array((weights, ends), shape=(steps.node_count, steps.node_count))
    return csr_array(diags_array(1 / np.where(sums > 0, sums, 1)) @ matrix)


def _kept(walking: csr_array, starts: Ints) -> csr_array:
    """Return the walks that go on: not back where they began, and not too improbable."""
    found = walking.tocoo()
    going = (found.data >= LEAST) & (found.col != starts[found.row])
    return csr_array((found.data[going], (found.row[going], found.col[going])), shape=walking.shape)
