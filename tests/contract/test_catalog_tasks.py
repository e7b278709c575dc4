"""The contract of the catalog service: everybody sees what waits for them, why, and until when."""

import secrets
from collections.abc import Callable
from datetime import timedelta

import grpc
import pytest
from google.type.date_pb2 import Date

from catalogues import create, everything, new_number
from drafting import advance, bring_to, days_from_now, discard, new_plan_number, publish, register, update
from services.runtime.civil_dates import today
from tbt.catalog.v1 import ballot_pb2, comment_pb2, draft_pb2, standard_pb2, task_pb2
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as pb_grpc
from tbt.documents.v1 import documents_service_pb2_grpc as documents_grpc
from uploads import upload

Stub = pb_grpc.CatalogServiceStub
AsRole = Callable[..., grpc.Channel]
CHINESE = (("accept-language", "zh-CN"),)


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


@pytest.fixture
def committee() -> str:
    """Return a committee no other test has."""
    return f"SAC/TC {10_000 + secrets.randbelow(90_000)}"


@pytest.fixture
def secretary(as_role: AsRole, committee: str) -> Stub:
    """Return a stub of the committee's secretary."""
    return Stub(as_role("committee_secretary", subject="秘书", committee=committee))


@pytest.fixture
def document(channel: grpc.Channel) -> str:
    """Return the name of an uploaded document."""
    return upload(documents_grpc.DocumentsServiceStub(channel), secrets.token_bytes(20)).name


def tasks(stub: Stub, **fields: object) -> list[task_pb2.Task]:
    """Return everything that waits for the caller."""
    return everything(stub.ListMyTasks, task_pb2.ListMyTasksRequest(**fields), "tasks")


def kinds(found: list[task_pb2.Task]) -> list[tuple[str, str]]:
    """Return what has to be done with what."""
    return [(task_pb2.TaskKind.Name(task.kind).removeprefix("TASK_KIND_"), task.resource) for task in found]


def test_a_secretary_sees_what_a_draft_still_needs(secretary: Stub, committee: str) -> None:
    """The desk names the next stage, what is missing for it, and the day the committee set."""
    draft = register(secretary, committee=committee, stage=draft_pb2.STAGE_PREPARATORY, plan_number=new_plan_number())
    update(secretary, draft.name, due_on=days_from_now(-3))
    found = tasks(secretary)
    assert kinds(found) == [("BRING_ON", draft.name)]
    assert (found[0].next_stage, found[0].due_on, found[0].days_overdue) == (
        draft_pb2.STAGE_COMMENT,
        days_from_now(-3),
        3,
    )
    assert [missing.name for missing in found[0].missing] == [
        "draft_for_comment",
        "compilation_statement",
        "comment_period",
    ]
    assert (found[0].designation, found[0].committee) == (draft.plan_number, committee)


def test_why_a_task_waits_is_said_in_the_language_of_the_call(secretary: Stub, committee: str) -> None:
    """A secretary who reads Chinese reads why in Chinese."""
    register(secretary, committee=committee)
    spoken = secretary.ListMyTasks(task_pb2.ListMyTasksRequest(), metadata=CHINESE).tasks[0].reason
    assert spoken == "进入10阶段（立项阶段）所需材料已齐备，可以推进"


def test_comments_wait_for_who_decides_on_them(secretary: Stub, committee: str, document: str) -> None:
    """Comments that nobody decided on are a task of their own, counted."""
    name = bring_to(secretary, document, draft_pb2.STAGE_COMMENT, committee=committee)
    for text in ("一", "二"):
        comment = comment_pb2.Comment(text=text, organisation="示例公司", kind=comment_pb2.COMMENT_KIND_GENERAL)
        comment.received_on.CopyFrom(days_from_now(-10))
        secretary.SubmitComment(comment_pb2.SubmitCommentRequest(draft=name, comment=comment))
    found = tasks(secretary, kinds=[task_pb2.TASK_KIND_HANDLE_COMMENTS])
    assert kinds(found) == [("HANDLE_COMMENTS", name)]
    assert found[0].reason == f"2 comments wait for an answer, the first since {today() - timedelta(days=10)}"


def open_ballot(secretary: Stub, draft: str, *members: str) -> str:
    """Open a ballot of ten days with *members* on its roll, and return its name."""
    ballot = ballot_pb2.Ballot(
        kind=ballot_pb2.BALLOT_KIND_LETTER,
        opens_on=days_from_now(0),
        closes_on=days_from_now(10),
        members=[ballot_pb2.BallotMember(member=member, full_name="委员") for member in members],
    )
    return secretary.OpenBallot(ballot_pb2.OpenBallotRequest(draft=draft, ballot=ballot)).name


def test_a_member_is_asked_to_vote_until_they_have(
    as_role: AsRole, secretary: Stub, committee: str, document: str
) -> None:
    """The vote waits for who is on the roll, for nobody else, and not after it was cast; then the ballot can be closed."""
    name = bring_to(secretary, document, draft_pb2.STAGE_REVIEW, committee=committee)
    own, other = f"own@{committee}", f"other@{committee}"
    member = Stub(as_role("committee_member", subject=own, committee=committee))
    stranger = Stub(as_role("committee_member", subject=other, committee=committee))
    ballot = open_ballot(secretary, name, own)
    waiting = tasks(member)
    assert (kinds(waiting), waiting[0].due_on) == ([("VOTE", ballot)], days_from_now(10))
    assert tasks(stranger) == []
    assert kinds(tasks(secretary, kinds=[task_pb2.TASK_KIND_CLOSE_BALLOT])) == []
    vote = ballot_pb2.Vote(choice=ballot_pb2.CHOICE_APPROVE)
    member.CastVote(ballot_pb2.CastVoteRequest(name=ballot, vote=vote))
    assert tasks(member) == []
    assert kinds(tasks(secretary, kinds=[task_pb2.TASK_KIND_CLOSE_BALLOT])) == [("CLOSE_BALLOT", ballot)]


@pytest.mark.parametrize("left", ["discarded", "sent back"])
def test_nobody_is_asked_to_vote_on_a_draft_that_has_left_review(
    as_role: AsRole, secretary: Stub, committee: str, document: str, left: str
) -> None:
    """No vote would be taken; what is left of the ballot of a draft that was sent back is to be closed."""
    name = bring_to(secretary, document, draft_pb2.STAGE_REVIEW, committee=committee)
    member = Stub(as_role("committee_member", subject=f"own@{committee}", committee=committee))
    ballot = open_ballot(secretary, name, f"own@{committee}")
    if left == "discarded":
        discard(secretary, name)
    else:
        advance(secretary, name, draft_pb2.STAGE_PREPARATORY, reason="示例")
    assert tasks(member) == []
    to_close = kinds(tasks(secretary, kinds=[task_pb2.TASK_KIND_CLOSE_BALLOT]))
    assert to_close == ([] if left == "discarded" else [("CLOSE_BALLOT", ballot)])


def test_a_roll_shows_no_draft_to_another_committee(
    as_role: AsRole, secretary: Stub, committee: str, document: str
) -> None:
    """Somebody on it who signed in elsewhere could not vote, and does not learn of the draft."""
    name = bring_to(secretary, document, draft_pb2.STAGE_REVIEW, committee=committee)
    open_ballot(secretary, name, f"elsewhere@{committee}")
    assert tasks(Stub(as_role("committee_member", subject=f"elsewhere@{committee}", committee="SAC/TC 97"))) == []


def test_a_draft_that_was_handed_in_waits_for_the_authority(
    as_role: AsRole, secretary: Stub, committee: str, document: str
) -> None:
    """Who numbers standards sees it, whatever the committee, until it is published."""
    name = bring_to(secretary, document, draft_pb2.STAGE_APPROVAL, committee=committee)
    authority = Stub(as_role("catalogue_editor", subject="authority"))
    assert ("PUBLISH", name) in kinds(tasks(authority))
    assert tasks(secretary) == []
    publish(authority, name, f"GB/T {new_number()}-{today().year}")
    assert ("PUBLISH", name) not in kinds(tasks(authority))


def test_reviews_and_marks_wait_for_the_committee_of_the_standard(
    secretary: Stub, grpc_stub: Stub, committee: str
) -> None:
    """A standard of five years ago is due; one that cites what was superseded is to be looked at."""
    cited, citing = (f"GB/T {new_number()}" for _ in range(2))
    create(grpc_stub, f"{cited}-2018", issued_on="2018-01-01", effective_on="2018-02-01")
    old = create(grpc_stub, f"{citing}-2019", issued_on="2019-01-01", effective_on="2019-02-01", committee=committee)
    relation = standard_pb2.Relation(
        source=old.name,
        target_designation=f"{cited}-2018",
        kind=standard_pb2.RELATION_KIND_NORMATIVE_REFERENCE,
    )
    grpc_stub.CreateRelation(pb.CreateRelationRequest(relation=relation))
    create(grpc_stub, f"{cited}-2020", issued_on="2020-01-01", effective_on="2020-02-01")
    grpc_stub.SupersedeStandard(pb.SupersedeStandardRequest(name=f"{cited}-2018", successor=f"{cited}-2020"))
    found = tasks(secretary)
    assert kinds(found) == [("REVIEW_STANDARD", old.name), ("CLEAR_SUSPECTS", old.name)]
    assert found[0].due_on == Date(year=2024, month=1, day=1)
    assert found[1].reason.startswith("1 marks since ")


def test_tasks_come_in_pages_with_the_most_urgent_first(secretary: Stub, committee: str) -> None:
    """What has no day comes last; no task is lost or doubled between pages."""
    for days in (5, -5, None, 1):
        draft = register(secretary, committee=committee)
        if days is not None:
            update(secretary, draft.name, due_on=days_from_now(days))
    found = tasks(secretary, page_size=1)
    assert [task.due_on for task in found] == [*map(days_from_now, (-5, 1, 5)), Date()]
    assert len({task.resource for task in found}) == 4


def test_nobody_looks_at_the_desk_of_another_committee(
    as_role: AsRole, secretary: Stub, grpc_stub: Stub, committee: str
) -> None:
    """An administrator may look at any; others are told whose desk they asked for."""
    draft = register(secretary, committee=committee)
    other = Stub(as_role("committee_secretary", subject="other", committee="SAC/TC 998"))
    with pytest.raises(grpc.RpcError) as refused:
        tasks(other, committee=committee)
    assert refused.value.code() == grpc.StatusCode.PERMISSION_DENIED
    assert committee in refused.value.details()
    assert kinds(tasks(grpc_stub, committee=committee)) == [("BRING_ON", draft.name)]
    assert draft.name not in {task.resource for task in tasks(other)}


def test_who_has_no_committee_has_no_desk_of_one(as_role: AsRole, secretary: Stub, committee: str) -> None:
    """Unset never means all: a secretary whose token names no committee sees no drafts of others."""
    register(secretary, committee=committee)
    assert tasks(Stub(as_role("committee_secretary", subject="nobody"))) == []
