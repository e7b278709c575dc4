"""Write the detail table of a standards system (标准明细表, GB/T 13016) as a workbook."""

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from standards_tree.systems.remarks import adopted_standards, draft_remark, replaced_standards, standard_remark
from standards_tree.systems.sheets import CAPTION_ROW, Cell, Column, TableWriter, workbook
from standards_tree.systems.statistics import NodeFigures, statistics_of
from standards_tree.systems.system_view import PlacedDraft, PlacedStandard, SystemView
from standards_tree.systems.words import either


class DetailRow(NamedTuple):
    """A row of the table; ``number`` is None for the heading of a node and for what is planned and not begun."""

    number: int | None
    cells: tuple[Cell, ...]
    is_heading: bool = False


def render_detail_table(view: SystemView, language: str) -> bytes:
    """Return the detail table of *view*: under each node its standards, its drafts, and what is planned.

    Raises:
        InvalidArgumentError: the set is not written in *language*.
    """
    return workbook(view, "details", language, lambda writer: _write(writer, view))


def _write(writer: TableWriter, view: SystemView) -> None:
    w = writer.w
    columns = (
        Column(w("number"), 7, "number"),
        Column(w("system_number"), 14),
        Column(w("standard_number"), 24),
        Column(w("standard_name"), 48),
        Column(w("suitable_level"), 12),
        Column(w("effective_on"), 13, "date"),
        Column(w("adopted"), 26),
        Column(w("replaces"), 24),
        Column(w("remarks"), 34),
    )
    sheet = writer.begin(w("details"), "details", view, columns)
    last = CAPTION_ROW
    for last, row in enumerate(_rows(writer, view), start=CAPTION_ROW + 1):
        writer.row(sheet, last, columns, (row.number, *row.cells), "group" if row.is_heading else "")
    sheet.autofilter(CAPTION_ROW, 0, max(last, CAPTION_ROW + 1), len(columns) - 1)


def _rows(writer: TableWriter, view: SystemView) -> Iterator[DetailRow]:
    """Yield the rows in the order of the tree; standards and drafts are numbered through."""
    standards: defaultdict[str, list[PlacedStandard]] = defaultdict(list)
    drafts: defaultdict[str, list[PlacedDraft]] = defaultdict(list)
    for one in view.standards:
        standards[one.node].append(one)
    for draft in view.drafts:
        drafts[draft.node].append(draft)
    number = 0
    for figures in statistics_of(view).nodes:
        code = figures.node.code
        yield _heading(writer, figures)
        for one in standards[code]:
            number += 1
            yield DetailRow(number, _standard_cells(one, writer.language))
        for draft in drafts[code]:
            number += 1
            yield DetailRow(number, _draft_cells(writer, draft))
        if figures.own.not_begun:
            yield DetailRow(None, _planned_cells(writer, figures))


def _heading(writer: TableWriter, figures: NodeFigures) -> DetailRow:
    counts = {name: getattr(figures.branch, name) for name in ("in_force", "upcoming", "drafts")}
    name = "　" * figures.node.depth + either(figures.node.title, writer.language)
    cells = (figures.node.code, None, name, None, None, None, None, writer.w("node_figures", **counts))
    return DetailRow(None, cells, is_heading=True)


def _standard_cells(one: PlacedStandard, language: str) -> tuple[Cell, ...]:
    return (
        one.node,
        one.designation,
        either(one.title, language),
        None,
        one.effective_on,
        adopted_standards(one, language),
        replaced_standards(one, language),
        standard_remark(one, language),
    )


def _draft_cells(writer: TableWriter, draft: PlacedDraft) -> tuple[Cell, ...]:
    """Return the cells of a standard in the making, with the level it should get."""
    level = writer.w(f"level_{draft.level.value}")
    name = either(draft.title, writer.language)
    return draft.node, draft.designation, name, level, None, None, None, draft_remark(draft, writer.language)


def _planned_cells(writer: TableWriter, figures: NodeFigures) -> tuple[Cell, ...]:
    """Return the cells of what a node's stated number asks for and nobody has begun."""
    node = figures.node
    level = writer.w(f"level_{node.level.value}") if node.level is not None else writer.w("level_")
    return node.code, None, writer.w("not_begun", count=figures.own.not_begun), level, None, None, None, None
