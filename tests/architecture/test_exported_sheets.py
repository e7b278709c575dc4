"""No sheet that is handed out computes anything: whatever a cell begins with, it is text to a spreadsheet program."""

import ast
import csv
import io
import zipfile

import pytest
from source import REPOSITORY

from standards_tree.spreadsheets.plain_cells import SIGNS, as_text, from_text
from standards_tree.term_exchange.table_writing import write_csv, write_xlsx
from standards_tree.terms import Concept, ConceptStatus, DesignationStatus, TermDesignation

MODULES = {
    path.relative_to(REPOSITORY).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for folder in ("standards_tree", "services")
    for path in (REPOSITORY / folder).rglob("*.py")
}
PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
COMPUTING = {
    "write_formula",
    "write_array_formula",
    "write_dynamic_array_formula",
    "write_url",
    "write_row",
    "write_column",
}
# Writes headings of ours and nothing else.
ONLY_OURS = {"services/cli/concerns.py", "services/cli/requirements.py"}
HOSTILE = [f"{sign}cmd|'/c calc'!A0" for sign in SIGNS] + ["'=1+1", "''", "'", "=", ""]


def calls(tree: ast.AST, owner: str, name: str) -> list[ast.Call]:
    """Return the calls of `owner.name` in a module."""
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == name
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == owner
    ]


def constants(tree: ast.AST) -> list[dict[str, object]]:
    """Return the dictionaries of constants in a module."""
    return [
        {key.value: value.value for key, value in zip(node.keys, node.values, strict=True)
         if isinstance(key, ast.Constant) and isinstance(value, ast.Constant)}
        for node in ast.walk(tree)
        if isinstance(node, ast.Dict)
    ]  # fmt: skip


def test_every_workbook_takes_texts_for_texts():
    """Each is opened so that a text is never made a formula, an address or a number, and nobody writes a formula."""
    writing = {path: tree for path, tree in MODULES.items() if calls(tree, "xlsxwriter", "Workbook")}
    assert len(writing) >= 6
    for path, tree in writing.items():
        assert any(PLAIN.items() <= found.items() for found in constants(tree)), path
    for path, tree in MODULES.items():
        named = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        assert not COMPUTING & named, path


def test_every_csv_file_goes_through_the_one_function():
    """It is the one that is tested below."""
    writing = {
        path for path, tree in MODULES.items() if calls(tree, "csv", "writer") or calls(tree, "csv", "DictWriter")
    }
    assert len(writing - ONLY_OURS) >= 3
    for path in writing - ONLY_OURS:
        names = {node.id for node in ast.walk(MODULES[path]) if isinstance(node, ast.Name)}
        assert "as_text" in names, path


@pytest.mark.parametrize("cell", HOSTILE)
def test_a_cell_is_text_and_comes_back_as_it_was(cell):
    """An apostrophe stands before what would be computed, and goes again."""
    written = as_text(cell)
    assert not written.startswith(SIGNS)
    assert from_text(written) == cell


def test_no_cell_of_exported_terms_is_computed():
    """Each sign in each text of a concept, in both forms of a vocabulary."""
    concepts = [
        Concept(
            number=text,
            status=ConceptStatus.PUBLISHED,
            domain=text,
            definitions=(),
            source=text,
            designations=(TermDesignation("en", text, DesignationStatus.PREFERRED, usage_note=text, source=text),),
        )
        for text in HOSTILE[: len(SIGNS)]
    ]
    rows = list(csv.reader(io.StringIO("".join(write_csv(concepts)).removeprefix("\ufeff"), newline="")))
    assert len(rows) > len(concepts)
    assert [cell for row in rows for cell in row if cell.startswith(SIGNS)] == []
    assert b"<f>" not in b"".join(parts_of(write_xlsx(concepts)))


def parts_of(workbook: bytes) -> list[bytes]:
    """Return the parts of a workbook, unpacked."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as container:
        return [container.read(name) for name in container.namelist()]
