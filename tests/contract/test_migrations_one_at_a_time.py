"""Each migration keeps what the release before works with, so that both can serve while one replaces the other."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text

from databases import empty_database
from services.embedded import EmbeddedStack
from services.migrations.run import SCHEMAS, configuration, migrate

FIRST_RELEASE = "0030"
"""Up to here migrations are part of the first release, which is not out: nobody serves on the schemas between them."""
CONTRACTED: dict[str, set[str]] = {}
"""What a migration takes away, and so waits for the release after the one that no longer needs it: by revision."""
COLUMNS = text(
    "SELECT table_schema || '.' || table_name || '.' || column_name, udt_name, is_nullable = 'NO',"
    " column_default IS NOT NULL OR is_identity = 'YES' OR is_generated = 'ALWAYS'"
    " FROM information_schema.columns WHERE table_schema = ANY (:schemas)"
)


@dataclass(frozen=True)
class Shape:
    """A column as a writer of the release before meets it."""

    kind: str
    required: bool
    filled_by_itself: bool


def shapes(connection: Connection) -> dict[str, Shape]:
    """Return every column of the services' schemas."""
    return {
        name: Shape(kind, required, filled)
        for name, kind, required, filled in connection.execute(COLUMNS, {"schemas": list(SCHEMAS)})
    }


def taken_from_writers(before: dict[str, Shape], after: dict[str, Shape]) -> set[str]:
    """Return what stops a program that knows the shape *before*: columns gone, of another type, or newly required."""
    tables = {name.rpartition(".")[0] for name in before}
    broken = {f"{name} is gone" for name in before.keys() - after.keys()}
    for name, now in after.items():
        then = before.get(name)
        if then is None:
            if name.rpartition(".")[0] in tables and now.required and not now.filled_by_itself:
                broken.add(f"{name} is required")
        elif then.kind != now.kind:
            broken.add(f"{name} was {then.kind} and is {now.kind}")
        elif now.required and not then.required:
            broken.add(f"{name} is required now")
    return broken


@pytest.fixture
def connection(stack: EmbeddedStack) -> Iterator[Connection]:
    """Give a connection to a database that has roles and schemas and no table of ours."""
    with empty_database(stack) as url:
        migrate(url)
        engine = create_engine(url)
        with engine.connect() as opened:
            command.downgrade(configuration(opened), "base")
            opened.commit()
            yield opened
        engine.dispose()


def test_each_migration_leaves_the_release_before_what_it_needs(connection: Connection) -> None:
    """One at a time: no column goes, changes its type or becomes required but by a step that is named here."""
    script = ScriptDirectory.from_config(configuration(connection))
    found: dict[str, set[str]] = {}
    before = shapes(connection)
    for revision in reversed([step.revision for step in script.walk_revisions()]):
        command.upgrade(configuration(connection), revision)
        connection.commit()
        after = shapes(connection)
        broken = taken_from_writers(before, after)
        before = after
        if broken:
            found[revision] = broken
    assert "catalog.standard.fields is gone" in found["0013"], "a column that went was not noticed"
    assert {revision: broken for revision, broken in found.items() if revision > FIRST_RELEASE} == CONTRACTED
