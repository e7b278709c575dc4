"""A draft as the rules of drafting look at it: clauses in their order of rank, and every piece of text with its role.

Built once for all rules, in time linear in the document.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TypeVar

from standards_tree.documents.model import Block, BlockKind, Clause, ClauseKind, StandardDocument, Title
from standards_tree.rules.drafting.function_types import FunctionType, function_type_of, function_type_of_english
from standards_tree.rules.drafting.words import masked
from standards_tree.rules.findings import Place

Found = TypeVar("Found")

_BODY = frozenset({ClauseKind.SCOPE, ClauseKind.NORMATIVE_REFERENCES, ClauseKind.TERMS, ClauseKind.CLAUSE})
_SYMBOLS = re.compile(r"(?:符号|缩略语|缩写|代号)")
_SENTENCE = re.compile(r"[^。；！？\n]+[。；！？]?")
_ELEMENT_GAP = re.compile(r"\s*[—–]\s*|[\s\u3000]+")
_PART_OF_TITLE = re.compile(r"(第\s*\d+\s*部分\s*[：:])\s+")
_PART_NUMBER = re.compile(r"\d\.(\d+)(?:[—–\-－]|$)")


@dataclass(slots=True, eq=False)
class Section:
    """A clause, the one it stands in, those below it, and its pieces of text."""

    clause: Clause
    parent: "Section | None"
    children: list["Section"] = field(default_factory=list)
    passages: list["Passage"] = field(default_factory=list)
    path: str = ""

    @property
    def number(self) -> str:
        """Return the number as printed, without a full stop after it."""
        return self.clause.number.rstrip(".")

    @property
    def title(self) -> str:
        """Return the title, without the blanks that spread a short one."""
        return re.sub(r"(?<=^[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff]$)", "", self.clause.title.strip())

    @property
    def kind(self) -> ClauseKind:
        """Return the part of the standard it is."""
        return self.clause.kind

    @property
    def chapter(self) -> "Section":
        """Return the chapter, annex or element it stands in, itself where it is one."""
        section = self
        while section.parent is not None:
            section = section.parent
        return section

    @property
    def place(self) -> Place:
        """Return where it begins."""
        place = self.clause.place
        return Place(self.clause.number, place.xpath, place.line, place.paragraph)

    def walk(self) -> Iterator["Section"]:
        """Yield this section and those below it, in the order of the document."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(slots=True, eq=False)
class Passage:
    """A paragraph, list item, note, table …: a block and the section it stands in."""

    section: Section
    block: Block
    position: int
    host: "Passage | None" = None
    language: str = "zh"
    _masked: str | None = None

    @property
    def text(self) -> str:
        """Return the text as printed."""
        return self.block.text

    @property
    def kind(self) -> BlockKind:
        """Return what it is printed as."""
        return self.block.kind

    @property
    def masked(self) -> str:
        """Return the text with words blanked out that only contain a verb of provision, at its length."""
        if self._masked is None:
            self._masked = masked(self.block.text)
        return self._masked

    @property
    def place(self) -> Place:
        """Return where it stands."""
        place = self.block.place
        return Place(self.section.clause.number, place.xpath, place.line, place.paragraph)

    @property
    def in_table(self) -> bool:
        """Tell whether it stands in a table or a figure."""
        return self.host is not None and (self.host.kind in (BlockKind.TABLE, BlockKind.FIGURE) or self.host.in_table)

    @property
    def is_additional(self) -> bool:
        """Tell whether it is additional information: a note, an example, a footnote of the text (9.2), or in one."""
        if self.kind in (BlockKind.NOTE, BlockKind.EXAMPLE):
            return True
        if self.kind is BlockKind.FOOTNOTE:
            return not self.in_table
        return self.host is not None and self.host.is_additional


@dataclass(frozen=True)
class Draft:
    """A standard document and the day on which it is held against the rules."""

    document: StandardDocument
    as_of: date
    _found: dict[object, object] = field(default_factory=dict, repr=False, compare=False)

    def once(self, find: "Callable[[Draft], Found]") -> "Found":
        """Return what *find* finds in this draft, found once for all rules that ask."""
        if find not in self._found:
            self._found[find] = find(self)
        return self._found[find]  # type: ignore[return-value]  # stored by the line above, of its type

    @cached_property
    def language(self) -> str:
        """Return the primary subtag of its language."""
        tag = self.document.language.partition("-")[0].lower()
        if tag in ("zh", "en"):
            return tag
        return "zh" if any(re.search(r"[\u4e00-\u9fff]", clause.text) for clause in self.document.clauses) else tag

    @cached_property
    def start(self) -> Place:
        """Return the place of what has none."""
        if self.document.metadata is not None:
            place = self.document.metadata.place
            return Place("", place.xpath, place.line, place.paragraph)
        return Place()

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """Return every clause in the order of the document."""
        found: list[Section] = []
        open_: list[Section] = []
        for clause in self.document.clauses:
            while open_ and (open_[-1].clause.level >= clause.level):
                open_.pop()
            parent = open_[-1] if open_ else None
            section = Section(clause, parent)
            own = section.title or ("" if parent else clause.number)
            section.path = "/".join(filter(None, (parent.path if parent else "", own)))
            if parent is not None:
                parent.children.append(section)
            _add_passages(section, self.language)
            found.append(section)
            open_.append(section)
        return tuple(found)

    @cached_property
    def elements(self) -> tuple[Section, ...]:
        """Return what stands at the first level: foreword, chapters, annexes, bibliography."""
        return tuple(section for section in self.sections if section.parent is None)

    @cached_property
    def chapters(self) -> tuple[Section, ...]:
        """Return the chapters: from the scope to before the annexes."""
        return tuple(section for section in self.elements if section.kind in _BODY)

    @cached_property
    def annexes(self) -> tuple[Section, ...]:
        """Return the annexes."""
        return tuple(section for section in self.elements if section.kind is ClauseKind.ANNEX)

    def first(self, kind: ClauseKind) -> Section | None:
        """Return the first element of *kind*, None where there is none."""
        return next((section for section in self.elements if section.kind is kind), None)

    @cached_property
    def symbols(self) -> Section | None:
        """Return the chapter of symbols and abbreviations."""
        named = (entry for entry in self.chapters if entry.kind is ClauseKind.CLAUSE and _SYMBOLS.search(entry.title))
        return next(named, None)

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """Return every piece of text in the order of the document."""
        return tuple(passage for section in self.sections for passage in section.passages)

    def passages_of(self, *kinds: BlockKind) -> Iterator[Passage]:
        """Yield the pieces of text of *kinds*."""
        wanted = frozenset(kinds)
        return (passage for passage in self.passages if passage.kind in wanted)

    @cached_property
    def technical(self) -> tuple[Passage, ...]:
        """Return the text of the chapters after the terms and of annexes, notes, examples and footnotes apart."""
        kinds = (ClauseKind.CLAUSE, ClauseKind.ANNEX)
        return tuple(
            passage
            for passage in self.passages
            if passage.section.chapter.kind in kinds
            and not passage.is_additional
            and passage.kind is not BlockKind.CODE
        )

    @cached_property
    def core(self) -> tuple[Passage, ...]:
        """Return the technical text of chapters and normative annexes: what the provisions stand in."""
        return tuple(
            passage
            for passage in self.technical
            if passage.section.chapter.kind is ClauseKind.CLAUSE or passage.section.chapter.clause.normative
        )

    def title(self, language: str) -> Title | None:
        """Return the title in *language*."""
        return self.document.title(language)

    def title_elements(self, language: str) -> tuple[str, ...]:
        """Return the elements of the title: from the markup, or where blanks or dashes part the whole."""
        title = self.title(language)
        if title is None:
            return ()
        named = tuple(filter(None, (title.intro.strip(), title.main.strip(), title.complement.strip())))
        if len(named) > 1 or language != "zh":
            return named or tuple(filter(None, re.split(r"\s+[—–]\s+", title.full.strip())))
        joined = _PART_OF_TITLE.sub(r"\1", title.full.strip() or (named[0] if named else ""))
        return tuple(filter(None, _ELEMENT_GAP.split(joined)))

    @cached_property
    def function_type(self) -> FunctionType | None:
        """Return what the title says the standard does."""
        found = function_type_of(self.title_elements("zh"))
        if found is None and self.language == "en":
            title = self.title("en")
            return function_type_of_english(title.full or title.main) if title else None
        return found

    @cached_property
    def part_number(self) -> str:
        """Return the number of the part the draft is, empty where it is none."""
        metadata = self.document.metadata
        if metadata is None:
            return ""
        match = _PART_NUMBER.search(metadata.designation or "")
        return metadata.part or (match[1] if match else "")


def _add_passages(section: Section, language: str) -> None:
    clause = section.clause
    blocks = clause.blocks or tuple(
        Block(BlockKind.PARAGRAPH, line, clause.place) for line in clause.text.splitlines() if line.strip()
    )
    for position, block in enumerate(blocks):
        host = section.passages[block.inside] if 0 <= block.inside < position else None
        section.passages.append(Passage(section, block, position, host, language))


def sentences(text: str) -> Iterator[tuple[int, str]]:
    """Yield where each sentence or part of one before a semicolon begins, and its text."""
    for match in _SENTENCE.finditer(text):
        yield match.start(), match[0]
