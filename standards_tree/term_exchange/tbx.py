"""Read TBX: version 3 in both styles (ISO 30042:2019), and version 2 (martif), into concepts."""

import re
from collections.abc import Iterable

from standards_tree.documents.hardened_xml import DEFAULT_LIMITS, Element, XmlLimits, line_of, read_tree
from standards_tree.errors import UnsupportedDocumentError
from standards_tree.term_exchange.reading import Collected, FilePlace, ReadConcepts, Severity
from standards_tree.term_exchange.tbx_entry import EntryReader
from standards_tree.term_exchange.tbx_markup import LEVELS, XML_LANGUAGE, Level, local_name, namespace
from standards_tree.term_exchange.tbx_rules import RuleChecker

# A vocabulary has far more elements to the byte than a standard has.
LIMITS = XmlLimits(DEFAULT_LIMITS.max_bytes, max_elements=3_000_000, max_attributes=3_000_000)
_VERSION_2 = frozenset({"martif", "TBX"})
_STRUCTURE = {"tbx", "text", "body", "martif", "TBX"}
# Version 2 files name their DTD. One that declares nothing itself is taken out, never opened: what is then parsed has no
# DOCTYPE, and an entity it was to declare is unknown.
_NAMED_DTD = re.compile(
    rb"<!DOCTYPE[ \t\r\n]+(?:martif|TBX)[ \t\r\n]+(?:SYSTEM|PUBLIC[ \t\r\n]+(?:\"[^\"<>\[]*\"|'[^'<>\[]*'))"
    rb"[ \t\r\n]+(?:\"[^\"<>\[]*\"|'[^'<>\[]*')[ \t\r\n]*>"
)
_BEFORE_DTD = re.compile(rb"(?:\xef\xbb\xbf)?(?:[ \t\r\n]++|<\?[^<>]*\?>|<!--(?:(?!-->)[\s\S])*+-->)*+")


def read_tbx(content: bytes, limits: XmlLimits = LIMITS) -> ReadConcepts:
    """Return the concepts of a TBX file.

    In the dialects Basic and Min every data category is held against the rules of TBX-Basic; what breaks one is a problem
    with its line and is left out. What an unknown dialect says beyond what the model holds is listed as lost. Cost: linear
    in the size of the file.

    Raises:
        MalformedDocumentError: it is not well-formed XML.
        UnsafeDocumentError: it has a DOCTYPE of more than a name, or is larger than *limits* allow.
        UnsupportedDocumentError: it is XML in another vocabulary.
    """
    root = read_tree(_without_named_dtd(content), limits)
    name = local_name(root)
    if name != "tbx" and name not in _VERSION_2:
        raise UnsupportedDocumentError("the root element is {name}; TBX begins with tbx or martif", name=name[:80])
    into = Collected(_form(root))
    ids = {str(element.get("id")) for element in root.iter() if element.get("id")}
    dialect = (root.get("type") or "").removeprefix("TBX-")
    checked = name == "tbx" and dialect in ("Basic", "Min") and not namespace(root).endswith("ed-1")
    reader = EntryReader(into, RuleChecker(into, ids) if checked else None, root.get(XML_LANGUAGE) or "")
    entries = _entries(root, into)
    reader.know(entries)
    for entry in entries:
        reader.read(entry)
    _list_header(root, into)
    return into.result()


def _without_named_dtd(content: bytes) -> bytes:
    before = _BEFORE_DTD.match(content)
    found = _NAMED_DTD.match(content, before.end() if before else 0)
    if found is None:
        return content
    blank = b"\n" * found[0].count(b"\n")
    return content[: found.start()] + blank + content[found.end() :]


def _form(root: Element) -> str:
    if local_name(root) != "tbx":
        return f"TBX 2 {root.get('type') or ''}".strip()
    return f"{root.get('type') or 'TBX'} {(root.get('style') or 'dca').upper()}"


def _entries(root: Element, into: Collected) -> list[Element]:
    found = []
    for element in _below(root, into):
        if LEVELS.get(local_name(element)) is Level.ENTRY:
            found.append(element)
        else:
            place = FilePlace(line_of(element), local_name(element))
            message = "{element} is no concept entry and is left out"
            into.problem(place, "tbx.structure", message, Severity.CORRECTED, element=local_name(element))
    return found


def _below(root: Element, into: Collected) -> Iterable[Element]:
    bodies = [part for text in root if local_name(text) == "text" for part in text if local_name(part) == "body"]
    if not bodies:
        message = "the file has no text/body, hence no concepts"
        into.problem(FilePlace(line_of(root), "/"), "tbx.structure", message, Severity.REFUSED)
    return [entry for body in bodies for entry in body]


def _list_header(root: Element, into: Collected) -> None:
    """List what stands before and behind the entries: the file's own description and its shared references."""
    for part in root:
        name = local_name(part)
        behind = [child for child in part if local_name(child) != "body"] if name == "text" else []
        for element in [part] if name not in _STRUCTURE else behind:
            text = " ".join(" ".join(str(one) for one in element.itertext()).split())
            if text:
                place = FilePlace(line_of(element), local_name(element))
                into.lose(place, "", local_name(element), text)
