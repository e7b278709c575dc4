"""Complete a draft with what its document says."""

from services.catalog.messages import LEVEL
from services.catalog.upstream import CatalogUpstreams
from services.runtime.interceptors.validation import require_valid
from standards_tree.designations import parse_designation_or_none
from standards_tree.errors import Bilingual, FieldViolation, InvalidArgumentError
from standards_tree.standards import Level
from tbt.catalog.v1 import draft_pb2
from tbt.documents.v1.standard_piece_pb2 import StandardHead
from tbt.type.v1 import type_pb2

LEVELS = {level: number for number, level in LEVEL.items()}


def complete(draft: draft_pb2.Draft, upstreams: CatalogUpstreams) -> draft_pb2.Draft:
    """Return *draft* with the facts its document adds; what the caller gives stands.

    A document that cannot be read is no obstacle when the caller gives what a draft needs.

    Raises:
        NotFoundError: there is no such document.
        InvalidArgumentError: a rule of the contract is broken, or title or level is given nowhere; names each.
    """
    completed = draft_pb2.Draft()
    completed.CopyFrom(draft)
    unread: FieldViolation | None = None
    if draft.document:
        try:
            _add(completed, upstreams.read_standard(draft.document).head)
        except InvalidArgumentError as error:
            unread = FieldViolation("draft.document", error.template, error.parameters)
    _require_complete(completed, unread)
    require_valid(completed)
    return completed


def _add(draft: draft_pb2.Draft, head: StandardHead) -> None:
    draft.designation = draft.designation or head.designation
    draft.committee = draft.committee or "; ".join(head.metadata.committees)
    if not (draft.title.zh or draft.title.en):
        titles = {title.language.partition("-")[0]: title.full for title in reversed(head.metadata.titles)}
        draft.title.CopyFrom(type_pb2.LocalizedText(zh=titles.get("zh", ""), en=titles.get("en", "")))
    if draft.level == type_pb2.LEVEL_UNSPECIFIED:
        # A draft without a number says on its cover whose standard it is going to be.
        designation = parse_designation_or_none(head.designation)
        stated = Level(head.metadata.level) if head.metadata.level else None
        level = designation.level if designation is not None else stated
        draft.level = LEVELS[level] if level is not None else type_pb2.LEVEL_UNSPECIFIED


def _require_complete(draft: draft_pb2.Draft, unread: FieldViolation | None) -> None:
    missing = []
    if not (draft.title.zh.strip() or draft.title.en.strip()):
        missing.append("title")
    if draft.level == type_pb2.LEVEL_UNSPECIFIED:
        missing.append("level")
    if not missing:
        return
    message = "the draft lacks {missing}, which neither the request nor its document gives"
    if unread is not None:
        message = "the draft lacks {missing}, and its document cannot be read: {cause}"
    violations = [FieldViolation(f"draft.{field}", "give it, or a document that does") for field in missing]
    raise InvalidArgumentError(
        message, violations=violations, missing=Bilingual(" and ".join(missing), "、".join(missing)), cause=unread
    )


def printed_designation(document: str, upstreams: CatalogUpstreams) -> str:
    """Return the designation that a document prints, nothing where it cannot be read as a standard.

    Raises:
        NotFoundError: there is no such document.
    """
    try:
        return upstreams.read_standard(document).head.designation
    except InvalidArgumentError:
        return ""
