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

    folder: Path
    database_url: str
    """For SQLAlchemy, with psycopg; the role may do everything. Known inside the block, like the next two."""
    libpq_url: str
    """The same for psycopg, psql and pg_dump."""
    s3: S3Access

    def __init__(self, folder: Path, *, with_postgres: bool = True, with_object_store: bool = True) -> None:
        self.folder = folder.absolute()
        self._with_postgres = with_postgres
        self._with_object_store = with_object_store
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
                "the data folder {folder} cannot be used: {reason}", folder=self.folder, reason=error
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
        """Start what is wanted, and say in *undo* how to stop what was started."""
        folder = undo.enter_context(DataFolder(self.folder))
        store = self._prepare_store(folder) if self._with_object_store else None
        database = self._prepare_postgres(folder) if self._with_postgres else None
        self._children = _start_servers(store, database, folder)
        undo.callback(self._children.stop)
        if store is not None:
            self.s3 = store.access
        if database is not None:
            database.make_database()
            self.database_url = database.url("postgresql+psycopg")
            self.libpq_url = database.url("postgresql")

    def _prepare_store(self, folder: DataFolder) -> ObjectStore:
        weed = object_store.find_program()
        store = ObjectStore(weed, folder, choose_account(folder.path, weed))
        store.prepare()
        return store

    def _prepare_postgres(self, folder: DataFolder) -> Postgres:
        programs = postgres.find_programs()
        account = choose_account(folder.path, programs / "postgres")
        password = folder.remembered("postgres.json", lambda: {"password": new_secret()})["password"]
        database = Postgres(programs, folder, account, password)
        database.prepare()
        return database


def _start_servers(store: ObjectStore | None, database: Postgres | None, folder: DataFolder) -> Children:
    """Start both; where that fails, try other ports, because another process may have been quicker to take one."""
    for remaining in reversed(range(START_ATTEMPTS)):
        children = Children(folder)
        try:
            _start_once(store, database, children)
        except UnavailableError:
            children.stop()
            if store is None or not remaining:
                raise
            store.change_ports()
        except BaseException:
            children.stop()
            raise
        else:
            break
    return children


def _start_once(store: ObjectStore | None, database: Postgres | None, children: Children) -> None:
    """Start both side by side, the store first, which is then the first to be stopped; return when both serve."""
    if store is not None:
        children.start(store.child())
    if database is not None:
        children.start(database.child())
    if store is not None:
        _wait(store.is_ready, children, object_store.NAME, object_store.START_SECONDS)
    if database is not None:
        _wait(database.is_ready, children, postgres.NAME, postgres.START_SECONDS)


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
