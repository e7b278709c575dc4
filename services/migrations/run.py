"""Bring a database to the newest schema, safely while others do the same."""

from importlib import resources

import procrastinate.schema
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from standards_tree.errors import PreconditionError, UnavailableError

SCHEMAS = ("operations", "audit", "documents", "catalog", "terminology", "compliance", "linkage", "gap")
QUEUE_SCHEMA = "queue"
AUDIT_SCHEMA = "audit"
# Beside its change log: what a service appends to and reads, and never rewrites.
APPENDED_TO = {"audit": ("record", "link"), "terminology": ("concept_change", "release", "release_concept")}
OLDEST_POSTGRESQL = 150000
# Any number, the same in every version of this program: two programs that migrate at once take turns.
LOCK = 7_264_401_922_001


def migrate(url: str) -> str:
    """Run every migration the database lacks and return the revision it is at.

    Raises:
        UnavailableError: there is no database at *url*, or it does not let us in.
        PreconditionError: it is too old, or the user may not create schemas and roles.
    """
    engine = create_engine(url, connect_args={"connect_timeout": 5})
    try:
        with engine.connect() as connection:
            _require_version(connection)
            connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
            connection.commit()
            config = configuration(connection)
            try:
                _prepare(connection)
                command.upgrade(config, "head")
                _grant(connection)
                connection.commit()
            finally:
                connection.rollback()
                connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": LOCK})
                connection.commit()
            return newest_revision()
    except OperationalError as error:
        message = "the database cannot be reached: {cause}"
        raise UnavailableError(message, cause=str(error.orig).strip().partition("\n")[0]) from error
    except ProgrammingError as error:
        message = "the database cannot be migrated: {cause}"
        raise PreconditionError(message, cause=str(error.orig).strip().partition("\n")[0]) from error
    finally:
        engine.dispose()


def pending(url: str) -> list[str]:
    """Return the migrations the database at *url* lacks, oldest first; nothing when it is up to date."""
    engine = create_engine(url, connect_args={"connect_timeout": 5})
    try:
        with engine.connect() as connection:
            config = configuration(connection)
            script = ScriptDirectory.from_config(config)
            known = connection.execute(text("SELECT to_regclass('public.alembic_version') IS NOT NULL")).scalar_one()
            present = connection.execute(text("SELECT version_num FROM alembic_version")).scalar() if known else None
            return [step.revision for step in reversed(list(script.iterate_revisions("head", present or "base")))]
    except OperationalError as error:
        message = "the database cannot be reached: {cause}"
        raise UnavailableError(message, cause=str(error.orig).strip().partition("\n")[0]) from error
    finally:
        engine.dispose()


def newest_revision() -> str:
    """Return the migration that the services of this release work with."""
    return ScriptDirectory.from_config(configuration()).get_current_head() or ""


def configuration(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration, bound to *connection*."""
    config = Config()
    config.set_main_option("script_location", str(resources.files("services.migrations")))
    config.attributes["connection"] = connection
    return config


def _require_version(connection: Connection) -> None:
    version = int(connection.execute(text("SHOW server_version_num")).scalar_one())
    if version < OLDEST_POSTGRESQL:
        message = "PostgreSQL 15 or newer is needed; this is {version}"
        raise PreconditionError(message, version=version // 10000)


def _prepare(connection: Connection) -> None:
    """Make the schemas, one role for each, and the queue's own tables."""
    for schema in (*SCHEMAS, QUEUE_SCHEMA):
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {schema}"))
    for schema in SCHEMAS:
        exists = connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": f"tbt_{schema}"})
        if exists.first() is None:
            connection.execute(text(f"CREATE ROLE tbt_{schema} NOLOGIN"))
        connection.execute(text(f"GRANT tbt_{schema} TO CURRENT_USER"))
    if connection.execute(text("SELECT to_regclass('queue.procrastinate_jobs') IS NULL")).scalar_one():
        connection.execute(text(f"SET LOCAL search_path = {QUEUE_SCHEMA}"))
        connection.exec_driver_sql(procrastinate.schema.SchemaManager.get_schema().replace("%", "%%"))
        connection.execute(text("SET LOCAL search_path = public"))
    connection.commit()


def _grant(connection: Connection) -> None:
    """Let each role into its own schema, and all into the queue and the operations: nobody reads a neighbour's tables."""
    # To renew the planner's statistics after an import; there is no such privilege before PostgreSQL 17.
    may_maintain = connection.execute(text("SELECT current_setting('server_version_num')::int >= 170000")).scalar_one()
    for schema in SCHEMAS:
        role = f"tbt_{schema}"
        for own in {schema, "operations", QUEUE_SCHEMA}:
            connection.execute(text(f"GRANT USAGE ON SCHEMA {own} TO {role}"))
            connection.execute(text(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {own} TO {role}"))
            connection.execute(text(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {own} TO {role}"))
        if may_maintain:
            connection.execute(text(f"GRANT MAINTAIN ON ALL TABLES IN SCHEMA {schema} TO {role}"))
        # A program looks whether anything is to be migrated, under a login that may do no more than its services.
        connection.execute(text(f"GRANT SELECT ON public.alembic_version TO {role}"))
        # Every service appends to the audit record; only the audit service reads it, and nobody rewrites it.
        connection.execute(text(f"GRANT USAGE ON SCHEMA {AUDIT_SCHEMA} TO {role}"))
        connection.execute(text(f"GRANT INSERT ON {AUDIT_SCHEMA}.record TO {role}"))
        for table in ("change", *APPENDED_TO.get(schema, ())):
            found = {"name": f"{schema}.{table}"}
            if connection.execute(text("SELECT to_regclass(:name) IS NOT NULL"), found).scalar_one():
                connection.execute(text(f"REVOKE UPDATE, DELETE ON {schema}.{table} FROM {role}"))
