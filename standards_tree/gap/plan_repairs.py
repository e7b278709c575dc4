"""Find everything wrong beneath a standard, each with the shortest way to it: what must be repaired for it to be sound.

The evidence of a report names the nearest defect of each kind; a plan needs them all.
"""

from dataclasses import dataclass, field

import numpy as np

from standards_tree.gap.health import Defect, Evidence, Health

MAX_STANDARDS = 1_000


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """Search one catalogue; what was found at and beneath a standard is kept, as many gaps lead to the same ones."""

    health: Health
    found: dict[int, tuple[Evidence, ...] | None] = field(default_factory=dict)
    defects: dict[int, tuple[Defect, ...]] = field(default_factory=dict)
    unsound: dict[int, list[tuple[int, int]]] = field(default_factory=dict)

    def everything_beneath(self, standard: int) -> tuple[Evidence, ...] | None:
        """Return all defects at or beneath *standard*, the nearest first; None where more than MAX_STANDARDS are unsound.

        Only what is not sound is searched. Cost O(unsound standards and relations beneath it).
        """
        if standard not in self.found:
            self.found[standard] = self._search(standard)
        return self.found[standard]

    def _search(self, start: int) -> tuple[Evidence, ...] | None:
        # One after the other, so that the search meets the nearest first and, of equals, the first in order.
        ways: dict[int, tuple[tuple[int, ...], tuple[int, ...]]] = {start: ((start,), ())}
        queue = [start]
        for standard in queue:
            if len(queue) > MAX_STANDARDS:
                return None
            standards, relations = ways[standard]
            for target, relation in self._unsound_beneath(standard):
                if target not in ways:
                    ways[target] = ((*standards, target), (*relations, relation))
                    queue.append(target)
        return tuple(Evidence(defect, *ways[standard]) for standard in queue for defect in self._defects_of(standard))

    def _defects_of(self, standard: int) -> tuple[Defect, ...]:
        if standard not in self.defects:
            self.defects[standard] = self.health.defects.get(standard, ())
        return self.defects[standard]

    def _unsound_beneath(self, standard: int) -> list[tuple[int, int]]:
        """Return the unsound standards that *standard* relies on, each with the relation, in order."""
        if standard not in self.unsound:
            graph = self.health.sound
            first, end = np.searchsorted(graph.sources, [standard, standard + 1]).tolist()
            beneath = zip(graph.targets[first:end].tolist(), graph.edges[first:end].tolist(), strict=True)
            self.unsound[standard] = [one for one in beneath if not self.health.is_sound(one[0])]
        return self.unsound[standard]
