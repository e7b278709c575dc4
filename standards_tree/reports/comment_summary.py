"""Write the summary table of comments on a draft (意见汇总处理表) as a workbook, as it goes with the draft for review.

Head, columns and foot are those committees hand in with a draft: what was said on which clause by whom, what was decided
and why, and how many units were asked and answered. The same comments give the same bytes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Final

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from standards_tree.drafting.comments import Comment, Disposition
from standards_tree.reports.labels import LANGUAGES, language_of
from standards_tree.reports.sheets import Cell, Column, SheetWriter, fitting


@dataclass(frozen=True, slots=True)
class Consulted:
    """How many units a draft was sent to, how many replied, and how many of those with comments."""

    sent_to: int
    replied: int
    replied_with_comments: int


@dataclass(frozen=True, slots=True)
class SummaryEntry:
    """A comment, what was decided on it (None while nothing is) and why."""

    comment: Comment
    disposition: Disposition | None
    reason: str


@dataclass(frozen=True, slots=True)
class Summary:
    """What a summary table shows; ``entries`` stand in its order."""

    title_zh: str
    title_en: str
    plan_number: str
    committee: str
    undertaker: str
    filled_on: date
    entries: tuple[SummaryEntry, ...]
    consulted: Consulted | None


_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "title": ("Summary of comments and their handling", "意见汇总处理表"),
    "project": ("Title of the standard: {value}", "标准项目名称：{value}"),
    "plan_number": ("Plan number: {value}", "计划号：{value}"),
    "committee": ("Responsible committee: {value}", "归口单位：{value}"),
    "undertaker": ("In charge: {value}", "承办人：{value}"),
    "filled_on": ("Filled in on {day:%Y-%m-%d}", "{day.year}年{day.month}月{day.day}日填写"),
    "pages": ("&RPage &P of &N", "&R共 &N 页　第 &P 页"),
    "number": ("No.", "序号"),
    "clause": ("Clause", "标准章条编号"),
    "comment": ("Comment", "意见内容"),
    "proposer": ("Made by", "提出单位"),
    "disposition": ("Decision", "处理意见"),
    "reason": ("Reason or remark", "理由/备注"),
    "accepted": ("accepted", "采纳"),
    "partly_accepted": ("partly accepted", "部分采纳"),
    "rejected": ("not accepted", "不采纳"),
    "unhandled": ("not yet decided", "未处理"),
    "line": ("line {line}", "第{line}行"),
    "proposed": ("Proposed: {text}", "建议改为：{text}"),
    "whole": ("whole draft", "全文"),
    "notes": ("Notes", "说明"),
    "sent_to": ("(1) Units the draft for comment was sent to: {count}", "（1）发送“征求意见稿”的单位数：{count}个"),
    "replied": ("(2) Units that replied: {count}", "（2）收到“征求意见稿”后，回函的单位数：{count}个"),
    "replied_with_comments": (
        "(3) Units that replied with comments or suggestions: {count}",
        "（3）收到“征求意见稿”后，回函并有建议或意见的单位数：{count}个",
    ),
    "not_replied": ("(4) Units that did not reply: {count}", "（4）没有回函的单位数：{count}个"),
    "totals": (
        "Comments received: {received}; accepted {accepted}, partly accepted {partly_accepted}, not accepted {rejected}, "
        "not yet decided {unhandled}",
        "共收到意见{received}条，其中采纳{accepted}条，部分采纳{partly_accepted}条，不采纳{rejected}条，未处理{unhandled}条",
    ),
}
_LAST_COLUMN: Final = 5


def render_summary(summary: Summary, language: str) -> bytes:
    """Return *summary* as a workbook in English or Simplified Chinese.

    Raises:
        InvalidArgumentError: summaries are not written in *language*.
    """
    language = language_of(language)
    content = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(content, options) as book:
        made = datetime.combine(summary.filled_on, datetime.min.time())
        book.set_properties({"title": _say("title", language), "created": made})
        _write(_writer(book, language), summary)
    return content.getvalue()


def _say(code: str, language: str, **values: object) -> str:
    return _WORDS[code][LANGUAGES.index(language)].format(**values)


def _writer(book: xlsxwriter.Workbook, language: str) -> SheetWriter:
    """Return a writer whose cells have the lines of a printed form."""
    writer = SheetWriter(book, language)
    base = {"valign": "top", "font_name": "SimSun", "font_size": 10.5, "border": 1}
    writer.formats["text"] = book.add_format(base | {"text_wrap": True})
    writer.formats["number"] = book.add_format(base | {"num_format": "0", "align": "center"})
    head = {"bold": True, "align": "center", "valign": "vcenter", "text_wrap": True}
    writer.formats["head"] = book.add_format(base | head)
    title = {"bold": True, "font_name": "SimSun", "font_size": 16, "align": "center"}
    writer.formats["title"] = book.add_format(title)
    writer.formats["line"] = book.add_format({"font_name": "SimSun", "font_size": 10.5})
    return writer


def _write(writer: SheetWriter, summary: Summary) -> None:
    language = writer.language
    sheet = writer.book.add_worksheet(_say("title", language)[:31])
    _line(writer, sheet, 0, _say("title", language), "title")
    lines = _head(summary, language)
    for row, line in enumerate(lines, start=1):
        _line(writer, sheet, row, line)
    top = len(lines) + 1
    columns = [
        Column(_say("number", language), 6, "number"),
        Column(_say("clause", language), 14),
        Column(_say("comment", language), 60),
        Column(_say("proposer", language), 24),
        Column(_say("disposition", language), 12),
        Column(_say("reason", language), 40),
    ]
    last = writer.block(sheet, top, columns, _rows(summary, language))
    for row, line in enumerate(_foot(summary, language), start=last + 1):
        _line(writer, sheet, row, line)
    sheet.freeze_panes(top + 1, 0)
    sheet.repeat_rows(top)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_header(_say("pages", language))


def _line(writer: SheetWriter, sheet: Worksheet, row: int, text: str, style: str = "line") -> None:
    """Write a line across the table; text stays text, as in a cell."""
    sheet.merge_range(row, 0, row, _LAST_COLUMN, "", writer.formats[style])
    sheet.write_string(row, 0, fitting(text), writer.formats[style])


def _head(summary: Summary, language: str) -> list[str]:
    chinese = language == "zh-Hans"
    first, second = summary.title_zh, summary.title_en
    title = (first or second) if chinese else (second or first)
    gap = "　　　　" if chinese else "    "
    return [
        _say("project", language, value=title),
        gap.join(
            (
                _say("plan_number", language, value=summary.plan_number),
                _say("committee", language, value=summary.committee),
            )
        ),
        gap.join(
            (
                _say("undertaker", language, value=summary.undertaker),
                _say("filled_on", language, day=summary.filled_on),
            )
        ),
    ]


def _rows(summary: Summary, language: str) -> Iterator[list[Cell]]:
    for number, entry in enumerate(summary.entries, start=1):
        comment = entry.comment
        place = [comment.clause or _say("whole", language), comment.paragraph]
        if comment.line:
            place.append(_say("line", language, line=comment.line))
        said = [comment.text] if comment.text else []
        if comment.proposed_change:
            said.append(_say("proposed", language, text=comment.proposed_change))
        yield [
            number,
            " ".join(part for part in place if part),
            "\n".join(said),
            "\n".join(part for part in (comment.organisation, comment.commenter) if part),
            _say(entry.disposition.value if entry.disposition is not None else "unhandled", language),
            entry.reason,
        ]


def _foot(summary: Summary, language: str) -> Iterator[str]:
    counts: dict[str, int] = dict.fromkeys(("unhandled", *(disposition.value for disposition in Disposition)), 0)
    for entry in summary.entries:
        counts[entry.disposition.value if entry.disposition is not None else "unhandled"] += 1
    yield _say("notes", language)
    consulted = summary.consulted
    if consulted is not None:
        yield _say("sent_to", language, count=consulted.sent_to)
        yield _say("replied", language, count=consulted.replied)
        yield _say("replied_with_comments", language, count=consulted.replied_with_comments)
        yield _say("not_replied", language, count=consulted.sent_to - consulted.replied)
    yield _say("totals", language, received=len(summary.entries), **counts)
