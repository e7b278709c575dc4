"""Say what an import wants and what became of it, without a word of the contract or of SQL."""

from dataclasses import dataclass, field
from enum import StrEnum

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


@dataclass(frozen=True, slots=True)
class WantedStandard:
    """A standard and the code of the node it stands at, empty for no place."""

    row: int = field(compare=False)
    standard: Standard
    node_code: str


@dataclass(frozen=True, slots=True)
class WantedRelation:
    """A relation."""

    row: int = field(compare=False)
    relation: Relation


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


@dataclass(slots=True)
class ImportBatch:
    """What an import wants, as far as each record is sound by itself. Identical doubles are held once.

    ``system_id`` is empty where nodes and places are of no system; with a title the system is made if it is not there.
    """

    system_id: str = ""
    system_title: Title | None = None
    nodes: dict[str, WantedNode] = field(default_factory=dict)
    standards: dict[str, WantedStandard] = field(default_factory=dict)
    relations: dict[tuple[str, str, str, str], WantedRelation] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    read: dict[RecordKind, int] = field(default_factory=lambda: dict.fromkeys(RecordKind, 0))


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
    created: dict[RecordKind, int] = field(default_factory=lambda: dict.fromkeys(RecordKind, 0))
    updated: dict[RecordKind, int] = field(default_factory=lambda: dict.fromkeys(RecordKind, 0))

    def all_problems(self) -> list[Problem]:
        """Return every problem, by row."""
        return sorted([*self.batch.problems, *self.problems], key=lambda problem: problem.row)

    def tally(self, kind: RecordKind) -> Tally:
        """Return how many records of *kind* became what."""
        refused = sum(problem.refused and problem.kind is kind for problem in self.all_problems())
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
            problem=first.template.format(**first.parameters),
        )


def refusal(row: int, kind: RecordKind, error: DomainError, value: str = "") -> Problem:
    """Return the problem that leaves a record out because of *error*."""
    path = error.violations[0].field if isinstance(error, InvalidArgumentError) and error.violations else ""
    return Problem(row, kind, path, value[:MAX_VALUE_CHARACTERS], error.template, error.parameters, refused=True)
