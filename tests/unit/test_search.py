"""A title is found by its words and by its characters, a designation by every part of it, whatever is typed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards_tree.designations import parse_designation
from standards_tree.search import (
    Query,
    committee_keys,
    cut_designation,
    read_query,
    stem,
    title_lexemes,
    title_weight,
)
from standards_tree.text import match_key

WORDS = (
    *("技术性", "贸易", "措施", "术语", "通报", "要求", "评议", "指南", "信息", "安全", "磷酸", "铁锂", "电池", "试验"),
    *("方法", "和", "的", "用", "X射线", "5G", "pH", "铅", "vocabulary", "Terms"),
)
TITLES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map("".join)
ANY_TITLES = st.text(
    st.one_of(st.characters(categories=("L", "N", "P", "Z", "S")), st.sampled_from("标准技术性贸易措施")), max_size=40
)
SPELLINGS = (
    "GB/T {}.16-2018",
    "ＧＢ／Ｔ　{}．１６－２０１８",
    "GB/T{}.16—2018",
    "gbt {}.16–2018",
    "GBT{}.16-2018",
    "GB {}.16",
    "{}.16",
    "{}",
    "gb/t {} 2018",
)


def meets(query: Query, title: str = "", designation: str = "") -> bool:
    """Tell whether a standard with *title* and *designation* is what *query* asks for, as the index answers."""
    found = title_lexemes([match_key(title)])
    lexemes = set(found.words | found.pairs)
    if designation:
        lexemes |= cut_designation(parse_designation(designation).key).lexemes
    return bool(query.terms) and all(
        any(
            all(
                part.lexeme in lexemes or (part.begins and any(one.startswith(part.lexeme) for one in lexemes))
                for part in way
            )
            for way in term
        )
        for term in query.terms
    )


@given(TITLES)
def test_a_title_is_found_by_all_of_it(title: str) -> None:
    """However the dictionary cuts the title and the query."""
    assert meets(read_query(title), title)


@given(TITLES, st.data())
def test_a_title_is_found_by_every_part_of_its_chinese(title: str, data: st.DataObject) -> None:
    """From one character on, where no word begins or ends as well."""
    run = data.draw(st.sampled_from(re.findall("[\u4e00-\u9fff]+", title) or ["标"]))
    start = data.draw(st.integers(0, len(run) - 1))
    end = data.draw(st.integers(start + 1, len(run)))
    assert meets(read_query(run[start:end]), title if run != "标" else "标")


@given(ANY_TITLES)
def test_lexemes_of_titles_need_no_quotes(title: str) -> None:
    """They are letters and digits, short enough for the index; everything else is a separator."""
    found = title_lexemes([match_key(title)])
    assert all(lexeme.isalnum() and len(lexeme.encode()) < 2047 for lexeme in found.words | found.pairs)
    assert not found.words & found.pairs


@given(st.text(max_size=200))
def test_every_text_is_a_query(text: str) -> None:
    """Read in full, with nothing asked for that is empty."""
    query = read_query(text)
    assert all(part.lexeme for term in query.terms for way in term for part in way)
    assert all(way for term in query.terms for way in term)
    assert query.is_blank == (not match_key(text))


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_designation_is_found_under_every_spelling(spelling: str) -> None:
    """Full width, other dashes, no slash, no letters, no part, no year."""
    query = read_query(spelling.format("20485"))
    assert meets(query, designation="GB/T 20485.16-2018")
    assert query.names_number


@pytest.mark.parametrize(
    ("designation", "queries"),
    [
        (
            "ISO/IEC 27001:2022",
            ("iso 27001", "iec 27001", "ISO/IEC 27001", "iso/iec27001:2022", "27001-2022", "iso27001"),
        ),
        ("DB31/T 1234-2020", ("db31 1234", "DB31/T1234", "db31t1234-2020", "1234")),
        ("T/CECS 10001-2019", ("cecs 10001", "T/CECS 10001", "tcecs10001")),
        ("ASTM D638-14", ("astm d638", "D638", "638", "astm d638-14")),
        ("GB 4943.1-2011/XG1-2012", ("gb 4943.1", "GB4943.1-2011/XG1", "4943.1-2011/xg1-2012")),
        ("GB 1-2020", ("GB 1", "gb1", "1")),
        ("GB/T 1.1-2020", ("GB/T 1", "gbt1.1", "1.1", "GB/T 1.1—2020", "GB/T 1（所有部分）")),
    ],
)
def test_designations_of_all_kinds_are_found(designation: str, queries: tuple[str, ...]) -> None:
    """By number and by the codes people leave out."""
    assert [query for query in queries if not meets(read_query(query), designation=designation)] == []


@pytest.mark.parametrize(
    ("query", "designation"),
    [
        ("GB/T 1", "GB/T 10-2020"),
        ("iso 20485", "GB/T 20485-2018"),
        ("20485.2", "GB/T 20485.16-2018"),
        ("2018", "GB 20-2017"),
    ],
)
def test_another_designation_is_not_found(query: str, designation: str) -> None:
    """A short number stands for itself, a body and a part for theirs."""
    assert not meets(read_query(query), designation=designation)


def test_words_and_numbers_are_told_apart() -> None:
    """What is a designation goes by designation, what has other words by how titles fit."""
    numbers = ("GB/T 1.1", "44974", "gbt2", "db31/t 12", "GB 4943.1-2011/XG1-2012", "iso 9001:2015")
    assert [text for text in numbers if not read_query(text).names_number] == []
    assert [
        text
        for text in ("术语", "GB/T 1 术语", "5G", "vocabulary", "X射线", "gb/t", "")
        if read_query(text).names_number
    ] == []


def test_the_words_of_a_query_are_marked() -> None:
    """产品和服务 has the characters of 和服 and not the word."""
    (word,) = read_query("和服").words
    assert word.lexeme in title_lexemes(["和服的面料"]).words
    assert word.lexeme not in title_lexemes(["产品和服务的质量"]).words
    assert meets(read_query("和服"), "产品和服务的质量")


@pytest.mark.parametrize(
    ("plural", "singular"),
    [
        ("batteries", "battery"),
        ("devices", "device"),
        ("methods", "method"),
        ("requirements", "requirement"),
        ("gas", "gas"),
        ("glass", "glass"),
        ("status", "status"),
        ("shoes", "shoes"),
        ("ас", "ас"),
    ],
)
def test_plurals_meet_their_singular(plural: str, singular: str) -> None:
    """Where the ending tells; other words stay as they are."""
    assert stem(plural) == stem(singular) == singular


def test_a_committee_stands_for_what_is_below_it() -> None:
    """A working group of a subcommittee has three keys."""
    assert committee_keys("sac/tc260/sc1/wg2") == ("sac/tc260/sc1/wg2", "sac/tc260/sc1", "sac/tc260")
    assert committee_keys("全国信息安全标准化技术委员会") == ("全国信息安全标准化技术委员会",)
    assert committee_keys("") == ()


def test_the_shorter_title_says_less() -> None:
    """A Chinese character counts for three letters; the Chinese title counts where there is one."""
    assert title_weight("术语", "") == title_weight("术语", "Vocabulary") == len("abcdef")
    assert title_weight("", "Vocabulary") == 10
