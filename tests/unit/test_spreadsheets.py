"""Workbooks are read as spreadsheet programs mean them, and hostile ones are refused before they do harm."""

import io
import subprocess
import sys
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from python_calamine import load_workbook

from hostile_workbooks import eping_workbook_of, hostile_workbooks, row_of, workbook_of
from standards_tree.errors import InvalidArgumentError, UnsafeDocumentError
from standards_tree.spreadsheets.containers import ContainerLimits, open_container
from standards_tree.spreadsheets.sheet_markup import Row, SpreadsheetLimits, column_letters
from standards_tree.spreadsheets.workbook import open_spreadsheet

_HOSTILE = hostile_workbooks()
_TESTS = Path(__file__).resolve().parent.parent


def _rows(content: bytes, limits: SpreadsheetLimits | None = None) -> list[Row]:
    spreadsheet = open_spreadsheet(content, limits)
    return list(spreadsheet.rows(spreadsheet.sheets[0]))


@pytest.mark.parametrize("name", _HOSTILE)
def test_a_hostile_workbook_is_refused_as_what_it_is(name: str) -> None:
    """Every one ends in an error a user can read, whose message names the cause."""
    from standards_tree.measures.eping_workbook import read_eping_workbook  # noqa: PLC0415

    with pytest.raises(InvalidArgumentError) as refusal:
        read_eping_workbook(_HOSTILE[name])
    assert refusal.value.reason in {"MALFORMED_DOCUMENT", "UNSAFE_DOCUMENT", "UNSUPPORTED_DOCUMENT"}
    if name.startswith("doctype_in_"):
        assert "DOCTYPE" in str(refusal.value)


def test_hostile_workbooks_cost_little_memory() -> None:
    """All of them together, one after the other, raise the peak of a process by less than 64 MiB."""
    program = """
import resource
from hostile_workbooks import hostile_workbooks
from standards_tree.errors import InvalidArgumentError
from standards_tree.measures.eping_workbook import read_eping_workbook
files = hostile_workbooks()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for content in files.values():
    try:
        read_eping_workbook(content)
    except InvalidArgumentError:
        continue
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""
    finished = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        capture_output=True,
        check=True,
        text=True,
        timeout=120,
        env={"PYTHONPATH": f"{_TESTS}:{_TESTS.parent}"},
    )
    assert int(finished.stdout) < 64


def test_the_rows_of_the_real_export_equal_those_of_another_reader(shared_data: Path) -> None:
    """python-calamine reads every value the same; it has no formulas."""
    path = shared_data / "measures" / "eping_export.xlsx"
    expected = load_workbook(path).get_sheet_by_index(0).to_python()
    rows = _rows(path.read_bytes())
    assert len(rows) == len(expected) == 116
    for row, cells in zip(rows, expected, strict=True):
        assert row.values == {
            column: float((cell - date(1899, 12, 30)).days) if isinstance(cell, date) else cell
            for column, cell in enumerate(cells)
            if cell != ""
        }


@pytest.mark.parametrize("constant_memory", [False, True])
def test_what_xlsxwriter_writes_is_read(constant_memory: bool) -> None:
    """Shared and inline texts, rich texts, formulas with values, control characters, links."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"constant_memory": constant_memory}) as book:
        sheet = book.add_worksheet("Notifications")
        bold = book.add_format({"bold": True})
        sheet.write_row(0, 0, ["plain", "a & b < c >", 1.5, True])
        sheet.write_formula(0, 4, '=A1&"x"', None, "plainx")
        sheet.write_rich_string(1, 0, "a ", bold, "bold", " c")
        sheet.write(1, 1, " 前后 ")
        sheet.write(1, 2, "line\x05\r\nline")
        sheet.write_url(3, 27, "https://example.org/", string="label")
        sheet.write_blank(5, 0, None, bold)
    assert _rows(target.getvalue()) == [
        Row(1, {0: "plain", 1: "a & b < c >", 2: 1.5, 3: "TRUE", 4: "plainx"}, {4: 'A1&"x"'}),
        Row(2, {0: "a bold c", 1: " 前后 ", 2: "line\x05\r\nline"}, {}),
        Row(4, {27: "label"}, {}),
    ]


def test_what_openpyxl_writes_is_read() -> None:
    """Formulas without values, rich texts in cells, dates, texts of several lines."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["B1"], sheet["C1"] = "多行\n文本\u00a0x", '=A1&"x"', date(2025, 6, 11)
    sheet["B3"] = CellRichText("a ", TextBlock(InlineFont(b=True), "bold"), " c")
    target = io.BytesIO()
    book.save(target)
    assert _rows(target.getvalue()) == [
        Row(1, {0: "多行\n文本\u00a0x", 2: 45819.0}, {1: 'A1&"x"'}),
        Row(3, {1: "a bold c"}, {}),
    ]


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="B2" s="3" t="inlineStr"><is><t>示例 &amp; co</t></is></c>',
        '<c t="inlineStr" s="3" r="B2"><is><t xml:space="preserve">示例 &amp; co</t></is></c>',
        "<c r='B2' t='inlineStr' ><is ><t >示例 &#38; co</t ></is></c >",
        '<c r="B2" t="inlineStr">\n  <is>\n    <t>示例 &#x26; co</t>\n  </is>\n</c>',
        '<c r="B2" t="inlineStr"><is><r><rPr><b/></rPr><t>示例 </t></r><r><t>&amp; co</t></r></is></c>',
        '<c r="B2" t="inlineStr"><is><t>示例 &amp; co</t><rPh sb="0" eb="2"><t>shili</t></rPh></is></c>',
        '<c r="A2"/><c t="str"><f>X1</f><v>示例 &amp; co</v></c>',
        '<c r="B2" t="str"><f t="shared" ref="B2:B3" si="0">X1</f><v>示例 &amp; co</v></c>',
        '<c r="B2" t="s"><v>1</v></c>',
        '<c r="B2" t="s"><v>2</v></c>',
        '<c r="b2" t="str"><v>示例_x0020_&amp; co</v><extLst><ext uri="x"><a>5</a></ext></extLst></c>',
    ],
)
def test_a_cell_means_the_same_in_every_form(cell: str) -> None:
    """Order of attributes, quotes, runs, readings beside the text, shared texts, formulas, computed texts."""
    shared = (
        "<si/>\n<si><t>示例 &amp; co</t></si><si><r><t>示例 </t></r><r><t>&amp; co</t></r><rPh><t>shili</t></rPh></si>"
    )
    (row,) = _rows(workbook_of(f'<row r="1"/><row r="2">{cell}</row>', shared_texts=shared))
    assert (row.number, row.values) == (2, {1: "示例 & co"})


def test_a_prefix_for_the_names_of_elements_changes_nothing() -> None:
    """Programs of the .NET world write <x:row>."""
    sheet = (
        '<?xml version="1.0" encoding="utf-8"?><x:worksheet '
        'xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData><x:row r="4">'
        '<x:c r="C4" t="inlineStr"><x:is><x:t>示例</x:t></x:is></x:c></x:row></x:sheetData></x:worksheet>'
    )
    assert _rows(workbook_of("", parts={"xl/worksheets/sheet1.xml": sheet})) == [Row(4, {2: "示例"}, {})]


def test_what_stands_behind_the_rows_is_not_read_and_may_be_long() -> None:
    """An export with a real link in each row has a list of them behind the rows, longer than any row."""
    links = "".join(f'<hyperlink ref="A{number}" location="示例!A1"/>' for number in range(60_000))
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        f'{row_of(1, "a")}</sheetData><hyperlinks>{links}</hyperlinks><oddFooter><c r="A9"><v>1</v></c></oddFooter>'
        "</worksheet>"
    )
    assert _rows(workbook_of("", parts={"xl/worksheets/sheet1.xml": sheet})) == [Row(1, {0: "a"}, {})]


def test_days_counted_from_1904_are_known_as_such() -> None:
    """Old Macintosh workbooks are 1,462 days behind."""
    book = (
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.'
        'openxmlformats.org/officeDocument/2006/relationships"><workbookPr date1904="1"/><sheets><sheet name="a" '
        'sheetId="1" state="hidden" r:id="rId1"/></sheets></workbook>'
    )
    spreadsheet = open_spreadsheet(workbook_of("", parts={"xl/workbook.xml": book}))
    assert spreadsheet.day_offset == 1462
    assert [(sheet.name, sheet.visible) for sheet in spreadsheet.sheets] == [("a", False)]


@pytest.mark.parametrize(
    "limits",
    [
        SpreadsheetLimits(max_rows=2),
        SpreadsheetLimits(max_columns=1),
        SpreadsheetLimits(max_cells=5),
        SpreadsheetLimits(max_cell_characters=10, max_row_characters=10),
        SpreadsheetLimits(container=ContainerLimits(max_bytes=100)),
        SpreadsheetLimits(container=ContainerLimits(max_entries=3)),
        SpreadsheetLimits(container=ContainerLimits(max_entry_bytes=300)),
        SpreadsheetLimits(container=ContainerLimits(max_total_bytes=1_000)),
    ],
    ids=["rows", "columns", "cells", "characters", "bytes", "entries", "entry_bytes", "total_bytes"],
)
def test_every_limit_holds(limits: SpreadsheetLimits) -> None:
    """A workbook that is fine by the limits as shipped is refused by each tighter one."""
    content = eping_workbook_of(*[("Kenya", 45818, f"G/TBT/N/XXX/{number}", "示例") for number in range(1, 4)])
    assert len(_rows(content)) == 4
    with pytest.raises(UnsafeDocumentError):
        _rows(content, limits)


def test_the_parts_of_a_container_are_found_whatever_the_case_of_their_names() -> None:
    """Office does so (ECMA-376-2, 6.2.2.2)."""
    container = open_container(workbook_of(""))
    assert "XL/Workbook.xml" in container
    assert "xl/workbook2.xml" not in container


@given(st.integers(0, 16_383))
def test_the_letters_of_a_column_are_its_number(column: int) -> None:
    """A is 0, XFD the last one Excel has."""
    number = 0
    for letter in column_letters(column):
        number = number * 26 + ord(letter) - 64
    assert number == column + 1


_GOOD = eping_workbook_of(("Kenya", 45818, '=HYPERLINK("https://x"," G/TBT/N/XXX/1")', "示例"))


@given(st.lists(st.tuples(st.integers(0, len(_GOOD) - 1), st.integers(0, 255)), min_size=1, max_size=8))
@settings(max_examples=300, deadline=None)
def test_a_workbook_with_any_bytes_changed_is_read_or_refused(changes: list[tuple[int, int]]) -> None:
    """Whatever a broken disk or a stranger does to the bytes, the answer is rows or a refusal."""
    damaged = bytearray(_GOOD)
    for place, byte in changes:
        damaged[place] = byte
    try:
        rows = _rows(bytes(damaged))
    except InvalidArgumentError as refusal:
        assert refusal.reason in {"MALFORMED_DOCUMENT", "UNSAFE_DOCUMENT", "UNSUPPORTED_DOCUMENT"}
    else:
        assert len(rows) <= 2
