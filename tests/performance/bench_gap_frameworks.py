"""Measure inference on the mappings of others: OpenCRE's pairs of standards, and authored pairs of requirements left out.

The authored pairs: NIST CSF 1.1, CSF 2.0, ISO/IEC 27001:2013 and 2022. There is no closed triangle among them, so a fifth
of the pairs CSF 2.0 - ISO/IEC 27001:2022 at a time is left out, inferred from the rest, and compared with what was
authored. Plain chaining takes every pair that three links in a row join. Ours ranks pairs by their chance among all walks
over links and chapters, and its probability is learned from the other four fifths.
"""

import csv
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
from scipy.optimize import isotonic_regression

from gap_real_graphs import common_requirements
from standards_tree.gap.alternatives import alternatives
from standards_tree.gap.chances import chances
from standards_tree.gap.penalties import EDGE_NUMBER, EdgeKind
from standards_tree.gap.steps import Steps, cheapest

SHARED_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
FOLDS = 5
LEFT, RIGHT = "nist-csf-2.0", "iso27001-2022"
KINDS = {
    "equal": EdgeKind.LINK_EQUAL,
    "subset": EdgeKind.LINK_SUBSET,
    "superset": EdgeKind.LINK_SUPERSET,
    "intersect": EdgeKind.LINK_INTERSECTS,
}
Requirement = tuple[str, str]
Pair = tuple[Requirement, Requirement]


def pairs_of_standards() -> dict[str, float]:
    """Return how long OpenCRE's pairs of standards take."""
    graph = common_requirements(SHARED_DATA)
    start = time.process_time()
    steps = graph.steps()
    found = {name: cheapest(steps, np.array(goals)) for name, goals in graph.standards.items()}
    every = time.process_time() - start
    start = time.process_time()
    one = cheapest(steps, np.array(graph.standards["CWE"]))
    single = time.process_time() - start
    start = time.process_time()
    alternatives(one, graph.standards["ASVS"][0], 11)
    ways = time.process_time() - start
    count = len(found) * (len(found) - 1)
    return {
        f"OpenCRE: all {count} directed pairs of standards, s (limit 2)": every,
        "OpenCRE: one pair, s (limit 0.1)": single,
        "OpenCRE: the best and 10 next ways of one section, s (limit 0.1)": ways,
    }


def authored() -> dict[Pair, EdgeKind]:
    """Return the authored pairs, each once."""
    found: dict[Pair, EdgeKind] = {}
    with (SHARED_DATA / "mappings" / "framework_pairs.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            one, other = (row["source_framework"], row["source_req"]), (row["target_framework"], row["target_req"])
            if (other, one) not in found:
                found[one, other] = KINDS[row["relationship"]]
    return found


def chapter(requirement: Requirement) -> Requirement | None:
    """Return what a requirement is a part of, by its number."""
    framework, name = requirement
    for separator in ("-", "."):
        if separator in name:
            return framework, name.rpartition(separator)[0]
    return None


def ranked(known: dict[Pair, EdgeKind], left: list[Requirement], right: list[Requirement]) -> np.ndarray:
    """Return the chance of every pair, from the pairs known."""
    named = {end for pair in known for end in pair} | {*left, *right}
    named |= {above for one in named if (above := chapter(one)) is not None}
    number = {name: position for position, name in enumerate(sorted(named))}
    edges = [(number[one], number[other], EDGE_NUMBER[kind]) for (one, other), kind in known.items()]
    contains = EDGE_NUMBER[EdgeKind.CONTAINS]
    edges += [(number[above], number[one], contains) for one in named if (above := chapter(one)) in number]
    source, target, kind = np.array(sorted(edges)).T
    steps = Steps.along_edges(len(number), source, target, kind.astype(np.int8))
    found = chances(steps, np.array([number[one] for one in left]))
    return found[:, [number[one] for one in right]].toarray()


def chained(known: dict[Pair, EdgeKind], left: list[Requirement], right: list[Requirement]) -> np.ndarray:
    """Return which pairs three links in a row join."""
    joined: dict[Requirement, set[Requirement]] = defaultdict(set)
    for one, other in known:
        joined[one].add(other)
        joined[other].add(one)
    reached = [
        {far for near in joined[one] for mid in joined[near] if mid != one for far in joined[mid]} for one in left
    ]
    return np.array([[other in found for other in right] for found in reached])


def left_out() -> dict[str, float]:
    """Return precision, recall and calibration on the pairs left out."""
    pairs = authored()
    asked = sorted(pair for pair in pairs if {pair[0][0], pair[1][0]} == {LEFT, RIGHT})
    left = sorted({end for pair in asked for end in pair if end[0] == LEFT})
    right = sorted({end for pair in asked for end in pair if end[0] == RIGHT})
    fold_of = dict(zip(asked, np.random.default_rng(1).permutation(len(asked)) % FOLDS, strict=True))
    score, plain, truth, folds = [], [], [], []
    for fold in range(FOLDS):
        known = {pair: kind for pair, kind in pairs.items() if fold_of.get(pair) != fold}
        chance, chain = ranked(known, left, right), chained(known, left, right)
        for row, one in enumerate(left):
            for column, other in enumerate(right):
                if (one, other) not in known and (other, one) not in known:
                    score.append(chance[row, column])
                    plain.append(chain[row, column])
                    truth.append((one, other) in pairs or (other, one) in pairs)
                    folds.append(fold)
    columns = (np.array(score), np.array(plain), np.array(truth), np.array(folds))
    return compared(*columns)


def compared(score: np.ndarray, plain: np.ndarray, truth: np.ndarray, folds: np.ndarray) -> dict[str, float]:
    """Return how ours and plain chaining do, and how far the probabilities are from what is true."""
    probability = np.zeros(len(score))
    for fold in range(FOLDS):
        others = folds != fold
        order = np.argsort(score[others], kind="stable")
        fitted = isotonic_regression(truth[others][order].astype(float)).x
        probability[~others] = np.interp(score[~others], score[others][order], fitted)
    recall = truth[plain].sum() / truth.sum()
    figures = {"plain chaining: precision": truth[plain].mean(), "plain chaining: recall": recall}
    order = np.argsort(-probability, kind="stable")
    hits = np.cumsum(truth[order])
    for wanted in (0.3, 0.5, recall + 0.01):
        last = int(np.searchsorted(hits, wanted * truth.sum()))
        chosen = probability >= probability[order[last]]
        figures[f"probability >= {probability[order[last]]:.4f}: precision"] = truth[chosen].mean()
        figures[f"probability >= {probability[order[last]]:.4f}: recall"] = truth[chosen].sum() / truth.sum()
    for low, high in ((0.0, 0.01), (0.01, 0.05), (0.05, 0.15), (0.15, 1.01)):
        inside = (probability >= low) & (probability < high)
        if inside.any():
            said = f"said {low:.2f} to {min(high, 1.0):.2f} ({inside.sum():,} pairs)"
            figures[f"{said}: mean probability"] = probability[inside].mean()
            figures[f"{said}: share that is right"] = truth[inside].mean()
    return figures


def measure() -> dict[str, float]:
    """Return all figures, or none where the mappings are not there."""
    return {**pairs_of_standards(), **left_out()} if SHARED_DATA.is_dir() else {}


if __name__ == "__main__":
    for name, figure in measure().items():
        print(f"{name:<86} {figure:>12,.3f}", flush=True)  # noqa: T201
