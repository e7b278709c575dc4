"""`tbt tasks`: what waits for me, why, and until when."""

from typing import Annotated, cast

import typer
from google.protobuf.message import Message

from services.cli.context import AsJson, Most, begin
from services.cli.output import answering, either
from tbt.catalog.v1 import task_pb2 as pb


def tasks(
    context: typer.Context,
    committee: Annotated[str, typer.Option(help="SAC/TC 260: for administrators. 归口单位。")] = "",
    most: Most = 100,
    as_json: AsJson = False,
) -> None:
    """What waits for me, why, and until when. 我的待办事项。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = pb.ListMyTasksRequest(committee=committee)
        found = given.connection.every(given.connection.catalog.ListMyTasks, request, "tasks", most)

        def row(message: Message) -> list[str]:
            task = cast("pb.Task", message)
            until = f"{task.due_on.year}-{task.due_on.month:02}-{task.due_on.day:02}" if task.HasField("due_on") else ""
            kind = given.output.text(pb.TaskKind.Name(task.kind).removeprefix("TASK_KIND_").lower())
            title = either(task.title.zh, task.title.en, given.output.language)
            return [until, kind, task.resource, task.designation, title, task.reason]

        given.output.list(found, ("until", "task", "of", "designation", "title", "why"), row)
