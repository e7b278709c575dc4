"""The contract of the terminology service: concepts, what they are called, and what documents propose."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import grpc
import pytest
from google.protobuf.field_mask_pb2 import FieldMask

from refusals import fields_of
from tbt.documents.v1 import documents_service_pb2_grpc as documents_grpc
from tbt.terminology.v1 import concept_pb2
from tbt.terminology.v1 import terminology_service_pb2 as pb
from tbt.terminology.v1 import terminology_service_pb2_grpc as pb_grpc
from uploads import upload
from watching import changes_until, latest_revision

Stub = pb_grpc.TerminologyServiceStub
Unique = Callable[[str], str]

PREFERRED, ADMITTED = concept_pb2.DESIGNATION_STATUS_PREFERRED, concept_pb2.DESIGNATION_STATUS_ADMITTED
DEPRECATED = concept_pb2.DESIGNATION_STATUS_DEPRECATED

STANDARD = """<?xml version="1.0" encoding="UTF-8"?>
<standard xml:lang="zh" xmlns:tbx="urn:iso:std:iso:30042:ed-1"><front><std-meta>
<title-wrap xml:lang="zh"><full>示例 术语</full></title-wrap><std-ref type="dated">GB/T 99991—2024</std-ref>
</std-meta></front><body><sec id="s3" sec-type="terms"><label>3</label><title>术语和定义</title>{entries}
</sec></body></standard>"""

ENTRY = """<term-sec id="t{number}"><label>3.{number}</label><tbx:termEntry id="e{number}">
<tbx:langSet xml:lang="zh"><tbx:definition>{definition}</tbx:definition><tbx:tig><tbx:term>{zh}</tbx:term></tbx:tig></tbx:langSet>
<tbx:langSet xml:lang="en"><tbx:tig><tbx:term>{en}</tbx:term></tbx:tig></tbx:langSet></tbx:termEntry></term-sec>"""


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


@pytest.fixture
def documents(channel: grpc.Channel) -> documents_grpc.DocumentsServiceStub:
    """Return an administrator's stub of the documents service."""
    return documents_grpc.DocumentsServiceStub(channel)


def word(language: str, text: str, status: int = PREFERRED) -> concept_pb2.TermDesignation:
    """Return a designation."""
    return concept_pb2.TermDesignation(
        language=language, text=text, status=status, type=concept_pb2.DESIGNATION_TYPE_FULL_FORM
    )


def concept(*words: concept_pb2.TermDesignation, **fields: object) -> concept_pb2.Concept:
    """Return a concept that these words designate."""
    return concept_pb2.Concept(designations=words, **fields)


def create(stub: Stub, message: concept_pb2.Concept, **fields: object) -> concept_pb2.Concept:
    """Record a concept."""
    return stub.CreateConcept(pb.CreateConceptRequest(concept=message, **fields))


def update(stub: Stub, message: concept_pb2.Concept, *paths: str, **fields: object) -> concept_pb2.Concept:
    """Change the fields *paths* of a concept."""
    return stub.UpdateConcept(pb.UpdateConceptRequest(concept=message, update_mask=FieldMask(paths=paths), **fields))


def look_up(stub: Stub, *terms: str, language: str = "") -> list[list[str]]:
    """Return the names of the concepts that each term designates."""
    answer = stub.LookupTerms(pb.LookupTermsRequest(terms=terms, language=language))
    assert [match.term for match in answer.matches] == list(terms)
    return [[found.concept.name for found in match.concepts] for match in answer.matches]


def document_of(*entries: tuple[str, str, str]) -> bytes:
    """Return an invented standard that defines *entries*: Chinese term, English term, definition."""
    marked = (
        ENTRY.format(number=number, zh=zh, en=en, definition=definition)
        for number, (zh, en, definition) in enumerate(entries, start=1)
    )
    return STANDARD.format(entries="".join(marked)).encode()


def test_a_concept_is_read_as_it_was_recorded(grpc_stub: Stub, unique: Unique) -> None:
    """Everything a caller gives comes back, with a name, an etag and the time added."""
    given = concept(
        word("zh-Hans", unique("限量值")),
        word("en", unique("limit"), ADMITTED),
        number="3.1",
        domain="示例",
        definitions=[
            concept_pb2.Definition(language="en", text="the most there may be", source="GB/T 99991—2024, 3.1")
        ],
        status=concept_pb2.CONCEPT_STATUS_APPROVED,
        source="GB/T 99991—2024, 3.1",
    )
    created = create(grpc_stub, given)
    read = grpc_stub.GetConcept(pb.GetConceptRequest(name=created.name))
    assert read == created
    assert read.etag
    assert read.HasField("updated_at")
    assert read.proposed_by == "administrator"
    for field in ("name", "etag", "updated_at", "proposed_by"):
        read.ClearField(field)
    assert read == given


def test_a_concept_without_a_status_is_a_candidate(grpc_stub: Stub, unique: Unique) -> None:
    """Nothing is agreed unless somebody says so."""
    assert create(grpc_stub, concept(word("en", unique("term")))).status == concept_pb2.CONCEPT_STATUS_CANDIDATE


@pytest.mark.parametrize("name", ["concepts/0", "concepts/", "0", "drafts/0", "concepts/\U0001f600"])
def test_an_unknown_concept_is_not_found(grpc_stub: Stub, name: str) -> None:
    """A name that leads nowhere is NOT_FOUND, whatever it looks like, and is quoted."""
    with pytest.raises(grpc.RpcError) as refusal:
        grpc_stub.GetConcept(pb.GetConceptRequest(name=name))
    assert refusal.value.code() is grpc.StatusCode.NOT_FOUND
    assert name in refusal.value.details()


def test_two_preferred_words_in_a_language_are_refused(grpc_stub: Stub, unique: Unique) -> None:
    """At most one preferred designation a language, and the refusal names the field."""
    with pytest.raises(grpc.RpcError) as refusal:
        create(grpc_stub, concept(word("zh-Hans", unique("一")), word("zh-hans", unique("二"))))
    assert refusal.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert fields_of(refusal.value) == ["concept.designations"]
    assert "zh-Hans" in refusal.value.details()


def test_every_fault_of_a_concept_is_named(grpc_stub: Stub, unique: Unique) -> None:
    """A word twice, a blank word and two definitions in one language are all told at once."""
    twice = unique("word")
    faulty = concept(
        word("en", twice),
        word("en", f" {twice.upper()} ", ADMITTED),
        word("zh", "　", ADMITTED),
        definitions=[concept_pb2.Definition(language="en", text="a"), concept_pb2.Definition(language="en", text="b")],
    )
    with pytest.raises(grpc.RpcError) as refusal:
        create(grpc_stub, faulty)
    assert refusal.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert fields_of(refusal.value) == [
        "concept.designations[1].text",
        "concept.designations[2].text",
        "concept.definitions",
    ]


def test_a_word_too_long_to_be_looked_up_is_refused(grpc_stub: Stub) -> None:
    """A word whose folded form outgrows the index is INVALID_ARGUMENT, not a fault of the database."""
    with pytest.raises(grpc.RpcError) as refusal:
        create(grpc_stub, concept(word("ar", "\ufdfa" * 300)))
    assert refusal.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert fields_of(refusal.value) == ["concept.designations[0].text"]


def test_only_the_fields_in_the_mask_change(grpc_stub: Stub, unique: Unique) -> None:
    """What the mask does not name stays, though the request leaves it out."""
    created = create(grpc_stub, concept(word("en", unique("term")), number="3.1", domain="trade"))
    changed = update(grpc_stub, concept_pb2.Concept(name=created.name, subject_field="duties"), "subject_field")
    expected = concept_pb2.Concept()
    expected.CopyFrom(created)
    expected.subject_field = "duties"
    for message in (changed, expected):
        message.ClearField("etag")
        message.ClearField("updated_at")
    assert changed == expected


def test_a_field_in_the_mask_that_is_left_empty_is_cleared(grpc_stub: Stub, unique: Unique) -> None:
    """Naming a field and not giving it takes it away."""
    created = create(grpc_stub, concept(word("en", unique("term")), number="3.1", domain="trade"))
    assert update(grpc_stub, concept_pb2.Concept(name=created.name), "domain").domain == ""


@pytest.mark.parametrize(
    ("message", "path", "field"),
    [
        (concept_pb2.Concept(), "designations", "concept.designations"),
        (concept_pb2.Concept(number="3" * 41), "number", "concept.number"),
        (concept_pb2.Concept(etag="v1"), "etag", "update_mask"),
        (concept_pb2.Concept(status=concept_pb2.CONCEPT_STATUS_APPROVED), "status", "update_mask"),
        (concept_pb2.Concept(), "surprise", "update_mask"),
    ],
)
def test_an_update_keeps_the_rules_of_a_concept(
    grpc_stub: Stub, unique: Unique, message: concept_pb2.Concept, path: str, field: str
) -> None:
    """What could not be recorded cannot become so by an update, and the refusal names the field."""
    message.name = create(grpc_stub, concept(word("en", unique("term")))).name
    with pytest.raises(grpc.RpcError) as refusal:
        update(grpc_stub, message, path)
    assert refusal.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert fields_of(refusal.value) == [field]


def test_a_stale_etag_is_aborted(grpc_stub: Stub, unique: Unique) -> None:
    """Who read an older version is told to read again."""
    created = create(grpc_stub, concept(word("en", unique("term"))))
    update(grpc_stub, concept_pb2.Concept(name=created.name, domain="trade"), "domain")
    with pytest.raises(grpc.RpcError) as refusal:
        update(grpc_stub, concept_pb2.Concept(name=created.name, etag=created.etag, domain="customs"), "domain")
    assert refusal.value.code() is grpc.StatusCode.ABORTED
    assert grpc_stub.GetConcept(pb.GetConceptRequest(name=created.name)).domain == "trade"


def test_an_update_that_changes_nothing_is_no_new_version(grpc_stub: Stub, unique: Unique) -> None:
    """Etag and time stay where the new values are the old ones."""
    created = create(grpc_stub, concept(word("en", unique("term")), domain="trade"))
    assert update(grpc_stub, concept_pb2.Concept(name=created.name, domain="trade"), "domain") == created


def test_of_two_updates_with_one_etag_one_wins(grpc_stub: Stub, unique: Unique) -> None:
    """Concurrent changes of one version never overwrite one another: each round one is done, the other aborted."""
    name = create(grpc_stub, concept(word("en", unique("term")))).name
    barrier = threading.Barrier(2)

    def change(domain: str, etag: str) -> str:
        barrier.wait()
        try:
            return update(grpc_stub, concept_pb2.Concept(name=name, etag=etag, domain=domain), "domain").domain
        except grpc.RpcError as refusal:
            return refusal.code().name

    with ThreadPoolExecutor(2) as pool:
        for round_number in range(10):
            etag = grpc_stub.GetConcept(pb.GetConceptRequest(name=name)).etag
            outcomes = list(pool.map(change, [f"a{round_number}", f"b{round_number}"], [etag, etag]))
            domain = grpc_stub.GetConcept(pb.GetConceptRequest(name=name)).domain
            assert sorted(outcomes) == sorted(["ABORTED", domain])


def test_a_request_sent_twice_takes_effect_once(grpc_stub: Stub, unique: Unique) -> None:
    """The same request with its request_id gets the same answer and makes one concept."""
    term, request_id = unique("term"), str(uuid4())
    first = create(grpc_stub, concept(word("en", term)), request_id=request_id)
    assert create(grpc_stub, concept(word("en", term)), request_id=request_id) == first
    assert look_up(grpc_stub, term) == [[first.name]]


def test_checking_only_changes_nothing(grpc_stub: Stub, unique: Unique) -> None:
    """A request that only checks is answered as if it were done, and leaves nothing."""
    term = unique("term")
    answer = create(grpc_stub, concept(word("en", term)), validate_only=True)
    assert answer.designations[0].text == term
    assert look_up(grpc_stub, term) == [[]]


def test_a_word_is_found_in_any_spelling(grpc_stub: Stub, unique: Unique) -> None:
    """Width, case, blanks and dashes make no other word."""
    mark = unique("")
    created = create(grpc_stub, concept(word("en", f"Radio-Frequency  ID {mark}")))
    spellings = [
        f"radio-frequency id {mark}",
        f"RADIO—FREQUENCY ID {mark.upper()}",
        f"Ｒａｄｉｏ－Ｆｒｅｑｕｅｎｃｙ　ＩＤ　{mark}",
        f"  radio‐frequency\u00a0ID {mark} ",
    ]
    assert look_up(grpc_stub, *spellings) == [[created.name]] * len(spellings)


def test_a_lookup_can_be_narrowed_to_a_language(grpc_stub: Stub, unique: Unique) -> None:
    """`zh` is either script, a tag with a script that script alone; plain Chinese is recorded as simplified."""
    simplified, traditional, english = unique("标准"), unique("標準"), unique("standard")
    created = create(grpc_stub, concept(word("zh", simplified), word("zh-Hant", traditional), word("en", english)))
    assert [entry.language for entry in created.designations] == ["zh-Hans", "zh-Hant", "en"]
    found = {
        language: [bool(names) for names in look_up(grpc_stub, simplified, traditional, english, language=language)]
        for language in ("", "zh", "zh-Hans", "zh-CN", "zh-Hant", "en", "fr")
    }
    assert found == {
        "": [True, True, True],
        "zh": [True, True, False],
        "zh-Hans": [True, False, False],
        "zh-CN": [True, False, False],
        "zh-Hant": [False, True, False],
        "en": [False, False, True],
        "fr": [False, False, False],
    }


def test_a_word_that_is_the_same_in_two_languages_is_found_in_both(grpc_stub: Stub, unique: Unique) -> None:
    """A match names the designation it was found by, once for each language."""
    term = unique("LED")
    create(grpc_stub, concept(word("zh-Hans", term), word("en", term, ADMITTED)))
    (matches,) = grpc_stub.LookupTerms(pb.LookupTermsRequest(terms=[term])).matches
    assert [found.designation for found in matches.concepts] == [word("zh-Hans", term), word("en", term, ADMITTED)]


def test_approved_concepts_are_found_first_and_retired_ones_last(grpc_stub: Stub, unique: Unique) -> None:
    """Homonyms come in the order of how far they are agreed."""
    term = unique("bank")
    statuses = [
        concept_pb2.CONCEPT_STATUS_RETIRED,
        concept_pb2.CONCEPT_STATUS_CANDIDATE,
        concept_pb2.CONCEPT_STATUS_APPROVED,
    ]
    names = [
        create(grpc_stub, concept(word("en", term), domain=str(status), status=status)).name for status in statuses
    ]
    assert look_up(grpc_stub, term) == [names[::-1]]


def test_concepts_are_listed_by_number_to_the_end(grpc_stub: Stub, unique: Unique) -> None:
    """Pages follow one another in the order of numbers, 3.2 before 3.10, those without a number last."""
    mark = unique("词")
    numbers = ["3.10", "3.2", "", "3.2.1", "10", "A.1", "3.1"]
    for position, number in enumerate(numbers):
        create(grpc_stub, concept(word("zh", f"{position}{mark}"), number=number))
    found: list[str] = []
    sizes: list[int] = []
    token = ""
    while token or not sizes:
        page = grpc_stub.ListConcepts(pb.ListConceptsRequest(query=mark, page_size=3, page_token=token))
        found.extend(entry.number for entry in page.concepts)
        sizes.append(len(page.concepts))
        token = page.next_page_token
    assert found == ["3.1", "3.2", "3.2.1", "3.10", "10", "A.1", ""]
    assert sizes == [3, 3, 1]


def test_a_list_is_narrowed_by_a_part_of_a_word_and_by_status(grpc_stub: Stub, unique: Unique) -> None:
    """Both conditions hold, the part in any spelling; a sign of SQL is no wildcard."""
    mark = unique("x")
    approved = create(grpc_stub, concept(word("en", f"A{mark} 100%"), status=concept_pb2.CONCEPT_STATUS_APPROVED))
    create(grpc_stub, concept(word("en", f"B{mark}")))

    def names(query: str, *statuses: int) -> list[str]:
        request = pb.ListConceptsRequest(query=query, statuses=statuses)
        return [entry.name for entry in grpc_stub.ListConcepts(request).concepts]

    assert names(mark.upper(), concept_pb2.CONCEPT_STATUS_APPROVED) == [approved.name]
    assert names(f"{mark} 100%") == [approved.name]
    assert names(f"{mark}%") == []
    assert len(names(mark)) == 2


def test_a_page_of_large_concepts_fits_into_an_answer(grpc_stub: Stub, unique: Unique) -> None:
    """A page ends early rather than outgrow a message, and the next goes on where it ended."""
    mark = unique("大")
    definitions = [concept_pb2.Definition(language=f"aa-x{number:03}", text="字" * 4000) for number in range(40)]
    wanted = {create(grpc_stub, concept(word("zh", f"{n}{mark}"), definitions=definitions)).name for n in range(9)}
    found: list[str] = []
    pages = 0
    token = ""
    while token or not pages:
        page = grpc_stub.ListConcepts(pb.ListConceptsRequest(query=mark, page_size=1000, page_token=token))
        found.extend(entry.name for entry in page.concepts)
        pages, token = pages + 1, page.next_page_token
    assert pages > 1
    assert len(found) == 9
    assert set(found) == wanted


def test_a_token_of_another_list_is_refused(grpc_stub: Stub, unique: Unique) -> None:
    """A page token only continues the list it came from."""
    mark = unique("t")
    for number in range(2):
        create(grpc_stub, concept(word("en", f"{mark} {number}")))
    token = grpc_stub.ListConcepts(pb.ListConceptsRequest(query=mark, page_size=1)).next_page_token
    with pytest.raises(grpc.RpcError) as refusal:
        grpc_stub.ListConcepts(pb.ListConceptsRequest(query="other", page_token=token))
    assert refusal.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert fields_of(refusal.value) == ["page_token"]


def test_terms_of_a_document_become_candidates(
    grpc_stub: Stub, documents: documents_grpc.DocumentsServiceStub, unique: Unique
) -> None:
    """Each entry is proposed with its number, both languages, its definition and where it comes from."""
    zh, en = unique("贸易措施"), unique("trade measure")
    document = upload(documents, document_of((zh, en, "影响贸易的措施")))
    answer = grpc_stub.ProposeConcepts(pb.ProposeConceptsRequest(document=document.name, domain="trade"))
    (proposed,) = answer.proposed
    assert list(proposed.designations) == [word("zh-Hans", zh), word("en", en)]
    assert list(proposed.definitions) == [
        concept_pb2.Definition(language="zh-Hans", text="影响贸易的措施", source="GB/T 99991—2024, 3.1")
    ]
    assert (proposed.number, proposed.domain, proposed.status, proposed.source) == (
        "3.1",
        "trade",
        concept_pb2.CONCEPT_STATUS_CANDIDATE,
        "GB/T 99991—2024, 3.1",
    )
    assert (list(answer.known), list(answer.problems)) == ([], [])


def test_terms_the_registry_has_are_left_alone(
    grpc_stub: Stub, documents: documents_grpc.DocumentsServiceStub, unique: Unique
) -> None:
    """A known term of the subject field is named as known and stays as it is; only the new one is proposed."""
    known_word, new_word = unique("已知"), unique("新词")
    known = create(
        grpc_stub, concept(word("zh-Hans", known_word), domain="trade", status=concept_pb2.CONCEPT_STATUS_APPROVED)
    )
    document = upload(documents, document_of((known_word, unique("en"), "别的定义"), (new_word, unique("en"), "定义")))
    answer = grpc_stub.ProposeConcepts(pb.ProposeConceptsRequest(document=document.name, domain="trade"))
    assert [entry.designations[0].text for entry in answer.proposed] == [new_word]
    assert list(answer.known) == [known]
    assert grpc_stub.GetConcept(pb.GetConceptRequest(name=known.name)) == known


def test_a_document_proposed_again_adds_nothing(
    grpc_stub: Stub, documents: documents_grpc.DocumentsServiceStub, unique: Unique
) -> None:
    """The second time every term is known, one defined twice in the document too."""
    term = unique("重复")
    document = upload(documents, document_of((term, unique("en"), "一"), (term, unique("en"), "二")))
    request = pb.ProposeConceptsRequest(document=document.name, domain="trade")
    first = grpc_stub.ProposeConcepts(request)
    second = grpc_stub.ProposeConcepts(request)
    assert len(first.proposed) == 1
    assert (list(second.proposed), list(second.known)) == ([], list(first.proposed))


def test_an_entry_that_is_no_concept_is_a_problem_with_its_place(
    grpc_stub: Stub, documents: documents_grpc.DocumentsServiceStub, unique: Unique
) -> None:
    """A term too long for the registry is refused with number and cause, and does not keep the others out."""
    good = unique("好")
    document = upload(documents, document_of(("长" * 301, unique("en"), "定义"), (good, unique("en"), "定义")))
    answer = grpc_stub.ProposeConcepts(pb.ProposeConceptsRequest(document=document.name))
    assert [entry.designations[0].text for entry in answer.proposed] == [good]
    assert [(problem.row, problem.column) for problem in answer.problems] == [(1, "3.1")]
    assert "designations[0].text" in answer.problems[0].message


def test_what_is_wrong_with_an_entry_is_said_in_the_language_of_the_call(
    grpc_stub: Stub, documents: documents_grpc.DocumentsServiceStub, unique: Unique
) -> None:
    """An entry that gives a term twice is told of in English or in Chinese, with the place in it."""
    term = unique("重复")
    twice = f"{term}</tbx:term></tbx:tig><tbx:tig><tbx:term>{term}"
    document = upload(documents, document_of((twice, unique("en"), "定义")))
    request = pb.ProposeConceptsRequest(document=document.name, validate_only=True)
    english, chinese = (
        grpc_stub.ProposeConcepts(request, metadata=[("accept-language", tag)]).problems[0].message
        for tag in ("en", "zh-CN")
    )
    field = "concept.designations[1].text"
    assert english == f"{field}: {term} stands here twice in zh-Hans"
    assert chinese == f"{field}：{term} 在 zh-Hans 中重复"


def test_a_proposal_from_no_standard_is_refused(
    grpc_stub: Stub, documents: documents_grpc.DocumentsServiceStub, unique: Unique
) -> None:
    """A document that is not there is NOT_FOUND; one that is no standard INVALID_ARGUMENT."""
    letter = upload(documents, f"<letter>{unique('')}</letter>".encode())
    codes = []
    for name in ("documents/0", letter.name):
        with pytest.raises(grpc.RpcError) as refusal:
            grpc_stub.ProposeConcepts(pb.ProposeConceptsRequest(document=name))
        codes.append(refusal.value.code())
    assert codes == [grpc.StatusCode.NOT_FOUND, grpc.StatusCode.INVALID_ARGUMENT]


def test_changes_are_told_in_order_with_their_author(grpc_stub: Stub, unique: Unique) -> None:
    """Who follows the change log sees what was created and updated, by whom, with growing revisions."""
    first = create(grpc_stub, concept(word("en", unique("term"))))
    start = latest_revision(grpc_stub.WatchChanges, first.name)
    update(grpc_stub, concept_pb2.Concept(name=first.name, domain="trade"), "domain")
    second = create(grpc_stub, concept(word("en", unique("term"))))
    changes = changes_until(grpc_stub.WatchChanges, start, second.name)
    assert [(change.resource, change.action) for change in changes] == [
        (first.name, "updated"),
        (second.name, "created"),
    ]
    assert [change.revision for change in changes] == [start + 1, start + 2]
    assert {change.principal for change in changes} == {"administrator"}


@pytest.mark.parametrize(
    ("role", "allowed"), [("terminology_editor", True), ("reader", False), ("committee_secretary", False)]
)
def test_only_terminology_editors_write(
    as_role: Callable[..., grpc.Channel], unique: Unique, role: str, allowed: bool
) -> None:
    """Recording needs the permission; without it nothing is said about the message."""
    stub = Stub(as_role(role))
    try:
        create(stub, concept(word("en", unique("term"))))
        code = grpc.StatusCode.OK
    except grpc.RpcError as refusal:
        code = refusal.code()
    assert code is (grpc.StatusCode.OK if allowed else grpc.StatusCode.PERMISSION_DENIED)
