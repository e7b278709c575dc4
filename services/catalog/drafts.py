"""Complete a draft with what its document says."""

from dataclasses import replace
from typing import NamedTuple

from services.catalog.messages import LEVEL
from services.catalog.store_draft_citations import Citation
from services.catalog.store_draft_documents import Attachment
from services.catalog.upstream import CatalogUpstreams
from services.runtime.interceptors.validation import require_valid
from standards_tree.designations import parse_designation_or_none
from standards_tree.drafting import DocumentRole
from standards_tree.errors import Bilingual, FieldViolation, InvalidArgumentError, LimitError, PreconditionError
from standards_tree.standards import Level, RelationKind
from tbt.catalog.v1 import draft_pb2
from tbt.documents.v1.standard_piece_pb2 import StandardHead, StandardPiece
from tbt.type.v1 import type_pb2

LEVELS = {level: number for number, level in LEVEL.items()}
MAX_CITATIONS = 5_000


class Completed(NamedTuple):
    """A draft with the facts of its document, and what that cites."""

    draft: draft_pb2.Draft
    citations: tuple[Citation, ...]


def complete(draft: draft_pb2.Draft, upstreams: CatalogUpstreams) -> Completed:
    """Return *draft* with the facts its document adds, and what that cites; what the caller gives stands.

    A document that cannot be read is no obstacle when the caller gives what a draft needs.

    Raises:
        NotFoundError: there is no such document.
        InvalidArgumentError: a rule of the contract is broken, or title or level is given nowhere; names each.
    """
    completed = draft_pb2.Draft()
    completed.CopyFrom(draft)
    unread: FieldViolation | None = None
    citations: tuple[Citation, ...] = ()
    if draft.document:
        try:
            text = upstreams.read_standard(draft.document)
            _add(completed, text.head)
            citations = citations_of(text)
        except InvalidArgumentError as error:
            unread = FieldViolation("draft.document", error.template, error.parameters)
    _require_complete(completed, unread)
    require_valid(completed)
    return Completed(completed, citations)


def citations_of(text: StandardPiece) -> tuple[Citation, ...]:
    """Return what a text cites, once each: its normative references first, then what it is informed by or mentions."""
    found: dict[str, Citation] = {}
    for references, kind in (
        (text.normative_references, RelationKind.NORMATIVE_REFERENCE),
        (text.citations, RelationKind.INFORMATIVE_REFERENCE),
        (text.informative_references, RelationKind.INFORMATIVE_REFERENCE),
    ):
        for reference in references:
            target = parse_designation_or_none(reference.designation) if reference.designation else None
            if target is not None and len(found) < MAX_CITATIONS:
                found.setdefault(target.key, Citation(target, kind))
    return tuple(found.values())


def with_citations(attachment: Attachment, upstreams: CatalogUpstreams) -> Attachment:
    """Return *attachment* with what it cites, where it is the text of a draft and can be read.

    Raises:
        NotFoundError: there is no such document.
    """
    if attachment.role is not DocumentRole.TEXT:
        upstreams.require_document(attachment.document)
        return attachment
    try:
        return replace(attachment, citations=citations_of(upstreams.read_standard(attachment.document)))
    except (InvalidArgumentError, PreconditionError, LimitError):
        # Whatever can be shown can be the text of a stage; of one that cannot be read it is not known what it cites.
        upstreams.require_document(attachment.document)
        return attachment


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
