"""Terms and clauses in the dependency graph, through the running services: impacts, health, sub-graphs, reports, clauses."""

import json
from collections.abc import Callable
from pathlib import Path

import grpc
import networkx as nx
import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from google.type.date_pb2 import Date
from typer.testing import CliRunner, Result

from catalogues import new_number
from concepts import approve, concept, create, word
from linking import create_measure, link, refused, require
from refusals import fields_of
from services.cli.__main__ import app
from services.composition import Composition, Program
from tbt.catalog.v1 import catalog_service_pb2 as catalog_pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as catalog_grpc
from tbt.catalog.v1 import standard_pb2
from tbt.gap.v1 import clause_pb2, gap_service_pb2_grpc, graph_pb2, impact_pb2
from tbt.linkage.v1 import linkage_service_pb2 as linkage_pb
from tbt.linkage.v1 import linkage_service_pb2_grpc as linkage_grpc
from tbt.terminology.v1 import concept_pb2, concept_work_pb2
from tbt.terminology.v1 import terminology_service_pb2 as terms_pb
from tbt.terminology.v1 import terminology_service_pb2_grpc as terms_grpc
from tbt.type.v1 import type_pb2

Stub = gap_service_pb2_grpc.GapServiceStub
AS_OF = Date(year=2026, month=6, day=1)
TITLE = type_pb2.LocalizedText(zh="示例", en="Example")
Unique = Callable[[str], str]


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


class World:
    """A standard that defines a term, an old one, a requirement that uses the term and one that does not."""

    def __init__(self, channel: grpc.Channel, word_: str) -> None:
        self.catalog = catalog_grpc.CatalogServiceStub(channel)
        self.linkage = linkage_grpc.LinkageServiceStub(channel)
        self.terms = terms_grpc.TerminologyServiceStub(channel)
        number = new_number()
        self.defining, self.old = f"GB {number}—2024", f"GB {number}—2010"
        for designation in (self.defining, self.old):
            recorded = standard_pb2.Standard(
                designation=designation, title=TITLE, status=standard_pb2.STANDARD_STATUS_IN_FORCE
            )
            name = self.catalog.CreateStandard(catalog_pb.CreateStandardRequest(standard=recorded)).name
        superseded = catalog_pb.SupersedeStandardRequest(name=name, successor=self.defining)
        self.catalog.SupersedeStandard(superseded)
        self.word = word_
        made = create(
            self.terms,
            concept(
                word("en", word_),
                word("zh-Hans", f"示例{word_}"),
                definitions=[concept_pb2.Definition(language="en", text="example", source=f"{self.defining}, 3.1")],
            ),
        )
        self.concept = approve(self.terms, made.name)
        self.term = f"示例{word_} / {word_}"
        measure = create_measure(self.linkage, title=TITLE)
        self.measure, self.symbol = measure.name, measure.symbols[0]
        texts = (f"Every {word_} is tested.", "Nothing is tested.")
        for text in texts:
            require(self.linkage, measure.name, text=type_pb2.LocalizedText(zh="示例", en=text), assessed=True)

    def quote(self, source: str) -> None:
        """Let the definition of the term quote another source."""
        current = self.terms.GetConcept(terms_pb.GetConceptRequest(name=self.concept.name))
        if current.status == concept_pb2.CONCEPT_STATUS_APPROVED:
            current = self.terms.DiscussConcept(concept_work_pb2.DiscussConceptRequest(name=current.name))
        current.definitions[0].source = source
        mask = FieldMask(paths=["definitions"])
        self.terms.UpdateConcept(terms_pb.UpdateConceptRequest(concept=current, update_mask=mask))

    def confirm(self, designation: str, number: int = 1, **fields: object) -> None:
        """Link a requirement to a standard and confirm the link."""
        name = link(self.linkage, f"{self.measure}/requirements/{number}", designation, **fields).name
        self.linkage.ReviewLink(linkage_pb.ReviewLinkRequest(name=name, state=linkage_pb.LINK_STATE_CONFIRMED))


@pytest.fixture
def world(channel: grpc.Channel, unique: Unique) -> World:
    """Record a world of its own for each test."""
    return World(channel, unique("gizmo"))


def touched(stub: Stub, name: str, event: int = impact_pb2.IMPACT_EVENT_REVISED) -> dict[str, tuple[int, str]]:
    """Return what a change touches: how far away, and why."""
    found = stub.GetImpact(impact_pb2.GetImpactRequest(name=name, event=event, as_of=AS_OF, page_size=1000))
    return {one.node.name: (one.distance, one.reason) for one in found.touched}


def cases(stub: Stub, code: str) -> list[tuple[str, ...]]:
    """Return the cases of one condition."""
    found = stub.GetSystemHealth(graph_pb2.GetSystemHealthRequest(as_of=AS_OF, most_cases=10_000))
    return [tuple(case.members) for one in found.conditions if one.code == code for case in one.cases]


def counted(stub: Stub, code: str) -> int:
    """Return how many cases a condition has; there may be more of them than are handed out."""
    found = stub.GetSystemHealth(graph_pb2.GetSystemHealthRequest(as_of=AS_OF))
    return sum(one.count for one in found.conditions if one.code == code)


def test_a_standard_that_changes_touches_the_terms_it_defines_and_what_uses_them(grpc_stub: Stub, world: World) -> None:
    """The term, the requirement in whose text it stands, the measure; each with how far and why."""
    assert touched(grpc_stub, world.defining) == {
        world.term: (1, "renewed_defined_in"),
        f"{world.symbol}#1": (2, "beneath_uses"),
        world.symbol: (3, "beneath_part_of"),
    }
    found = grpc_stub.GetImpact(
        impact_pb2.GetImpactRequest(name=world.defining, event=impact_pb2.IMPACT_EVENT_ABOLISHED, as_of=AS_OF)
    )
    (term,) = (one for one in found.touched if one.node.kind == graph_pb2.NODE_KIND_TERM)
    assert (term.reason, term.explanation.startswith("defines term")) == ("ended_defined_in", True)
    assert [(one.clause, one.term_count) for one in found.clauses] == [("3.1", 1)]
    assert found.revisions.keys() == {"catalog", "linkage", "terminology"}


def test_every_change_of_terms_and_texts_is_seen_by_the_next_question(grpc_stub: Stub, world: World) -> None:
    """A text that comes to use a term, one that no longer does, a term that gets another word or another source."""
    touched(grpc_stub, world.defining)
    names = [f"{world.measure}/requirements/{number}" for number in (1, 2)]
    for name, text in zip(names, ("Nothing.", f"A {world.word}."), strict=True):
        changed = linkage_pb.Requirement(name=name, text=type_pb2.LocalizedText(en=text))
        mask = FieldMask(paths=["text"])
        world.linkage.UpdateRequirement(linkage_pb.UpdateRequirementRequest(requirement=changed, update_mask=mask))
    found = touched(grpc_stub, world.defining)
    assert (f"{world.symbol}#1" in found, found.get(f"{world.symbol}#2")) == (False, (2, "beneath_uses"))
    other = create(world.terms, concept(word("en", f"a {world.word}")))
    assert f"{world.symbol}#2" not in touched(grpc_stub, world.defining), "a longer term hides the shorter one"
    other.designations[0].text = f"no {world.word}"
    mask = FieldMask(paths=["designations"])
    world.terms.UpdateConcept(terms_pb.UpdateConceptRequest(concept=other, update_mask=mask))
    assert f"{world.symbol}#2" in touched(grpc_stub, world.defining)
    world.quote(world.old)
    assert world.term not in touched(grpc_stub, world.defining)
    assert touched(grpc_stub, world.old)[world.term] == (1, "renewed_defined_in")


def test_terms_whose_source_is_doubtful_are_listed_with_what_to_do(grpc_stub: Stub, world: World) -> None:
    """Superseded with what took its place, missing, ambiguous, none; sound ones not at all."""
    codes = ("superseded", "abolished", "missing", "ambiguous")
    for code in codes:
        assert all(case[0] != world.term for case in cases(grpc_stub, f"term_source_{code}"))
    world.quote(world.old)
    assert (world.term, world.old, world.defining) in cases(grpc_stub, "term_source_superseded")
    missing = f"GB {new_number()}—2001, 3.1"
    world.quote(missing)
    assert (world.term, missing) in cases(grpc_stub, "term_source_missing")
    both = f"{world.old}; {world.defining}"
    world.quote(both)
    assert (world.term, both) in cases(grpc_stub, "term_source_ambiguous")
    without = counted(grpc_stub, "term_without_source")
    world.quote("our own words")
    assert counted(grpc_stub, "term_without_source") == without + 1
    found = grpc_stub.GetSystemHealth(graph_pb2.GetSystemHealthRequest(as_of=AS_OF))
    assert all(one.action for one in found.conditions if one.code.startswith("term_"))


def test_a_sub_graph_shows_terms_and_clauses(grpc_stub: Stub, world: World) -> None:
    """From a term to the requirement that uses it and the clause that defines it, which is part of its standard."""
    world.confirm(world.defining, clause="5.2")
    request = graph_pb2.GetSubGraphRequest(names=[f"term:{world.word}"], as_of=AS_OF, most_distance=1, clauses=True)
    found = grpc_stub.GetSubGraph(request)
    edges = {(found.nodes[one.source].name, one.kind, found.nodes[one.target].name) for one in found.edges}
    requirement = f"{world.symbol}#1"
    assert {
        (requirement, "uses", world.term),
        (world.term, "defined_in", world.defining),
        (world.term, "names", f"{world.defining}, 3.1"),
        (f"{world.defining}, 3.1", "part_of", world.defining),
        (requirement, "names", f"{world.defining}, 5.2"),
        (f"{world.defining}, 5.2", "part_of", world.defining),
    } <= edges
    kinds = {one.name: one.kind for one in found.nodes}
    assert kinds[f"{world.defining}, 5.2"] == graph_pb2.NODE_KIND_CLAUSE
    plain = grpc_stub.GetSubGraph(graph_pb2.GetSubGraphRequest(names=[world.defining], as_of=AS_OF, most_distance=1))
    assert all(one.kind != graph_pb2.NODE_KIND_CLAUSE for one in plain.nodes)


def test_a_word_of_two_terms_or_of_none_is_refused(grpc_stub: Stub, world: World) -> None:
    """The refusal names both, and the field; each can be asked for with its vocabulary."""
    create(world.terms, concept(word("en", world.word), domain="示例"))
    request = graph_pb2.GetSubGraphRequest(names=[f"term:{world.word}"], as_of=AS_OF)
    refusal = refused(lambda: grpc_stub.GetSubGraph(request))
    assert refusal.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert fields_of(refusal) == ["names[0]"]
    whole = graph_pb2.GetSubGraphRequest(names=[f"term:{world.word} [示例]"], as_of=AS_OF)
    assert grpc_stub.GetSubGraph(whole).nodes[0].name == f"{world.word} [示例]"
    unknown = graph_pb2.GetSubGraphRequest(names=["term:no such word"], as_of=AS_OF)
    assert refused(lambda: grpc_stub.GetSubGraph(unknown)).code() is grpc.StatusCode.NOT_FOUND


def test_the_clauses_of_a_standard_say_which_requirements_they_answer(grpc_stub: Stub, world: World) -> None:
    """By clause, with verdicts; terms and references beside them; last the standard as a whole."""
    target = f"GB {new_number()}—2001"
    relation = standard_pb2.Relation(
        source=world.defining,
        target_designation=target,
        kind=standard_pb2.RELATION_KIND_NORMATIVE_REFERENCE,
        clause="2",
    )
    world.catalog.CreateRelation(catalog_pb.CreateRelationRequest(relation=relation))
    world.confirm(world.defining, clause="5.10")
    world.confirm(world.defining, 2)
    found = grpc_stub.GetClauseCoverage(clause_pb2.GetClauseCoverageRequest(name=world.defining, as_of=AS_OF))
    assert [one.count.clause for one in found.clauses] == ["2", "3.1", "5.10", ""]
    second, third, tenth, rest = found.clauses
    assert [(one.kind, one.target, one.known) for one in second.references] == [("normative_reference", target, False)]
    assert [one.name for one in third.terms] == [world.term]
    assert [(one.requirement.name, one.confirmed, one.verdict) for one in tenth.requirements] == [
        (f"{world.symbol}#1", True, "covered_stale")
    ]
    assert rest.count.requirement_count == 1


@pytest.fixture
def tbt(composition: Composition, program: Program) -> Callable[..., Result]:
    """Return how to give a command to a running program."""
    token = composition.local_issuer.issue("test-reader", ["analyst"], 3600)

    def run(*arguments: str, language: str = "en") -> Result:
        options = ["--address", f"127.0.0.1:{program.port}", "--token", token, "--lang", language]
        return CliRunner(env={"COLUMNS": "300"}).invoke(app, [*options, *arguments])

    return run


def test_the_command_line_shows_terms_and_clauses(tbt: Callable[..., Result], world: World, tmp_path: Path) -> None:
    """Impact with the clauses that are cited, coverage by clause, a sub-graph as GraphML, a report with its terms."""
    world.confirm(world.defining, clause="5.2")
    day = ("--as-of", "2026-06-01")
    done = tbt("gap", "impact", world.defining, *day)
    assert f"clause 5.2 of {world.defining} is cited by 1 requirement" in done.stderr
    assert world.term in done.stdout
    chinese = tbt("gap", "impact", world.defining, *day, language="zh-Hans")
    assert "术语定义引自该标准" in chinese.stdout
    covered = tbt("gap", "clauses", world.defining, *day)
    assert (covered.exit_code, f"{world.symbol}#1 (covered)" in covered.stdout) == (0, True), covered.output
    file = tmp_path / "near.graphml"
    drawn = tbt("gap", "graph", f"term:{world.word}", *day, "--to", str(file))
    assert drawn.exit_code == 0, drawn.output
    near = nx.read_graphml(file)
    kinds = {facts["name"]: facts["type"] for _, facts in near.nodes(data=True)}
    assert (kinds[world.term], kinds[f"{world.defining}, 3.1"]) == ("term", "clause")
    assert "defined_in" in {facts["edge"] for _, _, facts in near.edges(data=True)}
    healthy = tbt("gap", "health", "--cases", "3", *day, language="zh-Hans")
    assert "术语定义未引自标准" in healthy.stdout


def test_a_report_names_the_agreed_terms_a_requirement_uses(
    tbt: Callable[..., Result], world: World, tmp_path: Path
) -> None:
    """With where they are defined, and whether the standard that decides is among these; GraphML has them as nodes."""
    world.confirm(world.old)
    files = [tmp_path / name for name in ("report.json", "report.graphml", "report.html")]
    options = [part for file in files for part in ("--to", str(file))]
    done = tbt("gap", "report", "--symbol", world.symbol, "--as-of", "2026-06-01", *options)
    assert done.exit_code == 0, done.output
    report = json.loads(files[0].read_text(encoding="utf-8"))
    first, second = report["requirements"]
    assert first["terms"] == [
        {
            "term": {"en": world.word, "zh-Hans": f"示例{world.word}"},
            "number": "",
            "domain": "",
            "defined_in": [{"standard": world.defining, "clause": "3.1", "status": "in_force"}],
            "by_deciding": True,
        }
    ]
    assert second["terms"] == []
    assert report["revisions"].keys() == {"catalog", "linkage", "terminology"}
    kinds = {facts["name"]: facts["type"] for _, facts in nx.read_graphml(files[1]).nodes(data=True)}
    assert (kinds[world.term], kinds[f"{world.defining}, 3.1"]) == ("term", "clause")
    assert world.word in files[2].read_text(encoding="utf-8")
