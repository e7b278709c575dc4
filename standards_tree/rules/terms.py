"""Hold the terms a draft defines against the terminology registry (GB/T 1.1-2020, 8.7; GB/T 20001.1-2024)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from standards_tree.rules.findings import Finding, Place, Rule, Severity
from standards_tree.terms import Concept, DesignationStatus, TermDesignation
from standards_tree.text import match_key

DEPRECATED = Rule(
    "TERM-DEPRECATED",
    Severity.WARNING,
    "GB/T 20001.1—2024",
    "A term that the registry deprecates is not used.",
    "不宜使用术语库中的拒用术语。",
    "the registry deprecates “{subject}”{note}{advice}",
    "“{subject}”在术语库中为拒用术语{note_zh}{advice_zh}",
)
ADMITTED = Rule(
    "TERM-NOT-PREFERRED",
    Severity.NOTE,
    "GB/T 20001.1—2024",
    "The preferred term of the registry is used where there is one.",
    "宜采用术语库中的首选术语。",
    "the registry prefers “{preferred}” to “{subject}”",
    "术语库的首选术语为“{preferred}”，而非“{subject}”",
)
EQUIVALENT_DIFFERS = Rule(
    "TERM-EQUIVALENT-DIFFERS",
    Severity.WARNING,
    "GB/T 1.1—2020, 8.7.3.1",
    "A term and its English equivalent are those of one concept of the registry.",
    "术语及其英文对应词宜与术语库中的同一概念一致。",
    "“{subject}” is given as “{given}”; the registry has “{registered}” for it",
    "“{subject}”的英文对应词为“{given_zh}”；术语库中为“{registered_zh}”",
)
DEFINED_DIFFERENTLY = Rule(
    "TERM-DEFINED-DIFFERENTLY",
    Severity.WARNING,
    "GB/T 1.1—2020, 8.7.3.2",
    "A term the registry has approved is not defined again in other words.",
    "术语库中已批准的术语不宜另作不同的定义。",
    "the registry defines “{subject}” otherwise{source}; cite that definition, or propose to change it",
    "术语库对“{subject}”另有定义{source_zh}；请引用该定义，或提出修改建议",
)
UNREGISTERED = Rule(
    "TERM-UNREGISTERED",
    Severity.NOTE,
    "GB/T 20001.1—2024",
    "A term that is defined is proposed to the registry.",
    "新定义的术语宜提交术语库。",
    "the registry does not have “{subject}”; propose it",
    "术语库中没有“{subject}”；可提交为候选术语",
)
RULES = (DEPRECATED, ADMITTED, EQUIVALENT_DIFFERS, DEFINED_DIFFERENTLY, UNREGISTERED)

ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class DefinedTerm:
    """One entry of the terms chapter: its words by language (BCP 47), first the preferred ones, and its definitions."""

    words: tuple[tuple[str, str], ...]
    definitions: Mapping[str, str]
    place: Place


Matches = Mapping[str, Sequence[tuple[Concept, TermDesignation]]]
"""What the registry knows, by match key of the word; approved concepts first."""


def check_terms(terms: Sequence[DefinedTerm], registry: Matches) -> Iterator[Finding]:
    """Yield where a defined term is not as the registry has it."""
    for term in terms:
        matched = [
            (language, word, concept, designation)
            for language, word in term.words
            for concept, designation in registry.get(match_key(word), ())
            if same_language(designation.language, language)
        ]
        if not matched:
            if term.words:
                yield Finding(UNREGISTERED, term.place, term.words[0][1])
            continue
        yield from _check_status(term, matched)
        yield from _check_equivalent(term, matched)
        yield from _check_definition(term, matched)


Matched = list[tuple[str, str, Concept, TermDesignation]]


def _check_status(term: DefinedTerm, matched: Matched) -> Iterator[Finding]:
    """Yield a word of which every concept that knows it thinks little."""
    for word in dict.fromkeys(word for _language, word, _concept, _designation in matched):
        known = [(concept, found) for _language, other, concept, found in matched if other == word]
        if any(found.status is DesignationStatus.PREFERRED for _concept, found in known):
            continue
        concept, found = known[0]
        preferred = preferred_word(concept, found.language)
        if found.status is not DesignationStatus.ADMITTED:
            yield Finding(DEPRECATED, term.place, word, {**_bracketed("note", found.usage_note), **_advice(preferred)})
        elif preferred is not None:
            yield Finding(ADMITTED, term.place, word, {"preferred": preferred})


def _check_equivalent(term: DefinedTerm, matched: Matched) -> Iterator[Finding]:
    """Yield a Chinese term whose English equivalent no concept that knows the term has."""
    english = [word for language, word in term.words if same_language(language, ENGLISH)]
    others = [entry for entry in matched if not same_language(entry[0], ENGLISH)]
    if not english or not others:
        return
    registered = {
        entry.key: entry.text
        for _language, _word, concept, _designation in others
        for entry in concept.designations
        if same_language(entry.language, ENGLISH)
    }
    if registered and not any(match_key(word) in registered for word in english):
        parameters = {
            "given": "”, “".join(english),
            "given_zh": "”“".join(english),
            "registered": "”, “".join(registered.values()),
            "registered_zh": "”“".join(registered.values()),
        }
        yield Finding(EQUIVALENT_DIFFERS, term.place, others[0][1], parameters)


def _check_definition(term: DefinedTerm, matched: Matched) -> Iterator[Finding]:
    """Yield a term that an approved concept defines in other words."""
    for language, text in term.definitions.items():
        approved = [
            (word, definition)
            for _language, word, concept, _designation in matched
            if concept.status.agreed
            for definition in concept.definitions
            if same_language(definition.language, language)
        ]
        if approved and not any(_same_text(definition.text, text) for _word, definition in approved):
            word, definition = approved[0]
            yield Finding(DEFINED_DIFFERENTLY, term.place, word, _bracketed("source", definition.source))
            return


def preferred_word(concept: Concept, language: str) -> str | None:
    """Return the preferred word of *concept* in *language*, or None where it has none."""
    for entry in concept.designations:
        if entry.status is DesignationStatus.PREFERRED and same_language(entry.language, language):
            return entry.text
    return None


def same_language(one: str, other: str) -> bool:
    """Tell whether two BCP 47 tags name one language, whatever the script: `zh` and `zh-Hans` do."""
    return one.partition("-")[0].lower() == other.partition("-")[0].lower()


def _bracketed(name: str, text: str) -> dict[str, str]:
    """Return *text* in the brackets of each language, or nothing where it is empty."""
    return {name: f" ({text})", f"{name}_zh": f"（{text}）"} if text else {name: "", f"{name}_zh": ""}


def _advice(preferred: str | None) -> dict[str, str]:
    if preferred is None:
        return {"advice": ", and prefers no other term", "advice_zh": "，且无首选术语"}
    return {"advice": f"; the preferred term is “{preferred}”", "advice_zh": f"；首选术语为“{preferred}”"}


def _same_text(one: str, other: str) -> bool:
    return match_key(one).rstrip(" .。") == match_key(other).rstrip(" .。")
