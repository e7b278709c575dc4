"""Terms and texts that look like those of a large registry; all of them invented."""

import random

from standards_tree.recognition import RegisteredTerm
from standards_tree.terms import ConceptStatus, DesignationStatus, TermDesignation

HAN = (
    "技术性贸易措施标准规范合格评定程序检验检疫风险评估通报评议咨询透明度协调等效认可认证计量测试产品安全卫生环境"
    "保护限量农药残留食品添加剂包装标签电器能效排放化学品医疗器械机械设备材料纺织玩具车辆船舶通信信息数据质量管理"
)
SYLLABLES = "con for mi ty as sess ment tech ni cal reg u la tion meas ure stan dard pro ce dure risk test cer ti fi ca"
FILLERS = (
    "本文件规定了",
    "的要求",
    "，适用于",
    "。",
    "应符合",
    "按照",
    "进行，",
    "以及",
    " the ",
    " of ",
    ", and ",
    " shall be ",
)


def invented_words(count: int, source: random.Random) -> list[str]:
    """Return so many distinct terms, Chinese and English ones in equal parts."""
    words: dict[str, None] = {}
    while len(words) < count:
        words["".join(source.choices(HAN, k=source.randint(3, 9)))] = None
        english = (
            "".join(source.choices(SYLLABLES.split(), k=source.randint(2, 4))) for _ in range(source.randint(1, 3))
        )
        words[" ".join(english)] = None
    return list(words)[:count]


def invented_terms(words: list[str], source: random.Random) -> list[RegisteredTerm]:
    """Return them registered, one in four deprecated in favour of another."""
    terms = []
    for number, word in enumerate(words):
        status = DesignationStatus.DEPRECATED if source.random() < 0.25 else DesignationStatus.PREFERRED
        designation = TermDesignation("en" if word.isascii() else "zh-Hans", word, status)
        terms.append(
            RegisteredTerm(f"concepts/{number:06}", "", "", ConceptStatus.APPROVED, designation, words[number - 1])
        )
    return terms


def invented_text(words: list[str], size_bytes: int, source: random.Random) -> str:
    """Return a text of that size in UTF-8 in which about one word in three is a term."""
    pieces: list[str] = []
    length = 0
    while length < size_bytes:
        others = (
            "".join(source.choices(HAN, k=6)) + source.choice(FILLERS) + "".join(source.choices(SYLLABLES.split(), k=3))
        )
        piece = source.choice([source.choice(words), others, others]) + source.choice(FILLERS)
        pieces.append(piece)
        length += len(piece.encode())
    return "".join(pieces)
