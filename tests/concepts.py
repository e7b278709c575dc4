"""Make concepts and take them further, in tests of what becomes of them."""

from tbt.terminology.v1 import concept_pb2, concept_work_pb2
from tbt.terminology.v1 import terminology_service_pb2 as pb
from tbt.terminology.v1 import terminology_service_pb2_grpc as pb_grpc

Stub = pb_grpc.TerminologyServiceStub

PREFERRED = concept_pb2.DESIGNATION_STATUS_PREFERRED


def word(language: str, text: str, status: int = PREFERRED, **fields: object) -> concept_pb2.TermDesignation:
    """Return a designation."""
    fields.setdefault("type", concept_pb2.DESIGNATION_TYPE_FULL_FORM)
    return concept_pb2.TermDesignation(language=language, text=text, status=status, **fields)


def concept(*words: concept_pb2.TermDesignation, **fields: object) -> concept_pb2.Concept:
    """Return a concept that these words designate."""
    return concept_pb2.Concept(designations=words, **fields)


def create(stub: Stub, message: concept_pb2.Concept, **fields: object) -> concept_pb2.Concept:
    """Record a concept."""
    return stub.CreateConcept(pb.CreateConceptRequest(concept=message, **fields))


def get(stub: Stub, name: str) -> concept_pb2.Concept:
    """Return the concept *name* as it is now."""
    return stub.GetConcept(pb.GetConceptRequest(name=name))


def approve(stub: Stub, name: str) -> concept_pb2.Concept:
    """Take a candidate through discussion to approval, as somebody who may do both."""
    stub.DiscussConcept(concept_work_pb2.DiscussConceptRequest(name=name))
    return stub.ApproveConcept(concept_work_pb2.ApproveConceptRequest(name=name))


def approved(stub: Stub, message: concept_pb2.Concept) -> concept_pb2.Concept:
    """Record a concept and approve it."""
    return approve(stub, create(stub, message).name)
