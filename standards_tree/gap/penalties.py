"""Price every step of an inference, by the kind of the edge and the direction it is walked in: the one table of it.

A penalty says how much is lost by the step, a relation what the step says about the contents of its two ends, as sets
of provisions; what follows along a path is in :mod:`composition`. ``None`` closes a direction.

The reasons for the relations:

* an identical adoption (IDT) is the same text; a modified one (MOD) has a part in common with it, and a not equivalent
  one (NEQ) hardly that (GB/T 1.2-2020);
* what a standard refers to normatively becomes part of it (GB/T 1.1-2020, 8.6), so that it holds more than that;
* an amendment becomes part of what it amends;
* a new edition keeps a part of the old one: nothing says how much;
* a requirement that cites a standard is met by what that standard says, or by less.

``CONTAINS``, ``RELATED_TO`` and ``LINKED_TO`` are the edges of catalogues of common requirements, with the penalties
in use there.
"""

from dataclasses import dataclass
from enum import StrEnum

from standards_tree.gap.composition import EQUAL, INTERSECTS, RELATED, SUBSET, SUPERSET


class EdgeKind(StrEnum):
    """What an edge of the network says: *source* … *target*."""

    REFERS_DATED = "refers_dated"
    REFERS_UNDATED = "refers_undated"
    REFERS_INFORMATIVE = "refers_informative"
    SUPERSEDES = "supersedes"
    AMENDS = "amends"
    ADOPTS_IDT = "adopts_idt"
    ADOPTS_MOD = "adopts_mod"
    ADOPTS_NEQ = "adopts_neq"
    ADOPTS = "adopts"
    CITES = "cites"
    PART_OF = "part_of"
    REVISES = "revises"
    LINK_EQUAL = "link_equal"
    LINK_SUBSET = "link_subset"
    LINK_SUPERSET = "link_superset"
    LINK_INTERSECTS = "link_intersects"
    CONTAINS = "contains"
    RELATED_TO = "related_to"
    LINKED_TO = "linked_to"
    DEFINED_IN = "defined_in"
    USES = "uses"


EDGE_KINDS = tuple(EdgeKind)
EDGE_NUMBER = {kind: number for number, kind in enumerate(EDGE_KINDS)}


@dataclass(frozen=True, slots=True)
class Price:
    """What a step costs and what its first end is to its second: a relation of :mod:`composition`."""

    penalty: int
    relation: int


@dataclass(frozen=True, slots=True)
class Prices:
    """What an edge costs from source to target, and from target to source."""

    along: Price | None
    against: Price | None


PENALTIES: dict[EdgeKind, Prices] = {
    EdgeKind.REFERS_DATED: Prices(Price(3, SUPERSET), Price(2, SUBSET)),
    EdgeKind.REFERS_UNDATED: Prices(Price(3, SUPERSET), Price(2, SUBSET)),
    EdgeKind.REFERS_INFORMATIVE: Prices(None, None),
    EdgeKind.SUPERSEDES: Prices(Price(2, INTERSECTS), Price(1, INTERSECTS)),
    EdgeKind.AMENDS: Prices(Price(1, SUBSET), Price(2, SUPERSET)),
    EdgeKind.ADOPTS_IDT: Prices(Price(0, EQUAL), Price(0, EQUAL)),
    EdgeKind.ADOPTS_MOD: Prices(Price(1, INTERSECTS), Price(1, INTERSECTS)),
    EdgeKind.ADOPTS_NEQ: Prices(Price(3, RELATED), Price(3, RELATED)),
    EdgeKind.ADOPTS: Prices(Price(2, INTERSECTS), Price(2, INTERSECTS)),
    EdgeKind.CITES: Prices(Price(1, SUBSET), Price(2, SUPERSET)),
    EdgeKind.PART_OF: Prices(None, None),
    EdgeKind.REVISES: Prices(None, None),
    EdgeKind.LINK_EQUAL: Prices(Price(0, EQUAL), Price(0, EQUAL)),
    EdgeKind.LINK_SUBSET: Prices(Price(1, SUBSET), Price(2, SUPERSET)),
    EdgeKind.LINK_SUPERSET: Prices(Price(2, SUPERSET), Price(1, SUBSET)),
    EdgeKind.LINK_INTERSECTS: Prices(Price(2, INTERSECTS), Price(2, INTERSECTS)),
    EdgeKind.CONTAINS: Prices(Price(1, SUPERSET), Price(2, SUBSET)),
    EdgeKind.RELATED_TO: Prices(Price(2, INTERSECTS), Price(2, INTERSECTS)),
    EdgeKind.LINKED_TO: Prices(Price(0, EQUAL), Price(0, EQUAL)),
    # That two texts use one word says nothing about what they demand.
    EdgeKind.DEFINED_IN: Prices(None, None),
    EdgeKind.USES: Prices(None, None),
}
