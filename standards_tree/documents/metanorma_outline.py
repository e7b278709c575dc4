"""Walk a Metanorma document once: say of every clause what it is, which number it is printed with and where it stands.

Metanorma files hold no numbers: they are counted here as its own stylesheets print them. The normative references, which
stand in the bibliography, are the second clause.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from standards_tree.documents.hardened_xml import Element, folded, line_of, text_of
from standards_tree.documents.model import ClauseKind
from standards_tree.documents.numerals import letters
from standards_tree.documents.outline import MAX_STRUCTURE_DEPTH, Found, kind_by_title
from standards_tree.errors import UnsafeDocumentError

_SECTIONS = frozenset(
    {
        *("clause", "terms", "term", "definitions", "references", "annex", "appendix", "foreword", "introduction"),
        *(
            "abstract",
            "acknowledgements",
            "executivesummary",
            "indexsect",
            "colophon",
            "content",
            "preface",
            "sections",
        ),
    }
)
_KINDS = {
    "foreword": ClauseKind.FOREWORD,
    "introduction": ClauseKind.INTRODUCTION,
    "abstract": ClauseKind.OTHER,
    "acknowledgements": ClauseKind.OTHER,
    "executivesummary": ClauseKind.OTHER,
    "terms": ClauseKind.TERMS,
    "annex": ClauseKind.ANNEX,
    "indexsect": ClauseKind.INDEX,
}
_TYPES = {"scope": ClauseKind.SCOPE, "intro": ClauseKind.INTRODUCTION}
_DEEPEST_KNOWN_TITLE = 2


@dataclass(frozen=True, slots=True)
class Outline:
    """Hold the clauses in the order of print, each with its number, and entries of terms and of reference lists."""

    clauses: Sequence[Found]
    terms: Sequence[Found]
    references: Sequence[Found]


def outline_of(root: Element) -> Outline:
    """Return the clauses, terms and references below *root*, whose names have no namespace.

    Raises:
        UnsafeDocumentError: clauses are nested deeper than any standard nests them.
    """
    walker = _Walker(root)
    walker.walk_all()
    return Outline(walker.clauses, walker.terms, walker.references)


class _Walker:
    def __init__(self, root: Element) -> None:
        self.clauses: list[Found] = []
        self.terms: list[Found] = []
        self.references: list[Found] = []
        self._root = root
        self._path = f"/{root.tag}"

    def walk_all(self) -> None:
        """Walk the parts of the document in the order of print."""
        for child, step in _stepped(self._root):
            if child.tag == "preface":
                for part, inner in _stepped(child):
                    self._add_unnumbered(part, f"{self._path}/{step}/{inner}", ClauseKind.OTHER)
        for number, (element, path) in enumerate(self._main_clauses(), start=1):
            self._add(element, path, str(number), None, ClauseKind.CLAUSE)
        annexes = 0
        for child, step in _stepped(self._root):
            if child.tag == "annex":
                annexes += 1
                self._add(child, f"{self._path}/{step}", letters(annexes).upper(), None, ClauseKind.ANNEX)
            elif child.tag == "bibliography":
                for part, inner in _stepped(child):
                    if not _is_normative(part):
                        self._add_unnumbered(part, f"{self._path}/{step}/{inner}", ClauseKind.BIBLIOGRAPHY)
            elif child.tag in ("indexsect", "colophon"):
                self._add_unnumbered(child, f"{self._path}/{step}", ClauseKind.OTHER)

    def _main_clauses(self) -> Iterator[tuple[Element, str]]:
        """Yield the numbered chapters: those of ``sections``, with the normative references behind the first."""
        normative = [
            (part, f"{self._path}/{step}/{inner}")
            for child, step in _stepped(self._root)
            if child.tag == "bibliography"
            for part, inner in _stepped(child)
            if _is_normative(part)
        ]
        numbered = 0
        for child, step in _stepped(self._root):
            if child.tag != "sections":
                continue
            for part, inner in _stepped(child):
                if part.tag not in _SECTIONS:
                    continue
                yield part, f"{self._path}/{step}/{inner}"
                numbered += 1
                if numbered == 1:
                    yield from normative
        if not numbered:
            yield from normative

    def _add_unnumbered(self, element: Element, path: str, kind: ClauseKind) -> None:
        if element.tag in _SECTIONS:
            self._add(element, path, "", None, kind)

    def _add(self, element: Element, path: str, number: str, around: Found | None, inherited: ClauseKind) -> None:
        level = around.level + 1 if around else 1
        if path.count("/") > MAX_STRUCTURE_DEPTH:
            raise UnsafeDocumentError(
                "line {line}: elements are nested more than {limit} deep",
                line=line_of(element),
                limit=MAX_STRUCTURE_DEPTH,
            )
        printed, title = _title_of(element)
        kind = _kind_of(element, title, level, inherited)
        structure: list[tuple[Element, str]] = []
        content: list[Element] = []
        for child, step in _stepped(element):
            if child.tag in _SECTIONS or child.tag == "bibitem":
                structure.append((child, f"{path}/{step}"))
            elif child.tag != "title":
                content.append(child)
        number = printed or ("" if element.get("unnumbered") == "true" else number)
        found = Found(element, element.tag, path, level, kind, around, number, title, content)
        if element.tag == "term":
            self.terms.append(found)
            return
        self.clauses.append(found)
        self._add_structure(structure, found)

    def _add_structure(self, structure: Iterable[tuple[Element, str]], around: Found) -> None:
        count = 0
        for child, path in structure:
            if child.tag == "bibitem":
                entry = Found(child, "bibitem", path, around.level + 1, around.kind, around)
                self.references.append(entry)
                continue
            count += child.get("unnumbered") != "true"
            number = f"{around.label}.{count}" if around.label else ""
            self._add(child, path, number, around, around.kind)


def _stepped(parent: Element) -> Iterator[tuple[Element, str]]:
    """Yield each child of *parent* with the step that leads to it."""
    counts: dict[str, int] = {}
    for child in parent:
        tag = child.tag
        number = counts[tag] = counts.get(tag, 0) + 1
        yield child, f"{tag}[{number}]"


def _title_of(element: Element) -> tuple[str, str]:
    """Return the number that a title made for print carries before a tab, and the title."""
    for child in element.iterchildren("title"):
        tab = child.find("tab")
        if tab is None:
            return "", text_of(child)
        number = folded(child.text or "")
        return number, text_of(child).removeprefix(number).strip()
    return "", ""


def _is_normative(references: Element) -> bool:
    stated = references.get("normative")
    if stated is not None:
        return stated == "true"
    return kind_by_title(_title_of(references)[1]) is ClauseKind.NORMATIVE_REFERENCES


def _kind_of(element: Element, title: str, level: int, inherited: ClauseKind) -> ClauseKind:
    if inherited is ClauseKind.ANNEX:
        return inherited
    stated = _KINDS.get(element.tag) or _TYPES.get(element.get("type") or "")
    if stated is None and element.tag == "references":
        stated = ClauseKind.NORMATIVE_REFERENCES if _is_normative(element) else ClauseKind.BIBLIOGRAPHY
    if stated is None and title and level <= _DEEPEST_KNOWN_TITLE:
        stated = kind_by_title(title)
    return stated or inherited
