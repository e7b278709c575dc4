"""The schema of the audit service."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Identity, Index, LargeBinary, String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from services.runtime.columns import KeyText, Moment, TableBase, key_field, moment_field

SCHEMA = "audit"


class RecordRow(TableBase, table=True):
    """One change or one refusal. Services append, in the transaction that makes the change; nobody rewrites."""

    __tablename__ = "record"
    __table_args__ = (
        CheckConstraint("kind IN ('write', 'refusal', 'unrecorded')", name="kind"),
        Index("ix_record_occurred_at", "occurred_at"),
        Index("ix_record_principal", "principal", "number"),
        Index("ix_record_target", "target", "number"),
        {"schema": SCHEMA},
    )

    number: int | None = Field(
        default=None, sa_column=Column("number", BigInteger, Identity(always=True), primary_key=True)
    )
    kind: str = key_field()
    occurred_at: Moment = moment_field()
    principal: str = key_field()
    roles: list[str] = Field(sa_type=ARRAY(String))
    service: str = key_field()
    method: str = key_field()
    call_id: str = key_field()
    request_id: str = key_field()
    code: str = key_field()
    reason: str = key_field()
    target: str = key_field()
    """The first of `targets`, to be looked for."""
    targets: list[str] = Field(sa_type=ARRAY(KeyText))
    target_count: int
    request_sha256: bytes = Field(sa_type=LargeBinary)
    after_sha256: bytes = Field(sa_type=LargeBinary)


class UnsealedRow(TableBase, table=True):
    """A record that has no place in the chain yet. A trigger puts it here, whoever appended it."""

    __tablename__ = "unsealed"
    __table_args__ = ({"schema": SCHEMA},)

    number: int = Field(sa_type=BigInteger, primary_key=True)


class LinkRow(TableBase, table=True):
    """A record's place in the chain, and the hash over the link before it and the record."""

    __tablename__ = "link"
    __table_args__ = ({"schema": SCHEMA},)

    position: int = Field(sa_column=Column("position", BigInteger, primary_key=True, autoincrement=False))
    number: int = Field(sa_type=BigInteger, unique=True)
    sha256: bytes = Field(sa_type=LargeBinary)
