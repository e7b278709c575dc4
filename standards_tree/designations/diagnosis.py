"""Say what is wrong with a text that should be a designation, and where."""

import re
from typing import NamedTuple

from standards_tree.classifications import REGIONS
from standards_tree.designations.chinese import read_prefix
from standards_tree.designations.folding import FoldedText, fold_with_positions
from standards_tree.designations.reading import read_designation
from standards_tree.errors import MalformedDesignationError

_MAX_QUOTED = 80
_COLON_YEAR = re.compile(r" ?: ?((?:19|20)\d\d)(?!\d)", re.ASCII)
_BARE_YEAR = re.compile(r"[ .]?((?:19|20)\d\d)$", re.ASCII)
_DASH_WORD = re.compile(r" ?- ?(\w+)", re.ASCII)
_LOCAL = re.compile(r"DBS? ?(\d{2,6})", re.ASCII)
_CODE = re.compile(r"([A-Z]{1,5})/[TZ](?![A-Z])")
_COMMITTEE = re.compile(r"(?:^|[/ ])(?:TC|SC|WG|JTC|PC) ?\d", re.ASCII)
_PLACEHOLDER = re.compile(r" ?([X×?*]{2,}|[X×?*]+(?=[.-]))")


class _Fault(NamedTuple):
    """A message template, the position in the folded text that it speaks of, what stands there, what would be right."""

    template: str
    position: int = 0
    found: str = ""
    right: str = ""


_NO_NUMBER = _Fault("{text!r} has no number; a designation is a prefix and a number, such as GB/T 1.1—2020")
_NO_PREFIX = _Fault("{text!r} begins with no prefix of a standards body, such as GB/T, ISO or ASTM, before a number")


def explain(text: str) -> MalformedDesignationError:
    """Return the error for *text*, which is no designation.

    The position in its message counts from 1, leading blanks left out.
    """
    shown = text.strip()
    folded = fold_with_positions(shown)
    fault = _fault_behind(folded) or _fault_of_number(folded.upper) or _fault_of_prefix(folded.upper)
    return MalformedDesignationError(
        fault.template,
        text=shown if len(shown) <= _MAX_QUOTED else shown[:_MAX_QUOTED] + "…",
        position=folded.origin(fault.position) + 1,
        found=fault.found,
        right=fault.right,
    )


def _fault_behind(folded: FoldedText) -> _Fault | None:
    """Return what is wrong behind the part that can be read; None if nothing can be read."""
    reading = read_designation(folded.text, folded.upper, 0, folded.text, running=False)
    if reading is None:
        return None
    designation, end = reading
    official = designation.official
    rest = folded.upper[end:]
    if designation.year_mark == "—" and not designation.is_dated:
        if match := _COLON_YEAR.match(rest):
            template = "a colon stands where the year dash belongs, at character {position} of {text!r}; write {right}"
            return _Fault(template, end + rest.index(":"), ":", f"{official}—{match[1]}")
        if match := _BARE_YEAR.match(rest):
            template = "the dash before the year is missing, at character {position} of {text!r}; write {right}"
            return _Fault(template, end, match[1], f"{official}—{match[1]}")
    if not designation.is_dated and (match := _DASH_WORD.match(rest)):
        template = (
            "{found!r} is no year, at character {position} of {text!r}; write it like 2024, before 2000 also like 87"
        )
        return _Fault(template, end + match.start(1), match[1])
    template = "{found!r} stands behind the designation {right}, at character {position} of {text!r}"
    return _Fault(template, end, folded.text[end : end + _MAX_QUOTED].strip(), official)


def _fault_of_number(upper: str) -> _Fault | None:
    """Return what is wrong behind a known prefix; None if the prefix is not known."""
    if prefix := read_prefix(upper, 0):
        known, end = prefix
        if _PLACEHOLDER.match(upper, end):
            return _Fault("a placeholder stands where the number belongs, at character {position} of {text!r}", end)
        template = "a number must follow the prefix {found}, at character {position} of {text!r}"
        return _Fault(template, end, known.body)
    return None


def _fault_of_prefix(upper: str) -> _Fault:
    """Return what is wrong with the prefix."""
    if not any(map(str.isdecimal, upper)):
        return _NO_NUMBER
    if (match := _LOCAL.match(upper)) and match[1][:2] not in REGIONS:
        template = "{found} is no code of a province, at character {position} of {text!r}"
        return _Fault(template, match.start(1), match[1][:2])
    if match := _CODE.match(upper):
        template = "{found} is no code of national or industry standards, at character {position} of {text!r}"
        return _Fault(template, 0, match[1])
    if _COMMITTEE.search(upper):
        return _Fault("{text!r} names a committee, not a standard")
    return _NO_PREFIX
