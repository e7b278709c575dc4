"""`tbt desk`: the links that wait for a reviewer."""

import csv
import io
import uuid
from pathlib import Path
from typing import Annotated, cast

import typer
from google.protobuf.message import Message

from services.cli.context import AsJson, Most, begin
from services.cli.filters import hs_code, member_codes
from services.cli.links_work import DryRun, relation_of
from services.cli.output import Output, answering, day, either
from services.cli.wrong_options import WrongOption
from standards_tree.errors import InvalidArgumentError
from tbt.linkage.v1 import desk_pb2, link_life_pb2
from tbt.type.v1 import type_pb2

app = typer.Typer(no_args_is_help=True)
TASKS = ("review", "second_review", "suspect")
GROUPS = {
    "": desk_pb2.COVERAGE_GROUP_UNSPECIFIED,
    "member": desk_pb2.COVERAGE_GROUP_MEMBER,
    "hs": desk_pb2.COVERAGE_GROUP_HS_CHAPTER,
}
A_CALL = 5_000


@app.command()
def queue(
    context: typer.Context,
    task: Annotated[list[str] | None, typer.Option(help="Only review, second_review or suspect. 任务类别。")] = None,
    member: Annotated[list[str] | None, typer.Option(help="Only of this member: USA, EU. 成员。")] = None,
    hs: Annotated[str, typer.Option(help="Only at or below this HS code. HS 编码前缀。")] = "",
    measure: Annotated[str, typer.Option(help="Only of this measure. 仅此措施。")] = "",
    least: Annotated[float, typer.Option(min=0, max=1, help="Only links at least so sure. 最低置信度。")] = 0.0,
    mine: Annotated[bool, typer.Option("--mine", help="Only what I may decide. 仅我可审核的。")] = False,
    most: Most = 50,
    as_json: AsJson = False,
) -> None:
    """List the links that wait for a reviewer, the most urgent first. 列出待审核关联（按紧急程度）。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = desk_pb2.ListDeskQueueRequest(
            tasks=[_task(word) for word in task or []],
            member_codes=member_codes(member),
            hs_prefix=hs_code(hs),
            measure=measure,
            min_confidence=least,
            mine=mine,
        )
        found = given.connection.every(given.connection.linkage.ListDeskQueue, request, "entries", most)

        def row(message: Message) -> list[str]:
            return _queue_row(cast("desk_pb2.DeskEntry", message), given.output)

        given.output.list(
            found, ("until", "task", "symbol", "requirement", "standard", "relation", "confidence", "link"), row
        )


def _task_words(task: desk_pb2.DeskTask.ValueType, output: Output) -> str:
    """Return what is to be done; the word of the contract alone means a stage of drafts in Chinese."""
    if task == desk_pb2.DESK_TASK_REVIEW:
        return output.text("to be reviewed")
    if task == desk_pb2.DESK_TASK_SECOND_REVIEW:
        return output.text("to be reviewed by a second person")
    return output.text("to be looked at again")


def _queue_row(entry: desk_pb2.DeskEntry, output: Output) -> list[str]:
    causes = (link_life_pb2.LinkSuspectCause.Name(cause) for cause in entry.suspect_causes)
    words = [output.text(cause.removeprefix("LINK_SUSPECT_CAUSE_").lower()) for cause in causes]
    return [
        day(entry.due_on),
        ": ".join([_task_words(entry.task, output), *([", ".join(words)] if words else [])]),
        ", ".join(entry.symbols),
        either(entry.requirement_text.zh, entry.requirement_text.en, output.language),
        entry.designation or entry.target,
        output.text(type_pb2.SetRelation.Name(entry.relation).removeprefix("SET_RELATION_").lower()),
        f"{entry.confidence:.2f}",
        entry.link,
    ]


@app.command()
def review(
    context: typer.Context,
    accept: Annotated[list[str] | None, typer.Option(help="links/<link> that holds. 接受。")] = None,
    reject: Annotated[list[str] | None, typer.Option(help="links/<link> that does not. 否决。")] = None,
    replace: Annotated[
        list[str] | None, typer.Option(help="links/<link>=<standard> that answers instead. 替换为另一标准。")
    ] = None,
    relation: Annotated[str, typer.Option(help="equal, subset, superset, intersects, none. 集合关系。")] = "",
    reason: Annotated[str, typer.Option(help="Why. 理由。")] = "",
    note: Annotated[str, typer.Option(help="What the batch is about. 批次说明。")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Accept, reject or replace links, all or none; tell the batch to take it back by. 批量审核关联。"""
    given = begin(context, as_json=as_json)
    if not (accept or reject or replace):
        raise WrongOption("say which links: --accept, --reject or --replace")
    found = relation_of(relation)
    with answering(given.output):
        verdicts = [
            desk_pb2.LinkVerdict(link=name, verdict=verdict, reason=reason, relation=found)
            for names, verdict in ((accept, desk_pb2.VERDICT_ACCEPT), (reject, desk_pb2.VERDICT_REJECT))
            for name in names or []
        ]
        for pair in replace or []:
            name, _, other = pair.partition("=")
            verdicts.append(
                desk_pb2.LinkVerdict(
                    link=name, verdict=desk_pb2.VERDICT_REPLACE, replacement=other, reason=reason, relation=found
                )
            )
        request = desk_pb2.ReviewLinksRequest(
            verdicts=verdicts, note=note, validate_only=dry_run, request_id=str(uuid.uuid4())
        )
        _show_batch(given.output, given.connection.ask(given.connection.linkage.ReviewLinks, request))


@app.command()
def undo(
    context: typer.Context,
    batch: Annotated[str, typer.Argument(help="reviewBatches/<batch>. 批次。")],
    reason: Annotated[str, typer.Option(help="Why. 理由。")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Take a batch of verdicts back, exactly and once. 撤销一批审核。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = desk_pb2.UndoReviewRequest(
            name=batch, reason=reason, validate_only=dry_run, request_id=str(uuid.uuid4())
        )
        _show_batch(given.output, given.connection.ask(given.connection.linkage.UndoReview, request))


@app.command()
def batches(
    context: typer.Context,
    by: Annotated[str, typer.Option(help="Only of this person. 仅此人。")] = "",
    most: Most = 50,
    as_json: AsJson = False,
) -> None:
    """List batches of verdicts, the latest first. 列出审核批次。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = desk_pb2.ListReviewBatchesRequest(principal=by)
        found = given.connection.every(given.connection.linkage.ListReviewBatches, request, "batches", most)

        def row(message: Message) -> list[str]:
            one = cast("desk_pb2.ReviewBatch", message)
            when = one.made_at.ToDatetime().isoformat(" ", "seconds")
            return [when, one.principal, str(one.verdict_count), one.note, one.undone_by, one.name]

        given.output.list(found, ("when", "who", "verdicts", "note", "taken back by", "batch"), row)


@app.command()
def coverage(
    context: typer.Context,
    by: Annotated[str, typer.Option(help="member or hs. 按成员或 HS 章。")] = "",
    as_json: AsJson = False,
) -> None:
    """Count what was reviewed and what waits. 统计审核进度。"""
    if by not in GROUPS:
        raise WrongOption("{by} is neither member nor hs", option="--by", by=by)
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = desk_pb2.GetDeskCoverageRequest(group=GROUPS[by])
        answer = given.connection.ask(given.connection.linkage.GetDeskCoverage, request)

        rest = given.output.text("without any")
        names = iter([given.output.text("all"), *(group.key or rest for group in answer.groups)])

        def row(message: Message) -> list[str]:
            one = cast("desk_pb2.CoverageFigures", message)
            figures = (one.requirements, one.unlinked_requirements, one.confirmed, one.rejected, one.open)
            return [next(names), *map(str, (*figures, one.awaiting_second, one.suspect))]

        columns = ("requirements", "without link", "confirmed", "rejected", "open", "second review", "suspect")
        given.output.list([answer.total, *answer.groups], (by, *columns), row)


@app.command()
def trade(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(exists=True, dir_okay=False, help="A CSV file: member,hs,weight. 贸易额 CSV 文件。"),
    ],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Record what is traded, by which the queue is ordered at one deadline. 导入贸易额（用于排序）。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        weights = _trade_weights(file)
        for start in range(0, len(weights), A_CALL):
            request = desk_pb2.SetTradeWeightsRequest(
                weights=weights[start : start + A_CALL], validate_only=dry_run, request_id=str(uuid.uuid4())
            )
            response = given.connection.ask(given.connection.linkage.SetTradeWeights, request)
            rows = [("figures", str(response.weight_count)), ("links moved", str(response.link_count))]
            given.output.show(response, rows)


def _trade_weights(file: Path) -> list[desk_pb2.TradeWeight]:
    """Return the figures of a CSV file.

    Raises:
        InvalidArgumentError: a line is none; names it.
        MalformedDocumentError: the file is no text.
    """
    # Only who brings a table pays for its import.
    from standards_tree.catalogue_files.rows import decoded  # noqa: PLC0415

    found = []
    rows = enumerate(csv.DictReader(io.StringIO(decoded(file.read_bytes()), newline="")), start=2)
    number = 1
    try:
        for number, row in rows:  # noqa: B007  (told below)
            weight = float(row["weight"])
            found.append(desk_pb2.TradeWeight(member_code=row["member"], hs_heading=row["hs"][:4], weight=weight))
    except (KeyError, TypeError, ValueError, csv.Error):
        message = "line {line} of {file} is not member,hs,weight with a number for the weight"
        raise InvalidArgumentError(message, line=number, file=file.name) from None
    return found


def _show_batch(output: Output, batch: desk_pb2.ReviewBatch) -> None:
    output.show(
        batch,
        [
            ("batch", batch.name),
            ("confirmed", str(batch.confirmed_count)),
            ("agreed, a second is needed", str(batch.agreed_count) if batch.agreed_count else ""),
            ("rejected", str(batch.rejected_count)),
            ("made", ", ".join(batch.replacements)),
            ("taken back by", batch.undone_by),
        ],
    )


def _task(word: str) -> desk_pb2.DeskTask.ValueType:
    if word not in TASKS:
        raise WrongOption("{word} is not a task: review, second_review, suspect", word=word)
    return desk_pb2.DeskTask.Value(f"DESK_TASK_{word.upper()}")
