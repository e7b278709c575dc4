"""Find the codes of a list that may have been meant by one that it does not have."""

from collections.abc import Iterable
from typing import Final

from rapidfuzz.distance import DamerauLevenshtein

from standards_tree.code_lists.model import CodeListId, level_and_parents
from standards_tree.code_lists.shipped import shipped_book
from standards_tree.errors import InvalidArgumentError
from standards_tree.measures.member_search import find_member

MOST: Final = 3


def near_members(text: str) -> tuple[str, ...]:
    """Return the members that *text* may mean: by name, by the two letters of the country, by one letter or two swapped."""
    members = shipped_book(CodeListId.WTO_MEMBERS).codes
    try:
        named = find_member(text)
    except InvalidArgumentError:
        named = ""
    country = shipped_book(CodeListId.COUNTRIES).codes.get(text.upper())
    meant = (named, *(country.aliases if country is not None else ()))
    code = text.upper()
    spelled = sorted(member for member in members if DamerauLevenshtein.distance(code, member, score_cutoff=1) == 1)
    return tuple(dict.fromkeys([member for member in meant if member in members] or spelled))[:MOST]


def near_codes(list_id: CodeListId, code: str) -> tuple[str, ...]:
    """Return the codes beside a canonical *code* of HS or ICS, at its level below what its list has of it: the likest first."""
    book = shipped_book(list_id)
    _, above = level_and_parents(list_id, code)
    lowest_first = [code, *above]
    for missing, parent in zip(lowest_first, [*above, None], strict=True):
        if missing not in book.codes and (parent is None or parent in book.codes):
            return _likest(missing, (entry.code for entry in book.below(parent, whole_branch=False)))
    return ()


def _likest(code: str, others: Iterable[str]) -> tuple[str, ...]:
    """Return the codes with the fewest wrong digits, of these the nearest by number."""
    number = int(code.replace(".", ""))

    def unlikeness(other: str) -> tuple[int, int]:
        return DamerauLevenshtein.distance(code, other), abs(int(other.replace(".", "")) - number)

    return tuple(sorted(others, key=unlikeness)[:MOST])
