"""Columns and tables that every schema has, defined once."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, LargeBinary, MetaData, String, Table, func
from sqlalchemy import Sequence as SqlSequence
from sqlmodel import Field, SQLModel

NAMING = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}


class TableBase(SQLModel):
    """The base of every row class; its metadata names constraints so that a migration can speak of them."""

    metadata = MetaData(naming_convention=NAMING)


# Keys are compared byte by byte: the database's locale must not decide whether two designations are the same.
KeyText = String(collation="C")


def key_field(**options: Any) -> Any:
    """Return a text field compared byte by byte, such as a match key or a resource id."""
    return Field(sa_type=KeyText, **options)


def moment_field(**options: Any) -> Any:
    """Return an aware UTC time that the database sets when the row is written."""
    return Field(
        default=None,
        sa_type=DateTime(timezone=True),
        sa_column_kwargs={"server_default": func.now(), "nullable": False},
        **options,
    )


Moment = datetime | None


def change_log(schema: str) -> Table:
    """Declare the change log of *schema*: one row for every change, numbered in the order of commits."""
    return Table(
        "change",
        TableBase.metadata,
        Column("revision", BigInteger, SqlSequence("change_revision", schema=schema), primary_key=True),
        Column("resource", KeyText, nullable=False),
        Column("action", KeyText, nullable=False),
        Column("principal", String, nullable=False),
        Column("occurred_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        schema=schema,
    )


def request_log(schema: str) -> Table:
    """Declare where *schema* remembers requests by their id, with the answers they got."""
    return Table(
        "answered_request",
        TableBase.metadata,
        Column("principal", KeyText, primary_key=True),
        Column("method", KeyText, primary_key=True),
        Column("request_id", KeyText, primary_key=True),
        Column("request_sha256", LargeBinary, nullable=False),
        Column("answer_type", KeyText, nullable=False),
        Column("answer", LargeBinary, nullable=False),
        Column("answered_at", DateTime(timezone=True), nullable=False, server_default=func.now(), index=True),
        schema=schema,
    )
