"""The rules of drafting, in sets that took effect on a day, and how a document is held against them."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date

from standards_tree.documents.model import StandardDocument
from standards_tree.rules.drafting import (
    annexes,
    elements,
    english,
    lists,
    notes,
    numbering,
    provisions,
    quantities,
    reference_list,
    shapes,
    term_entries,
    verbs,
    wordings,
)
from standards_tree.rules.drafting.draft import Draft
from standards_tree.rules.drafting.rule import DIRECTIVES, GB_T_1_1, DraftingRule
from standards_tree.rules.findings import Finding


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules of one edition of one standard, for documents in one language, from the day it took effect."""

    id: str
    standard: str
    language: str
    effective_on: date
    rules: tuple[DraftingRule, ...]
    ended_on: date | None = None

    def holds_on(self, day: date) -> bool:
        """Tell whether documents of *day* are held against the set."""
        return self.effective_on <= day and (self.ended_on is None or day < self.ended_on)


_CHINESE = (
    elements, wordings, numbering, lists, annexes, shapes, notes, verbs, provisions, quantities, reference_list, term_entries,
)  # fmt: skip
RULE_SETS = (
    RuleSet(
        "gb-t-1.1-2020",
        GB_T_1_1,
        "zh",
        date(2020, 10, 1),
        tuple(rule for module in _CHINESE for rule in module.RULES),
    ),
    RuleSet("iso-iec-directives-2-2021", DIRECTIVES, "en", date(2021, 5, 1), english.RULES),
)
RULES = tuple(rule for rule_set in RULE_SETS for rule in rule_set.rules)


def check_drafting(
    document: StandardDocument,
    as_of: date,
    off: Collection[str] = (),
    found: Callable[[Finding], None] | None = None,
) -> Iterator[Finding]:
    """Yield what is wrong with the drafting of *document*, rule by rule, by the sets in effect on *as_of*.

    *off* are rules that are not asked. Linear in the length of the document for a given number of rules.
    """
    draft = Draft(document, as_of)
    for rule_set in RULE_SETS:
        if not rule_set.holds_on(as_of):
            continue
        for rule in rule_set.rules:
            if rule.id not in off and rule.applies_to(draft):
                for finding in rule.findings(draft):
                    if found is not None:
                        found(finding)
                    yield finding
