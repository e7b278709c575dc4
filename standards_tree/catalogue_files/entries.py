"""Hold what a file says of nodes, standards and relations, as far as it could be read, and what could not."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from standards_tree.catalogue import NO_SCOPE, NodeKind, Scope, Title
from standards_tree.errors import UnsafeDocumentError
from standards_tree.standards import AdoptionDegree, Level, Obligation, RelationKind, StandardStatus

MAX_ENTRIES = 200_000
MAX_VALUE_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class NodeEntry:
    """A node of a standards system, and the code of the one above it."""

    row: int
    code: str
    parent: str
    title: Title
    level: Level | None = None
    kind: NodeKind = NodeKind.BRANCH
    planned_standards: int = 0


@dataclass(frozen=True, slots=True)
class StandardEntry:
    """A standard with its designation as written, and the code of its node, empty for no place."""

    row: int
    designation: str
    title: Title
    status: StandardStatus
    level: Level | None = None
    obligation: Obligation | None = None
    issued_on: date | None = None
    effective_on: date | None = None
    ended_on: date | None = None
    reviewed_on: date | None = None
    ics: tuple[str, ...] = ()
    ccs: tuple[str, ...] = ()
    committee: str = ""
    source: str = ""
    node: str = ""
    scope: Scope = NO_SCOPE


@dataclass(frozen=True, slots=True)
class RelationEntry:
    """A relation from the newer or dependent standard, both designations as written."""

    row: int
    source: str
    target: str
    kind: RelationKind
    degree: AdoptionDegree | None = None
    partial: bool = False


Entry = NodeEntry | StandardEntry | RelationEntry


@dataclass(frozen=True, slots=True)
class Remark:
    """Something in a file that was left out, or read with less than it says; *template* is the key of its translation.

    ``refused``: the whole record was left out. ``column`` is as the file names it.
    """

    row: int
    column: str
    value: str
    template: str
    parameters: dict[str, object] = field(default_factory=dict)
    refused: bool = False

    @property
    def message(self) -> str:
        """Return the English message."""
        return self.template.format(**self.parameters)


@dataclass(slots=True)
class Reading:
    """What a file holds: its entries in their order, remarks, and the columns nobody knew, with how many rows fill them."""

    form: str
    entries: list[Entry] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    unknown_columns: dict[str, int] = field(default_factory=dict)
    figures: dict[str, int] = field(default_factory=dict)

    def add(self, *entries: Entry) -> None:
        """Take *entries*.

        Raises:
            UnsafeDocumentError: there are more than an import takes.
        """
        self.entries.extend(entries)
        if len(self.entries) > MAX_ENTRIES:
            raise UnsafeDocumentError("the file has more than {limit} records; divide it", limit=MAX_ENTRIES)

    def remark(
        self, row: int, column: str, value: str, template: str, *, refused: bool = False, **parameters: object
    ) -> None:
        """Note what is wrong with a value."""
        self.remarks.append(Remark(row, column, value[:MAX_VALUE_CHARACTERS], template, parameters, refused))

    def count(self, name: str, number: int) -> None:
        """Note a figure of the file itself, such as how many edges it has."""
        self.figures[name] = self.figures.get(name, 0) + number

    def add_all(self, entries: Iterable[Entry]) -> None:
        """Take *entries*, as `add` does."""
        self.add(*entries)
