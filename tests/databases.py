"""Databases and buckets of a test's own, beside those that the whole session shares."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import grpc
from sqlalchemy import create_engine, make_url, text

from bearer_token import BearerToken
from services.composition import SERVICES, Composition, Program
from services.embedded import EmbeddedStack
from services.program import embedded_s3
from services.runtime.blobs import S3Address
from services.runtime.settings import Settings


@contextmanager
def empty_database(stack: EmbeddedStack) -> Iterator[str]:
    """Give the URL of a new database, which is dropped afterwards."""
    name = f"own_{uuid4().hex[:12]}"
    owner = create_engine(stack.database_url, isolation_level="AUTOCOMMIT")
    try:
        with owner.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        yield make_url(stack.database_url).set(database=name).render_as_string(hide_password=False)
        with owner.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    finally:
        owner.dispose()


def own_bucket(stack: EmbeddedStack, settings: Settings) -> S3Address:
    """Return the address of a bucket that is not there yet."""
    return replace(embedded_s3(stack, settings), bucket=f"own-{uuid4().hex[:12]}")


def settings_for(folder: Path, url: str, s3: S3Address, **changes: object) -> Settings:
    """Return the settings of a program on that database and that bucket, as an operator would set them."""
    chosen = {
        "data_folder": folder,
        "port": 0,
        "drain_seconds": 1.0,
        "log_level": "error",
        "database_url": url.replace("postgresql+psycopg://", "postgresql://"),
        "s3_endpoint": s3.endpoint,
        "s3_access_key": s3.access_key,
        "s3_secret_key": s3.secret_key,
        "s3_secure": s3.secure,
        "s3_bucket": s3.bucket,
        # As in conftest.py: how fast this machine is decides no test, and one caller stands here for many.
        "least_calls": 64,
        "caller_rate": "1000000/second",
        **changes,
    }
    return Settings.model_validate(chosen)


@contextmanager
def running(
    composition: Composition, *, services: Sequence[str] = SERVICES, with_worker: bool = False
) -> Iterator[grpc.Channel]:
    """Run a program and give an administrator's channel to it."""
    program: Program = composition.program(services, with_worker=with_worker)
    program.start()
    try:
        token = composition.local_issuer.issue("administrator", ["administrator"], 3600)
        plain = grpc.insecure_channel(f"127.0.0.1:{program.port}")
        with plain:
            yield grpc.intercept_channel(plain, BearerToken(token))
    finally:
        program.stop()
