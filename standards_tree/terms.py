"""Concepts and what they are called: one word for one concept in each language (ISO 704, ISO 10241-1)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from standards_tree.errors import FieldViolation, InvalidArgumentError
from standards_tree.text import match_key

# A word is looked up by an index, whose entries the database limits to 2,704 bytes together with what stands beside it.
MAX_KEY_BYTES = 1_500


class ConceptStatus(StrEnum):
    """How far a concept has been agreed: 候选, 讨论中, 已批准, 已发布, 已停用, 已被替代."""

    CANDIDATE = "candidate"
    UNDER_DISCUSSION = "under_discussion"
    APPROVED = "approved"
    PUBLISHED = "published"
    RETIRED = "retired"
    SUPERSEDED = "superseded"

    @property
    def agreed(self) -> bool:
        """Tell whether the concept is the one to use."""
        return self in (ConceptStatus.APPROVED, ConceptStatus.PUBLISHED)

    @property
    def open(self) -> bool:
        """Tell whether what the concept says may change: once agreed it is discussed again first."""
        return self in (ConceptStatus.CANDIDATE, ConceptStatus.UNDER_DISCUSSION)


class DesignationStatus(StrEnum):
    """How a designation stands among those of its concept: 首选, 许用, 拒用, and preferred once."""

    PREFERRED = "preferred"
    ADMITTED = "admitted"
    DEPRECATED = "deprecated"
    SUPERSEDED = "superseded"


class DesignationType(StrEnum):
    """What kind of designation it is (ISO 10241-1, ISO 30042): 全称, 简称, 符号, 公式, 变体."""

    FULL_FORM = "full_form"
    ABBREVIATION = "abbreviation"
    SYMBOL = "symbol"
    FORMULA = "formula"
    VARIANT = "variant"


class PartOfSpeech(StrEnum):
    """What part of speech a designation is."""

    NOUN = "noun"
    VERB = "verb"
    ADJECTIVE = "adjective"
    ADVERB = "adverb"
    OTHER = "other"


class ConceptRelationKind(StrEnum):
    """How a concept is related to another (ISO 704), or to one of another vocabulary (SKOS).

    ``GENERIC`` and ``PARTITIVE`` point from the narrower concept or the part to the broader one or the whole.
    """

    GENERIC = "generic"
    PARTITIVE = "partitive"
    ASSOCIATIVE = "associative"
    EXACT_MATCH = "exact_match"
    CLOSE_MATCH = "close_match"
    BROAD_MATCH = "broad_match"
    NARROW_MATCH = "narrow_match"


@dataclass(frozen=True, slots=True)
class TermDesignation:
    """A word or phrase for a concept in one language (a BCP 47 tag).

    ``used_by`` names the departments that use it, as variants a department used to use keep; ``geographical_usage`` is where
    it is used, as the source says it; ``script`` an ISO 15924 code where the language tag does not say it.
    """

    language: str
    text: str
    status: DesignationStatus
    usage_note: str = ""
    type: DesignationType = DesignationType.FULL_FORM
    part_of_speech: PartOfSpeech | None = None
    geographical_usage: str = ""
    script: str = ""
    used_by: tuple[str, ...] = ()
    source: str = ""

    @property
    def key(self) -> str:
        """Return what spellings of the same word share, whatever their width, case and spacing."""
        return match_key(self.text)


@dataclass(frozen=True, slots=True)
class Definition:
    """What a concept is, in one language, and where that is taken from.

    ``derived_from`` is what the source itself took it from, as it says it: a lineage.
    """

    language: str
    text: str
    source: str = ""
    clause: str = ""
    derived_from: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """A note or an example, in one language."""

    language: str
    text: str


@dataclass(frozen=True, slots=True)
class ConceptRelation:
    """A relation to another concept.

    ``target`` is the number of a concept of the same vocabulary, or its name where it has none; for the four matches the
    IRI or name of one elsewhere.
    """

    kind: ConceptRelationKind
    target: str


@dataclass(frozen=True, slots=True)
class Concept:
    """One concept: its number, domain, designations, definitions, and how far it is agreed.

    ``domain`` is the vocabulary it belongs to and tells homonyms apart; ``subject_field`` its field within that.
    """

    number: str
    domain: str
    designations: tuple[TermDesignation, ...]
    definitions: tuple[Definition, ...]
    status: ConceptStatus
    source: str
    subject_field: str = ""
    notes: tuple[Remark, ...] = ()
    examples: tuple[Remark, ...] = ()
    relations: tuple[ConceptRelation, ...] = ()

    def require_sound(self) -> None:
        """Refuse a concept that says two things at once.

        Raises:
            InvalidArgumentError: two preferred designations or two definitions in one language, the same designation
                twice, or none at all; every fault is a violation.
        """
        faults = list(self._faults())
        if faults:
            message = "{field}: {problem}"
            raise InvalidArgumentError(message, violations=faults, field=faults[0].field, problem=faults[0])

    def _faults(self) -> Iterator[FieldViolation]:
        if not self.designations:
            yield FieldViolation("concept.designations", "a concept needs at least one designation")
        preferred = Counter(
            entry.language for entry in self.designations if entry.status is DesignationStatus.PREFERRED
        )
        for language, count in preferred.items():
            if count > 1:
                text = "{count} preferred designations in {language}: a concept has at most one a language"
                yield FieldViolation("concept.designations", text, {"count": count, "language": language})
        seen: set[tuple[str, str]] = set()
        for position, entry in enumerate(self.designations):
            field = f"concept.designations[{position}].text"
            if not entry.key:
                yield FieldViolation(field, "is blank")
            if len(entry.key.encode()) > MAX_KEY_BYTES:
                yield FieldViolation(field, "is longer than {limit} bytes", {"limit": MAX_KEY_BYTES})
            if (entry.language, entry.key) in seen:
                text = "{text} stands here twice in {language}"
                yield FieldViolation(field, text, {"text": entry.text, "language": entry.language})
            seen.add((entry.language, entry.key))
        for language, count in Counter(entry.language for entry in self.definitions).items():
            if count > 1:
                text = "{count} definitions in {language}: a concept has at most one a language"
                yield FieldViolation("concept.definitions", text, {"count": count, "language": language})


def language_tag(text: str) -> str:
    """Return a BCP 47 tag with the case RFC 5646, 2.1.1 recommends: two spellings of one tag are one language."""
    first, *others = text.split("-")
    return "-".join([first.lower(), *map(_subtag, others)])


def _subtag(text: str) -> str:
    if len(text) == 4 and text.isalpha():
        return text.title()
    return text.upper() if len(text) == 2 else text.lower()
