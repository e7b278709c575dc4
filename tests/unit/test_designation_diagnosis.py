"""What the diagnosis of texts that are no designations promises."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standards_tree.designations import diagnose, parse_designation, parse_designation_or_none

untimed = settings(deadline=None)
starts = st.sampled_from(["GB/T 1.1", "GB 1234-2020", "ISO 9001", "DB31/T 5", "T/", "Q/", "EN 71-1:2014", "ASTM D1"])
texts = st.text(alphabet="GBTISOEC0123456789/-.: +()、中a—", max_size=24)


@pytest.mark.parametrize(
    ("text", "place", "suggestion"),
    [
        ("GB/T 1234:2020", ":", "GB/T 1234—2020"),
        ("  ＧＢ／Ｔ　１２３４：２０２０", "：", "GB/T 1234—2020"),
        ("GB/T 1234:2020/ISO 9001:2015", ":", "GB/T 1234—2020/ISO 9001:2015"),
        ("GB/T 1.1 2020", " ", "GB/T 1.1—2020"),
        ("GB/T 1.1〜2020", "〜", "GB/T 1.1—2020"),
        ("GB_T 1.1_2020", "_", "GB/T 1.1—2020"),
        ("ISO 9001.2015", ".", "ISO 9001:2015"),
        ("GB/T 1234-2O20", "2O20", "GB/T 1234—2020"),
        ("ISO 9001:20I5", "20I5", "ISO 9001:2015"),
        ("GB\\T 1234-2020", "\\", "GB/T 1234—2020"),
        ("GB/T-1234-2020", "-", "GB/T 1234—2020"),
        ("ISO/IEC/27001:2022", "/", "ISO/IEC 27001:2022"),
        ("国标 GB 1234-2020", "国标 ", "GB 1234—2020"),
        ("《GB/T 1.1—2020》", "《", "GB/T 1.1—2020"),
        ("《GB/T 1.1—2020》标准", "《", ""),
        ("GB/T 1.1—2020 导则", "导则", ""),
        ("GB/T 1.1、GB/T 1.2", "、GB/T 1.2", ""),
        ("GB/T 3836.1～3836.4-2010", "～3836.4-2010", ""),
        ("GB/T 12-20", "20", ""),
        ("GB/T 12345678-2020", "12345678", ""),
        ("GB/X 1234-2020", "/X", ""),
        ("DB99/T 12-2020", "99", ""),
        ("AB/T 1-2000", "AB", ""),
        ("T/ 123-2019", "", ""),
        ("Q/ 001-2020", "", ""),
        ("JB/T", "", ""),
        ("标准", "", ""),
    ],
)
def test_a_diagnosis_shows_the_place_and_what_would_be_right(text: str, place: str, suggestion: str) -> None:
    """The place counts characters of the text as given; what is suggested is certain."""
    diagnosis = diagnose(text)
    assert (text[diagnosis.start : diagnosis.end], diagnosis.suggestion) == (place, suggestion)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("GB/T 3102.1～3102.13—1993", "GB/T 3102.1—1993", "GB/T 3102.13—1993"),
        ("GB/T 3102.1 至 GB/T 3102.13", "GB/T 3102.1", "GB/T 3102.13"),
        ("GB/T 3102.1—1993～GB/T 3102.13—1993", "GB/T 3102.1—1993", "GB/T 3102.13—1993"),
        ("ISO 80000-1~80000-13:2019", "ISO 80000-1:2019", "ISO 80000-13:2019"),
    ],
)
def test_a_range_of_parts_is_told_with_its_ends(text: str, first: str, last: str) -> None:
    """Which parts lie between them only the list of parts says: each is to be written by itself."""
    diagnosis = diagnose(text)
    said = diagnosis.template.format(**diagnosis.parameters)
    assert said == f"{text!r} is a range of parts; write each part by itself, from {first} to {last}"
    assert diagnosis.suggestion == ""


@pytest.mark.parametrize("text", ["GB/T 3102.13～3102.1", "GB/T 3102.1～3103.2", "GB/T 3102～3103.2", "GB/T 1.1～"])
def test_what_is_no_range_of_parts_is_not_told_as_one(text: str) -> None:
    """Another number, parts the wrong way round, an end that is missing."""
    assert "range of parts" not in diagnose(text).template


@untimed
@given(texts | st.text(max_size=400) | st.builds("{}{}".format, starts, texts))
def test_a_diagnosis_is_about_the_text_and_suggests_what_can_be_read(text: str) -> None:
    """Its place lies in the text, its message can be filled, its suggestion is an official form."""
    if parse_designation_or_none(text) is not None:
        return
    diagnosis = diagnose(text)
    assert 0 <= diagnosis.start <= diagnosis.end <= len(text)
    assert diagnosis.template.format(**diagnosis.parameters)
    assert not diagnosis.suggestion or parse_designation(diagnosis.suggestion).official == diagnosis.suggestion
