"""Tables of specific trade concerns: names of fields as ePing has them, or plain headings in either language."""

import io
from datetime import date

import pytest
import xlsxwriter

from standards_tree.errors import InvalidArgumentError
from standards_tree.measures.concern_files import ConcernTable, read_concerns

EPING = (
    "imsId,domainId,title,raisingName,supportingName,subjectName,status,firstTimeRaised,lastTimeRaised,"
    "numberOfTimesRaised,keywords,relatedDocuments\n"
    '901,1,Example toys,"Exampleland, Korea, Republic of",Otherland;Thirdland,Fourthland,Not reported,2025-03-11,'
    '2025-11-06,3,Transparency; Unnecessary barrier,"G/TBT/N/XXX/901, G/TBT/M/99, https://example.org/a"\n'
)


def faults(table: ConcernTable) -> list[tuple[int, str, bool]]:
    """Return what was wrong where, and whether the row was refused."""
    return [(fault.row, fault.column, fault.refused) for fault in table.faults]


def test_a_row_with_the_names_of_eping_is_read() -> None:
    """Symbols stand apart from other documents; a comma in the name of a member parts nothing."""
    (concern,) = read_concerns(EPING.encode()).concerns

    assert (concern.agreement, concern.number, concern.texts["title_en"]) == ("TBT", 901, "Example toys")
    assert concern.lists["raised_by"] == ("Exampleland", "Korea, Republic of")
    assert concern.lists["supported_by"] == ("Otherland", "Thirdland")
    assert concern.lists["symbols"] == ("G/TBT/N/XXX/901",)
    assert concern.lists["sources"] == ("G/TBT/M/99", "https://example.org/a")
    assert concern.lists["issues"] == ("Transparency", "Unnecessary barrier")
    assert concern.days == {"first_raised_on": date(2025, 3, 11), "last_raised_on": date(2025, 11, 6)}
    assert (concern.times_raised, concern.texts["subject_member"]) == (3, "Fourthland")


def test_a_title_of_several_lines_is_one_line() -> None:
    """That it was not is said; the row counts."""
    table = read_concerns('number,agreement,title,title_zh\n7,TBT,"Example\ntoys","示例\n玩具"\n'.encode())

    (concern,) = table.concerns
    assert (concern.texts["title_en"], concern.texts["title_zh"]) == ("Example toys", "示例玩具")
    assert faults(table) == [(2, "title_zh", False), (2, "title_en", False)]


def test_a_workbook_with_chinese_headings_and_days_as_numbers_is_read() -> None:
    """The agreement is that of the whole table where no column says it."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["编号", "标题", "提出成员", "首次提出", "提出次数", "通报号"])
        sheet.write_row(1, 0, [902, "示例关注", "示例国；另一国", 45727, 2, "G/SPS/N/XXX/902/Add.1"])
    (concern,) = read_concerns(target.getvalue(), "SPS").concerns

    assert (concern.agreement, concern.number, concern.texts["title_zh"]) == ("SPS", 902, "示例关注")
    assert concern.lists["raised_by"] == ("示例国", "另一国")
    assert concern.days == {"first_raised_on": date(2025, 3, 11)}
    assert (concern.lists["symbols"], concern.times_raised) == (("G/SPS/N/XXX/902/Add.1",), 2)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("STC 7,TBT,Example,,,", []),
        ("TBT-7,sps,Example,,,", []),
        ("0,TBT,Example,,,", [(2, "number", True)]),
        ("seven,TBT,Example,,,", [(2, "number", True)]),
        ("7,WTO,Example,,,", [(2, "agreement", True)]),
        ("7,,Example,,,", [(2, "agreement", True)]),
        ("7,TBT,,,,", [(2, "title_en", True)]),
        ("7,TBT,Example,soon,,", [(2, "first_raised_on", False)]),
        ("7,TBT,Example,03/04/2025,,", [(2, "first_raised_on", False)]),
        ("7,TBT,Example,,often,", [(2, "times_raised", False)]),
        (",,,,,", []),
    ],
)
def test_what_is_wrong_in_a_row_is_told_with_its_place(row: str, expected: list[tuple[int, str, bool]]) -> None:
    """A row without number, agreement or title is refused; a day that is none, or more than one, is left out and said."""
    table = read_concerns(f"number,agreement,title,first raised,times raised,symbols\n{row}\n".encode())

    assert faults(table) == expected
    assert len(table.concerns) == (0 if any(refused for _row, _column, refused in expected) or row == ",,,,," else 1)


def test_the_same_concern_twice_is_refused_the_second_time() -> None:
    """Which of both would count is not guessed."""
    table = read_concerns(b"number,agreement,title\n7,TBT,Example\n7,TBT,Another\n7,SPS,Example\n")

    assert [(concern.agreement, concern.number) for concern in table.concerns] == [("TBT", 7), ("SPS", 7)]
    assert faults(table) == [(3, "number", True)]


@pytest.mark.parametrize(
    "content", [b"", b"number;title", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04broken", "年份,标题\n1,2\n".encode()]
)
def test_what_is_no_table_of_concerns_is_refused(content: bytes) -> None:
    """With a message, whatever it is; a table without rows has none."""
    try:
        assert read_concerns(content).concerns == []
    except InvalidArgumentError as refusal:
        assert str(refusal)
