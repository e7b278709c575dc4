"""Complete a standard with what its own text says: the scope from its clause of that name, and the facts of its front matter."""

from collections.abc import Iterable, Iterator

from services.catalog.upstream import CatalogUpstreams
from services.runtime.interceptors.validation import require_valid
from standards_tree.catalogue import NO_SCOPE, Scope
from standards_tree.catalogue_files.scopes import scope_of
from standards_tree.classifications import clean_ccs, clean_ics
from standards_tree.errors import InvalidArgumentError, LimitError, PreconditionError
from tbt.catalog.v1 import standard_pb2
from tbt.documents.v1.standard_piece_pb2 import StandardClause, StandardHead, StandardPiece
from tbt.type.v1 import type_pb2

SCOPE = "scope"
UNSAID = "und"
# Notes, examples and figures of the clause say nothing about what the standard is about.
_SAYING = frozenset({"paragraph", "list_item"})


def complete(standard: standard_pb2.Standard, document: str, upstreams: CatalogUpstreams) -> standard_pb2.Standard:
    """Return *standard* with what *document* adds; what the caller gives stands.

    Raises:
        NotFoundError: there is no such document.
        InvalidArgumentError: it is not a standard document that can be read, or with it a rule of the contract is broken.
    """
    text = upstreams.read_standard(document)
    completed = standard_pb2.Standard()
    completed.CopyFrom(standard)
    _add(completed, text.head)
    if not completed.HasField("scope"):
        _add_scope(completed, scope_of_text(text))
    require_valid(completed)
    return completed


def with_scope(standard: standard_pb2.Standard, document: str, upstreams: CatalogUpstreams) -> standard_pb2.Standard:
    """Return *standard* with what *document* says it is about.

    Raises:
        NotFoundError: there is no such document.
        InvalidArgumentError: it is not a standard document that can be read, or has no scope.
    """
    scope = scope_of_text(upstreams.read_standard(document))
    if not scope:
        message = "{document} has no clause that says what it is about; give the scope"
        raise InvalidArgumentError.in_field("document", message, document=document)
    completed = standard_pb2.Standard()
    completed.CopyFrom(standard)
    _add_scope(completed, scope)
    return completed


def scope_of_document(document: str, upstreams: CatalogUpstreams) -> Scope:
    """Return what *document* says it is about; nothing where it cannot be read, or has no such clause."""
    try:
        return scope_of_text(upstreams.read_standard(document))
    except (InvalidArgumentError, PreconditionError, LimitError):
        return NO_SCOPE


def scope_of_text(text: StandardPiece) -> Scope:
    """Return what a text says it is about: its scope with the clauses below it, in each language that it has."""
    main = text.head.language.partition("-")[0] or UNSAID
    said: dict[str, list[str]] = {"zh": [], "en": [], UNSAID: []}
    for clause in _scope_clauses(text.clauses):
        pieces = [(block.language or main, block.text) for block in clause.blocks if block.kind in _SAYING]
        for language, piece in pieces or [(main, clause.text)]:
            # Other languages are neither of the catalogue's.
            said.get(language.partition("-")[0], []).append(piece)
    return scope_of(*("\n".join(said[language]) for language in ("zh", "en", UNSAID)))


def _scope_clauses(clauses: Iterable[StandardClause]) -> Iterator[StandardClause]:
    depth = 0
    for clause in clauses:
        if depth and clause.depth <= depth:
            return
        if clause.kind == SCOPE and not depth:
            depth = clause.depth
        if depth:
            yield clause


def _add_scope(standard: standard_pb2.Standard, scope: Scope) -> None:
    if scope:
        standard.scope.CopyFrom(type_pb2.LocalizedText(zh=scope.zh, en=scope.en))


def _add(standard: standard_pb2.Standard, head: StandardHead) -> None:
    """Add the facts of the front matter that *standard* lacks."""
    facts = head.metadata
    titles = {title.language.partition("-")[0]: title.full for title in reversed(facts.titles)}
    standard.designation = standard.designation or head.designation
    standard.title.zh = standard.title.zh or titles.get("zh", "")
    standard.title.en = standard.title.en or titles.get("en", "")
    if not standard.ics:
        standard.ics.extend(clean_ics("; ".join(facts.ics)).codes)
    if not standard.ccs:
        standard.ccs.extend(code.partition("/")[0] for code in clean_ccs("; ".join(facts.ccs)).codes)
    standard.committee = standard.committee or "; ".join(facts.committees)
    for name, day in (("issued_on", facts.published_on), ("effective_on", facts.effective_on)):
        if not standard.HasField(name) and day.year and day.month and day.day:  # type: ignore[arg-type]  # both are fields
            getattr(standard, name).CopyFrom(day)
