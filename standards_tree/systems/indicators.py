"""Compare the technical indicators of a standard with those of mandatory national standards (Standardization Law, art. 21).

Recommended, industry, local, group and enterprise standards may not be technically lower than a mandatory national one.
Two indicators are compared where subject, parameter and conditions have equal match keys. Several limits on one thing in
one standard, such as a minimum and a maximum, hold together and are compared together.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from standards_tree.limits import Limit, LimitComparison, LimitRelation, compare_joint_limits
from standards_tree.standards import Level, Obligation
from standards_tree.text import match_key


@dataclass(frozen=True, slots=True)
class Indicator:
    """A limit on one parameter of a product or substance, and where it is said."""

    subject: str
    parameter: str
    limit: Limit
    conditions: str = ""
    clause: str = ""
    source: str = ""

    @property
    def topic(self) -> str:
        """Return the key of what is limited, whatever the conditions."""
        return topic_key(self.subject, self.parameter)


class IndicatorConflict(NamedTuple):
    """Limits of a standard that are looser than those of a mandatory one, or cannot be compared with them.

    ``comparison`` is None where only the conditions differ.
    """

    own: tuple[Indicator, ...]
    mandatory_standard: str
    mandatory: tuple[Indicator, ...]
    comparison: LimitComparison | None

    @property
    def is_looser(self) -> bool:
        """Tell whether the standard is technically lower; what cannot be compared is not."""
        return self.comparison is not None and self.comparison.relation is LimitRelation.LOOSER


def topic_key(subject: str, parameter: str) -> str:
    """Return the key under which indicators of the same thing meet."""
    return f"{match_key(subject)}\n{match_key(parameter)}"


def binds_all(level: Level, obligation: Obligation | None) -> bool:
    """Tell whether a standard is a mandatory national one, below which no other may be."""
    return level is Level.NATIONAL and obligation is Obligation.MANDATORY


def is_bound(level: Level, obligation: Obligation | None) -> bool:
    """Tell whether a standard may not be lower than a mandatory national one: every other one of our own."""
    return level not in (Level.INTERNATIONAL, Level.FOREIGN) and not binds_all(level, obligation)


class MandatoryIndicators:
    """The indicators of mandatory national standards in force, by what they limit."""

    def __init__(self, by_standard: Mapping[str, Sequence[Indicator]]) -> None:
        self._by_topic: dict[str, dict[str, dict[str, list[Indicator]]]] = {}
        for standard, indicators in by_standard.items():
            for topic, by_conditions in _by_topic(indicators).items():
                self._by_topic.setdefault(topic, {})[standard] = by_conditions

    def against(self, own: Iterable[Indicator]) -> tuple[list[IndicatorConflict], int]:
        """Return what in *own* is looser or incomparable, and how much was compared.

        Cost O(own + mandatory indicators on the same topics).
        """
        found: list[IndicatorConflict] = []
        compared = 0
        for topic, mine in _by_topic(own).items():
            for standard, theirs in self._by_topic.get(topic, {}).items():
                for conditions, limits in theirs.items():
                    answer = mine.get(conditions)
                    compared += answer is not None
                    conflict = _conflict(standard, tuple(limits), answer, next(iter(mine.values())))
                    found.extend([conflict] if conflict is not None else [])
        return found, compared


def _conflict(
    standard: str, mandatory: tuple[Indicator, ...], own: Sequence[Indicator] | None, other: Sequence[Indicator]
) -> IndicatorConflict | None:
    """Compare limits under the same conditions; *other* are some under different ones, where there are none."""
    if own is None:
        return IndicatorConflict(tuple(other), standard, mandatory, None)
    comparison = compare_joint_limits(_limits(mandatory), _limits(own))
    if comparison.relation in (LimitRelation.STRICTER, LimitRelation.EQUAL):
        return None
    return IndicatorConflict(tuple(own), standard, mandatory, comparison)


def _by_topic(indicators: Iterable[Indicator]) -> dict[str, dict[str, list[Indicator]]]:
    found: dict[str, dict[str, list[Indicator]]] = {}
    for indicator in indicators:
        conditions = match_key(indicator.conditions)
        found.setdefault(indicator.topic, {}).setdefault(conditions, []).append(indicator)
    return found


def _limits(indicators: Iterable[Indicator]) -> list[Limit]:
    return [indicator.limit for indicator in indicators]
