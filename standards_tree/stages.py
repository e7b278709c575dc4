"""The stages in which a standard is made and kept (GB/T 16733-1997), and the moves between them.

The nine stages and their codes are those of ISO/IEC; the two fast tracks leave stages out. Time limits are given only
where they could be read in a source.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from standards_tree.errors import InvalidArgumentError, PreconditionError


class Stage(StrEnum):
    """The stages by their codes."""

    PRELIMINARY = "00"
    PROPOSAL = "10"
    PREPARATORY = "20"
    COMMENT = "30"
    REVIEW = "40"
    APPROVAL = "50"
    PUBLICATION = "60"
    PERIODIC_REVIEW = "90"
    WITHDRAWAL = "95"


class Track(StrEnum):
    """The way of a draft through the stages.

    ``FAST_ADOPTION`` (an international or advanced foreign standard is adopted) leaves drafting out; ``FAST_REVISION``
    (an existing standard is revised, or one of another level converted) leaves drafting and comments out.
    """

    NORMAL = "normal"
    FAST_ADOPTION = "fast_adoption"
    FAST_REVISION = "fast_revision"


class DraftName(NamedTuple):
    """Name a draft in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class StageFacts:
    """Name a stage, the draft it works on and the one it hands on; the months it may last."""

    zh: str
    en: str
    works_on: DraftName | None = None
    hands_on: DraftName | None = None
    max_months: int | None = None


_SUGGESTION: Final = DraftName("新工作项目建议", "proposal for a new work item")
_WORK_ITEM: Final = DraftName("新工作项目", "new work item")
_WORKING_DRAFT: Final = DraftName("工作组讨论稿", "working draft")
_FOR_COMMENT: Final = DraftName("征求意见稿", "draft for comment")
_FOR_REVIEW: Final = DraftName("送审稿", "draft for review")
_FOR_APPROVAL: Final = DraftName("报批稿", "draft for approval")
_STANDARD: Final = DraftName("标准", "standard")

STAGES: Final[Mapping[Stage, StageFacts]] = MappingProxyType(
    {
        Stage.PRELIMINARY: StageFacts("预阶段", "Preliminary stage", None, _SUGGESTION),
        Stage.PROPOSAL: StageFacts("立项阶段", "Proposal stage", _SUGGESTION, _WORK_ITEM, max_months=3),
        Stage.PREPARATORY: StageFacts("起草阶段", "Preparatory stage", _WORKING_DRAFT, _FOR_COMMENT, max_months=10),
        Stage.COMMENT: StageFacts("征求意见阶段", "Comment stage", _FOR_COMMENT, _FOR_REVIEW),
        Stage.REVIEW: StageFacts("审查阶段", "Review stage", _FOR_REVIEW, _FOR_APPROVAL),
        Stage.APPROVAL: StageFacts("批准阶段", "Approval stage", _FOR_APPROVAL, _STANDARD),
        Stage.PUBLICATION: StageFacts("出版阶段", "Publication stage", _STANDARD, _STANDARD),
        Stage.PERIODIC_REVIEW: StageFacts("复审阶段", "Periodic review stage", _STANDARD),
        Stage.WITHDRAWAL: StageFacts("废止阶段", "Withdrawal stage", _STANDARD),
    }
)

MAX_YEARS_BETWEEN_REVIEWS: Final = 5
"""Standardization Law (2017), art. 29."""

_LEFT_OUT: Final[Mapping[Track, frozenset[Stage]]] = {
    Track.NORMAL: frozenset(),
    Track.FAST_ADOPTION: frozenset({Stage.PREPARATORY}),
    Track.FAST_REVISION: frozenset({Stage.PREPARATORY, Stage.COMMENT}),
}
_DRAFT_STAGES: Final = tuple(stage for stage in Stage if stage < Stage.PUBLICATION)
# Only where a text is worked on can a later stage send it back (ISO: sub-stage 92).
_TEXT_STAGES: Final = (Stage.PREPARATORY, Stage.COMMENT, Stage.REVIEW, Stage.APPROVAL)


def stages_of(track: Track) -> tuple[Stage, ...]:
    """Return the stages of *track* in their order."""
    return tuple(each for each in Stage if each not in _LEFT_OUT[track])


def allowed_moves(stage: Stage, track: Track) -> tuple[Stage, ...]:
    """Return the stages to which a move from *stage* is allowed: the next one of *track* first, then those behind.

    A draft in comment, review or approval may be sent back to any earlier stage of its track in which its text is
    worked on; a proposal may be returned to who made it. What is published goes on to review and withdrawal only.
    """
    on_track = stages_of(track)
    ahead = [each for each in on_track if each > stage][:1]
    if stage is Stage.PROPOSAL:
        return (*ahead, Stage.PRELIMINARY)
    behind = [each for each in on_track if each < stage and each in _TEXT_STAGES] if stage in _TEXT_STAGES else []
    return (*ahead, *behind)


def check_move(current: Stage, target: Stage, track: Track) -> None:
    """Refuse a move that *track* does not allow.

    Raises:
        PreconditionError: the move is not allowed; the message names the moves that are.
    """
    allowed = allowed_moves(current, track)
    if target in allowed:
        return
    if not allowed:
        raise PreconditionError("stage {current} is the last: nothing follows it", current=current.value)
    raise PreconditionError(
        "stage {current} cannot be followed by stage {target} on the {track} track; allowed are: {allowed}",
        current=current.value,
        target=target.value,
        track=track.value,
        allowed=", ".join(stage.value for stage in allowed),
    )


def check_abandonment(stage: Stage) -> None:
    """Refuse to give up what is no draft any more (sub-stage 98 exists up to stage 50).

    Raises:
        PreconditionError: it is published; it can only be withdrawn.
    """
    if stage not in _DRAFT_STAGES:
        raise PreconditionError(
            "a standard in stage {current} is published and cannot be given up; withdraw it in stage 95",
            current=stage.value,
        )


_HARMONIZED: Final[Mapping[Stage, str]] = {
    Stage.PRELIMINARY: "00 20 60 98 99",
    Stage.PROPOSAL: "00 20 60 92 98 99",
    Stage.PREPARATORY: "00 20 60 98 99",
    Stage.COMMENT: "00 20 60 92 98 99",
    Stage.REVIEW: "00 20 60 92 93 98 99",
    Stage.APPROVAL: "00 20 60 92 98 99",
    Stage.PUBLICATION: "00 60",
    Stage.PERIODIC_REVIEW: "20 60 92 93 99",
    Stage.WITHDRAWAL: "20 60 92 99",
}
_HARMONIZED_CODE = re.compile(r"(\d\d)\.(\d\d)", re.ASCII)


def sub_stages_of(stage: Stage) -> tuple[str, ...]:
    """Return the sub-stages that ISO has for *stage*."""
    return tuple(_HARMONIZED[stage].split())


@dataclass(frozen=True, slots=True)
class HarmonizedStage:
    """Hold an international harmonized stage code of ISO: the stage and its sub-stage."""

    stage: Stage
    sub_stage: str

    def __str__(self) -> str:
        """Return the code: ``40.60``."""
        return f"{self.stage.value}.{self.sub_stage}"

    @property
    def is_cancelled(self) -> bool:
        """Tell whether the project was abandoned or the standard withdrawn."""
        return self.sub_stage == "98" or (self.stage is Stage.WITHDRAWAL and self.sub_stage == "99")

    @property
    def is_published(self) -> bool:
        """Tell whether the standard is published and not withdrawn."""
        return self.stage >= Stage.PUBLICATION and not self.is_cancelled


def parse_harmonized_stage(code: str) -> HarmonizedStage:
    """Return the stage of an international harmonized stage code such as ``40.60``.

    GB/T 16733 has the stages of ISO under the same codes: ``40.60`` lies in stage 40.

    Raises:
        InvalidArgumentError: *code* is none.
    """
    match = _HARMONIZED_CODE.fullmatch(code.strip())
    if match is not None:
        stage = next((each for each in Stage if each.value == match[1]), None)
        if stage is not None and match[2] in sub_stages_of(stage):
            return HarmonizedStage(stage, match[2])
    raise InvalidArgumentError("{code} is no harmonized stage code, such as 40.60 or 90.93", code=code[:20])
