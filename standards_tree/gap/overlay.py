"""Derive what is known of facts that are tried out from what is known of the facts they were made of.

A change that somebody tries out touches a few standards and links; putting these in the places of the others costs copies of
columns, where putting everything in order anew would cost the most of an analysis.
"""

from collections.abc import Sequence
from typing import TypeVar

from standards_tree.gap.analysis import Known
from standards_tree.gap.columns import Relations
from standards_tree.gap.demand_changes import DemandChanges, demands_after
from standards_tree.gap.demands import Demands
from standards_tree.gap.health import Health, health_of
from standards_tree.gap.snapshot import GapOptions, Snapshot

Fact = TypeVar("Fact")


def known_of_trial(trial: Snapshot, before: Snapshot, health: Health, demands: Demands, options: GapOptions) -> Known:
    """Return what is known of *trial*, which `what_if.changed` made of *before*, whose *health* and *demands* are known."""
    standards = health.editions.standards
    changed, new = _touched(before.standards, trial.standards)
    if changed or new:
        standards = standards.with_changes({standards.number_of[fact.key]: fact for fact in changed}, new)
    relinked, linked = _touched(before.links, trial.links)
    changes = DemandChanges(links={link.id: link for link in (*relinked, *linked)})
    held = demands_after(demands, changes) if changes else demands
    relations = health.relations if trial.relations is before.relations else Relations.of(trial.relations)
    return Known(health_of(standards, relations, health.editions.as_of, options), held)


def _touched(before: Sequence[Fact], after: Sequence[Fact]) -> tuple[list[Fact], Sequence[Fact]]:
    """Return the facts that took the place of others, and the new ones, which follow those that were there."""
    if before is after:
        return [], ()
    changed = [now for was, now in zip(before, after, strict=False) if now is not was]
    return changed, after[len(before) :]
