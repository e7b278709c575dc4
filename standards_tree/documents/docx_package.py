"""Open a Word document from anyone: its parts as trees of plain names. Nothing that it points to is ever followed."""

import re
from collections.abc import Iterator

from standards_tree.documents.hardened_xml import Element, XmlLimits, read_tree
from standards_tree.errors import UnsafeDocumentError, UnsupportedDocumentError
from standards_tree.spreadsheets.containers import Container, ContainerLimits, open_container

CONTAINER_LIMITS = ContainerLimits(max_entries=5_000, max_entry_bytes=128 * 1024 * 1024)
PART_LIMITS = XmlLimits(max_bytes=32 * 1024 * 1024)
_MAIN_PARTS = ("word/document.xml", "word/document2.xml")
_RELATION = re.compile(rb"<[^<>]*officeDocument\"[^<>]*>")
_TARGET = re.compile(rb"Target=\"/?(?P<target>[\w./-]{1,200})\"")
_REVISION_MARKS = re.compile(rb"\s(?:w:rsid\w{0,10}|w14:\w{1,20})=\"[0-9A-Fa-f]{0,8}\"")
"""Who touched a paragraph when, in four attributes of each: a third of all attributes, and nothing that is printed."""
_ANY_NAMESPACE = re.compile(r"\{[^}]*\}")


class DocxPackage:
    """Gives the parts of a Word document."""

    def __init__(self, content: bytes) -> None:
        """Open *content*.

        Raises:
            MalformedDocumentError: no ZIP container, or a damaged one.
            UnsafeDocumentError: built to do harm, or too large.
            UnsupportedDocumentError: encrypted, or another kind of Office file.
        """
        self._container: Container = open_container(content, CONTAINER_LIMITS)
        self._main = self._main_part()

    def main(self) -> Element:
        """Return the body of the document."""
        root = self._tree(self._main)
        body = root.find("body")
        if root.tag != "document" or body is None:
            raise UnsupportedDocumentError(
                "the part {part} is no Word document: its root element is <{name}>", part=self._main, name=root.tag[:80]
            )
        return body

    def part(self, name: str) -> Element | None:
        """Return the root of the part *name* beside the main part, None where there is none."""
        path = f"{self._main.rpartition('/')[0]}/{name}".lstrip("/")
        return self._tree(path) if path in self._container else None

    @property
    def container(self) -> Container:
        """Return the parts as they lie in the file."""
        return self._container

    @property
    def main_part(self) -> str:
        """Return the name of the part that holds the body: `word/document.xml`."""
        return self._main

    def content(self, part: str) -> bytes:
        """Return the bytes of *part*.

        Raises:
            MalformedDocumentError: there is no such part, or it is damaged.
            UnsafeDocumentError: it is too large.
        """
        size = self._container.size(part) if part in self._container else 0
        if size > PART_LIMITS.max_bytes:
            raise UnsafeDocumentError(
                "the part {part} has {found} bytes; at most {limit} are read",
                part=part,
                found=size,
                limit=PART_LIMITS.max_bytes,
            )
        return b"".join(self._container.chunks(part))

    def _main_part(self) -> str:
        for name in (*_MAIN_PARTS, *self._related()):
            if name in self._container:
                return name
        raise UnsupportedDocumentError("the file is no Word document: it has no part word/document.xml")

    def _related(self) -> Iterator[str]:
        if "_rels/.rels" not in self._container or self._container.size("_rels/.rels") > 64 * 1024:
            return
        for relation in _RELATION.finditer(b"".join(self._container.chunks("_rels/.rels"))):
            target = _TARGET.search(relation[0])
            if target:
                yield target["target"].decode("ascii", "replace")

    def _tree(self, part: str) -> Element:
        content = _REVISION_MARKS.sub(b"", self.content(part))
        root = read_tree(content, PART_LIMITS)
        for element in root.iter():
            # Transitional and strict files differ in their namespaces only; what is not Word's has names of its own.
            element.tag = element.tag.rpartition("}")[2]
        return root


def value(element: Element | None, name: str = "val") -> str:
    """Return the attribute *name* of *element*, whichever namespace Word's is, ``""`` where there is none."""
    if element is None:
        return ""
    for key, found in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(found)
    return ""
