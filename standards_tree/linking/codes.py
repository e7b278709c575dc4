"""Say at which level codes of a classification agree; that two lie in one chapter or one field is no agreement."""

from collections.abc import Iterable
from typing import Final, NamedTuple

# HS: heading, subheading, and what members divide further. ICS: group, sub-group.
_HS_LEVELS: Final = ((8, 1.0), (6, 0.9), (4, 0.6))
_ICS_LEVELS: Final = ((9, 1.0), (6, 0.6))


class CodeMatch(NamedTuple):
    """The code at which two sides agree, and how much that says, 0 to 1."""

    code: str
    strength: float


def hs_match(ours: Iterable[str], theirs: Iterable[str]) -> CodeMatch | None:
    """Return the deepest level at which HS codes agree, None where only chapters do."""
    return _deepest(ours, theirs, _HS_LEVELS)


def ics_match(ours: Iterable[str], theirs: Iterable[str]) -> CodeMatch | None:
    """Return the deepest level at which ICS codes agree, None where only fields do."""
    return _deepest(ours, theirs, _ICS_LEVELS)


def _deepest(ours: Iterable[str], theirs: Iterable[str], levels: tuple[tuple[int, float], ...]) -> CodeMatch | None:
    one, other = list(ours), list(theirs)
    for length, strength in levels:
        common = {code[:length] for code in one if len(code) >= length} & {
            code[:length] for code in other if len(code) >= length
        }
        if common:
            return CodeMatch(min(common), strength)
    return None
