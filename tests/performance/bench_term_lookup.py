"""Look-ups at 100,000 designations from the running service, whole concepts and brief, beside the bare in-memory search.

PYTHONPATH=.:protos:tests:tests/performance python tests/performance/bench_term_lookup.py
"""

import itertools
import random
import sys
import threading
import time
from collections.abc import Callable, Iterator

from recognition_terms import invented_words
from serving import serving
from tbt.terminology.v1 import concept_pb2, exchange_pb2, lookup_pb2, recognition_pb2
from tbt.terminology.v1 import terminology_service_pb2 as pb
from tbt.terminology.v1 import terminology_service_pb2_grpc as pb_grpc

CONCEPTS = 50_000
ASKED = 300
RECORDS_A_MESSAGE = 1_000
ANEW_CONCEPTS = 1_500
PREFERRED = concept_pb2.DESIGNATION_STATUS_PREFERRED
MODES = {
    "folded": lookup_pb2.LOOKUP_MODE_FOLDED,
    "exact": lookup_pb2.LOOKUP_MODE_EXACT,
    "prefix": lookup_pb2.LOOKUP_MODE_PREFIX,
    "fuzzy": lookup_pb2.LOOKUP_MODE_FUZZY,
    "default": lookup_pb2.LOOKUP_MODE_UNSPECIFIED,
}


def measure() -> dict[str, float]:
    """Return p95 of look-ups in milliseconds, what the first call after a start waits, and the longest while terms change."""
    source = random.Random(3)
    words = invented_words(2 * CONCEPTS, source)
    with serving() as (program, channel):
        del program
        stub = pb_grpc.TerminologyServiceStub(channel)
        _import(stub, [concept(words[at : at + 2], at) for at in range(0, len(words), 2)])
        figures = {"index of 100,000 designations after an import, s": _seconds_until_found(stub, words[-1])}
        asked = source.sample(words, ASKED)
        for name, mode in MODES.items():
            for brief in (False, True):
                figures[f"{name}{', brief' if brief else ', whole concepts'}, p95, ms (aim ≤ 10)"] = _p95(
                    [_seconds(lambda word=word: look_up(stub, word, mode, brief=brief)) for word in asked]  # type: ignore[misc]  # noqa: B023
                )
        figures["bare call of the same service, p95, ms"] = _p95([_seconds(lambda: _bare(stub)) for _word in asked])
        figures.update(_while_made_anew(stub, words, invented_words(2 * ANEW_CONCEPTS, random.Random(4))))
    return figures


def concept(words: list[str], number: int) -> concept_pb2.Concept:
    """Return a concept designated by *words*, with what a concept of a real vocabulary has beside."""
    return concept_pb2.Concept(
        number=str(number),
        domain="bench",
        designations=[
            concept_pb2.TermDesignation(language="en" if word.isascii() else "zh-Hans", text=word, status=status)
            for word, status in zip(words, (PREFERRED, concept_pb2.DESIGNATION_STATUS_ADMITTED), strict=True)
        ],
        definitions=[
            concept_pb2.Definition(language=tag, text=f"invented definition {number}", source="示例")
            for tag in ("en", "zh-Hans")
        ],
        notes=[concept_pb2.Remark(language="en", text="an invented note")],
    )


def look_up(stub: pb_grpc.TerminologyServiceStub, word: str, mode: int, *, brief: bool) -> pb.LookupTermsResponse:
    """Look up one word."""
    return stub.LookupTerms(pb.LookupTermsRequest(terms=[word], mode=mode, brief=brief))


def _bare(stub: pb_grpc.TerminologyServiceStub) -> None:
    stub.SuggestTerms(lookup_pb2.SuggestTermsRequest(prefix="\u2603"))


def _import(stub: pb_grpc.TerminologyServiceStub, concepts: list[concept_pb2.Concept]) -> None:
    def pieces() -> Iterator[exchange_pb2.ImportConceptsRequest]:
        yield exchange_pb2.ImportConceptsRequest(
            options=exchange_pb2.ImportConceptsOptions(domain="bench", on_known=exchange_pb2.ON_KNOWN_SKIP)
        )
        numbered = ((row, one) for row, one in enumerate(concepts, 1))
        while batch := list(itertools.islice(numbered, RECORDS_A_MESSAGE)):
            records = [exchange_pb2.ImportConceptsRecord(row=row, concept=one) for row, one in batch]
            yield exchange_pb2.ImportConceptsRequest(records=exchange_pb2.ImportConceptsRecords(records=records))

    stub.ImportConcepts(pieces(), timeout=300)


def _seconds_until_found(stub: pb_grpc.TerminologyServiceStub, word: str) -> float:
    begin = time.perf_counter()
    while not look_up(stub, word, lookup_pb2.LOOKUP_MODE_FOLDED, brief=True).matches[0].concepts:
        pass
    return time.perf_counter() - begin


def _while_made_anew(stub: pb_grpc.TerminologyServiceStub, words: list[str], more: list[str]) -> dict[str, float]:
    """Look up and recognise without a break while so much changes that everything is made anew."""
    taken: list[float] = []
    done = threading.Event()

    def read() -> None:
        for word in itertools.cycle(words[:1000]):
            if done.is_set():
                return
            taken.append(_seconds(lambda word=word: look_up(stub, word, MODES["folded"], brief=False)))  # type: ignore[misc]
            request = recognition_pb2.RecognizeTermsRequest(text=word)
            taken.append(_seconds(lambda request=request: stub.RecognizeTerms(request)))  # type: ignore[misc]

    reader = threading.Thread(target=read)
    reader.start()
    _import(stub, [concept(more[at : at + 2], len(words) + at) for at in range(0, len(more), 2)])
    _seconds_until_found(stub, more[-1])
    done.set()
    reader.join()
    return {
        "calls answered while the index is made anew": float(len(taken)),
        "p95 of them, ms": _p95(taken),
        "the longest of them, ms": max(taken) * 1000,
    }


def _p95(seconds: list[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.95)] * 1000


def _seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


if __name__ == "__main__":
    for title, value in measure().items():
        sys.stdout.write(f"{title:<62} {value:>14,.2f}\n")
