"""Find free ports on this machine for servers that cannot find their own."""

import secrets
import socket
from pathlib import Path

from standards_tree.errors import UnavailableError

LOWEST, HIGHEST = 12_000, 22_000
GRPC_OFFSET = 10_000
"""SeaweedFS serves gRPC at its HTTP port + 10,000, and its own worker insists on it. Both numbers lie below 32,768,
from where Linux gives ports to outgoing connections, so that none of those can take a remembered port."""
ATTEMPTS = 500


def free_port_pairs(count: int) -> list[int]:
    """Return *count* ports p with p and p + GRPC_OFFSET free now.

    Nothing reserves them: another process can be quicker, so the caller must be ready to ask again.
    """
    found: list[int] = []
    for _ in range(ATTEMPTS):
        port = LOWEST + secrets.randbelow(HIGHEST - LOWEST)
        if port not in found and is_pair_free(port):
            found.append(port)
        if len(found) == count:
            return found
    raise UnavailableError("no free ports between {lowest} and {highest}", lowest=LOWEST, highest=HIGHEST + GRPC_OFFSET)


def is_pair_free(port: int) -> bool:
    """Tell whether *port* and its gRPC port are free, for SeaweedFS's socket files too."""
    try:
        for number in (port, port + GRPC_OFFSET):
            _bind(number)
        # Nobody listens there, so a socket file was left by a server that was killed. One that cannot be removed (another
        # user's) makes the port useless: SeaweedFS would hang on it.
        for file in socket_files(port):
            file.unlink(missing_ok=True)
    except OSError:
        return False
    return True


def socket_files(port: int) -> list[Path]:
    """Return the socket files that a part of SeaweedFS may make, and forget, which serves *port* and its gRPC port."""
    names = [f"seaweedfs-{part}-{port}.sock" for part in ("filer", "s3")]
    names += [
        f"seaweedfs-{part}-grpc-{port + GRPC_OFFSET}.sock" for part in ("master", "volume", "filer", "s3", "admin")
    ]
    return [Path("/tmp", name) for name in names]  # noqa: S108  # the path is SeaweedFS's


def _bind(port: int) -> None:
    """Raise OSError if anything listens on *port*, at any address. Nobody can connect: this socket never listens."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("", port))
