"""What is derived of facts that are tried out is what would be found if everything were looked at anew."""

import random

import numpy as np
import pytest

from gap_cases import AS_OF
from gap_snapshots import random_snapshot
from standards_tree.errors import DomainError
from standards_tree.gap.analysis import GapAnalysis, analyse
from standards_tree.gap.demands import Demands
from standards_tree.gap.health import examine
from standards_tree.gap.overlay import known_of_trial
from standards_tree.gap.snapshot import GapOptions, Scope, Snapshot
from standards_tree.gap.what_if import Abolish, Adopt, Change, Merge, Publish, changed
from standards_tree.standards import AdoptionDegree


def changes_of(snapshot: Snapshot, chance: random.Random) -> list[Change]:
    """Return one change of each kind that these facts allow."""
    keys = [fact.key for fact in snapshot.standards]
    tried: list[Change] = []
    if keys:
        tried.append(Abolish(chance.choice(keys)))
        tried.append(Adopt(chance.choice(keys), "GB/T 99990-2026", chance.choice(list(AdoptionDegree))))
        tried.append(Merge(tuple(chance.sample(keys, min(2, len(keys)))), "GB/T 99991-2026"))
    tried.extend(Publish(fact.id, "GB/T 99992-2026") for fact in snapshot.drafts[:1])
    return tried


def said(analysis: GapAnalysis) -> tuple[object, ...]:
    """Return what an analysis says, without what it was made of."""
    states = analysis.health.editions.states.tolist()
    return analysis.results, analysis.tree, analysis.defects, analysis.problems, analysis.total, states


@pytest.mark.parametrize("seed", range(20))
def test_a_trial_says_the_same_as_facts_looked_at_anew(seed: int) -> None:
    """Whatever is tried out, alone or all of it one after the other."""
    snapshot, options, scope = random_snapshot(seed), GapOptions(), Scope(AS_OF)
    health = examine(snapshot, AS_OF, options)
    demands = Demands.of(snapshot.measures, snapshot.requirements, snapshot.links)
    tried = changes_of(snapshot, random.Random(seed))
    for changes in (*([one] for one in tried), tried):
        try:
            trial = changed(snapshot, changes, AS_OF)
        except DomainError:
            continue
        known = known_of_trial(trial, snapshot, health, demands, options)
        derived, anew = analyse(trial, scope, options, known), analyse(trial, scope, options)
        assert np.array_equal(derived.health.sound.targets, anew.health.sound.targets)
        assert said(derived) == said(anew)
