"""What a standard says about itself, as read out of its file and before anybody believes it.

Texts are kept as printed: designations are parsed elsewhere, and what a document claims is checked elsewhere.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from standards_tree.designations import parse_designation_or_none
from standards_tree.errors import Bilingual, FieldViolation, UnsupportedDocumentError
from standards_tree.standards import AdoptionDegree, Level
from standards_tree.terms import DesignationStatus

_LETTERS_AND_DIGITS = re.compile(r"(?=.*[A-Za-z\u4e00-\u9fff])(?=.*\d)", re.DOTALL)
_NUMBER_TO_COME = re.compile(r"[\s\d.:：\-‐-―－][XxＸｘ×?？*＊]{2,}")


class Dialect(StrEnum):
    """The vocabulary a file is written in."""

    ISO_STS = "iso_sts"
    NISO_STS = "niso_sts"
    METANORMA = "metanorma"
    DOCX = "docx"
    HTML = "html"
    TEXT = "text"


class Issuer(StrEnum):
    """What kind of body the metadata speaks for: the element it stands in, or its ``std-meta-type``."""

    NATIONAL = "national"
    REGIONAL = "regional"
    INTERNATIONAL = "international"
    UNKNOWN = "unknown"


class ClauseKind(StrEnum):
    """The part of a standard a clause is, or lies in."""

    FOREWORD = "foreword"
    INTRODUCTION = "introduction"
    SCOPE = "scope"
    NORMATIVE_REFERENCES = "normative_references"
    TERMS = "terms"
    CLAUSE = "clause"
    ANNEX = "annex"
    BIBLIOGRAPHY = "bibliography"
    INDEX = "index"
    OTHER = "other"


class PrintedElement(StrEnum):
    """An element of a standard that is neither clause nor metadata: what a format without metadata may print or lack."""

    COVER = "cover"
    CONTENTS = "contents"


class BlockKind(StrEnum):
    """What a piece of a clause's text is printed as."""

    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE = "table"
    FIGURE = "figure"
    FORMULA = "formula"
    NOTE = "note"
    EXAMPLE = "example"
    FOOTNOTE = "footnote"
    WARNING = "warning"
    CODE = "code"
    SOURCE = "source"


@dataclass(frozen=True, slots=True)
class Place:
    """Point to an element of the file; the prefix ``tbx`` stands for the namespace of ISO 30042.

    ``line`` is 0 and ``xpath`` empty where a format has none; then ``paragraph`` counts the paragraphs of the file,
    those in tables too, from 1.
    """

    xpath: str
    line: int
    paragraph: int = 0


@dataclass(frozen=True, slots=True)
class LanguageText:
    """Hold a text and the BCP 47 tag of its language, ``und`` where the file gives none."""

    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Title:
    """Hold a title with its elements: introductory, main, complementary (引导, 主体, 补充)."""

    language: str
    full: str
    intro: str = ""
    main: str = ""
    complement: str = ""


@dataclass(frozen=True, slots=True)
class PrintedDesignation:
    """Hold a designation as the metadata print it, and whether they call it dated."""

    text: str
    dated: bool | None


@dataclass(frozen=True, slots=True)
class Reference:
    """Name another document as this one prints it.

    ``dated`` is what the print shows, whatever the markup says: a year, or the dash of a document in preparation. None:
    nothing like a designation is printed.
    """

    text: str
    designation_text: str | None
    title: str
    dated: bool | None
    label: str
    place: Place


@dataclass(frozen=True, slots=True)
class RelatedStandard:
    """Name a standard that the metadata relate to this one, such as ``replaces``; ``relation`` is as printed."""

    relation: str
    designation_text: str
    place: Place


@dataclass(frozen=True, slots=True)
class AdoptionNote:
    """Say that this document adopts another; ``degree`` is None where the document does not tell."""

    designation_text: str
    degree: AdoptionDegree | None
    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class PrintedTerm:
    """Hold one designation of a concept in one language; ``status`` is None where the document gives none."""

    language: str
    text: str
    status: DesignationStatus | None = None
    part_of_speech: str = ""
    type: str = ""


@dataclass(frozen=True, slots=True)
class TermEntry:
    """Hold one concept: its designations, definitions, notes, examples, sources and subject fields."""

    id: str
    number: str
    designations: tuple[PrintedTerm, ...]
    definitions: tuple[LanguageText, ...]
    notes: tuple[LanguageText, ...]
    examples: tuple[LanguageText, ...]
    sources: tuple[LanguageText, ...]
    subject_fields: tuple[LanguageText, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Block:
    """Hold one paragraph, list entry, table, figure, formula, note, example or footnote of a clause.

    ``text`` is its own text as printed, without ``number`` and ``title``; a table has a line for each row, with tabs
    between the cells. ``number`` is the label as printed: ``——``, ``a)``, ``表1``, ``(1)``, ``注1``. ``title`` is the
    caption of a table or figure. ``level`` is the depth of a list entry from 1, else 0. ``inside`` is the index, in the
    blocks of the clause, of the block it stands in, -1 for the clause itself. ``language`` is set where it is not the
    document's.
    """

    kind: BlockKind
    text: str
    place: Place
    number: str = ""
    title: str = ""
    level: int = 0
    inside: int = -1
    language: str = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """Hold one clause, annex, foreword or bibliography, without the clauses below it.

    ``level`` is 1 for chapters, annexes and what stands beside them. ``number`` is ``""`` where none is printed, and
    the letter alone for an annex. ``text`` has one line for each paragraph, list entry, table or figure; footnotes,
    entries of reference lists and term entries are left out. ``normative`` is what an annex says of itself. ``blocks``
    hold the same text, and the footnotes, in the order of the document.
    """

    id: str
    number: str
    title: str
    level: int
    kind: ClauseKind
    normative: bool | None
    text: str
    place: Place
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Metadata:
    """Hold what the front matter says about the standard; empty texts are None, and dates that are no dates too.

    ``level`` and ``prefix`` are set where the file says them apart from a designation: ``GB/T``, ``DB81/T``, ``Q/ABC``.
    """

    issuer: Issuer
    place: Place
    designations: tuple[PrintedDesignation, ...]
    originator: str | None
    doc_type: str | None
    number: str | None
    part: str | None
    year: int | None
    edition: str | None
    stage: str | None
    plan_number: str | None
    titles: Mapping[str, Title]
    ics_codes: tuple[str, ...]
    ccs_codes: tuple[str, ...]
    committees: tuple[str, ...]
    secretariat: str | None
    publication_date: date | None
    release_date: date | None
    effective_date: date | None
    related: tuple[RelatedStandard, ...]
    level: Level | None = None
    prefix: str | None = None

    @property
    def designation(self) -> str | None:
        """Return the designation as printed, the dated one first, or one composed of originator, number and part."""
        printed = [entry for entry in self.designations if _names_a_standard(entry.text)]
        for entry in printed:
            if entry.dated:
                return entry.text
        return printed[0].text if printed else self._composed()

    def _composed(self) -> str | None:
        """Return a designation made of the parts, in the manner of GB where a Chinese prefix is given, else of ISO."""
        chinese = self.prefix is not None or (self.doc_type or "").upper() in ("GB", "GB/T", "GB/Z")
        prefix = self.prefix or ((self.doc_type or "").upper() if chinese else self.originator)
        if self.number is None or not prefix or (self.prefix is None and self.originator is None):
            return None
        part = f"{'.' if chinese else '-'}{self.part}" if self.part else ""
        year = f"{'—' if chinese else ':'}{self.year}" if self.year else ""
        composed = f"{prefix} {self.number}{'' if part and self.number.endswith(part) else part}{year}"
        return composed if _names_a_standard(composed) else None


@dataclass(frozen=True, slots=True)
class StandardDocument:
    """Hold one standard as its file has it. ``notes`` say what is missing or contradicts itself, and where.

    A cover is made out of the metadata where a format has these apart, so ``elements_present`` names it there too.
    """

    dialect: Dialect
    language: str
    metadata: Metadata | None
    adoptions: tuple[AdoptionNote, ...]
    normative_references: tuple[Reference, ...]
    bibliography: tuple[Reference, ...]
    citations: tuple[Reference, ...]
    terms: tuple[TermEntry, ...]
    clauses: tuple[Clause, ...]
    notes: tuple[FieldViolation, ...]
    elements_present: frozenset[PrintedElement] = frozenset()

    def identity(self) -> str | None:
        """Return the designation under which this document can be registered, None if it has none."""
        return self.metadata.designation if self.metadata else None

    def require_identity(self) -> str:
        """Return the designation under which this document can be registered.

        Raises:
            UnsupportedDocumentError: it has none; the message names what is missing.
        """
        designation = self.identity()
        if designation is None:
            raise self._no_identity()
        return designation

    def title(self, language: str) -> Title | None:
        """Return the title in *language*, matched by its primary subtag when the tag itself is not there."""
        titles = self.metadata.titles if self.metadata else {}
        if language in titles:
            return titles[language]
        primary = language.partition("-")[0]
        return next((title for tag, title in titles.items() if tag.partition("-")[0] == primary), None)

    def _no_identity(self) -> UnsupportedDocumentError:
        if self.dialect not in (Dialect.ISO_STS, Dialect.NISO_STS):
            printed = self.metadata.designations if self.metadata else ()
            return UnsupportedDocumentError(
                "the document does not say which standard it is: its front matter prints {printed}, and no designation "
                "such as GB/T 1.1—2020",
                printed=repr(printed[0].text) if printed else "—",
            )
        if self.metadata is None:
            return UnsupportedDocumentError(
                "the document does not say which standard it is: it has no std-meta, iso-meta, reg-meta or nat-meta"
            )
        parts = (("originator", self.metadata.originator), ("doc-number", self.metadata.number))
        absent = ", ".join(name for name, value in parts if value is None)
        if not self.metadata.designations:
            return UnsupportedDocumentError(
                "line {line}: the document does not say which standard it is: std-ref is missing or empty, and "
                "std-ident lacks {absent}; give std-ref, such as GB/T 1.1—2020",
                line=self.metadata.place.line,
                absent=absent or Bilingual("a number", "编号"),
            )
        return UnsupportedDocumentError(
            "line {line}: the document does not say which standard it is: std-ref reads {printed!r}, which is no "
            "designation, and std-ident lacks {absent}; give std-ref, such as GB/T 1.1—2020",
            line=self.metadata.place.line,
            printed=self.metadata.designations[0].text,
            absent=absent or Bilingual("a number", "编号"),
        )


def looks_like_designation(text: str) -> bool:
    """Tell whether *text* has letters and digits, and no number left open as in ``GB/T XXXXX—20XX``."""
    return _LETTERS_AND_DIGITS.match(text) is not None and _NUMBER_TO_COME.search(text) is None


def _names_a_standard(text: str) -> bool:
    return looks_like_designation(text) and parse_designation_or_none(text) is not None
