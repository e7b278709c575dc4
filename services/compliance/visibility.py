"""Keep what a check says of an unpublished text from those who may not read the text itself."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import ColumnElement, and_, or_, true
from sqlmodel import col

from services.compliance.store import key_of_committee
from services.compliance.tables import CheckRow
from services.compliance.upstream import ComplianceUpstreams
from services.runtime.calls import current_principal
from services.runtime.changes import Change
from services.runtime.permissions import works_across_committees
from standards_tree.committees import committee_key, keys_below

EVERYBODYS: Final = "ruleSettings/"
"""Of what this service keeps, what anybody may read."""


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
    """Return the condition that a check is the caller's own, or of a draft of the caller's committee or one below it.

    Who works across committees sees all.
    """
    principal = current_principal().reader
    if works_across_committees(principal.roles):
        return true()
    own = col(CheckRow.checked_by) == principal.subject
    if not committee_key(principal.committee):
        return own
    found, (key, after, before) = key_of_committee(), keys_below(principal.committee)
    return or_(own, found == key, and_(found > after, found < before))


def seen_changes(changes: Iterable[Change]) -> list[Change]:
    """Return *changes* without those of checks, waivers and dossiers for whom they may not exist."""
    if works_across_committees(current_principal().reader.roles):
        return list(changes)
    return [change for change in changes if change.resource.startswith(EVERYBODYS)]
