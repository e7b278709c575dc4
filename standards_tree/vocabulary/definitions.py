"""Hold definitions against the rules: they state, they stand for the term, they do not go in circles (ISO 704)."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from standards_tree.terms import DesignationType
from standards_tree.text import match_key
from standards_tree.vocabulary import rules
from standards_tree.vocabulary.cycles import circles
from standards_tree.vocabulary.occurrences import TermFinder, bare
from standards_tree.vocabulary.provision_words import recommendation_word, requirement_word
from standards_tree.vocabulary.quality import CHINESE, ENGLISH, Entry, Finding, language_of

# 指 and 是 also begin words: 指标, 指令, 是否.
_OPENINGS: Final = {
    CHINESE: re.compile(
        r"[，,：:\s]*(系指|是指|即指|所谓|指的是|指(?![令示标数导定南针纹挥向引明出派称代征认望责教甲头尖环骨])|是(?![否非]))"
    ),
    ENGLISH: re.compile(
        r"[,:\s]*((?:(?:the|this) term )?(?:is|are|means|refers to|denotes)(?: defined as)?)\b", re.IGNORECASE
    ),
}
_ARTICLE: Final = re.compile(r"\s*(an?|the)\s", re.IGNORECASE)
# "etc." and the like end with a full stop of their own.
_FULL_STOP: Final = re.compile(r"(?<!etc)(?<!\.)(?<!\b[a-z])\.\s*$", re.IGNORECASE)
_MAX_STEPS: Final = 12

Vocabulary = tuple[str, str]
"""A domain, folded, and a language: where a term is looked for."""


def check_definitions(entry: Entry) -> Iterator[Finding]:
    """Yield what is wrong with how the definitions of one concept are put."""
    concept = entry.concept
    if not concept.definitions:
        yield Finding(rules.NO_DEFINITION, (entry,))
        return
    there = {language_of(definition.language) for definition in concept.definitions}
    for language in (CHINESE, ENGLISH):
        if language not in there:
            yield Finding(rules.DEFINITION_UNTRANSLATED, (entry,), language, {"language": language})
    english = {match_key(one.text) for one in concept.definitions if language_of(one.language) == ENGLISH}
    for definition in concept.definitions:
        language = language_of(definition.language)
        if language != ENGLISH and match_key(definition.text) in english:
            parameters = {"language": language, "text": definition.text}
            yield Finding(rules.UNTRANSLATED, (entry,), language, parameters)
        yield from _check_wording(entry, definition.text, language)


def _check_wording(entry: Entry, text: str, language: str) -> Iterator[Finding]:
    if opening := _opening(entry, text, language):
        yield Finding(rules.OPENING, (entry,), language, {"language": language, "opening": opening})
    if language == ENGLISH:
        if article := _ARTICLE.match(text):
            yield Finding(rules.ARTICLE, (entry,), language, {"language": language, "opening": article[1]})
        if _FULL_STOP.search(text):
            yield Finding(rules.FULL_STOP, (entry,), language, {"language": language})
    others = _without_terms(entry, text, language)
    if word := requirement_word(others, language):
        yield Finding(rules.REQUIREMENT, (entry,), language, {"language": language, "word": word})
    if word := recommendation_word(others, language):
        yield Finding(rules.RECOMMENDATION, (entry,), language, {"language": language, "word": word})


def _without_terms(entry: Entry, text: str, language: str) -> str:
    """Return a definition without the terms of its concept, whose parts require nothing: 可通过."""
    for word in entry.designations_in(language):
        text = text.replace(word.text, "□")
    return text


def _opening(entry: Entry, text: str, language: str) -> str:
    """Return the words that keep a definition from standing for its term, as it opens or right behind the term."""
    pattern = _OPENINGS.get(language)
    if pattern is None:
        return ""
    words = [word.text for word in entry.designations_in(language)]
    behind = [len(word) for word in words if text.startswith(word)]
    found = next((match for place in (0, *behind) if (match := pattern.match(text, place))), None)
    return found[1] if found else ""


def check_terms_used(entries: Sequence[Entry]) -> Iterator[Finding]:
    """Yield definitions that use the term they define, and those that lead in a circle.

    Each definition is read once, with a table of all terms of its domain and language; O(characters of the definitions).
    A term of several concepts in use leads nowhere, for nobody knows which one is meant.
    """
    owners = _owners(entries)
    finders = {vocabulary: TermFinder(keys) for vocabulary, keys in owners.items()}
    edges: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for place, entry in enumerate(entries):
        if not entry.in_use:
            continue
        for definition in entry.concept.definitions:
            language = language_of(definition.language)
            vocabulary = (match_key(entry.concept.domain), language)
            finder = finders.get(vocabulary)
            used = set(finder.find(match_key(definition.text))) if finder else set()
            repeated = [key for key in used if place in owners[vocabulary][key]]
            if repeated:
                term = max(repeated, key=lambda key: (len(key), key))
                yield Finding(rules.REPEATS_TERM, (entry,), language, {"language": language, "term": term})
            edges[language].update((place, end) for end in _led_to(owners[vocabulary], used, place) if finder)
    for language, found in edges.items():
        for circle in circles(found):
            yield _circular(entries, language, circle)


def _owners(entries: Sequence[Entry]) -> Mapping[Vocabulary, Mapping[str, set[int]]]:
    """Return which concepts in use each term designates, by domain and language; abbreviations and symbols left out."""
    owners: dict[Vocabulary, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for place, entry in enumerate(entries):
        if entry.in_use:
            domain = match_key(entry.concept.domain)
            for word in entry.concept.designations:
                if word.type in (DesignationType.FULL_FORM, DesignationType.VARIANT):
                    owners[domain, language_of(word.language)][bare(word.key)].add(place)
    return owners


def _led_to(owners: Mapping[str, set[int]], used: Iterable[str], place: int) -> Iterator[int]:
    for key in used:
        if len(owners[key]) == 1:
            yield from owners[key] - {place}


def _circular(entries: Sequence[Entry], language: str, circle: Sequence[int]) -> Finding:
    path = [entries[place] for place in circle]
    return Finding(rules.CIRCULAR, tuple(path), language, {"language": language, "path": path_text(path)})


def path_text(path: Sequence[Entry]) -> str:
    """Return a circle as a reader follows it, back to where it began."""
    shown = [entry.label for entry in path[:_MAX_STEPS]]
    return " → ".join([*shown, *(["…"] if len(path) > _MAX_STEPS else []), path[0].label])
