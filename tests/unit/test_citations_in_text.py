"""What the search for citations in running text promises."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standards_tree.designations import cited_designations, find_designations, parse_designation

untimed = settings(deadline=None)

RUNNING_TEXT = """按GB/T　１．１—2020、GB/T 20001.10-2014和GB 4706.1的规定；GB/T 19001—2016/ISO 9001:2015；
应符合DB31/T 1234—2020。
See ISO 9001:2015, ISO/IEC
17025 and IEC 60335-2-9:2019/AMD1:2020; EN 71-1:2014+A1:2018, an ISO 9001-based scheme.
T/CECS 10001-2019; Q/HKF 005-2025; ASTM F963-17. CODEX STAN 234-1999, GB 31604.1² and BS EN 60335-1.QB/T 2946"""


def test_every_citation_in_running_text_is_found_in_its_place() -> None:
    """Chinese and foreign designations are found in any spelling, across a line break, before any punctuation."""
    found = find_designations(RUNNING_TEXT)
    assert [each.official for _, _, each in found] == [
        *("GB/T 1.1—2020", "GB/T 20001.10—2014", "GB 4706.1", "GB/T 19001—2016/ISO 9001:2015", "DB31/T 1234—2020"),
        *("ISO 9001:2015", "ISO/IEC 17025", "IEC 60335-2-9:2019/AMD1:2020", "EN 71-1:2014+A1:2018", "ISO 9001"),
        *("T/CECS 10001—2019", "Q/HKF 005—2025", "ASTM F963-17", "CODEX STAN 234-1999", "GB 31604.1"),
        *("BS EN 60335-1", "QB/T 2946"),
    ]
    assert [parse_designation(RUNNING_TEXT[start:end]) for start, end, _ in found] == [each for _, _, each in found]


@pytest.mark.parametrize(
    "text",
    [
        "HS 8703 and HS 8708.30",
        "ISO/TC 34/SC 4 and TC 53",
        "G/TBT/N/CHN/1414",
        "en 2015, EN 2015",
        "16 GB 512 of memory",
        "Table 4 and Annex B 2",
        "page 12 of 2020-01-31",
        "TS 5 and AS 400",
        "© ISO 2016 – All rights reserved",
        "published by ISO 2025-12-01",
        "IEEE Standards Draft 4.1",
        "Letter of 2 June 2025 No. FS-KS-7/6582-3",
    ],
)
def test_other_letters_before_numbers_are_no_citations(text: str) -> None:
    """Customs codes, committees, notifications, years and memory sizes are not standards."""
    assert find_designations(text) == []


@untimed
@given(st.text(alphabet="GBTISO/ 0123456789-—:.|\n　中x", max_size=80))
def test_found_places_are_in_order_and_hold_what_was_found(text: str) -> None:
    """Each place begins and ends inside the text, none overlaps another, each parses to what was found there."""
    end_before = 0
    for start, end, designation in find_designations(text):
        assert end_before <= start < end <= len(text)
        assert parse_designation(text[start:end]) == designation
        end_before = end


def test_a_chain_of_bars_does_not_recurse() -> None:
    """A double number has two numbers, however many bars follow."""
    assert len(find_designations("ISO 1|" * 5000)) == 2500


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("IEC 61000-4-2/3/4 applies", "IEC 61000-4-2"),
        ("see IEEE 802.11ax-2021", "IEEE 802.11ax-2021"),
        ("see IEEE 802.3bt", "IEEE 802.3bt"),
        ("see ISO 2631/1", "ISO 2631-1"),
    ],
)
def test_a_list_of_parts_is_no_longer_part_and_a_longer_number_no_shorter_one(text: str, cited: str) -> None:
    """Behind a dash a bar lists parts; IEEE 802 is another thing than IEEE 802.11ax."""
    assert [each.official for _start, _end, each in find_designations(text)] == [cited]


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("EN 71-1, -2 and -3 apply", ["EN 71-1", "EN 71-2", "EN 71-3"]),
        ("EN 71-1/-2/-3", ["EN 71-1", "EN 71-2", "EN 71-3"]),
        ("IEC 61000-4-2/3/4 applies", ["IEC 61000-4-2", "IEC 61000-4-3", "IEC 61000-4-4"]),
        ("IEC 61000-4-2, -4-3", ["IEC 61000-4-2", "IEC 61000-4-3"]),
        ("ISO 8124-1 to -3", ["ISO 8124-1", "ISO 8124-2", "ISO 8124-3"]),
        ("EN 71 and its parts 1 to 3", ["EN 71-1", "EN 71-2", "EN 71-3"]),
        ("EN 71, Parts 1, 2 and 9", ["EN 71-1", "EN 71-2", "EN 71-9"]),
        ("GB/T 16886第1部分至第3部分", ["GB/T 16886.1", "GB/T 16886.2", "GB/T 16886.3"]),
        ("EN 71-1 and 3 samples", ["EN 71-1"]),
        ("EN 71-1 to -3 °C", ["EN 71-1"]),
        ("EN 71-1:2014 and -2", ["EN 71-1:2014"]),
        ("EN 71 part of the test", ["EN 71"]),
        ("ISO 8124 (all parts)", ["ISO 8124 (all parts)"]),
    ],
)
def test_parts_that_are_listed_behind_a_number_are_cited_too(text: str, cited: list[str]) -> None:
    """Of a series whose parts are named only these; a number that is no part of it is none."""
    assert [each.official for each in cited_designations(text)] == cited


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("SNI IEC 60335-1:2009", "IEC 60335-1"),
        ("NTE INEN-ISO 8124-1:2010", "ISO 8124-1"),
        ("see IEC 60335-1:2010", "IEC 60335-1:2010"),
        ("BS EN 60335-1:2012", "BS EN 60335-1:2012"),
    ],
)
def test_the_year_of_an_adoption_is_no_edition_of_what_it_adopts(text: str, cited: str) -> None:
    """The IEC published nothing in the year in which somebody adopted it."""
    assert [each.official for each in cited_designations(text)] == [cited]


@untimed
@given(st.text(alphabet="ENISO 71-/,andparts to第部分至0123456789:.", max_size=120))
def test_lists_of_parts_are_read_in_whatever_text(text: str) -> None:
    """No input breaks the reading, and each is cited once."""
    found = cited_designations(text)
    assert len({each.key for each in found}) == len(found)
