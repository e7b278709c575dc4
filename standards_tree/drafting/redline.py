"""Compare two texts of a standard clause by clause, and what changed inside a clause word by word.

Clauses are paired by what they say before they are paired by their number, because numbers shift when a clause is put
in. Words are compared by the longest common subsequence (Hyyrö's bit-parallel algorithm in RapidFuzz, n·m/64 steps);
where that would need more than MAX_CELLS bits, sentences are aligned first and words only inside those that differ, so
that no text, however long and repetitive, takes quadratic memory.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import rjieba
from rapidfuzz import fuzz, process
from rapidfuzz.distance import Indel

from standards_tree.errors import LimitError

MAX_CLAUSES: Final = 20_000
MAX_CHARACTERS: Final = 8_000_000
MAX_CELLS: Final = 200_000_000
"""How many pairs of words one comparison may weigh: a bit each, 25 MB."""
MAX_CANDIDATES: Final = 500_000
"""How many pairs of clauses may be weighed by their words, when neither text, title nor number pairs them."""
SAMPLE_CHARACTERS: Final = 300
LIKE: Final = 55.0
LIKE_WITH_NUMBER: Final = 35.0


class ClauseChange(StrEnum):
    """What became of a clause."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


class RunChange(StrEnum):
    """What became of some words."""

    KEPT = "kept"
    INSERTED = "inserted"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause: its number and title, either of which may be empty, its depth from 1, its own text."""

    number: str
    title: str
    depth: int
    text: str


@dataclass(frozen=True, slots=True)
class Run:
    """Some words, and what became of them."""

    change: RunChange
    text: str


Runs = tuple[Run, ...]


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
    partner = _Pairing(old, new).pairs()
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


class _Pairing:
    """Find which clause of the old text became which of the new one."""

    def __init__(self, old: Sequence[Clause], new: Sequence[Clause]) -> None:
        self._old, self._new = old, new
        self._free_old = dict.fromkeys(range(len(old)))
        self._free_new = dict.fromkeys(range(len(new)))
        self._old_of: dict[int, int] = {}

    def pairs(self) -> dict[int, int]:
        """Return the old position of each new clause that has one, the surest pairs first."""
        self._pair_by(lambda clause: (clause.number, clause.title, clause.text))
        self._pair_by(lambda clause: (clause.title, clause.text) if clause.text else None)
        self._pair_by(lambda clause: (clause.number, clause.title) if clause.number and clause.title else None)
        self._pair_by_title()
        self._pair_by_words()
        return self._old_of

    def _pair(self, old: int, new: int) -> None:
        del self._free_old[old], self._free_new[new]
        self._old_of[new] = old

    def _pair_by(self, key: Callable[[Clause], Hashable]) -> None:
        """Pair clauses with the same key, the first with the first; None is no key."""
        waiting: dict[Hashable, list[int]] = defaultdict(list)
        for position in reversed(self._free_old):
            waiting[key(self._old[position])].append(position)
        waiting.pop(None, None)
        for position in list(self._free_new):
            found = waiting.get(key(self._new[position]))
            if found:
                self._pair(found.pop(), position)

    def _pair_by_title(self) -> None:
        """Pair clauses whose title, below the same titles, no other free clause has."""
        old, new = (
            self._only(_paths(clauses), free)
            for clauses, free in ((self._old, self._free_old), (self._new, self._free_new))
        )
        for path, position in new.items():
            if path in old:
                self._pair(old[path], position)

    @staticmethod
    def _only(paths: Sequence[tuple[str, ...]], free: dict[int, None]) -> dict[tuple[str, ...], int]:
        found: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for position in free:
            if paths[position][-1]:
                found[paths[position]].append(position)
        return {path: positions[0] for path, positions in found.items() if len(positions) == 1}

    def _pair_by_words(self) -> None:
        """Pair what is left by how alike the words are, the likest first; a number in common counts for something."""
        old, new = list(self._free_old), list(self._free_new)
        if len(old) * len(new) > MAX_CANDIDATES:
            self._pair_by(lambda clause: clause.number or None)
            return
        scores = process.cdist(
            [_sample(self._old[position]) for position in old],
            [_sample(self._new[position]) for position in new],
            scorer=fuzz.ratio,
            score_cutoff=LIKE_WITH_NUMBER,
        )
        candidates = []
        for row, column in zip(*scores.nonzero(), strict=True):
            score, before, after = float(scores[row, column]), old[row], new[column]
            number = self._old[before].number
            same_number = bool(number) and number == self._new[after].number
            if same_number or score >= LIKE:
                candidates.append(
                    (-score - (LIKE - LIKE_WITH_NUMBER) * same_number, abs(before - after), before, after)
                )
        for _score, _distance, before, after in sorted(candidates):
            if before in self._free_old and after in self._free_new:
                self._pair(before, after)


def _paths(clauses: Sequence[Clause]) -> list[tuple[str, ...]]:
    """Return for each clause the titles above it and its own."""
    above: list[str] = []
    paths = []
    for clause in clauses:
        del above[max(clause.depth - 1, 0) :]
        above.append(clause.title.casefold())
        paths.append(tuple(above))
    return paths


def _sample(clause: Clause) -> str:
    return f"{clause.title}\n{clause.text[:SAMPLE_CHARACTERS]}".strip()


def _in_place(partner: dict[int, int]) -> set[int]:
    """Return the old positions that keep their order: a longest increasing subsequence, O(n log n)."""
    tails: list[int] = []
    at: list[int] = []
    previous: dict[int, int | None] = {}
    for position in sorted(partner):
        old = partner[position]
        length = bisect_left(tails, old)
        previous[old] = at[length - 1] if length else None
        tails[length:] = [old]
        at[length:] = [old]
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


_HAN: Final = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
# A number with its point, a designation or a hyphenated word is one word: 0.5 becomes 0.8, not .5 .8 after a kept 0.
_PARTS: Final = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+(?:[.,:/\u2010-\u2015-][^\W_{_HAN}]+)*|\s+|.", re.DOTALL)
_HAN_FIRST: Final = re.compile(f"[{_HAN}]")
_SENTENCES: Final = re.compile(r"[^。！？；\n.!?;]*[。！？；\n.!?;]*\s*")
_WORD: Final = re.compile(r"\w")


def words_of(text: str) -> list[str]:
    """Return the words, marks and blanks that make up *text*; Chinese is segmented by jieba's dictionary."""
    words: list[str] = []
    for part in _PARTS.findall(text):
        if len(part) > 1 and _HAN_FIRST.match(part):
            words.extend(rjieba.cut(part, False))
        else:
            words.append(part)
    return words


def compare_words(old: str, new: str) -> Runs:
    """Return what became of the words of *old* in *new*.

    What is kept and deleted, together, is *old*; what is kept and inserted, *new*. Marks and blanks between two changes
    go with them: nobody reads a comma that stayed alone.
    """
    if old == new:
        return (Run(RunChange.KEPT, old),) if old else ()
    if not old or not new:
        run = Run(RunChange.DELETED, old) if old else Run(RunChange.INSERTED, new)
        return (run,)
    return tuple(_runs(_steps(old, new)))


def _steps(old: str, new: str) -> Iterator[tuple[str, str]]:
    """Yield pieces of both texts side by side, equal ones and different ones."""
    old_words, new_words = words_of(old), words_of(new)
    if len(old_words) * len(new_words) <= MAX_CELLS:
        yield from _aligned(old_words, new_words)
        return
    old_sentences, new_sentences = _SENTENCES.findall(old), _SENTENCES.findall(new)
    if len(old_sentences) * len(new_sentences) > MAX_CELLS:
        yield old, new
        return
    for before, after in _aligned(old_sentences, new_sentences):
        few = len(before) * len(after) <= MAX_CELLS
        if before == after or not few:
            yield before, after
        else:
            yield from _aligned(words_of(before), words_of(after))


def _aligned(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str]]:
    for step in Indel.opcodes(old, new):
        yield "".join(old[step.src_start : step.src_end]), "".join(new[step.dest_start : step.dest_end])


def _runs(steps: Iterator[tuple[str, str]]) -> Iterator[Run]:
    """Yield runs: changes that only marks and blanks keep apart are one change, deletions before insertions."""
    deleted = inserted = marks = kept = ""
    for old, new in steps:
        if old != new:
            deleted += marks + old
            inserted += marks + new
            marks = ""
            if kept:
                yield Run(RunChange.KEPT, kept)
                kept = ""
        elif (deleted or inserted) and not _WORD.search(marks + old):
            marks += old
        else:
            yield from _change(deleted, inserted)
            kept += marks + old
            deleted = inserted = marks = ""
    yield from _change(deleted, inserted)
    if kept + marks:
        yield Run(RunChange.KEPT, kept + marks)


def _change(deleted: str, inserted: str) -> Iterator[Run]:
    if deleted:
        yield Run(RunChange.DELETED, deleted)
    if inserted:
        yield Run(RunChange.INSERTED, inserted)
