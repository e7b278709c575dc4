"""Compare two documents as the documents service reads them."""

from collections.abc import Iterable
from typing import NamedTuple

from services.catalog.upstream import CatalogUpstreams
from standards_tree.drafting.clause_pairing import Clause
from standards_tree.drafting.redline import ComparedClause, compare
from standards_tree.reports.redline_page import ComparedText
from tbt.documents.v1 import standard_piece_pb2 as pieces


class Compared(NamedTuple):
    """Two texts and what became of the clauses of the one in the other."""

    old: ComparedText
    new: ComparedText
    clauses: list[ComparedClause]


def compare_documents(old: str, new: str, upstreams: CatalogUpstreams) -> Compared:
    """Return what became of the clauses of the document *old* in the document *new*.

    Raises:
        NotFoundError: there is no such document.
        InvalidArgumentError: one is not a standard document that can be read.
        LimitError: one is too large to be compared.
    """
    before, after = upstreams.read_standard(old), upstreams.read_standard(new)
    clauses = compare(_clauses(before.clauses), _clauses(after.clauses))
    return Compared(ComparedText(_printed(before.head), old), ComparedText(_printed(after.head), new), clauses)


def _printed(head: pieces.StandardHead) -> str:
    """Return the designation that a document prints, one that is still open too."""
    return head.designation or next((entry.text for entry in head.metadata.designations), "")


def _clauses(messages: Iterable[pieces.StandardClause]) -> list[Clause]:
    return [Clause(message.number, message.title, message.depth, message.text) for message in messages]
