"""Read the reference lists of a Metanorma document, and what its clauses cite."""

import re
from collections.abc import Iterable

from standards_tree.documents.hardened_xml import Element, line_of, text_of
from standards_tree.documents.model import ClauseKind, Place, Reference, looks_like_designation
from standards_tree.documents.outline import Found
from standards_tree.documents.sts_references import is_dated

_LABEL = re.compile(r"\[\w{1,10}\]")
_YEAR = re.compile(r"(?:19|20)\d\d")
_IN_PREPARATION = re.compile(r"[-–—]{1,3}")
_CHINESE_PREFIX = re.compile(r"(?:GB|[A-Z]{2}|DB\d{2,4}|T|Q)(?:/[A-Z]+)?\s?\d")
_LABEL_TYPES = ("metanorma", "metanorma-ordinal")


def listed(found: Iterable[Found]) -> tuple[tuple[Reference, ...], tuple[Reference, ...]]:
    """Return the normative and the other entries of all reference lists."""
    normative: list[Reference] = []
    others: list[Reference] = []
    for entry in found:
        if entry.element.get("hidden") != "true":
            (normative if entry.kind is ClauseKind.NORMATIVE_REFERENCES else others).append(_reference(entry))
    return tuple(normative), tuple(others)


def cited(clauses: Iterable[Found]) -> tuple[Reference, ...]:
    """Return the documents that the clauses cite, without what names none, as ``[11]``."""
    references: list[Reference] = []
    for clause in clauses:
        for content in clause.content:
            for citation in content.iter("eref"):
                designation = " ".join((citation.get("citeas") or "").split())
                if looks_like_designation(designation) and _LABEL.fullmatch(designation) is None:
                    place = Place(clause.xpath, line_of(citation))
                    dated = is_dated(designation)
                    references.append(Reference(text_of(citation), designation, "", dated, "", place))
    return tuple(references)


def _reference(found: Found) -> Reference:
    entry = found.element
    label, designation = _identifiers(entry)
    title = _title_of(entry)
    formatted = " ".join(filter(None, (text_of(child) for child in entry.iterchildren("formattedref"))))
    if designation and not is_dated(designation):
        designation += _year_of(entry, designation)
    text = formatted or " ".join(filter(None, (designation, title)))
    dated = is_dated(designation) if designation else None
    return Reference(text or label, designation, title, dated, label, found.place)


def _identifiers(entry: Element) -> tuple[str, str | None]:
    """Return the label of an entry, as ``[3]``, and the designation of the document it names."""
    label, designation = "", None
    for element in entry.iterchildren("docidentifier"):
        text = text_of(element)
        if element.get("type") in _LABEL_TYPES or _LABEL.fullmatch(text):
            label = label or text
        elif designation is None and element.get("scope") is None and looks_like_designation(text):
            designation = text
    return label, designation


def _year_of(entry: Element, designation: str) -> str:
    """Return what is printed behind the number: the year of publication, or the dash of a document in preparation."""
    for element in entry.iterchildren("date"):
        text = text_of(element)
        if element.get("type") == "published":
            mark = "—" if _CHINESE_PREFIX.match(designation) else ":"
            if _IN_PREPARATION.fullmatch(text):
                return f"{mark}—" if mark == ":" else ""
            year = _YEAR.match(text)
            # The newer form dates a document whether it is cited dated or not, and says so in the identifier.
            return f"{mark}{year[0]}" if year and element.find("from") is not None else ""
    return ""


def _title_of(entry: Element) -> str:
    titles = list(entry.iterchildren("title"))
    main = [title for title in titles if title.get("type") in (None, "main")]
    return text_of((main or titles)[0]) if titles else ""
