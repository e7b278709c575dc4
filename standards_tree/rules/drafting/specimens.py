"""Clean documents of our own, in a notation that can be read at a glance, and the same with one fault put in.

A line is a paragraph, or begins with what it is: ``#`` a title, ``=`` something of the cover, ``*`` an entry of a list of
documents, ``@`` a term entry, ``——`` or ``a)`` an item, ``表1｜`` a table, ``图1｜`` a figure, ``公式(1)｜`` a formula,
``注：``, ``示例：``, ``脚注1)｜``; ``^`` before it puts it into the piece above. Two blanks before an item are one level.
"""

import re
from collections.abc import Iterator
from importlib import resources

from standards_tree.designations import find_designations
from standards_tree.documents.model import (
    Block,
    BlockKind,
    Clause,
    ClauseKind,
    Dialect,
    Issuer,
    LanguageText,
    Metadata,
    Place,
    PrintedDesignation,
    PrintedTerm,
    Reference,
    RelatedStandard,
    StandardDocument,
    TermEntry,
    Title,
)
from standards_tree.errors import PreconditionError
from standards_tree.rules.drafting.rule import Example, SpecimenName

_BAR = "｜"
_KINDS = (
    (ClauseKind.FOREWORD, re.compile(r"前言|Foreword")),
    (ClauseKind.INTRODUCTION, re.compile(r"引言|Introduction")),
    (ClauseKind.SCOPE, re.compile(r"范围|Scope")),
    (ClauseKind.NORMATIVE_REFERENCES, re.compile(r"规范性引用文件|Normative references")),
    (ClauseKind.TERMS, re.compile(r"术语.*|Terms and definitions")),
    (ClauseKind.BIBLIOGRAPHY, re.compile(r"参考文献|Bibliography")),
    (ClauseKind.INDEX, re.compile(r"索引|Index")),
)
_HEADING = re.compile(r"#\s*(?:附录([A-Z])(?:（(规范性|资料性)）)?|((?:[A-Z]\.)?\d+(?:\.\d+)*)?)\s*(.*)")
_ITEM = re.compile(r"(\s*)(——|●|·|[a-z]\)|\d+\))\s+(.*)")
_SHAPE = re.compile(r"(图|表|公式)([^｜]*)｜(.*)")
_REMARK = re.compile(r"(注\d*|示例\d*|NOTE(?: \d+)?|EXAMPLE(?: \d+)?)[：:]\s*(.*)")
_FOOTNOTE = re.compile(r"脚注([^｜]*)｜(.*)")
_SHAPES = {"图": BlockKind.FIGURE, "表": BlockKind.TABLE, "公式": BlockKind.FORMULA}
_ORDINAL = re.compile(r"(\[\d+\])\s*")


def text_of(name: SpecimenName) -> str:
    """Return a clean document in the notation."""
    folder = resources.files("standards_tree.rules.drafting").joinpath("specimens")
    return folder.joinpath(f"{name.value}.txt").read_text(encoding="utf-8")


def broken(example: Example) -> str:
    """Return the document of *example* with its fault put in.

    Raises:
        PreconditionError: what the example changes is not in the document.
    """
    text = text_of(example.specimen)
    for old, new in ((example.good, example.bad), *example.also):
        found = _section(text, old[1:-1]) if re.fullmatch(r"<[^>\n]+>", old) else old
        if found not in text:
            message = "{old!r} is not in the specimen {name}"
            raise PreconditionError(message, old=old, name=example.specimen.value)
        text = text.replace(found, new, 1)
    return text


def _section(text: str, title: str) -> str:
    """Return a chapter or element with all below it."""
    match = re.search(rf"^#\s*(?:\d+\s+)?{re.escape(title)}\n(?:(?!# (?:\d+ |附录|[^\d\s])).*\n)*", text, re.MULTILINE)
    return match[0] if match else f"# {title}"


def read_specimen(text: str) -> StandardDocument:
    """Return the document that *text* in the notation stands for."""
    return _Reader().read(text)


class _Reader:
    """Reads line by line; places are lines."""

    def __init__(self) -> None:
        self._cover: dict[str, str] = {}
        self._clauses: list[Clause] = []
        self._blocks: list[Block] = []
        self._kind = ClauseKind.OTHER
        self._references: dict[ClauseKind, list[Reference]] = {}
        self._terms: list[TermEntry] = []

    def read(self, text: str) -> StandardDocument:
        for number, line in enumerate(text.splitlines(), start=1):
            self._line(line, Place("", number))
        self._close()
        return StandardDocument(
            dialect=Dialect.TEXT,
            language=self._cover.get("language", "zh"),
            metadata=self._metadata(),
            adoptions=(),
            normative_references=tuple(self._references.get(ClauseKind.NORMATIVE_REFERENCES, ())),
            bibliography=tuple(self._references.get(ClauseKind.BIBLIOGRAPHY, ())),
            citations=(),
            terms=tuple(self._terms),
            clauses=tuple(self._clauses),
            notes=(),
        )

    def _line(self, line: str, place: Place) -> None:
        if line.startswith("= "):
            name, _, value = line[2:].partition(_BAR)
            self._cover[name] = value
        elif line.startswith("#"):
            self._heading(line, place)
        elif line.startswith("* "):
            self._references.setdefault(self._kind, []).append(_reference(line[2:], place))
        elif line.startswith("@ "):
            self._terms.append(_term(line[2:].split(_BAR), place))
        elif line.strip():
            inside = -1
            if line.startswith("^"):
                line, inside = line[1:], max(i for i, block in enumerate(self._blocks) if block.inside < 0)
            self._blocks.append(_block(line, place, inside))

    def _heading(self, line: str, place: Place) -> None:
        self._close()
        match = _HEADING.fullmatch(line)
        annex, nature, number, title = match.groups() if match else (None, None, None, line[1:].strip())
        if annex:
            self._kind = ClauseKind.ANNEX
        elif not number or number.isdigit():
            named = (kind for kind, pattern in _KINDS if pattern.fullmatch(title))
            self._kind = next(named, ClauseKind.CLAUSE)
        level = 1 if annex else (number or "").count(".") + 1
        normative = {"规范性": True, "资料性": False}.get(nature or "")
        self._clauses.append(
            Clause(f"l{place.line}", annex or number or "", title, level, self._kind, normative, "", place)
        )

    def _close(self) -> None:
        if self._clauses and self._blocks:
            last, lines = self._clauses[-1], [block.text for block in self._blocks]
            self._clauses[-1] = Clause(
                last.id, last.number, last.title, last.level, last.kind, last.normative, "\n".join(lines), last.place,
                tuple(self._blocks),
            )  # fmt: skip
        self._blocks = []

    def _metadata(self) -> Metadata:
        cover, place = self._cover, Place("", 1)
        designation = cover.get("number", "")
        replaces = cover.get("replaces")
        return Metadata(
            issuer=Issuer.NATIONAL,
            place=place,
            designations=(PrintedDesignation(designation, True),) if designation else (),
            originator=None,
            doc_type=None,
            number=None,
            part=cover.get("part"),
            year=None,
            edition=None,
            stage=None,
            plan_number=None,
            titles={tag: Title(tag, cover[tag]) for tag in ("zh", "en") if tag in cover},
            ics_codes=tuple(filter(None, (cover.get("ics"),))),
            ccs_codes=tuple(filter(None, (cover.get("ccs"),))),
            committees=(),
            secretariat=None,
            publication_date=None,
            release_date=None,
            effective_date=None,
            related=(RelatedStandard("replaces", replaces, place),) if replaces else (),
        )


def _block(line: str, place: Place, inside: int) -> Block:
    if match := _ITEM.fullmatch(line):
        level = len(match[1]) // 2 + 1
        return Block(BlockKind.LIST_ITEM, match[3], place, number=match[2], level=level, inside=inside)
    if match := _SHAPE.fullmatch(line):
        word, number, rest = match.groups()
        title, _, cells = rest.partition(_BAR)
        label = f"{word}{number}" if number and word != "公式" else number
        if word == "公式":
            return Block(BlockKind.FORMULA, rest, place, number=label, inside=inside)
        rows = cells.replace(",", "\t").replace(";", "\n")
        return Block(_SHAPES[word], rows, place, number=label, title=title, inside=inside)
    if match := _REMARK.fullmatch(line):
        kind = BlockKind.NOTE if match[1][0] in "注N" else BlockKind.EXAMPLE
        return Block(kind, match[2], place, number=match[1], inside=inside)
    if match := _FOOTNOTE.fullmatch(line):
        return Block(BlockKind.FOOTNOTE, match[2], place, number=match[1], inside=inside)
    return Block(BlockKind.PARAGRAPH, line, place, inside=inside)


def _reference(line: str, place: Place) -> Reference:
    match = _ORDINAL.match(line)
    label, text = (match[1], line[match.end() :]) if match else ("", line)
    found = next(iter(find_designations(text)), None)
    designation = text[found[0] : found[1]] if found else None
    title = text[found[1] :].strip() if found else ""
    return Reference(text, designation, title, found[2].is_dated if found else None, label, place)


def _term(parts: list[str], place: Place) -> TermEntry:
    number, zh, en, definition, source, note = (*parts, *[""] * 6)[:6]
    is_english = en == "en"
    words: Iterator[tuple[str, str]] = iter([("en", zh)] if is_english else [("zh", zh), ("en", en)])
    language = "en" if is_english else "zh"
    return TermEntry(
        id=f"t{place.line}",
        number=number.strip(),
        designations=tuple(PrintedTerm(tag, word) for tag, word in words if word),
        definitions=(LanguageText(language, definition),) if definition else (),
        notes=(LanguageText(language, note),) if note else (),
        examples=(),
        sources=(LanguageText(language, source),) if source else (),
        subject_fields=(),
        place=place,
    )
