"""Quantities, units, ranges and tolerances (GB/T 1.1-2020, 9.4.4, 9.4.5, 9.4.7 and 10.4.6)."""

import re
from typing import Final

from standards_tree.rules.drafting.rule import MAY, MUST, SHOULD, DraftingRule, Example, rule
from standards_tree.rules.drafting.verbs import Word, finder

_PREFIXED: Final = (
    r"(?:[pnμuµmcdhkMGT]?(?:m|g|s|A|K|mol|cd|Hz|N|Pa|J|W|C|V|F|Ω|S|Wb|T|H|lm|lx|Bq|Gy|Sv|L|l|eV|bar|VA|Wh))"
)
_UNIT: Final = (
    rf"(?:℃|°C|°F|％|%|‰|dB|min|(?:{_PREFIXED}|min|h|d|t|r)(?:[23²³]|\^[23])?"
    rf"(?:\s?[/／·⋅]\s?\(?(?:{_PREFIXED}|min|h|d|t|r)(?:[23²³]|\^[23])?\)?)*)(?![A-Za-zα-ω])"
)
_NUMBER: Final = r"[-−+]?\d+(?:[.,]\d+)?"
_PERCENT: Final = r"[%％‰]"

# A dash between two numbers is a range only where a unit follows that nobody takes for anything else: 5-6 d may be a number.
_DASH: Final = r"[-–—―－]"
_BEFORE_DASH: Final = r"(?<![\d.A-Za-z\-–—―－/])"
_AFTER_DASH: Final = r"(?:℃|°C|[pnμuµmcdhkMG](?:m|g|s|A|Pa|W|V|Hz|N|J|L|mol)|Pa|Hz|mol|min|bar|dB)(?![A-Za-zα-ω])"
# Units of more than one sign: a single letter after a number may be the mark of an item.
_SPACED: Final = r"[pnμuµmcdhkMG](?:m|g|s|A|Pa|W|V|Hz|N|J|L|mol)|Pa|Hz|mol|min|bar|dB|℃"

CHINESE_UNITS: Final = {
    "毫米": "mm", "厘米": "cm", "千米": "km", "公里": "km", "微米": "μm", "毫克": "mg", "千克": "kg", "微克": "μg",
    "毫升": "mL", "千帕": "kPa", "兆帕": "MPa", "摄氏度": "℃", "千瓦": "kW", "兆瓦": "MW", "千伏": "kV", "毫安": "mA",
    "赫兹": "Hz", "千赫": "kHz", "兆赫": "MHz", "平方米": "m²", "立方米": "m³", "小时": "h", "分钟": "min", "米": "m",
    "克": "g", "升": "L", "伏": "V", "伏特": "V", "安培": "A", "瓦": "W", "瓦特": "W", "牛顿": "N", "焦耳": "J", "帕": "Pa",
}  # fmt: skip
# Not units of law (GB 3100); what they are in units of law is not a matter of spelling, so no fix is given.
OTHER_UNITS: Final = (
    *(
        "ppm",
        "ppb",
        "kgf",
        "psi",
        "mmH2O",
        "mmH₂O",
        "rpm",
        "cal",
        "kcal",
        "英寸",
        "英尺",
        "磅",
        "公斤",
        "公分",
        "马力",
        "亩",
    ),
    *("盎司", "加仑", "atm"),
)
_BY_LENGTH = "|".join(sorted(CHINESE_UNITS, key=len, reverse=True))


def _range(text: str) -> str:
    first, _, second = re.sub(rf"[~〜∼]|(?<=\d)\s*{_DASH}", "～", text, count=1).partition("～")
    unit = re.sub(rf"^\s*{_NUMBER}", "", second)
    return f"{first.strip()}{unit}～{second.strip()}"


def _dimensions(text: str) -> str:
    numbers = re.findall(r"\d+(?:\.\d+)?", text)[: text.count("×") + 1]
    unit = text[text.rindex(numbers[-1]) + len(numbers[-1]) :].strip(" )）")
    return "×".join(f"{number} {unit}" for number in numbers)


RULES: tuple[DraftingRule, ...] = (
    rule(
        "UNIT-RANGE",
        MUST,
        "9.4.5.2",
        ("量的范围两端都带单位：10 kPa～12 kPa。", "Both ends of a range have the unit: 10 kPa～12 kPa."),
        ("“{subject}”：范围“{word}”的前一个数值没有单位", "“{subject}”: the first value of {word} has no unit"),
        finder(
            Word(
                re.compile(
                    rf"(?<![\d.A-Za-z]){_NUMBER}\s*[～~〜∼]\s*{_NUMBER}\s*(?!{_PERCENT}){_UNIT}"
                    rf"|{_BEFORE_DASH}{_NUMBER}\s*{_DASH}\s*\d+(?:[.,]\d+)?\s*{_AFTER_DASH}"
                ),
                lambda match: _range(match[0]),
                in_print=True,
            )
        ),
        Example("环境温度为10 ℃～30 ℃", "环境温度为10～30 ℃"),
    ),
    rule(
        "UNIT-PERCENT-RANGE",
        MUST,
        "9.4.5.3",
        ("百分率的范围两端都带百分号：63%～67%。", "Both ends of a range of percentages have the sign: 63%～67%."),
        ("“{subject}”：“{word}”的前一个数值没有百分号", "“{subject}”: the first value of {word} has no per cent sign"),
        finder(
            Word(
                re.compile(
                    rf"(?<![\d.A-Za-z]){_NUMBER}\s*[～~〜∼]\s*{_NUMBER}\s*{_PERCENT}"
                    rf"|{_BEFORE_DASH}{_NUMBER}\s*{_DASH}\s*\d+(?:[.,]\d+)?\s*{_PERCENT}"
                ),
                lambda match: _range(match[0]),
                in_print=True,
            )
        ),
        Example("相对湿度为45%～75%", "相对湿度为45～75%"),
    ),
    rule(
        "UNIT-PERCENT-TOLERANCE",
        MUST,
        "9.4.5.3",
        ("带公差的百分率写作（65±2）%。", "A percentage with a tolerance is written (65±2)%."),
        ("“{subject}”：“{word}”写作带括号的形式", "“{subject}”: write {word} with brackets"),
        finder(
            Word(
                re.compile(rf"(?<![\d.（(A-Za-z])(\d+(?:\.\d+)?)\s*{_PERCENT}?\s*[±]\s*(\d+(?:\.\d+)?)\s*({_PERCENT})"),
                lambda match: f"({match[1]}±{match[2]}){match[3]}",
                in_print=True,
            )
        ),
        Example("开度为(65±2)%", "开度为65±2%"),
    ),
    rule(
        "UNIT-TOLERANCE",
        MUST,
        "9.4.5.2",
        ("带公差的值写作(80±2)μF或80 μF±2 μF。", "A value with a tolerance is written (80±2) μF or 80 μF±2 μF."),
        ("“{subject}”：“{word}”的前一个数值没有单位", "“{subject}”: the first value of {word} has no unit"),
        finder(
            Word(
                re.compile(rf"(?<![\d.（(A-Za-z])(\d+(?:\.\d+)?)\s*[±]\s*(\d+(?:\.\d+)?)\s*(?!{_PERCENT})({_UNIT})"),
                lambda match: f"({match[1]}±{match[2]}) {match[3]}",
                in_print=True,
            )
        ),
        Example("行程为(80±2) mm", "行程为80±2 mm"),
    ),
    rule(
        "UNIT-DIMENSIONS",
        MUST,
        "9.4.5.1",
        ("尺寸的每个数值都带单位：80 mm×25 mm×50 mm。", "Every value of a dimension has the unit: 80 mm×25 mm×50 mm."),
        ("“{subject}”：“{word}”的数值没有全部带单位", "“{subject}”: not every value of {word} has a unit"),
        finder(
            Word(
                re.compile(
                    rf"(?<![\d.A-Za-z])[（(]?\d+(?:\.\d+)?(?:\s*×\s*\d+(?:\.\d+)?)+[)）]?\s*(?!{_PERCENT}){_UNIT}"
                ),
                lambda match: _dimensions(match[0]),
                in_print=True,
            )
        ),
        Example("外形尺寸为80 mm×25 mm×50 mm", "外形尺寸为80×25×50 mm"),
    ),
    rule(
        "UNIT-TIMES",
        MUST,
        "9.4.4.3",
        ("乘积用乘号“×”，不用字母x或星号。", "A product has the sign ×, not the letter x or an asterisk."),
        ("“{subject}”：以“×”代替“{word}”中的字符", "“{subject}”: write × in {word}"),
        finder(
            Word(
                re.compile(
                    r"(?<![\dA-Za-z])(?!0[xX])\d+(?:\.\d+)?\s*(?:[a-zμ]{1,2}\s*)?[xX*＊]\s*\d+(?:\.\d+)?(?![\dA-Za-z])"
                ),
                lambda match: re.sub(r"\s*[xX*＊]\s*", "×", match[0]),
                in_print=True,
            )
        ),
        Example("修正系数为2.5×3", "修正系数为2.5x3"),
    ),
    rule(
        "UNIT-CHINESE",
        MUST,
        "9.4.4.1",
        (
            "表示物理量的数值后跟法定计量单位的符号。",
            "A number is followed by the symbol of the unit, not by its Chinese name.",
        ),
        ("“{subject}”：以单位符号代替“{word}”中的汉字", "“{subject}”: write the symbol of the unit in {word}"),
        finder(
            Word(
                re.compile(rf"(?<![\d.第])(\d+(?:\.\d+)?)\s*({_BY_LENGTH})(?![拉隆服级高降格斯秒斤制])"),
                lambda match: f"{match[1]} {CHINESE_UNITS[match[2]]}",
                in_print=True,
            )
        ),
        Example("保压时间不少于5 min", "保压时间不少于5分钟"),
    ),
    rule(
        "UNIT-OF-LAW",
        SHOULD,
        "9.4.7",
        (
            "使用法定计量单位（GB 3100、GB/T 3101、GB/T 3102）。",
            "Units are those of law (GB 3100, GB/T 3101, GB/T 3102).",
        ),
        ("“{subject}”：“{word}”中的单位不是法定计量单位", "“{subject}”: the unit in {word} is no unit of law"),
        finder(
            Word(
                re.compile(
                    rf"(?<![A-Za-z])\d+(?:\.\d+)?\s*(?:{'|'.join(sorted(OTHER_UNITS, key=len, reverse=True))})(?![A-Za-z])"
                ),
                in_print=True,
            )
        ),
        Example("杂质含量不超过5 mg/kg", "杂质含量不超过5 ppm"),
    ),
    rule(
        "UNIT-SOLIDUS",
        SHOULD,
        "9.4.7",
        ("组合单位只用一条斜线。", "A compound unit has at most one solidus."),
        ("“{subject}”：“{word}”有多于一条的斜线", "“{subject}”: {word} has more than one solidus"),
        finder(
            Word(
                re.compile(rf"(?<![A-Za-z])\d+(?:\.\d+)?\s*{_PREFIXED}/{_PREFIXED}/{_PREFIXED}(?![A-Za-z])"),
                in_print=True,
            )
        ),
        Example("质量比率为2 mg/(kg·d)", "质量比率为2 m/s/s"),
    ),
    rule(
        "UNIT-SPACE",
        MAY,
        "10.4.6",
        ("数值与单位符号之间空四分之一个汉字的间隙。", "A quarter of a blank stands between a number and its unit."),
        (
            "“{subject}”：“{word}”的数值与单位之间没有间隙（从文本看）",
            "“{subject}”: as far as the text shows, there is no gap in {word}",
        ),
        finder(
            Word(
                re.compile(rf"(?<![\dA-Za-z./—\-])\d+(?:\.\d+)?(?:{_SPACED})(?![A-Za-z])"),
                lambda match: re.sub(r"(?<=\d)(?=[^\d.])", " ", match[0], count=1),
                in_print=True,
            )
        ),
        Example("公称尺寸为50 mm", "公称尺寸为50mm"),
    ),
)
