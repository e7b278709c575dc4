"""Name what is odd in sources of standards, and why a relation that one brought is set apart."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from standards_tree.catalogue import Standard
from standards_tree.cycles import Edge, components
from standards_tree.standards import StandardStatus


class Suspension(StrEnum):
    """Why a relation is kept without counting in chains of supersession."""

    SELF_LOOP = "self_loop"
    CYCLE = "cycle"


class AnomalyKind(StrEnum):
    """What is odd about a record, or about several together."""

    SELF_LOOP = "self_loop"
    CYCLE = "cycle"
    MISSING_TARGET = "missing_target"
    MISSING_SOURCE = "missing_source"
    DOUBLE = "double"
    CONTRADICTION = "contradiction"


_STATES = list(StandardStatus)


def preference(standard: Standard) -> tuple[int, int, str]:
    """Return what decides between two records of one standard in one source: the greater one counts.

    The later state, then the record that says more; then anything that does not depend on the order of the records.
    """
    facts = (
        *(standard.title.zh, standard.title.en, standard.obligation, standard.issued_on, standard.effective_on),
        *(standard.ended_on, standard.reviewed_on, standard.ics, standard.ccs, standard.committee, standard.source),
        *(standard.scope.zh, standard.scope.en),
    )
    return _STATES.index(standard.status), sum(map(bool, facts)), repr((standard.status, standard.level, facts))


@dataclass(frozen=True, slots=True)
class Cycle:
    """Standards each of which took the place of another one of them, by id, and the edges between them."""

    standard_ids: tuple[str, ...]
    edges: tuple[Edge, ...]


def cycles(edges: Iterable[Edge]) -> list[Cycle]:
    """Return the strongly connected components of *edges*, each in order, by their first standard; O(edges log edges)."""
    found: dict[int, list[Edge]] = {}
    for component, edge in components(set(edges)):
        found.setdefault(component, []).append(edge)
    together = [
        Cycle(tuple(sorted({end for edge in one for end in edge})), tuple(sorted(one))) for one in found.values()
    ]
    return sorted(together, key=lambda cycle: cycle.standard_ids)
