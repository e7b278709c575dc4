"""What a scope may name: a code that no list and no measure has is told, in every call that takes a scope."""

from collections.abc import Callable

import grpc
import pytest

from invented import symbol
from linking import create_measure, refused
from long_operations import answer_of
from refusals import fields_of, localized
from tbt.catalog.v1 import catalog_service_pb2_grpc as catalog_grpc
from tbt.catalog.v1 import code_pb2
from tbt.gap.v1 import comparison_pb2, impact_pb2, inference_pb2, schedule_pb2, scope_pb2, watch_pb2
from tbt.gap.v1 import gap_service_pb2 as pb
from tbt.gap.v1 import gap_service_pb2_grpc as pb_grpc
from tbt.linkage.v1 import linkage_service_pb2_grpc as linkage_grpc

Stub = pb_grpc.GapServiceStub
Scope = scope_pb2.GapScope
SECONDS = 30
ABOLISH = [impact_pb2.TrialChange(abolish="GB/T 1.1—2020")]
PREFIXES = comparison_pb2.Body(prefixes=comparison_pb2.DesignationPrefixes(prefixes=["ISO"]))


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


def compare(stub: Stub, scope: Scope) -> object:
    """Compare what answers the measures of a scope."""
    body = comparison_pb2.Body(measures=scope)
    return stub.CompareBodies(comparison_pb2.CompareBodiesRequest(first=PREFIXES, second=body))


def schedule(stub: Stub, scope: Scope) -> object:
    """Have reports about a scope made every day."""
    asked = schedule_pb2.ReportSchedule(recurrence="daily", scope=scope)
    return stub.CreateReportSchedule(schedule_pb2.CreateReportScheduleRequest(schedule=asked))


CALLS: dict[str, Callable[[Stub, Scope], object]] = {
    "scope": lambda stub, scope: stub.CreateGapReport(pb.CreateGapReportRequest(scope=scope)),
    "schedule.scope": schedule,
    "scope (watch)": lambda stub, scope: next(stub.WatchGaps(watch_pb2.WatchGapsRequest(scope=scope), timeout=SECONDS)),
    "scope (infer)": lambda stub, scope: stub.InferCoverage(inference_pb2.InferCoverageRequest(scope=scope)),
    "second.measures": compare,
    "scope (try)": lambda stub, scope: stub.TryChanges(impact_pb2.TryChangesRequest(scope=scope, changes=ABOLISH)),
}


@pytest.mark.parametrize("name", CALLS)
def test_codes_that_nobody_knows_are_refused(grpc_stub: Stub, name: str) -> None:
    """All of them at once, each by its field; those that are known are not named."""
    scope = Scope(member_codes=["EU", "zzz"], hs_prefixes=["95", "8799"], ics_prefixes=["98", "97"])
    refusal = refused(lambda: CALLS[name](grpc_stub, scope))
    assert refusal.code() is grpc.StatusCode.INVALID_ARGUMENT
    field = name.partition(" ")[0]
    assert fields_of(refusal) == [
        f"{field}.{place}" for place in ("member_codes[1]", "hs_prefixes[1]", "ics_prefixes[0]")
    ]
    assert "ZZZ" in (refusal.details() or "")
    assert "tbt codes list wto-members" in (refusal.details() or "")


@pytest.mark.parametrize(
    ("scope", "near"),
    [
        (Scope(member_codes=["US"]), "USA"),
        (Scope(member_codes=["CNH"]), "CHN"),
        (Scope(member_codes=["Japan"]), "JPN"),
        (Scope(hs_prefixes=["870398"]), "870390、870380、870370"),
        (Scope(ics_prefixes=["71.105"]), "71.100、71.120、71.080"),
    ],
)
def test_what_may_have_been_meant_is_said(grpc_stub: Stub, channel: grpc.Channel, scope: Scope, near: str) -> None:
    """In the reader's language."""
    del grpc_stub
    report = channel.unary_unary(
        "/tbt.gap.v1.GapService/CreateGapReport", pb.CreateGapReportRequest.SerializeToString, pb.GapReport.FromString
    )
    request = pb.CreateGapReportRequest(scope=scope)
    refusal = refused(lambda: report(request, metadata=[("accept-language", "zh-Hans")]))
    assert f"是否指 {near}？" in localized(refusal)


@pytest.mark.parametrize("code", ["A/B", "  ", "成员", "\n"])
def test_what_is_no_code_at_all_is_refused_in_its_field(grpc_stub: Stub, code: str) -> None:
    """No other service is quoted, which would name another field."""
    refusal = refused(lambda: CALLS["scope"](grpc_stub, Scope(member_codes=[code * 2])))
    assert refusal.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert fields_of(refusal) == ["scope.member_codes[0]"]


def test_a_member_without_measures_has_an_empty_report(grpc_stub: Stub, channel: grpc.Channel) -> None:
    """Nothing is wrong with a member that has notified nothing here, nor with one that is none any more."""
    scope = Scope(member_codes=["TON", "EEC"], hs_prefixes=["9706"], ics_prefixes=["95.020"])
    operation = grpc_stub.CreateGapReport(pb.CreateGapReportRequest(scope=scope))
    made = answer_of(channel, operation, pb.GapReport())
    assert made.requirement_count == 0


def test_codes_of_a_measure_are_known(grpc_stub: Stub, channel: grpc.Channel) -> None:
    """Imports keep codes that no list has, and who wants to see these measures may."""
    linkage = linkage_grpc.LinkageServiceStub(channel)
    create_measure(linkage, symbol().replace("XXX", "QQY"), hs_codes=["877777"], ics_codes=["94.100"])
    scope = Scope(member_codes=["QQY"], hs_prefixes=["8777"], ics_prefixes=["94"])
    found = grpc_stub.InferCoverage(inference_pb2.InferCoverageRequest(scope=scope))
    assert found.unanswered_count == 0


def test_codes_of_the_list_that_counts_are_known(grpc_stub: Stub, channel: grpc.Channel) -> None:
    """A newer list in the catalogue has a heading that the list of the program has not."""
    catalog = catalog_grpc.CatalogServiceStub(channel)
    listed = catalog.ListCodeLists(code_pb2.ListCodeListsRequest(page_size=100)).code_lists
    before = next(one.current.name for one in listed if one.name == "codeLists/hs")
    name = "codeLists/hs/versions/scopes"
    records = [
        code_pb2.CodeRecord(row=1, code="87", title_zh="示例"),
        code_pb2.CodeRecord(row=2, code="8766", title_zh="示例"),
    ]
    options = code_pb2.ImportCodeListOptions(name=name, source="示例", activate=True)
    catalog.ImportCodeList(
        iter(
            [
                code_pb2.ImportCodeListRequest(options=options),
                code_pb2.ImportCodeListRequest(records=code_pb2.ImportCodeListRecords(records=records)),
            ]
        )
    )
    try:
        request = inference_pb2.InferCoverageRequest(scope=Scope(hs_prefixes=["8766"]))
        assert grpc_stub.InferCoverage(request).unanswered_count == 0
    finally:
        catalog.ActivateCodeListVersion(code_pb2.ActivateCodeListVersionRequest(name=before))
