"""The contract of the catalog service: a draft enters a stage with what the stage asks for, by its own committee."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import grpc
import pytest
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from bearer_token import BearerToken
from catalogues import create, create_node, create_system, everything, new_number, reason_of
from drafting import (
    COMMITTEE,
    STATEMENT,
    advance,
    attach,
    bring_to,
    days_from_now,
    discard,
    enter_comment,
    hold_meeting,
    new_plan_number,
    period,
    publish,
    register,
    step,
    update,
)
from refusals import fields_of, missing_of
from services.composition import Composition, Program
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as pb_grpc
from tbt.catalog.v1 import comment_pb2, draft_pb2, standard_pb2
from tbt.documents.v1 import documents_service_pb2_grpc as documents_grpc
from tbt.type.v1 import type_pb2
from uploads import upload

Stub = pb_grpc.CatalogServiceStub
Unique = Callable[[str], str]
AsRole = Callable[..., grpc.Channel]

PROPOSAL, PREPARATORY, COMMENT, REVIEW, APPROVAL, PUBLICATION = (
    *(draft_pb2.STAGE_PROPOSAL, draft_pb2.STAGE_PREPARATORY, draft_pb2.STAGE_COMMENT),
    *(draft_pb2.STAGE_REVIEW, draft_pb2.STAGE_APPROVAL, draft_pb2.STAGE_PUBLICATION),
)
TEXT = draft_pb2.DOCUMENT_ROLE_TEXT
FAST_REVISION, FAST_ADOPTION = draft_pb2.TRACK_FAST_REVISION, draft_pb2.TRACK_FAST_ADOPTION


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


@pytest.fixture(scope="module")
def secretary(as_role: AsRole) -> Stub:
    """Return the calls of the secretary of the drafts' committee."""
    return Stub(as_role("committee_secretary", subject="秘书", committee=COMMITTEE))


@pytest.fixture(scope="module")
def authority(as_role: AsRole) -> Stub:
    """Return the calls of who numbers and issues standards."""
    return Stub(as_role("catalogue_editor", subject="标准化主管部门"))


@pytest.fixture(scope="module")
def document(channel: grpc.Channel) -> str:
    """Return the name of an uploaded document."""
    return upload(documents_grpc.DocumentsServiceStub(channel), b"%PDF-1.7 invented", "示例.pdf").name


def refused(act: Callable[[], object]) -> grpc.RpcError:
    """Return how *act* was refused."""
    with pytest.raises(grpc.RpcError) as refusal:
        act()
    return refusal.value


def test_a_draft_goes_through_every_stage_to_a_standard(
    secretary: Stub, authority: Stub, document: str, unique: Unique
) -> None:
    """The secretary brings it to approval and the authority publishes it; the history says who did what, when and why."""
    system = create_system(authority, unique("s"))
    node = create_node(authority, system, "1").name
    number = new_number()
    old = create(authority, f"GB/T {number}-2089")
    name = register(secretary, node=node, supersedes=[f"GB/T {number}"]).name
    advance(secretary, name, PROPOSAL, reason="建议已受理")
    update(secretary, name, plan_number=new_plan_number())
    advance(secretary, name, PREPARATORY, reason="计划已下达")
    for code in ("20.20", "20.60", "20.99"):
        step(secretary, name, code)
    attach(secretary, name, STATEMENT, document)
    advance(secretary, name, COMMENT, document=document, comment_period=period(), reason="公开征求意见")
    advance(secretary, name, REVIEW, document=document, reason="意见已处理")
    hold_meeting(secretary, name)
    approved = advance(secretary, name, APPROVAL, document=document, reason="审查通过")
    assert (approved.harmonized_stage, approved.document) == ("50.00", document)

    made = publish(authority, name, f"GB/T {number}-2099", ics=["97.200.50"])
    assert (made.standard.designation, made.standard.committee) == (f"GB/T {number}—2099", COMMITTEE)
    assert made.standard.status == standard_pb2.STANDARD_STATUS_IN_FORCE
    assert made.standard.source == "示例公告"
    places = authority.ListPlacements(pb.ListPlacementsRequest(system=system)).placements
    assert [(place.node, place.standard) for place in places] == [(node, made.standard.name)]
    assert [ended.name for ended in made.superseded] == [old.name]
    ended = authority.GetStandard(pb.GetStandardRequest(name=old.name))
    assert (ended.status, ended.ended_on) == (standard_pb2.STANDARD_STATUS_SUPERSEDED, days_from_now(0))
    assert (made.draft.harmonized_stage, made.draft.standard) == ("60.60", made.standard.name)

    steps = [(entry.harmonized_stage, draft_pb2.DraftEvent.Name(entry.event)[12:]) for entry in made.draft.history]
    assert steps == [
        *[("00.00", "REGISTERED"), ("10.00", "ADVANCED"), ("10.00", "UPDATED"), ("20.00", "ADVANCED")],
        *[("20.20", "SUB_STAGE"), ("20.60", "SUB_STAGE"), ("20.99", "SUB_STAGE"), ("20.99", "ATTACHED")],
        *[("30.00", "ADVANCED"), ("30.00", "ATTACHED"), ("40.00", "ADVANCED"), ("40.00", "ATTACHED")],
        *[("50.00", "ADVANCED"), ("50.00", "ATTACHED"), ("60.60", "PUBLISHED")],
    ]
    assert {entry.principal for entry in made.draft.history[:-1]} == {"秘书"}
    assert (made.draft.history[-1].principal, made.draft.history[-1].reason) == ("标准化主管部门", "示例公告")
    assert [entry.reason for entry in made.draft.history if entry.reason][:3] == [
        *("建议已受理", "计划已下达", "公开征求意见")
    ]


def skip_a_stage(stub: Stub, document: str) -> grpc.RpcError:
    """Leave drafting out on the normal track."""
    name = bring_to(stub, document, PROPOSAL)
    return refused(lambda: advance(stub, name, COMMENT))


def no_committee(stub: Stub, document: str) -> grpc.RpcError:
    """Propose what nobody is responsible for."""
    name = register(stub, committee="").name
    return refused(lambda: advance(stub, name, PROPOSAL))


def no_plan_number(stub: Stub, document: str) -> grpc.RpcError:
    """Begin drafting before a plan is issued."""
    name = bring_to(stub, document, PROPOSAL, plan_number="")
    return refused(lambda: advance(stub, name, PREPARATORY))


def nothing_to_comment_on(stub: Stub, document: str) -> grpc.RpcError:
    """Ask for comments with nothing at hand."""
    name = bring_to(stub, document, PREPARATORY)
    return refused(lambda: advance(stub, name, COMMENT))


def thirty_days_for_comments(stub: Stub, document: str) -> grpc.RpcError:
    """Give the public half of its time."""
    name = bring_to(stub, document, PREPARATORY)
    return refused(lambda: enter_comment(stub, name, document, comment_period=period(-40, -10)))


def six_urgent_days(stub: Stub, document: str) -> grpc.RpcError:
    """Give the public less than a week for a mandatory standard, urgent or not."""
    name = bring_to(stub, document, PREPARATORY, plan_number=new_plan_number("Q"))
    return refused(lambda: enter_comment(stub, name, document, comment_period=period(-8, -2, "示例")))


def comments_still_open(stub: Stub, document: str) -> grpc.RpcError:
    """Go on to review while the public comments."""
    name = bring_to(stub, document, PREPARATORY)
    enter_comment(stub, name, document, comment_period=period(-60, 0))
    return refused(lambda: advance(stub, name, REVIEW, document=document))


def a_comment_not_handled(stub: Stub, document: str) -> grpc.RpcError:
    """Go on to review past what somebody said."""
    name = bring_to(stub, document, COMMENT)
    comment = comment_pb2.Comment(text="示例意见", organisation="示例单位", kind=comment_pb2.COMMENT_KIND_TECHNICAL)
    stub.SubmitComment(comment_pb2.SubmitCommentRequest(draft=name, comment=comment))
    return refused(lambda: advance(stub, name, REVIEW, document=document))


def no_draft_for_review(stub: Stub, document: str) -> grpc.RpcError:
    """Review the text that was commented on."""
    name = bring_to(stub, document, COMMENT)
    return refused(lambda: advance(stub, name, REVIEW))


def not_reviewed(stub: Stub, document: str) -> grpc.RpcError:
    """Ask for approval of what nobody reviewed."""
    name = bring_to(stub, document, REVIEW)
    return refused(lambda: advance(stub, name, APPROVAL))


def review_not_passed(stub: Stub, document: str) -> grpc.RpcError:
    """Ask for approval of what the review refused."""
    name = bring_to(stub, document, REVIEW)
    hold_meeting(stub, name, approving=False)
    return refused(lambda: advance(stub, name, APPROVAL, document=document))


def published_undated(stub: Stub, document: str) -> grpc.RpcError:
    """Issue a standard without number and dates."""
    name = bring_to(stub, document, APPROVAL)
    return refused(lambda: stub.PublishDraft(draft_pb2.PublishDraftRequest(name=name)))


def in_force_before_issued(stub: Stub, document: str) -> grpc.RpcError:
    """Bind people to what they cannot have read."""
    name = bring_to(stub, document, APPROVAL)
    dates = {"issued_on": days_from_now(0), "effective_on": days_from_now(-1)}
    return refused(lambda: publish(stub, name, f"GB/T {new_number()}-2099", **dates))


@pytest.mark.parametrize(
    ("attempt", "missing"),
    [
        (no_committee, ["committee"]),
        (no_plan_number, ["plan_number"]),
        (nothing_to_comment_on, ["draft_for_comment", "compilation_statement", "comment_period"]),
        (thirty_days_for_comments, ["comment_period"]),
        (six_urgent_days, ["comment_period"]),
        (comments_still_open, ["comment_period_over"]),
        (a_comment_not_handled, ["comments_handled"]),
        (no_draft_for_review, ["draft_for_review"]),
        (not_reviewed, ["draft_for_approval", "review_passed"]),
        (review_not_passed, ["review_passed"]),
        (published_undated, ["designation", "issued_on", "effective_on"]),
        (in_force_before_issued, ["effective_on"]),
    ],
)
def test_a_move_that_lacks_something_is_refused_with_all_it_lacks(
    grpc_stub: Stub, document: str, attempt: Callable[[Stub, str], grpc.RpcError], missing: list[str]
) -> None:
    """The state forbids it; every missing input is named at once, for programs and in words."""
    refusal = attempt(grpc_stub, document)
    assert (refusal.code(), reason_of(refusal)) == (grpc.StatusCode.FAILED_PRECONDITION, "MISSING_INPUTS")
    assert list(missing_of(refusal)) == missing
    assert all(needed in refusal.details() for needed in missing_of(refusal).values())


def by_the_wrong_call(stub: Stub, document: str) -> grpc.RpcError:
    """Publish as if it were a move."""
    name = bring_to(stub, document, APPROVAL)
    return refused(lambda: advance(stub, name, PUBLICATION))


def published_from_review(stub: Stub, document: str) -> grpc.RpcError:
    """Publish what is not approved."""
    name = bring_to(stub, document, REVIEW)
    return refused(lambda: publish(stub, name, f"GB/T {new_number()}-2099"))


def a_stage_its_track_leaves_out(stub: Stub, document: str) -> grpc.RpcError:
    """Send a fast revision back to comments it never had."""
    name = register(stub, stage=REVIEW, track=FAST_REVISION).name
    return refused(lambda: advance(stub, name, COMMENT, reason="示例"))


def given_up_before(stub: Stub, document: str) -> grpc.RpcError:
    """Move what was given up."""
    name = discard(stub, register(stub).name).name
    return refused(lambda: advance(stub, name, PROPOSAL))


def a_sub_stage_left_out(stub: Stub, document: str) -> grpc.RpcError:
    """End what did not begin."""
    name = register(stub).name
    return refused(lambda: step(stub, name, "00.60"))


def on_where_it_was_to_go_back(stub: Stub, document: str) -> grpc.RpcError:
    """Go on after the decision to go back."""
    name = register(stub, harmonized_stage="40.92").name
    return refused(lambda: advance(stub, name, APPROVAL, document=document))


@pytest.mark.parametrize(
    ("attempt", "said"),
    [
        (skip_a_stage, "allowed are: 20, 00"),
        (by_the_wrong_call, "is published by PublishDraft"),
        (published_from_review, "allowed are: 50, 20, 30"),
        (a_stage_its_track_leaves_out, "allowed are: 50"),
        (given_up_before, "is discarded"),
        (a_sub_stage_left_out, "there follow: 00.20"),
        (on_where_it_was_to_go_back, "goes back to an earlier stage"),
    ],
)
def test_a_move_that_is_not_allowed_is_refused_with_what_is(
    grpc_stub: Stub, document: str, attempt: Callable[[Stub, str], grpc.RpcError], said: str
) -> None:
    """The track and the sub-stage decide; the refusal says where the draft can go instead."""
    refusal = attempt(grpc_stub, document)
    assert refusal.code() is grpc.StatusCode.FAILED_PRECONDITION
    assert said in refusal.details()


def test_a_refusal_is_in_the_readers_language(
    composition: Composition, program: Program, grpc_stub: Stub, document: str
) -> None:
    """What is missing is said in Chinese to who reads Chinese, in the message and in each of its parts."""
    name = bring_to(grpc_stub, document, PREPARATORY)
    token = composition.local_issuer.issue("秘书", ["committee_secretary"], 3600, COMMITTEE)
    plain = grpc.insecure_channel(f"127.0.0.1:{program.port}")
    chinese = Stub(grpc.intercept_channel(plain, BearerToken(token)))
    request = pb.AdvanceDraftRequest(name=name, stage=COMMENT)
    refusal = refused(lambda: chinese.AdvanceDraft(request, metadata=[("accept-language", "zh-Hans")]))
    said = error_details_pb2.LocalizedMessage()
    assert any(detail.Unpack(said) for detail in rpc_status.from_call(refusal).details)
    assert f"{name} 尚不能进入 30 阶段（征求意见阶段）" in said.message
    assert missing_of(refusal)["compilation_statement"] == "编制说明（文档）"


def test_only_its_committee_moves_a_draft(as_role: AsRole, secretary: Stub, document: str) -> None:
    """To another committee's secretary it does not exist, nor to one who signed in for none; neither registers one for it."""
    name = register(secretary).name
    other = Stub(as_role("committee_secretary", subject="别会秘书", committee="SAC/TC 998"))
    nobody = Stub(as_role("committee_secretary", subject="无会秘书"))
    acts: list[Callable[[Stub], object]] = [
        lambda stub: advance(stub, name, PROPOSAL),
        lambda stub: update(stub, name, title={"zh": "示例二"}),
        lambda stub: attach(stub, name, TEXT, document),
        lambda stub: discard(stub, name),
    ]
    refusals = [refused(lambda act=act, stub=stub: act(stub)) for act in acts for stub in (other, nobody)]
    assert {refusal.code() for refusal in refusals} == {grpc.StatusCode.NOT_FOUND}
    registered = [refused(lambda stub=stub: register(stub)) for stub in (other, nobody)]
    assert {refusal.code() for refusal in registered} == {grpc.StatusCode.PERMISSION_DENIED}
    assert all(COMMITTEE in refusal.details() for refusal in registered)


def test_a_committee_acts_for_its_subcommittees(secretary: Stub, as_role: AsRole) -> None:
    """However either is spelled; a subcommittee does not act for its committee."""
    below = register(secretary, committee="sac／tc999/SC 2").name
    assert advance(secretary, below, PROPOSAL).stage == PROPOSAL
    subcommittee = Stub(as_role("committee_secretary", subject="分会秘书", committee="SAC/TC 999/SC 2"))
    assert step(subcommittee, below, "10.20").harmonized_stage == "10.20"
    refusal = refused(lambda: advance(subcommittee, register(secretary).name, PROPOSAL))
    assert refusal.code() is grpc.StatusCode.NOT_FOUND


def test_a_draft_is_not_given_to_another_committee(secretary: Stub) -> None:
    """Only an administrator hands it over."""
    name = register(secretary).name
    refusal = refused(lambda: update(secretary, name, committee="SAC/TC 998"))
    assert refusal.code() is grpc.StatusCode.PERMISSION_DENIED


@pytest.mark.parametrize("role", ["committee_secretary", "committee_member"])
def test_a_committee_does_not_publish(as_role: AsRole, grpc_stub: Stub, document: str, role: str) -> None:
    """The authority numbers and issues."""
    own = Stub(as_role(role, committee=COMMITTEE))
    refusal = refused(lambda: publish(own, bring_to(grpc_stub, document, APPROVAL), f"GB/T {new_number()}-2099"))
    assert refusal.code() is grpc.StatusCode.PERMISSION_DENIED
    assert "catalog_write" in refusal.details()


@pytest.mark.parametrize(("track", "stage"), [(FAST_REVISION, REVIEW), (FAST_ADOPTION, COMMENT)])
def test_a_fast_track_leaves_stages_out(grpc_stub: Stub, document: str, track: int, stage: int) -> None:
    """A revision goes from its proposal straight to review, an adoption to comment, with what the stage asks for."""
    name = bring_to(grpc_stub, document, PROPOSAL, track=track)
    brought = {"document": document, "attachments": [draft_pb2.Attachment(role=STATEMENT, document=document)]}
    if stage == COMMENT:
        brought["comment_period"] = period()
    assert advance(grpc_stub, name, stage, **brought).stage == stage


def test_a_draft_is_sent_back_with_a_reason(grpc_stub: Stub, document: str) -> None:
    """Without one it is not; it is in the history, and what is worked on again is asked for again."""
    name = bring_to(grpc_stub, document, APPROVAL)
    assert fields_of(refused(lambda: advance(grpc_stub, name, PREPARATORY))) == ["reason"]
    back = advance(grpc_stub, name, PREPARATORY, reason="意见分歧")
    assert (back.history[-1].event, back.history[-1].reason) == (draft_pb2.DRAFT_EVENT_SENT_BACK, "意见分歧")
    assert not back.HasField("comment_period")
    refusal = refused(lambda: advance(grpc_stub, name, COMMENT))
    assert list(missing_of(refusal)) == ["draft_for_comment", "comment_period"]


def test_a_draft_that_comes_back_to_review_is_reviewed_again(grpc_stub: Stub, document: str) -> None:
    """The meeting before does not count for what was changed since."""
    name = bring_to(grpc_stub, document, APPROVAL)
    advance(grpc_stub, name, REVIEW, reason="文本有改动")
    refusal = refused(lambda: advance(grpc_stub, name, APPROVAL, document=document))
    assert list(missing_of(refusal)) == ["review_passed"]
    hold_meeting(grpc_stub, name)
    assert advance(grpc_stub, name, APPROVAL, document=document).stage == APPROVAL


def test_what_a_draft_lacks_is_told_before_it_tries(grpc_stub: Stub, document: str) -> None:
    """Each allowed move with its missing inputs, in both languages and with who asks for them."""
    name = bring_to(grpc_stub, document, PREPARATORY)
    answer = grpc_stub.GetDraftMoves(draft_pb2.GetDraftMovesRequest(name=name))
    assert [(move.stage, move.back) for move in answer.moves] == [(COMMENT, False)]
    needs = answer.moves[0].missing
    assert [need.name for need in needs] == ["draft_for_comment", "compilation_statement", "comment_period"]
    assert all(need.needed.zh and need.needed.en and need.source.zh and need.source.en for need in needs)
    assert list(answer.harmonized_stages) == ["20.20"]


def test_a_closed_draft_goes_nowhere(grpc_stub: Stub, document: str, unique: Unique) -> None:
    """One that was published neither moves nor changes nor takes documents, and is not given up."""
    name = bring_to(grpc_stub, document, APPROVAL)
    publish(grpc_stub, name, f"GB/T {new_number()}-2099")
    assert not grpc_stub.GetDraftMoves(draft_pb2.GetDraftMovesRequest(name=name)).moves
    acts: list[Callable[[], object]] = [
        lambda: advance(grpc_stub, name, APPROVAL),
        lambda: update(grpc_stub, name, title={"zh": "示例二"}),
        lambda: attach(grpc_stub, name, TEXT, document),
        lambda: discard(grpc_stub, name),
        lambda: publish(grpc_stub, name, f"GB/T {new_number()}-2099"),
    ]
    assert {refused(act).code() for act in acts} == {grpc.StatusCode.FAILED_PRECONDITION}


def test_a_discarded_draft_stays_readable(grpc_stub: Stub, document: str) -> None:
    """Why it was given up is the last entry of its history."""
    discarded = discard(grpc_stub, bring_to(grpc_stub, document, COMMENT))
    assert (discarded.discarded, discarded.harmonized_stage) == (True, "30.98")
    assert (discarded.history[-1].event, discarded.history[-1].reason) == (draft_pb2.DRAFT_EVENT_DISCARDED, "示例")
    assert grpc_stub.GetDraft(pb.GetDraftRequest(name=discarded.name)) == discarded


def test_a_stage_is_entered_at_its_beginning(grpc_stub: Stub) -> None:
    """By its code as by its name."""
    name = register(grpc_stub).name
    assert fields_of(refused(lambda: step(grpc_stub, name, "10.20"))) == ["harmonized_stage"]
    assert step(grpc_stub, name, "10.00").stage == PROPOSAL


@pytest.mark.parametrize("fields", [{}, {"stage": PROPOSAL, "harmonized_stage": "10.00"}])
def test_a_move_has_one_target(grpc_stub: Stub, fields: dict[str, Any]) -> None:
    """A stage or a code."""
    name = register(grpc_stub).name
    refusal = refused(lambda: grpc_stub.AdvanceDraft(pb.AdvanceDraftRequest(name=name, **fields)))
    assert refusal.code() is grpc.StatusCode.INVALID_ARGUMENT


def test_a_move_of_what_somebody_moved_is_refused(grpc_stub: Stub, document: str) -> None:
    """The etag is that of the version the caller read."""
    draft = register(grpc_stub, plan_number=new_plan_number())
    advance(grpc_stub, draft.name, PROPOSAL, etag=draft.etag)
    refusal = refused(lambda: advance(grpc_stub, draft.name, PREPARATORY, etag=draft.etag))
    assert reason_of(refusal) == "STALE"


def test_a_move_sent_again_is_made_once(grpc_stub: Stub) -> None:
    """The second answer is the first one."""
    name = register(grpc_stub).name
    request_id = str(uuid4())
    first = advance(grpc_stub, name, PROPOSAL, request_id=request_id)
    assert advance(grpc_stub, name, PROPOSAL, request_id=request_id) == first
    assert len(grpc_stub.GetDraft(pb.GetDraftRequest(name=name)).history) == 2


def test_a_move_that_only_checks_moves_nothing(grpc_stub: Stub) -> None:
    """It is answered as if it were done."""
    draft = register(grpc_stub)
    assert advance(grpc_stub, draft.name, PROPOSAL, validate_only=True).stage == PROPOSAL
    assert grpc_stub.GetDraft(pb.GetDraftRequest(name=draft.name)) == draft


def test_a_refused_move_leaves_nothing_behind(grpc_stub: Stub, document: str) -> None:
    """Not even the documents it brought."""
    name = bring_to(grpc_stub, document, PREPARATORY)
    before = grpc_stub.GetDraft(pb.GetDraftRequest(name=name))
    refused(lambda: advance(grpc_stub, name, COMMENT, document=document))
    assert grpc_stub.GetDraft(pb.GetDraftRequest(name=name)) == before
    assert not grpc_stub.ListDraftDocuments(draft_pb2.ListDraftDocumentsRequest(name=name)).documents


def test_versions_of_a_document_are_kept(grpc_stub: Stub, channel: grpc.Channel, document: str) -> None:
    """Each has a number and who attached it; the last text of the present stage is the draft's."""
    second = upload(documents_grpc.DocumentsServiceStub(channel), b"%PDF-1.7 second", "示例.pdf").name
    name = register(grpc_stub).name
    versions = [attach(grpc_stub, name, TEXT, text).version for text in (document, second)]
    attach(grpc_stub, name, TEXT, document, COMMENT)
    assert versions == [1, 2]
    request = draft_pb2.ListDraftDocumentsRequest(name=name, page_size=1)
    found = everything(grpc_stub.ListDraftDocuments, request, "documents")
    assert [(entry.stage, entry.version, entry.document) for entry in found] == [
        (draft_pb2.STAGE_PRELIMINARY, 1, document),
        (draft_pb2.STAGE_PRELIMINARY, 2, second),
        (COMMENT, 1, document),
    ]
    assert grpc_stub.GetDraft(pb.GetDraftRequest(name=name)).document == second


def test_a_document_that_is_not_there_is_not_attached(grpc_stub: Stub) -> None:
    """A draft points to no text that nobody has."""
    name = register(grpc_stub).name
    refusal = refused(lambda: attach(grpc_stub, name, TEXT, "documents/00000000000000000000000000000000"))
    assert refusal.code() is grpc.StatusCode.NOT_FOUND


def test_nothing_is_attached_to_a_stage_the_track_leaves_out(grpc_stub: Stub, document: str) -> None:
    """A fast revision has no draft for comment."""
    name = register(grpc_stub, track=FAST_REVISION).name
    refusal = refused(lambda: attach(grpc_stub, name, TEXT, document, COMMENT))
    assert "does not go through stage 30" in refusal.details()


@pytest.mark.parametrize(
    ("designation", "field"),
    [("GB/T {number}", "designation"), ("GB {number}-2099", "plan_number"), ("T/XXX {number}-2099", "level")],
)
def test_a_number_that_does_not_fit_the_draft_is_refused(
    grpc_stub: Stub, document: str, designation: str, field: str
) -> None:
    """It has a year, the nature of the plan and the level that was planned; the refusal names the field."""
    name = bring_to(grpc_stub, document, APPROVAL)
    refusal = refused(lambda: publish(grpc_stub, name, designation.format(number=new_number())))
    assert (refusal.code(), fields_of(refusal)) == (grpc.StatusCode.INVALID_ARGUMENT, [field])
    assert grpc_stub.GetDraft(pb.GetDraftRequest(name=name)).stage == APPROVAL


def test_a_number_that_is_taken_is_not_given_again(grpc_stub: Stub, document: str) -> None:
    """The draft stays where it was."""
    taken = create(grpc_stub, f"GB/T {new_number()}-2099").designation
    name = bring_to(grpc_stub, document, APPROVAL)
    assert refused(lambda: publish(grpc_stub, name, taken)).code() is grpc.StatusCode.ALREADY_EXISTS
    assert grpc_stub.GetDraft(pb.GetDraftRequest(name=name)).stage == APPROVAL


def test_a_standard_that_comes_into_force_later_is_upcoming(grpc_stub: Stub, document: str) -> None:
    """What it supersedes ends on that day; what the catalogue does not have is told, and the relation kept."""
    number = new_number()
    name = bring_to(grpc_stub, document, APPROVAL, supersedes=[f"GB/T {number}-2089"])
    made = publish(grpc_stub, name, f"GB/T {number}-2099", effective_on=days_from_now(90))
    assert made.standard.status == standard_pb2.STANDARD_STATUS_UPCOMING
    assert list(made.unknown) == [f"GB/T {number}—2089"]
    kept = grpc_stub.ListRelations(pb.ListRelationsRequest(source=made.standard.name)).relations
    assert [relation.kind for relation in kept] == [standard_pb2.RELATION_KIND_SUPERSEDES]


def test_late_drafts_are_listed_with_since_when_and_why(grpc_stub: Stub, unique: Unique) -> None:
    """By the date their committee set, else by the limit of the stage that a source gives; the latest first."""
    committee = unique("SAC/TC ")
    by_limit = register(grpc_stub, committee=committee, stage=PROPOSAL).name
    own = register(grpc_stub, committee=committee, due_on=days_from_now(20)).name
    register(grpc_stub, committee=committee, stage=REVIEW)
    discard(grpc_stub, register(grpc_stub, committee=committee, due_on=days_from_now(1)).name)
    request = draft_pb2.ListOverdueDraftsRequest(committee=committee, as_of=days_from_now(100), page_size=1)
    late = everything(grpc_stub.ListOverdueDrafts, request, "overdue_drafts")
    assert [(entry.draft.name, entry.own_date) for entry in late] == [(own, True), (by_limit, False)]
    assert (late[0].due_on, late[0].days_overdue) == (days_from_now(20), 80)
    assert "GB/T 16733" in late[1].source.en
    early = draft_pb2.ListOverdueDraftsRequest(committee=committee, as_of=days_from_now(20))
    assert not grpc_stub.ListOverdueDrafts(early).overdue_drafts


def test_a_date_of_a_stage_ends_with_the_stage(grpc_stub: Stub) -> None:
    """The next stage has its own."""
    name = register(grpc_stub, due_on=days_from_now(20)).name
    assert not advance(grpc_stub, name, PROPOSAL).HasField("due_on")


def test_limits_that_no_source_settles_are_used_once_they_are_set(authority: Stub, unique: Unique) -> None:
    """Sources differ on comments: 2 months or 5; it is told, and nothing is late by it until somebody decides."""
    shipped = {limit.stage: limit for limit in authority.GetStageLimits(draft_pb2.GetStageLimitsRequest()).limits}
    assert (shipped[PROPOSAL].months, shipped[PREPARATORY].months) == (3, 10)
    assert [shipped[PROPOSAL].established, shipped[APPROVAL].established] == [True, False]
    assert (shipped[APPROVAL].months, list(shipped[COMMENT].reported_months)) == (0, [2, 5])
    request = draft_pb2.SetStageLimitRequest(stage=APPROVAL, months=8, source="示例依据")
    limit = authority.SetStageLimit(request)
    try:
        assert (limit.months, limit.source.zh, limit.principal) == (8, "示例依据", "标准化主管部门")
    finally:
        authority.SetStageLimit(draft_pb2.SetStageLimitRequest(stage=APPROVAL, months=0, source="示例"))


def test_a_group_standard_needs_no_national_plan(grpc_stub: Stub, document: str) -> None:
    """No source gives it a length of the comment period either; a period it has."""
    name = bring_to(grpc_stub, document, PREPARATORY, level=type_pb2.LEVEL_GROUP, plan_number="")
    assert list(missing_of(refused(lambda: enter_comment(grpc_stub, name, document, comment_period=None)))) == [
        "comment_period"
    ]
    assert enter_comment(grpc_stub, name, document, comment_period=period(-10, -5)).stage == COMMENT
