"""What a concept says, compared and frozen."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from standards_tree.concept_facts import canonical, concept_of, differences
from standards_tree.concept_merging import merge_concepts, split_concept
from standards_tree.terms import (
    Concept,
    ConceptRelation,
    ConceptRelationKind,
    ConceptStatus,
    Definition,
    DesignationStatus,
    DesignationType,
    PartOfSpeech,
    Remark,
    TermDesignation,
)

TEXTS = st.text(min_size=1, max_size=8)
LANGUAGES = st.sampled_from(["zh-Hans", "en", "fr"])
WORDS = st.builds(
    TermDesignation,
    LANGUAGES,
    st.text(alphabet="abc限量值", min_size=1, max_size=4),
    st.sampled_from([status for status in DesignationStatus if status is not DesignationStatus.PREFERRED]),
    usage_note=st.text(max_size=5),
    type=st.sampled_from(DesignationType),
    part_of_speech=st.none() | st.sampled_from(PartOfSpeech),
    used_by=st.lists(TEXTS, max_size=2, unique=True).map(tuple),
)
CONCEPTS = st.builds(
    Concept,
    number=st.text(max_size=4),
    domain=st.just("trade"),
    designations=st.lists(WORDS, min_size=1, max_size=5, unique_by=lambda entry: (entry.language, entry.key)).map(
        tuple
    ),
    definitions=st.lists(
        st.builds(Definition, LANGUAGES, TEXTS, st.text(max_size=4), st.text(max_size=4)),
        max_size=3,
        unique_by=lambda entry: entry.language,
    ).map(lambda entries: tuple(sorted(entries, key=lambda entry: entry.language))),
    status=st.just(ConceptStatus.CANDIDATE),
    source=st.text(max_size=4),
    notes=st.lists(st.builds(Remark, LANGUAGES, TEXTS), max_size=2).map(tuple),
    relations=st.lists(st.builds(ConceptRelation, st.sampled_from(ConceptRelationKind), TEXTS), max_size=2).map(tuple),
)


@given(CONCEPTS)
def test_a_frozen_concept_reads_back_equal(concept: Concept) -> None:
    """Nothing is lost in the text that is hashed."""
    assert concept_of(canonical(concept), concept.status) == concept


@given(CONCEPTS, CONCEPTS)
def test_two_concepts_differ_exactly_where_their_texts_do(one: Concept, other: Concept) -> None:
    """No difference is shown between equals, and some fact between others."""
    assert bool(differences(one, other)) == (canonical(one) != canonical(other))


@given(CONCEPTS)
def test_how_far_a_concept_is_agreed_is_not_part_of_what_it_says(concept: Concept) -> None:
    """A concept that is published says what it said when it was approved."""
    assert canonical(replace(concept, status=ConceptStatus.PUBLISHED)) == canonical(concept)


@given(CONCEPTS, CONCEPTS)
def test_a_merge_loses_no_word_and_no_department(one: Concept, other: Concept) -> None:
    """Every designation of both is there once, with everybody who uses it; every definition language too."""
    keeps = dict.fromkeys(["zh-Hans", "en", "fr"], True)
    merged = merge_concepts(one, other, {}, keeps)
    merged.require_sound()

    def users(concept: Concept) -> set[tuple[str, str, str]]:
        return {(entry.language, entry.key, user) for entry in concept.designations for user in (*entry.used_by, "")}

    assert users(merged) == users(one) | users(other)
    assert {entry.language for entry in merged.definitions} == {
        entry.language for concept in (one, other) for entry in concept.definitions
    }
    assert set(merged.relations) == {*one.relations, *other.relations}


@given(CONCEPTS, st.data())
def test_what_is_split_can_be_merged_again(concept: Concept, chance: st.DataObject) -> None:
    """The two halves together say what the whole said."""
    if len(concept.designations) < 2:
        return
    count = chance.draw(st.integers(1, len(concept.designations) - 1))
    words = [(entry.language, entry.text) for entry in concept.designations[:count]]
    rest, split_off = split_concept(concept, words, [entry.language for entry in concept.definitions], "9", "")
    again = merge_concepts(rest, split_off, {}, {})
    assert set(again.designations) == set(concept.designations)
    assert again.definitions == concept.definitions
