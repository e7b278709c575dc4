"""Convert units of measurement as standards and notifications print them, exactly and without trusting their text.

Unit texts come from files and are never handed to pint as they stand: its parser evaluates arithmetic, and
``6^800000`` keeps it busy for minutes (hgrecco/pint#1306, closed as intended). A unit is first read by this grammar,
from a closed table of symbols, and pint only sees names from that table. A unit outside the grammar (``dB(A)``,
``mg/kg bw``, the ambiguous ``mg/kg·d``) is kept as text and equals only itself.

    unit    = (product | "1") { "/" divisor }
    divisor = factor | "(" product ")"
    product = factor { ("·" | "*" | "." | " ") factor }
    factor  = [count] symbol ["^"] [exponent]           count 1 to 999999, exponent -9 to 9
"""

import functools
import re
import unicodedata
from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pint

# The first table takes the prefixes below it, the third does not. The names are pint's.
_PREFIXABLE = {
    "m": "meter", "g": "gram", "s": "second", "A": "ampere", "K": "kelvin", "mol": "mole", "cd": "candela",
    "Hz": "hertz", "N": "newton", "Pa": "pascal", "J": "joule", "W": "watt", "C": "coulomb", "V": "volt", "F": "farad",
    "Ω": "ohm", "S": "siemens", "Wb": "weber", "T": "tesla", "H": "henry", "lm": "lumen", "lx": "lux",
    "Bq": "becquerel", "Gy": "gray", "Sv": "dose_equivalent", "L": "liter", "l": "liter", "eV": "electron_volt",
    "Wh": "watt_hour", "VA": "apparent_power", "bar": "bar", "cal": "calorie", "IU": "biological_unit",
}  # fmt: skip
_PREFIXES = {
    "p": "pico", "n": "nano", "μ": "micro", "u": "micro", "m": "milli", "c": "centi", "d": "deci", "h": "hecto",
    "k": "kilo", "M": "mega", "G": "giga", "T": "tera",
}  # fmt: skip
_SYMBOLS = {
    "%": "percent", "‰": "permille", "ppm": "ppm", "ppb": "ppb", "°C": "degree_Celsius", "°F": "degree_Fahrenheit",
    "°": "degree", "rad": "radian", "min": "minute", "h": "hour", "d": "day", "t": "metric_ton", "r": "revolution",
    "in": "inch", "ft": "foot", "lb": "pound", "oz": "ounce", "psi": "psi", "mmHg": "mmHg",
    "inch": "inch", "inches": "inch", "micron": "micrometer", "microns": "micrometer", "mcg": "microgram",
    "day": "day", "week": "week", "rpm": "revolutions_per_minute", "atm": "standard_atmosphere",
    "CFU": "colony_forming_unit", "cfu": "colony_forming_unit", "MPN": "most_probable_number",
    "毫克": "milligram", "微克": "microgram", "千克": "kilogram", "公斤": "kilogram", "克": "gram",
    "毫米": "millimeter", "厘米": "centimeter", "米": "meter", "升": "liter", "毫升": "milliliter", "帕": "pascal",
    "千帕": "kilopascal", "兆帕": "megapascal", "摄氏度": "degree_Celsius", "小时": "hour", "分钟": "minute",
    "秒": "second", "天": "day",
}  # fmt: skip
_FACTOR = re.compile(r"(?P<count>[1-9]\d{0,5})?\s*(?P<symbol>[^\W\d_]+|%|‰|°[CF]?)(?:\^?(?P<exponent>-?[1-9])(?!\d))?")
_TIMES = re.compile(r"\s*[·*⋅.]\s*|\s+")
_RAISED = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"
_LOWERED = "-0123456789"


_PART = "part of"


class Scale(NamedTuple):
    """Convert to base units by ``value × factor + offset``; only scales that are `comparable` can be compared.

    The dimension of a part of a whole says of what it is a part: ``mg/kg`` of a mass, ``mL/m³`` of a volume, ``%`` of
    either.
    """

    dimension: tuple[tuple[str, str], ...]
    factor: Fraction
    offset: Fraction
    says_volume: bool = False
    """Whether the unit is parts that say in so many words that they are by volume: ``%vol``, ``ppmv``."""

    @property
    def is_part(self) -> bool:
        """Tell whether it measures a part of a whole, which is never negative."""
        return self.dimension[:1] != () and self.dimension[0][0] == _PART

    def base(self, value: Fraction) -> Fraction:
        """Return *value* of this scale in base units."""
        return value * self.factor + self.offset

    def of_base(self, value: Fraction) -> Fraction:
        """Return *value* of base units on this scale."""
        return (value - self.offset) / self.factor


@functools.lru_cache(maxsize=4096)
def scale_of(unit: str) -> Scale:
    """Return how to convert from *unit*; a unit outside the grammar, the empty one too, is a dimension of its own."""
    text = _A_WEIGHTED.sub("dB(A)", fold_spelling(unit))
    if parts := _PARTS_OF.fullmatch(text):
        return _scale_of_parts(parts)
    read = _read(text)
    if read is None:
        return Scale((("as printed", text),), Fraction(1), Fraction(0))
    names, count = read
    registry = _registry()
    whole = " * ".join(names)
    zero = registry.Quantity(Fraction(0), whole).to_base_units()
    one = registry.Quantity(Fraction(1), whole).to_base_units()
    dimension = _dimension(one.unit_items())
    if not dimension:
        above = registry.Quantity(Fraction(1), names[0]).to_base_units()
        dimension = ((_PART, str(_dimension(above.unit_items()))),)
    return Scale(dimension, Fraction(one.magnitude - zero.magnitude) * count, Fraction(zero.magnitude))


# dBA and dB (A) are spellings; dB is another quantity.
_A_WEIGHTED = re.compile(r"^dB ?\(A\)$|^dBA$|^分贝 ?\(A\)$")
_PARTS_OF = re.compile(
    r"(?P<before>wt|vol)\.? ?%|(?P<parts>%|‰|ppm|ppb) ?(?:\((?P<bracketed>[vmw]/[vmw]|质量分数|体积分数)\)"
    r"|(?P<open>[vmw]/[vmw]|vol\.?)|by (?P<by>mass|weight|volume)|(?P<letter>[vw]))",
    re.IGNORECASE,
)
_BASES = {"w": "m", "wt": "m", "mass": "m", "weight": "m", "质量分数": "m", "volume": "v", "vol": "v", "体积分数": "v"}
_WHOLES = {"m/m": "g/g", "v/v": "L/L", "m/v": "g/mL"}


def _scale_of_parts(found: re.Match[str]) -> Scale:
    """Return the scale of parts that say whether by mass or by volume: ``% (m/m)``, ``%vol``, ``ppmv``; m/v is g/mL."""
    basis = next(filter(None, map(found.group, ("before", "bracketed", "open", "by", "letter")))).casefold().rstrip(".")
    basis = "/".join(_BASES.get(side, side) for side in basis.split("/"))
    whole = scale_of(_WHOLES[basis if "/" in basis else f"{basis}/{basis}"]) if basis != "v/m" else None
    parts = scale_of((found["parts"] or "%").casefold())
    if whole is None:
        return Scale((("as printed", found[0]),), Fraction(1), Fraction(0))
    return Scale(whole.dimension, whole.factor * parts.factor, Fraction(0), says_volume=basis in {"v", "v/v"})


def comparable(scales: Iterable[Scale]) -> bool:
    """Tell whether values on *scales* can be compared: all of one dimension, or parts of wholes of one kind.

    Parts per million, per cent and per mille do not say of which kind they are, and go with any but with parts that say
    that they are by volume: a text that writes %vol means something else by %.
    """
    known = list(scales)
    dimensions = {scale.dimension for scale in known}
    if (
        len(dimensions) > 1
        and not any(scale.says_volume for scale in known)
        and all(dimension[:1] and dimension[0][0] == _PART for dimension in dimensions)
    ):
        dimensions.discard(((_PART, str(())),))
    return len(dimensions) <= 1


def _dimension(units: Iterable[tuple[str, object]]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, str(exponent)) for name, exponent in units))


def fold_spelling(text: str) -> str:
    """Fold the spellings of one text: full width, superscripts, dashes, both signs for micro, blanks."""
    # Before NFKC, which would turn 10³ into 103.
    lowered = str.maketrans(_RAISED, _LOWERED)
    text = re.sub(f"[{_RAISED}]+", lambda raised: "^" + raised[0].translate(lowered), text)
    text = unicodedata.normalize("NFKC", text)
    return " ".join(re.sub("[\u2010-\u2015\u2212]", "-", text).split())


def raise_exponents(unit: str) -> str:
    """Write ``m^2`` as ``m²``, the way units are printed."""
    raised = str.maketrans(_LOWERED, _RAISED)
    return re.sub(r"\^(-?\d{1,2})", lambda exponent: exponent[1].translate(raised), unit)


@functools.cache
def _registry() -> "pint.UnitRegistry[Fraction]":
    """Return the one unit registry; made at first use because that takes a third of a second, the import as long."""
    import pint  # noqa: PLC0415 - see above

    registry: pint.UnitRegistry[Fraction] = pint.UnitRegistry(non_int_type=Fraction)
    registry.define("ppb = 1e-9")
    # Counts, and quantities that have the dimension of another one and are none: Sv is not Gy, VA is not W.
    for kind in ("colony_forming_unit", "most_probable_number", "biological_unit", "dose_equivalent", "apparent_power"):
        registry.define(f"{kind} = [{kind}]")
    return registry


def _read(text: str) -> tuple[list[str], Fraction] | None:
    """Read a unit by the grammar into pint's names, what stands above the solidus first, and the count before them.

    None where it is outside.
    """
    numerator, *divisors = (part.strip() for part in text.split("/"))
    products = [] if numerator == "1" and divisors else [_product(numerator, 1)]
    for divisor in divisors:
        if divisor.startswith("(") and divisor.endswith(")"):
            products.append(_product(divisor[1:-1].strip(), -1))
        else:
            products.append(_product(divisor, -1) if _FACTOR.fullmatch(divisor) else None)
    names, count = list[str](), Fraction(1)
    for product in products:
        if product is None:
            return None
        names.append(product[0])
        count *= product[1]
    return names, count


def _product(text: str, sign: int) -> tuple[str, Fraction] | None:
    """Read factors joined by a multiplication sign; *sign* is -1 below a solidus."""
    names, count, position = list[str](), Fraction(1), 0
    while factor := _FACTOR.match(text, position):
        name = _name(factor["symbol"])
        if name is None:
            return None
        names.append(f"{name} ** {sign * int(factor['exponent'] or 1)}")
        count *= Fraction(factor["count"] or 1) ** sign
        if factor.end() == len(text):
            return " * ".join(names), count
        times = _TIMES.match(text, factor.end())
        if times is None:
            return None
        position = times.end()
    return None


def _name(symbol: str) -> str | None:
    known = _SYMBOLS.get(symbol) or _PREFIXABLE.get(symbol)
    if known is not None:
        return known
    prefix, base = _PREFIXES.get(symbol[0]), _PREFIXABLE.get(symbol[1:])
    return None if prefix is None or base is None else prefix + base
