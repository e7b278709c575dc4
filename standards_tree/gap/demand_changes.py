"""Bring demands up to date by what has changed of them, so that one changed link costs copies of columns and no sorting."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import compress
from typing import Any

import numpy as np

from standards_tree.catalogue import natural_order
from standards_tree.gap.demands import (
    Demands,
    LinkColumns,
    Positions,
    cites_of,
    is_looser,
    order_of_link,
    order_of_requirement,
)
from standards_tree.gap.graph import Ints
from standards_tree.gap.ordered_texts import UNKNOWN, Words
from standards_tree.gap.snapshot import LinkFact, MeasureFact, RequirementFact

# Beyond so many changes at once, sorting everything anew is cheaper than putting each in its place.
MOST_CHANGES = 1000
_KEPT = ("assessed", "market_access", "entries", "deadlines", "measure_number", "requirement_starts")


@dataclass(slots=True)
class DemandChanges:
    """What has changed: measures by symbol, requirements and links by id, None for a link that is gone.

    ``everything`` says that more has changed than this tells, such as a requirement that is gone.
    """

    measures: dict[str, MeasureFact] = field(default_factory=dict)
    requirements: dict[str, RequirementFact] = field(default_factory=dict)
    links: dict[str, LinkFact | None] = field(default_factory=dict)
    everything: bool = False

    def __bool__(self) -> bool:
        return bool(self.measures or self.requirements or self.links or self.everything)

    def __len__(self) -> int:
        return len(self.measures) + len(self.requirements) + len(self.links)


def demands_after(before: Demands, changes: DemandChanges) -> Demands | None:
    """Return what *before* has become; None where it is to be made anew, which is then as cheap, or the only way."""
    if changes.everything or len(changes) > MOST_CHANGES or UNKNOWN in before.measure_of:
        return None
    if changes.measures:
        before = _with_measures(before, changes.measures)
    if changes.requirements:
        known = {one.id: one for one in changes.requirements.values() if one.id in before.positions.number_of}
        new = [one for one in changes.requirements.values() if one.id not in known]
        if UNKNOWN in before.columns.requirement or not _keep_their_places(before, known, new):
            return None
        before = _with_new_requirements(_with_renewed(before, known), new)
    return _with_links(before, changes.links) if changes.links else before


def _keep_their_places(before: Demands, known: Mapping[str, RequirementFact], new: Iterable[RequirementFact]) -> bool:
    """Tell whether renewed requirements stand where they stood, and new ones are of measures that are there."""
    facts = before.requirements
    for one in known.values():
        place = before.positions.number_of[one.id]
        name = (one.measure_symbol, one.number)
        beside = (*facts[max(0, place - 1) : place], *facts[place + 1 : place + 2])
        was = facts[place]
        if (was.measure_symbol, was.number) != name or any((it.measure_symbol, it.number) == name for it in beside):
            return False
    return all(one.measure_symbol in before.measure_number for one in new)


def _with_measures(before: Demands, changed: Mapping[str, MeasureFact]) -> Demands:
    """Return the same with measures others than before, or new, by symbol."""
    every, measure_of = list(before.measures), before.measure_of
    for symbol in sorted(changed, key=natural_order):
        place = bisect_left(every, natural_order(symbol), key=lambda fact: natural_order(fact.symbol))
        if place < len(every) and every[place].symbol == symbol:
            every[place] = changed[symbol]
        else:
            every.insert(place, changed[symbol])
            measure_of = measure_of + (measure_of >= place)
    return _renewed(
        before, ("assessed", "market_access", "of_drafts", "starts"), measures=tuple(every), measure_of=measure_of
    )


def _with_renewed(before: Demands, changed: Mapping[str, RequirementFact]) -> Demands:
    """Return the same with other facts about requirements that stand where they stood."""
    if not changed:
        return before
    facts = list(before.requirements)
    places = [before.positions.number_of[name] for name in changed]
    for place, fact in zip(places, changed.values(), strict=True):
        facts[place] = fact
    positions = Positions(tuple(facts))
    positions.__dict__["number_of"] = before.positions.number_of
    words, columns, _ = _with_words(before, (cited.key for fact in changed.values() for cited in fact.cited))
    looser = columns.looser.copy()
    for place in places:
        for number in range(int(before.starts[place]), int(before.starts[place + 1])):
            looser[number] = is_looser(facts[place], before.links[number])
    return _renewed(
        before,
        ("entries", "deadlines", "measure_number", "requirement_starts", "of_drafts", "starts"),
        positions=positions,
        words=words,
        columns=replace(columns, looser=looser),
        cites=cites_of(positions.facts, words),
    )


def _with_new_requirements(before: Demands, added: Iterable[RequirementFact]) -> Demands:
    """Return the same with further requirements, to which no link points that is there already."""
    number = before.measure_number
    held = sorted(added, key=lambda fact: (number[fact.measure_symbol], *order_of_requirement(fact)))
    if not held:
        return before
    facts, measure_of = list(before.requirements), before.measure_of
    for fact in held:
        measure = number[fact.measure_symbol]
        start, end = np.searchsorted(measure_of, [measure, measure + 1]).tolist()
        place = bisect_left(facts, order_of_requirement(fact), start, end, key=order_of_requirement)
        facts.insert(place, fact)
        measure_of = np.insert(measure_of, place, measure)
    positions = Positions(tuple(facts))
    number_of = positions.number_of
    moved = np.fromiter((number_of[fact.id] for fact in before.requirements), np.int64, len(before.requirements))
    words, columns, _ = _with_words(before, (cited.key for fact in held for cited in fact.cited))
    return _renewed(
        before,
        ("entries", "deadlines", "measure_number", "of_drafts"),
        positions=positions,
        measure_of=measure_of,
        words=words,
        columns=replace(columns, requirement=moved[columns.requirement]),
        cites=cites_of(positions.facts, words),
    )


def _with_links(before: Demands, changed: Mapping[str, LinkFact | None]) -> Demands:
    """Return the same with other links, by id."""

    def order(link: LinkFact) -> tuple[Any, ...]:
        there = before.positions.number_of.get(link.requirement_id, len(before.requirements))
        return (there, link.standard_key, link.relation, link.state, -link.confidence, *order_of_link(link))

    added = sorted((link for link in changed.values() if link is not None), key=order)
    words, columns, moved = _with_words(before, (link.standard_key for link in added))
    kept = np.fromiter((link.id not in changed for link in before.links), np.bool_, len(before.links))
    links = list(compress(before.links, kept.tolist()))
    places = [bisect_left(links, order(link), key=order) for link in added]
    for shift, (place, link) in enumerate(zip(places, added, strict=True)):
        links.insert(place + shift, link)
    others = columns.taken(kept).inserted(
        np.array(places, dtype=np.int64), LinkColumns.of(added, before.positions, words)
    )
    cites = before.cites if moved is None else (before.cites[0], moved[before.cites[1]])
    held = _renewed(before, _KEPT, links=tuple(links), words=words, columns=others, cites=cites)
    to_draft = np.zeros(len(before.links), dtype=bool)
    to_draft[before.of_drafts] = True
    to_draft = np.insert(to_draft[kept], places, [bool(link.draft_id) for link in added])
    held.__dict__["of_drafts"] = np.flatnonzero(to_draft)
    return held


def _with_words(before: Demands, texts: Iterable[str]) -> tuple[Words, LinkColumns, Ints | None]:
    """Return the words with *texts* among them, the columns with their numbers, and how numbers moved, None where not."""
    words, moved = before.words.with_texts(texts)
    columns = before.columns if moved is None else replace(before.columns, named=moved[before.columns.named])
    return words, columns, moved


def _renewed(before: Demands, kept: Iterable[str], **columns: Any) -> Demands:
    """Return *before* with other columns; what was made of those that stay is kept."""
    held = replace(before, **columns)
    held.__dict__.update((name, before.__dict__[name]) for name in kept if name in before.__dict__)
    return held
