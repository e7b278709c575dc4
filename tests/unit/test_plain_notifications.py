"""The facts that are taken of a notification at a glance are those that the contract of a measure lets through."""

from typing import Any

import pytest
from google.type.date_pb2 import Date
from hypothesis import given, settings
from hypothesis import strategies as st

from contract_rules import rules_below
from services.linkage.messages_imports import checked_facts, imported_from
from services.linkage.plain_notifications import plain_facts
from standards_tree.errors import InvalidArgumentError
from tbt.documents.v1 import documents_service_pb2 as documents_pb
from tbt.linkage.v1 import linkage_service_pb2 as pb
from tbt.type.v1 import type_pb2

RULES = {
    "tbt.linkage.v1.Measure.symbols": "repeated { min_items: 1 max_items: 60 items { string { min_len: 1 max_len: 100 } } }",
    "tbt.linkage.v1.Measure.agreement": "enum { defined_only: true }",
    "tbt.linkage.v1.Measure.members": "repeated { max_items: 60 items { string { min_len: 1 max_len: 200 } } }",
    "tbt.linkage.v1.Measure.notification_type": "string { max_len: 200 }",
    "tbt.linkage.v1.Measure.title": "required: true",
    "tbt.linkage.v1.Measure.description": "string { max_len: 100000 }",
    "tbt.linkage.v1.Measure.products": "string { max_len: 50000 }",
    "tbt.linkage.v1.Measure.hs_codes": 'repeated { max_items: 2000 items { string { pattern: "^[0-9]{2,12}$" } } }',
    "tbt.linkage.v1.Measure.ics_codes": (
        'repeated { max_items: 200 items { string { pattern: "^[0-9]{2}(\\\\.[0-9]{3}(\\\\.[0-9]{2})?)?$" } } }'
    ),
    "tbt.linkage.v1.Measure.objectives": "repeated { max_items: 100 }",
    "tbt.linkage.v1.Measure.keywords": "repeated { max_items: 200 }",
    "tbt.linkage.v1.Measure.affected_regions": "string { max_len: 10000 }",
    "tbt.linkage.v1.Measure.notified_documents": "repeated { max_items: 100 }",
    "tbt.linkage.v1.Measure.notification_links": "map { max_pairs: 10 }",
    "tbt.linkage.v1.Measure.source": "string { max_len: 2000 }",
    "tbt.linkage.v1.Measure.agencies": "repeated { max_items: 50 items { string { min_len: 1 max_len: 1000 } } }",
    "tbt.linkage.v1.Measure.articles": "repeated { max_items: 20 items { string { min_len: 1 max_len: 100 } } }",
    "tbt.linkage.v1.Measure.affected_countries": "repeated { max_items: 300 items { string { min_len: 1 max_len: 500 } } }",
    "tbt.linkage.v1.Measure.cited_standards": "repeated { max_items: 200 items { string { min_len: 1 max_len: 500 } } }",
    "tbt.linkage.v1.Measure.code_marks": "repeated { max_items: 200 }",
    "tbt.linkage.v1.Measure.text_languages": "repeated { max_items: 20 items { string { min_len: 1 max_len: 200 } } }",
    "tbt.linkage.v1.Measure.pages": "string { max_len: 200 }",
    "tbt.type.v1.CodeMark.scheme": "string { max_len: 10 }",
    "tbt.type.v1.CodeMark.found": "string { max_len: 300 }",
    "tbt.type.v1.CodeMark.code": "string { max_len: 20 }",
    "tbt.type.v1.CodeMark.reason": "string { max_len: 500 }",
    "tbt.type.v1.LocalizedText": (
        'cel { id: "localized_text.some" message: "at least one of zh and en must be given"'
        " expression: \"this.zh != \\'\\' || this.en != \\'\\'\" }"
    ),
    "tbt.type.v1.LocalizedText.zh": "string { max_len: 4000 }",
    "tbt.type.v1.LocalizedText.en": "string { max_len: 4000 }",
    "tbt.type.v1.StatedDay.stated": "string { max_len: 2000 }",
    "tbt.type.v1.StatedDay.kind": "enum { defined_only: true }",
    "tbt.type.v1.StatedDay.counted_from": "enum { defined_only: true }",
    "tbt.type.v1.StatedDay.reason": "string { max_len: 500 }",
}
SOURCE, DIGEST = "documents/example", "0" * 32


def marks(count: int = 1, **fields: str) -> list[type_pb2.CodeMark]:
    """Return so many marks of one code."""
    return [type_pb2.CodeMark(**{"scheme": "hs", "found": "77", "code": "77", "reason": "none", **fields})] * count


PLAIN: dict[str, Any] = {
    "symbols": ["G/TBT/N/XXX/1/Add.1"],
    "members": ["Example"],
    "notification_type": "Addendum",
    "kind": "addendum",
    "title": "Example",
    "title_zh": "示例",
    "description": "Example",
    "products": "Examples",
    "hs_codes": ["77", "850610"],
    "ics_codes": ["97", "97.200.50"],
    "objectives": ["Safety"],
    "keywords": ["Health"],
    "affected_regions": "All; ; Exampleland",
    "distributed_on": Date(year=2026, month=1, day=5),
    "comment_deadline": Date(year=2026, month=3, day=6),
    "notified_documents": ["https://example.org/1.pdf"],
    "notification_links": {"en": "https://example.org/en/1"},
    "rows": [2],
    "code_marks": marks(),
    "origin": documents_pb.RECORD_ORIGIN_WTO,
}
SEVERAL = [f"G/TBT/N/XXX/{number}" for number in range(1, 62)]
# What a field may hold at the most, and what is too much.
LIMITS: list[tuple[str, Any, Any]] = [
    ("symbols", SEVERAL[:60], SEVERAL),
    ("symbols", ["G/TBT/N/XXX/1", "G / TBT/N/XXX/1"], ["G/TBT/N/XXX/1", "G/SPS/N/XXX/1"]),
    ("symbols", ["G/TBT/N/XXX/1" + " " * 87], ["G/TBT/N/XXX/1" + " " * 88]),
    ("symbols", ["g/sps/n/eu/7/rev.1"], []),
    ("symbols", ["G/TBT/N/XXX/1"], ["G/TBT/N/XXX"]),
    ("members", ["示" * 200] * 60, ["Example"] * 61),
    ("members", ["", "Example", ""], ["示" * 201]),
    ("notification_type", "示" * 200, "示" * 201),
    ("title", "示" * 4000, "示" * 4001),
    ("title_zh", "示" * 4000, "示" * 4001),
    ("description", "示" * 100_000, "示" * 100_001),
    ("products", "示" * 50_000, "示" * 50_001),
    ("hs_codes", ["01"] * 2000, ["01"] * 2001),
    ("hs_codes", ["012345678901"], ["0123456789012"]),
    ("hs_codes", ["01"], ["1"]),
    ("hs_codes", ["01"], ["01\n"]),
    ("hs_codes", ["01"], ["٠١"]),
    ("ics_codes", ["01.040"] * 200, ["01"] * 201),
    ("ics_codes", ["01.040.01"], ["01.040."]),
    ("ics_codes", ["01"], ["01\n"]),
    ("objectives", ["Safety"] * 100, ["Safety"] * 101),
    ("keywords", ["Health"] * 200, ["Health"] * 201),
    ("affected_regions", "示" * 10_000, "示" * 10_001),
    ("affected_regions", "a;" * 300, "a;" * 301),
    ("distributed_on", None, Date(year=2026, month=2, day=29)),
    ("comment_deadline", None, Date(year=2026)),
    ("notified_documents", ["x"] * 100, ["x"] * 101),
    ("notification_links", {str(number): "x" for number in range(10)}, {str(number): "x" for number in range(11)}),
    ("code_marks", marks(200), marks(201)),
    ("code_marks", marks(scheme="h" * 10), marks(scheme="h" * 11)),
    ("code_marks", marks(found="示" * 300), marks(found="示" * 301)),
    ("code_marks", marks(code="7" * 20), marks(code="7" * 21)),
    ("code_marks", marks(reason="n" * 500), marks(reason="n" * 501)),
]
DAY = type_pb2.StatedDay(stated="6 months after adoption", kind=type_pb2.StatedDay.KIND_RELATIVE)
# What few records say is left to the contract.
SELDOM: list[tuple[str, Any]] = [
    ("comment_deadline_stated", DAY),
    ("adoption", DAY),
    ("entry_into_force", DAY),
    ("agencies", ["Agency"]),
    ("articles", ["2.9.2"]),
    ("cited_standards", ["ISO 99901"]),
    ("languages", ["English"]),
    ("pages", "12"),
    ("kind", ""),
    ("distributed_on", Date()),
]


def record_of(**fields: Any) -> documents_pb.NotificationRecord:
    """Return a plain record with other *fields*."""
    return documents_pb.NotificationRecord(**{**PLAIN, **fields})


def test_the_contract_has_no_other_rules() -> None:
    """Who changes a rule of a measure is sent to `services/linkage/plain_notifications.py`, and then here."""
    assert rules_below(pb.Measure.DESCRIPTOR, {}) == RULES


@pytest.mark.parametrize(("field", "most", "beyond"), LIMITS)
def test_a_glance_sees_what_is_within_the_rules_and_what_is_not(field: str, most: Any, beyond: Any) -> None:
    """At a limit the facts are the same; beyond it there are none, and the contract says which field it is."""
    within = record_of(**{field: most})
    facts = plain_facts(within, SOURCE, DIGEST)
    assert facts is not None
    checked = checked_facts(within, SOURCE, DIGEST)
    assert facts == checked
    # Rows of both are loaded together, as the columns of the first stand.
    assert list(facts.columns) == list(checked.columns)
    assert plain_facts(record_of(**{field: beyond}), SOURCE, DIGEST) is None
    with pytest.raises(InvalidArgumentError):
        imported_from(record_of(**{field: beyond}), SOURCE, DIGEST)


def test_a_source_and_a_title_are_held_against_their_rules() -> None:
    """They do not stand in a record as they do in a measure."""
    assert plain_facts(record_of(), "s" * 2000, DIGEST) == checked_facts(record_of(), "s" * 2000, DIGEST)
    assert plain_facts(record_of(), "s" * 2001, DIGEST) is None
    assert plain_facts(record_of(title=""), SOURCE, DIGEST) == checked_facts(record_of(title=""), SOURCE, DIGEST)
    assert plain_facts(record_of(title="", title_zh=""), SOURCE, DIGEST) is None


@pytest.mark.parametrize(("field", "value"), SELDOM)
def test_what_few_records_say_is_left_to_the_contract(field: str, value: Any) -> None:
    """A glance gives nothing, and what is imported says all of it."""
    record = record_of(**{field: value})
    assert plain_facts(record, SOURCE, DIGEST) is None
    assert imported_from(record, SOURCE, DIGEST) == checked_facts(record, SOURCE, DIGEST)


TEXTS = st.text(max_size=12)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "symbols": st.lists(st.sampled_from([*SEVERAL[:3], "G/SPS/N/EU/7", "g/tbt/n/xxx/1/rev.1", "none", ""]), max_size=3),
    "members": st.lists(TEXTS, max_size=3),
    "notification_type": TEXTS,
    "kind": st.sampled_from(["regular", "addendum", ""]),
    "title": TEXTS,
    "title_zh": TEXTS,
    "description": TEXTS,
    "products": TEXTS,
    "hs_codes": st.lists(st.from_regex(r"[0-9]{1,13}"), max_size=3),
    "ics_codes": st.lists(st.from_regex(r"[0-9]{2}(\.[0-9]{2,3})?"), max_size=3),
    "objectives": st.lists(TEXTS, max_size=3),
    "keywords": st.lists(TEXTS, max_size=3),
    "affected_regions": st.text("a; \n示", max_size=12),
    "distributed_on": st.none()
    | st.builds(Date, year=st.integers(0, 2030), month=st.integers(0, 13), day=st.integers(0, 31)),
    "notification_links": st.dictionaries(TEXTS, TEXTS, max_size=3),
    "code_marks": st.lists(
        st.builds(type_pb2.CodeMark, scheme=st.sampled_from(["hs", "ics"]), found=TEXTS), max_size=3
    ),
    "origin": st.sampled_from([documents_pb.RECORD_ORIGIN_WTO, documents_pb.RECORD_ORIGIN_PLATFORM]),
}


@given(st.fixed_dictionaries({}, optional=FIELDS))
@settings(max_examples=300)
def test_a_glance_gives_what_the_contract_lets_through(fields: dict[str, Any]) -> None:
    """Whatever a record says: the same facts, or none."""
    record = record_of(**fields)
    facts = plain_facts(record, SOURCE, DIGEST)
    assert facts is None or facts == checked_facts(record, SOURCE, DIGEST)
