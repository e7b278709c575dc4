"""The contract of the catalog service: the set of documents of a standards system (GB/T 13016)."""

import datetime
import io
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import docx
import grpc
import openpyxl
import pytest
from typer.testing import CliRunner

from catalogues import (
    create,
    create_node,
    day,
    medical_records,
    new_number,
    node_record,
    relation_record,
    run_import,
    standard_record,
)
from drawings import Drawing
from services.cli.__main__ import app
from services.composition import Composition, Program
from standards_tree.designations import parse_designation
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as pb_grpc
from tbt.catalog.v1 import draft_pb2, edition_pb2, standard_pb2, system_pb2
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


def statistics(stub: Stub, branch: str, as_of: str = AS_OF) -> set_pb.SystemStatistics:
    """Return the figures of a system or branch."""
    return stub.GetSystemStatistics(set_pb.GetSystemStatisticsRequest(branch=branch, as_of=day(as_of)))


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


@pytest.fixture
def planned(grpc_stub: Stub, unique: Unique) -> str:
    """Return the name of a system with a stated number of standards, one in force that adopts another, and a draft."""
    number, later = new_number(), new_number()
    system = f"systems/{unique('p')}"
    adopts = {"degree": standard_pb2.ADOPTION_DEGREE_IDT}
    national = type_pb2.LEVEL_NATIONAL
    run_import(
        grpc_stub,
        system,
        [
            node_record("1", planned_standards=0, level=national),
            node_record("1.1", "1", planned_standards=5),
            node_record("2"),
            standard_record(f"GB/T {number}-2020", "1.1", title={"zh": "示例 术语"}, effective_on="2021-01-01"),
            standard_record(f"GB/T {later}-2026", "1.1", issued_on="2026-05-11", effective_on="2026-12-01"),
            standard_record(f"YY/T {number}-2020", "2", effective_on="2026-12-01", issued_on="2020-03-01"),
            relation_record(f"GB/T {number}-2020", "ISO 99:2016", standard_pb2.RELATION_KIND_ADOPTS, **adopts),
            relation_record(f"GB/T {number}-2020", "GB/T 1.1-2020", standard_pb2.RELATION_KIND_NORMATIVE_REFERENCE),
        ],
    )
    draft = draft_pb2.Draft(title={"zh": "示例草案 分类"}, level=national, node=f"{system}/nodes/1.1")
    grpc_stub.RegisterDraft(pb.RegisterDraftRequest(draft=draft))
    return system


TOMORROW = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)).date().isoformat()


def test_a_draft_is_planned_with_its_level_from_its_registration_on(grpc_stub: Stub, planned: str) -> None:
    """As of a day before, it is not there yet; what the node still lacks is counted either way."""
    before = table(download(grpc_stub, planned, DETAILS, XLSX))
    after = table(download(grpc_stub, planned, DETAILS, XLSX, as_of=day(TOMORROW)))
    assert ("规划待制定4项，尚未立项", "国家标准") in [(row[3], row[4]) for row in before]
    assert [row for row in before if row[3] == "示例草案 分类"] == []
    assert ("示例草案 分类", "国家标准") in [(row[3], row[4]) for row in after]


def test_what_was_issued_later_is_left_out(grpc_stub: Stub, planned: str) -> None:
    """A standard issued on the eleventh is in no document of the tenth; one to come says so."""
    rows = [row for row in table(download(grpc_stub, planned, DETAILS, XLSX)) if row[0] is not None]
    assert sorted(row[8] for row in rows) == ["即将实施", "现行"]
    later = statistics(grpc_stub, planned, "2026-05-11")
    assert (later.total.upcoming, statistics(grpc_stub, planned).total.upcoming) == (2, 1)


def test_a_stated_number_gives_a_ratio(grpc_stub: Stub, planned: str) -> None:
    """One in force, one to come elsewhere, four lacking: six in all, and what is lacking is of the node's level."""
    figures = statistics(grpc_stub, planned)
    assert (figures.total.in_force, figures.total.expected, figures.total.not_begun) == (1, 6, 4)
    assert figures.total.ratio == pytest.approx(1 / 6)
    levels = {each.level: each.figures for each in figures.levels}
    assert (levels[type_pb2.LEVEL_NATIONAL].expected, levels[type_pb2.LEVEL_INDUSTRY].expected) == (5, 1)
    adoptions = {each.degree: each.count for each in figures.adoptions}
    assert adoptions[standard_pb2.ADOPTION_DEGREE_IDT] == 1


def test_a_branch_is_a_document_of_its_own(grpc_stub: Stub, planned: str) -> None:
    """It has what stands in it, the level fixed above it, and says of what it is a part."""
    rows = table(download(grpc_stub, f"{planned}/nodes/1.1", DETAILS, XLSX))
    assert {row[1] for row in rows} == {"1.1"}
    assert rows[-1][4] == "国家标准"
    drawing = Drawing(download(grpc_stub, f"{planned}/nodes/1.1", DIAGRAM, SVG))
    assert [box.code for box in drawing.boxes] == ["1.1"]
    assert "示例体系 › 1 节点1" in "".join(drawing.root.itertext())


def test_an_archived_branch_is_no_part_and_has_no_documents(grpc_stub: Stub, planned: str) -> None:
    """What is kept for the record only is in no table, and asking for it is refused."""
    grpc_stub.ArchiveNode(pb.ArchiveNodeRequest(name=f"{planned}/nodes/2"))
    assert {row[1] for row in table(download(grpc_stub, planned, DETAILS, XLSX))} == {"1", "1.1"}
    with pytest.raises(grpc.RpcError) as refusal:
        download(grpc_stub, f"{planned}/nodes/2", DETAILS, XLSX)
    assert refusal.value.code() is grpc.StatusCode.FAILED_PRECONDITION


def test_an_edition_is_handed_out_as_it_was_published(grpc_stub: Stub, planned: str, unique: Unique) -> None:
    """What moved in later is not in it; its label and date stand on it."""
    edition = edition_pb2.Edition(label="2026年版", dated_on=day(AS_OF))
    name = grpc_stub.PublishEdition(edition_pb2.PublishEditionRequest(system=planned, edition=edition)).name
    present = [row for row in table(download(grpc_stub, planned, DETAILS, XLSX)) if row[2]]
    late = create(grpc_stub, f"GB/T {new_number()}-2019", effective_on="2020-01-01")
    grpc_stub.PlaceStandard(pb.PlaceStandardRequest(node=f"{planned}/nodes/1.1", standard=late.name))
    rows = [row for row in table(download(grpc_stub, name, DETAILS, XLSX, as_of=None)) if row[2]]
    assert {row[2] for row in present} <= {row[2] for row in rows}
    assert late.designation not in {row[2] for row in rows}
    assert "2026年版" in "".join(Drawing(download(grpc_stub, name, DIAGRAM, SVG)).root.itertext())


def test_the_explanation_knows_the_surroundings(grpc_stub: Stub, planned: str, unique: Unique) -> None:
    """Standards that stand in another system too, and what is cited from outside, are counted."""
    title = unique("另一体系")
    system = system_pb2.System(title={"zh": title})
    other = grpc_stub.CreateSystem(pb.CreateSystemRequest(system_id=unique("o"), system=system)).name
    create_node(grpc_stub, other, "1")
    placements = grpc_stub.ListPlacements(pb.ListPlacementsRequest(system=planned)).placements
    # The other national one is issued after the day of the document, so that it is not in it.
    issued = next(one.standard for one in placements if one.standard.endswith("2020"))
    grpc_stub.PlaceStandard(pb.PlaceStandardRequest(node=f"{other}/nodes/1", standard=issued))
    document = docx.Document(io.BytesIO(download(grpc_stub, planned, EXPLANATION, DOCX)))
    tables = [[cell.text for cell in line.cells] for each in document.tables for line in each.rows]
    assert [title, "1"] in tables
    assert ["GB/T 1.1-2020", "1"] in tables


def test_hostile_titles_stay_text_in_every_document(grpc_stub: Stub, unique: Unique) -> None:
    """Formulas, markup, control characters, endless words and turned text come out as text, or not at all."""
    hostile = ["=cmd|' /C calc'!A0", "<script>alert(1)</script>", "W" * 2000, "\u202e\u0007שלום", "@SUM(A1)\x1b[2J"]
    system = f"systems/{unique('h')}"
    records = [node_record("1"), *(node_record(f"1.{n}", "1") for n in range(len(hostile)))]
    for n, title in enumerate(hostile):
        records[n + 1]["node"].title.zh = title
        records.append(standard_record(f"GB/T {new_number()}-2020", f"1.{n}", title={"zh": title}))
    assert run_import(grpc_stub, system, records).standards.created == len(hostile)
    for document in (DETAILS, STATISTICS):
        book = openpyxl.load_workbook(io.BytesIO(download(grpc_stub, system, document, XLSX)))
        cells = [cell for sheet in book.worksheets for line in sheet.iter_rows() for cell in line]
        assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    drawing = Drawing(download(grpc_stub, system, DIAGRAM, SVG))
    assert "script" not in drawing.elements
    assert (drawing.overlapping(), drawing.overflowing()) == ([], [])
    assert docx.Document(io.BytesIO(download(grpc_stub, system, EXPLANATION, DOCX))).paragraphs


@pytest.mark.parametrize(
    ("fields", "code", "words"),
    [
        ({"format": XLSX}, grpc.StatusCode.INVALID_ARGUMENT, "SVG, PDF"),
        ({"document": 0}, grpc.StatusCode.INVALID_ARGUMENT, "document"),
        ({"branch": "systems/none-of-these"}, grpc.StatusCode.NOT_FOUND, "none-of-these"),
        ({"branch": "standards/x"}, grpc.StatusCode.INVALID_ARGUMENT, "standards/x"),
        ({"language": "fr"}, grpc.StatusCode.INVALID_ARGUMENT, "language"),
        ({"as_of": {"year": 2026, "month": 2, "day": 30}}, grpc.StatusCode.INVALID_ARGUMENT, "calendar"),
    ],
)
def test_a_wrong_question_is_refused_with_what_would_be_right(
    grpc_stub: Stub, planned: str, fields: dict[str, Any], code: grpc.StatusCode, words: str
) -> None:
    """The refusal names the field, and the formats a document has."""
    asked = {"branch": planned, "document": DIAGRAM, "format": SVG, **fields}
    with pytest.raises(grpc.RpcError) as refusal:
        list(grpc_stub.DownloadSystemDocument(pb_request(**asked)))
    assert refusal.value.code() is code
    assert words in refusal.value.details()


def test_too_large_a_system_is_refused_with_branches_to_ask_for(grpc_stub: Stub, unique: Unique) -> None:
    """The branches named are small enough."""
    system = f"systems/{unique('l')}"
    records = [node_record(str(top)) for top in (1, 2)]
    records += [node_record(f"{top}.{number}", str(top)) for top in (1, 2) for number in range(2500)]
    run_import(grpc_stub, system, records)
    with pytest.raises(grpc.RpcError) as refusal:
        download(grpc_stub, system, DIAGRAM, SVG)
    assert refusal.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert "1 (2501), 2 (2501)" in refusal.value.details()
    assert len(Drawing(download(grpc_stub, f"{system}/nodes/2", DIAGRAM, SVG)).boxes) == 2501


def test_the_pdf_is_the_diagram_or_says_which_font_to_install(grpc_stub: Stub, planned: str) -> None:
    """Where a Chinese font is found there is a PDF, the same twice; where not, a refusal that helps."""
    try:
        content = download(grpc_stub, planned, DIAGRAM, PDF)
    except grpc.RpcError as refusal:
        assert refusal.code() is grpc.StatusCode.FAILED_PRECONDITION
        assert "fonts-noto-cjk" in refusal.details()
    else:
        assert content.startswith(b"%PDF-")
        assert download(grpc_stub, planned, DIAGRAM, PDF) == content


def test_the_command_line_writes_the_set(
    grpc_stub: Stub, composition: Composition, program: Program, planned: str, tmp_path: Path
) -> None:
    """Four commands write four files; the ending says as what, and a wrong one is refused before anything is asked."""
    token = composition.local_issuer.issue("set-cli", ("analyst",), 600)
    options = ["--address", f"127.0.0.1:{program.port}", "--token", token, "--lang", "zh-Hans", "set"]
    files = {"diagram": "图.svg", "details": "明细表.xlsx", "statistics": "统计表.xlsx", "explanation": "编制说明.docx"}
    system = planned.removeprefix("systems/")
    for command, name in files.items():
        done = CliRunner().invoke(app, [*options, command, system, "--out", str(tmp_path / name), "--as-of", AS_OF])
        assert done.exit_code == 0, done.output
    assert (tmp_path / "图.svg").read_bytes() == download(grpc_stub, planned, DIAGRAM, SVG)
    assert table((tmp_path / "明细表.xlsx").read_bytes())[0][3] == "节点1"
    shown = CliRunner().invoke(app, [*options, "statistics", system, "--as-of", AS_OF])
    assert "现有1，应有6" in shown.output
    assert CliRunner().invoke(app, [*options, "details", system, "--out", str(tmp_path / "x.pdf")]).exit_code == 2
