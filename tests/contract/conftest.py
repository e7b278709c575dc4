"""pytest-grpc's fixtures, in its real-server mode, over the whole program: `grpc_stub` is an administrator's stub.

A test module names its service by a fixture `grpc_stub_cls`. The plugin's fake mode does not work with today's
generated code, and parametrising under its own server crashes gRPC; here its server is ours, started once.
"""

import grpc
import pytest

from services.composition import Program


@pytest.fixture(scope="module")
def grpc_addr(program: Program) -> str:
    """Return the public address of the program."""
    return f"127.0.0.1:{program.port}"


@pytest.fixture(scope="module")
def grpc_server(program: Program) -> Program:
    """Return the program in place of the plugin's own server."""
    return program


@pytest.fixture(scope="module")
def grpc_channel(channel: grpc.Channel, grpc_server: Program) -> grpc.Channel:
    """Return an administrator's channel."""
    return channel
