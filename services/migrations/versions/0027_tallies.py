"""A tally of the review desk for each measure, kept by the database; and an index of stories that had begun on a day.

Triggers keep the tally, not the program: programs of the release before go on writing links while this one is rolled out.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

SCHEMA = "linkage"
KEY = sa.String(collation="C")
COUNTS = ("requirements", "unlinked", "confirmed", "rejected", "waiting", "awaiting_second", "suspect")
BEGUN = "coalesce(notified_on, '0001-01-01'::date)"

# Of every measure for NULL. In the order of the measures, so that two transactions do not wait for each other in a ring.
RECOUNT = """
CREATE FUNCTION linkage.recount(changed varchar[]) RETURNS void LANGUAGE sql SET search_path = linkage AS $$
    INSERT INTO measure_tally AS tally (measure_id, member_codes, hs_chapters, requirements, unlinked, confirmed, rejected,
        waiting, awaiting_second, suspect)
    SELECT measure_id, member_codes, linkage.hs_chapters(hs_codes), count(number),
        count(number) FILTER (WHERE links = 0), coalesce(sum(confirmed), 0), coalesce(sum(rejected), 0),
        coalesce(sum(waiting), 0), coalesce(sum(awaiting_second), 0), coalesce(sum(suspect), 0)
    FROM measure JOIN (
        SELECT requirement.measure_id, number, count(link_id) AS links,
            count(*) FILTER (WHERE state = 'confirmed') AS confirmed,
            count(*) FILTER (WHERE state = 'rejected') AS rejected,
            count(*) FILTER (WHERE state = 'suggested') AS waiting,
            count(*) FILTER (WHERE state = 'suggested' AND first_reviewer <> '') AS awaiting_second,
            count(*) FILTER (WHERE state = 'confirmed' AND suspect_causes <> '{}') AS suspect
        FROM requirement LEFT JOIN link ON link.measure_id = requirement.measure_id AND requirement_number = number
        WHERE changed IS NULL OR requirement.measure_id = ANY(changed)
        GROUP BY requirement.measure_id, number
    ) AS answered USING (measure_id)
    GROUP BY measure_id ORDER BY measure_id
    ON CONFLICT (measure_id) DO UPDATE SET (member_codes, hs_chapters, requirements, unlinked, confirmed, rejected, waiting,
        awaiting_second, suspect) = (excluded.member_codes, excluded.hs_chapters, excluded.requirements, excluded.unlinked,
        excluded.confirmed, excluded.rejected, excluded.waiting, excluded.awaiting_second, excluded.suspect);
    DELETE FROM measure_tally WHERE measure_id = ANY(changed)
        AND NOT EXISTS (SELECT 1 FROM requirement WHERE requirement.measure_id = measure_tally.measure_id);
$$
"""
CHAPTERS = """
CREATE FUNCTION linkage.hs_chapters(codes varchar[]) RETURNS varchar[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT left(code, 2) ORDER BY left(code, 2)), '{}') FROM unnest(codes) AS code
$$
"""
# Deadlines, trade weights and what is known of standards change by the thousand, and count nothing.
LINKS_CHANGED = """
CREATE FUNCTION linkage.recount_changed_links() RETURNS trigger LANGUAGE plpgsql SET search_path = linkage AS $$
DECLARE changed varchar[];
BEGIN
    SELECT array_agg(DISTINCT measure_id) INTO changed FROM (
        SELECT measure_id, link_id, state, first_reviewer <> '', suspect_causes <> '{}' FROM newer
        EXCEPT SELECT measure_id, link_id, state, first_reviewer <> '', suspect_causes <> '{}' FROM older
    ) AS differing;
    IF changed IS NOT NULL THEN PERFORM linkage.recount(changed); END IF;
    RETURN NULL;
END $$
"""
ROWS_CHANGED = """
CREATE FUNCTION linkage.recount_rows() RETURNS trigger LANGUAGE plpgsql SET search_path = linkage AS $$
DECLARE changed varchar[];
BEGIN
    SELECT array_agg(DISTINCT measure_id) INTO changed FROM touched;
    IF changed IS NOT NULL THEN PERFORM linkage.recount(changed); END IF;
    RETURN NULL;
END $$
"""
# Most measures that an import brings up to date have no requirement, and so no tally.
MEASURES_CHANGED = """
CREATE FUNCTION linkage.tally_changed_measures() RETURNS trigger LANGUAGE plpgsql SET search_path = linkage AS $$
BEGIN
    UPDATE measure_tally AS tally
    SET member_codes = newer.member_codes, hs_chapters = linkage.hs_chapters(newer.hs_codes)
    FROM newer WHERE newer.measure_id = tally.measure_id
        AND (tally.member_codes, tally.hs_chapters) <> (newer.member_codes, linkage.hs_chapters(newer.hs_codes));
    RETURN NULL;
END $$
"""
TRIGGERS = (
    ("link", "UPDATE", "OLD TABLE AS older NEW TABLE AS newer", "recount_changed_links"),
    ("link", "INSERT", "NEW TABLE AS touched", "recount_rows"),
    ("link", "DELETE", "OLD TABLE AS touched", "recount_rows"),
    ("requirement", "INSERT", "NEW TABLE AS touched", "recount_rows"),
    ("requirement", "DELETE", "OLD TABLE AS touched", "recount_rows"),
    ("measure", "UPDATE", "NEW TABLE AS newer", "tally_changed_measures"),
)


def upgrade() -> None:
    """Make the tallies and count what there is."""
    op.create_table(
        "measure_tally",
        sa.Column("measure_id", KEY, nullable=False),
        sa.Column("member_codes", sa.ARRAY(KEY), nullable=False),
        sa.Column("hs_chapters", sa.ARRAY(KEY), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        sa.PrimaryKeyConstraint("measure_id", name="pk_measure_tally"),
        schema=SCHEMA,
    )
    for function in (CHAPTERS, RECOUNT, LINKS_CHANGED, ROWS_CHANGED, MEASURES_CHANGED):
        op.execute(sa.text(function.replace(":", r"\:")))
    for table, moment, rows, function in TRIGGERS:
        op.execute(
            f"CREATE TRIGGER tally_{moment.lower()} AFTER {moment} ON {SCHEMA}.{table} REFERENCING {rows}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {SCHEMA}.{function}()"
        )
    # Behind the triggers, which shut out who writes: nothing is written between the count and the first kept change.
    op.execute("SELECT linkage.recount(NULL)")
    op.create_index("ix_story_begun", "story", ["order_day", "story_id", sa.text(BEGUN)], schema=SCHEMA)
    op.drop_index("ix_story_order", "story", schema=SCHEMA)


def downgrade() -> None:
    """Take them back."""
    op.create_index("ix_story_order", "story", ["order_day", "story_id"], schema=SCHEMA)
    op.drop_index("ix_story_begun", "story", schema=SCHEMA)
    for table, moment, _rows, _function in TRIGGERS:
        op.execute(f"DROP TRIGGER tally_{moment.lower()} ON {SCHEMA}.{table}")
    for function in ("tally_changed_measures", "recount_rows", "recount_changed_links"):
        op.execute(f"DROP FUNCTION {SCHEMA}.{function}()")
    op.execute(f"DROP FUNCTION {SCHEMA}.recount(varchar[])")
    op.drop_table("measure_tally", schema=SCHEMA)
    op.execute(f"DROP FUNCTION {SCHEMA}.hs_chapters(varchar[])")
