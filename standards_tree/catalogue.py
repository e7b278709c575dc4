"""Say what a catalogue of standards records, which records it refuses, and how a newer record joins an older one."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Final

from standards_tree.designations import Designation
from standards_tree.errors import CycleError, InvalidArgumentError
from standards_tree.life import is_amendment, review_due_on
from standards_tree.standards import (
    AdoptionDegree,
    Level,
    Obligation,
    RelationKind,
    StandardStatus,
    Validity,
)

ENDED: Final = frozenset({StandardStatus.SUPERSEDED, StandardStatus.ABOLISHED})
FROM_OUTSIDE: Final = frozenset({Level.INTERNATIONAL, Level.FOREIGN})

# An undated reference means the edition in force, else the one to come, else one that ended.
EDITION_PREFERENCE: Final = (
    StandardStatus.ABOLISHED,
    StandardStatus.SUPERSEDED,
    StandardStatus.UPCOMING,
    StandardStatus.IN_FORCE,
)
# A standard that ended does not come back, and one that is in force does not become upcoming again.
_PROGRESS: Final = {
    StandardStatus.UPCOMING: 0,
    StandardStatus.IN_FORCE: 1,
    StandardStatus.SUPERSEDED: 2,
    StandardStatus.ABOLISHED: 2,
}
# ICS has a thousand and a half.
REMEMBERED_CODES: Final = 5_000
_DIGITS = re.compile(r"(\d+)")


class NodeKind(StrEnum):
    """What a node of a standards system divides by; ``BRANCH`` where it does not say."""

    BRANCH = "branch"
    LEVEL = "level"
    FIELD = "field"
    TYPE = "type"
    PRODUCT = "product"


@dataclass(frozen=True, slots=True)
class Title:
    """A title in the two languages of the catalogue; at least one of them is given."""

    zh: str = ""
    en: str = ""

    def joined_by(self, newer: "Title") -> "Title":
        """Return this title with what *newer* gives in its place."""
        return Title(newer.zh or self.zh, newer.en or self.en)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a standard is about and applies to, in the two languages; empty where nobody has recorded it."""

    zh: str = ""
    en: str = ""

    def __bool__(self) -> bool:
        """Tell whether anything is recorded."""
        return bool(self.zh or self.en)

    def joined_by(self, newer: "Scope") -> "Scope":
        """Return this scope with what *newer* gives in its place."""
        return Scope(newer.zh or self.zh, newer.en or self.en)


NO_SCOPE: Final = Scope()
MAX_SCOPE_CHARACTERS: Final = 4_000
"""In each language: the clause of a standard, not the whole of it."""


@dataclass(frozen=True, slots=True)
class Node:
    """The facts of a node; its place in the tree is kept apart."""

    code: str
    title: Title
    level: Level | None = None
    kind: NodeKind = NodeKind.BRANCH
    planned_standards: int = 0

    def joined_by(self, newer: "Node") -> "Node":
        """Return this node with the facts *newer* gives; a fact it does not give stays."""
        return Node(
            newer.code,
            self.title.joined_by(newer.title),
            newer.level or self.level,
            newer.kind if newer.kind is not NodeKind.BRANCH else self.kind,
            newer.planned_standards or self.planned_standards,
        )


@dataclass(frozen=True, slots=True)
class Standard:
    """The facts of a published standard, or of one edition of it."""

    designation: Designation
    title: Title
    status: StandardStatus
    level: Level
    obligation: Obligation | None = None
    issued_on: date | None = None
    effective_on: date | None = None
    ended_on: date | None = None
    reviewed_on: date | None = None
    ics: tuple[str, ...] = ()
    ccs: tuple[str, ...] = ()
    committee: str = ""
    source: str = ""
    scope: Scope = NO_SCOPE

    @property
    def validity(self) -> Validity:
        """Return what decides its state on a date."""
        return Validity(self.status, self.issued_on, self.effective_on, self.ended_on)

    @property
    def review_due_on(self) -> date | None:
        """Return the day by which it is reviewed again; None where nothing says when, or the law asks for no review.

        The law is that of China. An amendment is reviewed with what it amends, and what has ended not at all.
        """
        exempt = self.status in ENDED or self.level in FROM_OUTSIDE or is_amendment(self.designation)
        known = [day for day in (self.issued_on or self.effective_on, self.reviewed_on) if day is not None]
        return review_due_on(max(known)) if known and not exempt else None

    def require_sound(self) -> None:
        """Refuse facts that contradict the designation or one another.

        Raises:
            InvalidArgumentError: names the field.
        """
        if self.designation.all_parts:
            message = "{designation} names all parts of a standard; record each part"
            raise InvalidArgumentError.in_field("designation", message, designation=self.designation.official)
        _require_level(self.designation, self.level)
        if self.ended_on is not None and self.status not in ENDED:
            message = "a standard that is {status} has not ended on {ended_on}; only a superseded or abolished one has"
            raise InvalidArgumentError.in_field("ended_on", message, status=self.status.value, ended_on=self.ended_on)

    def joined_by(self, newer: "Standard") -> "Standard":
        """Return this standard with the facts *newer* gives; a fact it does not give stays.

        The state only goes forward, so that an old list never brings back a standard that has ended since.
        """
        forward = _PROGRESS[newer.status] > _PROGRESS[self.status]
        status = newer.status if forward else self.status
        return replace(
            newer,
            title=self.title.joined_by(newer.title),
            status=status,
            obligation=newer.obligation or self.obligation,
            issued_on=newer.issued_on or self.issued_on,
            effective_on=newer.effective_on or self.effective_on,
            ended_on=(newer.ended_on or self.ended_on) if newer.status is status else self.ended_on,
            reviewed_on=newer.reviewed_on or self.reviewed_on,
            ics=newer.ics or self.ics,
            ccs=newer.ccs or self.ccs,
            committee=newer.committee or self.committee,
            source=newer.source or self.source,
            scope=self.scope.joined_by(newer.scope),
        )


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation from the newer or dependent standard; ``target_text`` is the target's designation as written.

    ``partial``: only a part of the target is superseded (部分代替).
    """

    source: Designation
    target: Designation
    target_text: str
    kind: RelationKind
    degree: AdoptionDegree | None = None
    clause: str = ""
    partial: bool = False

    @property
    def is_self_loop(self) -> bool:
        """Tell whether it is a relation of a standard to itself."""
        return self.source.key == self.target.key

    def require_two_ends(self) -> None:
        """Refuse a relation of a standard to itself.

        Raises:
            CycleError: source and target are the same.
        """
        if self.is_self_loop:
            raise CycleError("{designation} cannot stand in a relation to itself", designation=self.source.official)

    def require_sound(self) -> None:
        """Refuse a degree that is missing or out of place, and a part of what is not superseded.

        Raises:
            InvalidArgumentError: names the field.
        """
        if (self.kind is RelationKind.ADOPTS) != (self.degree is not None):
            message = "an adoption, and nothing else, has a degree: identical, modified or not equivalent"
            raise InvalidArgumentError.in_field("degree", message)
        if self.partial and self.kind is not RelationKind.SUPERSEDES:
            message = "only a supersession can be partial"
            raise InvalidArgumentError.in_field("partial", message)


def level_of(designation: Designation, stated: Level | None) -> Level:
    """Return the level that is *stated*, else the one *designation* shows.

    Raises:
        InvalidArgumentError: they contradict each other.
    """
    if stated is None:
        return designation.level
    _require_level(designation, stated)
    return stated


def _require_level(designation: Designation, stated: Level) -> None:
    """Refuse another level than a Chinese number shows, and a Chinese level for any other number.

    Which organisations are international is a matter of opinion for some; for them what is stated counts.
    """
    if stated is designation.level:
        return
    if designation.is_chinese or stated not in FROM_OUTSIDE:
        message = "{designation} is of the level {shown}, not {stated}"
        raise InvalidArgumentError.in_field(
            "level", message, designation=designation.official, shown=designation.level.value, stated=stated.value
        )


def undated_key(designation: Designation) -> str:
    """Return the key under which all editions of one standard meet.

    An amendment that is a document beside its standard, and a reference to all parts, meet nothing but themselves.
    """
    alone = designation.all_parts or is_amendment(designation)
    return designation.key if alone else designation.undated_key


def edition_rank(validity: Validity, as_of: date) -> tuple[int, date]:
    """Return what an undated reference prefers on *as_of*: in force, then to come, then ended; of these the latest."""
    preference = EDITION_PREFERENCE.index(validity.status_on(as_of))
    return preference, validity.effective_on or validity.issued_on or date.min


def natural_order(text: str) -> str:
    """Return a text whose bytes put numbers by their value, 2 before 10; different for different texts."""
    pieces = _DIGITS.split(text)
    pieces[1::2] = [f"{len(digits):02}{digits}" for digits in pieces[1::2]]
    return "".join(pieces)


def with_ancestors(ics: Iterable[str], ccs: Iterable[str]) -> tuple[str, ...]:
    """Return every code with those above it: ``71.100.40`` with ``71.100`` and ``71``, ``A22`` with ``A``."""
    codes: dict[str, None] = {}
    for code in ics:
        codes.update(_with_groups(code))
    for code in ccs:
        codes.update(dict.fromkeys((code[:1], code)))
    return tuple(codes)


@lru_cache(maxsize=REMEMBERED_CODES)
def _with_groups(ics: str) -> dict[str, None]:
    parts = ics.split(".")
    return dict.fromkeys(".".join(parts[:depth]) for depth in range(1, len(parts) + 1))


def succession(successors: Mapping[str, Sequence[str]], start: str, limit: int) -> list[str]:
    """Return what took the place of *start*, nearest first, along all chains, at most *limit*; safe in cycles."""
    found, known = [start], {start}
    for node in found:
        for successor in successors.get(node, ()):
            if successor not in known:
                known.add(successor)
                found.append(successor)
        if len(found) > limit:
            break
    return found[1 : limit + 1]
