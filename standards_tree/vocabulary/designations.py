"""Hold what concepts are called against the rules: one preferred term a language, one concept a term."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from standards_tree.terms import DesignationStatus, DesignationType, TermDesignation
from standards_tree.text import match_key
from standards_tree.vocabulary import rules
from standards_tree.vocabulary.quality import CHINESE, ENGLISH, WORDLESS, Entry, Finding, QualityRule, language_of

_PREFERRED: Final = DesignationStatus.PREFERRED
_ACCEPTED: Final = frozenset({DesignationStatus.PREFERRED, DesignationStatus.ADMITTED})
# In these a word of Latin letters that is also the English one has not been translated.
_OTHER_SCRIPTS: Final = frozenset(
    {
        "ar",
        "be",
        "bg",
        "el",
        "fa",
        "he",
        "hi",
        "hy",
        "ja",
        "ka",
        "kk",
        "ko",
        "ky",
        "mk",
        "mn",
        "ru",
        "sr",
        "th",
        "uk",
        "ur",
    }
    | {"zh"}
)
_MAX_OTHERS: Final = 10

Use = tuple[Entry, TermDesignation]


def check_words(entry: Entry) -> Iterator[Finding]:
    """Yield what is wrong with the designations of one concept."""
    languages = list(dict.fromkeys(language_of(word.language) for word in entry.concept.designations))
    for language in (CHINESE, ENGLISH):
        if language not in languages:
            yield Finding(rules.NO_EQUIVALENT, (entry,), language, {"language": language})
    english = {word.key for word in entry.designations_in(ENGLISH)}
    for language in languages:
        words = list(entry.designations_in(language))
        yield from _check_preferred(entry, language, words)
        yield from _check_abbreviations(entry, language, words)
        if language in _OTHER_SCRIPTS:
            yield from _check_translated(entry, language, words, english)


def _check_preferred(entry: Entry, language: str, words: Sequence[TermDesignation]) -> Iterator[Finding]:
    by_tag: dict[str, list[str]] = defaultdict(list)
    for word in words:
        if word.status is _PREFERRED:
            by_tag[f"{word.language}-{word.script}" if word.script else word.language].append(word.text)
    for texts in by_tag.values():
        if len(texts) > 1:
            parameters = {"language": language, "terms": "; ".join(texts)}
            yield Finding(rules.SEVERAL_PREFERRED, (entry,), language, parameters)
    if by_tag or all(word.type in WORDLESS for word in words):
        return
    superseded = [word.text for word in words if word.status is DesignationStatus.SUPERSEDED]
    if superseded:
        yield Finding(rules.SUPERSEDED_ALONE, (entry,), language, {"language": language, "term": superseded[0]})
    else:
        yield Finding(rules.NO_PREFERRED, (entry,), language, {"language": language})


def _check_abbreviations(entry: Entry, language: str, words: Sequence[TermDesignation]) -> Iterator[Finding]:
    if any(word.type in (DesignationType.FULL_FORM, DesignationType.VARIANT) for word in words):
        return
    for word in words:
        if word.type is DesignationType.ABBREVIATION:
            yield Finding(rules.NO_FULL_FORM, (entry,), language, {"language": language, "term": word.text})


def _check_translated(
    entry: Entry, language: str, words: Sequence[TermDesignation], english: set[str]
) -> Iterator[Finding]:
    """Yield English words that stand as words of a language of another script; names in capitals stay what they are."""
    for word in words:
        plain = word.type in (DesignationType.FULL_FORM, DesignationType.VARIANT) and any(map(str.islower, word.text))
        if plain and word.key in english:
            yield Finding(rules.UNTRANSLATED, (entry,), language, {"language": language, "text": word.text})


def check_homonyms(entries: Sequence[Entry]) -> Iterator[Finding]:
    """Yield each designation that several concepts of a domain share, once, under the one rule that fits; O(designations)."""
    uses: dict[tuple[str, str, str], list[Use]] = defaultdict(list)
    for entry in entries:
        for word in entry.concept.designations:
            uses[match_key(entry.concept.domain), language_of(word.language), word.key].append((entry, word))
    for (_domain, language, _key), found in uses.items():
        if len({id(entry) for entry, _word in found}) > 1:
            rule, ordered = _weigh(found)
            first = ordered[0]
            sharing = tuple({id(entry): entry for entry, _word in ordered}.values())
            parameters = {"term": first[1].text, "language": language, "others": _labels(sharing[1:])}
            yield Finding(rule, sharing, language, parameters)


def _weigh(found: Sequence[Use]) -> tuple[QualityRule, Sequence[Use]]:
    """Return the rule that a shared designation breaks, and its uses, the one to mend first."""
    accepted = [use for use in found if _is_accepted(use)]
    by_field: dict[str, list[Use]] = defaultdict(list)
    for entry, word in accepted:
        by_field[match_key(entry.concept.subject_field)].append((entry, word))
    together = next((same for same in by_field.values() if len({id(entry) for entry, _word in same}) > 1), None)
    if together is not None:
        return rules.HOMONYM, [*together, *found]
    deprecated = [
        (entry, word) for entry, word in found if word.status is DesignationStatus.DEPRECATED and entry.in_use
    ]
    preferred = [(entry, word) for entry, word in accepted if word.status is _PREFERRED]
    if deprecated and preferred:
        return rules.DEPRECATED_PREFERRED, [*deprecated, *preferred]
    return rules.SHARED, found


def _is_accepted(use: Use) -> bool:
    entry, word = use
    return entry.in_use and word.status in _ACCEPTED and word.type not in WORDLESS


def check_numbers(entries: Sequence[Entry]) -> Iterator[Finding]:
    """Yield each number that several concepts of a domain in use have; O(concepts)."""
    numbered: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.in_use and entry.concept.number:
            numbered[match_key(entry.concept.domain), entry.concept.number].append(entry)
    for (_domain, number), found in numbered.items():
        if len(found) > 1:
            parameters = {"number": number, "others": _labels(found[1:])}
            yield Finding(rules.NUMBER_TWICE, tuple(found), "", parameters)


def _labels(entries: Sequence[Entry]) -> str:
    shown = [entry.label for entry in entries[:_MAX_OTHERS]]
    return "; ".join([*shown, "…"] if len(entries) > _MAX_OTHERS else shown)
