"""Codes that the lists do not have are kept and marked, however they come in."""

import pytest

from invented import symbol
from linking import create_measure, require
from tbt.linkage.v1 import linkage_service_pb2 as pb
from tbt.linkage.v1 import linkage_service_pb2_grpc as pb_grpc
from tbt.type.v1 import type_pb2

Stub = pb_grpc.LinkageServiceStub
NO_CHAPTER, NO_FIELD = "the list of HS codes has no such chapter", "the list of ICS codes has no such field"
HS_77 = ("hs", "770100", NO_CHAPTER)


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


def marks(made: pb.Measure | pb.Requirement) -> list[tuple[str, str, str]]:
    """Return what is marked, and why."""
    return [(mark.scheme, mark.code, mark.reason) for mark in made.code_marks]


def test_a_measure_entered_by_hand_has_its_unknown_codes_marked(grpc_stub: Stub) -> None:
    """HS has no chapter 77, ICS no field 02: both are kept; what is known has no mark."""
    made = create_measure(grpc_stub, hs_codes=["950300", "770100"], ics_codes=["97.200.50", "02.040"])
    assert list(made.hs_codes) == ["950300", "770100"]
    assert list(made.ics_codes) == ["97.200.50", "02.040"]
    assert marks(made) == [HS_77, ("ics", "02.040", NO_FIELD)]
    assert marks(grpc_stub.GetMeasure(pb.GetMeasureRequest(name=made.name))) == marks(made)


def test_a_requirement_entered_by_hand_has_its_unknown_codes_marked(grpc_stub: Stub) -> None:
    """A later change of its codes changes the marks, and the reader's language their reasons."""
    made = require(grpc_stub, create_measure(grpc_stub).name, hs_codes=["770100", "950300"])
    assert marks(made) == [HS_77]
    request = pb.GetRequirementRequest(name=made.name)
    (mark,) = grpc_stub.GetRequirement(request, metadata=[("accept-language", "zh-CN")]).code_marks
    assert mark.reason == "HS 编码表中没有此章"
    made.hs_codes[:] = ["950300"]
    changed = pb.UpdateRequirementRequest(requirement=made, update_mask={"paths": ["hs_codes"]})
    assert marks(grpc_stub.UpdateRequirement(changed)) == []


def test_a_table_of_requirements_has_its_unknown_codes_marked_and_said(grpc_stub: Stub) -> None:
    """The row is stored, also where all or nothing is wanted, and the same table again says the same and changes nothing."""
    measure = create_measure(grpc_stub, symbol()).name
    wanted = pb.Requirement(
        text=type_pb2.LocalizedText(en="Example"), kind=pb.REQUIREMENT_KIND_LIMIT, hs_codes=["770100", "950300"]
    )
    rows = [pb.ImportedRequirement(row=7, measure=measure, requirement=wanted)]
    request = pb.ImportRequirementsRequest(requirements=rows, all_or_nothing=True)
    first, again = grpc_stub.ImportRequirements(request), grpc_stub.ImportRequirements(request)
    assert (first.requirements.created, again.requirements.unchanged) == (1, 1)
    for answer in (first, again):
        assert [(one.row, one.column, one.value, one.message) for one in answer.problems] == [
            (7, "hs_codes", "770100", NO_CHAPTER)
        ]
        assert answer.problems[0].severity == type_pb2.ImportProblem.SEVERITY_KEPT
    (stored,) = grpc_stub.ListRequirements(pb.ListRequirementsRequest(measure=measure)).requirements
    assert marks(stored) == [HS_77]
