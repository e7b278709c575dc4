"""Put a base of national size into the tables of the services, as their own imports would leave it."""

from collections.abc import Iterable, Iterator
from datetime import date
from hashlib import blake2b
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from national import National
from standards_tree.designations import resource_id_of
from standards_tree.gap.columns import KINDS
from standards_tree.gap.snapshot import StandardFact

TITLE_ZH, TITLE_EN = "示例产品 通用技术要求和试验方法", "Example product - General requirements and methods of test"
RATIONALE = "Example"


def store(url: str, base: National) -> None:
    """Copy *base* into the empty tables of catalog and linkage."""
    with psycopg.connect(url) as connection:
        # Every table is filled before its rules would look at each row; the rows keep them all the same.
        connection.execute("SET session_replication_role = replica")
        for table, columns, rows in (
            ("catalog.standard", STANDARD, _standards(base)),
            ("catalog.relation", RELATION, _relations(base)),
            ("linkage.measure", MEASURE, _measures(base)),
            ("linkage.measure_symbol", ("symbol_key", "measure_id", "base_key"), _symbols(base)),
            ("linkage.requirement", REQUIREMENT, _requirements(base)),
            ("linkage.link", LINK, _links(base)),
            ("terminology.concept", CONCEPT, _concepts(base)),
            ("terminology.designation", DESIGNATION, _designations(base)),
            ("terminology.definition", DEFINITION, _definitions(base)),
        ):
            _copy(connection, table, columns, rows)
        for schema in ("catalog", "linkage", "terminology"):
            change = "INSERT INTO {} SELECT nextval({}), 'example', 'made', 'bench'"
            table, sequence = sql.Identifier(schema, "change"), sql.Literal(f"{schema}.change_revision")
            connection.execute(sql.SQL(change).format(table, sequence))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def _copy(
    connection: psycopg.Connection[Any], table: str, columns: Iterable[str], rows: Iterable[tuple[Any, ...]]
) -> None:
    named = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(*table.split(".")), named)
    with connection.cursor().copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


STANDARD = [
    "standard_id",
    "undated_key",
    "designation",
    "designation_order",
    "title_zh",
    "title_en",
    "designation_key",
    "number_key",
    "title_zh_key",
    "title_en_key",
    "title_weight",
    "search_vector",
    "level",
    "status",
    "issued_on",
    "reviewed_on",
    "ics",
    "ccs",
    "committee",
    "committee_key",
    "source",
    "version",
]


def _standards(base: National) -> Iterator[tuple[Any, ...]]:
    for fact in base.standards:
        valid = fact.validity
        yield (
            _id(fact), fact.undated_key, fact.official, fact.key, TITLE_ZH, TITLE_EN, fact.key, fact.key, "", "", 0, "",
            fact.level.value, valid.status.value, valid.issued_on, fact.reviewed_on, ["13.020.10"], ["A22"], "", "", "example", 1,
        )  # fmt: skip


def _id(fact: StandardFact) -> str:
    return resource_id_of(fact.key)


RELATION = [
    "relation_id",
    "source_id",
    "target_id",
    "target_undated_key",
    "target_designation",
    "kind",
    "dated",
    "degree",
    "clause",
]


def _relations(base: National) -> Iterator[tuple[Any, ...]]:
    """Yield the relations, each once; half the references are undated, as they are in a catalogue."""
    relations, words = base.relations(), base.words.texts
    official = {fact.key: fact for fact in base.standards}
    seen = set()
    rows = zip(relations.sources.tolist(), relations.targets.tolist(), relations.kinds.tolist(), strict=True)
    for number, (source, target, kind) in enumerate(rows):
        if (source, target, kind) in seen or source == target:
            continue
        seen.add((source, target, kind))
        fact, word = official.get(words[target]), KINDS[kind].value
        dated = word != "normative_reference" or number % 2 == 0
        designation = fact.official if fact is not None else "GB 999999—2020"
        key = fact.key if fact is not None else "gb 999999-2020"
        undated, text = key.removesuffix("-2020"), designation.removesuffix("—2020")
        yield (
            _digits("relation", number), resource_id_of(words[source]), resource_id_of(key if dated else undated), undated,
            designation if dated else text, word, dated, "idt" if word == "adopts" else None, f"{number % 9 + 1}",
        )  # fmt: skip


def _digits(kind: str, number: int) -> str:
    return blake2b(f"{kind} {number}".encode(), digest_size=16).hexdigest()


MEASURE = [
    "measure_id",
    "symbols",
    "agreement",
    "members",
    "member_codes",
    "notification_type",
    "title_zh",
    "title_en",
    "description",
    "products",
    "hs_codes",
    "ics_codes",
    "objectives",
    "keywords",
    "affected_regions",
    "distributed_on",
    "entry_into_force_on",
    "notified_documents",
    "notification_links",
    "kind",
    "origin",
    "agencies",
    "articles",
    "affected_countries",
    "cited_standards",
    "stated",
    "code_marks",
    "text_languages",
    "pages",
    "source",
    "example",
    "import_digest",
    "story_id",
    "search_key",
    "order_day",
    "version",
]


def _measures(base: National) -> Iterator[tuple[Any, ...]]:
    empty, nothing = Jsonb({}), list[str]()
    for fact in base.measures:
        day = fact.entry_into_force
        yield (
            _measure_id(fact.symbol), [fact.symbol], "TBT", ["Example"], list(fact.members), "regular", "", TITLE_EN, "", "",
            ["850760", "8703"], ["29.220.30"], nothing, nothing, "", day, day, nothing, empty, "regular", "entered", nothing,
            nothing, nothing, nothing, empty, empty, nothing, "", "example", True, "", "", "", day, 1,
        )  # fmt: skip


def measure_name(symbol: str) -> str:
    """Return the name of a measure's resource."""
    return f"measures/{_measure_id(symbol)}"


def _measure_id(symbol: str) -> str:
    return symbol.lower().replace("/", "~")


def _symbols(base: National) -> Iterator[tuple[Any, ...]]:
    for fact in base.measures:
        yield fact.symbol.lower(), _measure_id(fact.symbol), fact.symbol.lower()


REQUIREMENT = [
    "measure_id",
    "number",
    "text_zh",
    "text_en",
    "kind",
    "subject",
    "hs_codes",
    "parameter",
    "cited_standards",
    "conditions",
    "agency",
    "original_text",
    "original_language",
    "clause",
    "source",
    "assessed",
    "version",
]


def _requirements(base: National) -> Iterator[tuple[Any, ...]]:
    count = concepts_of(base)
    for fact in base.requirements:
        text = f"{TITLE_EN}, {_term(fact.number % count)} {fact.number}"
        yield (
            _measure_id(fact.measure_symbol), fact.number + 1, "", text,
            fact.kind.value, "", list[str](), "", list[str](), "", "", "", "", "", "example", fact.assessed, 1,
        )  # fmt: skip


# In proportion to a national base: 50,000 concepts beside 300,000 standards.
STANDARDS_A_CONCEPT = 6
CONCEPT = ["concept_id", "number", "domain", "subject_field", "status", "source", "proposed_by", "sort_key", "version"]
DESIGNATION = [
    "concept_id",
    "position",
    "language",
    "text",
    "text_key",
    "status",
    "usage_note",
    "type",
    "part_of_speech",
    "geographical_usage",
    "script",
    "used_by",
    "source",
]
DEFINITION = ["concept_id", "language", "text", "source", "clause", "derived_from"]


def concepts_of(base: National) -> int:
    """Return how many concepts the registry has."""
    return len(base.standards) // STANDARDS_A_CONCEPT


def _term(number: int) -> str:
    """Return an invented term of two words; letters for digits, because no term has such numbers."""
    letters = "".join(chr(ord("a") + int(digit)) for digit in f"{number:05}")
    return f"exemplary {letters}"


def _concepts(base: National) -> Iterator[tuple[Any, ...]]:
    for number in range(concepts_of(base)):
        yield (
            _digits("concept", number),
            f"3.{number}",
            "示例 example",
            "",
            "approved",
            "",
            "example",
            f"{number:08}",
            1,
        )


def _designations(base: National) -> Iterator[tuple[Any, ...]]:
    for number in range(concepts_of(base)):
        words = ("en", _term(number)), ("zh-Hans", f"示例{_term(number)}")
        for position, (language, word) in enumerate(words):
            yield (
                _digits("concept", number), position, language, word, word, "preferred", "", "full_form", "", "", "",
                list[str](), "",
            )  # fmt: skip


def _definitions(base: National) -> Iterator[tuple[Any, ...]]:
    for number in range(concepts_of(base)):
        fact = base.standards[number * STANDARDS_A_CONCEPT]
        for language in ("en", "zh-Hans"):
            yield (_digits("concept", number), language, "example", f"{fact.official}, 3.{number % 40}", "", "")


LINK = [
    "link_id",
    "measure_id",
    "requirement_number",
    "target",
    "designation",
    "clause",
    "relation",
    "confidence",
    "rationale_zh",
    "rationale_en",
    "evidence",
    "state",
    "reviewed_by",
    "rationale_kind",
    "strength",
    "created_by",
    "first_reviewer",
    "suspect_causes",
    "due_on",
    "trade_weight",
    "replaced_by",
    "version",
]


def _links(base: National) -> Iterator[tuple[Any, ...]]:
    """Yield the links, each claim once."""
    of = {fact.id: fact for fact in base.requirements}
    official = {fact.key: fact for fact in base.standards}
    seen = set()
    for number, link in enumerate(base.links):
        claim = (link.requirement_id, link.standard_key)
        if claim in seen:
            continue
        seen.add(claim)
        demand, fact = of[link.requirement_id], official[link.standard_key]
        yield (
            _digits("link", number), _measure_id(demand.measure_symbol), demand.number + 1,
            f"standards/{_id(fact)}", fact.official, f"{number % 9 + 1}", link.relation.value, link.confidence, "",
            RATIONALE, list[str](), link.state.value, "bench", "", 0, "", "", list[str](), date(1, 1, 1), 0, "", 1,
        )  # fmt: skip
