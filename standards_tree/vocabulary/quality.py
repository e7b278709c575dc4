"""What a rule on a vocabulary is, what it is held against, and what it finds."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from standards_tree.errors import Bilingual
from standards_tree.terms import Concept, ConceptStatus, DesignationStatus, DesignationType, TermDesignation

CHINESE = "zh"
ENGLISH = "en"
ENDED = frozenset({ConceptStatus.RETIRED, ConceptStatus.SUPERSEDED})
# Designations that are no words: a letter symbol means something else in every formula.
WORDLESS = frozenset({DesignationType.SYMBOL, DesignationType.FORMULA})


class Severity(StrEnum):
    """How serious a finding is: 应, a release is refused; 宜, it is only reported."""

    MUST = "must"
    SHOULD = "should"


@dataclass(frozen=True, slots=True)
class QualityRule:
    """One thing asked of a vocabulary, and who asks it; ``message`` is a `str.format` template for its findings."""

    id: str
    severity: Severity
    description: Bilingual
    message: Bilingual
    source: Bilingual


@dataclass(frozen=True, slots=True)
class Entry:
    """A concept as its vocabulary holds it: with its name, and the name of what took its place."""

    concept: Concept
    name: str = ""
    successor: str = ""

    @property
    def in_use(self) -> bool:
        """Tell whether the concept is still used, or proposed to be."""
        return self.concept.status not in ENDED

    @property
    def word(self) -> str:
        """Return the word a reader knows the concept by: the preferred one, the Chinese one before others."""
        words = self.concept.designations
        preferred = [word for word in words if word.status is DesignationStatus.PREFERRED]
        chinese = [word for word in preferred if language_of(word.language) == CHINESE]
        return next((word.text for word in chinese or preferred or words), "")

    @property
    def label(self) -> str:
        """Return the number and the word of the concept, as a reader would point at it."""
        return f"{self.concept.number} {self.word}".strip() or self.name

    def designations_in(self, language: str) -> Iterator[TermDesignation]:
        """Yield what the concept is called in *language*, whatever the script or country."""
        return (word for word in self.concept.designations if language_of(word.language) == language)


@dataclass(frozen=True, slots=True)
class Finding:
    """A concept, or several together, that are not as a rule wants them; ``language`` is empty where it is about none."""

    rule: QualityRule
    entries: tuple[Entry, ...]
    language: str = ""
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def message(self) -> Bilingual:
        """Return what is wrong, in both languages."""
        message = self.rule.message
        return Bilingual(message.en.format(**self.parameters), message.zh.format(**self.parameters))


def language_of(tag: str) -> str:
    """Return the language of a BCP 47 tag without script and country."""
    return tag.partition("-")[0].lower()
