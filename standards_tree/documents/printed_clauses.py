"""Find the clauses in the lines of a document: by their styles, by automatic numbers, and by numbers typed at line starts."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from standards_tree.documents.hardened_xml import folded
from standards_tree.documents.model import ClauseKind, Place
from standards_tree.documents.outline import kind_by_title
from standards_tree.documents.printed_lines import COVER_ROLES, TITLES, Line, Role

_NUMBER = re.compile(r"(?P<number>\d{1,3}(?:[.．]\d{1,3}){0,5}|[A-Z](?:[.．]\d{1,3}){1,5})")
_TYPED = re.compile(
    rf"{_NUMBER.pattern}[.．]?(?:[\s\u3000]+(?P<rest>\S.*)?|(?P<joined>[\u4e00-\u9fff].*)|$)", re.DOTALL
)
_ANNEX = re.compile(
    r"(?:附[\s\u3000]*录[\s\u3000]*|A(?:nnex|NNEX)\s+)(?P<letter>[A-Z])(?![A-Za-z.\d])[\s\u3000]*"
    r"(?P<nature>[（(]\s*(?:规范性|资料性|[Nn]ormative|[Ii]nformative)[^)）]{0,10}[)）])?[\s\u3000]*(?P<title>.*)",
    re.DOTALL,
)
_NATURE = re.compile(r"[（(]\s*(规范性|资料性|normative|informative)[^)）]{0,10}[)）]", re.IGNORECASE)
_UNNUMBERED = re.compile(
    r"前[\s\u3000]*言|引[\s\u3000]*言|参[\s\u3000]*考[\s\u3000]*文[\s\u3000]*献|索[\s\u3000]*引|"
    r"(?:Foreword|Introduction|Bibliography|Index)",
    re.IGNORECASE,
)
_CONTENTS = re.compile(r"目[\s\u3000]*[次录]|(?:Table of )?contents", re.IGNORECASE)
_CONTENTS_LINE = re.compile(r"[.…·\t\s]\s*(?:[IVXLivxl]{1,6}|\d{1,4})$")
_SENTENCE = re.compile(r"[。；;：:]$")
_LONGEST_TITLE = 60
_BLANKS = re.compile(r"[\s\u3000]+")


@dataclass(slots=True)
class Draft:
    """A clause that is being put together."""

    place: Place
    kind: ClauseKind
    level: int
    number: str = ""
    title: str = ""
    normative: bool | None = None
    lines: list[Line] = field(default_factory=list)
    is_term: bool = False
    has_children: bool = False


@dataclass(slots=True)
class Parts:
    """What a document falls into."""

    cover: list[Line] = field(default_factory=list)
    clauses: list[Draft] = field(default_factory=list)
    has_contents: bool = False
    document_title: Line | None = None


def parts_of(lines: Sequence[Line]) -> Parts:
    """Return the cover and the clauses that *lines* make. Cost: linear."""
    finder = _Finder()
    for line in lines:
        finder.take(line)
    return finder.parts


class _Finder:
    def __init__(self) -> None:
        self.parts = Parts()
        self._in_contents = False
        self._numbers: list[int] = []
        self._annex = ""
        self._awaits_annex_title = False
        self._open: list[Draft] = []

    def take(self, line: Line) -> None:
        """Put *line* where it belongs: cover, contents, the title of a new clause, or the text of the last one."""
        text = folded(line.text.replace("\n", " "))
        if line.rows or (not text and not line.number and line.role not in (Role.ANNEX, Role.UNTITLED, Role.TERM)):
            self._take_text(line)
        elif line.role is Role.CONTENTS_TITLE or (line.role not in TITLES and _CONTENTS.fullmatch(text)):
            self._in_contents = self.parts.has_contents = True
        elif line.role is Role.CONTENTS or (self._in_contents and _is_contents_line(line, text)):
            self.parts.has_contents = True
        elif not (self._take_annex(line, text) or self._take_title(line, text) or self._take_annex_words(line, text)):
            self._take_text(line)

    def _take_text(self, line: Line) -> None:
        clauses = self.parts.clauses
        if line.role is Role.DOCUMENT_TITLE and (clauses or self.parts.cover):
            self.parts.document_title = line
        elif line.role in COVER_ROLES or not clauses:
            self.parts.cover.append(line)
        elif line.text or line.rows or line.has_image or line.has_formula or line.number:
            self._awaits_annex_title = False
            clauses[-1].lines.append(line)

    def _take_annex(self, line: Line, text: str) -> bool:
        """Begin an annex where *line* is its mark: 附录A, with or without the rest on the same line."""
        printed = f"{line.number} {line.text}".strip()
        match = _ANNEX.fullmatch(printed)
        if match is None or (line.role is not Role.ANNEX and not _is_annex_mark(match, text)):
            return False
        self._annex, self._numbers = match["letter"], []
        words = match["title"].strip()
        nature = match["nature"] or ""
        found = _NATURE.match(words)
        if not nature and found:
            nature, words = found[0], words[found.end() :].strip()
        draft = Draft(line.place, ClauseKind.ANNEX, 1, self._annex, folded(words.replace("\n", " ")))
        draft.normative = _is_normative(nature)
        self._put(draft)
        self._awaits_annex_title = not draft.title
        self._in_contents = False
        return True

    def _take_annex_words(self, line: Line, text: str) -> bool:
        """Take what is printed below 附录A: whether it is normative, and its title."""
        if not self._annex or not self.parts.clauses or self.parts.clauses[-1].kind is not ClauseKind.ANNEX:
            return False
        annex = self.parts.clauses[-1]
        nature = _NATURE.match(text)
        if annex.level == 1 and annex.normative is None and nature and not annex.lines:
            annex.normative = _is_normative(nature[0])
            annex.title = annex.title or text[nature.end() :].strip()
            self._awaits_annex_title = not annex.title
            return True
        is_title = line.role in (Role.ANNEX_TITLE, Role.ANNEX, Role.UNNUMBERED_TITLE) or (
            line.role is Role.UNKNOWN and len(text) <= _LONGEST_TITLE and not _SENTENCE.search(text)
        )
        if self._awaits_annex_title and annex.level == 1 and is_title and not line.number:
            annex.title = text
            self._awaits_annex_title = False
            return True
        return False

    def _take_title(self, line: Line, text: str) -> bool:
        """Begin a clause where *line* is its title, or its number with the first sentence of its text."""
        if line.role not in TITLES and not line.number and _UNNUMBERED.fullmatch(text):
            self._begin_unnumbered(line, text)
            return True
        if line.role is Role.UNNUMBERED_TITLE:
            if self._awaits_annex_title:
                return False
            self._begin_unnumbered(line, text)
            return True
        number, words = self._number_of(line, text)
        if not number and line.role in (Role.HEADING, Role.UNTITLED, Role.TERM):
            if line.role is Role.HEADING and _UNNUMBERED.fullmatch(text):
                self._begin_unnumbered(line, text)
            elif text:
                self._begin(line, "", words, line.level or 1)
            return True
        if not number:
            return False
        self._begin(line, number, words, number.count(".") + 1)
        return True

    def _number_of(self, line: Line, text: str) -> tuple[str, str]:
        """Return the number of the clause that *line* begins and the words behind it; no number where it begins none."""
        automatic = _NUMBER.fullmatch(line.number.rstrip(".．")) if line.number else None
        if automatic:
            number = automatic["number"].replace("．", ".")
            is_title = line.role in TITLES or line.role is Role.ANNEX_TITLE or "." in number
            return (number, text) if is_title and self._follows(number, line) else ("", text)
        if line.number or line.role in (Role.BODY, Role.LIST, Role.NOTE, Role.EXAMPLE, Role.CAPTION, Role.FORMULA):
            return "", text
        typed = _TYPED.fullmatch(text)
        if typed is None:
            return "", text
        number = typed["number"].replace("．", ".")
        words = (typed["rest"] or typed["joined"] or "").strip()
        if line.role not in TITLES and (not self._follows(number, line) or ("." not in number and _is_sentence(words))):
            return "", text
        return number, words

    def _follows(self, number: str, line: Line) -> bool:
        """Tell whether *number* can come next: the following one on its level or above, or the first one below.

        What has the style of a title need not follow: a draft may count wrongly, and somebody is to find that.
        """
        if line.role in TITLES:
            return True
        parts = number.split(".")
        if parts[0].isalpha() != bool(self._annex) or (self._annex and parts[0] != self._annex):
            return False
        counted = [int(part) for part in (parts[1:] if self._annex else parts)]
        if len(counted) > len(self._numbers) + 1:
            return False
        before = self._numbers[: len(counted)]
        if len(counted) == len(self._numbers) + 1:
            return counted[:-1] == before and counted[-1] == 1
        return counted[:-1] == before[:-1] and counted[-1] == before[-1] + 1

    def _begin_unnumbered(self, line: Line, text: str) -> None:
        title = _BLANKS.sub("", text) if not text.isascii() else text
        kind = kind_by_title(title) or ClauseKind.OTHER
        self._annex, self._numbers = "", []
        self._in_contents = self._awaits_annex_title = False
        self._put(Draft(line.place, kind, 1, "", title))

    def _begin(self, line: Line, number: str, words: str, level: int) -> None:
        self._in_contents = self._awaits_annex_title = False
        letter = number[:1] if number[:1].isalpha() else ""
        if number:
            counted = number.split(".")[1 if letter else 0 :]
            self._numbers = [int(part) for part in counted]
            self._annex = letter if letter else ""
        around = self._around(level)
        kind = around.kind if around is not None else ClauseKind.ANNEX if letter else ClauseKind.CLAUSE
        if kind is ClauseKind.CLAUSE and level <= 2:  # deeper titles may repeat these words
            kind = kind_by_title(_BLANKS.sub("", words) if not words.isascii() else words) or kind
        draft = Draft(line.place, kind, level, number, is_term=line.role is Role.TERM)
        if line.role is not Role.UNTITLED and not _is_sentence(words):
            draft.title = words
            words = ""
        if words or line.footnotes:
            draft.lines.append(Line(words, line.place, Role.BODY, footnotes=line.footnotes))
        self._put(draft)

    def _put(self, draft: Draft) -> None:
        """Add a clause below the last one that is higher than it."""
        while self._open and self._open[-1].level >= draft.level:
            self._open.pop()
        if self._open:
            self._open[-1].has_children = True
        self._open.append(draft)
        self.parts.clauses.append(draft)

    def _around(self, level: int) -> Draft | None:
        return next((draft for draft in reversed(self._open) if draft.level < level), None)


def _is_annex_mark(match: re.Match[str], text: str) -> bool:
    """Tell whether an unstyled line is the mark of an annex, and not a sentence about one."""
    return not match["title"] or bool(match["nature"]) or (len(text) <= _LONGEST_TITLE and "\n" in match["title"])


def _is_normative(nature: str) -> bool | None:
    found = _NATURE.match(nature)
    return None if found is None else found[1].casefold() in ("规范性", "normative")


def _is_contents_line(line: Line, text: str) -> bool:
    return line.role not in TITLES and (_CONTENTS_LINE.search(line.text) is not None or not text)


def _is_sentence(words: str) -> bool:
    return len(words) > _LONGEST_TITLE or _SENTENCE.search(words) is not None


def term_drafts(clauses: Iterable[Draft]) -> Iterator[Draft]:
    """Yield the clauses that are entries of a terms chapter: numbered, below the chapter, and over nothing."""
    for draft in clauses:
        if draft.kind is ClauseKind.TERMS and draft.level > 1 and not draft.has_children and draft.number:
            yield draft
