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

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

import numpy as np

from standards_tree.gap.columns import DEGREE_NUMBER, Relations, Standards
from standards_tree.gap.editions import ABOLISHED, IN_FORCE, SUPERSEDED, UNKNOWN, UPCOMING, Editions, editions_of
from standards_tree.gap.graph import UNREACHED, Bools, Digraph, Ints, Nearest, Numbers, nearest, reaching
from standards_tree.gap.snapshot import GapOptions, Snapshot, StandardFact
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
DEPENDENCIES = (RelationKind.NORMATIVE_REFERENCE, RelationKind.AMENDS)


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


@dataclass(frozen=True, eq=False)
class Defects(Mapping[int, tuple[Defect, ...]]):
    """Hold all defects as columns, by holder and gravity; those of one standard are made when they are asked for."""

    holders: Ints
    kinds: Ints
    relations: Ints
    targets: Ints
    standards: Standards
    review_years: int

    def __len__(self) -> int:
        return len(np.unique(self.holders))

    def __iter__(self) -> Iterator[int]:
        return iter(np.unique(self.holders).tolist())

    def __getitem__(self, holder: int) -> tuple[Defect, ...]:
        first, end = np.searchsorted(self.holders, [holder, holder + 1])
        if first == end:
            raise KeyError(holder)
        return tuple(map(self._defect, range(first, end)))

    def _defect(self, number: int) -> Defect:
        kind, holder = _BY_GRAVITY[self.kinds[number]], int(self.holders[number])
        since = None
        if kind is DefectKind.REVIEW_OVERDUE:
            since = review_due(self.standards.facts[holder], self.review_years)
        return Defect(kind, holder, int(self.relations[number]), int(self.targets[number]), since)

    @cached_property
    def _relation_bound(self) -> int:
        """One more than any relation's number and that of none, 0."""
        return int(self.relations.max(initial=0)) + 2

    @cached_property
    def _places(self) -> Ints:
        """What puts the defects in order, as one number each."""
        return (self.holders * len(_BY_GRAVITY) + self.kinds) * self._relation_bound + self.relations + 1

    def number_of(self, defect: Defect) -> int:
        """Return the position of a defect."""
        return self._position(defect.holder, defect.kind, defect.relation)

    def first_of(self, holder: int, kind: DefectKind) -> Defect:
        """Return the first defect of one kind that a standard has; it has one."""
        return self._defect(self._position(holder, kind, UNKNOWN))

    def _position(self, holder: int, kind: DefectKind, relation: int) -> int:
        place = (holder * len(_BY_GRAVITY) + GRAVITY[kind]) * self._relation_bound + relation + 1
        return int(np.searchsorted(self._places, place))

    def ranked(self, chosen: Bools, weights: Ints) -> list[tuple[Defect, int]]:
        """Return the defects of the standards that are chosen with their weights: by weight, gravity, holder and relation."""
        numbers = np.flatnonzero(chosen[self.holders])
        keys = (self.relations[numbers], self.holders[numbers], self.kinds[numbers], -weights[numbers])
        numbers = numbers[np.lexsort(keys)]
        return [
            (self._defect(number), weight)
            for number, weight in zip(numbers.tolist(), weights[numbers].tolist(), strict=True)
        ]

    def holders_of(self, kind: DefectKind) -> Ints:
        """Return the standards with a defect of one kind."""
        found: Ints = self.holders[self.kinds == GRAVITY[kind]]
        return found


@dataclass(frozen=True, eq=False)
class Health:
    """Hold a catalogue on one date and everything that is wrong in it.

    ``relations`` are in the order of their content, each once; ``holders`` says which standard each comes from and
    ``targets`` which it means, UNKNOWN where none. ``sound`` is the graph of dependencies that are no defects, ``ways``
    lead through it to the defects of each kind.
    """

    editions: Editions
    relations: Relations
    holders: Numbers
    targets: Numbers
    defects: Defects
    sound: Digraph

    @cached_property
    def ways(self) -> dict[DefectKind, Nearest]:
        """The nearest defect of each kind that occurs, the gravest kind first."""
        kinds = [kind for kind in DefectKind if len(self.defects.holders_of(kind))]
        return {kind: nearest(self.sound, self._goals(self.defects.holders_of(kind))) for kind in kinds}

    @cached_property
    def unsound(self) -> Bools:
        """Which standards have a defect or depend on one that has."""
        if "ways" in self.__dict__:
            # Whoever wants all ways has them searched first, and this for nothing.
            found = np.zeros(self.sound.node_count, dtype=bool)
            for way in self.ways.values():
                found |= way.distance != UNREACHED
            return found
        return reaching(self.sound, self._goals(self.defects.holders))

    def _goals(self, holders: Ints) -> Bools:
        goals = np.zeros(self.sound.node_count, dtype=bool)
        goals[holders] = True
        return goals

    def is_sound(self, standard: int) -> bool:
        """Tell whether nothing is wrong with a standard nor with anything it depends on."""
        return not self.unsound[standard]

    def evidence(self, standard: int) -> tuple[Evidence, ...]:
        """Return the shortest way to a defect of each kind at or beneath a standard, the gravest kind first."""
        found = []
        for kind, way in self.ways.items():
            if way.distance[standard] != UNREACHED:
                path = way.path(standard)
                standards = (standard, *(int(way.graph.targets[step]) for step in path))
                relations = tuple(int(way.graph.edges[step]) for step in path)
                defect = self.defects.first_of(standards[-1], kind)
                found.append(Evidence(defect, standards, relations))
        return tuple(found)


def examine(snapshot: Snapshot, as_of: date, options: GapOptions) -> Health:
    """Return the state of the whole catalogue on *as_of* and what is wrong in it.

    Raises:
        InvalidArgumentError: the snapshot holds a standard twice.
    """
    return health_of(Standards.of(snapshot.standards), Relations.of(snapshot.relations), as_of, options)


def health_of(standards: Standards, relations: Relations, as_of: date, options: GapOptions) -> Health:
    """Return the same for standards and relations that are held as columns already."""
    editions = editions_of(as_of, standards, relations)
    holders, targets = editions.holders_and_targets(relations)
    kinds = _kinds(relations, holders, targets, editions)
    depends = relations.is_kind(*DEPENDENCIES)
    edges = np.flatnonzero(depends & (kinds == _NO_DEFECT) & (holders != UNKNOWN) & (targets != UNKNOWN))
    return Health(
        editions=editions,
        relations=relations,
        holders=holders,
        targets=targets,
        defects=_defects(kinds, holders, targets, editions, options.review_years),
        sound=Digraph.of(len(standards), holders[edges], targets[edges], edges),
    )


_NO_DEFECT = -1


def _kinds(relations: Relations, holders: Ints, targets: Ints, editions: Editions) -> Ints:
    """Return for each relation the gravity of the defect it is, _NO_DEFECT for a sound one."""
    depends = relations.is_kind(*DEPENDENCIES) & (holders != targets) & (holders != UNKNOWN)
    adopts = relations.is_kind(RelationKind.ADOPTS) & (relations.degrees != DEGREE_NUMBER[AdoptionDegree.NEQ])
    # One entry more, which the number UNKNOWN (-1) reads.
    states = np.append(editions.states, UNKNOWN)
    there, here = states[targets], states[holders]
    kinds = np.full(len(relations), _NO_DEFECT, dtype=np.int8)
    kinds[depends & (there == ABOLISHED)] = GRAVITY[DefectKind.REFERENCE_ABOLISHED]
    kinds[depends & (there == SUPERSEDED)] = GRAVITY[DefectKind.REFERENCE_SUPERSEDED]
    kinds[depends & (there == UNKNOWN)] = GRAVITY[DefectKind.REFERENCE_UNKNOWN]
    kinds[depends & (there == UPCOMING) & (here == IN_FORCE)] = GRAVITY[DefectKind.REFERENCE_NOT_YET]
    ended = (there == SUPERSEDED) | (there == ABOLISHED)
    kinds[adopts & (holders != UNKNOWN) & ended] = GRAVITY[DefectKind.ADOPTION_OUTDATED]
    return kinds


def _defects(kinds: Ints, holders: Ints, targets: Ints, editions: Editions, review_years: int) -> Defects:
    relations = np.flatnonzero(kinds != _NO_DEFECT)
    overdue = _overdue_reviews(editions, review_years)
    nothing = np.full(len(overdue), UNKNOWN, dtype=np.int64)
    all_holders = np.concatenate([holders[relations], overdue])
    all_kinds = np.concatenate([kinds[relations], np.full(len(overdue), GRAVITY[DefectKind.REVIEW_OVERDUE])])
    all_relations = np.concatenate([relations, nothing])
    all_targets = np.concatenate([targets[relations], nothing])
    order = np.lexsort((all_relations, all_kinds, all_holders))
    return Defects(
        all_holders[order],
        all_kinds[order],
        all_relations[order],
        all_targets[order],
        editions.standards,
        review_years,
    )


def _overdue_reviews(editions: Editions, review_years: int) -> Ints:
    """Return the domestic standards in force whose review was due before the date.

    Due before the date is what was last reviewed before the same day so many years ago; a 29 February falls due on
    the 28th, so that it lies before the day sought only where that is the 1st of March.
    """
    as_of = editions.as_of
    if review_years == 0 or as_of.year <= review_years:
        return np.zeros(0, dtype=np.int64)
    month, day = (3, 1) if (as_of.month, as_of.day) == (2, 29) else (as_of.month, as_of.day)
    before = date(as_of.year - review_years, month, day).toordinal()
    last = editions.standards.last_reviewed
    return np.flatnonzero((editions.states == IN_FORCE) & ~editions.standards.outside & (last > 0) & (last < before))


def review_due(fact: StandardFact, review_years: int) -> date | None:
    """Return the day until which a standard is to be reviewed, None where no date of it is known."""
    last = fact.reviewed_on or fact.validity.issued_on or fact.validity.effective_on
    if last is None:
        return None
    year = min(last.year + review_years, date.max.year)
    # 29 February has no anniversary in most years.
    return last.replace(year=year, day=28 if (last.month, last.day) == (2, 29) else last.day)
