"""Concepts and their words: what is sound, and which spellings are one word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards_tree.errors import InvalidArgumentError
from standards_tree.terms import (
    MAX_KEY_BYTES,
    Concept,
    ConceptStatus,
    Definition,
    DesignationStatus,
    TermDesignation,
    language_tag,
)


def word(language: str, text: str, status: DesignationStatus = DesignationStatus.PREFERRED) -> TermDesignation:
    """Return a designation."""
    return TermDesignation(language, text, status)


def concept(*words: TermDesignation, definitions: tuple[Definition, ...] = ()) -> Concept:
    """Return a concept that *words* designate."""
    return Concept("3.1", "示例", words, definitions, ConceptStatus.CANDIDATE, "")


def faults_of(broken: Concept) -> list[str]:
    """Return the fields that a refusal names."""
    with pytest.raises(InvalidArgumentError) as refusal:
        broken.require_sound()
    return [violation.field for violation in refusal.value.violations]


def test_a_concept_with_one_preferred_word_a_language_is_sound() -> None:
    """Any number of admitted and deprecated words may stand beside the preferred one, in any number of languages."""
    sound = concept(
        word("zh-Hans", "标准"),
        word("zh-Hant", "標準"),
        word("en", "standard"),
        word("en", "norm", DesignationStatus.ADMITTED),
        word("en", "rule", DesignationStatus.DEPRECATED),
        definitions=(Definition("en", "a"), Definition("zh-Hans", "甲")),
    )
    assert sound.require_sound() is None


def test_a_concept_without_a_word_is_refused() -> None:
    """What nobody can name cannot be looked up."""
    assert faults_of(concept()) == ["concept.designations"]


def test_two_preferred_words_in_one_language_are_refused() -> None:
    """One word for one concept: the refusal says how many there are and in which language."""
    with pytest.raises(InvalidArgumentError, match="2 preferred designations in en"):
        concept(word("en", "standard"), word("en", "norm")).require_sound()


@pytest.mark.parametrize("text", ["", " ", "\u3000\u00a0", "\u200b"])
def test_a_blank_word_is_refused(text: str) -> None:
    """Blanks of any kind are no word."""
    assert faults_of(concept(word("en", "a"), word("fr", text))) == ["concept.designations[1].text"]


@pytest.mark.parametrize("spelling", ["STANDARD", "ｓｔａｎｄａｒｄ", " standard "])
def test_one_word_twice_is_refused_in_any_spelling(spelling: str) -> None:
    """Width, case and blanks make no second word."""
    twice = concept(word("en", "standard"), word("en", spelling, DesignationStatus.ADMITTED))
    assert faults_of(twice) == ["concept.designations[1].text"]


def test_one_word_may_stand_in_two_languages() -> None:
    """LED is LED in Chinese and in English."""
    assert concept(word("en", "LED"), word("zh-Hans", "LED")).require_sound() is None


def test_two_definitions_in_one_language_are_refused() -> None:
    """A concept is defined once a language."""
    twice = concept(word("en", "a"), definitions=(Definition("en", "x"), Definition("en", "y")))
    assert faults_of(twice) == ["concept.definitions"]


def test_a_word_is_as_long_as_the_index_can_hold() -> None:
    """The limit is one of the folded word in bytes: a sign that folds to eighteen counts as such."""
    concept(word("en", "a" * MAX_KEY_BYTES)).require_sound()
    assert faults_of(concept(word("en", "a" * (MAX_KEY_BYTES + 1)))) == ["concept.designations[0].text"]
    assert faults_of(concept(word("ar", "\ufdfa" * 100))) == ["concept.designations[0].text"]


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("ZH-hans", "zh-Hans"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("EN", "en"),
        ("en-gb", "en-GB"),
        ("de-CH-1996", "de-CH-1996"),
        ("sl-ROZAJ", "sl-rozaj"),
    ],
)
def test_a_language_tag_has_one_spelling(text: str, tag: str) -> None:
    """Tags differ by more than case, as RFC 5646 recommends to write them."""
    assert language_tag(text) == tag


@given(st.from_regex(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}", fullmatch=True))
def test_the_spelling_of_a_tag_is_settled_at_once(text: str) -> None:
    """Writing a tag properly twice changes nothing more, and tags that differ in case only become one."""
    assert language_tag(language_tag(text)) == language_tag(text) == language_tag(text.swapcase())
