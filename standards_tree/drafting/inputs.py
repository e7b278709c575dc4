"""Say in one table what a draft needs before it enters a stage, and find what it lacks."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

from standards_tree.drafting.dossier import CommentPeriod, DocumentRole, Dossier, minimum_comment_days
from standards_tree.errors import Bilingual, FieldViolation, MissingInputsError
from standards_tree.stages import STAGES, Stage, stages_of
from standards_tree.standards import Level


@dataclass(frozen=True, slots=True)
class Requirement:
    """One input that entering a stage needs: its stable name, what is needed in words, and who says so."""

    stage: Stage
    name: str
    needed: Bilingual
    source: Bilingual
    is_missing: Callable[[Dossier], bool]


_PROCEDURE: Final = Bilingual(
    "GB/T 16733-1997; this system's rule of what hands a stage over", "GB/T 16733-1997；由本系统规定阶段交接的条件"
)
_MEASURES: Final = Bilingual(
    "Measures for national standards (SAMR order 59, in force 2023-03-01) and for mandatory ones (SAMR order 25, in force"
    " 2020-06-01); articles not checked",
    "《国家标准管理办法》（总局令第59号，2023-03-01施行）、《强制性国家标准管理办法》（总局令第25号，2020-06-01施行）；条款未核对",
)
_LAW: Final = Bilingual("Standardization Law (2017), art. 10", "《中华人民共和国标准化法》（2017）第十条")
_RECORD: Final = Bilingual("this system's record of a standard", "本系统对标准的著录要求")


def _lacks_text(stage: Stage) -> Callable[[Dossier], bool]:
    return lambda dossier: stage not in dossier.texts


def _lacks(role: DocumentRole) -> Callable[[Dossier], bool]:
    return lambda dossier: role not in dossier.roles


def _lacks_plan_number(dossier: Dossier) -> bool:
    return dossier.level is Level.NATIONAL and not dossier.plan_number


def _is_short(period: CommentPeriod, dossier: Dossier) -> bool:
    urgent = bool(period.urgent_because)
    return period.days < minimum_comment_days(dossier.level, dossier.obligation, urgent=urgent)


def _lacks_comment_period(dossier: Dossier) -> bool:
    return dossier.comment_period is None or _is_short(dossier.comment_period, dossier)


def _awaits_comments(dossier: Dossier) -> bool:
    if Stage.COMMENT not in stages_of(dossier.track):
        return False
    return dossier.comment_period is None or dossier.on <= dossier.comment_period.ends_on


def _lacks_effective_date(dossier: Dossier) -> bool:
    if dossier.effective_on is None:
        return True
    return dossier.issued_on is not None and dossier.effective_on < dossier.issued_on


_STATEMENT: Final = Bilingual("the compilation statement, as a document", "编制说明（文档）")
_NO_STATEMENT: Final = _lacks(DocumentRole.COMPILATION_STATEMENT)
_COMMENT_PERIOD: Final = Bilingual(
    "the comment period, its first and last day; 60 days for a national standard, fewer only with the reason why it is"
    " urgent, and 7 at the least for a mandatory one",
    "征求意见期的起止日期：国家标准不少于60日；紧急的可以缩短，但须说明理由，其中强制性国家标准不少于7日",
)
REQUIREMENTS: Final[tuple[Requirement, ...]] = (
    Requirement(
        Stage.PROPOSAL,
        "committee",
        Bilingual("the committee that is responsible", "归口的技术委员会"),
        _PROCEDURE,
        lambda dossier: not dossier.committee,
    ),
    Requirement(
        Stage.PREPARATORY,
        "plan_number",
        Bilingual(
            "the plan number of the national plan, such as 20221858-T-469", "国家标准计划号，例如 20221858-T-469"
        ),
        _LAW,
        _lacks_plan_number,
    ),
    Requirement(
        Stage.COMMENT,
        "draft_for_comment",
        Bilingual("the draft for comment, as the text of stage 30", "征求意见稿（30阶段的文本）"),
        _MEASURES,
        _lacks_text(Stage.COMMENT),
    ),
    Requirement(Stage.COMMENT, "compilation_statement", _STATEMENT, _MEASURES, _NO_STATEMENT),
    Requirement(Stage.COMMENT, "comment_period", _COMMENT_PERIOD, _MEASURES, _lacks_comment_period),
    Requirement(
        Stage.REVIEW,
        "draft_for_review",
        Bilingual("the draft for review, as the text of stage 40", "送审稿（40阶段的文本）"),
        _PROCEDURE,
        _lacks_text(Stage.REVIEW),
    ),
    # A fast revision has no stage 30 to bring it.
    Requirement(Stage.REVIEW, "compilation_statement", _STATEMENT, _MEASURES, _NO_STATEMENT),
    Requirement(
        Stage.REVIEW,
        "comment_period_over",
        Bilingual("that the comment period is over", "征求意见期已满"),
        _MEASURES,
        _awaits_comments,
    ),
    Requirement(
        Stage.REVIEW,
        "comments_handled",
        Bilingual("the handling of every comment", "对每条意见的处理结论"),
        _MEASURES,
        lambda dossier: dossier.unhandled_comments > 0,
    ),
    Requirement(
        Stage.APPROVAL,
        "draft_for_approval",
        Bilingual("the draft for approval, as the text of stage 50", "报批稿（50阶段的文本）"),
        _PROCEDURE,
        _lacks_text(Stage.APPROVAL),
    ),
    Requirement(
        Stage.APPROVAL,
        "review_passed",
        Bilingual("a ballot or review meeting of stage 40 that approved it", "40阶段通过的投票或审查会议"),
        _MEASURES,
        lambda dossier: not dossier.reviewed,
    ),
    Requirement(
        Stage.PUBLICATION,
        "designation",
        Bilingual("the designation, number and year", "标准编号（含顺序号和年代号）"),
        _LAW,
        lambda dossier: not dossier.designation,
    ),
    Requirement(
        Stage.PUBLICATION,
        "issued_on",
        Bilingual("the date of issue", "发布日期"),
        _RECORD,
        lambda dossier: dossier.issued_on is None,
    ),
    Requirement(
        Stage.PUBLICATION,
        "effective_on",
        Bilingual("the date it comes into force, not before the date of issue", "实施日期（不早于发布日期）"),
        _RECORD,
        _lacks_effective_date,
    ),
)
"""In the order of the stages. A draft needs what its track's stages up to the one it enters ask for."""

# A plan is issued before drafting begins; the fast tracks begin drafting later or not at all.
_BEGINS_WORK: Final = frozenset({Stage.PREPARATORY})


def missing_inputs(target: Stage, dossier: Dossier) -> tuple[Requirement, ...]:
    """Return what *dossier* lacks to enter *target*: of every stage up to it, so that nothing is slipped past.

    What a draft lacked when it was taken over under way is not asked for again.
    """
    asked = (*(stage for stage in stages_of(dossier.track) if stage <= target), *_BEGINS_WORK)
    found: dict[str, Requirement] = {}
    for requirement in REQUIREMENTS:
        if requirement.stage in asked and requirement.stage <= target and requirement.is_missing(dossier):
            found.setdefault(requirement.name, requirement)
    return tuple(each for name, each in found.items() if name not in dossier.taken_over_without)


def still_waived(target: Stage, taken_over_without: Collection[str]) -> tuple[str, ...]:
    """Return what a draft that is sent back to *target* is still not asked for: what stages before it ask for.

    What it goes through again it goes through with everything.
    """
    before = {requirement.name for requirement in REQUIREMENTS if requirement.stage < target}
    return tuple(name for name in taken_over_without if name in before)


def require_inputs(draft: str, target: Stage, dossier: Dossier) -> None:
    """Refuse to let *draft* enter *target* while something is missing.

    Raises:
        MissingInputsError: names every input that is missing.
    """
    missing = missing_inputs(target, dossier)
    if not missing:
        return
    names = STAGES[target]
    message = "{draft} cannot enter stage {stage} ({stage_name}) yet; it needs {needed}"
    raise MissingInputsError(
        message,
        violations=[FieldViolation(each.name, "{needed}", {"needed": each.needed}) for each in missing],
        draft=draft,
        stage=target.value,
        stage_name=Bilingual(names.en, names.zh),
        needed=Bilingual("; ".join(each.needed.en for each in missing), "；".join(each.needed.zh for each in missing)),
        missing=", ".join(each.name for each in missing),
    )
