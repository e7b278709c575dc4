"""The contract of releases: what a vocabulary said at one moment, for good."""

from collections.abc import Callable
from hashlib import sha256

import grpc
import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from sqlalchemy import create_engine, delete, update
from sqlalchemy.exc import ProgrammingError

from concepts import approve, approved, concept, create, get, word
from services.embedded import EmbeddedStack
from services.runtime.columns import TableBase
from tbt.terminology.v1 import concept_merge_pb2, concept_pb2, concept_work_pb2, release_pb2
from tbt.terminology.v1 import terminology_service_pb2 as pb
from tbt.terminology.v1 import terminology_service_pb2_grpc as pb_grpc

Stub = pb_grpc.TerminologyServiceStub
Unique = Callable[[str], str]

ADDED = release_pb2.CONCEPT_DIFFERENCE_KIND_ADDED
REMOVED = release_pb2.CONCEPT_DIFFERENCE_KIND_REMOVED
CHANGED = release_pb2.CONCEPT_DIFFERENCE_KIND_CHANGED


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


def sound(domain: str, number: str, unique: Unique) -> concept_pb2.Concept:
    """Return a concept that keeps the rules of a vocabulary: two languages, each with a definition."""
    zh, en = unique("词"), unique("term")
    return concept(
        word("zh-Hans", zh),
        word("en", en),
        definitions=[
            concept_pb2.Definition(language="zh-Hans", text=f"示例之{number}", source="示例"),
            concept_pb2.Definition(language="en", text=f"invented example {number}", source="example"),
        ],
        number=number,
        domain=domain,
    )


def publish(stub: Stub, domain: str, label: str, **fields: object) -> release_pb2.Release:
    """Release a vocabulary."""
    return stub.PublishRelease(release_pb2.PublishReleaseRequest(domain=domain, label=label, **fields))


def held(stub: Stub, release: release_pb2.Release, size: int = 0) -> list[release_pb2.ReleasedConcept]:
    """Return everything a release holds, page by page."""
    found: list[release_pb2.ReleasedConcept] = []
    token = ""
    while token or not found:
        page = stub.ListReleaseConcepts(
            release_pb2.ListReleaseConceptsRequest(name=release.name, page_size=size, page_token=token)
        )
        found += page.concepts
        token = page.next_page_token
        if not token:
            break
    return found


def compare(stub: Stub, base: release_pb2.Release, other: str = "") -> release_pb2.CompareReleasesResponse:
    """Return how a release differs from another, or from now."""
    return stub.CompareReleases(release_pb2.CompareReleasesRequest(base=base.name, other=other))


def change(stub: Stub, name: str, **fields: object) -> None:
    """Discuss an agreed concept again, change it, and approve it."""
    stub.DiscussConcept(concept_work_pb2.DiscussConceptRequest(name=name))
    changed = concept_pb2.Concept(name=name, **fields)
    stub.UpdateConcept(pb.UpdateConceptRequest(concept=changed, update_mask=FieldMask(paths=list(fields))))
    stub.ApproveConcept(concept_work_pb2.ApproveConceptRequest(name=name))


def test_a_release_holds_what_is_approved_and_publishes_it(grpc_stub: Stub, unique: Unique) -> None:
    """Approved concepts are in it and published from then on; candidates and other vocabularies are not."""
    domain = unique("vocabulary")
    first, second = (approved(grpc_stub, sound(domain, number, unique)) for number in ("10", "2"))
    create(grpc_stub, sound(domain, "3", unique))
    approved(grpc_stub, sound(unique("other"), "4", unique))
    release = publish(grpc_stub, domain, "2025.1", note="the first")
    assert (release.concept_count, release.label, release.note) == (2, "2025.1", "the first")
    assert (release.domain, release.principal, release.HasField("published_at")) == (domain, "administrator", True)
    assert [one.concept.name for one in held(grpc_stub, release, 1)] == [second.name, first.name]
    assert get(grpc_stub, first.name).status == concept_pb2.CONCEPT_STATUS_PUBLISHED
    history = grpc_stub.ListConceptHistory(concept_work_pb2.ListConceptHistoryRequest(name=first.name)).changes
    assert (history[0].action, history[0].related) == (concept_work_pb2.CONCEPT_ACTION_PUBLISHED, release.name)


def test_a_release_does_not_change_with_the_vocabulary(grpc_stub: Stub, unique: Unique) -> None:
    """What was released stays as it was, whatever becomes of the concepts."""
    domain = unique("vocabulary")
    changed, retired = (approved(grpc_stub, sound(domain, number, unique)) for number in ("1", "2"))
    release = publish(grpc_stub, domain, "1")
    before = held(grpc_stub, release)
    change(grpc_stub, changed.name, subject_field="duties")
    grpc_stub.RetireConcept(concept_work_pb2.RetireConceptRequest(name=retired.name))
    assert held(grpc_stub, release) == before
    assert grpc_stub.GetRelease(release_pb2.GetReleaseRequest(name=release.name)) == release


def test_the_hash_of_a_release_can_be_made_from_what_it_holds(grpc_stub: Stub, unique: Unique) -> None:
    """A reader proves that what is cited is what they have, and the citation carries the hash."""
    domain = unique("vocabulary")
    for number in ("1", "2", "3"):
        approved(grpc_stub, sound(domain, number, unique))
    release = publish(grpc_stub, domain, "2025.1")
    concepts = held(grpc_stub, release)
    assert all(one.sha256 == sha256(one.content.encode()).hexdigest() for one in concepts)
    lines = "".join(f"{one.sha256} {one.concept.name}\n" for one in sorted(concepts, key=lambda one: one.concept.name))
    assert release.sha256 == sha256(lines.encode()).hexdigest()
    for part in (domain, "2025.1", release.name, release.sha256):
        assert part in release.citation


def test_the_service_itself_cannot_change_a_release(stack: EmbeddedStack) -> None:
    """The database refuses it to the role of the service: releases and histories are appended to."""
    engine = create_engine(stack.database_url, connect_args={"options": "-c role=tbt_terminology"})
    refused = []
    for name, column in (("release", "label"), ("release_concept", "content"), ("concept_change", "reason")):
        table = TableBase.metadata.tables[f"terminology.{name}"]
        for statement in (delete(table), update(table).values({column: ""})):
            with engine.connect() as connection, pytest.raises(ProgrammingError) as refusal:
                connection.execute(statement)
            refused.append("permission denied" in str(refusal.value))
    engine.dispose()
    assert refused == [True] * 6


def test_two_releases_are_told_apart(grpc_stub: Stub, unique: Unique) -> None:
    """What was added, removed and changed, with the facts; what says the same is counted."""
    domain = unique("vocabulary")
    same, changed, removed = (approved(grpc_stub, sound(domain, number, unique)) for number in ("1", "2", "3"))
    base = publish(grpc_stub, domain, "1")
    change(grpc_stub, changed.name, subject_field="duties")
    grpc_stub.RetireConcept(concept_work_pb2.RetireConceptRequest(name=removed.name))
    added = approved(grpc_stub, sound(domain, "4", unique))
    other = publish(grpc_stub, domain, "2")
    answer = compare(grpc_stub, base, other.name)
    assert [(one.concept, one.kind, one.number) for one in answer.differences] == [
        (changed.name, CHANGED, "2"),
        (removed.name, REMOVED, "3"),
        (added.name, ADDED, "4"),
    ]
    facts = [(fact.field, fact.before, fact.after) for one in answer.differences for fact in one.facts]
    assert facts == [("subject_field", "", "duties")]
    counts = (answer.added_count, answer.removed_count, answer.changed_count, answer.unchanged_count)
    assert counts == (1, 1, 1, 1)
    assert same.name not in {one.concept for one in answer.differences}


def test_a_release_is_compared_with_what_is_agreed_now(grpc_stub: Stub, unique: Unique) -> None:
    """Right after a release nothing differs; then what changed, page by page."""
    domain = unique("vocabulary")
    concepts = [approved(grpc_stub, sound(domain, str(number), unique)) for number in range(3)]
    release = publish(grpc_stub, domain, "1")
    nothing = compare(grpc_stub, release)
    for one in concepts:
        change(grpc_stub, one.name, subject_field="duties")
    found, token = [], ""
    while token or not found:
        page = grpc_stub.CompareReleases(
            release_pb2.CompareReleasesRequest(base=release.name, page_size=2, page_token=token)
        )
        found += [one.concept for one in page.differences]
        assert page.changed_count == 3
        token = page.next_page_token
    assert (list(nothing.differences), nothing.unchanged_count) == ([], 3)
    assert found == [one.name for one in concepts]


def test_a_difference_says_what_a_merged_concept_became(grpc_stub: Stub, unique: Unique) -> None:
    """A concept that is gone because it was merged names the survivor."""
    domain = unique("vocabulary")
    goes, stays = (approved(grpc_stub, sound(domain, number, unique)) for number in ("1", "2"))
    release = publish(grpc_stub, domain, "1")
    for one in (goes, stays):
        grpc_stub.DiscussConcept(concept_work_pb2.DiscussConceptRequest(name=one.name))
    grpc_stub.MergeConcepts(
        concept_merge_pb2.MergeConceptsRequest(
            name=goes.name,
            into=stays.name,
            preferred={entry.language: entry.text for entry in stays.designations},
            definitions={entry.language: stays.name for entry in stays.definitions},
        )
    )
    grpc_stub.ApproveConcept(concept_work_pb2.ApproveConceptRequest(name=stays.name))
    first = compare(grpc_stub, release).differences[0]
    assert (first.concept, first.kind, first.merged_into) == (goes.name, REMOVED, stays.name)


def test_a_label_is_used_once_a_vocabulary(grpc_stub: Stub, unique: Unique) -> None:
    """A release is never made over; another vocabulary may use the same label."""
    domain, other = unique("vocabulary"), unique("vocabulary")
    for one in (domain, other):
        approved(grpc_stub, sound(one, "1", unique))
    first = publish(grpc_stub, domain, "1")
    with pytest.raises(grpc.RpcError) as refusal:
        publish(grpc_stub, domain, "1")
    assert refusal.value.code() is grpc.StatusCode.ALREADY_EXISTS
    assert first.name in refusal.value.details()
    assert publish(grpc_stub, other, "1").label == "1"


def test_a_vocabulary_without_approved_concepts_is_not_released(grpc_stub: Stub, unique: Unique) -> None:
    """There is nothing to cite."""
    domain = unique("vocabulary")
    create(grpc_stub, sound(domain, "1", unique))
    with pytest.raises(grpc.RpcError) as refusal:
        publish(grpc_stub, domain, "1")
    assert refusal.value.code() is grpc.StatusCode.FAILED_PRECONDITION


def test_a_release_that_is_only_checked_is_not_made(grpc_stub: Stub, unique: Unique) -> None:
    """It would hold so many concepts; none is published."""
    domain = unique("vocabulary")
    one = approved(grpc_stub, sound(domain, "1", unique))
    assert publish(grpc_stub, domain, "1", validate_only=True).concept_count == 1
    assert get(grpc_stub, one.name) == one
    assert list(grpc_stub.ListReleases(release_pb2.ListReleasesRequest(domain=domain)).releases) == []


def test_releases_are_listed_the_latest_first(grpc_stub: Stub, unique: Unique) -> None:
    """Pages follow one another to the end."""
    domain = unique("vocabulary")
    approved(grpc_stub, sound(domain, "1", unique))
    made = [publish(grpc_stub, domain, str(number)) for number in range(3)]
    found, token = [], ""
    while token or not found:
        page = grpc_stub.ListReleases(release_pb2.ListReleasesRequest(domain=domain, page_size=2, page_token=token))
        found += page.releases
        token = page.next_page_token
    assert found == made[::-1]


def test_only_an_approver_releases(as_role: Callable[..., grpc.Channel], grpc_stub: Stub, unique: Unique) -> None:
    """An editor cannot; somebody with the right to approve can."""
    domain = unique("vocabulary")
    approve(grpc_stub, create(grpc_stub, sound(domain, "1", unique)).name)
    with pytest.raises(grpc.RpcError) as refusal:
        publish(Stub(as_role("terminology_editor")), domain, "1")
    assert refusal.value.code() is grpc.StatusCode.PERMISSION_DENIED
    assert publish(Stub(as_role("terminology_approver")), domain, "1").principal == "test-terminology_approver"


@pytest.mark.parametrize("name", ["releases/0", "0", "concepts/0"])
def test_a_release_that_is_not_there_is_not_found(grpc_stub: Stub, name: str) -> None:
    """Every call about it says so."""
    codes = set()
    for call, request in (
        (grpc_stub.GetRelease, release_pb2.GetReleaseRequest(name=name)),
        (grpc_stub.ListReleaseConcepts, release_pb2.ListReleaseConceptsRequest(name=name)),
        (grpc_stub.CompareReleases, release_pb2.CompareReleasesRequest(base=name)),
    ):
        with pytest.raises(grpc.RpcError) as refusal:
            call(request)
        codes.add(refusal.value.code())
    assert codes == {grpc.StatusCode.NOT_FOUND}
