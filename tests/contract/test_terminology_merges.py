"""The contract of concepts that become one, and of one that becomes two."""

from collections.abc import Callable

import grpc
import pytest

from concepts import approve, approved, concept, create, get, word
from refusals import fields_of
from tbt.terminology.v1 import concept_merge_pb2, concept_pb2, concept_work_pb2
from tbt.terminology.v1 import terminology_service_pb2 as pb
from tbt.terminology.v1 import terminology_service_pb2_grpc as pb_grpc
from watching import changes_until, latest_revision

Stub = pb_grpc.TerminologyServiceStub
Unique = Callable[[str], str]

ADMITTED = concept_pb2.DESIGNATION_STATUS_ADMITTED
PREFERRED = concept_pb2.DESIGNATION_STATUS_PREFERRED


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


def merge(stub: Stub, goes: concept_pb2.Concept, stays: concept_pb2.Concept, **fields: object) -> concept_pb2.Concept:
    """Merge one concept into another."""
    return stub.MergeConcepts(concept_merge_pb2.MergeConceptsRequest(name=goes.name, into=stays.name, **fields))


def refused(call: Callable[..., object], *arguments: object, **fields: object) -> grpc.RpcError:
    """Return the refusal that a call gets."""
    with pytest.raises(grpc.RpcError) as refusal:
        call(*arguments, **fields)
    return refusal.value


def words(message: concept_pb2.Concept) -> list[tuple[str, str, int]]:
    """Return what a concept is called."""
    return [(entry.language, entry.text, entry.status) for entry in message.designations]


def definition(language: str, text: str) -> concept_pb2.Definition:
    """Return a definition."""
    return concept_pb2.Definition(language=language, text=text)


def test_a_merged_concept_says_what_both_said(grpc_stub: Stub, unique: Unique) -> None:
    """Designations, definitions and notes of both are there, once; who uses a word is kept."""
    shared, other, chinese = unique("limit"), unique("ceiling"), unique("限量")
    note = concept_pb2.Remark(language="en", text="see the list")
    stays = create(
        grpc_stub,
        concept(
            word("en", shared, used_by=["customs"]),
            definitions=[definition("en", "the most")],
            notes=[note],
            domain="trade",
        ),
    )
    goes = create(
        grpc_stub,
        concept(
            word("en", shared.upper(), ADMITTED, used_by=["health"]),
            word("en", other, ADMITTED),
            word("zh-Hans", chinese),
            definitions=[definition("en", "the most"), definition("zh-Hans", "最多")],
            notes=[note],
            number="3.1",
            domain="trade",
        ),
    )
    merged = merge(grpc_stub, goes, stays)
    assert words(merged) == [("en", shared, PREFERRED), ("en", other, ADMITTED), ("zh-Hans", chinese, PREFERRED)]
    assert list(merged.designations[0].used_by) == ["customs", "health"]
    assert [(entry.language, entry.text) for entry in merged.definitions] == [("en", "the most"), ("zh-Hans", "最多")]
    assert (list(merged.notes), merged.number, merged.name) == ([note], "3.1", stays.name)


def test_the_old_name_leads_to_the_survivor_and_says_so(grpc_stub: Stub, unique: Unique) -> None:
    """Who kept the name of a merged concept finds what it became, over several merges."""
    first, second, third = (create(grpc_stub, concept(word(tag, unique("t")))) for tag in ("en", "fr", "es"))
    merge(grpc_stub, first, second)
    merge(grpc_stub, second, third)
    found = get(grpc_stub, first.name)
    assert (found.name, found.redirected_from) == (third.name, first.name)
    assert get(grpc_stub, third.name).redirected_from == ""


def test_a_change_under_the_old_name_is_refused_with_the_new_one(grpc_stub: Stub, unique: Unique) -> None:
    """Nobody changes another concept than they mean."""
    goes, stays = (create(grpc_stub, concept(word(tag, unique("t")))) for tag in ("en", "fr"))
    merge(grpc_stub, goes, stays)
    refusal = refused(grpc_stub.DiscussConcept, concept_work_pb2.DiscussConceptRequest(name=goes.name))
    assert refusal.code() is grpc.StatusCode.NOT_FOUND
    assert stays.name in refusal.details()


def test_two_preferred_words_and_two_definitions_must_be_chosen_from(grpc_stub: Stub, unique: Unique) -> None:
    """Every choice that is lacking is named at once; with the choices made it is done."""
    one, other = unique("one"), unique("other")
    stays = create(grpc_stub, concept(word("en", one), definitions=[definition("en", "first")]))
    goes = create(grpc_stub, concept(word("en", other), definitions=[definition("en", "second")]))
    refusal = refused(merge, grpc_stub, goes, stays)
    assert refusal.code() is grpc.StatusCode.FAILED_PRECONDITION
    assert one in refusal.details()
    merged = merge(grpc_stub, goes, stays, preferred={"en": other.upper()}, definitions={"en": goes.name})
    assert words(merged) == [("en", one, ADMITTED), ("en", other, PREFERRED)]
    assert [entry.text for entry in merged.definitions] == ["second"]


def test_a_choice_that_neither_concept_offers_is_refused(grpc_stub: Stub, unique: Unique) -> None:
    """A word or a concept that is not among the two names its field."""
    stays, goes = (create(grpc_stub, concept(word("en", unique("t")))) for _ in range(2))
    for fields, field in (
        ({"preferred": {"en": "nothing"}}, "preferred"),
        ({"definitions": {"en": "concepts/0"}}, "definitions[en]"),
    ):
        refusal = refused(merge, grpc_stub, goes, stays, **fields)
        assert refusal.code() is grpc.StatusCode.INVALID_ARGUMENT
        assert fields_of(refusal) == [field]


def test_homonyms_of_two_vocabularies_are_not_merged(grpc_stub: Stub, unique: Unique) -> None:
    """What is called the same in two domains is two concepts."""
    term = unique("bank")
    finance, rivers = (create(grpc_stub, concept(word("en", term), domain=domain)) for domain in ("finance", "rivers"))
    refusal = refused(merge, grpc_stub, finance, rivers)
    assert refusal.code() is grpc.StatusCode.FAILED_PRECONDITION


def test_what_is_agreed_is_not_merged(grpc_stub: Stub, unique: Unique) -> None:
    """A merge is no way around approval, in either role."""
    agreed = approved(grpc_stub, concept(word("en", unique("t"))))
    candidate = create(grpc_stub, concept(word("fr", unique("t"))))
    codes = [refused(merge, grpc_stub, *pair).code() for pair in ((agreed, candidate), (candidate, agreed))]
    assert codes == [grpc.StatusCode.FAILED_PRECONDITION] * 2


def test_a_concept_is_not_merged_into_itself(grpc_stub: Stub, unique: Unique) -> None:
    """The refusal names the field."""
    alone = create(grpc_stub, concept(word("en", unique("t"))))
    refusal = refused(merge, grpc_stub, alone, alone)
    assert refusal.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert fields_of(refusal) == ["into"]


def test_everything_that_led_to_a_merged_concept_leads_to_the_survivor(grpc_stub: Stub, unique: Unique) -> None:
    """Relations by number and by name, comments, and concepts it is the successor of."""
    domain = unique("vocabulary")
    goes = create(grpc_stub, concept(word("en", unique("t")), number="1", domain=domain))
    stays = create(grpc_stub, concept(word("fr", unique("t")), number="2", domain=domain))
    relations = [
        concept_pb2.ConceptRelation(kind=concept_pb2.CONCEPT_RELATION_KIND_GENERIC, target="1"),
        concept_pb2.ConceptRelation(kind=concept_pb2.CONCEPT_RELATION_KIND_ASSOCIATIVE, target=goes.name),
        concept_pb2.ConceptRelation(kind=concept_pb2.CONCEPT_RELATION_KIND_CLOSE_MATCH, target="1"),
    ]
    narrower = create(grpc_stub, concept(word("en", unique("t")), relations=relations, domain=domain))
    elsewhere = create(grpc_stub, concept(word("en", unique("t")), relations=relations[:1], domain=unique("d")))
    replaced = approved(grpc_stub, concept(word("en", unique("t")), domain=domain))
    approve(grpc_stub, goes.name)
    grpc_stub.RetireConcept(concept_work_pb2.RetireConceptRequest(name=replaced.name, successor=goes.name))
    grpc_stub.AddConceptComment(concept_work_pb2.AddConceptCommentRequest(name=goes.name, department="WTO", text="hm"))
    grpc_stub.DiscussConcept(concept_work_pb2.DiscussConceptRequest(name=goes.name))
    merge(grpc_stub, goes, stays)
    assert [entry.target for entry in get(grpc_stub, narrower.name).relations] == ["2", stays.name, "1"]
    assert list(get(grpc_stub, elsewhere.name).relations) == relations[:1]
    assert get(grpc_stub, replaced.name).successor == stays.name
    comments = grpc_stub.ListConceptComments(concept_work_pb2.ListConceptCommentsRequest(name=stays.name)).comments
    assert [comment.concept for comment in comments] == [stays.name]


def test_two_related_concepts_that_merge_are_not_related_to_themselves(grpc_stub: Stub, unique: Unique) -> None:
    """The relation between the two goes."""
    domain = unique("vocabulary")
    stays = create(grpc_stub, concept(word("en", unique("t")), number="1", domain=domain))
    relation = concept_pb2.ConceptRelation(kind=concept_pb2.CONCEPT_RELATION_KIND_GENERIC, target="1")
    goes = create(grpc_stub, concept(word("fr", unique("t")), number="2", domain=domain, relations=[relation]))
    assert list(merge(grpc_stub, goes, stays).relations) == []


def test_both_histories_tell_of_a_merge(grpc_stub: Stub, unique: Unique) -> None:
    """The survivor's names what it took in; the old name keeps its own history."""
    goes, stays = (create(grpc_stub, concept(word(tag, unique("t")))) for tag in ("en", "fr"))
    start = latest_revision(grpc_stub.WatchChanges, stays.name)
    merge(grpc_stub, goes, stays, reason="the same thing")
    histories = [
        grpc_stub.ListConceptHistory(concept_work_pb2.ListConceptHistoryRequest(name=name)).changes
        for name in (stays.name, goes.name)
    ]
    assert [(history[0].action, history[0].related, history[0].reason) for history in histories] == [
        (concept_work_pb2.CONCEPT_ACTION_MERGED, goes.name, "the same thing"),
        (concept_work_pb2.CONCEPT_ACTION_MERGED_AWAY, stays.name, "the same thing"),
    ]
    assert histories[1][-1].action == concept_work_pb2.CONCEPT_ACTION_CREATED
    changes = changes_until(grpc_stub.WatchChanges, start, goes.name)
    assert [(change.resource, change.action) for change in changes] == [
        (stays.name, "updated"),
        (goes.name, "merged_away"),
    ]


def test_a_concept_that_says_two_things_is_split(grpc_stub: Stub, unique: Unique) -> None:
    """Named designations and definitions go to a new candidate that is related to the old concept."""
    bank, shore, chinese = unique("bank"), unique("shore"), unique("岸")
    mixed = create(
        grpc_stub,
        concept(
            word("en", bank),
            word("en", shore, ADMITTED),
            word("zh-Hans", chinese),
            definitions=[definition("en", "a house of money"), definition("zh-Hans", "水边的地")],
            number="1",
            domain="words",
        ),
    )
    answer = grpc_stub.SplitConcept(
        concept_merge_pb2.SplitConceptRequest(
            name=mixed.name,
            designations=[
                concept_merge_pb2.DesignationName(language="en", text=shore.upper()),
                concept_merge_pb2.DesignationName(language="zh", text=chinese),
            ],
            definitions=["zh-CN"],
            number="2",
            reason="two things",
        )
    )
    assert words(answer.concept) == [("en", bank, PREFERRED)]
    assert words(answer.split_off) == [("en", shore, ADMITTED), ("zh-Hans", chinese, PREFERRED)]
    assert [entry.language for entry in answer.split_off.definitions] == ["zh-Hans"]
    assert [(entry.kind, entry.target) for entry in answer.split_off.relations] == [
        (concept_pb2.CONCEPT_RELATION_KIND_ASSOCIATIVE, "1")
    ]
    assert (answer.split_off.number, answer.split_off.domain) == ("2", "words")
    assert get(grpc_stub, mixed.name) == answer.concept
    assert get(grpc_stub, answer.split_off.name) == answer.split_off


def test_a_homonym_is_split_off_into_a_vocabulary_of_its_own(grpc_stub: Stub, unique: Unique) -> None:
    """The domain tells the two apart, and the relation crosses it."""
    money, water = unique("bank"), unique("bank of a river")
    mixed = create(grpc_stub, concept(word("en", money), word("en", water, ADMITTED), domain="finance", number="1"))
    name = concept_merge_pb2.DesignationName(language="en", text=water)
    request = concept_merge_pb2.SplitConceptRequest(name=mixed.name, designations=[name], domain="rivers")
    new = grpc_stub.SplitConcept(request).split_off
    assert new.domain == "rivers"
    assert [(entry.kind, entry.target) for entry in new.relations] == [
        (concept_pb2.CONCEPT_RELATION_KIND_CLOSE_MATCH, mixed.name)
    ]


def test_a_split_that_leaves_nothing_or_names_nothing_is_refused(grpc_stub: Stub, unique: Unique) -> None:
    """A concept keeps a designation, and only what it has can go."""
    term = unique("t")
    alone = create(grpc_stub, concept(word("en", term)))
    own = concept_merge_pb2.DesignationName(language="en", text=term)
    strange = concept_merge_pb2.DesignationName(language="en", text="strange")
    for fields, field in (
        ({"designations": [own]}, "designations"),
        ({"designations": [strange]}, "designations"),
        ({"designations": [own], "definitions": ["en"]}, "definitions"),
    ):
        request = concept_merge_pb2.SplitConceptRequest(name=alone.name, **fields)
        refusal = refused(grpc_stub.SplitConcept, request)
        assert refusal.code() is grpc.StatusCode.INVALID_ARGUMENT
        assert fields_of(refusal) == [field]


def test_a_merge_that_is_only_checked_changes_nothing(grpc_stub: Stub, unique: Unique) -> None:
    """The answer shows what would come of it."""
    goes, stays = (create(grpc_stub, concept(word(tag, unique("t")))) for tag in ("en", "fr"))
    answer = merge(grpc_stub, goes, stays, validate_only=True)
    assert len(answer.designations) == 2
    assert [get(grpc_stub, one.name) for one in (goes, stays)] == [goes, stays]


def test_a_merge_looks_at_both_etags(grpc_stub: Stub, unique: Unique) -> None:
    """Who read an older version of either is told to read again."""
    goes, stays = (create(grpc_stub, concept(word(tag, unique("t")))) for tag in ("en", "fr"))
    for field in ("etag", "into_etag"):
        assert refused(merge, grpc_stub, goes, stays, **{field: "v9"}).code() is grpc.StatusCode.ABORTED


def test_a_lookup_of_a_merged_word_finds_the_survivor(grpc_stub: Stub, unique: Unique) -> None:
    """What the old concept was called is found in the new one."""
    goes, stays = (create(grpc_stub, concept(word(tag, unique("t")))) for tag in ("en", "fr"))
    merge(grpc_stub, goes, stays)
    answer = grpc_stub.LookupTerms(pb.LookupTermsRequest(terms=[goes.designations[0].text]))
    assert [found.concept.name for found in answer.matches[0].concepts] == [stays.name]
