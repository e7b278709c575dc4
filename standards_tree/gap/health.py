"""Find what is wrong beneath a standard: references and adoptions nobody should rely on, and overdue reviews.

A standard depends on what it refers to normatively and on what it amends. A defect belongs to the standard that can
repair it: the one that refers, adopts or was not reviewed.

===================== ================================================================================================
reference_abolished it refers to (or amends) a standard that is abolished on the date reference_superseded it refers
to an edition that is superseded: a dated reference, or a number nobody continued adoption_outdated it adopts (IDT,
MOD) an edition that is superseded or withdrawn; NEQ is no adoption reference_unknown it refers to a standard the
catalogue does not hold reference_not_yet it is in force and refers to a standard that is not yet in force
review_overdue it is a domestic standard in force, and longer ago than the review cycle it was issued or confirmed
===================== ================================================================================================

The order is from the gravest to the lightest. A defect is felt by every standard that depends on it, however far
away. The search stops at an edge that is itself a defect: beneath an edition nobody should use, nothing more can go
wrong. For each kind one search from all its defects at once serves every standard: cost O(kinds × (nodes + edges)).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np

from standards_tree.gap.editions import ABOLISHED, IN_FORCE, SUPERSEDED, UNKNOWN, UPCOMING, Editions, editions_on
from standards_tree.gap.graph import UNREACHED, Bools, Digraph, Ints, Nearest, nearest
from standards_tree.gap.snapshot import GapOptions, RelationFact, Snapshot, StandardFact
from standards_tree.standards import AdoptionDegree, RelationKind


class DefectKind(StrEnum):
    """What can be wrong with a standard, from the gravest to the lightest."""

    REFERENCE_ABOLISHED = "reference_abolished"
    REFERENCE_SUPERSEDED = "reference_superseded"
    ADOPTION_OUTDATED = "adoption_outdated"
    REFERENCE_UNKNOWN = "reference_unknown"
    REFERENCE_NOT_YET = "reference_not_yet"
    REVIEW_OVERDUE = "review_overdue"


_BY_GRAVITY = tuple(DefectKind)
GRAVITY = {kind: number for number, kind in enumerate(_BY_GRAVITY)}
_DEPENDENCIES = frozenset({RelationKind.NORMATIVE_REFERENCE, RelationKind.AMENDS})


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing that is wrong with the standard numbered ``holder``.

    ``relation`` is the number of the relation it lies in and ``target`` that of the standard the relation means,
    UNKNOWN where there is none. ``since`` is the day a review became due.
    """

    kind: DefectKind
    holder: int
    relation: int = UNKNOWN
    target: int = UNKNOWN
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a standard is not sound: the shortest way from it to a defect of one kind.

    ``relations`` are numbers of the relations walked, the defect's own not among them; ``standards`` the standards
    passed, the first being where the search began and the last the defect's holder.
    """

    defect: Defect
    standards: tuple[int, ...]
    relations: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Health:
    """Hold a catalogue on one date and everything that is wrong in it.

    ``relations`` are in the order of their content, each once; ``targets`` says which standard each means, UNKNOWN
    where none. ``sound`` is the graph of dependencies that are no defects, ``ways`` lead through it to the defects of
    each kind, and ``unsound`` are the standards from which one of them does.
    """

    editions: Editions
    relations: tuple[RelationFact, ...]
    targets: Ints
    defects: dict[int, tuple[Defect, ...]]
    sound: Digraph
    ways: dict[DefectKind, Nearest]
    unsound: frozenset[int]

    def is_sound(self, standard: int) -> bool:
        """Tell whether nothing is wrong with a standard nor with anything it depends on."""
        return standard not in self.unsound

    def evidence(self, standard: int) -> tuple[Evidence, ...]:
        """Return the shortest way to a defect of each kind at or beneath a standard, the gravest kind first."""
        found = []
        for kind, way in self.ways.items():
            if way.distance[standard] != UNREACHED:
                path = way.path(standard)
                standards = (standard, *(int(way.graph.targets[step]) for step in path))
                relations = tuple(int(way.graph.edges[step]) for step in path)
                defect = next(defect for defect in self.defects[standards[-1]] if defect.kind is kind)
                found.append(Evidence(defect, standards, relations))
        return tuple(found)


def examine(snapshot: Snapshot, as_of: date, options: GapOptions) -> Health:
    """Return the state of the whole catalogue on *as_of* and what is wrong in it.

    Raises:
        InvalidArgumentError: the snapshot holds a standard twice.
    """
    by_content = {_content(relation): relation for relation in snapshot.relations}
    relations = tuple(by_content[content] for content in sorted(by_content))
    editions = editions_on(as_of, snapshot.standards, relations)
    holders = _numbers(editions.number_of.get(relation.source_key, UNKNOWN) for relation in relations)
    targets = _numbers(editions.find(relation.target_key, dated=relation.dated) for relation in relations)

    kinds = _kinds(relations, holders, targets, editions)
    defects = _relation_defects(kinds, holders, targets) + _overdue_reviews(editions, options.review_years)
    by_holder: dict[int, list[Defect]] = {}
    for defect in sorted(defects, key=lambda defect: (defect.holder, GRAVITY[defect.kind], defect.relation)):
        by_holder.setdefault(defect.holder, []).append(defect)

    edges = np.flatnonzero(_depends(relations) & (kinds == _NO_DEFECT) & (holders != UNKNOWN) & (targets != UNKNOWN))
    sound = Digraph.of(len(editions.facts), holders[edges], targets[edges], edges)
    ways = _ways(sound, defects)
    return Health(
        editions=editions,
        relations=relations,
        targets=targets,
        defects={holder: tuple(found) for holder, found in by_holder.items()},
        sound=sound,
        ways=ways,
        unsound=frozenset(
            number for way in ways.values() for number in np.flatnonzero(way.distance != UNREACHED).tolist()
        ),
    )


_NO_DEFECT = -1


def _content(relation: RelationFact) -> tuple[str, str, str, str, bool, str, str]:
    return (
        relation.source_key,
        relation.target_key,
        relation.target_text,
        relation.kind,
        relation.dated,
        relation.degree or "",
        relation.clause,
    )


def _numbers(values: Iterable[int]) -> Ints:
    return np.fromiter(values, dtype=np.int64)


def _depends(relations: Sequence[RelationFact]) -> Bools:
    return np.fromiter((relation.kind in _DEPENDENCIES for relation in relations), dtype=bool)


def _kinds(relations: Sequence[RelationFact], holders: Ints, targets: Ints, editions: Editions) -> Ints:
    """Return for each relation the gravity of the defect it is, _NO_DEFECT for a sound one."""
    depends = _depends(relations) & (holders != targets) & (holders != UNKNOWN)
    adopts = np.fromiter(
        (relation.kind is RelationKind.ADOPTS and relation.degree is not AdoptionDegree.NEQ for relation in relations),
        dtype=bool,
    )
    # One entry more, which the number UNKNOWN (-1) reads.
    states = np.append(editions.states, UNKNOWN)
    there, here = states[targets], states[holders]
    kinds = np.full(len(relations), _NO_DEFECT, dtype=np.int64)
    kinds[depends & (there == ABOLISHED)] = GRAVITY[DefectKind.REFERENCE_ABOLISHED]
    kinds[depends & (there == SUPERSEDED)] = GRAVITY[DefectKind.REFERENCE_SUPERSEDED]
    kinds[depends & (there == UNKNOWN)] = GRAVITY[DefectKind.REFERENCE_UNKNOWN]
    kinds[depends & (there == UPCOMING) & (here == IN_FORCE)] = GRAVITY[DefectKind.REFERENCE_NOT_YET]
    ended = (there == SUPERSEDED) | (there == ABOLISHED)
    kinds[adopts & (holders != UNKNOWN) & ended] = GRAVITY[DefectKind.ADOPTION_OUTDATED]
    return kinds


def _relation_defects(kinds: Ints, holders: Ints, targets: Ints) -> list[Defect]:
    found = np.flatnonzero(kinds != _NO_DEFECT)
    return [
        Defect(_BY_GRAVITY[kind], holder, relation, target)
        for kind, holder, relation, target in zip(
            kinds[found].tolist(), holders[found].tolist(), found.tolist(), targets[found].tolist(), strict=True
        )
    ]


def _overdue_reviews(editions: Editions, review_years: int) -> list[Defect]:
    if review_years == 0:
        return []
    found = []
    for number in np.flatnonzero(editions.states == IN_FORCE).tolist():
        due = review_due(editions.facts[number], review_years)
        if due is not None and due < editions.as_of and not editions.is_outside(number):
            found.append(Defect(DefectKind.REVIEW_OVERDUE, number, since=due))
    return found


def review_due(fact: StandardFact, review_years: int) -> date | None:
    """Return the day until which a standard is to be reviewed, None where no date of it is known."""
    last = fact.reviewed_on or fact.validity.issued_on or fact.validity.effective_on
    if last is None:
        return None
    year = min(last.year + review_years, date.max.year)
    # 29 February has no anniversary in most years.
    return last.replace(year=year, day=28 if (last.month, last.day) == (2, 29) else last.day)


def _ways(sound: Digraph, defects: Sequence[Defect]) -> dict[DefectKind, Nearest]:
    """Search from the defects of each kind that occurs, the gravest kind first."""
    ways = {}
    for kind in DefectKind:
        goals = np.zeros(sound.node_count, dtype=bool)
        goals[[defect.holder for defect in defects if defect.kind is kind]] = True
        if goals.any():
            ways[kind] = nearest(sound, goals)
    return ways
