"""The forms of notifications: which boxes each has, and which are left blank.

TBT: the form of G/TBT/1, 11 boxes; SPS: that of G/SPS/7, 13 boxes. A box whose content is not known says so; blank it is a
fault. An addendum or corrigendum repeats no boxes: it names the notification it belongs to and says what changed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from standards_tree.rules.guide.dossier import Agreement, Notification, NotificationType

TBT_BOXES: Final = {
    1: ("发出通报的成员", "notifying Member"),
    2: ("负责机构", "agency responsible"),
    3: ("通报依据的条款", "articles under which it is notified"),
    4: ("涵盖的产品", "products covered"),
    5: ("标题、页数和语言", "title, number of pages and language"),
    6: ("内容概述", "description of content"),
    7: ("目标和理由", "objective and rationale"),
    8: ("相关文件", "relevant documents"),
    9: ("拟批准日期和拟生效日期", "proposed dates of adoption and entry into force"),
    10: ("评议截止日期", "final date for comments"),
    11: ("文本可从何处获得", "where texts are available"),
}
SPS_BOXES: Final = {
    1: ("发出通报的成员", "notifying Member"),
    2: ("负责机构", "agency responsible"),
    3: ("涵盖的产品", "products covered"),
    4: ("可能受影响的地区或国家", "regions or countries likely to be affected"),
    5: ("标题、页数和语言", "title, number of pages and language"),
    6: ("内容概述", "description of content"),
    7: ("目标和理由", "objective and rationale"),
    8: ("相关国际标准", "relevant international standard"),
    9: ("其他相关文件及其语言", "other relevant documents and their language"),
    10: ("拟批准日期和拟公布日期", "proposed dates of adoption and publication"),
    11: ("拟生效日期", "proposed date of entry into force"),
    12: ("评议截止日期和处理评议意见的机构", "final date for comments, and agency that handles them"),
    13: ("文本可从何处获得", "where texts are available"),
}
# The form of an emergency measure asks for the problem, and for no comment period.
SPS_EMERGENCY_BOXES: Final = {
    **{number: SPS_BOXES[number] for number in range(1, 8)},
    8: ("紧急问题的性质和采取紧急措施的理由", "nature of the urgent problem and reason for urgent action"),
    9: SPS_BOXES[8],
    10: SPS_BOXES[9],
    11: ("生效日期或适用期限", "date of entry into force or period of application"),
    12: ("处理评议意见的机构", "agency that handles comments"),
    13: SPS_BOXES[13],
}
EQUIVALENCE_BOXES: Final = {
    1: ("发出通报的成员", "Member notifying"),
    2: ("认可等效的文本标题", "title of the text that recognizes equivalence"),
    3: ("涉及的各方", "parties involved"),
    4: ("等效认可的生效日期", "date of entry into force of the recognition"),
    5: ("涵盖的产品", "products covered"),
    6: ("认可为等效的措施概述", "description of the measures recognized as equivalent"),
    7: ("可从何处获得更多信息", "where further information is available"),
}
ADDITION_BOXES: Final = {
    1: ("发出通报的成员", "notifying Member"),
    2: ("变更或更正的内容", "what is changed or corrected"),
}
_NOT_STATED = re.compile(
    r"\s*(?:not (?:known|stated|available|specified|applicable)|none|n/a|未知|未说明|不详|无|不适用|待定)\s*\.?\s*",
    re.IGNORECASE,
)
_ADDITIONS = (NotificationType.ADDENDUM, NotificationType.CORRIGENDUM)
_REFER_BACK = (*_ADDITIONS, NotificationType.REVISION)
_SUFFIXES = {
    NotificationType.REVISION: "Rev.",
    NotificationType.ADDENDUM: "Add.",
    NotificationType.CORRIGENDUM: "Corr.",
}
# Boxes in which "not stated" says nothing: who notifies, and what it is about.
_ALWAYS_STATED = frozenset({1, 2})


@dataclass(frozen=True, slots=True)
class FormFault:
    """What is wrong with a form: the box (0 where it is none), and why, in both languages."""

    box: int
    zh: str
    en: str


def boxes_of(agreement: Agreement, kind: NotificationType) -> dict[int, tuple[str, str]]:
    """Return the boxes of a form, by number, with their names in Chinese and English."""
    if kind in _ADDITIONS:
        return ADDITION_BOXES
    if kind is NotificationType.EQUIVALENCE:
        return EQUIVALENCE_BOXES
    if agreement is Agreement.TBT:
        return TBT_BOXES
    return SPS_EMERGENCY_BOXES if kind is NotificationType.URGENT else SPS_BOXES


def is_not_stated(text: str) -> bool:
    """Tell whether a box says that its content is not known."""
    return _NOT_STATED.fullmatch(text) is not None


def check_form(notification: Notification) -> Iterator[FormFault]:
    """Yield what is wrong with the form of a notification."""
    kind, boxes = notification.type, boxes_of(notification.agreement, notification.type)
    if kind is NotificationType.EQUIVALENCE and notification.agreement is Agreement.TBT:
        yield FormFault(0, "等效认可通报只用于SPS措施", "equivalence is notified under the SPS agreement only")
    for number, (zh, en) in boxes.items():
        text = notification.boxes.get(number, "").strip()
        if not text:
            advice = ("；内容不详时写明“未说明”", "; where it is not known, say “not stated”")
            yield FormFault(number, f"第{number}栏“{zh}”为空{advice[0]}", f"box {number} ({en}) is blank{advice[1]}")
        elif number in _ALWAYS_STATED and is_not_stated(text):
            yield FormFault(number, f"第{number}栏“{zh}”应予填写", f"box {number} ({en}) has to be filled in")
    for number in sorted(notification.boxes.keys() - boxes.keys()):
        yield FormFault(number, f"该类型的表格没有第{number}栏", f"the form of this type has no box {number}")
    if kind in _REFER_BACK and not notification.original_symbol:
        yield FormFault(0, "未指明原通报的编号", "the notification it belongs to is not named")
    suffix = _SUFFIXES.get(kind)
    if suffix and notification.symbol and f"/{suffix}" not in notification.symbol:
        yield FormFault(0, f"编号中没有“/{suffix}”", f"its symbol has no “/{suffix}”")
    if notification.urgent and not notification.urgent_reason.strip():
        yield FormFault(
            0, "紧急通报未说明紧急问题的性质", "an urgent notification has to say what the urgent problem is"
        )
