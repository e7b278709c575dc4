"""The life of links: their history, what makes them suspect, batches of verdicts and their undoing, the queue."""

import itertools
import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from typer.testing import CliRunner

from bearer_token import BearerToken
from catalogues import create
from catalogues import day as day_of
from invented import group_prefix
from linking import create_measure, link, refused, require
from services.cli.__main__ import app
from services.composition import Composition, Program
from services.embedded import EmbeddedStack
from services.program import embedded_s3
from services.runtime.settings import Settings
from tbt.catalog.v1 import catalog_service_pb2 as catalog_pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as catalog_grpc
from tbt.catalog.v1 import life_pb2
from tbt.linkage.v1 import desk_pb2, limit_pb2, link_life_pb2
from tbt.linkage.v1 import linkage_service_pb2 as pb
from tbt.linkage.v1 import linkage_service_pb2_grpc as pb_grpc
from tbt.type.v1 import type_pb2

Stub = pb_grpc.LinkageServiceStub
Causes = link_life_pb2.LinkSuspectCause
Limit = type_pb2.Limit
ENOUGH_SECONDS = 20


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


@pytest.fixture(scope="module")
def catalog(channel: grpc.Channel) -> catalog_grpc.CatalogServiceStub:
    """Return an administrator's stub of the catalog service."""
    return catalog_grpc.CatalogServiceStub(channel)


@pytest.fixture
def standard(catalog: catalog_grpc.CatalogServiceStub) -> str:
    """Record an invented standard and return its designation."""
    return create(catalog, f"{group_prefix()} 1—2024", issued_on="2024-01-01", effective_on="2024-02-01").designation


def suspicion(stub: Stub, name: str, after: int) -> list[int]:
    """Return why a link is suspect, once the change log says after revision *after* that it is."""
    watched = stub.WatchChanges(type_pb2.WatchChangesRequest(after_revision=after), timeout=ENOUGH_SECONDS)
    for page in watched:
        if any((change.resource, change.action) == (name, "suspected") for change in page.changes):
            watched.cancel()
            break
    return list(stub.GetLink(pb.GetLinkRequest(name=name)).suspect_causes)


def latest(stub: Stub) -> int:
    """Return the revision that linkage has come to."""
    return next(iter(stub.ExportLinkage(pb.ExportLinkageRequest()))).revision


def history(stub: Stub, name: str) -> list[link_life_pb2.LinkEvent]:
    """Return what happened to a link, the latest first."""
    return list(stub.ListLinkHistory(link_life_pb2.ListLinkHistoryRequest(link=name)).events)


def review(stub: Stub, *verdicts: desk_pb2.LinkVerdict) -> desk_pb2.ReviewBatch:
    """Give verdicts as one batch."""
    return stub.ReviewLinks(desk_pb2.ReviewLinksRequest(verdicts=verdicts))


def accept(name: str, **fields: object) -> desk_pb2.LinkVerdict:
    """Return the verdict that a link holds."""
    return desk_pb2.LinkVerdict(link=name, verdict=desk_pb2.VERDICT_ACCEPT, **fields)


def test_the_history_of_a_link_tells_who_did_what_and_what_it_was_before(grpc_stub: Stub, standard: str) -> None:
    """Creation, a change, which needs review again, and a verdict: each with the values before and after."""
    made = link(grpc_stub, require(grpc_stub, create_measure(grpc_stub).name).name, standard, confidence=0.5)
    grpc_stub.ReviewLink(pb.ReviewLinkRequest(name=made.name, state=pb.LINK_STATE_CONFIRMED))
    changed = grpc_stub.UpdateLink(
        pb.UpdateLinkRequest(
            link=pb.Link(name=made.name, relation=type_pb2.SET_RELATION_SUBSET, strength=7),
            update_mask=FieldMask(paths=["relation", "strength"]),
            reason="the scope is wider",
        )
    )

    assert changed.state == pb.LINK_STATE_SUGGESTED
    assert changed.created_by == "administrator"
    events = history(grpc_stub, made.name)
    assert [event.action for event in events] == [
        link_life_pb2.LINK_ACTION_UPDATED,
        link_life_pb2.LINK_ACTION_CONFIRMED,
        link_life_pb2.LINK_ACTION_CREATED,
    ]
    assert (events[0].principal, events[0].reason) == ("administrator", "the scope is wider")
    differences = {one.field: (one.before, one.after) for one in events[0].differences}
    assert differences["relation"] == ("equal", "subset")
    assert differences["state"] == ("confirmed", "suggested")
    assert events[0].etag == changed.etag


def test_the_limits_of_a_link_are_compared_in_its_answer(grpc_stub: Stub, standard: str) -> None:
    """The answer has the numbers, the units and a sentence."""
    required = Limit(operator=Limit.OPERATOR_AT_MOST, value="90", unit="mg/kg")
    demand = require(grpc_stub, create_measure(grpc_stub).name, limit=required)
    limit = Limit(operator=Limit.OPERATOR_AT_MOST, value="0.01", unit="%")
    made = link(grpc_stub, demand.name, standard, standard_limit=limit)
    read = grpc_stub.GetLink(pb.GetLinkRequest(name=made.name))

    assert read.limit_comparison.relation == limit_pb2.LIMIT_RELATION_LOOSER
    assert read.limit_comparison.standard == "≤ 0.01 % (100 mg/kg)"
    assert read.limit_comparison.required == "≤ 90 mg/kg"
    assert "permits values" in read.limit_comparison.explanation
    listed = grpc_stub.ListLinks(pb.ListLinksRequest(requirement_prefix=demand.name)).links
    assert [one.limit_comparison for one in listed] == [read.limit_comparison]


def test_two_limits_are_compared_as_people_write_them(grpc_stub: Stub) -> None:
    """What is in ppm is taken by mass, and the answer says so; a text that is no limit is refused with its field."""
    request = limit_pb2.CompareLimitsRequest(required="不大于 90 ppm", standard="≤ 90 mg/kg")
    answer = grpc_stub.CompareLimits(request)
    assert answer.comparison.relation == limit_pb2.LIMIT_RELATION_EQUAL
    assert "by mass" in answer.comparison.caution
    refusal = refused(
        lambda: grpc_stub.CompareLimits(limit_pb2.CompareLimitsRequest(required="90", standard="≤ 90 mg/kg"))
    )
    assert refusal.code() is grpc.StatusCode.INVALID_ARGUMENT


def test_a_requirement_that_changes_makes_its_links_suspect_and_a_person_clears_them(
    grpc_stub: Stub, standard: str
) -> None:
    """At once and exactly: a new demand counts; that somebody has looked for links does not."""
    demand = require(grpc_stub, create_measure(grpc_stub).name)
    made = link(grpc_stub, demand.name, standard)

    def change(**fields: object) -> list[int]:
        mask = FieldMask(paths=list(fields))
        grpc_stub.UpdateRequirement(
            pb.UpdateRequirementRequest(requirement=pb.Requirement(name=demand.name, **fields), update_mask=mask)
        )
        return list(grpc_stub.GetLink(pb.GetLinkRequest(name=made.name)).suspect_causes)

    assert change(assessed=True) == []
    assert change(parameter="lead") == [Causes.LINK_SUSPECT_CAUSE_REQUIREMENT_CHANGED]
    cleared = grpc_stub.ClearLinkSuspects(
        link_life_pb2.ClearLinkSuspectsRequest(links=[made.name], reason="still the same")
    )
    assert cleared.cleared_count == 1
    read = grpc_stub.GetLink(pb.GetLinkRequest(name=made.name))
    assert (list(read.suspect_causes), read.HasField("suspect_since")) == ([], False)
    assert [event.action for event in history(grpc_stub, made.name)][:2] == [
        link_life_pb2.LINK_ACTION_CLEARED,
        link_life_pb2.LINK_ACTION_SUSPECTED,
    ]


def test_a_standard_that_ends_or_is_amended_makes_its_links_suspect(
    grpc_stub: Stub, catalog: catalog_grpc.CatalogServiceStub
) -> None:
    """Through the change log of the catalogue, each for its own cause, and again after it was cleared."""
    demand = require(grpc_stub, create_measure(grpc_stub).name).name
    number = f"GB/T {next(_NUMBERS)}"
    create(catalog, f"{number}—2020", issued_on="2020-01-01", effective_on="2020-02-01")
    made = link(grpc_stub, demand, f"{number}-2020")
    before = latest(grpc_stub)
    catalog.AmendStandard(
        life_pb2.AmendStandardRequest(
            name=f"{number}-2020",
            designation=f"{number}-2020/XG1-2021",
            issued_on=day_of("2021-01-01"),
            effective_on=day_of("2021-02-01"),
        )
    )
    assert suspicion(grpc_stub, made.name, before) == [Causes.LINK_SUSPECT_CAUSE_STANDARD_AMENDED]

    grpc_stub.ClearLinkSuspects(link_life_pb2.ClearLinkSuspectsRequest(links=[made.name], reason="no limit changed"))
    assert not grpc_stub.GetLink(pb.GetLinkRequest(name=made.name)).suspect_causes
    before = latest(grpc_stub)
    catalog.AbolishStandard(
        catalog_pb.AbolishStandardRequest(name=f"{number}-2020", ended_on=day_of("2024-01-01"), reason="示例")
    )
    assert suspicion(grpc_stub, made.name, before) == [Causes.LINK_SUSPECT_CAUSE_STANDARD_ABOLISHED]


_NUMBERS: Iterator[int] = itertools.count(810_001)


def test_a_measure_that_changes_makes_its_links_suspect(grpc_stub: Stub, standard: str) -> None:
    """A revision, addendum or corrigendum that arrives puts the links of the whole family in doubt."""
    measure = create_measure(grpc_stub)
    made = link(grpc_stub, require(grpc_stub, measure.name).name, standard)
    create_measure(grpc_stub, f"{measure.symbols[0]}/Rev.1")

    assert list(grpc_stub.GetLink(pb.GetLinkRequest(name=made.name)).suspect_causes) == [
        Causes.LINK_SUSPECT_CAUSE_MEASURE_REVISED
    ]


def test_a_batch_is_taken_back_exactly_and_once(
    grpc_stub: Stub, catalog: catalog_grpc.CatalogServiceStub, standard: str
) -> None:
    """Accepted, rejected and replaced links get back what they were; the link that took a place is gone."""
    demand = require(grpc_stub, create_measure(grpc_stub).name).name
    other = create(catalog, f"{group_prefix()} 2—2024").designation
    names = [link(grpc_stub, demand, standard, clause=clause).name for clause in ("1", "2", "3")]
    before = [grpc_stub.GetLink(pb.GetLinkRequest(name=name)) for name in names]
    batch = review(
        grpc_stub,
        accept(names[0], relation=type_pb2.SET_RELATION_SUPERSET),
        desk_pb2.LinkVerdict(link=names[1], verdict=desk_pb2.VERDICT_REJECT, reason="another product"),
        desk_pb2.LinkVerdict(link=names[2], verdict=desk_pb2.VERDICT_REPLACE, replacement=other),
    )
    assert (batch.verdict_count, batch.confirmed_count, batch.rejected_count) == (3, 1, 2)
    after = [grpc_stub.GetLink(pb.GetLinkRequest(name=name)) for name in names]
    assert [one.state for one in after] == [pb.LINK_STATE_CONFIRMED, pb.LINK_STATE_REJECTED, pb.LINK_STATE_REJECTED]
    (made,) = batch.replacements
    assert after[2].replaced_by == made
    assert grpc_stub.GetLink(pb.GetLinkRequest(name=made)).state == pb.LINK_STATE_CONFIRMED

    undone = grpc_stub.UndoReview(desk_pb2.UndoReviewRequest(name=batch.name, reason="too soon"))

    assert undone.undone_by == "administrator"
    for name, then in zip(names, before, strict=True):
        now = grpc_stub.GetLink(pb.GetLinkRequest(name=name))
        for read in (now, then):
            read.etag = ""
            read.ClearField("updated_at")
        assert now == then
    gone = refused(lambda: grpc_stub.GetLink(pb.GetLinkRequest(name=made)))
    assert gone.code() is grpc.StatusCode.NOT_FOUND
    twice = refused(lambda: grpc_stub.UndoReview(desk_pb2.UndoReviewRequest(name=batch.name)))
    assert twice.code() is grpc.StatusCode.FAILED_PRECONDITION


def test_a_batch_stays_when_one_of_its_links_has_changed_since(grpc_stub: Stub, standard: str) -> None:
    """What somebody decided later is not lost to an undo; the refusal names the link, and nothing is taken back."""
    demand = require(grpc_stub, create_measure(grpc_stub).name).name
    names = [link(grpc_stub, demand, standard, clause=clause).name for clause in ("1", "2")]
    batch = review(grpc_stub, *map(accept, names))
    grpc_stub.ReviewLink(pb.ReviewLinkRequest(name=names[1], state=pb.LINK_STATE_REJECTED))

    refusal = refused(lambda: grpc_stub.UndoReview(desk_pb2.UndoReviewRequest(name=batch.name)))

    assert refusal.code() is grpc.StatusCode.FAILED_PRECONDITION
    assert names[1] in str(refusal.details())
    assert grpc_stub.GetLink(pb.GetLinkRequest(name=names[0])).state == pb.LINK_STATE_CONFIRMED


@pytest.mark.parametrize(
    "spoil",
    [
        lambda name: [accept(name), accept(name)],
        lambda name: [accept(name), accept("links/none")],
        lambda name: [accept(name, replacement="GB/T 1")],
        lambda name: [desk_pb2.LinkVerdict(link=name, verdict=desk_pb2.VERDICT_REPLACE)],
        lambda name: [accept(name, etag="v9")],
    ],
)
def test_one_verdict_that_cannot_be_given_refuses_the_batch(
    grpc_stub: Stub, standard: str, spoil: Callable[[str], list[desk_pb2.LinkVerdict]]
) -> None:
    """All or none: the other links stay as they were."""
    made = link(grpc_stub, require(grpc_stub, create_measure(grpc_stub).name).name, standard)
    refused(lambda: review(grpc_stub, *spoil(made.name)))
    assert grpc_stub.GetLink(pb.GetLinkRequest(name=made.name)).etag == made.etag


def test_the_queue_begins_with_the_next_deadline(grpc_stub: Stub, standard: str) -> None:
    """Upcoming deadlines first, at one deadline by trade, then those that have passed, the latest first, then none."""
    today = date(2031, 6, 1)
    deadlines = {"soon": 10, "later": 40, "passed": -5, "long passed": -400, "traded": 10}
    made = {}
    hs = f"{next(_NUMBERS)}"[-4:]
    for word, days in deadlines.items():
        on = today + timedelta(days=days)
        deadline = {"year": on.year, "month": on.month, "day": on.day}
        measure = create_measure(grpc_stub, comment_deadline=deadline, hs_codes=[hs if word == "traded" else "0101"])
        made[link(grpc_stub, require(grpc_stub, measure.name).name, standard).name] = word
    undated = create_measure(grpc_stub)
    made[link(grpc_stub, require(grpc_stub, undated.name).name, standard).name] = "undated"
    weight = desk_pb2.TradeWeight(member_code="xxx", hs_heading=hs, weight=12.5)
    assert grpc_stub.SetTradeWeights(desk_pb2.SetTradeWeightsRequest(weights=[weight])).link_count == 1

    def queue(**fields: object) -> list[str]:
        found: list[str] = []
        token = ""
        as_of = {"year": today.year, "month": today.month, "day": today.day}
        while not found or token:
            request = desk_pb2.ListDeskQueueRequest(page_size=2, page_token=token, as_of=as_of, **fields)
            page = grpc_stub.ListDeskQueue(request)
            found.extend(entry.link for entry in page.entries)
            token = page.next_page_token
            if not page.entries:
                break
        assert len(set(found)) == len(found)
        return [made[name] for name in found if name in made]

    assert queue() == ["traded", "soon", "later", "passed", "long passed", "undated"]
    assert queue(hs_prefix=hs) == ["traded"]
    assert queue(measure=undated.symbols[0]) == ["undated"]
    assert queue(tasks=[desk_pb2.DESK_TASK_SUSPECT], measure=undated.name) == []
    first = next(name for name, word in made.items() if word == "undated")
    review(grpc_stub, accept(first))
    assert queue(measure=undated.name) == []


def test_coverage_counts_what_was_reviewed_and_what_waits(grpc_stub: Stub, standard: str) -> None:
    """By member, with the requirements that have no link at all."""
    member = f"QX{chr(65 + next(_NUMBERS) % 26)}"
    measure = create_measure(grpc_stub, f"G/TBT/N/{member}/{next(_NUMBERS)}")
    first, _second = (require(grpc_stub, measure.name).name for _ in range(2))
    names = [link(grpc_stub, first, standard, clause=clause).name for clause in ("1", "2", "3")]
    review(grpc_stub, accept(names[0]), desk_pb2.LinkVerdict(link=names[1], verdict=desk_pb2.VERDICT_REJECT))

    request = desk_pb2.GetDeskCoverageRequest(group=desk_pb2.COVERAGE_GROUP_MEMBER)
    coverage = grpc_stub.GetDeskCoverage(request)

    (figures,) = [one for one in coverage.groups if one.key == member]
    assert (figures.requirements, figures.unlinked_requirements) == (2, 1)
    assert (figures.confirmed, figures.rejected, figures.open) == (1, 1, 1)
    assert coverage.total.requirements >= 2


@pytest.fixture(scope="module")
def two_persons(composition: Composition, settings: Settings, stack: EmbeddedStack) -> Iterator[Callable[[str], Stub]]:
    """Run the program a second time, with two persons for each link, on the same data; return how somebody signs in."""
    strict = settings.model_copy(update={"link_reviewers": 2})
    program = Composition(strict, stack.database_url, embedded_s3(stack, strict)).program(with_worker=False)
    program.start()

    def stub(subject: str) -> Stub:
        token = composition.local_issuer.issue(subject, ["administrator"], 3600, "")
        plain = grpc.insecure_channel(f"127.0.0.1:{program.port}")
        return Stub(grpc.intercept_channel(plain, BearerToken(token)))

    yield stub
    program.stop()


def test_two_different_persons_confirm_a_link_where_two_must(
    grpc_stub: Stub, standard: str, two_persons: Callable[[str], Stub]
) -> None:
    """The first agreement leaves it open and on the desk of the others; the same person cannot give the second."""
    made = link(grpc_stub, require(grpc_stub, create_measure(grpc_stub).name).name, standard)
    li, wang = two_persons("li"), two_persons("wang")
    batch = review(li, accept(made.name))
    assert (batch.confirmed_count, batch.agreed_count) == (0, 1)
    waiting = grpc_stub.GetLink(pb.GetLinkRequest(name=made.name))
    assert (waiting.state, waiting.first_reviewer) == (pb.LINK_STATE_SUGGESTED, "li")
    assert refused(lambda: review(li, accept(made.name))).code() is grpc.StatusCode.FAILED_PRECONDITION

    def desk(stub: Stub) -> list[int]:
        request = desk_pb2.ListDeskQueueRequest(measure=made.requirement.partition("/requirements/")[0], mine=True)
        return [entry.task for entry in stub.ListDeskQueue(request).entries]

    assert (desk(li), desk(wang)) == ([], [desk_pb2.DESK_TASK_SECOND_REVIEW])
    review(wang, accept(made.name))
    confirmed = grpc_stub.GetLink(pb.GetLinkRequest(name=made.name))
    assert (confirmed.state, confirmed.first_reviewer, confirmed.reviewed_by) == (pb.LINK_STATE_CONFIRMED, "li", "wang")


def test_the_command_line_reviews_and_takes_back(
    program: Program, composition: Composition, grpc_stub: Stub, standard: str, tmp_path: Path
) -> None:
    """Every step of the desk by command: what is compared, suggested, queued, decided, taken back, counted, told."""
    measure = create_measure(grpc_stub, comment_deadline={"year": 2041, "month": 1, "day": 2})
    demand = require(grpc_stub, measure.name, cited_standards=[standard])
    token = composition.local_issuer.issue("cli", ["administrator"], 3600, "")
    environment = {"TBT_ADDRESS": f"127.0.0.1:{program.port}", "TBT_TOKEN": token}

    def tbt(*arguments: str) -> list[dict[str, Any]]:
        answer = CliRunner().invoke(app, ["--json", *arguments], env=environment, catch_exceptions=False)
        assert answer.exit_code == 0, answer.stderr
        text = answer.stdout.strip()
        return [json.loads(text)] if text.startswith("{\n") else [json.loads(line) for line in text.splitlines()]

    assert tbt("links", "limits", "≤ 90 mg/kg", "不大于 0.01 %")[0]["comparison"]["relation"].endswith("LOOSER")
    (suggestion,) = tbt("links", "suggest", demand.name, "--most", "1", "--record")
    name = suggestion["link"]
    assert [entry["link"] for entry in tbt("desk", "queue", "--measure", measure.symbols[0])] == [name]
    batch = tbt("desk", "review", "--accept", name, "--reason", "示例")[0]["name"]
    assert tbt("links", "undo", batch)[0]["undone_by"] == "cli"
    assert next(iter(tbt("links", "history", name)))["action"] == "LINK_ACTION_UNDONE"
    assert batch in [one["name"] for one in tbt("desk", "batches", "--by", "cli")]
    assert tbt("desk", "coverage", "--by", "member")
    assert tbt("links", "weights")
    figures = tmp_path / "trade.csv"
    for encoding in ("utf-8", "gb18030"):
        figures.write_text("member,hs,weight,备注\nXXX,0101,3.5,示例\n", encoding=encoding)
        assert tbt("desk", "trade", str(figures))[0]["weight_count"] >= 1
    assert tbt("links", "clear", name, "--reason", "示例") is not None
