"""Channels without a token, beside those of the whole program."""

import sys
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest

from services.composition import Program
from services.embedded import EmbeddedStack
from services.runtime.settings import Settings

sys.path.insert(0, str(Path(__file__).parent))

from small_world import World, small_world


@pytest.fixture(scope="session")
def stranger(program: Program) -> Iterator[grpc.Channel]:
    """Return a channel that sends no token."""
    with grpc.insecure_channel(f"127.0.0.1:{program.port}") as channel:
        yield channel


@pytest.fixture(scope="session")
def world(stack: EmbeddedStack, settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Return a program of its own with one of each resource, for tests that write anything anywhere."""
    with small_world(stack, settings, tmp_path_factory.mktemp("world")) as made:
        yield made
