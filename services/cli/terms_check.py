"""`tbt terms check`, `tbt terms rules`: the quality of a vocabulary."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Annotated, cast

import typer
from google.protobuf.message import Message

from services.cli.context import AsJson, Most, begin
from services.cli.documents import write_whole
from services.cli.output import FAILED, Output, answering, either, message_dict, print_json
from tbt.terminology.v1 import quality_pb2 as pb


def check(
    context: typer.Context,
    domain: Annotated[str, typer.Option("--domain", help="The vocabulary; all when not given. 术语库。")] = "",
    rule: Annotated[
        list[str] | None, typer.Option("--rule", help="Only this rule; may be repeated. 仅此规则。")
    ] = None,
    to: Annotated[Path | None, typer.Option("--to", help="Write the report (XLSX) here. 报告保存路径。")] = None,
    most: Most = 100,
    as_json: AsJson = False,
) -> None:
    """Hold a vocabulary against the rules on it; exit status 1 when one that must be kept is broken. 检查术语库质量。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = pb.CheckVocabularyRequest(domain=domain, rules=rule or [], with_workbook=to is not None)
        answers = given.connection.receive(given.connection.terminology.CheckVocabulary, request)
        summary = next(answers).summary
        findings: list[pb.VocabularyFinding] = []
        for answer in answers:
            if answer.WhichOneof("part") == "workbook":
                write_whole(_workbook(answer, answers), to)
                break
            findings.extend(answer.findings.findings)
        _show(given.output, summary, findings, most)
    if summary.must_count:
        raise typer.Exit(FAILED)


def rules(context: typer.Context, as_json: AsJson = False) -> None:
    """List the rules on a vocabulary. 列出术语库质量规则。"""
    given = begin(context, as_json=as_json)
    output = given.output

    def row(message: Message) -> list[str]:
        one = cast("pb.VocabularyRule", message)
        asked, source = (either(text.zh, text.en, output.language) for text in (one.description, one.source))
        return [one.id, _severity(output, pb.QualitySeverity.Name(one.severity)), asked, source]

    with answering(output):
        answer = given.connection.ask(given.connection.terminology.ListVocabularyRules, pb.ListVocabularyRulesRequest())
        output.list(answer.rules, ("rule", "severity", "what it asks for", "source"), row)


COMMANDS = (check, rules)


def _workbook(first: pb.CheckVocabularyResponse, others: Iterator[pb.CheckVocabularyResponse]) -> Iterator[bytes]:
    return (answer.workbook for answer in chain([first], others))


def _severity(output: Output, name: str) -> str:
    return output.text(name.removeprefix("QUALITY_SEVERITY_").lower())


def _show(output: Output, summary: pb.VocabularySummary, findings: list[pb.VocabularyFinding], most: int) -> None:
    shown = findings[: most or None]
    if output.as_json:
        print_json({**message_dict(summary), "findings": [message_dict(finding) for finding in shown]})
        return

    def row(message: Message) -> list[str]:
        finding = cast("pb.VocabularyFinding", message)
        wrong = either(finding.message.zh, finding.message.en, output.language)
        return [finding.rule, _severity(output, pb.QualitySeverity.Name(finding.severity)), finding.label, wrong]

    if shown:
        output.list(shown, ("rule", "severity", "concept", "what is wrong"), row)
    output.say(
        "{concepts} concepts checked: {findings} findings, {must} of them by rules that must be kept",
        concepts=summary.concept_count,
        findings=summary.finding_count,
        must=summary.must_count,
    )
    if len(shown) < len(findings):
        output.say("… and {count} more; --most 0 shows all", count=len(findings) - len(shown))
