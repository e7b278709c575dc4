"""Write the sheet of the plan of work: what is planned by years, then what else would close gaps."""

from standards_tree.reports.schema import PlannedEntry, Report, WorkEntry
from standards_tree.reports.selection import way_text
from standards_tree.reports.sheets import Cell, Column, SheetWriter


def plan_sheet(writer: SheetWriter, report: Report) -> None:
    """Write every work there is, the planned ones first with their years; without a budget none has one."""
    c = writer.c
    columns = [
        Column(c("plan_year"), 8, "number"),
        Column(c("plan_kind"), 10),
        Column(c("plan_subject"), 26),
        Column(c("plan_measure"), 24),
        Column(c("plan_work"), 60),
        Column(c("level"), 14),
        Column(c("system"), 12),
        Column(c("node"), 12),
        Column(c("node_name"), 30),
        Column(c("plan_weight"), 9, "number"),
        Column(c("plan_closes"), 36),
        Column(c("plan_helps"), 36),
    ]
    works = {work["id"]: work for work in report["works"]}
    planned = [] if report["plan"] is None else report["plan"]["work"]
    rows = [_cells(writer, works[entry["work"]], entry, entry["year"]) for entry in planned]
    chosen = {entry["work"] for entry in planned}
    rows += [_cells(writer, work, work, None) for work in report["works"] if work["id"] not in chosen]
    writer.table(c("sheet_plan"), columns, rows)


def inferred_sheet(writer: SheetWriter, report: Report) -> None:
    """Write what is inferred on a sheet of its own, so that it is never counted with what is confirmed."""
    c, words = writer.c, writer.words
    columns = [
        Column(c("requirement"), 26),
        Column(c("inferred_standard"), 26),
        Column(c("standard_title"), 44),
        Column(c("inferred_strength"), 18),
        Column(c("inferred_probability"), 11, "ratio"),
        Column(c("inferred_way"), 90),
    ]
    rows = (
        (
            one["requirement"],
            one["standard"],
            writer.say(one["title"]),
            words(f"strength_{one['strength']}"),
            one["probability"],
            way_text(one, writer.language),
        )
        for one in report["inferred"]
    )
    writer.table(c("sheet_inferred"), columns, rows)


def _cells(writer: SheetWriter, work: WorkEntry, reaches: WorkEntry | PlannedEntry, year: int | None) -> list[Cell]:
    node = work["node"]
    return [
        year,
        writer.words(f"work_{work['kind']}"),
        work["standard"],
        work["measure"],
        "\n".join(writer.say(task) for task in work["tasks"]),
        writer.words(f"level_{work['level'] or ''}"),
        None if node is None else node["system"],
        None if node is None else node["code"],
        None if node is None else writer.say(node["name"]),
        reaches["weight"],
        "\n".join(reaches["closes"]),
        "\n".join(reaches["helps"]),
    ]
