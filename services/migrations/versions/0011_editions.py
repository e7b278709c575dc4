"""Editions of systems."""

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

SCHEMA = "catalog"


def upgrade() -> None:
    """Change the tables of the catalog."""


def downgrade() -> None:
    """Change them back."""
