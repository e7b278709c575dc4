"""Open Office files (ZIP containers of XML parts) from anyone without unpacking what was built to do harm.

Everything that can be known from the ZIP directory is checked before a byte is inflated, and ``zipfile`` never
inflates more of an entry than the directory declares, so the declared sizes bind. A part is XML if its name says so;
its prolog is read up to the root element, and a DOCTYPE there is refused (nowhere else can one stand: the parser ends
with an error).
"""

import codecs
import io
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from xml.parsers import expat

from standards_tree.errors import (
    FieldViolation,
    MalformedDocumentError,
    UnsafeDocumentError,
    UnsupportedDocumentError,
)


@dataclass(frozen=True, slots=True)
class ContainerLimits:
    """Say how large a container may be. The nightly ePing workbook has 45 MB and inflates to some 300 MB."""

    max_bytes: int = 64 * 1024 * 1024
    max_entries: int = 1_000
    max_entry_bytes: int = 512 * 1024 * 1024
    max_total_bytes: int = 768 * 1024 * 1024
    max_ratio: int = 100


CHUNK_BYTES = 256 * 1024
# A tag or a comment is held whole by the parser, which before expat 2.6 scans it again with each chunk.
MAX_MARKUP_BYTES = 1024 * 1024
MAX_PARSED_BYTES = 16 * 1024 * 1024
"""For parts that are read by a call for each tag: lists of sheets and of parts, which stay small."""
_ALWAYS_ALLOWED_BYTES = 1024 * 1024
"""Small parts may compress well (blank cells do) without being a bomb."""
_ENTRY_SIGNATURE = b"PK\x01\x02"
_LOCAL_SIGNATURE = b"PK\x03\x04"
_LOCAL_HEADER_BYTES = (
    30  # before the name and the extra field, whose lengths are its last two numbers (APPNOTE.TXT, 4.3.7)
)
_LENGTHS_AT = 26
_OLE_SIGNATURE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = 0x1 | 0x40  # by the old and by the strong method (APPNOTE.TXT, 4.4.4)
_XML_PART = re.compile(r".*\.(?:xml|rels|vml)", re.IGNORECASE)


class Container:
    """Give access to the parts of a ZIP container that passed every check."""

    def __init__(self, archive: zipfile.ZipFile, content: bytes) -> None:
        self._archive = archive
        self._content = content
        # Office finds a part whatever the case of its name (ECMA-376-2, 6.2.2.2).
        self._entries = {entry.filename.lower(): entry for entry in archive.infolist()}

    def __contains__(self, part: str) -> bool:
        return part.lower() in self._entries

    @property
    def parts(self) -> tuple[str, ...]:
        """Return the names of all parts."""
        return tuple([entry.filename for entry in self._entries.values()])

    def size(self, part: str) -> int:
        """Return how many bytes *part* has."""
        return self._entries[part.lower()].file_size

    def chunks(self, part: str) -> Iterator[bytes]:
        """Yield the bytes of *part*.

        Raises:
            MalformedDocumentError: there is no such part, or its bytes are damaged.
        """
        if part not in self:
            raise MalformedDocumentError("the file has no part {part}, which it needs", part=part)
        try:
            with self._archive.open(self._entries[part.lower()]) as stream:
                while chunk := stream.read(CHUNK_BYTES):
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError, OSError) as error:
            raise MalformedDocumentError(
                "the part {part} is damaged: {error}", part=part, error=cause_of(error)
            ) from error

    def entries(self) -> tuple[zipfile.ZipInfo, ...]:
        """Return what the directory says of each part, in its order."""
        return tuple(self._archive.infolist())

    def stored(self, entry: zipfile.ZipInfo) -> memoryview:
        """Return the bytes of *entry* as they lie in the file, compressed or not; nothing is unpacked.

        Raises:
            MalformedDocumentError: there is no such part where the directory says.
        """
        header = self._content[entry.header_offset : entry.header_offset + _LOCAL_HEADER_BYTES]
        if len(header) < _LOCAL_HEADER_BYTES or not header.startswith(_LOCAL_SIGNATURE):
            raise MalformedDocumentError(
                "the part {part} is damaged: {error}",
                part=entry.filename[:200],
                error=FieldViolation("", "a part does not begin where the list of parts says"),
            )
        start = entry.header_offset + _LOCAL_HEADER_BYTES + sum(struct.unpack_from("<2H", header, _LENGTHS_AT))
        found = memoryview(self._content)[start : start + entry.compress_size]
        if len(found) < entry.compress_size:
            raise MalformedDocumentError(
                "the part {part} is damaged: {error}",
                part=entry.filename[:200],
                error=FieldViolation("", "a part is cut short"),
            )
        return found


# What zipfile says in English, as a text that is translated with the rest.
_CHECKSUM = "Bad CRC-32"


def cause_of(error: Exception) -> object:
    """Return what is wrong with a container, in words that are translated; what the library says where it is something rare."""
    if str(error).startswith(_CHECKSUM):
        return FieldViolation("", "its checksum is another")
    if isinstance(error, EOFError):
        return FieldViolation("", "a part is cut short")
    if isinstance(error, zlib.error):
        return FieldViolation("", "what is compressed cannot be unpacked")
    causes = {
        "File is not a zip file": FieldViolation("", "the list of its parts, which stands at its end, is not there"),
        "Bad magic number for central directory": FieldViolation("", "the list of its parts is damaged"),
        "Truncated central directory": FieldViolation("", "the list of its parts is cut short"),
        "Bad magic number for file header": FieldViolation("", "a part does not begin where the list of parts says"),
        "Truncated file header": FieldViolation("", "a part is cut short"),
    }
    return causes.get(str(error), str(error))


def open_container(content: bytes, limits: ContainerLimits | None = None) -> Container:
    """Check *content* against *limits* and return its parts.

    Raises:
        MalformedDocumentError: not a ZIP container, cut short, or a part whose XML does not even begin well.
        UnsafeDocumentError: too many or too large parts, a bomb, names that lead elsewhere or repeat, a DOCTYPE.
        UnsupportedDocumentError: encrypted, or compressed in a way Office files never are.
    """
    limits = limits or ContainerLimits()
    if len(content) > limits.max_bytes:
        raise UnsafeDocumentError(
            "the file has {found} bytes; at most {limit} are read", found=len(content), limit=limits.max_bytes
        )
    _check_signature(content)
    # zipfile makes an object of each directory entry before anybody can count them, so the signatures are counted here.
    _check_entry_count(content.count(_ENTRY_SIGNATURE), limits)
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, EOFError, ValueError, RuntimeError, OSError) as error:
        raise MalformedDocumentError(
            "the ZIP container is damaged or cut short: {error}", error=cause_of(error)
        ) from error
    entries = archive.infolist()
    _check_names(entries)
    for entry in entries:
        _check_entry(entry, limits)
    if sum(entry.compress_size for entry in entries) > len(content):
        raise MalformedDocumentError("the ZIP container is damaged: its parts claim more bytes than the file has")
    total = sum(entry.file_size for entry in entries)
    if total > limits.max_total_bytes:
        raise UnsafeDocumentError(
            "the file unpacks to {found} bytes; at most {limit} are read", found=total, limit=limits.max_total_bytes
        )
    container = Container(archive, content)
    for part in container.parts:
        if _XML_PART.fullmatch(part):
            _check_prolog(container, part)
    return container


def parse_part(container: Container, part: str, parser: expat.XMLParserType) -> None:
    """Feed *part* to *parser*, which calls back.

    Raises:
        MalformedDocumentError: the part is not well-formed XML.
        UnsafeDocumentError: a DOCTYPE, a tag of more than MAX_MARKUP_BYTES, more than MAX_PARSED_BYTES.
    """
    if container.size(part) > MAX_PARSED_BYTES:
        raise UnsafeDocumentError(
            "the part {part} has {found} bytes; at most {limit} are read",
            part=part,
            found=container.size(part),
            limit=MAX_PARSED_BYTES,
        )
    for _ in _feed(container, part, parser):
        pass


def plain_markup(container: Container, part: str) -> Iterator[str]:
    """Yield the text of *part*, piece by piece, proven to be well-formed XML so far, of tags and text only.

    Without comments, CDATA sections and processing instructions, which worksheets never have, every ``<`` begins a tag
    and no tag holds another ``<``: the markup is a regular language, and regular expressions read it exactly.

    Raises:
        MalformedDocumentError: the part is not well-formed XML.
        UnsafeDocumentError: a DOCTYPE, or a tag of more than MAX_MARKUP_BYTES.
        UnsupportedDocumentError: a comment, a CDATA section, a processing instruction, or an encoding other than UTF-8.
    """

    def refuse(*_: object) -> None:
        raise UnsupportedDocumentError(
            "the part {part} has XML comments, CDATA or processing instructions;"
            " open the file in a spreadsheet program and save it again",
            part=part,
        )

    def check_declaration(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in ("utf-8", "utf8", "us-ascii", "ascii"):
            refuse_encoding()

    def refuse_encoding() -> None:
        raise UnsupportedDocumentError("the part {part} is not in UTF-8, as XLSX parts are", part=part)

    parser = expat.ParserCreate()
    parser.XmlDeclHandler = check_declaration
    parser.CommentHandler = parser.StartCdataSectionHandler = parser.ProcessingInstructionHandler = refuse
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    for chunk in _feed(container, part, parser):
        try:
            yield decoder.decode(chunk)
        except UnicodeDecodeError:
            refuse_encoding()


def _feed(container: Container, part: str, parser: expat.XMLParserType) -> Iterator[bytes]:
    """Feed *part* to *parser*, and yield each chunk behind its parse."""

    def refuse_doctype(*_: object) -> None:
        raise UnsafeDocumentError("the part {part} has a DOCTYPE, which is refused in every file", part=part)

    parser.StartDoctypeDeclHandler = refuse_doctype
    fed = 0
    try:
        for chunk in container.chunks(part):
            parser.Parse(chunk, False)
            fed += len(chunk)
            if fed - parser.CurrentByteIndex > CHUNK_BYTES + MAX_MARKUP_BYTES:
                raise UnsafeDocumentError(
                    "the part {part} has a tag or a comment of more than {limit} bytes",
                    part=part,
                    limit=MAX_MARKUP_BYTES,
                )
            yield chunk
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise MalformedDocumentError(
            "the part {part} is not well-formed XML: {error}", part=part, error=error
        ) from error


class _RootReachedError(Exception):
    """Stop the parser at the root element."""


def _check_prolog(container: Container, part: str) -> None:
    def stop(*_: object) -> None:
        raise _RootReachedError

    parser = expat.ParserCreate()
    parser.StartElementHandler = stop
    try:
        for _ in _feed(container, part, parser):
            pass
    except _RootReachedError:
        return


def _check_signature(content: bytes) -> None:
    if content.startswith(_OLE_SIGNATURE):
        raise UnsupportedDocumentError(
            "the file is protected by a password or in the format of Excel 97; save it as XLSX without a password"
        )
    if not content.startswith(_LOCAL_SIGNATURE):
        raise MalformedDocumentError("the file is not an XLSX workbook: it does not begin like a ZIP container")


def _check_entry_count(count: int, limits: ContainerLimits) -> None:
    if count > limits.max_entries:
        raise UnsafeDocumentError(
            "the ZIP container has {found} entries; at most {limit} are read", found=count, limit=limits.max_entries
        )


def _check_names(entries: list[zipfile.ZipInfo]) -> None:
    for entry in entries:
        # orig_filename still has what zipfile cuts off behind a NUL.
        if _leads_elsewhere(entry.orig_filename):
            raise UnsafeDocumentError(
                "the ZIP container has an entry {name!r}, whose name leads outside of it",
                name=entry.orig_filename[:200],
            )
    # Without case, or two readers could pick different parts.
    name, count = Counter([entry.filename.lower() for entry in entries]).most_common(1)[0] if entries else ("", 0)
    if count > 1:
        raise UnsafeDocumentError("the ZIP container has {count} entries named {name!r}", count=count, name=name[:200])


def _leads_elsewhere(name: str) -> bool:
    return name.startswith(("/", "\\")) or "\\" in name or "\0" in name or name[1:2] == ":" or ".." in name.split("/")


def _check_entry(entry: zipfile.ZipInfo, limits: ContainerLimits) -> None:
    name = entry.filename[:200]
    if entry.flag_bits & _ENCRYPTED:
        raise UnsupportedDocumentError("the part {part} is encrypted; save the file without a password", part=name)
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise UnsupportedDocumentError(
            "the part {part} is compressed by a method that Office files never use", part=name
        )
    if entry.file_size > limits.max_entry_bytes:
        raise UnsafeDocumentError(
            "the part {part} unpacks to {found} bytes; at most {limit} are read",
            part=name,
            found=entry.file_size,
            limit=limits.max_entry_bytes,
        )
    if entry.file_size > _ALWAYS_ALLOWED_BYTES and entry.file_size > limits.max_ratio * max(entry.compress_size, 1):
        raise UnsafeDocumentError(
            "the part {part} unpacks to more than {limit} times its size, like a ZIP bomb",
            part=name,
            limit=limits.max_ratio,
        )
