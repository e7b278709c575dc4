"""Translate rules and their settings into the compliance contract."""

from services.compliance.messages_checks import SEVERITY_TO
from services.compliance.tables import RuleSettingRow
from services.runtime.civil_dates import date_to, moment_to
from standards_tree.rules.drafting.rule import DraftingRule
from standards_tree.rules.drafting.rule_sets import RULE_SETS
from standards_tree.rules.findings import Rule
from tbt.compliance.v1 import compliance_service_pb2, rule_pb2
from tbt.type.v1 import type_pb2


def rule_to(rule: Rule, setting: RuleSettingRow | None = None) -> compliance_service_pb2.Rule:
    """Return a rule for the wire, with the setting that counts for it."""
    message = compliance_service_pb2.Rule(
        id=rule.id,
        severity=SEVERITY_TO[rule.severity],
        source=rule.source,
        description=type_pb2.LocalizedText(zh=rule.description_zh, en=rule.description_en),
        area=rule.id.partition("-")[0],
        enabled=setting is None or setting.enabled,
        setting=setting_to(setting) if setting is not None else None,
    )
    if isinstance(rule, DraftingRule):
        rule_set = next(entry for entry in RULE_SETS if rule in entry.rules)
        message.applies_to.extend(sorted(kind.value for kind in rule.types))
        message.language = rule.language
        message.rule_set = rule_set.id
        message.effective_on.CopyFrom(date_to(rule_set.effective_on))
        message.good_example, message.bad_example = rule.example.good.strip(), rule.example.bad.strip()
    return message


def setting_to(row: RuleSettingRow) -> rule_pb2.RuleSetting:
    """Return a setting for the wire."""
    return rule_pb2.RuleSetting(
        committee=row.committee,
        rule=row.rule,
        enabled=row.enabled,
        reason=row.reason,
        updated_by=row.updated_by,
        updated_at=moment_to(row.updated_at),
    )
