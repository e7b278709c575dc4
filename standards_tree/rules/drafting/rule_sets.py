"""The rules of drafting, in sets that took effect on a day, and how a document is held against them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from standards_tree.rules.drafting import (
    abbreviations,
    annexes,
    elements,
    english,
    foreword,
    lists,
    notes,
    numbering,
    provisions,
    quantities,
    reference_forms,
    reference_list,
    shapes,
    term_entries,
    titles,
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
    *(elements, titles, foreword, wordings, numbering, lists, annexes, shapes, notes),
    *(verbs, provisions, quantities, reference_list, reference_forms, term_entries, abbreviations),
)
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


def check_drafting(draft: Draft, off: Collection[str] = ()) -> Iterator[Finding]:
    """Yield what is wrong with the drafting of *draft*, rule by rule, by the sets in effect on its day.

    *off* are rules that are not asked. Linear in the length of the document for a given number of rules.
    """
    for rule_set in RULE_SETS:
        if rule_set.holds_on(draft.as_of):
            for rule in rule_set.rules:
                if rule.id not in off and rule.applies_to(draft):
                    yield from rule.findings(draft)
