"""Each migration keeps the rows there are, and what the release before works with: both serve while one replaces the other."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text

from databases import empty_database
from rows_of_any_schema import Row, Table, contents, tables_of, write_rows
from services.embedded import EmbeddedStack
from services.migrations.run import SCHEMAS, configuration, migrate
from services.runtime.columns import TableBase

FIRST_RELEASE = "0030"
"""Up to here migrations are part of the first release, which is not out: nobody serves on the schemas between them."""
CONTRACTED: dict[str, set[str]] = {}
"""What a migration takes away, and so waits for the release after the one that no longer needs it: by revision."""
USED_AT_ONCE: dict[str, set[str]] = {}
"""What a migration adds and the code of its own release already works with: that release cannot serve before it, by revision."""
COLUMNS = text(
    "SELECT table_schema || '.' || table_name || '.' || column_name, udt_name, is_nullable = 'NO',"
    " column_default IS NOT NULL OR is_identity = 'YES' OR is_generated = 'ALWAYS'"
    " FROM information_schema.columns WHERE table_schema = ANY (:schemas)"
)
USED = {
    f"{table.schema}.{table.name}.{column.name}"
    for table in TableBase.metadata.tables.values()
    for column in table.columns
}


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


RULES = text(
    "SELECT schemas.nspname || '.' || tables.relname AS owner, rules.name FROM ("
    " SELECT conrelid, conname AS name FROM pg_constraint WHERE contype IN ('c', 'f', 'p', 'u', 'x')"
    " UNION SELECT indrelid, indexrelid::regclass::text FROM pg_index WHERE indisunique"
    ") AS rules JOIN pg_class AS tables ON tables.oid = conrelid JOIN pg_namespace AS schemas ON schemas.oid = relnamespace"
    " WHERE schemas.nspname = ANY (:schemas)"
)


def rules(connection: Connection) -> dict[str, set[str]]:
    """Return what every table demands of its rows beside types: checks, keys, what must be unique."""
    found: dict[str, set[str]] = {}
    for owner, name in connection.execute(RULES, {"schemas": list(SCHEMAS)}):
        found.setdefault(owner, set()).add(name)
    return found


def stricter(before: dict[str, set[str]], after: dict[str, set[str]]) -> set[str]:
    """Return the demands that tables of before have come to make: a writer of before knows nothing of them."""
    return {f"{name} demands {rule}" for name in before for rule in after.get(name, set()) - before[name]}


RETYPED = "ALTER TABLE catalog.standard ALTER COLUMN source TYPE bytea USING ''::bytea"
PLANTED = {
    "ALTER TABLE catalog.standard DROP COLUMN title_en CASCADE": "catalog.standard.title_en is gone",
    "ALTER TABLE catalog.standard RENAME COLUMN title_en TO english": "catalog.standard.title_en is gone",
    "DROP TABLE linkage.link CASCADE": "linkage.link.link_id is gone",
    "ALTER TABLE linkage.link RENAME TO links": "linkage.link.link_id is gone",
    "ALTER TABLE catalog.standard ADD COLUMN weight integer NOT NULL": "catalog.standard.weight is required",
    "ALTER TABLE catalog.standard ALTER COLUMN ended_on SET NOT NULL": "catalog.standard.ended_on is required now",
    RETYPED: "catalog.standard.source was varchar and is bytea",
    "ALTER TABLE catalog.standard ADD CONSTRAINT planted CHECK (title_en <> '')": "catalog.standard demands planted",
    "ALTER TABLE catalog.standard ADD CONSTRAINT planted UNIQUE (title_en)": "catalog.standard demands planted",
    "CREATE UNIQUE INDEX planted ON catalog.standard (title_en)": "catalog.standard demands catalog.planted",
}
ADDING = (
    "ALTER TABLE catalog.standard ADD COLUMN planted text",
    "ALTER TABLE catalog.standard ADD COLUMN planted text NOT NULL DEFAULT ''",
    "CREATE TABLE catalog.planted (name text PRIMARY KEY)",
    "CREATE INDEX planted ON catalog.standard (title_en)",
)


@pytest.fixture(scope="module")
def newest(stack: EmbeddedStack) -> Iterator[Connection]:
    """Give a connection to a database of the newest schema, for what is taken back again."""
    with empty_database(stack) as url:
        migrate(url)
        engine = create_engine(url)
        with engine.connect() as opened:
            yield opened
        engine.dispose()


def breaking(connection: Connection, statement: str) -> set[str]:
    """Return what *statement* takes from a program that knows the schema of before."""
    before = shapes(connection), rules(connection)
    try:
        connection.execute(text(statement))
        return taken_from_writers(before[0], shapes(connection)) | stricter(before[1], rules(connection))
    finally:
        connection.rollback()


@pytest.mark.parametrize(("statement", "told"), PLANTED.items())
def test_a_migration_that_breaks_the_release_before_is_found(newest: Connection, statement: str, told: str) -> None:
    """Were the check below blind for one of these, it would prove nothing."""
    assert told in breaking(newest, statement)


@pytest.mark.parametrize("statement", ADDING)
def test_a_migration_that_only_adds_is_let_through(newest: Connection, statement: str) -> None:
    """What a program of before does not know, and need not fill, does not stop it."""
    assert breaking(newest, statement) == set()


def test_each_migration_leaves_the_release_before_what_it_needs(connection: Connection) -> None:
    """One at a time: no column goes, changes its type or becomes required, no table demands more, but by a step named here."""
    script = ScriptDirectory.from_config(configuration(connection))
    found: dict[str, set[str]] = {}
    used_at_once: dict[str, set[str]] = {}
    before, demanded = shapes(connection), rules(connection)
    for revision in reversed([step.revision for step in script.walk_revisions()]):
        command.upgrade(configuration(connection), revision)
        connection.commit()
        after = shapes(connection)
        broken = taken_from_writers(before, after) | stricter(demanded, rules(connection))
        used_at_once[revision] = (after.keys() - before.keys()) & USED
        before, demanded = after, rules(connection)
        if broken:
            found[revision] = broken
    assert "catalog.standard.fields is gone" in found["0013"], "a column that went was not noticed"
    assert {revision: broken for revision, broken in found.items() if revision > FIRST_RELEASE} == CONTRACTED
    assert "compliance.dossier.content" in used_at_once["0024"], "a column that the row classes have was not noticed"
    assert {step: used for step, used in used_at_once.items() if used and step > FIRST_RELEASE} == USED_AT_ONCE


ROWS_A_STEP = 10
REWRITTEN = {"0031": {"linkage.measure.story_id"}}
"""Columns of rows of before that a migration fills or corrects, as its text says: by revision."""
NOT_RESTORED = {
    "0013": {"catalog.standard.fields", "catalog.standard.search_text"},
    "0031": {"linkage.measure.story_id"},
}
"""Columns of before that its downgrade cannot give back as they were."""


def ordered(rows: list[Row], columns: set[str]) -> list[tuple[tuple[bool, str], ...]]:
    """Return some columns of *rows*, in an order of their own; an absent value is none of the texts."""
    names = sorted(columns)
    return sorted(tuple((row[name] is None, row[name] or "") for name in names) for row in rows)


def changed(before: dict[str, list[Row]], after: dict[str, list[Row]], tables: dict[str, Table]) -> set[str]:
    """Return the columns whose values are not those of before, and the tables that lost rows or gained some.

    Only what is there on both sides is compared.
    """
    found = set()
    for name in before.keys() & after.keys() & tables.keys():
        if len(before[name]) != len(after[name]):
            found.add(name)
            continue
        there = set(tables[name].columns) & set(after[name][0])
        if ordered(before[name], there) != ordered(after[name], there):
            found |= {f"{name}.{one}" for one in there if ordered(before[name], {one}) != ordered(after[name], {one})}
    return found


def test_each_migration_keeps_the_rows_of_the_schema_before(connection: Connection) -> None:
    """Rows are written into every table as it stands, the migration is applied, taken back and applied again: they are there."""
    script = ScriptDirectory.from_config(configuration(connection))
    rewritten: dict[str, set[str]] = {}
    not_restored: dict[str, set[str]] = {}
    written = 0
    for step, revision in enumerate(reversed([step.revision for step in script.walk_revisions()]), start=1):
        before = tables_of(connection, SCHEMAS)
        written += write_rows(connection, before, step * ROWS_A_STEP)
        connection.commit()
        rows = contents(connection, before)
        first = upgraded(connection, revision)
        rewritten[revision] = changed(rows, first, before)
        command.downgrade(configuration(connection), "-1")
        connection.commit()
        assert {name: set(table.columns) for name, table in tables_of(connection, SCHEMAS).items()} == {
            name: set(table.columns) for name, table in before.items()
        }, revision
        not_restored[revision] = changed(rows, contents(connection, before), before)
        upgraded(connection, revision)
    assert written > ROWS_A_STEP * len(rewritten)
    assert {revision: found for revision, found in rewritten.items() if found} == REWRITTEN
    assert {revision: found for revision, found in not_restored.items() if found} == NOT_RESTORED


def upgraded(connection: Connection, revision: str) -> dict[str, list[Row]]:
    """Apply one migration and return what is in the tables then."""
    command.upgrade(configuration(connection), revision)
    connection.commit()
    return contents(connection, tables_of(connection, SCHEMAS))
