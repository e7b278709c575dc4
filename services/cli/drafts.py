"""`tbt drafts`: register, show, update, list, overdue, history."""

import uuid
from pathlib import Path
from typing import Annotated, cast

import typer
from google.protobuf.message import Message

from services.cli.context import AsJson, Most, begin
from services.cli.documents import upload
from services.cli.draft_words import DAYS, Day, date_of, level, period, show, show_moves, stage, stage_word, track, word
from services.cli.output import answering, day, either
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import draft_pb2
from tbt.type.v1 import type_pb2

app = typer.Typer(no_args_is_help=True)

DraftName = Annotated[str, typer.Argument(help="drafts/<draft>")]


@app.command()
def register(
    context: typer.Context,
    file: Annotated[
        Path | None,
        typer.Option("--file", exists=True, dir_okay=False, help="Its text (ISO STS or NISO STS XML). 草案文本。"),
    ] = None,
    document: Annotated[str, typer.Option(help="Its text, uploaded already. 已上传的文档。")] = "",
    title_zh: Annotated[str, typer.Option(help="Read from the text when not given. 中文名称。")] = "",
    title_en: Annotated[str, typer.Option(help="Read from the text when not given. 英文名称。")] = "",
    level_word: Annotated[str, typer.Option("--level", help="national, industry, group … 层级。")] = "",
    designation: Annotated[str, typer.Option(help="Read from the text when not given. 标准编号。")] = "",
    plan_number: Annotated[str, typer.Option(help="20221858-T-469. 计划号。")] = "",
    committee: Annotated[str, typer.Option(help="The one you signed in for when not given. 归口单位。")] = "",
    node: Annotated[str, typer.Option(help="systems/<system>/nodes/<node>. 体系节点。")] = "",
    track_word: Annotated[str, typer.Option("--track", help="normal, fast_adoption, fast_revision. 程序。")] = "",
    supersedes: Annotated[list[str] | None, typer.Option(help="What it will supersede. 代替的标准。")] = None,
    stage_text: Annotated[str, typer.Option("--stage", help="To take it over under way. 接管时所处阶段。")] = "",
    as_json: AsJson = False,
) -> None:
    """Register a draft. 登记草案。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        if file is not None:
            document = upload(given.connection, given.output, file).name
        draft = draft_pb2.Draft(
            designation=designation,
            plan_number=plan_number,
            committee=committee,
            node=node,
            document=document,
            level=level(level_word),
            track=track(track_word),
            supersedes=supersedes or [],
            stage=stage(stage_text) if stage_text else draft_pb2.STAGE_UNSPECIFIED,
        )
        if title_zh or title_en:
            draft.title.CopyFrom(type_pb2.LocalizedText(zh=title_zh, en=title_en))
        request = pb.RegisterDraftRequest(draft=draft, request_id=str(uuid.uuid4()))
        show(given.output, given.connection.ask(given.connection.catalog.RegisterDraft, request))


@app.command("show")
def show_(context: typer.Context, name: DraftName, as_json: AsJson = False) -> None:
    """Show a draft, where it can go and what it lacks for that. 显示草案及下一步所缺。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        catalog = given.connection.catalog
        show(given.output, given.connection.ask(catalog.GetDraft, pb.GetDraftRequest(name=name)))
        if not as_json and not given.output.as_json:
            request = draft_pb2.GetDraftMovesRequest(name=name)
            show_moves(given.output, given.connection.ask(catalog.GetDraftMoves, request))


@app.command()
def update(
    context: typer.Context,
    name: DraftName,
    title_zh: Annotated[str | None, typer.Option(help="中文名称。")] = None,
    title_en: Annotated[str | None, typer.Option(help="英文名称。")] = None,
    designation: Annotated[str | None, typer.Option(help="标准编号。")] = None,
    plan_number: Annotated[str | None, typer.Option(help="20221858-T-469. 计划号。")] = None,
    committee: Annotated[str | None, typer.Option(help="SAC/TC 260. 归口单位。")] = None,
    node: Annotated[str | None, typer.Option(help="systems/<system>/nodes/<node>. 体系节点。")] = None,
    track_word: Annotated[str | None, typer.Option("--track", help="normal, fast_adoption … 程序。")] = None,
    supersedes: Annotated[list[str] | None, typer.Option(help="All it will supersede. 代替的全部标准。")] = None,
    comments_from: Annotated[
        Day, typer.Option(formats=DAYS, help="First day of the comment period. 征求意见开始日期。")
    ] = None,
    comments_to: Annotated[
        Day, typer.Option(formats=DAYS, help="Last day of the comment period. 征求意见截止日期。")
    ] = None,
    urgent_because: Annotated[str, typer.Option(help="Why the period is short. 缩短的理由。")] = "",
    due_on: Annotated[Day, typer.Option(formats=DAYS, help="Last day of this stage. 本阶段截止日期。")] = None,
    reason: Annotated[str, typer.Option(help="Kept in its history. 理由。")] = "",
    as_json: AsJson = False,
) -> None:
    """Change what is given, and nothing else; an empty text clears a fact. 修改草案信息。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        texts = {"designation": designation, "plan_number": plan_number, "committee": committee, "node": node}
        request = draft_pb2.UpdateDraftRequest(reason=reason, request_id=str(uuid.uuid4()))
        request.draft.name = name
        for field, text in texts.items():
            if text is not None:
                setattr(request.draft, field, text)
                request.update_mask.paths.append(field)
        if title_zh is not None or title_en is not None:
            # A title changes as a whole: the language that is not given keeps its words.
            present = given.connection.ask(given.connection.catalog.GetDraft, pb.GetDraftRequest(name=name)).title
            request.draft.title.zh = present.zh if title_zh is None else title_zh
            request.draft.title.en = present.en if title_en is None else title_en
            request.update_mask.paths.append("title")
        if track_word is not None:
            request.draft.track = track(track_word)
            request.update_mask.paths.append("track")
        if supersedes is not None:
            request.draft.supersedes.extend(filter(None, supersedes))
            request.update_mask.paths.append("supersedes")
        if comments_from is not None or comments_to is not None:
            request.draft.comment_period.CopyFrom(period(comments_from, comments_to, urgent_because))
            request.update_mask.paths.append("comment_period")
        if due_on is not None:
            request.draft.due_on.CopyFrom(date_of(due_on))
            request.update_mask.paths.append("due_on")
        show(given.output, given.connection.ask(given.connection.catalog.UpdateDraft, request))


@app.command("list")
def list_(
    context: typer.Context,
    stage_text: Annotated[str, typer.Option("--stage", help="Only in this stage. 仅此阶段。")] = "",
    committee: Annotated[str, typer.Option(help="Only of this committee. 仅此归口单位。")] = "",
    plan_number: Annotated[str, typer.Option(help="Only with this plan number. 仅此计划号。")] = "",
    most: Most = 100,
    as_json: AsJson = False,
) -> None:
    """List drafts, newest first. 列出草案。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        stages = [stage(stage_text)] if stage_text else []
        request = pb.ListDraftsRequest(committee=committee, plan_number=plan_number, stages=stages)
        drafts = given.connection.every(given.connection.catalog.ListDrafts, request, "drafts", most)

        def row(message: Message) -> list[str]:
            draft = cast("draft_pb2.Draft", message)
            title = either(draft.title.zh, draft.title.en, given.output.language)
            return [draft.name, draft.designation or draft.plan_number, title, stage_word(given.output, draft)]

        given.output.list(drafts, ("draft", "designation", "title", "stage"), row)


@app.command()
def overdue(
    context: typer.Context,
    committee: Annotated[str, typer.Option(help="Only of this committee. 仅此归口单位。")] = "",
    as_of: Annotated[
        Day, typer.Option(formats=DAYS, help="Judged on this day; today when not given. 基准日期。")
    ] = None,
    most: Most = 100,
    as_json: AsJson = False,
) -> None:
    """List the drafts that should have left their stage, the latest first. 列出超期的草案。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = draft_pb2.ListOverdueDraftsRequest(committee=committee)
        if as_of is not None:
            request.as_of.CopyFrom(date_of(as_of))
        late = given.connection.every(given.connection.catalog.ListOverdueDrafts, request, "overdue_drafts", most)

        def row(message: Message) -> list[str]:
            entry = cast("draft_pb2.OverdueDraft", message)
            title = either(entry.draft.title.zh, entry.draft.title.en, given.output.language)
            source = either(entry.source.zh, entry.source.en, given.output.language)
            stood = stage_word(given.output, entry.draft)
            return [entry.draft.name, title, stood, day(entry.due_on), str(entry.days_overdue), source]

        given.output.list(late, ("draft", "title", "stage", "due on", "days overdue", "source"), row)


@app.command()
def history(context: typer.Context, name: DraftName, as_json: AsJson = False) -> None:
    """Show what happened to a draft, when, by whom and why. 显示草案的办理记录。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        draft = given.connection.ask(given.connection.catalog.GetDraft, pb.GetDraftRequest(name=name))

        def row(message: Message) -> list[str]:
            step = cast("draft_pb2.StageChange", message)
            happened = word(given.output, draft_pb2.DraftEvent.Name(step.event), "DRAFT_EVENT_")
            what = [step.document, ", ".join(step.subjects), step.reason]
            when = f"{step.entered_at.ToDatetime():%Y-%m-%d %H:%M}"
            return [when, step.harmonized_stage, happened, step.principal, "; ".join(filter(None, what))]

        given.output.list(draft.history, ("when (UTC)", "stage", "event", "by", "details"), row)
