"""Pairs of limits as standards and notifications print them, in different units and with different operators.

Each block begins with what is required; the lines below it hold what standards say, by how that compares, separated by bars.
"""

import pytest

from standards_tree.limit_cautions import caution_about
from standards_tree.limits import LimitRelation, compare_limits, parse_limit

PAIRS = """
≤ 90 mg/kg
    equal: ≤ 90 ppm | ≤ 90 µg/g | ≤ 90 μg/g | ≤ 0.009 % | ≤ 0.09 ‰ | ≤ 0.09 g/kg | ≤ 90 g/t
    equal: ≤ 90000 µg/kg | ≤ 9 mg/100 g | 不大于 90 mg/kg | 不超过90毫克/千克 | not more than 90 mg/kg
    equal: not exceeding 90 ppm | 90 mg/kg max | 90 mg/kg以下
    stricter: < 90 mg/kg | 小于 90 mg/kg | less than 90 ppm | ≤ 89.999 mg/kg | ≤ 0.008 % | ≤ 75 µg/g
    stricter: ≤ 90 ppb | = 80 mg/kg | 10–80 mg/kg
    looser: ≤ 90.001 mg/kg | ≤ 100 ppm | ≤ 0.01 % | ≤ 0.1 ‰ | ≤ 120 µg/g | ≤ 100000 ppb | = 100 mg/kg
    looser: 80–100 mg/kg
    limits_opposite: ≥ 90 mg/kg | > 10 mg/kg
    units_differ: ≤ 90 mg/L | ≤ 90 mg/m³ | ≤ 90 mg | ≤ 90 | ≤ 90 mg/kg bw | ≤ 90 CFU/g
    units_differ: ≤ 90 mg/kg dry matter | ≤ 90 mL/m³ | ≤ 90 μmol/mol | ≤ 90 mm/km
< 90 mg/kg
    looser: ≤ 90 mg/kg | = 90 mg/kg
    equal: < 90 ppm | < 0.009 %
    stricter: ≤ 89 mg/kg | = 89 mg/kg
≤ 0.1 %
    equal: ≤ 1000 mg/kg | ≤ 1 ‰ | ≤ 1 g/kg | ≤ 1000 ppm | 不应大于0.1％ | 不得超过 1000 mg/kg
    equal: shall not exceed 0.1 % | at most 0.10 % | up to 0.1 % | maximum 0.1 % | max. 0.1 % | 最大 0.1 %
    stricter: ≤ 0.05 % | ≤ 500 ppm | ≤ 0.5 ‰
    looser: ≤ 2 ‰ | ≤ 0.2 %
    units_differ: ≤ 3 ° | ≤ 0.1 %vol
    limits_opposite: ≥ 0.1 %
≥ 85 %
    equal: ≥ 850 ‰ | ≥ 85 ％ | 不小于85% | 不低于 85 % | not less than 85 % | at least 85 % | 至少85% | 85 % 以上
    equal: 85 % or more | minimum 85 %
    stricter: > 85 % | 大于85% | more than 85 % | ≥ 90 % | ≥ 900 ‰ | = 85 % | 90–95 %
    looser: ≥ 80 % | ≥ 800 ‰ | = 84 % | 80–95 %
    limits_opposite: ≤ 85 % | < 100 %
> 85 %
    looser: ≥ 85 %
    equal: > 850 ‰
≤ 35 dB(A)
    equal: ≤ 35 dB(A) | 35 dB(A)以下 | 不大于 35 dB（A）
    stricter: ≤ 30 dB(A) | < 35 dB(A)
    looser: ≤ 40 dB(A)
    units_differ: ≤ 35 dB | ≤ 35 dB(C) | ≤ 35 Pa
≤ 5 kPa
    equal: ≤ 5000 Pa | ≤ 50 mbar | ≤ 0.05 bar | ≤ 5000 N/m² | ≤ 5 千帕 | ≤ 0.005 MPa
    stricter: ≤ 37 mmHg | ≤ 0.7 psi | ≤ 0.04 bar
    looser: ≤ 38 mmHg | ≤ 0.8 psi | ≤ 60 mbar
    units_differ: ≤ 5 N | ≤ 5 kg
10–20 kPa
    equal: 10000–20000 Pa | 100–200 mbar | 10~20 kPa | 10 kPa～20 kPa | between 10 and 20 kPa | (15±5) kPa
    equal: 15 kPa±5 kPa
    stricter: 15 kPa±3 kPa | 12–18 kPa | 0.12–0.18 bar | = 15 kPa
    looser: 5–25 kPa | 5–15 kPa | ≤ 20 kPa | ≥ 10 kPa | 30–40 kPa
15–25 °C
    equal: 59–77 °F | (20±5) ℃ | 288.15–298.15 K | 15~25 摄氏度
    stricter: 18–22 °C | 64–72 °F
    looser: 50–77 °F | 10–20 °C | 15–25 K | ≤ 25 °C
≤ 25 °C
    equal: ≤ 77 °F | ≤ 298.15 K | ≤ 25 ℃
    stricter: ≤ 76 °F | ≤ 298 K | = 20 °C
    looser: ≤ 78 °F | ≤ 299 K
≤ -18 °C
    equal: ≤ -0.4 °F | ≤ 255.15 K
    looser: ≤ 0 °F | ≤ -15 °C
    stricter: ≤ −20 ℃
≥ 0 °C
    equal: ≥ 32 °F | ≥ 273.15 K
    looser: ≥ 30 °F
    stricter: > 0 °C
≤ 3 mm
    equal: ≤ 0.3 cm | ≤ 3000 µm | ≤ 3 毫米
    stricter: ≤ 0.1 in
    looser: ≤ 0.2 in | ≤ 3 cm
    units_differ: ≤ 3 mm²
≥ 1.5 N/mm²
    equal: ≥ 1.5 MPa | ≥ 15 bar
    looser: ≥ 1 MPa
≤ 20 mg/m³
    equal: ≤ 20 µg/L | ≤ 0.02 mg/L | ≤ 0.02 g/m³
    units_differ: ≤ 20 ppm
    looser: ≤ 25 mg/m³
≤ 0.5 µg/cm²
    equal: ≤ 5 mg/m²
    units_differ: ≤ 0.5 µg/cm²/week
    looser: ≤ 6 mg/m²
≤ 1000 CFU/g
    equal: ≤ 1×10³ CFU/g
    looser: <10^4 CFU/g
    stricter: ≤ 100 CFU/g
    units_differ: ≤ 1000 MPN/g | ≤ 1000 CFU/mL
≤ 10 Bq/kg
    equal: ≤ 0.01 Bq/g
    units_differ: ≤ 10 Bq/L
≤ 2 W
    equal: ≤ 2000 mW
    units_differ: ≤ 2 J | ≤ 2 VA
≤ 20 mSv
    equal: ≤ 0.02 Sv
    units_differ: ≤ 20 mGy
≤ 50 mL/m³
    equal: ≤ 50 ppm | ≤ 0.005 % | ≤ 50 µL/L
    units_differ: ≤ 50 mg/kg
≤ 50 Hz
    equal: ≤ 0.05 kHz
≤ 60 s
    equal: ≤ 1 min | ≤ 1 分钟
≤ 24 h
    equal: ≤ 1 d
    looser: ≤ 25 小时
≤ 240 V
    equal: ≤ 0.24 kV
    units_differ: ≤ 240 A
≤ 0.5 mA
    equal: ≤ 500 µA
≤ 5 mg/(kg·d)
    equal: ≤ 5 mg/kg/d
    units_differ: ≤ 5 mg/kg·d
≤ 1 lb
    looser: ≤ 500 g
    stricter: ≤ 450 g
= 3
    equal: = 3
    looser: = 4
≤ 5
    equal: ≤ 5
    stricter: < 5
≤ 5 mg/L
    units_differ: ≤ 5 ppm
≥ 4 h
    equal: ≥ 240 min
≤ 1 %
    equal: ≤ 10 g/kg
"""


def pairs() -> list[tuple[str, str, str]]:
    """Return what is required, what the standard says, and how that compares or why it does not."""
    found = []
    required = ""
    for line in PAIRS.strip().splitlines():
        if not line.startswith(" "):
            required = line
            continue
        outcome, _, limits = line.strip().partition(": ")
        found.extend((required, limit, outcome) for limit in limits.split(" | "))
    return found


def test_there_are_two_hundred_pairs() -> None:
    """They are as many as are promised, and no two are the same."""
    assert len(pairs()) == len(set(pairs())) >= 200


@pytest.mark.parametrize(("required", "standard", "outcome"), pairs())
def test_a_pair_compares_right_or_says_why_it_cannot(required: str, standard: str, outcome: str) -> None:
    """Stricter, equal, looser; or the units differ, or the two bound opposite sides. The other way round it is the reverse."""
    comparison = compare_limits(parse_limit(required), parse_limit(standard))
    reverse = compare_limits(parse_limit(standard), parse_limit(required)).relation
    if comparison.relation is LimitRelation.INCOMPARABLE:
        assert comparison.finding == outcome
        assert reverse is LimitRelation.INCOMPARABLE
        return
    assert comparison.relation == outcome
    mirrored = {"equal": {"equal"}, "stricter": {"looser"}, "looser": {"stricter", "looser"}}
    assert reverse in mirrored[outcome]
    assert comparison.explanation.startswith("the standard's ")


@pytest.mark.parametrize(
    ("required", "standard", "unit"),
    [
        ("≤ 90 mg/kg", "≤ 90 ppm", "ppm"),
        ("≤ 90 ppm", "≤ 0.009 %", "ppm"),
        ("≤ 0.1 %", "≤ 1 g/kg", "%"),
        ("≤ 20 mg/m³", "≤ 20 ppb", "ppb"),
        ("≤ 90 ppm", "≤ 80 ppm", ""),
        ("≤ 0.1 %", "≤ 1 ‰", ""),
        ("≤ 90 mg/kg", "≤ 90 µg/g", ""),
        ("≤ 60 °C", "≤ 60 K", "K"),
        ("≤ 60 K", "≤ 60 K", ""),
    ],
)
def test_parts_of_a_whole_are_cautioned_about(required: str, standard: str, unit: str) -> None:
    """Parts per million may be by mass or by volume, kelvins a rise: the answer says so where that can matter."""
    assert caution_about(parse_limit(required), parse_limit(standard))[1] == unit


def test_limits_without_a_common_value_are_not_said_to_overlap() -> None:
    """A standard for 15 to 25 K has nothing in common with a requirement of 15 to 25 °C."""
    comparison = compare_limits(parse_limit("15–25 °C"), parse_limit("15–25 K"))
    assert (comparison.relation, comparison.finding) == (LimitRelation.LOOSER, "limits_apart")
    assert "only values" in comparison.explanation
