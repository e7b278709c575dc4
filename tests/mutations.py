"""Damage documents as transports, converters and strangers do: bytes, elements, parts of containers."""

import io
import random
import re
import zipfile

_ELEMENT = re.compile(rb"<([A-Za-z:.-]+)(?:\s[^<>]*)?>(?:[^<>]*|.{0,400}?)</\1>", re.DOTALL)
_TAG = re.compile(rb"<[^<>]{1,200}>")
_VALUE = re.compile(rb"=\"([^\"<>]{0,60})\"")
_ODD_VALUES = (b"", b"-1", b"99999999999999999999", b"NaN", b"%9%9%9", b"\xc2\xa0", b"../../x", b"0")
_ODD_PIECES = (b"\0", b"<", b"&", b"]]>", b"<!--", b"\xff\xfe", b"\xe4\xb8", b"<p>", b"</p>", b"&#0;", b"\x1b")


def mutated(content: bytes, seed: int) -> bytes:
    """Return *content* damaged in one of many ways; the same *seed* damages it the same way."""
    chance = random.Random(seed)  # repeatable on purpose
    if content.startswith(b"PK"):
        return _mutated_container(content, chance)
    return _mutated_bytes(content, chance)


def _mutated_bytes(content: bytes, chance: random.Random) -> bytes:
    ways = (_flip, _flip, _cut, _double, _truncate, _insert, _drop_element, _drop_element, _drop_tag, _odd_value, _move)
    for _ in range(chance.choice((1, 1, 2, 5))):
        content = chance.choice(ways)(content, chance) or b"<"
    return content


def _mutated_container(content: bytes, chance: random.Random) -> bytes:
    """Damage the container itself, or one part of it, which is packed again so that the damage is reached."""
    if chance.random() < 0.25:  # the container itself is checked before anything is read
        return _mutated_bytes(content, chance)
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target:
        names = source.namelist()
        victim = chance.choice([name for name in names if name.startswith("word/")])
        dropped = chance.random() < 0.1  # most parts are damaged, some are gone
        for name in names:
            part = source.read(name)
            if name == victim and dropped:
                continue
            target.writestr(name, _mutated_bytes(part, chance) if name == victim else part)
    return written.getvalue()


def _place(content: bytes, chance: random.Random) -> int:
    return chance.randrange(len(content) or 1)


def _flip(content: bytes, chance: random.Random) -> bytes:
    at = _place(content, chance)
    return content[:at] + bytes([chance.randrange(256)]) + content[at + 1 :]


def _cut(content: bytes, chance: random.Random) -> bytes:
    at = _place(content, chance)
    return content[:at] + content[at + chance.randrange(1, 200) :]


def _double(content: bytes, chance: random.Random) -> bytes:
    at = _place(content, chance)
    piece = content[at : at + chance.randrange(1, 400)]
    return content[:at] + piece * chance.choice((2, 3, 40)) + content[at:]


def _truncate(content: bytes, chance: random.Random) -> bytes:
    return content[: _place(content, chance)]


def _insert(content: bytes, chance: random.Random) -> bytes:
    at = _place(content, chance)
    return content[:at] + chance.choice(_ODD_PIECES) + content[at:]


def _drop_element(content: bytes, chance: random.Random) -> bytes:
    """Take out an element, so that what is left is still well-formed."""
    match = _ELEMENT.search(content, _place(content, chance))
    return content[: match.start()] + content[match.end() :] if match else content


def _drop_tag(content: bytes, chance: random.Random) -> bytes:
    match = _TAG.search(content, _place(content, chance))
    return content[: match.start()] + content[match.end() :] if match else content


def _odd_value(content: bytes, chance: random.Random) -> bytes:
    match = _VALUE.search(content, _place(content, chance))
    return content[: match.start(1)] + chance.choice(_ODD_VALUES) + content[match.end(1) :] if match else content


def _move(content: bytes, chance: random.Random) -> bytes:
    """Put an element somewhere else: between others it never stands between."""
    match = _ELEMENT.search(content, _place(content, chance))
    other = _TAG.search(content, _place(content, chance))
    if match is None or other is None:
        return content
    return content[: other.end()] + match[0] + content[other.end() :]
