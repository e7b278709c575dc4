"""`tbt standards search` and `tbt standards suggest`: standards found by words, numbers and filters."""

from datetime import datetime
from typing import Annotated, Any, cast

import typer
from google.protobuf.message import Message
from google.type.date_pb2 import Date

from services.cli.context import AsJson, Most, begin
from services.cli.output import Output, answering, day, either
from services.cli.wrong_options import WrongOption
from tbt.catalog.v1 import search_pb2, standard_pb2
from tbt.type.v1 import type_pb2

FACETS = [
    ("level", search_pb2.FACET_KIND_LEVEL),
    ("obligation", search_pb2.FACET_KIND_OBLIGATION),
    ("status", search_pb2.FACET_KIND_STATUS),
    ("ICS", search_pb2.FACET_KIND_ICS),
    ("CCS", search_pb2.FACET_KIND_CCS),
    ("committee", search_pb2.FACET_KIND_COMMITTEE),
    ("year of issue", search_pb2.FACET_KIND_ISSUE_YEAR),
]
WORDS: dict[int, tuple[Any, str]] = {
    search_pb2.FACET_KIND_LEVEL: (type_pb2.Level, "LEVEL_"),
    search_pb2.FACET_KIND_OBLIGATION: (standard_pb2.Obligation, "OBLIGATION_"),
    search_pb2.FACET_KIND_STATUS: (standard_pb2.StandardStatus, "STANDARD_STATUS_"),
}
MAX_PAGE = 1000

Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="2025-03-01. 日期。")]
Several = list[str] | None


def search(
    context: typer.Context,
    query: Annotated[str, typer.Argument(help="Words, a number, or both: GB/T 44974 术语. 关键词或编号。")] = "",
    level: Annotated[Several, typer.Option(help="national, industry, local, group … 层级。")] = None,
    obligation: Annotated[
        Several, typer.Option(help="mandatory, recommended, guidance. 强制性、推荐性、指导性。")
    ] = None,
    status: Annotated[Several, typer.Option(help="upcoming, in_force, superseded, abolished. 状态。")] = None,
    ics: Annotated[Several, typer.Option(help="Only at or below this ICS code. ICS 前缀。")] = None,
    ccs: Annotated[Several, typer.Option(help="Only at or below this CCS code. CCS 前缀。")] = None,
    committee: Annotated[Several, typer.Option(help="Only of this committee. 归口单位。")] = None,
    issued_from: Day = None,
    issued_to: Day = None,
    effective_from: Day = None,
    effective_to: Day = None,
    branch: Annotated[str, typer.Option(help="systems/<system>[/nodes/<node>]. 体系或分支。")] = "",
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day whose states count. 以该日的状态为准。")
    ] = None,
    by_designation: Annotated[
        bool, typer.Option("--by-designation", help="Not the best first, but by number. 按编号排序。")
    ] = False,
    facets: Annotated[bool, typer.Option("--facets", help="Count the hits by level, status … 分面统计。")] = False,
    most: Most = 50,
    as_json: AsJson = False,
) -> None:
    """Search standards, the best first. 检索标准。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = search_pb2.SearchStandardsRequest(
            query=query,
            levels=_words(search_pb2.FACET_KIND_LEVEL, level),
            obligations=_words(search_pb2.FACET_KIND_OBLIGATION, obligation),
            statuses=_words(search_pb2.FACET_KIND_STATUS, status),
            ics_prefixes=ics,
            ccs_prefixes=ccs,
            committees=committee,
            issued_from=_date(issued_from),
            issued_to=_date(issued_to),
            effective_from=_date(effective_from),
            effective_to=_date(effective_to),
            branch=branch,
            as_of=_date(as_of),
            order=search_pb2.SEARCH_ORDER_DESIGNATION if by_designation else search_pb2.SEARCH_ORDER_UNSPECIFIED,
            facets=[kind for _, kind in FACETS] if facets else (),
            page_size=min(most, MAX_PAGE),
        )
        call = given.connection.catalog.SearchStandards
        if not facets:
            _show_hits(given.output, given.connection.every(call, request, "hits", most))
            return
        response = given.connection.ask(call, request)
        if not given.output.as_json:
            _show_hits(given.output, response.hits)
        given.output.show(response, _counts(given.output, response))


def suggest(
    context: typer.Context,
    prefix: Annotated[str, typer.Argument(help="The beginning of a number or a title. 编号或名称的开头。")],
    most: Annotated[int, typer.Option("--most", min=1, help="How many at the most. 最多条数。")] = 10,
    as_json: AsJson = False,
) -> None:
    """Suggest what somebody who types may mean. 输入提示。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = search_pb2.SuggestStandardsRequest(prefix=prefix, most=most)
        response = given.connection.ask(given.connection.catalog.SuggestStandards, request)

        def row(message: Message) -> list[str]:
            one = cast("search_pb2.Suggestion", message)
            return [one.text, one.standard]

        given.output.list(response.suggestions, ("suggestion", "standard"), row)


COMMANDS = (search, suggest)
"""The commands that `tbt standards` has from here."""


def _show_hits(output: Output, hits: Any) -> None:
    def row(message: Message) -> list[str]:
        hit = cast("search_pb2.SearchHit", message)
        standard = hit.standard
        status = standard_pb2.StandardStatus.Name(hit.status).removeprefix("STANDARD_STATUS_").lower()
        title = either(standard.title.zh, standard.title.en, output.language)
        return [standard.designation, title, output.text(status), day(standard.effective_on)]

    output.list(hits, ("designation", "title", "status", "in force from"), row)


def _counts(output: Output, response: search_pb2.SearchStandardsResponse) -> list[tuple[str, str]]:
    """Return how many hits there are and how they divide, with a sign where not all were counted."""
    rows = [("found", f"{'> ' if response.total_is_at_least else ''}{response.total_size}")]
    labels = {kind: label for label, kind in FACETS}
    for facet in response.facets:
        sign = "≥ " if facet.is_at_least else ""
        values = [f"{_value(output, facet.kind, value.value)} {sign}{value.count}" for value in facet.values]
        rows.append((labels[facet.kind], " · ".join([*values, *(["…"] if facet.more_values else [])])))
    return rows


def _value(output: Output, kind: int, value: str) -> str:
    return output.text(value.removeprefix(WORDS[kind][1]).lower()) if kind in WORDS else value


def _words(kind: int, given: Several) -> list[Any]:
    """Return the values of an enum that the words of a command name."""
    enum, prefix = WORDS[kind]
    values = dict(enum.items())
    for word in given or ():
        if f"{prefix}{word.upper()}" not in values:
            known = ", ".join(name.removeprefix(prefix).lower() for name in enum.keys()[1:])
            raise WrongOption("{word} is none of {known}", word=word, known=known)
    return [values[f"{prefix}{word.upper()}"] for word in given or ()]


def _date(given: datetime | None) -> Date | None:
    return Date(year=given.year, month=given.month, day=given.day) if given is not None else None
