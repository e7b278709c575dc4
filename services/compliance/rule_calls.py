"""Speak gRPC about rules and their settings."""

import grpc

from services.compliance import messages_rules, store_settings
from services.compliance.calls import Calls
from services.compliance.examining import ALL_RULES
from services.compliance.ownership import require_committee
from services.runtime.calls import current_principal
from services.runtime.database import Session
from standards_tree.errors import NotFoundError
from tbt.compliance.v1 import compliance_service_pb2
from tbt.compliance.v1 import rule_pb2 as pb


class RuleCalls(Calls):
    """Answers the calls about rules."""

    def ListRules(  # noqa: N802
        self, request: compliance_service_pb2.ListRulesRequest, context: grpc.ServicerContext
    ) -> compliance_service_pb2.ListRulesResponse:
        """List the rules, each with whether it is on for a committee."""
        del context
        settings = self._database.look_up(lambda session: store_settings.settings_for(session, request.committee))
        rules = sorted(ALL_RULES, key=lambda rule: rule.id)
        wanted = (rule for rule in rules if request.area in ("", rule.id.partition("-")[0]))
        return compliance_service_pb2.ListRulesResponse(
            rules=[messages_rules.rule_to(rule, settings.get(rule.id)) for rule in wanted]
        )

    def SwitchRule(  # noqa: N802
        self, request: pb.SwitchRuleRequest, context: grpc.ServicerContext
    ) -> pb.RuleSetting:
        """Switch a rule off for a committee, or on again."""
        del context
        setting = request.setting
        if all(rule.id != setting.rule for rule in ALL_RULES):
            message = "there is no rule {rule}; ListRules names them all"
            raise NotFoundError(message, rule=setting.rule)
        require_committee(current_principal(), setting.committee)

        def work(session: Session) -> pb.RuleSetting:
            row = store_settings.put_setting(
                session, setting.committee, setting.rule, setting.reason, enabled=setting.enabled
            )
            return messages_rules.setting_to(row)

        return self._database.write(work, request)
