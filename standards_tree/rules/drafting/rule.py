"""What a drafting rule is: what it asks for, of which documents, how a breach is found, and an example of one."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from standards_tree.rules.drafting.draft import Draft, Passage, Section
from standards_tree.rules.drafting.function_types import FunctionType
from standards_tree.rules.findings import Finding, Place, Rule, Severity

GB_T_1_1 = "GB/T 1.1—2020"
DIRECTIVES = "ISO/IEC Directives, Part 2:2021"

MUST, SHOULD, MAY = Severity.ERROR, Severity.WARNING, Severity.NOTE
MAX_SUBJECT_CHARACTERS = 120


class SpecimenName(StrEnum):
    """The clean documents of our own that examples change in one place."""

    SPECIFICATION = "specification"
    GUIDANCE = "guidance"
    TEST_METHOD = "test_method"
    TERMINOLOGY = "terminology"
    SYMBOLS = "symbols"
    CLASSIFICATION = "classification"
    CODE_OF_PRACTICE = "code_of_practice"
    PART = "part"
    ENGLISH = "english"


@dataclass(frozen=True, slots=True)
class Example:
    """Show a breach: in a clean document, *good* is replaced by *bad*, once, and the rule finds that and nothing else.

    *also* are replacements that other rules ask for then, such as citing what is listed.
    """

    good: str
    bad: str
    specimen: SpecimenName = SpecimenName.SPECIFICATION
    also: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A breach: the place, what it is about, what it should read, and the values of the rule's message."""

    place: Place
    subject: str
    fix: str = ""
    section: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


Find = Callable[[Draft], Iterator[Hit]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftingRule(Rule):
    """One thing the rules of drafting ask for.

    ``types`` are the kinds of standard it is asked of, empty for all; ``language`` that of the documents, as a primary
    BCP 47 subtag.
    """

    area: str
    find: Find
    example: Example
    types: frozenset[FunctionType] = frozenset()
    language: str = "zh"

    def applies_to(self, draft: Draft) -> bool:
        """Tell whether the rule is asked of *draft*."""
        return self.language == draft.language and (not self.types or draft.function_type in self.types)

    def findings(self, draft: Draft) -> Iterator[Finding]:
        """Yield each breach once: one subject in one clause is one finding."""
        seen: set[tuple[str, str, int, int]] = set()
        for hit in self.find(draft):
            subject = hit.subject[:MAX_SUBJECT_CHARACTERS]
            identity = (subject, hit.place.xpath, hit.place.line, hit.place.paragraph)
            if identity not in seen:
                seen.add(identity)
                yield Finding(self, hit.place, subject, dict(hit.values), hit.fix, hit.section)


def rule(  # noqa: PLR0913, PLR0917  (a rule is what all of it says)
    id_: str,
    severity: Severity,
    clause: str,
    asked: tuple[str, str],
    message: tuple[str, str],
    find: Find,
    example: Example,
    *,
    types: frozenset[FunctionType] = frozenset(),
    language: str = "zh",
    standard: str = GB_T_1_1,
) -> DraftingRule:
    """Return a rule; *asked* and *message* are in Chinese and in English."""
    return DraftingRule(
        id=id_,
        severity=severity,
        source=f"{standard}, {clause}",
        description_zh=asked[0],
        description_en=asked[1],
        message_zh=message[0],
        message_en=message[1],
        area=id_.partition("-")[0],
        find=find,
        example=example,
        types=types,
        language=language,
    )


def in_passage(passage: Passage, subject: str, fix: str = "", **values: str) -> Hit:
    """Return a breach in a paragraph, an item, a note, a table."""
    return Hit(passage.place, subject, fix, passage.section.path, values)


def in_section(section: Section, subject: str, fix: str = "", **values: str) -> Hit:
    """Return a breach of a clause as a whole."""
    return Hit(section.place, subject, fix, section.path, values)


def in_document(draft: Draft, subject: str, fix: str = "", **values: str) -> Hit:
    """Return a breach that has no place, since something is not there: it stands where the document begins."""
    return Hit(draft.start, subject, fix, "", values)
