"""Speak gRPC about the work on concepts."""

from services.terminology.calls import Calls


class WorkCalls(Calls):
    """Answers the calls about the work on concepts."""
