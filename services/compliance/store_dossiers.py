"""Speak SQL about review dossiers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import uuid4

from sqlalchemy import func
from sqlmodel import Session, col, or_, select

from services.compliance.tables_dossiers import DossierRow
from services.runtime.calls import current_principal
from services.runtime.changes import record_change
from services.runtime.paging import Page
from standards_tree.errors import NotFoundError

DOSSIERS = "dossiers/"


def add_dossier(session: Session, symbol: str, content: Mapping[str, object]) -> DossierRow:
    """Store a dossier and return it."""
    row = DossierRow(
        dossier_id=uuid4().hex, symbol=symbol, content=dict(content), created_by=current_principal().subject
    )
    session.add(row)
    session.flush()
    session.refresh(row)
    record_change(session, f"{DOSSIERS}{row.dossier_id}", "created")
    return row


def get_dossier(session: Session, name: str) -> DossierRow:
    """Return the dossier *name*.

    Raises:
        NotFoundError: there is none.
    """
    row = session.get(DossierRow, name.removeprefix(DOSSIERS)) if name.startswith(DOSSIERS) else None
    if row is None:
        message = "there is no dossier {name}"
        raise NotFoundError(message, name=name)
    return row


def put_dossier(session: Session, row: DossierRow, symbol: str, content: Mapping[str, object]) -> DossierRow:
    """Give a dossier new content and return it."""
    row.symbol, row.content, row.version = symbol, dict(content), row.version + 1
    row.updated_at = func.now()  # type: ignore[assignment]  # the database's clock
    session.flush()
    session.refresh(row)
    record_change(session, f"{DOSSIERS}{row.dossier_id}", "updated")
    return row


def list_dossiers(session: Session, symbol_prefix: str, page: Page) -> Sequence[DossierRow]:
    """Return one more than a page of dossiers, newest first."""
    query = select(DossierRow).order_by(col(DossierRow.created_at).desc(), col(DossierRow.dossier_id).desc())
    if symbol_prefix:
        query = query.where(col(DossierRow.symbol).startswith(symbol_prefix, autoescape=True))
    if page.after is not None:
        moment, dossier_id = datetime.fromisoformat(str(page.after[0])), page.after[1]
        query = query.where(
            or_(
                col(DossierRow.created_at) < moment,
                (col(DossierRow.created_at) == moment) & (col(DossierRow.dossier_id) < dossier_id),
            )
        )
    return list(session.exec(query.limit(page.size + 1)))


def dossier_order(row: DossierRow) -> tuple[str, str]:
    """Return where a dossier stands in the list."""
    return (row.created_at.isoformat() if row.created_at else "", row.dossier_id)
