"""The contract of the catalog service: places are held against the rules, indicators against mandatory ones."""

from collections.abc import Callable
from uuid import uuid4

import grpc
import pytest

from catalogues import create, create_node, create_system, everything, new_number, run_import, standard_record
from invented import group_prefix
from refusals import fields_of
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as pb_grpc
from tbt.catalog.v1 import placement_pb2, standard_pb2, system_pb2
from tbt.type.v1 import type_pb2

Stub = pb_grpc.CatalogServiceStub
Unique = Callable[[str], str]
Finding = placement_pb2.PlacementFinding
COMMON, NARROW, LEVEL, ARCHIVED, MANDATORY = range(1, 6)


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


@pytest.fixture
def system(grpc_stub: Stub, unique: Unique) -> str:
    """Return the name of a system: 1 over 1.1 (over 1.1.1) and 1.2, and 2."""
    name = create_system(grpc_stub, unique("s"))
    for code, parent in (("1", ""), ("1.1", "1"), ("1.1.1", "1.1"), ("1.2", "1"), ("2", "")):
        create_node(grpc_stub, name, code, parent)
    return name


def put(stub: Stub, system: str, code: str, standard: str) -> system_pb2.Placement:
    """Put a standard at a node and return its place."""
    return stub.PlaceStandard(pb.PlaceStandardRequest(node=f"{system}/nodes/{code}", standard=standard))


def placed(stub: Stub, system: str, code: str, designation: str = "") -> str:
    """Record a standard, put it at a node and return its name."""
    name = create(stub, designation or f"GB/T {new_number()}-2024").name
    put(stub, system, code, name)
    return name


def refer(stub: Stub, source: str, target: str) -> None:
    """Record that one standard refers to another normatively."""
    relation = standard_pb2.Relation(
        source=source, target_designation=target, kind=standard_pb2.RELATION_KIND_NORMATIVE_REFERENCE
    )
    stub.CreateRelation(pb.CreateRelationRequest(relation=relation))


def checked(stub: Stub, system: str, **fields: object) -> tuple[placement_pb2.PlacementSummary, list[Finding]]:
    """Return the summary and the findings of a check."""
    first, *pieces = stub.CheckPlacements(placement_pb2.CheckPlacementsRequest(system=system, **fields))
    findings = [finding for piece in pieces for finding in piece.findings.findings]
    assert first.summary.warning_count + first.summary.note_count == len(findings)
    return first.summary, findings


def indicator(value: str, unit: str = "mg/kg", subject: str = "", **fields: object) -> placement_pb2.Indicator:
    """Return an invented indicator: at most *value*."""
    limit = type_pb2.Limit(operator=type_pb2.Limit.OPERATOR_AT_MOST, value=value, unit=unit)
    return placement_pb2.Indicator(subject=subject, parameter="示例含量", limit=limit, **fields)


def set_indicators(
    stub: Stub, standard: str, *indicators: placement_pb2.Indicator
) -> placement_pb2.SetIndicatorsResponse:
    """Give a standard these indicators."""
    return stub.SetIndicators(placement_pb2.SetIndicatorsRequest(standard=standard, indicators=indicators))


def test_what_several_branches_use_belongs_at_their_nearest_common_ancestor(grpc_stub: Stub, system: str) -> None:
    """The finding says where it stands, where it belongs, and who says so; an undated reference counts."""
    number = new_number()
    common = placed(grpc_stub, system, "1.1.1", f"GB/T {number}-2024")
    users = [placed(grpc_stub, system, code) for code in ("1.1.1", "1.2")]
    refer(grpc_stub, users[0], f"GB/T {number}-2024")
    refer(grpc_stub, users[1], f"GB/T {number}")
    summary, (finding,) = checked(grpc_stub, system)
    assert (finding.rule, finding.severity, finding.standard) == (COMMON, Finding.SEVERITY_WARNING, common)
    assert (finding.node_code, finding.proposed_code) == ("1.1.1", "1")
    assert (sorted(finding.dependants), finding.dependant_count) == (sorted(users), 2)
    assert f"GB/T {number}—2024 stands at 1.1.1" in finding.message
    assert (summary.standard_count, summary.use_count) == (3, 2)


def test_a_place_that_contradicts_the_rules_is_given_with_a_warning(grpc_stub: Stub, system: str) -> None:
    """The same that a check would say; a place that fits is given without one."""
    number = new_number()
    common = placed(grpc_stub, system, "1", f"GB/T {number}-2024")
    for code in ("1.1.1", "1.2"):
        refer(grpc_stub, placed(grpc_stub, system, code), f"GB/T {number}")
    warned = put(grpc_stub, system, "1.2", common)
    assert list(warned.warnings) == checked(grpc_stub, system)[1]
    assert [warning.proposed_code for warning in warned.warnings] == ["1"]
    assert list(put(grpc_stub, system, "1", common).warnings) == []


def test_what_one_branch_below_uses_belongs_down_there(grpc_stub: Stub, system: str) -> None:
    """Special ones stand low."""
    number = new_number()
    placed(grpc_stub, system, "1", f"GB/T {number}-2024")
    refer(grpc_stub, placed(grpc_stub, system, "1.1.1"), f"GB/T {number}-2024")
    assert [(one.rule, one.proposed_code) for one in checked(grpc_stub, system)[1]] == [(NARROW, "1.1.1")]


def test_what_several_top_nodes_use_belongs_above_them(grpc_stub: Stub, system: str) -> None:
    """The system itself is named, for no node is above all."""
    number = new_number()
    placed(grpc_stub, system, "1.1", f"GB/T {number}-2024")
    for code in ("1.1", "2"):
        refer(grpc_stub, placed(grpc_stub, system, code), f"GB/T {number}")
    assert [(one.rule, one.proposed_node) for one in checked(grpc_stub, system)[1]] == [(COMMON, system)]


def test_users_that_ended_or_stand_in_another_system_say_nothing(grpc_stub: Stub, system: str, unique: Unique) -> None:
    """Only the standards of this system that are in force or to come."""
    number = new_number()
    placed(grpc_stub, system, "1.1", f"GB/T {number}-2024")
    ended, elsewhere = placed(grpc_stub, system, "1.2"), create(grpc_stub, f"GB/T {new_number()}-2024").name
    other = create_system(grpc_stub, unique("s"))
    create_node(grpc_stub, other, "1")
    put(grpc_stub, other, "1", elsewhere)
    for user in (ended, elsewhere, placed(grpc_stub, system, "1.1")):
        refer(grpc_stub, user, f"GB/T {number}")
    grpc_stub.AbolishStandard(pb.AbolishStandardRequest(name=ended, ended_on={"year": 2024, "month": 1, "day": 1}))
    assert checked(grpc_stub, system)[1] == []


def test_a_standard_outside_the_branch_for_its_level_is_found(grpc_stub: Stub, system: str) -> None:
    """The system's definition puts group standards at 3."""
    create_node(grpc_stub, system, "3", level=type_pb2.LEVEL_GROUP)
    standard = create(grpc_stub, f"{group_prefix()} 1-2024").name
    warned = put(grpc_stub, system, "2", standard)
    assert [(one.rule, one.proposed_code) for one in warned.warnings] == [(LEVEL, "3")]
    assert checked(grpc_stub, system)[1] == list(warned.warnings)


def test_a_standard_at_an_archived_node_is_found(grpc_stub: Stub, system: str) -> None:
    """It stands there for the record only."""
    standard = placed(grpc_stub, system, "2")
    grpc_stub.ArchiveNode(pb.ArchiveNodeRequest(name=f"{system}/nodes/2"))
    (finding,) = checked(grpc_stub, system)[1]
    assert (finding.rule, finding.standard, finding.node_code) == (ARCHIVED, standard, "2")


def test_a_check_is_narrowed_to_a_branch_and_to_rules(grpc_stub: Stub, system: str) -> None:
    """Who uses the standards of a branch is looked for everywhere."""
    number = new_number()
    placed(grpc_stub, system, "1.1", f"GB/T {number}-2024")
    for code in ("1.1.1", "1.2"):
        refer(grpc_stub, placed(grpc_stub, system, code), f"GB/T {number}")
    inside = {"branch": f"{system}/nodes/1.1"}
    assert [one.rule for one in checked(grpc_stub, system, **inside)[1]] == [COMMON]
    assert checked(grpc_stub, system, branch=f"{system}/nodes/1.2")[1] == []
    assert checked(grpc_stub, system, rules=[NARROW, LEVEL])[1] == []


@pytest.mark.parametrize("prefix", ["GB/T", "YY/T", "DB31/T", "T/XXA", "Q/XXA"])
def test_a_standard_lower_than_a_mandatory_one_is_found(
    grpc_stub: Stub, system: str, unique: Unique, prefix: str
) -> None:
    """Recommended, industry, local, group or enterprise: with both limits, converted (Standardization Law, art. 21)."""
    subject = unique("示例产品")
    mandatory = create(grpc_stub, f"GB {new_number()}-2020")
    set_indicators(grpc_stub, mandatory.name, indicator("75", subject=subject))
    lower = placed(grpc_stub, system, "2", f"{prefix} {new_number()}-2024")
    answer = set_indicators(grpc_stub, lower, indicator("0.09", "g/kg", subject, clause="4.2"))
    summary, (finding,) = checked(grpc_stub, system)
    assert (finding.rule, finding.severity, finding.standard) == (MANDATORY, Finding.SEVERITY_WARNING, lower)
    assert (finding.conflict.mandatory_standard, finding.conflict.own.clause) == (mandatory.name, "4.2")
    assert "≤ 0.09 g/kg (90 mg/kg), where ≤ 75 mg/kg is required" in finding.message
    assert [one.message for one in answer.warnings] == [finding.message]
    assert summary.comparison_count == 1


def test_a_stricter_limit_is_not_lower(grpc_stub: Stub, system: str, unique: Unique) -> None:
    """Nor one that is the same in another unit."""
    subject = unique("示例产品")
    set_indicators(grpc_stub, create(grpc_stub, f"GB {new_number()}-2020").name, indicator("75", subject=subject))
    for value, unit in (("20", "mg/kg"), ("0.075", "g/kg")):
        set_indicators(grpc_stub, placed(grpc_stub, system, "2"), indicator(value, unit, subject))
    assert checked(grpc_stub, system)[1] == []


def test_what_cannot_be_compared_is_noted_and_never_a_warning(grpc_stub: Stub, system: str, unique: Unique) -> None:
    """Other units, other conditions."""
    subject = unique("示例产品")
    set_indicators(grpc_stub, create(grpc_stub, f"GB {new_number()}-2020").name, indicator("75", subject=subject))
    set_indicators(grpc_stub, placed(grpc_stub, system, "2"), indicator("90", "mg/L", subject))
    set_indicators(grpc_stub, placed(grpc_stub, system, "2"), indicator("90", subject=subject, conditions="示例条件"))
    summary, findings = checked(grpc_stub, system)
    assert [one.severity for one in findings] == [Finding.SEVERITY_NOTE] * 2
    assert (summary.warning_count, summary.note_count) == (0, 2)


def test_a_mandatory_standard_that_ended_binds_nobody(grpc_stub: Stub, system: str, unique: Unique) -> None:
    """Only what is in force on the day asked about."""
    subject = unique("示例产品")
    mandatory = create(grpc_stub, f"GB {new_number()}-2020").name
    set_indicators(grpc_stub, mandatory, indicator("75", subject=subject))
    set_indicators(grpc_stub, placed(grpc_stub, system, "2"), indicator("90", subject=subject))
    grpc_stub.AbolishStandard(pb.AbolishStandardRequest(name=mandatory, ended_on={"year": 2024, "month": 1, "day": 1}))
    assert checked(grpc_stub, system)[1] == []
    assert len(checked(grpc_stub, system, as_of={"year": 2023, "month": 12, "day": 31})[1]) == 1


def test_a_finding_is_told_in_the_language_of_the_caller(grpc_stub: Stub, system: str) -> None:
    """The codes stay as they are."""
    number = new_number()
    placed(grpc_stub, system, "1", f"GB/T {number}-2024")
    refer(grpc_stub, placed(grpc_stub, system, "1.1.1"), f"GB/T {number}-2024")
    request = placement_pb2.CheckPlacementsRequest(system=system)
    pieces = list(grpc_stub.CheckPlacements(request, metadata=[("accept-language", "zh-Hans")]))
    assert "位于" in pieces[1].findings.findings[0].message


def test_indicators_are_listed_as_they_were_given(grpc_stub: Stub, unique: Unique) -> None:
    """In their order, page by page, with every digit."""
    name = create(grpc_stub, f"GB/T {new_number()}-2024").name
    given = [indicator(f"{value}.50", subject=f"示例{value}", clause="4", source="示例") for value in range(3)]
    assert set_indicators(grpc_stub, name, *given).indicator_count == 3
    request = placement_pb2.ListIndicatorsRequest(standard=name, page_size=2)
    assert everything(grpc_stub.ListIndicators, request, "indicators") == given


def test_indicators_take_the_place_of_those_before(grpc_stub: Stub) -> None:
    """All of them; none takes all back."""
    name = create(grpc_stub, f"GB/T {new_number()}-2024").name
    set_indicators(grpc_stub, name, indicator("1", subject="示例"), indicator("2", subject="另一示例"))
    assert set_indicators(grpc_stub, name).indicator_count == 0
    assert list(grpc_stub.ListIndicators(placement_pb2.ListIndicatorsRequest(standard=name)).indicators) == []


def test_a_limit_that_is_none_is_refused(grpc_stub: Stub) -> None:
    """With the indicator that has it."""
    name = create(grpc_stub, f"GB/T {new_number()}-2024").name
    limit = type_pb2.Limit(operator=type_pb2.Limit.OPERATOR_BETWEEN, value="5", upper_value="4", unit="mg")
    wrong = placement_pb2.Indicator(subject="示例", parameter="示例", limit=limit)
    with pytest.raises(grpc.RpcError) as refusal:
        set_indicators(grpc_stub, name, indicator("1", subject="示例"), wrong)
    assert fields_of(refusal.value) == ["indicators[1].limit"]


def test_an_indicator_is_given_once(grpc_stub: Stub) -> None:
    """Twice the same is a slip."""
    name = create(grpc_stub, f"GB/T {new_number()}-2024").name
    with pytest.raises(grpc.RpcError) as refusal:
        set_indicators(grpc_stub, name, *[indicator("1", subject="示例")] * 2)
    assert fields_of(refusal.value) == ["indicators[1]"]


def test_indicators_that_are_only_checked_are_not_recorded(grpc_stub: Stub) -> None:
    """They are answered as if they were."""
    name = create(grpc_stub, f"GB/T {new_number()}-2024").name
    request = placement_pb2.SetIndicatorsRequest(
        standard=name, indicators=[indicator("1", subject="示例")], validate_only=True, request_id=str(uuid4())
    )
    assert grpc_stub.SetIndicators(request).indicator_count == 1
    assert list(grpc_stub.ListIndicators(placement_pb2.ListIndicatorsRequest(standard=name)).indicators) == []


def test_a_standard_that_an_import_places_is_checked_too(grpc_stub: Stub, unique: Unique) -> None:
    """An import warns of nothing; the check finds it."""
    name = f"systems/{unique('s')}"
    number = new_number()
    nodes = [
        {"node": system_pb2.Node(code="1", title={"zh": "示例"}, level=type_pb2.LEVEL_INDUSTRY)},
        {"node": system_pb2.Node(code="2", title={"zh": "示例"})},
    ]
    run_import(grpc_stub, name, [*nodes, standard_record(f"YY/T {number}-2024", "2")])
    assert [(one.rule, one.proposed_code) for one in checked(grpc_stub, name)[1]] == [(LEVEL, "1")]
