"""`tbt gap clauses`: which clauses of a standard answer which requirements."""

from collections.abc import Iterable
from typing import Annotated, cast

import typer
from google.protobuf.message import Message

from services.cli.context import AsJson, begin
from services.cli.gap import Day, date_of
from services.cli.output import Output, answering
from tbt.gap.v1 import clause_pb2


def clauses(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A designation. 标准编号。")],
    as_of: Day = None,
    most: Annotated[int, typer.Option(min=1, max=10_000, help="Of each clause at the most. 每条款最多列出数。")] = 20,
    as_json: AsJson = False,
) -> None:
    """Show which clauses of a standard answer which requirements, and what else names them. 按条款显示对应情况。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = clause_pb2.GetClauseCoverageRequest(name=name, as_of=date_of(as_of), most=most)
        found = given.connection.ask(given.connection.gap.GetClauseCoverage, request)
        if given.output.as_json:
            given.output.show(found, [])
            return
        given.output.list(
            found.clauses,
            ("clause", "requirements", "terms", "references", "what names it"),
            lambda one: _row(given.output, one),
        )
        tell_clauses(given.output, found.standard.name, (one.count for one in found.clauses))


def tell_clauses(output: Output, standard: str, counts: Iterable[clause_pb2.ClauseCount]) -> None:
    """Tell how many requirements cite which clause of a standard."""
    for count in counts:
        if count.clause and count.requirement_count:
            output.say(
                "clause {clause} of {standard} is cited by {count} requirements",
                clause=count.clause,
                standard=standard,
                count=count.requirement_count,
            )


def _row(output: Output, message: Message) -> list[str]:
    one = cast("clause_pb2.CoveredClause", message)
    count = one.count
    names = [f"{answer.requirement.name} ({output.text(answer.verdict)})" for answer in one.requirements]
    names += [term.name for term in one.terms]
    names += [reference.target for reference in one.references]
    numbers = (count.requirement_count, count.term_count, count.reference_count)
    return [count.clause or output.text("the standard as a whole"), *map(str, numbers), "\n".join(names)]
