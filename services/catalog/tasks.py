"""Say what waits for whom: which kinds of tasks somebody has, in which order they come, and why each waits."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from services.catalog.ownership import ADMINISTRATOR
from services.runtime.calls import Principal
from services.runtime.permissions import permissions_of
from standards_tree.committees import is_within
from standards_tree.drafting import Requirement
from standards_tree.errors import Bilingual, ForbiddenError
from standards_tree.stages import Stage
from tbt.options.v1.options_pb2 import Permission


class TaskKind(StrEnum):
    """What has to be done; the words are those of the contract."""

    BRING_ON = "bring_on"
    HANDLE_COMMENTS = "handle_comments"
    VOTE = "vote"
    CLOSE_BALLOT = "close_ballot"
    PUBLISH = "publish"
    REVIEW_STANDARD = "review_standard"
    CLEAR_SUSPECTS = "clear_suspects"


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits; ``template`` and ``parameters`` say why."""

    kind: TaskKind
    resource: str
    designation: str
    title_zh: str
    title_en: str
    committee: str
    due_on: date | None
    template: str
    parameters: dict[str, object]
    next_stage: Stage | None = None
    missing: tuple[Requirement, ...] = field(default=())

    @property
    def order(self) -> tuple[str, ...]:
        """Return what puts tasks in order: the most urgent first, those without a day last."""
        return (self.due_on or date.max).isoformat(), self.kind.value, self.resource


@dataclass(frozen=True, slots=True)
class Desk:
    """Whose tasks are asked for: of which committee (of all where it is empty), of which member, of which kinds.

    ``asked`` is the committee that was asked for by name: the authority's own tasks are then narrowed to it, too.
    """

    committee: str
    asked: str
    member: str
    kinds: frozenset[TaskKind]


_NEEDED: Final = {
    TaskKind.BRING_ON: Permission.PERMISSION_DRAFTS_WRITE,
    TaskKind.HANDLE_COMMENTS: Permission.PERMISSION_DRAFTS_WRITE,
    TaskKind.VOTE: Permission.PERMISSION_DRAFTS_COMMENT,
    TaskKind.CLOSE_BALLOT: Permission.PERMISSION_DRAFTS_WRITE,
    TaskKind.PUBLISH: Permission.PERMISSION_CATALOG_WRITE,
    TaskKind.REVIEW_STANDARD: Permission.PERMISSION_STANDARDS_REVIEW,
    TaskKind.CLEAR_SUSPECTS: Permission.PERMISSION_STANDARDS_REVIEW,
}
# The authority publishes for every committee; a member votes wherever they are on the roll.
OF_ALL_COMMITTEES: Final = frozenset({TaskKind.VOTE, TaskKind.PUBLISH})


def desk_of(principal: Principal, committee: str, kinds: Iterable[TaskKind]) -> Desk:
    """Return the desk *principal* asks for: their own, or as an administrator any committee's or all.

    Raises:
        ForbiddenError: it is another committee's.
    """
    administrator = ADMINISTRATOR in principal.roles
    if committee and not administrator and not is_within(committee, principal.committee):
        message = "{subject} signed in for {own}, and cannot see what waits for {committee}"
        raise ForbiddenError(message, subject=principal.subject, own=principal.committee or "-", committee=committee)
    granted = permissions_of(principal.roles)
    own = {kind for kind, permission in _NEEDED.items() if permission in granted}
    if not administrator and not principal.committee:
        own &= OF_ALL_COMMITTEES
    wanted = frozenset(kinds) or frozenset(TaskKind)
    seen = committee or ("" if administrator else principal.committee)
    return Desk(seen, committee, principal.subject, wanted & own)


def reason_to_bring_on(stage: Stage, name: Bilingual, missing: Iterable[Requirement]) -> tuple[str, dict[str, object]]:
    """Return why a draft waits to be brought on: what *stage* still needs, or nothing."""
    lacking = [requirement.needed for requirement in missing]
    parameters: dict[str, object] = {"stage": stage.value, "stage_name": name}
    if not lacking:
        return "nothing is missing for stage {stage} ({stage_name}): move it on", parameters
    needed = Bilingual("; ".join(each.en for each in lacking), "；".join(each.zh for each in lacking))
    return "stage {stage} ({stage_name}) is next; it needs {needed}", {**parameters, "needed": needed}
