"""`tbt terms comment`, `history`, `release`, `compare`: what departments say, what was done, what was published."""

import uuid
from collections.abc import Iterable
from typing import Annotated, cast

import typer
from google.protobuf.message import Message

from services.cli.context import AsJson, Most, begin
from services.cli.output import Output, answering
from services.cli.terms import DryRun, Name
from standards_tree.errors import InvalidArgumentError
from tbt.terminology.v1 import concept_work_pb2, quality_pb2, release_pb2

Release = Annotated[str, typer.Argument(help="releases/<release>. 发布版。")]


def comment(
    context: typer.Context,
    name: Name,
    department: Annotated[str, typer.Option(help="The department that says it. 部门。")],
    text: Annotated[str, typer.Option(help="What it says. 意见内容。")],
    as_json: AsJson = False,
) -> None:
    """Comment on a concept for a department. 对概念提出意见。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = concept_work_pb2.AddConceptCommentRequest(
            name=name, department=department, text=text, request_id=str(uuid.uuid4())
        )
        _show_comment(given.output, given.connection.ask(given.connection.terminology.AddConceptComment, request))


def resolve(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="conceptComments/<comment>. 意见。")],
    resolution: Annotated[str, typer.Argument(help="What became of it. 处理结果。")],
    as_json: AsJson = False,
) -> None:
    """Say what became of a comment. 处理意见。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = concept_work_pb2.AnswerConceptCommentRequest(
            name=name, resolution=resolution, request_id=str(uuid.uuid4())
        )
        _show_comment(given.output, given.connection.ask(given.connection.terminology.AnswerConceptComment, request))


def comments(
    context: typer.Context,
    name: Name,
    open_only: Annotated[bool, typer.Option("--open", help="Only those not resolved. 仅未处理的。")] = False,
    most: Most = 100,
    as_json: AsJson = False,
) -> None:
    """List the comments on a concept, the oldest first. 列出意见。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = concept_work_pb2.ListConceptCommentsRequest(name=name, open_only=open_only)
        found = given.connection.every(given.connection.terminology.ListConceptComments, request, "comments", most)

        def row(message: Message) -> list[str]:
            one = cast("concept_work_pb2.ConceptComment", message)
            return [one.name, one.department, one.author, one.text, one.resolution]

        given.output.list(found, ("comment", "department", "who", "text", "resolution"), row)


def history(context: typer.Context, name: Name, most: Most = 100, as_json: AsJson = False) -> None:
    """List what was done with a concept, the latest first. 查看概念的变更历史。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = concept_work_pb2.ListConceptHistoryRequest(name=name)
        found = given.connection.every(given.connection.terminology.ListConceptHistory, request, "changes", most)

        def row(message: Message) -> list[str]:
            one = cast("concept_work_pb2.ConceptChange", message)
            action = concept_work_pb2.ConceptAction.Name(one.action).removeprefix("CONCEPT_ACTION_").lower()
            when = f"{one.occurred_at.ToDatetime():%Y-%m-%d %H:%M}"
            return [when, one.principal, given.output.text(action), one.reason or one.related, _facts(one.facts)]

        given.output.list(found, ("when (UTC)", "who", "action", "reason", "what changed"), row)


def release(
    context: typer.Context,
    domain: Annotated[str, typer.Argument(help="The vocabulary. 术语库。")],
    label: Annotated[str, typer.Argument(help="2025.1. 版本。")],
    note: Annotated[str, typer.Option(help="What to know about it. 说明。")] = "",
    waive: Annotated[
        list[str] | None, typer.Option(help="T011=reason: a rule left out of account. 豁免的规则及理由。")
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Release the agreed concepts of a vocabulary; a release never changes. 发布术语库。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = release_pb2.PublishReleaseRequest(
            domain=domain,
            label=label,
            note=note,
            waivers=map(_waiver, waive or ()),
            request_id=str(uuid.uuid4()),
            validate_only=dry_run,
        )
        _show_release(given.output, given.connection.ask(given.connection.terminology.PublishRelease, request))


def releases(
    context: typer.Context,
    domain: Annotated[str, typer.Argument(help="The vocabulary; all when not given. 术语库。")] = "",
    most: Most = 100,
    as_json: AsJson = False,
) -> None:
    """List releases, the latest first. 列出发布版。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = release_pb2.ListReleasesRequest(domain=domain)
        found = given.connection.every(given.connection.terminology.ListReleases, request, "releases", most)

        def row(message: Message) -> list[str]:
            one = cast("release_pb2.Release", message)
            return [one.name, one.domain, one.label, _day(one), str(one.concept_count), one.sha256[:12]]

        given.output.list(found, ("release", "vocabulary", "label", "published", "concepts", "SHA-256"), row)


def compare(
    context: typer.Context,
    base: Release,
    other: Annotated[
        str, typer.Argument(help="releases/<release>; what is agreed now when not given. 另一发布版。")
    ] = "",
    most: Most = 100,
    as_json: AsJson = False,
) -> None:
    """Tell two releases apart, or a release and what is agreed now. 比较发布版。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = release_pb2.CompareReleasesRequest(base=base, other=other)
        found = given.connection.every(given.connection.terminology.CompareReleases, request, "differences", most)

        def row(message: Message) -> list[str]:
            one = cast("release_pb2.ConceptDifference", message)
            kind = release_pb2.ConceptDifferenceKind.Name(one.kind).removeprefix("CONCEPT_DIFFERENCE_KIND_").lower()
            what = one.merged_into or _facts(one.facts)
            return [one.concept, one.number, one.designation, given.output.text(kind), what]

        given.output.list(found, ("concept", "number", "term", "difference", "what changed"), row)


COMMANDS = (comment, resolve, comments, history, release, releases, compare)


def _show_comment(output: Output, one: concept_work_pb2.ConceptComment) -> None:
    rows = [
        ("comment", one.name),
        ("concept", one.concept),
        ("department", one.department),
        ("who", one.author),
        ("text", one.text),
        ("resolution", one.resolution),
    ]
    output.show(one, rows)


def _show_release(output: Output, one: release_pb2.Release) -> None:
    rows = [
        ("release", one.name),
        ("vocabulary", one.domain),
        ("label", one.label),
        ("published", _day(one)),
        ("concepts", str(one.concept_count)),
        ("SHA-256", one.sha256),
        ("cite as", one.citation),
    ]
    output.show(one, rows)


def _day(one: release_pb2.Release) -> str:
    return f"{one.published_at.ToDatetime():%Y-%m-%d}"


def _facts(facts: Iterable[concept_work_pb2.ConceptFactChange]) -> str:
    return "\n".join(f"{fact.field}: {fact.before} → {fact.after}" for fact in facts)


def _waiver(text: str) -> quality_pb2.RuleWaiver:
    rule, _mark, reason = text.partition("=")
    if not reason:
        message = "{text} is not rule=reason, such as T011=agreed in the committee"
        raise InvalidArgumentError(message, text=text)
    return quality_pb2.RuleWaiver(rule=rule.strip(), reason=reason.strip())
