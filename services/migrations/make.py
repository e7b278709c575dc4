"""Write the next migration from the difference between the row classes and a database that has all earlier ones.

    python -m services.migrations.make catalog "standards carry their plan number"

Read what it wrote: it cannot see renames or data.
"""

import sys
import tempfile
from pathlib import Path

from alembic import command
from sqlalchemy import create_engine

from services.embedded import EmbeddedStack
from services.migrations.run import configuration, migrate


def main() -> None:
    """Start an empty database, bring it up to date, and write the difference."""
    number, message = sys.argv[1], sys.argv[2]
    from services import tables  # noqa: PLC0415, F401  (declares every row class)

    with tempfile.TemporaryDirectory() as folder, EmbeddedStack(Path(folder)) as stack:
        migrate(stack.database_url)
        with create_engine(stack.database_url).connect() as connection:
            command.revision(configuration(connection), message, autogenerate=True, rev_id=number)


if __name__ == "__main__":
    main()
