"""Whether a standard is technically lower than a mandatory national one (Standardization Law, art. 21)."""

import pytest

from standards_tree.limits import LimitRelation, parse_limit
from standards_tree.standards import Level, Obligation
from standards_tree.systems.indicators import Indicator, IndicatorConflict, MandatoryIndicators, binds_all, is_bound


def indicator(limit: str, subject: str = "示例服装", parameter: str = "甲醛含量", conditions: str = "") -> Indicator:
    """Return an invented indicator."""
    return Indicator(subject, parameter, parse_limit(limit), conditions)


def found(own: list[Indicator], mandatory: list[Indicator]) -> list[IndicatorConflict]:
    """Return what is found against one mandatory standard."""
    return MandatoryIndicators({"gb_1-2020": mandatory}).against(own)[0]


def test_a_looser_limit_is_lower():
    """With the numbers of both, in units of the mandatory one."""
    (one,) = found([indicator("≤ 0.09 g/kg")], [indicator("≤ 75 mg/kg")])
    assert one.is_looser
    assert one.comparison.parameters == {"required": "≤ 75 mg/kg", "standard": "≤ 0.09 g/kg (90 mg/kg)"}


@pytest.mark.parametrize("limit", ["≤ 75 mg/kg", "≤ 20 mg/kg", "< 75 mg/kg", "0.01–0.07 g/kg"])
def test_an_equal_or_stricter_limit_is_not_lower(limit: str):
    """Whatever unit it is in."""
    assert found([indicator(limit)], [indicator("≤ 75 mg/kg")]) == []


def test_spelling_does_not_keep_two_indicators_apart():
    """Full-width forms, blanks and case are one thing."""
    mine = indicator("≤ 90 mg/kg", subject="Ｂａｂｙ  wear", parameter="ＰＨ值")
    assert found([mine], [indicator("≤ 75 mg/kg", subject="baby wear", parameter="pH值")])


@pytest.mark.parametrize("other", [{"subject": "玩具"}, {"parameter": "铅含量"}])
def test_other_things_are_not_compared(other: dict[str, str]):
    """Another product or another parameter."""
    mandatory = MandatoryIndicators({"gb_1-2020": [indicator("≤ 75 mg/kg")]})
    assert mandatory.against([indicator("≤ 90 mg/kg", **other)]) == ([], 0)


def test_what_cannot_be_converted_is_noted_and_never_lower():
    """Nobody but a person can tell."""
    (one,) = found([indicator("≤ 90 mg/L")], [indicator("≤ 75 mg/kg")])
    assert (one.is_looser, one.comparison.relation) == (False, LimitRelation.INCOMPARABLE)


def test_other_conditions_are_noted_and_never_lower():
    """A limit for direct contact says nothing about one for none."""
    (one,) = found(
        [indicator("≤ 90 mg/kg", conditions="不直接接触皮肤")], [indicator("≤ 75 mg/kg", conditions="直接接触皮肤")]
    )
    assert (one.is_looser, one.comparison) == (False, None)


def test_a_limit_under_the_same_conditions_answers_alone():
    """Those for other conditions are not noted beside it."""
    mine = [indicator("≤ 20 mg/kg", conditions="A"), indicator("≤ 300 mg/kg", conditions="B")]
    theirs = [indicator("≤ 20 mg/kg", conditions="A"), indicator("≤ 300 mg/kg", conditions="B")]
    assert found(mine, theirs) == []


def test_a_minimum_and_a_maximum_hold_together():
    """Neither alone is compared with a range."""
    assert found([indicator("≥ 5 kPa"), indicator("≤ 8 kPa")], [indicator("4–9 kPa")]) == []


def test_a_range_that_is_too_wide_on_one_side_is_lower():
    """The same with a value beyond."""
    assert found([indicator("≥ 5 kPa"), indicator("≤ 10 kPa")], [indicator("4–9 kPa")])[0].is_looser


def test_limits_that_nothing_can_keep_are_compared_with_nothing():
    """At least 9 and at most 4: somebody wrote it down wrongly."""
    (one,) = found([indicator("≥ 9 kPa"), indicator("≤ 4 kPa")], [indicator("4–9 kPa")])
    assert not one.is_looser


def test_comparisons_are_counted():
    """Who reads the report sees how much was looked at."""
    mandatory = MandatoryIndicators({"a": [indicator("≤ 75 mg/kg")], "b": [indicator("≤ 30 mg/kg")]})
    assert mandatory.against([indicator("≤ 20 mg/kg")])[1] == 2


@pytest.mark.parametrize(
    ("level", "obligation", "binds", "bound"),
    [
        (Level.NATIONAL, Obligation.MANDATORY, True, False),
        (Level.NATIONAL, Obligation.RECOMMENDED, False, True),
        (Level.INDUSTRY, Obligation.MANDATORY, False, True),
        (Level.LOCAL, Obligation.RECOMMENDED, False, True),
        (Level.GROUP, None, False, True),
        (Level.ENTERPRISE, None, False, True),
        (Level.INTERNATIONAL, None, False, False),
        (Level.FOREIGN, None, False, False),
    ],
)
def test_only_mandatory_national_standards_bind_and_all_others_of_ours_are_bound(
    level: Level, obligation: Obligation | None, binds: bool, bound: bool
):
    """Old mandatory industry standards are bound too."""
    assert (binds_all(level, obligation), is_bound(level, obligation)) == (binds, bound)
