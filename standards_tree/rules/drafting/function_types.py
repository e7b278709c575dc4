"""The function of a standard, which its title names (GB/T 1.1-2020, 6.1.4.2, table 1)."""

import re
from enum import StrEnum


class FunctionType(StrEnum):
    """What a standard does: 术语, 符号, 分类, 试验, 规范, 规程, 指南."""

    TERMINOLOGY = "terminology"
    SYMBOLS = "symbols"
    CLASSIFICATION = "classification"
    TEST_METHOD = "test_method"
    SPECIFICATION = "specification"
    CODE_OF_PRACTICE = "code_of_practice"
    GUIDANCE = "guidance"


# How the last element of a title ends, in Chinese, and what the English title then says.
_ENDINGS = (
    (FunctionType.GUIDANCE, r"指南", r"guidance|guidelines?|guide"),
    (FunctionType.CODE_OF_PRACTICE, r"规程", r"codes? of practice"),
    (FunctionType.SPECIFICATION, r"规范", r"specifications?"),
    (
        FunctionType.TEST_METHOD,
        r"试验方法|测定方法|检测方法|的?测定|试验",
        r"tests? methods?|determination|methods? of test",
    ),
    (FunctionType.TERMINOLOGY, r"术语|词汇|术语和定义", r"vocabulary|terminology|terms and definitions"),
    (
        FunctionType.CLASSIFICATION,
        r"分类|编码|代码|分类[与和及]代码|分类[与和及]编码",
        r"classifications?|coding|codes?",
    ),
    (FunctionType.SYMBOLS, r"符号|标志", r"symbols?|signs?"),
)
_CHINESE = tuple((kind, re.compile(rf"(?:{ending})$")) for kind, ending, _ in _ENDINGS)
_ENGLISH = {kind: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for kind, _, words in _ENDINGS}
_PART = re.compile(r"^第\s*\d+\s*部分\s*[：:]\s*|^Part\s+\d+\s*[：:]\s*", re.IGNORECASE)


def function_type_of(elements: tuple[str, ...]) -> FunctionType | None:
    """Return what the elements of a Chinese title say the standard does, None where they do not."""
    last = _PART.sub("", elements[-1]).strip() if elements else ""
    return next((kind for kind, ending in _CHINESE if ending.search(last)), None)


def function_type_of_english(title: str) -> FunctionType | None:
    """Return what an English title says the standard does, None where it does not."""
    return next((kind for kind, words in _ENGLISH.items() if words.search(title)), None)


def english_agrees(kind: FunctionType, title: str) -> bool:
    """Tell whether the English *title* says that the standard is of *kind*."""
    return _ENGLISH[kind].search(title) is not None
