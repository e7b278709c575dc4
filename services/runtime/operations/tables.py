"""Where operations are kept."""

from sqlalchemy import DateTime, LargeBinary
from sqlmodel import Field

from services.runtime.columns import Moment, TableBase, key_field, moment_field

SCHEMA = "operations"


class OperationRow(TableBase, table=True):
    """One operation: what was asked, how far it is, what came of it. Messages are kept packed as `google.protobuf.Any`."""

    __tablename__ = "operation"
    __table_args__ = ({"schema": SCHEMA},)

    operation_id: str = key_field(primary_key=True)
    kind: str = key_field()
    principal: str = key_field(index=True)
    language: str = key_field()
    trace_parent: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """The span of the call that asked for it, as `traceparent` (W3C Trace Context); empty where nothing is traced."""
    request: bytes = Field(sa_type=LargeBinary)
    progress: bytes = Field(sa_type=LargeBinary)
    done: bool = Field(default=False)
    cancel_requested: bool = Field(default=False)
    failure: bytes | None = Field(default=None, sa_type=LargeBinary)
    response: bytes | None = Field(default=None, sa_type=LargeBinary)
    created_at: Moment = moment_field(index=True)
    finished_at: Moment = Field(default=None, sa_type=DateTime(timezone=True))
