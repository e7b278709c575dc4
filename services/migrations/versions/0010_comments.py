"""Comments on drafts, and ballots."""

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

SCHEMA = "catalog"


def upgrade() -> None:
    """Change the tables of the catalog."""


def downgrade() -> None:
    """Change them back."""
