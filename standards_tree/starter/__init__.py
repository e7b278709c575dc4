"""Ship the starter set: a standards system for technical measures to trade, as facts with their sources."""

from standards_tree.starter.records import (
    Concept,
    ConceptStatus,
    Designation,
    DesignationStatus,
    Draft,
    Limit,
    LimitComparison,
    Link,
    Measure,
    Node,
    NodeKind,
    NotificationKind,
    Relation,
    Requirement,
    StandardRecord,
    StarterSet,
    SystemRecord,
)
from standards_tree.starter.starter import load_starter

__all__ = [
    "Concept",
    "ConceptStatus",
    "Designation",
    "DesignationStatus",
    "Draft",
    "Limit",
    "LimitComparison",
    "Link",
    "Measure",
    "Node",
    "NodeKind",
    "NotificationKind",
    "Relation",
    "Requirement",
    "StandardRecord",
    "StarterSet",
    "SystemRecord",
    "load_starter",
]
