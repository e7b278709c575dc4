"""Bring drafts through their stages as a secretary does."""

import secrets
from datetime import timedelta

from google.type.date_pb2 import Date

from services.runtime.civil_dates import today
from tbt.catalog.v1 import ballot_pb2, draft_pb2
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as pb_grpc
from tbt.type.v1 import type_pb2

Stub = pb_grpc.CatalogServiceStub
COMMITTEE = "SAC/TC 999"
STATEMENT = draft_pb2.DOCUMENT_ROLE_COMPILATION_STATEMENT


def days_from_now(days: int) -> Date:
    """Return a day before or after today."""
    day = today() + timedelta(days=days)
    return Date(year=day.year, month=day.month, day=day.day)


def period(starts: int = -70, ends: int = -5, because: str = "") -> draft_pb2.CommentPeriod:
    """Return a comment period by days from now; the usual one is over."""
    return draft_pb2.CommentPeriod(starts_on=days_from_now(starts), ends_on=days_from_now(ends), urgent_because=because)


def new_plan_number(nature: str = "T") -> str:
    """Return a plan number that no real plan and no other test has."""
    return f"2099{secrets.randbelow(10_000):04}-{nature}-{secrets.randbelow(1000):03}"


def register(stub: Stub, **fields: object) -> draft_pb2.Draft:
    """Register a draft and return it."""
    facts = {"title": {"zh": "示例"}, "level": type_pb2.LEVEL_NATIONAL, "committee": COMMITTEE, **fields}
    return stub.RegisterDraft(pb.RegisterDraftRequest(draft=draft_pb2.Draft(**facts)))


def update(stub: Stub, name: str, *paths: str, **fields: object) -> draft_pb2.Draft:
    """Change facts of a draft and return it."""
    request = draft_pb2.UpdateDraftRequest(draft=draft_pb2.Draft(name=name, **fields))
    request.update_mask.paths.extend(paths or fields)
    return stub.UpdateDraft(request)


def advance(stub: Stub, name: str, stage: int, **fields: object) -> draft_pb2.Draft:
    """Move a draft and return it."""
    return stub.AdvanceDraft(pb.AdvanceDraftRequest(name=name, stage=stage, **fields))


def step(stub: Stub, name: str, code: str, **fields: object) -> draft_pb2.Draft:
    """Move a draft to a harmonized stage code and return it."""
    return stub.AdvanceDraft(pb.AdvanceDraftRequest(name=name, harmonized_stage=code, **fields))


def discard(stub: Stub, name: str, **fields: object) -> draft_pb2.Draft:
    """Give up a draft and return it."""
    return stub.DiscardDraft(pb.DiscardDraftRequest(name=name, reason="示例", **fields))


def attach(stub: Stub, name: str, role: int, document: str, stage: int = 0) -> draft_pb2.DraftDocument:
    """Attach a document to a draft and return it."""
    attachment = draft_pb2.Attachment(role=role, document=document)
    return stub.AttachDocument(draft_pb2.AttachDocumentRequest(name=name, attachment=attachment, stage=stage))


def hold_meeting(stub: Stub, name: str, *, approving: bool = True) -> ballot_pb2.Ballot:
    """Record a review meeting of four members who agree."""
    choice = ballot_pb2.CHOICE_APPROVE if approving else ballot_pb2.CHOICE_DISAPPROVE
    members = [ballot_pb2.BallotMember(member=f"委员{number}", full_name=f"委员{number}") for number in range(4)]
    votes = [ballot_pb2.Vote(member=one.member, choice=choice, reason="示例") for one in members]
    meeting = ballot_pb2.Ballot(opens_on=days_from_now(0), closes_on=days_from_now(0), members=members, votes=votes)
    return stub.RecordReviewMeeting(ballot_pb2.RecordReviewMeetingRequest(draft=name, ballot=meeting))


def enter_comment(stub: Stub, name: str, document: str, **fields: object) -> draft_pb2.Draft:
    """Bring a draft from its preparation, or its proposal, to comment with everything that asks for."""
    given = {"document": document, "attachments": [draft_pb2.Attachment(role=STATEMENT, document=document)]}
    return advance(stub, name, draft_pb2.STAGE_COMMENT, **{**given, "comment_period": period(), **fields})


def bring_to(stub: Stub, document: str, stage: int, **fields: object) -> str:
    """Register a draft, bring it to *stage* with everything the way asks for, and return its name."""
    name = register(stub, **{"plan_number": new_plan_number(), **fields}).name
    if stage >= draft_pb2.STAGE_PROPOSAL:
        advance(stub, name, draft_pb2.STAGE_PROPOSAL)
    if stage >= draft_pb2.STAGE_PREPARATORY:
        advance(stub, name, draft_pb2.STAGE_PREPARATORY)
    if stage >= draft_pb2.STAGE_COMMENT:
        enter_comment(stub, name, document)
    if stage >= draft_pb2.STAGE_REVIEW:
        advance(stub, name, draft_pb2.STAGE_REVIEW, document=document)
    if stage >= draft_pb2.STAGE_APPROVAL:
        hold_meeting(stub, name)
        advance(stub, name, draft_pb2.STAGE_APPROVAL, document=document)
    return name


def publish(stub: Stub, name: str, designation: str, **fields: object) -> draft_pb2.PublishDraftResponse:
    """Publish a draft that is in force at once."""
    given = {"issued_on": days_from_now(-1), "effective_on": days_from_now(0), "announcement": "示例公告", **fields}
    return stub.PublishDraft(draft_pb2.PublishDraftRequest(name=name, designation=designation, **given))
