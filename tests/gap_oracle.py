"""Answer what a gap analysis answers from the definitions, one standard at a time, with plain loops."""

from collections import deque
from dataclasses import replace
from datetime import date

from gap_cases import AS_OF
from gap_snapshots import ENDED, OUTSIDE
from standards_tree.gap.snapshot import LinkFact, RelationFact, Snapshot, StandardFact
from standards_tree.limits import Limit, compare_limits
from standards_tree.standards import AdoptionDegree, LinkState, RelationKind, SetRelation, StandardStatus


class Oracle:
    """Answer the same questions from the definitions, one standard at a time, with plain loops."""

    def __init__(self, facts: Snapshot) -> None:
        self.facts = facts
        self.standards = {fact.key: fact for fact in facts.standards}
        self.drafts = {one.id for one in facts.drafts}
        self.status = {key: self._status(fact) for key, fact in self.standards.items()}

    def _status(self, fact: StandardFact) -> StandardStatus:
        validity = fact.validity
        if validity.status is StandardStatus.SUPERSEDED and validity.ended_on is None:
            starts = [self.standards[newer].validity.effective_on for newer in self._newer(fact.key)]
            known = [start for start in starts if start is not None]
            if known:
                validity = replace(validity, ended_on=min(known))
        return validity.status_on(AS_OF)

    def _newer(self, key: str) -> list[str]:
        return [
            relation.source_key
            for relation in self.facts.relations
            if relation.kind is RelationKind.SUPERSEDES
            and relation.target_key == key
            and relation.source_key in self.standards
            and relation.source_key != key
        ]

    def holding(self, key: str) -> str | None:
        """Return the edition that stands for *key* on the date, by walking its successors."""
        if self.status[key] in (StandardStatus.IN_FORCE, StandardStatus.UPCOMING):
            return key
        for wanted in (StandardStatus.IN_FORCE, StandardStatus.UPCOMING):
            layer, seen = [key], {key}
            while layer:
                layer = sorted({newer for one in layer for newer in self._newer(one)} - seen)
                seen.update(layer)
                if any(self.status[one] is wanted for one in layer):
                    return next(iter(self._ends(key, wanted)))
        return None

    def _ends(self, key: str, wanted: StandardStatus) -> list[str]:
        """Return the end of the first shortest chain, trying all chains of growing length in order of their names."""
        chains = [[key]]
        while True:
            chains = [
                [*chain, newer]
                for chain in chains
                for newer in sorted(set(self._newer(chain[-1])))
                if newer not in chain
            ]
            found = sorted(chain for chain in chains if self.status[chain[-1]] is wanted)
            if found:
                return [found[0][-1]]

    def meant(self, relation: RelationFact) -> str | None:
        """Return the edition a reference means."""
        key = relation.target_key
        if relation.dated:
            return key if key in self.standards else None
        number = self.standards[key].undated_key if key in self.standards else key
        editions = [fact for fact in self.facts.standards if fact.undated_key == number]
        order = [StandardStatus.IN_FORCE, StandardStatus.UPCOMING, *ENDED]

        def rank(fact: StandardFact) -> tuple[int, date, str]:
            since = fact.validity.effective_on or fact.validity.issued_on or date.min
            return -order.index(self.status[fact.key]), since, fact.key

        return max(editions, key=rank).key if editions else None

    def own_defects(self, key: str) -> set[str]:
        """Return the kinds of defects a standard has itself."""
        fact, found = self.standards[key], set()
        for relation in self.facts.relations:
            if relation.source_key == key:
                found |= {kind for kind in [self.defect_of(relation)] if kind}
        last = fact.reviewed_on or fact.validity.issued_on or fact.validity.effective_on
        if self.status[key] is StandardStatus.IN_FORCE and fact.level not in OUTSIDE and last is not None:
            day = 28 if (last.month, last.day) == (2, 29) else last.day
            if date(last.year + 5, last.month, day) < AS_OF:
                found.add("review_overdue")
        return found

    def defect_of(self, relation: RelationFact) -> str | None:
        """Return what is wrong with a relation."""
        target = self.meant(relation)
        if relation.kind is RelationKind.ADOPTS:
            outdated = target is not None and self.status[target] in ENDED
            return "adoption_outdated" if outdated and relation.degree is not AdoptionDegree.NEQ else None
        if (
            relation.kind not in (RelationKind.NORMATIVE_REFERENCE, RelationKind.AMENDS)
            or target == relation.source_key
        ):
            return None
        if target is None:
            return "reference_unknown"
        if self.status[target] is StandardStatus.UPCOMING:
            return "reference_not_yet" if self.status[relation.source_key] is StandardStatus.IN_FORCE else None
        return {
            StandardStatus.ABOLISHED: "reference_abolished",
            StandardStatus.SUPERSEDED: "reference_superseded",
        }.get(self.status[target])

    def distances(self, key: str) -> dict[str, int]:
        """Return how far the nearest defect of each kind beneath *key* is, by a search from *key* alone."""
        found: dict[str, int] = {}
        queue, seen = deque([(key, 0)]), {key}
        while queue:
            one, distance = queue.popleft()
            for kind in self.own_defects(one):
                found.setdefault(kind, distance)
            for relation in self.facts.relations:
                if relation.source_key == one and self._is_sound_dependency(relation):
                    target = self.meant(relation)
                    if target is not None and target not in seen:
                        seen.add(target)
                        queue.append((target, distance + 1))
        return found

    def _is_sound_dependency(self, relation: RelationFact) -> bool:
        depends = relation.kind in (RelationKind.NORMATIVE_REFERENCE, RelationKind.AMENDS)
        return depends and self.defect_of(relation) is None

    def verdict(self, identifier: str, *, suggested: bool) -> str:
        """Return the verdict on a requirement."""
        one = next(fact for fact in self.facts.requirements if fact.id == identifier)
        every = [fact for fact in self.facts.links if fact.requirement_id == identifier and self._exists(fact)]
        nothing = [fact for fact in every if fact.relation is SetRelation.NONE]
        links = [fact for fact in every if fact not in nothing]
        order = ["covered", "covered_stale", "partial", "weaker", "draft_only", "uncovered"]
        found = [self._verdict_of(fact, one.limit) for fact in links if fact.state is LinkState.CONFIRMED]
        if suggested:
            extra = [self._verdict_of(fact, one.limit) for fact in links if fact.state is LinkState.SUGGESTED]
            found += [verdict for verdict in extra if verdict != "uncovered"]
        if found:
            return min(found, key=order.index)
        if one.assessed:
            return "uncovered"
        links += [replace(fact, state=LinkState.REJECTED) for fact in nothing if fact.state is not LinkState.SUGGESTED]
        rejected_all = links and all(fact.state is LinkState.REJECTED for fact in links)
        return "uncovered" if rejected_all else "not_assessed"

    def _exists(self, fact: LinkFact) -> bool:
        return fact.draft_id in self.drafts if fact.draft_id else fact.standard_key in self.standards

    def _verdict_of(self, fact: LinkFact, limit: Limit | None) -> str:
        if fact.draft_id:
            return "draft_only"
        held = self.holding(fact.standard_key)
        if self.standards[fact.standard_key].level in OUTSIDE or held is None:
            return "uncovered"
        if self.status[held] is StandardStatus.UPCOMING:
            return "draft_only"
        if limit and fact.standard_limit and compare_limits(limit, fact.standard_limit).relation == "looser":
            return "weaker"
        if fact.relation in (SetRelation.SUPERSET, SetRelation.INTERSECTS):
            return "partial"
        return "covered_stale" if held != fact.standard_key or self.distances(held) else "covered"
