"""The database that migrations make is the one the row classes describe, and nobody reads a neighbour's part of it."""

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, Connection, Table, create_engine, delete, func, select, text, update
from sqlalchemy.exc import ProgrammingError

from services import tables
from services.embedded import EmbeddedStack
from services.migrations.run import SCHEMAS, migrate, pending
from services.runtime.columns import TableBase

OPEN_TO_ALL = {"operations"}
NEIGHBOURS = [(role, schema) for role in SCHEMAS for schema in SCHEMAS if schema != role and schema not in OPEN_TO_ALL]


@pytest.fixture
def connection(stack: EmbeddedStack) -> Iterator[Connection]:
    """Give a connection of the owner of the database."""
    engine = create_engine(stack.database_url)
    with engine.connect() as opened:
        yield opened
    engine.dispose()


def connection_as(stack: EmbeddedStack, schema: str) -> Connection:
    """Return a connection under the role of the service that owns *schema*."""
    engine = create_engine(stack.database_url, connect_args={"options": f"-c role=tbt_{schema}"})
    return engine.connect()


def a_table_of(schema: str) -> Table:
    """Return a table of *schema*."""
    return next(table for table in TableBase.metadata.tables.values() if table.schema == schema)


def test_the_migrated_database_is_what_the_row_classes_describe(connection: Connection) -> None:
    """Tables, columns, types, indexes and constraints: Alembic finds no difference, in any schema."""
    assert {table.schema for table in TableBase.metadata.tables.values()} == set(tables.__all__) == set(SCHEMAS)
    context = MigrationContext.configure(
        connection,
        opts={
            "include_schemas": True,
            "compare_type": True,
            "include_name": lambda name, kind, _parents: kind != "schema" or name in SCHEMAS,
        },
    )
    assert compare_metadata(context, TableBase.metadata) == []


def test_check_constraints_are_those_of_the_row_classes(connection: Connection) -> None:
    """Alembic does not compare them, so their names are compared here."""
    described = {
        (table.schema, str(constraint.name))
        for table in TableBase.metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }
    found = connection.execute(
        text(
            "SELECT namespace.nspname, constraints.conname FROM pg_constraint AS constraints"
            " JOIN pg_namespace AS namespace ON namespace.oid = constraints.connamespace"
            " WHERE constraints.contype = 'c' AND namespace.nspname = ANY (:schemas)"
        ),
        {"schemas": list(SCHEMAS)},
    )
    assert {(schema, f"{name}") for schema, name in found} == described


def test_migrating_again_changes_nothing(stack: EmbeddedStack, connection: Connection) -> None:
    """A program that starts on a database that is up to date leaves it as it is."""
    shape = text(
        "SELECT table_schema, table_name, column_name, data_type FROM information_schema.columns"
        " WHERE table_schema = ANY (:schemas) ORDER BY 1, 2, 3"
    )
    before = connection.execute(shape, {"schemas": list(SCHEMAS)}).all()
    revision = migrate(stack.database_url)
    assert connection.execute(shape, {"schemas": list(SCHEMAS)}).all() == before
    assert connection.execute(text("SELECT version_num FROM public.alembic_version")).scalar_one() == revision


def test_no_migration_is_pending(stack: EmbeddedStack) -> None:
    """After a migration nothing is left to do."""
    assert pending(stack.database_url) == []


@pytest.mark.parametrize(("role", "schema"), NEIGHBOURS)
def test_a_service_cannot_read_a_neighbour(stack: EmbeddedStack, role: str, schema: str) -> None:
    """The role of one service is refused by the tables of another."""
    with connection_as(stack, role) as opened, pytest.raises(ProgrammingError, match="permission denied"):
        opened.execute(select(func.count()).select_from(a_table_of(schema)))


@pytest.mark.parametrize("schema", SCHEMAS)
def test_a_service_reads_its_own(stack: EmbeddedStack, schema: str) -> None:
    """Every table of its schema, and the operations it starts."""
    with connection_as(stack, schema) as opened:
        for table in TableBase.metadata.tables.values():
            if table.schema in {schema, *OPEN_TO_ALL}:
                assert opened.execute(select(func.count()).select_from(table)).scalar_one() >= 0


@pytest.mark.parametrize("schema", [schema for schema in SCHEMAS if schema not in {"operations", "audit"}])
def test_a_change_log_is_never_rewritten(stack: EmbeddedStack, schema: str) -> None:
    """The service itself can neither change nor delete an entry."""
    refused = []
    log = TableBase.metadata.tables[f"{schema}.change"]
    for statement in (delete(log), update(log).values(action="")):
        with connection_as(stack, schema) as opened:
            try:
                opened.execute(statement)
            except ProgrammingError as error:
                refused.append("permission denied" in str(error))
    assert refused == [True, True]
