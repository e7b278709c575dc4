"""Tables of standards are read whatever their columns are called, and what cannot be read is told with its place."""

import io
import json
from datetime import date
from typing import Any

import pytest
import xlsxwriter

from standards_tree.catalogue import Scope, Title
from standards_tree.catalogue_files.catalogues import Form, TableOptions, read_catalogue
from standards_tree.catalogue_files.entries import Reading, RelationEntry, StandardEntry
from standards_tree.catalogue_files.rows import TableLimits, open_csv, open_json, open_xlsx
from standards_tree.catalogue_files.table import columns_are_known
from standards_tree.catalogue_files.words import listed, read_day
from standards_tree.errors import (
    DomainError,
    InvalidArgumentError,
    MalformedDocumentError,
    UnsafeDocumentError,
)
from standards_tree.standards import AdoptionDegree, Level, RelationKind, StandardStatus

CHINESE = "标准号,标准名称,英文名称,发布日期,实施日期,标准状态,ICS,CCS,归口单位,代替标准号,体系编号,备注"
ROW = (
    "GB/T 99901-2024,示例 第1部分,Example,2024-11-28,2025年6月1日,即将实施,71.100.40,A22,SAC/TC 999,"
    "GB/T 99901-2009、GB/T 99902-2009,1.2,x"
)
KNOWN = columns_are_known({})


def csv_of(*lines: str, encoding: str = "utf-8") -> bytes:
    """Return a CSV file."""
    return "\r\n".join(lines).encode(encoding)


def standards(reading: Reading) -> list[StandardEntry]:
    """Return the standards of a reading."""
    return [entry for entry in reading.entries if isinstance(entry, StandardEntry)]


def relations(reading: Reading) -> list[tuple[str, RelationKind, str]]:
    """Return the relations of a reading."""
    return [(entry.source, entry.kind, entry.target) for entry in reading.entries if isinstance(entry, RelationEntry)]


def workbook(*rows: list[Any], sheet: str = "目录") -> bytes:
    """Return a workbook with an empty sheet before the one that counts; a tuple is a formula and its value."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.add_worksheet("说明").write_string(0, 0, "示例说明")
    page = book.add_worksheet(sheet)
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, tuple):
                page.write_formula(number, column, cell[0], None, cell[1])
            elif isinstance(cell, date):
                page.write_datetime(number, column, cell, day)
            else:
                page.write(number, column, cell)
    book.close()
    return target.getvalue()


def test_chinese_headers_are_known_by_themselves():
    """Every column of an ordinary Chinese catalogue is read, and the one nobody knows is told with how many rows fill it."""
    reading = read_catalogue(csv_of(CHINESE, ROW))
    (one,) = standards(reading)
    assert one == StandardEntry(
        2,
        "GB/T 99901-2024",
        Title("示例 第1部分", "Example"),
        StandardStatus.UPCOMING,
        issued_on=date(2024, 11, 28),
        effective_on=date(2025, 6, 1),
        ics=("71.100.40",),
        ccs=("A22",),
        committee="SAC/TC 999",
        node="1.2",
    )
    supersedes = RelationKind.SUPERSEDES
    assert relations(reading) == [("GB/T 99901-2024", supersedes, f"GB/T 9990{place}-2009") for place in (1, 2)]
    assert (reading.unknown_columns, reading.remarks) == ({"备注": 1}, [])


def test_english_headers_are_known_too():
    """In any case, with blanks."""
    content = csv_of(
        "Standard Number,Title,Status,Publication Date,superseded by",
        "ISO 99901:2020,Example,withdrawn,2020-05-01,ISO 99901:2024",
    )
    reading = read_catalogue(content)
    (one,) = standards(reading)
    assert (one.title.en, one.status, one.issued_on) == ("Example", StandardStatus.ABOLISHED, date(2020, 5, 1))
    assert relations(reading) == [("ISO 99901:2024", RelationKind.SUPERSEDES, "ISO 99901:2020")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"])
def test_a_table_may_be_in_any_encoding_of_chinese_programs(encoding: str):
    """With a mark or without, as spreadsheet programs save them."""
    (one,) = standards(read_catalogue(csv_of(CHINESE, ROW, encoding=encoding)))
    assert one.title.zh == "示例 第1部分"


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_cells_may_be_divided_by_other_signs(delimiter: str):
    """The one that makes headers."""
    content = csv_of("标准编号,名称,状态".replace(",", delimiter), "GB 99901-2024,示例,现行".replace(",", delimiter))
    (one,) = standards(read_catalogue(content, Form.CSV))
    assert (one.designation, one.title.zh) == ("GB 99901-2024", "示例")


def test_lines_above_the_headers_are_passed_over():
    """A title and a note, as printed tables have them."""
    reading = read_catalogue(csv_of("标准明细表,,", "截至2024年,,", "标准号,标准名称,状态", "GB 99901-2024,示例,现行"))
    assert [(one.row, one.designation) for one in standards(reading)] == [(4, "GB 99901-2024")]


def test_a_user_says_what_a_column_means():
    """Before any name; a column named alike then counts as unknown."""
    content = csv_of("代号,标准号,题目,状态", "GB 99901-2024,内部1,示例,现行")
    reading = read_catalogue(content, options=TableOptions({"代号": "designation", "题目": "title_zh"}))
    assert [(one.designation, one.title.zh) for one in standards(reading)] == [("GB 99901-2024", "示例")]
    assert reading.unknown_columns == {"标准号": 1}


def test_a_chosen_column_must_be_there():
    """The refusal lists those that are."""
    with pytest.raises(InvalidArgumentError) as refusal:
        read_catalogue(csv_of("标准号,标准名称,状态", "GB 1,示例,现行"), options=TableOptions({"标题": "title_zh"}))
    assert "标准名称" in str(refusal.value)


def test_without_states_somebody_must_say_one():
    """No state is guessed; with one said, the rows that give none have it."""
    content = csv_of("标准号,标准名称", "GB 99901-2024,示例")
    with pytest.raises(InvalidArgumentError):
        read_catalogue(content)
    (one,) = standards(read_catalogue(content, options=TableOptions(assumed=StandardStatus.IN_FORCE)))
    assert one.status is StandardStatus.IN_FORCE


def test_a_workbook_is_read_with_its_days_links_and_lost_zeros():
    """The sheet with headers is found; days are numbers; a link that was never computed shows its text."""
    content = workbook(
        ["标准编号", "标准名称", "状态", "实施日期", "国际标准分类号"],
        [('=HYPERLINK("https://example.org/1","GB 99901-2024")', ""), "示例", "现行", date(2024, 5, 1), 71.1],
        ["GB 99902-2024", ("=A1&B1", ""), "现行", 20240501, "—"],
    )
    first, second = standards(reading := read_catalogue(content))
    assert (first.designation, first.effective_on, first.ics) == ("GB 99901-2024", date(2024, 5, 1), ("71.100",))
    assert (second.effective_on, second.ics) == (date(2024, 5, 1), ())
    assert [(remark.row, remark.column) for remark in reading.remarks] == [(2, "国际标准分类号"), (3, "标准名称")]


def test_a_sheet_is_chosen_by_name():
    """And one that is not there is refused with those that are."""
    content = workbook(["标准号", "名称", "状态"], ["GB 99901-2024", "示例", "现行"], sheet="表2")
    assert len(standards(read_catalogue(content, options=TableOptions(sheet="表2")))) == 1
    with pytest.raises(InvalidArgumentError) as refusal:
        read_catalogue(content, options=TableOptions(sheet="表3"))
    assert "表2" in str(refusal.value)


def test_objects_of_json_are_rows():
    """In a list, or in an object that holds one; a list in a field is a list."""
    record = {"designation": "GB 99901-2024", "title_zh": "示例", "status": "in_force", "ics": ["71.100", "13.020"]}
    for content in ([record], {"total": 1, "rows": [record]}):
        (one,) = standards(read_catalogue(json.dumps(content).encode()))
        assert (one.row, one.ics) == (1, ("71.100", "13.020"))


def test_what_a_standard_is_about_is_read_without_markup():
    """In a column of its own, of either language; in JSON by language; too long a text as far as its sentences go."""
    header = "标准号,标准名称,标准状态,范围,scope_en\n"
    content = header + "GB 99901-2024,示例,现行,<p>规定了&nbsp;示例。</p>,Specifies <i>examples</i>.\n"
    (one,) = standards(read_catalogue(content.encode()))
    assert one.scope == Scope("规定了 示例。", "Specifies examples.")
    record = {"designation": "GB 99901-2024", "title": {"zh": "示例"}, "status": "in_force"}
    record["scope"] = {"en": "<p>Specifies examples.</p>", "fr": "Exemples."}
    (one,) = standards(read_catalogue(json.dumps([record]).encode()))
    assert (one.title, one.scope) == (Title("示例"), Scope("", "Specifies examples."))
    (one,) = standards(read_catalogue((header + f"GB 99901-2024,示例,现行,{'示例文字。' * 900},\n").encode()))
    assert one.scope.zh == "示例文字。" * 800


def test_what_is_wrong_is_told_with_row_column_and_value():
    """A state nobody knows refuses its row; a bad day or code leaves itself out."""
    content = csv_of(
        "标准号,标准名称,状态,发布日期,ICS,代替标准",
        "GB 99901-2024,示例,奇怪,2024-01-01,71.100,",
        "GB 99902-2024,示例,现行,2024-02-30,7l.100,附录A",
        ",没有编号,现行,,,",
    )
    reading = read_catalogue(content)
    assert [(one.designation, one.issued_on, one.ics) for one in standards(reading)] == [("GB 99902-2024", None, ())]
    assert [(remark.row, remark.column, remark.value, remark.refused) for remark in reading.remarks] == [
        (2, "状态", "奇怪", True),
        (3, "发布日期", "2024-02-30", False),
        (3, "ICS", "7l.100", False),
        (3, "代替标准", "附录A", False),
        (4, "标准号", "", True),
    ]


def test_a_dash_stands_for_nothing():
    """Of any kind, and 无."""
    content = csv_of(
        "标准号,标准名称,英文名称,状态,发布日期,代替标准",
        "GB 99901-2024,示例,——,现行,—,无",
        "GB 99902-2024,示例,/,现行,－,--",
    )
    reading = read_catalogue(content)
    assert [(one.title.en, one.issued_on) for one in standards(reading)] == [("", None), ("", None)]
    assert (relations(reading), reading.remarks) == ([], [])


@pytest.mark.parametrize(
    ("cell", "target", "degree"),
    [
        ("ISO 9999:2015 IDT", "ISO 9999:2015", AdoptionDegree.IDT),
        ("ISO 9999:2015，MOD", "ISO 9999:2015", AdoptionDegree.MOD),
        ("（IEC 99999-1:2020，非等效）", "IEC 99999-1:2020", AdoptionDegree.NEQ),
    ],
)
def test_an_adoption_may_give_its_degree_in_the_same_cell(cell: str, target: str, degree: AdoptionDegree):
    """As detail tables of GB/T 13016 do."""
    content = json.dumps(
        [{"标准号": "GB/T 99901-2024", "标准名称": "示例", "状态": "现行", "国际国外标准号及采用关系": cell}]
    )
    (found,) = [entry for entry in read_catalogue(content.encode()).entries if isinstance(entry, RelationEntry)]
    assert (found.target, found.degree) == (target, degree)


def test_a_standard_may_be_superseded_in_part():
    """The mark counts for the one it stands at."""
    content = csv_of(
        "标准号,标准名称,状态,代替标准", "GB 99901-2024,示例,现行,代替GB 99902-2009；部分代替 GB 99903-2009"
    )
    found = [entry for entry in read_catalogue(content).entries if isinstance(entry, RelationEntry)]
    assert [(entry.target, entry.partial) for entry in found] == [("GB 99902-2009", False), ("GB 99903-2009", True)]


def test_levels_are_read_by_their_chinese_names():
    """A word nobody knows is told; the designation tells the level then."""
    content = csv_of("标准号,标准名称,状态,级别", "T/XXX 1-2024,示例,现行,团体标准", "GB 99901-2024,示例,现行,宇宙标准")
    reading = read_catalogue(content)
    assert [one.level for one in standards(reading)] == [Level.GROUP, None]
    assert [remark.value for remark in reading.remarks] == ["宇宙标准"]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("1966-01-01", date(1966, 1, 1)),
        ("2018年2月6日", date(2018, 2, 6)),
        ("２０１８．０２．０６", date(2018, 2, 6)),
        ("20180206", date(2018, 2, 6)),
        ("2018/2/6 00:00:00", date(2018, 2, 6)),
        (43137.0, date(2018, 2, 6)),
        (20180206.0, date(2018, 2, 6)),
        (1517846400000, date(2018, 2, 6)),
        ("2018-02", None),
        ("2018-02-30", None),
        ("11/06/2025", None),
        (float("nan"), None),
        (1e300, None),
        ("实施", None),
    ],
)
def test_days_are_read_in_all_usual_forms_and_never_guessed(cell: str | float, day: date | None):
    """What names no day, or two, is none."""
    assert read_day(cell) == day


def test_lists_are_divided_as_catalogues_join_them():
    """By semicolons of both widths, 、 and lines; never inside a designation."""
    assert listed("GB/T 1.1-2020；GB/T 1.2-2020、GB 3-1; \n—") == ["GB/T 1.1-2020", "GB/T 1.2-2020", "GB 3-1"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x01\x02",
        b"\x1f\x8bnot gzip",
        b"PK\x03\x04 not a workbook",
        b"[" * 100_000,
        b'{"rows": [1, 2]}',
        b'[{"designation": "GB 1"}, 2]',
        b"a,b\r\n1,2\r\n",
        b'"' + b"x" * 200_000,
        "标准号,标准名称,状态\r\nGB 1,".encode() + b"\xff\xfe\xfd",
        b"<!DOCTYPE x [<!ENTITY a 'b'>]><bibdata/>",
        b"<other/>",
        b"id: &a [*a]",
        b"title: " + b"[" * 200,
        b"id: [",
    ],
)
def test_what_is_no_catalogue_is_refused_in_one_sentence(content: bytes):
    """Never a fault of the program, never a hang."""
    with pytest.raises(DomainError) as refusal:
        read_catalogue(content)
    assert isinstance(refusal.value, InvalidArgumentError)


def test_a_table_beyond_its_limits_is_refused():
    """Bytes, rows, columns, characters: each with the limit in its message."""
    small = TableLimits(max_bytes=1000, max_rows=3, max_columns=4, max_cell_characters=50, header_rows=2)
    header = "标准号,标准名称,状态"
    for lines in (
        [header, *["GB 1,示例,现行"] * 9],
        [header, "GB 1,示例,现行,4,5"],
        [header, "GB 1," + "长" * 60],
        [header, "x" * 1200],
    ):
        with pytest.raises(UnsafeDocumentError):
            list(open_csv(csv_of(*lines), KNOWN, small).rows)
    objects = [{"标准号": "GB 1", "标准名称": "长" * 60}]
    with pytest.raises(UnsafeDocumentError):
        list(open_json(json.dumps(objects, ensure_ascii=False).encode(), small).rows)
    many = workbook(["标准号", "标准名称", "状态"], *[["GB 1", "示例", "现行"]] * 9)
    with pytest.raises(UnsafeDocumentError):
        list(open_xlsx(many, KNOWN, "", TableLimits(max_rows=3, header_rows=2)).rows)


def test_a_broken_row_of_csv_is_named():
    """By its line."""
    with pytest.raises(MalformedDocumentError) as refusal:
        read_catalogue(csv_of("标准号,标准名称,状态", "GB 1,示例,现行", 'GB 2,"' + "x" * 140_000))
    assert "3" in str(refusal.value)
