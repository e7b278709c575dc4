"""Look-up and recognition through the running service: every mode, what changed a moment ago, and hostile texts."""

from collections.abc import Callable

import grpc
import pytest
from google.protobuf.field_mask_pb2 import FieldMask

from tbt.documents.v1 import documents_service_pb2_grpc as documents_grpc
from tbt.terminology.v1 import concept_pb2, lookup_pb2, recognition_pb2
from tbt.terminology.v1 import terminology_service_pb2 as pb
from tbt.terminology.v1 import terminology_service_pb2_grpc as pb_grpc
from uploads import upload

Stub = pb_grpc.TerminologyServiceStub
Unique = Callable[[str], str]

PREFERRED = concept_pb2.DESIGNATION_STATUS_PREFERRED
DEPRECATED = concept_pb2.DESIGNATION_STATUS_DEPRECATED
# Chinese characters for the digits of a unique mark: words of a mark are then words of Chinese text.
HAN_DIGITS = str.maketrans("0123456789abcdef", "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳")

STANDARD = """<?xml version="1.0" encoding="UTF-8"?>
<standard xml:lang="zh"><front><std-meta><title-wrap xml:lang="zh"><full>示例</full></title-wrap>
<std-ref type="dated">GB/T 99992—2024</std-ref></std-meta></front><body>
<sec id="s1"><label>1</label><title>范围</title><p>本文件适用于{term}。</p></sec></body></standard>"""


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


@pytest.fixture
def han(unique: Unique) -> Callable[[str], str]:
    """Return how to make Chinese words nobody else has."""
    return lambda word: word + unique("").translate(HAN_DIGITS)


def create(stub: Stub, *words: tuple[str, str, int], **fields: object) -> concept_pb2.Concept:
    """Record a concept with these words: language, text, status."""
    entries = [concept_pb2.TermDesignation(language=tag, text=text, status=status) for tag, text, status in words]
    return stub.CreateConcept(pb.CreateConceptRequest(concept=concept_pb2.Concept(designations=entries, **fields)))


def look_up(stub: Stub, mode: int, *terms: str, **fields: object) -> list[list[tuple[str, int]]]:
    """Return text and likeness of what each term finds."""
    answer = stub.LookupTerms(pb.LookupTermsRequest(terms=terms, mode=mode, **fields))
    return [[(one.designation.text, one.likeness) for one in found.concepts] for found in answer.matches]


def recognize(stub: Stub, text: str, **fields: object) -> recognition_pb2.RecognizeTermsResponse:
    """Return what is recognised in *text*."""
    return stub.RecognizeTerms(recognition_pb2.RecognizeTermsRequest(text=text, **fields))


def test_a_traditional_word_finds_the_simplified_term(grpc_stub: Stub, han: Unique) -> None:
    """Exact is the same characters only; folded is either script and width."""
    term = han("标准")
    create(grpc_stub, ("zh-Hans", term, PREFERRED))
    asked = term.replace("标准", "標準")
    assert look_up(grpc_stub, lookup_pb2.LOOKUP_MODE_EXACT, asked, term) == [
        [],
        [(term, lookup_pb2.TERM_LIKENESS_EXACT)],
    ]
    assert look_up(grpc_stub, lookup_pb2.LOOKUP_MODE_FOLDED, asked) == [[(term, lookup_pb2.TERM_LIKENESS_FOLDED)]]


def test_what_is_found_is_ranked_by_likeness_then_by_status(grpc_stub: Stub, unique: Unique) -> None:
    """Preferred before deprecated, exact before folded before fuzzy."""
    word = unique("measure")
    create(grpc_stub, ("en", word, DEPRECATED))
    create(grpc_stub, ("en", word, PREFERRED))
    create(grpc_stub, ("en", word.upper(), PREFERRED))
    create(grpc_stub, ("en", f"x{word}", PREFERRED))
    found = grpc_stub.LookupTerms(pb.LookupTermsRequest(terms=[word], mode=lookup_pb2.LOOKUP_MODE_FUZZY)).matches[0]
    assert [(one.designation.text, one.designation.status, one.changes) for one in found.concepts] == [
        (word, PREFERRED, 0),
        (word, DEPRECATED, 0),
        (word.upper(), PREFERRED, 0),
        (f"x{word}", PREFERRED, 1),
    ]


def test_a_thousand_words_are_looked_up_at_once(grpc_stub: Stub, unique: Unique) -> None:
    """A batch is answered in its order, each word by itself."""
    term = f"{unique('x')} batch"
    create(grpc_stub, ("en", term, PREFERRED))
    found = look_up(grpc_stub, lookup_pb2.LOOKUP_MODE_FOLDED, *[unique("none") for _ in range(999)], f"{term}es")
    assert found == [[]] * 999 + [[(term, lookup_pb2.TERM_LIKENESS_INFLECTED)]]


def test_a_brief_answer_names_the_concept_and_the_term(grpc_stub: Stub, unique: Unique) -> None:
    """What is held in memory is enough to go on with, and says the same."""
    term = unique("brief")
    created = create(grpc_stub, ("en", term, DEPRECATED), number="7.1", domain="示例", source="GB/T 99992—2024")
    request = pb.LookupTermsRequest(terms=[term], mode=lookup_pb2.LOOKUP_MODE_FOLDED, brief=True)
    (found,) = grpc_stub.LookupTerms(request).matches[0].concepts
    assert found.concept == concept_pb2.Concept(
        name=created.name, number="7.1", domain="示例", status=concept_pb2.CONCEPT_STATUS_CANDIDATE
    )
    assert (found.designation.text, found.designation.status) == (term, DEPRECATED)


def test_a_concept_is_found_by_its_number(grpc_stub: Stub, unique: Unique) -> None:
    """A number is what it stands as in its vocabulary."""
    number = unique("9.")
    created = create(grpc_stub, ("en", unique("term"), PREFERRED), number=number)
    request = pb.LookupTermsRequest(terms=[number], mode=lookup_pb2.LOOKUP_MODE_NUMBER)
    assert [one.concept.name for one in grpc_stub.LookupTerms(request).matches[0].concepts] == [created.name]


def test_terms_are_suggested_to_somebody_who_types(grpc_stub: Stub, unique: Unique) -> None:
    """The beginning is enough, in any spelling; preferred terms come first."""
    mark = unique("Sug")
    create(grpc_stub, ("en", f"{mark} term", DEPRECATED))
    create(grpc_stub, ("en", f"{mark} longer term", PREFERRED))
    found = grpc_stub.SuggestTerms(lookup_pb2.SuggestTermsRequest(prefix=mark.upper()))
    assert [term.text for term in found.terms] == [f"{mark} longer term", f"{mark} term"]


def test_a_deprecated_term_in_a_text_comes_with_the_preferred_one(grpc_stub: Stub, han: Unique) -> None:
    """Place, verdict and advice, the same text in which the preferred term is left alone."""
    good, bad = han("合格评定"), han("符合性评估")
    create(grpc_stub, ("zh-Hans", good, PREFERRED), ("zh-Hans", bad, DEPRECATED))
    text = f"按{bad}，不按{good}。"
    terms = recognize(grpc_stub, text).terms
    assert [(text[one.start : one.end], one.verdict, list(one.instead)) for one in terms] == [
        (bad, recognition_pb2.TERM_VERDICT_DEPRECATED, [good]),
        (good, recognition_pb2.TERM_VERDICT_PREFERRED, []),
    ]


def test_a_change_is_seen_by_who_asks_next(grpc_stub: Stub, unique: Unique) -> None:
    """What was recorded or changed is recognised at once; the word it had before no more."""
    before, after = unique("before"), unique("after")
    created = create(grpc_stub, ("en", before, PREFERRED))
    assert [one.text for one in recognize(grpc_stub, f"{before} {after}").terms] == [before]
    changed = concept_pb2.Concept(
        name=created.name,
        designations=[concept_pb2.TermDesignation(language="en", text=after, status=PREFERRED)],
    )
    grpc_stub.UpdateConcept(pb.UpdateConceptRequest(concept=changed, update_mask=FieldMask(paths=["designations"])))
    assert [one.text for one in recognize(grpc_stub, f"{before} {after}").terms] == [after]
    assert look_up(grpc_stub, lookup_pb2.LOOKUP_MODE_FOLDED, before, after) == [
        [],
        [(after, lookup_pb2.TERM_LIKENESS_EXACT)],
    ]


def test_terms_of_a_stored_standard_are_found_by_clause(grpc_stub: Stub, channel: grpc.Channel, han: Unique) -> None:
    """Each term of a document has its clause and its XPath."""
    term = han("限量")
    create(grpc_stub, ("zh-Hans", term, PREFERRED))
    document = upload(documents_grpc.DocumentsServiceStub(channel), STANDARD.format(term=term).encode())
    request = recognition_pb2.RecognizeTermsRequest(document=document.name)
    found = [one for one in grpc_stub.RecognizeTerms(request).terms if one.text == term]
    assert [(one.clause, one.xpath) for one in found] == [("1", "/standard/body/sec[1]")]


def test_more_than_was_asked_for_is_told(grpc_stub: Stub, unique: Unique) -> None:
    """An answer cut short says so."""
    term = unique("often")
    create(grpc_stub, ("en", term, PREFERRED))
    answer = recognize(grpc_stub, f"{term} " * 20, most=7)
    assert (len(answer.terms), answer.truncated) == (7, True)


@pytest.mark.parametrize("text", ["a" * 1_000_000, "\u0301" * 500_000, "\0" * 1_000_000, "标" * 300_000, " \n" * 9])
def test_a_hostile_text_is_answered(grpc_stub: Stub, text: str) -> None:
    """A million of one character is a text without terms, not a fault."""
    assert not recognize(grpc_stub, text, language="tlh").terms


@pytest.mark.parametrize("text", ["", "a" * 1_000_001])
def test_a_text_of_no_or_too_many_characters_is_refused(grpc_stub: Stub, text: str) -> None:
    """The limit is in the contract."""
    with pytest.raises(grpc.RpcError) as refusal:
        recognize(grpc_stub, text)
    assert refusal.value.code() is grpc.StatusCode.INVALID_ARGUMENT
