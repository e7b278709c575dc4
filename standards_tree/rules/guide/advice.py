"""What good practice recommends for a comment: advice, never a fault.

The headings are those of the WTO Secretariat's guide to commenting on a notification (4.1 to 4.4) and the fields of a
comment letter as national enquiry points ask for them. No clause of GB/T 44976-2024 is claimed: its text was not available.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from standards_tree.rules.guide.dossier import Dossier
from standards_tree.rules.guide.obligations import last_day_to_send


@dataclass(frozen=True, slots=True)
class Advice:
    """One recommendation: what it asks, where it comes from, and how to tell that it is followed."""

    id: str
    zh: str
    en: str
    source: str
    followed: Callable[[Dossier], bool]


def _sent_in_time(dossier: Dossier) -> bool:
    last, sent = last_day_to_send(dossier.notification), dossier.letter.sent_on
    return last is None or (sent is not None and sent <= last)


def _symbol_and_title(dossier: Dossier) -> bool:
    one, subject = dossier.notification, dossier.letter.subject
    return bool(one.symbol and one.title) and one.symbol in subject and one.title in subject


def _each(dossier: Dossier, field: str) -> bool:
    return bool(dossier.comments) and all(getattr(comment, field).strip() for comment in dossier.comments)


_PREPARATION, _SUBMISSION = "WTO guide, 4.3 preparation", "WTO guide, 4.4 submission"
_DECISION, _LETTER = "WTO guide, 4.2 deciding to comment", "comment letter"
ADVICE: tuple[Advice, ...] = (
    Advice(
        "A01",
        "说明受影响的产品及其HS编码",
        "name the products affected, with HS codes",
        _DECISION,
        lambda one: bool(one.products) and all(product.hs_code for product in one.products),
    ),
    Advice(
        "A02",
        "给出贸易额和受影响企业数",
        "give the trade value and the number of firms affected",
        _DECISION,
        lambda one: any(product.trade_value and product.firms is not None for product in one.products),
    ),
    Advice(
        "A03",
        "征求利益相关方意见",
        "consult those concerned",
        "WTO guide, 3.2 domestic stakeholders",
        lambda one: any(map(str.strip, one.consulted)),
    ),
    Advice("A04", "逐条提出评议意见", "comment clause by clause", _PREPARATION, lambda one: _each(one, "clause")),
    Advice(
        "A05",
        "每条意见注明WTO条款",
        "name the WTO article for each comment",
        _PREPARATION,
        lambda one: _each(one, "article"),
    ),
    Advice(
        "A06", "每条意见给出证据", "give evidence for each comment", _PREPARATION, lambda one: _each(one, "evidence")
    ),
    Advice(
        "A07",
        "每条意见给出建议的文本",
        "propose a text for each comment",
        _PREPARATION,
        lambda one: _each(one, "proposed_text"),
    ),
    Advice("A08", "列出具体请求", "list what is asked for", _LETTER, lambda one: any(map(str.strip, one.requests))),
    Advice("A09", "主题写明通报编号和标题", "name the symbol and the title in the subject", _LETTER, _symbol_and_title),
    Advice(
        "A10",
        "寄送通报成员的咨询点或通报所列联系人",
        "address the notifying Member's enquiry point or the contact of the notification",
        _SUBMISSION,
        lambda one: bool(one.letter.addressee.strip()),
    ),
    Advice(
        "A11",
        "经本国咨询点提交",
        "send it through one's own enquiry point",
        _SUBMISSION,
        lambda one: bool(one.letter.sent_through.strip()),
    ),
    Advice(
        "A12", "截止日期前3个工作日提交", "send it three working days before the deadline", _SUBMISSION, _sent_in_time
    ),
    Advice(
        "A13",
        "说明使用的语言",
        "say in which language it is written",
        _SUBMISSION,
        lambda one: bool(one.letter.language.strip()),
    ),
    Advice(
        "A14",
        "说明评议人及其利害关系",
        "say who comments, and with what interest",
        _LETTER,
        lambda one: bool(one.letter.sender.strip() and one.letter.interest.strip()),
    ),
    Advice(
        "A15",
        "请求书面答复",
        "ask for a written reply",
        "WTO guide, 4.5 awaiting a response",
        lambda one: one.letter.asks_for_reply,
    ),
)


def check_advice(dossier: Dossier) -> Iterator[Advice]:
    """Yield the recommendations that *dossier* does not follow."""
    return (advice for advice in ADVICE if not advice.followed(dossier))
