"""Two texts are compared clause by clause and word by word, within bounds that hold time and memory."""

import random
from collections import Counter
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards_tree.drafting.clause_pairing import Clause
from standards_tree.drafting.redline import MAX_CLAUSES, ClauseChange, ComparedClause, compare, figures_of
from standards_tree.drafting.word_changes import Run, RunChange, compare_words, words_of
from standards_tree.errors import LimitError
from standards_tree.reports.redline_page import ComparedText, render_redline

KEPT, INSERTED, DELETED = RunChange.KEPT, RunChange.INSERTED, RunChange.DELETED
WORDS = st.text(alphabet="应不大于宜限值0123456789.,，。 \nabcmgkg/-—", max_size=60)
CLAUSES = st.lists(
    st.builds(
        Clause,
        st.sampled_from(["", "1", "2", "2.1", "2.2", "3", "A.1"]),
        st.sampled_from(["", "范围", "要求", "总则"]),
        st.integers(1, 4),
        WORDS,
    ),
    max_size=12,
)


def side(runs: tuple[Run, ...], without: RunChange) -> str:
    """Return one of the texts that *runs* are made of."""
    return "".join(run.text for run in runs if run.change is not without)


def clause(number: str, text: str, title: str = "", depth: int = 1) -> Clause:
    """Return a clause."""
    return Clause(number, title, depth, text)


def summary(compared: list[ComparedClause]) -> list[tuple[str, str, str]]:
    """Return what became of each clause, with its numbers."""
    return [(one.change.value, one.old_number, one.new_number) for one in compared]


@given(WORDS, WORDS)
def test_runs_are_made_of_both_texts(old: str, new: str) -> None:
    """What is kept and deleted is the old text, what is kept and inserted the new one, and neighbours differ in kind."""
    runs = compare_words(old, new)
    assert (side(runs, INSERTED), side(runs, DELETED)) == (old, new)
    assert all(first.change is not second.change for first, second in pairwise(runs))
    assert all(run.text for run in runs)


@given(WORDS)
def test_words_are_made_of_the_whole_text(text: str) -> None:
    """Nothing is lost between them."""
    assert "".join(words_of(text)) == text


@given(CLAUSES, CLAUSES)
def test_every_clause_of_both_texts_is_accounted_for_once(old: list[Clause], new: list[Clause]) -> None:
    """New ones in their order."""
    compared = compare(old, new)
    before = [one.old_number for one in compared if one.change is not ClauseChange.ADDED]
    after = [one.new_number for one in compared if one.change is not ClauseChange.REMOVED]
    assert Counter(before) == Counter(one.number for one in old)
    assert after == [one.number for one in new]


@given(CLAUSES)
def test_a_text_is_the_same_as_itself(clauses: list[Clause]) -> None:
    """Doubles and clauses without a word included."""
    figures = figures_of(compare(clauses, clauses))
    assert (figures.unchanged, figures.renumbered, figures.moved) == (len(clauses), 0, 0)


def test_a_number_is_one_word_and_so_is_a_chinese_one() -> None:
    """A limit is read whole."""
    runs = compare_words("铅的限值应不大于0.5 mg/kg", "镉的限值应不大于0.05 mg/kg")
    assert [(run.change, run.text) for run in runs] == [
        (DELETED, "铅"),
        (INSERTED, "镉"),
        (KEPT, "的限值应不大于"),
        (DELETED, "0.5"),
        (INSERTED, "0.05"),
        (KEPT, " mg/kg"),
    ]


def test_a_mark_between_two_changes_goes_with_them() -> None:
    """Nobody reads a comma that stayed alone."""
    runs = compare_words("red, green apples", "blue, yellow apples")
    assert [(run.change, run.text) for run in runs] == [
        (DELETED, "red, green"),
        (INSERTED, "blue, yellow"),
        (KEPT, " apples"),
    ]


def test_clauses_keep_their_identity_when_one_is_put_in_before_them() -> None:
    """The numbers shift, the texts do not."""
    old = [clause(f"5.{number}", f"第{number}项要求应符合示例规定。") for number in range(1, 6)]
    new = [clause("5.1", "新增内容另行说明")] + [clause(f"5.{at + 2}", one.text) for at, one in enumerate(old)]
    assert summary(compare(old, new)) == [
        ("added", "", "5.1"),
        *(("unchanged", f"5.{number}", f"5.{number + 1}") for number in range(1, 6)),
    ]


def test_a_changed_clause_is_found_by_its_title_under_another_number() -> None:
    """Below the same titles: `General` stands in many places."""
    old = [
        clause("5", "", "要求"),
        clause("5.1", "甲乙丙丁。", "总则", 2),
        clause("6", "", "试验"),
        clause("6.1", "子丑。", "总则", 2),
    ]
    new = [
        clause("4", "", "要求"),
        clause("4.1", "一二三四。", "总则", 2),
        clause("5", "", "试验"),
        clause("5.1", "寅卯。", "总则", 2),
    ]
    assert summary(compare(old, new)) == [
        ("unchanged", "5", "4"),
        ("changed", "5.1", "4.1"),
        ("unchanged", "6", "5"),
        ("changed", "6.1", "5.1"),
    ]


def test_a_changed_clause_without_a_title_is_found_by_its_words() -> None:
    """And not by a number that another one has now."""
    old = [clause("5.1", "产品中铅的限值应不大于0.5 mg/kg"), clause("5.2", "包装应有示例标志和生产日期")]
    new = [clause("5.1", "包装应有示例标志、批号和生产日期"), clause("5.2", "产品中铅的限值应不大于0.3 mg/kg")]
    compared = compare(old, new)
    assert summary(compared) == [("changed", "5.2", "5.1"), ("changed", "5.1", "5.2")]
    assert sum(one.moved for one in compared) == 1


def test_a_clause_that_says_something_else_is_not_the_same_clause() -> None:
    """It went, and another came under its number."""
    compared = compare([clause("5.1", "甲乙丙丁戊己庚辛壬癸")], [clause("5.1", "Completely different text")])
    assert summary(compared) == [("removed", "5.1", ""), ("added", "", "5.1")]


def test_blanks_alone_are_no_change() -> None:
    """A text set anew is the same text."""
    compared = compare([clause("1", "应 符合\n要求 ", "范围 ")], [clause("1", " 应   符合\n\n要求", "范围")])
    assert summary(compared) == [("unchanged", "1", "1")]


def test_a_removed_clause_stands_where_it_stood() -> None:
    """After what came before it."""
    old = [clause(str(number), f"第{number}条的内容") for number in range(1, 5)]
    assert summary(compare(old, [old[0], old[3]])) == [
        ("unchanged", "1", "1"),
        ("removed", "2", ""),
        ("removed", "3", ""),
        ("unchanged", "4", "4"),
    ]


@given(st.permutations(range(8)))
def test_as_few_clauses_as_can_be_are_said_to_have_moved(order: list[int]) -> None:
    """The others keep their order; it is the same from either side."""
    old = [clause(str(number), f"第{number}条的内容") for number in range(8)]
    new = [old[number] for number in order]
    moved = figures_of(compare(old, new)).moved
    longest = max(size for size in range(1, 9) for kept in combinations(order, size) if list(kept) == sorted(kept))
    assert moved == 8 - longest == figures_of(compare(new, old)).moved


def test_a_clause_put_last_is_the_one_that_moved() -> None:
    """Not all those it passed."""
    old = [clause(str(number), f"第{number}条的内容") for number in range(1, 6)]
    compared = compare(old, [*old[1:], old[0]])
    assert [one.new_number for one in compared if one.moved] == ["1"]


def test_two_thousand_clauses_that_all_changed_are_paired() -> None:
    """Renumbered too, a megabyte of text."""
    choose = random.Random(1)
    said = ["".join(choose.choices("应符合产品安全要求检验规则试验方法，。", k=170)) for _ in range(2000)]
    old = [clause(f"5.{at}", text) for at, text in enumerate(said)]
    new = [clause(f"6.{at}", f"{text[:80]}新增{text[84:]}") for at, text in enumerate(said)]
    assert figures_of(compare(old, new)).changed == 2000


@pytest.mark.parametrize(
    ("old", "new"),
    [("的" * 400_000, "的," * 200_000), ("a " * 200_000, "b a " * 100_000), ("a.\n" * 100_000, "b.\na.\n" * 50_000)],
)
def test_a_text_made_to_be_hard_is_compared_all_the_same(old: str, new: str) -> None:
    """Coarsely, where word by word would take a machine's memory."""
    (compared,) = compare([clause("1", old, "范围")], [clause("1", new, "范围")])
    assert (side(compared.text, INSERTED), side(compared.text, DELETED)) == (old.strip(), new.strip())


def test_a_text_with_too_many_clauses_is_refused() -> None:
    """Saying how many it may have."""
    with pytest.raises(LimitError, match="20000 clauses"):
        compare([clause("", "")] * (MAX_CLAUSES + 1), [])


def test_a_page_is_the_same_for_the_same_texts_and_holds_no_markup_of_theirs() -> None:
    """A title that looks like a script is a title."""
    hostile = '<script>alert("1")</script>'
    compared = compare([clause("1", hostile, hostile)], [clause("1", hostile + "x", hostile), clause("2", hostile)])
    text = ComparedText(hostile, "documents/示例")
    page = render_redline(text, text, compared, "en")
    assert page == render_redline(text, text, compared, "en")
    assert b"<script" not in page
    assert b"default-src 'none'" in page
