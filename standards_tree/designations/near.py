"""Say which other designations somebody may have meant."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from standards_tree.designations.designation import Designation

MIN_DIGITS: Final = 3
MAX_DIGITS: Final = 7
_OBLIGATIONS: Final = ("", "/T", "/Z")


def near_keys(designation: Designation) -> list[str]:
    """Return the undated keys of what *designation* may have been meant to be, nearest first, at most some 200.

    Other years of it, the same number mandatory, recommended or as guidance, the standard without its part, and the
    numbers that one slip of the hand makes of another one.
    """
    bare = replace(designation, supplements=(), all_parts=False)
    found = dict.fromkeys([bare.undated_key])
    if designation.is_chinese:
        base = designation.body.removesuffix("/T").removesuffix("/Z")
        found.update((replace(bare, body=base + ending).undated_key, None) for ending in _OBLIGATIONS)
    found[replace(bare, part=None).undated_key] = None
    number = designation.number
    if number.isascii() and number.isdecimal() and MIN_DIGITS <= len(number) <= MAX_DIGITS:
        found.update((replace(bare, number=other).undated_key, None) for other in _slips(number))
    return list(found)


def _slips(number: str) -> Iterator[str]:
    """Yield what is one slip away: two digits swapped, one left out, one too many, another one."""
    places = range(len(number))
    for place in places[1:]:
        yield number[: place - 1] + number[place] + number[place - 1] + number[place + 1 :]
    for place in places:
        yield number[:place] + number[place + 1 :]
    for digit in "0123456789":
        for place in (*places, len(number)):
            yield number[:place] + digit + number[place:]
    for digit in "0123456789":
        for place in places:
            yield number[:place] + digit + number[place + 1 :]
