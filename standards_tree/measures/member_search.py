"""Find the member of the WTO that somebody means."""

import re
from typing import Final

from standards_tree.code_lists import CodeListId, shipped_book
from standards_tree.errors import InvalidArgumentError
from standards_tree.measures.members import is_named

_CODE: Final = re.compile(r"[A-Za-z]{2,4}")
# Symbols carry it until 2009; it is in no list of members any more.
_FORMER: Final = ("EEC",)


def is_member(code: str) -> bool:
    """Tell whether *code* is the code of a member, or of a former one."""
    return code in shipped_book(CodeListId.WTO_MEMBERS).codes or code in _FORMER


def find_member(text: str) -> str:
    """Return the code of the member that *text* names, by code or by name in any of the languages.

    Two to four letters that are no name are a code, whoever has it: symbols of examples have codes of nobody.

    Raises:
        InvalidArgumentError: it is neither.
    """
    codes = [*shipped_book(CodeListId.WTO_MEMBERS).codes, *_FORMER]
    named = next((code for code in codes if text.strip() and is_named(code, text)), None)
    if named is not None:
        return named
    if _CODE.fullmatch(text) is None:
        message = "{text} is no member of the WTO by code or name; a code is one like USA, EU or TPKM"
        raise InvalidArgumentError(message, text=text[:60])
    return text.upper()
