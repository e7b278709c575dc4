"""Tasks between the contract and the domain."""

from datetime import date

from services.catalog.messages_drafts import STAGE_TO, requirement_to
from services.catalog.tasks import Task, TaskKind
from services.runtime.civil_dates import date_to
from services.runtime.texts import translate
from tbt.catalog.v1 import draft_pb2
from tbt.catalog.v1 import task_pb2 as pb
from tbt.type.v1 import type_pb2

_KIND_TO = {kind: pb.TaskKind.Value(f"TASK_KIND_{kind.name}") for kind in TaskKind}
_KIND_FROM = {number: kind for kind, number in _KIND_TO.items()}


def kind_from(number: pb.TaskKind.ValueType) -> TaskKind:
    """Return a kind of task from the wire."""
    return _KIND_FROM[number]


def task_to(task: Task, on: date, language: str) -> pb.Task:
    """Return a task for the wire, as it stands on the day *on*, with its reason in *language*."""
    overdue = (on - task.due_on).days if task.due_on is not None else 0
    return pb.Task(
        kind=_KIND_TO[task.kind],
        resource=task.resource,
        designation=task.designation,
        title=type_pb2.LocalizedText(zh=task.title_zh, en=task.title_en),
        committee=task.committee,
        reason=translate(task.template, task.parameters, language),
        next_stage=STAGE_TO[task.next_stage.value] if task.next_stage is not None else draft_pb2.STAGE_UNSPECIFIED,
        missing=map(requirement_to, task.missing),
        due_on=date_to(task.due_on),
        days_overdue=max(overdue, 0),
    )
