"""`tbt findings report`, `tbt drafts health`: what a check found as a file, and how a draft stands."""

from pathlib import Path
from typing import Annotated, cast

import typer
from google.protobuf.message import Message

from services.cli.context import AsJson, begin
from services.cli.documents import write_whole
from services.cli.output import answering, either
from standards_tree.errors import InvalidArgumentError
from tbt.compliance.v1 import health_pb2, report_pb2

FORMATS = {
    ".html": report_pb2.FINDINGS_FORMAT_HTML,
    ".docx": report_pb2.FINDINGS_FORMAT_DOCX,
    ".xlsx": report_pb2.FINDINGS_FORMAT_XLSX,
    ".sarif": report_pb2.FINDINGS_FORMAT_SARIF,
    ".json": report_pb2.FINDINGS_FORMAT_JSON,
}


def report(
    context: typer.Context,
    check: Annotated[str, typer.Argument(help="checks/<check>")],
    to: Annotated[Path, typer.Option("--to", help=".html, .docx, .xlsx, .sarif or .json. 报告保存路径。")],
) -> None:
    """Write the findings of a check to a file, in the form its name ends with. 导出检查报告。"""
    given = begin(context, as_json=False)
    with answering(given.output):
        if to.suffix.lower() not in FORMATS:
            message = "the name of the report ends in {known}, not in {given}"
            raise InvalidArgumentError(message, known=", ".join(FORMATS), given=to.suffix or to.name)
        request = report_pb2.DownloadFindingsRequest(
            check=check, format=FORMATS[to.suffix.lower()], language=given.output.language
        )
        replies = given.connection.receive(given.connection.compliance.DownloadFindings, request)
        write_whole((reply.chunk for reply in replies), to)


def health(
    context: typer.Context, name: Annotated[str, typer.Argument(help="drafts/<draft>")], as_json: AsJson = False
) -> None:
    """Say how a draft stands: rules, references, terms, numbers, similar standards, foreign measures. 草案体检。"""
    given = begin(context, as_json=as_json)
    output = given.output
    with answering(output):
        request = health_pb2.GetDraftHealthRequest(draft=name)
        found = given.connection.ask(given.connection.compliance.GetDraftHealth, request)
        if output.as_json:
            output.show(found, [])
            return

        kinds = {
            "drafting": output.text("drafting"),
            "references": output.text("references"),
            "terms": output.text("terms"),
        }

        def count(message: Message) -> list[str]:
            one = cast("health_pb2.DraftHealth.Count", message)
            numbers = (one.error_count, one.warning_count, one.note_count, one.waived_count)
            return [kinds.get(one.kind, one.kind), *map(str, numbers)]

        output.list(found.counts, ("rules", "errors", "warnings", "notes", "waived"), count)
        for clash in found.clashes:
            output.say("{number} is also the number of {other}", number=clash.number, other=clash.other)
        for similar in found.similar:
            title = either(similar.title.zh, similar.title.en, output.language)
            output.say("similar: {designation} {title}", designation=similar.designation, title=title)
        for measure in found.measures:
            symbols = ", ".join(measure.symbols)
            output.say(
                "foreign measure: {symbols} {title} ({why})", symbols=symbols, title=measure.title, why=measure.detail
            )
