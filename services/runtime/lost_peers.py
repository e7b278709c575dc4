"""Notice that the other end of a connection is gone without a word: its machine, or the network before it.

Nobody closes such a connection, so whoever waits for an answer on it waits for as long as the kernel tries: a quarter of an
hour by default, two hours where nothing was sent. Each kind of connection of ours gives up after SILENCE_SECONDS instead, and
what asks next has a new one.
"""

import socket
from collections.abc import Mapping

SILENCE_SECONDS = 5
"""How long what was sent may go unacknowledged; a peer that lives acknowledges in its kernel, however busy it is."""
PROBE_AFTER_SECONDS = 3
PROBE_EVERY_SECONDS = 1
PROBES = 2
# gRPC's servers take a ping for abuse that comes sooner than MIN_CLIENT_PING_SECONDS of server.py after the last one.
GRPC_PROBE_AFTER_SECONDS = 25
CONNECT_SECONDS = 4
"""For one attempt of gRPC to connect, and about how long it may be until the next one."""

DATABASE_ARGUMENTS: Mapping[str, int] = {
    "connect_timeout": 5,
    "keepalives": 1,
    "keepalives_idle": PROBE_AFTER_SECONDS,
    "keepalives_interval": PROBE_EVERY_SECONDS,
    "keepalives_count": PROBES,
    "tcp_user_timeout": SILENCE_SECONDS * 1000,
}
"""For libpq; without effect on a Unix socket."""

CHANNEL_OPTIONS: tuple[tuple[str, int], ...] = (
    ("grpc.keepalive_time_ms", GRPC_PROBE_AFTER_SECONDS * 1000),
    # Also how long the kernel tries to send.
    ("grpc.keepalive_timeout_ms", SILENCE_SECONDS * 1000),
    ("grpc.min_reconnect_backoff_ms", CONNECT_SECONDS * 1000),
)


def socket_options() -> list[tuple[int, int, int]]:
    """Return the same for a TCP socket: (level, option, value), as many as this machine knows."""
    wanted = {
        "TCP_USER_TIMEOUT": SILENCE_SECONDS * 1000,
        "TCP_KEEPIDLE": PROBE_AFTER_SECONDS,
        "TCP_KEEPINTVL": PROBE_EVERY_SECONDS,
        "TCP_KEEPCNT": PROBES,
    }
    known = [
        (socket.IPPROTO_TCP, getattr(socket, name), value) for name, value in wanted.items() if hasattr(socket, name)
    ]
    return [(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1), *known]
