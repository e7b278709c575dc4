"""Derive what kind of standard a standard is, for the statistics table of GB/T 13016.

No catalogue records the kind, so it is read from the title and the classes, and always shown as derived. In this order:

1. The word for a kind of standard in the title. An element of a Chinese title ends with it (… 术语, … 第2部分：试验方法),
   and the last element that does decides; in English the last element begins with it (… — Test methods for …), so the
   first word there does. Guides, evaluations and administration have words of their own and are OTHER.
2. ICS, then CCS. ICS 01 is generalities, terminology and standardization, 13 environment, health protection and safety,
   17.020 metrology in general. The CCS codes 04 of every class are basic standards and general methods, 09 health, safety
   and labour protection; class Z is environment protection; A20 to A39 are basic standards.
3. A title that names a thing and no kind of standard: a product standard, for which that is usual.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Final, NamedTuple

from standards_tree.catalogue import Title


class StandardKind(StrEnum):
    """The kinds of the statistics table: 基础, 方法, 产品/过程/服务, 零部件/元器件, 原材料, 安全/卫生/环保, 其他."""

    BASIC = "basic"
    METHOD = "method"
    PRODUCT = "product"
    COMPONENT = "component"
    MATERIAL = "material"
    SAFETY = "safety"
    OTHER = "other"


class DerivedKind(NamedTuple):
    """A kind, and what it was derived from: a word of the title, ``ICS 01.040``, ``CCS A22``, or nothing but the title."""

    kind: StandardKind
    basis: str


_CHINESE: Final = {
    StandardKind.BASIC: (
        "术语 基本术语 词汇 名词 图形符号 文字符号 符号 代号 代码 编码 分类 命名 制图 "
        "公差 优先数 量和单位 基础 通则 总则 标志 数据元 元数据 规格系列 型号编制方法"
    ),
    StandardKind.METHOD: (
        "试验方法 检验方法 检测方法 测试方法 测定方法 分析方法 测量方法 评定方法 评价方法 "
        "计算方法 试验 测定 检验 检测 测试 测量 校准 取样 抽样 采样 鉴定 鉴别 筛查 "
        "制样 方法"
    ),
    StandardKind.SAFETY: (
        "安全 卫生 环保 污染控制标准 环境质量标准 排放标准 卫生标准 "
        "环境保护 限量 限值 排放 防火 防爆 辐射防护 放射防护 劳动保护 职业健康 有害物质 生物相容性"
    ),
    StandardKind.COMPONENT: "零部件 元器件 零件 部件 组件 元件 配件 附件 接头 连接件 紧固件 轴承 连接器",
    StandardKind.MATERIAL: "原材料 原料 材料 树脂 合金 钛材 粉末 板材 棒材 丝材 膜材",
    StandardKind.PRODUCT: (
        "技术要求 技术条件 技术规范 产品规范 通用规范 专用要求 通用要求 服务规范 工艺 规范 规程 要求 服务"
    ),
    StandardKind.OTHER: "应用指南 实施指南 指南 导则 指导原则 评价 评估 应用 管理 审核 审查 准则 报告",
}
_ENGLISH: Final = {
    StandardKind.BASIC: "vocabulary|terminology|terms|definitions|symbols?|classification|coding|nomenclature|fundamentals|"
    "general principles|marking",
    StandardKind.METHOD: "test methods?|tests?|testing|determination|measurement|methods?|sampling|calibration|inspection|"
    "examination",
    StandardKind.SAFETY: "safety|hygiene|hygienic|limits?|emissions?|protection of the environment|environmental protection|"
    "radiation protection|biocompatibility",
    StandardKind.COMPONENT: "components?|parts|fittings|connectors?|fasteners|accessories|bearings",
    StandardKind.MATERIAL: "raw materials?|materials?|alloys?|resins?|powders?",
    StandardKind.PRODUCT: "specifications?|requirements|products?|services?|process(?:es)?|code of practice",
    StandardKind.OTHER: "guidelines?|guidance|guides?|evaluation|assessment|management|audit(?:ing)?|report",
}


def _ending(words: Iterable[str]) -> re.Pattern[str]:
    """Return what finds one of *words* at the end, the longest that fits: 评价方法 is no 方法."""
    return re.compile(f"(?:{'|'.join(sorted(words, key=len, reverse=True))})$")


_KIND_OF_WORD: Final = {word: kind for kind, words in _CHINESE.items() for word in words.split()}
_CHINESE_WORD: Final = _ending(_KIND_OF_WORD)
_ENGLISH_WORDS: Final = {kind: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for kind, words in _ENGLISH.items()}
# "…安全通用要求", "…基本安全和基本性能专用要求": a requirement of safety is a standard on safety.
# "…的安全 第1部分：通用要求", "…安全规程" too; the security of information is no safety.
_ON_SAFETY: Final = re.compile(
    r"安全[^\s：:]{0,12}要求$|(?<!信息)(?<!网络)(?<!数据)安全(?:技术)?(?:规程|规范)$"
    r"|安全\s+第\s*\d+\s*部分[：:][^\s]{0,24}(?:要求|规范)$"
    r"|safety (?:and essential performance )?requirements",
    re.IGNORECASE,
)
_ON_SECURITY: Final = re.compile(r"(?:信息|网络|数据)安全")
_CHINESE_BREAK: Final = re.compile(r"第\s*[\d—-]+\s*(?:部分|单元)|[\s：:]+")
_BRACKETED_END: Final = re.compile(r"[（(][^（()）]{0,40}[)）]$")
_ENGLISH_BREAK: Final = re.compile(r"\s+[—–-]+\s+|[—–]+|: ")

_ICS: Final = (("01", StandardKind.BASIC), ("13", StandardKind.SAFETY), ("17.020", StandardKind.BASIC))
_CCS: Final = (
    (re.compile("A[23][0-9]|[A-Z]04"), StandardKind.BASIC),
    (re.compile("Z[0-9]{0,2}|[A-Z]09"), StandardKind.SAFETY),
)


def kind_of(title: Title, ics: Iterable[str] = (), ccs: Iterable[str] = ()) -> DerivedKind:
    """Return the kind of the standard with this title and these classes, and what says so."""
    return _by_title(title) or _by_class(ics, ccs) or DerivedKind(StandardKind.PRODUCT, "")


def _by_title(title: Title) -> DerivedKind | None:
    safety = _ON_SAFETY.search(title.zh.strip() or title.en)
    if safety is not None and not _ON_SECURITY.match(title.zh.strip()):
        return DerivedKind(StandardKind.SAFETY, safety[0])
    if title.zh.strip():
        return _by_chinese_title(title.zh)
    element = _ENGLISH_BREAK.split(title.en)[-1]
    matches = ((kind, pattern.search(element)) for kind, pattern in _ENGLISH_WORDS.items())
    found = [(match.start(), DerivedKind(kind, match[0])) for kind, match in matches if match is not None]
    return min(found)[1] if found else None


def _by_chinese_title(title: str) -> DerivedKind | None:
    for element in reversed(_CHINESE_BREAK.split(title)):
        word = _CHINESE_WORD.search(_BRACKETED_END.sub("", element.rstrip("》 ")))
        if word is not None:
            return DerivedKind(_KIND_OF_WORD[word[0]], word[0])
    return None


def _by_class(ics: Iterable[str], ccs: Iterable[str]) -> DerivedKind | None:
    for code in ics:
        for prefix, kind in _ICS:
            if code == prefix or code.startswith(prefix + "."):
                return DerivedKind(kind, f"ICS {code}")
    for code in ccs:
        for pattern, kind in _CCS:
            if pattern.fullmatch(code):
                return DerivedKind(kind, f"CCS {code}")
    return None
