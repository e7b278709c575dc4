"""The life of a standard after its publication: reviews, amendments, its end, and what a change of it puts in doubt."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Final

from standards_tree.designations import Designation, Supplement
from standards_tree.errors import InvalidArgumentError, PreconditionError
from standards_tree.stages import MAX_YEARS_BETWEEN_REVIEWS
from standards_tree.standards import RelationKind, StandardStatus, Validity

# The days of thirty years.
REMEMBERED_DAYS: Final = 11_000


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


class StandardAction(StrEnum):
    """What is done with a standard, as its history tells it."""

    CREATED = "created"
    PUBLISHED = "published"
    UPDATED = "updated"
    SUPERSEDED = "superseded"
    ABOLISHED = "abolished"
    REVIEWED = "reviewed"
    AMENDED = "amended"


RELIED_ON: Final = frozenset({"title_zh", "title_en", "level", "obligation", "effective_on", "ended_on"})
"""The facts of a standard that those who cite it rely on; ICS and CCS codes, the committee and the source are not."""

_CITING: Final = (
    RelationKind.NORMATIVE_REFERENCE,
    RelationKind.INFORMATIVE_REFERENCE,
    RelationKind.ADOPTS,
)
_ENDED: Final = frozenset({StandardStatus.SUPERSEDED, StandardStatus.ABOLISHED})


def doubtful_kinds(cause: SuspectCause) -> tuple[RelationKind, ...]:
    """Return the relations through which *cause* puts their source in doubt.

    What superseded a standard is not in doubt because of it, and an amendment not because there is another.
    """
    return _CITING if cause is SuspectCause.AMENDED else (*_CITING, RelationKind.AMENDS)


def review_due_on(last: date) -> date:
    """Return the day by which a standard issued or confirmed on *last* is reviewed (Standardization Law, art. 29).

    The day of the same date, else the last of that month (Civil Code, art. 202): 28 February after a 29th.
    """
    return months_after(last, 12 * MAX_YEARS_BETWEEN_REVIEWS)


@lru_cache(maxsize=REMEMBERED_DAYS)
def months_after(start: date, months: int) -> date:
    """Return the day of the same number *months* later, else the last of that month; the last day there is at the end."""
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    if year > date.max.year:
        return date.max
    for day in range(start.day, 27, -1):
        try:
            return date(year, month + 1, day)
        except ValueError:
            continue
    return date(year, month + 1, start.day)


@dataclass(frozen=True, slots=True)
class Review:
    """A review (复审): its day, what it concludes and why.

    ``draft`` will revise the standard, by the draft's id; ``ended_on`` is when an abolition takes effect.
    """

    conclusion: ReviewConclusion
    reviewed_on: date
    reason: str
    draft: str = ""
    ended_on: date | None = None

    def require_sound(self, today: date) -> None:
        """Refuse a review of tomorrow, and what does not go with its conclusion.

        Raises:
            InvalidArgumentError: names the field.
        """
        if self.reviewed_on > today:
            message = "a review of {reviewed_on} is not over yet; today is {today}"
            raise InvalidArgumentError.in_field("reviewed_on", message, reviewed_on=self.reviewed_on, today=today)
        if self.draft and self.conclusion is not ReviewConclusion.TO_BE_REVISED:
            message = "only a standard that is to be revised has a draft that revises it"
            raise InvalidArgumentError.in_field("draft", message)
        if self.ended_on is not None and self.conclusion is not ReviewConclusion.ABOLISHED:
            message = "only a standard that is abolished ends"
            raise InvalidArgumentError.in_field("ended_on", message)


def check_review(designation: Designation, validity: Validity, last_on: date | None, review: Review) -> None:
    """Refuse to review what is not in force, and before the last review, which was on *last_on*.

    Raises:
        PreconditionError: it has ended, is not in force yet, or is an amendment.
        InvalidArgumentError: it was not issued yet, or was reviewed later; names the field.
    """
    name = designation.official
    if is_amendment(designation):
        message = "{designation} is an amendment; it is reviewed with the standard it amends"
        raise PreconditionError(message, designation=name)
    if validity.status in _ENDED:
        message = "{designation} is {status}; only a standard in force is reviewed"
        raise PreconditionError(message, designation=name, status=validity.status.value)
    if validity.effective_on is not None and validity.effective_on > review.reviewed_on:
        message = "{designation} comes into force on {effective_on}; only a standard in force is reviewed"
        raise PreconditionError(message, designation=name, effective_on=validity.effective_on)
    if validity.issued_on is not None and validity.issued_on > review.reviewed_on:
        message = "{designation} was issued on {issued_on}, after {reviewed_on}"
        raise InvalidArgumentError.in_field(
            "reviewed_on", message, designation=name, issued_on=validity.issued_on, reviewed_on=review.reviewed_on
        )
    if last_on is not None and last_on > review.reviewed_on:
        message = "{designation} was reviewed on {last_on}; a review of {reviewed_on} comes too late to follow it"
        raise InvalidArgumentError.in_field(
            "reviewed_on", message, designation=name, last_on=last_on, reviewed_on=review.reviewed_on
        )


def check_end(designation: str, validity: Validity, ended_on: date | None) -> None:
    """Refuse an end before the beginning.

    Raises:
        InvalidArgumentError: it would end before it came into force; names the field.
    """
    begun = validity.effective_on or validity.issued_on
    if ended_on is not None and begun is not None and ended_on < begun:
        message = "{designation} came into force on {begun} and cannot have ended before that, on {ended_on}"
        raise InvalidArgumentError.in_field(
            "ended_on", message, designation=designation, begun=begun, ended_on=ended_on
        )


def check_successor(designation: str, validity: Validity, successor: str, successor_validity: Validity) -> None:
    """Refuse a successor that is older than what it supersedes.

    Raises:
        PreconditionError: it came into force before the other did.
    """
    begun, later = validity.effective_on, successor_validity.effective_on
    if begun is not None and later is not None and later < begun:
        message = (
            "{successor} came into force on {later}, before {designation} did on {begun}; it cannot take its place"
        )
        raise PreconditionError(message, successor=successor, later=later, designation=designation, begun=begun)


def is_amendment(designation: Designation) -> bool:
    """Tell whether it names an amendment or corrigendum that is a document beside its standard."""
    return any(not extra.consolidated for extra in designation.supplements)


def check_amendment(amendment: Designation, amended: Designation) -> Supplement:
    """Return which amendment of *amended* it is: the last supplement of its designation.

    Raises:
        InvalidArgumentError: it is none of *amended*; names the field and says what one looks like.
    """
    extras = amendment.supplements
    known = len(amended.supplements)
    of_this = replace(amendment, supplements=amended.supplements).key == amended.key
    if not of_this or len(extras) != known + 1 or extras[:known] != amended.supplements or extras[-1].consolidated:
        message = "{designation} is no amendment of {amended}; one is written {example}"
        mark = "XG1—2025" if amended.is_chinese else "Amd 1:2025"
        example = f"{amended.official}/{mark}"
        raise InvalidArgumentError.in_field(
            "designation", message, designation=amendment.official, amended=amended.official, example=example
        )
    return extras[-1]


def amendment_title(title_zh: str, title_en: str, extra: Supplement) -> tuple[str, str]:
    """Return the titles of an amendment as the national platform writes them, where the standard has one."""
    corrigendum = extra.kind.upper().endswith("COR")
    zh, en = ("技术勘误", "Technical Corrigendum") if corrigendum else ("修改单", "Amendment")
    return (
        f"{title_zh}《第{extra.number or 1}号{zh}》" if title_zh else "",
        f"{title_en} — {en} {extra.number or 1}" if title_en else "",
    )
