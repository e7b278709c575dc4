"""Write cells of CSV files so that no spreadsheet program computes them, and read them back.

A program computes what begins with one of SIGNS, and some look behind a tab or a line break, or take the full-width forms for the
signs (OWASP, "CSV Injection"). An apostrophe before it makes it text.
"""

from typing import Final

SIGNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_MARK: Final = "'"
_MARKED: Final = (*SIGNS, _MARK)


def as_text(cell: str) -> str:
    """Return *cell* as it is written: with an apostrophe where it would be computed, or would lose its own when it is read."""
    marked = cell[:1] == _MARK and cell[1:2] in _MARKED and cell[1:2] != ""
    return f"{_MARK}{cell}" if marked or cell.startswith(SIGNS) else cell


def from_text(cell: str) -> str:
    """Return what `as_text` was given."""
    return cell[1:] if cell[:1] == _MARK and cell[1:2] != "" and cell[1:2] in _MARKED else cell
