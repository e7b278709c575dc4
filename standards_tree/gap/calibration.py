"""Turn the penalty of an inferred answer into the probability that it is right, learned from answers people gave.

Every requirement with confirmed links is asked as if it had none; whether the inferred standard is among the confirmed
ones is known. The shares of right answers by penalty are made to fall with the penalty (isotonic regression, by pooling
adjacent violators; Barlow and others 1972) for each strength apart. Until a base holds answers of its own, each
penalty counts as ``PRIOR_ANSWERS`` answers of the shares in ``PRIOR``: an assumption, and the number of real answers is
always shown beside the probability.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.optimize import isotonic_regression

MOST_PENALTY = 8
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
    right: bool


@dataclass(frozen=True, slots=True)
class Bin:
    """How often inferences of one strength and penalty were right, and the probability they are given."""

    strength: Strength
    penalty: int
    answers: int
    right: int
    probability: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Hold a probability for each strength and penalty."""

    bins: tuple[Bin, ...]

    def probability(self, strength: Strength, penalty: int) -> float:
        """Return how probable it is that an inference is right."""
        wanted = min(penalty, MOST_PENALTY)
        return next(one.probability for one in self.bins if one.strength is strength and one.penalty == wanted)

    @property
    def answers(self) -> int:
        """Return how many known answers it was learned from."""
        return sum(one.answers for one in self.bins)


def calibrate(answers: Iterable[Answer]) -> Calibration:
    """Return the calibration that *answers* give."""
    known = list(answers)
    bins: list[Bin] = []
    for strength in Strength:
        asked = np.zeros(MOST_PENALTY + 1)
        right = np.zeros(MOST_PENALTY + 1)
        for answer in known:
            if answer.strength is strength:
                asked[min(answer.penalty, MOST_PENALTY)] += 1
                right[min(answer.penalty, MOST_PENALTY)] += answer.right
        top, left = PRIOR[strength]
        prior = top * left ** np.arange(MOST_PENALTY + 1)
        weights = asked + PRIOR_ANSWERS
        shares = (right + PRIOR_ANSWERS * prior) / weights
        fitted = isotonic_regression(shares, weights=weights, increasing=False).x
        bins += [
            Bin(strength, penalty, int(asked[penalty]), int(right[penalty]), round(float(fitted[penalty]), 6))
            for penalty in range(MOST_PENALTY + 1)
        ]
    return Calibration(tuple(bins))
