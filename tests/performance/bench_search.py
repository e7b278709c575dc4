"""The first page of a search over 300,000 standards, in the database, against a plain scan with LIKE for the same words.

    PYTHONPATH=.:protos:tests:tests/performance python tests/performance/bench_search.py [standards]

Milliseconds are those of the statements, the median of ROUNDS; aim: 50. The scan returns the first page by designation of
what contains each word, and how many there are; it weighs nothing and counts by nothing else.
"""

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, func, or_, select, text
from sqlmodel import Session

import title_words
from services.catalog.store_facets import FacetKind
from services.catalog.store_filters import StandardFilter
from services.catalog.store_search import Search, search_standards, suggest_standards
from services.catalog.store_standards import COLUMNS, STANDARD, identity_columns, standard_columns
from services.embedded import EmbeddedStack
from services.migrations.run import migrate
from services.runtime.bulk_rows import insert_rows
from services.runtime.database import Database
from services.runtime.paging import Page
from services.runtime.settings import Settings
from standards_tree.catalogue import ENDED, Standard, Title
from standards_tree.designations import Designation, parse_designation
from standards_tree.search import read_query
from standards_tree.standards import Level, StandardStatus

STANDARDS = 300_000
BATCH = 10_000
ROUNDS = 5
TODAY = date(2026, 6, 1)
PAGE = Page(50, None)
ALL = StandardFilter(as_of=TODAY)

ZH = [words.split() for words in (title_words.FIELDS, title_words.SUBJECTS, title_words.KINDS, title_words.PARTS)]
EN = [
    [word.strip() for word in words.split("|")]
    for words in (title_words.FIELDS_EN, title_words.SUBJECTS_EN, title_words.KINDS_EN)
]
BODIES = {
    "GB/T {}-{}": 45,
    "GB {}-{}": 4,
    "GB/Z {}-{}": 1,
    "JB/T {}-{}": 10,
    "SN/T {}-{}": 4,
    "NY/T {}-{}": 5,
    "DL/T {}-{}": 5,
    "DB11/T {}-{}": 4,
    "DB31/T {}-{}": 4,
    "DB44/T {}-{}": 4,
    "T/CECS {}-{}": 3,
    "T/CAS {}-{}": 1,
    "ISO {}:{}": 10,
    "IEC {}:{}": 4,
    "ISO/IEC {}:{}": 2,
    "EN {}:{}": 3,
}
STATES = {
    StandardStatus.IN_FORCE: 68,
    StandardStatus.SUPERSEDED: 22,
    StandardStatus.ABOLISHED: 8,
    StandardStatus.UPCOMING: 2,
}
ICS = [
    f"{field:02}.{group:03}.{place:02}" for field in range(1, 98, 4) for group in (20, 60, 100) for place in (1, 20, 99)
]
CCS = [f"{letter}{group:02}" for letter in "ABCDEFGHJKLMNPQRSTUVWXYZ" for group in range(0, 99, 7)]
COMMITTEES = [f"SAC/TC {number}{below}" for number in range(1, 600) for below in ("", "/SC 1", "/SC 2")]


@dataclass(frozen=True)
class Asked:
    """One search as people ask it: words, what it is narrowed to, and whether it is counted by every facet."""

    query: str = ""
    wanted: StandardFilter = ALL
    facets: bool = False

    @property
    def search(self) -> Search:
        """Return it as the store takes it."""
        return Search(read_query(self.query), self.wanted, tuple(FacetKind) if self.facets else ())

    def scan(self, session: Session) -> None:
        """Do what a program without an index does: look for each word in titles and numbers, for the page and for the count."""
        conditions = [
            or_(*(STANDARD.c[name].contains(word) for name in ("title_zh_key", "title_en_key", "designation_key")))
            for word in self.query.lower().replace("/", "").split()
        ]
        if self.wanted.levels:
            conditions.append(STANDARD.c.level == self.wanted.levels[0].value)
        if self.wanted.statuses:
            conditions.append(STANDARD.c.status == self.wanted.statuses[0].value)
        if self.wanted.ics:
            conditions.append(func.array_to_string(STANDARD.c.ics, " ").contains(self.wanted.ics[0]))
        page = select(*COLUMNS).where(*conditions).order_by(STANDARD.c.designation_order).limit(PAGE.size + 1)
        session.connection().execute(page).all()
        session.connection().execute(select(func.count()).select_from(STANDARD).where(*conditions)).all()


ASKED = {
    "a word, 甲醛": Asked("甲醛"),
    "a word with facets, 甲醛": Asked("甲醛", facets=True),
    "two words, 锂离子电池 安全要求": Asked("锂离子电池 安全要求"),
    "two words with facets, safety valves": Asked("safety valves", facets=True),
    "words and level with facets, 噪声 测量": Asked(
        "噪声 测量", StandardFilter((Level.INDUSTRY,), as_of=TODAY), facets=True
    ),
    "a designation, GB/T 20485": Asked("GB/T 20485"),
    "a part of a number, 2048": Asked("2048", facets=True),
    "a short number, GB/T 1": Asked("GB/T 1"),
    "letters only, gb/t": Asked("gb/t"),
    "a very common word, 技术": Asked("技术"),
    "a very common word, 要求": Asked("要求"),
    "the same with facets, 要求": Asked("要求", facets=True),
    "a character, 用": Asked("用"),
    "an English word, requirements": Asked("requirements"),
    "a rare word, 知识产权 镉": Asked("知识产权 镉", facets=True),
    "no hit": Asked("量子纠缠", facets=True),
    "filters only: level, ICS": Asked("", StandardFilter((Level.GROUP,), ics=("13",), as_of=TODAY)),
    "filters only: in force, with facets": Asked(
        "", StandardFilter(statuses=(StandardStatus.IN_FORCE,), as_of=TODAY), facets=True
    ),
    "filters only: upcoming": Asked("", StandardFilter(statuses=(StandardStatus.UPCOMING,), as_of=TODAY)),
    "no condition": Asked(),
    "no condition with facets": Asked(facets=True),
}
TYPED = ("g", "gb/t 2", "2048", "信", "信息技术 传感器", "safety of m", "阀门")


def standards(count: int, seed: int = 13) -> Iterator[Standard]:
    """Yield *count* invented standards with titles of the field's words, always the same."""
    choose = random.Random(seed)
    known: set[str] = set()
    while len(known) < count:
        body = choose.choices(list(BODIES), list(BODIES.values()))[0]
        number = str(choose.randint(1, 46_000))
        if choose.random() < 0.35:
            number += f"{'-' if ':' in body else '.'}{choose.randint(1, 30)}"
        year = choose.randint(1985, 2026)
        designation = parse_designation(body.format(number, year))
        if designation.key not in known:
            known.add(designation.key)
            yield _standard(designation, year, choose)


def _standard(designation: Designation, year: int, choose: random.Random) -> Standard:
    field, subject, kind, part = map(choose.choice, ZH)
    zh = f"{field} {subject}{choose.choice(('', '用', '的', '和传感器'))}{kind}{f' {part}' if choose.random() < 0.4 else ''}"
    en = " - ".join(map(choose.choice, EN))
    bilingual = choose.random() < 0.6
    state = choose.choices(list(STATES), list(STATES.values()))[0]
    ended = state in ENDED and choose.random() < 0.6
    return Standard(
        designation,
        Title(zh if designation.is_chinese or bilingual else "", en if not designation.is_chinese or bilingual else ""),
        state,
        designation.level,
        designation.obligation,
        date(year, choose.randint(1, 6), 1),
        date(year, choose.randint(7, 12), 1) if state is not StandardStatus.UPCOMING else date(2027, 1, 1),
        date(min(year + choose.randint(3, 12), 2026), 1, 1) if ended else None,
        None,
        (choose.choice(ICS),),
        (choose.choice(CCS),),
        choose.choice(COMMITTEES) if designation.is_chinese else "",
        "example.org",
    )


def measure(count: int = STANDARDS) -> dict[str, float]:
    """Return milliseconds of every search, and how many times longer the scan takes."""
    with tempfile.TemporaryDirectory() as folder, EmbeddedStack(Path(folder)) as stack:
        migrate(stack.database_url)
        database = Database(
            stack.database_url, "catalog", Settings(data_folder=Path(folder), statement_timeout_seconds=600)
        )
        figures = _fill(stack.database_url, count)
        database.look_up(lambda session: session.connection().execute(text("ANALYZE standard")))
        for name, asked in ASKED.items():
            ours = _milliseconds(database, lambda session, asked=asked: search_standards(session, asked.search, PAGE))
            scan = _milliseconds(database, lambda session, asked=asked: asked.scan(session))
            figures[f"{name}, ms"] = ours
            figures[f"{name}, scan / search"] = scan / ours
        for prefix in TYPED:
            query = read_query(prefix)
            figures[f"suggestions for {prefix}, ms"] = _milliseconds(
                database, lambda session, query=query: suggest_standards(session, query, 10)
            )
        database.close()
        return figures


def _fill(url: str, count: int) -> dict[str, float]:
    """Record the standards in the way an import does; return what it takes."""
    engine = create_engine(url, connect_args={"options": "-c search_path=catalog"})
    cutting = writing = 0.0
    every = standards(count)
    while some := list(islice(every, BATCH)):
        started = time.perf_counter()
        rows = [{**identity_columns(one.designation), **standard_columns(one), "version": 1} for one in some]
        cut = time.perf_counter()
        with Session(engine) as session:
            insert_rows(session, STANDARD, rows)
            session.commit()
        cutting, writing = cutting + cut - started, writing + time.perf_counter() - cut
    engine.dispose()
    return {"columns of a standard, µs": cutting / count * 1e6, "writing a standard, µs": writing / count * 1e6}


def _milliseconds(database: Database, work: Callable[[Session], object]) -> float:
    """Return the median time that the statements of *work* take, after one round that fills the caches."""
    took: list[float] = []

    def before(*event_arguments: Any) -> None:
        event_arguments[4].started = time.perf_counter()

    def after(*event_arguments: Any) -> None:
        took[-1] += time.perf_counter() - event_arguments[4].started

    event.listen(Engine, "before_cursor_execute", before)
    event.listen(Engine, "after_cursor_execute", after)
    for _ in range(ROUNDS + 1):
        took.append(0.0)
        database.read(work)
    event.remove(Engine, "before_cursor_execute", before)
    event.remove(Engine, "after_cursor_execute", after)
    return statistics.median(took[1:]) * 1e3


if __name__ == "__main__":
    for name, figure in measure(int(sys.argv[1]) if len(sys.argv) > 1 else STANDARDS).items():
        print(f"{name:<60} {figure:>10,.1f}")  # noqa: T201
