"""A review dossier: the notification, what it touches, what the reviewers found, and what is asked of the Member."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Agreement(StrEnum):
    """The agreement a notification is made under."""

    TBT = "tbt"
    SPS = "sps"


class NotificationType(StrEnum):
    """The form of a notification: 常规, 修订, 紧急, 补遗, 勘误, SPS措施等效认可 (annexes A to F of GB/T 44975-2024)."""

    REGULAR = "regular"
    REVISION = "revision"
    URGENT = "urgent"
    ADDENDUM = "addendum"
    CORRIGENDUM = "corrigendum"
    EQUIVALENCE = "equivalence"


class Answer(StrEnum):
    """What a reviewer says of an obligation; silence is no answer."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_APPLICABLE = "not_applicable"


class Conformity(StrEnum):
    """How the measure stands to the relevant international standard."""

    CONFORMS = "conforms"
    DEVIATES = "deviates"
    NONE_EXISTS = "none_exists"


@dataclass(frozen=True, slots=True)
class Notification:
    """What a notification says. ``boxes`` hold its form, by number of the box; dates are None where it gives none."""

    agreement: Agreement
    type: NotificationType
    symbol: str = ""
    title: str = ""
    member: str = ""
    boxes: Mapping[int, str] = field(default_factory=dict)
    original_symbol: str = ""
    distributed_on: date | None = None
    comments_until: date | None = None
    adopted_on: date | None = None
    published_on: date | None = None
    in_force_on: date | None = None
    text_address: str = ""
    contact: str = ""
    objectives: tuple[str, ...] = ()
    urgent_reason: str = ""
    trade_facilitating: bool = False

    @property
    def urgent(self) -> bool:
        """Tell whether it is of an urgent measure."""
        return self.type is NotificationType.URGENT


@dataclass(frozen=True, slots=True)
class Judgement:
    """A reviewer's answer about one obligation, with the reason, and what less restrictive alternatives there are."""

    answer: Answer
    reason: str = ""
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment: on which clause, what the problem is, which article, by what evidence, what should stand there."""

    clause: str
    problem: str
    article: str = ""
    obligations: tuple[str, ...] = ()
    evidence: str = ""
    proposed_text: str = ""


@dataclass(frozen=True, slots=True)
class Product:
    """A product that is affected, with its HS code and what trade in it is worth."""

    name: str
    hs_code: str = ""
    trade_value: str = ""
    firms: int | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """How the comment goes out."""

    subject: str = ""
    addressee: str = ""
    sent_through: str = ""
    sent_on: date | None = None
    language: str = ""
    sender: str = ""
    interest: str = ""
    asks_for_reply: bool = False


@dataclass(frozen=True, slots=True)
class Dossier:
    """A review dossier."""

    notification: Notification
    products: tuple[Product, ...] = ()
    conformity: Conformity | None = None
    international_standards: tuple[str, ...] = ()
    deviation: str = ""
    judgements: Mapping[str, Judgement] = field(default_factory=dict)
    evidence: tuple[str, ...] = ()
    comments: tuple[Comment, ...] = ()
    requests: tuple[str, ...] = ()
    consulted: tuple[str, ...] = ()
    letter: Letter = field(default_factory=Letter)
