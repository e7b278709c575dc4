"""What a document without structure of its own is made of: lines, as a word processor or a text file has them."""

from dataclasses import dataclass
from enum import StrEnum

from standards_tree.documents.model import Place


class Role(StrEnum):
    """What the style of a line says it is; most texts say nothing."""

    UNKNOWN = "unknown"
    BODY = "body"
    COVER_CODES = "cover_codes"
    COVER_DESIGNATION = "cover_designation"
    COVER_REPLACED = "cover_replaced"
    COVER_TITLE = "cover_title"
    COVER_TITLE_ENGLISH = "cover_title_english"
    COVER_ADOPTION = "cover_adoption"
    COVER_STAGE = "cover_stage"
    COVER_DATE = "cover_date"
    COVER_ISSUER = "cover_issuer"
    COVER_OTHER = "cover_other"
    CONTENTS_TITLE = "contents_title"
    CONTENTS = "contents"
    UNNUMBERED_TITLE = "unnumbered_title"
    DOCUMENT_TITLE = "document_title"
    HEADING = "heading"
    UNTITLED = "untitled"
    ANNEX = "annex"
    ANNEX_NATURE = "annex_nature"
    ANNEX_TITLE = "annex_title"
    TERM = "term"
    LIST = "list"
    NOTE = "note"
    EXAMPLE = "example"
    CAPTION = "caption"
    FORMULA = "formula"
    REFERENCE = "reference"


COVER_ROLES = frozenset(role for role in Role if role.value.startswith("cover_"))
TITLES = frozenset({Role.HEADING, Role.UNTITLED, Role.ANNEX, Role.UNNUMBERED_TITLE, Role.TERM})
"""What begins a clause, whatever its text."""


@dataclass(frozen=True, slots=True)
class Footnote:
    """Hold a footnote: its mark and its text."""

    number: str
    text: str


@dataclass(frozen=True, slots=True)
class Cell:
    """Hold the paragraphs of one cell of a table."""

    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """Hold one paragraph or table. ``text`` has line breaks where its author made them, and no ``number``.

    ``number`` is what the file numbers it with by itself; ``level`` the depth that its style stands for: 1 for chapters
    and the first level of lists.
    """

    text: str
    place: Place
    role: Role = Role.UNKNOWN
    level: int = 0
    number: str = ""
    rows: tuple[tuple[Cell, ...], ...] = ()
    footnotes: tuple[Footnote, ...] = ()
    has_image: bool = False
    has_formula: bool = False
