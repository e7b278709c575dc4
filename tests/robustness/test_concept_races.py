"""Whatever happens to concepts at once, none is lost, none is two, and nothing is agreed by nobody."""

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import grpc
import pytest

from concepts import approved, concept, create, get, word
from tbt.terminology.v1 import concept_merge_pb2, concept_pb2, concept_work_pb2, release_pb2
from tbt.terminology.v1 import terminology_service_pb2 as pb
from tbt.terminology.v1 import terminology_service_pb2_grpc as pb_grpc

Stub = pb_grpc.TerminologyServiceStub
Unique = Callable[[str], str]
# What the state of a concept may refuse; anything else is a fault.
EXPECTED = {
    grpc.StatusCode.NOT_FOUND,
    grpc.StatusCode.FAILED_PRECONDITION,
    grpc.StatusCode.ABORTED,
    grpc.StatusCode.ALREADY_EXISTS,
    grpc.StatusCode.INVALID_ARGUMENT,
}


def at_once(works: list[Callable[[], object]]) -> list[bool]:
    """Do several things at the same moment and return which of them were done."""
    barrier = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> bool:
        barrier.wait()
        try:
            work()
        except grpc.RpcError as refusal:
            assert refusal.code() in EXPECTED, refusal.details()
            return False
        return True

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def merge(stub: Stub, goes: str, stays: str) -> concept_pb2.Concept:
    """Merge one concept into another."""
    return stub.MergeConcepts(concept_merge_pb2.MergeConceptsRequest(name=goes, into=stays))


def test_two_merges_into_each_other_leave_one_concept(channel: grpc.Channel, unique: Unique) -> None:
    """Of two opposite merges one is refused; both names lead to the one that is left, which says what both said."""
    stub = Stub(channel)
    for _round in range(15):
        one, other = (create(stub, concept(word(tag, unique("t")))).name for tag in ("en", "fr"))
        done = at_once([partial(merge, stub, one, other), partial(merge, stub, other, one)])
        assert sum(done) == 1
        left = {get(stub, name).name for name in (one, other)}
        assert left == {other if done[0] else one}
        assert len(get(stub, left.pop()).designations) == 2


@pytest.mark.parametrize("seed", range(3))
def test_random_merges_at_once_lose_no_word(channel: grpc.Channel, unique: Unique, seed: int) -> None:
    """Every name leads to a concept that is there, and every word belongs to exactly one of them."""
    stub = Stub(channel)
    chance = random.Random(seed)
    # Admitted words only: no choice is to be made.
    words = [word("en", unique("t"), concept_pb2.DESIGNATION_STATUS_ADMITTED) for _ in range(8)]
    names = [create(stub, concept(entry)).name for entry in words]
    for _round in range(4):
        pairs = [tuple(chance.sample(names, 2)) for _ in range(4)]
        at_once([partial(merge, stub, *pair) for pair in pairs])
    left = {found.name: found for found in (get(stub, name) for name in names)}
    texts = [entry.text for found in left.values() for entry in found.designations]
    assert sorted(texts) == sorted(entry.text for entry in words)
    assert all(found.redirected_from == "" for found in (get(stub, name) for name in left))
    answer = stub.LookupTerms(pb.LookupTermsRequest(terms=texts))
    assert all(len(match.concepts) == 1 for match in answer.matches)


def test_a_concept_is_not_approved_while_it_changes(channel: grpc.Channel, unique: Unique) -> None:
    """With its etag, an approval agrees to what was read or to nothing."""
    stub = Stub(channel)
    for number in range(15):
        name = create(stub, concept(word("en", unique("t")))).name
        read = stub.DiscussConcept(concept_work_pb2.DiscussConceptRequest(name=name))
        changed = concept_pb2.Concept(name=name, subject_field=f"field {number}", etag=read.etag)
        mask = pb.UpdateConceptRequest(concept=changed)
        mask.update_mask.paths.append("subject_field")
        approval = concept_work_pb2.ApproveConceptRequest(name=name, etag=read.etag)
        done = at_once([partial(stub.UpdateConcept, mask), partial(stub.ApproveConcept, approval)])
        now = get(stub, name)
        assert sum(done) == 1
        assert (now.status == concept_pb2.CONCEPT_STATUS_APPROVED) == (now.subject_field == "")


def test_a_comment_and_an_approval_at_once_leave_no_open_comment_unseen(channel: grpc.Channel, unique: Unique) -> None:
    """Approval sees the comment, or the comment came after it and its history says so."""
    stub = Stub(channel)
    for _round in range(10):
        name = create(stub, concept(word("en", unique("t")))).name
        stub.DiscussConcept(concept_work_pb2.DiscussConceptRequest(name=name))
        comment = concept_work_pb2.AddConceptCommentRequest(name=name, department="WTO", text="hm")
        approval = concept_work_pb2.ApproveConceptRequest(name=name)
        commented, was_approved = at_once(
            [partial(stub.AddConceptComment, comment), partial(stub.ApproveConcept, approval)]
        )
        assert commented
        assert was_approved == (get(stub, name).status == concept_pb2.CONCEPT_STATUS_APPROVED)


def test_of_two_releases_with_one_label_one_is_made(channel: grpc.Channel, unique: Unique) -> None:
    """A label means one release, and that holds every approved concept."""
    stub = Stub(channel)
    for _round in range(5):
        domain = unique("d")
        meanings = [concept_pb2.Definition(language=tag, text=unique("x"), source="示例") for tag in ("en", "zh-Hans")]
        approved(
            stub, concept(word("en", unique("t")), word("zh-Hans", unique("词")), domain=domain, definitions=meanings)
        )
        request = release_pb2.PublishReleaseRequest(domain=domain, label="1")
        assert sum(at_once([partial(stub.PublishRelease, request) for _ in range(3)])) == 1
        (release,) = stub.ListReleases(release_pb2.ListReleasesRequest(domain=domain)).releases
        assert release.concept_count == 1
