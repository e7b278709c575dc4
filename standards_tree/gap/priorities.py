"""Say how severe a gap is, by a sum of points that a reader can check.

============================================================================================================== ========
what                                                                                                           points
============================================================================================================== ========
the verdict is ``uncovered`` or ``weaker``                                                                     4
the verdict is ``partial`` or ``not_assessed``                                                                 3
the verdict is ``draft_only``                                                                                  2
the verdict is ``covered_stale``: an edition, reference or adoption is superseded or abolished                 2
the verdict is ``covered_stale`` for a lighter reason: unknown or future reference, overdue review             1
the measure is in force, or enters into force within ``near_days``                                             2
else: comments may still be sent, or it enters into force within ``far_days``                                  1
the requirement keeps a product off the market: limit, design, performance, certification, registration        1
============================================================================================================== ========

6 points or more are critical, 4 and 5 high, 2 and 3 medium, 1 low. A covered requirement is at most medium however
pressing the measure, and one that nobody assessed at most high: nobody knows yet whether there is a gap.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from standards_tree.gap.health import DefectKind, Evidence
from standards_tree.gap.reasons import Reason
from standards_tree.gap.snapshot import GapOptions, MeasureFact
from standards_tree.gap.verdicts import Judgement, Verdict
from standards_tree.measures.requirements import RequirementKind


class Severity(StrEnum):
    """How much a gap matters, from the most to the least; a covered requirement has none."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NONE = "none"


SEVERITY_RANK = {severity: rank for rank, severity in enumerate(Severity)}

POINTS_OF_VERDICT = {
    Verdict.UNCOVERED: 4,
    Verdict.WEAKER: 4,
    Verdict.PARTIAL: 3,
    Verdict.NOT_ASSESSED: 3,
    Verdict.DRAFT_ONLY: 2,
    Verdict.COVERED_STALE: 1,
}
HEAVY = frozenset({DefectKind.REFERENCE_ABOLISHED, DefectKind.REFERENCE_SUPERSEDED, DefectKind.ADOPTION_OUTDATED})
_AT_MOST = {Verdict.COVERED_STALE: Severity.MEDIUM, Verdict.NOT_ASSESSED: Severity.HIGH}
MARKET_ACCESS = frozenset(
    {
        RequirementKind.LIMIT,
        RequirementKind.DESIGN,
        RequirementKind.PERFORMANCE,
        RequirementKind.CERTIFICATION,
        RequirementKind.REGISTRATION,
    }
)


@dataclass(frozen=True, slots=True)
class Priority:
    """How severe a gap is, its points, and the reasons that gave points."""

    severity: Severity
    points: int
    reasons: tuple[Reason, ...]


def priority_of(
    judgement: Judgement, evidence: tuple[Evidence, ...], measure: MeasureFact, as_of: date, options: GapOptions
) -> Priority:
    """Return how severe the gap is that *judgement* shows, on *as_of*."""
    if judgement.verdict is Verdict.COVERED:
        return Priority(Severity.NONE, 0, ())
    base = POINTS_OF_VERDICT[judgement.verdict]
    if judgement.verdict is Verdict.COVERED_STALE:
        relinked = judgement.decisive is not None and judgement.decisive.standard != judgement.decisive.holding
        base += int(relinked or any(found.defect.kind in HEAVY for found in evidence))
    points = base
    reasons = [Reason.of("points_verdict", points=base)]
    urgency = _urgency(measure, as_of, options)
    if urgency is not None:
        points += 2 if urgency.code in ("points_in_force", "points_near") else 1
        reasons.append(urgency)
    if judgement.requirement.kind in MARKET_ACCESS:
        points += 1
        reasons.append(Reason("points_market_access"))
    severity = _severity(points)
    limit = _AT_MOST.get(judgement.verdict, Severity.CRITICAL)
    return Priority(max(severity, limit, key=SEVERITY_RANK.__getitem__), points, tuple(reasons))


def _severity(points: int) -> Severity:
    for least, severity in ((6, Severity.CRITICAL), (4, Severity.HIGH), (2, Severity.MEDIUM)):
        if points >= least:
            return severity
    return Severity.LOW


def _urgency(measure: MeasureFact, as_of: date, options: GapOptions) -> Reason | None:
    """Return the reason why time presses, None where it does not or no date is known."""
    entry, deadline = measure.entry_into_force, measure.comment_deadline
    if entry is not None and entry <= as_of:
        return Reason.of("points_in_force", date=entry)
    if entry is not None and entry <= as_of + timedelta(days=options.near_days):
        return Reason.of("points_near", date=entry)
    if deadline is not None and deadline >= as_of:
        return Reason.of("points_comments", date=deadline)
    if entry is not None and entry <= as_of + timedelta(days=options.far_days):
        return Reason.of("points_far", date=entry)
    return None
