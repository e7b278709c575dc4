"""Which concepts many texts use, against a search of each text alone."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from standards_tree.recognition import Recognizer, RegisteredTerm, Vocabulary
from standards_tree.recognition.uses import uses_of
from standards_tree.terms import ConceptStatus, DesignationStatus, TermDesignation

WORDS = ("标准", "限量", "铅", "技术法规", "国家标准", "limit", "limit value", "WHO", "non-tariff measure", "tariff")
PIECES = (*WORDS, "限", "量", "\n", "\n\n", "-", "—", " ", "。", "the", "who", "standard", "标准化", "㈱", "e\u0301")
TERMS = [
    RegisteredTerm(
        f"concepts/{number}",
        "",
        "",
        ConceptStatus.APPROVED,
        TermDesignation("en" if word.isascii() else "zh-Hans", word, DesignationStatus.PREFERRED),
        word,
    )
    for number, word in enumerate((*WORDS, "limit"))
]
RECOGNIZER = Recognizer(Vocabulary(TERMS))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=8).map("".join), max_size=8))
def test_one_search_of_many_texts_finds_what_a_search_of_each_does(texts: list[str]) -> None:
    """Whatever the texts begin and end with: nothing is found across them, and nothing is lost."""
    alone = [
        tuple(sorted({term.concept for one in RECOGNIZER.recognize(text) for term in one.terms})) for text in texts
    ]
    assert uses_of(RECOGNIZER, texts) == alone


def test_a_word_of_two_concepts_is_a_use_of_both() -> None:
    """Nothing tells which is meant."""
    assert uses_of(RECOGNIZER, ["a limit"]) == [("concepts/10", "concepts/5")]


def test_the_order_of_texts_does_not_show() -> None:
    """Each text uses what it uses."""
    texts = ["技术法规的限量", "a limit value", "铅笔", ""]
    mixed = random.Random(1).sample(texts, len(texts))
    assert dict(zip(texts, uses_of(RECOGNIZER, texts), strict=True)) == dict(
        zip(mixed, uses_of(RECOGNIZER, mixed), strict=True)
    )
