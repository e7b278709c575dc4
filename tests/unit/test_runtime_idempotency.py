"""What makes a request the same request."""

import pytest

from services.runtime.calls import Call, Principal, working_for
from services.runtime.idempotency import RequestKey, request_key
from tbt.terminology.v1.concept_pb2 import Concept
from tbt.terminology.v1.terminology_service_pb2 import CreateConceptRequest

REQUEST_ID = "7f8b4f0e-4a3c-4d8e-9c55-0242ac120002"
METHOD = "/tbt.terminology.v1.TerminologyService/CreateConcept"
LI = Principal("li", frozenset({"terminology_editor"}))
REQUEST = CreateConceptRequest(request_id=REQUEST_ID, concept=Concept(number="3.1"))


def key(request: CreateConceptRequest = REQUEST, call: Call | None = None, content: str = "") -> RequestKey | None:
    """Return the key of *request* when it comes in *call*."""
    with working_for(call or Call(METHOD, principal=LI)):
        return request_key(request, content)


def test_a_request_without_an_id_has_no_key():
    """Who gives no id repeats at their own risk, and nothing is stored for them."""
    assert key(CreateConceptRequest(concept=Concept(number="3.1"))) is None


def test_a_request_outside_a_call_has_no_key():
    """Work of the system itself has no caller whose repeats could be told."""
    assert request_key(REQUEST) is None


def test_the_same_request_has_the_same_key():
    """A repeat is recognised, whichever connection it comes by."""
    assert key() == key(CreateConceptRequest.FromString(REQUEST.SerializeToString()))


def test_the_case_of_an_id_does_not_matter():
    """A UUID is the same in capitals (RFC 9562, 4)."""
    shouted = CreateConceptRequest(request_id=REQUEST_ID.upper(), concept=Concept(number="3.1"))
    assert key(shouted).request_id == key().request_id


@pytest.mark.parametrize(
    "call",
    [
        Call(METHOD, principal=Principal("wang", frozenset({"terminology_editor"}))),
        Call(METHOD.replace("Create", "Update"), principal=LI),
    ],
    ids=["another caller", "another method"],
)
def test_an_id_belongs_to_one_caller_and_one_method(call):
    """Nobody gets the answer to somebody else's request by guessing its id."""
    other = key(call=call)
    assert (other.principal, other.method) != (key().principal, key().method)


def test_another_request_with_the_same_id_has_another_digest():
    """A reused id is told from a repeat."""
    other = CreateConceptRequest(request_id=REQUEST_ID, concept=Concept(number="3.2"))
    assert key(other).sha256 != key().sha256


def test_other_content_beside_the_same_request_has_another_digest():
    """An upload with the same first message and other bytes is another request."""
    assert key(content="aa").sha256 != key(content="bb").sha256
