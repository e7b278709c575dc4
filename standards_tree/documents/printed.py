"""Tell by its first words what a paragraph is printed as: a note, an example, a source, a warning."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from standards_tree.documents.model import Block, BlockKind

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


def text_of_blocks(blocks: Iterable[Block]) -> str:
    """Return the text of a clause: a line for each block that stands in no other; what stands in one is on its line."""
    lines: list[str] = []
    line_of: list[int] = []
    for block in blocks:
        line = line_of[block.inside] if block.inside >= 0 else -1
        line_of.append(line)
        if block.kind is BlockKind.FOOTNOTE or (block.inside >= 0 and line < 0):
            continue
        text = " ".join(filter(None, (block.number, block.title, block.text.replace("\t", " ").replace("\n", " "))))
        if block.inside < 0:
            line_of[-1] = len(lines)
            lines.append(text)
        elif text:
            lines[line] = f"{lines[line]} {text}"
    return "\n".join(filter(None, lines))
