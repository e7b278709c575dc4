"""The levels of HS codes that the indexes of measures and stories hold are those of the query they were first made with."""

import random

from sqlalchemy import create_engine, text

from services.embedded import EmbeddedStack

BEFORE = """
CREATE FUNCTION pg_temp.levels(codes varchar[]) RETURNS text[] LANGUAGE sql AS $$
    SELECT coalesce(array_agg(DISTINCT left(code, size)), '{}')
    FROM unnest(codes) AS code, generate_series(2, 10, 2) AS size WHERE length(code) >= size
$$
"""


def test_the_levels_are_those_of_the_query_before(stack: EmbeddedStack) -> None:
    """For codes of every length, none, nothing at all, and the same one twice."""
    chance = random.Random(5)
    lists: list[list[str | None]] = [[], [None], [""], ["9"], ["95", "95"], ["9503", None, "950300"], ["123456789012"]]
    lists += [
        ["".join(chance.choices("0123456789", k=chance.randint(1, 12))) for _ in range(chance.randint(1, 6))]
        for _ in range(200)
    ]
    engine = create_engine(stack.database_url)
    with engine.connect() as connection:
        connection.execute(text(BEFORE))
        for codes in lists:
            asked = {"codes": codes}
            now = connection.scalar(text("SELECT linkage.hs_prefixes(CAST(:codes AS varchar[]))"), asked)
            before = connection.scalar(text("SELECT pg_temp.levels(CAST(:codes AS varchar[]))"), asked)
            assert set(now) == set(before), codes
    engine.dispose()
