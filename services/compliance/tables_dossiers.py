"""Where review dossiers are kept: what lists need as columns, the rest as the dossier's own JSON."""

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.compliance.tables import SCHEMA
from services.runtime.columns import Moment, TableBase, key_field, moment_field


class DossierRow(TableBase, table=True):
    """One review dossier."""

    __tablename__ = "dossier"
    __table_args__ = (Index("ix_dossier_created_at", "created_at", "dossier_id"), {"schema": SCHEMA})

    dossier_id: str = key_field(primary_key=True)
    symbol: str = key_field(index=True)
    content: dict[str, object] = Field(sa_type=JSONB)
    version: int = Field(default=1)
    created_by: str
    created_at: Moment = moment_field()
    updated_at: Moment = moment_field()
