"""Read the front matter of a Metanorma document, and of the older `gb-standard` form of it."""

import re
from collections.abc import Iterator
from datetime import date

from standards_tree.designations import parse_designation_or_none
from standards_tree.documents.hardened_xml import Element, line_of, text_of
from standards_tree.documents.model import (
    AdoptionNote,
    Issuer,
    Metadata,
    Place,
    PrintedDesignation,
    RelatedStandard,
    Title,
)
from standards_tree.documents.sts_metadata import language_tag
from standards_tree.errors import FieldViolation
from standards_tree.standards import AdoptionDegree, Level

PLACEHOLDER = re.compile(r"\[(?:not supplied|未提供)\]|\{[a-z][a-z0-9_-]{2,60}\}")
"""What a template leaves where an author was to write something."""

_LEVELS = {
    "national": Level.NATIONAL,
    "sector": Level.INDUSTRY,
    "professional": Level.INDUSTRY,
    "local": Level.LOCAL,
    "social": Level.GROUP,
    "social-group": Level.GROUP,
    "enterprise": Level.ENTERPRISE,
}
_PREFIX_FORMS = {Level.LOCAL: "DB{}", Level.GROUP: "T/{}", Level.ENTERPRISE: "Q/{}"}
_MANDATES = {"mandatory": "", "recommended": "/T", "guidelines": "/Z", "guideline": "/Z"}
_WITHOUT_MANDATE = (Level.GROUP, Level.ENTERPRISE)
_DEGREES = {
    "identical": AdoptionDegree.IDT,
    "equivalent": AdoptionDegree.MOD,
    "modified": AdoptionDegree.MOD,
    "nonequivalent": AdoptionDegree.NEQ,
    "non-equivalent": AdoptionDegree.NEQ,
    "adoptedFrom": None,
    "adopted-from": None,
}
_PART_WORDS = {"zh": "第{}部分：{}", "en": "Part {}: {}", "fr": "Partie {}: {}"}
_IDENTIFIERS_OF_FILES = ("URN", "iso-tc", "iso-with-lang", "iso-reference", "iso-revdate", "ISBN", "DOI", "metanorma")
_YEAR = re.compile(r"(?:19|20)\d\d")
_COMMITTEE_TYPES = ("Technical committee", "Committee", "Subcommittee")


class MetanormaMetadata:
    """Turns ``bibdata`` into `Metadata`, and notes what is missing, is still a placeholder or contradicts itself."""

    def __init__(self, bibdata: Element, place: Place, language: str) -> None:
        self.notes: list[FieldViolation] = []
        self._bibdata = bibdata
        self._place = place
        self._language = language
        self._version = next(bibdata.itersiblings("version"), None)

    def read(self) -> Metadata:
        """Return everything the front matter says."""
        number = self._bibdata.find(".//project-number")
        level = _LEVELS.get(self._text("gbtype/gbscope") or "")
        prefix = self._prefix(level)
        metadata = Metadata(
            issuer=Issuer.NATIONAL if level is not None else self._issuer(),
            place=self._place,
            designations=() if prefix else tuple(self._designations()),
            originator=self._publisher(),
            doc_type=self._text("ext/doctype") or self._bibdata.get("type"),
            number=self._text("docnumber") or (text_of(number) if number is not None else None),
            part=number.get("part") if number is not None else None,
            year=self._year(),
            edition=self._text("edition") or self._of_version("edition"),
            stage=self._stage(),
            plan_number=self._plan_number(),
            titles=self._titles(number.get("part") if number is not None else None),
            ics_codes=self._all("ics", "ext/ics/code"),
            ccs_codes=self._all("ccs", "ext/ccs/code"),
            committees=tuple(dict.fromkeys(self._committees())),
            secretariat=self._secretariat(),
            publication_date=self._date("published"),
            release_date=self._date("issued"),
            effective_date=self._date("implemented"),
            related=tuple(self._related()),
            level=level,
            prefix=prefix,
        )
        self._note_what_is_missing(metadata)
        return metadata

    def adoptions(self) -> Iterator[AdoptionNote]:
        """Yield what ``relation`` says is adopted."""
        for relation, place in self._relations():
            kind = relation.get("type") or ""
            designation = _designation_of(relation.find("bibitem"))
            if kind in _DEGREES and designation:
                yield AdoptionNote(designation, _DEGREES[kind], f"{kind} {designation}", place)

    def _text(self, path: str) -> str | None:
        element = self._bibdata.find(path)
        return (text_of(element) or None) if element is not None else None

    def _all(self, *paths: str) -> tuple[str, ...]:
        texts = (text_of(element) for path in paths for element in self._bibdata.iterfind(path) if not len(element))
        return tuple(dict.fromkeys(filter(None, texts)))

    def _of_version(self, tag: str) -> str | None:
        return self._version.findtext(tag) if self._version is not None else None

    def _prefix(self, level: Level | None) -> str | None:
        """Return the prefix of the designation as its level writes it: ``GB/T``, ``LS/T``, ``DB81/T``, ``T/ABC``."""
        printed = self._text("gbtype/gbprefix")
        if level is None or printed is None:
            return None
        form = _PREFIX_FORMS.get(level, "{}")
        prefix = printed if printed.startswith(form.partition("{")[0]) else form.format(printed)
        mandate = "" if level in _WITHOUT_MANDATE else _MANDATES.get(self._text("gbtype/gbmandate") or "", "")
        return prefix if prefix.endswith(("/T", "/Z")) else f"{prefix}{mandate}"

    def _designations(self) -> Iterator[PrintedDesignation]:
        for element in self._bibdata.iterchildren("docidentifier"):
            text = text_of(element)
            if text and element.get("type") not in _IDENTIFIERS_OF_FILES and not len(element):
                parsed = parse_designation_or_none(text)
                yield PrintedDesignation(text, None if parsed is None else parsed.year is not None)

    def _issuer(self) -> Issuer:
        publisher = self._publisher() or ""
        return Issuer.INTERNATIONAL if publisher in ("ISO", "IEC", "ITU", "OIML") else Issuer.UNKNOWN

    def _contributors(self, role: str, description: str = "") -> Iterator[Element]:
        for contributor in self._bibdata.iterchildren("contributor"):
            found = contributor.find("role")
            organization = contributor.find("organization")
            if found is not None and organization is not None and found.get("type") == role:
                stated = found.findtext("description") or ""
                if not description or stated.strip() == description:
                    yield organization

    def _publisher(self) -> str | None:
        for organization in (*self._contributors("issuer"), *self._contributors("publisher")):
            name = organization.findtext("abbreviation") or organization.findtext("name")
            if name and name.strip():
                return name.strip()
        return None

    def _committees(self) -> Iterator[str]:
        for organization in self._contributors("author", "committee"):
            full = organization.find("subdivision/identifier[@type='full']")
            body = organization.findtext("abbreviation") or ""
            if full is not None:
                yield f"{body.strip()}/{text_of(full)}".strip("/")
                continue
            for subdivision in organization.iterchildren("subdivision"):
                if subdivision.get("type") in _COMMITTEE_TYPES:
                    yield text_of(subdivision)
        for element in self._bibdata.iterchildren("gbcommittee"):
            yield text_of(element)

    def _secretariat(self) -> str | None:
        for organization in self._contributors("author", "secretariat"):
            name = organization.find("subdivision/name")
            if name is not None:
                return text_of(name) or None
        return None

    def _year(self) -> int | None:
        year = _YEAR.fullmatch((self._bibdata.findtext("copyright/from") or "").strip())
        return int(year[0]) if year else None

    def _stage(self) -> str | None:
        stage, substage = self._text("status/stage"), self._text("status/substage")
        return f"{stage}.{substage}" if stage and substage else stage

    def _plan_number(self) -> str | None:
        text = self._text("plannumber")
        if text is not None and not any(character.isdigit() for character in text):
            self._note("line {line}: plannumber reads {text!r}, which is no number of a plan", text=text)
            return None
        return text

    def _titles(self, part: str | None) -> dict[str, Title]:
        """Return the titles; those of the older form have no full one, which is put together as it is printed."""
        found: dict[str, dict[str, str]] = {}
        for element in self._bibdata.iterchildren("title"):
            for title in element if len(element) and element.get("language") is None else (element,):
                language = language_tag(title.get("language") or "") or self._language
                kind = title.get("type") or (title.tag if title.tag != "title" else "main")
                found.setdefault(language, {}).setdefault(kind, text_of(title))
        return {language: _title(language, parts, part) for language, parts in found.items() if any(parts.values())}

    def _date(self, kind: str) -> date | None:
        for element in self._bibdata.iterchildren("date"):
            if element.get("type") != kind:
                continue
            text = text_of(element)
            try:
                return date.fromisoformat(text)
            except ValueError:
                self._note("line {line}: {tag} reads {text!r}, which is no date like 2024-11-28", tag=kind, text=text)
        return None

    def _relations(self) -> Iterator[tuple[Element, Place]]:
        for number, relation in enumerate(self._bibdata.iterchildren("relation"), start=1):
            yield relation, Place(f"{self._place.xpath}/relation[{number}]", line_of(relation))

    def _related(self) -> Iterator[RelatedStandard]:
        for relation, place in self._relations():
            kind = relation.get("type") or ""
            entry = relation.find("bibitem")
            designation = _designation_of(entry)
            if not designation or entry is None:
                continue
            title = text_of(next(entry.iterchildren("title"), entry))
            if PLACEHOLDER.search(title):
                self._note(
                    "line {line}: the title of {designation} is still a placeholder: {text}",
                    place,
                    designation=designation,
                    text=PLACEHOLDER.findall(title)[0],
                )
            if kind not in _DEGREES:
                yield RelatedStandard(kind, designation, place)

    def _note_what_is_missing(self, metadata: Metadata) -> None:
        if not metadata.titles:
            self._note("line {line}: the document has no title")
        designation = metadata.designation
        if metadata.prefix and designation is not None:
            self._note(
                "line {line}: no designation is printed; {designation!r} is composed of prefix, number, part and year",
                designation=designation,
            )

    def _note(self, template: str, place: Place | None = None, **parameters: object) -> None:
        place = place or self._place
        self.notes.append(FieldViolation(place.xpath, template, {"line": place.line, **parameters}))


def _title(language: str, parts: dict[str, str], number: str | None) -> Title:
    complement = parts.get("title-part", "")
    words = _PART_WORDS.get(language.partition("-")[0])
    numbered = words.format(number, complement) if words and number and complement else complement
    intro, main = parts.get("title-intro", ""), parts.get("title-main", "")
    joined = (" " if language.startswith("zh") else " — ").join(filter(None, (intro, main, numbered)))
    return Title(language, parts.get("main") or joined, intro, main, complement)


def _designation_of(entry: Element | None) -> str:
    """Return the designation of another standard in the front matter."""
    identifier = entry.find("docidentifier") if entry is not None else None
    return text_of(identifier) if identifier is not None else ""
