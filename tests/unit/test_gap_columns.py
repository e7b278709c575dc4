"""Columns brought up to date by changes are those made anew of the changed facts."""

import random
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from gap_cases import link, measure, refers, requirement, standard
from gap_snapshots import GRAPHS, random_snapshot
from standards_tree.gap.columns import Relations, Standards
from standards_tree.gap.demand_changes import DemandChanges, demands_after
from standards_tree.gap.demands import Demands
from standards_tree.gap.ordered_texts import Words
from standards_tree.gap.snapshot import LinkFact, RequirementFact, Snapshot
from standards_tree.limits import Limit, LimitOperator
from standards_tree.standards import LinkState, SetRelation, StandardStatus

ROUNDS = max(20, GRAPHS // 10)


def same_words(one: Words, other: Words) -> bool:
    """Tell whether words that *other* needs have the same order in *one*, which may keep some that nobody uses any more."""
    return list(one.texts) == sorted(one.texts) and set(other.texts) <= set(one.texts)


def content(relations: Relations) -> list[object]:
    """Return relations as facts."""
    return list(relations)


def test_relations_after_changes_are_those_made_anew() -> None:
    """Some gone, some added that bring new texts, some added that are there already."""
    for seed in range(ROUNDS):
        chance, facts = random.Random(seed), list(dict.fromkeys(random_snapshot(seed).relations))
        others = [fact for fact in random_snapshot(seed + 1).relations if fact not in facts]
        gone = chance.sample(facts, min(3, len(facts)))
        added = [*others[:4], *facts[:1], refers("gb zzz-2020", f"gb {seed}-2020", clause="new")]
        kept = [fact for fact in facts if fact not in gone or fact in added]
        found = Relations.of(facts).with_changes(gone, added)
        anew = Relations.of([*kept, *added])
        assert content(found) == content(anew), seed
        assert same_words(found.words, anew.words), seed


def test_standards_after_changes_are_those_made_anew() -> None:
    """One renewed, one new between others: every column, with those asked for before and those not."""
    for seed in range(ROUNDS):
        facts = list(random_snapshot(seed).standards)
        before = Standards.of(facts)
        words = Words.of([fact.key for fact in facts[::2]] + ["gb 7"])
        columns = ("recorded", "issued", "effective", "ended", "last_reviewed", "levels", "outside", "undated")
        for name in columns[seed % 3 :]:
            getattr(before, name)
        before.found_in(words)
        ended = replace(before.facts[0], validity=replace(before.facts[0].validity, status=StandardStatus.ABOLISHED))
        new = [standard("GB 7—2020"), standard("GB 0.5—2001")]
        found = before.with_changes({0: ended}, new)
        anew = Standards.of([ended, *before.facts[1:], *new])
        assert found.facts == anew.facts
        for name in columns:
            assert np.array_equal(getattr(found, name), getattr(anew, name)), (seed, name)
        assert found.undated_words.texts == anew.undated_words.texts
        for column, other in zip(found.found_in(words), anew.found_in(words), strict=True):
            assert np.array_equal(column, other), seed


def demands_of(facts: Snapshot) -> Demands:
    """Return the demands of a snapshot, with everything asked for once."""
    held = Demands.of(facts.measures, facts.requirements, facts.links)
    for name in (
        "assessed",
        "market_access",
        "entries",
        "deadlines",
        "measure_number",
        "requirement_starts",
        "starts",
        "of_drafts",
    ):
        getattr(held, name)
    return held


def assert_same(found: Demands | None, anew: Demands) -> None:
    """Compare everything there is about two demands."""
    assert found is not None
    assert (found.measures, found.requirements, found.links) == (anew.measures, anew.requirements, anew.links)
    assert same_words(found.words, anew.words)
    for name in (
        "measure_of",
        "assessed",
        "market_access",
        "entries",
        "deadlines",
        "requirement_starts",
        "starts",
        "of_drafts",
    ):
        assert np.array_equal(getattr(found, name), getattr(anew, name)), name
    for name in ("requirement", "relations", "states", "confidence", "looser"):
        assert np.array_equal(getattr(found.columns, name), getattr(anew.columns, name)), name
    named = [found.words.texts[number] for number in found.columns.named]
    assert named == [anew.words.texts[number] for number in anew.columns.named]
    cited = [(place, found.words.texts[word]) for place, word in zip(*map(np.ndarray.tolist, found.cites), strict=True)]
    assert cited == [
        (place, anew.words.texts[word]) for place, word in zip(*map(np.ndarray.tolist, anew.cites), strict=True)
    ]
    assert found.measure_number == anew.measure_number
    assert found.positions.number_of == anew.positions.number_of


def base(seed: int) -> Snapshot:
    """Return a snapshot in which every requirement has its measure and every link its requirement."""
    facts = random_snapshot(seed)
    symbols = {one.symbol for one in facts.measures}
    requirements = tuple(one for one in facts.requirements if one.measure_symbol in symbols)
    ids = {one.id for one in requirements}
    links = tuple(one for one in facts.links if one.requirement_id in ids)
    return replace(facts, requirements=requirements, links=links)


LIMIT = Limit(LimitOperator.LE, Decimal(5), None, "mg/kg")


def changed_link(facts: Snapshot) -> tuple[Snapshot, DemandChanges]:
    """Confirm one link, remove one, add one that names what nobody named before."""
    first, *others = facts.links
    renewed = replace(first, state=LinkState.CONFIRMED, relation=SetRelation.SUPERSET, clause="9", standard_limit=LIMIT)
    made = LinkFact("new", facts.requirements[-1].id, SetRelation.EQUAL, LinkState.SUGGESTED, "gb 4711-2020")
    changes: dict[str, LinkFact | None] = {first.id: renewed, "new": made}
    if others:
        changes[others.pop().id] = None
    return replace(facts, links=(*others, renewed, made)), DemandChanges(links=changes)


def new_measure(facts: Snapshot) -> tuple[Snapshot, DemandChanges]:
    """Add a measure with two requirements and a link, and give another one another title."""
    made = measure("G/TBT/N/AAA/1", title_en="before all others")
    renewed = replace(facts.measures[0], title_en="another title")
    demands = [requirement("one", 2), requirement("two", 1)]
    demands = [replace(one, measure_symbol=made.symbol) for one in demands]
    claim = replace(link("one", "GB 1—2020"), id="claim")
    changed = replace(
        facts,
        measures=(renewed, *facts.measures[1:], made),
        requirements=(*facts.requirements, *demands),
        links=(*facts.links, claim),
    )
    return changed, DemandChanges(
        {made.symbol: made, renewed.symbol: renewed}, {one.id: one for one in demands}, {claim.id: claim}
    )


def renewed_requirement(facts: Snapshot) -> tuple[Snapshot, DemandChanges]:
    """Assess a requirement, and give it a limit."""
    first, *others = facts.requirements
    renewed = replace(first, assessed=not first.assessed, limit=LIMIT)
    return replace(facts, requirements=(renewed, *others)), DemandChanges(requirements={renewed.id: renewed})


@pytest.mark.parametrize("change", [changed_link, new_measure, renewed_requirement])
def test_demands_after_changes_are_those_made_anew(
    change: Callable[[Snapshot], tuple[Snapshot, DemandChanges]],
) -> None:
    """Every column and every order, whatever was asked for before."""
    tried = 0
    for seed in range(ROUNDS):
        facts = base(seed)
        if not facts.links or not unique_numbers(facts.requirements):
            continue
        tried += 1
        after, changes = change(facts)
        assert_same(demands_after(demands_of(facts), changes), demands_of(after))
    assert tried > ROUNDS // 4


def unique_numbers(requirements: tuple[RequirementFact, ...]) -> bool:
    """Tell whether no measure has two requirements of one number."""
    return len({(one.measure_symbol, one.number) for one in requirements}) == len(requirements)


def test_what_cannot_be_told_piece_by_piece_is_made_anew() -> None:
    """A requirement that is gone; one that moves to another number; one of a measure that is not there."""
    facts = next(base(seed) for seed in range(99) if base(seed).requirements)
    held, first = demands_of(facts), facts.requirements[0]
    moved, lost = replace(first, number=first.number + 99), replace(first, id="lost", measure_symbol="nowhere")
    assert demands_after(held, DemandChanges(everything=True)) is None
    assert demands_after(held, DemandChanges(requirements={moved.id: moved})) is None
    assert demands_after(held, DemandChanges(requirements={lost.id: lost})) is None
