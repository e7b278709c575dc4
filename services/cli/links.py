"""`tbt links`."""

import uuid
from typing import Annotated, cast

import typer
from google.protobuf.message import Message

from services.cli.context import AsJson, Most, begin
from services.cli.links_work import relation_of
from services.cli.output import Output, answering
from services.cli.wrong_options import WrongOption
from tbt.linkage.v1 import linkage_service_pb2 as pb
from tbt.type.v1 import type_pb2

links = typer.Typer(no_args_is_help=True)


@links.command("add")
def add_link(
    context: typer.Context,
    requirement: Annotated[str, typer.Argument(help="measures/<measure>/requirements/<number>")],
    target: Annotated[str, typer.Argument(help="A designation in any spelling, or drafts/<draft>. 标准编号或草案。")],
    relation: Annotated[str, typer.Option(help="equal, subset, superset, intersects, none. 集合关系。")] = "equal",
    confidence: Annotated[float, typer.Option(min=0, max=1, help="From 0 to 1. 置信度。")] = 1.0,
    clause: Annotated[str, typer.Option(help="The clause of the standard. 条款。")] = "",
    rationale_zh: Annotated[str, typer.Option(help="Why, in Chinese. 中文理由。")] = "",
    rationale_en: Annotated[str, typer.Option(help="Why, in English. 英文理由。")] = "",
    as_json: AsJson = False,
) -> None:
    """Link a requirement to what answers it, as a suggestion. 添加关联（待审核）。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        link = pb.Link(
            requirement=requirement, target=target, relation=relation_of(relation), confidence=confidence, clause=clause
        )
        if rationale_zh or rationale_en:
            link.rationale.CopyFrom(type_pb2.LocalizedText(zh=rationale_zh, en=rationale_en))
        request = pb.CreateLinkRequest(link=link, request_id=str(uuid.uuid4()))
        _show_link(given.output, given.connection.ask(given.connection.linkage.CreateLink, request))


@links.command("review")
def review_link(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="links/<link>")],
    verdict: Annotated[str, typer.Argument(help="confirm or reject. 确认或否决。")],
    as_json: AsJson = False,
) -> None:
    """Confirm or reject a link. 审核关联。"""
    states = {"confirm": pb.LINK_STATE_CONFIRMED, "reject": pb.LINK_STATE_REJECTED}
    if verdict not in states:
        raise WrongOption("{verdict} is neither confirm nor reject", verdict=verdict)
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = pb.ReviewLinkRequest(name=name, state=states[verdict], request_id=str(uuid.uuid4()))
        _show_link(given.output, given.connection.ask(given.connection.linkage.ReviewLink, request))


@links.command("list")
def list_links(
    context: typer.Context,
    measure: Annotated[str, typer.Option(help="Only of this measure or requirement. 仅此措施或要求。")] = "",
    target: Annotated[str, typer.Option(help="Only to this standard or draft. 仅此标准或草案。")] = "",
    most: Most = 100,
    as_json: AsJson = False,
) -> None:
    """List links. 列出关联。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = pb.ListLinksRequest(requirement_prefix=measure, target=target)
        found = given.connection.every(given.connection.linkage.ListLinks, request, "links", most)

        def row(message: Message) -> list[str]:
            link = cast("pb.Link", message)
            words = (_word(type_pb2.SetRelation.Name(link.relation)), _word(pb.LinkState.Name(link.state)))
            return [link.requirement, link.designation or link.target, *map(given.output.text, words), link.name]

        given.output.list(found, ("requirement", "standard", "relation", "state", "link"), row)


def _show_link(output: Output, link: pb.Link) -> None:
    output.show(
        link,
        [
            ("link", link.name),
            ("requirement", link.requirement),
            ("standard", link.designation or link.target),
            ("relation", output.text(_word(type_pb2.SetRelation.Name(link.relation)))),
            ("state", output.text(_word(pb.LinkState.Name(link.state)))),
        ],
    )


def _word(name: str) -> str:
    return name.removeprefix("SET_RELATION_").removeprefix("LINK_STATE_").lower()
