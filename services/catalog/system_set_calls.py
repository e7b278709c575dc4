"""Speak gRPC about the set of documents of a standards system (GB/T 13016)."""

from services.catalog.calls import Calls


class SystemSetCalls(Calls):
    """Answers the calls about the set of documents of a standards system (GB/T 13016)."""
