"""Refuse a starter set whose parts do not fit together."""

from collections import Counter
from collections.abc import Iterable

from standards_tree.errors import MalformedDocumentError
from standards_tree.standards import Level, RelationKind
from standards_tree.starter.records import StarterSet

EXAMPLE_SYMBOL = "/N/XXX/"
EXAMPLE_ZH = "示例"
EXAMPLE_EN = "Example"

_NOT_IN_THE_TREE = frozenset({Level.INTERNATIONAL, Level.FOREIGN})


def check_starter(starter: StarterSet) -> None:
    """Refuse double names, references that lead nowhere, a cyclic tree and examples that do not say so.

    Raises:
        MalformedDocumentError: names the file and the entry.
    """
    _check_tree(starter)
    _check_standards(starter)
    _check_relations(starter)
    _check_measures(starter)
    _check_links(starter)
    _check_drafts(starter)
    _check_concepts(starter)


def _error(file: str, entry: str, template: str, **parameters: object) -> MalformedDocumentError:
    return MalformedDocumentError("{file}, {entry}: " + template, violations=(), file=file, entry=entry, **parameters)


def _check_once(file: str, names: Iterable[str]) -> frozenset[str]:
    counted = Counter(names)
    for name, times in counted.items():
        if times > 1:
            raise _error(file, name, "stands {times} times, expected once", times=times)
    return frozenset(counted)


def _check_tree(starter: StarterSet) -> None:
    codes = _check_once("system.yaml", (node.code for node in starter.nodes))
    parent_of = {node.code: node.parent_code for node in starter.nodes}
    for node in starter.nodes:
        if node.parent_code is not None and node.parent_code not in codes:
            raise _error("system.yaml", node.code, "its parent {parent} does not exist", parent=node.parent_code)
    for node in starter.nodes:
        seen: set[str] = set()
        code: str | None = node.code
        while code is not None:
            if code in seen:
                raise _error("system.yaml", node.code, "lies below itself, by way of {code}", code=code)
            seen.add(code)
            code = parent_of[code]


def _check_standards(starter: StarterSet) -> None:
    _check_once("standards.yaml", (standard.designation for standard in starter.standards))
    level_of = {node.code: node.level for node in starter.nodes}
    for standard in starter.standards:
        in_the_tree = standard.level not in _NOT_IN_THE_TREE
        if in_the_tree != (standard.node_code is not None):
            expected = "a node" if in_the_tree else "no node"
            raise _error("standards.yaml", standard.designation, "needs {expected}", expected=expected)
        if standard.node_code is not None and standard.node_code not in level_of:
            raise _error(
                "standards.yaml", standard.designation, "its node {node} does not exist", node=standard.node_code
            )


def _undated(designation: str) -> str:
    head, separator, year = designation.rpartition(":" if ":" in designation else "-")
    return head if separator and year[:4].isdigit() else designation


def _check_relations(starter: StarterSet) -> None:
    dated = {standard.designation for standard in starter.standards}
    undated = {_undated(designation) for designation in dated}
    for relation in starter.relations:
        if relation.target == relation.source:
            raise _error("standards.yaml", relation.source, "{kind} itself", kind=relation.kind.value)
        if relation.target not in (dated if relation.dated else undated):
            raise _error(
                "standards.yaml",
                relation.source,
                "{kind} {target}, which is not in the file",
                kind=relation.kind.value,
                target=relation.target,
            )
    once = (f"{one.source} {one.target}" for one in starter.relations if one.kind is RelationKind.SUPERSEDES)
    _check_once("standards.yaml", once)


def _check_measures(starter: StarterSet) -> None:
    _check_once("measures.yaml", (symbol for measure in starter.measures for symbol in measure.symbols))
    _check_once("measures.yaml", (requirement.identifier for requirement in starter.requirements))
    for measure in starter.measures:
        if len(measure.symbols) != len(measure.members):
            raise _error("measures.yaml", measure.symbol, "needs one member for each symbol")
        says_so = (
            EXAMPLE_SYMBOL in measure.symbol
            and measure.title_zh.startswith(EXAMPLE_ZH)
            and measure.title_en.startswith(EXAMPLE_EN)
        )
        if measure.example and not says_so:
            raise _error("measures.yaml", measure.symbol, "is an example: symbol, title_zh and title_en must say so")
        if not measure.example and EXAMPLE_SYMBOL in measure.symbol:
            raise _error("measures.yaml", measure.symbol, "has an example's symbol, but not example: true")


def _check_links(starter: StarterSet) -> None:
    requirements = {requirement.identifier: requirement for requirement in starter.requirements}
    standards = {standard.designation for standard in starter.standards}
    drafts = {draft.plan_number for draft in starter.drafts}
    examples = {measure.symbol for measure in starter.measures if measure.example}
    _check_once("links.yaml", (f"{link.requirement} to {link.standard or link.plan_number}" for link in starter.links))
    for link in starter.links:
        requirement = requirements.get(link.requirement)
        if requirement is None:
            raise _error("links.yaml", link.requirement, "is no requirement of measures.yaml")
        if link.standard is not None and link.standard not in standards:
            raise _error("links.yaml", link.requirement, "{standard} is not in standards.yaml", standard=link.standard)
        if link.plan_number is not None and link.plan_number not in drafts:
            raise _error("links.yaml", link.requirement, "{draft} is not in drafts.yaml", draft=link.plan_number)
        invented = requirement.symbol in examples or link.plan_number is not None or link.standard_limit is not None
        if invented != link.example:
            raise _error("links.yaml", link.requirement, "example must be {expected}", expected=str(invented).lower())


def _check_drafts(starter: StarterSet) -> None:
    _check_once("drafts.yaml", (draft.plan_number for draft in starter.drafts))
    nodes = {node.code for node in starter.nodes}
    standards = {standard.designation for standard in starter.standards}
    for draft in starter.drafts:
        if draft.node_code not in nodes:
            raise _error("drafts.yaml", draft.plan_number, "its node {node} does not exist", node=draft.node_code)
        if draft.revises is not None and draft.revises not in standards:
            raise _error("drafts.yaml", draft.plan_number, "{revised} is not in standards.yaml", revised=draft.revises)
        says_so = draft.title_zh.startswith(EXAMPLE_ZH) and draft.title_en.startswith(EXAMPLE_EN)
        if not draft.example or not says_so:
            raise _error("drafts.yaml", draft.plan_number, "every draft is an example and says so in its titles")


def _check_concepts(starter: StarterSet) -> None:
    _check_once("vocabulary.yaml", (concept.identifier for concept in starter.concepts))
    for concept in starter.concepts:
        preferred = [one.language for one in concept.designations if one.status == "preferred"]
        if sorted(preferred) != ["en", "zh-Hans"]:
            raise _error("vocabulary.yaml", concept.identifier, "needs one preferred term in zh-Hans and one in en")
        _check_once("vocabulary.yaml", (f"{one.language} {one.term}" for one in concept.designations))
