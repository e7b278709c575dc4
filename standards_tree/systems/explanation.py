"""Write the skeleton of a compilation explanation (编制说明, GB/T 13016): its seven sections with the figures filled in.

What people have to write is marked as such; nothing is written for them but what the catalogue knows.
"""

from collections.abc import Sequence
from typing import Final

from standards_tree.reports.labels import language_of
from standards_tree.standards import Obligation, StandardStatus
from standards_tree.systems.documents_docx import DocumentWriter
from standards_tree.systems.statistics import Figures, NodeFigures, Statistics, statistics_of
from standards_tree.systems.statistics_table import category_rows, notes_of, stock_cells
from standards_tree.systems.system_view import Neighbourhood, SystemView
from standards_tree.systems.words import UNKNOWN, day, either, facts_of, listed, title_of, word

MOST_NAMES: Final = 20
MOST_WEAK_BRANCHES: Final = 15
MOST_BRANCHES: Final = 200
_ENDED: Final = (StandardStatus.SUPERSEDED, StandardStatus.ABOLISHED)
_STATES: Final = ("in_force", "upcoming", "superseded", "abolished", "drafts")


def render_explanation(view: SystemView, neighbourhood: Neighbourhood, language: str) -> bytes:
    """Return the explanation of *view*, which meets its *neighbourhood*, as a document to be completed.

    Raises:
        InvalidArgumentError: the set is not written in *language*.
    """
    language = language_of(language)
    title = title_of("explanation", either(view.title, language), language)
    explanation = _Explanation(view, statistics_of(view), DocumentWriter(title, view.as_of, language), language)
    return explanation.write(neighbourhood)


class _Explanation:
    """Write the sections one after the other."""

    def __init__(self, view: SystemView, statistics: Statistics, writer: DocumentWriter, language: str) -> None:
        self._view = view
        self._statistics = statistics
        self._writer = writer
        self._language = language

    def write(self, neighbourhood: Neighbourhood) -> bytes:
        """Return the document."""
        date = day(self._view.as_of, self._language)
        for fact in facts_of(self._view.subject, self._language):
            self._writer.line(fact)
        self._writer.paragraph(self._w("to_write_key", date=date))
        self._basis(date)
        self._survey()
        self._analysis()
        self._division()
        self._overlap(neighbourhood)
        self._support(neighbourhood)
        self._section(7, "section_other")
        self._open("hint_other")
        return self._writer.content()

    def _w(self, code: str, /, **parameters: object) -> str:
        return word(code, self._language, **parameters)

    def _section(self, number: int, code: str) -> None:
        self._writer.heading(f"{number} {self._w(code)}")

    def _say(self, code: str, /, **parameters: object) -> None:
        self._writer.paragraph(self._w(code, **parameters))

    def _open(self, hint: str) -> None:
        self._writer.open_passage(self._w("to_write", hint=self._w(hint)))

    def _basis(self, date: str) -> None:
        view = self._view
        self._section(1, "section_basis")
        self._say("basis_standard")
        tops = sum(node.depth == (1 if view.subject.branch else 0) for node in view.nodes)
        counts = {"nodes": len(view.nodes), "standards": len(view.standards), "drafts": len(view.drafts)}
        self._say("basis_extent", date=date, tops=tops, **counts)
        self._open("hint_basis")

    def _survey(self) -> None:
        total, view = self._statistics.total, self._view
        self._section(2, "section_survey")
        mandatory = sum(
            one.obligation is Obligation.MANDATORY and one.status is StandardStatus.IN_FORCE for one in view.standards
        )
        self._say("survey_states", mandatory=mandatory, **{name: getattr(total, name) for name in _STATES})
        head = [self._w("level_column"), *(self._w(name) for name in _STATES)]
        rows = [
            [self._w(f"level_{row.category.value}"), *_state_cells(row.figures)]
            for row in self._statistics.levels
            if row.category is not None
        ]
        self._writer.table(
            self._w("table_states"), head, [*rows, [self._w("total"), *_state_cells(total)]], [len(rows)]
        )
        adopting = sum(self._statistics.adoptions.values())
        share = f"{adopting / total.in_force:.1%}" if total.in_force else UNKNOWN
        self._say("survey_adoptions", count=adopting, share=share)
        degrees = [[self._w(f"degree_{degree.value}"), str(n)] for degree, n in self._statistics.adoptions.items()]
        degrees.append([self._w("total"), str(adopting)])
        columns = [self._w("degree_column"), self._w("count_column")]
        self._writer.table(self._w("table_adoptions"), columns, degrees, [len(degrees) - 1])
        self._open("hint_survey")

    def _analysis(self) -> None:
        total = self._statistics.total
        self._section(3, "section_analysis")
        head = [self._w(code) for code in ("category", "expected", "existing", "ratio")]
        rows: list[list[str]] = []
        strong = []
        for heading, block in category_rows(self._statistics):
            strong.append(len(rows))
            rows.append([self._w(heading), "", "", ""])
            rows += [[self._w(code), *_stock_texts(figures)] for code, figures in block]
            strong.append(len(rows) - 1)
        self._writer.table(self._w("table_statistics"), head, rows, strong)
        for note in notes_of(self._language, self._view, self._statistics):
            self._writer.paragraph(note)
        self._weak_branches()
        self._say(
            "drafts_under_way", count=total.drafts, additional=sum(not one.replaces_here for one in self._view.drafts)
        )
        if total.stated:
            self._say("planned_not_begun", count=total.not_begun)
        parents = {node.parent for node in self._view.nodes}
        empty = [
            f"{one.node.code} {either(one.node.title, self._language)}"
            for one in self._statistics.nodes
            if one.node.code not in parents and not one.own.in_force
        ]
        ended = [one.designation for one in self._view.standards if one.status in _ENDED]
        for code, names in (("empty_nodes", empty), ("ended_standards", ended)):
            if names:
                self._say(code, count=len(names), names=self._some(names))
        self._open("hint_analysis")

    def _weak_branches(self) -> None:
        """Write the nodes that lack most by themselves, the largest gap first."""
        if not self._statistics.total.stated:
            self._say("weak_unstated")
            return
        gaps = [(_gap(one.own), one) for one in self._statistics.nodes]
        lacking = sorted((found for found in gaps if found[0]), key=lambda found: -found[0])[:MOST_WEAK_BRANCHES]
        if not lacking:
            self._say("weak_none")
            return
        head = [self._w(code) for code in ("node", "node_name", "expected", "existing", "lacking")]
        rows = [[*self._named(one), str(one.own.expected), str(one.own.existing), str(gap)] for gap, one in lacking]
        self._writer.table(self._w("table_weak"), head, rows)

    def _division(self) -> None:
        self._section(4, "section_division")
        head = [self._w(code) for code in ("node", "node_name", "expected", "existing", "drafts")]
        upper = [one for one in self._statistics.nodes if one.node.depth <= 1][:MOST_BRANCHES]
        rows = [[*self._named(one), *_stock_texts(one.branch)[:2], str(one.branch.drafts)] for one in upper]
        tops = [number for number, one in enumerate(upper) if one.node.depth == 0]
        self._writer.table(self._w("table_branches"), head, rows, tops)
        self._open("hint_division")

    def _overlap(self, neighbourhood: Neighbourhood) -> None:
        self._section(5, "section_overlap")
        rows = [[either(shared.title, self._language), str(shared.count)] for shared in neighbourhood.shared]
        self._table_or("shared_none", "table_shared", ("system_column", "count_column"), rows)
        self._open("hint_overlap")

    def _support(self, neighbourhood: Neighbourhood) -> None:
        self._section(6, "section_support")
        rows = [[cited.designation, str(cited.count)] for cited in neighbourhood.outside]
        self._table_or("outside_none", "table_outside", ("standard_number", "citing_column"), rows)
        self._open("hint_support")

    def _table_or(self, none: str, caption: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        if rows:
            self._writer.table(self._w(caption), [self._w(code) for code in head], rows)
        else:
            self._say(none)

    def _named(self, one: NodeFigures) -> tuple[str, str]:
        return one.node.code, either(one.node.title, self._language)

    def _some(self, names: list[str]) -> str:
        """Return the first of *names*, and how many more there are."""
        text = listed(names[:MOST_NAMES], self._language)
        more = len(names) - MOST_NAMES
        return self._w("and_more", names=text, count=more) if more > 0 else text


def _state_cells(figures: Figures) -> list[str]:
    return [str(getattr(figures, name)) for name in _STATES]


def _stock_texts(figures: Figures) -> list[str]:
    expected, existing, ratio = stock_cells(figures)
    return [str(expected), str(existing), f"{ratio:.1%}" if isinstance(ratio, float) else str(ratio)]


def _gap(figures: Figures) -> int:
    return (figures.expected or figures.existing) - figures.existing
