"""Read Relaton records in XML: bibdata, bibitem and collections of them."""

from collections.abc import Iterator
from typing import Final

from standards_tree.catalogue_files.entries import Reading
from standards_tree.catalogue_files.relaton import Tree, read_relaton_record
from standards_tree.documents.hardened_xml import Element, read_tree, text_of
from standards_tree.errors import UnsupportedDocumentError

_RECORDS: Final = ("bibdata", "bibitem")
_NAMES: Final = {"docidentifier": "docid", "status": "docstatus", "uri": "link"}
"""Elements that the YAML files call otherwise."""
_LEAVES: Final = frozenset({"abstract", "title", "docid", "link", "code", "formattedref"})


def read_relaton_xml(content: bytes) -> Reading:
    """Return the records of an XML file: one, or all of a collection.

    Raises:
        MalformedDocumentError, UnsafeDocumentError: see `read_tree`.
        UnsupportedDocumentError: it holds no records.
    """
    root = read_tree(content)
    records = list(_records(root))
    if not records:
        message = "the XML file holds no bibdata or bibitem, but {root}"
        raise UnsupportedDocumentError(message, root=_name(root))
    reading = Reading("relaton")
    for row, record in enumerate(records, start=1):
        read_relaton_record(reading, row, _mapping(record))
    return reading


def _records(root: Element) -> Iterator[Element]:
    """Yield the outermost records; what stands inside one is related to it."""
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if _name(element) in _RECORDS:
            yield element
        else:
            waiting.extend(reversed(element))


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _mapping(element: Element) -> dict[str, Tree]:
    """Return an element as the YAML files have it: attributes and children by name, several of one name as a list."""
    found: dict[str, list[Tree]] = {}
    for name, value in element.attrib.items():
        found.setdefault(str(name).rpartition("}")[2], []).append(str(value))
    for child in element:
        name = _name(child).replace("-", "_")
        name = _NAMES.get(name, name)
        found.setdefault(name, []).append(_tree(child, name))
    return {name: several[0] if len(several) == 1 else several for name, several in found.items()}


def _tree(element: Element, name: str) -> Tree:
    if name in _LEAVES or not len(element):
        text = text_of(element)
        attributes: dict[str, Tree] = {str(key).rpartition("}")[2]: str(value) for key, value in element.attrib.items()}
        return {**attributes, "content": text, "value": text} if attributes else text
    return _mapping(element)
