"""Read what a standard is about (范围) out of the text a catalogue gives for it, as plain text of a bounded length."""

import re
from typing import Final

from standards_tree.catalogue import MAX_SCOPE_CHARACTERS, NO_SCOPE, Scope
from standards_tree.measures.plain_text import plain_text
from standards_tree.text import contains_han

_SENTENCE_END: Final = re.compile(r"[。；！？]|[.;!?](?=\s)")


def scope_of(zh: str = "", en: str = "", either: str = "") -> Scope:
    """Return the scope in both languages, *either* being in the language it shows; markup is removed, blanks folded."""
    if not (zh or en or either):
        return NO_SCOPE
    zh, en, either = map(_plain, (zh, en, either))
    if contains_han(either):
        return Scope(zh or either, en)
    return Scope(zh, en or either)


def shortened(text: str) -> str:
    """Return *text* whole where it is short enough, else as many of its sentences as are."""
    if len(text) <= MAX_SCOPE_CHARACTERS:
        return text
    opening = text[:MAX_SCOPE_CHARACTERS]
    ends = [match.end() for match in _SENTENCE_END.finditer(opening)]
    return opening[: ends[-1]].rstrip() if ends else opening


def _plain(text: str) -> str:
    return shortened(" ".join(plain_text(text).split())) if text else ""
