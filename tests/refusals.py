"""Read what a refused call says."""

import grpc
from google.rpc import error_details_pb2
from grpc_status import rpc_status


def fields_of(refusal: grpc.RpcError) -> list[str]:
    """Return the fields that a refused call names."""
    request = error_details_pb2.BadRequest()
    for detail in rpc_status.from_call(refusal).details:
        if detail.Unpack(request):
            return [violation.field for violation in request.field_violations]
    return []


def missing_of(refusal: grpc.RpcError) -> dict[str, str]:
    """Return what a refused step lacks: the name of each input, and what is needed in the reader's language."""
    failure = error_details_pb2.PreconditionFailure()
    for detail in rpc_status.from_call(refusal).details:
        if detail.Unpack(failure):
            return {violation.subject: violation.description for violation in failure.violations}
    return {}


def localized(refusal: grpc.RpcError) -> str:
    """Return what a refused call says to a reader of another language than English; nothing where it says nothing."""
    said = error_details_pb2.LocalizedMessage()
    for detail in rpc_status.from_call(refusal).details:
        if detail.Unpack(said):
            return said.message
    return ""
