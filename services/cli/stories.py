"""`tbt measures story`, `stories`, `timeline`, `attach`, `documents` and `concerns`."""

import uuid
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, cast

import typer
from google.protobuf.message import Message
from google.type.date_pb2 import Date

from services.cli.context import AsJson, Given, Most, begin
from services.cli.documents import upload
from services.cli.filters import hs_code, ics_code, member_codes
from services.cli.output import Output, answering, day, either
from services.cli.wrong_options import WrongOption
from tbt.linkage.v1 import concern_pb2
from tbt.linkage.v1 import story_pb2 as pb
from tbt.type.v1 import type_pb2

Name = Annotated[str, typer.Argument(help="A symbol in any spelling. 通报号。")]
AsOf = Annotated[
    datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="The day; today when not given. 截至日期。")
]
_STATE, _EVENT, _ROLE = "STORY_STATE_", "STORY_EVENT_KIND_", "MEASURE_DOCUMENT_ROLE_"


def story(context: typer.Context, name: Name, on: AsOf = None, as_json: AsJson = False) -> None:
    """Tell what stage a measure has reached, and by which documents. 显示措施的全过程。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        told = _story(given, name, on)
        held = told.story
        given.output.show(
            told,
            [
                ("story", held.name),
                ("title", either(held.title.zh, held.title.en, given.output.language)),
                ("state", _state(given.output, held.state, presumed=held.presumed)),
                ("since", day(held.since)),
                ("comments until", day(held.comment_deadline)),
                ("adoption", day(held.adoption_on)),
                ("enters into force", day(held.entry_into_force_on) or held.entry_into_force_stated),
                ("last changed", f"{day(held.last_changed_on)} {held.last_changed_by}".strip()),
            ],
        )
        if not given.output.as_json:

            def row(message: Message) -> list[str]:
                return _document_row(given.output, message)

            given.output.list(told.documents, ("symbol", "distributed", "kind", "title", "words that decide"), row)


def timeline(context: typer.Context, name: Name, on: AsOf = None, as_json: AsJson = False) -> None:
    """Show what happened to a measure and what lies ahead, day by day. 显示时间线。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        told = _story(given, name, on)

        def row(message: Message) -> list[str]:
            event = cast("pb.StoryEvent", message)
            what = given.output.text(pb.StoryEventKind.Name(event.kind).removeprefix(_EVENT).lower())
            mark = given.output.text("presumed") if event.presumed else ""
            return [day(event.day), what, mark, ", ".join(event.symbols)]

        given.output.list(told.events, ("day", "event", "", "symbol"), row)


def stories(
    context: typer.Context,
    query: Annotated[str, typer.Option(help="A part of a symbol or title. 通报号或标题的一部分。")] = "",
    state: Annotated[list[str] | None, typer.Option(help="open_for_comment, in_force … 状态。")] = None,
    member: Annotated[list[str] | None, typer.Option(help="Only of this member: USA, EU. 成员。")] = None,
    hs: Annotated[str, typer.Option(help="Only at or below this HS code. HS 编码前缀。")] = "",
    ics: Annotated[str, typer.Option(help="Only at or below this ICS code. ICS 前缀。")] = "",
    deadline_from: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="评议截止日期起。")] = None,
    deadline_to: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="评议截止日期止。")] = None,
    on: AsOf = None,
    most: Most = 100,
    as_json: AsJson = False,
) -> None:
    """List measures by the stage they have reached. 按阶段列出措施。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = pb.ListStoriesRequest(
            query=query,
            states=[_state_of(word) for word in state or []],
            member_codes=member_codes(member),
            hs_prefix=hs_code(hs),
            ics_prefix=ics_code(ics),
            deadline_from=_date(deadline_from),
            deadline_to=_date(deadline_to),
            as_of=_date(on),
        )
        found = given.connection.every(given.connection.linkage.ListStories, request, "stories", most)

        def row(message: Message) -> list[str]:
            entry = cast("pb.Story", message)
            title = either(entry.title.zh, entry.title.en, given.output.language)
            state = _state(given.output, entry.state, presumed=entry.presumed)
            return [entry.symbols[0], title, state, day(entry.comment_deadline), day(entry.last_changed_on)]

        given.output.list(found, ("symbol", "title", "state", "comments until", "last changed"), row)


def attach(
    context: typer.Context,
    name: Name,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The file. 文件。")],
    role: Annotated[
        str,
        typer.Option(help="notified_text, notification, translation, adopted_text, comment, other. 文件用途。"),
    ] = "notified_text",
    language: Annotated[str, typer.Option(help="en, zh-Hans … 语言。")] = "",
    as_json: AsJson = False,
) -> None:
    """Attach a file to a measure. 为措施附上文件。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        try:
            kind = pb.MeasureDocumentRole.Value(_ROLE + role.upper())
        except ValueError:
            raise WrongOption("{role} is no role of a document", option="--role", role=role) from None
        uploaded = upload(given.connection, given.output, file)
        document = pb.MeasureDocument(document=uploaded.name, role=kind, language=language)
        request = pb.AttachMeasureDocumentRequest(measure=name, document=document, request_id=str(uuid.uuid4()))
        stored = given.connection.ask(given.connection.linkage.AttachMeasureDocument, request)
        given.output.show(stored, [("document", stored.document), ("file", stored.file_name), ("role", role)])


def documents(context: typer.Context, name: Name, as_json: AsJson = False) -> None:
    """List the files of a measure. 列出措施的文件。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = pb.ListMeasureDocumentsRequest(measure=name)
        found = given.connection.every(given.connection.linkage.ListMeasureDocuments, request, "documents", 0)

        def row(message: Message) -> list[str]:
            entry = cast("pb.MeasureDocument", message)
            role = given.output.text(pb.MeasureDocumentRole.Name(entry.role).removeprefix(_ROLE).lower())
            return [entry.document, entry.file_name, role, entry.language]

        given.output.list(found, ("document", "file", "role", "language"), row)


def concerns(
    context: typer.Context,
    measure: Annotated[str, typer.Option(help="Only about this measure. 仅此措施。")] = "",
    most: Most = 100,
    as_json: AsJson = False,
) -> None:
    """List specific trade concerns. 列出特别贸易关注。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = concern_pb2.ListTradeConcernsRequest(measure=measure)
        found = given.connection.every(given.connection.linkage.ListTradeConcerns, request, "trade_concerns", most)

        def row(message: Message) -> list[str]:
            entry = cast("concern_pb2.TradeConcern", message)
            title = either(entry.title.zh, entry.title.en, given.output.language)
            return [f"{entry.agreement} {entry.number}", title, ", ".join(entry.raised_by), ", ".join(entry.symbols)]

        given.output.list(found, ("concern", "title", "raised by", "symbol"), row)


def concern(
    context: typer.Context,
    agreement: Annotated[str, typer.Argument(help="TBT or SPS. 协定。")],
    number: Annotated[int, typer.Argument(min=1, help="Its number in the WTO's register. 编号。")],
    title: Annotated[str, typer.Option(help="Its title, in English. 英文标题。")] = "",
    title_zh: Annotated[str, typer.Option(help="Its title, in Chinese. 中文标题。")] = "",
    symbol: Annotated[list[str] | None, typer.Option(help="A measure it is about. 通报号。")] = None,
    raised_by: Annotated[list[str] | None, typer.Option(help="A member that raised it. 提出成员。")] = None,
    source: Annotated[list[str] | None, typer.Option(help="Where this is from. 来源。")] = None,
    as_json: AsJson = False,
) -> None:
    """Record a specific trade concern. 登记特别贸易关注。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        recorded = concern_pb2.TradeConcern(
            agreement=agreement.upper(),
            number=number,
            title=type_pb2.LocalizedText(zh=title_zh, en=title),
            symbols=symbol or [],
            raised_by=raised_by or [],
            sources=source or [],
        )
        request = concern_pb2.CreateTradeConcernRequest(trade_concern=recorded, request_id=str(uuid.uuid4()))
        stored = given.connection.ask(given.connection.linkage.CreateTradeConcern, request)
        given.output.show(stored, [("concern", stored.name), ("symbol", ", ".join(stored.symbols))])


def _story(given: Given, name: str, on: datetime | None) -> pb.GetMeasureStoryResponse:
    request = pb.GetMeasureStoryRequest(name=name, as_of=_date(on))
    return given.connection.ask(given.connection.linkage.GetMeasureStory, request)


def _date(moment: datetime | None) -> Date | None:
    return None if moment is None else Date(year=moment.year, month=moment.month, day=moment.day)


def _state(output: Output, state: pb.StoryState.ValueType, *, presumed: bool) -> str:
    word = output.text(pb.StoryState.Name(state).removeprefix(_STATE).lower())
    return f"{word} ({output.text('presumed')})" if presumed else word


def _state_of(word: str) -> pb.StoryState.ValueType:
    try:
        return pb.StoryState.Value(_STATE + word.upper())
    except ValueError:
        known = ", ".join(name.removeprefix(_STATE).lower() for name in pb.StoryState.keys()[1:])
        raise WrongOption(
            "{word} is no state of a measure: {known}", option="--state", word=word, known=known
        ) from None


def _document_row(output: Output, message: Message) -> list[str]:
    entry = cast("pb.StoryDocument", message)
    kind = output.text("void") if entry.void else output.text(entry.kind)
    title = either(entry.title.zh, entry.title.en, output.language)
    return [", ".join(entry.symbols), day(entry.distributed_on), kind, title, "; ".join(entry.deciding_words)]


COMMANDS: dict[str, Callable[..., None]] = {
    "story": story,
    "timeline": timeline,
    "stories": stories,
    "attach": attach,
    "documents": documents,
    "concerns": concerns,
    "concern": concern,
}
