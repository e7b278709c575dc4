"""Speak gRPC about the life of a standard after its publication."""

from services.catalog.calls import Calls


class LifeCalls(Calls):
    """Answers the calls about the life of a standard after its publication."""
