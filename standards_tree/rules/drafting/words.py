"""Verbs of provision in Chinese text, told from words that only contain them (GB/T 1.1-2020, annex C)."""

import re
from typing import Final

from standards_tree.vocabulary.provision_words import MASK

# Beside the words the vocabulary knows: what a running text has and a definition has not.
_MORE: Final = re.compile(
    r"[供响反效对相适感照]应"
    r"|[便事权相适时得合制]宜|宜[昌宾春兴城]|不可(?:能|靠|逆|抗|再生|或缺|分割|见|避免|预[见料]|行|用|溶|燃|降解|回收|拆卸|接受|控|信|比)"
    r"|不(?:可|应)期|可[能行信见靠比视逆读控选调疑分数加塑否取燃溶变用观测及达]|[认许宁尚即方两]可|可持续|可谓|可以说|可惜|可口|可乐|可卡因|可可"
    r"|性能|功能|能[力量源级耗效]|[智技才职势动电热产节储核风光机本潜太阳]能(?!够)|能见度|能谱|能带|能否|不能不"
    r"|不得不|不得已|一应俱全|里应外合|得心应手|有求必应|报应|可想而知|非同小可"
    # What is permitted, as a noun: 允许误差, 最大允许浓度.
    r"|(?:最[大小高低])?允许(?=(?:使用|工作|残留|排放|泄漏|暴露|接触|累积)?"
    r"(?:误差|偏差|公差|浓度|值|限[值量度]|应力|压力|载荷|负荷|温度|温升|范围|量|间隙|电流|电压|功率|转?速|差|波动|水平))"
)


# A word that is spoken of, not used: “必须”.
_QUOTED: Final = re.compile(r"[“「‘][^”」’]{1,8}[”」’]")


def masked(text: str) -> str:
    """Return *text* at its length, with words blanked out that only contain 应, 宜, 可 or 能, or are quoted."""
    return _QUOTED.sub(_blank, _MORE.sub(_blank, MASK.sub(_blank, text)))


def _blank(match: re.Match[str]) -> str:
    return "□" * len(match[0])


REQUIREMENT: Final = re.compile(r"不?应该?|[不只]准许")
RECOMMENDATION: Final = re.compile(r"不?宜|不推荐|不建议")
PERMISSION: Final = re.compile(r"不必|无须|可以?不?(?!□)|(?<!不)允许")

_EDGE: Final = "，。；：！？,;\n\t"
_MOST_AROUND: Final = 30


def around(text: str, start: int, end: int) -> tuple[str, int]:
    """Return the part of a sentence around *start* to *end*, and where in *text* it begins."""
    left = start
    while left > 0 and start - left < _MOST_AROUND and text[left - 1] not in _EDGE:
        left -= 1
    right = end
    while right < len(text) and right - end < _MOST_AROUND and text[right] not in _EDGE:
        right += 1
    return text[left:right].strip(), left + len(text[left:right]) - len(text[left:right].lstrip())
