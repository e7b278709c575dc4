"""Standards that were recorded before there was a search are found by it."""

from collections.abc import Iterator

import pytest
from alembic import command
from sqlalchemy import Engine, create_engine, insert, make_url, select, text

from services.catalog.store_standards import STANDARD, identity_columns, standard_columns
from services.embedded import EmbeddedStack
from services.migrations.run import configuration, migrate
from standards_tree.catalogue import Standard, Title
from standards_tree.designations import parse_designation
from standards_tree.standards import StandardStatus

BEFORE = "0012"
SEARCHED = ("designation_key", "number_key", "title_zh_key", "title_en_key", "title_weight", "search_vector")


@pytest.fixture
def engine(stack: EmbeddedStack) -> Iterator[Engine]:
    """Give a migrated database of its own."""
    url = make_url(stack.database_url)
    with create_engine(url, isolation_level="AUTOCOMMIT").connect() as server:
        server.execute(text("DROP DATABASE IF EXISTS before_search"))
        server.execute(text("CREATE DATABASE before_search"))
    url = url.set(database="before_search")
    migrate(url.render_as_string(hide_password=False))
    opened = create_engine(url)
    yield opened
    opened.dispose()


def standards() -> Iterator[Standard]:
    """Yield standards of several kinds, with titles in one language and in both, one with a quote."""
    for text_, title, committee in (
        (
            "GB/T 999001.1-2024",
            Title("技术性贸易措施　术语", "Technical measures to trade — Vocabulary"),
            "SAC/TC 1/SC 2",
        ),
        ("ISO/IEC 999002:2022", Title("", "Operator's manual"), ""),
        ("DB31/T 999003-2020", Title("示例（Ｘ射线）"), "示例'归口"),
        ("GB 999004-2012/XG1-2015", Title("示例"), ""),
    ):
        designation = parse_designation(text_)
        codes = {"ics": ("71.100.40", "01.120"), "ccs": ("A22",)}
        obligation = designation.obligation
        state = StandardStatus.IN_FORCE
        yield Standard(designation, title, state, designation.level, obligation, committee=committee, **codes)


def test_what_was_there_gets_the_columns_that_new_standards_get(engine: Engine) -> None:
    """Back to before the search and forward again: the same columns as if the standards were recorded now."""
    found = select(STANDARD.c.standard_id, *(STANDARD.c[name] for name in SEARCHED)).order_by(STANDARD.c.standard_id)
    rows = [{**identity_columns(one.designation), **standard_columns(one), "version": 1} for one in standards()]
    with engine.begin() as connection:
        connection.execute(insert(STANDARD), rows)
        fresh = connection.execute(found).all()
    with engine.connect() as connection:
        command.downgrade(configuration(connection), BEFORE)
        connection.commit()
        older = connection.execute(text("SELECT search_text FROM catalog.standard WHERE 'A' = ANY (fields)")).all()
        command.upgrade(configuration(connection), "head")
        connection.commit()
        migrated = connection.execute(found).all()
    assert len(older) == len(rows)
    assert migrated == fresh
