"""Let a committee's own people see its drafts and act on them, and nobody else's."""

from services.runtime.calls import Principal
from services.runtime.permissions import permissions_of
from standards_tree.committees import is_within
from standards_tree.errors import ForbiddenError
from tbt.options.v1.options_pb2 import Permission

REMEMBERED_COMMITTEES = 20_000
ADMINISTRATOR = "administrator"


def require_owner(principal: Principal, committee: str) -> None:
    """Refuse *principal* unless the token names *committee*, or the committee it is a subcommittee of.

    An administrator acts for all committees. What has no committee is nobody's but the administrator's: unset never
    means open.

    Raises:
        ForbiddenError: it is another committee's, or nobody's; the message says whose, and whose token this is.
    """
    if ADMINISTRATOR in principal.roles:
        return
    if not principal.committee:
        message = (
            "{subject} signed in without a committee, and only the committee that owns a draft acts on it ({owner})"
        )
        raise ForbiddenError(message, subject=principal.subject, owner=committee or "-")
    if not committee:
        message = "the draft names no committee; an administrator can give it one"
        raise ForbiddenError(message)
    if not is_within(committee, principal.committee):
        message = "the draft is of {owner}, and {subject} signed in for {committee}; only its own committee acts on it"
        raise ForbiddenError(message, owner=committee, subject=principal.subject, committee=principal.committee)


def require_responsible(principal: Principal, designation: str, committee: str) -> None:
    """Refuse *principal* unless the standard is of the committee the token names, or of a subcommittee of it.

    Who may change the whole catalogue acts for all committees.

    Raises:
        ForbiddenError: it is another committee's, or nobody's; the message says whose, and whose token this is.
    """
    if Permission.PERMISSION_CATALOG_WRITE in permissions_of(principal.roles):
        return
    if not is_within(committee, principal.committee):
        message = (
            "{designation} is of {owner}, and {subject} signed in for {committee}; "
            "its own committee or an editor of the catalogue does this"
        )
        raise ForbiddenError(
            message,
            designation=designation,
            owner=committee or "-",
            subject=principal.subject,
            committee=principal.committee or "-",
        )
