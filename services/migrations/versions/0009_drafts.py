"""What a draft needs on its way."""

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

SCHEMA = "catalog"


def upgrade() -> None:
    """Change the tables of the catalog."""


def downgrade() -> None:
    """Change them back."""
