"""How a link is agreed to: by one reviewer or, where an agency asks for it, by two different ones; and what puts it in doubt."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from standards_tree.errors import PreconditionError
from standards_tree.standards import LinkState, StandardStatus


class RationaleKind(StrEnum):
    """What a link rests on (NIST IR 8477): the same words, the same meaning, the same effect."""

    SYNTACTIC = "syntactic"
    SEMANTIC = "semantic"
    FUNCTIONAL = "functional"


class LinkAction(StrEnum):
    """What happened to a link, as its history tells it."""

    CREATED = "created"
    UPDATED = "updated"
    AGREED = "agreed"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    REPLACED = "replaced"
    SUSPECTED = "suspected"
    CLEARED = "cleared"
    UNDONE = "undone"


class LinkSuspectCause(StrEnum):
    """Why a link must be looked at again: one of its ends changed."""

    REQUIREMENT_CHANGED = "requirement_changed"
    MEASURE_REVISED = "measure_revised"
    STANDARD_SUPERSEDED = "standard_superseded"
    STANDARD_ABOLISHED = "standard_abolished"
    STANDARD_AMENDED = "standard_amended"
    DRAFT_CLOSED = "draft_closed"


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a link has been reviewed, who decided last, and who agreed first where a second must."""

    state: LinkState
    reviewed_by: str = ""
    first_reviewer: str = ""

    def accepted(self, reviewer: str, persons: int) -> "Standing":
        """Return how it stands after *reviewer* agreed, where *persons* must.

        Raises:
            PreconditionError: *reviewer* has agreed already and another person must.
        """
        if persons < 2 or self.state is LinkState.CONFIRMED:
            return Standing(LinkState.CONFIRMED, reviewer)
        if not self.first_reviewer:
            return Standing(LinkState.SUGGESTED, self.reviewed_by, reviewer)
        if self.first_reviewer == reviewer:
            message = "{reviewer} has agreed already; another person must agree before it is confirmed"
            raise PreconditionError(message, reviewer=reviewer)
        return Standing(LinkState.CONFIRMED, reviewer, self.first_reviewer)

    def rejected(self, reviewer: str) -> "Standing":
        """Return how it stands after *reviewer* rejected it: one person is enough."""
        return Standing(LinkState.REJECTED, reviewer)


@dataclass(frozen=True, slots=True)
class TargetFacts:
    """What a link to a standard relies on: that it has not ended, and what it was amended by. Written down with the link."""

    ended: StandardStatus | None = None
    amendments: frozenset[str] = frozenset()

    @property
    def written(self) -> str:
        """Return the facts as they are kept."""
        return f"{self.ended.value if self.ended else ''}|{','.join(sorted(self.amendments))}"

    @classmethod
    def read(cls, written: str) -> "TargetFacts":
        """Return facts that were kept."""
        ended, _, amendments = written.partition("|")
        return cls(StandardStatus(ended) if ended else None, frozenset(filter(None, amendments.split(","))))

    def causes_since(self, known: "TargetFacts") -> Iterable[LinkSuspectCause]:
        """Yield what has happened to the standard since *known* was written down."""
        if self.ended is not known.ended and self.ended is StandardStatus.SUPERSEDED:
            yield LinkSuspectCause.STANDARD_SUPERSEDED
        if self.ended is not known.ended and self.ended is StandardStatus.ABOLISHED:
            yield LinkSuspectCause.STANDARD_ABOLISHED
        if self.amendments - known.amendments:
            yield LinkSuspectCause.STANDARD_AMENDED


CLOSED_DRAFT = "closed"
"""Written down with a link to a draft that is published or given up, once somebody has cleared it."""
