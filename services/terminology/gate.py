"""Hold a vocabulary against its rules before it is released."""

from collections.abc import Mapping, Sequence

from services.terminology.store import COLLECTION, StoredConcept
from standards_tree.errors import BrokenRulesError, FieldViolation, InvalidArgumentError
from standards_tree.vocabulary import Entry, Finding, Severity, check_vocabulary, rule_of


def require_releasable(concepts: Sequence[StoredConcept], waivers: Mapping[str, str]) -> None:
    """Refuse *concepts* of one vocabulary, which a release would hold, while a rule that must be kept is broken.

    *waivers* are reasons by the id of the rule that is left out of account.

    Raises:
        BrokenRulesError: rules are broken; every finding is a violation under the name of its concept.
        InvalidArgumentError: a waiver names no rule.
    """
    for rule_id in waivers:
        if rule_of(rule_id) is None:
            message = "{rule} is no rule on a vocabulary; ListVocabularyRules says which there are"
            raise InvalidArgumentError.in_field("waivers", message, rule=rule_id)
    broken = [
        finding
        for finding in check_vocabulary(map(entry_of, concepts))
        if finding.rule.severity is Severity.MUST and finding.rule.id not in waivers
    ]
    if broken:
        rules = ", ".join(dict.fromkeys(finding.rule.id for finding in broken))
        message = "{count} findings by rules that must be kept: {rules}; mend them, or waive a rule with a reason"
        raise BrokenRulesError(message, violations=list(map(_violation, broken)), rules=rules, count=len(broken))


def entry_of(stored: StoredConcept) -> Entry:
    """Return a stored concept as the rules take it."""
    successor = f"{COLLECTION}{stored.successor_id}" if stored.successor_id is not None else ""
    return Entry(stored.concept, stored.name, successor)


def _violation(finding: Finding) -> FieldViolation:
    first = finding.entries[0]
    parameters = {"rule": finding.rule.id, "concept": first.label, "finding": finding.message}
    return FieldViolation(first.name, "{rule} {concept}: {finding}", parameters)
