"""The contract of the work on concepts: discuss, approve, retire, comment, and who did what."""

from collections.abc import Callable
from uuid import uuid4

import grpc
import pytest
from google.protobuf.field_mask_pb2 import FieldMask

from concepts import approve, approved, concept, create, word
from refusals import fields_of
from tbt.terminology.v1 import concept_pb2, concept_work_pb2
from tbt.terminology.v1 import terminology_service_pb2 as pb
from tbt.terminology.v1 import terminology_service_pb2_grpc as pb_grpc

Stub = pb_grpc.TerminologyServiceStub
Unique = Callable[[str], str]


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


@pytest.fixture
def editor(as_role: Callable[..., grpc.Channel]) -> Stub:
    """Return the stub of somebody who writes terms."""
    return Stub(as_role("terminology_editor", subject="editor"))


@pytest.fixture
def approver(as_role: Callable[..., grpc.Channel]) -> Stub:
    """Return the stub of somebody who agrees to terms and writes them too."""
    return Stub(as_role("terminology_approver", "terminology_editor", subject="approver"))


def refused(call: Callable[..., object], request: object) -> grpc.RpcError:
    """Return the refusal that *request* gets."""
    with pytest.raises(grpc.RpcError) as refusal:
        call(request)
    return refusal.value


def test_one_proposes_and_another_approves(editor: Stub, approver: Stub, unique: Unique) -> None:
    """A concept goes from candidate by discussion to approved, by two persons."""
    created = create(editor, concept(word("en", unique("term"))))
    discussed = editor.DiscussConcept(concept_work_pb2.DiscussConceptRequest(name=created.name, etag=created.etag))
    done = approver.ApproveConcept(concept_work_pb2.ApproveConceptRequest(name=created.name, etag=discussed.etag))
    assert [step.status for step in (created, discussed, done)] == [
        concept_pb2.CONCEPT_STATUS_CANDIDATE,
        concept_pb2.CONCEPT_STATUS_UNDER_DISCUSSION,
        concept_pb2.CONCEPT_STATUS_APPROVED,
    ]


def test_nobody_approves_what_they_proposed(approver: Stub, unique: Unique) -> None:
    """Who recorded a concept cannot approve it, though they may approve others."""
    created = create(approver, concept(word("en", unique("term"))))
    approver.DiscussConcept(concept_work_pb2.DiscussConceptRequest(name=created.name))
    refusal = refused(approver.ApproveConcept, concept_work_pb2.ApproveConceptRequest(name=created.name))
    assert refusal.code() is grpc.StatusCode.PERMISSION_DENIED
    assert "approver" in refusal.details()


def test_nobody_approves_what_they_changed(editor: Stub, approver: Stub, unique: Unique) -> None:
    """Who changes what a concept says proposes it anew."""
    created = create(editor, concept(word("en", unique("term"))))
    editor.DiscussConcept(concept_work_pb2.DiscussConceptRequest(name=created.name))
    changed = concept_pb2.Concept(name=created.name, subject_field="duties")
    mask = FieldMask(paths=["subject_field"])
    approver.UpdateConcept(pb.UpdateConceptRequest(concept=changed, update_mask=mask))
    refusal = refused(approver.ApproveConcept, concept_work_pb2.ApproveConceptRequest(name=created.name))
    assert refusal.code() is grpc.StatusCode.PERMISSION_DENIED


def test_an_administrator_may_approve_alone(grpc_stub: Stub, unique: Unique) -> None:
    """An installation of one person is not stuck."""
    created = create(grpc_stub, concept(word("en", unique("term"))))
    assert approve(grpc_stub, created.name).status == concept_pb2.CONCEPT_STATUS_APPROVED


def test_an_editor_cannot_approve(editor: Stub, unique: Unique) -> None:
    """To approve needs a right of its own."""
    created = create(editor, concept(word("en", unique("term"))))
    refusal = refused(editor.ApproveConcept, concept_work_pb2.ApproveConceptRequest(name=created.name))
    assert refusal.code() is grpc.StatusCode.PERMISSION_DENIED


def test_an_editor_cannot_record_what_is_approved(editor: Stub, unique: Unique) -> None:
    """There is no way around approval by recording a concept as agreed."""
    agreed = concept(word("en", unique("term")), status=concept_pb2.CONCEPT_STATUS_APPROVED)
    refusal = refused(editor.CreateConcept, pb.CreateConceptRequest(concept=agreed))
    assert refusal.code() is grpc.StatusCode.PERMISSION_DENIED


def test_nobody_records_what_is_published(grpc_stub: Stub, unique: Unique) -> None:
    """Only a release publishes."""
    published = concept(word("en", unique("term")), status=concept_pb2.CONCEPT_STATUS_PUBLISHED)
    refusal = refused(grpc_stub.CreateConcept, pb.CreateConceptRequest(concept=published))
    assert refusal.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert fields_of(refusal) == ["concept.status"]


def test_a_move_that_is_not_possible_says_which_are(grpc_stub: Stub, unique: Unique) -> None:
    """A candidate that nobody discussed is not approved; the refusal names what can be done."""
    created = create(grpc_stub, concept(word("en", unique("term"))))
    refusal = refused(grpc_stub.ApproveConcept, concept_work_pb2.ApproveConceptRequest(name=created.name))
    assert refusal.code() is grpc.StatusCode.FAILED_PRECONDITION
    assert "candidate" in refusal.details()
    assert "discuss, retire" in refusal.details()


def test_what_is_agreed_does_not_change(grpc_stub: Stub, unique: Unique) -> None:
    """An approved concept changes only after it is discussed again, whoever asks."""
    agreed = approved(grpc_stub, concept(word("en", unique("term"))))
    request = pb.UpdateConceptRequest(
        concept=concept_pb2.Concept(name=agreed.name, subject_field="duties"),
        update_mask=FieldMask(paths=["subject_field"]),
    )
    refusal = refused(grpc_stub.UpdateConcept, request)
    assert refusal.code() is grpc.StatusCode.FAILED_PRECONDITION
    grpc_stub.DiscussConcept(concept_work_pb2.DiscussConceptRequest(name=agreed.name))
    assert grpc_stub.UpdateConcept(request).subject_field == "duties"


def test_a_concept_is_superseded_by_one_that_is_agreed(grpc_stub: Stub, unique: Unique) -> None:
    """The successor stands in the concept, and must be in use."""
    old, new = (approved(grpc_stub, concept(word("en", unique("term")))) for _ in range(2))
    candidate = create(grpc_stub, concept(word("en", unique("term"))))
    refusal = refused(
        grpc_stub.RetireConcept, concept_work_pb2.RetireConceptRequest(name=old.name, successor=candidate.name)
    )
    retired = grpc_stub.RetireConcept(concept_work_pb2.RetireConceptRequest(name=old.name, successor=new.name))
    assert refusal.code() is grpc.StatusCode.FAILED_PRECONDITION
    assert (retired.status, retired.successor) == (concept_pb2.CONCEPT_STATUS_SUPERSEDED, new.name)


def test_what_is_out_of_use_can_be_proposed_again(grpc_stub: Stub, unique: Unique) -> None:
    """A retired concept becomes a candidate, and goes the whole way again."""
    created = create(grpc_stub, concept(word("en", unique("term"))))
    grpc_stub.RetireConcept(concept_work_pb2.RetireConceptRequest(name=created.name, reason="a duplicate"))
    again = grpc_stub.ReopenConcept(concept_work_pb2.ReopenConceptRequest(name=created.name))
    assert again.status == concept_pb2.CONCEPT_STATUS_CANDIDATE


def test_another_department_comments_until_it_is_answered(
    grpc_stub: Stub, as_role: Callable[..., grpc.Channel], unique: Unique
) -> None:
    """A comment says which department, who and when; the concept is approved only once it is resolved."""
    created = create(grpc_stub, concept(word("en", unique("term"))))
    grpc_stub.DiscussConcept(concept_work_pb2.DiscussConceptRequest(name=created.name))
    customs = Stub(as_role("analyst", subject="customs"))
    made = customs.AddConceptComment(
        concept_work_pb2.AddConceptCommentRequest(name=created.name, department="海关总署", text="我们用另一译名。")
    )
    refusal = refused(grpc_stub.ApproveConcept, concept_work_pb2.ApproveConceptRequest(name=created.name))
    request = concept_work_pb2.AnswerConceptCommentRequest(name=made.name, resolution="列为许用术语。")
    resolved = grpc_stub.AnswerConceptComment(request)
    assert (made.author, made.department, made.resolved_by) == ("customs", "海关总署", "")
    assert made.HasField("made_at")
    assert "海关总署" in refusal.details()
    assert (resolved.resolved_by, resolved.resolution) == ("administrator", "列为许用术语。")
    again = refused(grpc_stub.AnswerConceptComment, request)
    assert again.code() is grpc.StatusCode.FAILED_PRECONDITION
    done = grpc_stub.ApproveConcept(concept_work_pb2.ApproveConceptRequest(name=created.name))
    assert done.status == concept_pb2.CONCEPT_STATUS_APPROVED


def test_comments_are_listed_by_age_to_the_end(grpc_stub: Stub, unique: Unique) -> None:
    """Pages follow one another, the oldest comment first; those that are open can be listed alone."""
    created = create(grpc_stub, concept(word("en", unique("term"))))
    made = [
        grpc_stub.AddConceptComment(
            concept_work_pb2.AddConceptCommentRequest(name=created.name, department="WTO", text=str(number))
        ).name
        for number in range(5)
    ]
    grpc_stub.AnswerConceptComment(concept_work_pb2.AnswerConceptCommentRequest(name=made[1], resolution="done"))
    found, token = [], ""
    while token or not found:
        page = grpc_stub.ListConceptComments(
            concept_work_pb2.ListConceptCommentsRequest(name=created.name, page_size=2, page_token=token)
        )
        found += [comment.name for comment in page.comments]
        token = page.next_page_token
    still_open = grpc_stub.ListConceptComments(
        concept_work_pb2.ListConceptCommentsRequest(name=created.name, open_only=True)
    )
    assert found == made
    assert [comment.name for comment in still_open.comments] == [made[0], *made[2:]]


def test_a_history_says_who_when_why_and_what(editor: Stub, approver: Stub, unique: Unique) -> None:
    """Every change is there, the latest first, with the facts before and after."""
    term = unique("term")
    created = create(editor, concept(word("en", term)), reason="for the glossary")
    editor.UpdateConcept(
        pb.UpdateConceptRequest(
            concept=concept_pb2.Concept(
                name=created.name, domain="trade", definitions=[concept_pb2.Definition(language="en", text="a word")]
            ),
            update_mask=FieldMask(paths=["domain", "definitions"]),
            reason="it lacked a definition",
        )
    )
    editor.DiscussConcept(concept_work_pb2.DiscussConceptRequest(name=created.name))
    approver.ApproveConcept(concept_work_pb2.ApproveConceptRequest(name=created.name, reason="agreed on 3 March"))
    changes = editor.ListConceptHistory(concept_work_pb2.ListConceptHistoryRequest(name=created.name)).changes
    assert [(change.action, change.principal, change.reason) for change in changes] == [
        (concept_work_pb2.CONCEPT_ACTION_APPROVED, "approver", "agreed on 3 March"),
        (concept_work_pb2.CONCEPT_ACTION_DISCUSSED, "editor", ""),
        (concept_work_pb2.CONCEPT_ACTION_UPDATED, "editor", "it lacked a definition"),
        (concept_work_pb2.CONCEPT_ACTION_CREATED, "editor", "for the glossary"),
    ]
    assert all(change.HasField("occurred_at") for change in changes)
    assert [(fact.field, fact.before, fact.after) for fact in changes[2].facts] == [
        ("domain", "", "trade"),
        ("definitions[en]", "", "a word"),
    ]
    assert [(fact.field, fact.before, fact.after) for fact in changes[0].facts] == [
        ("status", "under_discussion", "approved")
    ]


def test_a_stale_etag_stops_a_move(grpc_stub: Stub, unique: Unique) -> None:
    """Who read an older version is told to read again, and nothing moves."""
    created = create(grpc_stub, concept(word("en", unique("term"))))
    grpc_stub.DiscussConcept(concept_work_pb2.DiscussConceptRequest(name=created.name, etag=created.etag))
    request = concept_work_pb2.ApproveConceptRequest(name=created.name, etag=created.etag)
    assert refused(grpc_stub.ApproveConcept, request).code() is grpc.StatusCode.ABORTED


def test_a_move_sent_twice_is_made_once(grpc_stub: Stub, unique: Unique) -> None:
    """The same request with its request_id gets the same answer."""
    created = create(grpc_stub, concept(word("en", unique("term"))))
    request = concept_work_pb2.DiscussConceptRequest(name=created.name, request_id=str(uuid4()))
    assert grpc_stub.DiscussConcept(request) == grpc_stub.DiscussConcept(request)


def test_a_move_that_is_only_checked_is_not_made(grpc_stub: Stub, unique: Unique) -> None:
    """The answer is as if it were made, and the concept stays."""
    created = create(grpc_stub, concept(word("en", unique("term"))))
    answer = grpc_stub.DiscussConcept(concept_work_pb2.DiscussConceptRequest(name=created.name, validate_only=True))
    assert answer.status == concept_pb2.CONCEPT_STATUS_UNDER_DISCUSSION
    assert grpc_stub.GetConcept(pb.GetConceptRequest(name=created.name)) == created


@pytest.mark.parametrize("name", ["concepts/0", "0", "conceptComments/0", "concepts/\U0001f600"])
def test_what_is_not_there_is_not_found(grpc_stub: Stub, name: str) -> None:
    """Every call about a concept or a comment that is not there is NOT_FOUND."""
    comment = concept_work_pb2.AddConceptCommentRequest(name=name, department="a", text="b")
    refusals = [
        refused(grpc_stub.DiscussConcept, concept_work_pb2.DiscussConceptRequest(name=name)),
        refused(grpc_stub.ApproveConcept, concept_work_pb2.ApproveConceptRequest(name=name)),
        refused(grpc_stub.RetireConcept, concept_work_pb2.RetireConceptRequest(name=name)),
        refused(grpc_stub.ReopenConcept, concept_work_pb2.ReopenConceptRequest(name=name)),
        refused(grpc_stub.AddConceptComment, comment),
        refused(
            grpc_stub.AnswerConceptComment, concept_work_pb2.AnswerConceptCommentRequest(name=name, resolution="x")
        ),
        refused(grpc_stub.ListConceptComments, concept_work_pb2.ListConceptCommentsRequest(name=name)),
        refused(grpc_stub.ListConceptHistory, concept_work_pb2.ListConceptHistoryRequest(name=name)),
    ]
    assert {refusal.code() for refusal in refusals} == {grpc.StatusCode.NOT_FOUND}
