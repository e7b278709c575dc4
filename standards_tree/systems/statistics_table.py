"""Write the statistics table of a standards system (标准统计表, GB/T 13016) as a workbook.

The first sheet is the table as prescribed, by level and by kind; the second has every branch; the third says from what
each kind was derived. Figures are numbers and no formulas, so that a reader sees what the system counted.
"""

from collections.abc import Sequence

from xlsxwriter.worksheet import Worksheet

from standards_tree.standards import Level
from standards_tree.systems.kinds import DerivedKind, kind_of
from standards_tree.systems.sheets import CAPTION_ROW, Cell, Column, TableWriter, workbook
from standards_tree.systems.statistics import Figures, NodeFigures, Statistics, statistics_of
from standards_tree.systems.system_view import SystemView
from standards_tree.systems.words import UNKNOWN, day, either, word


def render_statistics_table(view: SystemView, language: str) -> bytes:
    """Return the statistics table of *view*.

    Raises:
        InvalidArgumentError: the set is not written in *language*.
    """
    statistics = statistics_of(view)

    def write(writer: TableWriter) -> None:
        _prescribed(writer, view, statistics)
        _branches(writer, view, statistics)
        _derivations(writer, view)

    return workbook(view, "statistics", language, write)


def stock_cells(figures: Figures) -> tuple[Cell, ...]:
    """Return how many there should be, how many there are, and their ratio; a dash for what is not known."""
    unknown = UNKNOWN if figures.expected is None else figures.expected
    return unknown, figures.existing, UNKNOWN if figures.ratio is None else figures.ratio


def category_rows(statistics: Statistics) -> list[tuple[str, list[tuple[str, Figures]]]]:
    """Return the blocks of the table, by level and by kind: a heading each, and rows of a word's code and figures."""
    levels = [(f"level_{row.category.value if row.category else 'none'}", row.figures) for row in statistics.levels]
    kinds = [(f"kind_{row.category.value if row.category else 'none'}", row.figures) for row in statistics.kinds]
    return [
        ("block_levels", [*levels, ("total", statistics.total)]),
        ("block_kinds", [*kinds, ("total", statistics.total)]),
    ]


def notes_of(language: str, view: SystemView, statistics: Statistics) -> list[str]:
    """Return what a reader must know to understand the figures."""
    notes = [word("note_existing", language, date=day(view.as_of, language)), word("note_kinds", language)]
    if statistics.total.stated and statistics.unstated_nodes:
        notes.insert(1, word("note_unstated", language, count=statistics.unstated_nodes))
    return notes


def _prescribed(writer: TableWriter, view: SystemView, statistics: Statistics) -> None:
    w = writer.w
    columns = (
        Column(w("category"), 44),
        Column(w("expected"), 18, "number"),
        Column(w("existing"), 18, "number"),
        Column(w("ratio"), 24, "ratio"),
    )
    sheet = writer.begin(w("statistics"), "statistics", view, columns)
    row = CAPTION_ROW
    for heading, rows in category_rows(statistics):
        row += 1
        writer.row(sheet, row, columns, (w(heading), None, None, None), "group")
        for code, figures in rows:
            row += 1
            _stock_row(writer, sheet, row, code, figures)
    for note in notes_of(writer.language, view, statistics):
        row += 1
        writer.across(sheet, row, len(columns), note, "note")


def _stock_row(writer: TableWriter, sheet: Worksheet, row: int, code: str, figures: Figures) -> None:
    plain = ("text", "number", "number", "ratio")
    styles = ("group", "group_number", "group_number", "group_ratio") if code == "total" else plain
    for column, (cell, style) in enumerate(zip((writer.w(code), *stock_cells(figures)), styles, strict=True)):
        writer.put(sheet, row, column, cell, style)


def _branches(writer: TableWriter, view: SystemView, statistics: Statistics) -> None:
    w = writer.w
    levels = [row.category for row in statistics.levels if row.category is not None]
    columns = (
        Column(w("node"), 14),
        Column(w("node_name"), 44),
        Column(w("expected"), 11, "number"),
        Column(w("existing"), 11, "number"),
        Column(w("ratio"), 13, "ratio"),
        *(Column(w(code), 10, "number") for code in ("upcoming", "drafts", "planned", "superseded", "abolished")),
        *(Column(w(f"level_{level.value}"), 11, "number") for level in levels),
    )
    sheet = writer.begin(w("sheet_branches"), "statistics", view, columns)
    row = CAPTION_ROW
    for row, one in enumerate(statistics.nodes, start=CAPTION_ROW + 1):
        writer.row(sheet, row, columns, _branch_cells(writer, one, levels))
    sheet.autofilter(CAPTION_ROW, 0, max(row, CAPTION_ROW + 1), len(columns) - 1)
    total = statistics.total
    in_force = {each.category: each.figures.in_force for each in statistics.levels}
    cells = (None, w("total"), *stock_cells(total), *_states(total), *(in_force[level] for level in levels))
    writer.row(sheet, row + 1, columns, cells)


def _branch_cells(writer: TableWriter, one: NodeFigures, levels: Sequence[Level]) -> tuple[Cell, ...]:
    """Return the figures of a node with everything below it; the last columns split those in force by level."""
    name = "　" * one.node.depth + either(one.node.title, writer.language)
    in_force = (one.levels.get(level, 0) for level in levels)
    return one.node.code, name, *stock_cells(one.branch), *_states(one.branch), *in_force


def _states(figures: Figures) -> tuple[int, ...]:
    return figures.upcoming, figures.drafts, figures.not_begun, figures.superseded, figures.abolished


def _derivations(writer: TableWriter, view: SystemView) -> None:
    w = writer.w
    columns = (
        Column(w("node"), 14),
        Column(w("standard_number"), 26),
        Column(w("standard_name"), 60),
        Column(w("kind"), 26),
        Column(w("basis"), 40),
    )
    sheet = writer.begin(w("sheet_kinds"), "statistics", view, columns)
    row = CAPTION_ROW
    for one in view.standards:
        row += 1
        derived = kind_of(one.title, one.ics, one.ccs)
        writer.row(
            sheet,
            row,
            columns,
            (one.node, one.designation, *_derivation(writer, either(one.title, writer.language), derived)),
        )
    for draft in view.drafts:
        row += 1
        name = either(draft.title, writer.language)
        cells = (draft.node, draft.designation or draft.plan_number, *_derivation(writer, name, kind_of(draft.title)))
        writer.row(sheet, row, columns, cells)
    sheet.autofilter(CAPTION_ROW, 0, max(row, CAPTION_ROW + 1), len(columns) - 1)


def _derivation(writer: TableWriter, name: str, derived: DerivedKind) -> tuple[str, str, str]:
    if not derived.basis:
        basis = writer.w("basis_none")
    elif derived.basis.startswith(("ICS ", "CCS ")):
        basis = writer.w("basis_class", code=derived.basis)
    else:
        basis = writer.w("basis_title", word=derived.basis)
    return name, writer.w(f"kind_{derived.kind.value}"), basis
