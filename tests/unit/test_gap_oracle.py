"""Gap analysis against an oracle of plain loops, on random snapshots that break every rule of tidy data."""

import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from gap_cases import AS_OF
from gap_oracle import Oracle
from gap_snapshots import ENDED, GRAPHS, random_snapshot
from standards_tree.gap.analysis import GapAnalysis, analyse
from standards_tree.gap.snapshot import GapOptions, Scope, Snapshot, UseFact
from standards_tree.reports.canonical import render_json
from standards_tree.reports.document import report_document

REPOSITORY = Path(__file__).resolve().parents[2]


def analysed(facts: Snapshot, *, suggested: bool = False) -> GapAnalysis:
    """Return the analysis on the usual date."""
    return analyse(facts, Scope(AS_OF, include_suggested=suggested), GapOptions())


@pytest.mark.parametrize("block", range(8))
def test_every_verdict_state_and_distance_equals_that_of_plain_loops(block: int) -> None:
    """On random snapshots the arrays find what the definitions say: states, nearest defects, verdicts."""
    for seed in range(block, GRAPHS, 8):
        facts = random_snapshot(seed)
        oracle = Oracle(facts)
        analysis = analysed(facts)
        editions, ways = analysis.health.editions, analysis.health.ways
        for number, fact in enumerate(editions.facts):
            assert editions.status(number) is oracle.status[fact.key], (seed, fact.key)
            reached = {kind.value: int(way.distance[number]) for kind, way in ways.items() if way.distance[number] >= 0}
            assert reached == oracle.distances(fact.key), (seed, fact.key)
        for suggested in (False, True):
            for result in analysed(facts, suggested=suggested).results:
                identifier = result.judgement.requirement.id
                assert result.judgement.verdict == oracle.verdict(identifier, suggested=suggested), (seed, identifier)


def test_every_evidence_path_is_made_of_relations_that_are_there_and_ends_in_its_defect() -> None:
    """A path shown to a reader can be walked: each step is a sound dependency, the last standard has the defect."""
    for seed in range(60):
        facts = random_snapshot(seed)
        oracle = Oracle(facts)
        health = analysed(facts).health
        keys = [fact.key for fact in health.editions.facts]
        for number in range(len(keys)):
            for evidence in health.evidence(number):
                assert len(evidence.relations) == len(evidence.standards) - 1
                for step, (here, there) in enumerate(zip(evidence.standards, evidence.standards[1:], strict=False)):
                    relation = health.relations[evidence.relations[step]]
                    assert (relation.source_key, oracle.meant(relation)) == (keys[here], keys[there])
                    assert oracle.defect_of(relation) is None
                assert evidence.defect.kind.value in oracle.own_defects(keys[evidence.standards[-1]])


def test_every_successor_is_the_end_of_a_shortest_chain() -> None:
    """Where several editions took over, the nearest in force stands in; of equals the first by name."""
    for seed in range(100):
        facts = random_snapshot(seed)
        oracle = Oracle(facts)
        editions = analysed(facts).health.editions
        for number, fact in enumerate(editions.facts):
            if oracle.status[fact.key] in ENDED:
                successor = editions.successor(number)
                assert (editions.facts[successor].key if successor >= 0 else None) == oracle.holding(fact.key)


def shuffled(facts: Snapshot, seed: int) -> Snapshot:
    """Return the same content in another order and with other identifiers."""
    chance = random.Random(seed)
    renamed = {one.id: f"{chance.random()}" for one in facts.requirements}
    drafts = {one.id: f"{chance.random()}" for one in facts.drafts}
    concepts = {one.id: f"{chance.random()}" for one in facts.concepts}

    def mixed(values: tuple[object, ...]) -> tuple[object, ...]:
        return tuple(chance.sample(values, len(values)))

    return Snapshot(
        standards=mixed(facts.standards),
        drafts=mixed(tuple(replace(one, id=drafts[one.id]) for one in facts.drafts)),
        relations=mixed(facts.relations),
        systems=mixed(facts.systems),
        nodes=mixed(facts.nodes),
        placements=mixed(facts.placements),
        measures=mixed(facts.measures),
        requirements=mixed(tuple(replace(one, id=renamed[one.id]) for one in facts.requirements)),
        links=mixed(
            tuple(
                replace(
                    one,
                    id=f"{chance.random()}",
                    requirement_id=renamed[one.requirement_id],
                    draft_id=drafts.get(one.draft_id, one.draft_id),
                )
                for one in facts.links
            )
        ),
        concepts=mixed(
            tuple(replace(one, id=concepts[one.id], quotes=mixed(one.quotes)) for one in facts.concepts)  # type: ignore[arg-type]  # the same quotes
        ),
        uses=mixed(
            tuple(
                UseFact(
                    renamed.get(one.requirement_id, one.requirement_id), concepts.get(one.concept_id, one.concept_id)
                )
                for one in facts.uses
            )
        ),
        revisions=dict(chance.sample(list(facts.revisions.items()), len(facts.revisions))),
    )


def test_ten_insertion_orders_give_the_same_bytes() -> None:
    """Neither the order in which services hand facts over nor the identifiers they made show in a report."""
    for seed in range(20):
        facts = random_snapshot(seed)
        reports = {
            render_json(report_document(analysed(shuffled(facts, order), suggested=True))) for order in range(10)
        }
        assert len(reports) == 1, seed


_PROGRAM = """
import hashlib, sys
sys.path[:0] = ["tests", "tests/unit", "."]
from gap_snapshots import random_snapshot
from test_gap_oracle import analysed, shuffled
from standards_tree.reports.canonical import render_json
from standards_tree.reports.document import report_document
for seed in range(10):
    report = render_json(report_document(analysed(shuffled(random_snapshot(seed), int(sys.argv[1])), suggested=True)))
    print(hashlib.sha256(report).hexdigest())
"""


def test_three_hash_seeds_give_the_same_bytes() -> None:
    """Python's own disorder of sets and dicts of strings does not show in a report."""
    outputs = {
        subprocess.run(
            [sys.executable, "-c", _PROGRAM, str(seed)],
            cwd=REPOSITORY,
            env={"PYTHONHASHSEED": str(seed), "PATH": ""},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in (0, 1, 4242)
    }
    assert len(outputs) == 1
    assert len(outputs.pop().split()) == 10
