"""100,000 measures and 500,000 links: the queue, stories, a measure's links, and suggestions for a requirement, over gRPC.

    PYTHONPATH=.:protos:tests:tests/performance python tests/performance/bench_linkage.py [measures]

Milliseconds are the 95th percentile of ROUNDS calls, one after the other; aim: 100.
"""

import random
import sys
import time
from collections.abc import Callable
from itertools import islice
from typing import Any

import psycopg
from google.protobuf.message import Message
from sqlalchemy import create_engine
from sqlmodel import Session

from bench_search import standards
from services.catalog.store_standards import STANDARD, identity_columns, standard_columns
from services.runtime.bulk_rows import insert_rows
from serving import serving_beside_database
from standards_tree.catalogue import ENDED
from tbt.linkage.v1 import desk_pb2, story_pb2, suggestion_pb2
from tbt.linkage.v1 import linkage_service_pb2 as pb
from tbt.linkage.v1 import linkage_service_pb2_grpc as pb_grpc

MEASURES = 100_000
LINKS_A_MEASURE = 5
STANDARDS = 60_000
ROUNDS, ROUNDS_OF_COVERAGE = 60, 5
START_SECONDS = 150.0
AS_OF = {"year": 2024, "month": 6, "day": 1}
SUGGESTIONS, SIMILAR = "suggestions for a requirement", "measures that are nearly the same"
MEMBERS = ["USA", "EU", "JPN", "KOR", "BRA", "IND", "UGA", "KEN", "VNM", "XYZ"]
WORDS = [
    *("safety", "toys", "lead", "infants", "electrical", "appliances", "food", "contact", "materials", "labelling"),
    *("cosmetics", "batteries", "medical", "devices", "textiles", "furniture", "lamps", "motors", "tyres", "cranes"),
    *("pressure", "vessels", "paints", "pesticides", "feed", "dairy", "fish", "spirits", "tea"),
]
# The database makes the rows itself. Every tenth notification has a revision and an addendum: its story tells of three.
SAID = """
    CREATE TEMP TABLE said AS SELECT *, base_key || lower(suffix) AS symbol_key, upper(base_key) || suffix AS symbol,
        replace(base_key || lower(suffix), '/', '~') AS measure_id, replace(base_key, '/', '~') AS story_id
    FROM (SELECT number, CASE WHEN tenth = 1 THEN 'revision' WHEN tenth = 2 THEN 'addendum' ELSE 'regular' END AS kind,
            CASE WHEN tenth = 1 THEN '/Rev.1' WHEN tenth = 2 THEN '/Add.1' ELSE '' END AS suffix, member,
            'g/tbt/n/' || lower(member) || '/' || 1 + number - CASE WHEN tenth IN (1, 2) THEN tenth ELSE 0 END AS base_key,
            date '2020-01-01' + number %% 2500 AS day, subject, ARRAY[hs, hs_too] AS hs
        FROM (SELECT number, number %% 10 AS tenth, (%(members)s::text[])[1 + number / 10 %% 10] AS member,
                concat_ws(' ', {words}) AS subject, {code} AS hs, {code} AS hs_too
            FROM generate_series(0, %(measures)s - 1) AS number) AS drawn) AS told
"""
WORD = "(%(words)s::text[])[1 + floor(random() * %(size)s)::int]"
CODE = "lpad(floor(10100 + random() * 960000)::int::text, 6, '0')"
MEASURE = """
    INSERT INTO linkage.measure (measure_id, symbols, agreement, members, member_codes, notification_type, title_zh,
        title_en, description, products, hs_codes, ics_codes, objectives, keywords, affected_regions, distributed_on,
        comment_deadline, notified_documents, notification_links, kind, origin, agencies, articles, affected_countries,
        cited_standards, stated, code_marks, text_languages, pages, source, example, import_digest, story_id, search_key,
        order_day, version)
    SELECT measure_id, ARRAY[symbol], 'TBT', ARRAY[member], ARRAY[member], '', '', subject, subject, subject, hs,
        '{97.200.50}', '{}', '{}', '', day, day + 60, '{}', '{}', kind, 'entered', '{}', '{}', '{}', '{}', '{}', '{}',
        '{}', '', '', true, '', story_id, lower(symbol || subject), day, 1
    FROM said
"""
OTHERS = (
    "INSERT INTO linkage.measure_symbol (symbol_key, measure_id, base_key) SELECT symbol_key, measure_id, base_key FROM said",
    """
    INSERT INTO linkage.story (story_id, symbols, member_codes, title_zh, title_en, hs_codes, ics_codes, comment_deadline,
        notified_on, last_changed_by, last_changed_on, example, search_key, order_day)
    SELECT story_id, ARRAY[symbol], ARRAY[member], '', subject, hs, '{97.200.50}', day + 60, day, measure_id, day, true,
        lower(symbol || subject), day
    FROM said WHERE kind = 'regular'
    """,
    """
    INSERT INTO linkage.story_span (story_id, since, until, state, presumed)
    SELECT story_id, since, until, state, false
    FROM said, LATERAL (VALUES (day, day + 60, 'open_for_comment'), (day + 61, date '9999-12-31', 'closed'))
        AS span (since, until, state)
    WHERE kind = 'regular'
    """,
    """
    INSERT INTO linkage.requirement (measure_id, number, text_zh, text_en, kind, subject, hs_codes, parameter,
        cited_standards, conditions, agency, original_text, original_language, clause, source, assessed, version)
    SELECT measure_id, 1, '', subject || ' shall comply', 'limit', subject, '{}', 'lead', ARRAY[official], '', '', '',
        '', '', '', true, 1
    FROM (SELECT *, 1 + floor(random() * %(targets)s)::bigint AS place FROM said) AS drawn JOIN answers USING (place)
    """,
    """
    INSERT INTO linkage.link (link_id, measure_id, requirement_number, target, designation, clause, relation, confidence,
        rationale_zh, rationale_en, evidence, state, reviewed_by, rationale_kind, strength, created_by, first_reviewer,
        suspect_causes, target_facts, due_on, trade_weight, replaced_by, version)
    SELECT lpad(to_hex(number * %(links)s + nth), 32, '0'), measure_id, 1, name, official, nth::text, 'equal',
        confidence, '', '', '{}', state, '', '', 0, '', CASE WHEN state = 'suggested' AND luck < 0.1 THEN 'anna' ELSE '' END,
        CASE WHEN state = 'confirmed' AND luck < 0.05 THEN ARRAY['measure_revised'] ELSE '{}' END, '|', day + 60,
        floor(random() * 1000), '', 1
    FROM (SELECT said.*, nth, 1 + floor(random() * %(targets)s)::bigint AS place, random() AS confidence, random() AS luck,
            (ARRAY['suggested', 'suggested', 'suggested', 'suggested', 'suggested', 'confirmed', 'confirmed', 'confirmed',
            'confirmed', 'rejected'])[1 + floor(random() * 10)::int] AS state
        FROM said, generate_series(0, %(links)s - 1) AS nth) AS drawn JOIN answers USING (place)
    """,
    """
    INSERT INTO linkage.confirmed_hs SELECT link_id, code, target, link.measure_id
    FROM linkage.link JOIN linkage.measure USING (measure_id), unnest(hs_codes) AS code WHERE state = 'confirmed'
    ON CONFLICT DO NOTHING
    """,
    # A catalogue with standards has a revision; without one, each question would read all of it anew.
    "INSERT INTO catalog.change SELECT nextval('catalog.change_revision'), 'standards/gb~t-1', 'created', 'bench'",
    "ANALYZE",
)


def fill(url: str, measures: int) -> None:
    """Write standards, measures, stories, requirements and links, always the same."""
    engine = create_engine(url, connect_args={"options": "-c search_path=catalog"})
    targets: list[tuple[str, str]] = []
    every = standards(STANDARDS)
    while some := list(islice(every, 10_000)):
        rows = [{**identity_columns(one.designation), **standard_columns(one), "version": 1} for one in some]
        with Session(engine) as session:
            insert_rows(session, STANDARD, rows)
            session.commit()
        # Those that have not ended: a link to one that has would be marked when the program reads the catalogue.
        answers = (one.designation for one in some if one.designation.is_chinese and one.status not in ENDED)
        targets.extend((f"standards/{one.resource_id}", one.official) for one in answers)
    engine.dispose()
    values = {"measures": measures, "members": MEMBERS, "words": WORDS, "size": len(WORDS)}
    values |= {"links": LINKS_A_MEASURE, "targets": len(targets)}
    with psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://"), autocommit=True) as connection:
        connection.execute("SELECT setseed(0.6)")
        connection.execute(SAID.format(words=", ".join([WORD] * 6), code=CODE), values)
        names, officials = zip(*targets, strict=True)
        connection.execute(
            "CREATE TEMP TABLE answers AS SELECT * FROM unnest(%s::text[], %s::text[])"
            " WITH ORDINALITY AS answer (name, official, place)",
            (list(names), list(officials)),
        )
        connection.execute("ANALYZE said")
        for statement in (MEASURE, *OTHERS):
            connection.execute(statement, values if "%(" in statement else None)


def measure(measures: int = MEASURES) -> dict[str, float]:
    """Return the 95th percentile of each call, and of a bare call that reads one link."""
    with serving_beside_database() as (_program, channel, url):
        started = time.perf_counter()
        fill(url, measures)
        figures = {"rows to begin with, s": time.perf_counter() - started}
        stub = pb_grpc.LinkageServiceStub(channel)
        with psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://")) as connection:
            names = [
                row[0] for row in connection.execute("SELECT measure_id FROM linkage.measure ORDER BY 1").fetchall()
            ]
        calls = _calls(stub, names)
        for name in (SUGGESTIONS, SIMILAR):
            started = time.perf_counter()
            calls[name]()
            figures[f"{name}: first, s"] = time.perf_counter() - started
        for name, call in calls.items():
            figures[f"{name}: p95, ms"] = _p95(call, ROUNDS_OF_COVERAGE if name.startswith("coverage") else ROUNDS)
        return figures


def _calls(stub: pb_grpc.LinkageServiceStub, names: list[str]) -> dict[str, Callable[[], Message]]:
    choose = random.Random(7)

    def one() -> str:
        return f"measures/{choose.choice(names)}"

    def coverage(group: int) -> Callable[[], Message]:
        return lambda: stub.GetDeskCoverage(desk_pb2.GetDeskCoverageRequest(group=group))  # type: ignore[arg-type]

    return {
        "one link": lambda: stub.GetLink(pb.GetLinkRequest(name=f"links/{choose.randrange(len(names)):032x}")),
        **_queues(stub, one),
        "the story of a measure": lambda: stub.GetMeasureStory(story_pb2.GetMeasureStoryRequest(name=one())),
        **_stories(stub),
        "the links of a measure": lambda: stub.ListLinks(pb.ListLinksRequest(requirement_prefix=one())),
        SUGGESTIONS: lambda: stub.SuggestLinks(
            suggestion_pb2.SuggestLinksRequest(requirement=f"{one()}/requirements/1"), timeout=START_SECONDS
        ),
        SIMILAR: lambda: stub.SearchSimilarMeasures(
            suggestion_pb2.SearchSimilarMeasuresRequest(measure=one()), timeout=START_SECONDS
        ),
        "coverage in all": coverage(0),
        "coverage by member": coverage(desk_pb2.COVERAGE_GROUP_MEMBER),
        "coverage by HS chapter": coverage(desk_pb2.COVERAGE_GROUP_HS_CHAPTER),
    }


def _queues(stub: pb_grpc.LinkageServiceStub, one: Callable[[], str]) -> dict[str, Callable[[], Message]]:
    def queue(**fields: Any) -> Callable[[], Message]:
        return lambda: stub.ListDeskQueue(desk_pb2.ListDeskQueueRequest(as_of=AS_OF, **fields))

    def of_measure() -> Message:
        return queue(measure=one())()

    def later(pages: int, **fields: Any) -> Callable[[], Message]:
        token = ""
        for _ in range(pages):
            page = desk_pb2.ListDeskQueueRequest(as_of=AS_OF, page_size=1000, page_token=token, **fields)
            token = stub.ListDeskQueue(page).next_page_token
        return queue(page_token=token, **fields)

    return {
        "a page of the queue": queue(),
        "the sixth thousand of the queue": later(5),
        "a page of the queue, of one member": queue(member_codes=["XYZ"]),
        "a page of the queue, of a member without any": queue(member_codes=["ZZZ"]),
        "a page of the queue, of an HS subheading": queue(hs_prefix="950300"),
        "a page of the queue, of an HS heading": queue(hs_prefix="9503"),
        "a page of the queue, of an HS chapter": queue(hs_prefix="84"),
        "a page of the queue, of one member and HS heading": queue(member_codes=["XYZ"], hs_prefix="8471"),
        "a page of the queue, of one measure": of_measure,
        "a page of the queue, suspect links": queue(tasks=[desk_pb2.DESK_TASK_SUSPECT]),
        "a page of the queue, second reviews": queue(tasks=[desk_pb2.DESK_TASK_SECOND_REVIEW]),
        "a later page of the queue, suspect links": later(2, tasks=[desk_pb2.DESK_TASK_SUSPECT]),
        "a page of the queue, that I may decide": queue(mine=True),
        "a page of the queue, confidence 0.9 and more": queue(min_confidence=0.9),
        "a page of the queue, confidence 0.9999 and more": queue(min_confidence=0.9999),
    }


def _stories(stub: pb_grpc.LinkageServiceStub) -> dict[str, Callable[[], Message]]:
    def stories(**fields: Any) -> Callable[[], Message]:
        return lambda: stub.ListStories(story_pb2.ListStoriesRequest(as_of=AS_OF, **fields))

    return {
        "a page of stories": stories(),
        "a page of stories, open for comment": stories(states=[story_pb2.STORY_STATE_OPEN_FOR_COMMENT]),
        "a page of stories, of one member": stories(member_codes=["XYZ"]),
        "a page of stories, of an HS heading": stories(hs_prefix="9503"),
        "a page of stories, of words": stories(query="toys lead"),
        "a page of stories, of words that none has": stories(query="zzz"),
    }


def _p95(call: Callable[[], object], rounds: int) -> float:
    took = []
    for _ in range(rounds):
        started = time.perf_counter()
        call()
        took.append((time.perf_counter() - started) * 1e3)
    return sorted(took)[int(len(took) * 0.95) - 1]


if __name__ == "__main__":
    for name, figure in measure(int(sys.argv[1]) if len(sys.argv) > 1 else MEASURES).items():
        print(f"{name:<60} {figure:>10,.1f}")  # noqa: T201
