"""`tbt drafts check`, `tbt documents check`, `tbt findings`: what is wrong with a draft, and what is accepted."""

import uuid
from pathlib import Path
from typing import Annotated, cast

import typer
from google.protobuf.message import Message

from services.cli.context import AsJson, Given, Most, begin
from services.cli.documents import upload
from services.cli.draft_words import DAYS, Day, date_of
from services.cli.output import FAILED, Output, answering, either
from tbt.compliance.v1 import check_pb2, compliance_service_pb2, finding_pb2
from tbt.type.v1 import type_pb2

findings = typer.Typer(no_args_is_help=True)

Committee = Annotated[str, typer.Option("--committee", help="Whose settings of rules count. 按此委员会的规则设置。")]
Areas = Annotated[
    list[str] | None, typer.Option("--area", help="Only these rules: VERB, REF …; may be repeated. 仅此类规则。")
]
Reason = Annotated[str, typer.Option("--reason", help="Why. 理由。")]


def check(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="drafts/<draft>, documents/<document>, or a file. 草案、文档或文件。")],
    as_of: Annotated[Day, typer.Option("--as-of", formats=DAYS, help="The day that counts; today. 基准日期。")] = None,
    committee: Committee = "",
    area: Areas = None,
    most: Most = 200,
    as_json: AsJson = False,
) -> None:
    """Hold a draft against every rule; exit status 1 when a requirement is not met. 检查草案。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = check_pb2.CheckDocumentRequest(
            committee=committee, areas=area or [], as_of=date_of(as_of) if as_of else None, request_id=str(uuid.uuid4())
        )
        if name.startswith("drafts/"):
            request.draft = name
        else:
            request.document = _document(given, name)
        found = given.connection.ask(given.connection.compliance.CheckDocument, request)
        _show_check(given, found, most)
    if found.error_count:
        raise typer.Exit(FAILED)


def _document(given: Given, name: str) -> str:
    if not name.startswith("documents/") and Path(name).is_file():
        return upload(given.connection, given.output, Path(name)).name
    return name


def place_of(output: Output, place: type_pb2.Place) -> str:
    """Return where something stands, as a person looks for it."""
    if place.line:
        where = output.text("line {line}", line=place.line)
    elif place.paragraph:
        where = output.text("paragraph {paragraph}", paragraph=place.paragraph)
    else:
        where = place.xpath
    return ", ".join(filter(None, (place.clause, where)))


def severity_word(output: Output, severity: "compliance_service_pb2.Severity.ValueType") -> str:
    """Return how serious a finding is, as people say it."""
    return output.text(compliance_service_pb2.Severity.Name(severity).removeprefix("SEVERITY_").lower())


def finding_row(output: Output, finding: compliance_service_pb2.Finding) -> list[str]:
    """Return what a person wants to know of a finding: where, how serious, which rule, what is wrong, what to write."""
    text = either(finding.message.zh, finding.message.en, output.language)
    word = output.text("waived") if finding.waiver else severity_word(output, finding.severity)
    return [place_of(output, finding.place), word, finding.rule, text, finding.fix]


def _show_check(given: Given, check: compliance_service_pb2.Check, most: int) -> None:
    output = given.output
    if output.as_json:
        output.show(check, [])
        return
    shown = list(check.findings)[: most or None]
    output.list(
        shown,
        ("place", "severity", "rule", "finding", "write instead"),
        lambda one: finding_row(output, one),
    )
    output.say(
        "{errors} errors, {warnings} warnings, {notes} notes, {waived} waived; "
        "{examined} references and terms examined; {check}",
        errors=check.error_count,
        warnings=check.warning_count,
        notes=check.note_count,
        waived=check.waived_count,
        examined=check.examined_count,
        check=check.name,
    )
    if check.rule_sets:
        output.say("drafting rules: {standards}", standards=", ".join(check.rule_sets))
    total = check.error_count + check.warning_count + check.note_count + check.waived_count
    if len(shown) < total:
        output.say(
            "… and {count} more; tbt findings list {check} --most 0 shows all",
            count=total - len(shown),
            check=check.name,
        )


@findings.command("list")
def list_(
    context: typer.Context,
    check_name: Annotated[str, typer.Argument(metavar="CHECK", help="checks/<check>")],
    rule: Annotated[str, typer.Option("--rule", help="Only by this rule. 仅此规则。")] = "",
    open_only: Annotated[bool, typer.Option("--open", help="Without waived ones. 不含已豁免的。")] = False,
    most: Most = 50,
    as_json: AsJson = False,
) -> None:
    """List the findings of a check, with their names. 列出检查发现。"""
    given = begin(context, as_json=as_json)
    output = given.output
    with answering(output):
        request = compliance_service_pb2.ListFindingsRequest(check=check_name, rule=rule, without_waived=open_only)
        found = given.connection.every(given.connection.compliance.ListFindings, request, "findings", most)

        def row(message: Message) -> list[str]:
            one = cast("compliance_service_pb2.Finding", message)
            return [*finding_row(output, one), one.name]

        output.list(found, ("place", "severity", "rule", "finding", "write instead", "name"), row)


@findings.command()
def waive(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="checks/<check>/findings/<identity>")],
    reason: Reason,
    as_json: AsJson = False,
) -> None:
    """Accept a finding as it is, in this and the next texts of the draft. 豁免一项发现。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = finding_pb2.WaiveFindingRequest(finding=name, reason=reason, request_id=str(uuid.uuid4()))
        waiver = given.connection.ask(given.connection.compliance.WaiveFinding, request)
        given.output.show(waiver, _waiver_rows(waiver))


@findings.command()
def withdraw(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="waivers/<waiver>")],
    reason: Reason,
    as_json: AsJson = False,
) -> None:
    """Take a waiver back. 撤销豁免。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = finding_pb2.WithdrawWaiverRequest(name=name, reason=reason, request_id=str(uuid.uuid4()))
        waiver = given.connection.ask(given.connection.compliance.WithdrawWaiver, request)
        given.output.show(waiver, _waiver_rows(waiver))


@findings.command()
def waivers(
    context: typer.Context,
    target: Annotated[str, typer.Argument(help="drafts/<draft> or documents/<document>; all when not given.")] = "",
    withdrawn: Annotated[bool, typer.Option("--withdrawn", help="Those taken back too. 含已撤销的。")] = False,
    most: Most = 50,
    as_json: AsJson = False,
) -> None:
    """List waivers, newest first. 列出豁免。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = finding_pb2.ListWaiversRequest(target=target, with_withdrawn=withdrawn)
        found = given.connection.every(given.connection.compliance.ListWaivers, request, "waivers", most)

        def row(message: Message) -> list[str]:
            one = cast("finding_pb2.Waiver", message)
            return [one.name, one.target, one.rule, one.subject, one.reason, one.author, one.withdrawn_by]

        given.output.list(
            found, ("waiver", "draft or document", "rule", "finding", "reason", "by", "withdrawn by"), row
        )


@findings.command()
def trend(
    context: typer.Context,
    draft: Annotated[str, typer.Argument(help="drafts/<draft>")],
    as_json: AsJson = False,
) -> None:
    """Show how the findings of a draft developed from text to text. 草案问题的变化趋势。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = finding_pb2.GetFindingTrendRequest(draft=draft)
        found = given.connection.ask(given.connection.compliance.GetFindingTrend, request)
        if given.output.as_json:
            given.output.show(found, [])
            return

        def row(message: Message) -> list[str]:
            one = cast("finding_pb2.FindingTrend.Point", message)
            counts = (one.error_count, one.warning_count, one.note_count, one.waived_count, one.new_count)
            return [day_and_time(one), one.check, *map(str, counts), str(one.mended_count)]

        given.output.list(
            found.points, ("when (UTC)", "check", "errors", "warnings", "notes", "waived", "new", "mended"), row
        )
        given.output.say("{count} findings have been there in every text", count=found.lasting_count)


@findings.command()
def statistics(
    context: typer.Context,
    committee: Annotated[str, typer.Option("--committee", help="Only drafts of this committee. 仅此委员会。")] = "",
    since: Annotated[Day, typer.Option("--since", formats=DAYS, help="Checks of this day or later. 起始日期。")] = None,
    as_json: AsJson = False,
) -> None:
    """Count findings rule by rule, over the last check of each draft. 按规则统计。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = finding_pb2.GetRuleStatisticsRequest(committee=committee, since=date_of(since) if since else None)
        found = given.connection.ask(given.connection.compliance.GetRuleStatistics, request)
        if given.output.as_json:
            given.output.show(found, [])
            return

        def row(message: Message) -> list[str]:
            one = cast("finding_pb2.RuleStatistics.Entry", message)
            return [one.rule, str(one.open_count), str(one.waived_count), str(one.target_count)]

        given.output.list(found.entries, ("rule", "open", "waived", "drafts and documents"), row)


def day_and_time(point: finding_pb2.FindingTrend.Point) -> str:
    """Return when a check was made."""
    return f"{point.checked_at.ToDatetime():%Y-%m-%d %H:%M}"


def _waiver_rows(waiver: finding_pb2.Waiver) -> list[tuple[str, str]]:
    return [
        ("waiver", waiver.name),
        ("draft or document", waiver.target),
        ("rule", waiver.rule),
        ("finding", waiver.subject),
        ("reason", waiver.reason),
        ("by", waiver.author),
        ("withdrawn by", waiver.withdrawn_by),
    ]
