"""Speak gRPC about releases of a vocabulary."""

from services.terminology.calls import Calls


class ReleaseCalls(Calls):
    """Answers the calls about releases of a vocabulary."""
