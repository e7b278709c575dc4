"""Speak gRPC about ballots and review meetings on drafts."""

import grpc

from services.catalog import messages_ballots, names, store_ballots
from services.catalog.calls import Calls
from services.catalog.drafting import is_secretary, own_draft
from services.catalog.messages import text_from
from services.catalog.messages_comments import part_name
from services.catalog.store_ballots import BallotRecord, Closing, NewVote
from services.catalog.store_drafts import get_draft
from services.runtime.calls import Principal, current_principal
from services.runtime.civil_dates import today
from services.runtime.database import Session
from services.runtime.interceptors.validation import require_valid
from standards_tree.drafting.ballots import (
    BallotKind,
    Outcome,
    require_closable,
    require_in_review,
    require_voting_open,
)
from standards_tree.errors import ForbiddenError, InvalidArgumentError
from standards_tree.stages import Stage
from tbt.catalog.v1 import ballot_pb2


class BallotCalls(Calls):
    """Answers the calls about ballots and review meetings on drafts."""

    def OpenBallot(  # noqa: N802
        self, request: ballot_pb2.OpenBallotRequest, context: grpc.ServicerContext
    ) -> ballot_pb2.Ballot:
        """Open a ballot."""
        del context
        draft_id = names.local_id(request.draft, "drafts", "draft")
        day = today()
        voting = messages_ballots.voting_from(request.ballot, day)
        if voting.closes_on < day:
            message = "{closes} is over; a meeting that took place is recorded with RecordReviewMeeting"
            raise InvalidArgumentError.in_field("ballot.closes_on", message, closes=voting.closes_on)
        principal = current_principal()

        def work(session: Session) -> ballot_pb2.Ballot:
            draft = own_draft(session, draft_id, principal)
            require_in_review(Stage(draft.stage), draft.name)
            opened = store_ballots.create_ballot(session, draft_id, draft.document, voting, principal.subject)
            return messages_ballots.ballot_to(opened)

        return self._database.write(work, request)

    def GetBallot(  # noqa: N802
        self, request: ballot_pb2.GetBallotRequest, context: grpc.ServicerContext
    ) -> ballot_pb2.Ballot:
        """Read a ballot."""
        del context
        name = part_name(request.name, "ballots")
        record = self._database.read(lambda session: store_ballots.get_ballot(session, *name))
        return messages_ballots.ballot_to(record)

    def ListBallots(  # noqa: N802
        self, request: ballot_pb2.ListBallotsRequest, context: grpc.ServicerContext
    ) -> ballot_pb2.ListBallotsResponse:
        """List the ballots on a draft, newest first."""
        del context
        draft_id = names.local_id(request.draft, "drafts", "draft")
        page = self._pager.page(request)

        def work(session: Session) -> list[BallotRecord]:
            get_draft(session, draft_id)
            return store_ballots.list_ballots(session, draft_id, page)

        found = self._database.read(work)
        ballots, token = self._pager.fill(request, page, found, lambda one: one.order, messages_ballots.ballot_to)
        return ballot_pb2.ListBallotsResponse(ballots=ballots, next_page_token=token)

    def CastVote(  # noqa: N802
        self, request: ballot_pb2.CastVoteRequest, context: grpc.ServicerContext
    ) -> ballot_pb2.Ballot:
        """Vote, or change a vote."""
        del context
        name, principal = part_name(request.name, "ballots"), current_principal()
        vote = messages_ballots.vote_from(request.vote, principal.subject)
        _require_vote_of(principal, vote)

        def work(session: Session) -> ballot_pb2.Ballot:
            draft = own_draft(session, name.draft_id, principal)
            record = store_ballots.get_ballot(session, *name)
            require_in_review(Stage(draft.stage), draft.name)
            require_voting_open(Outcome(record.outcome), record.opens_on, record.closes_on, today())
            return messages_ballots.ballot_to(store_ballots.cast_votes(session, record, [vote], principal.subject))

        return self._database.write(work, request)

    def CloseBallot(  # noqa: N802
        self, request: ballot_pb2.CloseBallotRequest, context: grpc.ServicerContext
    ) -> ballot_pb2.Ballot:
        """Close a ballot with what its votes come to."""
        del context
        name, principal = part_name(request.name, "ballots"), current_principal()
        minutes, note = text_from(request.minutes, "minutes"), text_from(request.note, "note")
        closing = Closing(principal.subject, minutes, note)

        def work(session: Session) -> ballot_pb2.Ballot:
            draft = own_draft(session, name.draft_id, principal)
            record = store_ballots.get_ballot(session, *name)
            # A draft that was sent back needs no more votes on the text it had.
            if draft.stage == Stage.REVIEW and record.outcome == Outcome.OPEN:
                require_closable(BallotKind(record.kind), record.tally, record.closes_on, today())
            return messages_ballots.ballot_to(store_ballots.close_ballot(session, record, closing, request.etag))

        return self._database.write(work, request)

    def RecordReviewMeeting(  # noqa: N802
        self, request: ballot_pb2.RecordReviewMeetingRequest, context: grpc.ServicerContext
    ) -> ballot_pb2.Ballot:
        """Record a review meeting that took place."""
        del context
        draft_id, principal = names.local_id(request.draft, "drafts", "draft"), current_principal()
        meeting = _meeting_of(request)
        voting = messages_ballots.voting_from(meeting, today())
        votes = messages_ballots.votes_from(meeting.votes)
        if voting.closes_on > today():
            message = "{closes} is yet to come; open a ballot for the meeting with OpenBallot"
            raise InvalidArgumentError.in_field("ballot.closes_on", message, closes=voting.closes_on)

        def work(session: Session) -> ballot_pb2.Ballot:
            draft = own_draft(session, draft_id, principal)
            require_in_review(Stage(draft.stage), draft.name)
            opened = store_ballots.create_ballot(session, draft_id, draft.document, voting, principal.subject)
            voted = store_ballots.cast_votes(session, opened, votes, principal.subject)
            return messages_ballots.ballot_to(
                store_ballots.close_ballot(session, voted, Closing(principal.subject), "")
            )

        return self._database.write(work, request)


def _require_vote_of(principal: Principal, vote: NewVote) -> None:
    """Let members vote for themselves only, and the secretary write down what others gave on paper.

    Raises:
        ForbiddenError: it is somebody else's vote.
        InvalidArgumentError: the secretary does not say how the vote was given.
    """
    if vote.member == principal.subject:
        return
    if not is_secretary(principal):
        message = (
            "{subject} votes for themselves only; the vote of {member} is cast by them or recorded by the secretary"
        )
        raise ForbiddenError(message, subject=principal.subject, member=vote.member)
    if not vote.note:
        message = "say in the note how the vote was given, such as a letter with its date"
        raise InvalidArgumentError.in_field("vote.note", message)


def _meeting_of(request: ballot_pb2.RecordReviewMeetingRequest) -> ballot_pb2.Ballot:
    meeting = ballot_pb2.Ballot()
    meeting.CopyFrom(request.ballot)
    meeting.kind = ballot_pb2.BALLOT_KIND_MEETING
    require_valid(meeting)
    return meeting
