"""Translate between the messages about plans of work and the domain."""

from services.gap.messages_comparison import text_to
from standards_tree.reports.schema import PlanEntry, PlannedEntry, WorkEntry
from standards_tree.reports.schema_texts import Texts
from tbt.gap.v1 import plan_pb2
from tbt.type.v1 import type_pb2


def plan_to(report: str, plan: PlanEntry, works: list[WorkEntry]) -> plan_pb2.WorkPlan:
    """Return a plan for the wire; *report* is the name of the report it was made from."""
    by_id = {work["id"]: work for work in works}
    return plan_pb2.WorkPlan(
        report=report,
        work=[_planned_to(entry, by_id[entry["work"]]) for entry in plan["work"]],
        candidate_count=plan["candidates"],
        closable_weight=plan["closable_weight"],
        closable_count=plan["closable"],
        closed_weight=plan["closed_weight"],
        closed_count=plan["closed"],
        value=plan["value"],
        upper_bound=plan["upper_bound"],
        optimality_gap=plan["optimality_gap"],
        greedy_value=plan["greedy_value"],
        proven_optimal=plan["value"] == plan["upper_bound"],
    )


def _planned_to(entry: PlannedEntry, work: WorkEntry) -> plan_pb2.PlannedWork:
    node = work["node"]
    return plan_pb2.PlannedWork(
        year=entry["year"],
        kind=work["kind"],
        standard=work["standard"],
        text=text_to(_joined(work["tasks"])),
        level=type_pb2.Level.Value(f"LEVEL_{work['level'].upper()}") if work["level"] else type_pb2.LEVEL_UNSPECIFIED,
        system="" if node is None else node["system"],
        node="" if node is None else node["code"],
        closes=entry["closes"],
        helps=entry["helps"],
        weight=entry["weight"],
    )


def _joined(tasks: list[Texts]) -> Texts:
    return {"en": "; ".join(task["en"] for task in tasks), "zh-Hans": "；".join(task["zh-Hans"] for task in tasks)}
