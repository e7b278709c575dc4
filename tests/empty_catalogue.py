"""Programs with an empty catalogue of their own, and what a catalogue holds, whoever named its records."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import grpc
import psycopg
from sqlalchemy import make_url

from bearer_token import BearerToken
from services.composition import Composition
from services.embedded import EmbeddedStack
from services.migrations.run import migrate
from services.program import embedded_s3
from services.runtime.settings import Settings

# What says when a row was written and under which surrogate name; everything else must be the same.
CONTENT = {
    "system": "SELECT * FROM catalog.system",
    "node": """
        SELECT node.system_id, node.code, above.code, node.title_zh, node.title_en, node.level, node.kind, node.archived,
            node.version
        FROM catalog.node LEFT JOIN catalog.node AS above ON above.node_id = node.parent_id
    """,
    "standard": "SELECT (to_jsonb(standard) - 'updated_at')::text FROM catalog.standard",
    "placement": """
        SELECT system_id, standard_id, node.code FROM catalog.placement JOIN catalog.node USING (system_id, node_id)
    """,
    "relation": "SELECT (to_jsonb(relation) - 'relation_id')::text FROM catalog.relation",
    "suspect": "SELECT source_id, standard_id, cause FROM catalog.suspect",
    "standard_change": "SELECT standard_id, version, action, changes::text FROM catalog.standard_change",
}


@contextlib.contextmanager
def empty_catalogue(stack: EmbeddedStack, folder: Path) -> Iterator[tuple[grpc.Channel, str]]:
    """Give an administrator's channel to a program on a new database, and the database's URL for psycopg."""
    name = f"fresh_{uuid4().hex[:12]}"
    plain_url = stack.database_url.replace("+psycopg", "")
    with psycopg.connect(plain_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    url = make_url(stack.database_url).set(database=name).render_as_string(hide_password=False)
    migrate(url)
    settings = Settings(data_folder=folder, port=0, drain_seconds=1.0, log_level="error", least_calls=64)
    composition = Composition(settings, url, embedded_s3(stack, settings))
    program = composition.program(with_worker=False)
    program.start()
    token = composition.local_issuer.issue("administrator", ["administrator"], 3600)
    try:
        with grpc.insecure_channel(f"127.0.0.1:{program.port}") as plain:
            yield grpc.intercept_channel(plain, BearerToken(token)), url.replace("+psycopg", "")
    finally:
        program.stop()


def content(url: str) -> dict[str, list[Any]]:
    """Return what a catalogue holds, table by table, in an order of its own."""
    with psycopg.connect(url) as connection:
        return {table: sorted(connection.execute(query).fetchall(), key=repr) for table, query in CONTENT.items()}


def changes(url: str) -> int:
    """Return how many changes a catalogue has seen."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM catalog.change").fetchone()
    return int(row[0]) if row is not None else 0
