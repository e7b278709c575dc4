"""Channels without a token, beside those of the whole program."""

import sys
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest

from services.composition import Program

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def stranger(program: Program) -> Iterator[grpc.Channel]:
    """Return a channel that sends no token."""
    with grpc.insecure_channel(f"127.0.0.1:{program.port}") as channel:
        yield channel
