"""Fold the spellings of one text into one key: full-width forms, kinds of dash and slash, blanks, case."""

import re
import unicodedata

_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\u2500\u2501\u2e3a\u2e3b\ufe31\ufe32\ufe58\ufe63\uff0d"
_SLASHES = "\u2044\u2215\u29f8\u2571\uff0f"
# U+2236 RATIO is what many Chinese input methods give for the colon of "ISO 9001:2015".
_COLONS = "\u2236\ua789\ufe55\uff1a"
_BLANKS = "\t\n\v\f\r\u00a0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
# Invisible characters that word processors and web pages leave inside a number.
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"

_MARKS = {ord(c): "-" for c in _DASHES} | {ord(c): "/" for c in _SLASHES} | {ord(c): ":" for c in _COLONS}
_FOLDED_MARKS: dict[int, str | None] = {**_MARKS, **dict.fromkeys(map(ord, _INVISIBLE))}
_ANY_FOLDED = re.compile(f"[{re.escape(''.join(map(chr, _FOLDED_MARKS)))}]")
_FULL_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_ONE_FOR_ONE = _FULL_WIDTH | _MARKS | {ord(c): " " for c in _BLANKS}

_HAN = re.compile("[\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]")


def match_key(text: str) -> str:
    """Return the key under which all spellings of *text* meet.

    NFKC, case folded, every dash ``-``, every slash ``/``, the ratio sign ``:``, runs of blanks one blank, stripped.
    Applying it twice changes nothing.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    folded = fold_marks(text).casefold()
    # Case folding can undo the normal form (U+0345), and so can the loss of an invisible character: then once more.
    return folded if unicodedata.is_normalized("NFKC", folded) else fold_marks(folded)


def fold_marks(text: str) -> str:
    """Return *text* folded as `match_key` does, with its case kept."""
    if text.isascii():
        return " ".join(text.split())
    normal = unicodedata.normalize("NFKC", text)
    # Translating takes ten times as long as to find that there is nothing to translate.
    return " ".join((normal.translate(_FOLDED_MARKS) if _ANY_FOLDED.search(normal) else normal).split())


def fold_in_place(text: str) -> str:
    """Return *text* with full-width forms, dashes, slashes and blanks folded one for one.

    The result has the length of *text*, so that a position in it is a position in *text*.
    """
    return text.translate(_ONE_FOR_ONE)


def contains_han(text: str) -> bool:
    """Tell whether *text* contains a Chinese character."""
    return _HAN.search(text) is not None
