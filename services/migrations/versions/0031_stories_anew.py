"""Stories of notifications with later documents are told anew: what these do is read out of more words than before.

The next list of stories tells them, before it answers. Without that they would stand in lists as they were told, and a story that
somebody looks at, which is told on the spot, would say something else.
"""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

UNTOLD = """
UPDATE linkage.measure SET story_id = '' WHERE story_id <> '' AND measure_id IN (
    SELECT measure_id FROM linkage.measure_symbol WHERE symbol_key <> base_key
)
"""


def upgrade() -> None:
    """Mark the later documents as belonging to no story yet."""
    op.execute(UNTOLD)


def downgrade() -> None:
    """Leave it: the program before tells them again in its own way."""
    op.execute(UNTOLD)
