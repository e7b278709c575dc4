"""Speak gRPC about what waits for somebody."""

from services.catalog.calls import Calls


class TaskCalls(Calls):
    """Answers the calls about what waits for somebody."""
