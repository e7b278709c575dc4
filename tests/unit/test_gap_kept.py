"""What is kept from one moment to the next is what would be found if everything were looked at anew."""

import random
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from gap_cases import AS_OF, measure, refers, requirement, standard
from gap_snapshots import GRAPHS, random_snapshot
from services.gap import relation_table
from services.gap.relation_table import RelationTable
from services.gap.term_gathering import TermNews
from services.gap.term_uses import TermUses
from services.gap.upstream import GapUpstreams
from standards_tree.gap.columns import Relations, Standards
from standards_tree.gap.demands import Demands
from standards_tree.gap.graph import Digraph
from standards_tree.gap.health import health_of
from standards_tree.gap.impact import influence_of_standards
from standards_tree.gap.network import network_of
from standards_tree.gap.ordered_texts import FEW, UNKNOWN, Words
from standards_tree.gap.snapshot import ConceptFact, GapOptions, RelationFact, StandardFact
from standards_tree.gap.survey import claims_of, survey
from standards_tree.gap.terms import Terms
from standards_tree.gap.uses import Uses
from standards_tree.standards import StandardStatus
from standards_tree.terms import ConceptStatus

ROUNDS = max(20, GRAPHS // 10)


def test_words_grow_in_order_and_find_few_texts_as_many() -> None:
    """A text is found by a search or in a table, those put in between too, and others have moved as is told."""
    for seed in range(ROUNDS):
        chance = random.Random(seed)
        texts = [f"gb {chance.randint(1, 500)}" for _ in range(100)]
        words, numbers = Words.numbered(texts)
        assert [words.texts[number] for number in numbers] == texts
        added = [f"gb {chance.randint(1, 500)}" for _ in range(3)]
        grown, moved = words.with_texts(added)
        assert grown.texts == Words.of([*texts, *added]).texts
        if moved is None:
            assert grown is words
            continue
        assert [grown.texts[number] for number in moved] == list(words.texts)
        asked = [*added, "nowhere", texts[0]]
        assert len(asked) * FEW >= len(grown.texts) > FEW
        wanted = [grown.texts.index(text) if text in grown.texts else UNKNOWN for text in asked]
        assert [grown.number(text) for text in asked] == wanted
        assert grown.numbers(asked[:1]).tolist() == wanted[:1]
        assert "number_of" not in grown.__dict__
        assert grown.numbers(asked).tolist() == wanted
        assert "number_of" in grown.__dict__


def assert_found_as_anew(standards: Standards, words: Words) -> None:
    """Compare what standards know of words with what standards find that know nothing yet."""
    for column, other in zip(standards.found_in(words), Standards(standards.facts).found_in(words), strict=True):
        assert np.array_equal(column, other)


def test_of_grown_words_only_what_is_new_is_looked_up() -> None:
    """Once or twice grown, with new standards in between, with words of others asked about, and of words asked about again."""
    for seed in range(ROUNDS):
        chance = random.Random(seed)
        facts = list(random_snapshot(seed).standards)
        standards = Standards.of(facts)
        words = Words.of([one.key for one in facts[::2]] + [one.undated_key for one in facts[::3]])
        assert_found_as_anew(standards, words)
        others = [Words.of([one.key for one in facts[start:]]) for start in range(2)]
        for step in range(4):
            new = [chance.choice(facts).key, chance.choice(facts).undated_key, f"gb {chance.random()}", f"gb 0.{step}"]
            words, _ = words.with_texts(new)
            for one in others:
                standards.found_in(one)
            if step % 2:
                standards = standards.with_new([standard(f"GB 0.{step}—2001")])
            else:
                known = standards.__dict__["named"]
                assert words.growth is not None
                assert any(words.grown_from(one[0]) for one in known)
            assert_found_as_anew(standards, words)


def table_of(facts: list[RelationFact], chance: random.Random) -> tuple[RelationTable, dict[str, RelationFact | None]]:
    """Return a table filled with *facts* in any order, and what it holds by name."""
    ordered = Relations.of(facts)
    order = np.array(chance.sample(range(len(ordered)), len(ordered)), dtype=np.int64)
    columns = (ordered.sources, ordered.targets, ordered.texts, ordered.kinds, ordered.dated, ordered.degrees)
    rows = Relations(ordered.words, *(column[order] for column in columns), ordered.clauses[order])
    names = [f"{chance.getrandbits(128):032x}" for _ in order]
    table = RelationTable()
    table.fill(bytes.fromhex("".join(names)), rows)
    return table, {f"relations/{name}": rows[number] for number, name in enumerate(names)}


@pytest.mark.parametrize(("few", "most"), [(50, 1000), (2, 1000), (50, 2)])
def test_a_relation_table_holds_what_was_put_into_it(monkeypatch: pytest.MonkeyPatch, few: int, most: int) -> None:
    """Renewed, removed, new and back again, whether names are looked through or in order, and few or many at once."""
    monkeypatch.setattr(relation_table, "FEW", few)
    monkeypatch.setattr(relation_table, "MOST_CHANGES", most)
    for seed in range(ROUNDS):
        chance = random.Random(seed)
        table, held = table_of(list(dict.fromkeys(random_snapshot(seed).relations)), chance)
        for _ in range(3):
            for name in chance.sample(sorted(held), min(2, len(held))):
                was = held[name]
                held[name] = None if was is not None and chance.random() < 0.5 else refers(f"gb {name}", "gb 1")
                table[name] = held[name]
            name = f"relations/{chance.getrandbits(128):032x}"
            held[name] = table[name] = refers(f"gb {chance.random()}", "gb 2-2020", clause="new")
            assert [table[name] for name in held] == list(held.values())
            assert list(table.relations()) == list(Relations.of([one for one in held.values() if one is not None]))


def test_uses_of_requirements_that_moved() -> None:
    """Some stay and move, some are gone, of some others are said, also where nobody used anything before."""
    for seed in range(ROUNDS):
        chance = random.Random(seed)
        used = [tuple(range(chance.randint(0, 3))) for _ in range(chance.randint(0, 8))]
        places = [chance.randint(UNKNOWN, len(used) - 1) for _ in range(chance.randint(0, 9))]
        others = {position: (7, 8)[: chance.randint(0, 2)] for position, place in enumerate(places) if place == UNKNOWN}
        found = Uses.of(used).moved(np.array(places, dtype=np.int64), others)
        wanted = [others[position] if place == UNKNOWN else used[place] for position, place in enumerate(places)]
        assert [found.of_requirement(position) for position in range(len(found))] == wanted


def test_a_graph_of_what_is_kept_is_that_of_what_is_read_anew() -> None:
    """One standard ended, one new, references come and gone: states, network, verdicts and who feels what."""
    for seed in range(ROUNDS):
        chance, facts = random.Random(seed), random_snapshot(seed)
        standards, relations = Standards.of(facts.standards), Relations.of(facts.relations)
        demands, options = Demands.of(facts.measures, facts.requirements, facts.links), GapOptions()
        health_of(standards, relations, AS_OF, options)
        for step in range(3):
            number = chance.randrange(len(standards))
            ended = replace(standards.facts[number].validity, status=StandardStatus.ABOLISHED)
            new = standard(f"GB {chance.randint(1, 7)}—20{step + 20}")
            added: list[StandardFact] = [new] if new.key not in standards.number_of else []
            standards = standards.with_changes({number: replace(standards.facts[number], validity=ended)}, added)
            known = chance.choice(standards.facts).key
            gone = [relations[chance.randrange(len(relations))]] if len(relations) else []
            held = [
                *(one for one in relations if one not in gone),
                refers(known, f"gb {seed}-{step}"),
                refers(known, new.key),
            ]
            relations = relations.with_changes(gone, held[-2:])
            kept = health_of(standards, relations, AS_OF, options)
            anew = health_of(Standards.of(standards.facts), Relations.of(held), AS_OF, options)
            networks = [network_of(facts, one, demands) for one in (kept, anew)]
            for name in ("sources", "targets", "kinds", "origins"):
                assert np.array_equal(*(getattr(one, name) for one in networks)), (seed, name)
            for name in ("starts", "targets", "edges"):
                assert np.array_equal(*(getattr(influence_of_standards(one), name) for one in networks)), (seed, name)
            surveys = [survey(one, claims_of(one, facts.drafts, demands)) for one in (kept, anew)]
            assert np.array_equal(*(one.verdicts for one in surveys)), seed


def test_order_holds_where_products_of_small_numbers_are_large() -> None:
    """70,000 nodes and texts: what puts edges and relations in order does not fit into 32 bits."""
    count = 70_000
    sources, targets = (np.array(ends, dtype=np.int32) for ends in ([count - 1, 40_000, 1], [2, count - 1, 3]))
    graph = Digraph.of(count, sources, targets)
    assert list(zip(graph.sources.tolist(), graph.edges.tolist(), strict=True)) == [(1, 2), (40_000, 1), (count - 1, 0)]
    words, nothing = Words(tuple(f"{number:05}" for number in range(count))), np.zeros(3, dtype=np.int8)
    facts = Relations(words, sources, targets, targets, nothing, nothing.astype(bool), nothing, targets).ordered()
    assert [fact.source_key for fact in facts] == ["00001", "40000", "69999"]


class Registry(GapUpstreams):
    """Says that a text uses the concept it is called by, and notes the texts it was asked about."""

    def __init__(self) -> None:
        """Know no neighbours."""
        self.asked: list[str] = []

    def look_up_term_uses(self, texts: Sequence[str]) -> tuple[int, list[list[str]]]:
        """Return the concept of each text."""
        self.asked.extend(texts)
        return 1, [[text] for text in texts]


def test_of_requirements_that_changed_only_other_texts_are_asked_about() -> None:
    """One assessed since, one with another text, one new before all others: each has the uses of its own text."""
    texts = ("c1", "c2", "c3")
    terms = Terms.of(ConceptFact(text, text, "", ConceptStatus.APPROVED, "", text) for text in ("c0", *texts, "c4"))
    facts = [requirement(text, number, text_zh="", text_en=text) for number, text in enumerate(texts, 2)]
    registry, measures = Registry(), (measure(),)
    before = TermUses(terms, Demands.of(measures, facts, ()), 1, registry, None, TermNews())
    assert [before.all().of_requirement(position) for position in range(3)] == [(1,), (2,), (3,)]
    registry.asked.clear()
    new = requirement("c0", 1, text_zh="", text_en="c0")
    changed = [new, facts[0], replace(facts[1], assessed=True), replace(facts[2], text_en="c4")]
    after = TermUses(terms, Demands.of(measures, changed, ()), 1, registry, before, TermNews())
    assert [after.all().of_requirement(position) for position in range(4)] == [(0,), (1,), (2,), (4,)]
    assert registry.asked == ["c0", "c4"]
