"""Put a concept together from what a file says of it, within what the model can hold."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from standards_tree.term_exchange.languages import language_of
from standards_tree.term_exchange.reading import Collected, FilePlace, Severity
from standards_tree.terms import (
    Concept,
    ConceptRelation,
    ConceptStatus,
    Definition,
    DesignationStatus,
    PartOfSpeech,
    Remark,
    TermDesignation,
)
from standards_tree.terms import DesignationType as Type


@dataclass(slots=True)
class DesignationParts:
    """A designation as a file gives it; ``status`` is None where the file gives none."""

    place: FilePlace
    language: str
    text: str = ""
    status: DesignationStatus | None = None
    type: Type = Type.FULL_FORM
    part_of_speech: PartOfSpeech | None = None
    usage_notes: list[str] = field(default_factory=list)
    geographical_usage: str = ""
    script: str = ""
    used_by: list[str] = field(default_factory=list)
    source: str = ""

    def with_status(self, status: DesignationStatus) -> TermDesignation:
        """Return the designation of the model."""
        return TermDesignation(
            language=self.language,
            text=self.text,
            status=status,
            usage_note="\n".join(self.usage_notes),
            type=self.type,
            part_of_speech=self.part_of_speech,
            geographical_usage=self.geographical_usage,
            script=self.script,
            used_by=tuple(dict.fromkeys(self.used_by)),
            source=self.source,
        )


@dataclass(slots=True)
class ConceptParts:
    """A concept as a file gives it, piece by piece."""

    place: FilePlace
    number: str = ""
    domain: str = ""
    subject_field: str = ""
    status: ConceptStatus = ConceptStatus.CANDIDATE
    source: str = ""
    designations: list[DesignationParts] = field(default_factory=list)
    definitions: list[tuple[Definition, FilePlace]] = field(default_factory=list)
    notes: list[Remark] = field(default_factory=list)
    examples: list[Remark] = field(default_factory=list)
    relations: list[ConceptRelation] = field(default_factory=list)

    def settle(self, into: Collected) -> None:
        """Give the concept to *into*, with a problem or a loss for all that the model does not take.

        A designation without a status is preferred if it is the first of its language and the file prefers none there,
        else admitted.
        """
        designations = tuple(self._designations(into))
        if not designations:
            message = "the concept has no designation"
            into.problem(self.place, "concept.designation", message, Severity.REFUSED, self.number)
            return
        concept = Concept(
            number=self.number,
            domain=self.domain,
            designations=designations,
            definitions=tuple(sorted(self._definitions(into), key=lambda one: one.language)),
            status=self.status,
            source=self.source,
            subject_field=self.subject_field,
            notes=tuple(_in_language(note) for note in self.notes if note.text),
            examples=tuple(_in_language(example) for example in self.examples if example.text),
            relations=tuple(dict.fromkeys(self.relations)),
        )
        into.take(concept, self.place)

    def _designations(self, into: Collected) -> Iterator[TermDesignation]:
        kept: dict[tuple[str, str], DesignationParts] = {}
        for one in self.designations:
            one.language = language_of(one.language)
            key = TermDesignation(one.language, one.text, DesignationStatus.ADMITTED).key
            if not key:
                message = "a designation is blank and left out"
                into.problem(one.place, "concept.designation", message, Severity.CORRECTED, self.number)
            elif kept.setdefault((one.language, key), one) is not one:
                message = "{text} stands in this concept twice in {language}; the first one is kept"
                parameters = {"text": one.text, "language": one.language}
                into.problem(
                    one.place, "concept.repeated-designation", message, Severity.CORRECTED, one.text, **parameters
                )
                into.lose(one.place, self.number, "designation", f"{one.text} ({one.language}, {one.type})")
        preferred = {one.language for one in kept.values() if one.status is DesignationStatus.PREFERRED}
        given: set[str] = set()
        for one in kept.values():
            status = one.status
            if status is None:
                free = one.language not in preferred
                status = DesignationStatus.PREFERRED if free else DesignationStatus.ADMITTED
                preferred.add(one.language)
            elif status is DesignationStatus.PREFERRED and one.language in given:
                status = DesignationStatus.ADMITTED
                message = "{text} is a second preferred designation in {language}; it is taken as admitted"
                parameters = {"text": one.text, "language": one.language}
                into.problem(one.place, "concept.one-preferred", message, Severity.CORRECTED, one.text, **parameters)
            if status is DesignationStatus.PREFERRED:
                given.add(one.language)
            yield one.with_status(status)

    def _definitions(self, into: Collected) -> Iterator[Definition]:
        seen: set[str] = set()
        for definition, place in self.definitions:
            language = language_of(definition.language)
            if not definition.text:
                continue
            if language in seen:
                message = "a second definition in {language}: a concept has one a language, the first one is kept"
                into.problem(
                    place, "concept.one-definition", message, Severity.CORRECTED, definition.text, language=language
                )
                into.lose(place, self.number, "definition", definition.text)
                continue
            seen.add(language)
            yield replace(definition, language=language)


def _in_language(remark: Remark) -> Remark:
    return replace(remark, language=language_of(remark.language))
