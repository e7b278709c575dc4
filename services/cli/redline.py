"""`tbt documents compare`: what changed between two texts of a standard."""

from pathlib import Path
from typing import Annotated, cast

import typer
from google.protobuf.message import Message

from services.cli.context import AsJson, begin
from services.cli.documents import write_whole
from services.cli.output import Output, answering, message_dict, print_json
from tbt.catalog.v1 import redline_pb2 as pb

MARKS = {
    pb.RUN_CHANGE_KEPT: ("", ""),
    pb.RUN_CHANGE_INSERTED: ("{+", "+}"),
    pb.RUN_CHANGE_DELETED: ("[-", "-]"),
}


def compare(
    context: typer.Context,
    old: Annotated[str, typer.Argument(help="documents/<document> or drafts/<draft>. 原文本。")],
    new: Annotated[str, typer.Argument(help="documents/<document> or drafts/<draft>. 新文本。")],
    to: Annotated[Path | None, typer.Option("--to", help="Write an HTML page here. 保存为网页。")] = None,
    as_json: AsJson = False,
) -> None:
    """Compare two texts of a standard, clause by clause. 比对两个文本。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        if to is not None:
            page = pb.DownloadRedlineRequest(old_document=old, new_document=new, language=given.output.language)
            pieces = given.connection.receive(given.connection.catalog.DownloadRedline, page)
            write_whole((piece.chunk for piece in pieces), to)
            return
        request = pb.CompareDocumentsRequest(old_document=old, new_document=new)
        answers = given.connection.receive(given.connection.catalog.CompareDocuments, request)
        comparison = next(answers).comparison
        clauses = [clause for answer in answers for clause in answer.clauses.clauses]
        _show(given.output, comparison, clauses)


def _show(output: Output, comparison: pb.Comparison, clauses: list[pb.ComparedClause]) -> None:
    if output.as_json:
        print_json({**message_dict(comparison), "clauses": [message_dict(clause) for clause in clauses]})
        return

    def row(message: Message) -> list[str]:
        clause = cast("pb.ComparedClause", message)
        change = output.text(pb.ClauseChange.Name(clause.change).removeprefix("CLAUSE_CHANGE_").lower())
        return [clause.old_number, clause.new_number, change, marked(clause)]

    different = [
        clause for clause in clauses if clause.change != pb.CLAUSE_CHANGE_UNCHANGED or clause.renumbered or clause.moved
    ]
    output.list(different, ("old number", "new number", "change", "text"), row)
    figures = comparison.figures
    output.say(
        "{changed} clauses changed, {added} added, {removed} removed, {renumbered} renumbered, {unchanged} unchanged",
        changed=figures.changed,
        added=figures.added,
        removed=figures.removed,
        renumbered=figures.renumbered,
        unchanged=figures.unchanged,
    )


def marked(clause: pb.ComparedClause) -> str:
    """Return the title and text of a clause, with `{+insertions+}` and `[-deletions-]` marked as wdiff does."""
    lines = []
    for runs in (clause.title, clause.text):
        parts = [f"{MARKS[run.change][0]}{run.text}{MARKS[run.change][1]}" for run in runs]
        if parts:
            lines.append("".join(parts))
    return "\n".join(lines)
