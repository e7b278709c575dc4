"""Let a committee's own people decide what is accepted in its drafts and which rules count for them."""

from services.runtime.calls import Principal
from standards_tree.committees import committee_key
from standards_tree.errors import ForbiddenError

ADMINISTRATOR = "administrator"


def require_committee(principal: Principal, committee: str) -> None:
    """Refuse *principal* unless the token names *committee* or one above it; an administrator acts for all.

    Raises:
        ForbiddenError: it is another committee's, or nobody's; the message says whose, and whose token this is.
    """
    if ADMINISTRATOR in principal.roles:
        return
    own, asked = committee_key(principal.committee), committee_key(committee)
    if not own or not (asked == own or asked.startswith(f"{own}/")):
        message = "only {owner} decides this, and {subject} signed in for {committee}"
        raise ForbiddenError(
            message, owner=committee or "-", subject=principal.subject, committee=principal.committee or "-"
        )
