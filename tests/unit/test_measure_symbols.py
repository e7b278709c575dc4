"""Symbols of WTO notifications are read in every spelling, and never as another document's."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards_tree.errors import InvalidArgumentError
from standards_tree.measures.symbols import Agreement, Suffix, SuffixKind, Symbol, find_symbols, parse_symbol

_SYMBOLS = st.builds(
    Symbol,
    st.sampled_from(Agreement),
    st.sampled_from(["EU", "EEC", "TPKM", "USA", "CHN", "XXX"]),
    st.integers(1, 999_999),
    st.lists(st.builds(Suffix, st.sampled_from(SuffixKind), st.integers(1, 99)), max_size=4).map(tuple),
)


def test_worked_cases_are_read_or_refused_as_they_say(shared_data: Path) -> None:
    """The five forms met in practice: a chain, SPS, the EU, a blank inside, another series of documents."""
    cases = json.loads((shared_data / "designations" / "wto_symbols.json").read_text(encoding="utf-8"))
    read = {case["text"]: bool(find_symbols(case["text"]).symbols) for case in cases}
    assert len(cases) == 5
    assert read == {case["text"]: case["valid"] for case in cases}


@given(_SYMBOLS)
def test_the_official_form_reads_as_the_same_symbol(symbol: Symbol) -> None:
    """What is written out can be read back."""
    assert parse_symbol(symbol.official) == symbol


@given(_SYMBOLS, _SYMBOLS)
def test_only_equal_symbols_share_a_resource_id(one: Symbol, other: Symbol) -> None:
    """The identifier is injective and can be undone."""
    assert (one.resource_id == other.resource_id) == (one == other)
    assert Symbol.from_resource_id(one.resource_id) == one


@pytest.mark.parametrize(
    "spelling",
    [
        "G/TBT/N/USA/2211/Rev.1/Add.2",
        " G/TBT/N/USA/2211/Rev.1/Add.2",
        "g/tbt/n/usa/2211/rev.1/add.2",
        "Ｇ／ＴＢＴ／Ｎ／ＵＳＡ／２２１１／Ｒｅｖ．１／Ａｄｄ．２",
        "G / TBT / N / USA / 2211 / Rev. 1 / Add. 2",
        "G/TBT/N/USA/ 2211/Rev.1 Add.2",
        "G/TBT/N/USA/02211/REV1/ADD.02.",
        "G∕TBT∕N∕USA∕2211∕Rev.1∕Add.2\u200b",
    ],
)
def test_every_spelling_is_one_symbol(spelling: str) -> None:
    """Case, width, blanks, slashes and lost marks do not make another notification."""
    assert parse_symbol(spelling).official == "G/TBT/N/USA/2211/Rev.1/Add.2"


@pytest.mark.parametrize(
    "text",
    [
        "G/TBT/W/123",
        "G/TBT/N/USA/2211/Rvv.1",
        "G/TBT/N/USA/2211/",
        "G/TBT/N/USA/2211a",
        "G/TBT/N/USA/22 11",
        "G/TBT/N/USA/2211 (Addendum 1)",
        "G/TBT/N/USA/2211 补遗1",
        "G/TBT/N/USA/2211/Add.0",
        "G/TBT/N/USA/2211/Rev.1000",
        "G/TBT/N/USA/0",
        "G/TBT/N/US/1",
        "G/TBT/N/USAA/1",
        "XG/TBT/N/USA/1",
        "G/TBT/N/USA/2211-Rev.1",
    ],
)
def test_what_may_be_another_document_is_not_read(text: str) -> None:
    """The start of a longer or damaged symbol is never taken for the whole."""
    found = find_symbols(text)
    assert found.symbols == ()
    assert found.unread


def test_a_cell_of_several_symbols_gives_them_in_order_and_once() -> None:
    """A joint notification joins its symbols by commas, semicolons, lines or blanks."""
    cell = "G/TBT/N/BDI/1, G/TBT/N/KEN/2\nG/TBT/N/RWA/3；G/TBT/N/TZA/4 G/TBT/N/UGA/5 and G/TBT/N/BDI/1"
    found = find_symbols(cell)
    assert [symbol.member for symbol in found.symbols] == ["BDI", "KEN", "RWA", "TZA", "UGA"]
    assert (found.unread, found.beside) == ((), ())


def test_words_beside_a_symbol_are_told_apart_from_symbols_that_cannot_be_read() -> None:
    """A remark may be left out; half of a joint notification may not."""
    found = find_symbols("G/TBT/N/CHN/1414 通报, G/TBT/N/KEN/x")
    assert [symbol.official for symbol in found.symbols] == ["G/TBT/N/CHN/1414"]
    assert found.unread == ("通报 G/TBT/N/KEN/x",)
    assert find_symbols("G/TBT/N/CHN/1414 通报").beside == ("通报",)


def test_the_base_is_what_stands_before_the_first_suffix() -> None:
    """The family of a notification has the base in common."""
    assert parse_symbol("G/SPS/N/JPN/1427/Rev.1/Add.1").base.official == "G/SPS/N/JPN/1427"


def test_a_refusal_shows_what_a_symbol_looks_like() -> None:
    """A person can correct the value from the message alone."""
    with pytest.raises(InvalidArgumentError, match=r"'G/TBT/W/1' is not .* looks like G/TBT/N/USA/2211/Rev\.1"):
        parse_symbol("G/TBT/W/1")


@pytest.mark.parametrize("identifier", ["G~TBT~N~USA~1", "g~tbt~n~usa~01", "g/tbt/n/usa/1", "g~tbt~n~usa~1 "])
def test_an_identifier_has_one_spelling(identifier: str) -> None:
    """Two names for one resource would be two entries in every cache."""
    with pytest.raises(InvalidArgumentError):
        Symbol.from_resource_id(identifier)


@given(st.text(alphabet="G/TBTNSPUSA012 .Revadd,;\n", max_size=80))
def test_any_text_is_answered(text: str) -> None:
    """No cell brings the reader down, and what it reads is official again."""
    for symbol in find_symbols(text).symbols:
        assert parse_symbol(symbol.official) == symbol
