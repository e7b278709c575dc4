"""Read what lists are narrowed by, in whatever way a person writes it: a member by code or name, codes with full stops."""

from collections.abc import Iterable

from standards_tree.classifications import Scheme, parse_code
from standards_tree.measures.member_search import find_member


def member_codes(words: Iterable[str] | None) -> list[str]:
    """Return the codes of members.

    Raises:
        InvalidArgumentError: one of *words* is neither a code nor a name.
    """
    return [find_member(word) for word in words or ()]


def hs_code(text: str) -> str:
    """Return an HS code as it is stored, empty for an empty text.

    Raises:
        InvalidArgumentError: *text* is none.
    """
    return parse_code(Scheme.HS, text) if text else ""


def ics_code(text: str) -> str:
    """Return an ICS code as it is stored, empty for an empty text.

    Raises:
        InvalidArgumentError: *text* is none.
    """
    return parse_code(Scheme.ICS, text) if text else ""
