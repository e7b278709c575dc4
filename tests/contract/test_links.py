"""The contract of the linkage service: what measures require, and the links to what answers that."""

from collections.abc import Callable

import grpc
import pytest
from google.protobuf.field_mask_pb2 import FieldMask

from invented import group_prefix
from linking import create_measure, link, refused, require
from refusals import fields_of
from tbt.catalog.v1 import catalog_service_pb2 as catalog_pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as catalog_grpc
from tbt.catalog.v1 import draft_pb2, standard_pb2
from tbt.linkage.v1 import linkage_service_pb2 as pb
from tbt.linkage.v1 import linkage_service_pb2_grpc as pb_grpc
from tbt.type.v1 import type_pb2

Stub = pb_grpc.LinkageServiceStub
Unique = Callable[[str], str]
Limit = type_pb2.Limit
EQUAL = type_pb2.SET_RELATION_EQUAL


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


@pytest.fixture(scope="module")
def catalog(channel: grpc.Channel) -> catalog_grpc.CatalogServiceStub:
    """Return an administrator's stub of the catalog service."""
    return catalog_grpc.CatalogServiceStub(channel)


@pytest.fixture(scope="module")
def standard(catalog: catalog_grpc.CatalogServiceStub) -> standard_pb2.Standard:
    """Record an invented standard."""
    recorded = standard_pb2.Standard(
        designation=f"{group_prefix()} 1—2024",
        title=type_pb2.LocalizedText(zh="示例"),
        status=standard_pb2.STANDARD_STATUS_IN_FORCE,
    )
    return catalog.CreateStandard(catalog_pb.CreateStandardRequest(standard=recorded))


def test_requirements_are_numbered_and_listed_in_order(grpc_stub: Stub) -> None:
    """Without a number a requirement gets the next one; a number that is taken is refused."""
    measure = create_measure(grpc_stub)
    created = [
        require(grpc_stub, name, number=number)
        for name, number in ((measure.name, 0), (measure.symbols[0], 10), (measure.name, 0), (measure.name, 2))
    ]
    assert [entry.number for entry in created] == [1, 10, 11, 2]
    assert created[0].name == f"{measure.name}/requirements/1"
    listed = grpc_stub.ListRequirements(pb.ListRequirementsRequest(measure=measure.name, page_size=3))
    rest = grpc_stub.ListRequirements(
        pb.ListRequirementsRequest(measure=measure.name, page_size=3, page_token=listed.next_page_token)
    )
    assert [entry.number for entry in (*listed.requirements, *rest.requirements)] == [1, 2, 10, 11]
    refusal = refused(lambda: require(grpc_stub, measure.name, number=10))
    assert refusal.code() is grpc.StatusCode.ALREADY_EXISTS


def test_a_requirement_is_read_as_it_was_recorded(grpc_stub: Stub) -> None:
    """Everything a caller gives comes back, the limit digit for digit."""
    given = {
        "text": type_pb2.LocalizedText(zh="铅含量不得超过", en="lead shall not exceed"),
        "kind": pb.REQUIREMENT_KIND_LIMIT,
        "subject": "toys",
        "hs_codes": ["9503"],
        "parameter": "lead",
        "limit": Limit(operator=Limit.OPERATOR_BETWEEN, value="0.10", upper_value="90.0", unit="mg/kg"),
        "cited_standards": ["ISO 8124-3"],
        "assessed": True,
    }
    created = require(grpc_stub, create_measure(grpc_stub).name, **given)
    read = grpc_stub.GetRequirement(pb.GetRequirementRequest(name=created.name))
    assert read == created
    assert {field: getattr(read, field) for field in given} == given


@pytest.mark.parametrize(
    "limit",
    [
        Limit(operator=Limit.OPERATOR_BETWEEN, value="1"),
        Limit(operator=Limit.OPERATOR_BETWEEN, value="2", upper_value="1"),
        Limit(operator=Limit.OPERATOR_AT_MOST, value="1", upper_value="2"),
        Limit(operator=Limit.OPERATOR_AT_MOST, value="1", unit="mg\u0007"),
    ],
)
def test_a_limit_that_is_none_is_refused_with_its_field(
    grpc_stub: Stub, standard: standard_pb2.Standard, limit: Limit
) -> None:
    """Of a requirement and of a link alike."""
    measure = create_measure(grpc_stub)
    requirement = require(grpc_stub, measure.name)
    refusals = [
        refused(lambda: require(grpc_stub, measure.name, limit=limit)),
        refused(lambda: link(grpc_stub, requirement.name, standard.name, standard_limit=limit)),
    ]
    assert [fields_of(refusal) for refusal in refusals] == [["requirement.limit"], ["link.standard_limit"]]
    assert {refusal.code() for refusal in refusals} == {grpc.StatusCode.INVALID_ARGUMENT}


def test_a_limit_is_a_plain_number(grpc_stub: Stub) -> None:
    """What the contract does not allow as a number names the value."""
    measure = create_measure(grpc_stub)
    limit = Limit(operator=Limit.OPERATOR_AT_MOST, value="1e9")
    assert fields_of(refused(lambda: require(grpc_stub, measure.name, limit=limit))) == ["requirement.limit.value"]


def test_only_the_fields_in_the_mask_of_a_requirement_change(grpc_stub: Stub) -> None:
    """What the mask does not name stays, though the request leaves it out; a stale etag is aborted."""
    created = require(grpc_stub, create_measure(grpc_stub).name, subject="toys", parameter="lead")
    changed = grpc_stub.UpdateRequirement(
        pb.UpdateRequirementRequest(
            requirement=pb.Requirement(name=created.name, etag=created.etag, assessed=True),
            update_mask=FieldMask(paths=["assessed", "parameter"]),
        )
    )
    assert (changed.assessed, changed.parameter, changed.subject, changed.text) == (True, "", "toys", created.text)
    stale = pb.UpdateRequirementRequest(
        requirement=pb.Requirement(name=created.name, etag=created.etag), update_mask=FieldMask(paths=["subject"])
    )
    assert refused(lambda: grpc_stub.UpdateRequirement(stale)).code() is grpc.StatusCode.ABORTED


@pytest.mark.parametrize(("path", "field"), [("text", "requirement.text"), ("number", "update_mask")])
def test_an_update_keeps_the_rules_of_a_requirement(grpc_stub: Stub, path: str, field: str) -> None:
    """A text cannot be taken away, a number does not change."""
    name = require(grpc_stub, create_measure(grpc_stub).name).name
    request = pb.UpdateRequirementRequest(requirement=pb.Requirement(name=name), update_mask=FieldMask(paths=[path]))
    assert fields_of(refused(lambda: grpc_stub.UpdateRequirement(request))) == [field]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("measures/g~tbt~n~xxx~0/requirements/1", grpc.StatusCode.NOT_FOUND),
        ("measures/g~tbt~n~xxx~0/requirements/99999999999", grpc.StatusCode.NOT_FOUND),
        ("measures/g~tbt~n~xxx~0", grpc.StatusCode.INVALID_ARGUMENT),
        ("requirements/1", grpc.StatusCode.INVALID_ARGUMENT),
    ],
)
def test_a_requirement_that_is_not_there_is_refused(grpc_stub: Stub, name: str, code: grpc.StatusCode) -> None:
    """An unknown name is not found, what is no name is an invalid argument; both are quoted."""
    refusal = refused(lambda: grpc_stub.GetRequirement(pb.GetRequirementRequest(name=name)))
    assert refusal.code() is code
    assert name in refusal.details()


def test_a_link_leads_to_a_standard_in_any_spelling(grpc_stub: Stub, standard: standard_pb2.Standard) -> None:
    """By name, by designation however written, and without its year for the edition in force."""
    official = standard.designation
    spellings = [standard.name, official, official.replace("—", "-").replace(" ", ""), official.partition("—")[0]]
    measure = create_measure(grpc_stub).name
    links = [link(grpc_stub, require(grpc_stub, measure).name, spelling) for spelling in spellings]
    assert {(entry.target, entry.designation) for entry in links} == {(standard.name, official)}


def test_a_link_leads_to_a_draft(grpc_stub: Stub, catalog: catalog_grpc.CatalogServiceStub) -> None:
    """A draft is named by its name, and has no designation yet."""
    draft = draft_pb2.Draft(title=type_pb2.LocalizedText(zh="示例"), level=type_pb2.LEVEL_GROUP)
    name = catalog.RegisterDraft(catalog_pb.RegisterDraftRequest(draft=draft)).name
    created = link(grpc_stub, require(grpc_stub, create_measure(grpc_stub).name).name, name)
    assert (created.target, created.designation) == (name, "")


@pytest.mark.parametrize("target", ["T/XXNONE 1—2024", "standards/t~xxnone_1-2024", "drafts/0"])
def test_a_link_to_what_is_not_there_is_refused(grpc_stub: Stub, target: str) -> None:
    """The catalogue must have what answers a requirement."""
    requirement = require(grpc_stub, create_measure(grpc_stub).name).name
    assert refused(lambda: link(grpc_stub, requirement, target)).code() is grpc.StatusCode.NOT_FOUND


def test_a_link_from_what_is_not_there_is_refused(grpc_stub: Stub, standard: standard_pb2.Standard) -> None:
    """The requirement must be recorded."""
    name = "measures/g~tbt~n~xxx~0/requirements/1"
    assert refused(lambda: link(grpc_stub, name, standard.name)).code() is grpc.StatusCode.NOT_FOUND


def test_the_same_link_twice_is_refused(grpc_stub: Stub, standard: standard_pb2.Standard) -> None:
    """One claim for requirement, standard and clause; another clause is another claim."""
    requirement = require(grpc_stub, create_measure(grpc_stub).name).name
    first = link(grpc_stub, requirement, standard.name, clause="4.1")
    other = link(grpc_stub, requirement, standard.name, clause="4.2")
    refusal = refused(lambda: link(grpc_stub, requirement, standard.designation, clause="4.1"))
    assert refusal.code() is grpc.StatusCode.ALREADY_EXISTS
    assert first.name in refusal.details()
    assert other.name != first.name


def test_a_link_is_a_suggestion_whatever_its_author_says(grpc_stub: Stub, standard: standard_pb2.Standard) -> None:
    """Nobody confirms a link by creating it."""
    requirement = require(grpc_stub, create_measure(grpc_stub).name).name
    created = link(grpc_stub, requirement, standard.name, state=pb.LINK_STATE_CONFIRMED, reviewed_by="me")
    assert (created.state, created.reviewed_by) == (pb.LINK_STATE_SUGGESTED, "")


def test_a_reviewer_confirms_and_rejects(
    grpc_stub: Stub, standard: standard_pb2.Standard, as_role: Callable[..., grpc.Channel]
) -> None:
    """The verdict is kept with its author and, where one is given, its reason; a stale etag is aborted."""
    requirement = require(grpc_stub, create_measure(grpc_stub).name).name
    why = type_pb2.LocalizedText(zh="条文一致")
    created = link(grpc_stub, requirement, standard.name, rationale=why, evidence=["4.1"])
    reviewer = Stub(as_role("reviewer", subject="li"))
    confirmed = reviewer.ReviewLink(
        pb.ReviewLinkRequest(name=created.name, state=pb.LINK_STATE_CONFIRMED, etag=created.etag)
    )
    assert (confirmed.state, confirmed.reviewed_by, confirmed.rationale) == (pb.LINK_STATE_CONFIRMED, "li", why)
    stale = pb.ReviewLinkRequest(name=created.name, state=pb.LINK_STATE_REJECTED, etag=created.etag)
    assert refused(lambda: reviewer.ReviewLink(stale)).code() is grpc.StatusCode.ABORTED
    reason = type_pb2.LocalizedText(en="another product")
    rejected = reviewer.ReviewLink(
        pb.ReviewLinkRequest(name=created.name, state=pb.LINK_STATE_REJECTED, rationale=reason, etag=confirmed.etag)
    )
    assert (rejected.state, rejected.rationale) == (pb.LINK_STATE_REJECTED, reason)
    assert grpc_stub.GetLink(pb.GetLinkRequest(name=created.name)) == rejected


def test_an_analyst_does_not_review(
    grpc_stub: Stub, standard: standard_pb2.Standard, as_role: Callable[..., grpc.Channel]
) -> None:
    """Who suggests does not confirm."""
    created = link(grpc_stub, require(grpc_stub, create_measure(grpc_stub).name).name, standard.name)
    request = pb.ReviewLinkRequest(name=created.name, state=pb.LINK_STATE_CONFIRMED)
    refusal = refused(lambda: Stub(as_role("analyst")).ReviewLink(request))
    assert refusal.code() is grpc.StatusCode.PERMISSION_DENIED


def test_links_are_listed_by_measure_requirement_target_and_state(
    grpc_stub: Stub, standard: standard_pb2.Standard
) -> None:
    """Each condition narrows the list, and pages follow one another to its end."""
    measure = create_measure(grpc_stub)
    first, second = (require(grpc_stub, measure.name).name for _ in range(2))
    made = [
        link(grpc_stub, requirement, standard.name, clause=clause).name
        for requirement, clause in ((first, "1"), (first, "2"), (second, "1"))
    ]
    grpc_stub.ReviewLink(pb.ReviewLinkRequest(name=made[1], state=pb.LINK_STATE_CONFIRMED))

    def found(**fields: object) -> list[int]:
        names: list[str] = []
        token = ""
        while not names or token:
            page = grpc_stub.ListLinks(pb.ListLinksRequest(page_size=2, page_token=token, **fields))
            names.extend(entry.name for entry in page.links)
            token = page.next_page_token
        return [made.index(name) for name in names if name in made]

    assert found(requirement_prefix=measure.name) == [0, 1, 2]
    assert found(requirement_prefix=measure.symbols[0]) == [0, 1, 2]
    assert found(requirement_prefix=first) == [0, 1]
    assert found(requirement_prefix=measure.name, states=[pb.LINK_STATE_CONFIRMED]) == [1]
    assert found(target=standard.designation) == [0, 1, 2]
    assert found(requirement_prefix=second, target=standard.name, states=[pb.LINK_STATE_SUGGESTED]) == [2]


@pytest.mark.parametrize(
    "fields",
    [
        {"requirement_prefix": "measures/g~tbt~n~xxx~0"},
        {"requirement_prefix": "measures/g~tbt~n~xxx~0/requirements/1"},
        {"target": "T/XXNONE 1—2024"},
    ],
)
def test_links_of_what_is_not_there_are_not_an_empty_list(grpc_stub: Stub, fields: dict[str, str]) -> None:
    """A mistyped name is told."""
    refusal = refused(lambda: grpc_stub.ListLinks(pb.ListLinksRequest(**fields)))
    assert refusal.code() is grpc.StatusCode.NOT_FOUND
