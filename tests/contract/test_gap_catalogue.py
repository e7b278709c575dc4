"""The contract of the catalogue of reports: filters, retention, what is kept, comparison, plans of work."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import grpc
import psycopg
import pytest
from google.type.date_pb2 import Date

from linking import create_measure, link, require
from long_operations import answer_of
from refusals import fields_of
from services.composition import Composition
from services.embedded import EmbeddedStack
from tbt.gap.v1 import gap_service_pb2 as pb
from tbt.gap.v1 import gap_service_pb2_grpc as pb_grpc
from tbt.gap.v1 import plan_pb2, report_pb2, scope_pb2
from tbt.linkage.v1 import linkage_service_pb2 as linkage_pb
from tbt.linkage.v1 import linkage_service_pb2_grpc as linkage_grpc
from tbt.type.v1 import type_pb2

Stub = pb_grpc.GapServiceStub
AS_OF = Date(year=2026, month=6, day=1)


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


class World:
    """A measure with three requirements of which none is answered, and reports about it."""

    def __init__(self, channel: grpc.Channel) -> None:
        self.channel = channel
        self.stub = Stub(channel)
        self.linkage = linkage_grpc.LinkageServiceStub(channel)
        self.measure = create_measure(
            self.linkage, title=type_pb2.LocalizedText(zh="示例措施"), ics_codes=["97.200.50"]
        )
        self.needs = [require(self.linkage, self.measure.name, assessed=True).name for _ in range(3)]
        self.title = f"示例 {uuid4().hex}"
        self.before = self.report(title=f"{self.title} A", budget=plan_pb2.WorkBudget(standards_per_year=1))
        self.answer(self.needs[0])
        self.after = self.report(title=f"{self.title} B")

    def report(self, **fields: Any) -> pb.GapReport:
        """Have a report about the measure made."""
        scope = scope_pb2.GapScope(symbols=[self.measure.symbols[0]])
        request = pb.CreateGapReportRequest(scope=scope, as_of=AS_OF, **fields)
        return answer_of(self.channel, self.stub.CreateGapReport(request), pb.GapReport())

    def answer(self, need: str) -> None:
        """Link a requirement to a standard in force and confirm it."""
        made = link(self.linkage, need, self._standard())
        self.linkage.ReviewLink(linkage_pb.ReviewLinkRequest(name=made.name, state=linkage_pb.LINK_STATE_CONFIRMED))

    def _standard(self) -> str:
        from invented import group_prefix  # noqa: PLC0415
        from tbt.catalog.v1 import catalog_service_pb2 as catalog_pb  # noqa: PLC0415
        from tbt.catalog.v1 import catalog_service_pb2_grpc as catalog_grpc  # noqa: PLC0415
        from tbt.catalog.v1 import standard_pb2  # noqa: PLC0415

        standard = standard_pb2.Standard(
            designation=f"{group_prefix()} 1—2024",
            title=type_pb2.LocalizedText(zh="示例标准"),
            status=standard_pb2.STANDARD_STATUS_IN_FORCE,
            issued_on=Date(year=2024, month=1, day=1),
            effective_on=Date(year=2024, month=7, day=1),
        )
        catalog = catalog_grpc.CatalogServiceStub(self.channel)
        return catalog.CreateStandard(catalog_pb.CreateStandardRequest(standard=standard)).name


@pytest.fixture(scope="module")
def world(channel: grpc.Channel) -> World:
    """Make two reports, between which one gap is closed."""
    return World(channel)


def names(stub: Stub, **filters: Any) -> list[str]:
    """Return the names of the reports that fit."""
    return [report.name for report in stub.ListGapReports(pb.ListGapReportsRequest(**filters)).reports]


def refusal(call: Callable[[], object]) -> grpc.RpcError:
    """Return how *call* is refused."""
    with pytest.raises(grpc.RpcError) as caught:
        call()
    return caught.value


def test_reports_are_found_by_what_they_are_about(grpc_stub: Stub, world: World) -> None:
    """By title, symbol in any spelling, day and person; what fits nothing is an empty list."""
    both = [world.after.name, world.before.name]
    assert names(grpc_stub, title=world.title.upper()) == both
    assert names(grpc_stub, symbol=world.measure.symbols[0].lower()) == both
    assert names(grpc_stub, title=world.title, created_by="administrator", as_of_from=AS_OF, as_of_to=AS_OF) == both
    assert names(grpc_stub, title=world.title, created_by="nobody") == []
    assert names(grpc_stub, title=world.title, as_of_from=Date(year=2026, month=6, day=2)) == []
    assert names(grpc_stub, title=world.title, member_code="QQ") == []
    wrong = refusal(lambda: names(grpc_stub, symbol="nothing"))
    assert fields_of(wrong) == ["symbol"]


def test_a_report_says_what_it_can_be_downloaded_as(grpc_stub: Stub, world: World) -> None:
    """Everything but the print needs no font; what is named is there."""
    formats = set(world.before.formats)
    assert formats - {pb.REPORT_FORMAT_PDF} == set(pb.ReportFormat.values()) - {0, pb.REPORT_FORMAT_PDF}
    for report_format in formats:
        request = pb.DownloadGapReportRequest(name=world.before.name, format=report_format, language="zh-Hans")
        assert b"".join(answer.chunk for answer in grpc_stub.DownloadGapReport(request))


def test_a_kept_report_outlives_its_time(
    grpc_stub: Stub, world: World, composition: Composition, stack: EmbeddedStack
) -> None:
    """Two reports are past their time: the kept one stays and has no end, the other goes with everything it was."""
    kept, old = world.report(title=f"old {world.title}"), world.report(title=f"old {world.title}")
    pinned = grpc_stub.PinGapReport(report_pb2.PinGapReportRequest(name=kept.name, pinned=True))
    assert (pinned.pinned, pinned.HasField("expires_at"), old.HasField("expires_at")) == (True, False, True)
    assert names(grpc_stub, title=world.title, pinned_only=True) == [kept.name]
    with psycopg.connect(stack.libpq_url, autocommit=True) as connection:
        past = datetime.now(UTC) - timedelta(days=composition.settings.report_retention_days + 1)
        ids = [name.removeprefix("reports/") for name in (kept.name, old.name)]
        connection.execute("UPDATE gap.report SET created_at = %s WHERE report_id = ANY(%s)", [past, ids])
    composition.gap._reporting.remove_expired()
    assert names(grpc_stub, title=f"old {world.title}") == [kept.name]
    assert refusal(lambda: grpc_stub.GetGapReport(pb.GetGapReportRequest(name=old.name))).code().name == "NOT_FOUND"


def test_a_kept_report_is_not_removed_by_mistake(grpc_stub: Stub, world: World) -> None:
    """It must be let go first; removing what is gone is told."""
    made = world.report()
    grpc_stub.PinGapReport(report_pb2.PinGapReportRequest(name=made.name, pinned=True))
    remove = report_pb2.DeleteGapReportRequest(name=made.name)
    assert refusal(lambda: grpc_stub.DeleteGapReport(remove)).code().name == "FAILED_PRECONDITION"
    grpc_stub.PinGapReport(report_pb2.PinGapReportRequest(name=made.name, pinned=False))
    grpc_stub.DeleteGapReport(remove)
    assert refusal(lambda: grpc_stub.DeleteGapReport(remove)).code().name == "NOT_FOUND"


def compared(
    stub: Stub, base: pb.GapReport, other: pb.GapReport, **fields: Any
) -> report_pb2.CompareGapReportsResponse:
    """Compare two reports."""
    return stub.CompareGapReports(report_pb2.CompareGapReportsRequest(base=base.name, other=other.name, **fields))


def test_a_comparison_tells_what_was_closed_and_why(grpc_stub: Stub, world: World) -> None:
    """One gap is closed by a standard; seen from the other side it was opened; against itself nothing changed."""
    forth, back, same = (
        compared(grpc_stub, *pair)
        for pair in ((world.before, world.after), (world.after, world.before), (world.after, world.after))
    )
    assert (forth.closed_count, forth.opened_count, forth.unchanged_count) == (1, 0, 2)
    assert (back.closed_count, back.opened_count) == (0, 1)
    assert (len(same.changes), same.unchanged_count, list(same.differing_parameters)) == (0, 2, [])
    (closed,) = forth.changes
    assert closed.kind == report_pb2.GAP_CHANGE_KIND_CLOSED
    assert (closed.before.verdict, closed.after.verdict, closed.after.severity) == ("uncovered", "covered", "none")
    assert {"change_verdict", "change_standard"} <= {reason.code for reason in closed.reasons}
    assert closed.after.standard in closed.reasons[1].text.zh


def test_a_comparison_comes_in_pages(grpc_stub: Stub, world: World) -> None:
    """Everything once, page by page."""
    elsewhere = answer_of(
        world.channel,
        grpc_stub.CreateGapReport(
            pb.CreateGapReportRequest(scope=scope_pb2.GapScope(symbols=["G/TBT/N/XXX/999999"]), as_of=AS_OF)
        ),
        pb.GapReport(),
    )
    whole = compared(grpc_stub, world.before, elsewhere)
    pages = [compared(grpc_stub, world.before, elsewhere, page_size=2)]
    pages.append(compared(grpc_stub, world.before, elsewhere, page_size=2, page_token=pages[0].next_page_token))
    assert [change for page in pages for change in page.changes] == list(whole.changes)
    assert (len(whole.changes), pages[1].next_page_token) == (3, "")
    assert list(whole.differing_parameters) == ["scope"]
    assert {change.reasons[0].code for change in whole.changes} == {"change_left_scope"}


def test_a_plan_is_the_one_in_the_report(grpc_stub: Stub, world: World) -> None:
    """The same report and budget give the same plan: one new standard closes all three gaps of the measure."""
    budget = plan_pb2.WorkBudget(standards_per_year=1)
    plan = grpc_stub.PlanWork(plan_pb2.PlanWorkRequest(report=world.before.name, budget=budget))
    (work,) = plan.work
    assert (work.kind, work.year, len(work.closes)) == ("write_new", 2027, 3)
    assert (plan.closed_count, plan.closable_count, plan.proven_optimal, plan.optimality_gap) == (3, 3, True, 0)
    request = pb.DownloadGapReportRequest(name=world.before.name, format=pb.REPORT_FORMAT_JSON)
    document = json.loads(b"".join(answer.chunk for answer in grpc_stub.DownloadGapReport(request)))
    assert [entry["closes"] for entry in document["plan"]["work"]] == [list(work.closes)]
    assert document["plan"]["value"] == plan.value == plan.greedy_value


@pytest.mark.parametrize(
    ("budget", "field"),
    [
        ({"standards_per_year": 0}, "budget.standards_per_year"),
        ({"standards_per_year": 1, "years": 11}, "budget.years"),
        ({"standards_per_year": 1, "levels": [{"level": 1}, {"level": 1}]}, "budget.levels[1].level"),
    ],
)
def test_a_budget_that_is_none_is_refused(grpc_stub: Stub, world: World, budget: dict[str, Any], field: str) -> None:
    """For a plan and for a report with one, before anything is done."""
    asked = plan_pb2.WorkBudget(**budget)
    for call in (
        lambda: grpc_stub.PlanWork(plan_pb2.PlanWorkRequest(report=world.before.name, budget=asked)),
        lambda: grpc_stub.CreateGapReport(pb.CreateGapReportRequest(budget=asked)),
    ):
        assert fields_of(refusal(call)) == [field]
