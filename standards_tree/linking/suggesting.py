"""Suggest which standards answer a requirement, and say why: each signal with its strength, its share and what shows it."""

import math
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from standards_tree.designations import Designation, cited_designations, parse_designation_or_none
from standards_tree.linking.adoptions import CLOSENESS, SIBLING, Adoption, Path
from standards_tree.linking.agreeing_words import real_words, tokens_of
from standards_tree.linking.codes import hs_match, ics_match
from standards_tree.linking.standards_index import ADOPTED, IndexedStandard, Likeness, StandardsIndex
from standards_tree.linking.title_index import lexemes_of, parts_of
from standards_tree.linking.weights import Signal, Weights
from standards_tree.standards import SetRelation
from standards_tree.text import contains_han, match_key

CANDIDATES_BY_TEXT: Final = 60
CANDIDATES_BY_CONCEPT: Final = 60
MAX_TEXT_CHARACTERS: Final = 4_000
MAX_CITATIONS: Final = 100
# By how much a likeness falls for each tenth that it is behind the closest: to a third.
CONTRAST: Final = 10.0
# A concept in every tenth title says nothing about any of them.
COMMON_CONCEPT: Final = 0.1
# What a likeness is worth that is to another part of a series. Chosen on the training split of `make bench-links`.
OTHER_PART: Final = 0.8
# What took the place of a cited standard under another number; judgement, as that of another edition.
OTHER_NUMBER: Final = 0.8


@dataclass(frozen=True, slots=True)
class SoughtConcept:
    """A concept that a requirement speaks of: what it is called there, and everything it is called, by language."""

    name: str
    label: str
    designations: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Sought:
    """What a requirement says, with what its measure says for it.

    *subject* is what it is about in few words (product, parameter, title), *text* the rest; *hs_of* gives the HS codes to which
    links confirmed earlier tie a standard, by resource name.
    """

    subject: str
    text: str = ""
    cited: tuple[str, ...] = ()
    hs: tuple[str, ...] = ()
    ics: tuple[str, ...] = ()
    concepts: tuple[SoughtConcept, ...] = ()
    hs_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reason:
    """One signal of a suggestion: ``finding`` is a key of EXPLANATIONS, ``parameters`` what it is filled with."""

    signal: Signal
    strength: float
    finding: str
    parameters: Mapping[str, str]
    weight: float = 0.0
    share: float = 0.0


EXPLANATIONS: Final = {
    "cites_it": "the requirement cites {cited}",
    "cites_other_edition": "the requirement cites {cited}, of which this is the edition that holds",
    "cites_superseded": "the requirement cites {cited}, which this superseded",
    "adopts_cited": "{source} adopts {adopted} ({degree}), which the requirement cites as {cited}",
    "adopts_other_edition": "{source} adopts {adopted} ({degree}), another edition of what the requirement cites as {cited}",
    "present_edition_adopts": "{source} adopts {adopted} ({degree}), which the requirement cites as {cited}; this took its place",
    "series_adopts": "{source} adopts {adopted}; this is the part of that series with the number of {cited}, which is cited",
    "hs_agree": "confirmed links tie it to products of HS {code}, which the measure covers",
    "ics_agree": "both have ICS {code}",
    "concepts_agree": "both speak of {concepts}",
    "words_agree_zh": "the Chinese title has {count} words in common with it: {words}",
    "pairs_agree_zh": "the Chinese title has {count} pairs of characters in common with it, but no word",
    "words_agree_en": "the English title has {count} words in common with it: {words}",
    "words_agree_adopted": "the English title of {adopted}, which it adopts, has {count} words in common with it: {words}",
    "scope_agrees_zh": "its scope in Chinese is like what is required",
    "scope_agrees_en": "its scope in English is like what is required",
    "scope_agrees_adopted": "the scope of {adopted}, which it adopts, is like what is required",
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A standard that may answer a requirement: how probably, which relation that would be, and why, the strongest first."""

    standard: IndexedStandard
    probability: float
    relation: SetRelation
    reasons: tuple[Reason, ...]

    @property
    def strengths(self) -> dict[Signal, float]:
        """Return how strong each signal is."""
        return {reason.signal: reason.strength for reason in self.reasons}

    @property
    def speaks_of_concepts(self) -> bool:
        """Tell whether concepts speak for it."""
        return any(reason.signal is Signal.CONCEPTS for reason in self.reasons)


def citations(sought: Sought) -> list[Designation]:
    """Return the designations that a requirement cites: those given, and those in its texts; each once."""
    found = [parse_designation_or_none(text) for text in sought.cited]
    for text in (sought.subject, sought.text[:MAX_TEXT_CHARACTERS]):
        found.extend(cited_designations(text))
    return list({one.key: one for one in found if one is not None}.values())[:MAX_CITATIONS]


def suggest(index: StandardsIndex, sought: Sought, weights: Weights, most: int) -> list[Suggestion]:
    """Return the *most* standards that most probably answer *sought*, the best first.

    Cost: the postings of its words, and some hundred candidates looked at one by one.
    """
    key = _key(sought)
    lexemes = _lexemes(key)
    reading = index.reading(lexemes)
    case = _Case(
        sought, lexemes, tokens_of(key), _by_citation(index, citations(sought)), _by_concept(index, sought.concepts)
    )
    pool = {one.name: one for one in reading.best(CANDIDATES_BY_TEXT)}
    for name in (*case.by_citation, *_most_shared(case.by_concept), *sought.hs_of):
        standard = index.by_name.get(name)
        if standard is not None and standard.suggested:
            pool[name] = standard
    parts = parts_of(key)
    titles = _contrasted({name: _of_part(reading.likeness(name), parts, one) for name, one in pool.items()})
    scopes = _contrasted({name: reading.scope_likeness(name) for name in pool})
    found = [
        _weighed(standard, weights, case.reasons(standard, _Alike(titles[name], scopes[name], *reading.adopted(name))))
        for name, standard in pool.items()
    ]
    found.sort(key=_rank)
    return found[:most]


def with_concepts(
    found: Iterable[Suggestion], sought: Sought, weights: Weights, spoken: Mapping[str, Set[str]]
) -> list[Suggestion]:
    """Return suggestions that keep of their concepts those that *spoken* has for the standard too, in their new order."""
    labels = {concept.name: concept.label for concept in sought.concepts}
    kept = []
    for one in found:
        agreed = sorted(labels[name] for name in spoken.get(one.standard.name, ()) if name in labels)
        reasons = [reason for reason in one.reasons if reason.signal is not Signal.CONCEPTS]
        if one.speaks_of_concepts and agreed:
            strength = min(1.0, len(agreed) / len(sought.concepts))
            reasons.append(Reason(Signal.CONCEPTS, strength, "concepts_agree", {"concepts": ", ".join(agreed)}))
        kept.append(_weighed(one.standard, weights, reasons))
    return sorted(kept, key=_rank)


def _rank(one: Suggestion) -> tuple[object, ...]:
    return -one.probability, one.standard.designation.sort_key


def _contrasted(likenesses: Mapping[str, Likeness]) -> dict[str, Likeness]:
    """Weaken what is less like than the closest: parts of one series share most of a title, and only one is meant.

    Without this, suggestions of nine chances in ten were right in fewer than five (docs/linking.md).
    """
    closest = max((one.strength for one in likenesses.values()), default=0.0)
    return {
        name: Likeness(one.strength * math.exp(-CONTRAST * (closest - one.strength)), one.language)
        for name, one in likenesses.items()
    }


def _of_part(likeness: Likeness, asked: Set[str], standard: IndexedStandard) -> Likeness:
    """Weaken a likeness to another part of a series than the text speaks of: the parts share most of a title."""
    if not asked:
        return likeness
    parts = parts_of(match_key(standard.title_zh or standard.title_en))
    return likeness._replace(strength=OTHER_PART * likeness.strength) if parts and not parts & asked else likeness


def _key(sought: Sought) -> str:
    return match_key(f"{sought.subject}\n{sought.text[:MAX_TEXT_CHARACTERS]}")


def _lexemes(key: str) -> dict[str, set[str]]:
    found = lexemes_of(key)
    han = {word for word in found if contains_han(word)}
    return {"zh": found, "en": found - han}


def _by_citation(index: StandardsIndex, cited: Iterable[Designation]) -> dict[str, list[Reason]]:
    """Return the standards that citations lead to, each with its reasons: cited itself, or what is cited adopted."""
    found: dict[str, list[Reason]] = {}
    for designation in cited:
        if designation.is_chinese:
            for present in index.present(f"standards/{designation.resource_id}", designation.undated_key):
                found.setdefault(present.name, []).append(_citing_reason(designation, present))
        for path in index.adoptions.paths(designation):
            if path.adoption.designation.is_chinese:
                for present in index.present(path.adoption.source, path.adoption.designation.undated_key):
                    found.setdefault(present.name, []).append(_adoption_reason(path, present))
        for expected, adoption in index.adoptions.siblings(designation):
            standard = index.edition(expected.undated_key)
            if standard is not None:
                found.setdefault(standard.name, []).append(_sibling_reason(designation, adoption))
    return found


def _citing_reason(cited: Designation, standard: IndexedStandard) -> Reason:
    """Return how *cited* leads to *standard*: that itself, an edition of its number, or another number that took its place."""
    if standard.designation.undated_key != cited.undated_key:
        finding, strength = "cites_superseded", OTHER_NUMBER
    elif cited.is_dated and standard.designation.key != cited.key:
        finding, strength = "cites_other_edition", 0.9
    else:
        finding, strength = "cites_it", 1.0
    return Reason(Signal.CITED, strength, finding, {"cited": cited.official})


def _sibling_reason(cited: Designation, adoption: Adoption) -> Reason:
    parameters = {
        "source": adoption.designation.official,
        "adopted": adoption.adopted.official,
        "cited": cited.official,
    }
    strength = SIBLING * CLOSENESS[adoption.degree]
    return Reason(Signal.ADOPTION, strength, "series_adopts", parameters)


def _adoption_reason(path: Path, standard: IndexedStandard) -> Reason:
    adoption = path.adoption
    finding = "adopts_cited" if path.same_edition else "adopts_other_edition"
    if standard.designation.key != adoption.designation.key:
        finding = "present_edition_adopts"
    parameters = {
        "source": adoption.designation.official,
        "adopted": adoption.adopted.official,
        "degree": adoption.degree.value.upper(),
        "cited": path.cited,
    }
    return Reason(Signal.ADOPTION, path.strength, finding, parameters)


def _by_concept(index: StandardsIndex, concepts: Sequence[SoughtConcept]) -> dict[str, dict[str, float]]:
    """Return the standards whose titles name a concept sought, with the weight of each by its label."""
    found: dict[str, dict[str, float]] = {}
    total = max(len(index), 1)
    for concept in concepts:
        said = {
            standard.name
            for language, text in concept.designations
            if language in ("zh", "en")
            for standard in index.containing(text, language)
        }
        if len(said) > max(COMMON_CONCEPT * total, CANDIDATES_BY_CONCEPT):
            continue
        weight = 1.0 if not said else 1 - len(said) / (total + 1)
        for name in said:
            found.setdefault(name, {})[concept.label] = weight
    return found


def _most_shared(by_concept: Mapping[str, Mapping[str, float]]) -> list[str]:
    ordered = sorted(by_concept, key=lambda name: (-sum(by_concept[name].values()), name))
    return ordered[:CANDIDATES_BY_CONCEPT]


class _Alike(NamedTuple):
    """How a requirement is like a standard's title and scope; the number and English title of what that adopts."""

    title: Likeness
    scope: Likeness
    adopted: str
    adopted_title: str


@dataclass(frozen=True, slots=True)
class _Case:
    """What there is to say for standards: the requirement, its words by language, and where citations and concepts lead."""

    sought: Sought
    lexemes: Mapping[str, Set[str]]
    tokens: Set[str]
    by_citation: Mapping[str, Sequence[Reason]]
    by_concept: Mapping[str, Mapping[str, float]]

    def reasons(self, standard: IndexedStandard, alike: _Alike) -> list[Reason]:
        """Return what speaks for *standard*, of each signal the strongest."""
        found: dict[Signal, Reason] = {}
        for reason in self.by_citation.get(standard.name, ()):
            known = found.get(reason.signal)
            if known is None or reason.strength > known.strength:
                found[reason.signal] = reason
        sought = self.sought
        if (hs := hs_match(sought.hs, sought.hs_of.get(standard.name, ()))) is not None:
            found[Signal.HS] = Reason(Signal.HS, hs.strength, "hs_agree", {"code": hs.code})
        if (ics := ics_match(sought.ics, standard.ics)) is not None:
            found[Signal.ICS] = Reason(Signal.ICS, ics.strength, "ics_agree", {"code": ics.code})
        if shared := self.by_concept.get(standard.name):
            strength = min(1.0, sum(shared.values()) / len(sought.concepts))
            parameters = {"concepts": ", ".join(sorted(shared))}
            found[Signal.CONCEPTS] = Reason(Signal.CONCEPTS, strength, "concepts_agree", parameters)
        if alike.title.strength > 0:
            found[Signal.TEXT] = _text_reason(standard, self.lexemes, self.tokens, alike)
        if alike.scope.strength > 0:
            finding = f"scope_agrees_{alike.scope.language}"
            found[Signal.SCOPE] = Reason(Signal.SCOPE, alike.scope.strength, finding, {"adopted": alike.adopted})
        return list(found.values())


def _text_reason(standard: IndexedStandard, lexemes: Mapping[str, Set[str]], tokens: Set[str], alike: _Alike) -> Reason:
    likeness = alike.title
    titles = {"zh": standard.title_zh, "en": standard.title_en, ADOPTED: alike.adopted_title}
    title = match_key(titles[likeness.language])
    common = lexemes_of(title) & lexemes["zh" if likeness.language == "zh" else "en"]
    words = real_words(common, tokens_of(title), tokens)
    if not words:
        return Reason(Signal.TEXT, likeness.strength, "pairs_agree_zh", {"count": str(len(common))})
    parameters = {"count": str(len(words)), "words": ", ".join(words[:8])}
    if likeness.language == ADOPTED:
        parameters["adopted"] = alike.adopted
    return Reason(Signal.TEXT, likeness.strength, f"words_agree_{likeness.language}", parameters)


def _weighed(standard: IndexedStandard, weights: Weights, reasons: Sequence[Reason]) -> Suggestion:
    strengths = {reason.signal: reason.strength for reason in reasons}
    shares = weights.shares(strengths)
    weighed = [
        Reason(
            reason.signal,
            reason.strength,
            reason.finding,
            reason.parameters,
            weights.by_signal[reason.signal],
            shares[reason.signal],
        )
        for reason in reasons
    ]
    weighed.sort(key=lambda reason: (-reason.share, reason.signal.value))
    return Suggestion(standard, weights.probability(strengths), _relation(reasons), tuple(weighed))


def _relation(reasons: Sequence[Reason]) -> SetRelation:
    """Return the relation to begin with: equal where the same text is demanded, otherwise that the two overlap."""
    for reason in reasons:
        whole = reason.signal is Signal.CITED or reason.parameters.get("degree") == "IDT"
        if whole and reason.finding in ("cites_it", "adopts_cited"):
            return SetRelation.EQUAL
    return SetRelation.INTERSECTS
