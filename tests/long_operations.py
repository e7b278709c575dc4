"""Wait for work in the background as a client does."""

from typing import TypeVar

import grpc
from google.longrunning import operations_pb2, operations_pb2_grpc
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message

Answer = TypeVar("Answer", bound=Message)

WAITS = 12


def finished(channel: grpc.Channel, operation: operations_pb2.Operation) -> operations_pb2.Operation:
    """Return *operation* when it is done; fail when that takes more than a few minutes."""
    stub = operations_pb2_grpc.OperationsStub(channel)
    request = operations_pb2.WaitOperationRequest(name=operation.name, timeout=Duration(seconds=20))
    for _ in range(WAITS):
        if operation.done:
            return operation
        operation = stub.WaitOperation(request)
    assert operation.done, f"{operation.name} is not done: {operation.metadata}"
    return operation


def answer_of(channel: grpc.Channel, operation: operations_pb2.Operation, answer: Answer) -> Answer:
    """Return what *operation* answers, unpacked into *answer*; fail when it failed."""
    done = finished(channel, operation)
    assert not done.HasField("error"), done.error.message
    assert done.response.Unpack(answer)
    return answer
