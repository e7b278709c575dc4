"""Fixtures every kind of test may use: the real data, and the whole program on real PostgreSQL and S3."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import grpc
import pytest

from bearer_token import BearerToken
from services.composition import Composition, Program
from services.embedded import EmbeddedStack
from services.migrations.run import migrate
from services.program import embedded_s3
from services.runtime.logs import configure_logs
from services.runtime.settings import Settings

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED_DATA = REPOSITORY.parent / "shared" / "data"
SLOWEST_FIRST = ("robustness", "scenarios", "security", "contract", "architecture")
"""Folders whose files take minutes; the many small ones of the others come last and are shared out evenly."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the slowest files first: whoever got one last would work while the others are done."""
    ranks = {folder: rank for rank, folder in enumerate(SLOWEST_FIRST)}
    items.sort(key=lambda item: ranks.get(item.path.parent.name, len(ranks)))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real data beside the repository, or skip the test and say so."""
    if not SHARED_DATA.is_dir():
        pytest.skip("real data not present: ../shared/data does not exist beside this repository")
    return SHARED_DATA


@pytest.fixture(scope="session")
def data_folder() -> Iterator[Path]:
    """Return the folder that everything the session runs keeps its data in."""
    folder = Path(tempfile.mkdtemp(prefix="tbt-tests-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def stack(data_folder: Path) -> Iterator[EmbeddedStack]:
    """Run real PostgreSQL and a real S3 store for the whole session."""
    with EmbeddedStack(data_folder) as running:
        migrate(running.database_url)
        yield running


@pytest.fixture(scope="session")
def settings(data_folder: Path) -> Settings:
    """Return the settings of the program under test: a free port, the schemas of the real data, the rest as shipped."""
    schemas = SHARED_DATA / "documents/schemas"
    chosen = Settings(
        data_folder=data_folder,
        port=0,
        drain_seconds=1.0,
        log_level="error",
        schema_folder=schemas,
        # How fast this machine is decides no test: overload has tests of its own.
        least_calls=64,
    )
    configure_logs(chosen)
    return chosen


@pytest.fixture(scope="session")
def composition(stack: EmbeddedStack, settings: Settings) -> Composition:
    """Return the program's parts, put together as in production."""
    return Composition(settings, stack.database_url, embedded_s3(stack, settings))


@pytest.fixture(scope="session")
def program(composition: Composition) -> Iterator[Program]:
    """Run all services and the worker, with the production interceptors."""
    running = composition.program()
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def as_role(composition: Composition, program: Program) -> Callable[..., grpc.Channel]:
    """Return how to get a channel of somebody with certain roles: `as_role("analyst", subject="li")`."""

    def channel(*roles: str, subject: str = "", committee: str = "") -> grpc.Channel:
        token = composition.local_issuer.issue(subject or f"test-{'-'.join(roles)}", roles, 3600, committee)
        return with_token(program, token)

    return channel


@pytest.fixture(scope="session")
def channel(as_role: Callable[..., grpc.Channel]) -> grpc.Channel:
    """Return an administrator's channel to the public port."""
    return as_role("administrator", subject="administrator")


@pytest.fixture
def unique() -> Callable[[str], str]:
    """Return how to make names nobody else in the session uses: all tests share one database."""
    return lambda prefix: f"{prefix}{uuid4().hex[:12]}"


def with_token(program: Program, token: str) -> grpc.Channel:
    """Return a channel that sends *token* with every call."""
    plain = grpc.insecure_channel(f"127.0.0.1:{program.port}")
    return grpc.intercept_channel(plain, BearerToken(token))
