"""Lay out the drawings of a page: evidence as a tree of steps, the system as bars of bars, deadlines on an axis of months.

Only places and words are computed here; the templates draw them as SVG, so that every text passes their escaping.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from standards_tree.gap.priorities import SEVERITY_RANK, Severity
from standards_tree.reports.schema import MeasureEntry, NodeRow, PlanEntry, Report, RequirementEntry, Step

MAX_EVIDENCE = 4
MAX_NAME = 44
INDENT = 20
ROW_HEIGHT = 36
MAX_DEPTH = 4
BAND_HEIGHT = 34
WIDTH = 1000
TOP = -1
GRADES = 5
LEAST_LABEL = 4
# What a character of the drawings takes, at their size.
CHINESE_WIDTH = 13.0
LATIN_WIDTH = 7.2
NAME_WIDTH = 8.2
EDGE_WIDTH = 270
CLAUSE_WIDTH = 50


@dataclass(frozen=True, slots=True)
class DrawnStep:
    """A step at its place; *parent* is the place of the row it hangs on, None for the first."""

    x: int
    y: int
    parent: tuple[int, int] | None
    step: Step
    name: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """A tree of steps, each path from the requirement drawn once as far as it is shared."""

    rows: Sequence[DrawnStep]
    width: int
    height: int


def evidence_of(entry: RequirementEntry) -> Evidence | None:
    """Return the drawing of the path that decides and of the ways to what is wrong, None where there is no step."""
    paths = [entry["path"][1:], *(found["path"][1:] for found in entry["evidence"][:MAX_EVIDENCE])]
    children: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    steps: dict[tuple[str, ...], Step] = {}
    for path in paths:
        above: tuple[str, ...] = ()
        for step in path:
            here = (*above, f"{step['edge']} {step['name']}")
            if here not in steps:
                steps[here] = step
                children.setdefault(above, []).append(here)
            elif "defect" in step:
                steps[here] = step
            above = here
    if not steps:
        return None
    rows = list(_rows(children, steps))
    width = max(row.x + max(round(len(row.name) * NAME_WIDTH), _edge_width(row.step)) for row in rows)
    return Evidence(rows, width + 20, len(rows) * ROW_HEIGHT)


def _edge_width(step: Step) -> int:
    """Return what the words below a name take; a clause may be long."""
    clause = step.get("clause", "")
    return EDGE_WIDTH + (CLAUSE_WIDTH + round(len(clause) * LATIN_WIDTH) if clause else 0)


def _rows(
    children: Mapping[tuple[str, ...], list[tuple[str, ...]]], steps: Mapping[tuple[str, ...], Step]
) -> Iterator[DrawnStep]:
    """Yield the steps from the top down, each below what it hangs on."""
    stack: list[tuple[tuple[str, ...], tuple[int, int] | None]] = [
        (path, None) for path in reversed(children.get((), []))
    ]
    row = 0
    while stack:
        path, parent = stack.pop()
        place = ((len(path) - 1) * INDENT + 8, row * ROW_HEIGHT + 12)
        name = steps[path]["name"]
        yield DrawnStep(*place, parent, steps[path], name if len(name) <= MAX_NAME else f"{name[: MAX_NAME - 1]}…")
        stack.extend((child, place) for child in reversed(children.get(path, [])))
        row += 1


@dataclass(frozen=True, slots=True)
class Band:
    """A node of the system: as wide as it has standards to be, coloured by how many of them there are."""

    x: float
    y: int
    width: float
    row: NodeRow
    grade: int
    label: str


def bands_of(report: Report, language: str) -> list[Band]:
    """Return the nodes as bars below the bars of what stands above them, at most MAX_DEPTH levels; cost O(nodes)."""
    rows = report["tree"]
    children: dict[int, list[int]] = {}
    for number, parent in enumerate(_parents(rows)):
        children.setdefault(parent, []).append(number)
    found: list[Band] = []
    waiting = [(TOP, 0.0, float(WIDTH), 0)]
    while waiting:
        above, start, width, depth = waiting.pop()
        siblings = children.get(above, []) if depth < MAX_DEPTH else []
        whole = sum(_weight(rows[number]) for number in siblings)
        for number in siblings:
            part = width * _weight(rows[number]) / whole
            found.append(_band(rows[number], start, part, depth, language))
            waiting.append((number, start, part, depth + 1))
            start += part
    return found


def _weight(row: NodeRow) -> int:
    return max(row["total"]["expected"], 1)


def _band(row: NodeRow, start: float, part: float, depth: int, language: str) -> Band:
    """Return one bar; its label is cut to what it has room for."""
    ratio = row["total"]["ratio"]
    chinese = language == "zh-Hans"
    text = f"{row['code']} {row['name']['zh-Hans' if chinese else 'en']}"
    room = int((part - 12) / (CHINESE_WIDTH if chinese else LATIN_WIDTH))
    label = text if len(text) <= room else f"{text[: room - 1]}…" if room > LEAST_LABEL else ""
    grade = -1 if ratio is None else min(int(ratio * GRADES), GRADES - 1)
    return Band(round(start, 2), depth * BAND_HEIGHT, round(part, 2), row, grade, label)


def _parents(rows: Sequence[NodeRow]) -> Iterator[int]:
    """Yield for each row the number of the one above it, TOP where that is not shown; rows are in reading order."""
    path: list[int] = []
    for number, row in enumerate(rows):
        while path and (rows[path[-1]]["depth"] >= row["depth"] or rows[path[-1]]["system"] != row["system"]):
            path.pop()
        yield path[-1] if path else TOP
        path.append(number)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A measure on the axis of months, higher where several fall together."""

    x: float
    y: int
    measure: MeasureEntry
    radius: float


@dataclass(frozen=True, slots=True)
class Calendar:
    """The axis: months with their places, the deadlines on it."""

    months: Sequence[tuple[float, str]]
    deadlines: Sequence[Deadline]
    height: int


MONTHS = 13
LANES = 6
LANE_HEIGHT = 16


def calendar_of(report: Report) -> Calendar | None:
    """Return the deadlines of the next year, None where there are none; a date beyond is left out."""
    start = date.fromisoformat(report["as_of"])
    dated = [one for one in report["measures"] if one["next_date"] is not None and one["requirements"]]
    near = [one for one in dated if _place(start, one["next_date"]) <= WIDTH]
    if not near:
        return None
    lanes = [-1000.0] * LANES
    deadlines = []
    for one in sorted(near, key=lambda one: (one["next_date"] or "", SEVERITY_RANK[Severity(one["severity"])])):
        x = _place(start, one["next_date"])
        lane = next((number for number, last in enumerate(lanes) if x - last >= LANE_HEIGHT), LANES - 1)
        lanes[lane] = x
        deadlines.append(Deadline(round(x, 1), lane * LANE_HEIGHT, one, min(4 + one["requirements"] * 0.4, 7)))
    used = max(deadline.y for deadline in deadlines) + LANE_HEIGHT
    months = []
    for number in range(MONTHS):
        index = start.month - 1 + number
        first = date(start.year + index // 12, index % 12 + 1, 1)
        x = _place(start, first.isoformat())
        if 0 <= x <= WIDTH - 60:
            months.append((round(x, 1), f"{first.year}-{first.month:02d}"))
    return Calendar(months, deadlines, used)


def _place(start: date, day: str | None) -> float:
    if day is None:
        return float(WIDTH + 1)
    return (date.fromisoformat(day) - start).days / 366 * (WIDTH - 20) + 10


@dataclass(frozen=True, slots=True)
class YearBar:
    """A year of the plan: how many works, what weight it closes, and what share is closed by its end."""

    year: int
    works: int
    weight: int
    start: float
    width: float
    closed: int


def years_of(plan: PlanEntry) -> list[YearBar]:
    """Return the years of the plan as parts of a bar of 100 that stands for all weight that can be closed."""
    found = []
    closed = 0
    whole = plan["closable_weight"] or 1
    first = plan["budget"]["first_year"]
    for year in range(first, first + plan["budget"]["years"]):
        entries = [entry for entry in plan["work"] if entry["year"] == year]
        weight = sum(entry["weight"] for entry in entries)
        bar = YearBar(
            year,
            len(entries),
            weight,
            round(100 * closed / whole, 3),
            round(100 * weight / whole, 3),
            closed + weight,
        )
        found.append(bar)
        closed += weight
    return found
