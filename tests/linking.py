"""Record invented measures, requirements and links, and say what was refused."""

from collections.abc import Callable

import grpc
import pytest

from invented import symbol
from tbt.linkage.v1 import linkage_service_pb2 as pb
from tbt.linkage.v1 import linkage_service_pb2_grpc as pb_grpc
from tbt.type.v1 import type_pb2

Stub = pb_grpc.LinkageServiceStub
EQUAL = type_pb2.SET_RELATION_EQUAL


def create_measure(stub: Stub, *symbols: str, **fields: object) -> pb.Measure:
    """Record an invented measure.

    Its title is a word that no standard has: suggestions are not to meet the many examples that other tests leave.
    """
    given = {
        "title": type_pb2.LocalizedText(en="Makebelieve"),
        "members": ["Exampleland"],
        "example": True,
        **fields,
    }
    return stub.CreateMeasure(pb.CreateMeasureRequest(measure=pb.Measure(symbols=symbols or [symbol()], **given)))


def require(stub: Stub, measure: str, **fields: object) -> pb.Requirement:
    """Record a requirement of a measure."""
    given = {"text": type_pb2.LocalizedText(en="as required"), "kind": pb.REQUIREMENT_KIND_LIMIT, **fields}
    request = pb.CreateRequirementRequest(measure=measure, requirement=pb.Requirement(**given))
    return stub.CreateRequirement(request)


def link(stub: Stub, requirement: str, target: str, **fields: object) -> pb.Link:
    """Link a requirement to a standard or draft."""
    given = {"relation": EQUAL, "confidence": 0.5, **fields}
    return stub.CreateLink(pb.CreateLinkRequest(link=pb.Link(requirement=requirement, target=target, **given)))


def refused(call: Callable[[], object]) -> grpc.RpcError:
    """Return the refusal of a call; fail when it is not refused."""
    with pytest.raises(grpc.RpcError) as refusal:
        call()
    return refusal.value
