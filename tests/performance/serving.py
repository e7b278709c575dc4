"""The whole program in this process on embedded PostgreSQL and S3, for a benchmark."""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

import grpc

from bearer_token import BearerToken
from services.composition import Composition, Program
from services.embedded import EmbeddedStack
from services.migrations.run import migrate
from services.program import embedded_s3
from services.runtime.logs import configure_logs
from services.runtime.settings import Settings


@contextlib.contextmanager
def serving() -> Iterator[tuple[Program, grpc.Channel]]:
    """Give a running program and an administrator's channel to it."""
    with serving_beside_database() as (program, channel, _database_url):
        yield program, channel


@contextlib.contextmanager
def serving_beside_database() -> Iterator[tuple[Program, grpc.Channel, str]]:
    """Give a running program, an administrator's channel to it, and the URL of its database."""
    with tempfile.TemporaryDirectory() as folder, EmbeddedStack(Path(folder)) as stack:
        # Figures are of calls that are answered: none is shed, however slow the machine is.
        settings = Settings(data_folder=Path(folder), port=0, log_level="error", log_format="json", least_calls=64)
        configure_logs(settings)
        migrate(stack.database_url)
        composition = Composition(settings, stack.database_url, embedded_s3(stack, settings))
        program = composition.program()
        program.start()
        token = composition.local_issuer.issue("bench", ["administrator"], 3600)
        plain = grpc.insecure_channel(f"127.0.0.1:{program.port}")
        try:
            yield program, grpc.intercept_channel(plain, BearerToken(token)), stack.database_url
        finally:
            program.stop()
