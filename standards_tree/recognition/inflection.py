"""Know the other number of an English term: the texts of a standard have a term in both."""

import re

_LAST_WORD = re.compile(r"[A-Za-z]{3,}$")
_SINGULAR_IN_S = re.compile(r"(?:ss|us|is|ics)$", re.IGNORECASE)
_SIBILANT = re.compile(r"(?:s|x|z|ch|sh)$", re.IGNORECASE)
_CONSONANT_Y = re.compile(r"[^aeiouAEIOU][yY]$")


def other_number(term: str) -> str:
    """Return the plural of an English term, or the singular where it is a plural; nothing where it has none by rule.

    Only the last word changes, and only by the rules of -s, -es, -ies and -sis: irregular plurals are designations of
    their own. An abbreviation takes a plain s: TBTs.
    """
    found = _LAST_WORD.search(term)
    if found is None:
        return ""
    word = found.group()
    if word.isupper():
        return f"{term}s"
    if word.endswith("sis"):
        return f"{term[:-2]}es"
    if word.endswith("s") and not _SINGULAR_IN_S.search(word):
        return _singular(term)
    if _CONSONANT_Y.search(word):
        return f"{term[:-1]}ies"
    return f"{term}es" if _SIBILANT.search(word) else f"{term}s"


def _singular(term: str) -> str:
    if term.endswith("ies") and len(term) > 4:
        return f"{term[:-3]}y"
    if term.endswith(("sses", "xes", "ches", "shes", "zes")):
        return term[:-2]
    return term[:-1]
