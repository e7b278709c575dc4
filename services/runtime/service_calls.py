"""Say which of our services may call which method of another, and for whom, in one table.

`docs/roles.md` shows it. A test holds that it has the calls of the code and no other; the steps of every call hold calls to it.
"""

from enum import Enum

from services.runtime.calls import Principal
from services.runtime.permissions import service_of, short_name
from standards_tree.errors import ForbiddenError

WORKER = "worker"
"""As whom a background operation calls, in whichever process it runs."""


class For(Enum):
    """For whom one of our services may call."""

    SOMEBODY = "somebody"
    """Only for who is signed in and asked it, whom it names: the answer is what they may see."""
    ANYBODY = "anybody"
    """Also for nobody: it keeps what it reads current, or works in the background."""


# caller → service → method → for whom. Every service stands here, those that call nobody too.
SERVICE_CALLS: dict[str, dict[str, dict[str, For]]] = {
    "audit": {},
    "documents": {},
    "terminology": {"documents": {"ReadStandard": For.SOMEBODY}},
    "catalog": {"documents": {"GetDocument": For.SOMEBODY, "StreamStandard": For.SOMEBODY}},
    "linkage": {
        "documents": {
            "DownloadDocument": For.SOMEBODY,
            "GetDocument": For.SOMEBODY,
            "ReadPages": For.SOMEBODY,
            "StreamStandard": For.SOMEBODY,
        },
        "catalog": {
            "GetDraft": For.SOMEBODY,
            "GetStandard": For.SOMEBODY,
            "ListCodeLists": For.ANYBODY,
            "ListCodes": For.ANYBODY,
            "ExportCatalog": For.ANYBODY,
            "WatchChanges": For.ANYBODY,
        },
        "terminology": {"LookupTerms": For.ANYBODY, "RecognizeTerms": For.ANYBODY},
    },
    "compliance": {
        "documents": {
            "AnnotateDocument": For.SOMEBODY,
            "GetDocument": For.SOMEBODY,
            "ReadStandard": For.SOMEBODY,
            "StreamStandard": For.SOMEBODY,
        },
        "terminology": {"LookupTerms": For.SOMEBODY, "RecognizeTerms": For.SOMEBODY},
        "catalog": {
            "GetDraft": For.SOMEBODY,
            "ResolveDesignations": For.SOMEBODY,
            "SearchStandards": For.SOMEBODY,
        },
        "linkage": {"GetMeasure": For.SOMEBODY, "ListLinks": For.SOMEBODY, "ListMeasures": For.SOMEBODY},
    },
    "gap": {
        "terminology": {"ExportTerms": For.ANYBODY, "LookupTermUses": For.ANYBODY},
        "catalog": {"ExportCatalog": For.ANYBODY, "GetCode": For.SOMEBODY, "WatchChanges": For.ANYBODY},
        "linkage": {"ExportLinkage": For.ANYBODY, "WatchChanges": For.ANYBODY},
    },
    WORKER: {
        "documents": {"ReadNotifications": For.ANYBODY, "StreamStandard": For.ANYBODY},
        "terminology": {
            "ExportTerms": For.ANYBODY,
            "LookupTerms": For.ANYBODY,
            "LookupTermUses": For.ANYBODY,
            "RecognizeTerms": For.ANYBODY,
        },
        "catalog": {
            "ExportCatalog": For.ANYBODY,
            "GetDraft": For.ANYBODY,
            "ListCodeLists": For.ANYBODY,
            "ListCodes": For.ANYBODY,
            "ResolveDesignations": For.ANYBODY,
            "WatchChanges": For.ANYBODY,
        },
        "linkage": {"ExportLinkage": For.ANYBODY, "WatchChanges": For.ANYBODY},
    },
}


def callees_of(caller: str) -> tuple[str, ...]:
    """Return which services *caller* calls."""
    return tuple(SERVICE_CALLS[caller])


def callers_of(callees: frozenset[str]) -> set[str]:
    """Return who calls one of *callees*."""
    return {caller for caller, called in SERVICE_CALLS.items() if callees & called.keys()}


def require_call(caller: str, method: str, behind: Principal | None) -> None:
    """Refuse a call of one of our services that the table has not.

    Raises:
        ForbiddenError: *caller* may not call *method*, or only for somebody and names nobody.
    """
    callee, name = short_name(service_of(method)), method.rpartition("/")[2]
    allowed = SERVICE_CALLS.get(caller, {}).get(callee, {}).get(name)
    if allowed is None:
        message = "the service {caller} may not call {method}"
        raise ForbiddenError(message, caller=caller, method=f"{callee}.{name}")
    if allowed is For.SOMEBODY and behind is None:
        message = "the service {caller} may call {method} only for somebody, and names nobody"
        raise ForbiddenError(message, caller=caller, method=f"{callee}.{name}")
