"""Compare two texts of a standard clause by clause, and what changed inside a clause word by word."""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from standards_tree.drafting.clause_pairing import Clause, Pairing
from standards_tree.drafting.word_changes import Runs, compare_words
from standards_tree.errors import LimitError

MAX_CLAUSES: Final = 20_000
MAX_CHARACTERS: Final = 8_000_000


class ClauseChange(StrEnum):
    """What became of a clause."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class ComparedClause:
    """A clause of either text or both; ``moved`` when it changed places with others that both texts have."""

    change: ClauseChange
    old_number: str
    new_number: str
    moved: bool
    depth: int
    title: Runs
    text: Runs

    @property
    def renumbered(self) -> bool:
        """Tell whether both texts have it, under different numbers."""
        both = self.change in (ClauseChange.UNCHANGED, ClauseChange.CHANGED)
        return both and self.old_number != self.new_number


@dataclass(frozen=True, slots=True)
class ComparisonFigures:
    """How many clauses became what; a renumbered or moved one is changed or unchanged beside that."""

    unchanged: int
    changed: int
    added: int
    removed: int
    renumbered: int
    moved: int


def figures_of(compared: Sequence[ComparedClause]) -> ComparisonFigures:
    """Count what became of clauses."""
    counts = Counter(clause.change for clause in compared)
    return ComparisonFigures(
        counts[ClauseChange.UNCHANGED],
        counts[ClauseChange.CHANGED],
        counts[ClauseChange.ADDED],
        counts[ClauseChange.REMOVED],
        sum(clause.renumbered for clause in compared),
        sum(clause.moved for clause in compared),
    )


def compare(old: Sequence[Clause], new: Sequence[Clause]) -> list[ComparedClause]:
    """Return the clauses of both texts in the order of the new one; removed ones stand where they stood.

    Only blanks that differ are no change. O(n) for clauses that have not changed.

    Raises:
        LimitError: a text has more than MAX_CLAUSES clauses or MAX_CHARACTERS characters.
    """
    for clauses in (old, new):
        characters = sum(len(clause.text) + len(clause.title) for clause in clauses)
        if len(clauses) > MAX_CLAUSES or characters > MAX_CHARACTERS:
            message = "texts of at most {clauses} clauses and {characters} characters are compared"
            raise LimitError(message, clauses=MAX_CLAUSES, characters=MAX_CHARACTERS)
    old, new = [_folded(clause) for clause in old], [_folded(clause) for clause in new]
    partner = Pairing(old, new).pairs()
    in_place = _in_place(partner)
    removed = _removed_after(len(old), partner, in_place)
    compared = [_gone(old[index]) for index in removed[None]]
    for position, clause in enumerate(new):
        before = partner.get(position)
        if before is None:
            compared.append(_fresh(clause))
        else:
            compared.append(_both(old[before], clause, moved=before not in in_place))
            compared.extend(_gone(old[index]) for index in removed[before])
    return compared


_BLANKS: Final = re.compile(r"\s+")


def _folded(clause: Clause) -> Clause:
    """Return *clause* with each run of blanks as one, a line's end where it has one."""
    text = _BLANKS.sub(lambda run: "\n" if "\n" in run[0] else " ", clause.text.strip())
    return Clause(clause.number, " ".join(clause.title.split()), clause.depth, text)


def _in_place(partner: dict[int, int]) -> set[int]:
    """Return the old positions that keep their order: a longest increasing subsequence, O(n log n)."""
    tails: list[int] = []
    at: list[int] = []
    previous: dict[int, int | None] = {}
    for position in sorted(partner):
        old = partner[position]
        length = bisect_left(tails, old)
        previous[old] = at[length - 1] if length else None
        tails[length : length + 1] = [old]
        at[length : length + 1] = [old]
    kept: set[int] = set()
    last: int | None = at[-1] if at else None
    while last is not None:
        kept.add(last)
        last = previous[last]
    return kept


def _removed_after(old_count: int, partner: dict[int, int], in_place: set[int]) -> dict[int | None, list[int]]:
    """Return the old clauses without a partner by the clause in its place that they came after."""
    paired = set(partner.values())
    removed: dict[int | None, list[int]] = defaultdict(list)
    anchor: int | None = None
    for position in range(old_count):
        if position in in_place:
            anchor = position
        elif position not in paired:
            removed[anchor].append(position)
    return removed


def _both(old: Clause, new: Clause, *, moved: bool) -> ComparedClause:
    same = (old.title, old.text) == (new.title, new.text)
    change = ClauseChange.UNCHANGED if same else ClauseChange.CHANGED
    title, text = compare_words(old.title, new.title), compare_words(old.text, new.text)
    return ComparedClause(change, old.number, new.number, moved, new.depth, title, text)


def _gone(clause: Clause) -> ComparedClause:
    title, text = compare_words(clause.title, ""), compare_words(clause.text, "")
    return ComparedClause(ClauseChange.REMOVED, clause.number, "", False, clause.depth, title, text)


def _fresh(clause: Clause) -> ComparedClause:
    title, text = compare_words("", clause.title), compare_words("", clause.text)
    return ComparedClause(ClauseChange.ADDED, "", clause.number, False, clause.depth, title, text)
