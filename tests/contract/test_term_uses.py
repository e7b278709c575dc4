"""Where concepts bind, as the terminology service says it: all concepts as columns, and which of them texts use."""

from collections.abc import Callable

import pytest
from google.protobuf.field_mask_pb2 import FieldMask

from concepts import concept, create, word
from tbt.terminology.v1 import concept_merge_pb2, concept_pb2, term_export_pb2
from tbt.terminology.v1 import terminology_service_pb2 as pb
from tbt.terminology.v1 import terminology_service_pb2_grpc as pb_grpc

Stub = pb_grpc.TerminologyServiceStub
Unique = Callable[[str], str]


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


class Exported:
    """What an export says, by the names of concepts."""

    def __init__(self, stub: Stub, after: int = 0) -> None:
        texts: list[str] = []
        self.concepts: dict[str, dict[str, object]] = {}
        self.removals: list[str] = []
        self.everything = False
        for piece in stub.ExportTerms(term_export_pb2.ExportTermsRequest(after_revision=after)):
            self.revision = piece.revision or self.revision
            self.everything = self.everything or piece.everything
            self.removals += piece.removals.names
            columns = piece.concepts
            texts += columns.new_texts
            digits, at, word_at = columns.names.hex(), 0, 0
            for number in range(len(columns.numbers)):
                count = columns.definition_counts[number]
                words = columns.designation_counts[number] if columns.designation_counts else 0
                self.concepts[f"concepts/{digits[32 * number : 32 * number + 32]}"] = {
                    "number": columns.numbers[number],
                    "domain": texts[columns.domains[number]],
                    "status": columns.statuses[number],
                    "terms": (columns.terms_zh[number], columns.terms_en[number]),
                    "sources": [texts[one] for one in columns.sources[at : at + count]],
                    "clauses": [texts[one] for one in columns.clauses[at : at + count]],
                    "designations": list(columns.designations[word_at : word_at + words]),
                }
                at, word_at = at + count, word_at + words


def defined(text: str, source: str = "", clause: str = "", language: str = "en") -> concept_pb2.Definition:
    """Return a definition."""
    return concept_pb2.Definition(language=language, text=text, source=source, clause=clause)


def test_an_export_says_what_concepts_are_called_and_where_their_definitions_come_from(
    grpc_stub: Stub, unique: Unique
) -> None:
    """The preferred term of each language; a definition without a source has that of its concept."""
    zh, en = unique("物"), unique("thing")
    made = create(
        grpc_stub,
        concept(
            word("en", unique("other"), concept_pb2.DESIGNATION_STATUS_ADMITTED),
            word("en", en),
            word("zh-Hans", zh),
            definitions=[
                defined("example", "GB/T 99999.1—2024", "3.1"),
                defined("示例", language="zh-Hans"),
            ],
            source="ISO 99999:2019",
            domain="示例 example",
            number="3.1",
        ),
    )
    exported = Exported(grpc_stub)
    assert exported.concepts[made.name] == {
        "number": "3.1",
        "domain": "示例 example",
        "status": concept_pb2.CONCEPT_STATUS_CANDIDATE,
        "terms": (zh, en),
        "sources": ["GB/T 99999.1—2024", "ISO 99999:2019"],
        "clauses": ["3.1", ""],
        "designations": [],
    }
    assert exported.revision > 0


def test_a_concept_without_an_english_term_is_called_by_another(grpc_stub: Stub, unique: Unique) -> None:
    """Nobody is left without a name."""
    french = unique("chose")
    made = create(grpc_stub, concept(word("fr", french)))
    assert Exported(grpc_stub).concepts[made.name]["terms"] == ("", french)


def test_what_has_changed_comes_alone_with_all_its_words(grpc_stub: Stub, unique: Unique) -> None:
    """A concept that changed comes whole, one that was merged away is named as gone, nothing else comes."""
    words = [unique(text) for text in ("one", "two", "three")]
    first, gone, other = (create(grpc_stub, concept(word("en", text))) for text in words)
    before = Exported(grpc_stub).revision
    first.definitions.append(defined("example", "GB 99998—2020"))
    grpc_stub.UpdateConcept(pb.UpdateConceptRequest(concept=first, update_mask=FieldMask(paths=["definitions"])))
    grpc_stub.MergeConcepts(
        concept_merge_pb2.MergeConceptsRequest(name=gone.name, into=first.name, preferred={"en": words[0]})
    )
    exported = Exported(grpc_stub, before)
    assert exported.concepts.keys() >= {first.name}
    assert other.name not in exported.concepts
    assert gone.name in exported.removals
    assert set(exported.concepts[first.name]["designations"]) == set(words[:2])
    assert exported.concepts[first.name]["sources"] == ["GB 99998—2020"]
    again = Exported(grpc_stub, exported.revision)
    assert (again.concepts, again.removals) == ({}, [])


def test_many_texts_are_told_which_concepts_they_use(grpc_stub: Stub, unique: Unique) -> None:
    """A longer term hides a shorter one inside it; a word of two concepts is a use of both; texts stay apart."""
    short, value = unique("limit"), unique("value")
    long = f"{short} {value}"
    narrow, wide = (create(grpc_stub, concept(word("en", text))) for text in (short, long))
    twin = create(grpc_stub, concept(word("en", short), domain="示例"))
    texts = [f"the {long} holds", f"a {short}", "", f"no {value}", f"{short} and {long}"]
    answer = grpc_stub.LookupTermUses(term_export_pb2.LookupTermUsesRequest(texts=texts))
    found, at = [], 0
    for count in answer.counts:
        found.append({answer.concepts[one] for one in answer.uses[at : at + count]})
        at += count
    both = {narrow.name, twin.name}
    assert found == [{wide.name}, both, set(), set(), both | {wide.name}]
    assert answer.revision >= Exported(grpc_stub).revision
