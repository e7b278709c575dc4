"""The tallies that coverage is summed from are what counting all links gives, whatever was done and by how many at once."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import grpc
import pytest
from alembic import command
from google.protobuf.field_mask_pb2 import FieldMask
from sqlalchemy import Connection, create_engine, text

from catalogues import create
from databases import empty_database
from invented import group_prefix, symbol
from linking import create_measure, link, require
from services.embedded import EmbeddedStack
from services.migrations.run import configuration, migrate
from tbt.catalog.v1 import catalog_service_pb2_grpc as catalog_grpc
from tbt.linkage.v1 import desk_pb2, link_life_pb2
from tbt.linkage.v1 import linkage_service_pb2 as pb
from tbt.linkage.v1 import linkage_service_pb2_grpc as pb_grpc

Stub = pb_grpc.LinkageServiceStub
BEFORE = "0025"
OPERATIONS, AT_ONCE = 100, 3
# Written apart from the migration's own: one count over everything, with the duplicates of the join taken out.
COUNTED = text("""
    SELECT requirement.measure_id, array_to_string(member_codes, ','),
        array_to_string(ARRAY(SELECT DISTINCT left(code, 2) AS chapter FROM unnest(measure.hs_codes) AS code ORDER BY 1), ','),
        count(DISTINCT number), count(DISTINCT number) - count(DISTINCT requirement_number),
        count(link_id) FILTER (WHERE state = 'confirmed'), count(link_id) FILTER (WHERE state = 'rejected'),
        count(link_id) FILTER (WHERE state = 'suggested'),
        count(link_id) FILTER (WHERE state = 'suggested' AND first_reviewer <> ''),
        count(link_id) FILTER (WHERE state = 'confirmed' AND suspect_causes <> '{}')
    FROM linkage.measure JOIN linkage.requirement USING (measure_id)
    LEFT JOIN linkage.link ON link.measure_id = requirement.measure_id AND requirement_number = number
    GROUP BY requirement.measure_id, member_codes, measure.hs_codes ORDER BY 1
""")
KEPT = text("""
    SELECT measure_id, array_to_string(member_codes, ','), array_to_string(hs_chapters, ','), requirements, unlinked, confirmed,
        rejected, waiting, awaiting_second, suspect
    FROM linkage.measure_tally ORDER BY 1
""")


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


def rows(connection: Connection, query: object) -> list[tuple[object, ...]]:
    """Return the rows of a query."""
    return [tuple(row) for row in connection.execute(query)]


class Desk:
    """Does one thing after the other at random, as analysts and imports do; some of it is refused."""

    def __init__(self, stub: Stub, measures: list[str], standards: list[str], seed: int) -> None:
        self._stub, self._measures, self._standards = stub, measures, standards
        self._random = random.Random(seed)
        self._links: list[str] = []
        self._batches: list[str] = []

    def act(self) -> None:
        """Do something; what the rules refuse, or what another was faster in, counts nothing."""
        acts: list[Callable[[], object]] = [
            *([self._demand, self._link, self._link, self._link, self._redemand]),
            *(
                [self._review, self._review, self._replace, self._undo, self._change, self._clear]
                if self._links
                else []
            ),
        ]
        with suppress(grpc.RpcError):
            self._random.choice(acts)()

    def _requirement(self) -> str:
        return f"{self._random.choice(self._measures)}/requirements/{self._random.randint(1, 3)}"

    def _demand(self) -> None:
        require(self._stub, self._random.choice(self._measures))

    def _link(self) -> None:
        self._links.append(link(self._stub, self._requirement(), self._random.choice(self._standards)).name)

    def _redemand(self) -> None:
        changed = pb.Requirement(name=self._requirement(), conditions=f"示例 {self._random.random()}")
        mask = FieldMask(paths=["conditions"])
        self._stub.UpdateRequirement(pb.UpdateRequirementRequest(requirement=changed, update_mask=mask))

    def _review(self) -> None:
        chosen = self._random.sample(self._links, min(3, len(self._links)))
        kinds = [desk_pb2.VERDICT_ACCEPT, desk_pb2.VERDICT_REJECT]
        verdicts = [desk_pb2.LinkVerdict(link=name, verdict=self._random.choice(kinds)) for name in chosen]
        self._batches.append(self._stub.ReviewLinks(desk_pb2.ReviewLinksRequest(verdicts=verdicts)).name)

    def _replace(self) -> None:
        verdict = desk_pb2.LinkVerdict(
            link=self._random.choice(self._links),
            verdict=desk_pb2.VERDICT_REPLACE,
            replacement=self._random.choice(self._standards),
            replacement_clause=str(self._random.randint(1, 9)),
        )
        self._batches.append(self._stub.ReviewLinks(desk_pb2.ReviewLinksRequest(verdicts=[verdict])).name)

    def _undo(self) -> None:
        if self._batches:
            self._stub.UndoReview(desk_pb2.UndoReviewRequest(name=self._batches.pop()))

    def _change(self) -> None:
        changed = pb.Link(name=self._random.choice(self._links), strength=self._random.randint(1, 10))
        self._stub.UpdateLink(pb.UpdateLinkRequest(link=changed, update_mask=FieldMask(paths=["strength"])))

    def _clear(self) -> None:
        self._stub.ClearLinkSuspects(link_life_pb2.ClearLinkSuspectsRequest(links=self._links[-3:]))


def test_a_tally_is_what_counting_gives_after_whatever_was_done_at_once(
    grpc_stub: Stub, channel: grpc.Channel, stack: EmbeddedStack
) -> None:
    """Requirements, links, verdicts, replacements and their undoing, changed demands and measures, by several at a time."""
    catalog = catalog_grpc.CatalogServiceStub(channel)
    prefix = group_prefix()
    standards = [create(catalog, f"{prefix} {number}—2024").designation for number in range(1, 5)]
    measures = [create_measure(grpc_stub, symbol(), hs_codes=["950300"]).name for _ in range(4)]
    for name in measures[:3]:
        require(grpc_stub, name)
    desks = [Desk(grpc_stub, measures, standards, seed) for seed in range(AT_ONCE)]

    def work(desk: Desk) -> None:
        for _ in range(OPERATIONS // AT_ONCE):
            desk.act()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(work, desks))

    engine = create_engine(stack.database_url)
    with engine.connect() as connection:
        counted, kept = rows(connection, COUNTED), rows(connection, KEPT)
    engine.dispose()
    ours = [row for row in kept if f"measures/{row[0]}" in measures]
    assert kept == counted
    assert sum(int(str(row[5])) for row in ours) > 0
    assert sum(int(str(row[6])) for row in ours) > 0
    total = grpc_stub.GetDeskCoverage(desk_pb2.GetDeskCoverageRequest(group=desk_pb2.COVERAGE_GROUP_MEMBER))
    assert total.total.requirements == sum(int(str(row[3])) for row in kept)
    assert total.total.confirmed == sum(int(str(row[5])) for row in kept)


def test_tallies_of_a_database_of_before_are_counted_by_the_migration(
    stack: EmbeddedStack,
) -> None:
    """Links that were written before there were tallies count, and so do those the release before goes on to write."""
    with empty_database(stack) as url:
        migrate(url)
        engine = create_engine(url)
        with engine.connect() as connection:
            command.downgrade(configuration(connection), BEFORE)
            connection.commit()
        with engine.begin() as connection:
            for number in (1, 2):
                _insert(connection, number)
        migrate(url)
        with engine.begin() as connection:
            before = rows(connection, KEPT)
            assert before == rows(connection, COUNTED)
            assert [row[0] for row in before] == ["example-1", "example-2"]
            _insert(connection, 3)
            connection.execute(text("UPDATE linkage.link SET state = 'rejected' WHERE measure_id = 'example-1'"))
            connection.execute(text("UPDATE linkage.measure SET hs_codes = '{9503,9504}'"))
            connection.execute(text("DELETE FROM linkage.link WHERE measure_id = 'example-2'"))
            connection.execute(text("DELETE FROM linkage.requirement WHERE measure_id = 'example-2'"))
        with engine.connect() as connection:
            after = rows(connection, KEPT)
            assert after == rows(connection, COUNTED)
            assert [row[0] for row in after] == ["example-1", "example-3"]
        engine.dispose()


def _insert(connection: Connection, number: int) -> None:
    """Write a measure with a requirement and a link as the release before did."""
    values = {"id": f"example-{number}", "link": f"{number:032}"}
    for table, given in (
        ("measure", {"measure_id": ":id", "agreement": "'TBT'", "order_day": "'2099-01-01'", "origin": "'entered'"}),
        ("requirement", {"measure_id": ":id", "number": "1", "assessed": "true", "kind": "'limit'"}),
        (
            "link",
            {
                "link_id": ":link",
                "measure_id": ":id",
                "requirement_number": "1",
                "state": "'confirmed'",
                "relation": "'equal'",
                "confidence": "0.5",
                "suspect_causes": "'{measure_revised}'",
                "due_on": "'2099-01-01'",
                "trade_weight": "0",
                "strength": "0",
            },
        ),
    ):
        columns = {**{str(name): str(value) for name, value in connection.execute(REQUIRED, {"table": table})}, **given}
        statement = f"INSERT INTO linkage.{table} ({', '.join(columns)}) VALUES ({', '.join(columns.values())})"  # noqa: S608
        connection.execute(text(statement), values)


# What a column without a default must be given to hold nothing.
REQUIRED = text("""
    SELECT column_name, CASE WHEN data_type = 'ARRAY' OR data_type = 'jsonb' THEN '''{}''' WHEN data_type = 'boolean' THEN 'true'
        WHEN data_type IN ('character varying', 'text') THEN '''''' ELSE '1' END
    FROM information_schema.columns
    WHERE table_schema = 'linkage' AND table_name = :table AND is_nullable = 'NO' AND column_default IS NULL
""")
