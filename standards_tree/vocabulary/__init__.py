"""The quality of a vocabulary: rules that its concepts are held against, whatever they are about."""

from standards_tree.vocabulary.checking import Figure, check_vocabulary, figures_of
from standards_tree.vocabulary.quality import Entry, Finding, QualityRule, Severity
from standards_tree.vocabulary.rules import RULES, rule_of

__all__ = [
    "RULES",
    "Entry",
    "Figure",
    "Finding",
    "QualityRule",
    "Severity",
    "check_vocabulary",
    "figures_of",
    "rule_of",
]
