"""Read and write the names of the catalogue's resources."""

import re
from typing import NamedTuple

from standards_tree.catalogue import undated_key
from standards_tree.designations import Designation, parse_designation
from standards_tree.errors import InvalidArgumentError

STANDARDS = "standards/"

_SYSTEM = re.compile(r"systems/([a-z][a-z0-9-]{0,39})")
_EDITION = re.compile(r"systems/([a-z][a-z0-9-]{0,39})/editions/([1-9][0-9]{0,8})")
_NODE = re.compile(r"systems/([a-z][a-z0-9-]{0,39})/nodes/([^/]{1,40})")


class NodeName(NamedTuple):
    """A node by its system and its id or code."""

    system_id: str
    id_or_code: str


class EditionName(NamedTuple):
    """An edition of a system by its number."""

    system_id: str
    number: int

    @property
    def system(self) -> str:
        """Return the name of its system."""
        return f"systems/{self.system_id}"

    @property
    def text(self) -> str:
        """Return its own name."""
        return f"{self.system}/editions/{self.number}"


class StandardName(NamedTuple):
    """What a caller names a standard by: one edition, or with ``undated_key`` whichever edition holds."""

    text: str
    standard_id: str
    undated_key: str | None


def system_id(name: str, field: str = "name") -> str:
    """Return the id in `systems/{system}`.

    Raises:
        InvalidArgumentError: *name* is no such name; names *field*.
    """
    return _match(_SYSTEM, name, field, "systems/{system}")[1]


def node_name(name: str, field: str = "name") -> NodeName:
    """Return the parts of `systems/{system}/nodes/{node}`.

    Raises:
        InvalidArgumentError: *name* is no such name; names *field*.
    """
    match = _match(_NODE, name, field, "systems/{system}/nodes/{node}")
    return NodeName(match[1], match[2])


def branch_name(name: str, field: str = "branch") -> NodeName:
    """Return the parts of a node's name, or of a system's, without a node.

    Raises:
        InvalidArgumentError: *name* is neither; names *field*.
    """
    whole = _SYSTEM.fullmatch(name)
    return NodeName(whole[1], "") if whole is not None else node_name(name, field)


def edition_name(name: str, field: str = "name") -> EditionName:
    """Return the parts of `systems/{system}/editions/{number}`.

    Raises:
        InvalidArgumentError: *name* is no such name; names *field*.
    """
    match = _match(_EDITION, name, field, "systems/{system}/editions/{number}")
    return EditionName(match[1], int(match[2]))


def edition_of(name: str, system: str, field: str) -> EditionName:
    """Return the parts of the name of an edition of *system*.

    Raises:
        InvalidArgumentError: *name* is no such name, or of another system; names *field*.
    """
    edition = edition_name(name, field)
    if edition.system_id != system:
        message = "{name} is an edition of another system than systems/{system}"
        raise InvalidArgumentError.in_field(field, message, name=name, system=system)
    return edition


def node_name_or_none(name: str, system: str, field: str) -> NodeName | None:
    """Return the parts of a node's name, None for an empty one: the top.

    Raises:
        InvalidArgumentError: *name* is no such name, or of another system; names *field*.
    """
    return node_in(name, system, field) if name else None


def node_in(name: str, system: str, field: str) -> NodeName:
    """Return the parts of a node's name.

    Raises:
        InvalidArgumentError: *name* is no such name, or of another system; names *field*.
    """
    node = node_name(name, field)
    if node.system_id != system:
        message = "{name} is a node of another system than systems/{system}"
        raise InvalidArgumentError.in_field(field, message, name=name, system=system)
    return node


def branch_of(system: str, branch: str) -> NodeName:
    """Return the parts of a node's name, or of its system's where *branch* is empty.

    Raises:
        InvalidArgumentError: one is no such name, or the node is of another system.
    """
    whole = NodeName(system_id(system, "system"), "")
    return node_name_or_none(branch, whole.system_id, "branch") or whole


def standard_name(name: str) -> StandardName:
    """Return what *name* means: `standards/{standard}`, or a designation in any spelling.

    Raises:
        MalformedDesignationError: it is neither.
    """
    if not name:
        raise InvalidArgumentError.in_field("name", "say which standard: by name or designation")
    if name.startswith(STANDARDS):
        return StandardName(name, name[len(STANDARDS) :], None)
    return designated(parse_designation(name), name)


def designated(designation: Designation, text: str) -> StandardName:
    """Return what *designation*, written as *text*, means."""
    return StandardName(text, designation.resource_id, None if designation.is_dated else undated_key(designation))


def local_id(name: str, collection: str, field: str = "name") -> str:
    """Return the id in `{collection}/{id}`.

    Raises:
        InvalidArgumentError: *name* is no such name; names *field*.
    """
    return _match(re.compile(rf"{collection}/([0-9a-z-]{{1,64}})"), name, field, f"{collection}/{{id}}")[1]


def _match(pattern: re.Pattern[str], name: str, field: str, shape: str) -> re.Match[str]:
    match = pattern.fullmatch(name)
    if match is None:
        raise InvalidArgumentError.in_field(field, "{name} is not a name of the form {shape}", name=name, shape=shape)
    return match
