"""Code lists."""

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

SCHEMA = "catalog"


def upgrade() -> None:
    """Change the tables of the catalog."""


def downgrade() -> None:
    """Change them back."""
