"""Write a ZIP container again with some of its parts changed; the others are copied as they are stored, and never unpacked."""

import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from standards_tree.spreadsheets.containers import Container

_LOCAL = struct.Struct("<4s5H3L2H")  # APPNOTE.TXT, 4.3.7
_DIRECTORY = struct.Struct("<4s6H3L5H2L")  # 4.3.12
_END = struct.Struct("<4s4H2LH")  # 4.3.16
_VERSION_NEEDED = 20
_UTF8_NAME = 0x800
_DEFLATE_LEVEL = 6
_MAX_RATIO = 50
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The earliest time a ZIP directory can say: parts of ours have it, so that the same input gives the same bytes."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """One part as it is written: what the directory says of it, and its stored bytes."""

    name: bytes
    is_utf8: bool
    method: int
    moment: tuple[int, int, int, int, int, int]
    crc: int
    size: int
    stored: bytes | memoryview
    attributes: int = 0

    def fields(self) -> tuple[int, ...]:
        """Return what both headers of an entry say, from the flags to the sizes."""
        year, month, day, hour, minute, second = self.moment
        time, date = hour << 11 | minute << 5 | second // 2, (year - 1980) << 9 | month << 5 | day
        flags = _UTF8_NAME if self.is_utf8 else 0
        return flags, self.method, time, date, self.crc, len(self.stored), self.size


def copied(container: Container, changed: Mapping[str, bytes]) -> Iterator[bytes | memoryview]:
    """Yield the bytes of a container with the parts of *container*, in its order, but *changed*; new ones come last.

    Cost: that of the changed parts, and of copying the rest. Extra fields and remarks of the old directory are left out.

    Raises:
        MalformedDocumentError: a part is not where the directory says.
    """
    offset = 0
    directory: list[bytes] = []
    for entry in _entries(container, changed):
        header = _LOCAL.pack(b"PK\x03\x04", _VERSION_NEEDED, *entry.fields(), len(entry.name), 0) + entry.name
        yield header
        yield entry.stored
        directory.append(_listed(entry, offset))
        offset += len(header) + len(entry.stored)
    listed = b"".join(directory)
    yield listed
    yield _END.pack(b"PK\x05\x06", 0, 0, len(directory), len(directory), len(listed), offset, 0)


def _entries(container: Container, changed: Mapping[str, bytes]) -> Iterator[_Entry]:
    # Office finds a part whatever the case of its name.
    left = {name.lower(): (name, content) for name, content in changed.items()}
    for entry in container.entries():
        name, content = left.pop(entry.filename.lower(), ("", None))
        yield _kept(container, entry) if content is None else _made(entry.filename, content)
    for name, content in left.values():
        yield _made(name, content)


def _kept(container: Container, entry: zipfile.ZipInfo) -> _Entry:
    is_utf8 = bool(entry.flag_bits & _UTF8_NAME)
    return _Entry(
        name=entry.orig_filename.encode("utf-8" if is_utf8 else "cp437"),
        is_utf8=is_utf8,
        method=entry.compress_type,
        moment=entry.date_time,
        crc=entry.CRC,
        size=entry.file_size,
        stored=container.stored(entry),
        attributes=entry.external_attr,
    )


def _made(name: str, content: bytes) -> _Entry:
    stored = _packed(content, zlib.Z_DEFAULT_STRATEGY)
    if len(content) > _MAX_RATIO * len(stored):
        stored = _packed(
            content, zlib.Z_HUFFMAN_ONLY
        )  # one that repeats itself would pass for a bomb when it is read again
    return _Entry(
        name=name.encode(),
        is_utf8=not name.isascii(),
        method=zipfile.ZIP_DEFLATED,
        moment=_FIRST_DAY,
        crc=zlib.crc32(content),
        size=len(content),
        stored=stored,
    )


def _packed(content: bytes, strategy: int) -> bytes:
    packer = zlib.compressobj(_DEFLATE_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, strategy)
    return packer.compress(content) + packer.flush()


def _listed(entry: _Entry, offset: int) -> bytes:
    """Return the line of the directory for an entry whose header is at *offset*."""
    fixed = _DIRECTORY.pack(
        b"PK\x01\x02",
        _VERSION_NEEDED,
        _VERSION_NEEDED,
        *entry.fields(),
        len(entry.name),
        *(0, 0, 0, 0),
        entry.attributes,
        offset,
    )
    return fixed + entry.name
