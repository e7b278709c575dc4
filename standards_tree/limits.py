"""Read limits on a measurable property and say whether a standard's limit is stricter than a requirement's.

A limit is the set of values it permits. A standard's limit is *stricter* when everything it permits is permitted by the
requirement too, *looser* when it permits something the requirement forbids, and *incomparable* when the two measure
different kinds of quantity or bound it from opposite sides. All arithmetic is exact.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Context, Decimal
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from standards_tree.errors import InvalidArgumentError
from standards_tree.units import Scale, comparable, fold_spelling, raise_exponents, scale_of

MAX_LIMIT_CHARACTERS = 120
MAX_UNIT_CHARACTERS = 40
MAX_DIGITS = 30


class LimitOperator(StrEnum):
    """On which side of the value the property must lie."""

    LT = "lt"
    LE = "le"
    EQ = "eq"
    GE = "ge"
    GT = "gt"
    BETWEEN = "between"


class LimitRelation(StrEnum):
    """How a standard's limit compares with a requirement's."""

    STRICTER = "stricter"
    EQUAL = "equal"
    LOOSER = "looser"
    INCOMPARABLE = "incomparable"


_SIGNS = {
    LimitOperator.LT: "< ",
    LimitOperator.LE: "≤ ",
    LimitOperator.EQ: "= ",
    LimitOperator.GE: "≥ ",
    LimitOperator.GT: "> ",
    LimitOperator.BETWEEN: "",
}


@dataclass(frozen=True, slots=True)
class Limit:
    """Bound a property: an operator, a value, for a range its upper end (both included), and a unit as printed.

    Raises:
        InvalidArgumentError: a range without an upper end or upside down, a number too long, a unit too long.
    """

    operator: LimitOperator
    value: Decimal
    upper: Decimal | None = None
    unit: str = ""

    def __post_init__(self) -> None:
        for number in (self.value, self.upper):
            if number is not None and not _is_short(number):
                raise InvalidArgumentError(
                    "{number} is no limit: at most {digits} digits", number=str(number)[:50], digits=MAX_DIGITS
                )
        if (self.upper is not None) != (self.operator is LimitOperator.BETWEEN):
            raise InvalidArgumentError("a range has a lower and an upper end, any other limit has one value")
        if self.upper is not None and self.upper < self.value:
            raise InvalidArgumentError(
                "the range {lower} to {upper} is upside down", lower=self.value, upper=self.upper
            )
        if len(self.unit) > MAX_UNIT_CHARACTERS or not self.unit.isprintable():
            raise InvalidArgumentError(
                "{unit!r} is no unit: at most {maximum} printable characters",
                unit=self.unit[:MAX_UNIT_CHARACTERS],
                maximum=MAX_UNIT_CHARACTERS,
            )

    def __str__(self) -> str:
        """Return the limit as people write it: ``≤ 90 mg/kg``, ``15–25 °C``."""
        return _SIGNS[self.operator] + self.quantity

    @property
    def quantity(self) -> str:
        """Return the numbers and the unit without the operator."""
        numbers = _plain(self.value) if self.upper is None else f"{_plain(self.value)}–{_plain(self.upper)}"
        return f"{numbers} {self.unit}".rstrip()


@dataclass(frozen=True, slots=True)
class LimitComparison:
    """Tell how the standard's limit compares and why; ``finding`` is a stable code and a key of EXPLANATIONS."""

    relation: LimitRelation
    finding: str
    parameters: dict[str, str]

    @property
    def explanation(self) -> str:
        """Return the reason in English, with the numbers."""
        return EXPLANATIONS[self.finding].format(**self.parameters)


EXPLANATIONS = {
    "limits_equal": "the standard's {standard} is the same as the required {required}",
    "limit_within": "the standard's {standard} permits nothing that the required {required} forbids",
    "limit_wider": "the standard's {standard} permits values that the required {required} forbids",
    "limits_overlap": "the standard's {standard} only partly overlaps the required {required}",
    "limits_apart": "the standard's {standard} permits only values that the required {required} forbids",
    "limits_opposite": "the standard's {standard} and the required {required} bound opposite sides",
    "units_differ": "the units of the standard's {standard} and the required {required} cannot be converted",
}


def compare_limits(required: Limit, standard: Limit) -> LimitComparison:
    """Say whether *standard* is stricter than, equal to or looser than *required*, with the numbers.

    The standard's numbers are also shown in the requirement's unit where the units differ.
    """
    return compare_joint_limits((required,), (standard,))


def compare_joint_limits(required: Sequence[Limit], standard: Sequence[Limit]) -> LimitComparison:
    """Say the same of limits that hold together, such as a minimum and a maximum: at least one on each side."""
    unit = required[0].unit
    scales = [scale_of(limit.unit) for limit in (*required, *standard)]
    shown = {"required": _together(required), "standard": _together(standard)}
    if not comparable(scales):
        return LimitComparison(LimitRelation.INCOMPARABLE, "units_differ", shown)
    if any(limit.unit != unit for limit in standard):
        converted = [_converted(limit, scale_of(limit.unit), scales[0], unit) for limit in standard]
        numbers = converted[0].quantity if len(converted) == 1 else _together(converted)
        shown["standard"] += f" ({numbers})"
    need, give = _joint_interval(required), _joint_interval(standard)
    if scales[0].is_part:
        need, give = _from_nought(need, give), _from_nought(give, need)
    relation, finding = _relation(need, give)
    return LimitComparison(relation, finding, shown)


def _together(limits: Sequence[Limit]) -> str:
    return ", ".join(map(str, limits))


class _End(NamedTuple):
    """Order the ends of intervals: -∞, numbers, ∞; ``shift`` is the side an excluded number is left on."""

    infinity: int
    value: Fraction = Fraction(0)
    shift: int = 0


_BELOW, _ABOVE = _End(-1), _End(1)


class _Interval(NamedTuple):
    lower: _End
    upper: _End

    @property
    def one_sided(self) -> bool:
        return self.lower == _BELOW or self.upper == _ABOVE


def _interval(limit: Limit, scale: Scale) -> _Interval:
    """Return the permitted values in base units."""
    value = scale.base(Fraction(limit.value))
    match limit.operator:
        case LimitOperator.LT:
            return _Interval(_BELOW, _End(0, value, -1))
        case LimitOperator.LE:
            return _Interval(_BELOW, _End(0, value))
        case LimitOperator.GE:
            return _Interval(_End(0, value), _ABOVE)
        case LimitOperator.GT:
            return _Interval(_End(0, value, 1), _ABOVE)
    upper = value if limit.upper is None else scale.base(Fraction(limit.upper))
    return _Interval(_End(0, value), _End(0, upper))


def _relation(need: _Interval, give: _Interval) -> tuple[LimitRelation, str]:
    if need.upper < need.lower or give.upper < give.lower:
        return LimitRelation.INCOMPARABLE, "limits_opposite"
    if need == give:
        return LimitRelation.EQUAL, "limits_equal"
    if need.lower <= give.lower and give.upper <= need.upper:
        return LimitRelation.STRICTER, "limit_within"
    if give.lower <= need.lower and need.upper <= give.upper:
        return LimitRelation.LOOSER, "limit_wider"
    if need.one_sided and give.one_sided:
        return LimitRelation.INCOMPARABLE, "limits_opposite"
    apart = give.upper < need.lower or need.upper < give.lower
    return LimitRelation.LOOSER, "limits_apart" if apart else "limits_overlap"


def _joint_interval(limits: Sequence[Limit]) -> _Interval:
    """Return the values that all of *limits* permit, in base units."""
    intervals = [_interval(limit, scale_of(limit.unit)) for limit in limits]
    return _Interval(max(one.lower for one in intervals), min(one.upper for one in intervals))


def _from_nought(one: _Interval, other: _Interval) -> _Interval:
    """Return *one* from nought where *other* says that it begins there: no part of a whole is less, and ≤ 5 % is 0–5 %."""
    nought = _End(0)
    return one._replace(lower=nought) if one.lower == _BELOW and other.lower == nought and one.upper > nought else one


def _converted(limit: Limit, source: Scale, target: Scale, unit: str) -> Limit:
    """Return *limit* in another unit, to ten significant digits: for reading, never for comparing."""

    def convert(number: Decimal) -> Decimal:
        exact = target.of_base(source.base(Fraction(number)))
        return Context(prec=10).divide(Decimal(exact.numerator), Decimal(exact.denominator))

    upper = None if limit.upper is None else convert(limit.upper)
    return replace(limit, value=convert(limit.value), upper=upper, unit=unit)


def _is_short(number: Decimal) -> bool:
    """Say whether *number* can be worked with: 1E+1000000 is short as text and takes a megabyte as a fraction."""
    return number.is_finite() and abs(number.adjusted()) <= MAX_DIGITS and len(number.as_tuple().digits) <= MAX_DIGITS


def _plain(number: Decimal) -> str:
    """Write a number without an exponent and without trailing zeros."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


# What people write, ahead of the number and behind it; "_" stands for a blank.
_WORDS = {
    LimitOperator.LE: (
        "≤ ≦ ⩽ <= =< 小于或等于 小于或者等于 小于等于 等于或小于 低于或等于 最大 shall_not_exceed must_not_exceed not_to_exceed "
        "not_exceed never_exceed cannot_exceed nor_exceed without_exceeding less_than_or_equal_to equal_to_or_less_than "
        "等于或低于 低于等于 少于或等于 少于等于 等于或少于 less_or_equal_to lower_or_equal_to smaller_than_or_equal_to "
        "equal_to_or_below at_or_below at_or_under below_or_equal_to lower_than_or_equal_to equal_to_or_lower_than "
        "at_most up_to up_to_and_including maximum_of maximum max. max"
    ),
    LimitOperator.LT: "< 小于 低于 少于 不满 less_than lower_than fewer_than smaller_than below under",
    LimitOperator.GE: (
        "≥ ≧ ⩾ >= => 大于或等于 大于或者等于 大于等于 等于或大于 高于或等于 至少 最小 greater_than_or_equal_to "
        "等于或高于 高于等于 多于或等于 多于等于 等于或多于 greater_or_equal_to higher_or_equal_to larger_than_or_equal_to "
        "equal_to_or_above at_or_above above_or_equal_to "
        "equal_to_or_greater_than more_than_or_equal_to equal_to_or_more_than higher_than_or_equal_to "
        "equal_to_or_higher_than at_least minimum_of minimum min. min"
    ),
    LimitOperator.GT: (
        "> 大于 高于 多于 超过 超出 greater_than more_than higher_than larger_than exceeding exceeds in_excess_of above over"
    ),
    LimitOperator.EQ: "= 等于 equal_to exactly",
}
# 以下 and 以上 include the number itself (Civil Code of China, art. 1259).
_WORDS_BEHIND = {
    LimitOperator.LE: "以下 以内 之内 or_less or_below or_lower or_under and_below and_under and_less maximum max. max",
    LimitOperator.GE: "以上 or_more or_above or_higher or_over or_greater and_above and_over and_more minimum min. min",
}
# Words that turn a strict bound round: what may not be more than 5 is at most 5.
_DENIALS = (
    "不 不应 不得 不宜 不可 不能 不准 不许 不会 不要 不允许 不准许 不应当 不应该 未",
    "not_ no_ never_ nor_ neither_ not_be_ never_be_ cannot_be_ not_contain_",
)
_REVERSED = {LimitOperator.GT: LimitOperator.LE, LimitOperator.LT: LimitOperator.GE}


def _denied() -> dict[LimitOperator, str]:
    """Return the strict words turned round by each denial in their language: ``不应高于``, ``not be more than``."""
    found: dict[LimitOperator, str] = {}
    for strict, turned in _REVERSED.items():
        words = [word for word in _WORDS[strict].split() if word not in {"<", ">", "不满", "exceeds"}]
        found[turned] = " ".join(
            denial + word
            for denials in _DENIALS
            for denial in denials.split()
            for word in words
            if word.isascii() == denial.isascii()
        )
    return found


def _by_word(words: dict[LimitOperator, str]) -> dict[str, LimitOperator]:
    return {word.replace("_", " "): operator for operator, text in words.items() for word in text.split()}


def _any_of(words: dict[str, LimitOperator]) -> str:
    """Return a pattern of all the words, longest first, because ``less than`` opens ``less than or equal to``."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_AHEAD, _BEHIND = _by_word(_WORDS) | _by_word(_denied()), _by_word(_WORDS_BEHIND)
_STRICT = frozenset(word for word, operator in _by_word(_WORDS).items() if operator in _REVERSED and len(word) > 1)


def limit_words() -> tuple[frozenset[str], frozenset[str]]:
    """Return the words and signs that stand ahead of a bound and those that stand behind one, in small letters."""
    return frozenset(_AHEAD), frozenset(_BEHIND)


def is_strict_word(word: str) -> bool:
    """Tell whether *word*, in small letters, is a strict bound in words, which a denial before it turns round."""
    return word in _STRICT


_POWER = r"10\^-?\d{1,2}"
_MANTISSA = r"[+-]?(?:\d{1,3}(?: \d{3}){1,4}(?:\.\d{1,12})?|\d{1,15}(?:[.,]\d{1,12})?)"
_NUMBER = rf"(?:{_POWER}|{_MANTISSA}(?: ?[×x*] ?{_POWER}|e[+-]?\d{{1,2}})?)(?![\d^,.])"
AND_ITSELF = r"(?:\(含(?:本数)?\)|及)?"
"""What may stand before 以上 and 以下, which include the number anyway."""
_UNIT = r"(?:[^\W\d_]|[%‰°/(])[^<>=≤≥±~,;]{0,39}?"
_BOUND = re.compile(rf"(?P<word>{_any_of(_AHEAD)}) ?(?P<value>{_NUMBER}) ?(?P<unit>{_UNIT})?", re.IGNORECASE)
_BOUND_BEHIND = re.compile(
    rf"(?P<value>{_NUMBER}) ?(?P<unit>{_UNIT})? ?{AND_ITSELF}[(]?(?P<word>{_any_of(_BEHIND)})[)]?", re.IGNORECASE
)
_RANGE = re.compile(
    rf"(?:from |between |在)?(?P<lower>{_NUMBER}) ?(?P<first>{_UNIT})? ?(?:-|~|至|to|and|和) ?"
    rf"(?P<upper>{_NUMBER}) ?(?P<unit>{_UNIT})?(?: ?之间)?",
    re.IGNORECASE,
)
_TOLERANCE = re.compile(
    rf"(?P<open>[(])?(?P<middle>{_NUMBER}) ?(?P<first>{_UNIT})? ?± ?(?P<around>{_NUMBER})(?(open)[)]) ?(?P<unit>{_UNIT})?",
    re.IGNORECASE,
)


_NOT_A_LIMIT = "{text!r} is not a limit; write it like ≤ 90 mg/kg, ≥ 85 %, 15–25 °C or = 3"


def parse_limit(text: str) -> Limit:
    """Read one limit as people write it: ``≤ 90 mg/kg``, ``不大于0.1%``, ``(20±5) ℃``, ``10~20 kPa``, ``35 dB(A)以下``.

    The whole text must be the limit. A bare number is refused: nothing says on which side the property must lie.

    Raises:
        InvalidArgumentError: *text* is too long or is not one limit.
    """
    if len(text) > MAX_LIMIT_CHARACTERS:
        raise InvalidArgumentError(
            "a limit has at most {maximum} characters, this one has {found}",
            maximum=MAX_LIMIT_CHARACTERS,
            found=len(text),
        )
    folded = fold_spelling(text)
    if found := _BOUND.fullmatch(folded):
        return Limit(_AHEAD[found["word"].casefold()], _number(found["value"]), None, _unit(found))
    if found := _BOUND_BEHIND.fullmatch(folded):
        return Limit(_BEHIND[found["word"].casefold()], _number(found["value"]), None, _unit(found))
    found = _TOLERANCE.fullmatch(folded)
    if found and (found["first"] is None or found["first"].strip() == found["unit"]):
        middle, around = _number(found["middle"]), abs(_number(found["around"]))
        return Limit(LimitOperator.BETWEEN, middle - around, middle + around, _unit(found))
    found = _RANGE.fullmatch(folded)
    if found and (found["first"] is None or found["first"].strip() == found["unit"]):
        return Limit(LimitOperator.BETWEEN, _number(found["lower"]), _number(found["upper"]), _unit(found))
    raise InvalidArgumentError(_NOT_A_LIMIT, text=text)


# No unit goes on so: what stands there is a second limit, or the rest of a sentence.
_NO_UNIT = re.compile(r"\b(?:and|but|or|nor|than)\b|[且但及]|以[上下内]|[大小高低多少]于|超[过出]", re.IGNORECASE)


def _unit(found: re.Match[str]) -> str:
    unit = (found["unit"] or "").strip()
    if _NO_UNIT.search(re.sub(r"\([^()]*\)", "", unit)):
        raise InvalidArgumentError(_NOT_A_LIMIT, text=found[0])
    return raise_exponents(unit)


def _number(text: str) -> Decimal:
    """Read a number exactly; a comma is a decimal comma unless three digits behind it could mean thousands."""
    if re.match(r"[+-]?[1-9]\d{0,2},\d{3}(?!\d)", text):
        raise InvalidArgumentError("{number} can mean thousands or decimals; write it without a comma", number=text)
    mantissa, power, exponent = text.casefold().replace(" ", "").replace(",", ".").partition("10^")
    if power:
        mantissa = mantissa.rstrip("×x*") or "1"
    return Decimal(mantissa).scaleb(int(exponent or 0))
