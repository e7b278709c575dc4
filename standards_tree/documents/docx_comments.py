"""The comments of a Word document, and what a package needs so that Word finds them (ECMA-376-1, 11.3.2 and 17.13.4)."""

import posixpath
import re
from collections.abc import Callable, Sequence
from datetime import date
from html import escape
from itertools import count, islice

from standards_tree.documents.docx_package import PART_LIMITS, DocxPackage, value
from standards_tree.documents.hardened_xml import Element, read_tree
from standards_tree.documents.xml_splices import Spot, inserted, spliced, spots_of
from standards_tree.errors import FieldViolation, MalformedDocumentError, UnsupportedDocumentError

TRANSITIONAL = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_RELATION_TYPES = {
    TRANSITIONAL: "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments",
    STRICT: "http://purl.oclc.org/ooxml/officeDocument/relationships/comments",
}
_MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_CONTENT_TYPES = "[Content_Types].xml"
_RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MOST_COMMENTS = 32_767
"""Word opens no file with more (MS-OI29500, 2.1.315)."""
_MOST_ID = 2**31 - 1
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Comments:
    """The comments that a package has, and what becomes of its parts with more of them."""

    def __init__(self, package: DocxPackage) -> None:
        """Find the comments of *package*.

        Raises:
            MalformedDocumentError: what says where its parts are is missing or damaged.
            UnsupportedDocumentError: it is a template, or holds macros: Word opens a copy under another name only.
        """
        self._package = package
        self._types = self._tree(_CONTENT_TYPES)
        _require_plain(_type_of(self._types, package.main_part))
        folder, name = posixpath.split(package.main_part)
        self._relations_part = f"{folder}/_rels/{name}.rels".lstrip("/")
        self._relations = self._tree(self._relations_part) if self._relations_part in package.container else None
        self._related = self._related_part(folder)
        self._part = self._related or self._free_name(folder)
        existing = self._tree(self._part) if self._part in package.container else None
        self._ids = [value(one, "id") for one in existing if _local(one) == "comment"] if existing is not None else []

    def new_ids(self, anchors: Sequence[str], wanted: int) -> list[int]:
        """Return *wanted* identifiers above all that comments and their *anchors* in the text have.

        Raises:
            UnsupportedDocumentError: there would be more comments than Word opens.
        """
        if len(self._ids) + wanted > MOST_COMMENTS:
            message = (
                "the document has {count} comments; with {wanted} more it has too many for Word, which opens {limit}"
            )
            raise UnsupportedDocumentError(message, count=len(self._ids), wanted=wanted, limit=MOST_COMMENTS)
        taken = {int(one) for one in (*self._ids, *anchors) if re.fullmatch(r"\d{1,10}", one)}
        first = max(taken, default=-1) + 1
        # Where somebody has used the largest number there is, some below it are free.
        start = first if first + wanted <= _MOST_ID else 0
        return list(islice((number for number in count(start) if number not in taken), wanted))

    def with_more(self, namespace: str, markup: Callable[[str, str], str]) -> dict[str, bytes]:
        """Return the parts that change when comments come to be, by name; the main part is not among them.

        *markup* makes the new comments for the prefix of WordprocessingML and what declares it, ``""`` where it is declared.
        """
        changed: dict[str, bytes] = {}
        if self._part in self._package.container:
            changed[self._part] = _appended(self._package.content(self._part), self._part, _comments_root(markup))
        else:
            declared = f' xmlns:w="{namespace}"'
            whole = f"{_DECLARATION}<w:comments{declared}>{markup('w', '')}</w:comments>"
            changed[self._part] = whole.encode()
            if not _is_overridden(self._types, self._part):
                override = f'<{{}}Override PartName="/{escape(self._part)}" ContentType="{_COMMENTS_TYPE}"/>'
                types = self._package.content(_CONTENT_TYPES)
                changed[_CONTENT_TYPES] = _appended(types, _CONTENT_TYPES, _prefixed(override))
        if not self._related:
            changed[self._relations_part] = self._with_relation(namespace)
        return changed

    def _with_relation(self, namespace: str) -> bytes:
        taken = {one.get("Id") for one in self._relations} if self._relations is not None else set()
        identifier = next(f"rId{number}" for number in count(1) if f"rId{number}" not in taken)
        relation = (
            f'<{{}}Relationship Id="{identifier}" Type="{_RELATION_TYPES[namespace]}" '
            f'Target="{escape(posixpath.basename(self._part))}"/>'
        )
        old = self._package.content(self._relations_part) if self._relations is not None else None
        content = old if old is not None else f"{_DECLARATION}{_RELATIONS}".encode()
        return _appended(content, self._relations_part, _prefixed(relation))

    def _related_part(self, folder: str) -> str:
        """Return the part that the main part calls its comments, ``""`` where there is none."""
        for relation in self._relations if self._relations is not None else ():
            if relation.get("Type") in _RELATION_TYPES.values() and relation.get("TargetMode") != "External":
                target = relation.get("Target") or ""
                found = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
                if found in ("", "."):
                    raise MalformedDocumentError(
                        "the part {part} is damaged: {error}",
                        part=self._relations_part,
                        error=FieldViolation("", "the comments are at no name"),
                    )
                return found
        return ""

    def _free_name(self, folder: str) -> str:
        names = (f"{folder}/comments{number or ''}.xml".lstrip("/") for number in count())
        return next(
            name for name in names if name not in self._package.container and not _is_overridden(self._types, name)
        )

    def _tree(self, part: str) -> Element:
        return read_tree(self._package.content(part), PART_LIMITS)


def comment_markup(  # noqa: PLR0913, PLR0917  (a comment has no less)
    identifier: int, text: str, author: str, made_on: date | None, prefix: str, declaration: str
) -> str:
    """Return a comment, each line of *text* a paragraph; what no XML file can hold becomes U+FFFD."""
    name = escape(" ".join(_cleaned(author).split()))
    day = f' {prefix}:date="{made_on.isoformat()}T00:00:00Z"' if made_on is not None else ""
    mark = f"<{prefix}:r><{prefix}:annotationRef/></{prefix}:r>"
    paragraphs = []
    for line in _cleaned(text).replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        run = f'<{prefix}:r><{prefix}:t xml:space="preserve">{escape(line, quote=False)}</{prefix}:t></{prefix}:r>'
        paragraphs.append(f"<{prefix}:p>{mark}{run}</{prefix}:p>")
        mark = ""
    return (
        f'<{prefix}:comment{declaration} {prefix}:id="{identifier}" {prefix}:author="{name}"{day} {prefix}:initials="{name}">'
        f"{''.join(paragraphs)}</{prefix}:comment>"
    )


def naming(spot: Spot) -> tuple[str, str]:
    """Return the prefix for WordprocessingML at *spot*, and what declares it, ``""`` where the file has done so.

    Raises:
        UnsupportedDocumentError: the element there is none of WordprocessingML.
    """
    if spot.namespace not in _RELATION_TYPES:
        message = "the document has a <{name}> of another vocabulary ({namespace}) where Word's is needed"
        raise UnsupportedDocumentError(message, name=spot.local_name[:80], namespace=spot.namespace[:80])
    # An attribute needs a prefix even where the elements have none.
    return (spot.prefix, "") if spot.prefix else ("w", f' xmlns:w="{spot.namespace}"')


def _comments_root(markup: Callable[[str, str], str]) -> Callable[[Spot], str]:
    def more(root: Spot) -> str:
        return markup(*naming(root))

    return more


def _prefixed(markup: str) -> Callable[[Spot], str]:
    """Return what writes *markup* with the prefix of the root, which has its vocabulary."""

    def more(root: Spot) -> str:
        return markup.format(f"{root.prefix}:" if root.prefix else "")

    return more


def _appended(content: bytes, part: str, markup: Callable[[Spot], str]) -> bytes:
    """Return *content* with the markup for its root at the end of that."""
    (root,) = spots_of(content, part, (0,))
    return spliced(content, inserted(root, b"", markup(root).encode()))


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _is_overridden(types: Element, part: str) -> bool:
    return _override(types, part) is not None


def _override(types: Element, part: str) -> str | None:
    for one in types:
        if _local(one) == "Override" and (one.get("PartName") or "").lower() == f"/{part}".lower():
            return one.get("ContentType")
    return None


def _type_of(types: Element, part: str) -> str:
    found = _override(types, part)
    if found is not None:
        return found
    ending = part.rpartition(".")[2].lower()
    defaults = (one for one in types if _local(one) == "Default" and (one.get("Extension") or "").lower() == ending)
    return next((one.get("ContentType") or "" for one in defaults), "")


def _require_plain(content_type: str) -> None:
    if content_type != _MAIN_TYPE:
        message = (
            "the file is a template, holds macros or is no Word document ({type}); save it as .docx for comments in it"
        )
        raise UnsupportedDocumentError(message, type=content_type[:100])


def _cleaned(text: str) -> str:
    return _NOT_IN_XML.sub("\ufffd", text)
