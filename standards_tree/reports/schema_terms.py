"""Describe what a report says about terms; part of :mod:`schema`."""

from typing import TypedDict

from standards_tree.reports.schema_texts import Texts


class TermSource(TypedDict):
    """A standard that the definition of a term is quoted from, the clause, empty where not known, and its state on the date."""

    standard: str
    clause: str
    status: str


class TermEntry(TypedDict):
    """An agreed concept of which a term stands in the text; it is only listed, and nothing follows from it.

    ``by_deciding`` tells whether the standard that decides is one the definition is quoted from; null where no standard
    decides, or nobody says where the definition is quoted from.
    """

    term: Texts
    number: str
    domain: str
    defined_in: list[TermSource]
    by_deciding: bool | None
