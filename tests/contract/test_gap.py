"""The contract of the gap service: what a report finds, is about, names and can be downloaded as."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import grpc
import pytest
from google.longrunning import operations_pb2
from google.type.date_pb2 import Date

from invented import group_prefix, symbol
from linking import create_measure, link, require
from long_operations import answer_of, finished
from refusals import fields_of
from tbt.catalog.v1 import catalog_service_pb2 as catalog_pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as catalog_grpc
from tbt.catalog.v1 import draft_pb2, standard_pb2, system_pb2
from tbt.gap.v1 import gap_service_pb2 as pb
from tbt.gap.v1 import gap_service_pb2_grpc as pb_grpc
from tbt.gap.v1 import scope_pb2
from tbt.linkage.v1 import linkage_service_pb2 as linkage_pb
from tbt.linkage.v1 import linkage_service_pb2_grpc as linkage_grpc
from tbt.type.v1 import type_pb2
from watching import changes_until

Stub = pb_grpc.GapServiceStub
Limit = type_pb2.Limit
Report = Callable[..., pb.GapReport]

AS_OF = Date(year=2026, month=6, day=1)
JSON, XLSX, HTML = pb.REPORT_FORMAT_JSON, pb.REPORT_FORMAT_XLSX, pb.REPORT_FORMAT_HTML
VERDICTS = ("covered", "covered_stale", "partial", "weaker", "draft_only", "uncovered", "not_assessed")


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


@dataclass(frozen=True)
class World:
    """A standards system with a measure that has a requirement of every verdict, and another measure beside it."""

    system: str
    branch: str
    every: str
    """The symbol of the measure whose requirement n has the n-th of VERDICTS."""
    other: str
    suggested: str
    """The symbol of a measure whose only link nobody has reviewed."""


class Builder:
    """Records what a world is made of."""

    def __init__(self, channel: grpc.Channel) -> None:
        self.catalog = catalog_grpc.CatalogServiceStub(channel)
        self.linkage = linkage_grpc.LinkageServiceStub(channel)
        self.prefix = group_prefix()
        self.system = f"systems/s{uuid4().hex[:12]}"

    def node(self, code: str, parent: str = "") -> str:
        """Create a node and return its name."""
        node = system_pb2.Node(code=code, title=type_pb2.LocalizedText(zh=f"示例 {code}"), parent=parent)
        return self.catalog.CreateNode(catalog_pb.CreateNodeRequest(system=self.system, node=node)).name

    def standard(self, number: str, node: str = "") -> str:
        """Record a standard in force and return its name."""
        year = int(number[-4:])
        recorded = standard_pb2.Standard(
            designation=f"{self.prefix} {number}",
            title=type_pb2.LocalizedText(zh=f"示例标准 {number}", en=f"Example standard {number}"),
            status=standard_pb2.STANDARD_STATUS_IN_FORCE,
            issued_on=Date(year=year, month=1, day=1),
            effective_on=Date(year=year, month=7, day=1),
        )
        name = self.catalog.CreateStandard(catalog_pb.CreateStandardRequest(standard=recorded)).name
        if node:
            self.catalog.PlaceStandard(catalog_pb.PlaceStandardRequest(node=node, standard=name))
        return name

    def confirmed(self, requirement: str, target: str, **fields: object) -> None:
        """Link a requirement and confirm the link."""
        name = link(self.linkage, requirement, target, **fields).name
        self.linkage.ReviewLink(linkage_pb.ReviewLinkRequest(name=name, state=linkage_pb.LINK_STATE_CONFIRMED))


@pytest.fixture(scope="module")
def world(channel: grpc.Channel) -> World:
    """Record everything once; the names are nobody else's."""
    build = Builder(channel)
    title = type_pb2.LocalizedText(zh="示例体系", en="Example system")
    request = catalog_pb.CreateSystemRequest(system_id=build.system[8:], system=system_pb2.System(title=title))
    build.catalog.CreateSystem(request)
    first = build.node("1")
    branch = build.node("2.1", build.node("2"))
    sound, old = build.standard("1—2024", first), build.standard("2—2018")
    newer = build.standard("2—2024", branch)
    build.catalog.SupersedeStandard(catalog_pb.SupersedeStandardRequest(name=old, successor=newer))
    draft = draft_pb2.Draft(title=title, level=type_pb2.LEVEL_GROUP, node=branch)
    draft_name = build.catalog.RegisterDraft(catalog_pb.RegisterDraftRequest(draft=draft)).name

    facts = {"hs_codes": ["950300"], "ics_codes": ["97.200.50"], "distributed_on": Date(year=2026, month=1, day=5)}
    every = create_measure(build.linkage, title=title, **facts)
    needs = [require(build.linkage, every.name, assessed=number == 6).name for number in range(1, 8)]
    limited = Limit(operator=Limit.OPERATOR_AT_MOST, value="90", unit="mg/kg")
    looser = Limit(operator=Limit.OPERATOR_AT_MOST, value="0.1", unit="g/kg")
    needs[3] = require(build.linkage, every.name, number=8, parameter="lead", limit=limited).name
    build.confirmed(needs[0], sound)
    build.confirmed(needs[1], old)
    build.confirmed(needs[2], sound, relation=type_pb2.SET_RELATION_INTERSECTS)
    build.confirmed(needs[3], sound, standard_limit=looser)
    build.confirmed(needs[4], draft_name)

    number = symbol().rpartition("/")[2]
    facts = {"hs_codes": ["8507"], "ics_codes": ["29.220.30"], "distributed_on": Date(year=2025, month=6, day=1)}
    other = create_measure(build.linkage, f"G/TBT/N/XXY/{number}", title=title, **facts)
    build.confirmed(require(build.linkage, other.name).name, newer)
    suggested = create_measure(build.linkage, f"G/TBT/N/XXZ/{number}", title=title)
    link(build.linkage, require(build.linkage, suggested.name).name, sound)
    return World(build.system, branch, every.symbols[0], other.symbols[0], suggested.symbols[0])


def begin(stub: Stub, **fields: object) -> operations_pb2.Operation:
    """Ask for a report; *fields* are those of the request, or of its scope."""
    scope = {name: fields.pop(name) for name in list(fields) if name in scope_pb2.GapScope.DESCRIPTOR.fields_by_name}
    return stub.CreateGapReport(
        pb.CreateGapReportRequest(**{"scope": scope_pb2.GapScope(**scope), "as_of": AS_OF, **fields})
    )


@pytest.fixture
def report(grpc_stub: Stub, channel: grpc.Channel) -> Report:
    """Return how to have a report made."""
    return lambda **fields: answer_of(channel, begin(grpc_stub, **fields), pb.GapReport())


def download(stub: Stub, name: str, report_format: int = JSON, language: str = "", **options: Any) -> bytes:
    """Return a report in one format and language."""
    request = pb.DownloadGapReportRequest(name=name, format=report_format, language=language)
    pieces = [answer.chunk for answer in stub.DownloadGapReport(request, **options)]
    assert max(map(len, pieces)) <= 256 * 1024
    return b"".join(pieces)


def content_of(stub: Stub, made: pb.GapReport) -> dict[str, Any]:
    """Return a report's JSON."""
    found: dict[str, Any] = json.loads(download(stub, made.name))
    return found


def measures_of(stub: Stub, made: pb.GapReport) -> set[str]:
    """Return the symbols of the measures a report is about."""
    return {measure["symbol"] for measure in content_of(stub, made)["measures"]}


def test_every_verdict_is_found(grpc_stub: Stub, report: Report, world: World) -> None:
    """One requirement for each: in force, succeeded, overlapping, a looser limit, a draft, nothing found, not looked at."""
    made = report(symbols=[world.every])
    content = content_of(grpc_stub, made)
    verdicts = {entry["number"]: entry["verdict"] for entry in content["requirements"]}
    # Requirement 4 was recorded without a limit and a link; 8 has the limit.
    assert [verdicts[number] for number in (1, 2, 3, 8, 5, 6, 7)] == list(VERDICTS)
    assert dict(made.verdict_counts) == {**dict.fromkeys(VERDICTS, 1), "not_assessed": 2}
    assert (made.requirement_count, made.measure_count) == (8, 1)


def test_the_evidence_names_standards_as_people_know_them(grpc_stub: Stub, report: Report, world: World) -> None:
    """The stale requirement leads from the old edition to its successor; no name of a record is shown."""
    content = content_of(grpc_stub, report(symbols=[world.every]))
    stale = next(entry for entry in content["requirements"] if entry["verdict"] == "covered_stale")
    assert [step["type"] for step in stale["path"]] == ["requirement", "standard", "standard"]
    assert stale["path"][-1]["name"].endswith(" 2—2024")
    assert stale["standard"]["linked"].endswith(" 2—2018")
    text = json.dumps(content)
    assert "standards/" not in text
    assert "links/" not in text


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ({"symbols": ["every"]}, {"every"}),
        ({"symbols": ["every", "other"]}, {"every", "other"}),
        ({"member_codes": ["xxy"]}, {"other"}),
        ({"hs_prefixes": ["9503"]}, {"every"}),
        ({"hs_prefixes": ["85", "95"]}, {"every", "other"}),
        ({"ics_prefixes": ["29.220"]}, {"other"}),
        ({"distributed_from": Date(year=2026, month=1, day=5)}, {"every"}),
        ({"distributed_to": Date(year=2025, month=6, day=1)}, {"other"}),
        ({"member_codes": ["XXY"], "hs_prefixes": ["95"]}, set()),
    ],
)
def test_a_scope_narrows_what_a_report_is_about(
    grpc_stub: Stub, report: Report, world: World, scope: dict[str, Any], expected: set[str]
) -> None:
    """Every condition given holds; a symbol may be written in any spelling."""
    known = {"every": world.every, "other": world.other, "suggested": world.suggested}
    given = {**scope, "symbols": [known[name].lower() for name in scope["symbols"]]} if "symbols" in scope else scope
    found = measures_of(grpc_stub, report(**given)) & set(known.values())
    assert found == {known[name] for name in expected}


@pytest.mark.parametrize("by", ["name", "code"])
def test_a_branch_is_named_by_its_name_or_its_code(grpc_stub: Stub, report: Report, world: World, by: str) -> None:
    """Only requirements linked to standards or drafts of the branch, and only its nodes, are in the report."""
    branch = world.branch if by == "name" else f"{world.system}/nodes/2.1"
    made = report(symbols=[world.every, world.other, world.suggested], branch=branch)
    content = content_of(grpc_stub, made)
    assert {(entry["measure"], entry["verdict"]) for entry in content["requirements"]} == {
        (world.every, "covered_stale"),
        (world.every, "draft_only"),
        (world.other, "covered"),
    }
    assert [(node["system"], node["code"]) for node in content["tree"]] == [(world.system[8:], "2.1")]


def test_the_coverage_is_shown_over_the_system_asked(grpc_stub: Stub, report: Report, world: World) -> None:
    """The nodes of another system are left out, those of this one stand in their order."""
    content = content_of(grpc_stub, report(symbols=[world.every], branch=world.system))
    assert [node["code"] for node in content["tree"]] == ["1", "2", "2.1"]
    assert {node["system"] for node in content["tree"]} == {world.system[8:]}


def test_suggested_links_count_only_when_asked_for(report: Report, world: World) -> None:
    """They are marked as tentative then."""
    without = report(symbols=[world.suggested])
    counted = report(symbols=[world.suggested], include_suggested=True)
    assert dict(without.verdict_counts)["not_assessed"] == 1
    assert dict(counted.verdict_counts)["covered"] == 1
    assert (without.include_suggested, counted.include_suggested) == (False, True)


def test_the_day_asked_decides(grpc_stub: Stub, report: Report, world: World) -> None:
    """As of a day before the successor took effect the old edition still covered the requirement."""
    past = Date(year=2020, month=6, day=1)
    made = report(symbols=[world.every], as_of=past)
    second = next(entry for entry in content_of(grpc_stub, made)["requirements"] if entry["number"] == 2)
    assert (made.as_of, second["verdict"], second["standard"]["designation"][-6:]) == (past, "covered", "2—2018")


def test_without_a_day_a_report_is_about_today(grpc_stub: Stub, channel: grpc.Channel, world: World) -> None:
    """The day is settled when the report is asked for, and named in it."""
    request = pb.CreateGapReportRequest(scope=scope_pb2.GapScope(symbols=[world.every]))
    made = answer_of(channel, grpc_stub.CreateGapReport(request), pb.GapReport())
    assert made.as_of.year >= 2024
    day = f"{made.as_of.year:04}-{made.as_of.month:02}-{made.as_of.day:02}"
    assert content_of(grpc_stub, made)["as_of"] == day


def test_the_same_content_and_parameters_give_the_same_bytes(grpc_stub: Stub, report: Report, world: World) -> None:
    """The JSON of two reports of the same revisions is equal byte for byte, and its hash as announced."""
    first, second = (report(symbols=[world.every, world.other], branch=world.system) for _ in range(2))
    contents = [download(grpc_stub, made.name) for made in (first, second)]
    assert first.name != second.name
    assert dict(first.revisions) == dict(second.revisions)
    assert contents[0] == contents[1]
    assert {hashlib.sha256(content).hexdigest() for content in contents} == {first.json_sha256, second.json_sha256}


def test_a_report_names_the_revisions_it_was_computed_from(
    grpc_stub: Stub, report: Report, channel: grpc.Channel, world: World
) -> None:
    """They are those of the change logs, and a change in between is a later revision."""
    before = report(symbols=[world.every])
    linkage = linkage_grpc.LinkageServiceStub(channel)
    marker = create_measure(linkage)
    revision = changes_until(linkage.WatchChanges, before.revisions["linkage"], marker.name)[-1].revision
    after = report(symbols=[world.every])
    assert dict(after.revisions) == {**before.revisions, "linkage": revision}
    assert content_of(grpc_stub, after)["revisions"] == dict(after.revisions)


def test_a_page_is_complete_in_itself_in_either_language(grpc_stub: Stub, report: Report, world: World) -> None:
    """HTML in Chinese and in English, without anything to fetch; the language of the call where none is named."""
    name = report(symbols=[world.every]).name
    pages = {language: download(grpc_stub, name, HTML, language).decode() for language in ("en", "zh-Hans")}
    assert '<html lang="en"' in pages["en"]
    assert '<html lang="zh-Hans"' in pages["zh-Hans"]
    for page in pages.values():
        assert world.every in page
        assert 'src="http' not in page
        assert '<link rel="stylesheet"' not in page
    assert download(grpc_stub, name, HTML, "zh-CN").decode() == pages["zh-Hans"]
    spoken = download(grpc_stub, name, HTML, metadata=[("accept-language", "zh-CN")]).decode()
    assert spoken == pages["zh-Hans"]


def test_a_workbook_opens_in_either_language(grpc_stub: Stub, report: Report, world: World) -> None:
    """XLSX with the same measure in it, and the words of each language."""
    name = report(symbols=[world.every]).name
    texts = {}
    for language in ("en", "zh-Hans"):
        with zipfile.ZipFile(io.BytesIO(download(grpc_stub, name, XLSX, language))) as book:
            texts[language] = book.read("xl/sharedStrings.xml").decode()
    assert all(world.every in text for text in texts.values())
    assert "示例标准" in texts["zh-Hans"]
    assert texts["en"] != texts["zh-Hans"]


def test_json_is_the_same_in_every_language(grpc_stub: Stub, report: Report, world: World) -> None:
    """It holds both languages."""
    name = report(symbols=[world.every]).name
    assert download(grpc_stub, name, JSON, "en") == download(grpc_stub, name, JSON, "zh-Hans")


@pytest.mark.parametrize(
    ("scope", "field"),
    [
        ({"symbols": ["G/TBT/N/XXX/1", "nothing"]}, "scope.symbols[1]"),
        ({"distributed_from": Date(year=2026, month=2, day=30)}, "scope.distributed_from"),
        ({"branch": "nodes/1"}, "scope.branch"),
        ({"hs_prefixes": ["9"]}, "scope.hs_prefixes[0]"),
        ({"as_of": Date(year=2026, month=13, day=1)}, "as_of"),
    ],
)
def test_a_scope_that_cannot_be_read_is_refused_at_once(grpc_stub: Stub, scope: dict[str, Any], field: str) -> None:
    """No report is begun, and the refusal names the field."""
    with pytest.raises(grpc.RpcError) as refusal:
        begin(grpc_stub, **scope)
    assert refusal.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert fields_of(refusal.value) == [field]


@pytest.mark.parametrize(
    ("branch", "missing"),
    [
        ("systems/nowhere", "systems/nowhere"),
        ("systems/nowhere/nodes/1", "systems/nowhere"),
        ("{system}/nodes/9", "node 9"),
    ],
)
def test_a_branch_that_is_not_there_fails_the_report(
    grpc_stub: Stub, channel: grpc.Channel, world: World, branch: str, missing: str
) -> None:
    """The operation says what does not exist, and there is no report."""
    operation = finished(channel, begin(grpc_stub, branch=branch.format(system=world.system)))
    assert operation.error.code == grpc.StatusCode.NOT_FOUND.value[0]
    assert missing in operation.error.message
    progress = pb.CreateGapReportMetadata()
    assert operation.metadata.Unpack(progress)
    with pytest.raises(grpc.RpcError) as refusal:
        grpc_stub.GetGapReport(pb.GetGapReportRequest(name=progress.report))
    assert refusal.value.code() is grpc.StatusCode.NOT_FOUND


def test_progress_names_the_report_that_will_be_made(grpc_stub: Stub, channel: grpc.Channel, world: World) -> None:
    """From the beginning, and with a share that is near one at the end."""
    operation = begin(grpc_stub, symbols=[world.every])
    waiting, ending = pb.CreateGapReportMetadata(), pb.CreateGapReportMetadata()
    assert operation.metadata.Unpack(waiting)
    done = finished(channel, operation)
    made = pb.GapReport()
    assert done.metadata.Unpack(ending)
    assert done.response.Unpack(made)
    assert waiting.report == ending.report == made.name
    assert waiting.share_done == 0
    assert 0.5 < ending.share_done <= 1


def test_a_report_is_read_as_it_was_answered(grpc_stub: Stub, report: Report, world: World) -> None:
    """Its figures, scope and author can be read again."""
    made = report(symbols=[world.every])
    assert grpc_stub.GetGapReport(pb.GetGapReportRequest(name=made.name)) == made
    assert (made.created_by, list(made.scope.symbols)) == ("administrator", [world.every])
    assert made.HasField("created_at")


def test_reports_are_listed_newest_first(grpc_stub: Stub, report: Report, world: World) -> None:
    """Page by page, the latest at the beginning."""
    made = [report(symbols=[world.every]).name for _ in range(3)]
    first = grpc_stub.ListGapReports(pb.ListGapReportsRequest(page_size=2))
    second = grpc_stub.ListGapReports(pb.ListGapReportsRequest(page_size=2, page_token=first.next_page_token))
    assert [entry.name for entry in (*first.reports, *second.reports)][:3] == made[::-1]


def test_a_request_sent_twice_makes_one_report(grpc_stub: Stub, channel: grpc.Channel, world: World) -> None:
    """The same request with its request_id is the same operation."""
    request_id = str(uuid4())
    first, second = (begin(grpc_stub, symbols=[world.every], request_id=request_id) for _ in range(2))
    assert first.name == second.name
    assert finished(channel, first).done


def test_a_relation_from_a_standard_that_is_not_there_is_a_problem_of_the_report(
    grpc_stub: Stub, report: Report, channel: grpc.Channel, world: World
) -> None:
    """An import may bring a relation before its source; the report names both by their designations."""
    prefix = group_prefix()
    relation = standard_pb2.Relation(
        source=f"{prefix} 1—2024",
        target_designation=f"{prefix} 2—2024",
        kind=standard_pb2.RELATION_KIND_NORMATIVE_REFERENCE,
    )
    records = catalog_pb.ImportStandardsRecords(records=[catalog_pb.ImportStandardsRecord(row=1, relation=relation)])
    catalog = catalog_grpc.CatalogServiceStub(channel)
    pieces = [
        catalog_pb.ImportStandardsRequest(options=catalog_pb.ImportStandardsOptions()),
        catalog_pb.ImportStandardsRequest(records=records),
    ]
    assert catalog.ImportStandards(iter(pieces)).relations.created == 1
    problems = {entry["code"]: entry for entry in content_of(grpc_stub, report(symbols=[world.every]))["problems"]}
    assert any(prefix.lower() in case.lower() for case in problems["relation_source_unknown"]["examples"])


@pytest.mark.parametrize("name", ["reports/0", "0", "standards/0"])
def test_a_report_that_is_not_there_is_not_found(grpc_stub: Stub, name: str) -> None:
    """Neither its figures nor its files."""
    with pytest.raises(grpc.RpcError) as refusal:
        grpc_stub.GetGapReport(pb.GetGapReportRequest(name=name))
    assert refusal.value.code() is grpc.StatusCode.NOT_FOUND
    with pytest.raises(grpc.RpcError) as refusal:
        download(grpc_stub, name)
    assert refusal.value.code() is grpc.StatusCode.NOT_FOUND


def test_a_report_that_was_made_is_a_change(grpc_stub: Stub, report: Report, world: World) -> None:
    """Who follows the change log learns of it, and who asked for it."""
    made = report(symbols=[world.every])
    change = changes_until(grpc_stub.WatchChanges, 0, made.name)[-1]
    assert (change.resource, change.action, change.principal) == (made.name, "created", "administrator")


@pytest.mark.parametrize(("role", "allowed"), [("analyst", True), ("reviewer", True), ("reader", False)])
def test_who_may_have_reports_made(
    as_role: Callable[..., grpc.Channel], world: World, role: str, allowed: bool
) -> None:
    """Making a report needs its permission; reading one does not."""
    channel = as_role(role)
    try:
        finished(channel, begin(Stub(channel), symbols=[world.every]))
        code = grpc.StatusCode.OK
    except grpc.RpcError as refusal:
        code = refusal.code()
    assert code is (grpc.StatusCode.OK if allowed else grpc.StatusCode.PERMISSION_DENIED)
