"""Speak gRPC about the quality of a vocabulary."""

from collections.abc import Iterator

import grpc

from services.runtime.calls import current_call
from services.runtime.civil_dates import today
from services.runtime.texts import ENGLISH
from services.terminology import messages_quality as messages
from services.terminology import store
from services.terminology.calls import Calls
from services.terminology.gate import entry_of
from standards_tree.errors import NotFoundError
from standards_tree.vocabulary import RULES, check_vocabulary
from standards_tree.vocabulary.workbook import render_findings
from tbt.terminology.v1 import quality_pb2 as pb


class QualityCalls(Calls):
    """Answers the calls about the quality of a vocabulary."""

    def ListVocabularyRules(  # noqa: N802
        self, request: pb.ListVocabularyRulesRequest, context: grpc.ServicerContext
    ) -> pb.ListVocabularyRulesResponse:
        """List the rules on a vocabulary."""
        del request, context
        return pb.ListVocabularyRulesResponse(rules=map(messages.rule_to, RULES))

    def CheckVocabulary(  # noqa: N802
        self, request: pb.CheckVocabularyRequest, context: grpc.ServicerContext
    ) -> Iterator[pb.CheckVocabularyResponse]:
        """Hold a vocabulary against the rules on it."""
        del context
        asked = messages.rules_asked(request.rules)
        # Read whole before the first rule: a check holds no connection while it thinks.
        entries = self._database.read(
            lambda session: [entry_of(stored) for stored in store.all_concepts(session, request.domain)]
        )
        if request.domain and not entries:
            message = "there is no vocabulary {domain}"
            raise NotFoundError(message, domain=request.domain)
        found = [finding for finding in check_vocabulary(entries) if finding.rule.id in asked]
        yield from messages.answers(found, len(entries), asked)
        if request.with_workbook:
            content = render_findings(
                found, domain=request.domain, concept_count=len(entries), checked_on=today(), language=self._language()
            )
            yield from messages.chunks(content)

    @staticmethod
    def _language() -> str:
        call = current_call()
        return call.language if call is not None else ENGLISH
