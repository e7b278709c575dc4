"""Several `tbt serve` processes that share one database and object store, behind an Envoy that divides calls among them."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from running_program import RunningProgram
from services.composition import SERVICES
from services.embedded import EmbeddedStack, envoy
from services.gateway import Gateway, configuration, descriptors
from services.issuers import LOCAL_KEY_FILE
from services.runtime.auth import secret_key

HOST = "127.0.0.1"
# Twice the time in which Envoy hears of it.
LEAVE_SECONDS = "2"


class Processes:
    """The processes and the address at which all of them are reached; each can be restarted at its own address."""

    def __init__(
        self,
        stack: EmbeddedStack,
        folder: Path,
        count: int,
        settings: dict[str, str] | None = None,
        *,
        with_workers: bool = False,
    ) -> None:
        self._folder = folder
        self._arguments = () if with_workers else ("--without-worker",)
        self._settings = {
            "TBT_DATABASE_URL": stack.libpq_url,
            "TBT_S3_ENDPOINT": stack.s3.endpoint,
            "TBT_S3_ACCESS_KEY": stack.s3.access_key,
            "TBT_S3_SECRET_KEY": stack.s3.secret_key,
            "TBT_S3_SECURE": "false",
            "TBT_LEAVE_SECONDS": LEAVE_SECONDS,
            **(settings or {}),
        }
        self.ports = [envoy.free_port(HOST) for _ in range(count)]
        self.running: list[RunningProgram] = []
        self.address = f"{HOST}:{envoy.free_port(HOST)}"

    @property
    def token(self) -> str:
        """Return an administrator's token, which counts with all of them."""
        return self.running[0].token

    def start(self) -> None:
        """Start all of them beside each other, with the key they share made before."""
        secret_key(self._folder / LOCAL_KEY_FILE)
        self.running = [self._started(number) for number in range(len(self.ports))]
        for program in self.running:
            program.wait_until_serving()

    def stop(self) -> None:
        """Stop all of them."""
        for program in self.running:
            program.process.terminate()
        for program in self.running:
            program.process.wait(60)

    def restart(self, number: int) -> int:
        """Stop one as an operator does, start it again, and return its exit status."""
        status = self.running[number].interrupt()
        self.running[number] = self._started(number).wait_until_serving()
        return status

    def configured(self, contracts: Path) -> dict[str, Any]:
        """Return the configuration of an Envoy before them."""
        host, _, port = self.address.rpartition(":")
        together = ",".join(f"{HOST}:{one}" for one in self.ports)
        return configuration(Gateway(host, int(port), dict.fromkeys(SERVICES, together), contracts))

    def _started(self, number: int) -> RunningProgram:
        settings = {**self._settings, "TBT_PORT": str(self.ports[number])}
        return RunningProgram(self._folder, *self._arguments, settings=settings)


@contextmanager
def behind_envoy(
    stack: EmbeddedStack,
    folder: Path,
    count: int,
    settings: dict[str, str] | None = None,
    *,
    with_workers: bool = False,
) -> Iterator[Processes]:
    """Give *count* processes that answer at one address."""
    with ExitStack() as stopping:
        processes = Processes(stack, folder, count, settings, with_workers=with_workers)
        stopping.callback(processes.stop)
        processes.start()
        host, _, port = processes.address.rpartition(":")
        stopping.enter_context(envoy.running(host, int(port), descriptors().SerializeToString(), processes.configured))
        yield processes
