"""The services that gap calls."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from services.runtime.upstream import Upstream
from standards_tree.errors import InvalidArgumentError, NotFoundError
from tbt.catalog.v1 import catalog_service_pb2 as catalog_pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as catalog_grpc
from tbt.catalog.v1 import code_pb2
from tbt.linkage.v1 import linkage_service_pb2 as linkage_pb
from tbt.linkage.v1 import linkage_service_pb2_grpc as linkage_grpc
from tbt.terminology.v1 import term_export_pb2
from tbt.terminology.v1 import terminology_service_pb2_grpc as terminology_grpc
from tbt.type.v1 import type_pb2

Piece = TypeVar("Piece")


class GapUpstreams:
    """What gap asks of its neighbours."""

    def __init__(self, catalog: Upstream, linkage: Upstream, terminology: Upstream) -> None:
        self._catalog = catalog
        self._catalog_stub = catalog_grpc.CatalogServiceStub(catalog.channel)
        self._linkage = linkage
        self._linkage_stub = linkage_grpc.LinkageServiceStub(linkage.channel)
        self._terminology = terminology
        self._terminology_stub = terminology_grpc.TerminologyServiceStub(terminology.channel)

    def has_code(self, name: str) -> bool:
        """Tell whether the version of a code list that counts has a code: `codeLists/{list}/codes/{code}`."""
        try:
            self._catalog.ask(self._catalog_stub.GetCode, code_pb2.GetCodeRequest(name=name))
        except (NotFoundError, InvalidArgumentError):
            return False
        return True

    def export_catalog(self, after: int = 0) -> Iterator[catalog_pb.ExportCatalogResponse]:
        """Yield the catalogue of one moment, its revision first: all of it, or what changed after a revision."""
        request = catalog_pb.ExportCatalogRequest(after_revision=after, columns=True)
        return self._catalog.stream(self._catalog_stub.ExportCatalog, request)

    def export_linkage(self, after: int = 0) -> Iterator[linkage_pb.ExportLinkageResponse]:
        """Yield measures, requirements and links of one moment, their revision first: all, or what changed after one."""
        request = linkage_pb.ExportLinkageRequest(after_revision=after, columns=True)
        return self._linkage.stream(self._linkage_stub.ExportLinkage, request)

    def export_terms(self, after: int = 0) -> Iterator[term_export_pb2.ExportTermsResponse]:
        """Yield the concepts of one moment, their revision first: all of them, or what changed after a revision."""
        request = term_export_pb2.ExportTermsRequest(after_revision=after)
        return self._terminology.stream(self._terminology_stub.ExportTerms, request)

    def look_up_term_uses(self, texts: Sequence[str]) -> tuple[int, list[list[str]]]:
        """Return which concepts each of *texts* uses, and the revision of the registry that says so."""
        request = term_export_pb2.LookupTermUsesRequest(texts=texts)
        answer = self._terminology.ask(self._terminology_stub.LookupTermUses, request)
        names, uses = list(answer.concepts), iter(answer.uses)
        return answer.revision, [[names[next(uses)] for _ in range(count)] for count in answer.counts]

    def watch_catalog(self, after: int) -> Iterator[type_pb2.WatchChangesResponse]:
        """Yield the changes of the catalogue after a revision as they happen, page by page; an empty page is a sign of life."""
        request = type_pb2.WatchChangesRequest(after_revision=after)
        return self._catalog.stream(self._catalog_stub.WatchChanges, request)

    def watch_linkage(self, after: int) -> Iterator[type_pb2.WatchChangesResponse]:
        """Yield the changes of measures, requirements and links after a revision, as `watch_catalog`."""
        request = type_pb2.WatchChangesRequest(after_revision=after)
        return self._linkage.stream(self._linkage_stub.WatchChanges, request)


class AskedAhead(GapUpstreams):
    """The same neighbours, asked for everything or for what changed after the revisions given, for one question.

    When all of one export has come the next is asked for, so that it is made ready while the one before is put in order.
    """

    def __init__(self, upstreams: GapUpstreams, linkage: int, terms: int) -> None:
        self._upstreams = upstreams
        self._afters = (linkage, terms)
        self._linkage_ahead: dict[int, Iterator[linkage_pb.ExportLinkageResponse]] = {}
        self._terms_ahead: dict[int, Iterator[term_export_pb2.ExportTermsResponse]] = {}

    def export_catalog(self, after: int = 0) -> Iterator[catalog_pb.ExportCatalogResponse]:
        """Yield the catalogue of one moment, its revision first: all of it, or what changed after a revision."""
        yield from self._upstreams.export_catalog(after)
        linkage, _ = self._afters
        self._linkage_ahead = {linkage: self._upstreams.export_linkage(linkage)}

    def export_linkage(self, after: int = 0) -> Iterator[linkage_pb.ExportLinkageResponse]:
        """Yield measures, requirements and links of one moment, their revision first: all, or what changed after one."""
        yield from self._linkage_ahead.pop(after, None) or self._upstreams.export_linkage(after)
        _, terms = self._afters
        self._terms_ahead = {terms: self._upstreams.export_terms(terms)}

    def export_terms(self, after: int = 0) -> Iterator[term_export_pb2.ExportTermsResponse]:
        """Yield the concepts of one moment, their revision first: all of them, or what changed after a revision."""
        return self._terms_ahead.pop(after, None) or self._upstreams.export_terms(after)


class Interrupted(GapUpstreams):
    """The same neighbours, but *look* is called between two pieces of an export, and what it raises ends the reading."""

    def __init__(self, upstreams: GapUpstreams, look: Callable[[], None]) -> None:
        self._upstreams = upstreams
        self._look = look

    def export_catalog(self, after: int = 0) -> Iterator[catalog_pb.ExportCatalogResponse]:
        """Yield the catalogue of one moment, its revision first: all of it, or what changed after a revision."""
        return self._looking(self._upstreams.export_catalog(after))

    def export_linkage(self, after: int = 0) -> Iterator[linkage_pb.ExportLinkageResponse]:
        """Yield measures, requirements and links of one moment, their revision first: all, or what changed after one."""
        return self._looking(self._upstreams.export_linkage(after))

    def export_terms(self, after: int = 0) -> Iterator[term_export_pb2.ExportTermsResponse]:
        """Yield the concepts of one moment, their revision first: all of them, or what changed after a revision."""
        return self._looking(self._upstreams.export_terms(after))

    def _looking(self, pieces: Iterator[Piece]) -> Iterator[Piece]:
        for piece in pieces:
            self._look()
            yield piece
