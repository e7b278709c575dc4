"""Take the answer out of an operation."""

from typing import TypeVar

from google.longrunning.operations_pb2 import Operation
from google.protobuf.message import Message

from services.cli.output import told
from services.runtime.errors import CODES
from standards_tree.errors import DomainError

Answer = TypeVar("Answer", bound=Message)


def answer_of(operation: Operation, answer: Answer) -> Answer:
    """Return what a finished operation answers, unpacked into *answer*.

    Raises:
        DomainError: it failed; the error means what it meant there and says why, in the caller's language.
    """
    if operation.HasField("error"):
        kind = next((kind for kind, code in CODES if code == operation.error.code), DomainError)
        raise kind("{problem}", problem=told(operation.error))
    operation.response.Unpack(answer)
    return answer
