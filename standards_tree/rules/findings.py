"""What a rule is and what it finds, in both languages."""

from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """How serious a finding is: 应 is not met, 宜 is not followed, or something to know."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a document: the clause as printed, the XPath, the line from 1 (0 when unknown).

    A document without lines counts its paragraphs from 1.
    """

    clause: str = ""
    xpath: str = ""
    line: int = 0
    paragraph: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing asked of a draft, with the standard and clause that ask it."""

    id: str
    severity: Severity
    source: str
    description_en: str
    description_zh: str
    message_en: str
    """A `str.format` template for its findings."""
    message_zh: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A place where a document is not as a rule wants it."""

    rule: Rule
    place: Place
    subject: str
    parameters: dict[str, str] = field(default_factory=dict)
    fix: str = ""
    """What *subject* has to read instead, where that is certain; else empty."""
    section: str = ""
    """The titles of the clauses around it, which stay when clauses are numbered anew."""

    @property
    def message_en(self) -> str:
        """Return what is wrong and how to mend it, in English."""
        return self.rule.message_en.format(subject=self.subject, **self.parameters)

    @property
    def message_zh(self) -> str:
        """Return what is wrong and how to mend it, in Chinese."""
        return self.rule.message_zh.format(subject=self.subject, **self.parameters)
