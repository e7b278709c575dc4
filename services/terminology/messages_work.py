"""Translate between the terminology contract and the work on concepts."""

from services.runtime.civil_dates import moment_to
from services.runtime.masks import etag_of
from services.terminology.store import COLLECTION
from services.terminology.store_changes import ChangeRecord
from services.terminology.store_comments import COMMENTS
from services.terminology.tables_work import ConceptCommentRow
from standards_tree.concept_life import ConceptAction
from tbt.terminology.v1 import concept_work_pb2 as pb

_ACTION_TO = {action.value: pb.ConceptAction.Value(f"CONCEPT_ACTION_{action.name}") for action in ConceptAction}


def comment_to(row: ConceptCommentRow) -> pb.ConceptComment:
    """Return a comment for the wire."""
    return pb.ConceptComment(
        name=f"{COMMENTS}{row.comment_id}",
        concept=f"{COLLECTION}{row.concept_id}",
        department=row.department,
        text=row.text,
        author=row.author,
        made_at=moment_to(row.made_at),
        resolved_by=row.resolved_by,
        resolved_at=moment_to(row.resolved_at),
        resolution=row.resolution,
    )


def change_to(record: ChangeRecord) -> pb.ConceptChange:
    """Return a change of a concept for the wire."""
    return pb.ConceptChange(
        action=_ACTION_TO[record.action],
        principal=record.principal,
        occurred_at=moment_to(record.occurred_at),
        reason=record.reason,
        related=record.related,
        facts=facts_to({field: (before, after) for field, (before, after) in record.changes.items()}),
        etag=etag_of(record.version),
    )


def facts_to(facts: dict[str, tuple[str, str]]) -> list[pb.ConceptFactChange]:
    """Return the facts in which two states of a concept differ for the wire."""
    return [pb.ConceptFactChange(field=field, before=before, after=after) for field, (before, after) in facts.items()]
