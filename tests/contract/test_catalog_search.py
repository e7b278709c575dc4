"""The contract of the catalog service: standards are found by words and numbers, counted by facets, and suggested."""

from collections.abc import Callable, Iterator

import grpc
import pytest

from catalogues import create, day, everything, new_number
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as pb_grpc
from tbt.catalog.v1 import search_pb2, standard_pb2
from tbt.type.v1 import type_pb2

Stub = pb_grpc.CatalogServiceStub
Unique = Callable[[str], str]


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


def search(stub: Stub, query: str, **fields: object) -> search_pb2.SearchStandardsResponse:
    """Return the first page of what a query finds."""
    return stub.SearchStandards(search_pb2.SearchStandardsRequest(query=query, **fields))


def found(stub: Stub, query: str, **fields: object) -> list[str]:
    """Return the designations that a query finds, on all pages."""
    request = search_pb2.SearchStandardsRequest(query=query, **fields)
    return [hit.standard.designation for hit in everything(stub.SearchStandards, request, "hits")]


def test_a_standard_is_found_under_every_spelling(grpc_stub: Stub) -> None:
    """Full width, another dash, no slash, no letters, a part of the number."""
    number = new_number()
    official = create(grpc_stub, f"GB/T {number}.16-2018").designation
    spellings = [
        f"GB/T {number}.16-2018",
        f"ＧＢ／Ｔ　{number}．１６－２０１８",
        f"GB/T{number}.16—2018",
        f"gbt {number}",
        f"gbt{number}.16–2018",
        f"GB {number}.16",
        f"{number}.16",
        number,
        number[:5],
    ]
    assert [official in found(grpc_stub, spelling) for spelling in spellings] == [True] * len(spellings)
