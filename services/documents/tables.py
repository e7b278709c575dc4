"""The schema of the documents service. The bytes are in the object store, under their SHA-256."""

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary
from sqlmodel import Field

from services.runtime.columns import Moment, TableBase, change_log, key_field, moment_field, request_log

SCHEMA = "documents"

CHANGES = change_log(SCHEMA)
ANSWERED = request_log(SCHEMA)


class DocumentRow(TableBase, table=True):
    """One document. It never changes; two documents may have the same bytes, which are stored once."""

    __tablename__ = "document"
    __table_args__ = (
        CheckConstraint("size_bytes > 0", name="size_bytes"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
        Index("ix_document_uploaded_at", "uploaded_at", "document_id"),
        {"schema": SCHEMA},
    )

    document_id: str = key_field(primary_key=True)
    file_name: str
    media_type: str = key_field()
    size_bytes: int = Field(sa_type=BigInteger)
    sha256: str = key_field(index=True)
    uploaded_by: str
    committee_key: str = key_field(default="", sa_column_kwargs={"server_default": ""})
    """The committee its uploader signed in for: others do not see what it uploads. Empty: everybody's."""
    uploaded_at: Moment = moment_field()


class ReadingRow(TableBase, table=True):
    """What a reader made of a file, for readers of one language: the serialized answer."""

    __tablename__ = "reading"
    __table_args__ = ({"schema": SCHEMA},)

    sha256: str = key_field(primary_key=True)
    language: str = key_field(primary_key=True)
    reader: str = key_field()
    answer: bytes = Field(sa_type=LargeBinary)
