"""Tell by its first words what a paragraph is printed as: a note, an example, a source, a warning."""

import re
from typing import NamedTuple

from standards_tree.documents.model import BlockKind

_FIRST_CHARACTERS = frozenset("注示警危小[［（(NEWCDAS")
_PRINTED = (
    (
        BlockKind.NOTE,
        re.compile(r"(注\s*\d*|N(?:OTE|ote)(?:\s+\d+)?(?:\s+to entry)?)\s*(?:[:：]|(?<=\d)\s+|\s+[—–-]\s*)\s*"),
    ),
    (
        BlockKind.EXAMPLE,
        re.compile(r"(示\s*例\s*\d*|E(?:XAMPLE|xample)(?:\s+\d+)?)\s*(?:[:：]|(?<=\d)\s+|\s+[—–-]\s*)\s*"),
    ),
)
_WARNING = re.compile(r"(?:警\s*[告示]|危\s*险|小\s*心|WARNING|CAUTION|DANGER)\s*(?:[:：—–]|-\s|$)")
_SOURCE = re.compile(r"[\[［](?:SOURCE|来\s*源)\s*[:：].+[\]］]?$", re.IGNORECASE | re.DOTALL)


class Printed(NamedTuple):
    """What a paragraph is, its label and the text behind it."""

    kind: BlockKind
    number: str
    text: str


def printed_as(text: str) -> Printed:
    """Return what a paragraph with *text* is printed as; its label is parted from the text of a note or example."""
    if not text or text[0] not in _FIRST_CHARACTERS:
        return Printed(BlockKind.PARAGRAPH, "", text)
    for kind, pattern in _PRINTED:
        match = pattern.match(text)
        if match:
            return Printed(kind, match[1].strip(), text[match.end() :])
    if is_warning(text):
        return Printed(BlockKind.WARNING, "", text)
    if _SOURCE.match(text):
        return Printed(BlockKind.SOURCE, "", text)
    return Printed(BlockKind.PARAGRAPH, "", text)


def is_warning(text: str) -> bool:
    """Tell whether *text*, a paragraph or a label, begins with the word for a warning."""
    return _WARNING.match(text) is not None
