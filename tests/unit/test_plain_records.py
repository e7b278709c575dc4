"""What is told at a glance of a record of an import is what its contract says."""

from typing import Any

import pytest
from google.protobuf.message import Message
from hypothesis import given, settings
from hypothesis import strategies as st

from contract_rules import rules_below
from services.catalog.plain_records import is_plainly_sound
from services.runtime.interceptors.validation import violations
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import standard_pb2, system_pb2
from tbt.type.v1 import type_pb2

RULES = {
    "tbt.catalog.v1.PlacedStandard.standard": "required: true",
    "tbt.catalog.v1.PlacedStandard.node_code": "string { max_len: 40 }",
    "tbt.catalog.v1.Standard.designation": "string { min_len: 1 max_len: 200 }",
    "tbt.catalog.v1.Standard.title": "required: true",
    "tbt.catalog.v1.Standard.level": "enum { defined_only: true }",
    "tbt.catalog.v1.Standard.obligation": "enum { defined_only: true }",
    "tbt.catalog.v1.Standard.status": "enum { defined_only: true }",
    "tbt.catalog.v1.Standard.status_as_of": "enum { defined_only: true }",
    "tbt.catalog.v1.Standard.ics": (
        'repeated { max_items: 20 items { string { pattern: "^[0-9]{2}(\\\\.[0-9]{3}(\\\\.[0-9]{2})?)?$" } } }'
    ),
    "tbt.catalog.v1.Standard.ccs": (
        'repeated { max_items: 20 items { string { pattern: "^[A-HJ-NP-Z]([0-9]{2})?$" } } }'
    ),
    "tbt.catalog.v1.Standard.committee": "string { max_len: 200 }",
    "tbt.catalog.v1.Standard.source": "string { max_len: 2000 }",
    "tbt.catalog.v1.Node.code": (
        'string { min_len: 1 max_len: 40 pattern: "^[0-9A-Za-z\\\\p{Han}]+([.\\\\-][0-9A-Za-z\\\\p{Han}]+)*$" }'
    ),
    "tbt.catalog.v1.Node.title": "required: true",
    "tbt.catalog.v1.Node.parent": "string { max_len: 200 }",
    "tbt.catalog.v1.Node.level": "enum { defined_only: true }",
    "tbt.catalog.v1.Node.kind": "enum { defined_only: true }",
    "tbt.catalog.v1.Node.planned_standards": "int32 { gte: 0 }",
    "tbt.catalog.v1.Relation.source": "string { min_len: 1 max_len: 250 }",
    "tbt.catalog.v1.Relation.target_designation": "string { min_len: 1 max_len: 200 }",
    "tbt.catalog.v1.Relation.kind": "enum { defined_only: true not_in: 0 }",
    "tbt.catalog.v1.Relation.degree": "enum { defined_only: true }",
    "tbt.catalog.v1.Relation.clause": "string { max_len: 100 }",
    "tbt.type.v1.LocalizedText": (
        'cel { id: "localized_text.some" message: "at least one of zh and en must be given"'
        " expression: \"this.zh != \\'\\' || this.en != \\'\\'\" }"
    ),
    "tbt.type.v1.LocalizedText.zh": "string { max_len: 4000 }",
    "tbt.type.v1.LocalizedText.en": "string { max_len: 4000 }",
}


def test_the_contract_has_no_other_rules() -> None:
    """Who changes a rule of these messages is sent to `services/catalog/plain_records.py`, and then here."""
    found: dict[str, str] = {}
    for message in (pb.PlacedStandard, system_pb2.Node, standard_pb2.Relation):
        rules_below(message.DESCRIPTOR, found)

    assert found == RULES


def around(limit: int, letters: str = "a标\U00020000") -> st.SearchStrategy[str]:
    """Return texts as long as a limit, a letter more, and shorter ones."""
    lengths = st.sampled_from([0, 1, limit - 1, limit, limit + 1])
    return st.builds(lambda letter, length: letter * length, st.sampled_from(letters), lengths)


NUMBERS = st.integers(-1, 9)
TITLES = st.builds(type_pb2.LocalizedText, zh=around(4000), en=around(4000)) | st.none()
ICS = st.sampled_from(["01", "71.100", "71.100.40", "71.100.40\n", "1", "٠١", "71.10", "", "71.100.", "71.100.401"])
CCS = st.sampled_from(["A", "A22", "I22", "O", "A2", "A22\n", "a22", "", "A٢٢"])
NODE_CODES = st.sampled_from(
    ["101.2", "1", "A-1.2", "安全.1", "1.", ".1", "1..2", "1\n", "é", "", "1 2", "〇"]
) | around(40, "1")


def some(values: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    """Return a few values, or one twenty times and once more."""
    repeated = st.builds(lambda value, count: [value] * count, values, st.sampled_from([20, 21]))
    return st.lists(values, max_size=3) | repeated


STANDARDS = st.builds(
    standard_pb2.Standard,
    designation=around(200),
    title=TITLES,
    level=NUMBERS,
    obligation=NUMBERS,
    status=NUMBERS,
    status_as_of=NUMBERS,
    ics=some(ICS),
    ccs=some(CCS),
    committee=around(200),
    source=around(2000),
)
RECORDS: list[tuple[st.SearchStrategy[Any], Message]] = [
    (
        st.builds(pb.PlacedStandard, standard=STANDARDS | st.none(), node_code=around(40)),
        pb.PlacedStandard(
            standard=standard_pb2.Standard(
                designation="GB/T 99901—2020",
                title=type_pb2.LocalizedText(zh="示例"),
                status=standard_pb2.STANDARD_STATUS_IN_FORCE,
                ics=["71.100.40", "01"],
                ccs=["A22"],
                committee="SAC/TC 999",
                source="example.csv",
            ),
            node_code="1",
        ),
    ),
    (
        st.builds(
            system_pb2.Node,
            code=NODE_CODES,
            title=TITLES,
            parent=around(200),
            level=NUMBERS,
            kind=NUMBERS,
            planned_standards=st.integers(-1, 1),
        ),
        system_pb2.Node(code="101.2-A", title=type_pb2.LocalizedText(en="Example"), planned_standards=3),
    ),
    (
        st.builds(
            standard_pb2.Relation,
            source=around(250),
            target_designation=around(200),
            kind=NUMBERS,
            degree=NUMBERS,
            clause=around(100),
            suspension=NUMBERS,
        ),
        standard_pb2.Relation(
            source="GB/T 99901—2020",
            target_designation="ISO 99901:2019",
            kind=standard_pb2.RELATION_KIND_ADOPTS,
            degree=standard_pb2.ADOPTION_DEGREE_IDT,
        ),
    ),
]


@pytest.mark.parametrize("records", [pytest.param(one, id=type(sound).__name__) for one, sound in RECORDS])
def test_what_looks_sound_is_sound(records: st.SearchStrategy[Message]) -> None:
    """On records at and beyond every limit a glance never says yes where the contract says no."""

    @given(records)
    @settings(max_examples=300)
    def holds(record: Message) -> None:
        assert not (is_plainly_sound(record) and violations(record))

    holds()


@pytest.mark.parametrize("sound", [pytest.param(sound, id=type(sound).__name__) for _records, sound in RECORDS])
def test_one_thing_that_is_wrong_is_seen(sound: Message) -> None:
    """A sound record is told at a glance; with any one field of it beyond its rules it is not."""
    assert is_plainly_sound(sound)
    assert violations(sound) == []
    for path, value in BEYOND[type(sound)]:
        broken = type(sound).FromString(sound.SerializeToString())
        *above, last = path.split(".")
        place = broken
        for name in above:
            place = getattr(place, name)
        if isinstance(value, list):
            getattr(place, last).extend(value)
        else:
            setattr(place, last, value)
        assert violations(broken), path
        assert not is_plainly_sound(broken), path


_TITLE_BEYOND = [("zh", "示" * 4001), ("en", "e" * 4001)]
BEYOND: dict[type[Message], list[tuple[str, Any]]] = {
    pb.PlacedStandard: [
        ("node_code", "1" * 41),
        ("standard.designation", ""),
        ("standard.designation", "G" * 201),
        *[(f"standard.title.{name}", text) for name, text in _TITLE_BEYOND],
        ("standard.title.zh", ""),
        ("standard.level", 99),
        ("standard.obligation", 99),
        ("standard.status", 99),
        ("standard.status_as_of", 99),
        ("standard.ics", ["1"]),
        ("standard.ics", ["01"] * 19),
        ("standard.ccs", ["I"]),
        ("standard.ccs", ["A"] * 20),
        ("standard.committee", "S" * 201),
        ("standard.source", "s" * 2001),
    ],
    system_pb2.Node: [
        ("code", ""),
        ("code", "1" * 41),
        ("code", "1 2"),
        *[(f"title.{name}", text) for name, text in _TITLE_BEYOND],
        ("title.en", ""),
        ("parent", "1" * 201),
        ("level", 99),
        ("kind", 99),
        ("planned_standards", -1),
    ],
    standard_pb2.Relation: [
        ("source", ""),
        ("source", "G" * 251),
        ("target_designation", ""),
        ("target_designation", "G" * 201),
        ("kind", 0),
        ("kind", 99),
        ("degree", 99),
        ("clause", "c" * 101),
    ],
}
