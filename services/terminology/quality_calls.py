"""Speak gRPC about the quality of a vocabulary."""

from services.terminology.calls import Calls


class QualityCalls(Calls):
    """Answers the calls about the quality of a vocabulary."""
