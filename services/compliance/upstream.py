"""The services that compliance calls."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from services.runtime.civil_dates import date_to
from services.runtime.upstream import Upstream
from standards_tree.documents.docx_annotation import Annotation
from tbt.catalog.v1 import catalog_service_pb2 as catalog_pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as catalog_grpc
from tbt.catalog.v1 import draft_pb2, search_pb2
from tbt.documents.v1 import annotation_pb2, standard_piece_pb2
from tbt.documents.v1 import documents_service_pb2 as documents_pb
from tbt.documents.v1 import documents_service_pb2_grpc as documents_grpc
from tbt.linkage.v1 import linkage_service_pb2 as linkage_pb
from tbt.linkage.v1 import linkage_service_pb2_grpc as linkage_grpc
from tbt.terminology.v1 import recognition_pb2
from tbt.terminology.v1 import terminology_service_pb2 as terminology_pb
from tbt.terminology.v1 import terminology_service_pb2_grpc as terminology_grpc

# What the contract allows in one question.
DESIGNATIONS_A_QUESTION = 1000
# A concept can be large, with definitions in many languages; the answer must fit into one message.
TERMS_A_QUESTION = 100
MOST_ALIKE = 10
MOST_LINKS = 50


class ComplianceUpstreams:
    """What compliance asks of its neighbours."""

    def __init__(self, documents: Upstream, terminology: Upstream, catalog: Upstream, linkage: Upstream) -> None:
        self._documents = documents
        self._documents_stub = documents_grpc.DocumentsServiceStub(documents.channel)
        self._terminology = terminology
        self._terminology_stub = terminology_grpc.TerminologyServiceStub(terminology.channel)
        self._catalog = catalog
        self._catalog_stub = catalog_grpc.CatalogServiceStub(catalog.channel)
        self._linkage = linkage
        self._linkage_stub = linkage_grpc.LinkageServiceStub(linkage.channel)

    def get_draft(self, name: str) -> draft_pb2.Draft:
        """Return a draft.

        Raises:
            NotFoundError: there is none of this name.
        """
        return self._catalog.ask(self._catalog_stub.GetDraft, catalog_pb.GetDraftRequest(name=name))

    def read_standard(self, document: str) -> documents_pb.ReadStandardResponse:
        """Return what a document says.

        Raises:
            NotFoundError: there is no such document.
            InvalidArgumentError: it is not a standard document that can be read.
        """
        return self._documents.ask(self._documents_stub.ReadStandard, documents_pb.ReadStandardRequest(name=document))

    def require_document(self, name: str) -> None:
        """Return where the document is there for who asks.

        Raises:
            NotFoundError: it is not.
        """
        self._documents.ask(self._documents_stub.GetDocument, documents_pb.GetDocumentRequest(name=name))

    def search_standards(self, query: str) -> Sequence[search_pb2.SearchHit]:
        """Return the standards that are found by words, the best first."""
        request = search_pb2.SearchStandardsRequest(query=query, page_size=MOST_ALIKE)
        return list(self._catalog.ask(self._catalog_stub.SearchStandards, request).hits)

    def links_to(self, target: str) -> Sequence[linkage_pb.Link]:
        """Return the links of requirements to a standard or draft."""
        request = linkage_pb.ListLinksRequest(target=target, page_size=MOST_LINKS)
        return list(self._linkage.ask(self._linkage_stub.ListLinks, request).links)

    def get_measure(self, name: str) -> linkage_pb.Measure:
        """Return a measure."""
        return self._linkage.ask(self._linkage_stub.GetMeasure, linkage_pb.GetMeasureRequest(name=name))

    def measures_of_field(self, ics: str) -> Sequence[linkage_pb.Measure]:
        """Return the measures of an ICS field."""
        request = linkage_pb.ListMeasuresRequest(ics_prefix=ics, page_size=MOST_ALIKE)
        return list(self._linkage.ask(self._linkage_stub.ListMeasures, request).measures)

    def stream_standard(self, document: str) -> Iterator[standard_piece_pb2.StandardPiece]:
        """Yield all of what a document says, piece by piece.

        Raises:
            NotFoundError: there is no such document.
            InvalidArgumentError: it is not a standard document that can be read.
        """
        request = documents_pb.StreamStandardRequest(name=document)
        return self._documents.stream(self._documents_stub.StreamStandard, request)

    def annotated(
        self, document: str, notes: Iterable[Annotation], author: str, made_on: date | None
    ) -> Iterator[bytes]:
        """Yield the bytes of a Word document with *notes* in it.

        Raises:
            NotFoundError: there is no such document.
            UnsupportedDocumentError: it is no Word file, or none that comments can be written into.
            InvalidArgumentError: it is damaged.
        """
        request = annotation_pb2.AnnotateDocumentRequest(name=document, author=author, made_on=date_to(made_on))
        request.annotations.extend(
            annotation_pb2.Annotation(paragraph=note.paragraph, text=note.text) for note in notes
        )
        for piece in self._documents.stream(self._documents_stub.AnnotateDocument, request):
            yield piece.chunk

    def recognize(self, text: str, language: str) -> recognition_pb2.RecognizeTermsResponse:
        """Return the terms of the registry that *text* uses, in its order."""
        request = recognition_pb2.RecognizeTermsRequest(text=text, language=language)
        return self._terminology.ask(self._terminology_stub.RecognizeTerms, request)

    def resolve(self, designations: Iterable[str], as_of: date) -> list[catalog_pb.ResolvedDesignation]:
        """Return what the catalogue knows of *designations* on *as_of*, in their order."""
        resolved: list[catalog_pb.ResolvedDesignation] = []
        for batch in _batches(list(designations), DESIGNATIONS_A_QUESTION):
            request = catalog_pb.ResolveDesignationsRequest(designations=batch, as_of=date_to(as_of))
            resolved.extend(self._catalog.ask(self._catalog_stub.ResolveDesignations, request).resolved)
        return resolved

    def look_up(self, terms: Iterable[str]) -> list[terminology_pb.TermMatches]:
        """Return what the registry knows of *terms*, in their order."""
        matches: list[terminology_pb.TermMatches] = []
        for batch in _batches(list(terms), TERMS_A_QUESTION):
            request = terminology_pb.LookupTermsRequest(terms=batch)
            matches.extend(self._terminology.ask(self._terminology_stub.LookupTerms, request).matches)
        return matches


def _batches(entries: Sequence[str], size: int) -> Iterable[Sequence[str]]:
    return (entries[start : start + size] for start in range(0, len(entries), size))
