"""100,000 measures and 500,000 links: the queue, a measure's links, and suggestions for a requirement, over gRPC.

    PYTHONPATH=.:protos:tests:tests/performance python tests/performance/bench_linkage.py [measures]

Milliseconds are the 95th percentile of ROUNDS calls, one after the other; aim: 100.
"""

import random
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from itertools import islice
from typing import Any

import psycopg
from sqlalchemy import create_engine
from sqlmodel import Session

from bench_search import standards
from services.catalog.store_standards import STANDARD, identity_columns, standard_columns
from services.runtime.bulk_rows import insert_rows
from serving import serving_beside_database
from tbt.linkage.v1 import desk_pb2, suggestion_pb2
from tbt.linkage.v1 import linkage_service_pb2 as pb
from tbt.linkage.v1 import linkage_service_pb2_grpc as pb_grpc

MEASURES = 100_000
LINKS_A_MEASURE = 5
STANDARDS = 60_000
ROUNDS = 60
FIRST_DAY = date(2020, 1, 1)
MEMBERS = ("USA", "EU", "JPN", "KOR", "BRA", "IND", "UGA", "KEN", "VNM", "XYZ")
WORDS = [
    *("safety", "toys", "lead", "infants", "electrical", "appliances", "food", "contact", "materials", "labelling"),
    *("cosmetics", "batteries", "medical", "devices", "textiles", "furniture", "lamps", "motors", "tyres", "cranes"),
    *("pressure", "vessels", "paints", "pesticides", "feed", "dairy", "fish", "spirits", "tea"),
]
MEASURE = (
    "COPY linkage.measure (measure_id, symbols, agreement, members, member_codes, notification_type, title_zh, title_en,"
    " description, products, hs_codes, ics_codes, objectives, keywords, affected_regions, distributed_on, comment_deadline,"
    " notified_documents, notification_links, source, example, search_key, order_day, version, kind, origin, agencies, articles,"
    " affected_countries, cited_standards, stated, code_marks, text_languages, pages, import_digest, story_id) FROM STDIN"
)


def fill(url: str, measures: int) -> list[str]:
    """Write measures, requirements and links by COPY, always the same; return the names of their standards."""
    engine = create_engine(url, connect_args={"options": "-c search_path=catalog"})
    targets: list[tuple[str, str]] = []
    every = standards(STANDARDS)
    while some := list(islice(every, 10_000)):
        rows = [{**identity_columns(one.designation), **standard_columns(one), "version": 1} for one in some]
        with Session(engine) as session:
            insert_rows(session, STANDARD, rows)
            session.commit()
        domestic = (one.designation for one in some if one.designation.is_chinese)
        targets.extend((f"standards/{one.resource_id}", one.official) for one in domestic)
    engine.dispose()
    with psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://")) as connection:
        _copy(connection, measures, targets)
        connection.execute("ANALYZE")
    return [name for name, _official in targets]


def _copy(connection: psycopg.Connection[Any], measures: int, targets: list[tuple[str, str]]) -> None:
    choose = random.Random(6)
    with connection.cursor() as cursor:
        _copy_measures(cursor, measures, choose)
        demand = (
            "COPY linkage.requirement (measure_id, number, text_zh, text_en, kind, subject, hs_codes, parameter,"
            " cited_standards, assessed, version, conditions, agency, original_text, original_language, clause, source)"
            " FROM STDIN"
        )
        with cursor.copy(demand) as copy:
            for number in range(measures):
                subject = " ".join(choose.choices(WORDS, k=4))
                cited = [targets[choose.randrange(len(targets))][1]]
                text = f"{subject} shall comply"
                copy.write_row((_id(number), 1, "", text, "limit", subject, [], "lead", cited, True, 1, *[""] * 6))
        claim = (
            "COPY linkage.link (link_id, measure_id, requirement_number, target, designation, clause, relation, confidence,"
            " rationale_zh, rationale_en, evidence, state, reviewed_by, version, rationale_kind, strength, created_by,"
            " first_reviewer, suspect_causes, due_on, trade_weight, replaced_by, target_facts) FROM STDIN"
        )
        with cursor.copy(claim) as copy:
            for place in range(measures * LINKS_A_MEASURE):
                number = place // LINKS_A_MEASURE
                target, official = targets[choose.randrange(len(targets))]
                state = choose.choices(("suggested", "confirmed", "rejected"), (50, 40, 10))[0]
                suspect = ["measure_revised"] if state == "confirmed" and choose.random() < 0.05 else []
                due, weight = _due(number), float(choose.randrange(1000))
                row = (f"{place:032x}", _id(number), 1, target, official, str(place), "equal", choose.random(), "", "")
                copy.write_row((*row, [], state, "", 1, "", 0, "", "", suspect, due, weight, "", "|"))
        cursor.execute(
            "INSERT INTO linkage.confirmed_hs SELECT link_id, left(code, 6), target, link.measure_id FROM linkage.link"
            " JOIN linkage.measure USING (measure_id), unnest(hs_codes) AS code WHERE state = 'confirmed'"
        )


def _copy_measures(cursor: psycopg.Cursor[Any], measures: int, choose: random.Random) -> None:
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'linkage' AND table_name = 'measure'"
    )
    extra = {name for (name,) in cursor.fetchall()} - set(MEASURE.partition("(")[2].replace(",", " ").split())
    del extra
    with cursor.copy(MEASURE) as copy:
        for number in range(measures):
            member = MEMBERS[number % len(MEMBERS)]
            title = " ".join(choose.choices(WORDS, k=6))
            symbol, day, due = f"G/TBT/N/{member}/{number}", FIRST_DAY + timedelta(days=number % 2500), _due(number)
            hs = [f"{choose.randrange(101, 9706):04}{choose.randrange(100):02}" for _ in range(2)]
            row = (_id(number), [symbol], "TBT", [member], [member], "Regular notification", "", title, title, title)
            more = (hs, ["97.200.50"], [], [], "", day, due, [], "{}", "", True, title, day, 1)
            later = ("base", "entered", [], [], [], [], "{}", "{}", [], "", "", "")
            copy.write_row((*row, *more, *later))
    with cursor.copy("COPY linkage.measure_symbol (symbol_key, measure_id, base_key) FROM STDIN") as copy:
        for number in range(measures):
            copy.write_row((_id(number).replace("~", "/"), _id(number), _id(number).replace("~", "/")))


def _id(number: int) -> str:
    return f"g~tbt~n~{MEMBERS[number % len(MEMBERS)].lower()}~{number}"


def _due(number: int) -> date:
    return FIRST_DAY + timedelta(days=60 + number % 2500)


def measure(measures: int = MEASURES) -> dict[str, float]:
    """Return the 95th percentile of each call, and of a bare call that reads one link."""
    with serving_beside_database() as (_program, channel, url):
        fill(url, measures)
        stub = pb_grpc.LinkageServiceStub(channel)
        choose = random.Random(7)
        as_of = {"year": 2024, "month": 6, "day": 1}

        def queue(**fields: Any) -> Callable[[], object]:
            return lambda: stub.ListDeskQueue(desk_pb2.ListDeskQueueRequest(as_of=as_of, **fields))

        def of_measure() -> object:
            return stub.ListLinks(pb.ListLinksRequest(requirement_prefix=f"measures/{_id(choose.randrange(measures))}"))

        def suggestion() -> object:
            name = f"measures/{_id(choose.randrange(measures))}/requirements/1"
            return stub.SuggestLinks(suggestion_pb2.SuggestLinksRequest(requirement=name))

        def similar() -> object:
            name = f"measures/{_id(choose.randrange(measures))}"
            return stub.SearchSimilarMeasures(suggestion_pb2.SearchSimilarMeasuresRequest(measure=name))

        token = stub.ListDeskQueue(desk_pb2.ListDeskQueueRequest(as_of=as_of, page_size=1000)).next_page_token
        calls: dict[str, Callable[[], object]] = {
            "one link": lambda: stub.GetLink(pb.GetLinkRequest(name=f"links/{choose.randrange(measures):032x}")),
            "a page of the queue": queue(),
            "a later page of the queue": queue(page_token=token),
            "a page of the queue, of one member": queue(member_codes=["XYZ"]),
            "a page of the queue, of one HS heading": queue(hs_prefix="9503"),
            "a page of the queue, suspect links": queue(tasks=[desk_pb2.DESK_TASK_SUSPECT]),
            "the links of a measure": of_measure,
            "suggestions for a requirement": suggestion,
            "measures that are nearly the same": similar,
            "coverage by member": lambda: stub.GetDeskCoverage(
                desk_pb2.GetDeskCoverageRequest(group=desk_pb2.COVERAGE_GROUP_MEMBER)
            ),
        }
        figures = {}
        for name, call in calls.items():
            started = time.perf_counter()
            call()
            figures[f"{name}: first, ms"] = (time.perf_counter() - started) * 1e3
            figures[f"{name}: p95, ms"] = _p95(call, 5 if name.startswith("coverage") else ROUNDS)
        return figures


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
