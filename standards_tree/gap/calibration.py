"""Turn what is known of an inferred answer into the probability that it is right, learned from answers people gave.

Every requirement with confirmed links is asked as if it had none; whether the inferred standard is among the confirmed
ones is known. What tells right from wrong is what follows from the way (its strength), its penalty, and its chance among
all ways that set out from the requirement (:mod:`chances`), in three classes. The shares of right answers are made to
fall with the penalty (isotonic regression, by pooling adjacent violators; Barlow and others 1972) for each strength and
class apart. Until a base holds answers of its own, each of these counts as ``PRIOR_ANSWERS`` answers of the shares that
``PRIOR`` and ``PRIOR_OF_CLASS`` give: an assumption, and the number of real answers is always shown beside.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

MOST_PENALTY = 8
# The classes of chances, by the least of each.
CLASSES = (0.3, 0.03, 0.0)
PRIOR_OF_CLASS = (1.0, 0.6, 0.3)
PRIOR_ANSWERS = 4.0


class Strength(StrEnum):
    """What follows from an inference: the whole requirement is answered, a part of it, or nothing for certain."""

    WHOLE = "whole"
    PART = "part"
    RELATED = "related"


# The share of right answers at penalty 0, and what is left of it with every further point.
PRIOR = {Strength.WHOLE: (0.9, 0.7), Strength.PART: (0.7, 0.7), Strength.RELATED: (0.3, 0.7)}


@dataclass(frozen=True, slots=True)
class Answer:
    """What was inferred where the truth is known, and whether it was right."""

    strength: Strength
    penalty: int
    chance: float
    right: bool


@dataclass(frozen=True, slots=True)
class Bin:
    """How often inferences of one kind were right, and the probability they are given."""

    strength: Strength
    penalty: int
    least_chance: float
    answers: int
    right: int
    probability: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Hold a probability for each strength, class of chances and penalty."""

    bins: tuple[Bin, ...]

    def probability(self, strength: Strength, penalty: int, chance: float) -> float:
        """Return how probable it is that an inference is right."""
        wanted = (strength, CLASSES[class_of(chance)], min(penalty, MOST_PENALTY))
        return next(one.probability for one in self.bins if (one.strength, one.least_chance, one.penalty) == wanted)

    @property
    def answers(self) -> int:
        """Return how many known answers it was learned from."""
        return sum(one.answers for one in self.bins)


def class_of(chance: float) -> int:
    """Return the class a chance belongs to, the best being 0."""
    return next(number for number, least in enumerate(CLASSES) if chance >= least)


def calibrate(answers: Iterable[Answer]) -> Calibration:
    """Return the calibration that *answers* give."""
    asked: Counter[tuple[Strength, int, int]] = Counter()
    right: Counter[tuple[Strength, int, int]] = Counter()
    for answer in answers:
        kind = (answer.strength, class_of(answer.chance), min(answer.penalty, MOST_PENALTY))
        asked[kind] += 1
        right[kind] += answer.right
    bins: list[Bin] = []
    for strength, number in product(Strength, range(len(CLASSES))):
        kinds = [(strength, number, penalty) for penalty in range(MOST_PENALTY + 1)]
        fitted = _fitted(strength, number, [asked[kind] for kind in kinds], [right[kind] for kind in kinds])
        bins += [
            Bin(strength, penalty, CLASSES[number], asked[kind], right[kind], round(float(fitted[penalty]), 6))
            for penalty, kind in enumerate(kinds)
        ]
    return Calibration(tuple(bins))


def _fitted(strength: Strength, number: int, asked: Sequence[int], right: Sequence[int]) -> NDArray[np.float64]:
    """Return the probabilities of one strength and class by penalty, falling."""
    top, left = PRIOR[strength]
    prior = top * PRIOR_OF_CLASS[number] * left ** np.arange(MOST_PENALTY + 1)
    weights = np.array(asked) + PRIOR_ANSWERS
    shares = (np.array(right) + PRIOR_ANSWERS * prior) / weights
    fitted: NDArray[np.float64] = isotonic_regression(shares, weights=weights, increasing=False).x
    return fitted
