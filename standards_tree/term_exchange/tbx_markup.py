"""See the same data categories in every TBX: as attributes (DCA), as elements (DCT), and under the names of version 2."""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from standards_tree.documents.hardened_xml import Element, line_of
from standards_tree.term_exchange.reading import FilePlace

NAMESPACES = frozenset({"urn:iso:std:iso:30042:ed-2", "urn:iso:std:iso:30042:ed:3.0", "urn:iso:std:iso:30042:ed-1", ""})
XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
LINE = "\u2028"
_MODULES = ("http://www.tbxinfo.net/ns/",)
# What a data category of DCT is as an element of DCA.
_KINDS = {
    "subjectField": "descrip", "definition": "descrip", "context": "descrip",
    "source": "admin", "customerSubset": "admin", "projectSubset": "admin",
    "administrativeStatus": "termNote", "partOfSpeech": "termNote", "geographicalUsage": "termNote",
    "grammaticalGender": "termNote", "termLocation": "termNote", "termType": "termNote",
    "transactionType": "transac", "responsibility": "transacNote", "crossReference": "ref",
    "externalCrossReference": "xref", "xGraphic": "xref",
}  # fmt: skip
_TYPED = frozenset(
    {"descrip", "admin", "termNote", "transac", "transacNote", "ref", "xref", "descripNote", "adminNote"}
)
_GROUPS = frozenset({"descripGrp", "adminGrp", "termNoteGrp", "transacGrp"})
_WIDE = "[\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff5e]"
_WIDE_WRAP = re.compile(rf"(?<={_WIDE})[ \t]*\n\s*(?={_WIDE})")
_WRAP = re.compile(r"[ \t]*\n\s*")


class Level(StrEnum):
    """Where in an entry something stands; the words are those of TBX version 3."""

    ENTRY = "conceptEntry"
    LANGUAGE = "langSec"
    TERM = "termSec"


LEVELS = {
    "conceptEntry": Level.ENTRY, "termEntry": Level.ENTRY, "langSec": Level.LANGUAGE, "langSet": Level.LANGUAGE,
    "termSec": Level.TERM, "tig": Level.TERM, "ntig": Level.TERM,
}  # fmt: skip


class Category(NamedTuple):
    """A data category where it stands: the kind of element (``descrip`` …), its name, and the level and group around it."""

    element: Element
    kind: str
    name: str
    level: Level
    group: str

    @property
    def text(self) -> str:
        """Return what it says."""
        return text_of(self.element)

    @property
    def target(self) -> str:
        """Return what it points to."""
        return self.element.get("target") or ""

    @property
    def place(self) -> FilePlace:
        """Return where it stands."""
        return place_of(self.element)


def place_of(element: Element) -> FilePlace:
    """Return the line of *element* and its path from the root, without namespaces."""
    steps = [local_name(element)]
    above = element.getparent()
    while above is not None:
        steps.append(local_name(above) + (f"[@id='{above.get('id')}']" if above.get("id") else ""))
        above = above.getparent()
    return FilePlace(line_of(element), "/" + "/".join(reversed(steps)))


def local_name(element: Element) -> str:
    """Return the name of *element* without its namespace."""
    return str(element.tag).rpartition("}")[2]


def namespace(element: Element) -> str:
    """Return the namespace of *element*."""
    return str(element.tag).rpartition("}")[0].lstrip("{")


def text_of(element: Element) -> str:
    """Return the text of *element* as it was meant: the file's own line breaks and indents are no part of it.

    A line break that is part of the text is written as U+2028 LINE SEPARATOR. Blanks inside a line stay.
    """
    text = "".join(str(part) for part in element.itertext())
    if "\n" in text:
        text = _WRAP.sub(" ", _WIDE_WRAP.sub("", text.strip()))
    return text.strip().replace(LINE, "\n")


def categories(section: Element, level: Level) -> Iterator[Category]:
    """Yield what stands in *section* itself: not in the sections below it, and groups as what they hold."""
    for child in section:
        name = local_name(child)
        if name in LEVELS or name == "termGrp":
            continue
        if name in _GROUPS:
            for inner in child:
                yield _category(inner, level, name)
        else:
            yield _category(child, level, "")


def grouped(category: Category) -> Iterator[Category]:
    """Yield what stands in the same group as *category*, such as the source of a definition."""
    parent = category.element.getparent()
    if not category.group or parent is None:
        return
    for other in parent:
        if other is not category.element:
            yield _category(other, category.level, category.group)


def _category(element: Element, level: Level, group: str) -> Category:
    name = local_name(element)
    if namespace(element).startswith(_MODULES):
        return Category(element, _KINDS.get(name, name), name, level, group)
    if name in _TYPED:
        return Category(element, name, (element.get("type") or "").strip(), level, group)
    return Category(element, name, "", level, group)
