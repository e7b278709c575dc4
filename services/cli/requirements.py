"""`tbt requirements`."""

import csv
import sys
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, cast

import typer
from google.protobuf.message import Message

from services.cli.connection import BULK_SECONDS
from services.cli.context import AsJson, Given, Most, begin
from services.cli.output import FAILED, answering, either
from services.cli.tabled_rows import add_counts, add_problems, problem_of, show_import
from standards_tree.limits import Limit, LimitOperator
from standards_tree.measures.requirement_files import (
    TEMPLATE,
    RequirementTable,
    TabledRequirement,
    read_requirements,
)
from tbt.linkage.v1 import linkage_service_pb2 as linkage
from tbt.linkage.v1 import requirement_pb2 as pb
from tbt.type.v1 import type_pb2

app = typer.Typer(no_args_is_help=True)
ROWS_A_REQUEST = 1000
OPERATORS = {
    LimitOperator.LT: type_pb2.Limit.OPERATOR_LESS,
    LimitOperator.LE: type_pb2.Limit.OPERATOR_AT_MOST,
    LimitOperator.EQ: type_pb2.Limit.OPERATOR_EQUAL,
    LimitOperator.GE: type_pb2.Limit.OPERATOR_AT_LEAST,
    LimitOperator.GT: type_pb2.Limit.OPERATOR_GREATER,
    LimitOperator.BETWEEN: type_pb2.Limit.OPERATOR_BETWEEN,
}
_SIGNS = dict(zip(OPERATORS.values(), ("< ", "≤ ", "= ", "≥ ", "> ", ""), strict=True))

Measure = Annotated[str, typer.Argument(help="A symbol in any spelling. 通报号。")]
Proposal = Annotated[str, typer.Argument(help="measures/<measure>/proposals/<proposal>")]
Reason = Annotated[str, typer.Option(help="Why. 理由。")]


@app.command("list")
def list_(context: typer.Context, measure: Measure, most: Most = 0, as_json: AsJson = False) -> None:
    """List what a measure demands. 列出措施的要求。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = linkage.ListRequirementsRequest(measure=measure)
        found = given.connection.every(given.connection.linkage.ListRequirements, request, "requirements", most)

        def row(message: Message) -> list[str]:
            entry = cast("linkage.Requirement", message)
            kind = linkage.RequirementKind.Name(entry.kind).removeprefix("REQUIREMENT_KIND_").lower()
            limit = limit_text(entry.limit) if entry.HasField("limit") else ""
            text = either(entry.text.zh, entry.text.en, given.output.language)
            return [
                str(entry.number),
                given.output.text(kind),
                text,
                entry.parameter,
                limit,
                ", ".join(entry.cited_standards),
            ]

        given.output.list(found, ("number", "kind", "text", "parameter", "limit", "standards"), row)


@app.command()
def template() -> None:
    """Write the headings that a table of requirements has, as CSV. 输出要求表模板。"""
    csv.writer(sys.stdout).writerow(TEMPLATE)


@app.command("import")
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV or XLSX. 表格文件。")],
    measure: Annotated[str, typer.Option(help="The measure, where no column says it. 所属措施。")] = "",
    all_or_nothing: Annotated[
        bool, typer.Option("--all-or-nothing", help="Import nothing when a row is refused. 有一行不合格则全部不导入。")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done. 仅预演。")] = False,
    as_json: AsJson = False,
) -> None:
    """Record the requirements of a table; repeated, it changes nothing. 批量导入要求。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        table = read_requirements(file.read_bytes())
        total = pb.ImportRequirementsResponse(problems=[problem_of(given.output, fault) for fault in table.faults])
        total.requirements.read = total.requirements.refused = sum(fault.refused for fault in table.faults)
        total.problem_count = len(total.problems)
        if not (all_or_nothing and total.requirements.refused):
            requests = list(_requests(table, measure))
            if all_or_nothing and len(requests) > 1 and not dry_run:
                # Each request is one transaction: none is sent in earnest before all have been looked at.
                _import(given, requests, all_or_nothing=True, dry_run=True)
            for answer in _import(given, requests, all_or_nothing=all_or_nothing, dry_run=dry_run):
                add_counts(total.requirements, answer.requirements)
                add_problems(total, answer)
        counts = total.requirements
        show_import(given.output, total, counts, [("requirements", str(counts.read))])
    if total.requirements.refused:
        raise typer.Exit(FAILED)


@app.command()
def extract(
    context: typer.Context,
    measure: Measure,
    only_notification: Annotated[
        bool, typer.Option("--only-notification", help="Leave the files out. 不读附件。")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Read requirements out of the texts of a measure, for a person to accept. 从文本中提取要求建议。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = pb.ExtractRequirementsRequest(
            measure=measure, only_notification=only_notification, request_id=str(uuid.uuid4())
        )
        answer = given.connection.ask(given.connection.linkage.ExtractRequirements, request)
        _show_proposals(given, answer.proposals)
        given.output.say("{new} new, {known} known", new=len(answer.proposals), known=answer.known)
        for entry in answer.unread:
            given.output.say("{document} was not read: {problem}", document=entry.document, problem=entry.reason)


@app.command()
def proposals(
    context: typer.Context,
    measure: Measure,
    every: Annotated[bool, typer.Option("--all", help="Those decided on too. 含已处理的。")] = False,
    most: Most = 100,
    as_json: AsJson = False,
) -> None:
    """List what was read out of the texts of a measure. 列出要求建议。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        states = [] if every else [pb.PROPOSAL_STATE_PROPOSED]
        request = pb.ListRequirementProposalsRequest(measure=measure, states=states)
        found = given.connection.every(given.connection.linkage.ListRequirementProposals, request, "proposals", most)
        _show_proposals(given, found)


@app.command()
def accept(context: typer.Context, proposal: Proposal, reason: Reason = "", as_json: AsJson = False) -> None:
    """Take a proposal over as a requirement. 采纳要求建议。"""
    _decide(begin(context, as_json=as_json), proposal, pb.PROPOSAL_STATE_ACCEPTED, reason)


@app.command()
def reject(context: typer.Context, proposal: Proposal, reason: Reason = "", as_json: AsJson = False) -> None:
    """Refuse a proposal. 否决要求建议。"""
    _decide(begin(context, as_json=as_json), proposal, pb.PROPOSAL_STATE_REJECTED, reason)


def _decide(given: Given, name: str, state: pb.ProposalState.ValueType, reason: str) -> None:
    with answering(given.output):
        request = pb.DecideRequirementProposalRequest(
            name=name, state=state, reason=reason, request_id=str(uuid.uuid4())
        )
        decided = given.connection.ask(given.connection.linkage.DecideRequirementProposal, request)
        word = pb.ProposalState.Name(decided.state).removeprefix("PROPOSAL_STATE_").lower()
        rows = [
            ("proposed requirement", decided.name),
            ("state", given.output.text(word)),
            ("requirement", decided.requirement),
        ]
        given.output.show(decided, rows)


def _show_proposals(given: Given, found: Iterable[Message]) -> None:
    def row(message: Message) -> list[str]:
        entry = cast("pb.RequirementProposal", message)
        limit = limit_text(entry.limit) if entry.HasField("limit") else ""
        where = f"{' '.join(filter(None, (entry.place.document, entry.place.part)))}:{entry.place.start}"
        return [
            entry.name,
            given.output.text(entry.kind),
            entry.parameter,
            limit,
            ", ".join(entry.cited_standards),
            where,
            entry.quote,
        ]

    given.output.list(found, ("proposed requirement", "kind", "parameter", "limit", "standards", "place", "words"), row)


def limit_text(limit: type_pb2.Limit) -> str:
    """Return a limit as people write it."""
    upper = f"–{limit.upper_value}" if limit.upper_value else ""
    return f"{_SIGNS[limit.operator]}{limit.value}{upper} {limit.unit}".strip()


def _requests(table: RequirementTable, measure: str) -> Iterator[linkage.ImportRequirementsRequest]:
    for start in range(0, len(table.requirements), ROWS_A_REQUEST):
        rows = [_imported(row, measure) for row in table.requirements[start : start + ROWS_A_REQUEST]]
        yield linkage.ImportRequirementsRequest(requirements=rows, request_id=str(uuid.uuid4()))


def _imported(row: TabledRequirement, measure: str) -> linkage.ImportedRequirement:
    texts = dict(row.texts)
    stated = texts.pop("measure", "")
    text = type_pb2.LocalizedText(zh=texts.pop("text_zh", ""), en=texts.pop("text_en", ""))
    if not (text.zh or text.en):
        # Nothing but the original: it is shown as it is until somebody translates it.
        text.en = texts.get("original_text", "")
    requirement = linkage.Requirement(
        number=row.number,
        text=text,
        kind=linkage.RequirementKind.Value(f"REQUIREMENT_KIND_{row.kind.name}"),
        hs_codes=row.hs_codes,
        limit=_limit(row.limit),
        cited_standards=row.cited,
        **texts,  # type: ignore[arg-type]  # each is a text of that name
    )
    return linkage.ImportedRequirement(row=row.row, measure=stated or measure, requirement=requirement)


def _limit(limit: Limit | None) -> type_pb2.Limit | None:
    if limit is None:
        return None
    upper = "" if limit.upper is None else format(limit.upper, "f")
    return type_pb2.Limit(
        operator=OPERATORS[limit.operator], value=format(limit.value, "f"), upper_value=upper, unit=limit.unit
    )


def _import(
    given: Given, requests: Iterable[linkage.ImportRequirementsRequest], *, all_or_nothing: bool, dry_run: bool
) -> list[pb.ImportRequirementsResponse]:
    answers = []
    for request in requests:
        request.all_or_nothing, request.validate_only = all_or_nothing, dry_run
        imported = given.connection.linkage.ImportRequirements
        answers.append(given.connection.ask(imported, request, BULK_SECONDS))
    return answers
