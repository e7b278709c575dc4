"""Put the comparison of two texts into messages."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict

from services.catalog.comparisons import Compared
from standards_tree.drafting.redline import ClauseChange, ComparedClause, figures_of
from standards_tree.drafting.word_changes import Run, RunChange
from standards_tree.errors import LimitError
from tbt.catalog.v1 import redline_pb2

# Far enough below the 4 MiB a message may have.
MAX_PIECE_BYTES = 1024 * 1024
MAX_CLAUSE_BYTES = 3 * 1024 * 1024

_CLAUSE_TO = {
    ClauseChange.UNCHANGED: redline_pb2.CLAUSE_CHANGE_UNCHANGED,
    ClauseChange.CHANGED: redline_pb2.CLAUSE_CHANGE_CHANGED,
    ClauseChange.ADDED: redline_pb2.CLAUSE_CHANGE_ADDED,
    ClauseChange.REMOVED: redline_pb2.CLAUSE_CHANGE_REMOVED,
}
_RUN_TO = {
    RunChange.KEPT: redline_pb2.RUN_CHANGE_KEPT,
    RunChange.INSERTED: redline_pb2.RUN_CHANGE_INSERTED,
    RunChange.DELETED: redline_pb2.RUN_CHANGE_DELETED,
}


def comparison_to(compared: Compared) -> redline_pb2.Comparison:
    """Return what is compared, with the figures."""
    return redline_pb2.Comparison(
        old_document=compared.old.document,
        new_document=compared.new.document,
        old_designation=compared.old.designation,
        new_designation=compared.new.designation,
        figures=redline_pb2.ComparisonFigures(**asdict(figures_of(compared.clauses))),
    )


def pieces(compared: Compared) -> Iterator[list[redline_pb2.ComparedClause]]:
    """Yield the clauses, as many together as fit into a message.

    Raises:
        LimitError: one alone does not.
    """
    together: list[redline_pb2.ComparedClause] = []
    size = 0
    for message in map(_clause_to, compared.clauses):
        size += message.ByteSize()
        if message.ByteSize() > MAX_CLAUSE_BYTES:
            text = "clause {number} has more changes than fit into an answer; download the comparison as a page"
            raise LimitError(text, number=message.new_number or message.old_number or "-")
        if together and size > MAX_PIECE_BYTES:
            yield together
            together, size = [], message.ByteSize()
        together.append(message)
    if together:
        yield together


def _clause_to(clause: ComparedClause) -> redline_pb2.ComparedClause:
    unchanged = clause.change is ClauseChange.UNCHANGED
    return redline_pb2.ComparedClause(
        change=_CLAUSE_TO[clause.change],
        old_number=clause.old_number,
        new_number=clause.new_number,
        renumbered=clause.renumbered,
        moved=clause.moved,
        depth=clause.depth,
        title=_runs_to(clause.title),
        text=[] if unchanged else _runs_to(clause.text),
    )


def _runs_to(runs: Iterable[Run]) -> list[redline_pb2.Run]:
    return [redline_pb2.Run(change=_RUN_TO[run.change], text=run.text) for run in runs]
