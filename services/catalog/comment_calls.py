"""Speak gRPC about comments on drafts, ballots and the comparison of texts."""

from services.catalog.calls import Calls


class CommentCalls(Calls):
    """Answers the calls about comments on drafts, ballots and the comparison of texts."""
