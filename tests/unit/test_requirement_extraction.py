"""What a text demands is found with its place: limits, cited standards, sentences that oblige."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standards_tree.measures.extraction import extract_requirements
from standards_tree.measures.limit_finding import find_limits
from standards_tree.measures.requirement_files import read_requirements
from standards_tree.measures.requirements import RequirementKind


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("lead shall not exceed 90 mg/kg", ["≤ 90 mg/kg"]),
        ("not more than 0.5 ppm of cadmium", ["≤ 0.5 ppm"]),
        ("not less than 85 % wool", ["≥ 85 %"]),
        ("铅含量应不大于0.1%", ["≤ 0.1 %"]),
        ("噪声不得超过35 dB(A)", ["≤ 35 dB(A)"]),
        ("水分≤13.5%，灰分≤1.0 %", ["≤ 13.5 %", "≤ 1 %"]),
        ("between 15 °C and 25 °C", ["15–25 °C"]),
        ("温度15 ℃~25 ℃", ["15–25 °C"]),
        ("35 dB(A)以下", ["≤ 35 dB(A)"]),
        ("moisture: 13.5 % max", ["≤ 13.5 %"]),
        ("(20±5) ℃", ["15–25 °C"]),
        ("pH ≤ 7.5 and colour", ["≤ 7.5"]),
        ("pressure ＜ １０ kPa", ["< 10 kPa"]),
        ("铅含量不应高于90 mg/kg", ["≤ 90 mg/kg"]),
        ("厚度不宜低于5 mm，不得少于4 mm", ["≥ 5 mm", "≥ 4 mm"]),
        ("不允许超过5 mg/kg，也不能多于6 mg/kg", ["≤ 5 mg/kg", "≤ 6 mg/kg"]),
        ("小于或者等于5 mm", ["≤ 5 mm"]),
        ("lead shall not be more than 90 mg/kg", ["≤ 90 mg/kg"]),
        ("must not be lower than 5 °C and no higher than 8 °C", ["≥ 5 °C", "≤ 8 °C"]),
        ("neither less than 5 % nor more than 8 %", ["≥ 5 %", "≤ 8 %"]),
        ("not in excess of 5 %, without exceeding 4 %", ["≤ 5 %", "≤ 4 %"]),
        ("equal to or greater than 5 %", ["≥ 5 %"]),
        ("5 kg（含）以上10 kg及以下", ["≥ 5 kg", "≤ 10 kg"]),
        ("≤1×10⁴ CFU/g，≤10^3 CFU/g", ["≤ 10000 CFU/g", "≤ 1000 CFU/g"]),
        ("不超过1 000 mg/kg", ["≤ 1000 mg/kg"]),
        ("20 ℃±5 ℃", ["15–25 °C"]),
    ],
)
def test_limits_are_found_in_words_and_signs_of_both_languages(text: str, limits: list[str]) -> None:
    """The operator, the value and the unit; ranges and tolerances too."""
    assert [str(limit) for _start, _end, limit in find_limits(text)] == limits


@pytest.mark.parametrize(
    "text",
    [
        "at least three samples",
        "at least 3 samples of each type",
        "within 60 days of circulation",
        "not later than 60 days",
        "Articles 5 to 7 apply",
        "HS 9503 and 8506",
        "more than 150 members",
        "ISO 9001 to ISO 14001",
        "表面不应有大于5 mm的裂纹",
        "不允许有超过2 mm的凹陷，且无大于3 mm的气泡",
        "弯曲半径不必大于5 mm",
        "no sample may have more than 5 mg/kg of lead",
        "≤ 2.5×10-3 mg/L",
        "≤ 5×3 mm",
    ],
)
def test_numbers_that_limit_no_property_are_no_limits(text: str) -> None:
    """Counts, days, articles and codes; strict bounds that are denied from afar; numbers that cannot be read whole."""
    assert find_limits(text) == []


def test_each_limit_of_a_sentence_is_a_proposal_with_the_words_that_name_it() -> None:
    """The place is that of the limit; the quote is the sentence."""
    text = "本标准规定：铅含量应不大于90 mg/kg，镉含量应不大于75 mg/kg。按GB/T 22048—2022测定。"
    found = extract_requirements(text, "description")
    assert [(each.kind, each.parameter, text[each.start : each.end]) for each in found] == [
        (RequirementKind.LIMIT, "铅含量", "不大于90 mg/kg"),
        (RequirementKind.LIMIT, "镉含量", "不大于75 mg/kg"),
        (RequirementKind.TEST_METHOD, "", "按GB/T 22048—2022测定"),
    ]
    assert found[2].cited == ("GB/T 22048—2022",)


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("IEC 60335-2-77 ed. 2.0", "IEC 60335-2-77 Ed 2.0"),
        ("see IEC60400:2008", "IEC 60400:2008"),
        ("根据 iso 8124-3:2020 检验", "ISO 8124-3:2020"),
        ("EN 71-3:2019+A1:2021 applies", "EN 71-3:2019+A1:2021"),
        ("ASTM F963-17 is accepted", "ASTM F963-17"),
        ("according to CODEX STAN 234-1999", "CODEX STAN 234-1999"),
        ("符合ＧＢ　６６７５．４－２０１４", "GB 6675.4—2014"),
    ],
)
def test_standards_are_recognised_in_any_spelling(text: str, cited: str) -> None:
    """International, European, American, Codex and Chinese ones."""
    assert [entry for each in extract_requirements(text, "x") for entry in each.cited] == [cited]


def test_a_sentence_that_neither_obliges_nor_cites_proposes_nothing() -> None:
    """The rest of a notification is no requirement."""
    assert extract_requirements("This notification concerns toys. Certificates were discussed.", "x") == []


OTHERS = [
    ("Cadmium shall not exceed 0.5 mg/kg.", "≤ 1000 mg/kg"),
    ("The mass is at most 2,500,000 kg.", "≤ 1000 mg/kg"),
    ("The mass is at most 2,500.5 kg.", "≤ 1000 mg/kg"),
    ("", "None"),
    ("Cadmium shall not exceed 0,5 mg/kg.", "None"),
    ("Cadmium shall not exceed 0.5 mg/kg, tin 12,5 mg/kg.", "None"),
    # Neither says how this text writes its decimals: a clause, a day, a number of three digits behind the mark.
    ("See 3.2 and clause 4.1.", "None"),
    ("Notified on 1.5.2026.", "None"),
    ("Tin shall not exceed 1.000 mg/kg.", "None"),
]


@pytest.mark.parametrize(("other", "limit"), OTHERS)
def test_a_comma_before_three_digits_parts_thousands_where_other_numbers_show_it(other: str, limit: str) -> None:
    """Else it may be a decimal comma: the limit is proposed without its value, for a person to say."""
    text = f"Lead shall not exceed 1,000 mg/kg. {other}"
    first = extract_requirements(text, "1")[0]
    assert (first.kind, first.parameter, str(first.limit)) == (RequirementKind.LIMIT, "Lead", limit)
    assert text[first.start : first.end] == "shall not exceed 1,000 mg/kg"


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("at most 1,000,000 Pa", ["≤ 1000000 Pa"]),
        ("≤ 1,000.5 mg/kg", ["≤ 1000.5 mg/kg"]),
        ("not more than 0,125 mm", ["≤ 0.125 mm"]),
        ("not more than 12,5 mg/kg", ["≤ 12.5 mg/kg"]),
        ("between 1,000 mg/kg and 2,500 mg/kg", ["None"]),
        ("within 1,000 days", []),
    ],
)
def test_a_comma_is_read_as_what_it_must_be(text: str, limits: list[str]) -> None:
    """Whatever else the text has; a number of days limits no property."""
    assert [str(limit) for _start, _end, limit in find_limits(text)] == limits


@settings(deadline=None, max_examples=60)
@given(st.text(alphabet="≤90 mgk/%.。不大于应ISO-:ab,(±)~至\n", max_size=200))
def test_places_lie_in_the_text_whatever_it_is(text: str) -> None:
    """No input breaks the reading."""
    for each in extract_requirements(text, "x"):
        assert 0 <= each.start < each.end <= len(text)


def test_a_table_of_requirements_is_read_with_headings_of_either_language() -> None:
    """A limit that is none is a fault with its row and column; odd codes are kept and said."""
    content = (
        "序号,要求内容,参数,限值,引用标准,HS编码\r\n"
        "1,示例要求一,铅,不大于90 mg/kg,ISO 8124-3:2020；GB 6675.4,9503\r\n"
        "2,示例要求二,铅,九十,,\r\n"
        ",示例要求三,,,,8509.8\r\n"
    ).encode("gb18030")
    table = read_requirements(content)
    first, third = table.requirements
    assert (first.row, first.number, first.kind, str(first.limit)) == (2, 1, RequirementKind.LIMIT, "≤ 90 mg/kg")
    assert (first.cited, third.kind, third.hs_codes) == (
        ("ISO 8124-3:2020", "GB 6675.4"),
        RequirementKind.OTHER,
        ("85098",),
    )
    assert [(fault.row, fault.column, fault.refused) for fault in table.faults] == [
        (3, "limit", True),
        (4, "hs_codes", False),
    ]
