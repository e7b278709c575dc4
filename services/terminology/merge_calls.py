"""Speak gRPC about concepts that become one, and one that becomes two."""

from services.terminology.calls import Calls


class MergeCalls(Calls):
    """Answers the calls about concepts that become one, and one that becomes two."""
