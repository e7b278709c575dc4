"""A search that finds more than it weighs, or more than it counts, says so and still shows everything once, best first."""

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlmodel import Session

from services.catalog.store_facets import MAX_COUNTED, FacetKind
from services.catalog.store_filters import StandardFilter
from services.catalog.store_search import MAX_WEIGHED, Hit, Search, search_standards
from services.catalog.store_standards import STANDARD, identity_columns, standard_columns
from services.embedded import EmbeddedStack
from services.migrations.run import migrate
from services.runtime.bulk_rows import insert_rows
from services.runtime.database import Database
from services.runtime.paging import Page
from services.runtime.settings import Settings
from standards_tree.catalogue import Standard, Title
from standards_tree.designations import parse_designation
from standards_tree.search import read_query
from standards_tree.standards import StandardStatus

# Every standard has the first word; every fourth, which is more than are weighed and less than are counted, the second.
MANY, SOME = "示例", "术语"
COUNT = MAX_COUNTED + 50


@pytest.fixture(scope="module")
def database(stack: EmbeddedStack, settings: Settings) -> Iterator[Database]:
    """Give a database of its own, with more standards than are counted: other tests are not to see them."""
    url = make_url(stack.database_url)
    with create_engine(url, isolation_level="AUTOCOMMIT").connect() as server:
        server.execute(text("CREATE DATABASE many_standards"))
    own = url.set(database="many_standards").render_as_string(hide_password=False)
    migrate(own)
    engine = create_engine(own, connect_args={"options": "-c search_path=catalog"})
    with Session(engine) as session:
        rows = [{**identity_columns(one.designation), **standard_columns(one), "version": 1} for one in standards()]
        insert_rows(session, STANDARD, rows)
        session.commit()
    engine.dispose()
    opened = Database(own, "catalog", settings)
    yield opened
    opened.close()


def standards() -> Iterator[Standard]:
    """Yield standards whose titles differ in length; two are named exactly as one asks, one of them has the number too."""
    for place in range(COUNT):
        designation = parse_designation(f"GB/T {10_000 + place}-2024")
        filling = "的" * (place % 7)
        zh = f"{MANY}{filling}{SOME}" if place % 4 == 0 else f"{MANY}的{filling}"
        if place in (COUNT - 1, COUNT - 2):
            zh = f"{MANY} {SOME}"
        yield Standard(designation, Title(zh), StandardStatus.IN_FORCE, designation.level, designation.obligation)


def pages(database: Database, search: Search, size: int) -> list[Hit]:
    """Return what a search finds, on all its pages."""
    found: list[Hit] = []
    after = None
    while True:
        page = Page(size, after)
        hits, _ = database.read(lambda session, page=page: search_standards(session, search, page))
        found.extend(hits[:size])
        if len(hits) <= size:
            return found
        after = hits[size - 1].key


def expected_order() -> list[str]:
    """Return what has both words: the exact title first, then the shorter titles, then by designation."""
    found = [one for one in standards() if SOME in one.title.zh]
    found.sort(key=lambda one: (" " not in one.title.zh, len(one.title.zh)))
    return [one.designation.official for one in found]


def test_pages_of_many_hits_hold_everything_once(database: Database) -> None:
    """Though they are not weighed one by one."""
    found = pages(database, Search(read_query(f"{MANY} {SOME}"), StandardFilter()), 900)
    assert MAX_WEIGHED < len(found) < MAX_COUNTED
    assert [hit.standard.designation for hit in found] == expected_order()


def test_a_page_ends_where_the_exact_hits_end(database: Database) -> None:
    """The next one begins with the others; none is lost between, none is shown twice."""
    search = Search(read_query(f"{MANY} {SOME}"), StandardFilter())
    found: list[Hit] = []
    for _ in range(5):
        page = Page(1, found[-1].key if found else None)
        hits, _ = database.read(lambda session, page=page: search_standards(session, search, page))
        found.append(hits[0])
    assert [hit.standard.designation for hit in found] == expected_order()[:5]


@pytest.mark.parametrize("query", ["", MANY])
def test_what_is_too_much_to_count_is_at_least_so_much(database: Database, query: str) -> None:
    """The total and every facet say that there are more."""
    search = Search(read_query(query), StandardFilter(), (FacetKind.LEVEL, FacetKind.ISSUE_YEAR))
    _, counted = database.read(lambda session: search_standards(session, search, Page(10, None)))
    assert counted is not None
    assert (counted.total, counted.is_at_least) == (MAX_COUNTED, True)
    assert [facet.is_at_least for facet in counted.facets] == [True, True]


def test_what_can_be_counted_is_counted(database: Database) -> None:
    """Exactly, with its facets, though it is too much to weigh."""
    search = Search(read_query(SOME), StandardFilter(), (FacetKind.LEVEL,))
    _, counted = database.read(lambda session: search_standards(session, search, Page(10, None)))
    expected = sum(SOME in one.title.zh for one in standards())
    assert counted is not None
    assert (counted.total, counted.is_at_least) == (expected, False)
    assert counted.facets[0].values == (("national", expected),)


def test_all_standards_go_by_designation(database: Database) -> None:
    """Without a query, on pages of an index."""
    found = pages(database, Search(read_query(""), StandardFilter()), 3000)
    assert [hit.standard.designation for hit in found] == [one.designation.official for one in standards()]
