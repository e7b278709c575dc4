"""Take the answer out of an operation."""

from typing import TypeVar

from google.longrunning.operations_pb2 import Operation
from google.protobuf.message import Message
from google.rpc import code_pb2

from standards_tree.errors import (
    CancelledError,
    DomainError,
    InvalidArgumentError,
    NotFoundError,
    PreconditionError,
    UnavailableError,
)

Answer = TypeVar("Answer", bound=Message)

KINDS: dict[int, type[DomainError]] = {
    code_pb2.INVALID_ARGUMENT: InvalidArgumentError,
    code_pb2.NOT_FOUND: NotFoundError,
    code_pb2.FAILED_PRECONDITION: PreconditionError,
    code_pb2.CANCELLED: CancelledError,
}


def answer_of(operation: Operation, answer: Answer) -> Answer:
    """Return what a finished operation answers, unpacked into *answer*.

    Raises:
        DomainError: it failed; the error says why.
    """
    if operation.HasField("error"):
        kind = KINDS.get(operation.error.code, UnavailableError)
        raise kind("{problem}", problem=operation.error.message)
    operation.response.Unpack(answer)
    return answer
