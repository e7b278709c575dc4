"""Walk an STS document once and say of every clause, reference and term entry where it stands and in what.

ISO STS and NISO STS say what a section is in ``sec-type``; converters forget it or put everything into ``back``, so the
title decides where the type does not.
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from standards_tree.documents.hardened_xml import Element, line_of, text_of
from standards_tree.documents.model import ClauseKind, Place
from standards_tree.errors import UnsafeDocumentError

TBX_NAMESPACE = "urn:iso:std:iso:30042"
"""How every namespace of ISO 30042 seen in STS files begins: ``…:ed-1`` in the schemas, ``…:ed-1:v1:en`` beside it."""

_TBX = "{" + TBX_NAMESPACE

_WRAPPERS = frozenset(
    {"front", "body", "back", "standard", "adoption", "adoption-front", "sub-part", "app-group", "notes"}
)
_ALONE = frozenset({"front", "body", "back", "adoption-front"})
_FRONTS = frozenset({"front", "adoption-front"})
_SECTIONS = frozenset({"sec", "app", "term-sec", "ref-list"})
_STRUCTURE = _WRAPPERS | _SECTIONS | {"ref"}
MAX_STRUCTURE_DEPTH = 30
"""How deep clauses, annexes and what wraps them may be nested; GB/T 1.1-2020 allows five levels of clauses."""

_KIND_OF_TYPE = {
    "foreword": ClauseKind.FOREWORD,
    "intro": ClauseKind.INTRODUCTION,
    "introduction": ClauseKind.INTRODUCTION,
    "scope": ClauseKind.SCOPE,
    "norm-refs": ClauseKind.NORMATIVE_REFERENCES,
    "terms": ClauseKind.TERMS,
    "bibliography": ClauseKind.BIBLIOGRAPHY,
    "index": ClauseKind.INDEX,
    "titlepage": ClauseKind.OTHER,
    "endorsement": ClauseKind.OTHER,
    "abstract": ClauseKind.OTHER,
    "publication_info": ClauseKind.OTHER,
}
_TITLES = {
    ClauseKind.FOREWORD: r"前\s*言|(european |national )?foreword|avant-propos.*",
    ClauseKind.INTRODUCTION: r"引\s*言|introduction",
    ClauseKind.SCOPE: r"(适用)?范\s*围|scope( and field of application)?|domaine d['’]application",
    ClauseKind.NORMATIVE_REFERENCES: r"规范性引用文件|normative references?|références normatives",
    ClauseKind.TERMS: r"术语((和|、)(定义|符号).*)?|terms((,| and) definitions.*)?|termes(,| et) définitions.*",
    ClauseKind.BIBLIOGRAPHY: r"参考文献|bibliography|bibliographie",
    ClauseKind.INDEX: r"索\s*引|(alphabetical )?index",
}
_KIND_BY_TITLE = re.compile("|".join(f"(?P<{kind}>{title})" for kind, title in _TITLES.items()), re.IGNORECASE)
_DEEPEST_KNOWN_TITLE = 2


class Found(NamedTuple):
    """Hold a section, a ``ref`` or a term entry, and the section it stands in.

        ``structure`` is what stands below a section and is found too; ``content`` what it has beside that, its label and its
    title: paragraphs, lists, tables.
    """

    element: Element
    tag: str
    xpath: str
    level: int
    kind: ClauseKind
    section: "Found | None"
    label: str = ""
    title: str = ""
    content: Sequence[Element] = ()
    structure: Sequence[Element] = ()

    @property
    def place(self) -> Place:
        """Return where it stands in the file."""
        return Place(self.xpath, line_of(self.element))


def outline(root: Element) -> list[Found]:
    """Return every section, ``ref`` and term entry below *root* in the order of the document.

    Every child of a section is touched once. XPaths are built on the way, because asking lxml for each counts its
    siblings anew. What stands in anything but a known container is left out.
    """
    found: list[Found] = []
    _walk(root, f"/{root.tag}", None, ClauseKind.CLAUSE, found)
    return found


def _walk(elements: Iterable[Element], xpath: str, section: Found | None, kind: ClauseKind, found: list[Found]) -> None:
    """Append what *elements* hold to *found*; they are all the structure in one parent, whose path is *xpath*."""
    counts: dict[str, int] = {}
    depth = xpath.count("/")
    for element in elements:
        if depth > MAX_STRUCTURE_DEPTH:
            # A path of every ancestor for every clause: the depth is a factor of the memory that a file can ask for.
            raise UnsafeDocumentError(
                "line {line}: elements are nested more than {limit} deep",
                line=line_of(element),
                limit=MAX_STRUCTURE_DEPTH,
            )
        tag = local_name(element)
        number = counts[tag] = counts.get(tag, 0) + 1
        path = f"{xpath}/{tag}" if tag in _ALONE else f"{xpath}/{tag}[{number}]"
        if tag in _SECTIONS:
            inner_section = _section(element, tag, path, section, kind)
            found.append(inner_section)
            _walk(inner_section.structure, path, inner_section, inner_section.kind, found)
        elif tag in _WRAPPERS:
            inner = ClauseKind.OTHER if tag in _FRONTS else ClauseKind.CLAUSE if tag in _ALONE else kind
            _walk(element, path, section, inner, found)
        elif tag in ("ref", "tbx:termEntry"):
            found.append(Found(element, tag, path, section.level if section else 0, kind, section))


def _section(element: Element, tag: str, xpath: str, around: Found | None, inherited: ClauseKind) -> Found:
    label = title = ""
    structure: list[Element] = []
    content: list[Element] = []
    for child in element:
        name = child.tag
        if name == "p":  # most of all, so asked first
            content.append(child)
        elif name in _STRUCTURE or name.startswith(_TBX):
            structure.append(child)
        elif name == "label":
            label = label or text_of(child)
        elif name == "title":
            title = title or text_of(child)
        else:
            content.append(child)
    level = around.level + 1 if around else 1
    kind = _kind_of(element, tag, title, level, inherited)
    return Found(element, tag, xpath, level, kind, around, label, title, content, structure)


def local_name(element: Element) -> str:
    """Return the name of *element*, with the prefix ``tbx:`` if it belongs to ISO 30042."""
    tag = element.tag
    if not tag.startswith("{"):
        return tag
    namespace, _, name = tag[1:].partition("}")
    return f"tbx:{name}" if namespace.startswith(TBX_NAMESPACE) else name


def kind_by_title(title: str) -> ClauseKind | None:
    """Return what a clause with *title* is, None if the title does not tell."""
    match = _KIND_BY_TITLE.fullmatch(title.rstrip(".:："))
    return ClauseKind(match.lastgroup) if match and match.lastgroup else None


def _kind_of(element: Element, tag: str, title: str, level: int, inherited: ClauseKind) -> ClauseKind:
    if tag == "app":
        return ClauseKind.ANNEX
    stated = _KIND_OF_TYPE.get(element.get("sec-type") or element.get("content-type") or "")
    if stated is None and title and level <= _DEEPEST_KNOWN_TITLE and inherited is not ClauseKind.ANNEX:
        stated = kind_by_title(title)
    if stated is None and tag == "ref-list" and inherited is not ClauseKind.NORMATIVE_REFERENCES:
        return ClauseKind.BIBLIOGRAPHY
    if stated is None and tag == "term-sec":
        return ClauseKind.TERMS
    return stated or inherited
