"""The obligations of the WTO agreements that a review goes through: R01 to R18, several computed, the others asked.

What is computed comes from dates and fields of the notification; what is asked of the reviewer is not met by silence.
"""

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from standards_tree.designations import parse_designation_or_none
from standards_tree.rules.guide.dossier import Agreement, Conformity, Dossier, Notification, NotificationType
from standards_tree.rules.guide.forms import check_form

MIN_COMMENT_DAYS: Final = 60
ENCOURAGED_COMMENT_DAYS: Final = 90
MIN_INTERVAL_MONTHS: Final = 6
_INTERNATIONAL = re.compile(r"ISO|IEC|CISPR|ITU|CXS|CXG|CXC|CODEX|CAC|OIML|WHO|ISPM|WOAH", re.IGNORECASE)
_TBT_OBJECTIVES = re.compile(
    r"national security|decepti|human health|human safety|health or safety|safety|animal|plant|environment|consumer"
    r"|国家安全|欺诈|人类健康|人体健康|安全|健康|动物|植物|环境|消费者",
    re.IGNORECASE,
)
_SPS_OBJECTIVES = re.compile(
    r"food safety|animal health|plant protection|protect (?:humans|territory)|食品安全|动物健康|植物保护|保护人类|保护国家免受",
    re.IGNORECASE,
)


class Verdict(StrEnum):
    """What is to be said of an obligation."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_APPLICABLE = "not_applicable"
    UNANSWERED = "unanswered"
    """Neither the notification nor the reviewer says; the review is not complete."""


@dataclass(frozen=True, slots=True)
class Result:
    """The verdict on one obligation, with the reason in both languages."""

    obligation: "Obligation"
    verdict: Verdict
    zh: str
    en: str


Outcome = tuple[Verdict, str, str]
Compute = Callable[[Dossier], Outcome]


@dataclass(frozen=True, slots=True)
class Obligation:
    """One obligation: what it asks, where it stands, for which agreement, and how it is computed, None if it is asked."""

    id: str
    zh: str
    en: str
    basis: str
    compute: Compute | None = None
    agreements: frozenset[Agreement] = frozenset(Agreement)

    def result(self, dossier: Dossier) -> Result:
        """Return the verdict on *dossier*."""
        if dossier.notification.agreement not in self.agreements:
            outcome: Outcome = (Verdict.NOT_APPLICABLE, "不适用于该协定", "not asked under this agreement")
        else:
            outcome = self.compute(dossier) if self.compute is not None else _asked(self.id, dossier)
        return Result(self, *outcome)


def add_months(day: date, months: int) -> date:
    """Return the day of the month *months* later, the last of that month where it is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


_UNASKED: Final = (Verdict.UNANSWERED, "评议人未作答", "the reviewer has not answered")


def _asked(obligation: str, dossier: Dossier) -> Outcome:
    judgement = dossier.judgements.get(obligation)
    if judgement is None:
        return _UNASKED
    if not judgement.reason.strip():
        return Verdict.UNANSWERED, "评议人的结论没有理由", "the reviewer's answer has no reason"
    return Verdict(judgement.answer.value), judgement.reason, judgement.reason


# They add to a notification that said it, or, of equivalence, announce what is decided.
_SAYS_NO_MORE: Final = frozenset(
    {NotificationType.ADDENDUM, NotificationType.CORRIGENDUM, NotificationType.EQUIVALENCE}
)
_SAID_BEFORE: Final = (
    Verdict.NOT_APPLICABLE,
    "补遗、勘误和等效认可通报不作此要求，见原通报",
    "not asked of an addendum, a corrigendum or a recognition of equivalence; see the notification it belongs to",
)


def _form_complete(dossier: Dossier) -> Outcome:
    faults = list(check_form(dossier.notification))
    if not faults:
        return Verdict.MET, "表格各栏均已填写", "every box of the form is filled in"
    return Verdict.NOT_MET, "；".join(one.zh for one in faults), "; ".join(one.en for one in faults)


def _comment_period(dossier: Dossier) -> Outcome:
    one = dossier.notification
    if one.urgent:
        return Verdict.NOT_APPLICABLE, "紧急通报", "urgent notification"
    if one.type in _SAYS_NO_MORE:
        return _SAID_BEFORE
    if one.agreement is Agreement.SPS and one.trade_facilitating:
        return (
            Verdict.NOT_APPLICABLE,
            "便利贸易的措施可缩短或不设评议期",
            "it facilitates trade, so that it may be shorter",
        )
    if one.distributed_on is None or one.comments_until is None:
        return Verdict.UNANSWERED, "缺少分发日期或评议截止日期", "the date of distribution or the deadline is missing"
    days = (one.comments_until - one.distributed_on).days
    asked = f"{MIN_COMMENT_DAYS}", f"{ENCOURAGED_COMMENT_DAYS}"
    zh = f"评议期{days}天（至少{asked[0]}天，鼓励{asked[1]}天）"
    en = f"{days} days for comments (at least {asked[0]}, {asked[1]} encouraged)"
    return (Verdict.MET if days >= MIN_COMMENT_DAYS else Verdict.NOT_MET), zh, en


def _text_available(dossier: Dossier) -> Outcome:
    one = dossier.notification
    if one.text_address.strip() or one.contact.strip():
        return Verdict.MET, "给出了文本地址或联系方式", "an address of the text or a contact is given"
    return Verdict.NOT_MET, "没有文本地址，也没有联系方式", "neither an address of the text nor a contact is given"


def _early_stage(dossier: Dossier) -> Outcome:
    one = dossier.notification
    if one.urgent:
        return Verdict.NOT_APPLICABLE, "紧急通报", "urgent notification"
    if one.type in _SAYS_NO_MORE:
        return _SAID_BEFORE
    if one.distributed_on is None or one.adopted_on is None:
        return Verdict.UNANSWERED, "缺少分发日期或拟批准日期", "the date of distribution or of adoption is missing"
    zh, en = f"拟批准日期{one.adopted_on}", f"adoption on {one.adopted_on}, distribution on {one.distributed_on}"
    return (
        (Verdict.MET if one.adopted_on > one.distributed_on else Verdict.NOT_MET),
        f"{zh}，分发日期{one.distributed_on}",
        en,
    )


def _objective(dossier: Dossier) -> Outcome:
    one = dossier.notification
    if not one.objectives and one.type in _SAYS_NO_MORE:
        return _SAID_BEFORE
    if not one.objectives:
        return Verdict.NOT_MET, "没有说明目标", "no objective is stated"
    known = _TBT_OBJECTIVES if one.agreement is Agreement.TBT else _SPS_OBJECTIVES
    legitimate = [objective for objective in one.objectives if known.search(objective)]
    if legitimate:
        return Verdict.MET, "、".join(legitimate), ", ".join(legitimate)
    # The list of TBT 2.2 is open, so an objective that is not on it is for the reviewer to judge.
    if one.agreement is Agreement.TBT and "R05" in dossier.judgements:
        return _asked("R05", dossier)
    named = "、".join(one.objectives), ", ".join(one.objectives)
    if one.agreement is Agreement.TBT:
        return (
            Verdict.UNANSWERED,
            f"目标“{named[0]}”不在TBT 2.2的列举之内，请评议人判断",
            f"{named[1]}: not in the list of TBT 2.2; to be judged",
        )
    return (
        Verdict.NOT_MET,
        f"目标“{named[0]}”不在SPS表格的五项之内",
        f"{named[1]}: none of the five objectives of the SPS form",
    )


def _restrictiveness(dossier: Dossier) -> Outcome:
    verdict, zh, en = _asked("R06", dossier)
    judgement = dossier.judgements.get("R06")
    if verdict is Verdict.NOT_MET and judgement is not None and not any(map(str.strip, judgement.alternatives)):
        return (
            Verdict.UNANSWERED,
            "认为限制超过必要程度时，需指出至少一种替代办法",
            "who finds it more restrictive than necessary names at least one alternative",
        )
    return verdict, zh, en


def _international_standard(dossier: Dossier) -> Outcome:
    if dossier.conformity is None:
        return Verdict.UNANSWERED, "未说明与国际标准的关系", "how it stands to international standards is not said"
    if dossier.conformity is Conformity.NONE_EXISTS:
        return Verdict.NOT_APPLICABLE, "没有相关国际标准", "there is no relevant international standard"
    known = [text for text in dossier.international_standards if _is_international(text)]
    if not known:
        return (
            Verdict.UNANSWERED,
            "请给出国际标准的编号（ISO、IEC、ITU、食典等）",
            "name the international standard by its designation (ISO, IEC, ITU, Codex …)",
        )
    if dossier.conformity is Conformity.CONFORMS:
        return Verdict.MET, f"符合{'、'.join(known)}", f"conforms to {', '.join(known)}"
    if dossier.deviation.strip():
        return Verdict.MET, f"偏离已说明理由：{dossier.deviation}", f"the deviation is justified: {dossier.deviation}"
    return Verdict.NOT_MET, f"偏离{'、'.join(known)}而未说明理由", f"deviates from {', '.join(known)} without a reason"


def _is_international(text: str) -> bool:
    return parse_designation_or_none(text) is not None and _INTERNATIONAL.search(text) is not None


def _interval(dossier: Dossier) -> Outcome:
    one = dossier.notification
    if one.urgent or one.trade_facilitating:
        return Verdict.NOT_APPLICABLE, "紧急措施或便利贸易的措施", "urgent, or it facilitates trade"
    if one.published_on is None or one.in_force_on is None:
        return Verdict.UNANSWERED, "缺少公布日期或生效日期", "the date of publication or of entry into force is missing"
    earliest = add_months(one.published_on, MIN_INTERVAL_MONTHS)
    zh = f"公布{one.published_on}，生效{one.in_force_on}；最早{earliest}"
    en = f"published {one.published_on}, in force {one.in_force_on}; the earliest is {earliest}"
    return (Verdict.MET if one.in_force_on >= earliest else Verdict.NOT_MET), zh, en


def _urgency(dossier: Dossier) -> Outcome:
    one = dossier.notification
    if not one.urgent:
        return Verdict.NOT_APPLICABLE, "不是紧急通报", "not an urgent notification"
    if one.urgent_reason.strip():
        return Verdict.MET, one.urgent_reason, one.urgent_reason
    return Verdict.NOT_MET, "没有说明紧急问题的性质", "the nature of the urgent problem is not stated"


def _science(dossier: Dossier) -> Outcome:
    if any(map(str.strip, dossier.evidence)):
        count = len(dossier.evidence)
        verdict, zh, en = _asked("R12", dossier)
        if verdict is Verdict.UNANSWERED and "R12" not in dossier.judgements:
            return Verdict.MET, f"列出了{count}项科学证据或风险评估", f"{count} pieces of evidence are listed"
        return verdict, zh, en
    if "R12" in dossier.judgements:
        return _asked("R12", dossier)
    return Verdict.UNANSWERED, "证据清单为空", "the list of evidence is empty"


_SPS = frozenset({Agreement.SPS})
_TBT = frozenset({Agreement.TBT})
OBLIGATIONS: tuple[Obligation, ...] = (
    Obligation("R01", "通报内容完整", "the notification is complete", "TBT 2.9.2, 10.6; SPS Annex B.5", _form_complete),
    Obligation(
        "R02",
        "自分发之日起至少60天评议期",
        "at least 60 days for comments from distribution",
        "TBT 2.9.4, G/TBT/1; SPS Annex B.5(d), G/SPS/7",
        _comment_period,
    ),
    Obligation(
        "R03", "草案文本可以获得", "the draft text is available", "TBT 2.9.3; SPS Annex B.5(c)", _text_available
    ),
    Obligation(
        "R04",
        "在批准之前的适当阶段通报",
        "notified at an early appropriate stage, before adoption",
        "TBT 2.9.2, 5.6.2; SPS Annex B.5(b)",
        _early_stage,
    ),
    Obligation("R05", "说明了正当目标", "a legitimate objective is stated", "TBT 2.2; SPS Annex A.1", _objective),
    Obligation(
        "R06",
        "对贸易的限制不超过必要程度",
        "no more trade-restrictive than necessary",
        "TBT 2.2, 5.1.2; SPS 5.6",
        _restrictiveness,
    ),
    Obligation("R07", "最惠国待遇和国民待遇", "most-favoured-nation and national treatment", "TBT 2.1, 5.1.1; SPS 2.3"),
    Obligation(
        "R08",
        "以相关国际标准为基础，偏离有理由",
        "based on the relevant international standard, or the deviation is justified",
        "TBT 2.4, 2.5, 5.4; SPS 3",
        _international_standard,
    ),
    Obligation("R09", "规定性能而非设计特性", "performance rather than design is required", "TBT 2.8", None, _TBT),
    Obligation(
        "R10",
        "公布至生效至少6个月",
        "at least six months from publication to entry into force",
        "TBT 2.12, 5.9, WT/MIN(01)/17, 5.2; SPS Annex B.2",
        _interval,
    ),
    Obligation(
        "R11",
        "紧急通报说明紧急问题的性质",
        "an urgent notification says what the urgent problem is",
        "TBT 2.10, 5.7; SPS Annex B.6",
        _urgency,
    ),
    Obligation(
        "R12",
        "有科学依据或风险评估",
        "there is scientific evidence or a risk assessment",
        "SPS 2.2, 5.1, 5.7; TBT 2.2",
        _science,
    ),
    Obligation(
        "R13",
        "合格评定的时限、费用、保密、地点和申诉",
        "conformity assessment: time, fees, confidentiality, place, complaints",
        "TBT 5.2.1 to 5.2.8; SPS Annex C",
    ),
    Obligation(
        "R14", "等效和接受国外结果", "equivalence, and acceptance of foreign results", "TBT 2.7, 6.1, 6.3; SPS 4"
    ),
    Obligation("R15", "特殊和差别待遇", "special and differential treatment", "TBT 12.3; SPS 10"),
    Obligation("R16", "保护水平的一致性", "consistency of the level of protection", "SPS 5.5", None, _SPS),
    Obligation("R17", "适应地区条件（区域化）", "adaptation to regional conditions", "SPS 6", None, _SPS),
    Obligation(
        "R18", "对已上市和在途货物的过渡安排", "transition for goods on the market or in transit", "良好实践 / practice"
    ),
)
BY_ID: Final = {obligation.id: obligation for obligation in OBLIGATIONS}


def check_obligations(dossier: Dossier) -> Iterator[Result]:
    """Yield the verdict on each obligation, in their order."""
    for obligation in OBLIGATIONS:
        yield obligation.result(dossier)


def unraised(dossier: Dossier, results: list[Result]) -> list[Result]:
    """Return the obligations that are not met and that no comment of *dossier* raises."""
    raised = {identifier for comment in dossier.comments for identifier in comment.obligations}
    return [one for one in results if one.verdict is Verdict.NOT_MET and one.obligation.id not in raised]


def last_day_to_send(notification: Notification, business_days: int = 3) -> date | None:
    """Return the day that lies *business_days* before the deadline, weekends left out; None where there is no deadline."""
    if notification.comments_until is None:
        return None
    day, left = notification.comments_until, business_days
    while left and day > date.min:
        day -= timedelta(days=1)
        left -= day.weekday() < 5
    return day
