"""A real Envoy of our configuration before a server."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from services.composition import SERVICES
from services.embedded import envoy
from services.gateway import Gateway, configuration, descriptors


@contextmanager
def gateway_before(address: str) -> Iterator[str]:
    """Run it before the server at *address*, which answers for all services; give its own address."""
    port = envoy.free_port("127.0.0.1")

    def configured(contracts: Path) -> dict[str, Any]:
        return configuration(Gateway("127.0.0.1", port, dict.fromkeys(SERVICES, address), contracts))

    with envoy.running("127.0.0.1", port, descriptors().SerializeToString(), configured):
        yield f"127.0.0.1:{port}"
