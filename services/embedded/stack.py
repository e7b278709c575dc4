"""Start and stop PostgreSQL and the S3 store together, under one folder."""

import os
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from services.embedded import object_store, postgres
from services.embedded.account import choose_account
from services.embedded.children import Children
from services.embedded.folder import DataFolder, new_secret
from services.embedded.object_store import ObjectStore, S3Access
from services.embedded.postgres import Postgres
from standards_tree.errors import PreconditionError, UnavailableError

START_ATTEMPTS = 3
POLL_SECONDS = 0.01


class EmbeddedStack:
    """Run an embedded PostgreSQL and S3 store, their data in one folder, for as long as the ``with`` block.

    The servers stop, S3 first, when the block ends, when this process ends, and also when it is killed. Ctrl-C in the
    terminal reaches this process only: drain, then leave the block. One process at a time may use a folder.
    """

    database_url: str
    """For SQLAlchemy, with psycopg; the role may do everything. Known inside the block, like the rest."""
    libpq_url: str
    """The same for psycopg, psql and pg_dump."""
    s3: S3Access

    def __init__(self, folder: Path) -> None:
        self._path = folder.absolute()
        self._until_stop = ExitStack()
        self._children: Children

    def __enter__(self) -> Self:
        """Start both servers and return when they serve; a first start makes the database cluster.

        Raises:
            PreconditionError: the folder or this machine will not do (not writable, full, in use, another user's, made
                by another version, not Linux or macOS, wheels not installed); trying again changes nothing.
            UnavailableError: a server did not start; its own reason and its log are named. Nothing is left running.
        """
        if os.name != "posix":
            raise PreconditionError(
                "the embedded PostgreSQL and S3 store run on Linux and macOS only: "
                "set TBT_DATABASE_URL and TBT_S3_ENDPOINT instead"
            )
        try:
            with ExitStack() as undo:
                self._start(undo)
                self._until_stop = undo.pop_all()
        except OSError as error:
            raise PreconditionError(
                "the data folder {folder} cannot be used: {reason}", folder=self._path, reason=error
            ) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop the S3 store, then PostgreSQL, and return when both have ended."""
        self._until_stop.close()

    def check(self) -> None:
        """Return if both servers live.

        Raises:
            UnavailableError: one has ended; it says which and why. The other one is being stopped.
        """
        self._children.check()

    def _start(self, undo: ExitStack) -> None:
        """Start everything, and say in *undo* how to stop what was started."""
        postgres_programs, weed = postgres.find_programs(), object_store.find_program()
        folder = undo.enter_context(DataFolder(self._path))
        account = choose_account(folder.path, [postgres_programs / "postgres", weed])
        password = folder.remembered("postgres.json", lambda: {"password": new_secret()})["password"]
        database = Postgres(postgres_programs, folder, account, password)
        store = ObjectStore(weed, folder, account)
        database.prepare()
        store.prepare()
        undo.callback(store.clear_socket_files)
        self._children = _start_servers(store, database, folder.lock_fd)
        undo.callback(self._children.stop)
        database.make_database()
        self.database_url = database.url("postgresql+psycopg")
        self.libpq_url = database.url("postgresql")
        self.s3 = store.access


def _start_servers(store: ObjectStore, database: Postgres, lock_fd: int) -> Children:
    """Start both; where that fails, try other ports, because another process may have been quicker to take one."""
    for remaining in reversed(range(START_ATTEMPTS)):
        children = Children(lock_fd)
        try:
            children.start(store.child())  # first to start is first to stop
            children.start(database.child())
            _wait(store.is_ready, children, object_store.NAME, object_store.START_SECONDS)
            _wait(database.is_ready, children, postgres.NAME, postgres.START_SECONDS)
        except UnavailableError:
            children.stop()
            if not remaining:
                raise
            store.change_ports()
        except BaseException:
            children.stop()
            raise
        else:
            break
    return children


def _wait(is_ready: Callable[[], bool], children: Children, name: str, seconds: float) -> None:
    """Return when *is_ready*.

    Raises:
        UnavailableError: a child ended, or *seconds* have passed.
    """
    deadline = time.monotonic() + seconds
    while not is_ready():
        children.check()
        if time.monotonic() > deadline:
            raise UnavailableError(
                "the embedded {name} did not start within {seconds:.0f} s", name=name, seconds=seconds
            )
        time.sleep(POLL_SECONDS)
