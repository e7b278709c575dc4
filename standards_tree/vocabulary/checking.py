"""Hold a whole vocabulary against every rule."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from standards_tree.terms import Concept
from standards_tree.vocabulary.definitions import check_definitions, check_terms_used
from standards_tree.vocabulary.designations import check_homonyms, check_numbers, check_words
from standards_tree.vocabulary.quality import Entry, Finding, QualityRule
from standards_tree.vocabulary.relations import check_ended, check_relations, check_source
from standards_tree.vocabulary.rules import RULES


@dataclass(frozen=True, slots=True)
class Figure:
    """How many findings a rule has, and how many concepts they are about."""

    rule: QualityRule
    findings: int
    concepts: int


def check_vocabulary(concepts: Iterable[Concept | Entry]) -> list[Finding]:
    """Return everything the rules find, in the order of rules and concepts; linear in the size of the vocabulary.

    A concept that is no longer used is history: of it the rules only ask for its successor, and that nothing leads to it or
    shares its words.
    """
    entries = [one if isinstance(one, Entry) else Entry(one) for one in concepts]
    place_of = {id(entry): place for place, entry in enumerate(entries)}
    rank = {rule.id: place for place, rule in enumerate(RULES)}
    found = list(_findings(entries))
    found.sort(key=lambda one: (rank[one.rule.id], place_of[id(one.entries[0])], one.language))
    return found


def _findings(entries: Sequence[Entry]) -> Iterator[Finding]:
    for entry in entries:
        if entry.in_use:
            yield from check_words(entry)
            yield from check_definitions(entry)
            yield from check_source(entry)
        yield from check_ended(entry)
    yield from check_terms_used(entries)
    yield from check_homonyms(entries)
    yield from check_relations(entries)
    yield from check_numbers(entries)


def figures_of(findings: Sequence[Finding]) -> list[Figure]:
    """Return the figures of every rule, of those that find nothing too."""
    counts = Counter(finding.rule.id for finding in findings)
    about: dict[str, set[int]] = {rule.id: set() for rule in RULES}
    for finding in findings:
        about[finding.rule.id].update(map(id, finding.entries))
    return [Figure(rule, counts[rule.id], len(about[rule.id])) for rule in RULES]
