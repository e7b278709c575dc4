"""Hold relations by the names of their resources: most of them as columns, those that have changed since as facts.

2,000,000 facts with their names take 1.5 GB, the same as columns 100 MB.
"""

import numpy as np
from numpy.typing import NDArray

from standards_tree.gap.columns import Relations
from standards_tree.gap.graph import Numbers
from standards_tree.gap.snapshot import RelationFact

COLLECTION = "relations/"
DIGITS = 32
# Beyond so many changes everything is put in order anew.
MOST_CHANGES = 1000
# So often all names are looked through, which takes 0.003 s; then they are put in order once, which takes 0.2 s.
FEW = 50

Names = NDArray[np.uint64]


class RelationTable:
    """Relations by name. What has changed is taken over one by one, and put in order when all of them are asked for."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self._names: Names = np.zeros((0, 2), dtype=np.uint64)
        self._places: Numbers = np.zeros(0, dtype=np.int32)
        """Where the relation of each name is among the rows; names of the same content are at one place."""
        self._rows = Relations.of(())
        self._by_name: Numbers | None = None
        self._looked_for = 0
        self._since: dict[str, RelationFact | None] = {}
        self._ordered: Relations | None = None
        self._as_ordered: dict[str, RelationFact | None] = {}
        """Of what has changed since relations were put in order, what it was then."""

    def fill(self, names: bytes, rows: Relations) -> None:
        """Hold *rows*, in any order; *names* are the last segments of theirs, 16 bytes each."""
        self.clear()
        self._names = np.frombuffer(names, dtype=">u8").reshape(-1, 2).astype(np.uint64)
        self._rows, self._places = rows.ordered_with_places()

    def __getitem__(self, name: str) -> RelationFact | None:
        """Return the relation with a name, None where there is none."""
        if name in self._since:
            return self._since[name]
        row = self._row(name)
        return None if row is None else self._rows[row]

    def __setitem__(self, name: str, fact: RelationFact | None) -> None:
        """Take over a relation, None where it is gone."""
        before = self[name]
        if before != fact:
            self._as_ordered.setdefault(name, before)
            self._since[name] = fact

    @property
    def changed(self) -> bool:
        """Tell whether anything has changed since relations were put in order."""
        return self._ordered is None or bool(self._as_ordered)

    def relations(self) -> Relations:
        """Return all relations in order; of those before, what still holds is kept."""
        if self._ordered is None or len(self._as_ordered) > MOST_CHANGES:
            self._ordered = self._in_order()
        elif self._as_ordered:
            gone = [fact for fact in self._as_ordered.values() if fact is not None]
            added = [fact for name in self._as_ordered if (fact := self[name]) is not None]
            self._ordered = self._ordered.with_changes(gone, added)
        self._as_ordered = {}
        return self._ordered

    def _in_order(self) -> Relations:
        if not len(self._rows):
            return Relations.of(fact for fact in self._since.values() if fact is not None)
        if not self._since:
            return self._rows
        gone = {row for name in self._since if (row := self._row(name)) is not None}
        added = [fact for fact in self._since.values() if fact is not None]
        return self._rows.with_changes([self._rows[row] for row in gone], added)

    def _row(self, name: str) -> int | None:
        """Return the row of a name."""
        digits = name.removeprefix(COLLECTION)
        if not len(self._names) or len(digits) != DIGITS:
            return None
        try:
            wanted = np.frombuffer(bytes.fromhex(digits), dtype=">u8").astype(np.uint64)
        except ValueError:
            return None
        for number in self._named(wanted[0]).tolist():
            if self._names[number, 1] == wanted[1]:
                return int(self._places[number])
        return None

    def _named(self, first: np.uint64) -> NDArray[np.int64]:
        """Return the numbers of the names that begin with *first*."""
        firsts = self._names[:, 0]
        if self._by_name is None and self._looked_for < FEW:
            self._looked_for += 1
            return np.flatnonzero(firsts == first)
        if self._by_name is None:
            self._by_name = np.argsort(firsts, kind="stable").astype(np.int32)
        start = np.searchsorted(firsts, first, sorter=self._by_name)
        end = np.searchsorted(firsts, first, side="right", sorter=self._by_name)
        return self._by_name[start:end].astype(np.int64)
