"""Answer every error: the domain's as it says, any other as an incident that tells the client nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import grpc
import structlog
from google.protobuf.message import Message
from grpc_status import rpc_status

from services.runtime.calls import Call
from services.runtime.errors import ending_of, internal_status
from standards_tree.errors import DomainError

logger = structlog.stdlib.get_logger("errors")


class Errors:
    """Catch what the steps and handlers below raise and end the call with the right status."""

    @contextmanager
    def around(self, call: Call, context: grpc.ServicerContext) -> Iterator[None]:
        """Translate whatever is raised below."""
        try:
            yield
        except DomainError as error:
            context.abort_with_status(ending_of(error, call.language))
        except Exception:
            if not context.is_active():
                # The client has gone; gRPC raises through the request iterator, and there is nobody to answer.
                context.abort(grpc.StatusCode.CANCELLED, "the client went away")
            incident = uuid4().hex[:12]
            logger.exception("internal error", incident=incident, method=call.method, call_id=call.call_id)
            context.abort_with_status(rpc_status.to_status(internal_status(incident)))

    def admit(self, request: Message) -> None:
        """Let every message pass."""
