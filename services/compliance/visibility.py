"""Keep what a check says of an unpublished text from those who may not read the text itself."""

from sqlalchemy import ColumnElement, or_, true
from sqlmodel import col

from services.compliance.tables import CheckRow
from services.compliance.upstream import ComplianceUpstreams
from services.runtime.calls import current_principal
from services.runtime.permissions import works_across_committees
from standards_tree.committees import committee_key


def require_seen(upstreams: ComplianceUpstreams, draft: str, document: str) -> None:
    """Refuse who may not read the draft, or the document, that a check is about.

    Raises:
        NotFoundError: for whom the call is made, it does not exist.
    """
    if draft:
        upstreams.get_draft(draft)
    else:
        upstreams.require_document(document)


def seen_checks() -> ColumnElement[bool]:
    """Return the condition that a check is the caller's own or of a draft of the caller's committee.

    Who works across committees sees all. A committee of a check is spelled as in the draft, so it is compared as such.
    """
    principal = current_principal().reader
    if works_across_committees(principal.roles):
        return true()
    own = [col(CheckRow.checked_by) == principal.subject]
    if committee_key(principal.committee):
        own.append(col(CheckRow.committee) == principal.committee)
    return or_(*own)
