"""Say what is recorded of a standard in the making, and which records are refused."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from standards_tree.catalogue import Title
from standards_tree.designations import parse_designation_or_none
from standards_tree.drafting.dossier import CommentPeriod
from standards_tree.drafting.plan_numbers import PlanNumber, agreed_obligation, parse_plan_number
from standards_tree.errors import InvalidArgumentError
from standards_tree.stages import HarmonizedStage, Stage, Track
from standards_tree.standards import Level, Obligation

_AT_THE_BEGINNING: Final = HarmonizedStage(Stage.PRELIMINARY, "00")


@dataclass(frozen=True, slots=True)
class Draft:
    """A standard in the making, without its documents, its history and its place.

    ``designation`` is as its document prints it.
    """

    title: Title
    level: Level
    code: HarmonizedStage = _AT_THE_BEGINNING
    track: Track = Track.NORMAL
    designation: str = ""
    plan: PlanNumber | None = None
    obligation: Obligation | None = None
    committee: str = ""
    supersedes: tuple[str, ...] = ()
    comment_period: CommentPeriod | None = None
    due_on: date | None = None

    @property
    def plan_number(self) -> str:
        """Return the plan number as it is written, or nothing."""
        return str(self.plan) if self.plan is not None else ""


def sound_plan(
    plan_number: str, level: Level, stated: Obligation | None, designation: str
) -> tuple[PlanNumber | None, Obligation | None]:
    """Return a draft's plan number and whether the standard will be mandatory, refusing what contradicts.

    Raises:
        InvalidArgumentError: the number is none, plans a national standard and the draft is to be another, or its nature
            is not that of the obligation or the designation; names the field.
    """
    plan = parse_plan_number(plan_number) if plan_number else None
    if plan is not None and level is not Level.NATIONAL:
        message = "{plan_number} is a number of the national plan, and the draft is to be of the level {level}"
        raise InvalidArgumentError.in_field("plan_number", message, plan_number=plan, level=level.value)
    return plan, agreed_obligation(stated, plan, parse_designation_or_none(designation))
