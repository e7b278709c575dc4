"""Write a report as a workbook that people sort, filter and count in.

The same report gives the same bytes: the workbook carries the as-of date where a program would put the time of writing.
"""

from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO

import xlsxwriter

from standards_tree.gap.priorities import Severity
from standards_tree.gap.verdicts import Verdict
from standards_tree.reports.captions import caption
from standards_tree.reports.labels import language_of
from standards_tree.reports.plan_sheet import inferred_sheet, plan_sheet
from standards_tree.reports.schema import Report, RequirementEntry, Step, Tallied
from standards_tree.reports.selection import gaps_of
from standards_tree.reports.sheets import Cell, Column, Kind, SheetWriter


def render_xlsx(report: Report, language: str) -> bytes:
    """Return *report* as a workbook with captions in English or Simplified Chinese.

    Raises:
        InvalidArgumentError: reports are not written in *language*.
    """
    language = language_of(language)
    content = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(content, options) as book:
        made = datetime.combine(date.fromisoformat(report["as_of"]), datetime.min.time())
        book.set_properties({"title": caption("title", language), "created": made})
        writer = SheetWriter(book, language)
        for write in (_summary, _measures, _gaps, _evidence, inferred_sheet, plan_sheet, _statistics, _quality):
            write(writer, report)
    return content.getvalue()


def _summary(writer: SheetWriter, report: Report) -> None:
    c, words = writer.c, writer.words
    summary = report["summary"]
    lines: list[tuple[str, Kind, Cell]] = [
        (c("as_of"), "date", report["as_of"]),
        (c("measures_count"), "number", summary["measures"]),
        (words("problem_measure_without_requirements"), "number", summary["measures_without_requirements"]),
        (c("requirements"), "number", summary["requirements"]),
        (c("assessed"), "number", summary["assessed"]),
        (c("answered"), "number", summary["answered"]),
        (c("answered_ratio"), "ratio", summary["ratio"]),
        (c("tentative_count"), "number", summary["tentative"]),
        *((words(f"verdict_{one}"), "number", summary["verdicts"][one]) for one in Verdict),
        *((f"{c('severity')}: {words(f'severity_{one}')}", "number", summary["severities"][one]) for one in Severity),
        *((c("revision_of", service=name), "number", number) for name, number in sorted(report["revisions"].items())),
    ]
    steps = [
        Column(c("action_text"), 52),
        Column(c("action"), 20),
        Column(c("severity"), 12),
        Column(c("requirements"), 12, "number"),
        Column(c("requirement"), 36),
    ]
    rows = (
        (
            writer.say(step["text"]),
            words(f"action_{step['action']}"),
            words(f"severity_{step['severity']}"),
            len(step["requirements"]),
            "\n".join(step["requirements"]),
        )
        for step in report["steps"]
    )
    sheet, row = writer.front(c("sheet_summary"), c("title"), lines)
    writer.heading(sheet, row, c("steps"))
    writer.block(sheet, row + 1, steps, rows)


def _verdict_columns(writer: SheetWriter) -> list[Column]:
    counts = [Column(writer.words(f"verdict_{verdict}"), 11, "number") for verdict in Verdict]
    return [*counts, Column(writer.c("answered_ratio"), 9, "ratio")]


def _verdict_cells(tallied: Tallied) -> list[Cell]:
    return [*(tallied["verdicts"][verdict] for verdict in Verdict), tallied["ratio"]]


def _measures(writer: SheetWriter, report: Report) -> None:
    c = writer.c
    columns = [
        Column(c("measure"), 26),
        Column(c("member"), 10),
        Column(c("measure_title"), 60),
        Column(c("distributed"), 12, "date"),
        Column(c("deadline"), 12, "date"),
        Column(c("entry"), 12, "date"),
        Column(c("days_left_column"), 9, "number"),
        Column(c("hs"), 16),
        Column(c("ics"), 14),
        Column(c("severity"), 10),
        Column(c("requirements"), 12, "number"),
        *_verdict_columns(writer),
    ]
    rows = (
        (
            "\n".join(one["symbols"]),
            ", ".join(one["members"]),
            writer.say(one["title"]),
            one["distributed_on"],
            one["comment_deadline"],
            one["entry_into_force"],
            one["days_left"],
            ", ".join(one["hs"]),
            ", ".join(one["ics"]),
            writer.words(f"severity_{one['severity']}"),
            one["requirements"],
            *_verdict_cells(one),
        )
        for one in report["measures"]
    )
    writer.table(c("sheet_measures"), columns, rows)


def _gaps(writer: SheetWriter, report: Report) -> None:
    c = writer.c
    columns = [
        Column(c("requirement"), 26),
        Column(c("severity"), 10),
        Column(c("points"), 8, "number"),
        Column(c("verdict"), 18),
        Column(c("firm_verdict"), 18),
        Column(c("requirement_text"), 50),
        Column(c("kind"), 14),
        Column(c("parameter"), 16),
        Column(c("limit"), 16),
        Column(c("standard"), 24),
        Column(c("standard_title"), 36),
        Column(c("status"), 12),
        Column(c("standard_limit"), 16),
        Column(c("why"), 50),
        Column(c("action"), 18),
        Column(c("action_text"), 50),
        Column(c("node"), 12),
        Column(c("suitable_level"), 14),
        Column(c("defect"), 34),
        Column(c("terms_column"), 40),
    ]
    writer.table(c("sheet_gaps"), columns, (_gap_cells(writer, one) for one in gaps_of(report)))


def _gap_cells(writer: SheetWriter, one: RequirementEntry) -> list[Cell]:
    words, say = writer.words, writer.say
    standard, draft, action = one["standard"], one["draft"], one["action"]
    named, title, status = "", "", ""
    if standard is not None:
        named, title, status = standard["designation"], say(standard["title"]), words(f"status_{standard['status']}")
    elif draft is not None:
        named, title, status = draft["designation"], say(draft["title"]), say(draft["stage_name"])
    return [
        one["id"],
        words(f"severity_{one['severity']}"),
        one["points"],
        words(f"verdict_{one['verdict']}") + (f" ({writer.c('tentative')})" if one["tentative"] else ""),
        words(f"verdict_{one['firm_verdict']}"),
        say(one["text"]),
        words(f"kind_{one['kind']}"),
        one["parameter"],
        one["limit"],
        named,
        title,
        status,
        one["links"][0]["limit"] if one["links"] else None,
        "\n".join(say(reason["text"]) for reason in one["reasons"]),
        None if action is None else words(f"action_{action['code']}"),
        None if action is None else say(action["text"]),
        "\n".join(node["code"] for node in one["nodes"]),
        None if one["level"] is None else words(f"level_{one['level']}"),
        "\n".join(say(found["text"]) for found in one["evidence"]),
        "\n".join(
            f"{say(term['term'])}: {'; '.join(source['standard'] for source in term['defined_in']) or '–'}"
            for term in one["terms"]
        ),
    ]


def _evidence(writer: SheetWriter, report: Report) -> None:
    c = writer.c
    columns = [
        Column(c("requirement"), 26),
        Column(c("defect"), 34),
        Column(c("path_length"), 8, "number"),
        Column(c("step"), 7, "number"),
        Column(c("edge"), 22),
        Column(c("name"), 34),
        Column(c("status"), 18),
        Column(c("dated_column"), 10),
        Column(c("clause"), 10),
        Column(c("due_column"), 12, "date"),
    ]
    writer.table(c("sheet_evidence"), columns, _evidence_rows(writer, report))


def _evidence_rows(writer: SheetWriter, report: Report) -> Iterator[list[Cell]]:
    """Yield one row for each step of each path, so that a filter on a standard shows every path through it."""
    for one in report["requirements"]:
        for found in one["evidence"]:
            for number, step in enumerate(found["path"][1:], start=1):
                last = number == len(found["path"]) - 1
                yield [
                    one["id"],
                    writer.say(found["text"]),
                    found["length"],
                    number,
                    *_step_cells(writer, step),
                    found["due"] if last else None,
                ]


def _step_cells(writer: SheetWriter, step: Step) -> list[Cell]:
    dated = step.get("dated")
    return [
        writer.words(f"edge_{step['edge']}"),
        step["name"],
        writer.words(f"status_{step['status']}"),
        None if dated is None else writer.c("yes" if dated else "no"),
        step.get("clause"),
    ]


def _statistics(writer: SheetWriter, report: Report) -> None:
    c = writer.c
    columns = [
        Column(c("system"), 12),
        Column(c("node"), 12),
        Column(c("node_name"), 44),
        Column(c("level"), 14),
        Column(c("expected"), 10, "number"),
        Column(c("existing"), 10, "number"),
        Column(c("ratio"), 9, "ratio"),
        *_verdict_columns(writer),
    ]
    rows: list[list[Cell]] = [
        [
            row["system"],
            row["code"],
            "  " * row["depth"] + writer.say(row["name"]),
            None if row["level"] is None else writer.words(f"level_{row['level']}"),
            row["total"]["expected"],
            row["total"]["existing"],
            row["total"]["ratio"],
            *_verdict_cells(row["verdicts"]),
        ]
        for row in report["tree"]
    ]
    no_verdicts: list[Cell] = [None] * (len(Verdict) + 1)
    for level in report["levels"]:
        name = c("total") if level["level"] == "total" else writer.words(f"level_{level['level']}")
        figures: list[Cell] = [level["expected"], level["existing"], level["ratio"]]
        rows.append([None, None, c("by_level"), name, *figures, *no_verdicts])
    writer.table(c("sheet_tree"), columns, rows)


def _quality(writer: SheetWriter, report: Report) -> None:
    c = writer.c
    columns = [Column(c("problem"), 60), Column(c("count"), 10, "number"), Column(c("examples"), 100)]
    rows = ((writer.say(one["text"]), one["count"], "\n".join(one["examples"])) for one in report["problems"])
    writer.table(c("sheet_quality"), columns, rows)
