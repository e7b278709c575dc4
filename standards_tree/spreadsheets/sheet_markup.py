"""Read cells and texts out of the markup of worksheets.

Only what a cell holds is read: text, numbers, formulas. Styles are not, so a date is the number of its day.

The markup comes from `plain_markup`, which proves that it is well-formed and free of comments, CDATA and processing
instructions. Then every ``<`` begins a tag, no tag holds another ``<``, and regular expressions read it exactly.
"""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from standards_tree.errors import Bilingual, MalformedDocumentError, UnsafeDocumentError
from standards_tree.spreadsheets.containers import Container, ContainerLimits, plain_markup


@dataclass(frozen=True, slots=True)
class SpreadsheetLimits:
    """Say how much of a workbook is read. Excel itself holds 32,767 characters in a cell."""

    container: ContainerLimits = field(default_factory=ContainerLimits)
    max_rows: int = 250_000
    max_columns: int = 256
    max_cells: int = 8_000_000
    max_cell_characters: int = 100_000
    max_row_characters: int = 2_000_000
    max_shared_texts: int = 4_000_000
    max_characters: int = 500_000_000
    max_sheets: int = 100


class Row(NamedTuple):
    """A row that is not empty: its number as the spreadsheet counts, and by column (from 0) what its cells hold.

    ``formulas`` are without the equals sign. A cell may have both, a value being what the writer last computed.
    """

    number: int
    values: dict[int, str | float]
    formulas: dict[int, str]


_TEXT_TYPES: Final = frozenset({"inlineStr", "str", "e", "d"})
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_PREDEFINED: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_REFERENCE: Final = re.compile(r"&(amp|lt|gt|quot|apos|#\d+|#x[0-9A-Fa-f]+);")

_ROOT: Final = re.compile(r"<([\w.-]+:)?([\w.-]+)[\s/>]")
_ATTRIBUTE: Final = re.compile(r"""\s(r|t)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_ANY_ATTRIBUTES: Final = r"(?:\s[^<>]*)?"
_ROW: Final = re.compile(rf"<row({_ANY_ATTRIBUTES})>")
# The form that programs write: column, type, inline text, formula, its computed value, value without a formula. Any
# other form: attributes and inner markup. A cell holds no cell, so its inner markup ends at the next tag named c.
_CELL: Final = re.compile(
    r'<c r="([A-Z]{1,3})\d{1,7}"(?: s="\d+")?(?: t="([A-Za-z]+)")?'
    r"(?:/>|>(?:<is><t(?: xml:space=\"preserve\")?>([^<]*)</t></is>"
    r"|<f>([^<]*)</f>(?:<v>([^<]*)</v>|<v ?/>)?|<v>([^<]*)</v>|)</c>)"
    r"|<c((?:\s[^<>]*?)?)(?:/>|>((?:[^<]|<(?!/?c[\s/>]))*+)</c\s*>)"
)
_FORMULA: Final = re.compile(rf"<f{_ANY_ATTRIBUTES}>([^<]*)</f\s*>")
_VALUE: Final = re.compile(rf"<v{_ANY_ATTRIBUTES}>([^<]*)</v\s*>")
_TEXT: Final = re.compile(rf"<t{_ANY_ATTRIBUTES}>([^<]*)</t\s*>")
_PHONETIC: Final = re.compile(rf"<rPh{_ANY_ATTRIBUTES}>(?:[^<]|<(?!/?rPh[\s/>]))*+</rPh\s*>")
_SIMPLE_SHARED_TEXT: Final = re.compile(r"<si><t(?: xml:space=\"preserve\")?>([^<]*)</t>")
_EMPTY_SHARED_TEXT: Final = re.compile(r"<si\s*/>")
_SHARED_TEXT: Final = re.compile(r"<si[\s>]")


class SharedTexts:
    """Keep the texts that cells share. One dash makes Python store a long text in two bytes a character; as UTF-8 it is half."""

    def __init__(self) -> None:
        self._texts: list[str | bytes] = []

    def __len__(self) -> int:
        return len(self._texts)

    def __getitem__(self, number: int) -> str:
        text = self._texts[number]
        return text if isinstance(text, str) else text.decode()

    def add(self, text: str) -> None:
        """Keep *text* under the next number."""
        self._texts.append(text if len(text) < _LONG or text.isascii() else text.encode())


_LONG: Final = 256


class RowReader:
    """Read the rows of one sheet out of their markup."""

    def __init__(self, sheet: str, texts: SharedTexts, limits: SpreadsheetLimits) -> None:
        self._sheet, self._texts, self._limits = sheet, texts, limits
        self._number = self._characters = 0

    def read(self, markup: str) -> Row:
        """Return the row that *markup* ends with; before it may stand rows without cells.

        Raises:
            MalformedDocumentError: a cell says what no cell can.
            UnsafeDocumentError: a cell is too long, or too far to the right.
        """
        for attributes in _ROW.findall(markup):
            stated = _attributes(attributes).get("r", "")
            self._number = int(stated) if stated.isdecimal() and len(stated) < 8 else self._number + 1
        values: dict[int, str | float] = {}
        formulas: dict[int, str] = {}
        column = -1
        for letters, kind, inline, formula, computed, value, attributes, inner in _CELL.findall(markup):
            if not letters:
                column = self._read_any_form(attributes, inner, column + 1, values, formulas)
                continue
            column = _column_of(letters)
            # Written out for the commonest cell, because a call for each would cost a fifth of the whole reading.
            if inline and kind == "inlineStr" and "&" not in inline and "_x" not in inline:
                values[column] = inline
            elif inline or value or computed:
                values[column] = self._value(column, kind, inline or value or computed)
            if formula:
                formulas[column] = _plain(formula)
        row = Row(self._number, values, formulas)
        self._check_size(row)
        return row

    def _read_any_form(
        self,
        attributes: str,
        inner: str,
        next_column: int,
        values: dict[int, str | float],
        formulas: dict[int, str],
    ) -> int:
        """Read a cell that has not the usual form, and return its column."""
        stated = _attributes(attributes)
        column = _column_of(stated["r"].rstrip("0123456789").upper()) if "r" in stated else next_column
        if column < 0:
            raise MalformedDocumentError(
                "the sheet {sheet!r} has a cell at {place!r}, which is no place",
                sheet=self._sheet,
                place=stated["r"][:20],
            )
        kind, formula, value = stated.get("t", ""), _FORMULA.search(inner), _VALUE.search(inner)
        text = _joined_texts(inner) if kind == "inlineStr" else value[1] if value else ""
        if text:
            values[column] = self._value(column, kind, text)
        if formula and formula[1]:
            formulas[column] = _plain(formula[1])
        return column

    def _value(self, column: int, kind: str, text: str) -> str | float:
        try:
            if kind == "s":
                return self._texts[_index(text)]
            if kind in _TEXT_TYPES:
                return _plain(text)
            return float(text) if kind != "b" else "TRUE" if text.strip() == "1" else "FALSE"
        except (ValueError, IndexError) as error:
            raise MalformedDocumentError(
                "the sheet {sheet!r} has a damaged cell at {place}: {value!r} is no {kind}",
                sheet=self._sheet,
                place=f"{column_letters(column)}{self._number}",
                value=text[:40],
                kind=Bilingual("shared text", "共享文本") if kind == "s" else Bilingual("number", "数"),
            ) from error

    def _check_size(self, row: Row) -> None:
        lengths = [len(text) for text in (*row.values.values(), *row.formulas.values()) if isinstance(text, str)]
        # A text that many cells share takes a few bytes in each of them, and its length in whoever reads them.
        self._characters += sum(lengths)
        if self._characters > self._limits.max_characters:
            raise UnsafeDocumentError(
                "the cells of sheet {sheet!r} show more than {limit} characters",
                sheet=self._sheet,
                limit=self._limits.max_characters,
            )
        if max(lengths, default=0) > self._limits.max_cell_characters or (
            max((*row.values, *row.formulas), default=0) >= self._limits.max_columns
        ):
            raise UnsafeDocumentError(
                "row {row} of sheet {sheet!r} has a cell with more than {characters} characters or beyond column {last}",
                row=row.number,
                sheet=self._sheet,
                characters=self._limits.max_cell_characters,
                last=column_letters(self._limits.max_columns - 1),
            )


def column_letters(column: int) -> str:
    """Return how a spreadsheet names *column*, counted from 0: A, …, Z, AA."""
    letters = ""
    while column >= 0:
        letters = chr(ord("A") + column % 26) + letters
        column = column // 26 - 1
    return letters


@functools.lru_cache(maxsize=1024)
def _column_of(letters: str) -> int:
    """Return the column, from 0, that *letters* stand for; -1 for anything but one to three letters."""
    if not 0 < len(letters) <= 3 or not all("A" <= letter <= "Z" for letter in letters):
        return -1
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1


def _index(text: str) -> int:
    number = int(text)
    if number < 0:
        raise IndexError(number)
    return number


def _attributes(markup: str) -> dict[str, str]:
    return {name: _plain(double or single) for name, double, single in _ATTRIBUTE.findall(markup)}


def _plain(text: str) -> str:
    """Return the text that markup stands for; ``_x000D_`` is a character XML cannot hold (ECMA-376-1, 22.9.2.19)."""
    if "&" in text:
        text = _REFERENCE.sub(lambda found: _character(found[1]), text)
    return _ESCAPED.sub(_escaped_character, text) if "_x" in text else text


def _escaped_character(escape: re.Match[str]) -> str:
    """Return the character; nothing for NUL and halves of surrogate pairs, which no text can carry any further."""
    code = int(escape[1], 16)
    return "" if code == 0 or 0xD800 <= code <= 0xDFFF else chr(code)


@functools.lru_cache(maxsize=1024)
def _character(reference: str) -> str:
    if reference.startswith("#"):
        return chr(int(reference[2:], 16) if reference[1] == "x" else int(reference[1:]))
    return _PREDEFINED[reference]


def _joined_texts(markup: str) -> str:
    """Return the text of all runs in *markup*, without the reading aids (ruby) of Chinese and Japanese."""
    if "<rPh" in markup:
        markup = _PHONETIC.sub("", markup)
    texts: list[str] = _TEXT.findall(markup)
    return "".join(texts)


def row_markup(container: Container, part: str, limits: SpreadsheetLimits) -> Iterator[str]:
    """Yield the markup of each row of the worksheet *part*, with whatever stands between it and the row before.

    Raises:
        MalformedDocumentError, UnsafeDocumentError, UnsupportedDocumentError: see `plain_markup`; or no worksheet.
    """
    return _pieces(container, part, ("worksheet", "sheetData", "row"), limits.max_row_characters)


def _pieces(container: Container, part: str, names: tuple[str, str, str], max_characters: int) -> Iterator[str]:
    """Yield the markup of *part* cut behind each end of an element, with the prefix of the root taken off its tags.

    *names*: the root, the parent of the elements, behind whose end nothing is looked at, and the elements.
    """
    root_name, parent, element = names
    end, parent_end = re.compile(rf"</{element}\s*>"), f"</{parent}"
    rest, prefix, ended = "", None, False
    for chunk in plain_markup(container, part):
        if ended:
            continue
        rest += chunk
        if prefix is None:
            prefix = _root_prefix(rest, root_name, part)
        if prefix:
            rest = rest.replace(f"<{prefix}", "<").replace(f"</{prefix}", "</")
        *pieces, rest = end.split(rest)
        yield from pieces
        ended = parent_end in rest
        if len(rest) > max_characters and not ended:
            raise UnsafeDocumentError(
                "the part {part} has a row or a text of more than {limit} characters", part=part, limit=max_characters
            )
    yield rest.partition(parent_end)[0]


def _root_prefix(markup: str, name: str, part: str) -> str:
    root = _ROOT.search(markup)
    if root is None or root[2] != name:
        raise MalformedDocumentError("the part {part} does not begin with {name}", part=part, name=name)
    return root[1] or ""


def read_shared_texts(container: Container, part: str | None, limits: SpreadsheetLimits) -> SharedTexts:
    """Return the texts that cells share, by number; none without *part*.

    Raises:
        MalformedDocumentError, UnsafeDocumentError, UnsupportedDocumentError: see `plain_markup`; or too many texts.
    """
    texts = SharedTexts()
    if part is None or part not in container:
        return texts
    for markup in _pieces(container, part, ("sst", "sst", "si"), limits.max_row_characters):
        if simple := _SIMPLE_SHARED_TEXT.fullmatch(markup):
            text = _plain(simple[1])
            texts.add(text)
        else:
            text = ""
            for _empty in _EMPTY_SHARED_TEXT.findall(markup):
                texts.add("")
            if _SHARED_TEXT.search(markup):
                text = _plain(_joined_texts(markup))
                texts.add(text)
        if len(texts) > limits.max_shared_texts or len(text) > limits.max_cell_characters:
            raise UnsafeDocumentError(
                "the workbook has more than {count} texts, or one of more than {characters} characters",
                count=limits.max_shared_texts,
                characters=limits.max_cell_characters,
            )
    return texts
