"""Speak gRPC about code lists and designations."""

from services.catalog.calls import Calls


class CodeCalls(Calls):
    """Answers the calls about code lists and designations."""
