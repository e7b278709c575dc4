"""Call any method of the program by its name, with any token and any bytes, as somebody would who has only the contracts."""

import importlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import grpc
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from grpc_status import rpc_status

from services.composition import SERVICES
from tbt.options.v1 import options_pb2

SECONDS = 20
# What a refusal never shows: the inside of the program, of its database or of its machine.
INSIDE = re.compile(r"Traceback|File \"|SELECT |INSERT |sqlalchemy|psycopg|/site-packages|\.py\b|/root/|/home/|/tmp/")


@dataclass(frozen=True)
class Method:
    """A method of the public contracts."""

    descriptor: MethodDescriptor

    @property
    def path(self) -> str:
        """Return it as gRPC calls it."""
        return f"/{self.descriptor.containing_service.full_name}/{self.descriptor.name}"

    @property
    def service(self) -> str:
        """Return the name of its service as the settings use it."""
        return self.descriptor.containing_service.full_name.split(".")[1]

    @property
    def permission(self) -> int:
        """Return what its caller must be allowed."""
        return self.descriptor.GetOptions().Extensions[options_pb2.permission]

    def __str__(self) -> str:
        """Return its name as a test shows it."""
        return f"{self.descriptor.containing_service.name}.{self.descriptor.name}"


def methods() -> list[Method]:
    """Return every method of every service of ours."""
    files = [importlib.import_module(f"tbt.{name}.v1.{name}_service_pb2").DESCRIPTOR for name in SERVICES]
    services = [service for file in files for service in file.services_by_name.values()]
    return [Method(method) for service in services for method in service.methods]


def method(name: str) -> Method:
    """Return one method: `TerminologyService.GetConcept`."""
    return next(found for found in methods() if str(found) == name)


def call(
    channel: grpc.Channel,
    to: Method,
    request: Message | bytes | None = None,
    metadata: Sequence[tuple[str, str]] = (),
    seconds: float = SECONDS,
) -> grpc.RpcError | None:
    """Call *to* with one message, an empty one where none is given; return how it failed, or None when it answered.

    Of a stream that answers only the first message is read.
    """
    sent = empty(to) if request is None else request
    shape = ("stream" if to.descriptor.client_streaming else "unary") + (
        "_stream" if to.descriptor.server_streaming else "_unary"
    )
    ask = getattr(channel, shape)(
        to.path,
        request_serializer=lambda message: message if isinstance(message, bytes) else message.SerializeToString(),
        response_deserializer=GetMessageClass(to.descriptor.output_type).FromString,
    )
    try:
        answer = ask(iter([sent]) if to.descriptor.client_streaming else sent, metadata=list(metadata), timeout=seconds)
        if to.descriptor.server_streaming:
            _first(answer)
    except grpc.RpcError as failure:
        return failure
    return None


def empty(to: Method) -> Message:
    """Return a message with nothing in it; for a stream that would wait for changes, one that is refused at once."""
    kind = GetMessageClass(to.descriptor.input_type)
    return kind(after_revision=-1) if "after_revision" in to.descriptor.input_type.fields_by_name else kind()


def code(failure: grpc.RpcError | None) -> str:
    """Return the name of the status a call ended with."""
    return "OK" if failure is None else failure.code().name


def shown_by(failure: grpc.RpcError) -> str:
    """Return all that a refusal tells: its message and its details."""
    return f"{failure.details()} {rpc_status.from_call(failure)}"


def _first(answers: Iterator[object]) -> None:
    next(answers, None)
    answers.cancel()
