"""Read the front matter of a standard: which one it is, what it is called, who is responsible, what it replaces."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from standards_tree.documents.hardened_xml import Element, line_of, text_of
from standards_tree.documents.model import (
    Issuer,
    Metadata,
    Place,
    PrintedDesignation,
    RelatedStandard,
    Title,
    looks_like_designation,
)
from standards_tree.errors import FieldViolation

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_NOTHING = frozenset({"n/a", "na", "tbd", "none", "unknown"})
_ISSUER_OF_ELEMENT = {
    "nat-meta": Issuer.NATIONAL,
    "reg-meta": Issuer.REGIONAL,
    "iso-meta": Issuer.INTERNATIONAL,
    "std-meta": Issuer.UNKNOWN,
}
_ISSUER_OF_TYPE = {
    "adopting": Issuer.NATIONAL,
    "national": Issuer.NATIONAL,
    "regional": Issuer.REGIONAL,
    "international": Issuer.INTERNATIONAL,
}
_ORDER = (Issuer.NATIONAL, Issuer.REGIONAL, Issuer.UNKNOWN, Issuer.INTERNATIONAL)
_CCS_NAMES = ("ccs", "ccs-code", "中国标准文献分类号", "中国标准文献分类")
_PLAN_NAMES = ("plan-number", "plan number", "planno", "计划号", "计划编号", "项目计划编号")
_INTERNATIONAL = re.compile(r"ISO|IEC|ITU")
_EFFECTIVE_NAMES = ("effective", "effective-date", "effective date", "implementation-date", "实施日期")


def metadata_elements(root: Element) -> list[tuple[Element, Place]]:
    """Return the metadata blocks of the document, the one that it goes by first.

    A national adoption goes before the regional and the international standard that it adopts; the front matter of an
    ``adoption`` before that of the documents inside it.
    """
    blocks: list[tuple[Element, Place]] = []
    for front, xpath in _fronts(root, f"/{root.tag}"):
        counts: Counter[str] = Counter()
        own: list[tuple[Element, Place]] = []
        for child in front:
            if child.tag in _ISSUER_OF_ELEMENT:
                counts[child.tag] += 1
                own.append((child, Place(f"{xpath}/{child.tag}[{counts[child.tag]}]", line_of(child))))
        blocks.extend(sorted(own, key=lambda block: _ORDER.index(_issuer(block[0]))))
    return blocks


def language_of(element: Element | None, default: str) -> str:
    """Return the BCP 47 tag of *element*'s own ``xml:lang``, or of ``lang`` where a converter forgot the prefix."""
    value = "" if element is None else (element.get(XML_LANG) or element.get("lang") or "")
    return language_tag(value) or default


@lru_cache(maxsize=256)
def language_tag(text: str) -> str:
    """Return *text* as a language tag, ``""`` if it is none."""
    tag = text.strip().replace("_", "-")
    if _LANGUAGE.fullmatch(tag) is None or tag.lower() in _NOTHING:
        return ""
    first, dash, rest = tag.partition("-")
    return first.lower() + dash + rest


def document_language(root: Element, metadata: Element | None) -> str:
    """Return the language that the root or the front matter states, ``und`` if neither does."""
    stated = language_of(root, "")
    for path in ("content-language", "doc-ident/language"):
        if not stated and metadata is not None:
            stated = language_tag(metadata.findtext(path) or "")
    return stated or "und"


class MetadataReader:
    """Turn one block of metadata into `Metadata`, and note what is missing or contradicts itself."""

    def __init__(self, block: Element, place: Place, language: str) -> None:
        self.notes: list[FieldViolation] = []
        self._block = block
        self._place = place
        self._language = language

    def read(self) -> Metadata:
        """Return everything the block says."""
        metadata = Metadata(
            issuer=_issuer(self._block),
            place=self._place,
            designations=tuple(self._designations()),
            originator=self._first("std-ident/originator", "doc-ident/sdo") or self._block.get("originator"),
            doc_type=self._first("std-ident/doc-type"),
            number=self._first("std-ident/doc-number"),
            part=self._first("std-ident/part-number"),
            year=self._year(),
            edition=self._first("std-ident/edition"),
            stage=self._first("release-version", "doc-ident/release-version"),
            plan_number=self._custom(_PLAN_NAMES),
            titles=self._titles(),
            ics_codes=self._all("ics"),
            ccs_codes=_codes(self._custom(_CCS_NAMES)),
            committees=self._all("comm-ref"),
            secretariat=self._first("secretariat"),
            publication_date=self._date("pub-date"),
            release_date=self._date("release-date"),
            effective_date=self._effective_date(),
            related=tuple(self._related()),
        )
        self._compare(metadata)
        return metadata

    def _first(self, *paths: str) -> str | None:
        """Return the first text found at one of *paths* that says something."""
        for path in paths:
            for element in self._block.iterfind(path):
                text = text_of(element)
                if _says_something(text):
                    return text
        return None

    def _all(self, tag: str) -> tuple[str, ...]:
        """Return the texts of all children named *tag*, those in a ``…-wrap`` or ``…-group`` too."""
        groups = (f"{tag}-wrap", f"{tag}-group")
        elements = [
            element
            for child in self._block
            for element in (child.iterchildren(tag) if child.tag in groups else (child,))
            if element.tag == tag
        ]
        texts = (text_of(element) for element in elements)
        return tuple(dict.fromkeys(text for text in texts if _says_something(text)))

    def _custom(self, names: tuple[str, ...]) -> str | None:
        for entry in self._block.iterfind("custom-meta-group/custom-meta"):
            name = entry.find("meta-name")
            value = entry.find("meta-value")
            if name is not None and value is not None and text_of(name).strip(" :：").lower() in names:
                return text_of(value) or None
        return None

    def _designations(self) -> Iterator[PrintedDesignation]:
        for element in self._block.iterfind("std-ref"):
            text = text_of(element)
            if _says_something(text):
                yield PrintedDesignation(text, {"dated": True, "undated": False}.get(element.get("type") or ""))

    def _year(self) -> int | None:
        text = self._first("std-ident/year") or ""
        return int(text) if re.fullmatch(r"[0-9]{4}", text) else None

    def _titles(self) -> dict[str, Title]:
        titles: dict[str, Title] = {}
        for wrap in self._block.iterfind("title-wrap"):
            language = language_of(wrap, self._language)
            parts = [" ".join(text_of(part) for part in wrap.iterfind(tag)) for tag in ("intro", "main", "compl")]
            full = " ".join(text_of(part) for part in wrap.iterfind("full"))
            # GB/T 1.1-2020, 6.1.4.1 parts the elements of a Chinese title by a blank, ISO and IEC by a dash.
            joined = (" " if language.startswith("zh") else " — ").join(part for part in parts if part)
            if (full or joined) and language not in titles:
                titles[language] = Title(language, full or joined, *parts)
        return titles

    def _date(self, tag: str) -> date | None:
        return self._parsed_date(self._first(tag), tag)

    def _effective_date(self) -> date | None:
        for element in self._block.iterfind("meta-date"):
            if (element.get("type") or element.get("date-type") or "").lower() in _EFFECTIVE_NAMES:
                return self._parsed_date(text_of(element), "meta-date")
        return self._parsed_date(self._custom(_EFFECTIVE_NAMES), "custom-meta")

    def _parsed_date(self, text: str | None, tag: str) -> date | None:
        if not text:
            return None
        try:
            return date.fromisoformat(text[:10])
        except ValueError:
            self._note("line {line}: {tag} reads {text!r}, which is no date like 2024-11-28", tag=tag, text=text)
            return None

    def _related(self) -> Iterator[RelatedStandard]:
        for number, xref in enumerate(self._block.iterfind("std-xref"), start=1):
            place = Place(f"{self._place.xpath}/std-xref[{number}]", line_of(xref))
            for element in xref.iterchildren("std-ref"):
                text = text_of(element)
                if _says_something(text):
                    yield RelatedStandard(xref.get("type") or "", text, place)

    def _compare(self, metadata: Metadata) -> None:
        """Note what is missing, and a designation that its own parts contradict."""
        designation = metadata.designation
        if not metadata.titles:
            self._note("line {line}: the document has no title")
        if designation is None:
            return
        if not metadata.designations:
            self._note(
                "line {line}: std-ref is missing or empty; {designation!r} is composed of std-ident",
                designation=designation,
            )
        number = metadata.number
        for tag, text in (("std-ref", designation), ("doc-ident/proj-id", self._first("doc-ident/proj-id"))):
            numbers = re.findall(r"\d+", text or "")
            if number and number.isdigit() and numbers and number not in numbers:
                self._note(
                    "line {line}: {tag} reads {text!r}, but doc-number {number!r}", tag=tag, text=text, number=number
                )
        originator = metadata.originator
        body = _INTERNATIONAL.match(designation)
        if originator and body and body[0] not in originator:
            self._note(
                "line {line}: std-ref reads {text!r}, but originator {originator!r}",
                text=designation,
                originator=originator,
            )

    def _note(self, template: str, **parameters: object) -> None:
        self.notes.append(FieldViolation(self._place.xpath, template, {"line": self._place.line, **parameters}))


def adopted_designation(block: Element) -> str | None:
    """Return the designation of an adopted standard whose metadata stand beside those of the adopting one."""
    printed = [(element.get("type"), text_of(element)) for element in block.iterfind("std-ref")]
    usable = [entry for entry in printed if looks_like_designation(entry[1])]
    return next((text for kind, text in usable if kind == "dated"), usable[0][1] if usable else None)


def _fronts(root: Element, xpath: str) -> Iterator[tuple[Element, str]]:
    counts: Counter[str] = Counter()
    for child in root:
        counts[child.tag] += 1
        if child.tag in ("front", "adoption-front"):
            yield child, f"{xpath}/{child.tag}"
        elif child.tag in ("standard", "adoption"):
            yield from _fronts(child, f"{xpath}/{child.tag}[{counts[child.tag]}]")


def _issuer(block: Element) -> Issuer:
    declared = _ISSUER_OF_TYPE.get((block.get("std-meta-type") or "").lower())
    return declared or _ISSUER_OF_ELEMENT[block.tag]


def _codes(text: str | None) -> tuple[str, ...]:
    """Return the CCS codes in *text*; covers print ``A 22`` with a blank."""
    return tuple(dict.fromkeys(letter + digits for letter, digits in re.findall(r"([A-Z])\s?(\d\d)", text or "")))


def _says_something(text: str) -> bool:
    return bool(text) and text.lower() not in _NOTHING and any(character.isalnum() for character in text)
