"""`tbt dossiers`: reviews of foreign notifications, and the forms of one's own."""

import json
import uuid
from pathlib import Path
from typing import Annotated, TypeVar, cast

import typer
from google.protobuf import json_format
from google.protobuf.message import Message

from services.cli.context import AsJson, Most, begin
from services.cli.output import FAILED, Output, answering, day, either
from standards_tree.errors import InvalidArgumentError
from tbt.compliance.v1 import dossier_pb2 as pb

app = typer.Typer(no_args_is_help=True)

Content = TypeVar("Content", bound=Message)
DossierName = Annotated[str, typer.Argument(metavar="DOSSIER", help="dossiers/<dossier>")]
JsonFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="JSON with the fields of the contract.")]


@app.command()
def create(context: typer.Context, file: JsonFile, as_json: AsJson = False) -> None:
    """Record a dossier from a JSON file. 登记评议卷宗。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = pb.CreateDossierRequest(dossier=_read(file, pb.Dossier()), request_id=str(uuid.uuid4()))
        _show(given.output, given.connection.ask(given.connection.compliance.CreateDossier, request))


@app.command()
def update(
    context: typer.Context,
    name: DossierName,
    file: JsonFile,
    field: Annotated[list[str] | None, typer.Option("--field", help="Only this; all in the file otherwise.")] = None,
    as_json: AsJson = False,
) -> None:
    """Change a dossier by a JSON file. 修改评议卷宗。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        dossier = _read(file, pb.Dossier())
        dossier.name = name
        own = {"name", "created_by", "updated_at", "etag"}
        paths = field or [one.name for one, _ in dossier.ListFields() if one.name not in own]
        request = pb.UpdateDossierRequest(dossier=dossier, request_id=str(uuid.uuid4()))
        request.update_mask.paths.extend(paths)
        _show(given.output, given.connection.ask(given.connection.compliance.UpdateDossier, request))


@app.command("list")
def list_(
    context: typer.Context,
    symbol: Annotated[str, typer.Option("--symbol", help="G/TBT/N/XXX … 通报编号前缀。")] = "",
    most: Most = 50,
    as_json: AsJson = False,
) -> None:
    """List dossiers, newest first. 列出评议卷宗。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = pb.ListDossiersRequest(symbol_prefix=symbol)
        found = given.connection.every(given.connection.compliance.ListDossiers, request, "dossiers", most)

        def row(message: Message) -> list[str]:
            one = cast("pb.Dossier", message)
            return [one.name, one.notification.symbol, one.notification.title, day(one.notification.comments_until)]

        given.output.list(found, ("dossier", "symbol", "title", "comments until"), row)


@app.command()
def check(context: typer.Context, name: DossierName, as_json: AsJson = False) -> None:
    """Go through the obligations R01 to R18; exit status 1 while the review is not complete. 检查评议卷宗。"""
    given = begin(context, as_json=as_json)
    output = given.output
    with answering(output):
        found = given.connection.ask(given.connection.compliance.CheckDossier, pb.CheckDossierRequest(name=name))
        if output.as_json:
            output.show(found, [])
        else:
            output.list(
                found.obligations,
                ("obligation", "verdict", "what it asks for", "why", "basis"),
                lambda one: _result_row(output, one),
            )
            for advice in found.advice:
                text = either(advice.description.zh, advice.description.en, output.language)
                output.say("advice {id}: {text} ({source})", id=advice.id, text=text, source=advice.source)
            if day(found.send_by):
                output.say("send the comment by {day}", day=day(found.send_by))
    if not found.complete:
        raise typer.Exit(FAILED)


@app.command()
def form(context: typer.Context, file: JsonFile, as_json: AsJson = False) -> None:
    """Check a notification that is to go out against the form of its type. 检查对外通报表格。"""
    given = begin(context, as_json=as_json)
    output = given.output
    with answering(output):
        request = pb.CheckNotificationRequest(notification=_read(file, pb.NotificationForm()))
        found = given.connection.ask(given.connection.compliance.CheckNotification, request)
        if output.as_json:
            output.show(found, [])
        else:

            def row(message: Message) -> list[str]:
                one = cast("pb.FormFaults.Fault", message)
                return [str(one.box or ""), either(one.message.zh, one.message.en, output.language)]

            output.list(found.faults, ("box", "what is wrong"), row)
    if found.faults:
        raise typer.Exit(FAILED)


def _result_row(output: Output, one: pb.ObligationResult) -> list[str]:
    word = pb.ObligationVerdict.Name(one.verdict).removeprefix("OBLIGATION_VERDICT_").lower()
    verdict = output.text("not met, and not raised") if one.unraised else output.text(word)
    asked = either(one.description.zh, one.description.en, output.language)
    return [one.obligation, verdict, asked, either(one.reason.zh, one.reason.en, output.language), one.basis]


def _read(file: Path, message: Content) -> Content:
    try:
        return json_format.ParseDict(json.loads(file.read_text(encoding="utf-8")), message)
    except (ValueError, json_format.ParseError) as error:
        text = "{file}: {cause}"
        raise InvalidArgumentError(text, file=file.name, cause=str(error)) from None


def _show(output: Output, dossier: pb.Dossier) -> None:
    rows = [("dossier", dossier.name), ("symbol", dossier.notification.symbol), ("title", dossier.notification.title)]
    output.show(dossier, rows)
