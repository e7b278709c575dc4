"""Limits: what people write is read exactly, and which of two limits is stricter is decided by what they permit."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards_tree.errors import InvalidArgumentError
from standards_tree.limits import Limit, LimitOperator, LimitRelation, compare_limits, parse_limit
from standards_tree.units import scale_of


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("≤ 90 mg/kg", "≤ 90 mg/kg"),
        ("≤90mg/kg", "≤ 90 mg/kg"),
        ("不大于 0.1 ％", "≤ 0.1 %"),
        ("不应超过50毫克/千克", "≤ 50 毫克/千克"),
        ("not more than 1 000 CFU/g", "≤ 1000 CFU/g"),
        ("NOT MORE THAN 5 %", "≤ 5 %"),
        ("less than or equal to 5 ppm", "≤ 5 ppm"),
        ("less than 5 ppm", "< 5 ppm"),
        ("≤ 1×10³ CFU/g", "≤ 1000 CFU/g"),
        ("<10^4 CFU/mL", "< 10000 CFU/mL"),
        ("≤ 1e5 mg", "≤ 100000 mg"),
        ("≤ 0,005 mg/kg", "≤ 0.005 mg/kg"),
        ("35 dB(A)以下", "≤ 35 dB(A)"),
        ("不满 35 dB(A)", "< 35 dB(A)"),
        ("10 mg/kg max", "≤ 10 mg/kg"),
        ("85 % 以上", "≥ 85 %"),
        ("= 3", "= 3"),
        ("(20±5) ℃", "15–25 °C"),
        ("20±5℃", "15–25 °C"),
        ("10~20 kPa", "10–20 kPa"),
        ("10 %～20 %", "10–20 %"),
        ("0.05-0.1 mg/kg", "0.05–0.1 mg/kg"),
        ("between 3 and 5 mm", "3–5 mm"),
        ("5 至 10 米", "5–10 米"),
        ("≥ 1.5 N/mm²", "≥ 1.5 N/mm²"),
        ("不得高于5 mg/kg", "≤ 5 mg/kg"),
        ("不宜少于5 mm", "≥ 5 mm"),
        ("not be less than 5 mm", "≥ 5 mm"),
        ("no greater than 5 mm", "≤ 5 mm"),
        ("5 kg（含）以上", "≥ 5 kg"),
        ("5 kg及以下", "≤ 5 kg"),
    ],
)
def test_a_limit_is_read_as_people_write_it_in_both_languages(text: str, shown: str) -> None:
    """Operators in words and signs, full-width forms, powers of ten, decimal commas, ranges and tolerances are read."""
    assert str(parse_limit(text)) == shown


@pytest.mark.parametrize(
    "text",
    [
        "90 mg/kg",
        "",
        "≤",
        "≤ 5 mg/kg and ≥ 3 mg/kg",
        "≤ 1 10",
        "≤ 6^800000",
        "≤ 10^99 g",
        "≤ " + "9" * 31,
        "20–10 mm",
        "10 kPa – 20 bar",
        "1-" * 59,
        "≤ 5 " + "m" * 41,
        "≤ 5 mg" + " " * 200,
        "not less than 5 % and not more than 8 %",
        "at least 5 % but less than 8 %",
        "大于 5 mm 且不大于 10 mm",
        "5 kg以上10 kg以下",
    ],
)
def test_what_is_not_one_limit_is_refused(text: str) -> None:
    """A text that leaves open what is permitted is refused, whatever its length or its tricks."""
    with pytest.raises(InvalidArgumentError):
        parse_limit(text)


def test_a_comma_that_could_mean_thousands_is_refused_and_the_message_says_so() -> None:
    """``1,000`` is a thousand in English and one in German: nobody may guess."""
    with pytest.raises(InvalidArgumentError, match="thousands or decimals"):
        parse_limit("≤ 1,000 mg/kg")


@pytest.mark.parametrize(
    ("required", "standard", "relation"),
    [
        ("≤ 90 mg/kg", "≤ 90 ppm", LimitRelation.EQUAL),
        ("≤ 90 mg/kg", "≤ 90 µg/g", LimitRelation.EQUAL),
        ("≤ 90 mg/kg", "< 90 mg/kg", LimitRelation.STRICTER),
        ("< 90 mg/kg", "≤ 90 mg/kg", LimitRelation.LOOSER),
        ("≤ 90 mg/kg", "≤ 0.01 %", LimitRelation.LOOSER),
        ("≤ 5 ‰", "≤ 0.5 %", LimitRelation.EQUAL),
        ("≤ 5 kPa", "≤ 0.04 bar", LimitRelation.STRICTER),
        ("≥ 85 %", "≥ 80 %", LimitRelation.LOOSER),
        ("≥ 85 %", "> 85 %", LimitRelation.STRICTER),
        ("≤ 35 dB(A)", "≤ 40 dB(A)", LimitRelation.LOOSER),
        ("≤ 35 dB(A)", "≤ 35 dB", LimitRelation.INCOMPARABLE),
        ("15–25 °C", "59–77 °F", LimitRelation.EQUAL),
        ("15–25 °C", "18–22 °C", LimitRelation.STRICTER),
        ("15–25 °C", "10–20 °C", LimitRelation.LOOSER),
        ("15–25 °C", "≤ 20 °C", LimitRelation.LOOSER),
        ("≤ 25 °C", "= 20 °C", LimitRelation.STRICTER),
        ("≤ 5 mg/kg", "≥ 3 mg/kg", LimitRelation.INCOMPARABLE),
        ("≤ 5 mg/kg", "≤ 5 mg/L", LimitRelation.INCOMPARABLE),
        ("≤ 5", "≤ 5 mg/kg", LimitRelation.INCOMPARABLE),
        ("≤ 5 %", "≤ 3 °", LimitRelation.INCOMPARABLE),
        ("≤ 20 mg/100 g", "≤ 200 mg/kg", LimitRelation.EQUAL),
        ("≤ 20 mg/m³", "≤ 20 μg/L", LimitRelation.EQUAL),
        ("≤ 5 mg/(kg·d)", "≤ 5 mg/kg/d", LimitRelation.EQUAL),
        ("≤ 5 mg/(kg·d)", "≤ 5 mg/kg·d", LimitRelation.INCOMPARABLE),
        ("≤ 50 毫克/千克", "≤ 50 mg/kg", LimitRelation.EQUAL),
    ],
)
def test_the_stricter_limit_is_the_one_that_permits_less(required: str, standard: str, relation: LimitRelation) -> None:
    """Stricter: all it permits is permitted. Looser: it permits what is forbidden. In whatever units."""
    assert compare_limits(parse_limit(required), parse_limit(standard)).relation is relation


def test_the_explanation_gives_the_standard_s_numbers_in_the_unit_of_the_requirement() -> None:
    """A reader sees both numbers as printed, and the standard's once more in the unit asked for."""
    comparison = compare_limits(parse_limit("≤ 90 mg/kg"), parse_limit("≤ 0.01 %"))

    assert comparison.explanation == (
        "the standard's ≤ 0.01 % (100 mg/kg) permits values that the required ≤ 90 mg/kg forbids"
    )


@pytest.mark.parametrize(
    "unit", ["6^800000", "10**10**10", "kg^999999", "__import__('os')", "m" * 40, "(" * 40, "/" * 40]
)
def test_a_hostile_unit_is_only_a_text(unit: str) -> None:
    """No unit text is evaluated: outside the grammar it is a dimension of its own."""
    assert scale_of(unit).dimension[0][0] == "as printed"


@pytest.mark.parametrize(
    ("operator", "value", "upper", "unit"),
    [
        (LimitOperator.LE, Decimal("1E+1000000"), None, ""),
        (LimitOperator.LE, Decimal("NaN"), None, ""),
        (LimitOperator.LE, Decimal(1), Decimal(2), ""),
        (LimitOperator.BETWEEN, Decimal(1), None, ""),
        (LimitOperator.BETWEEN, Decimal(2), Decimal(1), ""),
        (LimitOperator.LE, Decimal(1), None, "m" * 41),
        (LimitOperator.LE, Decimal(1), None, "m\x00"),
    ],
)
def test_a_limit_that_means_nothing_cannot_be_made(
    operator: LimitOperator, value: Decimal, upper: Decimal | None, unit: str
) -> None:
    """Whoever builds a limit from parts, such as a message, gets the same refusals as a reader of text."""
    with pytest.raises(InvalidArgumentError):
        Limit(operator, value, upper, unit)


_NUMBERS = st.decimals(min_value=-1000, max_value=1000, places=3)


@st.composite
def _limits(draw: st.DrawFn) -> Limit:
    operator = draw(st.sampled_from(LimitOperator))
    value = draw(_NUMBERS)
    upper = value + abs(draw(_NUMBERS)) if operator is LimitOperator.BETWEEN else None
    return Limit(operator, value, upper, draw(st.sampled_from(["mg/kg", "%"])))


def _ends(limit: Limit) -> tuple[Decimal, Decimal]:
    """Return value and upper end in mg/kg."""
    scale = 10_000 if limit.unit == "%" else 1
    return limit.value * scale, (limit.value if limit.upper is None else limit.upper) * scale


def _permits(limit: Limit, value: Decimal) -> bool:
    """Decide by the plain words of the operators; *value* is in mg/kg."""
    bound, upper = _ends(limit)
    return {
        LimitOperator.LT: value < bound,
        LimitOperator.LE: value <= bound,
        LimitOperator.EQ: value == bound,
        LimitOperator.GE: value >= bound,
        LimitOperator.GT: value > bound,
        LimitOperator.BETWEEN: bound <= value <= upper,
    }[limit.operator]


@given(_limits(), _limits())
def test_a_stricter_standard_permits_nothing_that_is_forbidden(required: Limit, standard: Limit) -> None:
    """For values around the ends of both limits, the comparison agrees with the operators' plain words."""
    ends = [*_ends(required), *_ends(standard)]
    values = [end + step for end in ends for step in (Decimal("-1e9"), Decimal("-0.0001"), 0, Decimal("0.0001"), 10**9)]

    relation = compare_limits(required, standard).relation

    let_through = [value for value in values if _permits(standard, value) and not _permits(required, value)]
    shut_out = [value for value in values if _permits(required, value) and not _permits(standard, value)]
    if relation is LimitRelation.EQUAL:
        assert not let_through
        assert not shut_out
    elif relation is LimitRelation.STRICTER:
        assert not let_through
        assert shut_out
    else:
        assert let_through


@given(st.text(max_size=130))
def test_no_text_makes_the_reader_fail_otherwise_than_by_a_refusal(text: str) -> None:
    """Any text is read or refused; nothing else happens."""
    try:
        limit = parse_limit(text)
    except InvalidArgumentError:
        return
    assert parse_limit(str(limit)) == limit
