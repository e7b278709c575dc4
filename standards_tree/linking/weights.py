"""Turn signals into the probability that a suggested link is right, and learn from what people confirmed and rejected.

Logistic regression, which is Platt's scaling of several scores at once (Platt, Probabilistic outputs for support vector
machines, 1999). No signal may count against a link, so weights are never negative and each one's share can be told. A refit
starts from the weights in use and is held to them (a Gaussian prior): ten verdicts move them a little, ten thousand decide.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from standards_tree.errors import PreconditionError


class Signal(StrEnum):
    """Why a standard may answer a requirement."""

    CITED = "cited"
    """The requirement cites the standard itself."""
    ADOPTION = "adoption"
    """It cites a standard that this one adopts."""
    HS = "hs"
    """Links confirmed earlier tie the standard to the same products."""
    ICS = "ics"
    CONCEPTS = "concepts"
    """The terminology registry knows the same concepts on both sides, in whatever language."""
    TEXT = "text"
    SCOPE = "scope"
    """What the standard says it is about is like the text."""


SIGNALS: Final = tuple(Signal)
PRIOR_STRENGTH: Final = 10.0
FOLDS: Final = 5
MIN_OF_EACH: Final = 10
Strengths = Mapping[Signal, float]


@dataclass(frozen=True, slots=True)
class Weights:
    """What each signal at full strength adds to the log odds, and where those begin."""

    bias: float
    by_signal: Mapping[Signal, float]

    def probability(self, strengths: Strengths) -> float:
        """Return the probability that a link with these signals is right."""
        return _logistic(self.bias + sum(self.by_signal[signal] * strength for signal, strength in strengths.items()))

    def shares(self, strengths: Strengths) -> dict[Signal, float]:
        """Return what part of the case for a link each signal makes; together 1, where anything speaks for it."""
        parts = {signal: self.by_signal[signal] * strength for signal, strength in strengths.items()}
        whole = sum(parts.values())
        return {signal: part / whole if whole > 0 else 0.0 for signal, part in parts.items()}


# Fitted on the training split of `make bench-links`; docs/linking.md says on what and how well they do.
SHIPPED: Final = Weights(
    bias=-5.96,
    by_signal={
        # The pairs it was fitted to cite no Chinese standard and have no codes: these three are set by hand, and
        # learned by the first refits.
        Signal.CITED: 10.0,
        Signal.HS: 2.0,
        Signal.ICS: 1.0,
        Signal.ADOPTION: 8.5,
        Signal.CONCEPTS: 1.6,
        Signal.TEXT: 9.55,
        # By judgement, and cautious: no pairs with recorded scopes were there to fit it to.
        Signal.SCOPE: 1.0,
    },
)


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The signals a link was suggested with, and whether people found it right."""

    strengths: Strengths
    right: bool


@dataclass(frozen=True, slots=True)
class Refit:
    """Weights learned from verdicts, and the Brier scores of both on verdicts that each was not fitted to."""

    weights: Weights
    confirmed: int
    rejected: int
    brier_before: float
    brier_after: float

    @property
    def better(self) -> bool:
        """Tell whether the new weights say the truth better than those in use."""
        return self.brier_after < self.brier_before


def refit(reviewed: Sequence[Reviewed], present: Weights) -> Refit:
    """Return weights learned from *reviewed*, held to *present*; scores are those of FOLDS-fold cross-validation.

    Raises:
        PreconditionError: there are fewer than MIN_OF_EACH confirmations or rejections.
    """
    confirmed = sum(one.right for one in reviewed)
    rejected = len(reviewed) - confirmed
    if min(confirmed, rejected) < MIN_OF_EACH:
        message = (
            "{confirmed} confirmed and {rejected} rejected suggestions are too few to learn from: {needed} of each"
        )
        raise PreconditionError(message, confirmed=confirmed, rejected=rejected, needed=MIN_OF_EACH)
    before = brier([(present.probability(one.strengths), one.right) for one in reviewed])
    judged: list[tuple[float, bool]] = []
    # Each fold gets its part of both verdicts.
    ordered = sorted(reviewed, key=lambda one: one.right)
    for fold in range(FOLDS):
        kept = [one for place, one in enumerate(ordered) if place % FOLDS != fold]
        weights = fit(kept, present)
        judged.extend((weights.probability(one.strengths), one.right) for one in ordered[fold::FOLDS])
    return Refit(fit(reviewed, present), confirmed, rejected, before, brier(judged))


def fit(reviewed: Sequence[Reviewed], prior: Weights, strength: float = PRIOR_STRENGTH) -> Weights:
    """Return the weights under which *reviewed* is likeliest, drawn to *prior* with *strength*; none negative."""
    from scipy.optimize import minimize  # noqa: PLC0415 - half a second to import, and few calls fit weights

    signals = np.array([[one.strengths.get(signal, 0.0) for signal in SIGNALS] for one in reviewed])
    signals = np.hstack([np.ones((len(reviewed), 1)), signals])
    right = np.array([one.right for one in reviewed], dtype=np.float64)
    start = np.array([prior.bias, *(prior.by_signal[signal] for signal in SIGNALS)])

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        odds = signals @ weights
        away = weights - start
        likely = np.logaddexp(0.0, odds) - right * odds
        gradient = signals.T @ (1 / (1 + np.exp(-odds)) - right) + away * strength / len(start)
        return float(likely.sum() + away @ away * strength / len(start) / 2), gradient

    bounds = [(None, None), *[(0.0, None)] * len(SIGNALS)]
    found = minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B").x
    return Weights(float(found[0]), {signal: float(found[place]) for place, signal in enumerate(SIGNALS, start=1)})


def brier(judged: Sequence[tuple[float, bool]]) -> float:
    """Return the mean square error of probabilities (Brier, 1950): 0 is perfect, 0.25 what always saying one half gets."""
    return math.fsum((probability - right) ** 2 for probability, right in judged) / len(judged)


@dataclass(frozen=True, slots=True)
class Bin:
    """Suggestions of about the same probability: how many, what was said of them, and how many were right."""

    lower: float
    upper: float
    count: int
    said: float
    right: float


def reliability(judged: Sequence[tuple[float, bool]], bins: int = 10) -> list[Bin]:
    """Return how often suggestions were right, by what was said of them; empty bins are left out."""
    table = []
    for place in range(bins):
        inside = [pair for pair in judged if min(int(pair[0] * bins), bins - 1) == place]
        if inside:
            said = math.fsum(probability for probability, _right in inside) / len(inside)
            right = sum(right for _probability, right in inside) / len(inside)
            table.append(Bin(place / bins, (place + 1) / bins, len(inside), said, right))
    return table


def _logistic(odds: float) -> float:
    return 1 / (1 + math.exp(-odds)) if odds > -700 else 0.0
