"""Say what an import wants and what became of it, without a word of the contract or of SQL."""

from collections import Counter
from collections.abc import Hashable, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeVar

from services.catalog.cutting import Cutter, cut
from standards_tree.anomalies import AnomalyKind, Suspension, preference
from standards_tree.catalogue import Node, Relation, Standard, Title
from standards_tree.errors import DomainError, FieldViolation, InvalidArgumentError

MAX_VALUE_CHARACTERS = 200


class RecordKind(StrEnum):
    """What a record of an import is; the words are those of the contract."""

    NODE = "node"
    STANDARD = "standard"
    RELATION = "relation"


@dataclass(frozen=True, slots=True)
class WantedNode:
    """A node and the code of the one above it."""

    row: int = field(compare=False)
    node: Node
    parent_code: str

    @property
    def subject(self) -> str:
        """Return what a person calls it."""
        return self.node.code

    @property
    def preference(self) -> tuple[object, ...]:
        """Return what decides between two records of one node, whatever their order: the greater one counts."""
        return (repr((self.node, self.parent_code)),)

    def says_as(self, other: "WantedNode") -> bool:
        """Tell whether *other*, a record of the same node, says the same."""
        return self == other


@dataclass(frozen=True, slots=True)
class WantedStandard:
    """A standard and the code of the node it stands at, empty for no place."""

    row: int = field(compare=False)
    standard: Standard
    node_code: str

    @property
    def subject(self) -> str:
        """Return what a person calls it."""
        return self.standard.designation.official

    @property
    def preference(self) -> tuple[object, ...]:
        """Return what decides between two records of one standard, whatever their order: the greater one counts."""
        return (*preference(self.standard), self.node_code)

    def says_as(self, other: "WantedStandard") -> bool:
        """Tell whether *other*, a record of the same standard, says the same."""
        return self == other


@dataclass(frozen=True, slots=True)
class WantedRelation:
    """A relation."""

    row: int = field(compare=False)
    relation: Relation

    @property
    def subject(self) -> str:
        """Return what a person calls it."""
        return self.relation.source.official

    @property
    def preference(self) -> tuple[object, ...]:
        """Return what decides between two records of one relation, whatever their order: the greater one counts."""
        return (not self.relation.partial, str(self.relation.degree), self.relation.target_text)

    def says_as(self, other: "WantedRelation") -> bool:
        """Tell whether *other*, a record of the same relation, says the same, however it spells the target."""
        return self.relation == replace(other.relation, target_text=self.relation.target_text)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a record; ``refused`` tells whether it was left out."""

    row: int
    kind: RecordKind | None
    field: str
    value: str
    template: str
    parameters: dict[str, object]
    refused: bool

    def as_violation(self) -> FieldViolation:
        """Return it as what a refused request shows."""
        place = f"row {self.row}, {self.field}" if self.field else f"row {self.row}"
        return FieldViolation(place, self.template, self.parameters)


@dataclass(frozen=True, slots=True)
class FoundAnomaly:
    """Something odd in an import: what it is about, of how many, and the record, where it is one."""

    kind: AnomalyKind
    members: tuple[str, ...]
    member_count: int
    row: int = 0
    relation: Relation | None = None
    suspension: Suspension | None = None


def fact(column: str) -> str:
    """Return the field of the contract that *column* holds: ``title.zh`` for ``title_zh``."""
    return column.replace("title_", "title.").replace("scope_", "scope.")


def shown(value: object) -> str:
    """Return a fact as a person reads it; nothing for none."""
    if isinstance(value, list | tuple):
        return "; ".join(map(str, value))
    return "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class FactChange:
    """A fact that an import changes, from what to what."""

    row: int
    subject: str
    field: str
    before: str
    after: str


Ends = tuple[str, str, str, str]
"""Source, kind, target and clause: what makes a relation the same relation."""
Key = TypeVar("Key", bound=Hashable)
Wanted = TypeVar("Wanted", WantedNode, WantedStandard, WantedRelation)


@dataclass(slots=True)
class ImportBatch:
    """What an import wants, as far as each record is sound by itself. Doubles are held once.

    ``system_id`` is empty where nodes and places are of no system; with a title the system is made if it is not there.
    ``cutter`` cuts what is stored for the search.
    """

    system_id: str = ""
    system_title: Title | None = None
    nodes: dict[str, WantedNode] = field(default_factory=dict)
    standards: dict[str, WantedStandard] = field(default_factory=dict)
    relations: dict[Ends, WantedRelation] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    anomalies: list[FoundAnomaly] = field(default_factory=list)
    read: dict[RecordKind, int] = field(default_factory=lambda: dict.fromkeys(RecordKind, 0))
    cutter: Cutter = cut


def settle(
    batch: ImportBatch, kind: RecordKind, wanted: MutableMapping[Key, Wanted], rivals: Sequence[tuple[Key, Wanted]]
) -> None:
    """Choose between records of the same thing, so that the order in which they came makes no difference.

    The same again counts once; of those that contradict one another the one that is preferred counts, and the others
    are refused. *rivals* are the records behind the first one, which is in *wanted*.
    """
    contenders: dict[Key, list[Wanted]] = {}
    for key, rival in rivals:
        contenders.setdefault(key, [wanted[key]]).append(rival)
    for key, several in contenders.items():
        several.sort(key=lambda one: one.row)
        best = max(several, key=lambda one: (one.preference, -one.row))
        wanted[key] = best
        for other in several:
            if other is best:
                continue
            same = best.says_as(other)
            if not same:
                message = "row {row} says something else of the same {kind}, and is preferred"
                error = InvalidArgumentError(message, row=best.row, kind=kind.value)
                batch.problems.append(refusal(other.row, kind, error, other.subject))
            odd = AnomalyKind.DOUBLE if same else AnomalyKind.CONTRADICTION
            batch.anomalies.append(FoundAnomaly(odd, (other.subject,), 1, other.row))


@dataclass(frozen=True, slots=True)
class Tally:
    """How many records of one kind became what."""

    read: int
    created: int
    updated: int
    unchanged: int
    refused: int


@dataclass(slots=True)
class Outcome:
    """What an import did, beside the problems each record had by itself."""

    batch: ImportBatch
    problems: list[Problem] = field(default_factory=list)
    anomalies: list[FoundAnomaly] = field(default_factory=list)
    changes: list[FactChange] = field(default_factory=list)
    created: dict[RecordKind, int] = field(default_factory=lambda: dict.fromkeys(RecordKind, 0))
    updated: dict[RecordKind, int] = field(default_factory=lambda: dict.fromkeys(RecordKind, 0))

    def all_problems(self) -> list[Problem]:
        """Return every problem, by row."""
        return sorted([*self.batch.problems, *self.problems], key=lambda problem: problem.row)

    def all_anomalies(self) -> list[FoundAnomaly]:
        """Return every anomaly, by kind, row and what it is about."""
        order = list(AnomalyKind)
        found = [*self.batch.anomalies, *self.anomalies]
        return sorted(found, key=lambda one: (order.index(one.kind), one.row, one.members))

    def anomaly_counts(self) -> Counter[AnomalyKind]:
        """Return how many anomalies there are of each kind."""
        return Counter(one.kind for one in (*self.batch.anomalies, *self.anomalies))

    def tally(self, kind: RecordKind) -> Tally:
        """Return how many records of *kind* became what."""
        refused = sum(problem.refused and problem.kind is kind for problem in (*self.batch.problems, *self.problems))
        read, created, updated = self.batch.read[kind], self.created[kind], self.updated[kind]
        return Tally(read, created, updated, read - created - updated - refused, refused)

    def refuse(self, row: int, kind: RecordKind, error: DomainError, value: str = "") -> None:
        """Note that a record is left out."""
        self.problems.append(refusal(row, kind, error, value))

    def keep(self, row: int, kind: RecordKind, template: str, **parameters: object) -> None:
        """Note something about a record that is not left out."""
        self.problems.append(Problem(row, kind, "", "", template, parameters, refused=False))

    def require_nothing_refused(self) -> None:
        """Refuse the whole import if one record is refused.

        Raises:
            InvalidArgumentError: says how many are, and names the first ones.
        """
        refused = [problem for problem in self.all_problems() if problem.refused]
        if not refused:
            return
        message = "{count} of {read} records are refused, so that nothing is imported; row {row}: {problem}"
        read = sum(self.batch.read.values())
        first = refused[0]
        raise InvalidArgumentError(
            message,
            violations=[problem.as_violation() for problem in refused],
            count=len(refused),
            read=read,
            row=first.row,
            problem=first.as_violation(),
        )


def refusal(row: int, kind: RecordKind, error: DomainError, value: str = "") -> Problem:
    """Return the problem that leaves a record out because of *error*."""
    path = error.violations[0].field if isinstance(error, InvalidArgumentError) and error.violations else ""
    return Problem(row, kind, path, value[:MAX_VALUE_CHARACTERS], error.template, error.parameters, refused=True)
