"""List the terms of the registry whose source is doubtful, each condition with its members.

======================= ==============================================================================================
term_source_superseded  a definition is quoted from a superseded edition: the term, the edition, what took its place
term_source_abolished   from an abolished standard
term_source_missing     from a standard the catalogue does not hold
term_source_ambiguous   the source names several standards, or a number of which several editions are in force
term_without_source     a definition whose source names no standard
======================= ==============================================================================================
"""

from collections.abc import Iterable, Iterator

import numpy as np

from standards_tree.gap.bindings import Bindings
from standards_tree.gap.columns import IN_FORCE, UNKNOWN
from standards_tree.gap.quality import Problem, problem
from standards_tree.gap.system_health import Condition, in_order
from standards_tree.gap.terms import name_of_concept

Case = tuple[str, ...]
# A source is shown with its term; of one that tells a story the beginning.
MAX_SOURCE_CHARACTERS = 200


def conditions_of_terms(bindings: Bindings, most_cases: int = 100) -> tuple[Condition, ...]:
    """Return every condition, in the order above, those that do not occur too."""
    found = {code: set(cases) for code, cases in _cases(bindings)}
    return tuple(Condition(code, len(cases), tuple(in_order(cases)[:most_cases])) for code, cases in found.items())


def problems_of_terms(bindings: Bindings) -> tuple[Problem, ...]:
    """Return the same as the problems of a report: those that occur."""
    found = {code: {" · ".join(case) for case in cases} for code, cases in _cases(bindings)}
    return tuple(problem(code, cases) for code, cases in found.items() if cases)


def _cases(bindings: Bindings) -> Iterator[tuple[str, Iterable[Case]]]:
    yield "term_source_superseded", [_quoted(bindings, quote) for quote in bindings.superseded.tolist()]
    yield "term_source_abolished", [_quoted(bindings, quote) for quote in bindings.abolished.tolist()]
    yield "term_source_missing", [_written(bindings, quote) for quote in bindings.missing.tolist()]
    yield "term_source_ambiguous", [_ambiguous(bindings, quote) for quote in bindings.ambiguous.tolist()]
    yield "term_without_source", [_written(bindings, quote) for quote in bindings.without_source.tolist()]


def _term(bindings: Bindings, quote: int) -> str:
    return name_of_concept(bindings.terms.concepts[int(bindings.terms.quoting[quote])])


def _quoted(bindings: Bindings, quote: int) -> Case:
    """Return a term, the edition it is quoted from and what took its place, where something did."""
    editions, standard = bindings.editions, int(bindings.standards[quote])
    named = place_in(editions.facts[standard].official, bindings.terms.clauses[quote])
    successor = editions.successor(standard)
    after = () if successor == UNKNOWN else (editions.facts[successor].official,)
    return (_term(bindings, quote), named, *after)


def _written(bindings: Bindings, quote: int) -> Case:
    source = bindings.terms.quotes[quote].source.strip()[:MAX_SOURCE_CHARACTERS]
    return (_term(bindings, quote), source) if source else (_term(bindings, quote),)


def _ambiguous(bindings: Bindings, quote: int) -> Case:
    """Return a term, its source, and the editions in force where these are what leaves it open."""
    if bindings.terms.several[quote]:
        return _written(bindings, quote)
    editions = bindings.editions
    number = editions.standards.undated[int(bindings.standards[quote])]
    several = np.flatnonzero((editions.standards.undated == number) & (editions.states == IN_FORCE))
    return (*_written(bindings, quote), *(editions.facts[one].official for one in several.tolist()))


def place_in(standard: str, clause: str) -> str:
    """Return a standard with the clause in it."""
    return f"{standard}, {clause}" if clause else standard
