"""Judge how far a requirement is answered.

Each link is judged by the standard it names, on the as-of date:

============================================ =====================================================================
the link names                               then it gives
============================================ =====================================================================
a domestic standard in force                 what the next table says
an edition superseded by one in force        the same for the successor, but ``covered`` becomes ``covered_stale``:
                                             the link was confirmed for other words
a standard not yet in force, or an edition
whose only successor is not yet in force     ``draft_only``
a draft under way                            ``draft_only``
a standard abolished, or superseded without
a successor                                  ``uncovered``
an international or foreign standard         ``uncovered``: it can be adopted, it binds nobody here
a standard or draft that is not there        nothing; it is listed among the data problems
============================================ =====================================================================

============================================ =====================================================================
the requirement, seen from the standard      verdict
============================================ =====================================================================
``equal``, ``subset``                        ``covered``; ``covered_stale`` where anything is wrong with the standard
                                             or with what it depends on
``superset``, ``intersects``                 ``partial``
any, and the standard's limit is looser      ``weaker``
============================================ =====================================================================

A requirement has the best verdict of its confirmed links, in the order ``covered``, ``covered_stale``, ``partial``,
``weaker``, ``draft_only``, ``uncovered``; of equal ones that of the link to the current edition, then the most
confident. Suggested links count only when asked for; where one decides, the verdict is tentative and the firm verdict
stands beside it. Rejected links never count. Where no link counts, a requirement is

* ``uncovered`` if it was assessed, or if every candidate was rejected: somebody looked and found nothing;
* ``not_assessed`` otherwise: nobody has looked, or suggestions wait for review.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from standards_tree.gap.editions import ABOLISHED, IN_FORCE, UNKNOWN, UPCOMING
from standards_tree.gap.health import Health
from standards_tree.gap.reasons import Reason
from standards_tree.gap.snapshot import DraftFact, LinkFact, RequirementFact
from standards_tree.limits import Limit, LimitComparison, LimitRelation, compare_limits
from standards_tree.standards import LinkState, SetRelation


class Verdict(StrEnum):
    """How far a requirement is answered, from the best to the worst."""

    COVERED = "covered"
    COVERED_STALE = "covered_stale"
    PARTIAL = "partial"
    WEAKER = "weaker"
    DRAFT_ONLY = "draft_only"
    UNCOVERED = "uncovered"
    NOT_ASSESSED = "not_assessed"


RANK = {verdict: rank for rank, verdict in enumerate(Verdict)}
_WHOLE = frozenset({SetRelation.EQUAL, SetRelation.SUBSET})


@dataclass(frozen=True, slots=True)
class LinkFinding:
    """What one link gives.

    ``standard`` is the number of the standard it names and ``holding`` that of the edition judged: the same, or its
    successor; UNKNOWN for a draft and where nothing holds any more.
    """

    link: LinkFact
    verdict: Verdict
    reasons: tuple[Reason, ...]
    standard: int = UNKNOWN
    holding: int = UNKNOWN
    draft: DraftFact | None = None
    comparison: LimitComparison | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on one requirement, the findings it rests on (the decisive one first) and what waits for review."""

    requirement: RequirementFact
    verdict: Verdict
    firm_verdict: Verdict
    findings: tuple[LinkFinding, ...]
    suggestions: tuple[LinkFinding, ...]
    reasons: tuple[Reason, ...]

    @property
    def decisive(self) -> LinkFinding | None:
        """Return the finding that decides, None where no link counts."""
        return self.findings[0] if self.findings else None

    @property
    def tentative(self) -> bool:
        """Tell whether the verdict rests on a link nobody has reviewed."""
        return bool(self.findings) and self.findings[0].link.state is LinkState.SUGGESTED


@dataclass(frozen=True, slots=True, eq=False)
class Judge:
    """Judge requirements against one catalogue."""

    health: Health
    drafts: Mapping[str, DraftFact]
    include_suggested: bool

    def judge(self, requirement: RequirementFact, links: Iterable[LinkFact]) -> Judgement:
        """Return the verdict on *requirement* from its *links*; cost O(links log links)."""
        found = sorted(
            (finding for link in links if (finding := self.judge_link(requirement, link)) is not None),
            key=self._order,
        )
        # That a standard has nothing in common with it, once confirmed, says as much as a link that was rejected.
        answering = [finding for finding in found if finding.link.relation is not SetRelation.NONE]
        confirmed = [finding for finding in answering if finding.link.state is LinkState.CONFIRMED]
        suggested = [finding for finding in answering if finding.link.state is LinkState.SUGGESTED]
        rejected = sum(
            finding.link.state is LinkState.REJECTED
            or (finding.link.state is LinkState.CONFIRMED and finding.link.relation is SetRelation.NONE)
            for finding in found
        )
        helpful = [finding for finding in suggested if finding.verdict is not Verdict.UNCOVERED]
        counted = sorted(confirmed + helpful, key=self._order) if self.include_suggested else confirmed
        firm, reasons = _without_links(requirement, len(suggested), rejected)
        if confirmed:
            firm = confirmed[0].verdict
        return Judgement(
            requirement=requirement,
            verdict=counted[0].verdict if counted else firm,
            firm_verdict=firm,
            findings=tuple(counted),
            suggestions=tuple(suggested),
            reasons=counted[0].reasons if counted else reasons,
        )

    def judge_link(self, requirement: RequirementFact, link: LinkFact) -> LinkFinding | None:
        """Return what one link gives, None where the catalogue has neither its standard nor its draft."""
        draft = self.drafts.get(link.draft_id)
        if link.draft_id:
            return None if draft is None else _of_draft(link, draft)
        editions = self.health.editions
        standard = editions.number_of.get(link.standard_key, UNKNOWN)
        if standard == UNKNOWN:
            return None
        if editions.is_outside(standard):
            reason = Reason.of("standard_outside", standard=editions.facts[standard].official)
            return LinkFinding(link, Verdict.UNCOVERED, (reason,), standard)
        state = int(editions.states[standard])
        holding = standard if state in (IN_FORCE, UPCOMING) else editions.successor(standard)
        if holding == UNKNOWN:
            code = "standard_abolished" if state == ABOLISHED else "standard_without_successor"
            reason = Reason.of(code, standard=editions.facts[standard].official)
            return LinkFinding(link, Verdict.UNCOVERED, (reason,), standard)
        return self._of_standard(requirement.limit, link, standard, holding)

    def _of_standard(self, required: Limit | None, link: LinkFact, standard: int, holding: int) -> LinkFinding:
        """Judge a link whose standard, or a successor of it, is in force or will be."""
        editions = self.health.editions
        named, held = editions.facts[standard], editions.facts[holding]
        reasons = []
        if standard != holding:
            reasons.append(Reason.of("edition_superseded", standard=named.official, successor=held.official))
        if int(editions.states[holding]) == UPCOMING:
            since = held.validity.effective_on or ""
            reasons.append(Reason.of("standard_not_yet", standard=held.official, date=since))
            return LinkFinding(link, Verdict.DRAFT_ONLY, tuple(reasons), standard, holding)

        verdict = Verdict.COVERED if link.relation in _WHOLE else Verdict.PARTIAL
        if verdict is Verdict.COVERED and (standard != holding or not self.health.is_sound(holding)):
            verdict = Verdict.COVERED_STALE
        reasons.append(Reason.of(f"link_{link.relation}", standard=held.official))
        comparison = None
        if required is not None and link.standard_limit is not None:
            comparison = compare_limits(required, link.standard_limit)
            reasons.append(Reason.of(comparison.finding, **comparison.parameters))
            if comparison.relation is LimitRelation.LOOSER:
                verdict = Verdict.WEAKER
        return LinkFinding(link, verdict, tuple(reasons), standard, holding, None, comparison)

    def _order(self, finding: LinkFinding) -> tuple[object, ...]:
        """Order findings by what they give, then by content, so that the order of the links never shows."""
        link, draft = finding.link, finding.draft
        return (
            RANK[finding.verdict],
            link.state is not LinkState.CONFIRMED,
            finding.standard != finding.holding,
            -link.confidence,
            link.standard_key,
            "" if draft is None else name_of_draft(draft) + draft.stage,
            link.relation,
            link.clause,
            str(link.standard_limit or ""),
            link.rationale_zh,
            link.rationale_en,
        )


def _of_draft(link: LinkFact, draft: DraftFact) -> LinkFinding:
    reason = Reason.of("draft_under_way", draft=name_of_draft(draft), stage=draft.stage)
    return LinkFinding(link, Verdict.DRAFT_ONLY, (reason,), draft=draft)


def name_of_draft(draft: DraftFact) -> str:
    """Return what people know a draft by: its designation or plan number, else its title."""
    return draft.designation or draft.title_zh or draft.title_en


def _without_links(requirement: RequirementFact, suggested: int, rejected: int) -> tuple[Verdict, tuple[Reason, ...]]:
    """Return the verdict where no link counts, and why."""
    if requirement.assessed:
        return Verdict.UNCOVERED, (Reason("assessed_nothing_found"),)
    if suggested:
        return Verdict.NOT_ASSESSED, (Reason.of("suggestions_waiting", count=suggested),)
    if rejected:
        return Verdict.UNCOVERED, (Reason.of("candidates_rejected", count=rejected),)
    return Verdict.NOT_ASSESSED, (Reason("nobody_looked"),)
