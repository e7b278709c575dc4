"""Read YAML from anyone: every scalar as its text, no aliases, no tags, nothing deep."""

from collections.abc import Iterator
from typing import Final, NamedTuple

import yaml

from standards_tree.catalogue_files.rows import decoded
from standards_tree.errors import MalformedDocumentError, UnsafeDocumentError

MAX_BYTES: Final = 64 * 1024 * 1024
MAX_DEPTH: Final = 40
MAX_NODES: Final = 4_000_000
MAX_SCALAR_CHARACTERS: Final = 100_000

Tree = str | list["Tree"] | dict[str, "Tree"]


class YamlDocument(NamedTuple):
    """One document of a file and the line it begins in."""

    line: int
    tree: Tree


def read_yaml(content: bytes) -> Iterator[YamlDocument]:
    """Yield the documents of a YAML file; the base loader makes texts of all scalars, and a tag makes nothing.

    Raises:
        MalformedDocumentError: it is not YAML; the message names the line.
        UnsafeDocumentError: it is larger or deeper than any such file, or has aliases.
    """
    if len(content) > MAX_BYTES:
        message = "the file has {found} bytes; at most {limit} are read"
        raise UnsafeDocumentError(message, found=len(content), limit=MAX_BYTES)
    text = decoded(content)
    try:
        lines = _document_lines(text)
        for line, tree in zip(lines, yaml.load_all(text, Loader=yaml.CBaseLoader), strict=True):
            yield YamlDocument(line, tree)
    except yaml.YAMLError as error:
        message = "the file is not YAML: {cause}"
        raise MalformedDocumentError(message, cause=" ".join(str(error).split())[:300]) from error


def _document_lines(text: str) -> list[int]:
    """Return the line each document begins in; refuse what would take memory out of proportion, before it is made."""
    lines: list[int] = []
    depth = 0
    for nodes, event in enumerate(yaml.parse(text, Loader=yaml.CBaseLoader), start=1):
        line = event.start_mark.line + 1 if event.start_mark is not None else 0
        if isinstance(event, yaml.AliasEvent):
            message = "line {line} of the YAML file has an alias, which is refused in every file"
            raise UnsafeDocumentError(message, line=line)
        if isinstance(event, yaml.DocumentStartEvent):
            lines.append(line)
        elif isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.ScalarEvent) and len(event.value) > MAX_SCALAR_CHARACTERS:
            message = "line {line} of the YAML file has a text of more than {limit} characters"
            raise UnsafeDocumentError(message, line=line, limit=MAX_SCALAR_CHARACTERS)
        if depth > MAX_DEPTH or nodes > MAX_NODES:
            message = "the YAML file is deeper than {depth} or has more than {nodes} parts, at line {line}"
            raise UnsafeDocumentError(message, depth=MAX_DEPTH, nodes=MAX_NODES, line=line)
    return lines
