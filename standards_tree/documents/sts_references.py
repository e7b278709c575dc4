"""Read the documents a standard refers to: its reference lists, and what its clauses cite."""

import re
from collections.abc import Iterable, Iterator

from standards_tree.designations import find_designations
from standards_tree.documents.hardened_xml import Element, line_of, text_of
from standards_tree.documents.model import ClauseKind, Place, Reference, looks_like_designation
from standards_tree.documents.outline import Found
from standards_tree.errors import FieldViolation

_DATED = re.compile(r"[-:：‐-―−－](?:(?:19|20)\d\d(?!\d)|\s*[‐-―−－-]{1,3}(?!\w))|\((?:19|20)\d\d\)|（(?:19|20)\d\d）")
"""A year behind a dash, a colon or in parentheses, or the dash of a document in preparation: ``ISO 16634:—``."""

_SHORT_YEAR = re.compile(r"(?:GB|[A-Z]{2})(?:/[TZ])?\s?\d[\d.]*[-‐-―−－]\d\d$")
"""The year as it was printed until 1995: ``GB 4943-95``."""
_LETTERS_THEN_DIGIT = re.compile(r"[A-Z][^\d]{0,30}\d")
_LONGEST_DESIGNATION = 80
_IS_DATED = {"dated": True, "undated": False}
_TITLE_TAGS = ("title", "article-title", "source", "italic")
_BLANK_ENDS = " \t\n,，;；.。†"


class ReferenceReader:
    """Turn ``ref``, ``std`` and plain paragraphs into references, and note what is odd about them."""

    def __init__(self) -> None:
        self.notes: list[FieldViolation] = []

    def listed(self, found: list[Found]) -> tuple[tuple[Reference, ...], tuple[Reference, ...]]:
        """Return the normative and the other entries of all reference lists, in the order of the document."""
        normative: list[Reference] = []
        others: list[Reference] = []
        for entry in found:
            is_normative = entry.kind is ClauseKind.NORMATIVE_REFERENCES
            if entry.tag == "ref":
                (normative if is_normative else others).extend(self._from_entry(entry))
            elif is_normative and next(entry.element.iter("ref"), None) is None:
                normative.extend(self._from_section(entry))
        return tuple(normative), tuple(others)

    def cited(self, inline: Iterable[Element], found: list[Found]) -> tuple[Reference, ...]:
        """Return the documents that clauses cite through a ``std`` among *inline*, without what names none, as ``[11]``."""
        around_of: dict[Element, Found | None] = {entry.element: entry for entry in found}
        references: list[Reference] = []
        for standard in inline:
            around = _around(standard, around_of) if standard.tag == "std" else None
            if around is None or around.tag == "ref" or around.kind is ClauseKind.NORMATIVE_REFERENCES:
                continue
            designation, declared = _designation_in(standard, _std_refs(standard))
            if designation:
                place = _place_in(around, standard)
                dated = self._dated(designation, declared, place)
                references.append(Reference(text_of(standard).strip(_BLANK_ENDS), designation, "", dated, "", place))
        return tuple(references)

    def _from_entry(self, found: Found) -> Iterator[Reference]:
        """Yield what one ``ref`` names: one reference, or one for each ``std`` in it."""
        label = ""
        citation = None
        standards: list[Element] = []
        for child in found.element:
            tag = child.tag
            if tag == "std":
                standards.append(child)
            elif tag == "label":
                label = text_of(child)
            elif tag == "mixed-citation":
                citation = child
                standards.extend(child.iterchildren("std"))
        place = found.place
        if citation is not None and len(standards) < 2:
            # Converters put the designation into an empty std and print the entry in mixed-citation beside it.
            yield self._reference(standards[0] if standards else citation, citation, label, place)
            return
        for standard in standards or (found.element,):
            yield self._reference(standard, standard, label, place)

    def _from_section(self, found: Found) -> Iterator[Reference]:
        """Yield what a section of normative references without ``ref`` names: each ``std``, or each entry-like line."""
        lines: list[Element] = []
        for child in found.content:
            if child.tag == "p":
                lines.append(child)
            elif child.tag == "list":
                lines.extend(child.iterfind("list-item/p"))
        standards = [standard for line in lines for standard in line.iterchildren("std")]
        for standard in standards:
            yield self._reference(standard, standard, "", _place_in(found, standard))
        if not standards:
            for line in lines:
                if leading_designation(text_of(line)):
                    yield self._reference(line, line, "", _place_in(found, line))

    def _reference(self, standard: Element, printed: Element, label: str, place: Place) -> Reference:
        text = text_of(printed).replace(" ,", ",")  # a footnote mark stood before the comma
        if label and text.startswith(label):
            text = text[len(label) :]
        text = text.strip(_BLANK_ENDS)
        std_refs = _std_refs(standard)
        designation, declared = _designation_in(standard, std_refs) if std_refs else (leading_designation(text), None)
        title = _title_of(printed, text, designation)
        if text == f"{designation}{title}" or (printed is standard and len(std_refs) > 1):
            text = ", ".join(part for part in (designation, title) if part)
        if not text and label:
            text = label
            self._note(place, "line {line}: the entry {label!r} names no document", label=label)
        dated = None if designation is None else self._dated(designation, declared, place)
        return Reference(text, designation, title, dated, label, place)

    def _dated(self, designation: str, declared: bool | None, place: Place) -> bool:
        """Tell whether *designation* is printed with a year, and note where its markup says otherwise."""
        dated = is_dated(designation)
        if declared is not None and declared is not dated:
            template = (
                "line {line}: {designation!r} is marked as dated but printed without a year"
                if declared
                else "line {line}: {designation!r} is marked as undated but printed as dated"
            )
            self._note(place, template, designation=designation)
        return dated

    def _note(self, place: Place, template: str, **parameters: object) -> None:
        self.notes.append(FieldViolation(place.xpath, template, {"line": place.line, **parameters}))


def is_dated(designation: str) -> bool:
    """Tell whether *designation* is printed with a year, or with the dash of a document in preparation."""
    return _DATED.search(designation) is not None or _SHORT_YEAR.match(designation) is not None


def _around(element: Element, around_of: dict[Element, Found | None]) -> Found | None:
    """Return what *element* stands in, None for an ``std`` inside another; the way there is remembered in *around_of*."""
    climbed: list[Element] = []
    above = element.getparent()
    while above is not None and above not in around_of and above.tag != "std":
        climbed.append(above)
        above = above.getparent()
    around = around_of.get(above) if above is not None else None
    around_of.update(dict.fromkeys(climbed, around))
    return around


def _std_refs(standard: Element) -> list[Element]:
    # Children first: the search one level below costs five times as much.
    return [child for child in standard if child.tag == "std-ref"] or standard.findall("*/std-ref")


def _designation_in(standard: Element, std_refs: Iterable[Element]) -> tuple[str | None, bool | None]:
    """Return the designation that *std_refs* print, the dated one first, and whether their markup calls it dated."""
    designation = None
    stated = ""
    for element in std_refs:
        kind = element.get("type") or ""
        if designation is None or kind == "dated":
            text = text_of(element)
            if looks_like_designation(text):
                designation, stated = text, kind
                if kind == "dated":
                    break
    return designation, _IS_DATED.get(stated or standard.get("type") or "") if designation else None


def leading_designation(text: str) -> str | None:
    """Return the designation that *text* begins with, None if it begins otherwise."""
    if _LETTERS_THEN_DIGIT.match(text) is None:
        return None
    found = find_designations(text[:_LONGEST_DESIGNATION])
    return text[: found[0][1]] if found and found[0][0] == 0 else None


def _title_of(printed: Element, text: str, designation: str | None) -> str:
    """Return the title printed beside the designation; where no element marks it, what follows the designation."""
    marked = {child.tag: child for child in printed if child.tag in _TITLE_TAGS}
    for tag in _TITLE_TAGS:
        if tag in marked:
            return text_of(marked[tag]).strip(_BLANK_ENDS)
    if designation and text.startswith(designation):
        return text[len(designation) :].strip(_BLANK_ENDS).strip("《》")
    return ""


def _place_in(found: Found, element: Element) -> Place:
    return Place(found.xpath, line_of(element))
