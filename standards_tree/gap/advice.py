"""Suggest what to do about a gap: one action, on one standard, draft or place, with its reason.

What comes first, by verdict (the first line that fits decides):

================ =====================================================================================================
covered_stale,   linked to a superseded edition: confirm the link against its successor (``relink``)
partial, weaker
covered_stale    repair the gravest defect, nearest first: renew a reference (``re_date``), replace an abolished one
                 (``revise``), adopt the new edition (``adopt``), record the unknown standard (``register``), review
                 what is overdue (``review``), ``wait`` for a reference to come into force; where a draft revises the
                 standard already, speed it up (``speed_up``)
partial, weaker  a draft revises the standard: ``speed_up``; else ``revise`` it
draft_only       ``speed_up`` the draft, or a standard that comes into force after the measure; else ``wait``
uncovered,       suggestions wait: decide them (``confirm_link``)
not_assessed
uncovered        a cited or linked standard from outside: link the domestic standard that adopts it (``relink``), else
                 ``adopt`` it; a cited domestic standard in force: link it (``relink``); else ``write_new`` at a node
                 and level (宜定级别)
not_assessed     ``assess``
================ =====================================================================================================
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from standards_tree.gap.columns import DEGREE_NUMBER
from standards_tree.gap.editions import IN_FORCE, UNKNOWN, Editions
from standards_tree.gap.health import Defect, DefectKind, Evidence, Health
from standards_tree.gap.placement import Forest, Place
from standards_tree.gap.reasons import Reason
from standards_tree.gap.snapshot import DraftFact, MeasureFact
from standards_tree.gap.verdicts import Judgement, LinkFinding, Verdict, name_of_draft
from standards_tree.standards import AdoptionDegree, RelationKind


class Action(StrEnum):
    """What to do."""

    ADOPT = "adopt"
    REVISE = "revise"
    WRITE_NEW = "write_new"
    RE_DATE = "re_date"
    RELINK = "relink"
    CONFIRM_LINK = "confirm_link"
    SPEED_UP = "speed_up"
    REVIEW = "review"
    REGISTER = "register"
    ASSESS = "assess"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class Advice:
    """An action, its sentence, and for a standard that is to be written or adopted its place."""

    action: Action
    reason: Reason
    place: Place | None = None
    adopted: int = UNKNOWN


@dataclass(frozen=True, slots=True, eq=False)
class Adviser:
    """Suggest actions within one catalogue and one set of systems."""

    health: Health
    forest: Forest
    revisions: Mapping[int, DraftFact]
    adopters: Mapping[int, int]
    places: dict[tuple[str, ...], Place] = field(default_factory=dict)

    @property
    def editions(self) -> Editions:
        """Return the standards on the date."""
        return self.health.editions

    def advise(self, judgement: Judgement, evidence: tuple[Evidence, ...], measure: MeasureFact) -> Advice | None:
        """Return what to do about *judgement*, None where it is covered and sound."""
        decisive = judgement.decisive
        if judgement.verdict is Verdict.COVERED:
            return None
        if decisive is None or judgement.verdict in (Verdict.UNCOVERED, Verdict.NOT_ASSESSED):
            return self._of_missing(judgement, measure)
        if judgement.verdict is Verdict.DRAFT_ONLY:
            return self._of_coming(decisive, measure)
        if decisive.standard != decisive.holding:
            named, held = self._official(decisive.standard), self._official(decisive.holding)
            return Advice(Action.RELINK, Reason.of("relink_successor", standard=named, successor=held))
        if judgement.verdict is Verdict.COVERED_STALE:
            return self.repair(evidence[0])
        return self._of_short(judgement, decisive)

    def repair(self, evidence: Evidence) -> Advice:
        """Return how to remove a defect, in the last domestic standard on the way to it."""
        defect = evidence.defect
        domestic = [number for number in evidence.standards if not self.editions.is_outside(number)]
        holder = domestic[-1] if domestic else defect.holder
        named, target = self._official(holder), self._target(defect)
        if defect.kind is DefectKind.REFERENCE_UNKNOWN:
            return Advice(Action.REGISTER, Reason.of("register_reference", standard=named, target=target))
        if defect.kind is DefectKind.REFERENCE_NOT_YET:
            since = self.editions.facts[defect.target].validity.effective_on or ""
            return Advice(Action.WAIT, Reason.of("await_reference", standard=named, target=target, date=since))
        if holder in self.revisions:
            return self._speed_up_revision(holder)
        if defect.kind is DefectKind.REVIEW_OVERDUE:
            return Advice(Action.REVIEW, Reason.of("review", standard=named, date=defect.since))
        if holder != defect.holder:
            return Advice(Action.REVISE, Reason.of("revise_foreign_chain", standard=named, target=target))
        return self._renewal(defect, named, target)

    def _renewal(self, defect: Defect, named: str, target: str) -> Advice:
        """Return how to put a current edition in the place of one that ended."""
        successor = self.editions.successor(defect.target)
        adopts = defect.kind is DefectKind.ADOPTION_OUTDATED
        if successor == UNKNOWN:
            code = "revise_adoption" if adopts else "revise_reference"
            return Advice(Action.REVISE, Reason.of(code, standard=named, target=target))
        action, code = (Action.ADOPT, "adopt_edition") if adopts else (Action.RE_DATE, "re_date")
        reason = Reason.of(code, standard=named, target=target, successor=self._official(successor))
        return Advice(action, reason)

    def _of_short(self, judgement: Judgement, decisive: LinkFinding) -> Advice:
        """Advise on a standard that answers a part, or answers more weakly."""
        if decisive.holding in self.revisions:
            return self._speed_up_revision(decisive.holding)
        named = self._official(decisive.holding)
        if judgement.verdict is Verdict.WEAKER:
            limit = judgement.requirement.limit
            return Advice(Action.REVISE, Reason.of("revise_limit", standard=named, limit=limit or ""))
        return Advice(Action.REVISE, Reason.of("revise_extend", standard=named))

    def _of_coming(self, decisive: LinkFinding, measure: MeasureFact) -> Advice:
        """Advise on a draft, or on a standard that is not yet in force."""
        if decisive.draft is not None:
            draft = decisive.draft
            return Advice(Action.SPEED_UP, Reason.of("speed_up", draft=name_of_draft(draft), stage=draft.stage))
        held = self.editions.facts[decisive.holding]
        since, entry = held.validity.effective_on, measure.entry_into_force
        if since is not None and entry is not None and since > entry:
            return Advice(Action.SPEED_UP, Reason.of("bring_forward", standard=held.official, date=since, entry=entry))
        return Advice(Action.WAIT, Reason.of("await_entry", standard=held.official, date=since or ""))

    def _of_missing(self, judgement: Judgement, measure: MeasureFact) -> Advice:
        """Advise where nothing answers, or nobody knows."""
        if judgement.suggestions:
            return Advice(Action.CONFIRM_LINK, Reason.of("confirm_links", count=len(judgement.suggestions)))
        if judgement.verdict is Verdict.NOT_ASSESSED:
            return Advice(Action.ASSESS, Reason("assess"))
        place = self.place_for(judgement, measure)
        for standard in self._candidates(judgement):
            named = self._official(standard)
            adopter = self.adopters.get(standard, UNKNOWN)
            current = standard if int(self.editions.states[standard]) == IN_FORCE else self.editions.successor(standard)
            if not self.editions.is_outside(standard):
                return Advice(Action.RELINK, Reason.of("link_cited", standard=named))
            if adopter != UNKNOWN:
                reason = Reason.of("link_adopter", standard=named, adopter=self._official(adopter))
                return Advice(Action.RELINK, reason)
            if current != UNKNOWN:
                reason = self.at("adopt_standard", place, standard=self._official(current))
                return Advice(Action.ADOPT, reason, place, current)
        return Advice(Action.WRITE_NEW, self.at("write_new", place), place)

    def _candidates(self, judgement: Judgement) -> Iterable[int]:
        """Yield standards from outside that the links name, then standards the requirement cites that can be used."""
        for finding in judgement.findings:
            if finding.standard != UNKNOWN and self.editions.is_outside(finding.standard):
                yield finding.standard
        for cited in judgement.requirement.cited:
            number = self.editions.find(cited.key, dated=cited.key in self.editions.number_of)
            if number != UNKNOWN and (
                int(self.editions.states[number]) == IN_FORCE or self.editions.is_outside(number)
            ):
                yield number

    def place_for(self, judgement: Judgement, measure: MeasureFact) -> Place:
        """Return where a standard that answers the requirement would stand."""
        linked = [
            node
            for finding in judgement.findings
            if finding.standard != UNKNOWN
            for node in self.forest.places.get(finding.standard, ())
        ]
        ics = judgement.requirement.ics or measure.ics
        if linked:
            return self.forest.place_for(linked, ics)
        if ics not in self.places:
            self.places[ics] = self.forest.place_for((), ics)
        return self.places[ics]

    def at(self, code: str, place: Place, **parameters: str) -> Reason:
        """Return a reason that names the place as far as it is known."""
        if place.node < 0:
            return Reason.of(f"{code}_somewhere", level=place.level or "", **parameters)
        node = self.forest.nodes[place.node]
        names = {"node": node.code, "node_en": node.name_en, "node_zh": node.name_zh}
        return Reason.of(code, level=place.level or "", **names, **parameters)

    def _speed_up_revision(self, standard: int) -> Advice:
        draft, named = self.revisions[standard], self._official(standard)
        reason = Reason.of("speed_up_revision", draft=name_of_draft(draft), stage=draft.stage, standard=named)
        return Advice(Action.SPEED_UP, reason)

    def _official(self, number: int) -> str:
        return self.editions.facts[number].official

    def _target(self, defect: Defect) -> str:
        if defect.target != UNKNOWN:
            return self._official(defect.target)
        return "" if defect.relation == UNKNOWN else self.health.relations[defect.relation].target_text


def adopters_of(health: Health) -> dict[int, int]:
    """Return for each standard the first domestic one in force that adopts it, an identical adoption before others."""
    relations, editions = health.relations, health.editions
    adoptions = relations.is_kind(RelationKind.ADOPTS) & (relations.degrees != DEGREE_NUMBER[AdoptionDegree.NEQ])
    known = np.flatnonzero(adoptions & (health.holders != UNKNOWN) & (health.targets != UNKNOWN))
    holders, targets = health.holders[known], health.targets[known]
    domestic = (editions.states[holders] == IN_FORCE) & ~editions.standards.outside[holders]
    known, holders, targets = known[domestic], holders[domestic], targets[domestic]
    order = np.lexsort((holders, relations.degrees[known] != DEGREE_NUMBER[AdoptionDegree.IDT], targets))
    adopted, first = np.unique(targets[order], return_index=True)
    return dict(zip(adopted.tolist(), holders[order][first].tolist(), strict=True))


def revisions_of(editions: Editions, drafts: Iterable[DraftFact]) -> dict[int, DraftFact]:
    """Return for each standard the draft that revises it, of several the one that has come furthest."""
    found: dict[int, DraftFact] = {}
    for draft in sorted(drafts, key=lambda draft: (draft.stage, name_of_draft(draft))):
        for key in draft.revises:
            number = editions.find(key, dated=key in editions.number_of)
            if number != UNKNOWN:
                found[number] = draft
    return found
