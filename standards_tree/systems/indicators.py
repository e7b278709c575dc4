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


def conflicts(
    own: Sequence[Indicator], mandatory: Mapping[str, Sequence[Indicator]]
) -> tuple[list[IndicatorConflict], int]:
    """Return what in *own* is looser than, or incomparable with, the *mandatory* standards; and how much was compared.

    *mandatory* has the indicators of each mandatory standard in force, by its id. Cost O(indicators of both).
    """
    mine = _by_topic(own)
    found: list[IndicatorConflict] = []
    compared = 0
    for standard, theirs in mandatory.items():
        for topic, by_conditions in _by_topic(theirs).items():
            for conditions, limits in by_conditions.items():
                answers = mine.get(topic, {})
                answer = answers.get(conditions)
                if answer is not None:
                    compared += 1
                    comparison = compare_joint_limits(_limits(limits), _limits(answer))
                    if comparison.relation in (LimitRelation.LOOSER, LimitRelation.INCOMPARABLE):
                        found.append(IndicatorConflict(tuple(answer), standard, tuple(limits), comparison))
                elif answers:
                    first = next(iter(answers.values()))
                    found.append(IndicatorConflict(tuple(first), standard, tuple(limits), None))
    return found, compared


def _by_topic(indicators: Iterable[Indicator]) -> dict[str, dict[str, list[Indicator]]]:
    found: dict[str, dict[str, list[Indicator]]] = {}
    for indicator in indicators:
        conditions = match_key(indicator.conditions)
        found.setdefault(indicator.topic, {}).setdefault(conditions, []).append(indicator)
    return found


def _limits(indicators: Iterable[Indicator]) -> list[Limit]:
    return [indicator.limit for indicator in indicators]
