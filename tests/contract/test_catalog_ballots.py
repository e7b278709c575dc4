"""The contract of the catalog service: a committee votes on a draft, by letter or in a meeting, and the figures decide."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import grpc
import pytest

from catalogues import day, everything, new_number
from refusals import fields_of
from services.runtime.civil_dates import today
from tbt.catalog.v1 import ballot_pb2, draft_pb2
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as pb_grpc
from tbt.type.v1 import type_pb2

Stub = pb_grpc.CatalogServiceStub
AsRole = Callable[..., grpc.Channel]
COMMITTEE = "SAC/TC 998"
SECRETARY = "secretary@tc998"
MEMBERS = tuple(f"member{number}@tc998" for number in range(1, 5))
APPROVE, COMMENTED, DISAPPROVE, ABSTAIN = (
    ballot_pb2.CHOICE_APPROVE,
    ballot_pb2.CHOICE_APPROVE_WITH_COMMENTS,
    ballot_pb2.CHOICE_DISAPPROVE,
    ballot_pb2.CHOICE_ABSTAIN,
)


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


@pytest.fixture
def secretary(as_role: AsRole) -> Stub:
    """Return a stub of the committee's secretary."""
    return Stub(as_role("committee_secretary", subject=SECRETARY, committee=COMMITTEE))


@pytest.fixture
def members(as_role: AsRole) -> list[Stub]:
    """Return the stubs of the committee's members."""
    return [Stub(as_role("committee_member", subject=member, committee=COMMITTEE)) for member in MEMBERS]


@pytest.fixture
def draft(grpc_stub: Stub) -> str:
    """Return the name of a draft in review."""
    return register(grpc_stub, draft_pb2.STAGE_REVIEW)


def register(stub: Stub, stage: int, **fields: object) -> str:
    """Register a draft of the committee at a stage and return its name."""
    facts = {
        "title": {"zh": "示例"},
        "level": type_pb2.LEVEL_NATIONAL,
        "committee": COMMITTEE,
        "stage": stage,
        **fields,
    }
    return stub.RegisterDraft(pb.RegisterDraftRequest(draft=draft_pb2.Draft(**facts))).name


def on(value: date) -> dict[str, int]:
    """Return a day for the wire."""
    return day(value.isoformat())


def ballot(**fields: object) -> ballot_pb2.Ballot:
    """Return a letter ballot of the members that closes in a month."""
    facts = {
        "kind": ballot_pb2.BALLOT_KIND_LETTER,
        "closes_on": on(today() + timedelta(days=30)),
        "members": [{"member": member, "full_name": f"委员{member[6]}"} for member in MEMBERS],
        **fields,
    }
    return ballot_pb2.Ballot(**facts)


def open_ballot(stub: Stub, draft: str, **fields: object) -> ballot_pb2.Ballot:
    """Open a ballot and return it."""
    return stub.OpenBallot(ballot_pb2.OpenBallotRequest(draft=draft, ballot=ballot(**fields)))


def cast(stub: Stub, name: str, choice: int, reason: str = "", **fields: object) -> ballot_pb2.Ballot:
    """Vote and return the ballot."""
    vote = ballot_pb2.Vote(choice=choice, reason=reason, **fields)
    return stub.CastVote(ballot_pb2.CastVoteRequest(name=name, vote=vote))


def close(stub: Stub, name: str, **fields: object) -> ballot_pb2.Ballot:
    """Close a ballot and return it."""
    return stub.CloseBallot(ballot_pb2.CloseBallotRequest(name=name, **fields))


def held(choices: dict[str, int], **fields: object) -> ballot_pb2.Ballot:
    """Return a meeting that took place today, with its votes."""
    votes = [
        ballot_pb2.Vote(member=member, choice=choice, reason="" if choice in (APPROVE, ABSTAIN) else "示例")
        for member, choice in choices.items()
    ]
    return ballot(kind=ballot_pb2.BALLOT_KIND_UNSPECIFIED, closes_on=on(today()), votes=votes, **fields)


def record(stub: Stub, draft: str, meeting: ballot_pb2.Ballot) -> ballot_pb2.Ballot:
    """Record a meeting and return it."""
    return stub.RecordReviewMeeting(ballot_pb2.RecordReviewMeetingRequest(draft=draft, ballot=meeting))


def test_a_committee_votes_by_letter(secretary: Stub, members: list[Stub], draft: str) -> None:
    """Once every member has voted the ballot is closed, and its figures decide."""
    opened = open_ballot(secretary, draft)
    assert opened.outcome == ballot_pb2.BALLOT_OUTCOME_OPEN
    assert (opened.rule.quorum.numerator, opened.rule.quorum.denominator) == (3, 4)
    assert "国家标准管理办法" in opened.rule.source
    cast(members[0], opened.name, APPROVE)
    cast(members[1], opened.name, COMMENTED, "第5章编辑性修改")
    cast(members[2], opened.name, APPROVE)
    cast(members[3], opened.name, DISAPPROVE, "限值缺少依据")
    closed = close(secretary, opened.name, note="三分之四以上赞成")
    figures = closed.figures
    assert closed.outcome == ballot_pb2.BALLOT_OUTCOME_APPROVED
    assert (figures.members, figures.cast, figures.approve, figures.approve_with_comments) == (4, 4, 2, 1)
    assert (figures.disapprove, figures.abstain, figures.has_quorum, figures.has_majority) == (1, 0, True, True)
    assert (closed.opened_by, closed.closed_by) == (SECRETARY, SECRETARY)
    assert secretary.GetBallot(ballot_pb2.GetBallotRequest(name=closed.name)) == closed


def test_a_vote_may_be_changed_until_the_ballot_is_closed(secretary: Stub, members: list[Stub], draft: str) -> None:
    """The last one counts; the one before stays in the history."""
    name = open_ballot(secretary, draft).name
    cast(members[0], name, DISAPPROVE, "限值缺少依据")
    changed = cast(members[0], name, APPROVE)
    assert [(vote.member, vote.choice) for vote in changed.votes] == [(MEMBERS[0], DISAPPROVE), (MEMBERS[0], APPROVE)]
    assert (changed.figures.cast, changed.figures.approve, changed.figures.disapprove) == (1, 1, 0)


def test_no_vote_is_cast_in_a_closed_ballot(secretary: Stub, members: list[Stub], draft: str) -> None:
    """Nor changed."""
    name = open_ballot(secretary, draft, members=[{"member": MEMBERS[0]}]).name
    cast(members[0], name, APPROVE)
    close(secretary, name)
    with pytest.raises(grpc.RpcError) as refusal:
        cast(members[0], name, ABSTAIN)
    assert refusal.value.code() is grpc.StatusCode.FAILED_PRECONDITION
    assert "the ballot is closed" in refusal.value.details()


def test_no_vote_is_cast_before_a_ballot_opens(secretary: Stub, members: list[Stub], draft: str) -> None:
    """The refusal says when it does."""
    tomorrow = today() + timedelta(days=1)
    name = open_ballot(secretary, draft, opens_on=on(tomorrow)).name
    with pytest.raises(grpc.RpcError) as refusal:
        cast(members[0], name, APPROVE)
    assert tomorrow.isoformat() in refusal.value.details()


def test_who_is_not_on_the_roll_has_no_vote(secretary: Stub, members: list[Stub], draft: str) -> None:
    """The refusal names them."""
    name = open_ballot(secretary, draft, members=[{"member": MEMBERS[0]}]).name
    with pytest.raises(grpc.RpcError) as refusal:
        cast(members[1], name, APPROVE)
    assert refusal.value.code() is grpc.StatusCode.FAILED_PRECONDITION
    assert MEMBERS[1] in refusal.value.details()


def test_a_member_votes_for_themselves_only(secretary: Stub, members: list[Stub], draft: str) -> None:
    """Another's vote is the other's."""
    name = open_ballot(secretary, draft).name
    with pytest.raises(grpc.RpcError) as refusal:
        cast(members[0], name, APPROVE, member=MEMBERS[1], note="受托")
    assert refusal.value.code() is grpc.StatusCode.PERMISSION_DENIED


def test_the_secretary_records_a_vote_on_paper_with_how_it_came(secretary: Stub, draft: str) -> None:
    """Who wrote it down stands beside whose it is."""
    name = open_ballot(secretary, draft).name
    with pytest.raises(grpc.RpcError) as refusal:
        cast(secretary, name, APPROVE, member=MEMBERS[0])
    assert fields_of(refusal.value) == ["vote.note"]
    (vote,) = cast(secretary, name, APPROVE, member=MEMBERS[0], note="函审单 2026-03-01").votes
    assert (vote.member, vote.principal, vote.note) == (MEMBERS[0], SECRETARY, "函审单 2026-03-01")


@pytest.mark.parametrize("choice", [DISAPPROVE, COMMENTED])
def test_a_vote_against_or_with_comments_says_why(
    secretary: Stub, members: list[Stub], draft: str, choice: int
) -> None:
    """Nobody could answer it otherwise."""
    name = open_ballot(secretary, draft).name
    with pytest.raises(grpc.RpcError) as refusal:
        cast(members[0], name, choice)
    assert fields_of(refusal.value) == ["reason"]


def test_a_letter_ballot_stays_open_while_votes_may_come(secretary: Stub, members: list[Stub], draft: str) -> None:
    """The refusal says how many are missing, and until when."""
    name = open_ballot(secretary, draft).name
    cast(members[0], name, APPROVE)
    with pytest.raises(grpc.RpcError) as refusal:
        close(secretary, name)
    assert refusal.value.code() is grpc.StatusCode.FAILED_PRECONDITION
    assert "3 of 4" in refusal.value.details()


def test_a_draft_has_one_open_ballot(secretary: Stub, draft: str) -> None:
    """The refusal names it."""
    name = open_ballot(secretary, draft).name
    with pytest.raises(grpc.RpcError) as refusal:
        open_ballot(secretary, draft)
    assert refusal.value.code() is grpc.StatusCode.FAILED_PRECONDITION
    assert name in refusal.value.details()


@pytest.mark.parametrize("stage", [draft_pb2.STAGE_COMMENT, draft_pb2.STAGE_APPROVAL])
def test_a_committee_votes_on_drafts_in_review_only(grpc_stub: Stub, secretary: Stub, stage: int) -> None:
    """The refusal says which stage that is."""
    name = register(grpc_stub, stage)
    with pytest.raises(grpc.RpcError) as refusal:
        open_ballot(secretary, name)
    assert "stage 40" in refusal.value.details()


def test_members_open_and_close_nothing(secretary: Stub, members: list[Stub], draft: str) -> None:
    """That is the secretary's."""
    name = open_ballot(secretary, draft).name
    for call in (lambda: open_ballot(members[0], draft), lambda: close(members[0], name)):
        with pytest.raises(grpc.RpcError) as refusal:
            call()
        assert refusal.value.code() is grpc.StatusCode.PERMISSION_DENIED


def test_another_committee_neither_votes_nor_counts(as_role: AsRole, secretary: Stub, draft: str) -> None:
    """A draft is its own committee's, whatever the roll says."""
    name = open_ballot(secretary, draft, members=[{"member": "stranger"}]).name
    for role in ("committee_member", "committee_secretary"):
        stranger = Stub(as_role(role, subject="stranger", committee="SAC/TC 1"))
        with pytest.raises(grpc.RpcError) as refusal:
            cast(stranger, name, APPROVE)
        assert refusal.value.code() is grpc.StatusCode.NOT_FOUND


@pytest.mark.parametrize(
    ("choices", "outcome"),
    [
        ((APPROVE, APPROVE, APPROVE, APPROVE), ballot_pb2.BALLOT_OUTCOME_APPROVED),
        ((APPROVE, COMMENTED, APPROVE, DISAPPROVE), ballot_pb2.BALLOT_OUTCOME_APPROVED),
        ((APPROVE, APPROVE, APPROVE), ballot_pb2.BALLOT_OUTCOME_APPROVED),
        ((APPROVE, APPROVE, ABSTAIN), ballot_pb2.BALLOT_OUTCOME_REJECTED),
        ((APPROVE, APPROVE, DISAPPROVE, DISAPPROVE), ballot_pb2.BALLOT_OUTCOME_REJECTED),
        ((APPROVE, APPROVE), ballot_pb2.BALLOT_OUTCOME_REJECTED),
        ((), ballot_pb2.BALLOT_OUTCOME_REJECTED),
    ],
)
def test_a_meeting_that_took_place_is_recorded_with_what_its_votes_come_to(
    secretary: Stub, draft: str, choices: tuple[int, ...], outcome: int
) -> None:
    """Three quarters of the members vote, and three quarters of the votes are in favour."""
    meeting = held(dict(zip(MEMBERS, choices, strict=False)), place="北京", chair="示例主任", note="会议纪要另附")
    recorded = record(secretary, draft, meeting)
    assert (recorded.kind, recorded.outcome) == (ballot_pb2.BALLOT_KIND_MEETING, outcome)
    assert (recorded.place, recorded.chair, recorded.figures.cast) == ("北京", "示例主任", len(choices))
    assert recorded.HasField("closed_at")


def test_a_committee_may_have_a_rule_of_its_own(secretary: Stub, draft: str) -> None:
    """Two thirds in favour and a quarter against at the most, with where that comes from."""
    rule = {
        "approval": {"numerator": 2, "denominator": 3},
        "opposition": {"numerator": 1, "denominator": 4},
        "source": "示例委员会章程",
    }
    choices = dict(zip(MEMBERS, (APPROVE, APPROVE, APPROVE, DISAPPROVE), strict=True))
    recorded = record(secretary, draft, held(choices, rule=rule))
    assert recorded.outcome == ballot_pb2.BALLOT_OUTCOME_APPROVED
    assert (recorded.rule.opposition.denominator, recorded.rule.source) == (4, "示例委员会章程")


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"rule": {"quorum": {"numerator": 1, "denominator": 2}}}, "rule.source"),
        ({"rule": {"quorum": {"numerator": 5, "denominator": 4}, "source": "示例"}}, "rule.quorum"),
        ({"opens_on": on(date(2999, 1, 1))}, "closes_on"),
        ({"members": [{"member": MEMBERS[0]}, {"member": MEMBERS[0]}]}, "members"),
        ({"closes_on": on(date(2020, 1, 1))}, "ballot.closes_on"),
        ({"members": []}, "ballot.members"),
    ],
)
def test_a_ballot_nobody_could_hold_is_refused(
    secretary: Stub, draft: str, fields: dict[str, object], named: str
) -> None:
    """The refusal names the field."""
    with pytest.raises(grpc.RpcError) as refusal:
        open_ballot(secretary, draft, **fields)
    assert fields_of(refusal.value) == [named]


def test_a_meeting_that_is_yet_to_come_is_not_recorded(secretary: Stub, draft: str) -> None:
    """It is opened as a ballot."""
    meeting = held({MEMBERS[0]: APPROVE})
    meeting.closes_on.year = 2999
    with pytest.raises(grpc.RpcError) as refusal:
        record(secretary, draft, meeting)
    assert fields_of(refusal.value) == ["ballot.closes_on"]


def test_a_stranger_at_a_meeting_has_no_vote(secretary: Stub, draft: str) -> None:
    """Nothing of the meeting is kept."""
    with pytest.raises(grpc.RpcError) as refusal:
        record(secretary, draft, held({"stranger": APPROVE}))
    assert refusal.value.code() is grpc.StatusCode.FAILED_PRECONDITION
    request = ballot_pb2.ListBallotsRequest(draft=draft)
    assert everything(secretary.ListBallots, request, "ballots") == []


def test_ballots_are_listed_newest_first(secretary: Stub, draft: str) -> None:
    """A draft that failed is voted on again."""
    names = [record(secretary, draft, held({MEMBERS[0]: ABSTAIN})).name for _ in range(3)]
    request = ballot_pb2.ListBallotsRequest(draft=draft, page_size=2)
    assert [one.name for one in everything(secretary.ListBallots, request, "ballots")] == names[::-1]


def test_a_vote_is_cast_once_for_one_request(secretary: Stub, members: list[Stub], draft: str) -> None:
    """A client that lost the answer sends the request again."""
    name = open_ballot(secretary, draft).name
    vote = ballot_pb2.Vote(choice=APPROVE)
    request = ballot_pb2.CastVoteRequest(name=name, vote=vote, request_id=str(uuid4()))
    assert members[0].CastVote(request) == members[0].CastVote(request)
    assert len(secretary.GetBallot(ballot_pb2.GetBallotRequest(name=name)).votes) == 1


def test_a_ballot_on_a_draft_that_was_sent_back_is_closed(
    grpc_stub: Stub, secretary: Stub, members: list[Stub]
) -> None:
    """Nobody votes any more on a text that is being changed."""
    plan_number = f"2099{new_number()[:4]}-T-998"
    draft = register(grpc_stub, draft_pb2.STAGE_REVIEW, plan_number=plan_number)
    name = open_ballot(secretary, draft).name
    back = pb.AdvanceDraftRequest(name=draft, stage=draft_pb2.STAGE_PREPARATORY, reason="意见分歧")
    grpc_stub.AdvanceDraft(back)
    with pytest.raises(grpc.RpcError) as refusal:
        cast(members[0], name, APPROVE)
    assert "stage 40" in refusal.value.details()
    assert close(secretary, name).outcome == ballot_pb2.BALLOT_OUTCOME_REJECTED
