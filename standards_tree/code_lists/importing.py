"""Read the rows of a source into the codes of a new version; keep what is odd and mark it, refuse what is wrong."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from standards_tree.code_lists.model import (
    MAX_CODE_CHARACTERS,
    Code,
    CodeListId,
    canonical_code,
    is_in_group,
    level_and_parents,
)
from standards_tree.errors import InvalidArgumentError
from standards_tree.text import contains_han, fold_marks

MAX_TITLE_CHARACTERS: Final = 1000
MAX_NOTES_CHARACTERS: Final = 4000
MAX_VALUE_CHARACTERS: Final = 200
# Rows that UN Comtrade adds to its copy of the HS; chapter 99 itself may be a country's own.
_COMTRADE_TITLE: Final = "commodities not specified according to kind"
_COMTRADE_TOTAL: Final = "TOTAL"


@dataclass(frozen=True, slots=True)
class CodeRow:
    """One row of a source, as it stands there; ``title`` is one whose language the source does not say."""

    row: int
    code: str
    parent: str = ""
    title: str = ""
    title_zh: str = ""
    title_en: str = ""
    notes: str = ""
    withdrawn: bool = False
    replaced_by: str = ""
    aliases: tuple[str, ...] = ()

    def moved_down(self, rows: int) -> "CodeRow":
        """Return the row as it is numbered behind the *rows* of another file."""
        return replace(self, row=self.row + rows)


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Name what is wrong with a row, with a message template and its parameters; *refused*: the row does not count."""

    row: int
    column: str
    value: str
    template: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    refused: bool = True


@dataclass(slots=True)
class CodeReading:
    """What a source holds: codes by themselves, and what was odd or wrong."""

    codes: dict[str, Code] = field(default_factory=dict)
    problems: list[RowProblem] = field(default_factory=list)

    @property
    def refused(self) -> list[RowProblem]:
        """Return the problems for which a row does not count."""
        return [problem for problem in self.problems if problem.refused]


def read_codes(list_id: CodeListId, rows: Iterable[CodeRow], base: Mapping[str, Code] | None = None) -> CodeReading:
    """Return the codes of *rows*, laid over those of *base* if one is given. Cost: linear.

    A row is refused for its code, a missing title, or another row that says something else of the same code. A code
    of unusual form is kept if the source itself puts it below a code that it holds: real lists have misprints.
    """
    reading = CodeReading()
    kept: dict[str, CodeRow] = {}
    for row in rows:
        _take(list_id, row, reading, kept)
    codes = dict(base or {})
    codes.update((code, _as_code(code, row, codes.get(code))) for code, row in kept.items())
    placing = _Placing(list_id, codes, reading)
    for code in codes.keys() - kept.keys():
        placing.keep(code)
    for code, row in kept.items():
        placing.place(code, row)
    reading.codes = placing.placed()
    return reading


def _take(list_id: CodeListId, row: CodeRow, reading: CodeReading, kept: dict[str, CodeRow]) -> None:
    """Keep *row* under its code, or note why not."""
    if _is_comtrades_own(list_id, row):
        template = "left out: a row that UN Comtrade adds, no code of the HS"
        reading.problems.append(RowProblem(row.row, "code", row.code, template, refused=False))
        return
    problem = _fault(row)
    if problem is not None:
        reading.problems.append(problem)
        return
    code = fold_marks(row.code)
    try:
        code = canonical_code(list_id, row.code)
    except InvalidArgumentError as error:
        refused = not row.parent.strip()
        reading.problems.append(
            RowProblem(row.row, "code", row.code, error.template, error.parameters, refused=refused)
        )
        if refused:
            return
    earlier = kept.setdefault(code, row)
    if earlier is not row:
        same = replace(earlier, row=row.row) == row
        template = (
            "{code} stands in row {row} too, with the same facts; it counts once"
            if same
            else "{code} stands in row {row} too, with other facts"
        )
        parameters = {"code": code, "row": earlier.row}
        reading.problems.append(RowProblem(row.row, "code", row.code, template, parameters, refused=not same))


def _fault(row: CodeRow) -> RowProblem | None:
    """Return what is wrong with the texts of *row* whatever the list."""
    texts = (
        ("code", row.code, MAX_CODE_CHARACTERS),
        ("parent", row.parent, MAX_CODE_CHARACTERS),
        ("replaced_by", row.replaced_by, MAX_CODE_CHARACTERS),
        ("title", row.title, MAX_TITLE_CHARACTERS),
        ("title_zh", row.title_zh, MAX_TITLE_CHARACTERS),
        ("title_en", row.title_en, MAX_TITLE_CHARACTERS),
        ("notes", row.notes, MAX_NOTES_CHARACTERS),
        *(("aliases", alias, MAX_CODE_CHARACTERS) for alias in row.aliases),
    )
    for column, text, limit in texts:
        shown = text[:MAX_VALUE_CHARACTERS]
        if len(text) > limit:
            return RowProblem(row.row, column, shown, "at most {limit} characters may stand here", {"limit": limit})
        if any(unicodedata.category(character) == "Cc" and character not in "\t\r\n" for character in text):
            template = "a control character stands in the text"
            return RowProblem(row.row, column, repr(shown), template)
    if not row.code.strip():
        template = "the row has no code"
        return RowProblem(row.row, "code", "", template)
    if not any(text.strip() for text in (row.title, row.title_zh, row.title_en)):
        return RowProblem(row.row, "title", row.code, "{code} has no title", {"code": row.code})
    return None


def _is_comtrades_own(list_id: CodeListId, row: CodeRow) -> bool:
    if list_id is not CodeListId.HS:
        return False
    titles = (row.title, row.title_en)
    return row.code.strip() == _COMTRADE_TOTAL or any(
        title.strip().lower().startswith(_COMTRADE_TITLE) for title in titles
    )


def _as_code(code: str, row: CodeRow, below: Code | None) -> Code:
    """Return *row* as a code that has no place yet.

    The title that it lacks in one language is that of *below*, the same code of what it is laid over: a national list
    in Chinese does not take the English titles away.
    """
    title = " ".join(row.title.split())
    chinese = contains_han(title)
    return Code(
        code,
        None,
        1,
        " ".join(row.title_zh.split()) or (title if chinese else "") or (below.title_zh if below else ""),
        " ".join(row.title_en.split()) or ("" if chinese else title) or (below.title_en if below else ""),
        row.notes.strip(),
        row.withdrawn,
        fold_marks(row.replaced_by),
        tuple(alias.strip() for alias in row.aliases if alias.strip()),
    )


class _Placing:
    """Find the place of every code among the others.

    What a source puts above a code counts if it is there and of a higher level, so that no chain closes a circle.
    """

    def __init__(self, list_id: CodeListId, codes: dict[str, Code], reading: CodeReading) -> None:
        self._list_id = list_id
        self._codes = codes
        self._reading = reading
        self._named: dict[str, str] = {}
        self._missing: set[str] = set()
        self._groups: dict[str, list[str]] = {}
        if list_id is CodeListId.CCS:
            for code in sorted(codes):
                if "/" in code:
                    self._groups.setdefault(code[0], []).append(code)

    def keep(self, code: str) -> None:
        """Leave a code of the base where its source put it, if its form does not say."""
        parent = self._codes[code].parent
        if parent in self._codes and parent not in self._above(code):
            self._named[code] = parent

    def place(self, code: str, row: CodeRow) -> None:
        """Note what *row* puts above *code*, and where that is odd."""
        above = list(self._above(code))
        named = self._canonical(row.parent)
        is_of_form = self._canonical(code) == code
        if named and named != code and self._may_stand_above(named, code if is_of_form else None):
            self._named[code] = named
            if is_of_form and named not in above:
                self._mark(row, "{code} stands below {parent} in the source, which its form does not say", named)
        elif not is_of_form:
            template = "{code} is not of the form of its list, and no code of the list stands above it"
            self._mark(row, template, named, refused=True)
        elif named and named != code:
            self._mark(row, "{parent}, which the source puts above {code}, is not there or no higher level", named)
        elif above and not any(parent in self._codes for parent in above) and above[0] not in self._missing:
            self._missing.add(above[0])
            self._mark(row, "{parent} above {code} is not there, nor anything above that", above[0])

    def placed(self) -> dict[str, Code]:
        """Return every code with its parent and level."""
        return {code: self._placed(code, entry) for code, entry in self._codes.items()}

    def _placed(self, code: str, entry: Code) -> Code:
        parent = self._named.get(code) or next((above for above in self._above(code) if above in self._codes), None)
        level = level_and_parents(self._list_id, code)[0]
        if parent is not None and not self._canonical(code):
            level = level_and_parents(self._list_id, parent)[0] + 1
        return replace(entry, parent=parent, level=level)

    def _may_stand_above(self, named: str, code: str | None) -> bool:
        """Tell whether *named* is there, of the list's form, and of a higher level than *code* if that is of it too."""
        if named not in self._codes or not self._canonical(named):
            return False
        return code is None or level_and_parents(self._list_id, named)[0] < level_and_parents(self._list_id, code)[0]

    def _above(self, code: str) -> Iterator[str]:
        """Yield what the form of *code* puts above it, nearest first."""
        if self._list_id is CodeListId.CCS and len(code) == 3:
            yield from (group for group in self._groups.get(code[0], ()) if is_in_group(code, group))
        yield from level_and_parents(self._list_id, code)[1]

    def _canonical(self, text: str) -> str:
        """Return *text* as a code of the list, nothing where it is none."""
        try:
            return canonical_code(self._list_id, text)
        except InvalidArgumentError:
            return ""

    def _mark(self, row: CodeRow, template: str, parent: str, *, refused: bool = False) -> None:
        parameters = {"code": row.code, "parent": parent}
        problem = RowProblem(row.row, "parent", row.parent, template, parameters, refused=refused)
        self._reading.problems.append(problem)
