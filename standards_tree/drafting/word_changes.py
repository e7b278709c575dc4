"""Compare two texts word by word.

The longest common subsequence of the words decides (Hyyrö's bit-parallel algorithm in RapidFuzz, n·m/64 steps). Where
that would need more than MAX_CELLS bits, sentences are aligned first and words only inside those that differ, so that no
text, however long and repetitive, takes quadratic time or memory.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import rjieba
from rapidfuzz.distance import Indel

MAX_CELLS: Final = 200_000_000
"""How many pairs of words one comparison may weigh: a bit each, 25 MB."""


class RunChange(StrEnum):
    """What became of some words."""

    KEPT = "kept"
    INSERTED = "inserted"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Run:
    """Some words, and what became of them."""

    change: RunChange
    text: str


Runs = tuple[Run, ...]


_HAN: Final = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
# A number with its point or a hyphenated word is one word: 0.5 becomes 0.8, not .5 .8 after a kept 0. A year after its
# long dash is a word of its own.
_PARTS: Final = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+(?:[.,:/\u2010\u2011-][^\W_{_HAN}]+)*|\s+|.", re.DOTALL)
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


def sentences_of(text: str) -> list[str]:
    """Return the sentences that make up *text*, each with its mark and the blanks after it."""
    return _SENTENCES.findall(text)


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
    # Not even cut into words where these were too many at eight characters each.
    if len(old) * len(new) <= 64 * MAX_CELLS:
        old_words, new_words = words_of(old), words_of(new)
        if len(old_words) * len(new_words) <= MAX_CELLS:
            yield from _aligned(old_words, new_words)
            return
    old_sentences, new_sentences = sentences_of(old), sentences_of(new)
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
