"""Speak gRPC about editions of a system and advice about its places."""

from services.catalog.calls import Calls


class EditionCalls(Calls):
    """Answers the calls about editions of a system and advice about its places."""
