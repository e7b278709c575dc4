"""Speak SQL about whose something is."""

from sqlalchemy import ColumnElement, and_, or_

from standards_tree.committees import keys_below


def within_committee(column: ColumnElement[str], committee: str) -> ColumnElement[bool]:
    """Return the condition that *column*, a key, is of *committee* or of a subcommittee of it: ``sac/tc260/…``."""
    key, after, before = keys_below(committee)
    return or_(column == key, and_(column > after, column < before))
