"""Say what follows about A and C from what is known about A and B, and about B and C.

The relations are those of sets that are not empty (NIST IR 8477): what is read off A. ``RELATED`` says that nothing
follows: the two may have anything in common, or nothing.

============ ============ ============ ============ ============
A, B ∘ B, C  equal        subset       superset     intersects
============ ============ ============ ============ ============
equal        equal        subset       superset     intersects
subset       subset       subset       related      related
superset     superset     intersects   superset     intersects
intersects   intersects   intersects   related      related
related      related      related      related      related
============ ============ ============ ============ ============

Here ``intersects`` promises only that there is something in both. A stronger relation on either side never gives a
weaker result, so that a path with a loop never says more than the path without it.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from standards_tree.standards import SetRelation

EQUAL, SUBSET, SUPERSET, INTERSECTS, RELATED = range(5)
RELATION_COUNT = 5
RELATIONS: tuple[SetRelation | None, ...] = (
    SetRelation.EQUAL,
    SetRelation.SUBSET,
    SetRelation.SUPERSET,
    SetRelation.INTERSECTS,
    None,
)
RELATION_NUMBER = {relation: number for number, relation in enumerate(RELATIONS)}

COMPOSED: NDArray[np.int64] = np.array(
    [
        [EQUAL, SUBSET, SUPERSET, INTERSECTS, RELATED],
        [SUBSET, SUBSET, RELATED, RELATED, RELATED],
        [SUPERSET, INTERSECTS, SUPERSET, INTERSECTS, RELATED],
        [INTERSECTS, INTERSECTS, RELATED, RELATED, RELATED],
        [RELATED, RELATED, RELATED, RELATED, RELATED],
    ]
)


def compose(relations: Iterable[int]) -> int:
    """Return what follows along a path, by the numbers of the relations of its steps; of none, equality."""
    followed = EQUAL
    for relation in relations:
        followed = int(COMPOSED[followed, relation])
    return followed
