"""What a catalogue records and refuses, and how a newer record joins an older one."""

from dataclasses import replace
from datetime import date

import pytest

from standards_tree.catalogue import (
    Node,
    NodeKind,
    Relation,
    Standard,
    Title,
    edition_rank,
    level_of,
    natural_order,
    succession,
    undated_key,
    with_ancestors,
)
from standards_tree.cycles import on_cycles
from standards_tree.designations import parse_designation
from standards_tree.errors import CycleError, InvalidArgumentError
from standards_tree.standards import (
    AdoptionDegree,
    Level,
    Obligation,
    RelationKind,
    StandardStatus,
    Validity,
)

VOCABULARY = Standard(
    parse_designation("GB/T 44974-2024"),
    Title("技术性贸易措施 术语"),
    StandardStatus.IN_FORCE,
    Level.NATIONAL,
    Obligation.RECOMMENDED,
    issued_on=date(2024, 11, 28),
    ics=("01.040.01",),
)
TODAY = date(2026, 5, 10)


def relation(source: str, target: str, kind: RelationKind, degree: AdoptionDegree | None = None) -> Relation:
    """Return a relation between two designations."""
    return Relation(parse_designation(source), parse_designation(target), target, kind, degree)


def test_a_level_that_is_not_stated_is_read_from_the_number():
    """T/ is a group standard."""
    assert level_of(parse_designation("T/CECS 10001-2019"), None) is Level.GROUP


def test_a_level_that_contradicts_a_chinese_number_is_refused():
    """GB/T is national whatever a file says."""
    with pytest.raises(InvalidArgumentError, match="of the level national, not group"):
        level_of(parse_designation("GB/T 1.1-2020"), Level.GROUP)


def test_whether_a_foreign_body_is_international_is_for_the_caller_to_say():
    """Opinions on bodies differ; nobody takes one for Chinese."""
    assert level_of(parse_designation("EN 71-1:2014"), Level.INTERNATIONAL) is Level.INTERNATIONAL


def test_all_parts_of_a_standard_are_no_standard():
    """A series is recorded part by part."""
    series = replace(VOCABULARY, designation=parse_designation("GB/T 3102(所有部分)"))
    with pytest.raises(InvalidArgumentError, match="record each part"):
        series.require_sound()


def test_a_standard_in_force_has_no_end():
    """A date of its end needs a state that says how it ended."""
    with pytest.raises(InvalidArgumentError, match="has not ended on 2026-01-01"):
        replace(VOCABULARY, ended_on=date(2026, 1, 1)).require_sound()


def test_a_newer_record_adds_facts_and_erases_none():
    """A list that lacks ICS codes does not take them away."""
    newer = replace(VOCABULARY, title=Title(en="Vocabulary"), issued_on=None, ics=(), ccs=("A22",))
    assert VOCABULARY.joined_by(newer) == replace(
        VOCABULARY, title=Title("技术性贸易措施 术语", "Vocabulary"), ccs=("A22",)
    )


def test_a_newer_record_moves_the_state_forward():
    """A list that says a standard ended is news."""
    ended = replace(VOCABULARY, status=StandardStatus.ABOLISHED, ended_on=TODAY)
    assert VOCABULARY.joined_by(ended) == ended


def test_an_old_list_brings_no_standard_back():
    """What has ended stays ended, with its date."""
    ended = replace(VOCABULARY, status=StandardStatus.SUPERSEDED, ended_on=TODAY)
    assert ended.joined_by(VOCABULARY) == ended


def test_a_newer_record_of_a_node_adds_facts_and_erases_none():
    """A list without kinds leaves them."""
    node = Node("1", Title("国家"), Level.NATIONAL, NodeKind.LEVEL, 12)
    assert node.joined_by(Node("1", Title(en="National"))) == replace(node, title=Title("国家", "National"))


def test_a_standard_stands_in_no_relation_to_itself():
    """Also not under another spelling."""
    with pytest.raises(CycleError):
        relation("GB/T 1.1-2020", "GBT1.1—2020", RelationKind.NORMATIVE_REFERENCE).require_two_ends()


@pytest.mark.parametrize(
    ("kind", "degree"), [(RelationKind.ADOPTS, None), (RelationKind.SUPERSEDES, AdoptionDegree.IDT)]
)
def test_an_adoption_and_nothing_else_has_a_degree(kind, degree):
    """GB/T 1.2 gives degrees of adoption."""
    with pytest.raises(InvalidArgumentError, match="degree"):
        relation("GB/T 19001-2016", "ISO 9001:2015", kind, degree).require_sound()


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("GB/T 1.1-2020", "gb/t 1.1"),
        ("GB/T 1.1", "gb/t 1.1"),
        ("IEC 60335-1:2001+AMD1:2004 CSV", "iec 60335-1"),
        ("GB 4943.1-2011/XG1-2015", "gb 4943.1-2011/xg1-2015"),
        ("GB/T 3102(所有部分)", "gb/t 3102 (all parts)"),
    ],
)
def test_editions_meet_and_amendments_stand_alone(text, key):
    """An undated reference to a standard never means its amendment."""
    assert undated_key(parse_designation(text)) == key


def test_an_undated_reference_means_the_edition_in_force():
    """Not the one to come, and not the one that ended, however new."""
    ranks = {
        "in force": edition_rank(Validity(StandardStatus.IN_FORCE, effective_on=date(2010, 1, 1)), TODAY),
        "to come": edition_rank(Validity(StandardStatus.UPCOMING, effective_on=date(2027, 1, 1)), TODAY),
        "superseded": edition_rank(Validity(StandardStatus.SUPERSEDED, effective_on=date(2020, 1, 1)), TODAY),
        "abolished": edition_rank(Validity(StandardStatus.ABOLISHED, effective_on=date(2021, 1, 1)), TODAY),
    }
    assert sorted(ranks, key=ranks.__getitem__, reverse=True) == ["in force", "to come", "superseded", "abolished"]


def test_numbers_stand_in_the_order_of_their_values():
    """2 comes before 10, a standard before its parts, an old edition before a new one."""
    keys = ["gb/t 10-2020", "gb/t 2.10-2001", "gb/t 2-2001", "gb/t 10-1999", "gb/t 2.2-2001"]
    ordered = ["gb/t 2-2001", "gb/t 2.2-2001", "gb/t 2.10-2001", "gb/t 10-1999", "gb/t 10-2020"]
    assert sorted(keys, key=natural_order) == ordered


def test_different_texts_have_different_places():
    """A page of a list can continue after any of them."""
    assert natural_order("a 01") != natural_order("a 1")


def test_a_code_is_found_under_those_above_it():
    """71 finds 71.100.40, and A finds A22."""
    assert with_ancestors(["71.100.40"], ["A22"]) == ("71", "71.100", "71.100.40", "A", "A22")


def test_what_closes_no_cycle_is_let_through():
    """Chains and branches of supersession are ordinary."""
    assert on_cycles({("1993", "2000"), ("2000", "2009"), ("1993", "2009"), ("2009", "2020")}) == set()


def test_every_edge_of_a_cycle_is_named():
    """And none of those that lead to it or away."""
    edges = {("a", "b"), ("b", "c"), ("c", "a"), ("x", "a"), ("c", "y")}
    assert on_cycles(edges) == {("a", "b"), ("b", "c"), ("c", "a")}


def test_no_edges_close_no_cycle():
    """An import without supersessions asks too."""
    assert on_cycles(set()) == set()


def test_successors_come_nearest_first_along_all_chains():
    """A standard that was divided has two successors, and they have theirs."""
    successors = {"a": ["b1", "b2"], "b1": ["c"], "b2": ["c"]}
    assert succession(successors, "a", 10) == ["b1", "b2", "c"]


def test_successors_in_a_cycle_come_once():
    """Bad data does not hang a reader."""
    assert succession({"a": ["b"], "b": ["a"]}, "a", 10) == ["b"]


def test_a_long_chain_of_successors_is_cut():
    """The nearest ones count."""
    chain = {str(number): [str(number + 1)] for number in range(1000)}
    assert succession(chain, "0", 3) == ["1", "2", "3"]
