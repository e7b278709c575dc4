"""Hold what a file says of concepts: those that could be read, what is wrong with it, and what the model cannot hold."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from standards_tree.errors import UnsafeDocumentError
from standards_tree.terms import Concept

MAX_CONCEPTS = 200_000
MAX_PROBLEMS = 500_000
MAX_VALUE_CHARACTERS = 200


class Severity(StrEnum):
    """What became of a thing that is wrong."""

    REFUSED = "refused"
    CORRECTED = "corrected"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class FilePlace:
    """Point into a file: the line or row from 1, 0 where the form has none; an XPath, an IRI or the name of a part."""

    row: int = 0
    path: str = ""


@dataclass(frozen=True, slots=True)
class ExchangeProblem:
    """Something a file says wrongly; *rule* names the rule it breaks, *template* is the key of its translation."""

    place: FilePlace
    rule: str
    template: str
    parameters: dict[str, object] = field(default_factory=dict)
    severity: Severity = Severity.KEPT
    value: str = ""

    @property
    def message(self) -> str:
        """Return the English message."""
        return self.template.format(**self.parameters)


@dataclass(frozen=True, slots=True)
class Loss:
    """Something a file says that the model cannot hold: of which concept, under which name, and what."""

    place: FilePlace
    concept: str
    category: str
    value: str


@dataclass(frozen=True, slots=True)
class ReadConcepts:
    """What a file holds; ``places`` stand beside ``concepts``; ``form`` names what the file is, such as TBX-Basic DCA."""

    form: str
    concepts: tuple[Concept, ...]
    places: tuple[FilePlace, ...]
    problems: tuple[ExchangeProblem, ...]
    lost: tuple[Loss, ...]


@dataclass(slots=True)
class Collected:
    """What a reader has gathered so far."""

    form: str = ""
    concepts: list[Concept] = field(default_factory=list)
    places: list[FilePlace] = field(default_factory=list)
    problems: list[ExchangeProblem] = field(default_factory=list)
    lost: list[Loss] = field(default_factory=list)

    def take(self, concept: Concept, place: FilePlace) -> None:
        """Take a concept.

        Raises:
            UnsafeDocumentError: there are more than an import takes.
        """
        self.concepts.append(concept)
        self.places.append(place)
        if len(self.concepts) > MAX_CONCEPTS:
            raise UnsafeDocumentError("the file has more than {limit} concepts; divide it", limit=MAX_CONCEPTS)

    def problem(
        self,
        place: FilePlace,
        rule: str,
        template: str,
        severity: Severity = Severity.KEPT,
        value: str = "",
        /,
        **parameters: object,
    ) -> None:
        """Note what is wrong."""
        value = value[:MAX_VALUE_CHARACTERS]
        self.problems.append(ExchangeProblem(place, rule, template, parameters, severity, value))
        self._require_few()

    def lose(self, place: FilePlace, concept: str, category: str, value: str) -> None:
        """Note what the model cannot hold."""
        self.lost.append(Loss(place, concept, category, value))
        self._require_few()

    def result(self) -> ReadConcepts:
        """Return all of it; problems and losses by their place in the file."""
        by_row = sorted(self.problems, key=lambda one: one.place.row)
        return ReadConcepts(self.form, tuple(self.concepts), tuple(self.places), tuple(by_row), tuple(self.lost))

    def _require_few(self) -> None:
        if len(self.problems) + len(self.lost) > MAX_PROBLEMS:
            message = "the file has more than {limit} problems and things that cannot be kept; divide it"
            raise UnsafeDocumentError(message, limit=MAX_PROBLEMS)


def merged(form: str, parts: Sequence[ReadConcepts]) -> ReadConcepts:
    """Return what several files hold together."""
    return ReadConcepts(
        form,
        tuple(concept for part in parts for concept in part.concepts),
        tuple(place for part in parts for place in part.places),
        tuple(problem for part in parts for problem in part.problems),
        tuple(loss for part in parts for loss in part.lost),
    )
