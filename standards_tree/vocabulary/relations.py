"""Hold the relations of concepts against the rules: they lead to concepts in use, and never in circles (ISO 704)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from standards_tree.terms import ConceptRelationKind, ConceptStatus
from standards_tree.text import match_key
from standards_tree.vocabulary import rules
from standards_tree.vocabulary.cycles import circles
from standards_tree.vocabulary.definitions import path_text
from standards_tree.vocabulary.quality import Entry, Finding

# These lead to a concept of the same vocabulary; the others anywhere.
_WITHIN: Final = (ConceptRelationKind.GENERIC, ConceptRelationKind.PARTITIVE, ConceptRelationKind.ASSOCIATIVE)
_HIERARCHICAL: Final = (ConceptRelationKind.GENERIC, ConceptRelationKind.PARTITIVE)

Places = Mapping[tuple[str, str], int]


def check_ended(entry: Entry) -> Iterator[Finding]:
    """Yield a superseded concept that does not say what took its place."""
    if entry.concept.status is ConceptStatus.SUPERSEDED and not entry.successor:
        yield Finding(rules.NO_SUCCESSOR, (entry,))


def check_source(entry: Entry) -> Iterator[Finding]:
    """Yield a concept that nobody can follow to where it comes from."""
    concept = entry.concept
    if not concept.source.strip() and not any(one.source.strip() for one in concept.definitions):
        yield Finding(rules.NO_SOURCE, (entry,))


def check_relations(entries: Sequence[Entry]) -> Iterator[Finding]:
    """Yield relations that lead nowhere, back to their concept, to one no longer used, or in a circle; O(relations)."""
    places = _places(entries)
    edges: dict[ConceptRelationKind, set[tuple[int, int]]] = defaultdict(set)
    for place, entry in enumerate(entries):
        if not entry.in_use:
            continue
        for relation in entry.concept.relations:
            if relation.kind not in _WITHIN:
                continue
            parameters = {"kind": relation.kind.value, "target": relation.target}
            target = places.get((match_key(entry.concept.domain), relation.target))
            if target is None:
                yield Finding(rules.DANGLING, (entry,), "", parameters)
            elif target == place:
                yield Finding(rules.SELF_RELATION, (entry,), "", parameters)
            elif not entries[target].in_use:
                yield Finding(rules.RELATED_TO_ENDED, (entry, entries[target]), "", parameters)
            else:
                edges[relation.kind].add((place, target))
    for kind in _HIERARCHICAL:
        for circle in circles(edges[kind]):
            path = [entries[place] for place in circle]
            parameters = {"kind": kind.value, "path": path_text(path)}
            yield Finding(rules.RELATION_CYCLE, tuple(path), "", parameters)


def _places(entries: Sequence[Entry]) -> Places:
    """Return where each concept stands, by domain and number or name; of two with one number, the one in use."""
    places: dict[tuple[str, str], int] = {}
    for in_use in (False, True):
        for place, entry in enumerate(entries):
            if entry.in_use is in_use:
                domain = match_key(entry.concept.domain)
                places.update({(domain, key): place for key in (entry.concept.number, entry.name) if key})
    return places
