"""`tbt standards review`, `due`, `amend` … and `tbt suspects`: the life of a standard after its publication."""

import uuid
from datetime import datetime
from typing import Annotated, Any, cast

import typer
from google.protobuf.message import Message
from google.type.date_pb2 import Date

from services.cli.context import AsJson, Most, begin
from services.cli.output import Output, answering, day, either
from services.cli.wrong_options import WrongOption
from tbt.catalog.v1 import life_pb2 as pb
from tbt.catalog.v1 import standard_pb2
from tbt.type.v1 import type_pb2

suspects = typer.Typer(no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="A designation in any spelling. 标准编号。")]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="2025-03-01. 日期。")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done. 仅预演。")]
Committee = Annotated[
    str, typer.Option(help="Only of this committee and its subcommittees. 仅此归口单位及其分技术委员会。")
]


def review(
    context: typer.Context,
    name: Name,
    conclusion: Annotated[str, typer.Argument(help="confirmed, to_be_revised, abolished. 继续有效、修订、废止。")],
    reason: Annotated[str, typer.Option(help="Kept in its history. 理由。")],
    on: Day = None,
    draft: Annotated[str, typer.Option(help="drafts/<draft> that will revise it. 修订计划草案。")] = "",
    ends: Day = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Record a review of a standard. 登记复审结论。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = pb.ReviewStandardRequest(
            name=name,
            conclusion=_word(pb.ReviewConclusion, "REVIEW_CONCLUSION_", conclusion),
            reason=reason,
            reviewed_on=_date(on),
            draft=draft,
            ended_on=_date(ends),
            validate_only=dry_run,
            request_id=str(uuid.uuid4()),
        )
        answer = given.connection.ask(given.connection.catalog.ReviewStandard, request)
        standard = answer.standard
        rows = [
            ("designation", standard.designation),
            ("conclusion", _conclusion(given.output, answer.review)),
            ("reviewed", day(answer.review.reviewed_on)),
            ("status", _status(given.output, standard.status)),
            ("ended", day(standard.ended_on)),
            ("next review", day(standard.review_due_on)),
            ("draft", answer.review.draft),
        ]
        given.output.show(answer, rows)


def reviews(context: typer.Context, name: Name, most: Most = 100, as_json: AsJson = False) -> None:
    """List the reviews of a standard, the latest first. 列出复审记录。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        found = given.connection.every(
            given.connection.catalog.ListReviews, pb.ListReviewsRequest(name=name), "reviews", most
        )

        def row(message: Message) -> list[str]:
            one = cast("pb.Review", message)
            return [day(one.reviewed_on), _conclusion(given.output, one), one.principal, one.draft, one.reason]

        given.output.list(found, ("reviewed", "conclusion", "who", "draft", "reason"), row)


def due(
    context: typer.Context,
    committee: Committee = "",
    on: Day = None,
    within: Annotated[int, typer.Option(help="Also those due so many months later. 提前月数。")] = 0,
    to_be_revised: Annotated[
        bool, typer.Option("--to-be-revised", help="Also those that wait for their revision. 包括待修订的。")
    ] = False,
    most: Most = 100,
    as_json: AsJson = False,
) -> None:
    """List the standards whose review is due, the longest overdue first. 列出应复审的标准。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = pb.ListDueReviewsRequest(
            committee=committee, on=_date(on), within_months=within, include_to_be_revised=to_be_revised
        )
        found = given.connection.every(given.connection.catalog.ListDueReviews, request, "reviews", most)

        def row(message: Message) -> list[str]:
            one = cast("pb.DueReview", message)
            title = either(one.standard.title.zh, one.standard.title.en, given.output.language)
            overdue = str(one.days_overdue) if one.days_overdue else ""
            return [day(one.due_on), overdue, one.standard.designation, title, one.standard.committee]

        given.output.list(found, ("review due", "days overdue", "designation", "title", "committee"), row)


def amend(
    context: typer.Context,
    name: Name,
    designation: Annotated[str, typer.Argument(help="GB 4943.1-2011/XG1-2015. 修改单编号。")],
    issued: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="When it was issued. 发布日期。")],
    effective: Day = None,
    changes: Annotated[str, typer.Option(help="What it changes. 修改内容。")] = "",
    document: Annotated[str, typer.Option(help="Its text, uploaded already. 已上传的文档。")] = "",
    title_zh: Annotated[str, typer.Option(help="Made from the standard's when not given. 中文名称。")] = "",
    title_en: Annotated[str, typer.Option(help="Made from the standard's when not given. 英文名称。")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Record an amendment or corrigendum of a standard. 登记修改单。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = pb.AmendStandardRequest(
            name=name,
            designation=designation,
            issued_on=_date(issued),
            effective_on=_date(effective),
            changes=changes,
            document=document,
            validate_only=dry_run,
            request_id=str(uuid.uuid4()),
        )
        if title_zh or title_en:
            request.title.CopyFrom(type_pb2.LocalizedText(zh=title_zh, en=title_en))
        answer = given.connection.ask(given.connection.catalog.AmendStandard, request)
        standard = answer.standard
        rows = [
            ("designation", standard.designation),
            ("title", either(standard.title.zh, standard.title.en, given.output.language)),
            ("amends", answer.amended),
            ("in force from", day(standard.effective_on)),
            ("changes", answer.changes),
            ("document", answer.document),
        ]
        given.output.show(answer, rows)


def amendments(context: typer.Context, name: Name, most: Most = 100, as_json: AsJson = False) -> None:
    """List the amendments of a standard. 列出修改单。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = pb.ListAmendmentsRequest(name=name)
        found = given.connection.every(given.connection.catalog.ListAmendments, request, "amendments", most)

        def row(message: Message) -> list[str]:
            one = cast("pb.Amendment", message)
            return [one.standard.designation, day(one.standard.effective_on), one.changes, one.document]

        given.output.list(found, ("designation", "in force from", "changes", "document"), row)


def succession(context: typer.Context, name: Name, as_json: AsJson = False) -> None:
    """Show what a standard took the place of, and what took its place. 显示代替关系链。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = pb.GetSuccessionRequest(name=name)
        answer = given.connection.ask(given.connection.catalog.GetSuccession, request)
        if given.output.as_json:
            given.output.show(answer, [])
            return
        designations = {member.name: member.designation for member in answer.members}
        replaced: dict[str, list[str]] = {}
        for step in answer.steps:
            old = designations[step.superseded]
            told = given.output.text("{designation} (in part)", designation=old) if step.partial else old
            replaced.setdefault(step.successor, []).append(told)

        def row(message: Message) -> list[str]:
            member = cast("pb.SuccessionMember", message)
            status = _status(given.output, member.status) if member.status else ""
            took = ", ".join(replaced.get(member.name, []))
            return [member.designation, status, day(member.effective_on), day(member.ended_on), took]

        given.output.list(answer.members, ("designation", "status", "in force from", "ended", "supersedes"), row)
        if answer.cyclic:
            given.output.say("the records contradict themselves: a standard took its own place along this chain")
        if answer.truncated:
            given.output.say("there is more than is shown")


def history(context: typer.Context, name: Name, most: Most = 100, as_json: AsJson = False) -> None:
    """List what was done with a standard, the latest first. 显示标准的变更历史。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = pb.ListStandardHistoryRequest(name=name)
        found = given.connection.every(given.connection.catalog.ListStandardHistory, request, "changes", most)

        def row(message: Message) -> list[str]:
            one = cast("pb.StandardChange", message)
            action = given.output.text(pb.StandardAction.Name(one.action).removeprefix("STANDARD_ACTION_").lower())
            facts = "; ".join(f"{fact.field}: {fact.before or '-'} → {fact.after or '-'}" for fact in one.facts)
            when = one.occurred_at.ToJsonString()[:16].replace("T", " ")
            return [when, one.principal, action, one.related, facts, one.reason]

        given.output.list(found, ("when", "who", "event", "related", "facts", "reason"), row)


@suspects.command("list")
def list_suspects(
    context: typer.Context,
    standard: Annotated[str, typer.Option(help="Only on this standard. 仅此标准。")] = "",
    cited: Annotated[str, typer.Option(help="Only because of this cited standard. 仅因此被引用标准。")] = "",
    draft: Annotated[str, typer.Option(help="Only on this draft. 仅此草案。")] = "",
    committee: Committee = "",
    cause: Annotated[
        list[str] | None, typer.Option(help="superseded, revised, abolished, amended, changed. 原因。")
    ] = None,
    cleared: Annotated[bool, typer.Option("--cleared", help="Also those that were cleared. 包括已解除的。")] = False,
    most: Most = 100,
    as_json: AsJson = False,
) -> None:
    """List standards and drafts that cite what has changed since. 列出引用了已变化标准的标准和草案。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = pb.ListSuspectsRequest(
            standard=standard,
            draft=draft,
            cited=cited,
            committee=committee,
            causes=[_word(pb.SuspectCause, "SUSPECT_CAUSE_", word) for word in cause or []],
            include_cleared=cleared,
        )
        found = given.connection.every(given.connection.catalog.ListSuspects, request, "suspects", most)

        def row(message: Message) -> list[str]:
            one = cast("pb.Suspect", message)
            word = given.output.text(pb.SuspectCause.Name(one.cause).removeprefix("SUSPECT_CAUSE_").lower())
            since = one.marked_at.ToJsonString()[:10]
            return [one.name, one.designation, one.cited_designation, word, since, one.cleared_by]

        given.output.list(found, ("suspect", "designation", "cites", "cause", "since", "cleared by"), row)


@suspects.command("clear")
def clear_suspects(
    context: typer.Context,
    names: Annotated[list[str], typer.Argument(help="suspects/<suspect> … 标记。")],
    reason: Annotated[str, typer.Option(help="Why it may be cited as it is. 理由。")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Clear marks: what is cited may be cited as it is. 解除标记。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = pb.ClearSuspectsRequest(
            names=names, reason=reason, validate_only=dry_run, request_id=str(uuid.uuid4())
        )
        answer = given.connection.ask(given.connection.catalog.ClearSuspects, request)
        if given.output.as_json:
            given.output.show(answer, [])
        given.output.say("{count} cleared", count=len(answer.suspects))


COMMANDS = (review, reviews, due, amend, amendments, succession, history)
"""The commands that `tbt standards` has from here."""


def _date(given: datetime | None) -> Date | None:
    return Date(year=given.year, month=given.month, day=given.day) if given is not None else None


def _word(enum: Any, prefix: str, word: str) -> Any:
    """Return the value of *word* in an enum of the contract."""
    values: dict[str, int] = dict(enum.items())
    name = prefix + word.upper()
    if name not in values or not values[name]:
        known = ", ".join(each.removeprefix(prefix).lower() for each, number in values.items() if number)
        raise WrongOption("{word} is none of {known}", word=word, known=known)
    return values[name]


def _conclusion(output: Output, one: pb.Review) -> str:
    if one.conclusion == pb.REVIEW_CONCLUSION_CONFIRMED:
        return output.text("stays valid")
    if one.conclusion == pb.REVIEW_CONCLUSION_TO_BE_REVISED:
        return output.text("to be revised")
    return output.text("abolished")


def _status(output: Output, status: standard_pb2.StandardStatus.ValueType) -> str:
    return output.text(standard_pb2.StandardStatus.Name(status).removeprefix("STANDARD_STATUS_").lower())
