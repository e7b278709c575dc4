"""Run by Alembic for every command; the connection comes from `services.migrations.run`."""

from alembic import context
from sqlalchemy import Connection

from services.runtime.columns import TableBase

# A migration that waits for a lock makes everybody behind it wait too; better to fail and try again.
LOCK_TIMEOUT = "5s"


def run(connection: Connection) -> None:
    """Run the migrations over *connection*, each in its own transaction."""
    context.configure(
        connection=connection,
        target_metadata=TableBase.metadata,
        include_schemas=True,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
        context.run_migrations()


run(context.config.attributes["connection"])
