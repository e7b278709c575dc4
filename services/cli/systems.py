"""`tbt systems`: standards systems, their editions, and the check of their places."""

import uuid
from collections.abc import Callable, Iterator
from typing import Annotated, cast

import typer
from google.protobuf.message import Message
from google.type.date_pb2 import Date

from services.cli.context import AsJson, Most, begin, edition_name, system_name
from services.cli.output import FAILED, Output, answering, day, either
from standards_tree.errors import InvalidArgumentError
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import edition_pb2, placement_pb2, standard_pb2, system_pb2
from tbt.type.v1 import type_pb2

app = typer.Typer(no_args_is_help=True)

System = Annotated[str, typer.Argument(help="The standards system: tbt. 标准体系。")]
EditionOf = Annotated[str, typer.Argument(help="tmt/1, or systems/<system>/editions/<number>. 体系版次。")]
AsOf = Annotated[str, typer.Option("--as-of", help="2026-06-01. 截至日期。")]


@app.command()
def create(
    context: typer.Context,
    system: System,
    title_zh: Annotated[str, typer.Option(help="What it is called in Chinese. 中文名称。")] = "",
    title_en: Annotated[str, typer.Option(help="What it is called in English. 英文名称。")] = "",
    as_json: AsJson = False,
) -> None:
    """Create a standards system. 新建标准体系。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        title = type_pb2.LocalizedText(zh=title_zh, en=title_en)
        request = pb.CreateSystemRequest(
            system_id=system, system=system_pb2.System(title=title), request_id=str(uuid.uuid4())
        )
        created = given.connection.ask(given.connection.catalog.CreateSystem, request)
        given.output.show(created, [("system", created.name), ("title", _title(given.output, created.title))])


@app.command("list")
def list_(context: typer.Context, most: Most = 100, as_json: AsJson = False) -> None:
    """List the standards systems. 列出标准体系。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        found = given.connection.every(given.connection.catalog.ListSystems, pb.ListSystemsRequest(), "systems", most)

        def row(message: Message) -> list[str]:
            system = cast("system_pb2.System", message)
            return [system.name, _title(given.output, system.title)]

        given.output.list(found, ("system", "title"), row)


@app.command()
def publish(
    context: typer.Context,
    system: System,
    label: Annotated[str, typer.Argument(help="What the edition is called: 2026年版. 版次名称。")],
    dated_on: Annotated[str, typer.Option("--date", help="The date it bears; today when not given. 发布日期。")] = "",
    note: Annotated[str, typer.Option(help="A note about it. 说明。")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done. 仅预演。")] = False,
    as_json: AsJson = False,
) -> None:
    """Publish the present state of a system as an edition, which never changes. 发布体系版次。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        edition = edition_pb2.Edition(label=label, note=note, dated_on=_date(dated_on))
        request = edition_pb2.PublishEditionRequest(
            system=system_name(system), edition=edition, validate_only=dry_run, request_id=str(uuid.uuid4())
        )
        _show_edition(given.output, given.connection.ask(given.connection.catalog.PublishEdition, request))


@app.command()
def editions(context: typer.Context, system: System, most: Most = 100, as_json: AsJson = False) -> None:
    """List the editions of a system, newest first. 列出体系版次。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = edition_pb2.ListEditionsRequest(system=system_name(system))
        found = given.connection.every(given.connection.catalog.ListEditions, request, "editions", most)

        def row(message: Message) -> list[str]:
            edition = cast("edition_pb2.Edition", message)
            counts = [str(edition.node_count), str(edition.standard_count)]
            return [edition.name, edition.label, day(edition.dated_on), *counts, edition.superseded_by]

        given.output.list(found, ("edition", "label", "date", "nodes", "standards", "superseded by"), row)


@app.command()
def entries(
    context: typer.Context,
    edition: EditionOf,
    branch: Annotated[str, typer.Option(help="Only this node and below, by its code. 仅此节点以下。")] = "",
    as_of: AsOf = "",
    most: Most = 100,
    as_json: AsJson = False,
) -> None:
    """List the standards of an edition, with the state they have on a day. 列出版次所列标准。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        edition = edition_name(edition)
        top = f"{edition.partition('/editions/')[0]}/nodes/{branch}" if branch else ""
        request = edition_pb2.ListEditionEntriesRequest(edition=edition, branch=top, as_of=_date(as_of))
        found = given.connection.every(given.connection.catalog.ListEditionEntries, request, "entries", most)

        def row(message: Message) -> list[str]:
            entry = cast("edition_pb2.EditionEntry", message)
            title = _title(given.output, entry.standard.title)
            return [entry.node_code, entry.standard.designation, title, _state(given.output, entry.status_on_day)]

        given.output.list(found, ("node", "designation", "title", "status"), row)


@app.command()
def compare(
    context: typer.Context,
    base: EditionOf,
    target: Annotated[
        str, typer.Argument(help="The other edition; the present state when not given. 另一版次，缺省为现状。")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Tell what changed from one edition to another, or to the present state. 比较体系版次。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        base = edition_name(base)
        system = base.partition("/editions/")[0]
        # The other one may be told by its number alone, or be the system as it is now.
        other = (
            f"{system}/editions/{target}" if target.isdecimal() else edition_name(target) if "/" in target else target
        )
        target = system_name(other) if other else system
        request = edition_pb2.CompareEditionsRequest(base=base, target=target)
        pieces = given.connection.receive(given.connection.catalog.CompareEditions, request)
        changes = (change for piece in pieces for change in piece.changes.changes)

        def row(message: Message) -> list[str]:
            change = cast("edition_pb2.EditionChange", message)
            kind = edition_pb2.EditionChange.Kind.Name(change.kind).removeprefix("KIND_").lower()
            return [given.output.text(kind), *_before_and_after(given.output, change)]

        given.output.list(changes, ("change", "what", "before", "after"), row)


@app.command()
def supersede(
    context: typer.Context,
    edition: EditionOf,
    successor: Annotated[str, typer.Argument(help="The later edition. 后续版次。")],
    reason: Annotated[str, typer.Option(help="Why. 理由。")],
    as_json: AsJson = False,
) -> None:
    """Mark a mistaken edition as superseded by a later one. 标注有误的版次已被后续版次代替。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = edition_pb2.SupersedeEditionRequest(
            name=edition_name(edition), successor=edition_name(successor), reason=reason, request_id=str(uuid.uuid4())
        )
        _show_edition(given.output, given.connection.ask(given.connection.catalog.SupersedeEdition, request))


@app.command()
def check(
    context: typer.Context,
    system: System,
    branch: Annotated[str, typer.Option(help="Only this node and below, by its code. 仅此节点以下。")] = "",
    as_of: AsOf = "",
    as_json: AsJson = False,
) -> None:
    """Hold the places of standards against the rules; exit status 1 when one contradicts them. 检查标准在体系中的位置。"""
    given = begin(context, as_json=as_json)
    summary = placement_pb2.PlacementSummary()
    with answering(given.output):
        request = placement_pb2.CheckPlacementsRequest(
            system=system_name(system),
            branch=f"{system_name(system)}/nodes/{branch}" if branch else "",
            as_of=_date(as_of),
        )
        pieces = given.connection.receive(given.connection.catalog.CheckPlacements, request)

        def findings() -> Iterator[Message]:
            for piece in pieces:
                summary.MergeFrom(piece.summary)
                yield from piece.findings.findings

        def row(message: Message) -> list[str]:
            finding = cast("placement_pb2.PlacementFinding", message)
            severity = placement_pb2.PlacementFinding.Severity.Name(finding.severity).removeprefix("SEVERITY_").lower()
            return [given.output.text(severity), finding.designation, finding.message]

        given.output.list(findings(), ("severity", "designation", "finding"), row)
        given.output.say(
            "{standards} standards and {uses} uses examined, {comparisons} limits compared: {warnings} warnings, {notes} notes",
            standards=summary.standard_count,
            uses=summary.use_count,
            comparisons=summary.comparison_count,
            warnings=summary.warning_count,
            notes=summary.note_count,
        )
    if summary.warning_count:
        raise typer.Exit(FAILED)


def _show_edition(output: Output, edition: edition_pb2.Edition) -> None:
    output.show(
        edition,
        [
            ("edition", edition.name),
            ("label", edition.label),
            ("date", day(edition.dated_on)),
            ("nodes", str(edition.node_count)),
            ("standards", str(edition.standard_count)),
            ("planned standards", str(edition.planned_standards)),
            ("superseded by", edition.superseded_by),
            ("note", edition.note),
        ],
    )


def _before_and_after(output: Output, change: edition_pb2.EditionChange) -> list[str]:
    """Return what changed, as it was and as it is."""
    kind = edition_pb2.EditionChange
    if change.HasField("node_before") or change.HasField("node_after"):
        before, after = change.node_before, change.node_after
        shown: Callable[[system_pb2.Node], str] = {
            kind.KIND_NODE_RENUMBERED: lambda node: node.code,
            kind.KIND_NODE_PLANNED: lambda node: str(node.planned_standards),
            kind.KIND_NODE_MOVED: lambda node: node.parent.rpartition("/")[2],
        }.get(change.kind, lambda node: _title(output, node.title))
        return [after.code or before.code, *(shown(node) if node.name else "" for node in (before, after))]
    old, new = change.entry_before, change.entry_after
    told: Callable[[edition_pb2.EditionEntry], str] = {
        kind.KIND_STANDARD_STATUS: lambda entry: _state(output, entry.standard.status),
        kind.KIND_STANDARD_FACTS: lambda entry: _title(output, entry.standard.title),
    }.get(change.kind, lambda entry: entry.node_code)
    what = new.standard.designation or old.standard.designation
    return [what, *(told(entry) if entry.node else "" for entry in (old, new))]


def _title(output: Output, title: type_pb2.LocalizedText) -> str:
    return either(title.zh, title.en, output.language)


def _state(output: Output, status: standard_pb2.StandardStatus.ValueType) -> str:
    return output.text(standard_pb2.StandardStatus.Name(status).removeprefix("STANDARD_STATUS_").lower())


def _date(text: str) -> Date | None:
    """Return the day 2026-06-01 for the wire; the service says what is wrong with one that is none."""
    if not text:
        return None
    try:
        year, month, day_of_month = (int(part) for part in text.split("-"))
        return Date(year=year, month=month, day=day_of_month)
    except ValueError:
        raise InvalidArgumentError("{text} is not a date; write it like 2026-06-01", text=text) from None
