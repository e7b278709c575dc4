"""Fold a text so that all spellings of one term are one string, and remember where each character came from.

Width, case, compatibility forms (NFKD), traditional characters, kinds of dash, blanks and line breaks are folded. Before each
word of a script that puts blanks between words stands exactly one blank, also after a Chinese character or a sign, and other
blanks are dropped: so ``radio-frequency``, ``Radio Frequency`` and a line break between the two are one string, ``RFID 标签`` is
``RFID标签``, and a term that begins with its blank never begins inside a word. A blank line is kept, so that no term goes across
it; so is a blank between two Chinese characters, which nobody writes inside a term.

The work is done on arrays, and only where something changes is anything but copied: to fold each character in Python would
take longer than to search the text.
"""

import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from standards_tree.recognition.simplified import simplified_characters

PARAGRAPH = "\n"
BLANK = 0x20
PIECE_CHARACTERS = 32_768

Places = NDArray[np.int32]
Flags = NDArray[np.bool_]
Codes = NDArray[np.uint32]
Classes = NDArray[np.uint8]
Characters = Codes | NDArray[np.uint8]

_SIGN, _UNSPACED, _WORD, _BLANK, _NEW_LINE, _DASH = range(6)
_HYPHENS = (0x2D, 0x2010, 0x2011)
_DASHES = (*_HYPHENS, *range(0x2012, 0x2016), 0x2043, 0x2212, 0x2E3A, 0x2E3B)
_INVISIBLE = (0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF)
_ENCODING = "utf-32-le"
_REPLACEMENT = "\ufffd"
# What is no character stands between texts that are folded together.
_BETWEEN = "\uffff"
_CUTS = "，。；：、,.;:()"
_NEW_LINES = (0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029)
# Scripts that write without blanks between words, or with blanks that do not part a term from what follows it.
_UNSPACED_RANGES = (
    *((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1100, 0x11FF), (0x1780, 0x17FF), (0x3005, 0x3007), (0x3041, 0x30FF)),
    *((0x3130, 0x318F), (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xAC00, 0xD7FF), (0xF900, 0xFAFF)),
    (0x20000, 0x323AF),
)
_CODE = np.uint32(0x1FFFFF)
_CLASS_SHIFT = 21
_OTHER_COUNT = np.uint32(1 << 24)


@dataclass(frozen=True)
class Folded:
    """A folded text.

    ``codes`` are its code points; ``origins`` has for each the place in the original of the one it came from, None where that
    is its own;
    ``in_word`` tells which belong to a word; ``after_hyphen`` are the blanks before words that a hyphen joins to the one
    before: that of ``tariff`` in ``non-tariff``. ``expanded`` tells that some character became several.
    """

    codes: Characters
    origins: Places | None
    in_word: Flags
    after_hyphen: frozenset[int]
    expanded: bool

    @cached_property
    def text(self) -> str:
        """Return the folded text itself, which a search needs only where it is in doubt."""
        return self.codes.tobytes().decode("ascii" if self.codes.dtype == np.uint8 else _ENCODING, "surrogatepass")

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return where in the original the folded characters from *start* to before *end* stand, without the blank before."""
        start += int(self.codes[start] == BLANK)
        if self.origins is None:
            return start, end
        return int(self.origins[start]), int(self.origins[end - 1]) + 1

    def all_origins(self) -> Places:
        """Return the place in the original of every character."""
        return np.arange(len(self.codes), dtype=np.int32) if self.origins is None else self.origins

    def cuts_word(self, start: int, end: int) -> bool:
        """Tell whether a term from *start* to before *end* would begin or end inside a word or a character: 株 in ㈱."""
        if end < len(self.text) and self.in_word[end] and self.in_word[end - 1]:
            return True
        if start in self.after_hyphen:
            return True
        if not self.expanded or self.origins is None:
            return False
        first, last = self.place(start, end)
        begin = start + (self.text[start] == " ")
        return (begin > 0 and self.origins[begin - 1] == first and self.text[begin - 1] != " ") or (
            end < len(self.origins) and self.origins[end] == last - 1 and self.text[end] != " "
        )


@dataclass(frozen=True, slots=True)
class _Table:
    """What becomes of each code point, as a number: the character itself, its class, and whether it becomes another count."""

    packed: Codes
    several: dict[int, str]
    marks: NDArray[np.uint8]


def fold(text: str, piece_characters: int = PIECE_CHARACTERS) -> Folded:
    """Return *text* folded; O(characters), whatever they are. Lone surrogates and NUL are signs like others.

    It is folded in pieces of at most *piece_characters* where there are signs to part it at, which changes nothing but the time.
    """
    if len(text) <= piece_characters:
        return _fold_piece(text)
    # Arrays that fit the processor's cache take half the time.
    begins = [0]
    while len(text) - begins[-1] > piece_characters:
        sign = _last_sign(text, begins[-1] + 1, begins[-1] + piece_characters)
        if sign < 0:
            break
        begins.append(sign)
    pieces = [_fold_piece(text[begin:end]) for begin, end in zip(begins, [*begins[1:], len(text)], strict=True)]
    places = np.cumsum([0, *[len(piece.codes) for piece in pieces[:-1]]])
    return Folded(
        np.concatenate([piece.codes for piece in pieces]),
        np.concatenate([piece.all_origins() + np.int32(begin) for piece, begin in zip(pieces, begins, strict=True)]),
        np.concatenate([piece.in_word for piece in pieces]),
        frozenset(
            blank + int(place) for piece, place in zip(pieces, places, strict=True) for blank in piece.after_hyphen
        ),
        any(piece.expanded for piece in pieces),
    )


def _last_sign(text: str, start: int, end: int) -> int:
    """Return the last place from *start* to before *end* that a text can be cut before: nothing is folded across a sign."""
    found = max(text.rfind(sign, start, end) for sign in _CUTS)
    return found if found >= 0 else min((at for sign in _CUTS if (at := text.find(sign, end)) >= 0), default=-1)


def _fold_piece(text: str) -> Folded:
    if text.isascii():
        given = text.encode("ascii")
        codes = np.frombuffer(given.translate(_ascii_characters()), np.uint8)
        return _enclose(codes, np.frombuffer(given.translate(_ascii_classes()), np.uint8), None)
    packed = _table().packed.take(np.frombuffer(text.encode(_ENCODING, "surrogatepass"), np.uint32))
    if np.any(packed & _OTHER_COUNT):
        return _expanded(text, packed)
    return _enclose(packed & _CODE, (packed >> _CLASS_SHIFT).astype(np.uint8), None)


def fold_all(texts: Sequence[str]) -> list[str]:
    """Return each of *texts* folded: as `fold`, at a twentieth of its cost for many short ones."""
    if not texts:
        return []
    joined = fold(_BETWEEN.join([text.replace(_BETWEEN, _REPLACEMENT) for text in texts])).text
    return joined.split(_BETWEEN)


def _expanded(text: str, packed: Codes) -> Folded:
    """Fold a text of which some characters become none or several."""
    table = _table()
    widths = np.ones(len(packed), np.uint8)
    odd = np.flatnonzero(packed & _OTHER_COUNT)
    became = [table.several[ord(text[place])] for place in odd]
    counts = np.fromiter(map(len, became), np.int64, len(became))
    widths[odd] = counts
    origins = np.repeat(np.arange(len(packed), dtype=np.int32), widths)
    codes = packed[origins]
    if counts.sum():
        shift = np.cumsum(counts) - counts - np.arange(len(odd))
        at = np.repeat(odd + shift - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())
        codes[at] = table.packed[np.frombuffer("".join(became).encode(_ENCODING), np.uint32)]
    codes = _in_canonical_order(codes)
    folded = _enclose(codes & _CODE, ((codes >> _CLASS_SHIFT) & 7).astype(np.uint8), origins)
    return replace(folded, expanded=True)


def _in_canonical_order(packed: Codes) -> Codes:
    """Return combining marks in canonical order, as NFKD has them across characters too.

    Their places stay as they are, so that a match is one stretch of the original.
    """
    marks = _table().marks[packed & _CODE]
    if len(marks) < 2 or not np.any((marks[1:] < marks[:-1]) & (marks[1:] > 0)):
        return packed
    return packed[np.lexsort((marks, np.cumsum(marks == 0)))]


def _enclose(codes: Characters, classes: Classes, origins: Places | None) -> Folded:
    """Put one blank before each word, and drop the others."""
    word = classes == _WORD
    separators = np.flatnonzero(classes >= _BLANK)
    inserted = np.flatnonzero(word[1:] & (classes[:-1] < _WORD)) + 1
    if len(word) and word[0]:
        inserted = np.concatenate([[0], inserted])
    codes = codes.copy() if len(separators) and not codes.flags.writeable else codes
    dropped = hyphens = np.empty(0, np.int64)
    if len(separators):
        dropped, more, hyphens = _separate(codes, classes, separators)
        if len(more):
            inserted = np.sort(np.concatenate([inserted, more]))
    if len(dropped) == 0 and len(inserted) == 0:
        return Folded(codes, origins, word, frozenset(hyphens.tolist()), False)
    widths = np.ones(len(codes), np.uint8)
    widths[dropped] = 0
    widths[inserted] += 1
    sources = np.repeat(np.arange(len(codes), dtype=np.int32), widths)
    out, in_word = codes[sources], word[sources]
    blanks = inserted + np.arange(len(inserted)) - np.searchsorted(dropped, inserted)
    out[blanks] = BLANK
    in_word[blanks] = False
    at = hyphens + np.searchsorted(inserted, hyphens, "right") - np.searchsorted(dropped, hyphens)
    return Folded(out, sources if origins is None else origins[sources], in_word, frozenset(at.tolist()), False)


def _separate(
    codes: Characters, classes: Classes, separators: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Make each run of separators what it stands for; return what to drop, where to insert a blank, and hyphens.

    The first place of a run takes the sign, the others are dropped.
    """
    breaks = np.flatnonzero(np.diff(separators) > 1)
    first = np.concatenate([[0], breaks + 1])
    begins, ends = separators[first], separators[np.append(breaks, len(separators) - 1)] + 1
    kinds = classes[separators]
    alone = len(first) == len(separators)
    lines = kinds == _NEW_LINE if alone else np.add.reduceat(kinds == _NEW_LINE, first, dtype=np.int64)
    dashes = kinds == _DASH if alone else np.add.reduceat(kinds == _DASH, first, dtype=np.int64)
    before = np.where(begins > 0, classes[begins - 1], _SIGN)
    after = np.where(ends < len(classes), classes[np.minimum(ends, len(classes) - 1)], _SIGN)
    to_word = (after == _WORD) & (ends < len(classes))
    sign = np.where(to_word | ((before == _UNSPACED) & (after == _UNSPACED) & (lines == 0)), BLANK, 0)
    dashed = (dashes > 0) & ~((before == _WORD) & to_word & (begins > 0))
    sign = np.where(dashed, 0x2D, sign)
    sign = np.where(lines > 1, 0x0A, sign)
    hyphens = begins[to_word & (before == _WORD) & (ends - begins == 1) & (codes[begins] == 0x2D)]
    codes[begins] = sign
    # What the run was otherwise, beyond its first place.
    rest = np.ones(len(separators), np.bool_)
    rest[first[sign != 0]] = False
    return separators[rest], ends[to_word & (sign != BLANK)], hyphens


@cache
def _ascii_characters() -> bytes:
    return bytes(int(code) & 0x7F for code in _table().packed[:128] & _CODE) + bytes(128)


@cache
def _ascii_classes() -> bytes:
    return bytes(int(code) >> _CLASS_SHIFT & 7 for code in _table().packed[:128]) + bytes(128)


@cache
def _table() -> _Table:
    """Make the table once: 0.3 s, 5 MB."""
    size = sys.maxunicode + 1
    packed = np.arange(size, dtype=np.uint32)
    marks = np.zeros(size, np.uint8)
    simplified = simplified_characters()
    classes = np.zeros(size, np.uint32)
    several: dict[int, str] = {}
    for code in _changing():
        became = _folded_character(chr(code), simplified)
        marks[code] = unicodedata.combining(chr(code))
        if len(became) == 1:
            packed[code] = ord(became)
            classes[code] = _class(became)
        else:
            several[code] = became
    for first, last in _UNSPACED_RANGES:
        classes[first : last + 1] = _UNSPACED
    packed |= classes << _CLASS_SHIFT
    packed[list(several)] |= _OTHER_COUNT
    return _Table(packed, several, marks)


def _changing() -> list[int]:
    """Return the code points that may become others or may belong to a word: what is beyond them stands for itself."""
    return [
        *range(0x3400),
        *simplified_characters(),
        *range(0xA000, 0xAC00),
        *range(0xD7A4, 0x20000),
        *range(0x2F800, 0x2FA20),
    ]


def _folded_character(character: str, simplified: dict[int, int]) -> str:
    code = ord(character)
    if code in _INVISIBLE:
        return ""
    if code in _DASHES:
        return "-"
    if code in _NEW_LINES:
        return "\n"
    if 0xD800 <= code < 0xE000:
        # A lone surrogate is no character, and no search takes it.
        return _REPLACEMENT
    became = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    became = unicodedata.normalize("NFKD", became.casefold())
    return "".join(["-" if ord(one) in _DASHES else chr(simplified.get(ord(one), ord(one))) for one in became])


def _class(character: str) -> int:
    if character == "\n":
        return _NEW_LINE
    if character == "-":
        return _DASH
    if character.isspace():
        return _BLANK
    if character.isalnum() or character == "_" or unicodedata.category(character).startswith("M"):
        return _WORD
    return _SIGN
