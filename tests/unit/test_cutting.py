"""Titles that a second process cuts are cut as this one does, whatever becomes of the process."""

import io
import json
import os
import sys
import threading

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.catalog.cutting import answer, cut, packed, unpacked
from services.catalog.cutting_ahead import PROGRAM, STANDARDS_A_LINE, CuttingAhead

SEVERAL = 3 * STANDARDS_A_LINE + 1
TITLES = [
    (
        f"gb/t {number}.{number % 7}-2020",
        f"示例产品 第{number}部分:通用“技术”要求",
        f"Example's product - Part {number}",
    )
    for number in range(SEVERAL)
]


def threads() -> list[str]:
    """Return the names of the threads that wait for a second process."""
    return [thread.name for thread in threading.enumerate() if thread.name == "cutting"]


def test_the_program_answers_every_line_with_what_it_cuts() -> None:
    """A line of standards gives as many lines, in their order."""
    answers = io.BytesIO()

    answer(io.BytesIO(json.dumps(TITLES[:3]).encode() + b"\n" + json.dumps(TITLES[3:5]).encode() + b"\n"), answers)

    found = [unpacked(line) for line in answers.getvalue().splitlines(keepends=True)]
    assert found == [cut(*titles) for titles in TITLES[:5]]


# No text that an import takes holds a NUL.
_TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"))


@given(_TEXTS, _TEXTS)
@example("一\n二\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\u2028\u2029三", "one\ntwo\\n'three'\t")
def test_whatever_the_titles_are_an_answer_is_one_line(zh: str, en: str) -> None:
    """A line more or less would give every later standard the words of another."""
    found = cut("gb/t 99901-2020", zh, en)

    assert packed(found).count(b"\n") == 1
    assert unpacked(packed(found)) == found


@pytest.mark.parametrize(
    "program",
    [
        pytest.param(PROGRAM, id="ours"),
        pytest.param([sys.executable, "-c", ""], id="ends at once"),
        pytest.param([sys.executable, "-c", "print('[1', end='')"], id="ends in the middle of an answer"),
        pytest.param(["/nowhere/python"], id="is not there"),
    ],
)
def test_what_is_cut_never_depends_on_the_second_process(program: list[str]) -> None:
    """Every standard is cut as in this process, and the other one is gone afterwards."""
    with CuttingAhead(program) as ahead:
        for titles in TITLES:
            ahead.begin(*titles)
        found = [ahead.cut(*titles) for titles in TITLES]

    assert found == [cut(*titles) for titles in TITLES]
    assert threads() == []


@pytest.mark.skipif(os.cpu_count() == 1, reason="a second process needs a second core")
def test_a_second_import_at_the_same_time_has_no_process_and_the_same_result() -> None:
    """One process at most, however many imports run."""
    with CuttingAhead() as first, CuttingAhead() as second:
        for titles in TITLES:
            first.begin(*titles)
            second.begin(*titles)

        assert len(threads()) == 1
        assert second.cut(*TITLES[-1]) == first.cut(*TITLES[-1]) == cut(*TITLES[-1])
