"""Give a Metanorma document the words its stylesheets print and its file leaves out: labels and cross-references."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from standards_tree.documents.hardened_xml import Element, drop, line_of, text_of
from standards_tree.documents.metanorma_outline import Outline
from standards_tree.documents.model import ClauseKind
from standards_tree.documents.numerals import letters, roman
from standards_tree.documents.outline import Found
from standards_tree.errors import FieldViolation

_NOT_PRINTED = frozenset({"index", "bookmark", "refterm", "annotation", "semx", "asciimath", "latexmath"})
_MOST_LOST_REFERENCES = 20
_SCOPES = ("table", "figure", "term")
_COUNTED_ALONE = frozenset({"note", "example", "termnote", "termexample"})


@dataclass(frozen=True, slots=True)
class _Words:
    """What labels are called in one language; ``{}`` stands for the number."""

    table: str
    figure: str
    formula: str
    note: str
    example: str
    chapter: str
    annex: str
    separator: str


_WORDS = {
    "zh": _Words("表{}", "图{}", "公式({})", "注", "示例", "第{}章", "附录{}", ""),
    "en": _Words("Table {}", "Figure {}", "Formula ({})", "NOTE", "EXAMPLE", "Clause {}", "Annex {}", " "),
    "fr": _Words("Tableau {}", "Figure {}", "Formule ({})", "NOTE", "EXEMPLE", "Article {}", "Annexe {}", " "),
}
_ORDERED: dict[str, Callable[[int], str]] = {
    "alphabet": letters,
    "alphabet_upper": lambda count: letters(count).upper(),
    "arabic": str,
    "roman": roman,
    "roman_upper": lambda count: roman(count).upper(),
}
_ORDER_BY_DEPTH = ("alphabet", "arabic", "roman", "alphabet_upper", "roman_upper")


def plain(root: Element) -> list[tuple[Element, Element]]:
    """Take the namespace off all names below *root*, and out what is not printed; return the footnotes.

    Each footnote comes with the element that it stood in.
    """
    namespace = root.tag.rpartition("}")[0] + "}"
    footnotes: list[tuple[Element, Element]] = []
    dropped: list[Element] = []
    for element in root.iter():
        if element.tag.startswith(namespace):
            element.tag = element.tag[len(namespace) :]
        tag = element.tag
        if tag == "br":
            element.tail = f" {element.tail or ''}"
        elif tag == "fn":
            parent = element.getparent()
            if parent is not None:
                footnotes.append((element, parent))
        elif (tag in _NOT_PRINTED or tag.startswith("fmt-")) and not _is_only_form(element):
            dropped.append(element)
    for element in (*dropped, *(footnote for footnote, _ in footnotes)):
        drop(element)
    return footnotes


def _is_only_form(element: Element) -> bool:
    """Tell whether *element* is a formula that the file gives in no other notation."""
    parent = element.getparent()
    return element.tag in ("asciimath", "latexmath") and parent is not None and len(parent) == 1


class Labels:
    """Numbers what a document prints with a number, and remembers by which words each is referred to."""

    def __init__(self, outline: Outline, language: str) -> None:
        self.notes: list[FieldViolation] = []
        self._words = _WORDS.get(language.partition("-")[0], _WORDS["en"])
        self._chinese = language.startswith("zh")
        self._names: dict[str, str] = {}
        self._counts: Counter[str] = Counter()
        self._annex = ""
        for clause in outline.clauses:
            self._name_clause(clause)
            self._label_all(clause)
        for term in outline.terms:
            self._remember(term.element, term.label)

    def label_footnotes(self, footnotes: Iterable[tuple[Element, Element]]) -> Iterator[tuple[Element, Element]]:
        """Yield the footnotes, each with its mark; one that a table repeats at each mark is yielded once."""
        seen: set[tuple[Element | None, str]] = set()
        for footnote, around in footnotes:
            scope = next((above for above in (around, *around.iterancestors()) if above.tag in _SCOPES), None)
            reference = footnote.get("reference") or ""
            if (scope, reference) in seen:
                continue
            seen.add((scope, reference))
            closing = ")" if reference.isdigit() and self._chinese else ""
            _put_label(footnote, f"{reference}{closing}")
            yield footnote, around

    def resolve(self, root: Element) -> None:
        """Print every cross-reference without words as the label it leads to, and note those that lead nowhere."""
        for element in root.iter("xref", "eref", "origin", "link"):
            if text_of(element):
                continue
            if element.tag == "xref":
                element.text = self._name_of(element)
            elif element.tag == "link":
                element.text = (element.get("target") or "").removeprefix("mailto:")
            else:
                element.text = _citation(element, "，" if self._chinese else ", ")

    def _name_of(self, reference: Element) -> str:
        target = (reference.get("target") or "").strip()
        name = self._names.get(target)
        if name is not None:
            return name
        if len(self.notes) < _MOST_LOST_REFERENCES:
            place = f"//xref[@target='{target}']" if "'" not in target else "//xref"
            template = "line {line}: the cross-reference to {target!r} leads nowhere"
            self.notes.append(FieldViolation(place, template, {"line": line_of(reference), "target": target[:80]}))
        return target

    def _name_clause(self, clause: Found) -> None:
        number = clause.label
        if clause.kind is ClauseKind.ANNEX and clause.level == 1:
            self._annex = number
            self._counts.clear()
            name = self._words.annex.format(number)
        elif clause.level == 1 and number:
            name = self._words.chapter.format(number)
        else:
            name = number or clause.title
        self._remember(clause.element, name)

    def _label_all(self, clause: Found) -> None:
        """Label the tables, figures, formulas, notes, examples and lists of a clause."""
        groups: dict[tuple[Element | None, str], list[Element]] = {}
        for content in clause.content:
            for element in content.iter("table", "figure", "formula", "note", "example", "ul", "ol"):
                tag = element.tag
                if tag in ("ul", "ol"):
                    self._mark_list(element)
                elif element.get("unnumbered") == "true":
                    continue
                elif tag in _COUNTED_ALONE:
                    around = next(element.iterancestors("table", "figure"), None)
                    groups.setdefault((around, tag), []).append(element)
                else:
                    self._number(element)
        for (_around, tag), members in groups.items():
            word = self._words.note if tag == "note" else self._words.example
            for count, member in enumerate(members, start=1):
                label = word if len(members) == 1 else f"{word}{self._words.separator}{count}"
                _put_label(member, label)
                self._remember(member, label)

    def _number(self, element: Element) -> None:
        tag = element.tag
        around = element.getparent()
        if tag == "figure" and around is not None and around.tag == "figure":
            count = sum(1 for _ in element.itersiblings("figure", preceding=True)) + 1
            _put_label(element, f"{letters(count)})")
            self._remember(element, f"{letters(count)})")
            return
        self._counts[tag] += 1
        number = f"{self._annex}.{self._counts[tag]}" if self._annex else str(self._counts[tag])
        template = {"table": self._words.table, "figure": self._words.figure}.get(tag, self._words.formula)
        name = template.format(number)
        _put_label(element, f"({number})" if tag == "formula" else name)
        self._remember(element, name)

    def _mark_list(self, element: Element) -> None:
        depth = sum(1 for _ in element.iterancestors("ul", "ol"))
        if element.tag == "ol":
            order = element.get("type") or _ORDER_BY_DEPTH[min(depth, len(_ORDER_BY_DEPTH) - 1)]
            write = _ORDERED.get(order, str)
            start = element.get("start") or ""
            first = int(start) if start.isascii() and start.isdigit() and len(start) < 6 else 1
            for count, entry in enumerate(element.iterchildren("li"), start=first):
                _put_label(entry, f"{write(count)})")
                self._remember(entry, f"{write(count)})")
            return
        mark = ("——" if depth == 0 else "·") if self._chinese else "—"
        for entry in element.iterchildren("li"):
            _put_label(entry, mark)

    def _remember(self, element: Element, name: str) -> None:
        for key in (element.get("anchor"), element.get("id")):
            if key:
                self._names.setdefault(key, name)


def _put_label(element: Element, text: str) -> None:
    """Print *text* before what *element* holds, unless the file does so itself."""
    if element.find("label") is None:
        label = element.makeelement("label")
        label.text = text
        element.insert(0, label)


def _citation(element: Element, separator: str) -> str:
    """Return what is printed where a document cites another: its designation, and the place in it."""
    places = [text_of(place) for place in element.iter("referenceFrom")]
    return separator.join(filter(None, (element.get("citeas") or "", *places)))
