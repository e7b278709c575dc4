"""What the folding of texts promises."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standards_tree.text import contains_han, fold_in_place, fold_marks, match_key

untimed = settings(deadline=None)

DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d\u2500"
SLASHES = "\u2215\u2044\uff0f"


@pytest.mark.parametrize("dash", DASHES)
def test_every_dash_gives_the_key_of_a_hyphen(dash: str) -> None:
    """A reader cannot tell the dashes apart, so a search must not either."""
    assert match_key(f"GB/T 1.1{dash}2020") == "gb/t 1.1-2020"


@pytest.mark.parametrize("slash", SLASHES)
def test_every_slash_gives_the_key_of_a_solidus(slash: str) -> None:
    """Full-width, division and fraction slashes are one slash."""
    assert match_key(f"GB{slash}T 1") == "gb/t 1"


@pytest.mark.parametrize(
    "text", ["ＧＢ／Ｔ　１．１－２０２０", " GB/T\u00a01.1-2020\n", "gb/t \t 1.1—2020", "GB/T 1\u200b.1-2020"]
)
def test_width_blanks_case_and_invisible_characters_do_not_change_the_key(text: str) -> None:
    """What is typed, pasted from the web and scanned meets in one key."""
    assert match_key(text) == "gb/t 1.1-2020"


def test_the_ratio_sign_is_a_colon() -> None:
    """Chinese input methods write ISO 9001∶2015."""
    assert match_key("ISO 9001∶2015") == match_key("ISO 9001：2015") == "iso 9001:2015"


@untimed
@given(st.text())
def test_a_key_is_its_own_key(text: str) -> None:
    """Folding twice changes nothing, so stored keys can be compared with fresh ones."""
    key = match_key(text)
    assert match_key(key) == key


@untimed
@given(st.text())
def test_compatibility_forms_share_a_key(text: str) -> None:
    """A text and its NFKC form are the same text."""
    assert match_key(unicodedata.normalize("NFKC", text)) == match_key(text)


@untimed
@given(st.text())
def test_folding_in_place_keeps_every_position(text: str) -> None:
    """A position in the folded text is a position in the text."""
    assert len(fold_in_place(text)) == len(text)


def test_marks_can_be_folded_without_losing_case() -> None:
    """Titles are folded but stay titles."""
    assert fold_marks("ＩＳＯ／ＩＥＣ　Guide—2") == "ISO/IEC Guide-2"


@pytest.mark.parametrize(
    ("text", "expected"), [("标准 GB", True), ("standard", False), ("かな", False), ("々", True), ("", False)]
)
def test_chinese_characters_are_recognised(text: str, *, expected: bool) -> None:
    """Han is found anywhere in the text; kana and Latin are not Han."""
    assert contains_han(text) is expected
