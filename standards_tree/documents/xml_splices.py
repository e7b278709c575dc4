"""Put markup into an XML file at the places of some elements; every other byte of the file stays what it is.

A tree written out again would be another file: quotes, entities, comments and prefixes are the serializer's then. So the
places are found as offsets in the bytes, by expat, in what `hardened_xml` has accepted before.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import cast
from xml.parsers import expat

from standards_tree.errors import FieldViolation, MalformedDocumentError, UnsafeDocumentError, UnsupportedDocumentError

_TAG = re.compile(rb"<[^\"'>]*+(?:\"[^\"]*+\"[^\"'>]*+|'[^']*+'[^\"'>]*+)*+>")
_TAG_NAME = re.compile(rb"<(?:([^\s/>:]+):)?([^\s/>]+)")
_UTF8 = ("utf-8", "utf8", "us-ascii", "ascii")
_SEPARATOR = " "


@dataclass(slots=True)
class Spot:
    """Where an element of a file begins and ends, in bytes, and how it is named there."""

    number: int
    namespace: str
    local_name: str
    prefix: str
    name: bytes
    """The name as written: ``w:p``."""
    start: int
    inside: int
    """Behind its start tag, and behind its first child where that has the name asked for."""
    end: int = 0
    """Before its end tag; for an empty-element tag where its ``/>`` stands."""
    is_empty_tag: bool = False


@dataclass(frozen=True, slots=True)
class Splice:
    """Bytes that take the place of those from *start* to *end*; none are taken away where both are the same."""

    start: int
    end: int
    markup: bytes


def spots_of(content: bytes, part: str, wanted: Collection[int], header: str = "") -> list[Spot]:
    """Return the elements with the numbers *wanted*, which count start tags from 0, in the order of the file.

    Where the first child of one is called *header*, what is inside begins behind that. Cost: linear in *content*.

    Raises:
        MalformedDocumentError: *part*, which *content* is, is not well-formed, or has fewer elements.
        UnsafeDocumentError: it has a DOCTYPE.
        UnsupportedDocumentError: it is not in UTF-8.
    """
    finder = _Finder(content, part, frozenset(wanted), header)
    finder.read()
    if len(finder.found) != len(finder.wanted):
        raise MalformedDocumentError(
            "the part {part} is damaged: {error}", part=part, error=FieldViolation("", "elements are missing")
        )
    return finder.found


def inserted(spot: Spot, at_start: bytes, at_end: bytes) -> Iterator[Splice]:
    """Yield what puts markup into the element at *spot*, at the beginning and at the end of what is inside."""
    if spot.is_empty_tag:
        yield Splice(spot.end, spot.inside, b">" + at_start + at_end + b"</" + spot.name + b">")
        return
    if at_start:
        yield Splice(spot.inside, spot.inside, at_start)
    if at_end:
        yield Splice(spot.end, spot.end, at_end)


def spliced(content: bytes, splices: Iterable[Splice]) -> bytes:
    """Return *content* with all *splices*, which take nothing away twice; of those at one place the first comes first."""
    pieces: list[bytes | memoryview] = []
    rest = memoryview(content)
    position = 0
    for splice in sorted(splices, key=lambda splice: splice.start):
        pieces += (rest[position : splice.start], splice.markup)
        position = splice.end
    return b"".join([*pieces, rest[position:]])


class _Finder:
    def __init__(self, content: bytes, part: str, wanted: frozenset[int], header: str) -> None:
        self.wanted = wanted
        self.found: list[Spot] = []
        self._content = content
        self._part = part
        self._header = header
        self._count = 0
        self._depth = 0
        self._open: list[tuple[int, Spot]] = []
        self._first_child_of = -1
        self._headers: list[tuple[int, Spot]] = []
        self._parser = parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
        parser.XmlDeclHandler = self._declaration
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end

    def read(self) -> None:
        """Go through all of the part."""
        if b"\0" in self._content:  # UTF-16, which expat would read, counting its bytes
            raise self._not_utf8()
        try:
            self._parser.Parse(self._content, True)
        except (expat.ExpatError, LookupError, ValueError) as error:
            raise MalformedDocumentError(
                "the part {part} is not well-formed XML: {error}", part=self._part, error=error
            ) from error

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in _UTF8:
            raise self._not_utf8()

    def _doctype(self, *_: object) -> None:
        raise UnsafeDocumentError("the part {part} has a DOCTYPE, which is refused in every file", part=self._part)

    def _start(self, name: str, _attributes: object) -> None:
        number, self._count = self._count, self._count + 1
        self._depth += 1
        if self._depth - 1 == self._first_child_of and name.rpartition(_SEPARATOR)[2] == self._header:
            self._note_header()
        self._first_child_of = -1
        if number in self.wanted:
            spot = self._spot(number, name)
            self.found.append(spot)
            self._open.append((self._depth, spot))
            self._first_child_of = self._depth

    def _end(self, _name: str) -> None:
        if self._headers and self._headers[-1][0] == self._depth:
            self._headers.pop()[1].inside = self._tag_end(self._parser.CurrentByteIndex)
        if self._open and self._open[-1][0] == self._depth:
            _depth, spot = self._open.pop()
            if not spot.is_empty_tag:
                spot.end = self._parser.CurrentByteIndex
        self._first_child_of = -1
        self._depth -= 1

    def _note_header(self) -> None:
        start = self._parser.CurrentByteIndex
        end = self._tag_end(start)
        if self._content.endswith(b"/>", start, end):
            self._open[-1][1].inside = end
        else:
            self._headers.append((self._depth, self._open[-1][1]))

    def _spot(self, number: int, name: str) -> Spot:
        start = self._parser.CurrentByteIndex
        inside = self._tag_end(start)
        named = cast("re.Match[bytes]", _TAG_NAME.match(self._content, start))
        namespace, _, local_name = name.rpartition(_SEPARATOR)
        prefix = (named[1] or b"").decode()
        spot = Spot(number, namespace, local_name, prefix, named[0][1:], start, inside)
        if self._content.endswith(b"/>", start, inside):
            spot.is_empty_tag, spot.end = True, inside - 2
        return spot

    def _tag_end(self, start: int) -> int:
        # It was parsed: a tag stands here.
        return cast("re.Match[bytes]", _TAG.match(self._content, start)).end()

    def _not_utf8(self) -> UnsupportedDocumentError:
        return UnsupportedDocumentError("the part {part} is not in UTF-8, as Word writes it", part=self._part)
