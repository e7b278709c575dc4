"""Find words that require, recommend or permit in a definition, which only states (GB/T 1.1-2020, 8.7.3.3, annex C)."""

import re
from typing import Final

# Words that contain 应, 宜 or 可 and require, recommend or permit nothing.
_COMPOUNDS: Final = (
    *("响应", "应用", "反应", "相应", "适应", "供应", "对应", "应答", "效应", "应急", "感应", "应对", "应变", "应力"),
    *("顺应", "呼应", "应激", "回应", "应付", "应邀", "应届", "应有", "应税", "应收", "应计", "应聘", "接应", "因应"),
    *("应运", "应征", "答应", "应战", "应试", "应允", "应许", "应纳", "应诉", "应标", "互应", "照应", "应验"),
    *("适宜", "便宜", "事宜", "权宜", "相宜", "宜居", "宜人", "得宜", "合宜", "时宜", "制宜"),
    *("可能", "可行", "可信", "可持续", "可见", "可靠", "认可", "许可", "可用性", "可操作", "可追溯", "可比", "可视"),
    *("可溶", "可燃", "可逆", "可变", "可再生", "可读", "可编程", "可移植", "可扩展", "可维护", "可重复", "可复现"),
    *("可控", "可选", "可重用", "可观", "可接受", "可测", "可调", "可疑", "可分", "可数", "可加", "可塑", "可降解"),
    *(
        "可回收",
        "可充电",
        "可拆卸",
        "可移动",
        "可穿戴",
        "可及",
        "可达",
        "可贵",
        "两可",
        "不可",
        "不必要",
        "可否",
        "可兑换",
        "可转让",
    ),
    *("可食", "可吸入", "可吸收", "可供", "尚可", "即可", "方可", "可谓", "宁可", "可触", "可动", "可预见", "可预测"),
    *("可识别", "可计算", "可量化", "可转换", "可替代", "可互换", "可区分", "可执行", "可验证", "可生物", "可支配"),
)
# 可 before a verb makes an adjective or a noun of it: 可更换的, 可更换性.
_ADJECTIVE: Final = r"可[\u4e00-\u9fff]{1,4}?[的性度式]"
MASK: Final = re.compile("|".join([*sorted(_COMPOUNDS, key=len, reverse=True), _ADJECTIVE]))

_REQUIREMENT: Final = {
    "zh": re.compile(r"不?应(?:当|该)?|不得|[不只]准许"),
    "en": re.compile(r"\bshall(?: not)?\b", re.IGNORECASE),
}
# In English the month is written with a capital.
_RECOMMENDATION: Final = {
    "zh": re.compile(r"不?宜|可以不|可以?|不必|无须"),
    "en": re.compile(r"\b[Ss]hould(?: not)?\b|\bmay(?: not)?\b|\bneed not\b"),
}


def requirement_word(text: str, language: str) -> str:
    """Return the first word of *text* that sets a requirement, empty where none does; Chinese and English only."""
    return _first(_REQUIREMENT, text, language)


def recommendation_word(text: str, language: str) -> str:
    """Return the first word of *text* that recommends or permits, empty where none does; Chinese and English only."""
    return _first(_RECOMMENDATION, text, language)


def _first(words: dict[str, re.Pattern[str]], text: str, language: str) -> str:
    pattern = words.get(language)
    if pattern is None:
        return ""
    found = pattern.search(MASK.sub("□", text) if language == "zh" else text)
    return found[0] if found else ""
