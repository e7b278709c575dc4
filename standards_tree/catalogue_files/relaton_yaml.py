"""Read Relaton records in YAML: every scalar as its text, no aliases, no tags, nothing deep."""

from typing import Final, cast

import yaml

from standards_tree.catalogue_files.entries import Reading
from standards_tree.catalogue_files.relaton import Tree, read_relaton_record
from standards_tree.catalogue_files.rows import decoded
from standards_tree.errors import MalformedDocumentError, UnsafeDocumentError

MAX_BYTES: Final = 16 * 1024 * 1024
MAX_DEPTH: Final = 40
MAX_NODES: Final = 2_000_000


def read_relaton_yaml(content: bytes) -> Reading:
    """Return the records of a YAML file: one, a list of them, or several documents.

    Raises:
        MalformedDocumentError: it is not YAML, or holds no records; the message names the line.
        UnsafeDocumentError: it is larger or deeper than any such file, or has aliases.
    """
    if len(content) > MAX_BYTES:
        message = "the file has {found} bytes; at most {limit} are read"
        raise UnsafeDocumentError(message, found=len(content), limit=MAX_BYTES)
    text = decoded(content)
    reading = Reading("relaton")
    row = 0
    try:
        _check_events(text)
        # The base loader makes texts of all scalars: 2009-01-01 stays as written, and a tag makes nothing.
        for document in yaml.load_all(text, Loader=yaml.CBaseLoader):
            for record in document if isinstance(document, list) else [document]:
                row += 1
                if not isinstance(record, dict):
                    message = "record {row} of the YAML file is no mapping"
                    raise MalformedDocumentError(message, row=row)
                read_relaton_record(reading, row, cast("dict[str, Tree]", record))
    except yaml.YAMLError as error:
        message = "the file is not YAML: {cause}"
        raise MalformedDocumentError(message, cause=" ".join(str(error).split())[:300]) from error
    return reading


def _check_events(text: str) -> None:
    """Refuse what would take memory out of proportion, before anything is made of it."""
    depth = 0
    for nodes, event in enumerate(yaml.parse(text, Loader=yaml.CBaseLoader), start=1):
        line = event.start_mark.line + 1 if event.start_mark is not None else 0
        if isinstance(event, yaml.AliasEvent):
            message = "line {line} of the YAML file has an alias, which is refused in every file"
            raise UnsafeDocumentError(message, line=line)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH or nodes > MAX_NODES:
            message = "the YAML file is deeper than {depth} or has more than {nodes} parts, at line {line}"
            raise UnsafeDocumentError(message, depth=MAX_DEPTH, nodes=MAX_NODES, line=line)
