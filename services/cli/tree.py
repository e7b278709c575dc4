"""`tbt tree`: what changes the branches of a system; showing and importing them stand beside the standards."""

import uuid
from typing import Annotated, cast

import typer
from google.protobuf.message import Message

from services.cli import catalog
from services.cli.context import AsJson, begin, system_name
from services.cli.output import Output, answering, either
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import system_pb2, tree_pb2
from tbt.type.v1 import type_pb2

# The commands that show and import a tree stand beside those for standards.
app = catalog.tree

System = Annotated[str, typer.Argument(help="The standards system. 标准体系。")]
Code = Annotated[str, typer.Argument(help="The node, by its code. 节点编号。")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done. 仅预演。")]


@app.command()
def move(
    context: typer.Context,
    system: System,
    node: Code,
    parent: Annotated[str, typer.Argument(help="The node it goes below; the top when not given. 上级节点。")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Move a node with everything below it. 移动分支。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = pb.MoveNodeRequest(
            name=_node(system, node),
            parent=_node(system, parent) if parent else "",
            validate_only=dry_run,
            request_id=str(uuid.uuid4()),
        )
        _show(given.output, given.connection.ask(given.connection.catalog.MoveNode, request))


@app.command()
def archive(
    context: typer.Context, system: System, node: Code, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Archive a node with everything below it; standards keep their places there for the record. 归档分支。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = pb.ArchiveNodeRequest(name=_node(system, node), validate_only=dry_run, request_id=str(uuid.uuid4()))
        _show(given.output, given.connection.ask(given.connection.catalog.ArchiveNode, request))


@app.command()
def restore(
    context: typer.Context, system: System, node: Code, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Take an archived node back into use, with all that was archived together with it. 恢复归档的分支。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = tree_pb2.RestoreNodeRequest(
            name=_node(system, node), validate_only=dry_run, request_id=str(uuid.uuid4())
        )
        _show(given.output, given.connection.ask(given.connection.catalog.RestoreNode, request))


@app.command()
def merge(
    context: typer.Context,
    system: System,
    node: Code,
    into: Annotated[str, typer.Argument(help="The node that takes over what it has. 并入的节点。")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Merge a node into another, which takes over all it has. 合并节点。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = tree_pb2.MergeNodesRequest(
            name=_node(system, node),
            into=_node(system, into),
            validate_only=dry_run,
            request_id=str(uuid.uuid4()),
        )
        _show(given.output, given.connection.ask(given.connection.catalog.MergeNodes, request))


@app.command()
def split(
    context: typer.Context,
    system: System,
    node: Code,
    code: Annotated[str, typer.Argument(help="The code of the new node beside it. 新节点编号。")],
    title_zh: Annotated[str, typer.Option(help="The title of the new node. 新节点中文名称。")] = "",
    title_en: Annotated[str, typer.Option(help="The title of the new node. 新节点英文名称。")] = "",
    standard: Annotated[list[str] | None, typer.Option(help="A standard that goes there. 划入的标准。")] = None,
    child: Annotated[
        list[str] | None, typer.Option(help="A node below that goes there, by code. 划入的下级节点。")
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Move standards and nodes below a node to a new node beside it. 拆分节点。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = tree_pb2.SplitNodeRequest(
            name=_node(system, node),
            node=system_pb2.Node(code=code, title=type_pb2.LocalizedText(zh=title_zh, en=title_en)),
            standards=standard or [],
            children=[_node(system, one) for one in child or []],
            validate_only=dry_run,
            request_id=str(uuid.uuid4()),
        )
        _show(given.output, given.connection.ask(given.connection.catalog.SplitNode, request))


@app.command()
def renumber(
    context: typer.Context,
    system: System,
    node: Annotated[
        str, typer.Argument(help="The top of the branch; the whole system when not given. 分支顶点。")
    ] = "",
    code: Annotated[str, typer.Option(help="Its new code; number below it in order when not given. 新编号。")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Give the nodes of a branch new codes, all at once. 重新编号。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = tree_pb2.RenumberBranchRequest(
            branch=_node(system, node) if node else system_name(system),
            validate_only=dry_run,
            request_id=str(uuid.uuid4()),
        )
        if code:
            request.code = code
        else:
            request.in_order.SetInParent()
        answer = given.connection.ask(given.connection.catalog.RenumberBranch, request)

        def row(message: Message) -> list[str]:
            changed = cast("tree_pb2.RenumberedNode", message)
            return [changed.old_code, changed.new_code]

        given.output.list(answer.nodes, ("old code", "new code"), row)


def _node(system: str, code: str) -> str:
    return f"{system_name(system)}/nodes/{code}"


def _show(output: Output, node: system_pb2.Node) -> None:
    output.show(
        node,
        [
            ("code", node.code),
            ("title", either(node.title.zh, node.title.en, output.language)),
            ("node", node.name),
            ("above", node.parent),
            ("merged into", node.merged_into),
        ],
    )
