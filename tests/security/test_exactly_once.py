"""A request that is sent again takes effect once, and one that only checks takes none."""

from uuid import uuid4

import grpc
import psycopg
import pytest
from google.protobuf.empty_pb2 import Empty
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from services.runtime.calls import Call, Principal, working_for
from services.runtime.database import Database
from tbt.terminology.v1 import concept_pb2
from tbt.terminology.v1 import terminology_service_pb2 as pb
from tbt.terminology.v1 import terminology_service_pb2_grpc as pb_grpc
from tbt.type.v1 import type_pb2


@pytest.fixture
def stub(channel: grpc.Channel) -> pb_grpc.TerminologyServiceStub:
    """Return an administrator's stub."""
    return pb_grpc.TerminologyServiceStub(channel)


def request(text: str, **changes: object) -> pb.CreateConceptRequest:
    """Return a request to record a concept called *text*."""
    designation = concept_pb2.TermDesignation(language="en", text=text, status=concept_pb2.DESIGNATION_STATUS_PREFERRED)
    concept = concept_pb2.Concept(domain="示例", designations=[designation])
    return pb.CreateConceptRequest(**{"concept": concept, "request_id": str(uuid4()), **changes})


def known(stub: pb_grpc.TerminologyServiceStub, text: str) -> list[str]:
    """Return the names of the concepts called *text*."""
    matches = stub.LookupTerms(pb.LookupTermsRequest(terms=[text])).matches
    return [found.concept.name for match in matches for found in match.concepts]


def refusal(stub: pb_grpc.TerminologyServiceStub, sent: pb.CreateConceptRequest) -> tuple[str, str]:
    """Return the status and the reason with which *sent* is refused."""
    with pytest.raises(grpc.RpcError) as caught:
        stub.CreateConcept(sent)
    info = error_details_pb2.ErrorInfo()
    rpc_status.from_call(caught.value).details[0].Unpack(info)
    return caught.value.code().name, info.reason


def test_a_request_sent_again_gets_the_same_answer_and_takes_effect_once(stub, unique):
    """A client that lost the answer asks again without harm."""
    sent = request(unique("term"))
    answers = [stub.CreateConcept(sent) for _ in range(3)]
    assert answers[1:] == answers[:2]
    assert known(stub, sent.concept.designations[0].text) == [answers[0].name]


def test_a_request_sent_many_times_at_once_takes_effect_once(stub, unique):
    """Repeats that overtake each other are still one request."""
    sent = request(unique("term"))
    calls = [stub.CreateConcept.future(sent) for _ in range(8)]
    assert len({call.result().name for call in calls}) == 1
    assert len(known(stub, sent.concept.designations[0].text)) == 1


def test_a_request_sent_again_is_one_change_in_the_log(stub, unique):
    """Who follows the log sees what happened, as often as it happened."""
    sent = request(unique("term"))
    _first, name = [stub.CreateConcept(sent).name for _ in range(2)]
    seen: list[str] = []
    for reply in stub.WatchChanges(type_pb2.WatchChangesRequest(), timeout=20):
        seen.extend(change.resource for change in reply.changes)
        if name in seen and (not reply.changes or len(reply.changes) < 1000):
            break
    assert seen.count(name) == 1


def test_an_id_used_for_another_request_is_refused(stub, unique):
    """A mistake in the client is told, rather than answered with what it did not ask for."""
    first = request(unique("term"))
    stub.CreateConcept(first)
    other = request(unique("other"), request_id=first.request_id)
    assert refusal(stub, other) == ("INVALID_ARGUMENT", "REQUEST_ID_REUSED")
    assert known(stub, other.concept.designations[0].text) == []


def test_an_id_of_somebody_else_is_ones_own(stub, as_role, unique):
    """Nobody gets the answer to somebody else's request by its id."""
    first = request(unique("term"))
    second = request(unique("term"), request_id=first.request_id)
    other = pb_grpc.TerminologyServiceStub(as_role("terminology_editor", subject=unique("other")))
    assert stub.CreateConcept(first).name != other.CreateConcept(second).name


def test_answers_are_forgotten_after_a_day(stub, stack, settings, unique):
    """The table of remembered requests does not grow for ever, and a fresh one is kept."""
    fresh, old = request(unique("term")), request(unique("term"))
    stub.CreateConcept(fresh)
    stub.CreateConcept(old)
    with psycopg.connect(stack.libpq_url, autocommit=True) as connection:
        age = "UPDATE terminology.answered_request SET answered_at = now() - interval '25 hours' WHERE request_id = %s"
        connection.execute(age, [old.request_id])
        database = Database(stack.database_url, "terminology", settings)
        with working_for(Call("/any/Method", principal=Principal("li", frozenset()))):
            database.write(lambda _session: Empty(), request(unique("term")))
        database.close()
        kept = "SELECT request_id FROM terminology.answered_request WHERE request_id = ANY(%s)"
        left = connection.execute(kept, [[fresh.request_id, old.request_id]]).fetchall()
    assert left == [(fresh.request_id,)]


def test_a_request_that_was_refused_can_be_sent_again_corrected(stub, unique):
    """Only what took effect is remembered under its id."""
    sent = request(unique("term"))
    twice = concept_pb2.Concept(domain="示例", designations=[*sent.concept.designations, *sent.concept.designations])
    refused = pb.CreateConceptRequest(concept=twice, request_id=sent.request_id)
    refusal(stub, refused)
    assert stub.CreateConcept(sent).name


def test_a_request_that_only_checks_changes_nothing(stub, unique):
    """It answers as if it were done, and nothing is."""
    sent = request(unique("term"), validate_only=True)
    (answered,) = stub.CreateConcept(sent).designations
    assert answered.text == sent.concept.designations[0].text
    assert known(stub, sent.concept.designations[0].text) == []


def test_a_request_that_only_checked_can_then_be_done_with_its_id(stub, unique):
    """Checking first does not use up the id."""
    sent = request(unique("term"), validate_only=True)
    stub.CreateConcept(sent)
    sent.validate_only = False
    assert known(stub, sent.concept.designations[0].text) == [] != [stub.CreateConcept(sent).name]


def test_a_request_that_only_checks_is_refused_like_the_real_one(stub):
    """What passes the check passes the change, and what fails it fails."""
    sent = request("")
    codes = [refusal(stub, pb.CreateConceptRequest(concept=sent.concept, validate_only=only)) for only in (True, False)]
    assert codes[0] == codes[1]
