"""Load the starter set from the files beside this module."""

from collections.abc import Callable, Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from typing import TypeVar

import yaml

from standards_tree.errors import MalformedDocumentError
from standards_tree.limits import Limit, LimitOperator
from standards_tree.measures.model import NotificationKind
from standards_tree.measures.requirements import RequirementKind
from standards_tree.standards import (
    AdoptionDegree,
    Level,
    LinkState,
    Obligation,
    RelationKind,
    SetRelation,
    StandardStatus,
)
from standards_tree.starter.checks import check_starter
from standards_tree.starter.entry import Entry
from standards_tree.starter.records import (
    Draft,
    Link,
    Measure,
    Node,
    NodeKind,
    Relation,
    Requirement,
    StandardRecord,
    StarterSet,
    SystemRecord,
)
from standards_tree.terms import (
    Concept,
    ConceptRelation,
    ConceptRelationKind,
    ConceptStatus,
    Definition,
    DesignationStatus,
    DesignationType,
    TermDesignation,
)

try:  # the same loader in C, eight times faster, where PyYAML was built with libyaml
    from yaml import CSafeLoader as SafeLoader
except ImportError:
    from yaml import SafeLoader  # type: ignore[assignment]  # the one in Python is another class of the same use

Read = TypeVar("Read")


def load_starter(folder: Traversable | None = None) -> StarterSet:
    """Return the starter set, read from *folder* or from the files shipped with this package.

    Raises:
        MalformedDocumentError: a file does not hold what it should; the message names the file and the entry.
    """
    place = folder if folder is not None else resources.files(__package__)
    system, nodes = _read_system(_mapping(place, "system.yaml"))
    standards: list[StandardRecord] = []
    relations: list[Relation] = []
    for entry in _entries(place, "standards.yaml"):
        record, pointing = _read_standard(entry)
        standards.append(record)
        relations.extend(pointing)
    measures: list[Measure] = []
    requirements: list[Requirement] = []
    for entry in _entries(place, "measures.yaml"):
        measure, demands = _read_measure(entry)
        measures.append(measure)
        requirements.extend(demands)
    starter = StarterSet(
        system=system,
        nodes=nodes,
        standards=tuple(standards),
        relations=tuple(relations),
        measures=tuple(measures),
        requirements=tuple(requirements),
        links=_read_each(place, "links.yaml", _read_link),
        drafts=_read_each(place, "drafts.yaml", _read_draft),
        concepts=_read_each(place, "vocabulary.yaml", _read_concept),
    )
    check_starter(starter)
    return starter


def _parse(place: Traversable, file: str) -> object:
    try:
        content: object = yaml.load(place.joinpath(file).read_text(encoding="utf-8"), Loader=SafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as problem:
        raise MalformedDocumentError("{file} cannot be read: {problem}", file=file, problem=str(problem)) from problem
    return content


def _mapping(place: Traversable, file: str) -> Entry:
    return Entry(_parse(place, file), file, "the whole file")


def _entries(place: Traversable, file: str) -> Iterator[Entry]:
    content = _parse(place, file)
    if not isinstance(content, list):
        raise MalformedDocumentError("{file} is not a list of entries", file=file)
    for number, one in enumerate(content, start=1):
        yield Entry(one, file, f"entry {number}")


def _read_each(place: Traversable, file: str, read: Callable[[Entry], Read]) -> tuple[Read, ...]:
    return tuple(read(entry) for entry in _entries(place, file))


def _named(entry: Entry, key: str) -> str:
    """Return the text that identifies the entry and let later messages name it."""
    name = entry.text(key)
    entry.label = f"{entry.label} ({name})"
    return name


def _read_system(whole: Entry) -> tuple[SystemRecord, tuple[Node, ...]]:
    system = SystemRecord(
        code=whole.text("code"),
        name_zh=whole.text("name_zh"),
        name_en=whole.text("name_en"),
        sources=whole.texts("sources", required=True),
    )
    nodes = tuple(_read_node(entry) for entry in whole.entries("nodes"))
    whole.close()
    return system, nodes


def _read_node(entry: Entry) -> Node:
    node = Node(
        code=_named(entry, "code"),
        parent_code=entry.optional_text("parent"),
        name_zh=entry.text("name_zh"),
        name_en=entry.text("name_en"),
        level=entry.choice("level", Level),
        kind=entry.choice("kind", NodeKind),
    )
    entry.close()
    return node


def _read_standard(entry: Entry) -> tuple[StandardRecord, list[Relation]]:
    designation = _named(entry, "designation")
    record = StandardRecord(
        designation=designation,
        title_zh=entry.optional_text("title_zh"),
        title_en=entry.optional_text("title_en"),
        level=entry.choice("level", Level),
        obligation=entry.optional_choice("obligation", Obligation),
        status=entry.choice("status", StandardStatus),
        issued_on=entry.day("issued_on"),
        effective_on=entry.day("effective_on"),
        ended_on=entry.day("ended_on"),
        ics=entry.texts("ics"),
        ccs=entry.texts("ccs"),
        committee=entry.optional_text("committee"),
        node_code=entry.optional_text("node"),
        sources=entry.texts("sources", required=True),
    )
    if record.title_zh is None and record.title_en is None:
        raise entry.error("title_zh and title_en are both missing")
    relations = _read_relations(entry, designation)
    entry.close()
    return record, relations


def _read_relations(entry: Entry, source: str) -> list[Relation]:
    relations = [
        Relation(source, target, RelationKind.SUPERSEDES, dated=True, degree=None)
        for target in entry.texts("supersedes")
    ]
    relations += [
        Relation(source, target, RelationKind.AMENDS, dated=True, degree=None) for target in entry.texts("amends")
    ]
    for adoption in entry.entries("adopts"):
        degree = adoption.choice("degree", AdoptionDegree)
        relations.append(Relation(source, adoption.text("designation"), RelationKind.ADOPTS, dated=True, degree=degree))
        adoption.close()
    for key, dated in (("references_dated", True), ("references_undated", False)):
        relations += [
            Relation(source, target, RelationKind.NORMATIVE_REFERENCE, dated=dated, degree=None)
            for target in entry.texts(key)
        ]
    return relations


def _read_measure(entry: Entry) -> tuple[Measure, list[Requirement]]:
    symbols = entry.texts("symbols", required=True)
    entry.label = f"{entry.label} ({symbols[0]})"
    measure = Measure(
        symbols=symbols,
        members=entry.texts("members", required=True),
        kind=entry.choice("kind", NotificationKind),
        title_zh=entry.text("title_zh"),
        title_en=entry.text("title_en"),
        distributed_on=entry.day("distributed_on"),
        comment_deadline=entry.day("comment_deadline"),
        comment_deadline_text=entry.optional_text("comment_deadline_text"),
        adoption_text=entry.optional_text("adoption_text"),
        entry_into_force=entry.day("entry_into_force"),
        entry_into_force_text=entry.optional_text("entry_into_force_text"),
        hs_codes=entry.texts("hs_codes"),
        ics=entry.texts("ics"),
        objectives=entry.texts("objectives"),
        cited=entry.texts("cited"),
        url=entry.optional_text("url"),
        example=entry.flag("example"),
        sources=entry.texts("sources", required=True),
    )
    demands = [_read_requirement(demand, measure) for demand in entry.entries("requirements")]
    entry.close()
    return measure, demands


def _read_requirement(entry: Entry, measure: Measure) -> Requirement:
    requirement = Requirement(
        identifier=_named(entry, "id"),
        symbol=measure.symbol,
        kind=entry.choice("kind", RequirementKind),
        text_zh=entry.text("text_zh"),
        text_en=entry.text("text_en"),
        parameter_zh=entry.optional_text("parameter_zh"),
        parameter_en=entry.optional_text("parameter_en"),
        limit=_read_limit(entry.entry("limit")),
        assessed=entry.flag("assessed"),
        cited=entry.texts("cited"),
        sources=entry.texts("sources") or measure.sources,
    )
    entry.close()
    return requirement


def _read_limit(entry: Entry | None) -> Limit | None:
    if entry is None:
        return None
    limit = Limit(
        operator=entry.choice("operator", LimitOperator),
        value=entry.decimal("value"),
        unit=entry.text("unit"),
    )
    entry.close()
    return limit


def _read_link(entry: Entry) -> Link:
    link = Link(
        requirement=_named(entry, "requirement"),
        standard=entry.optional_text("standard"),
        plan_number=entry.optional_text("draft"),
        relation=entry.choice("relation", SetRelation),
        state=entry.choice("state", LinkState),
        confidence=entry.share("confidence"),
        rationale_zh=entry.text("rationale_zh"),
        rationale_en=entry.text("rationale_en"),
        standard_limit=_read_limit(entry.entry("standard_limit")),
        example=entry.flag("example"),
    )
    if (link.standard is None) == (link.plan_number is None):
        raise entry.error("needs exactly one of standard and draft")
    entry.close()
    return link


def _read_draft(entry: Entry) -> Draft:
    draft = Draft(
        plan_number=_named(entry, "plan_number"),
        title_zh=entry.text("title_zh"),
        title_en=entry.text("title_en"),
        level=entry.choice("level", Level),
        obligation=entry.choice("obligation", Obligation),
        stage=entry.text("stage"),
        node_code=entry.text("node"),
        revises=entry.optional_text("revises"),
        ics=entry.texts("ics"),
        ccs=entry.texts("ccs"),
        example=entry.flag("example"),
    )
    entry.close()
    return draft


def _read_concept(entry: Entry) -> Concept:
    number = _named(entry, "number")
    designations = []
    for one in entry.entries("designations"):
        designations.append(
            TermDesignation(
                language=one.text("language"),
                text=one.text("term"),
                status=one.choice("status", DesignationStatus),
                usage_note=one.optional_text("note") or "",
                type=one.optional_choice("type", DesignationType) or DesignationType.FULL_FORM,
                geographical_usage=one.optional_text("geographical_usage") or "",
                used_by=one.texts("used_by"),
            )
        )
        one.close()
    relations = []
    for one in entry.entries("relations"):
        relations.append(ConceptRelation(one.choice("kind", ConceptRelationKind), one.text("target")))
        one.close()
    source = entry.text("source")
    concept = Concept(
        number=number,
        domain=entry.text("domain"),
        designations=tuple(designations),
        definitions=(
            Definition("zh-Hans", entry.text("definition_zh"), source),
            Definition("en", entry.text("definition_en"), source),
        ),
        status=entry.choice("status", ConceptStatus),
        source=source,
        relations=tuple(relations),
    )
    entry.close()
    return concept
