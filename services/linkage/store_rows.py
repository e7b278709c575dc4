"""Speak SQL for what rows of every kind share."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func
from sqlmodel import Session

from services.linkage.tables import RequirementRow
from services.linkage.tables_links import LinkRow
from services.linkage.tables_proposals import ProposalRow


def change_row(session: Session, row: RequirementRow | LinkRow | ProposalRow, columns: Mapping[str, Any]) -> None:
    """Store new values of *columns* as the next version of *row*."""
    for column, value in columns.items():
        setattr(row, column, value)
    row.version += 1
    row.updated_at = func.now()  # type: ignore[assignment]  # the database's clock
    session.flush()
    session.refresh(row)
