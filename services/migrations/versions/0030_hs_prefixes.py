"""The levels of HS codes, found in a quarter of the time: each measure and each story that is stored asks for them."""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

# A level that two codes share stands there twice; neither the indexes nor the conditions that ask for it mind.
IN_A_LOOP = """
CREATE OR REPLACE FUNCTION linkage.hs_prefixes(codes varchar[]) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    found text[] := '{}';
    code text;
BEGIN
    FOREACH code IN ARRAY codes LOOP
        FOR size IN 2..least(coalesce(length(code), 0), 10) BY 2 LOOP
            found := found || left(code, size);
        END LOOP;
    END LOOP;
    RETURN found;
END
$$
"""
IN_A_QUERY = """
CREATE OR REPLACE FUNCTION linkage.hs_prefixes(codes varchar[]) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT left(code, size)), '{}')
    FROM unnest(codes) AS code, generate_series(2, 10, 2) AS size WHERE length(code) >= size
$$
"""


def upgrade() -> None:
    """Say it anew; what the indexes hold stays right."""
    op.execute(IN_A_LOOP)


def downgrade() -> None:
    """Say it as before."""
    op.execute(IN_A_QUERY)
