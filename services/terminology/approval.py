"""Say who may agree to concepts."""

from services.runtime.calls import Principal
from services.runtime.permissions import permissions_of
from standards_tree.concept_life import STATUS_WORDS
from standards_tree.errors import ForbiddenError, InvalidArgumentError
from standards_tree.terms import ConceptStatus
from tbt.options.v1.options_pb2 import Permission

ADMINISTRATOR = "administrator"


def require_may_record(principal: Principal, status: ConceptStatus) -> None:
    """Refuse to record a new concept as *status*: what is agreed elsewhere needs the right to agree.

    Raises:
        ForbiddenError: *principal* may only propose.
        InvalidArgumentError: no concept begins as *status*.
    """
    if status is ConceptStatus.PUBLISHED:
        message = "a concept is not recorded as published: PublishRelease publishes it"
        raise InvalidArgumentError.in_field("concept.status", message)
    if status.open:
        return
    if Permission.PERMISSION_TERMINOLOGY_APPROVE not in permissions_of(principal.roles):
        message = "to record a concept as {status} needs the right to approve; record it as a candidate"
        raise ForbiddenError(message, status=STATUS_WORDS[status])


def require_another_person(principal: Principal, proposed_by: str) -> None:
    """Refuse that somebody approves what they proposed themselves; an administrator may.

    Raises:
        ForbiddenError: *principal* is who proposed it.
    """
    if principal.subject == proposed_by and ADMINISTRATOR not in principal.roles:
        message = "{principal} proposed what it says now; another person approves it"
        raise ForbiddenError(message, principal=principal.subject)
