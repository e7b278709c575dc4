"""Read what a formula shows where no program has computed it yet."""

import re

# A string of a formula doubles its quotes and may be cut in parts joined by &, because one part holds 255 characters.
_STRING = r'"[^"]*+(?:""[^"]*+)*+"'
_STRINGS = rf"{_STRING}(?:\s*&\s*{_STRING})*+"
_HYPERLINK = re.compile(rf"\s*HYPERLINK\(\s*({_STRINGS})\s*(?:,\s*({_STRINGS})\s*)?\)\s*", re.IGNORECASE)
_JOINED = re.compile(r'"\s*&\s*"')


def hyperlink_of(formula: str) -> tuple[str, str] | None:
    """Return address and text of a HYPERLINK formula made of strings; None for any other formula."""
    found = _HYPERLINK.fullmatch(formula)
    if found is None:
        return None
    address, text = found.groups()
    return _unquoted(address), _unquoted(text) if text else ""


def _unquoted(strings: str) -> str:
    """Return the text of one or more strings joined by &."""
    inner = strings[1:-1]
    return _JOINED.sub("", inner).replace('""', '"') if '"' in inner else inner
