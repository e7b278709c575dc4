"""Find words that require, recommend or permit in a definition, which only states (GB/T 1.1-2020, 8.7.3.3, annex C)."""

import re
from typing import Final

# Words that contain 应, 宜 or 可 and require, recommend or permit nothing.
_COMPOUNDS: Final = (
    *(
        "响应",
        "反应",
        "相应",
        "适应",
        "供应",
        "对应",
        "效应",
        "感应",
        "顺应",
        "呼应",
        "回应",
        "接应",
        "因应",
        "答应",
        "互应",
    ),
    *("照应", "报应", "供不应求", "不应期", "不得不", "不得已", "舍不得"),
    *("适宜", "便宜", "事宜", "权宜", "相宜", "得宜", "合宜", "时宜", "制宜"),
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
# What 应 begins is a word only before some words: 应对措施 copes, 应对样品进行检验 requires; 应标人 bids, 应标明 requires.
_AFTER_COPING: Final = (
    "措施|预案|方案|策略|战略|能力|工作|建议|机制|计划|方式|手段|活动|指南|体系|行动|办法|方法|经验|案例|准备|流程|程序|"
    "情况|效果|过程|挑战|风险|危机|突发|变化|气候"
)
# Each alternative looks behind by a width of its own.
_BEFORE_COPING: Final = (
    "(?<=采取|制定|提出|完善|建立|加强|开展|组织|形成|有效|积极|妥善|及时|共同|协同|联合|主动|科学|快速|研究|分析|防范)"
    "|(?<=[的和与及或、为以来能可])"
)
_HANDLES: Final = "进行|作出|做出|予以|加以|实施|采取|开展|提出|施加|给予|负责|保持|执行"
_BY_MEANS: Final = (
    "冲洗|清洗|洗涤|漂洗|擦|测量|测定|固定|密封|包装|标明|标示|表示|书写|填写|连接|润滑|覆盖|遮|浸|稀释|校准|触摸|搬运|封|塞|"
    "加热|煮沸"
)
_APPLIED: Final = "[于的层]|场景|程序|软件|范围|领域|系统|平台|环境|条件|示例|指南|实例|技术|效果|需求|案例"
_OUGHT_WORDS: Final = (
    rf"(?<!不)应对(?={_AFTER_COPING})|(?:{_BEFORE_COPING})应对"
    rf"|(?<!不)应对(?![称照准齐中比外应]|[^，。；：,;]{{1,30}}(?:{_HANDLES}))"
    rf"|(?<!不)应用(?:(?={_APPLIED})|(?![^，。；：,;的]{{1,6}}(?:{_BY_MEANS})))"
    r"|应变(?![更为形化成换动压])|应急|应激(?!活)|应答(?!复)|应付(?!清)|应接不暇|应收(?=账款|款|票据|尽收|未收|数据)"
    r"|应计(?=利息|费用|项目|负债|制)|应纳(?=税)|应有(?=的|之|尽有|数|权|尺寸|位置|精度|水平)|应试(?=人|者|教育|能力|生)|应运而生"
    r"|应征(?=入伍|者|稿|人|作品)|应验(?![证收算明电货])|应税(?!前)|应战|应允(?!许)|应诺|应届|应聘(?![请用任])|应诉|应援"
    r"|应邀(?!请)|应力(?![求争])|应标(?=人|者|书|文件|方)"
    r"|宜居(?!中)|宜人(?![工员为力])"
)
# 可 before a verb makes an adjective or a noun of it: 可更换的, 可更换性.
_ADJECTIVE: Final = r"可[\u4e00-\u9fff]{1,4}?[的性度式]"
MASK: Final = re.compile("|".join([_OUGHT_WORDS, *sorted(_COMPOUNDS, key=len, reverse=True), _ADJECTIVE]))

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
