"""The contract of the catalog service: the set of documents of a standards system (GB/T 13016)."""

import datetime
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import docx
import grpc
import openpyxl
import pytest

from catalogues import (
    create,
    create_node,
    create_system,
    day,
    medical_records,
    new_number,
    node_record,
    relation_record,
    run_import,
    standard_record,
)
from drawings import Drawing
from services.composition import Composition
from services.runtime.settings import Settings
from standards_tree.designations import parse_designation
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as pb_grpc
from tbt.catalog.v1 import draft_pb2, standard_pb2, system_pb2
from tbt.catalog.v1 import system_set_pb2 as set_pb
from tbt.type.v1 import type_pb2

Stub = pb_grpc.CatalogServiceStub
Unique = Callable[[str], str]

DIAGRAM = set_pb.SYSTEM_DOCUMENT_STRUCTURE_DIAGRAM
DETAILS = set_pb.SYSTEM_DOCUMENT_DETAIL_TABLE
STATISTICS = set_pb.SYSTEM_DOCUMENT_STATISTICS_TABLE
EXPLANATION = set_pb.SYSTEM_DOCUMENT_COMPILATION_EXPLANATION
SVG = set_pb.SYSTEM_DOCUMENT_FORMAT_SVG
PDF = set_pb.SYSTEM_DOCUMENT_FORMAT_PDF
XLSX = set_pb.SYSTEM_DOCUMENT_FORMAT_XLSX
DOCX = set_pb.SYSTEM_DOCUMENT_FORMAT_DOCX
AS_OF = "2026-05-10"
MAX_CHUNK_BYTES = 256 * 1024


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


def download(stub: Stub, branch: str, document: int, file_format: int, **fields: Any) -> bytes:
    """Return a document of the set, in Chinese where nothing else is asked."""
    fields = {"language": "zh-Hans", "as_of": day(AS_OF), **fields}
    request = pb_request(branch=branch, document=document, format=file_format, **fields)
    chunks = [reply.chunk for reply in stub.DownloadSystemDocument(request)]
    assert max(map(len, chunks)) <= MAX_CHUNK_BYTES
    return b"".join(chunks)


def pb_request(**fields: Any) -> set_pb.DownloadSystemDocumentRequest:
    """Return a request for a document."""
    return set_pb.DownloadSystemDocumentRequest(**fields)


def table(content: bytes, sheet: int = 0) -> list[tuple[Any, ...]]:
    """Return the rows of a sheet below its captions."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    return list(book.worksheets[sheet].iter_rows(min_row=4, values_only=True))


def statistics(stub: Stub, branch: str) -> set_pb.SystemStatistics:
    """Return the figures of a system or branch."""
    return stub.GetSystemStatistics(set_pb.GetSystemStatisticsRequest(branch=branch, as_of=day(AS_OF)))


@pytest.fixture(scope="module")
def medical(grpc_stub: Stub, shared_data: Path) -> str:
    """Return the name of a system with the Chinese catalogue of medical devices."""
    system = f"systems/m{uuid4().hex[:12]}"
    records = medical_records(shared_data / "catalogues" / "china_medical")
    response = run_import(grpc_stub, system, records, system_title={"zh": "医疗器械标准体系", "en": "Medical devices"})
    assert response.standards.refused == 0
    return system


@pytest.fixture(scope="module")
def medical_rows(shared_data: Path) -> list[dict[str, str]]:
    """Return the catalogue of medical devices as its file has it."""
    file = shared_data / "catalogues" / "china_medical" / "standards_2026-05-10.json"
    rows: list[dict[str, str]] = json.loads(file.read_text(encoding="utf-8"))
    return rows


def test_the_detail_table_has_every_standard_of_a_catalogue(
    grpc_stub: Stub, medical: str, medical_rows: list[dict[str, str]]
) -> None:
    """Read back, the table says of each of 2,100 standards what the catalogue's file says."""
    rows = [row for row in table(download(grpc_stub, medical, DETAILS, XLSX)) if row[0] is not None]
    assert [row[0] for row in rows] == list(range(1, len(medical_rows) + 1))
    official = {parse_designation(row["number"]).official: row for row in medical_rows}
    assert {row[2] for row in rows} == official.keys()
    for row in rows:
        source = official[row[2]]
        assert row[3] == " ".join(source["title_zh"].split())
        if re.fullmatch(r"\d{4}-\d\d-\d\d", source["effective_date"]):
            assert row[5] == datetime.datetime.fromisoformat(source["effective_date"])
    assert Counter(row[8] for row in rows)["现行"] > 1800


def test_the_detail_table_names_adopted_standards(grpc_stub: Stub, medical: str, shared_data: Path) -> None:
    """An adoption is told with the number and the degree."""
    rows = table(download(grpc_stub, medical, DETAILS, XLSX))
    shown = {row[2]: row[6] for row in rows if row[0] is not None and row[6]}
    adoptions = json.loads((shared_data / "catalogues/china_medical/adoptions.json").read_text(encoding="utf-8"))
    present = {row[2] for row in rows}
    expected = {parse_designation(one["gb_number"]).official: one for one in adoptions}
    assert shown.keys() == expected.keys() & present
    for designation, text in shown.items():
        assert text.startswith(expected[designation]["iso_number"])
        assert expected[designation]["adoption_type"].upper() in text


def test_the_statistics_table_says_what_the_call_says(grpc_stub: Stub, medical: str) -> None:
    """A program and a reader of the table see the same figures, and every block adds up."""
    figures = statistics(grpc_stub, medical)
    rows = table(download(grpc_stub, medical, STATISTICS, XLSX))
    shown = {(row[0], row[1], row[2]) for row in rows}
    assert ("共计", "—", figures.total.in_force) in shown
    levels = {each.level: each.figures.in_force for each in figures.levels}
    assert ("国家标准", "—", levels[type_pb2.LEVEL_NATIONAL]) in shown
    assert ("行业标准", "—", levels[type_pb2.LEVEL_INDUSTRY]) in shown
    assert sum(levels.values()) == figures.total.in_force
    assert sum(each.figures.in_force for each in figures.kinds) == figures.total.in_force
    assert sum(each.own.in_force for each in figures.nodes) == figures.total.in_force
    assert not figures.total.HasField("expected")


def test_the_statistics_count_what_the_file_counts(
    grpc_stub: Stub, medical: str, medical_rows: list[dict[str, str]]
) -> None:
    """Standards in force and to come, by level, are those of the catalogue on that day."""
    figures = statistics(grpc_stub, medical)
    national = [row for row in medical_rows if row["number"].startswith("GB")]
    levels = {each.level: each.figures for each in figures.levels}
    assert levels[type_pb2.LEVEL_NATIONAL].in_force + levels[type_pb2.LEVEL_NATIONAL].upcoming == len(national)
    assert figures.total.in_force + figures.total.upcoming == len(medical_rows)
    in_force = sum(
        row["effective_date"] <= AS_OF if row["effective_date"][:4].isdigit() else row["status"] == "active"
        for row in medical_rows
    )
    assert figures.total.in_force == in_force


def test_the_diagram_has_a_box_for_every_node(grpc_stub: Stub, medical: str) -> None:
    """No node of the medical catalogue is missing, none stands twice, and nothing overlaps."""
    drawing = Drawing(download(grpc_stub, medical, DIAGRAM, SVG))
    nodes = grpc_stub.ListNodes(pb.ListNodesRequest(system=medical, page_size=1000)).nodes
    assert Counter(box.code for box in drawing.boxes) == Counter(["", *(node.code for node in nodes)])
    assert drawing.overlapping() == []
    assert drawing.overflowing() == []


@pytest.mark.parametrize(
    ("document", "file_format"), [(DIAGRAM, SVG), (DETAILS, XLSX), (STATISTICS, XLSX), (EXPLANATION, DOCX)]
)
@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_the_same_question_has_the_same_bytes(
    grpc_stub: Stub, medical: str, document: int, file_format: int, language: str
) -> None:
    """Nothing in a document depends on when it was made."""
    first = download(grpc_stub, medical, document, file_format, language=language)
    assert download(grpc_stub, medical, document, file_format, language=language) == first
