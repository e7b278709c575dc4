"""What a text bounds is read with its whole unit, on the right side, and of the thing that is named; or left to a person."""

import pytest

from standards_tree.limits import LimitRelation, compare_limits, parse_limit
from standards_tree.measures.extraction import extract_requirements
from standards_tree.measures.requirements import RequirementKind


def found(text: str) -> list[tuple[str, str]]:
    """Return what is limited and how, for each limit proposed."""
    return [
        (each.parameter, str(each.limit))
        for each in extract_requirements(text, "x")
        if each.kind is RequirementKind.LIMIT
    ]


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("蛋白质含量不少于3.0g/100g", "≥ 3 g/100g"),
        ("at least 3.0 g/100 mL", "≥ 3 g/100 mL"),
        ("at least 3.5 g of protein per 100 g", "≥ 3.5 g/100 g"),
        ("not more than 5 mg per kg", "≤ 5 mg/kg"),
        ("not more than 5 g per serving", "≤ 5 g/serving"),
        ("每千克不超过5 mg", "≤ 5 mg/千克"),
        ("不超过5毫克每千克", "≤ 5 毫克/千克"),
        ("≤ 4 pg WHO-TEQ/g", "≤ 4 pg WHO-TEQ/g"),
        ("at most 95 g CO2/km", "≤ 95 g CO2/km"),
        ("≤ 0.5 mg/kg bw", "≤ 0.5 mg/kg bw"),
        ("< 0.5 µg/cm²/week", "< 0.5 μg/cm²/week"),
        ("not more than 5 mg/kg/day", "≤ 5 mg/kg/day"),
        ("≤ -41.3 dBm/MHz", "≤ -41.3 dBm/MHz"),
        ("酒精度≤0.5%vol", "≤ 0.5 %vol"),
        ("more than 0.1 % (w/w)", "> 0.1 % (w/w)"),
        ("less than 1.2% by volume", "< 1.2 % by volume"),
        ("no more than 5 per cent", "≤ 5 %"),
        ("not less than 6 inches", "≥ 6 inches"),
        ("铅（以Pb计）/(mg/kg) ≤ 0.5", "≤ 0.5 mg/kg"),
        ("水分/% ≤ 14", "≤ 14 %"),
        ("Moisture (%) max 10", "≤ 10 %"),
        ("pH ≤ 7 in water extract", "≤ 7"),
        ("≥ 5 km/h", "≥ 5 km/h"),
    ],
)
def test_a_limit_keeps_its_whole_unit(text: str, limit: str) -> None:
    """What it is a part of, by what measure, for what amount; a head of a table has the unit of its column."""
    assert [each for _parameter, each in found(text)] == [limit]


@pytest.mark.parametrize("text", ["≤ 0.5 xy/z", "≤ 0.5 Xyz³"])
def test_a_number_with_a_unit_nobody_knows_is_left_to_a_person(text: str) -> None:
    """The number alone would be another limit."""
    assert found(text) == [("", "None")]


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("Pb≤90 mg/kg", [("Pb", "≤ 90 mg/kg")]),
        ("重金属Pb不大于90mg/kg", [("重金属Pb", "≤ 90 mg/kg")]),
        ("Store at or below -18 °C", [("Store", "≤ -18 °C")]),
        ("shall be less or equal to 5 mg/kg", [("", "≤ 5 mg/kg")]),
        ("greater or equal to 5 mg/kg", [("", "≥ 5 mg/kg")]),
        ("lead must not contain more than 2 %", [("lead", "≤ 2 %")]),
        ("5 kg and above", [("", "≥ 5 kg")]),
        ("质量5 kg以上（不含5 kg）", [("质量", "> 5 kg")]),
        ("质量5 kg以上（含5 kg）", [("质量", "≥ 5 kg")]),
        ("不等于5 mg/kg", []),
        ("n=5, c=2, m=100 CFU/g", []),
        ("increased from 2 % to 5 %", []),
        ("50 V≤U≤1000 V", [("U", "≥ 50 V"), ("U", "≤ 1000 V")]),
        ("5 < d ≤ 10 mm", [("d", "> 5 mm"), ("d", "≤ 10 mm")]),
        ("pH值应在4.0~7.5之间", [("pH值", "4–7.5")]),
        ("The pH value shall be between 4.0 and 7.5.", [("The pH value", "4–7.5")]),
        ("pH 7-day test", []),
        ("maximum residue level (MRL) of 0.01 mg/kg", [("residue level", "≤ 0.01 mg/kg")]),
        ("the maximum speed shall be 25 km/h", [("speed", "≤ 25 km/h")]),
        ("a minimum thickness of 0.05 mm", [("thickness", "≥ 0.05 mm")]),
        ("Maximum: 5 mg/kg", [("", "≤ 5 mg/kg")]),
        ("motors with a maximum power of 5 kW or more", [("a maximum power", "≥ 5 kW")]),
        ("铅/(mg/kg)          ≤     0.5", [("铅", "≤ 0.5 mg/kg")]),
        ("最高限量为5 mg/kg", [("", "≤ 5 mg/kg")]),
        ("额定电压高于50V但不超过1000V的设备", [("额定电压", "> 50 V"), ("额定电压", "≤ 1000 V")]),
        ("Lead (Pb) ≤ 90 mg/kg", [("Lead", "≤ 90 mg/kg")]),
        ("铅（以Pb计）≤0.5 mg/kg", [("铅", "≤ 0.5 mg/kg")]),
        ("噪声应在45dB(A)以下", [("噪声", "≤ 45 dB(A)")]),
    ],
)
def test_a_limit_is_on_the_right_side_and_of_what_is_named(text: str, limits: list[tuple[str, str]]) -> None:
    """Of two bounds the second is of the same thing; what a limit rises from is none."""
    assert found(text) == limits


@pytest.mark.parametrize(
    "text",
    [
        "Products containing more than 90 mg/kg lead are prohibited.",
        "It is prohibited to sell batteries with more than 0.0005% of mercury.",
        "禁止销售铅含量大于90mg/kg的产品",
        "铅含量超过90mg/kg的产品不得销售",
    ],
)
def test_what_is_prohibited_above_a_value_is_no_demand_to_lie_above_it(text: str) -> None:
    """The place is proposed, and a person says what may be."""
    assert [limit for _parameter, limit in found(text)] == ["None"]


@pytest.mark.parametrize(
    ("text", "parameter"),
    [("沙门氏菌不得检出。", "沙门氏菌"), ("Formaldehyde shall not be detected.", "Formaldehyde")],
)
def test_what_must_not_be_detected_is_a_limit_without_a_number(text: str, parameter: str) -> None:
    """It is proposed, with the thing it is said of."""
    assert found(text) == [(parameter, "None")]


@pytest.mark.parametrize(
    ("required", "standard", "relation"),
    [
        ("≤ 0.1 % (m/m)", "≤ 1 g/kg", LimitRelation.EQUAL),
        ("≤ 0.1 wt%", "≤ 2000 mg/kg", LimitRelation.LOOSER),
        ("≤ 40 %vol", "≤ 40 % (v/v)", LimitRelation.EQUAL),
        ("≤ 0.1 % vol", "≤ 1 g/kg", LimitRelation.INCOMPARABLE),
        ("≤ 0.1 % (w/w)", "≤ 1 mL/L", LimitRelation.INCOMPARABLE),
        ("≤ 5 ppmv", "≤ 5 mL/m³", LimitRelation.EQUAL),
        ("≤ 5 ppmv", "≤ 5 mg/kg", LimitRelation.INCOMPARABLE),
        ("≤ 5 % (w/v)", "≤ 50 g/L", LimitRelation.EQUAL),
        ("≤ 5 % (w/v)", "≤ 50 g/kg", LimitRelation.INCOMPARABLE),
        ("≤ 70 dBA", "≤ 65 dB (A)", LimitRelation.STRICTER),
        ("≤ 70 dBA", "≤ 70 dB", LimitRelation.INCOMPARABLE),
        ("≥ 50 microns", "≥ 0.05 mm", LimitRelation.EQUAL),
        ("≤ 1 atm", "≤ 101.325 kPa", LimitRelation.EQUAL),
        ("at or below -18 °C", "≤ -20 °C", LimitRelation.STRICTER),
        ("0–5 %", "≤ 5 %", LimitRelation.EQUAL),
        ("≤ 50 g/kg", "0–5 %", LimitRelation.EQUAL),
        ("0–5 %", "≤ 6 %", LimitRelation.LOOSER),
        ("≥ 0 mg/kg", "< 5 mg/kg", LimitRelation.STRICTER),
        ("≥ 5 mg/kg", "≤ 5 mg/kg", LimitRelation.INCOMPARABLE),
        ("0–5 °C", "≤ 5 °C", LimitRelation.LOOSER),
    ],
)
def test_parts_that_say_of_which_whole_are_compared_with_that_kind_only(
    required: str, standard: str, relation: LimitRelation
) -> None:
    """By mass with by mass, by volume with by volume."""
    assert compare_limits(parse_limit(required), parse_limit(standard)).relation is relation
