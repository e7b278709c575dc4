"""Comments on drafts, and ballots."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

SCHEMA = "catalog"
KEY = sa.String(collation="C")
DISPOSITIONS = "'accepted', 'partly_accepted', 'rejected'"
CHOICES = "'approve', 'approve_with_comments', 'disapprove', 'abstain'"


def upgrade() -> None:
    """Change the tables of the catalog."""
    _create_comments()
    _create_ballots()
    _create_votes()


def _column(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _texts(*names: str) -> list[sa.Column[Any]]:
    return [_column(name, sa.String()) for name in names]


def _keys(*names: str) -> list[sa.Column[Any]]:
    return [_column(name, KEY) for name in names]


def _whole(*names: str) -> list[sa.Column[Any]]:
    return [_column(name, sa.Integer()) for name in names]


def _now(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False)


def _rule(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def _refers(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{SCHEMA}.{target}.{column}"], name=f"fk_{table}_{column}")


def _create_comments() -> None:
    op.create_table(
        "comment",
        *_keys("comment_id", "draft_id", "fingerprint"),
        *_texts("clause"),
        *_keys("clause_order"),
        *_texts("paragraph", "line"),
        *_keys("kind"),
        *_texts("commenter", "organisation"),
        *_keys("organisation_key"),
        *_texts("text", "proposed_change"),
        _column("received_on", sa.Date()),
        *_texts("recorded_by"),
        _now("recorded_at"),
        sa.Column("disposition", KEY, nullable=True),
        *_whole("version"),
        _rule("comment", "kind", "kind IN ('general', 'technical', 'editorial')"),
        _rule("comment", "disposition", f"disposition IN ({DISPOSITIONS})"),
        _rule("comment", "text", "text <> '' OR proposed_change <> ''"),
        _rule("comment", "commenter", "commenter <> '' OR organisation <> ''"),
        _refers("comment", "draft_id", "draft"),
        sa.PrimaryKeyConstraint("comment_id", name="pk_comment"),
        schema=SCHEMA,
    )
    op.create_index("uq_comment_fingerprint", "comment", ["draft_id", "fingerprint"], schema=SCHEMA, unique=True)
    order = ["draft_id", "clause_order", "received_on", "comment_id"]
    op.create_index("ix_comment_order", "comment", order, schema=SCHEMA)
    op.create_table(
        "comment_handling",
        *_keys("comment_id"),
        *_whole("position"),
        *_keys("disposition"),
        *_texts("reason", "principal"),
        _now("handled_at"),
        _rule("comment_handling", "disposition", f"disposition IN ({DISPOSITIONS})"),
        _rule("comment_handling", "reason", "disposition = 'accepted' OR reason <> ''"),
        _refers("comment_handling", "comment_id", "comment"),
        sa.PrimaryKeyConstraint("comment_id", "position", name="pk_comment_handling"),
        schema=SCHEMA,
    )
    op.create_table(
        "consultation",
        *_keys("draft_id"),
        *_whole("sent_to", "replied", "replied_with_comments"),
        *_texts("recorded_by"),
        _now("recorded_at"),
        *_whole("version"),
        _rule(
            "consultation",
            "figures",
            "0 <= replied_with_comments AND replied_with_comments <= replied AND replied <= sent_to",
        ),
        _refers("consultation", "draft_id", "draft"),
        sa.PrimaryKeyConstraint("draft_id", name="pk_consultation"),
        schema=SCHEMA,
    )


def _create_ballots() -> None:
    op.create_table(
        "ballot",
        *_keys("ballot_id", "draft_id", "stage", "kind", "outcome", "document"),
        _column("opens_on", sa.Date()),
        _column("closes_on", sa.Date()),
        *_texts("place", "chair"),
        *_keys("minutes"),
        *_whole("quorum_numerator", "quorum_denominator", "approval_numerator", "approval_denominator"),
        *_whole("opposition_numerator", "opposition_denominator"),
        *_texts("rule_source", "opened_by"),
        _now("opened_at"),
        *_texts("closed_by"),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        *_texts("note"),
        *_whole("version"),
        _rule("ballot", "kind", "kind IN ('letter', 'meeting')"),
        _rule("ballot", "outcome", "outcome IN ('open', 'approved', 'rejected')"),
        _rule("ballot", "days", "opens_on <= closes_on"),
        _rule("ballot", "closed", "(outcome = 'open') = (closed_at IS NULL)"),
        _rule(
            "ballot",
            "rule",
            "0 < quorum_numerator AND quorum_numerator <= quorum_denominator"
            " AND 0 < approval_numerator AND approval_numerator <= approval_denominator"
            " AND 0 <= opposition_numerator AND opposition_numerator <= opposition_denominator",
        ),
        _refers("ballot", "draft_id", "draft"),
        sa.PrimaryKeyConstraint("ballot_id", name="pk_ballot"),
        schema=SCHEMA,
    )
    op.create_index(
        "uq_ballot_open",
        "ballot",
        ["draft_id"],
        schema=SCHEMA,
        unique=True,
        postgresql_where=sa.text("outcome = 'open'"),
    )
    op.create_index("ix_ballot_order", "ballot", ["draft_id", "opened_at", "ballot_id"], schema=SCHEMA)


def _create_votes() -> None:
    op.create_table(
        "ballot_member",
        *_keys("ballot_id", "member"),
        *_whole("position"),
        *_texts("full_name", "organisation"),
        _refers("ballot_member", "ballot_id", "ballot"),
        sa.PrimaryKeyConstraint("ballot_id", "member", name="pk_ballot_member"),
        schema=SCHEMA,
    )
    op.create_table(
        "vote",
        *_keys("ballot_id", "member"),
        *_whole("position"),
        *_keys("choice"),
        *_texts("reason", "note", "principal"),
        _now("cast_at"),
        _rule("vote", "choice", f"choice IN ({CHOICES})"),
        _rule("vote", "reason", "choice NOT IN ('disapprove', 'approve_with_comments') OR reason <> ''"),
        sa.ForeignKeyConstraint(
            ["ballot_id", "member"],
            [f"{SCHEMA}.ballot_member.ballot_id", f"{SCHEMA}.ballot_member.member"],
            name="fk_vote_member",
        ),
        sa.PrimaryKeyConstraint("ballot_id", "member", "position", name="pk_vote"),
        schema=SCHEMA,
    )


def downgrade() -> None:
    """Change them back."""
    for table in ("vote", "ballot_member", "ballot", "consultation", "comment_handling", "comment"):
        op.drop_table(table, schema=SCHEMA)
