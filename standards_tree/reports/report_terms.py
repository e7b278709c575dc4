"""List the agreed terms that a requirement uses, with the standards that define them."""

from standards_tree.gap.analysis import GapAnalysis
from standards_tree.gap.columns import UNKNOWN
from standards_tree.gap.rollups import RequirementResult
from standards_tree.reports.schema_terms import TermEntry


def term_entries(analysis: GapAnalysis, result: RequirementResult) -> list[TermEntry]:
    """Return the agreed concepts that a requirement uses, in their order."""
    bindings, decisive = analysis.bindings, result.judgement.decisive
    deciding = set() if decisive is None else {decisive.standard, decisive.holding} - {UNKNOWN}
    entries: list[TermEntry] = []
    for number in analysis.uses.get(result.judgement.requirement.id, ()):
        fact = bindings.terms.concepts[number]
        if not fact.status.agreed:
            continue
        sources = bindings.sources_of(number)
        known = bool(sources) and bool(deciding)
        entries.append(
            {
                "term": {"en": fact.term_en or fact.term_zh, "zh-Hans": fact.term_zh or fact.term_en},
                "number": fact.number,
                "domain": fact.domain,
                "defined_in": [
                    {
                        "standard": bindings.editions.facts[standard].official,
                        "clause": clause,
                        "status": bindings.editions.status(standard).value,
                    }
                    for standard, clause in sources
                ],
                "by_deciding": any(standard in deciding for standard, _ in sources) if known else None,
            }
        )
    return entries
