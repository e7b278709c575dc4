"""Read which parts of a series a running text cites: ``EN 71-1, -2 and -3``, ``IEC 61000-4-2/3``, ``EN 71 parts 1 to 3``."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from standards_tree.designations.citations import find_designations
from standards_tree.designations.designation import Designation
from standards_tree.text import fold_in_place

MAX_LISTED_PARTS: Final = 40
_LOOKED_AHEAD: Final = 160
# A dash says that a part follows, and so does a bar; "EN 71-1 and 3 samples" lists none.
_NEXT_PART = re.compile(
    r"(?:(?P<to> ?(?:to|through|至|到|~|～) ?)|,? ?(?:and|or|&|和|及|、|,) ?|/)"
    r"(?P<part>-\d{1,3}(?:-\d{1,3}){0,2}|(?<=/)\d{1,3})(?![\w:]|\.\d|-\d{4}| ?[°℃%]| ?(?:[mckμ]?m|k?g|dB|k?V|K)\b)"
)
_PARTS = re.compile(
    r",? ?\(?(?:(?:and )?its )?"
    r"(?:parts? (?P<list>\d{1,3}(?: ?(?:,|and|&|or|to|through|-|和|及|、|至) ?\d{1,3}){0,20})(?![\w:]|\.\d)"
    r"|第(?P<zh>\d{1,3}(?:部分)?(?: ?[和及、至~～-] ?第?\d{1,3}(?:部分)?){0,20})部分)",
    re.IGNORECASE,
)
_IN_LIST = re.compile(r"(?:(?P<to>to|through|[-至~～])|\D)*?(?P<number>\d{1,3})", re.IGNORECASE)
# They adopt international standards under their own year: SNI IEC 60335-1:2009 is no edition of 2009 of the IEC's.
_ADOPTER_BEFORE = re.compile(
    r"\b(?:SNI|PNS|PS|NTE|NTP|NTC|NCh|IRAM|DSTU|TIS|TZS|EAS|SASO|UNIT|COVENIN|INTE|SR|BDS|NMX|NIS|SLS|SI|UAE|INEN)"
    r"(?:[ -][A-Z]{1,5})?[ /-]$"
)
_LOOKED_BACK: Final = 16


def cited_designations(text: str) -> list[Designation]:
    """Return what *text* cites, each once, in order: what `find_designations` finds, with the parts that are listed behind it.

    What another body adopts under a year of its own is cited without that year. Cost: linear in the length of *text*.
    """
    cited: dict[str, Designation] = {}
    for start, end, found in find_designations(text):
        designation = found
        if (
            found.is_dated
            and not found.is_chinese
            and _ADOPTER_BEFORE.search(text[max(0, start - _LOOKED_BACK) : start])
        ):
            designation = replace(found, year=None, issue="")
        for one in _with_listed_parts(designation, fold_in_place(text[end : end + _LOOKED_AHEAD])):
            cited.setdefault(one.key, one)
    return list(cited.values())


def _with_listed_parts(designation: Designation, rest: str) -> Iterator[Designation]:
    """Yield *designation* and the parts that *rest*, what stands behind it, lists; of a series only the parts it lists."""
    if designation.is_dated or designation.supplements or designation.adopted is not None or designation.all_parts:
        yield designation
    elif designation.part is None:
        listed = _PARTS.match(rest)
        numbers = _numbers(listed["list"] or listed["zh"]) if listed else []
        yield from [replace(designation, part=str(number)) for number in numbers] or [designation]
    else:
        yield designation
        yield from _further_parts(designation, rest)


def _numbers(listed: str) -> list[int]:
    """Return the numbers of a list such as ``1 to 3, 5``."""
    numbers: list[int] = []
    for found in _IN_LIST.finditer(listed):
        number = int(found["number"])
        if found["to"] and numbers and numbers[-1] < number <= numbers[-1] + MAX_LISTED_PARTS:
            numbers += range(numbers[-1] + 1, number)
        numbers.append(number)
    return numbers[:MAX_LISTED_PARTS]


def _further_parts(designation: Designation, rest: str) -> Iterator[Designation]:
    levels, position, count = str(designation.part).split("-"), 0, 0
    while (found := _NEXT_PART.match(rest, position)) and count < MAX_LISTED_PARTS:
        following = found["part"].strip("-").split("-")
        if len(following) > len(levels):
            return
        last, levels = levels, [*levels[: len(levels) - len(following)], *following]
        if found["to"] and last[:-1] == levels[:-1] and last[-1].isdecimal():
            for number in range(int(last[-1]) + 1, min(int(levels[-1]), int(last[-1]) + MAX_LISTED_PARTS)):
                yield replace(designation, part="-".join([*levels[:-1], str(number)]))
        yield replace(designation, part="-".join(levels))
        position, count = found.end(), count + 1
