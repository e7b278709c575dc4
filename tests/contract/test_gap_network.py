"""The contract of the gap service: inferences, comparisons, impacts, changes tried out, the health of the whole."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

import grpc
import pytest
from google.type.date_pb2 import Date
from typer.testing import CliRunner, Result

from catalogues import new_number
from invented import group_prefix
from linking import create_measure, link, refused, require
from long_operations import answer_of
from refusals import fields_of
from services.cli.__main__ import app
from services.composition import Composition, Program
from tbt.catalog.v1 import catalog_service_pb2 as catalog_pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as catalog_grpc
from tbt.catalog.v1 import draft_pb2, standard_pb2, system_pb2
from tbt.gap.v1 import (
    comparison_pb2,
    gap_service_pb2,
    gap_service_pb2_grpc,
    graph_pb2,
    impact_pb2,
    inference_pb2,
    scope_pb2,
)
from tbt.linkage.v1 import linkage_service_pb2 as linkage_pb
from tbt.linkage.v1 import linkage_service_pb2_grpc as linkage_grpc
from tbt.type.v1 import type_pb2

Stub = gap_service_pb2_grpc.GapServiceStub
AS_OF = Date(year=2026, month=6, day=1)
Tbt = Callable[..., Result]


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


@pytest.fixture
def tbt(composition: Composition, program: Program) -> Tbt:
    """Return how to give a command to a running program."""
    token = composition.local_issuer.issue("test-reader", ["analyst"], 3600)

    def run(*arguments: str, language: str = "en") -> Result:
        options = ["--address", f"127.0.0.1:{program.port}", "--token", token, "--lang", language]
        return CliRunner(env={"COLUMNS": "240"}).invoke(app, [*options, *arguments])

    return run


class Records:
    """Records invented standards, relations, measures and links, whose names are nobody else's."""

    def __init__(self, channel: grpc.Channel) -> None:
        self.catalog = catalog_grpc.CatalogServiceStub(channel)
        self.linkage = linkage_grpc.LinkageServiceStub(channel)
        self.prefix = group_prefix()
        self.title = type_pb2.LocalizedText(zh="示例", en="Example")

    def designation(self, number: str) -> str:
        """Return the official designation of an invented standard."""
        return f"{self.prefix} {number}"

    def foreign(self, year: int) -> str:
        """Record an international standard in force, of a number nobody else uses, and return its designation."""
        return self.recorded(f"ISO {new_number()}:{year}")

    def standard(self, number: str) -> str:
        """Record a group standard in force and return its designation."""
        return self.recorded(self.designation(number))

    def recorded(self, designation: str) -> str:
        """Record a standard in force and return its designation in official form."""
        recorded = standard_pb2.Standard(
            designation=designation,
            title=self.title,
            status=standard_pb2.STANDARD_STATUS_IN_FORCE,
            issued_on=Date(year=2024, month=1, day=1),
        )
        return self.catalog.CreateStandard(catalog_pb.CreateStandardRequest(standard=recorded)).designation

    def relate(self, source: str, target: str, **fields: object) -> str:
        """Record a relation and return its name; a normative reference in clause 2 unless said otherwise."""
        given = {"kind": standard_pb2.RELATION_KIND_NORMATIVE_REFERENCE, "clause": "2", **fields}
        relation = standard_pb2.Relation(source=source, target_designation=target, **given)
        return self.catalog.CreateRelation(catalog_pb.CreateRelationRequest(relation=relation)).name

    def confirm(self, requirement: str, designation: str, **fields: object) -> None:
        """Link a requirement to a standard and confirm the link."""
        name = link(self.linkage, requirement, designation, **fields).name
        self.linkage.ReviewLink(linkage_pb.ReviewLinkRequest(name=name, state=linkage_pb.LINK_STATE_CONFIRMED))


@dataclass(frozen=True)
class World:
    """A foreign standard, one that adopts it, one that refers to that, and a measure that names the foreign one."""

    records: Records
    symbol: str
    measure: str
    foreign: str
    adopter: str
    referrer: str


def identical(records: Records, source: str, target: str) -> str:
    """Record an identical adoption."""
    kind, degree = standard_pb2.RELATION_KIND_ADOPTS, standard_pb2.ADOPTION_DEGREE_IDT
    return records.relate(source, target, kind=kind, degree=degree, clause="")


@pytest.fixture
def world(channel: grpc.Channel) -> World:
    """Record a world of its own for each test."""
    records = Records(channel)
    foreign = records.foreign(2019)
    adopter = records.standard("2—2024")
    referrer = records.standard("3—2024")
    identical(records, adopter, foreign)
    records.relate(referrer, adopter)
    measure = create_measure(records.linkage, title=records.title)
    require(records.linkage, measure.name, cited_standards=[foreign], assessed=True)
    return World(records, measure.symbols[0], measure.name, foreign, adopter, referrer)


def infer(stub: Stub, world: World, **fields: object) -> inference_pb2.InferCoverageResponse:
    """Infer what answers the measure of a world."""
    scope = scope_pb2.GapScope(symbols=[world.symbol])
    return stub.InferCoverage(inference_pb2.InferCoverageRequest(scope=scope, as_of=AS_OF, **fields))


def touched(
    stub: Stub, name: str, event: impact_pb2.ImpactEvent.ValueType, **fields: object
) -> dict[str, tuple[int, str]]:
    """Return what a change touches: how far away, and why."""
    found = stub.GetImpact(impact_pb2.GetImpactRequest(name=name, event=event, as_of=AS_OF, page_size=1000, **fields))
    return {one.node.name: (one.distance, one.reason) for one in found.touched}


def test_what_a_requirement_cites_leads_to_the_standard_that_adopts_it(grpc_stub: Stub, world: World) -> None:
    """The cheapest way: it cites a foreign standard, and a domestic one adopts that identically."""
    found = infer(grpc_stub, world)
    assert found.unanswered_count == 1
    (coverage,) = found.coverages
    way = coverage.ways[0]
    assert coverage.requirement.name == f"{world.symbol}#1"
    assert [(step.node.name, step.kind, step.against, step.penalty) for step in way.steps] == [
        (world.foreign, "cites", False, 1),
        (world.adopter, "adopts_idt", True, 0),
    ]
    assert (way.penalty, way.strength, way.relation) == (
        1,
        inference_pb2.INFERENCE_STRENGTH_WHOLE,
        type_pb2.SET_RELATION_SUBSET,
    )
    assert 0 < way.probability < 1
    assert way.chance > 0.5
    assert len(found.calibration) == 81


def test_alternatives_come_after_the_best_way(grpc_stub: Stub, world: World) -> None:
    """The standard that refers to the adopter is next: it holds what it refers to, at a higher penalty."""
    (coverage,) = infer(grpc_stub, world, most_ways=10).coverages
    ends = [way.steps[-1].node.name for way in coverage.ways]
    assert ends[:2] == [world.adopter, world.referrer]
    assert [way.penalty for way in coverage.ways[:2]] == [1, 3]
    assert coverage.ways[1].steps[-1].clause == "2"


def test_a_change_is_seen_by_the_next_question(grpc_stub: Stub, world: World) -> None:
    """A link confirmed, a relation deleted, a standard added: each shows at once, and the revisions say so."""
    first = infer(grpc_stub, world)
    records = world.records
    late = records.standard("4—2025")
    name = identical(records, late, world.foreign)
    (coverage,) = infer(grpc_stub, world, most_ways=10).coverages
    assert late in [way.steps[-1].node.name for way in coverage.ways]
    records.catalog.DeleteRelation(catalog_pb.DeleteRelationRequest(name=name))
    (coverage,) = infer(grpc_stub, world, most_ways=10).coverages
    assert late not in [way.steps[-1].node.name for way in coverage.ways]
    records.confirm(f"{world.measure}/requirements/1", world.adopter)
    last = infer(grpc_stub, world)
    assert (last.unanswered_count, len(last.coverages)) == (0, 0)
    assert last.revisions["catalog"] > first.revisions["catalog"]
    assert last.revisions["linkage"] > first.revisions["linkage"]


def test_a_rejected_link_is_not_inferred_again(grpc_stub: Stub, world: World) -> None:
    """Somebody said no to the adopter: the next best standard is shown."""
    name = link(world.records.linkage, f"{world.measure}/requirements/1", world.adopter).name
    rejected = linkage_pb.ReviewLinkRequest(name=name, state=linkage_pb.LINK_STATE_REJECTED)
    world.records.linkage.ReviewLink(rejected)
    (coverage,) = infer(grpc_stub, world).coverages
    assert coverage.ways[0].steps[-1].node.name == world.referrer


def test_inferences_come_page_by_page(grpc_stub: Stub, world: World) -> None:
    """Every requirement once, in the order of their numbers."""
    for _ in range(4):
        require(world.records.linkage, world.measure, cited_standards=[world.foreign])
    names, token = [], ""
    while True:
        page = infer(grpc_stub, world, page_size=2, page_token=token)
        names += [one.requirement.name for one in page.coverages]
        token = page.next_page_token
        if not token:
            break
    assert names == [f"{world.symbol}#{number}" for number in range(1, 6)]


def test_an_abolished_standard_touches_what_depends_on_it(grpc_stub: Stub, world: World) -> None:
    """What adopts it, what refers to that, what cites it, and the measure; each with how far and why."""
    found = touched(grpc_stub, world.foreign, impact_pb2.IMPACT_EVENT_ABOLISHED)
    assert found == {
        world.adopter: (1, "ended_adopts"),
        f"{world.symbol}#1": (1, "ended_cites"),
        world.referrer: (2, "beneath_refers_dated"),
        world.symbol: (2, "beneath_part_of"),
    }


def test_an_impact_is_explained_in_the_readers_language(tbt: Tbt, world: World) -> None:
    """With what lies between."""
    done = tbt("gap", "impact", world.adopter, "--event", "superseded", "--as-of", "2026-06-01", language="zh-Hans")
    assert done.exit_code == 0, done.output
    assert "注日期引用：仍指向旧版" in done.stdout
    assert world.referrer in done.stdout


def test_a_measure_that_enters_into_force_touches_its_requirements_and_their_standards(
    grpc_stub: Stub, world: World
) -> None:
    """And nothing that depends on these."""
    found = touched(grpc_stub, world.symbol, impact_pb2.IMPACT_EVENT_ENTERS_INTO_FORCE)
    assert found == {f"{world.symbol}#1": (1, "entry_part_of"), world.foreign: (2, "entry_cites")}


def test_impacts_come_page_by_page(grpc_stub: Stub, world: World) -> None:
    """The nearest first, with all counts on every page."""
    names, token = [], ""
    for _ in range(4):
        page = grpc_stub.GetImpact(
            impact_pb2.GetImpactRequest(
                name=world.foreign, event=impact_pb2.IMPACT_EVENT_REVISED, as_of=AS_OF, page_size=1, page_token=token
            )
        )
        names += [(one.distance, one.node.name) for one in page.touched]
        assert sum(one.count for one in page.counts) == 4
        token = page.next_page_token
    assert (token, len(set(names))) == ("", 4)
    assert [distance for distance, _ in names] == [1, 1, 2, 2]


@pytest.mark.parametrize(
    ("name", "event", "field"),
    [
        ("no designation", impact_pb2.IMPACT_EVENT_REVISED, "name"),
        ("{adopter}", impact_pb2.IMPACT_EVENT_ENTERS_INTO_FORCE, "name"),
        ("", impact_pb2.IMPACT_EVENT_REVISED, "name"),
        ("{adopter}", impact_pb2.IMPACT_EVENT_UNSPECIFIED, "event"),
    ],
)
def test_an_impact_of_what_cannot_change_so_is_refused(
    grpc_stub: Stub, world: World, name: str, event: impact_pb2.ImpactEvent.ValueType, field: str
) -> None:
    """The refusal names the field."""
    refusal = refused(lambda: touched(grpc_stub, name.format(adopter=world.adopter), event))
    assert refusal.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert fields_of(refusal) == [field]


def test_what_is_not_there_is_not_found(grpc_stub: Stub, world: World) -> None:
    """Neither a standard nor a measure nor a requirement."""
    for name in (world.records.designation("99—2024"), "G/TBT/N/XXX/999999"):
        event = impact_pb2.IMPACT_EVENT_REVISED if "—" in name else impact_pb2.IMPACT_EVENT_ENTERS_INTO_FORCE
        refusal = refused(lambda name=name, event=event: touched(grpc_stub, name, event))
        assert refusal.code() is grpc.StatusCode.NOT_FOUND
    request = graph_pb2.GetSubGraphRequest(names=[f"{world.symbol}#77"])
    assert refused(lambda: grpc_stub.GetSubGraph(request)).code() is grpc.StatusCode.NOT_FOUND


def test_two_bodies_are_compared_both_ways(grpc_stub: Stub, world: World) -> None:
    """The requirement lies within the foreign list's standard; of the list one of two standards answers something."""
    other = world.records.foreign(2020)
    measures = comparison_pb2.Body(measures=scope_pb2.GapScope(symbols=[world.symbol]))
    prefixes = comparison_pb2.DesignationPrefixes(prefixes=[world.foreign, other])
    listed = comparison_pb2.Body(prefixes=prefixes)
    request = comparison_pb2.CompareBodiesRequest(first=measures, second=listed, as_of=AS_OF, most_units=10)
    found = grpc_stub.CompareBodies(request)
    (row,) = found.first_by_second.rows
    assert (row.group, row.unit_count, row.together.whole, len(row.cells)) == (world.symbol, 1, 1, 2)
    assert sum(cell.whole for cell in row.cells) == 1
    assert {row.group: row.together.part for row in found.second_by_first.rows} == {world.foreign: 1, other: 0}
    assert found.first_by_second.units[0].answered_by.name == world.foreign
    assert {unit.unit.name: unit.penalty for unit in found.second_by_first.units} == {world.foreign: 2, other: 0}


def test_a_system_is_compared_by_its_branches(grpc_stub: Stub, channel: grpc.Channel, world: World) -> None:
    """A standard that stands in a branch answers a foreign one that it adopts, wholly."""
    records = world.records
    system = f"systems/s{uuid4().hex[:12]}"
    created = catalog_pb.CreateSystemRequest(system_id=system[8:], system=system_pb2.System(title=records.title))
    records.catalog.CreateSystem(created)
    for code in ("1", "2"):
        node = system_pb2.Node(code=code, title=records.title)
        made = records.catalog.CreateNode(catalog_pb.CreateNodeRequest(system=system, node=node))
        if code == "2":
            name = (
                f"standards/{records.catalog.GetStandard(catalog_pb.GetStandardRequest(name=world.adopter)).name[10:]}"
            )
            records.catalog.PlaceStandard(catalog_pb.PlaceStandardRequest(node=made.name, standard=name))
    request = comparison_pb2.CompareBodiesRequest(
        first=comparison_pb2.Body(prefixes=comparison_pb2.DesignationPrefixes(prefixes=[world.foreign])),
        second=comparison_pb2.Body(branch=system),
        as_of=AS_OF,
    )
    found = grpc_stub.CompareBodies(request)
    assert list(found.first_by_second.columns) == ["2 示例"]
    assert found.first_by_second.rows[0].together.whole == 1


@pytest.mark.parametrize("body", [comparison_pb2.Body(), comparison_pb2.Body(branch="nodes/1")])
def test_a_body_that_names_nothing_is_refused(grpc_stub: Stub, body: comparison_pb2.Body) -> None:
    """As are two that hold more groups than anybody can read."""
    prefixes = comparison_pb2.DesignationPrefixes(prefixes=["T/XX"])
    request = comparison_pb2.CompareBodiesRequest(first=body, second=comparison_pb2.Body(prefixes=prefixes))
    refusal = refused(lambda: grpc_stub.CompareBodies(request))
    assert refusal.code() is grpc.StatusCode.INVALID_ARGUMENT


def trial(stub: Stub, world: World, *changes: impact_pb2.TrialChange) -> impact_pb2.TryChangesResponse:
    """Try changes out on the measure of a world."""
    scope = scope_pb2.GapScope(symbols=[world.symbol])
    return stub.TryChanges(impact_pb2.TryChangesRequest(scope=scope, as_of=AS_OF, changes=changes))


def test_an_adoption_that_is_tried_out_covers_what_cites_the_foreign_standard(grpc_stub: Stub, world: World) -> None:
    """Uncovered today, covered then; and today's facts are as before."""
    adoption = impact_pb2.TrialAdoption(
        adopted=world.foreign, designation=world.records.designation("9—2026"), degree="idt"
    )
    for _ in range(2):
        found = trial(grpc_stub, world, impact_pb2.TrialChange(adopt=adoption))
        assert (dict(found.before), dict(found.after)) == ({"uncovered": 1}, {"covered": 1})
        assert [(one.requirement, one.before, one.after) for one in found.differences] == [
            (f"{world.symbol}#1", "uncovered", "covered")
        ]
        assert (found.better_count, found.worse_count) == (1, 0)


def test_a_standard_that_is_abolished_or_merged_in_a_trial_answers_no_more_or_staler(
    grpc_stub: Stub, world: World
) -> None:
    """Abolished: uncovered. Merged into another: the link is stale until it is confirmed anew."""
    world.records.confirm(f"{world.measure}/requirements/1", world.referrer)
    gone = trial(grpc_stub, world, impact_pb2.TrialChange(abolish=world.referrer))
    assert (dict(gone.before), dict(gone.after), gone.worse_count) == ({"covered": 1}, {"uncovered": 1}, 1)
    merge = impact_pb2.TrialMerge(designations=[world.referrer], into=world.records.designation("8—2026"))
    merged = trial(grpc_stub, world, impact_pb2.TrialChange(merge=merge))
    assert dict(merged.after) == {"covered_stale": 1}


def test_a_draft_that_is_published_in_a_trial_answers_what_is_linked_to_it(grpc_stub: Stub, world: World) -> None:
    """Draft only today, covered then."""
    draft = draft_pb2.Draft(title=world.records.title, level=type_pb2.LEVEL_GROUP)
    name = world.records.catalog.RegisterDraft(catalog_pb.RegisterDraftRequest(draft=draft)).name
    world.records.confirm(f"{world.measure}/requirements/1", name)
    publication = impact_pb2.TrialPublication(draft=name, designation=world.records.designation("7—2026"))
    found = trial(grpc_stub, world, impact_pb2.TrialChange(publish=publication))
    assert (dict(found.before), dict(found.after)) == ({"draft_only": 1}, {"covered": 1})


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        (impact_pb2.TrialChange(), grpc.StatusCode.INVALID_ARGUMENT, "changes[0]"),
        (impact_pb2.TrialChange(abolish="nothing"), grpc.StatusCode.INVALID_ARGUMENT, "changes[0].abolish"),
        (impact_pb2.TrialChange(abolish="T/XXNONE 1—2020"), grpc.StatusCode.NOT_FOUND, ""),
        (
            impact_pb2.TrialChange(publish=impact_pb2.TrialPublication(draft="drafts/none")),
            grpc.StatusCode.NOT_FOUND,
            "",
        ),
    ],
)
def test_a_trial_of_what_cannot_be_is_refused(
    grpc_stub: Stub, world: World, change: impact_pb2.TrialChange, code: grpc.StatusCode, field: str
) -> None:
    """The refusal says which change."""
    refusal = refused(lambda: trial(grpc_stub, world, change))
    assert refusal.code() is code
    assert fields_of(refusal) == ([field] if field else [])


def test_the_health_of_the_system_names_the_members_of_every_condition(grpc_stub: Stub, world: World) -> None:
    """A circle of references, one to a standard that is not there, and a standard superseded but cited."""
    records = world.records
    records.relate(world.adopter, world.referrer)
    records.relate(world.referrer, records.designation("77—2001"), clause="3")
    newer = records.recorded(world.foreign.replace("2019", "2025"))
    records.relate(world.adopter, world.foreign, clause="4")
    standard = records.catalog.GetStandard(catalog_pb.GetStandardRequest(name=world.foreign)).name
    records.catalog.SupersedeStandard(catalog_pb.SupersedeStandardRequest(name=standard, successor=newer))
    found = grpc_stub.GetSystemHealth(graph_pb2.GetSystemHealthRequest(as_of=AS_OF, most_cases=10_000))
    cases = {one.code: [tuple(case.members) for case in one.cases] for one in found.conditions}
    assert set(cases["reference_cycle"]) >= {(world.adopter, world.referrer)}
    assert (world.referrer, records.designation("77—2001")) in cases["reference_unknown"]
    assert (world.foreign, world.adopter) in cases["superseded_but_cited"]
    assert found.in_force_count <= found.standard_count


def test_the_verdicts_on_all_requirements_are_those_of_a_report_on_everything(
    grpc_stub: Stub, channel: grpc.Channel, world: World
) -> None:
    """What is kept current by changes counts as a report that reads everything anew."""
    standard = world.records.catalog.GetStandard(catalog_pb.GetStandardRequest(name=world.adopter)).name
    world.records.confirm(f"{world.measure}/requirements/1", world.adopter)
    grpc_stub.GetSystemHealth(graph_pb2.GetSystemHealthRequest(as_of=AS_OF))
    world.records.catalog.AbolishStandard(
        catalog_pb.AbolishStandardRequest(name=standard, ended_on=Date(year=2026, month=5, day=1))
    )
    counted = grpc_stub.GetSystemHealth(graph_pb2.GetSystemHealthRequest(as_of=AS_OF))
    begun = grpc_stub.CreateGapReport(gap_service_pb2.CreateGapReportRequest(as_of=AS_OF))
    report = answer_of(channel, begun, gap_service_pb2.GapReport())
    assert dict(counted.verdict_counts) == {verdict: count for verdict, count in report.verdict_counts.items() if count}
    assert sum(counted.severity_counts.values()) == report.requirement_count
    assert dict(counted.revisions) == dict(report.revisions)


def test_a_part_of_the_network_has_all_edges_between_its_nodes(grpc_stub: Stub, world: World) -> None:
    """Two steps round the foreign standard: everything in this world."""
    request = graph_pb2.GetSubGraphRequest(names=[world.foreign], as_of=AS_OF, most_distance=2)
    found = grpc_stub.GetSubGraph(request)
    names = [node.name for node in found.nodes]
    assert set(names) == {world.foreign, world.adopter, world.referrer, f"{world.symbol}#1", world.symbol}
    assert {(names[edge.source], edge.kind, names[edge.target], edge.clause) for edge in found.edges} == {
        (world.adopter, "adopts_idt", world.foreign, ""),
        (world.referrer, "refers_dated", world.adopter, "2"),
        (f"{world.symbol}#1", "cites", world.foreign, ""),
        (f"{world.symbol}#1", "part_of", world.symbol, ""),
    }
    assert not found.cut
    cut = grpc_stub.GetSubGraph(graph_pb2.GetSubGraphRequest(names=[world.foreign], most_distance=2, most_nodes=2))
    assert (len(cut.nodes), cut.cut) == (2, True)


def test_the_commands_show_what_the_calls_answer(tbt: Tbt, world: World) -> None:
    """Each in a table, and as JSON."""
    adopted = f"{world.foreign} = {world.records.designation('9—2026')} idt"
    for command, shown in (
        (["infer", "--symbol", world.symbol], world.adopter),
        (["compare", f"symbol:{world.symbol}", world.foreign], world.symbol),
        (["what-if", "--symbol", world.symbol, "--adopt", adopted], "uncovered"),
        (["health"], "standards that refer to each other in a circle"),
        (["graph", world.foreign], world.adopter),
    ):
        done = tbt("gap", *command)
        assert done.exit_code == 0, done.output
        assert shown in done.stdout, done.stdout
        as_json = tbt("gap", *command, "--json").stdout
        assert json.loads(as_json.splitlines()[0] if command[0] == "infer" else as_json)


def test_who_may_read_reports_may_ask(as_role: Callable[..., grpc.Channel], world: World) -> None:
    """A reader sees inferences; nothing of it needs the right to make reports."""
    assert infer(Stub(as_role("reader")), world).unanswered_count == 1
