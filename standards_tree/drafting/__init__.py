"""Say what a draft needs on its way to publication: plan numbers, required inputs, sub-stages and time limits."""

from standards_tree.drafting.deadlines import (
    ESTABLISHED_MONTHS,
    STAGE_LIMITS,
    StageLimit,
)
from standards_tree.drafting.dossier import CommentPeriod, DocumentRole, Dossier, DraftEvent, minimum_comment_days
from standards_tree.drafting.draft import Draft, sound_plan
from standards_tree.drafting.inputs import REQUIREMENTS, Requirement, missing_inputs, require_inputs, still_waived
from standards_tree.drafting.plan_numbers import PlanNumber, agreed_obligation, parse_plan_number
from standards_tree.drafting.sub_stages import check_step, check_sub_stage, next_sub_stages

__all__ = [
    "ESTABLISHED_MONTHS",
    "REQUIREMENTS",
    "STAGE_LIMITS",
    "CommentPeriod",
    "DocumentRole",
    "Dossier",
    "Draft",
    "DraftEvent",
    "PlanNumber",
    "Requirement",
    "StageLimit",
    "agreed_obligation",
    "check_step",
    "check_sub_stage",
    "minimum_comment_days",
    "missing_inputs",
    "next_sub_stages",
    "parse_plan_number",
    "require_inputs",
    "sound_plan",
    "still_waived",
]
