"""Refuse a starter set whose parts do not fit together."""

from collections import Counter
from collections.abc import Iterable, Mapping

from standards_tree.classifications import Scheme, parse_code
from standards_tree.designations import Designation, parse_designation
from standards_tree.errors import InvalidArgumentError, MalformedDocumentError
from standards_tree.measures.symbols import parse_symbol
from standards_tree.standards import Level, RelationKind
from standards_tree.starter.records import StarterSet
from standards_tree.terms import ConceptStatus
from standards_tree.vocabulary import check_vocabulary

EXAMPLE_MEMBER = "XXX"
EXAMPLE_ZH = "示例"
EXAMPLE_EN = "Example"
CANDIDATE_MARKS = ("候选", "candidate")

_OUTSIDE_THE_TREE = frozenset({Level.INTERNATIONAL, Level.FOREIGN})


def check_starter(starter: StarterSet) -> None:
    """Refuse double names, codes that are none, references that lead nowhere, cycles and examples that do not say so.

    Raises:
        MalformedDocumentError: names the file and the entry.
    """
    _check_tree(starter)
    read = _check_standards(starter)
    _check_relations(starter, read)
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


def _check_codes(file: str, entry: str, scheme: Scheme, codes: Iterable[str]) -> None:
    for code in codes:
        try:
            parse_code(scheme, code)
        except InvalidArgumentError as refused:
            raise _error(file, entry, "{refused}", refused=str(refused)) from refused


def _check_acyclic(file: str, parents_of: Mapping[str, list[str]]) -> None:
    """Refuse a name that is reached from itself: depth first, O(names + edges)."""
    done: set[str] = set()
    for start in parents_of:
        path: list[str] = []
        waiting = [(start, False)]
        while waiting:
            name, leaving = waiting.pop()
            if leaving:
                path.remove(name)
                done.add(name)
            elif name in path:
                raise _error(file, name, "leads back to itself")
            elif name not in done:
                path.append(name)
                waiting.append((name, True))
                waiting.extend((parent, False) for parent in parents_of.get(name, ()))


def _check_tree(starter: StarterSet) -> None:
    codes = _check_once("system.yaml", (node.code for node in starter.nodes))
    for node in starter.nodes:
        if node.parent_code is not None and node.parent_code not in codes:
            raise _error("system.yaml", node.code, "its parent {parent} does not exist", parent=node.parent_code)
    _check_acyclic("system.yaml", {node.code: [node.parent_code] if node.parent_code else [] for node in starter.nodes})


def _check_standards(starter: StarterSet) -> dict[str, Designation]:
    """Return the designations read, by their text."""
    file = "standards.yaml"
    level_of = {node.code: node.level for node in starter.nodes}
    read = {}
    for standard in starter.standards:
        name = standard.designation
        read[name] = _designation(name, name)
        if not read[name].is_dated:
            raise _error(file, name, "names no edition: the year is missing")
        if read[name].is_chinese == (standard.level in _OUTSIDE_THE_TREE):
            whose = "Chinese" if read[name].is_chinese else "not Chinese"
            raise _error(file, name, "is {level}, its designation is {whose}", level=standard.level.value, whose=whose)
        _check_codes(file, name, Scheme.ICS, standard.ics)
        _check_codes(file, name, Scheme.CCS, standard.ccs)
        if standard.level in _OUTSIDE_THE_TREE:
            if standard.node_code is not None:
                raise _error(file, name, "stands in the tree, though it is {level}", level=standard.level.value)
        elif level_of.get(standard.node_code or "") is not standard.level:
            raise _error(file, name, "needs a node of its level; node is {node}", node=standard.node_code)
    _check_once(file, (designation.key for designation in read.values()))
    return read


def _designation(text: str, entry: str) -> Designation:
    try:
        return parse_designation(text)
    except InvalidArgumentError as refused:
        raise _error("standards.yaml", entry, "{refused}", refused=str(refused)) from refused


def _check_relations(starter: StarterSet, read: Mapping[str, Designation]) -> None:
    undated = {designation.undated_key for designation in read.values()}
    older: dict[str, list[str]] = {}
    for relation in starter.relations:
        known = (
            relation.target in read
            if relation.dated
            else _designation(relation.target, relation.source).undated_key in undated
        )
        if not known:
            raise _error(
                "standards.yaml",
                relation.source,
                "{kind} {target}, which is not in the file",
                kind=relation.kind.value,
                target=relation.target,
            )
        if relation.kind is RelationKind.SUPERSEDES:
            older.setdefault(relation.source, []).append(relation.target)
    _check_acyclic("standards.yaml", older)


def _check_measures(starter: StarterSet) -> None:
    file = "measures.yaml"
    _check_once(file, (symbol for measure in starter.measures for symbol in measure.symbols))
    _check_once(file, (requirement.identifier for requirement in starter.requirements))
    for measure in starter.measures:
        name = measure.symbol
        if len(measure.symbols) != len(measure.members):
            raise _error(file, name, "needs one member for each symbol")
        _check_codes(file, name, Scheme.HS, measure.hs_codes)
        _check_codes(file, name, Scheme.ICS, measure.ics)
        example_symbol = parse_symbol(name).member == EXAMPLE_MEMBER
        if measure.example != example_symbol:
            raise _error(file, name, "example is {example}, the symbol says otherwise", example=measure.example)
        if measure.example and not _says_example(measure.title_zh, measure.title_en):
            raise _error(file, name, "is an example, but its titles do not open with 示例 and Example")


def _says_example(title_zh: str, title_en: str) -> bool:
    return title_zh.startswith(EXAMPLE_ZH) and title_en.startswith(EXAMPLE_EN)


def _check_links(starter: StarterSet) -> None:
    file = "links.yaml"
    requirements = {requirement.identifier: requirement for requirement in starter.requirements}
    standards = {standard.designation for standard in starter.standards}
    drafts = {draft.plan_number for draft in starter.drafts}
    examples = {measure.symbol for measure in starter.measures if measure.example}
    _check_once(file, (f"{link.requirement} to {link.standard or link.plan_number}" for link in starter.links))
    for link in starter.links:
        requirement = requirements.get(link.requirement)
        if requirement is None:
            raise _error(file, link.requirement, "is no requirement of measures.yaml")
        if link.standard is not None and link.standard not in standards:
            raise _error(file, link.requirement, "{standard} is not in standards.yaml", standard=link.standard)
        if link.plan_number is not None and link.plan_number not in drafts:
            raise _error(file, link.requirement, "{draft} is not in drafts.yaml", draft=link.plan_number)
        invented = requirement.symbol in examples or link.plan_number is not None or link.standard_limit is not None
        if invented and not link.example:
            raise _error(file, link.requirement, "rests on something invented: example must be true")


def _check_drafts(starter: StarterSet) -> None:
    file = "drafts.yaml"
    _check_once(file, (draft.plan_number for draft in starter.drafts))
    level_of = {node.code: node.level for node in starter.nodes}
    standards = {standard.designation for standard in starter.standards}
    for draft in starter.drafts:
        if level_of.get(draft.node_code) is not draft.level:
            raise _error(file, draft.plan_number, "needs a node of its level; node is {node}", node=draft.node_code)
        if draft.revises is not None and draft.revises not in standards:
            raise _error(file, draft.plan_number, "{revised} is not in standards.yaml", revised=draft.revises)
        if not draft.example or not _says_example(draft.title_zh, draft.title_en):
            raise _error(file, draft.plan_number, "every draft here is an example and says so in its titles")


def _check_concepts(starter: StarterSet) -> None:
    _check_once("vocabulary.yaml", (concept.number for concept in starter.concepts))
    for concept in starter.concepts:
        try:
            concept.require_sound()
        except InvalidArgumentError as refused:
            raise _error("vocabulary.yaml", concept.number, "{refused}", refused=str(refused)) from refused
        if concept.status is not ConceptStatus.CANDIDATE or not all(mark in concept.domain for mark in CANDIDATE_MARKS):
            raise _error("vocabulary.yaml", concept.number, "is a candidate and says so in its domain")
    for finding in check_vocabulary(starter.concepts):
        number = finding.entries[0].concept.number
        raise _error("vocabulary.yaml", number, "{rule}: {problem}", rule=finding.rule.id, problem=finding.message.en)
