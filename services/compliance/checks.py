"""Make a check: read the document, hold it against the rules that are on for the committee, and keep what is found."""

from collections.abc import Iterator
from dataclasses import dataclass

from services.compliance import store, store_waivers
from services.compliance.examining import Examined, Scope, examine, in_document_order
from services.compliance.messages_checks import check_to
from services.compliance.messages_standard import standard_from
from services.compliance.ownership import require_committee
from services.compliance.store_settings import rules_off
from services.compliance.upstream import ComplianceUpstreams
from services.runtime.calls import current_principal
from services.runtime.civil_dates import date_from, date_to, today
from services.runtime.database import Database, Session
from services.runtime.operations.worker import RunningOperation
from standards_tree.committees import committee_key
from standards_tree.documents.model import StandardDocument
from standards_tree.errors import InvalidArgumentError, PreconditionError
from standards_tree.rules.findings import Finding
from tbt.compliance.v1 import check_pb2, compliance_service_pb2

Asked = check_pb2.CheckDocumentRequest | check_pb2.StartCheckRequest | check_pb2.WatchCheckRequest


@dataclass(frozen=True, slots=True)
class Task:
    """One check to make: the document as read, and what is asked of it."""

    draft: str
    document: str
    committee: str
    scope: Scope
    standard: StandardDocument


class Checks:
    """Makes checks for calls and for operations."""

    def __init__(self, database: Database, upstreams: ComplianceUpstreams) -> None:
        self._database = database
        self._upstreams = upstreams

    def task(self, request: Asked) -> Task:
        """Read what *request* asks to check.

        Raises:
            NotFoundError: there is no such draft or document.
            PreconditionError: the draft has no document yet.
            InvalidArgumentError: the document is not one that can be read.
        """
        document, committee = request.document, request.committee
        if request.draft:
            draft = self._upstreams.get_draft(request.draft)
            document, committee = draft.document, own_committee(draft.committee, committee)
            if not document:
                message = "{draft} has no document yet: upload one and name it when the draft is advanced"
                raise PreconditionError(message, draft=request.draft)
        off = self._database.look_up(lambda session: rules_off(session, committee))
        scope = Scope(date_from(request.as_of, "as_of") or today(), frozenset(request.areas), off)
        standard = standard_from(self._upstreams.stream_standard(document))
        return Task(request.draft, document, committee, scope, standard)

    def findings(self, task: Task, examined: Examined) -> Iterator[Finding]:
        """Yield the findings as they are found."""
        return examine(task.standard, task.scope, self._upstreams, examined)

    def keep(
        self,
        task: Task,
        findings: list[Finding],
        examined: Examined,
        request: check_pb2.CheckDocumentRequest | check_pb2.StartCheckRequest,
    ) -> compliance_service_pb2.Check:
        """Store a check with its findings and return it, with the waivers that hold."""
        checked = self._checked(task, findings, examined)

        def work(session: Session) -> compliance_service_pb2.Check:
            row, rows = store.add_check(session, checked)
            waivers = store_waivers.holding_waivers(session, store_waivers.target_of(row))
            return check_to(row, rows, waivers, store_waivers.waived_counts(session, [row.check_id])[row.check_id])

        return self._database.write(work, request)

    def summary(self, task: Task, findings: list[Finding], examined: Examined) -> compliance_service_pb2.Check:
        """Return the counts of a check that is not kept."""
        return check_to(store.check_row_of(self._checked(task, findings, examined)), ())

    def _checked(self, task: Task, findings: list[Finding], examined: Examined) -> store.Checked:
        return store.Checked(
            draft=task.draft,
            document=task.document,
            as_of=task.scope.as_of,
            findings=tuple(in_document_order(findings)),
            examined_count=examined.references_and_terms,
            committee=task.committee,
            designation=task.standard.identity() or "",
            function_type=examined.function_type,
            rule_sets=tuple(examined.rule_sets),
            areas=tuple(sorted(task.scope.areas)),
        )

    def check(self, request: check_pb2.CheckDocumentRequest) -> compliance_service_pb2.Check:
        """Make a check and return it; errors as `task`."""
        task, examined = self.task(request), Examined()
        return self.keep(task, list(self.findings(task, examined)), examined, request)

    def run(self, operation: RunningOperation) -> compliance_service_pb2.Check:
        """Make a check in the background; one that is run again, after a worker died, is kept once.

        Raises:
            InvalidArgumentError: the operation is of another kind.
        """
        if not isinstance(operation.request, check_pb2.StartCheckRequest):
            message = "not a request to check a document: {kind}"
            raise InvalidArgumentError(message, kind=operation.request.DESCRIPTOR.full_name)
        request = check_pb2.StartCheckRequest()
        request.CopyFrom(operation.request)
        request.request_id = operation.operation_id
        operation.report(check_pb2.CheckDocumentMetadata(activity="reading"))
        task, examined = self.task(request), Examined()
        operation.report(check_pb2.CheckDocumentMetadata(activity="checking"))
        findings = list(self.findings(task, examined))
        operation.report(check_pb2.CheckDocumentMetadata(activity="done", finding_count=len(findings)))
        return self.keep(task, findings, examined, request)


def own_committee(owner: str, asked: str) -> str:
    """Return the committee of a draft: a check is shown to it, and held to its settings, whatever was asked for.

    Raises:
        InvalidArgumentError: another one was asked for.
    """
    if asked and committee_key(asked) != committee_key(owner):
        message = "the draft is that of {owner}, and is checked by its settings; leave the committee empty"
        raise InvalidArgumentError.in_field("committee", message, owner=owner or "-")
    return owner


def require_own_committee(request: Asked) -> None:
    """Refuse to check a document that is no draft's for a committee that is not the caller's.

    Raises:
        ForbiddenError: it would be shown to that committee, as if it were its own.
    """
    if request.document and request.committee:
        require_committee(current_principal(), request.committee)


def dated(request: check_pb2.StartCheckRequest) -> check_pb2.StartCheckRequest:
    """Return *request* with its day: an operation is of the day it was asked for, whenever it runs."""
    asked = check_pb2.StartCheckRequest()
    asked.CopyFrom(request)
    asked.as_of.CopyFrom(date_to(date_from(request.as_of, "as_of") or today()))
    return asked
