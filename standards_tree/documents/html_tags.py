"""Refuse a web page in which one tag has more attributes than any: a parser compares each with all before it.

100,000 attributes of one tag took libxml2 2.14 ten seconds, 20,000 take 0.4 s. They are counted before it sees the page, so the
count must hold however the parser reads quotes. It does: what a parser takes for one tag ends at a ``>`` or goes on behind a
quoted value that holds one, and the words of both kinds of stretches are counted, those in quotes too. Only quoted ``data:``
addresses are not, which are long in honest pages.
"""

import re

from standards_tree.errors import UnsafeDocumentError

MAX_WORDS = 15_000
"""Of one tag, and of all stretches behind quoted values with a ``>`` together; a drawing of 7,000 points has as many."""

_TAG = re.compile(rb"<[a-zA-Z][^>]*+")
_BEHIND_A_QUOTED_END = re.compile(rb"(?==\s*+(?:\"[^\">]*+>[^\"]*+\"|'[^'>]*+>[^']*+')([^>]*+))")
_DATA = re.compile(rb"(?<=\s)[a-zA-Z-]++=\"data:[^\"]*+\"")
_WORD = re.compile(rb"[^\s/\"'=]+")


def check_tags(page: bytes) -> None:
    """Refuse *page*, in UTF-8, when a tag of it could have too many attributes. Cost: linear in its size.

    Raises:
        UnsafeDocumentError: it could.
    """
    page = _DATA.sub(b"", page)
    words = [_words(found[0]) for found in _TAG.finditer(page) if len(found[0]) > MAX_WORDS]
    if b">" in page:
        words.append(sum(_words(found[1]) for found in _BEHIND_A_QUOTED_END.finditer(page)))
    if max(words, default=0) > MAX_WORDS:
        raise UnsafeDocumentError("the page has a tag with more than {limit} words", limit=MAX_WORDS)


def _words(stretch: bytes) -> int:
    return sum(1 for _word in _WORD.finditer(stretch))
