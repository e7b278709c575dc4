"""Drafts of before keep their place: a database of the release before is brought to the newest schema with its rows."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from alembic import command
from sqlalchemy import Connection, create_engine, make_url, text

from services.embedded import EmbeddedStack
from services.migrations.run import configuration, migrate

BEFORE = "0008"
DRAFT = text(
    "INSERT INTO catalog.draft (draft_id, title_zh, title_en, designation, plan_number, level, committee, committee_key,"
    " stage, track, document, supersedes, discarded, version, registered_at) VALUES (:draft_id, '示例', '', '', '',"
    " 'national', '', '', :stage, 'normal', :document, '{}', :discarded, 1, '2099-01-01T00:00:00Z')"
)
STEP = text(
    "INSERT INTO catalog.stage_change (draft_id, position, stage, entered_at, principal, reason)"
    " VALUES (:draft_id, :position, :stage, :entered_at, '秘书', '')"
)


@pytest.fixture
def before(stack: EmbeddedStack) -> Iterator[str]:
    """Return the address of a database of the release before."""
    name = f"before_{uuid4().hex[:8]}"
    owner = create_engine(stack.database_url, isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = make_url(stack.database_url).set(database=name).render_as_string(hide_password=False)
    migrate(url)
    engine = create_engine(url)
    with engine.connect() as connection:
        command.downgrade(configuration(connection), BEFORE)
        connection.commit()
    engine.dispose()
    yield url
    with owner.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    owner.dispose()


def add(
    connection: Connection, draft_id: str, stages: list[str], document: str = "", *, discarded: bool = False
) -> None:
    """Insert a draft as the release before did, which entered each of *stages* on a day of its own."""
    values = {"draft_id": draft_id, "stage": stages[-1], "document": document, "discarded": discarded}
    connection.execute(DRAFT, values)
    for position, stage in enumerate(stages, start=1):
        moment = f"2099-01-{position:02}T20:00:00Z"
        connection.execute(STEP, {"draft_id": draft_id, "position": position, "stage": stage, "entered_at": moment})


def test_drafts_of_before_stand_where_they_stood(before: str) -> None:
    """Each at the beginning of its stage since the day it entered it last, in Beijing, with its text and its history."""
    engine = create_engine(before)
    with engine.begin() as connection:
        add(connection, "way", ["00", "10", "20", "30", "20"], "documents/1")
        add(connection, "joined", ["40"])
        add(connection, "ended", ["00", "10", "10"], discarded=True)
        add(connection, "out", ["50", "60"])
    migrate(before)
    with engine.connect() as connection:
        found = "SELECT draft_id, stage || '.' || sub_stage, stage_entered_on::text FROM catalog.draft"
        drafts = {row[0]: tuple(row[1:]) for row in connection.execute(text(found))}
        told = "SELECT draft_id, array_agg(event ORDER BY position) FROM catalog.stage_change GROUP BY draft_id"
        events = {row[0]: row[1] for row in connection.execute(text(told))}
        kept = connection.execute(
            text("SELECT draft_id, stage, role, version, document FROM catalog.draft_document")
        ).all()
    engine.dispose()
    assert drafts == {
        "way": ("20.00", "2099-01-06"),
        "joined": ("40.00", "2099-01-02"),
        "ended": ("10.98", "2099-01-03"),
        "out": ("60.60", "2099-01-03"),
    }
    assert events == {
        "way": ["registered", "advanced", "advanced", "advanced", "sent_back"],
        "joined": ["taken_over"],
        "ended": ["registered", "advanced", "discarded"],
        "out": ["taken_over", "published"],
    }
    assert [tuple(row) for row in kept] == [("way", "20", "text", 1, "documents/1")]
