"""Read XML from anyone without letting it reach a file, a socket, or more memory than its size explains.

The only module that imports lxml. Three gates, each cheaper than what it protects:

1. *Encoding.* The bytes are brought to UTF-8 (`xml_encoding`); the parser is told so and ignores what the file declares. There is
   one reading of the bytes, so nothing hides from the second gate in UTF-16, behind a byte order mark, or in an
   encoding that only one of two readers knows.
2. *Prolog and budget*, before the parser sees a byte. XML 1.0 says ``document ::= XMLDecl? Misc* (doctypedecl Misc*)?
   element Misc*``: a DOCTYPE can only follow white space, comments and processing instructions at the very beginning.
   So the prolog is walked (`xml_prolog`), and the first thing that is none of these must be the root element. Without a DOCTYPE
   there is no entity declaration, hence no expansion and no external entity: XXE, billion laughs and quadratic blow-up
   end here. (``resolve_entities=False`` alone does not do it: libxml2 still reads the declarations and accepts the
   document.) What remains to fear is number, and no file has more elements than ``<x`` in its text, or more attributes
   than ``="``; both are counted at the speed of a string search.
3. *The parser*, with libxml2's own limits left on: depth 256, names of 50,000 characters, texts and attribute values of
   10,000,000, duplicate attributes and namespaces found through hash tables. What the second gate lets through costs
   it about 200 bytes for each element, attribute and text.

Tried instead: counting exactly, by expat's handlers (1.2 times the parse itself, and they cannot stop expat inside a
buffer) or by lxml's start and end events (0.2 to 1.2 times, and one start tag with 200,000 attributes is built before
its event arrives); and finer limits on depth and on the attributes of one element, each of which walks the finished tree
once more (0.1 to 0.3 times) and refuses nothing that costs much.
"""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import NamedTuple, TypeAlias, cast

from lxml import etree

from standards_tree.documents.html_tags import check_tags
from standards_tree.documents.xml_encoding import line_at, utf8_of
from standards_tree.documents.xml_prolog import check_prolog, without_declarations
from standards_tree.errors import DomainError, MalformedDocumentError, UnsafeDocumentError

Element: TypeAlias = etree._Element


@dataclass(frozen=True, slots=True)
class XmlLimits:
    """Say how much XML is too much.

    Elements and attributes count what could be one, in comments and CDATA sections too, and namespace declarations are
    attributes. A standard of 1 MB has 10,000 to 35,000 elements and as many attributes.
    """

    max_bytes: int = 64 * 1024 * 1024
    max_elements: int = 250_000
    max_attributes: int = 150_000


DEFAULT_LIMITS = XmlLimits()

_START_TAG = re.compile(rb"<[^/!?]")
_ATTRIBUTE = re.compile(rb"=[ \t\r\n]*+[\"']")
_CHINESE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff5e]")
_LINE_WRAP = re.compile(rf"(?<={_CHINESE.pattern})[ \t]*\n\s*(?={_CHINESE.pattern})")
_INVALID_BYTES = 81  # XML_ERR_INVALID_ENCODING
_OVER_PARSER_LIMIT = (110, 114)  # XML_ERR_NAME_TOO_LONG, XML_ERR_RESOURCE_LIMIT


def read_tree(content: bytes, limits: XmlLimits = DEFAULT_LIMITS) -> Element:
    """Return the root element of a well-formed, harmless document, without its comments and processing instructions.

    Raises:
        MalformedDocumentError: *content* is empty, not XML, cut off, or in an encoding that it does not name.
        UnsafeDocumentError: it has a DOCTYPE or is larger than *limits* allow.
    """
    check_size(content, limits)
    text = utf8_of(content)
    check_prolog(text)
    _check_budget(text, limits)
    return _parse(text)


class SchemaError(NamedTuple):
    """What is wrong with a document by its schema: where, and in the words of the validator; of a rule its id and role."""

    line: int
    xpath: str
    message: str
    rule: str = ""
    role: str = ""


def read_undeclared_tree(content: bytes, limits: XmlLimits = DEFAULT_LIMITS) -> Element:
    """Return the root of a document that may have a DOCTYPE: what that declares is not read.

    Raises:
        MalformedDocumentError, UnsafeDocumentError: as `read_tree`.
    """
    check_size(content, limits)
    text = without_declarations(utf8_of(content))
    _check_budget(text, limits)
    return _parse(text)


class RelaxNg:
    """A RELAX NG schema out of a file of the operator's, compiled once; safe to be used by several threads."""

    def __init__(self, path: Path) -> None:
        """Compile the schema at *path* with all that it includes.

        Raises:
            MalformedDocumentError: it is no schema, or includes a file that is not there.
        """
        try:
            self._schema = etree.RelaxNG(etree.parse(str(path), _parser()))
        except (etree.Error, OSError) as error:
            raise MalformedDocumentError(
                "{path} is no RELAX NG schema that can be used: {problem}", path=path, problem=str(error)[:200]
            ) from None
        self._turn = Lock()

    def errors(self, content: bytes, limits: XmlLimits = DEFAULT_LIMITS) -> list[SchemaError]:
        """Return what is wrong with *content* by this schema, nothing if it is valid.

        What its DOCTYPE declares is not read: an entity that needs it is an error where the schema wants text.

        Raises:
            MalformedDocumentError, UnsafeDocumentError: as `read_tree`.
        """
        root = read_undeclared_tree(content, limits)
        with self._turn:  # the errors are the schema's until the next document
            if self._schema.validate(root):
                return []
            return _logged(self._schema)


class XmlSchema:
    """An XML Schema (XSD) out of files of the operator's, compiled once; safe to be used by several threads."""

    def __init__(self, path: Path) -> None:
        """Compile the schema at *path* with all that it includes and imports, which takes some seconds.

        Raises:
            MalformedDocumentError: it is no schema, or names one that is not in its folder or below that.
        """
        try:
            _check_inclusions(path, path.parent.resolve(), set())
            self._schema = etree.XMLSchema(etree.parse(str(path), _parser()))
        except (etree.Error, OSError) as error:
            raise MalformedDocumentError(
                "{path} is no XML Schema that can be used: {problem}", path=path, problem=str(error)[:200]
            ) from None
        self._turn = Lock()

    def errors(self, content: bytes, limits: XmlLimits = DEFAULT_LIMITS) -> list[SchemaError]:
        """Return what is wrong with *content* by this schema, nothing if it is valid.

        What its DOCTYPE declares is not read. An entity that needs it is an error behind which nothing is judged.

        Raises:
            MalformedDocumentError, UnsafeDocumentError: as `read_tree`.
        """
        root = read_undeclared_tree(content, limits)
        with self._turn:
            with suppress(etree.XMLSchemaValidateError):  # it is raised for such an entity, and logged
                if self._schema.validate(root):
                    return []
            return _logged(self._schema)


def check_size(content: bytes, limits: XmlLimits) -> None:
    """Refuse a file of more bytes than *limits* allow.

    Raises:
        UnsafeDocumentError: it has more.
    """
    if len(content) > limits.max_bytes:
        raise UnsafeDocumentError(
            "the XML file has {size} bytes, more than the {limit} allowed", size=len(content), limit=limits.max_bytes
        )


def read_html_tree(text: str, limits: XmlLimits) -> Element:
    """Return the root of a web page, repaired as browsers do; its DOCTYPE names nothing that is ever opened.

    Raises:
        MalformedDocumentError: there is nothing of a page in it.
        UnsafeDocumentError: it is larger than *limits* allow.
    """
    content = text.encode("utf-8", "replace")
    if len(content) > limits.max_bytes:
        raise UnsafeDocumentError(
            "the page has {size} bytes, more than the {limit} allowed", size=len(content), limit=limits.max_bytes
        )
    _check_budget(content, limits)
    check_tags(content)
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None:
        raise MalformedDocumentError("the file is no web page: nothing can be read of it")
    return root


def text_of(element: Element) -> str:
    """Return the text of *element* and all below it on one line, runs of white space folded to one space.

    White space is that of XML, U+00A0 and U+3000; thinner blanks stay as printed. A line break between two Chinese
    characters is the file's, not the text's, and vanishes.
    """
    is_leaf = not len(element)
    text = (
        element.text or "" if is_leaf else etree.tostring(element, method="text", encoding="unicode", with_tail=False)
    )
    return folded(text)


def folded(text: str) -> str:
    """Return *text* of a file on one line, as `text_of` does."""
    # A good part of the time of reading goes in here. Most texts need none of it, and to look costs a third of a split.
    if not text.isascii():
        if "\n" in text and _CHINESE.search(text):
            text = _LINE_WRAP.sub("", text)
        if "\u3000" in text or "\u00a0" in text:
            text = text.replace("\u3000", " ").replace("\u00a0", " ")
    if "\n" in text:
        text = text.replace("\n", " ")
    if "\t" in text or "\r" in text:
        text = text.replace("\t", " ").replace("\r", " ")
    if "  " in text:
        text = " ".join(filter(None, text.split(" ")))
    return text.strip()


def spaced_text_of(element: Element) -> str:
    """Return the text of *element* with a blank wherever markup parts it: between cells, but inside formulas too."""
    return " ".join(" ".join(cast("Iterable[str]", element.itertext())).split())


def raw_text_of(element: Element) -> str:
    """Return the text of *element* and all below it as it stands in the file, line breaks and blanks kept."""
    return "".join(cast("Iterable[str]", element.itertext()))


def child_text(element: Element, tag: str) -> str:
    """Return the text of the first child of *element* named *tag*, ``""`` if there is none."""
    for child in element.iterchildren(tag):
        return text_of(child)
    return ""


def line_of(element: Element) -> int:
    """Return the line of the file in which *element* begins."""
    return element.sourceline  # type: ignore[return-value]  # lxml-stubs leaves it open


def xpath_of(element: Element) -> str:
    """Return the XPath of *element* in its document."""
    return element.getroottree().getpath(element)


def source_of(root: Element) -> str:
    """Return the document below *root* as text, with U+FFFD for what an entity without a declaration stands for."""
    for entity in list(root.iter(etree.Entity)):
        entity.tail = f"\ufffd{entity.tail or ''}"
        drop(entity)
    return etree.tostring(root, encoding="unicode")


def drop(element: Element) -> None:
    """Take *element* out of its tree; the text behind it stays."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    parent.remove(element)


def _logged(schema: etree.RelaxNG | etree.XMLSchema) -> list[SchemaError]:
    log = cast("Iterable[etree._LogEntry]", schema.error_log)
    return [SchemaError(entry.line, entry.path or "", entry.message) for entry in log]


def _check_inclusions(path: Path, folder: Path, seen: set[Path]) -> None:
    """Refuse a schema that names another one outside of *folder*: at an address, or elsewhere on the disk."""
    seen.add(path)
    for element in etree.parse(str(path), _parser()).iter("{http://www.w3.org/2001/XMLSchema}*"):
        location = element.get("schemaLocation")
        if location is None:
            continue
        named = (path.parent / location).resolve()
        if not named.is_relative_to(folder) or not named.is_file():
            raise MalformedDocumentError(
                "{path} names the schema {location}, which is no file in its folder", path=path, location=location
            )
        if named not in seen:
            _check_inclusions(named, folder, seen)


def _check_budget(text: bytes, limits: XmlLimits) -> None:
    """Refuse more elements or attributes than *limits* allow; most files are too small, or hold too few signs, for that."""
    counted = (
        (b"<", len(b"<a/>"), _START_TAG, limits.max_elements, "line {line}: the file has more than {limit} elements"),
        (
            b"=",
            len(b' a=""'),
            _ATTRIBUTE,
            limits.max_attributes,
            "line {line}: the file has more than {limit} attributes",
        ),
    )
    for sign, least_bytes, pattern, limit, template in counted:
        if len(text) <= limit * least_bytes or text.count(sign) <= limit:
            continue
        for number, found in enumerate(pattern.finditer(text), start=1):
            if number > limit:
                raise UnsafeDocumentError(template, line=line_at(text, found.start()), limit=limit)


def _parse(text: bytes) -> Element:
    try:
        return etree.fromstring(text, _parser())
    except etree.XMLSyntaxError as error:
        raise _refusal(error) from None


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        encoding="utf-8",
        huge_tree=False,
        load_dtd=False,
        no_network=True,
        resolve_entities=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )


def _refusal(error: etree.XMLSyntaxError) -> DomainError:
    line, column = error.position
    code = error.code  # type: ignore[attr-defined]  # lxml-stubs has forgotten it
    if code == _INVALID_BYTES:
        return MalformedDocumentError(
            "line {line}: bytes that are not UTF-8; a file in another encoding must name it in its first line, such as "
            '<?xml version="1.0" encoding="GB18030"?>',
            line=line,
        )
    problem = re.sub(r"\s*, line \d+, column \d+$", "", error.msg or "")[:200]
    if code in _OVER_PARSER_LIMIT:
        problem = re.sub(r",? *(try|use) XML_PARSE_HUGE( option)?", "", problem)
        return UnsafeDocumentError("line {line}, column {column}: {problem}", line=line, column=column, problem=problem)
    return MalformedDocumentError(
        "line {line}, column {column}: the file is not well-formed XML: {problem}",
        line=line,
        column=column,
        problem=problem,
    )
