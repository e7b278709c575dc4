"""Indexes by which the review desk and lists of measures and stories find an HS code or a confidence."""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

OPEN = "state = 'suggested' OR (state = 'confirmed' AND suspect_causes <> '{}')"
HS_PREFIXES = """
CREATE FUNCTION linkage.hs_prefixes(codes varchar[]) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT left(code, size)), '{}')
    FROM unnest(codes) AS code, generate_series(2, 10, 2) AS size WHERE length(code) >= size
$$
"""


def upgrade() -> None:
    """Make the indexes."""
    op.execute(HS_PREFIXES)
    for table in ("measure", "story"):
        op.execute(f"CREATE INDEX ix_{table}_hs_prefixes ON linkage.{table} USING gin (linkage.hs_prefixes(hs_codes))")
    op.execute(f"CREATE INDEX ix_link_queue_confidence ON linkage.link (confidence) WHERE {OPEN}")


def downgrade() -> None:
    """Take them back."""
    op.execute("DROP INDEX linkage.ix_link_queue_confidence")
    for table in ("measure", "story"):
        op.execute(f"DROP INDEX linkage.ix_{table}_hs_prefixes")
    op.execute("DROP FUNCTION linkage.hs_prefixes(varchar[])")
