"""`tbt measures`."""

from typing import Annotated, cast

import typer
from google.protobuf.message import Message

from services.cli.context import AsJson, Most, begin
from services.cli.filters import hs_code, ics_code, member_codes
from services.cli.output import Output, answering, day, either
from tbt.linkage.v1 import linkage_service_pb2 as pb

measures = typer.Typer(no_args_is_help=True)


@measures.command("list")
def list_measures(
    context: typer.Context,
    query: Annotated[str, typer.Option(help="A part of a symbol or title. 通报号或标题的一部分。")] = "",
    member: Annotated[list[str] | None, typer.Option(help="Only of this member: USA, EU. 成员。")] = None,
    hs: Annotated[str, typer.Option(help="Only at or below this HS code. HS 编码前缀。")] = "",
    ics: Annotated[str, typer.Option(help="Only at or below this ICS code. ICS 前缀。")] = "",
    most: Most = 100,
    as_json: AsJson = False,
) -> None:
    """List measures, most recently distributed first. 列出措施。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = pb.ListMeasuresRequest(
            query=query, member_codes=member_codes(member), hs_prefix=hs_code(hs), ics_prefix=ics_code(ics)
        )
        found = given.connection.every(given.connection.linkage.ListMeasures, request, "measures", most)

        def row(message: Message) -> list[str]:
            measure = cast("pb.Measure", message)
            title = either(measure.title.zh, measure.title.en, given.output.language)
            return [", ".join(measure.symbols), title, day(measure.distributed_on), day(measure.comment_deadline)]

        given.output.list(found, ("symbol", "title", "distributed", "comments until"), row)


@measures.command("show")
def show_measure(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A symbol in any spelling. 通报号。")],
    as_json: AsJson = False,
) -> None:
    """Show a measure with its requirements. 显示措施及其要求。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        measure = given.connection.ask(given.connection.linkage.GetMeasure, pb.GetMeasureRequest(name=name))
        _show_measure(given.output, measure)
        if not given.output.as_json:
            request = pb.ListRequirementsRequest(measure=measure.name)
            found = given.connection.every(given.connection.linkage.ListRequirements, request, "requirements", 0)

            def row(message: Message) -> list[str]:
                entry = cast("pb.Requirement", message)
                return [entry.name, either(entry.text.zh, entry.text.en, given.output.language)]

            given.output.list(found, ("requirement", "text"), row)


def _show_measure(output: Output, measure: pb.Measure) -> None:
    output.show(
        measure,
        [
            ("measure", measure.name),
            ("symbol", ", ".join(measure.symbols)),
            ("title", either(measure.title.zh, measure.title.en, output.language)),
            ("member", ", ".join(measure.members)),
            ("distributed", day(measure.distributed_on)),
            ("comments until", day(measure.comment_deadline)),
            ("comment period", measure.comment_deadline_stated.stated),
            ("adoption", day(measure.adoption_on) or measure.adoption_stated.stated),
            ("enters into force", day(measure.entry_into_force_on) or measure.entry_into_force_stated.stated),
            ("agency", "; ".join(measure.agencies)),
            ("articles", ", ".join(measure.articles)),
            ("objectives", "; ".join(measure.objectives)),
            ("HS", ", ".join(measure.hs_codes)),
            ("ICS", ", ".join(measure.ics_codes)),
            ("source", measure.source),
        ],
    )
