"""The life of a standard after its publication: its reviews, its end, and what a change of it puts in doubt."""

from datetime import date
from enum import StrEnum
from typing import Final

from standards_tree.stages import MAX_YEARS_BETWEEN_REVIEWS
from standards_tree.standards import RelationKind


class SuspectCause(StrEnum):
    """What happened to a standard, so that whatever cites it must be looked at.

    ``REVISED``: a new edition took its place. ``SUPERSEDED``: another standard did. ``CHANGED``: facts that those who
    cite it rely on were corrected.
    """

    SUPERSEDED = "superseded"
    REVISED = "revised"
    ABOLISHED = "abolished"
    AMENDED = "amended"
    CHANGED = "changed"


class ReviewConclusion(StrEnum):
    """What a review concludes (Standardization Law of 2017, art. 29): 继续有效, 修订, 废止."""

    CONFIRMED = "confirmed"
    TO_BE_REVISED = "to_be_revised"
    ABOLISHED = "abolished"


RELIED_ON: Final = frozenset({"title_zh", "title_en", "level", "obligation", "effective_on", "ended_on"})
"""The facts of a standard that those who cite it rely on; ICS and CCS codes, the committee and the source are not."""

_CITING: Final = (
    RelationKind.NORMATIVE_REFERENCE,
    RelationKind.INFORMATIVE_REFERENCE,
    RelationKind.ADOPTS,
)


def doubtful_kinds(cause: SuspectCause) -> tuple[RelationKind, ...]:
    """Return the relations through which *cause* puts their source in doubt.

    What superseded a standard is not in doubt because of it, and an amendment not because there is another.
    """
    return _CITING if cause is SuspectCause.AMENDED else (*_CITING, RelationKind.AMENDS)


def review_due_on(last: date) -> date:
    """Return the day by which a standard issued or confirmed on *last* is reviewed (Standardization Law, art. 29).

    The day of the same date, else the last of that month (Civil Code, art. 202): 28 February after a 29th.
    """
    year = last.year + MAX_YEARS_BETWEEN_REVIEWS
    try:
        return last.replace(year=year)
    except ValueError:
        return last.replace(year=year, day=28)
