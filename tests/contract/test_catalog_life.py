"""The contract of the catalog service: what becomes of a standard after its publication."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import grpc
import pytest

from catalogues import create, day, everything, new_number, reason_of, relation_record, run_import
from refusals import fields_of
from services.runtime.civil_dates import date_to, today
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as pb_grpc
from tbt.catalog.v1 import life_pb2, standard_pb2

Stub = pb_grpc.CatalogServiceStub
AsRole = Callable[..., grpc.Channel]
CONFIRMED = life_pb2.REVIEW_CONCLUSION_CONFIRMED
TO_BE_REVISED = life_pb2.REVIEW_CONCLUSION_TO_BE_REVISED
ABOLISH = life_pb2.REVIEW_CONCLUSION_ABOLISHED
UPCOMING = standard_pb2.STANDARD_STATUS_UPCOMING
IN_FORCE = standard_pb2.STANDARD_STATUS_IN_FORCE
SUPERSEDED = standard_pb2.STANDARD_STATUS_SUPERSEDED
ABOLISHED = standard_pb2.STANDARD_STATUS_ABOLISHED


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


@pytest.fixture
def standard(grpc_stub: Stub) -> standard_pb2.Standard:
    """Return a standard issued in 2018."""
    return create(grpc_stub, f"GB/T {new_number()}-2018", issued_on="2018-01-15", effective_on="2018-08-01")


@pytest.fixture
def committee() -> str:
    """Return a committee that no other test has."""
    return f"SAC/TC {new_number()}"


def review(
    stub: Stub, name: str, conclusion: int = CONFIRMED, on: str = "2023-06-30", **fields: object
) -> life_pb2.ReviewStandardResponse:
    """Record a review and return what it made."""
    request = life_pb2.ReviewStandardRequest(
        **{"name": name, "conclusion": conclusion, "reviewed_on": day(on), "reason": "复审", **fields}
    )
    return stub.ReviewStandard(request)


def due(stub: Stub, committee: str, on: str, **fields: object) -> list[life_pb2.DueReview]:
    """Return what is due for review in a committee."""
    request = life_pb2.ListDueReviewsRequest(committee=committee, on=day(on), page_size=2, **fields)
    return everything(stub.ListDueReviews, request, "reviews")


def reviews(stub: Stub, name: str) -> list[life_pb2.Review]:
    """Return the reviews of a standard, the latest first."""
    return everything(stub.ListReviews, life_pb2.ListReviewsRequest(name=name, page_size=1), "reviews")


def history(stub: Stub, name: str) -> list[life_pb2.StandardChange]:
    """Return what was done with a standard, the latest first."""
    return everything(stub.ListStandardHistory, life_pb2.ListStandardHistoryRequest(name=name, page_size=1), "changes")


def supersede(stub: Stub, name: str, successor: str, **fields: object) -> standard_pb2.Standard:
    """Record a supersession and return the superseded standard."""
    return stub.SupersedeStandard(pb.SupersedeStandardRequest(name=name, successor=successor, **fields))


def amend(stub: Stub, name: str, designation: str, issued: str = "2020-03-01", **fields: object) -> life_pb2.Amendment:
    """Record an amendment and return it."""
    request = life_pb2.AmendStandardRequest(name=name, designation=designation, issued_on=day(issued), **fields)
    return stub.AmendStandard(request)


def test_a_confirmed_standard_is_due_again_in_five_years(grpc_stub: Stub, standard: standard_pb2.Standard) -> None:
    """It stays in force, and the day of its confirmation is a fact of it."""
    assert str(standard.review_due_on) == str(date_to(today().replace(2023, 1, 15)))
    answer = review(grpc_stub, standard.designation)
    assert (answer.standard.status, answer.standard.reviewed_on.year) == (IN_FORCE, 2023)
    due_on = answer.standard.review_due_on
    assert (due_on.year, due_on.month, due_on.day) == (2028, 6, 30)


def test_a_review_keeps_who_when_and_why(grpc_stub: Stub, standard: standard_pb2.Standard) -> None:
    """In the history of its standard, the latest first."""
    review(grpc_stub, standard.name, on="2022-01-10", reason="仍适用")
    review(grpc_stub, standard.name, TO_BE_REVISED, reason="技术已发展")
    found = reviews(grpc_stub, standard.name)
    assert [(one.conclusion, one.reason, one.principal) for one in found] == [
        (TO_BE_REVISED, "技术已发展", "administrator"),
        (CONFIRMED, "仍适用", "administrator"),
    ]
    assert found[0].reviewed_on == date_to(today().replace(2023, 6, 30))


def test_a_standard_to_be_revised_stays_in_force_and_says_so(grpc_stub: Stub, standard: standard_pb2.Standard) -> None:
    """With the draft that will revise it; a later confirmation takes it back."""
    draft = grpc_stub.RegisterDraft(
        pb.RegisterDraftRequest(draft={"title": {"zh": "示例"}, "level": 1, "committee": "SAC/TC 999"})
    )
    answer = review(grpc_stub, standard.name, TO_BE_REVISED, draft=draft.name)
    assert (answer.review.draft, answer.standard.status, answer.standard.to_be_revised) == (draft.name, IN_FORCE, True)
    assert answer.standard.reviewed_on.year == 0
    assert not review(grpc_stub, standard.name, on="2023-07-01").standard.to_be_revised


def test_a_review_that_abolishes_ends_the_standard(grpc_stub: Stub, standard: standard_pb2.Standard) -> None:
    """On the day of the conclusion, or on the day it says."""
    ended = review(grpc_stub, standard.name, ABOLISH, ended_on=day("2023-12-31")).standard
    assert (ended.status, ended.ended_on.month, ended.HasField("review_due_on")) == (ABOLISHED, 12, False)
    with pytest.raises(grpc.RpcError) as refusal:
        review(grpc_stub, standard.name, on="2024-01-01")
    assert refusal.value.code() is grpc.StatusCode.FAILED_PRECONDITION


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"on": "2017-12-31"}, "FAILED_PRECONDITION"),
        ({"reviewed_on": {"year": 9999, "month": 1, "day": 1}}, ["reviewed_on"]),
        ({"draft": "drafts/abc"}, ["draft"]),
        ({"ended_on": day("2024-01-01")}, ["ended_on"]),
        ({"reason": " "}, ["reason"]),
        ({"conclusion": TO_BE_REVISED, "draft": "drafts/abc"}, "NOT_FOUND"),
        ({"conclusion": ABOLISH, "ended_on": day("2018-07-31")}, ["ended_on"]),
        ({"conclusion": 0}, ["conclusion"]),
    ],
)
def test_a_review_that_contradicts_the_records_is_refused(
    grpc_stub: Stub, standard: standard_pb2.Standard, fields: dict[str, object], named: object
) -> None:
    """And nothing of it is kept."""
    with pytest.raises(grpc.RpcError) as refusal:
        review(grpc_stub, standard.name, **fields)
    assert (fields_of(refusal.value) or reason_of(refusal.value)) == named
    assert reviews(grpc_stub, standard.name) == []


def test_a_review_before_the_last_one_is_refused(grpc_stub: Stub, standard: standard_pb2.Standard) -> None:
    """The last confirmation would be undone."""
    review(grpc_stub, standard.name)
    with pytest.raises(grpc.RpcError) as refusal:
        review(grpc_stub, standard.name, on="2023-06-29")
    assert fields_of(refusal.value) == ["reviewed_on"]


def test_a_review_that_only_checks_records_nothing(grpc_stub: Stub, standard: standard_pb2.Standard) -> None:
    """It is answered as if it were done."""
    assert review(grpc_stub, standard.name, validate_only=True).standard.reviewed_on.year == 2023
    assert reviews(grpc_stub, standard.name) == []


def test_a_review_sent_again_is_recorded_once(grpc_stub: Stub, standard: standard_pb2.Standard) -> None:
    """The second answer is the first one."""
    request_id = str(uuid4())
    answers = [review(grpc_stub, standard.name, request_id=request_id) for _ in range(2)]
    assert answers[0] == answers[1]
    assert len(reviews(grpc_stub, standard.name)) == 1


def test_of_two_reviewers_with_one_version_one_is_told(grpc_stub: Stub, standard: standard_pb2.Standard) -> None:
    """Who read an older version reads again."""
    together = Barrier(2)

    def one(conclusion: int) -> grpc.StatusCode:
        together.wait()
        try:
            review(grpc_stub, standard.name, conclusion, etag=standard.etag)
        except grpc.RpcError as refusal:
            return refusal.code()
        return grpc.StatusCode.OK

    with ThreadPoolExecutor(2) as pool:
        codes = set(pool.map(one, [CONFIRMED, TO_BE_REVISED]))
    assert codes == {grpc.StatusCode.OK, grpc.StatusCode.ABORTED}
    assert len(reviews(grpc_stub, standard.name)) == 1


def test_reviews_at_the_same_time_are_all_recorded(grpc_stub: Stub, standard: standard_pb2.Standard) -> None:
    """Without a version each follows the one before; none is lost, and the history has all of them."""
    together = Barrier(6)

    def one(number: int) -> None:
        together.wait()
        review(grpc_stub, standard.name, reason=f"第{number}次")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(one, range(6)))
    assert {one.reason for one in reviews(grpc_stub, standard.name)} == {f"第{number}次" for number in range(6)}
    assert len(history(grpc_stub, standard.name)) == 7


def test_a_secretary_reviews_standards_of_the_own_committee(grpc_stub: Stub, as_role: AsRole, committee: str) -> None:
    """And of its subcommittees, in any spelling; those of others and of nobody are refused."""
    secretary = Stub(as_role("committee_secretary", subject="li", committee=committee))
    own, below, foreign, nobodys = (
        create(grpc_stub, f"GB/T {new_number()}-2018", committee=owner)
        for owner in (committee.replace(" ", ""), f"{committee}/SC 1", f"{committee}1", "")
    )
    assert [review(secretary, one.name).review.principal for one in (own, below)] == ["li", "li"]
    for one in (foreign, nobodys):
        with pytest.raises(grpc.RpcError) as refusal:
            review(secretary, one.name)
        assert refusal.value.code() is grpc.StatusCode.PERMISSION_DENIED


def test_an_editor_of_the_catalogue_reviews_any_standard(
    as_role: AsRole, grpc_stub: Stub, standard: standard_pb2.Standard
) -> None:
    """The authority acts for all committees; a reader for none."""
    assert review(Stub(as_role("catalogue_editor", subject="wang")), standard.name).review.principal == "wang"
    with pytest.raises(grpc.RpcError) as refusal:
        review(Stub(as_role("reader")), standard.name)
    assert refusal.value.code() is grpc.StatusCode.PERMISSION_DENIED


def test_due_reviews_come_with_the_longest_overdue_first(grpc_stub: Stub, committee: str) -> None:
    """Counted from the issue or the last confirmation; of the committee and its subcommittees, page by page."""
    issued = {
        "2015-03-01": committee,
        "2020-02-29": f"{committee}/SC 2",
        "2016-05-05": committee,
        "2021-06-01": committee,
    }
    names = {
        since: create(grpc_stub, f"GB/T {new_number()}-2018", issued_on=since, committee=owner).name
        for since, owner in issued.items()
    }
    create(grpc_stub, f"GB/T {new_number()}-2018", issued_on="2010-01-01", committee=f"{committee}0")
    found = due(grpc_stub, committee, "2025-03-01")
    assert [(one.standard.name, one.days_overdue) for one in found] == [
        (names["2015-03-01"], 1826),
        (names["2016-05-05"], 1396),
        (names["2020-02-29"], 1),
    ]
    assert [one.days_overdue for one in due(grpc_stub, committee, "2025-03-01", within_months=15)][-1] == 0
    assert len(due(grpc_stub, committee, "2025-03-01", within_months=15)) == 4


def test_what_waits_for_its_revision_is_due_only_where_it_is_asked_for(grpc_stub: Stub, committee: str) -> None:
    """It has been reviewed."""
    name = create(grpc_stub, f"GB/T {new_number()}-2018", issued_on="2018-01-15", committee=committee).name
    review(grpc_stub, name, TO_BE_REVISED)
    assert due(grpc_stub, committee, "2025-01-01") == []
    (waiting,) = due(grpc_stub, committee, "2025-01-01", include_to_be_revised=True)
    assert (waiting.standard.name, waiting.standard.to_be_revised) == (name, True)


def test_no_review_is_due_for_what_the_law_does_not_ask(grpc_stub: Stub, committee: str) -> None:
    """Standards from outside, amendments, and what has ended."""
    number = new_number()
    create(grpc_stub, f"ISO {number}:2015", issued_on="2015-01-01", committee=committee)
    base = create(grpc_stub, f"GB/T {number}-2011", issued_on="2011-01-01", committee=committee)
    amend(grpc_stub, base.name, f"GB/T {number}-2011/XG1-2015", "2015-01-01")
    assert [one.standard.name for one in due(grpc_stub, committee, "2025-01-01")] == [base.name]
    grpc_stub.AbolishStandard(pb.AbolishStandardRequest(name=base.name, ended_on=day("2024-01-01")))
    assert due(grpc_stub, committee, "2025-01-01") == []


def test_an_amendment_is_a_standard_of_its_own(grpc_stub: Stub, standard: standard_pb2.Standard) -> None:
    """Named after its standard, with its facts, and related to it."""
    number = standard.designation.partition(" ")[2].partition("—")[0]
    amendment = amend(
        grpc_stub, standard.name, f"GBT{number}-2018/XG1-2020", changes="4.2，表3", effective_on=day("2020-09-01")
    )
    assert amendment.standard.designation == f"GB/T {number}—2018/XG1—2020"
    assert amendment.standard.title.zh == "示例《第1号修改单》"
    assert (amendment.amended, amendment.changes) == (standard.name, "4.2，表3")
    assert grpc_stub.GetStandard(pb.GetStandardRequest(name=amendment.standard.name)) == amendment.standard
    (relation,) = grpc_stub.ListRelations(pb.ListRelationsRequest(target=standard.name)).relations
    assert (relation.kind, relation.source) == (standard_pb2.RELATION_KIND_AMENDS, amendment.standard.name)


def test_amendments_are_listed_with_their_standard(grpc_stub: Stub, standard: standard_pb2.Standard) -> None:
    """Those an import brought, too; in the order of their numbers."""
    number = standard.designation.partition(" ")[2].partition("—")[0]
    for xg in (10, 2):
        amend(grpc_stub, standard.name, f"GB/T {number}-2018/XG{xg}-2020")
    imported = create(grpc_stub, f"GB/T {number}-2018/XG1-2019")
    amends = standard_pb2.Relation(
        source=imported.name, target_designation=standard.designation, kind=standard_pb2.RELATION_KIND_AMENDS
    )
    grpc_stub.CreateRelation(pb.CreateRelationRequest(relation=amends))
    request = life_pb2.ListAmendmentsRequest(name=standard.name, page_size=1)
    found = everything(grpc_stub.ListAmendments, request, "amendments")
    assert [one.standard.designation.rpartition("/")[2] for one in found] == ["XG1—2019", "XG2—2020", "XG10—2020"]


def test_an_amendment_of_another_standard_is_refused(grpc_stub: Stub, standard: standard_pb2.Standard) -> None:
    """And one that comes before what it amends, or into force before it is issued."""
    number = standard.designation.partition(" ")[2].partition("—")[0]
    refused = [
        ({"designation": f"GB/T {new_number()}-2018/XG1-2020"}, ["designation"]),
        ({"designation": f"GB/T {number}-2018/XG1-2017", "issued": "2017-01-01"}, ["issued_on"]),
        ({"designation": f"GB/T {number}-2018/XG1-2020", "effective_on": day("2020-02-29")}, ["effective_on"]),
    ]
    named = []
    for fields, _ in refused:
        with pytest.raises(grpc.RpcError) as refusal:
            amend(grpc_stub, standard.name, **fields)
        named.append(fields_of(refusal.value))
    assert named == [fields for _, fields in refused]


def test_what_has_ended_is_not_amended(grpc_stub: Stub, standard: standard_pb2.Standard) -> None:
    """Its successor is."""
    number = standard.designation.partition(" ")[2].partition("—")[0]
    grpc_stub.AbolishStandard(pb.AbolishStandardRequest(name=standard.name, ended_on=day("2019-01-01")))
    with pytest.raises(grpc.RpcError) as refusal:
        amend(grpc_stub, standard.name, f"GB/T {number}-2018/XG1-2020")
    assert refusal.value.code() is grpc.StatusCode.FAILED_PRECONDITION


def test_an_amendment_has_the_document_it_names(grpc_stub: Stub, standard: standard_pb2.Standard) -> None:
    """One that nobody uploaded is refused."""
    with pytest.raises(grpc.RpcError) as refusal:
        amend(grpc_stub, standard.name, f"{standard.designation}/XG1-2020", document="documents/nothing")
    assert refusal.value.code() in {grpc.StatusCode.NOT_FOUND, grpc.StatusCode.INVALID_ARGUMENT}


def chain(stub: Stub, name: str) -> tuple[list[tuple[str, int]], life_pb2.Succession]:
    """Return the names of a chain with their distances, and the chain."""
    found = stub.GetSuccession(life_pb2.GetSuccessionRequest(name=name))
    return [(member.name, member.distance) for member in found.members], found


def test_a_chain_of_supersession_is_read_back_and_forth(grpc_stub: Stub) -> None:
    """From any of its standards: what was merged into it, and what it was divided into, with the dates."""
    number = new_number()
    years = {"a": "1993", "b": "1993", "c": "2009", "d": "2020", "e": "2021"}
    names = {
        key: create(grpc_stub, f"GB/T {number}.{part}-{year}", effective_on=f"{year}-07-01").name
        for part, (key, year) in enumerate(years.items(), start=1)
    }
    for old, new in ("ac", "bc", "cd", "ce"):
        supersede(grpc_stub, names[old], names[new])
    members, found = chain(grpc_stub, names["c"])
    assert members == [(names["a"], -1), (names["b"], -1), (names["c"], 0), (names["d"], 1), (names["e"], 1)]
    steps = {(step.superseded, step.successor): step.on.year for step in found.steps}
    assert steps == {
        (names["a"], names["c"]): 2009,
        (names["b"], names["c"]): 2009,
        (names["c"], names["d"]): 2020,
        (names["c"], names["e"]): 2020,
    }
    assert chain(grpc_stub, names["e"])[0] == [(names["a"], -2), (names["b"], -2), (names["c"], -1), (names["e"], 0)]
    assert (found.cyclic, found.truncated) == (False, False)


def test_a_standard_superseded_in_part_stays_in_force(grpc_stub: Stub, standard: standard_pb2.Standard) -> None:
    """Until all of it is superseded; then the step says so."""
    part, whole = (create(grpc_stub, f"GB/T {new_number()}-2020", effective_on="2020-07-01") for _ in range(2))
    assert supersede(grpc_stub, standard.name, part.name, partial=True).status == IN_FORCE
    assert [step.partial for step in chain(grpc_stub, standard.name)[1].steps] == [True]
    (relation,) = grpc_stub.ListRelations(pb.ListRelationsRequest(target=standard.name)).relations
    assert relation.partial
    assert supersede(grpc_stub, standard.name, whole.name).status == SUPERSEDED
    with pytest.raises(grpc.RpcError) as refusal:
        supersede(grpc_stub, standard.name, create(grpc_stub, f"GB/T {new_number()}-2021").name, partial=True)
    assert refusal.value.code() is grpc.StatusCode.FAILED_PRECONDITION


def test_a_partial_supersession_becomes_one_of_the_whole(grpc_stub: Stub, standard: standard_pb2.Standard) -> None:
    """By the same successor: the relation is the same, and is not partial any more."""
    successor = create(grpc_stub, f"GB/T {new_number()}-2020", effective_on="2020-07-01")
    supersede(grpc_stub, standard.name, successor.name, partial=True)
    assert supersede(grpc_stub, standard.name, successor.name).status == SUPERSEDED
    assert [step.partial for step in chain(grpc_stub, standard.name)[1].steps] == [False]


def test_a_chain_that_contradicts_itself_is_shown_with_its_contradiction(
    grpc_stub: Stub, unique: Callable[[str], str]
) -> None:
    """A dirty source has cycles; they neither hang nor hide."""
    number = new_number()
    a, b, c, d = (f"GB/T {number}.{part}-2020" for part in range(1, 5))
    kind = standard_pb2.RELATION_KIND_SUPERSEDES
    records = [relation_record(new, old, kind) for old, new in ((a, b), (b, c), (c, a), (c, d))]
    run_import(grpc_stub, f"systems/{unique('s')}", records)
    members, found = chain(grpc_stub, b)
    assert found.cyclic
    assert {(step.superseded.rpartition(".")[2][0], step.on_cycle) for step in found.steps} == {
        ("1", True),
        ("2", True),
        ("3", True),
        ("3", False),
    }
    assert (f"standards/gb~t_{number}.4-2020", 2) in members
    assert {member.designation for member in found.members} >= {f"GB/T {number}.2—2020"}


def test_a_chain_of_what_the_catalogue_lacks_is_itself(grpc_stub: Stub) -> None:
    """Only its number is known."""
    number = new_number()
    _, found = chain(grpc_stub, f"GBT {number}-2020")
    assert [(member.designation, member.status) for member in found.members] == [(f"GB/T {number}—2020", 0)]
    assert list(found.steps) == []


@pytest.mark.parametrize(("effective_on", "ended_on"), [("2018-07-31", None), ("2020-07-01", "2018-07-31")])
def test_a_supersession_against_the_calendar_is_refused(
    grpc_stub: Stub, standard: standard_pb2.Standard, effective_on: str, ended_on: str | None
) -> None:
    """No successor came into force before, and nothing ends before it began."""
    successor = create(grpc_stub, f"GB/T {new_number()}-2020", effective_on=effective_on)
    with pytest.raises(grpc.RpcError) as refusal:
        supersede(grpc_stub, standard.name, successor.name, ended_on=day(ended_on) if ended_on else None)
    assert refusal.value.code() in {grpc.StatusCode.FAILED_PRECONDITION, grpc.StatusCode.INVALID_ARGUMENT}
    assert grpc_stub.GetStandard(pb.GetStandardRequest(name=standard.name)).status == IN_FORCE


def test_a_standard_is_read_as_of_a_date(grpc_stub: Stub) -> None:
    """An undated designation is the edition in force then; its state is that of the date."""
    number = new_number()
    for year in (2000, 2009):
        create(grpc_stub, f"GB/T {number}-{year}", issued_on=f"{year}-05-01", effective_on=f"{year}-12-01")
    supersede(grpc_stub, f"GB/T {number}-2000", f"GB/T {number}-2009")

    def as_of(name: str, on: str) -> tuple[str, int, int]:
        found = grpc_stub.GetStandard(pb.GetStandardRequest(name=name, as_of=day(on)))
        return found.designation[-4:], found.status, found.status_as_of

    undated = f"GB/T {number}"
    assert as_of(undated, "2009-11-30") == ("2000", SUPERSEDED, IN_FORCE)
    assert as_of(undated, "2009-12-01") == ("2009", IN_FORCE, IN_FORCE)
    assert as_of(f"{undated}-2009", "2009-11-30") == ("2009", IN_FORCE, UPCOMING)
    assert as_of(f"{undated}-2000", "2009-12-01") == ("2000", SUPERSEDED, SUPERSEDED)
    assert grpc_stub.GetStandard(pb.GetStandardRequest(name=undated)).status_as_of == 0


def test_the_history_of_a_standard_tells_who_did_what(grpc_stub: Stub, as_role: AsRole) -> None:
    """The latest first, with the facts before and after, what it came from, and why."""
    number = new_number()
    old = create(grpc_stub, f"GB/T {number}-2009", issued_on="2009-05-01", ics=["13.030"])
    new = create(grpc_stub, f"GB/T {number}-2020", effective_on="2020-10-01")
    editor = Stub(as_role("catalogue_editor", subject="wang"))
    changed = standard_pb2.Standard(name=old.name, ics=["13.030", "71.100"], title={"zh": "新名"})
    editor.UpdateStandard(pb.UpdateStandardRequest(standard=changed, update_mask={"paths": ["ics", "title"]}))
    review(grpc_stub, old.name, TO_BE_REVISED, reason="应修订")
    amendment = amend(grpc_stub, old.name, f"GB/T {number}-2009/XG1-2020", changes="表1")
    ended = supersede(grpc_stub, old.name, new.name)
    found = history(grpc_stub, old.name)
    told = [(one.action, one.principal, one.related, one.reason) for one in found]
    assert told == [
        (life_pb2.STANDARD_ACTION_SUPERSEDED, "administrator", new.name, ""),
        (life_pb2.STANDARD_ACTION_AMENDED, "administrator", amendment.standard.name, "表1"),
        (life_pb2.STANDARD_ACTION_REVIEWED, "administrator", "", "应修订"),
        (life_pb2.STANDARD_ACTION_UPDATED, "wang", "", ""),
        (life_pb2.STANDARD_ACTION_CREATED, "administrator", "", ""),
    ]
    facts = {fact.field: (fact.before, fact.after) for fact in found[3].facts}
    assert facts == {"ics": ("13.030", "13.030\n71.100"), "title.zh": ("示例", "新名")}
    facts = {fact.field: (fact.before, fact.after) for fact in found[0].facts}
    expected = {
        "status": ("in_force", "superseded"),
        "ended_on": ("", "2020-10-01"),
        "to_be_revised": ("true", "false"),
    }
    assert facts == expected
    assert found[0].etag == ended.etag


def test_an_abolition_keeps_why(grpc_stub: Stub, standard: standard_pb2.Standard) -> None:
    """In the history of the standard."""
    request = pb.AbolishStandardRequest(name=standard.name, ended_on=day("2024-01-01"), reason="已无适用对象")
    grpc_stub.AbolishStandard(request)
    assert history(grpc_stub, standard.name)[0].reason == "已无适用对象"


def test_a_standard_reviewed_today_is_not_due(grpc_stub: Stub, committee: str) -> None:
    """Without a date, a review is of today, and what is due is what is due today."""
    issued = (today() - timedelta(days=5 * 366)).isoformat()
    name = create(grpc_stub, f"GB/T {new_number()}-2018", issued_on=issued, committee=committee).name
    request = life_pb2.ListDueReviewsRequest(committee=committee)
    assert [one.standard.name for one in grpc_stub.ListDueReviews(request).reviews] == [name]
    review(grpc_stub, name, reviewed_on=None)
    assert list(grpc_stub.ListDueReviews(request).reviews) == []
