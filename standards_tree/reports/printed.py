"""Write a report for print, as PDF, with a Chinese font of this machine embedded.

Typst sets it: its text stays text that can be searched and copied, headings repeat on every page, and the date of the
document is that of the report, so that the same report and font give the same bytes. A print lists the worst gaps; who
needs the rest has the workbook.
"""

import functools
import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from importlib import resources
from pathlib import Path

import typst

from standards_tree.gap.priorities import Severity
from standards_tree.gap.verdicts import Verdict
from standards_tree.reports.captions import caption
from standards_tree.reports.labels import label, language_of
from standards_tree.reports.plan_captions import plan_sentence
from standards_tree.reports.schema import Report, RequirementEntry, Tallied
from standards_tree.reports.schema_texts import Texts
from standards_tree.reports.selection import gaps_of, long_date, percent, pressing, scope_lines, way_text
from standards_tree.systems.diagram_pdf import find_fonts

MAX_ROWS = 200
MAX_STEPS = 20

Block = dict[str, object]
Cell = str | dict[str, object]


def render_pdf(report: Report, language: str, font_folder: Path | None = None) -> bytes:
    """Return *report* as PDF in English or Simplified Chinese.

    Raises:
        InvalidArgumentError: reports are not written in *language*.
        PreconditionError: there is no Chinese font; says what to install.
    """
    language = language_of(language)
    fonts, family = _fonts(font_folder)
    template = resources.files("standards_tree.reports").joinpath("templates", "report.typ").read_bytes()
    values = json.dumps(_Print(report, language, family).values(), ensure_ascii=False, sort_keys=True)
    compiler = typst.Compiler(template, font_paths=fonts, sys_inputs={"report": values})
    content = compiler.compile(format="pdf")
    assert isinstance(content, bytes)  # a PDF is one file, whatever its pages  # noqa: S101
    return content


@functools.cache
def _fonts(folder: Path | None) -> tuple[typst.Fonts, str]:
    """Look for fonts once: that takes as long as setting a short report."""
    return find_fonts(folder)


class _Print:
    """Turns one report into the blocks that the template sets."""

    def __init__(self, report: Report, language: str, family: str) -> None:
        self._report = report
        self._language = language
        self._family = family

    def values(self) -> dict[str, object]:
        """Return everything the template shows."""
        report, c = self._report, self._caption
        day = date.fromisoformat(report["as_of"])
        facts = [[c("as_of"), long_date(report["as_of"], self._language)]]
        facts += [[name, value] for name, value in scope_lines(report, self._language)] or [
            [c("scope"), c("scope_all")]
        ]
        facts.append(
            [c("verdicts"), c("include_suggested" if report["scope"]["include_suggested"] else "confirmed_only")]
        )
        revisions = " · ".join(
            c("revision", service=name, revision=number) for name, number in report["revisions"].items()
        )
        return {
            "title": c("title"),
            "subtitle": c("subtitle"),
            "kicker": " · ".join(self._say(system["name"]) for system in report["systems"]),
            "as_of": long_date(report["as_of"], self._language),
            "day": [day.year, day.month, day.day],
            "facts": facts,
            "provenance": revisions,
            "fonts": [self._family],
            "lang": "zh" if self._language == "zh-Hans" else "en",
            "region": "cn" if self._language == "zh-Hans" else "us",
            "blocks": list(self._blocks()),
        }

    def _blocks(self) -> Iterator[Block]:
        yield from itertools.chain(self._summary(), self._steps(), self._gaps(), self._inferred(), self._plan())
        yield from itertools.chain(self._tree(), self._measures(), self._quality())

    def _summary(self) -> Iterator[Block]:
        c, summary = self._caption, self._report["summary"]
        yield _heading(c("summary"))
        code = "summary_sentence" if summary["assessed"] else "summary_unknown"
        urgent = pressing(self._report)
        figures = {name: summary[name] for name in ("measures", "requirements", "assessed", "answered")}
        yield _paragraph(c(code, **figures, ratio=percent(summary["ratio"]), pressing=urgent))
        yield {
            "kind": "figures",
            "figures": [
                {"value": str(summary["gaps"]), "text": c("figure_gaps"), "alarm": False},
                {"value": str(urgent), "text": c("figure_pressing"), "alarm": urgent > 0},
                {"value": percent(summary["ratio"]), "text": c("figure_ratio"), "alarm": False},
                {
                    "value": str(summary["verdicts"]["not_assessed"]),
                    "text": c("figure_not_assessed"),
                    "alarm": False,
                },
            ],
        }
        yield {"kind": "coverage", "parts": self._parts(summary, zeros=True)}
        if summary["measures_without_requirements"]:
            yield _note(c("summary_undescribed", count=summary["measures_without_requirements"]))
        if summary["tentative"]:
            yield _note(c("summary_tentative", count=summary["tentative"]))

    def _steps(self) -> Iterator[Block]:
        c, steps = self._caption, self._report["steps"]
        yield _heading(c("steps"))
        if not steps:
            yield _paragraph(c("steps_none"))
            return
        columns = ((c("severity"), 2.0), (c("action"), 2.4), (c("action_text"), 9.0), (c("requirement"), 4.0))
        rows: list[list[Cell]] = [
            [
                self._severity(step["severity"]),
                label(f"action_{step['action']}", self._language),
                self._say(step["text"]),
                _lines(_some(step["requirements"], 3)),
            ]
            for step in steps[:MAX_STEPS]
        ]
        yield from self._table(columns, rows, len(steps), MAX_STEPS)

    def _gaps(self) -> Iterator[Block]:
        c, gaps = self._caption, gaps_of(self._report)
        yield _heading(c("gaps"))
        if not gaps:
            yield _paragraph(c("gaps_none"))
            return
        columns = ((c("severity"), 1.7), (c("requirement"), 6.0), (c("why"), 6.2), (c("action"), 4.6))
        rows = [self._gap(one) for one in gaps[:MAX_ROWS]]
        yield from self._table(columns, rows, len(gaps), MAX_ROWS)

    def _gap(self, one: RequirementEntry) -> list[Cell]:
        verdict = label(f"verdict_{one['verdict']}", self._language)
        if one["tentative"]:
            verdict += f" ({self._caption('tentative')})"
        why: list[str] = [verdict, *(self._say(reason["text"]) for reason in one["reasons"])]
        arrow, colon = " → ", "：" if self._language == "zh-Hans" else ": "
        why += [
            f"{self._say(found['text'])}{colon}{arrow.join(step['name'] for step in found['path'][1:])}"
            for found in one["evidence"][:2]
        ]
        required = [one["id"], self._say(one["text"])]
        if one["limit"]:
            required.append(" ".join(part for part in (one["parameter"], one["limit"]) if part))
        action = one["action"]
        return [
            self._severity(one["severity"]),
            _lines(required),
            _lines(why),
            "" if action is None else self._say(action["text"]),
        ]

    def _inferred(self) -> Iterator[Block]:
        c, inferred = self._caption, self._report["inferred"]
        if not inferred:
            return
        yield _heading(c("inferred"))
        yield _note(c("inferred_note"))
        columns = (
            (c("requirement"), 4.0),
            (c("inferred_standard"), 5.0),
            (c("inferred_strength"), 2.6),
            (c("inferred_probability"), -1.8),
            (c("inferred_way"), 7.0),
        )
        rows: list[list[Cell]] = [
            [
                one["requirement"],
                _lines([one["standard"], self._say(one["title"])]),
                label(f"strength_{one['strength']}", self._language),
                percent(one["probability"]),
                way_text(one, self._language),
            ]
            for one in inferred[:MAX_ROWS]
        ]
        yield from self._table(columns, rows, len(inferred), MAX_ROWS)

    def _plan(self) -> Iterator[Block]:
        c, plan = self._caption, self._report["plan"]
        if plan is None:
            return
        works = {work["id"]: work for work in self._report["works"]}
        yield _heading(c("plan"))
        yield _paragraph(plan_sentence(plan, self._language))
        columns = (
            (c("plan_year"), 1.3),
            (c("plan_kind"), 1.6),
            (c("plan_work"), 8.5),
            (c("level"), 2.2),
            (c("plan_closes"), 4.0),
        )
        rows: list[list[Cell]] = []
        for entry in plan["work"][:MAX_ROWS]:
            work = works[entry["work"]]
            tasks = [part for part in (work["standard"] or work["measure"],) if part]
            tasks += [self._say(task) for task in work["tasks"]]
            rows.append(
                [
                    str(entry["year"]),
                    label(f"work_{work['kind']}", self._language),
                    _lines(tasks),
                    label(f"level_{work['level'] or ''}", self._language),
                    _lines(_some(entry["closes"] or entry["helps"], 4)),
                ]
            )
        yield from self._table(columns, rows, len(plan["work"]), MAX_ROWS)

    def _tree(self) -> Iterator[Block]:
        c, tree = self._caption, self._report["tree"]
        if not tree:
            return
        yield _heading(c("tree"))
        columns = (
            (c("node"), 7.0),
            (c("expected"), -1.7),
            (c("existing"), -1.7),
            (c("ratio"), -1.5),
            (c("coverage"), 5.0),
        )
        top = tree[0]["depth"]
        rows: list[list[Cell]] = [
            [
                {"kind": "indent", "depth": row["depth"] - top, "text": f"{row['code']} {self._say(row['name'])}"},
                str(row["total"]["expected"]),
                str(row["total"]["existing"]),
                percent(row["total"]["ratio"]),
                {"kind": "bar", "parts": self._parts(row["verdicts"])},
            ]
            for row in tree[:MAX_ROWS]
        ]
        yield from self._table(columns, rows, len(tree), MAX_ROWS)

    def _measures(self) -> Iterator[Block]:
        c, measures = self._caption, self._report["measures"]
        yield _heading(c("measures"))
        columns = (
            (c("measure"), 4.0),
            (c("measure_title"), 7.0),
            (c("next_date"), 2.4),
            (c("requirements"), -2.0),
            (c("coverage"), 4.0),
        )
        rows: list[list[Cell]] = [
            [
                _lines(one["symbols"]),
                self._say(one["title"]),
                one["next_date"] or c("no_date"),
                str(one["requirements"]),
                {"kind": "bar", "parts": self._parts(one)},
            ]
            for one in sorted(measures, key=lambda one: one["next_date"] or "9999")[:MAX_ROWS]
        ]
        yield from self._table(columns, rows, len(measures), MAX_ROWS)

    def _quality(self) -> Iterator[Block]:
        c, problems = self._caption, self._report["problems"]
        yield _heading(c("quality"))
        if not problems:
            yield _paragraph(c("quality_none"))
            return
        columns = ((c("problem"), 7.0), (c("count"), -1.5), (c("examples"), 9.0))
        rows: list[list[Cell]] = [
            [self._say(one["text"]), str(one["count"]), " · ".join(_some(one["examples"], 8))] for one in problems
        ]
        yield from self._table(columns, rows, len(rows), MAX_ROWS)

    def _table(
        self, columns: Sequence[tuple[str, float]], rows: Sequence[Sequence[Cell]], total: int, most: int
    ) -> Iterator[Block]:
        """Yield a table, and where it leaves rows out, how many; a column of figures has a negative width."""
        heads = [{"text": text, "width": abs(width), "number": width < 0} for text, width in columns]
        yield {"kind": "table", "columns": heads, "rows": rows}
        if total > most:
            yield _note(self._caption("kept_short", shown=most, total=total))

    def _parts(self, tallied: Tallied, *, zeros: bool = False) -> list[dict[str, object]]:
        counts: Mapping[str, int] = tallied["verdicts"]
        return [
            {"code": one.value, "count": counts[one], "text": label(f"verdict_{one}", self._language)}
            for one in Verdict
            if zeros or counts[one]
        ]

    def _severity(self, code: str) -> Cell:
        if code == Severity.NONE:
            return ""
        return {"kind": "severity", "code": code, "text": label(f"severity_{code}", self._language)}

    def _say(self, texts: Texts) -> str:
        return texts["zh-Hans"] if self._language == "zh-Hans" else texts["en"]

    def _caption(self, code: str, **parameters: object) -> str:
        return caption(code, self._language, **parameters)


def _heading(text: str) -> Block:
    return {"kind": "heading", "level": 1, "text": text}


def _paragraph(text: str) -> Block:
    return {"kind": "paragraph", "text": text}


def _note(text: str) -> Block:
    return {"kind": "note", "text": text}


def _lines(lines: Sequence[str]) -> dict[str, object]:
    return {"kind": "lines", "lines": list(lines)}


def _some(names: Sequence[str], most: int) -> list[str]:
    return [*names[:most], "…"] if len(names) > most else list(names)
