"""Tell two states of a vocabulary apart."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.terminology.store_releases import Frozen
from standards_tree.concept_facts import Differences, concept_of, differences
from standards_tree.terms import Concept, ConceptStatus


class DifferenceKind(StrEnum):
    """What became of a concept from one state to another."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """A concept that two states differ in; ``shown`` is how the later of them has it."""

    kind: DifferenceKind
    shown: Frozen
    before: Frozen | None

    @property
    def order(self) -> tuple[str, str]:
        """Return where it stands among the others."""
        return (self.shown.sort_key, self.shown.concept_id)

    @property
    def concept(self) -> Concept:
        """Return the concept as it is shown."""
        return concept_of(self.shown.content, ConceptStatus.PUBLISHED)

    @property
    def facts(self) -> Differences:
        """Return what changed."""
        if self.kind is not DifferenceKind.CHANGED or self.before is None:
            return {}
        return differences(concept_of(self.before.content, ConceptStatus.PUBLISHED), self.concept)


def compare(base: Sequence[Frozen], other: Sequence[Frozen]) -> list[Difference]:
    """Return the concepts that *base* and *other* differ in, by number and name."""
    return sorted(_compared({one.concept_id: one for one in base}, other), key=lambda found: found.order)


def _compared(base: Mapping[str, Frozen], other: Sequence[Frozen]) -> Iterator[Difference]:
    for later in other:
        earlier = base.get(later.concept_id)
        if earlier is None:
            yield Difference(DifferenceKind.ADDED, later, None)
        elif earlier.sha256 != later.sha256:
            yield Difference(DifferenceKind.CHANGED, later, earlier)
    kept = {later.concept_id for later in other}
    for earlier in base.values():
        if earlier.concept_id not in kept:
            yield Difference(DifferenceKind.REMOVED, earlier, earlier)
