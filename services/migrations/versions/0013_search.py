"""The search over standards."""

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

SCHEMA = "catalog"


def upgrade() -> None:
    """Change the tables of the catalog."""


def downgrade() -> None:
    """Change them back."""
