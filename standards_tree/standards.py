"""The vocabulary of a standards system: levels, obligations, states, relations and what they allow."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Level(StrEnum):
    """Who a standard binds, as the Standardization Law of 2017 (art. 2) orders them, and two kinds from outside."""

    NATIONAL = "national"
    INDUSTRY = "industry"
    LOCAL = "local"
    GROUP = "group"
    ENTERPRISE = "enterprise"
    INTERNATIONAL = "international"
    FOREIGN = "foreign"


class Obligation(StrEnum):
    """Whether a standard must be followed: GB, GB/T, GB/Z and their kin."""

    MANDATORY = "mandatory"
    RECOMMENDED = "recommended"
    GUIDANCE = "guidance"


class StandardStatus(StrEnum):
    """The state a catalogue records: 即将实施, 现行, 被代替, 废止."""

    UPCOMING = "upcoming"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    ABOLISHED = "abolished"


class RelationKind(StrEnum):
    """How one standard depends on another. The relation points from the newer or dependent standard."""

    NORMATIVE_REFERENCE = "normative_reference"
    INFORMATIVE_REFERENCE = "informative_reference"
    SUPERSEDES = "supersedes"
    AMENDS = "amends"
    ADOPTS = "adopts"


class AdoptionDegree(StrEnum):
    """How closely a standard adopts another (GB/T 1.2-2020, 4.1.1): identical, modified, not equivalent."""

    IDT = "idt"
    MOD = "mod"
    NEQ = "neq"


class SetRelation(StrEnum):
    """How much of a requirement a standard answers, read from the requirement (NIST IR 8477).

    ``SUBSET``: the requirement lies inside what the standard covers. ``SUPERSET``: the requirement asks for more than the
    standard covers. ``INTERSECTS``: each has something the other lacks. ``NONE``: they have nothing in common; the standard
    was looked at, and is no answer.
    """

    EQUAL = "equal"
    SUBSET = "subset"
    SUPERSET = "superset"
    INTERSECTS = "intersects"
    NONE = "none"


class LinkState(StrEnum):
    """How far a link between a requirement and a standard has been reviewed."""

    SUGGESTED = "suggested"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Validity:
    """The facts that decide whether a standard is in force on a date."""

    status: StandardStatus
    issued_on: date | None = None
    effective_on: date | None = None
    ended_on: date | None = None

    def status_on(self, as_of: date) -> StandardStatus:
        """Return the state on *as_of*, which may differ from the recorded one.

        An effective date after *as_of* makes it upcoming, and where none is known the date of issue; an end after *as_of*
        means it was still in force. Without the dates, the recorded state stands.
        """
        begins_on = self.effective_on or self.issued_on
        if begins_on is not None and begins_on > as_of:
            return StandardStatus.UPCOMING
        ended = self.status in (StandardStatus.SUPERSEDED, StandardStatus.ABOLISHED)
        if ended and self.ended_on is not None and self.ended_on > as_of:
            return StandardStatus.IN_FORCE
        if self.status is StandardStatus.UPCOMING and self.effective_on is not None:
            return StandardStatus.IN_FORCE
        return self.status
