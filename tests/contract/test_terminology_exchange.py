"""The contract of the terminology service: imports in one transaction, and exports of one moment."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import grpc
import pytest

from tbt.terminology.v1 import concept_pb2, exchange_pb2
from tbt.terminology.v1 import terminology_service_pb2 as pb
from tbt.terminology.v1 import terminology_service_pb2_grpc as pb_grpc
from tbt.type.v1 import type_pb2

Stub = pb_grpc.TerminologyServiceStub
Unique = Callable[[str], str]
PREFERRED, ADMITTED = concept_pb2.DESIGNATION_STATUS_PREFERRED, concept_pb2.DESIGNATION_STATUS_ADMITTED
SKIP, REPLACE, MERGE = exchange_pb2.ON_KNOWN_SKIP, exchange_pb2.ON_KNOWN_REPLACE, exchange_pb2.ON_KNOWN_MERGE
FULL_FORM = concept_pb2.DESIGNATION_TYPE_FULL_FORM
READERS = 8
MANY = 10_000


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


def concept(number: str, *texts: str, definition: str = "", **fields: object) -> concept_pb2.Concept:
    """Return a concept whose first designation is preferred and whose others are admitted, all English."""
    designations = [
        concept_pb2.TermDesignation(language="en", text=text, status=ADMITTED if place else PREFERRED, type=FULL_FORM)
        for place, text in enumerate(texts)
    ]
    definitions = [concept_pb2.Definition(language="en", text=definition)] if definition else []
    return concept_pb2.Concept(number=number, designations=designations, definitions=definitions, **fields)


def import_concepts(
    stub: Stub, domain: str, concepts: Sequence[concept_pb2.Concept], on_known: int = SKIP, **options: object
) -> exchange_pb2.ImportConceptsResponse:
    """Import *concepts* into the vocabulary *domain*; rows count from 1."""

    def pieces() -> Iterator[exchange_pb2.ImportConceptsRequest]:
        wanted = exchange_pb2.ImportConceptsOptions(domain=domain, on_known=on_known, **options)
        yield exchange_pb2.ImportConceptsRequest(options=wanted)
        for start in range(0, len(concepts), 1_000):
            records = [
                exchange_pb2.ImportConceptsRecord(row=start + place, concept=one)
                for place, one in enumerate(concepts[start : start + 1_000], start=1)
            ]
            yield exchange_pb2.ImportConceptsRequest(records=exchange_pb2.ImportConceptsRecords(records=records))

    return stub.ImportConcepts(pieces(), timeout=120)


def export(stub: Stub, domain: str) -> list[concept_pb2.Concept]:
    """Return the concepts of a vocabulary."""
    pieces = stub.ExportConcepts(exchange_pb2.ExportConceptsRequest(domain=domain), timeout=120)
    return [one for piece in pieces for one in piece.concepts]


def texts(message: concept_pb2.Concept) -> list[tuple[str, int]]:
    """Return the designations of a concept with their status."""
    return [(one.text, one.status) for one in message.designations]


def counted(response: exchange_pb2.ImportConceptsResponse) -> tuple[int, int, int, int]:
    """Return how many concepts are created, updated, unchanged and refused."""
    counts = response.counts
    return counts.created, counts.updated, counts.unchanged, counts.refused


def test_what_is_imported_is_exported(grpc_stub: Stub, unique: Unique) -> None:
    """Every field comes back."""
    domain = unique("vocabulary")
    whole = concept(
        "1",
        "example",
        "sample",
        definition="what is shown",
        status=concept_pb2.CONCEPT_STATUS_RETIRED,
        source="XX 1",
        subject_field="examples",
        notes=[concept_pb2.Remark(language="en", text="a note")],
        examples=[concept_pb2.Remark(language="en", text="an example")],
        relations=[concept_pb2.ConceptRelation(kind=concept_pb2.CONCEPT_RELATION_KIND_GENERIC, target="2")],
    )
    whole.definitions[0].source, whole.definitions[0].clause, whole.definitions[0].derived_from = "XX 1", "3.1", "XX 0"
    assert counted(import_concepts(grpc_stub, domain, [whole])) == (1, 0, 0, 0)
    found = export(grpc_stub, domain)[0]
    for stored in ("name", "etag", "updated_at", "proposed_by"):
        found.ClearField(stored)
    whole.domain = domain
    assert found == whole


def test_a_concept_superseded_elsewhere_needs_no_successor(grpc_stub: Stub, unique: Unique) -> None:
    """A file may say that a concept is superseded and not by what."""
    domain = unique("vocabulary")
    import_concepts(grpc_stub, domain, [concept("1", "example", status=concept_pb2.CONCEPT_STATUS_SUPERSEDED)])
    assert export(grpc_stub, domain)[0].status == concept_pb2.CONCEPT_STATUS_SUPERSEDED


@pytest.mark.parametrize(
    ("on_known", "expected"),
    [
        (SKIP, [("one", PREFERRED), ("two", ADMITTED)]),
        (REPLACE, [("three", PREFERRED)]),
        (MERGE, [("one", PREFERRED), ("two", ADMITTED), ("three", ADMITTED)]),
    ],
)
def test_a_known_concept_is_skipped_replaced_or_merged(
    grpc_stub: Stub, unique: Unique, on_known: int, expected: list[tuple[str, int]]
) -> None:
    """Known is who has the number in the vocabulary."""
    domain = unique("vocabulary")
    import_concepts(grpc_stub, domain, [concept("1", "one", "two")])
    import_concepts(grpc_stub, domain, [concept("1", "three")], on_known)
    assert [texts(one) for one in export(grpc_stub, domain)] == [expected]


def test_a_merge_tells_what_gave_way(grpc_stub: Stub, unique: Unique) -> None:
    """What the registry says otherwise stays, and the answer lists what is left out."""
    domain = unique("vocabulary")
    import_concepts(grpc_stub, domain, [concept("1", "one", definition="first")])
    response = import_concepts(grpc_stub, domain, [concept("1", "other", definition="second")], MERGE)
    assert [problem.column for problem in response.problems] == ["designations", "definitions"]
    assert {problem.severity for problem in response.problems} == {type_pb2.ImportProblem.SEVERITY_KEPT}
    assert "second" in response.problems[1].message


def test_an_update_lists_what_it_changes(grpc_stub: Stub, unique: Unique) -> None:
    """Fact by fact, with what was and what is."""
    domain = unique("vocabulary")
    import_concepts(grpc_stub, domain, [concept("1", "one", source="A")])
    response = import_concepts(grpc_stub, domain, [concept("1", "one", source="B")], REPLACE)
    assert [(change.fact, change.before, change.after) for change in response.changes] == [("source", "A", "B")]


def test_the_same_again_changes_nothing(grpc_stub: Stub, unique: Unique) -> None:
    """An import may be repeated."""
    domain = unique("vocabulary")
    concepts = [concept(str(number), f"word {number}") for number in range(5)]
    import_concepts(grpc_stub, domain, concepts)
    assert counted(import_concepts(grpc_stub, domain, concepts, REPLACE)) == (0, 0, 5, 0)


def test_a_concept_without_a_number_is_known_by_its_designation(grpc_stub: Stub, unique: Unique) -> None:
    """Within its vocabulary."""
    domain = unique("vocabulary")
    import_concepts(grpc_stub, domain, [concept("", "one")])
    assert counted(import_concepts(grpc_stub, domain, [concept("", "One", "two")], MERGE)) == (0, 1, 0, 0)


def test_an_ambiguous_concept_is_refused(grpc_stub: Stub, unique: Unique) -> None:
    """Two concepts with a designation of it: neither is changed."""
    domain = unique("vocabulary")
    import_concepts(grpc_stub, domain, [concept("1", "datum"), concept("2", "datum")])
    assert counted(import_concepts(grpc_stub, domain, [concept("", "datum")], MERGE)) == (0, 0, 0, 1)


def test_a_dry_run_changes_nothing(grpc_stub: Stub, unique: Unique) -> None:
    """It answers as if it were done."""
    domain = unique("vocabulary")
    assert counted(import_concepts(grpc_stub, domain, [concept("1", "one")], validate_only=True)) == (1, 0, 0, 0)
    assert export(grpc_stub, domain) == []


def test_a_bad_record_is_one_problem(grpc_stub: Stub, unique: Unique) -> None:
    """The others are imported."""
    domain = unique("vocabulary")
    response = import_concepts(grpc_stub, domain, [concept("1", "one"), concept("2"), concept("3", "x" * 400)])
    assert counted(response) == (1, 0, 0, 2)
    assert [problem.row for problem in response.problems] == [2, 3]


def test_all_or_nothing_is_nothing(grpc_stub: Stub, unique: Unique) -> None:
    """One bad record refuses all."""
    domain = unique("vocabulary")
    with pytest.raises(grpc.RpcError) as refused:
        import_concepts(grpc_stub, domain, [concept("1", "one"), concept("2")], all_or_nothing=True)
    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert export(grpc_stub, domain) == []


def test_the_same_request_takes_effect_once(grpc_stub: Stub, unique: Unique) -> None:
    """The answer is the first one."""
    domain, request_id = unique("vocabulary"), str(uuid4())
    first = import_concepts(grpc_stub, domain, [concept("", "one")], request_id=request_id)
    assert import_concepts(grpc_stub, domain, [concept("", "one")], request_id=request_id) == first


def test_who_may_not_approve_imports_candidates(as_role: Callable[[str], grpc.Channel], unique: Unique) -> None:
    """What was agreed elsewhere is proposed here, and the answer says so."""
    stub, domain = Stub(as_role("terminology_editor")), unique("vocabulary")
    agreed = concept("1", "one", status=concept_pb2.CONCEPT_STATUS_APPROVED)
    response = import_concepts(stub, domain, [agreed])
    assert [problem.severity for problem in response.problems] == [type_pb2.ImportProblem.SEVERITY_CORRECTED]
    assert export(stub, domain)[0].status == concept_pb2.CONCEPT_STATUS_CANDIDATE


def test_an_import_without_options_is_refused(grpc_stub: Stub) -> None:
    """They come first."""
    records = exchange_pb2.ImportConceptsRecords()
    with pytest.raises(grpc.RpcError) as refused:
        grpc_stub.ImportConcepts(iter([exchange_pb2.ImportConceptsRequest(records=records)]))
    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT


def test_readers_never_see_half_an_import(grpc_stub: Stub, unique: Unique) -> None:
    """Eight clients read while 10,000 concepts come: each sees none of them or all, and none an error."""
    domain = unique("vocabulary")
    concepts = [
        concept(str(number), f"{domain} word {number}", definition=f"number {number}") for number in range(MANY)
    ]
    done = threading.Event()
    words = [f"{domain} word {number}" for number in range(0, MANY, 500)]

    def read() -> set[int]:
        seen = set()
        while True:
            last = done.is_set()
            found = grpc_stub.LookupTerms(pb.LookupTermsRequest(terms=words), timeout=60)
            seen.add(sum(bool(match.concepts) for match in found.matches))
            if last:
                return seen

    with ThreadPoolExecutor(READERS) as pool:
        readers = [pool.submit(read) for _ in range(READERS)]
        try:
            response = import_concepts(grpc_stub, domain, concepts)
        finally:
            done.set()
        seen = set().union(*(reader.result() for reader in readers))
    assert counted(response) == (MANY, 0, 0, 0)
    assert seen <= {0, len(words)}
    assert len(words) in seen
