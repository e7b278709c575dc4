"""Speak SQL about what relates the standards of a view to one another and to what is around it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import text
from sqlmodel import Session

from standards_tree.catalogue import Title
from standards_tree.standards import AdoptionDegree, RelationKind
from standards_tree.systems.system_view import Adoption, Neighbourhood, OutsideReference, SharedStandards

MOST_NEIGHBOURS = 30

# What supersedes only a part leaves the rest in force.
_RELATIONS = text(
    """
    SELECT source_id, target_id, target_designation AS other, kind, degree, true AS outgoing FROM relation
    WHERE source_id = ANY(:standard_ids) AND suspended IS NULL
      AND (kind = 'adopts' OR kind = 'supersedes' AND NOT partial)
    UNION ALL
    SELECT source_id, target_id, standard.designation, kind, degree, false FROM relation
    JOIN standard ON standard.standard_id = source_id
    WHERE target_id = ANY(:standard_ids) AND suspended IS NULL
      AND (kind = 'amends' OR kind = 'supersedes' AND NOT partial)
    ORDER BY other, source_id, target_id
    """
)
_SHARED = text(
    """
    SELECT system.title_zh, system.title_en, count(*) AS standards
    FROM placement JOIN node USING (node_id) JOIN system ON system.system_id = placement.system_id
    WHERE placement.standard_id = ANY(:standard_ids) AND placement.system_id <> :system_id AND NOT node.archived
    GROUP BY system.system_id ORDER BY standards DESC, system.system_id LIMIT :limit
    """
)
_OUTSIDE = text(
    """
    SELECT min(relation.target_designation) AS designation, count(DISTINCT relation.source_id) AS standards FROM relation
    WHERE relation.source_id = ANY(:standard_ids) AND kind = 'normative_reference' AND suspended IS NULL
      AND NOT EXISTS (
        SELECT 1 FROM standard JOIN placement USING (standard_id)
        WHERE standard.undated_key = relation.target_undated_key AND placement.system_id = :system_id
      )
    GROUP BY relation.target_undated_key ORDER BY standards DESC, designation LIMIT :limit
    """
)


@dataclass(slots=True)
class Relations:
    """What relates standards to others, by the id of each; ``supersedes`` has designations by id, the others designations."""

    adoptions: dict[str, list[Adoption]] = field(default_factory=dict)
    supersedes: dict[str, dict[str, str]] = field(default_factory=dict)
    superseded_by: dict[str, list[str]] = field(default_factory=dict)
    amended_by: dict[str, list[str]] = field(default_factory=dict)


def relations_of(session: Session, standard_ids: Sequence[str]) -> Relations:
    """Return the adoptions, supersessions and amendments of *standard_ids*, by designation. One statement."""
    found = Relations()
    for row in session.connection().execute(_RELATIONS, {"standard_ids": list(standard_ids)}):
        if row.kind == RelationKind.ADOPTS:
            found.adoptions.setdefault(row.source_id, []).append(Adoption(row.other, AdoptionDegree(row.degree)))
        elif row.kind == RelationKind.AMENDS:
            found.amended_by.setdefault(row.target_id, []).append(row.other)
        elif row.outgoing:
            found.supersedes.setdefault(row.source_id, {})[row.target_id] = row.other
        else:
            found.superseded_by.setdefault(row.target_id, []).append(row.other)
    return found


def neighbourhood_of(session: Session, system_id: str, standard_ids: Sequence[str]) -> Neighbourhood:
    """Return the other systems with standards among *standard_ids*, and what these cite outside their own system.

    A reference counts as inside when any edition of what it names stands in the system now. Two statements.
    """
    asked = {"system_id": system_id, "standard_ids": list(standard_ids), "limit": MOST_NEIGHBOURS}
    shared = session.connection().execute(_SHARED, asked)
    outside = session.connection().execute(_OUTSIDE, asked)
    return Neighbourhood(
        tuple(SharedStandards(Title(row.title_zh, row.title_en), row.standards) for row in shared),
        tuple(OutsideReference(row.designation, row.standards) for row in outside),
    )
