"""Find the web addresses that a cell or a field lists, however they are separated."""

import re

_URL = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_BEFORE_URL = re.compile(r"(?<=[,;|])(?=https?://)", re.IGNORECASE)


def web_addresses(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the addresses in *text*, each once in its order, and the words among them that are none."""
    if text.count("://") == 1 and _URL.fullmatch(text):
        return (text,), ()
    words = [word.strip(",;|") for blank in text.split() for word in _BEFORE_URL.split(blank)]
    odd = [word for word in words if word and not _URL.fullmatch(word)]
    return tuple(dict.fromkeys([word for word in words if _URL.fullmatch(word)])), tuple(odd)
