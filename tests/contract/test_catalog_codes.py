"""The contract of code lists: shipped ones are there at once, imported ones take their place, every version stays."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import grpc
import pytest

from catalogues import everything
from services.catalog.messages_codes import row_from
from standards_tree.code_lists.importing import CodeRow
from standards_tree.code_lists.tables import read_table
from tbt.catalog.v1 import catalog_service_pb2_grpc as pb_grpc
from tbt.catalog.v1 import code_pb2 as pb
from tbt.type.v1 import type_pb2

Stub = pb_grpc.CatalogServiceStub
Unique = Callable[[str], str]
Kind = pb.CodeDifference
REFUSED = type_pb2.ImportProblem.SEVERITY_REFUSED
KEPT = type_pb2.ImportProblem.SEVERITY_KEPT


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


@pytest.fixture
def hs(grpc_stub: Stub, unique: Unique) -> Iterator[str]:
    """Return the name of a version of the HS that does not exist; the shipped one counts again afterwards."""
    yield f"codeLists/hs/versions/{unique('v')}"
    for name in ("hs", "ics", "ccs"):
        versions = grpc_stub.ListCodeListVersions(pb.ListCodeListVersionsRequest(parent=f"codeLists/{name}")).versions
        shipped = next(version.name for version in versions if version.shipped)
        grpc_stub.ActivateCodeListVersion(pb.ActivateCodeListVersionRequest(name=shipped))


def record(row: int, code: str, title: str = "示例", **facts: Any) -> pb.CodeRecord:
    """Return an invented record."""
    return pb.CodeRecord(row=row, code=code, title_zh=title, **facts)


RECORDS = [record(1, "87", "示例车辆"), record(2, "8703", "示例汽车"), record(3, "8703.10", "示例雪地车")]


def send(stub: Stub, name: str, records: Iterable[pb.CodeRecord], **options: Any) -> pb.ImportCodeListResponse:
    """Import *records* as the version *name*."""
    records = list(records)

    def pieces() -> Iterator[pb.ImportCodeListRequest]:
        yield pb.ImportCodeListRequest(
            options=pb.ImportCodeListOptions(name=name, **{"source": "示例 invented", **options})
        )
        for start in range(0, len(records), 2000):
            batch = pb.ImportCodeListRecords(records=records[start : start + 2000])
            yield pb.ImportCodeListRequest(records=batch)

    return stub.ImportCodeList(pieces())


def from_file(rows: Iterable[CodeRow]) -> list[pb.CodeRecord]:
    """Return rows of a file as records."""
    return [
        pb.CodeRecord(
            row=row.row, code=row.code, parent=row.parent, title=row.title, title_zh=row.title_zh,
            title_en=row.title_en, notes=row.notes,
        )
        for row in rows
    ]  # fmt: skip


def find(stub: Stub, query: str, *lists: str) -> list[str]:
    """Return the codes that answer a search, best first."""
    return [code.code for code in stub.SearchCodes(pb.SearchCodesRequest(query=query, code_lists=lists)).codes]


def refused(error: pytest.ExceptionInfo[grpc.RpcError]) -> tuple[grpc.StatusCode, str]:
    """Return the status of a refused call and its message."""
    return error.value.code(), error.value.details()


def test_the_shipped_lists_are_there_at_once(grpc_stub: Stub) -> None:
    """Seven lists, each with a current version, its source and its figures."""
    lists = grpc_stub.ListCodeLists(pb.ListCodeListsRequest()).code_lists
    shipped = {each.name.rpartition("/")[2]: list(each.current.level_counts) for each in lists if each.current.shipped}
    assert shipped == {
        "ccs": [24, 225, 1608],
        "countries": [249],
        "hs": [96, 1228, 5612],
        "ics": [40, 401, 940],
        "industries": [76],
        "regions": [35, 15],
        "wto-members": [166],
    }
    assert all(each.current.source and each.current.current for each in lists)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("codeLists/ics/codes/71", "化工技术"),
        ("codeLists/ccs/codes/a", "综合"),
        ("codeLists/hs/codes/95", "玩具、游戏品、运动用品及其零件、附件"),
        ("codeLists/industries/codes/XF", "消防救援"),
        ("codeLists/regions/codes/330200", "宁波市"),
        ("codeLists/countries/codes/CHN", "中国"),
        ("codeLists/wto-members/codes/EU", "欧盟"),
    ],
)
def test_a_code_is_read_in_any_spelling(grpc_stub: Stub, name: str, title: str) -> None:
    """Small letters, six digits of a city, the three letters of a country."""
    assert grpc_stub.GetCode(pb.GetCodeRequest(name=name)).code.title.zh == title


@pytest.mark.parametrize(
    ("query", "lists", "first"),
    [
        ("玩具", ("codeLists/hs",), "95"),
        ("玩具", (), "Y57"),
        ("TOYS", (), "97.200.50"),
        ("environmental protection", ("codeLists/ccs",), "Z"),
        ("计划单列市", (), "2102"),
        ("ｃｈｎ", ("codeLists/countries",), "CN"),
        ("航空", ("codeLists/ics",), "49"),
    ],
)
def test_a_search_finds_words_of_both_languages_and_codes(
    grpc_stub: Stub, query: str, lists: tuple[str, ...], first: str
) -> None:
    """A part of a Chinese title, English words in any case, full-width letters, notes."""
    assert find(grpc_stub, query, *lists)[0] == first


def test_a_search_is_read_page_by_page(grpc_stub: Stub) -> None:
    """The pages together are the whole, in its order."""
    lists = ("codeLists/ics", "codeLists/hs", "codeLists/industries")
    whole = find(grpc_stub, "工业", *lists)
    request = pb.SearchCodesRequest(query="工业", code_lists=lists, page_size=3)
    assert [code.code for code in everything(grpc_stub.SearchCodes, request, "codes")] == whole
    assert len(whole) > 3


def test_an_import_says_what_it_changes_and_counts_once_activated(grpc_stub: Stub, hs: str) -> None:
    """A new version is there to be looked at, and counts from its activation on."""
    answer = send(grpc_stub, hs, RECORDS)
    assert (answer.counts.added, answer.counts.removed, answer.counts.renamed) == (0, 6933, 3)
    assert list(answer.version.level_counts) == [1, 1, 1]
    assert grpc_stub.GetCode(pb.GetCodeRequest(name="codeLists/hs/codes/87")).code.title.zh != "示例车辆"
    grpc_stub.ActivateCodeListVersion(pb.ActivateCodeListVersionRequest(name=hs))
    found = grpc_stub.GetCode(pb.GetCodeRequest(name="codeLists/hs/codes/8703.10"))
    assert (found.code.code, found.code.level, found.code.version) == ("870310", 3, hs)
    assert [above.code for above in found.ancestors] == ["87", "8703"]
    assert find(grpc_stub, "雪地") == ["870310"]


def test_a_dry_run_names_every_bad_row_and_changes_nothing(grpc_stub: Stub, hs: str) -> None:
    """A code that is none, one without a title, one that stands twice with other titles."""
    bad = [*RECORDS, record(4, "77"), record(5, "8704", ""), record(6, "8703", "示例别的")]
    answer = send(grpc_stub, hs, bad, validate_only=True)
    assert [(problem.row, problem.severity) for problem in answer.problems] == [
        (4, REFUSED),
        (5, REFUSED),
        (6, REFUSED),
    ]
    with pytest.raises(grpc.RpcError) as error:
        grpc_stub.GetCode(pb.GetCodeRequest(name="codeLists/hs/codes/87", version=hs.rpartition("/")[2]))
    assert error.value.code() is grpc.StatusCode.NOT_FOUND


def test_one_bad_row_refuses_the_whole_import(grpc_stub: Stub, hs: str) -> None:
    """The refusal names the row; nothing was stored."""
    with pytest.raises(grpc.RpcError) as error:
        send(grpc_stub, hs, [*RECORDS, record(4, "77")])
    status, message = refused(error)
    assert status is grpc.StatusCode.INVALID_ARGUMENT
    assert "1 of 4 records are refused" in message
    assert "row 4" in message


def test_a_version_never_changes(grpc_stub: Stub, hs: str) -> None:
    """The same again, in another order, is the same; other codes under the same name are refused."""
    send(grpc_stub, hs, RECORDS)
    again = send(grpc_stub, hs, reversed(RECORDS))
    assert again.version.code_count == 3
    with pytest.raises(grpc.RpcError) as error:
        send(grpc_stub, hs, RECORDS[:2])
    assert refused(error)[0] is grpc.StatusCode.ALREADY_EXISTS


def test_records_can_be_laid_over_a_version(grpc_stub: Stub, hs: str) -> None:
    """National digits come on top of what is there."""
    answer = send(grpc_stub, hs, [record(1, "87031011", "示例国内子目")], onto="shipped-hs-2022")
    assert (answer.counts.added, answer.counts.removed, answer.version.code_count) == (1, 0, 6937)
    code = grpc_stub.GetCode(pb.GetCodeRequest(name="codeLists/hs/codes/8703.1011", version=hs.rpartition("/")[2])).code
    assert (code.parent, code.level) == ("870310", 4)


def test_two_versions_are_compared(grpc_stub: Stub, hs: str, unique: Unique) -> None:
    """Added, removed, renamed, moved and withdrawn codes, each with what it was and is."""
    other = f"codeLists/hs/versions/{unique('v')}"
    send(grpc_stub, hs, [*RECORDS, record(4, "8704", "示例货车")])
    changed = [
        record(1, "87", "示例车辆"),
        record(2, "8703", "示例轿车"),
        record(3, "8703.10", "示例雪地车", withdrawn=True, replaced_by="870321"),
        record(4, "8703.21"),
    ]
    send(grpc_stub, other, changed)
    answer = grpc_stub.CompareCodeListVersions(pb.CompareCodeListVersionsRequest(base=hs, other=other))
    assert [(each.code, list(each.kinds)) for each in answer.differences] == [
        ("8703", [Kind.KIND_RENAMED]),
        ("870310", [Kind.KIND_WITHDRAWN, Kind.KIND_CHANGED]),
        ("870321", [Kind.KIND_ADDED]),
        ("8704", [Kind.KIND_REMOVED]),
    ]
    assert (answer.counts.unchanged, answer.differences[0].before.title.zh) == (1, "示例汽车")


def test_the_same_request_takes_effect_once(grpc_stub: Stub, hs: str) -> None:
    """Sent again with its id, it gets the answer it got."""
    request_id = str(uuid4())
    first = send(grpc_stub, hs, RECORDS, request_id=request_id)
    assert send(grpc_stub, hs, RECORDS, request_id=request_id) == first


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("codeLists/hs/versions/shipped-mine", grpc.StatusCode.INVALID_ARGUMENT),
        ("codeLists/xx/versions/1", grpc.StatusCode.NOT_FOUND),
        ("codeLists/hs/versions/a b", grpc.StatusCode.INVALID_ARGUMENT),
        ("hs", grpc.StatusCode.INVALID_ARGUMENT),
    ],
)
def test_a_version_needs_a_name_of_its_own(grpc_stub: Stub, name: str, status: grpc.StatusCode) -> None:
    """Names of shipped versions and names of no form are refused."""
    with pytest.raises(grpc.RpcError) as error:
        send(grpc_stub, name, RECORDS)
    assert refused(error)[0] is status


@pytest.mark.parametrize(
    "records",
    [
        [pb.CodeRecord(row=1, code="8703", title_zh="示例\x00")],
        [pb.CodeRecord(row=1, code="8" * 5000, title_zh="示例")],
        [pb.CodeRecord(row=1, code="8703", title_zh="示" * 5000)],
        [pb.CodeRecord(row=1, code="8703", parent="8703\x1b", title_zh="示例")],
        [],
    ],
)
def test_hostile_records_are_refused(grpc_stub: Stub, hs: str, records: list[pb.CodeRecord]) -> None:
    """Control characters, endless codes and titles, nothing at all."""
    with pytest.raises(grpc.RpcError) as error:
        send(grpc_stub, hs, records)
    assert refused(error)[0] is grpc.StatusCode.INVALID_ARGUMENT


HOSTILE = (
    "\0",
    "%",
    "_",
    "'; DROP TABLE code; --",
    "{0}",
    "\u202e",
    "🙂",
    "../..",
    "~",
    "ß",
    "\x1b[31m",
    "a" * 60,
    "\ufffe",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_find_nothing_and_break_nothing(grpc_stub: Stub, text: str) -> None:
    """As a query, as a code, as a version, as what is above: text and nothing more."""
    calls = (
        lambda: grpc_stub.SearchCodes(pb.SearchCodesRequest(query=text)),
        lambda: grpc_stub.GetCode(pb.GetCodeRequest(name=f"codeLists/hs/codes/{text}")),
        lambda: grpc_stub.GetCode(pb.GetCodeRequest(name="codeLists/hs/codes/87", version=text)),
        lambda: grpc_stub.ListCodes(pb.ListCodesRequest(parent="codeLists/hs", under=text[:40])),
    )
    for call in calls:
        try:
            call()
        except grpc.RpcError as error:
            assert error.code() in {grpc.StatusCode.NOT_FOUND, grpc.StatusCode.INVALID_ARGUMENT}


def test_a_reader_may_search_and_not_import(as_role: Callable[..., grpc.Channel], hs: str) -> None:
    """Code lists are read by everybody who reads the catalogue, and changed by who may change it."""
    stub = Stub(as_role("reader"))
    assert find(stub, "玩具")
    with pytest.raises(grpc.RpcError) as error:
        send(stub, hs, RECORDS)
    assert refused(error)[0] is grpc.StatusCode.PERMISSION_DENIED


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (["hs/data/harmonized-system.csv"], ([96, 1228, 5612], 4)),
        ([f"china/ccs/cn-ccs-codes/cat-level{level}.csv" for level in (1, 2, 3)], ([24, 225, 1608], 2)),
        (["ics_codes.csv"], ([0, 234, 701], 151)),
    ],
)
def test_the_complete_lists_are_imported(
    grpc_stub: Stub, shared_data: Path, hs: str, files: list[str], expected: tuple[list[int], int]
) -> None:
    """What publishers give is imported whole; misprints and rows that are no codes are named."""
    rows = [row for file in files for row in read_table((shared_data / "codes" / file).read_bytes(), as_json=False)]
    list_id = next(name for name in ("hs", "ccs", "ics") if name in files[0])
    name = hs.replace("/hs/", f"/{list_id}/")
    answer = send(grpc_stub, name, from_file(rows), activate=True)
    assert (list(answer.version.level_counts), answer.problem_count) == expected
    assert {problem.severity for problem in answer.problems} == {KEPT}
    request = pb.ListCodesRequest(parent=f"codeLists/{list_id}", whole_branch=True, page_size=1000)
    listed = everything(grpc_stub.ListCodes, request, "codes")
    assert len({code.code for code in listed}) == sum(expected[0])


def test_records_are_read_as_they_are_sent() -> None:
    """No field of a record is lost on its way to the domain."""
    sent = pb.CodeRecord(
        row=7, code="1", parent="2", title="3", title_zh="4", title_en="5", notes="6", withdrawn=True,
        replaced_by="7", aliases=["8"],
    )  # fmt: skip
    assert row_from(sent) == CodeRow(7, "1", "2", "3", "4", "5", "6", withdrawn=True, replaced_by="7", aliases=("8",))
