"""Ship the starter set: a standards system for technical measures to trade, as facts with their sources."""

from standards_tree.starter.records import (
    Draft,
    Link,
    Measure,
    Node,
    NodeKind,
    Relation,
    Requirement,
    StandardRecord,
    StarterSet,
    SystemRecord,
)
from standards_tree.starter.starter import load_starter

__all__ = [
    "Draft",
    "Link",
    "Measure",
    "Node",
    "NodeKind",
    "Relation",
    "Requirement",
    "StandardRecord",
    "StarterSet",
    "SystemRecord",
    "load_starter",
]
