"""Say what is wrong with a text that should be a designation, where, and what would be right."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from standards_tree.classifications import INDUSTRY_CODES, REGIONS
from standards_tree.designations.chinese import read_prefix
from standards_tree.designations.citations import find_designations
from standards_tree.designations.designation import Designation
from standards_tree.designations.folding import FoldedText, capitals, fold, fold_with_positions
from standards_tree.designations.reading import read_designation
from standards_tree.errors import MalformedDesignationError

MAX_DESIGNATION_CHARACTERS: Final = 300
_MAX_QUOTED = 80
_YEAR = r"((?:19|20)\d\d)(?!\d)"
_COLON_YEAR = re.compile(rf" ?: ?{_YEAR}", re.ASCII)
_MARKED_YEAR = re.compile(rf" ?([~_/.,=〜·]) ?{_YEAR}", re.ASCII)
_BARE_YEAR = re.compile(r"[ .]?((?:19|20)\d\d)$", re.ASCII)
_YEAR_LIKE = re.compile(r" ?[-:] ?(\w+)", re.ASCII)
_SEVERAL = re.compile(r" ?(?:[、,;~及和与]|AND ) ?(?=[A-Z]{0,5}(?:/[A-Z]{1,5}){0,2} ?\d)")
_RANGE = re.compile(r" ?[~至到] ?(\S.*)")
_LOCAL = re.compile(r"DBS? ?(\d{2,6})", re.ASCII)
_CODE = re.compile(r"([A-Z]{1,5})/[TZ](?![A-Z])")
_SUFFIX = re.compile(r"([A-Z]{2,3})(/[A-Z]{1,3})(?=[ \d])")
_NO_ISSUER = re.compile(r"([TQ])/ ?(?=\d)")
_COMMITTEE = re.compile(r"(?:^|[/ ])(?:TC|SC|WG|JTC|PC) ?\d", re.ASCII)
_PLACEHOLDER = re.compile(r" ?([X×?*]{2,}|[X×?*]+(?=[.-]))")
_MARK_AHEAD = re.compile(r"([A-Z]{2,6}(?:/[A-Z]{1,6}){0,2}) ?([-:./]) ?(?=\d)")
_LONG_NUMBER = re.compile(r" ?(\d{7,})", re.ASCII)
# Letters that a keyboard or a text recognition puts in place of digits.
_LOOKALIKES = str.maketrans("OQILSB", "001158")
_QUOTES = " 《》“”\"'()[]【】<>.,;、。"


class _Fault(NamedTuple):
    """A message template, the place in the folded text that it speaks of, what stands there, what would be right."""

    template: str
    position: int = 0
    length: int = 0
    found: str = ""
    right: str = ""
    suggestion: str = ""


_NO_NUMBER = _Fault("{text!r} has no number; a designation is a prefix and a number, such as GB/T 1.1—2020")
_NO_PREFIX = _Fault("{text!r} begins with no prefix of a standards body, such as GB/T, ISO or ASTM, before a number")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What is wrong with a text: a message template and its parameters, the place, and what the text should be.

    ``start`` and ``end`` count characters of the text as it was given; they are equal where something is missing.
    ``suggestion`` is empty where nothing is certain.
    """

    template: str
    parameters: Mapping[str, object]
    start: int
    end: int
    found: str
    suggestion: str = ""


def diagnose(text: str) -> Diagnosis:
    """Return what is wrong with *text*, which is no designation. Cost: linear.

    The position in the message counts from 1, leading blanks left out.
    """
    if len(text) > MAX_DESIGNATION_CHARACTERS:
        template = "a designation has at most {limit} characters, not {length}"
        too_long = {"limit": MAX_DESIGNATION_CHARACTERS, "length": len(text)}
        return Diagnosis(template, too_long, MAX_DESIGNATION_CHARACTERS, len(text), "")
    shown = text.strip()
    ahead = len(text) - len(text.lstrip())
    folded = fold_with_positions(shown)
    fault = next(fault for check in _CHECKS if (fault := check(folded)))
    start = folded.origin(fault.position)
    end = folded.origin(fault.position + fault.length - 1) + 1 if fault.length else start
    parameters = {
        "text": shown if len(shown) <= _MAX_QUOTED else shown[:_MAX_QUOTED] + "…",
        "position": start + 1,
        "found": fault.found,
        "right": fault.right,
    }
    return Diagnosis(fault.template, parameters, ahead + start, ahead + end, shown[start:end], fault.suggestion)


def explain(text: str) -> MalformedDesignationError:
    """Return the error for *text*, which is no designation."""
    diagnosis = diagnose(text)
    parameters = diagnosis.parameters
    return MalformedDesignationError(diagnosis.template, **parameters)  # type: ignore[arg-type]  # none is `violations`


def _read_whole(text: str) -> str:
    """Return the official form of *text* if all of it is a designation, else nothing."""
    folded = fold(text)
    reading = read_designation(folded, capitals(folded), 0, text, running=False)
    return reading[0].official if reading is not None and reading[1] == len(folded) else ""


def _fault_behind(folded: FoldedText) -> _Fault | None:
    """Return what is wrong behind the part that can be read; None if nothing can be read."""
    reading = read_designation(folded.text, folded.upper, 0, folded.text, running=False)
    if reading is None:
        return None
    designation, end = reading
    rest = folded.upper[end:]
    if (ends := _ends_of_range(designation, folded.text[end:])) is not None:
        template = "{text!r} is a range of parts; write each part by itself, from {found} to {right}"
        return _Fault(template, end, len(rest), *ends)
    if _SEVERAL.match(rest):
        template = "{text!r} names several standards; write each by itself, from character {position} on"
        return _Fault(template, end, len(rest), folded.text[end:][:_MAX_QUOTED].strip())
    fault = None if designation.is_dated else _fault_of_year(designation, folded, end)
    if fault is not None:
        return fault
    template = "{found!r} stands behind the designation {right}, at character {position} of {text!r}"
    blanks = len(rest) - len(rest.lstrip())
    found = folded.text[end + blanks : end + _MAX_QUOTED].strip()
    return _Fault(template, end + blanks, len(rest) - blanks, found, designation.official)


def _ends_of_range(first: Designation, behind: str) -> tuple[str, str] | None:
    """Return the first and the last part where *behind* makes a range of parts of *first*, whose year is that of the last."""
    match = _RANGE.fullmatch(behind)
    if match is None or not (first.part or "").isdecimal():
        return None
    tail = match[1] if match[1][0].isalpha() else f"{first.body} {match[1]}"
    reading = read_designation(tail, tail.upper(), 0, tail, running=False)
    if reading is None or reading[1] != len(tail):
        return None
    last = reading[0]
    same = (last.body, last.number) == (first.body, first.number) and (last.part or "").isdecimal()
    if not same or int(first.part or 0) >= int(last.part or 0):
        return None
    dated = first.official if first.is_dated or last.year is None else f"{first.official}{last.year_mark}{last.year}"
    return dated, last.official


def _fault_of_year(designation: Designation, folded: FoldedText, end: int) -> _Fault | None:
    """Return what is wrong with the year of *designation*, which ends at *end*; None if nothing there is like a year."""
    rest = folded.upper[end:]
    official, mark = designation.official, designation.year_mark
    if mark == "—" and (match := _COLON_YEAR.match(rest)):
        right = f"{official}—{match[1]}"
        template = "a colon stands where the year dash belongs, at character {position} of {text!r}; write {right}"
        suggestion = _read_whole(right + rest[match.end() :])
        return _Fault(template, end + rest.index(":"), 1, ":", right, suggestion)
    if mark == "—" and (match := _BARE_YEAR.match(rest)):
        right = f"{official}—{match[1]}"
        template = "the dash before the year is missing, at character {position} of {text!r}; write {right}"
        return _Fault(template, end, match.start(1), match[1], right, right)
    if mark in "—:-" and (match := _MARKED_YEAR.match(rest)):
        right = f"{official}{mark}{match[2]}"
        template = "{found!r} stands where the mark before the year belongs, at character {position} of {text!r}; write {right}"
        suggestion = _read_whole(right + rest[match.end() :])
        return _Fault(template, end + match.start(1), 1, match[1], right, suggestion)
    match = _YEAR_LIKE.match(rest)
    if match is None:
        return None
    place = end + match.start(1), len(match[1])
    year = match[1].translate(_LOOKALIKES)
    if year != match[1] and (suggestion := _read_whole(f"{official}{mark}{year}{rest[match.end() :]}")):
        template = "{found!r} has letters for digits, at character {position} of {text!r}; write {right}"
        return _Fault(template, *place, match[1], suggestion, suggestion)
    template = "{found!r} is no year, at character {position} of {text!r}; write it like 2024, before 2000 also like 87"
    return _Fault(template, *place, match[1])


def _fault_of_marks(folded: FoldedText) -> _Fault | None:
    """Return which mark is wrong if another one, or none, makes the text a designation."""
    upper = folded.upper
    if "\\" in upper and (suggestion := _read_whole(folded.text.replace("\\", "/"))):
        template = "a backslash stands where a slash belongs, at character {position} of {text!r}"
        return _Fault(template, upper.index("\\"), 1, "\\", suggestion, suggestion)
    if match := _MARK_AHEAD.match(upper):
        suggestion = _read_whole(f"{folded.text[: match.end(1)]} {folded.text[match.end() :]}")
        template = "{found!r} stands between the prefix and the number, at character {position} of {text!r}"
        return _Fault(template, match.start(2), 1, match[2], suggestion, suggestion) if suggestion else None
    return None


def _fault_of_number(folded: FoldedText) -> _Fault | None:
    """Return what is wrong behind a known prefix; None if the prefix is not known."""
    upper = folded.upper
    prefix = read_prefix(upper, 0)
    if prefix is None:
        return None
    known, end = prefix
    if match := _PLACEHOLDER.match(upper, end):
        template = "a placeholder stands where the number belongs, at character {position} of {text!r}"
        return _Fault(template, match.start(1), len(match[1]), match[1])
    if match := _LONG_NUMBER.match(upper, end):
        template = "{found} has more than six digits, at character {position} of {text!r}"
        return _Fault(template, match.start(1), len(match[1]), match[1])
    template = "a number must follow the prefix {found}, at character {position} of {text!r}"
    return _Fault(template, end, 0, known.body)


def _fault_ahead(folded: FoldedText) -> _Fault | None:
    """Return what stands before the one designation that the text holds; None if it holds none, or several."""
    cited = find_designations(folded.text)
    if len(cited) != 1 or cited[0][0] == 0:
        return None
    start, end, designation = cited[0]
    alone = not folded.text[end:].strip(_QUOTES)
    template = "{found!r} stands before the designation {right}, at character {position} of {text!r}"
    suggestion = designation.official if alone else ""
    return _Fault(template, 0, start, folded.text[:start][:_MAX_QUOTED].strip(), designation.official, suggestion)


def _fault_of_writing(folded: FoldedText) -> _Fault | None:
    """Return what is missing or mistyped before a number; None if it is something else."""
    upper = folded.upper
    if not any(map(str.isdecimal, upper)):
        return _NO_NUMBER
    if match := _NO_ISSUER.match(upper):
        template = (
            "the code of the association is missing behind T/, at character {position} of {text!r}"
            if match[1] == "T"
            else "the code of the enterprise is missing behind Q/, at character {position} of {text!r}"
        )
        return _Fault(template, 2)
    return None


def _fault_of_prefix(folded: FoldedText) -> _Fault:
    """Return what is wrong with the prefix."""
    upper = folded.upper
    if (match := _LOCAL.match(upper)) and match[1][:2] not in REGIONS:
        template = "{found} is no code of a province, at character {position} of {text!r}"
        return _Fault(template, match.start(1), 2, match[1][:2])
    if match := _CODE.match(upper):
        template = "{found} is no code of national or industry standards, at character {position} of {text!r}"
        return _Fault(template, 0, len(match[1]), match[1])
    if (match := _SUFFIX.match(upper)) and (match[1] == "GB" or match[1] in INDUSTRY_CODES):
        template = "{found} is no ending of {right}; it is /T, /Z or none, at character {position} of {text!r}"
        return _Fault(template, match.start(2), len(match[2]), match[2], match[1])
    if _COMMITTEE.search(upper):
        return _Fault("{text!r} names a committee, not a standard", 0, len(upper))
    return _NO_PREFIX


_CHECKS: Final = (_fault_behind, _fault_of_marks, _fault_of_number, _fault_ahead, _fault_of_writing, _fault_of_prefix)
"""From what is nearest to a designation to what is none; the last one always answers."""
