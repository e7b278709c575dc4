"""A reader gets the language they asked for, and a sound text in any case."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.catalog.messages_drafts import STAGE
from services.runtime.texts import CHINESE, MAX_HEADER_CHARACTERS, choose_language, translate
from standards_tree.classifications import Scheme, clean_codes
from standards_tree.measures.dates import read_date
from standards_tree.measures.item_reading import EMPTY_SYMBOL
from standards_tree.stages import STAGES, Stage
from standards_tree.text import contains_han
from tbt.catalog.v1 import draft_pb2


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("zh-Hans", "zh-Hans"),
        ("zh", "zh-Hans"),
        ("zh-CN", "zh-Hans"),
        ("ZH-cn", "zh-Hans"),
        ("zh-Hant-TW", "zh-Hans"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("en", "en"),
        ("en-GB,zh;q=0.9", "en"),
        ("en;q=0.1, zh;q=0.9", "zh-Hans"),
        ("fr, zh;q=0.5, en;q=0.4", "zh-Hans"),
        ("zh;q=0, en;q=0.1", "en"),
        ("zh;q=0", "en"),
        ("fr", "en"),
        ("*", "en"),
        ("", "en"),
        (",,;;,", "en"),
        ("zh;q=much", "en"),
        ("zh;q=nan", "en"),
        ("zh ; q = 0.5", "zh-Hans"),
    ],
)
def test_the_language_is_the_best_one_of_the_header(header, language):
    """RFC 9110, 12.5.4: the highest weight decides, zero means never, what is unknown is passed over."""
    assert choose_language(header) == language


@pytest.mark.parametrize("header", ["zh;q=nan,en;q=0.9", "en;q=0.9,zh;q=nan", "zh;q=inf,en", "en,zh;q=7"])
def test_a_weight_that_is_none_never_wins(header):
    """A weight is a number from 0 to 1; any other is as good as none."""
    assert choose_language(header) == "en"


def test_of_equal_weights_the_first_named_wins():
    """A header without weights is read in its order."""
    assert (choose_language("zh,en"), choose_language("en,zh")) == ("zh-Hans", "en")


def test_a_header_that_is_too_long_is_not_read():
    """Nobody makes the server sort a thousand languages."""
    assert choose_language("zh," * MAX_HEADER_CHARACTERS) == "en"


@given(st.text(max_size=MAX_HEADER_CHARACTERS))
def test_any_header_gives_a_language_of_ours(header):
    """Whatever a client sends, it is answered."""
    assert choose_language(header) in {"en", "zh-Hans"}


def test_a_template_without_a_translation_is_shown_in_english():
    """A missing translation never loses the message."""
    assert translate("没有 {count} such template", {"count": 3}, "zh-Hans") == "没有 3 such template"


def test_a_template_is_shown_in_chinese():
    """The catalogue is found beside the code and its parameters are filled in."""
    text = translate("there is no operation {name}", {"name": "operations/1"}, "zh-Hans")
    assert ("operations/1" in text, "there is no" in text) == (True, False)


def test_a_value_that_looks_like_a_template_is_shown_as_it_is():
    """What a user typed is never filled in a second time."""
    text = translate("there is no operation {name}", {"name": "{0} {name.__class__}"}, "zh-Hans")
    assert "{0} {name.__class__}" in text


@pytest.mark.parametrize(("number", "stage"), STAGE.items(), ids=str)
def test_a_stage_has_one_chinese_name(number: draft_pb2.Stage.ValueType, stage: Stage) -> None:
    """Stage 40 is 审查, what 90 is called is 复审: the command line names a stage as its documents do."""
    word = draft_pb2.Stage.Name(number).removeprefix("STAGE_").lower()
    assert translate(word, {}, "zh-Hans") == STAGES[stage].zh


ODD_CELLS = {
    Scheme.HS: ["8509.8", "713.10", "8701-8703", "8703.", "abc", "77", "8517 123", "8501, except 8501.10"],
    Scheme.ICS: ["65.060.70.", "75.06", "1.040", "abc", "12.020", "13.20"],
    Scheme.CCS: ["O22"],
}
ODD_DAYS = [("2027年2月30日", None), ("01/02/2027", None), ("soon", None), ("01/02/2027", True), ("01/02/2027", False)]


def test_why_a_code_or_a_day_was_not_simply_read_is_said_in_chinese() -> None:
    """These reasons are no templates of an error, so that nothing else looks for their translation."""
    readings = [clean_codes(scheme, cell) for scheme, cells in ODD_CELLS.items() for cell in cells]
    reasons = {remark.reason for reading in readings for remark in reading.remarks}
    reasons |= {read_date(day, day_first=first).note for day, first in ODD_DAYS}
    reasons |= {read_date("WTO秘书处分发后60").note, EMPTY_SYMBOL}
    assert len(reasons) > 15
    assert [reason for reason in reasons if not contains_han(translate(reason, {}, CHINESE))] == []
