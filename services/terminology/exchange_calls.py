"""Speak gRPC about vocabularies that come in and go out as files."""

from services.terminology.calls import Calls


class ExchangeCalls(Calls):
    """Answers the calls about vocabularies that come in and go out as files."""
