"""Comments on a draft: their order, their identity, when they are open, the tables they come in and go out in."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from standards_tree.drafting.comment_files import read_comments
from standards_tree.drafting.comments import (
    Comment,
    CommentKind,
    Disposition,
    clause_order,
    require_open,
    require_reason,
)
from standards_tree.errors import InvalidArgumentError, MalformedDocumentError, PreconditionError
from standards_tree.reports.comment_summary import Summary, SummaryEntry, render_summary
from standards_tree.stages import Stage

DAY = date(2026, 3, 2)
NUMBERS = st.lists(st.integers(1, 120), min_size=1, max_size=5)


def comment(**fields: object) -> Comment:
    """Return a comment."""
    facts = {"text": "示例", "kind": CommentKind.GENERAL, "received_on": DAY, "organisation": "示例公司", **fields}
    return Comment(**facts)


def workbook(*rows: tuple[object, ...]) -> bytes:
    """Return a workbook with these rows."""
    content = BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    return content.getvalue()


def test_clauses_stand_in_the_order_of_a_document() -> None:
    """The whole draft, what stands before clause 1, clauses by number, annexes, whatever else there is."""
    clauses = [
        "",
        "封面",
        "前言",
        "引言",
        "第1章",
        "5",
        "5.2",
        "5.2注1",
        "5.2 注2",
        "5.2.1",
        "5.10",
        "10",
        "附录A",
        "A.2",
        "A.10",
        "B.1",
        "图",
    ]
    assert sorted(set(clauses), key=clause_order) == clauses


@pytest.mark.parametrize("spelling", ["5.2", " ５．２ ", "第5.2条", "5.2.", "clause 5.2", "Subclause 5.2", "第 5.2 款"])
def test_the_spellings_of_a_clause_meet(spelling: str) -> None:
    """Full-width forms and the words around a number do not matter."""
    assert clause_order(spelling) == clause_order("5.2")


@given(NUMBERS, NUMBERS)
def test_numbered_clauses_stand_by_the_value_of_their_parts(first: list[int], second: list[int]) -> None:
    """However many digits they have."""
    before, after = (clause_order(".".join(map(str, numbers))) for numbers in (first, second))
    assert (before < after) == (first < second)


@given(st.text(max_size=60))
def test_every_text_has_a_place(text: str) -> None:
    """Nobody is kept from naming a place in their own way."""
    assert clause_order(text)[0] in "01234"


def test_the_same_comment_is_known_however_it_is_spelled() -> None:
    """On whatever day it comes; another text, clause or author is another comment."""
    same = comment(organisation="示例公司 （北京）", clause="５.2")
    assert (
        same.fingerprint
        == comment(organisation="示例公司 (北京)", clause="5.2", received_on=DAY.replace(day=9)).fingerprint
    )
    others = [comment(text="另一"), comment(clause="5.3"), comment(commenter="李某"), comment(proposed_change="改")]
    assert len({one.fingerprint for one in [comment(), same, *others]}) == 6


@pytest.mark.parametrize("stage", list(Stage))
def test_comments_are_open_in_comment_and_review(stage: Stage) -> None:
    """The refusal says so."""
    if stage in (Stage.COMMENT, Stage.REVIEW):
        require_open(stage, "drafts/示例")
    else:
        with pytest.raises(PreconditionError, match=r"30 \(comment\) and 40 \(review\)"):
            require_open(stage, "drafts/示例")


def test_only_who_is_given_their_way_needs_no_reason() -> None:
    """Half a way is explained too."""
    require_reason(Disposition.ACCEPTED, "")
    for disposition in (Disposition.PARTLY_ACCEPTED, Disposition.REJECTED):
        with pytest.raises(InvalidArgumentError):
            require_reason(disposition, "")


def test_a_table_is_read_from_a_workbook() -> None:
    """Below a title, with Chinese headings; numbers and days are cells of their own kind."""
    content = workbook(
        ("示例标准意见表",),
        ("序号", "章条编号", "意见内容", "提出单位", "意见类型", "收到日期"),
        (1, 5, "示例", "示例公司", "ed", 46083),
        ("", "", "", "", "", ""),
        (2, "5.10", "示例", "示例公司", "", "2026-03-02"),
    )
    table = read_comments(content, "示例.xlsx")
    assert [(one.row, one.texts["clause"], one.kind, one.received_on) for one in table.comments] == [
        (3, "5", CommentKind.EDITORIAL, date(2026, 3, 2)),
        (5, "5.10", None, date(2026, 3, 2)),
    ]
    assert table.faults == []


def test_a_table_names_the_rows_that_cannot_be_read() -> None:
    """And reads the others."""
    text = "comment,type,received on\n甲,te,2026-03-02\n乙,xx,2026-03-02\n丙,,sometime\n"
    table = read_comments(text.encode(), "示例.csv")
    assert [one.texts["text"] for one in table.comments] == ["甲"]
    assert [(fault.row, fault.column, fault.value) for fault in table.faults] == [
        (3, "kind", "xx"),
        (4, "received_on", "sometime"),
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no row of headings"),
        ("甲,乙\n".encode() * 30, "no row of headings"),
        ("意见内容,处理意见\n".encode(), "处理意见"),
        (b"PK\x03\x04 broken", "ZIP"),
        (b'comment\n"' + b"x" * 200_000, "cannot be read"),
    ],
)
def test_what_is_no_table_of_comments_is_refused(content: bytes, said: str) -> None:
    """With what is wrong about it; nothing is dropped without a word."""
    with pytest.raises((MalformedDocumentError, InvalidArgumentError), match=said):
        read_comments(content, "示例.csv")


def summary(*entries: SummaryEntry) -> Summary:
    """Return a summary of *entries*."""
    return Summary("=cmd|' /C'!A0", "", "20992001-T-469", "SAC/TC 999", "@SUM(1)", DAY, entries, None)


def test_nothing_in_a_summary_is_taken_for_a_formula() -> None:
    """Text stays text; what a cell cannot hold is cut or dropped, and the workbook opens."""
    hostile = ["=1+1", "+1", "-1", "@x", "\x01\ufffe", "x" * 40_000, "https://example.org"]
    entries = [
        SummaryEntry(comment(text=text, commenter=text[:50], clause=text[:50]), Disposition.REJECTED, text)
        for text in hostile
    ]
    sheet = openpyxl.load_workbook(BytesIO(render_summary(summary(*entries), "zh"))).active
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert kinds == {"s", "n"}
    assert [sheet.cell(row, 3).value for row in range(6, 10)] == ["=1+1", "+1", "-1", "@x"]
    assert sheet["A2"].value == "标准项目名称：=cmd|' /C'!A0"
    assert all(cell.hyperlink is None for row in sheet.iter_rows() for cell in row)


def test_a_summary_without_a_comment_is_a_table_all_the_same() -> None:
    """It says that none came."""
    sheet = openpyxl.load_workbook(BytesIO(render_summary(summary(), "zh"))).active
    assert [row[0].value for row in sheet.iter_rows()][
        -1
    ] == "共收到意见0条，其中采纳0条，部分采纳0条，不采纳0条，未处理0条"
