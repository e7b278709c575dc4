"""Hold the terms a draft uses, anywhere in its text, against the terminology registry (GB/T 20001.1-2024)."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from standards_tree.rules.findings import Finding, Place, Rule, Severity
from standards_tree.rules.terms import ENGLISH, same_language
from standards_tree.terms import Concept, TermDesignation
from standards_tree.text import match_key

USED_DEPRECATED = Rule(
    "TERM-USE-DEPRECATED",
    Severity.WARNING,
    "GB/T 20001.1—2024",
    "The text does not use terms that the registry deprecates, or that only one department used.",
    "文中不宜使用术语库中的拒用术语或部门旧称。",
    "the text uses “{subject}”, which the registry deprecates{advice}",
    "文中使用了拒用术语“{subject}”{advice_zh}",
)
USED_RETIRED = Rule(
    "TERM-USE-RETIRED",
    Severity.NOTE,
    "GB/T 20001.1—2024",
    "The text does not use terms of concepts that are out of use.",
    "文中不宜使用已停用的术语。",
    "the text uses “{subject}”, whose concept is out of use{advice}",
    "文中使用了已停用的术语“{subject}”{advice_zh}",
)
USED_ADMITTED = Rule(
    "TERM-USE-ADMITTED",
    Severity.NOTE,
    "GB/T 20001.1—2024",
    "The text uses the preferred term where the registry has one.",
    "文中宜使用术语库的首选术语。",
    "the text uses “{subject}”{advice}",
    "文中使用了许用术语“{subject}”{advice_zh}",
)
PAIR_DIFFERS = Rule(
    "TERM-PAIR-DIFFERS",
    Severity.WARNING,
    "GB/T 1.1—2020, 8.7.3.1",
    "A Chinese term and the English in brackets after it are those of one concept of the registry.",
    "文中术语之后括号内的英文宜与术语库一致。",
    "the text gives “{subject}” as “{given}”; the registry has “{registered}” for it",
    "文中“{subject}”的英文为“{given}”；术语库中为“{registered}”",
)
RULES = (USED_DEPRECATED, USED_RETIRED, USED_ADMITTED, PAIR_DIFFERS)


class Verdict(StrEnum):
    """What the registry says of a term that is used."""

    ADMITTED = "admitted"
    DEPRECATED = "deprecated"
    RETIRED = "retired"


_RULE_OF = {Verdict.ADMITTED: USED_ADMITTED, Verdict.DEPRECATED: USED_DEPRECATED, Verdict.RETIRED: USED_RETIRED}
_BRACKETED_ENGLISH = re.compile(r"\s*[（(]\s*(?:英文[：:]\s*)?([A-Za-z][A-Za-z \-']{2,79}?)\s*[）)]")


@dataclass(frozen=True, slots=True)
class UsedTerm:
    """A term of the registry where the text uses it, and what to use instead."""

    text: str
    verdict: Verdict | None
    instead: tuple[str, ...]
    place: Place
    section: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """A Chinese term of the registry with the English in brackets after it."""

    term: str
    english: str
    place: Place
    section: str = ""


def bracketed_english(text: str, end: int) -> str:
    """Return the English in brackets that begins at *end* of *text*, empty where there is none."""
    match = _BRACKETED_ENGLISH.match(text, end)
    return match[1] if match and any(letter.islower() for letter in match[1]) else ""


def check_usage(used: Iterable[UsedTerm]) -> Iterator[Finding]:
    """Yield each term that another one is to be used for, once a clause."""
    seen: set[tuple[str, str, str]] = set()
    for term in used:
        identity = (match_key(term.text), term.section, term.place.clause)
        if term.verdict is None or identity in seen:
            continue
        seen.add(identity)
        instead = [word for word in term.instead if match_key(word) != match_key(term.text)]
        advice = f"; write “{'” or “'.join(instead)}”" if instead else ""
        advice_zh = f"；宜用“{'”或“'.join(instead)}”" if instead else ""
        fix = instead[0] if len(instead) == 1 else ""
        yield Finding(
            _RULE_OF[term.verdict], term.place, term.text, {"advice": advice, "advice_zh": advice_zh}, fix, term.section
        )


def check_pairs(
    pairs: Iterable[Pair], registry: Mapping[str, Sequence[tuple[Concept, TermDesignation]]]
) -> Iterator[Finding]:
    """Yield each Chinese term whose English in brackets no concept that knows the term has."""
    for pair in pairs:
        concepts = [concept for concept, _found in registry.get(match_key(pair.term), ())]
        registered = {
            entry.key: entry.text
            for concept in concepts
            for entry in concept.designations
            if same_language(entry.language, ENGLISH)
        }
        if registered and match_key(pair.english) not in registered:
            names = " / ".join(registered.values())
            values = {"given": pair.english, "registered": names}
            fix = names if len(registered) == 1 else ""
            yield Finding(PAIR_DIFFERS, pair.place, pair.term, values, fix, pair.section)
