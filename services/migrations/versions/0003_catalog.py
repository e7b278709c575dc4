"""Catalog."""


from services.migrations.logs import create_logs, drop_logs

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SCHEMA = "catalog"


def upgrade() -> None:
    """Make the tables of catalog."""
    create_logs(SCHEMA)


def downgrade() -> None:
    """Take them back."""
    drop_logs(SCHEMA)
