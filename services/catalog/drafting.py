"""Find the draft that a comment or a ballot is about, and let only its own committee act on it."""

from services.catalog.ownership import require_owner
from services.catalog.store_drafts import DraftRecord, get_draft
from services.runtime.calls import Principal, current_call
from services.runtime.database import Session
from services.runtime.permissions import permissions_of
from services.runtime.texts import CHINESE, ENGLISH
from standards_tree.errors import PreconditionError
from tbt.options.v1.options_pb2 import Permission

LANGUAGES = {"en": ENGLISH, "zh": CHINESE, "zh-CN": CHINESE, "zh-Hans": CHINESE}


def own_draft(session: Session, draft_id: str, principal: Principal) -> DraftRecord:
    """Return a draft on which *principal* may act.

    Raises:
        NotFoundError: there is none.
        ForbiddenError: it is another committee's.
        PreconditionError: it was given up.
    """
    draft = get_draft(session, draft_id)
    require_owner(principal, draft.committee)
    if draft.discarded:
        raise PreconditionError("{draft} is discarded; nothing is added to it any more", draft=draft.name)
    return draft


def is_secretary(principal: Principal) -> bool:
    """Tell whether *principal* conducts the drafts of their committee, and does not only take part."""
    return Permission.PERMISSION_DRAFTS_WRITE in permissions_of(principal.roles)


def language_asked(tag: str) -> str:
    """Return the language of a file: *tag*, or that of the call where it is empty."""
    call = current_call()
    return LANGUAGES.get(tag, call.language if call is not None else ENGLISH)
