"""Speak SQL about whose something is."""

from sqlalchemy import ColumnElement, and_, or_

from services.catalog.ownership import committee_key


def within_committee(column: ColumnElement[str], committee: str) -> ColumnElement[bool]:
    """Return the condition that *column*, a key, is of *committee* or of a subcommittee of it: ``sac/tc260/…``."""
    key = committee_key(committee)
    # "0" follows "/", so that these are the keys that begin with the committee's own and a slash.
    return or_(column == key, and_(column > f"{key}/", column < f"{key}0"))
