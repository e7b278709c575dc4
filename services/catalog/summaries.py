"""Put together what the summary table of comments on a draft shows."""

from datetime import date

from services.catalog import store_comments
from services.catalog.store_comments import CommentRecord
from services.catalog.store_drafts import get_draft
from services.runtime.database import Session
from standards_tree.drafting.comments import Disposition
from standards_tree.reports.comment_summary import Consulted, Summary, SummaryEntry


def summary_of(session: Session, draft_id: str, undertaker: str, filled_on: date) -> Summary:
    """Return the summary of the comments on a draft.

    Raises:
        NotFoundError: there is no such draft.
    """
    draft = get_draft(session, draft_id)
    consultation = store_comments.get_consultation(session, draft_id)
    consulted = None
    if consultation is not None:
        consulted = Consulted(consultation.sent_to, consultation.replied, consultation.replied_with_comments)
    return Summary(
        title_zh=draft.title_zh,
        title_en=draft.title_en,
        plan_number=draft.plan_number,
        committee=draft.committee,
        undertaker=undertaker,
        filled_on=filled_on,
        entries=tuple(_entry(record) for record in store_comments.all_comments(session, draft_id)),
        consulted=consulted,
    )


def _entry(record: CommentRecord) -> SummaryEntry:
    last = record.handlings[-1] if record.handlings else None
    return SummaryEntry(
        record.comment,
        None if last is None else Disposition(last.disposition),
        "" if last is None else last.reason,
    )
