"""Speak SQL about suspect marks: standards that cite what has changed since."""

from collections.abc import Collection

from sqlalchemy import Table, text
from sqlmodel import Session

from services.catalog.tables_life import SuspectRow
from services.runtime.calls import current_call
from standards_tree.life import SuspectCause, doubtful_kinds

SUSPECT: Table = SuspectRow.__table__  # type: ignore[attr-defined]  # SQLModel makes it

# An undated reference names whichever edition holds, so that only a change of that one matters to it; a reference to
# all parts names every part. Two branches, because an OR over two keys would use the index of neither.
_MARK = text(
    r"""
    INSERT INTO suspect (suspect_id, relation_id, source_id, standard_id, standard_version, cause, marked_by, cleared_by,
        clear_reason)
    SELECT replace(CAST(gen_random_uuid() AS text), '-', ''), citing.relation_id, citing.source_id, changed.standard_id,
        changed.version, :cause, :principal, '', ''
    FROM standard AS changed
    CROSS JOIN LATERAL (
        SELECT relation_id, source_id, kind FROM relation
        WHERE relation.target_id = changed.standard_id AND relation.dated
        UNION ALL
        SELECT relation_id, source_id, kind FROM relation
        WHERE NOT relation.dated AND relation.target_undated_key IN (
            changed.undated_key, regexp_replace(changed.undated_key, '[.-][^ ]*$', '') || ' (all parts)'
        )
        AND NOT EXISTS (
            SELECT FROM standard AS other
            WHERE other.undated_key = changed.undated_key AND other.standard_id <> changed.standard_id
            AND other.status = 'in_force'
            AND (changed.status = 'upcoming'
                OR (coalesce(other.effective_on, other.issued_on, '-infinity'), other.designation_order)
                > (coalesce(changed.effective_on, changed.issued_on, '-infinity'), changed.designation_order))
            AND NOT EXISTS (
                SELECT FROM relation AS succession
                WHERE succession.target_id = changed.standard_id AND succession.source_id = other.standard_id
                AND succession.kind = 'supersedes' AND :ending
            )
        )
    ) AS citing
    JOIN standard AS source ON source.standard_id = citing.source_id
    WHERE changed.standard_id = ANY(CAST(:standard_ids AS text[])) AND citing.kind = ANY(CAST(:kinds AS text[]))
    AND source.status IN ('upcoming', 'in_force')
    ON CONFLICT (relation_id, standard_id, cause, standard_version) DO NOTHING
    """
)
_ENDING = frozenset({SuspectCause.SUPERSEDED, SuspectCause.REVISED, SuspectCause.ABOLISHED})


def mark_suspects(session: Session, standard_ids: Collection[str], cause: SuspectCause) -> int:
    """Mark what cites *standard_ids*, whose change is stored, and return how many marks that makes. One statement.

    A standard cites another exactly by a dated relation, and whichever edition holds by an undated one; what has ended
    itself needs no mark. A change is marked once however often this is called, and a later one is marked again: it has
    given the standard another version. Call it when the relations of the same change are stored too.
    """
    if not standard_ids:
        return 0
    call = current_call()
    values = {
        "standard_ids": list(standard_ids),
        "cause": cause.value,
        "kinds": [kind.value for kind in doubtful_kinds(cause)],
        "ending": cause in _ENDING,
        "principal": call.principal.subject if call and call.principal else "system",
    }
    return session.connection().execute(_MARK, values).rowcount
