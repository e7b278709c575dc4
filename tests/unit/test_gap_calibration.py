"""Probabilities of inferences: learned from answers, falling with the penalty, and honest about what they rest on."""

import numpy as np
import pytest

from gap_cases import AS_OF
from gap_snapshots import random_snapshot
from standards_tree.gap.calibration import CLASSES, MOST_PENALTY, PRIOR, Answer, Strength, calibrate
from standards_tree.gap.chances import LEAST, MOST_STEPS, chances
from standards_tree.gap.health import examine
from standards_tree.gap.inference import Inferring
from standards_tree.gap.network import Network, network_of
from standards_tree.gap.snapshot import GapOptions


def answers(penalty: int, right: int, wrong: int, chance: float = 1.0) -> list[Answer]:
    """Return known answers of one kind."""
    return [Answer(Strength.WHOLE, penalty, chance, number < right) for number in range(right + wrong)]


def test_without_answers_the_assumption_holds_and_says_so() -> None:
    """The probability is the prior, and rests on no answer."""
    calibration = calibrate([])
    assert calibration.answers == 0
    assert calibration.probability(Strength.WHOLE, 0, 1.0) == PRIOR[Strength.WHOLE][0]


def test_many_answers_outweigh_the_assumption() -> None:
    """Of 1,000 answers 100 were right: the probability is near a tenth, whatever was assumed."""
    assert calibrate(answers(0, 100, 900)).probability(Strength.WHOLE, 0, 1.0) == pytest.approx(0.1, abs=0.01)


def test_a_higher_penalty_is_never_more_probable() -> None:
    """Where answers say otherwise, neighbours are pooled."""
    calibration = calibrate([*answers(0, 10, 90), *answers(1, 90, 10)])
    shares = [calibration.probability(Strength.WHOLE, penalty, 1.0) for penalty in range(MOST_PENALTY + 1)]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] == shares[1] == pytest.approx(0.5, abs=0.05)


def test_probabilities_are_those_of_the_answers_they_were_learned_from() -> None:
    """Within each kind, the mean of the probabilities equals the share of right answers, up to the assumption's weight."""
    for chance in CLASSES:
        calibration = calibrate(answers(2, 300, 700, chance))
        assert calibration.probability(Strength.WHOLE, 2, chance) == pytest.approx(0.3, abs=0.01)


def walked(network: Network, start: int) -> dict[int, float]:
    """Return the chance of every end by walking step by step, with plain loops."""
    onward: dict[int, list[tuple[int, float]]] = {}
    steps = network.steps
    for source, target, penalty in zip(
        steps.sources.tolist(), steps.targets.tolist(), steps.penalties.tolist(), strict=True
    ):
        onward.setdefault(source, []).append((target, 2.0**-penalty))
    total: dict[int, float] = {}
    standing = {start: 1.0}
    for step in range(MOST_STEPS):
        after: dict[int, float] = {}
        for node, chance in standing.items():
            if step and (node == start or chance < LEAST):
                continue
            weights = sum(weight for _, weight in onward.get(node, ()))
            for target, weight in onward.get(node, ()):
                after[target] = after.get(target, 0.0) + chance * weight / weights
        for node, chance in after.items():
            total[node] = total.get(node, 0.0) + chance
        standing = after
    return total


def test_chances_are_those_of_plain_walks() -> None:
    """On random networks, for every requirement."""
    for seed in range(40):
        facts = random_snapshot(seed)
        network = network_of(facts, examine(facts, AS_OF, GapOptions()))
        starts = np.arange(network.first_requirement, network.first_measure)
        found = chances(network.steps, starts).toarray()
        for row, start in enumerate(starts.tolist()):
            expected = np.zeros(network.node_count)
            for node, chance in walked(network, start).items():
                expected[node] = chance
            assert found[row] == pytest.approx(expected, abs=1e-12), seed


def test_a_calibration_is_learned_from_the_confirmed_links_of_a_base() -> None:
    """Each strength of each requirement with links is one answer at most."""
    learned = 0
    for seed in range(40):
        facts = random_snapshot(seed)
        inferring = Inferring(network_of(facts, examine(facts, AS_OF, GapOptions())))
        assert inferring.calibration.answers <= len(Strength) * int(inferring.direct.sum())
        assert all(0 <= one.right <= one.answers and 0 <= one.probability <= 1 for one in inferring.calibration.bins)
        learned += inferring.calibration.answers
    assert learned > 0
