"""Hold a whole document against every rule that is on: drafting, references, terms, and the words the registry knows."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from services.compliance import messages
from services.compliance.checking import catalogue_facts, registry_matches
from services.compliance.upstream import ComplianceUpstreams
from standards_tree.documents.model import StandardDocument, TermEntry
from standards_tree.rules import references, terms, usage
from standards_tree.rules.drafting.citing import cited_in
from standards_tree.rules.drafting.draft import Draft, Passage
from standards_tree.rules.drafting.rule_sets import RULE_SETS, RULES, check_drafting
from standards_tree.rules.findings import Finding, Place, Rule
from standards_tree.terms import DesignationStatus
from tbt.terminology.v1 import recognition_pb2

# Of every kind; rules of drafting carry more than the others, see ListRules.
ALL_RULES: tuple[Rule, ...] = (*RULES, *references.RULES, *terms.RULES, *usage.RULES)
# One question to the registry: below its limit of characters, and with fewer terms than one answer holds.
TEXT_A_QUESTION = 100_000


@dataclass(frozen=True, slots=True)
class Scope:
    """What a check asks for: the day, the areas of rules (all when empty), and the rules that are off."""

    as_of: date
    areas: frozenset[str] = frozenset()
    off: frozenset[str] = frozenset()

    def wants(self, rule_id: str) -> bool:
        """Tell whether a rule is asked."""
        return rule_id not in self.off and (not self.areas or rule_id.partition("-")[0] in self.areas)


@dataclass(slots=True)
class Examined:
    """What was examined, filled while findings are found."""

    references_and_terms: int = 0
    function_type: str = ""
    rule_sets: list[str] = field(default_factory=list)


def examine(
    document: StandardDocument, scope: Scope, upstreams: ComplianceUpstreams, examined: Examined
) -> Iterator[Finding]:
    """Yield every finding, kind by kind; the slow questions to neighbours come last."""
    draft = Draft(document, scope.as_of)
    examined.function_type = draft.function_type.value if draft.function_type else ""
    asked = [entry for entry in RULE_SETS if entry.holds_on(scope.as_of) and entry.language == draft.language]
    examined.rule_sets = [entry.standard for entry in asked if any(scope.wants(rule.id) for rule in entry.rules)]
    unwanted = {rule.id for rule in RULES if not scope.wants(rule.id)}
    yield from check_drafting(draft, unwanted)
    others = (_references(draft, scope, upstreams), _terms(draft, scope, upstreams), _usage(draft, scope, upstreams))
    for findings in others:
        yield from (finding for finding in findings if scope.wants(finding.rule.id))
    examined.references_and_terms = len(document.normative_references) + len(document.terms)


def in_document_order(findings: Iterable[Finding]) -> list[Finding]:
    """Return *findings* by line or paragraph; those of one place stay as they were found."""
    return sorted(findings, key=lambda finding: finding.place.line or finding.place.paragraph)


def _references(draft: Draft, scope: Scope, upstreams: ComplianceUpstreams) -> Iterator[Finding]:
    if not any(scope.wants(rule.id) for rule in references.RULES):
        return
    section = next((entry for entry in draft.elements if entry.kind == "normative_references"), None)
    number = section.clause.number if section else ""
    listed = [
        references.ListedReference(
            entry.text[: messages.MAX_SUBJECT_CHARACTERS],
            entry.designation_text or "",
            Place(number, entry.place.xpath, entry.place.line, entry.place.paragraph),
        )
        for entry in draft.document.normative_references
    ]
    yield from references.check_references(listed, catalogue_facts(listed, scope.as_of, upstreams))
    citations = (
        references.Citation(cited.designation, cited.part, cited.passage.place) for cited in draft.once(cited_in)
    )
    yield from references.check_citations(citations, listed)


def _terms(draft: Draft, scope: Scope, upstreams: ComplianceUpstreams) -> Iterator[Finding]:
    if any(scope.wants(rule.id) for rule in terms.RULES):
        defined = [_defined(entry) for entry in draft.document.terms]
        yield from terms.check_terms(defined, registry_matches(defined, upstreams))


def _defined(entry: TermEntry) -> terms.DefinedTerm:
    words = tuple(
        (word.language, word.text)
        for word in entry.designations
        if word.status is not DesignationStatus.DEPRECATED
        and 0 < len(word.text.strip()) <= messages.MAX_TERM_CHARACTERS
    )
    place = Place(entry.number, entry.place.xpath, entry.place.line, entry.place.paragraph)
    return terms.DefinedTerm(words, {text.language: text.text for text in entry.definitions}, place)


def _usage(draft: Draft, scope: Scope, upstreams: ComplianceUpstreams) -> Iterator[Finding]:
    if not any(scope.wants(rule.id) for rule in usage.RULES):
        return
    pairs: list[usage.Pair] = []
    for passages in _batches(draft.passages):
        text = "\n".join(passage.text for passage in passages)
        found = upstreams.recognize(text, draft.language)
        used, bracketed = _used(passages, found.terms)
        pairs += bracketed
        yield from usage.check_usage(used)
    words = sorted({pair.term for pair in pairs})
    matched = messages.registry_matches_from(upstreams.look_up(words)) if words else {}
    yield from usage.check_pairs(pairs, matched)


def _batches(passages: Sequence[Passage]) -> Iterator[list[Passage]]:
    batch: list[Passage] = []
    size = 0
    for passage in passages:
        if passage.section.chapter.kind in ("bibliography", "normative_references") or not passage.text.strip():
            continue
        if batch and size + len(passage.text) > TEXT_A_QUESTION:
            yield batch
            batch, size = [], 0
        batch.append(passage)
        size += len(passage.text) + 1
    if batch:
        yield batch


def _used(
    passages: Sequence[Passage], found: Iterable[recognition_pb2.RecognizedTerm]
) -> tuple[list[usage.UsedTerm], list[usage.Pair]]:
    """Return the terms where they are used; *found* is in the order of the passages' joined text."""
    used: list[usage.UsedTerm] = []
    pairs: list[usage.Pair] = []
    remaining = iter(passages)
    passage, begin = next(remaining), 0
    for one in found:
        while one.start > begin + len(passage.text):
            begin += len(passage.text) + 1
            passage = next(remaining)
        place, section = passage.place, passage.section.path
        verdict = messages.VERDICTS.get(one.verdict)
        used.append(usage.UsedTerm(one.text, verdict, tuple(one.instead), place, section))
        english = usage.bracketed_english(passage.text, one.end - begin)
        if english:
            pairs.append(usage.Pair(one.text, english, place, section))
    return used, pairs
