"""The contract of the linkage service: the import of workbooks, in the background."""

import csv
import random
import re
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import grpc
import psycopg
import pytest
import xlsxwriter
from google.longrunning import operations_pb2
from google.type.date_pb2 import Date

from invented import symbol
from linking import create_measure
from long_operations import answer_of, finished
from services.documents.notification_reading import SMALL_BYTES
from services.embedded import EmbeddedStack
from services.linkage import imports
from services.runtime import bulk_rows
from tbt.catalog.v1 import catalog_service_pb2_grpc as catalog_grpc
from tbt.catalog.v1 import code_pb2
from tbt.documents.v1 import documents_service_pb2_grpc as documents_grpc
from tbt.linkage.v1 import linkage_service_pb2 as pb
from tbt.linkage.v1 import linkage_service_pb2_grpc as pb_grpc
from tbt.linkage.v1 import story_pb2
from tbt.type.v1 import type_pb2
from uploads import upload
from watching import changes_until

Stub = pb_grpc.LinkageServiceStub
Start = Callable[..., operations_pb2.Operation]
Import = Callable[..., pb.ImportMeasuresResponse]

COLUMNS = (
    "Notifying Member",
    "Distribution date",
    "Document symbol",
    "Title",
    "Description",
    "Products covered",
    "HS code(s)",
    "ICS code(s)",
    "Objectives",
    "Keywords",
    "Specific regions or countries likely to be affected",
    "Final date for comments",
    "Notification type",
    "Notified document",
    "Link to notification(EN)",
    "Link to notification(FR)",
    "Link to notification(ES)",
)
DAY = 46027
"""2026-01-05 as a spreadsheet counts."""


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


@pytest.fixture
def start(grpc_stub: Stub, channel: grpc.Channel) -> Start:
    """Return how to begin an import: the bytes of a file, and fields of the request."""
    documents = documents_grpc.DocumentsServiceStub(channel)

    def begun(content: bytes, **fields: object) -> operations_pb2.Operation:
        name = upload(documents, content, "export.xlsx", media_type="application/octet-stream").name
        return grpc_stub.ImportMeasures(pb.ImportMeasuresRequest(document=name, **fields))

    return begun


@pytest.fixture
def do_import(start: Start, channel: grpc.Channel) -> Import:
    """Return how to import a file and get the answer."""
    return lambda content, **fields: answer_of(channel, start(content, **fields), pb.ImportMeasuresResponse())


def row(measure: str, **cells: object) -> dict[str, object]:
    """Return a row as ePing writes it: the symbol is a HYPERLINK formula with a leading blank and no value."""
    address = f'"https://www.epingalert.org/en/Search?viewData= {measure}"'
    return {
        "Notifying Member": "Exampleland",
        "Distribution date": DAY,
        "Document symbol": f'=HYPERLINK({address}," {measure}")',
        "Title": "Example\u00a0measure",
        "HS code(s)": "950300 - Toys; with wheels; 8507 - Batteries",
        "ICS code(s)": "97.200.50 - Toys",
        "Notification type": "Regular notification",
        **{name.replace("_", " "): content for name, content in cells.items()},
    }


def workbook_of(tmp_path: Path, *rows: dict[str, object]) -> bytes:
    """Return a workbook in the layout of an ePing export."""
    path = tmp_path / "export.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Notifications")
        sheet.write_row(0, 0, COLUMNS)
        for number, cells in enumerate(rows, start=1):
            for position, column in enumerate(COLUMNS):
                content = cells.get(column)
                if isinstance(content, str) and content.startswith("="):
                    sheet.write_formula(number, position, content, value="")
                elif content is not None:
                    sheet.write(number, position, content)
    return path.read_bytes()


def get(stub: Stub, name: str) -> pb.Measure:
    """Return a measure by name or symbol."""
    return stub.GetMeasure(pb.GetMeasureRequest(name=name))


def figures(answer: pb.ImportMeasuresResponse) -> dict[str, int]:
    """Return how many measures became what."""
    counts = answer.measures
    return {
        name: getattr(counts, name)
        for name in ("read", "created", "updated", "unchanged", "refused")
        if getattr(counts, name)
    }


def all_measures(stub: Stub) -> list[pb.Measure]:
    """Return every measure, read through lists page by page."""
    found: list[pb.Measure] = []
    token = ""
    while not found or token:
        page = stub.ListMeasures(pb.ListMeasuresRequest(page_size=40, page_token=token))
        found.extend(page.measures)
        token = page.next_page_token
    return found


@pytest.fixture(scope="module")
def export_file(shared_data: Path) -> bytes:
    """Return a real export of ePing."""
    return (shared_data / "measures" / "eping_export.xlsx").read_bytes()


@pytest.fixture(scope="module")
def decoded(shared_data: Path) -> list[dict[str, str]]:
    """Return the rows of the same export as another program decoded them."""
    with (shared_data / "measures" / "eping_export_decoded.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def expected_codes(cell: str, shape: str) -> list[str]:
    """Return the codes that open the parts of *cell*, each once; what a part opens with otherwise belongs to a name."""
    opened = [re.match(rf"({shape}) - ", part.strip()) for part in cell.split(";")]
    return list(dict.fromkeys(found[1].replace(".", "") if "." not in shape else found[1] for found in opened if found))


def printed(day: Date) -> str:
    """Return a date as the decoded rows have it, empty where there is none."""
    return f"{day.year:04}-{day.month:02}-{day.day:02}" if day.year else ""


def test_a_real_export_is_imported_completely(
    grpc_stub: Stub, do_import: Import, export_file: bytes, decoded: list[dict[str, str]]
) -> None:
    """115 rows: every symbol, code and date equals the decoded export, joint notifications are one measure each."""
    answer = do_import(export_file)
    assert answer.rows == len(decoded) == 115
    assert answer.measures.refused == 0
    by_symbol = {entry: measure for measure in all_measures(grpc_stub) for entry in measure.symbols}
    for cells in decoded:
        symbols = [entry.strip() for entry in cells["Document symbol"].split(",")]
        measure = by_symbol[symbols[0]]
        found = (
            set(measure.symbols),
            list(measure.hs_codes),
            list(measure.ics_codes),
            printed(measure.distributed_on),
            printed(measure.comment_deadline),
            cells["Notifying Member"] in measure.members,
            {entry.split("/")[3] for entry in measure.symbols} == set(measure.member_codes),
        )
        assert found == (
            set(symbols),
            expected_codes(cells["HS code(s)"], r"\d{2,12}"),
            expected_codes(cells["ICS code(s)"], r"\d{2}(?:\.\d{3}(?:\.\d{2})?)?"),
            cells["Distribution date"][:10],
            cells["Final date for comments"][:10],
            True,
            True,
        ), symbols
    notified = {cells["Document symbol"] for cells in decoded}
    assert answer.measures.created + answer.measures.unchanged == len(notified)
    joint = next(cells["Document symbol"] for cells in decoded if "," in cells["Document symbol"])
    assert len({by_symbol[entry].name for entry in joint.split(", ")}) == 1


def test_a_second_import_changes_nothing(
    grpc_stub: Stub, do_import: Import, export_file: bytes, start: Start, channel: grpc.Channel
) -> None:
    """Every measure is as it was, and the change log has no new entry."""
    do_import(export_file)
    before = all_measures(grpc_stub)
    marker = create_measure(grpc_stub)
    last = changes_until(grpc_stub.WatchChanges, 0, marker.name)[-1].revision
    answer = do_import(export_file)
    assert figures(answer) == {"read": 99, "unchanged": 99}
    end = create_measure(grpc_stub)
    changes = changes_until(grpc_stub.WatchChanges, last, end.name)
    assert [change.resource for change in changes] == [end.name]
    known = {measure.name: measure for measure in all_measures(grpc_stub)}
    assert [known[measure.name] for measure in before] == before


def test_what_a_row_says_is_read(grpc_stub: Stub, do_import: Import, tmp_path: Path) -> None:
    """Symbols out of formulas, blanks of any kind, codes before their names; the source is the document."""
    name = symbol()
    answer = do_import(workbook_of(tmp_path, row(name, Final_date_for_comments=DAY + 60)))
    assert figures(answer) == {"read": 1, "created": 1}
    measure = get(grpc_stub, name)
    assert (list(measure.symbols), measure.title.en) == ([name], "Example measure")
    assert (list(measure.hs_codes), list(measure.ics_codes)) == (["950300", "8507"], ["97.200.50"])
    assert (printed(measure.distributed_on), printed(measure.comment_deadline)) == ("2026-01-05", "2026-03-06")
    assert measure.source.startswith("documents/")
    assert not measure.example


def test_a_joint_notification_is_one_measure_of_several_members(
    grpc_stub: Stub, do_import: Import, tmp_path: Path
) -> None:
    """It stands once a member in the workbook, with all symbols in one cell."""
    number = symbol().rpartition("/")[2]
    symbols = [f"G/TBT/N/{member}/{number}" for member in ("KEN", "RWA")]
    members = ("Kenya", "Rwanda")
    rows = [row(", ".join(symbols), Notifying_Member=member) for member in members]
    answer = do_import(workbook_of(tmp_path, *rows))
    assert (figures(answer), answer.rows) == ({"read": 1, "created": 1}, 2)
    measure = get(grpc_stub, symbols[1])
    assert (list(measure.symbols), list(measure.members)) == (symbols, list(members))


def test_an_export_narrowed_to_a_member_takes_nothing_from_a_joint_notification(
    grpc_stub: Stub, do_import: Import, tmp_path: Path
) -> None:
    """Members and symbols that a later export does not show stay."""
    number = symbol().rpartition("/")[2]
    symbols = [f"G/TBT/N/{member}/{number}" for member in ("KEN", "RWA")]
    both = [row(", ".join(symbols), Notifying_Member=member) for member in ("Kenya", "Rwanda")]
    do_import(workbook_of(tmp_path, *both))
    before = get(grpc_stub, symbols[0])
    answer = do_import(workbook_of(tmp_path, row(symbols[0], Notifying_Member="Kenya")))
    assert figures(answer) == {"read": 1, "unchanged": 1}
    assert get(grpc_stub, symbols[0]) == before


def test_what_changed_is_brought_up_to_date_and_the_rest_left_alone(
    grpc_stub: Stub, do_import: Import, tmp_path: Path
) -> None:
    """A changed title is a new version; what a workbook cannot tell stays as somebody recorded it."""
    changed, same = symbol(), symbol()
    recorded = create_measure(
        grpc_stub,
        changed,
        title=type_pb2.LocalizedText(zh="示例措施", en="Old title"),
        entry_into_force_on=Date(year=2027, month=1, day=1),
    )
    do_import(workbook_of(tmp_path, row(same)))
    answer = do_import(workbook_of(tmp_path, row(same), row(changed, Title="New title")))
    assert figures(answer) == {"read": 2, "updated": 1, "unchanged": 1}
    measure = get(grpc_stub, changed)
    assert (measure.title.zh, measure.title.en) == ("示例措施", "New title")
    assert (printed(measure.entry_into_force_on), measure.example) == ("2027-01-01", True)
    assert measure.etag != recorded.etag


def damaged(stub: Stub, tmp_path: Path) -> tuple[list[str], bytes]:
    """Return two symbols, and a workbook with a sound row for each and four damaged rows around them."""
    good = [symbol(), symbol()]
    apart = [create_measure(stub).symbols[0] for _ in range(2)]
    rows = [
        row(good[0]),
        row("nothing"),
        row(symbol(), Distribution_date="soon"),
        row(good[1], HS_code="x"),
        row(symbol(), Title=None),
        row(", ".join(apart)),
    ]
    return good, workbook_of(tmp_path, *rows)


def test_a_large_workbook_becomes_measures_and_stories(
    grpc_stub: Stub, do_import: Import, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read by a process of its own while it is stored: every row is there, every story is told, and again changes nothing."""
    # Stories are told while rows come: the addenda below meet stories that were told before them.
    monkeypatch.setattr(imports, "TOLD_AT_A_TIME", 100)
    chance = random.Random(11)
    bases = [symbol() for _ in range(700)]
    rows = [row(base, Description=f"Example {chance.randbytes(800).hex()}") for base in bases]
    # Addenda far behind their notifications, and one before its own.
    rows += [row(f"{base}/Add.1", Title="Example: withdrawal of the measure") for base in bases[:50]]
    rows.insert(0, row(f"{bases[-1]}/Add.1", Title="Example: withdrawal of the measure"))
    content = workbook_of(tmp_path, *rows)
    assert len(content) > SMALL_BYTES
    assert figures(do_import(content, all_or_nothing=True)) == {"read": 751, "created": 751}
    for base in (bases[0], bases[49], bases[-1]):
        story = grpc_stub.GetMeasureStory(story_pb2.GetMeasureStoryRequest(name=base))
        assert len(story.documents) == 2
        assert story.story.state == story_pb2.STORY_STATE_WITHDRAWN
    states = [story_pb2.STORY_STATE_WITHDRAWN]
    listed = grpc_stub.ListStories(story_pb2.ListStoriesRequest(states=states, query=bases[-1]))
    assert [entry.symbols[0] for entry in listed.stories] == [bases[-1]]
    assert figures(do_import(content)) == {"read": 751, "unchanged": 751}


def test_signs_that_a_load_of_rows_escapes_are_stored_as_they_are(
    grpc_stub: Stub, do_import: Import, tmp_path: Path
) -> None:
    """Rows are written down column by column: one text with such signs among others leaves them all as they are."""
    texts = ["Example", 'back\\slash \\N and "quotes" in {braces}', "first line\nsecond line", ""]
    bases = [symbol() for _ in texts]
    listed = [["a\\b", 'c"d'], ["{e, f}", "NULL"], ["example"], []]
    rows = [
        row(base, Description=text, Keywords=";".join(keywords))
        for base, text, keywords in zip(bases, texts, listed, strict=True)
    ]
    do_import(workbook_of(tmp_path, *rows))
    stored = [get(grpc_stub, base) for base in bases]
    assert [measure.description for measure in stored] == texts
    assert [list(measure.keywords) for measure in stored] == listed


def test_the_planner_knows_of_what_a_large_import_brought(
    do_import: Import, stack: EmbeddedStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At once, not when the database looks next: statistics of the tables that grew are renewed with the import."""
    counted = "SELECT relname, analyze_count FROM pg_stat_user_tables WHERE schemaname = 'linkage'"
    with psycopg.connect(stack.libpq_url, autocommit=True) as connection:
        before = dict(connection.execute(counted).fetchall())
        do_import(workbook_of(tmp_path, *[row(symbol()) for _ in range(20)]))
        monkeypatch.setattr(bulk_rows, "MANY_ROWS", 20)
        do_import(workbook_of(tmp_path, *[row(symbol()) for _ in range(20)]))
        until = time.monotonic() + 60
        while (after := dict(connection.execute(counted).fetchall()))["story"] == before["story"]:
            # What a session has done is counted when it is done, or a little later.
            assert time.monotonic() < until
            time.sleep(0.1)
    grown = {name for name, count in after.items() if count > before[name]}
    assert grown == {"measure", "measure_symbol", "story", "story_span"}
    assert after["story"] == before["story"] + 1


def test_a_damaged_row_is_named_and_the_rest_is_imported(grpc_stub: Stub, do_import: Import, tmp_path: Path) -> None:
    """Each refusal has row and column as a spreadsheet counts them, the value and what is wrong."""
    good, content = damaged(grpc_stub, tmp_path)
    answer = do_import(content)
    assert [get(grpc_stub, name).symbols[0] for name in good] == good
    assert figures(answer) == {"read": 6, "created": 2, "refused": 4}
    refusals = [
        (problem.row, problem.column)
        for problem in answer.problems
        if problem.severity == type_pb2.ImportProblem.SEVERITY_REFUSED
    ]
    assert refusals == [
        (3, "C (Document symbol)"),
        (4, "B (Distribution date)"),
        (6, "title"),
        (7, "Document symbol"),
    ]
    assert all(problem.message for problem in answer.problems)
    assert answer.problem_count == len(answer.problems)
    assert "nothing" in answer.problems[0].value


def test_all_or_nothing_imports_nothing(grpc_stub: Stub, start: Start, channel: grpc.Channel, tmp_path: Path) -> None:
    """One refused row refuses all, and the operation says which."""
    good, content = damaged(grpc_stub, tmp_path)
    operation = finished(channel, start(content, all_or_nothing=True))
    assert operation.error.code == grpc.StatusCode.FAILED_PRECONDITION.value[0]
    assert "row 3" in operation.error.message
    with pytest.raises(grpc.RpcError) as refusal:
        get(grpc_stub, good[0])
    assert refusal.value.code() is grpc.StatusCode.NOT_FOUND


def test_checking_only_imports_nothing(grpc_stub: Stub, do_import: Import, tmp_path: Path) -> None:
    """The answer tells what would be done, and nothing is."""
    name = symbol()
    assert figures(do_import(workbook_of(tmp_path, row(name)), validate_only=True)) == {"read": 1, "created": 1}
    with pytest.raises(grpc.RpcError) as refusal:
        get(grpc_stub, name)
    assert refusal.value.code() is grpc.StatusCode.NOT_FOUND


@pytest.mark.parametrize("content", [b"no workbook", b"<?xml version='1.0'?><standard/>"])
def test_what_is_no_workbook_is_refused(start: Start, channel: grpc.Channel, content: bytes) -> None:
    """The operation fails as an invalid argument that says why."""
    operation = finished(channel, start(content))
    assert operation.error.code == grpc.StatusCode.INVALID_ARGUMENT.value[0]
    assert operation.error.message


def test_a_document_that_is_not_there_is_not_found(grpc_stub: Stub, channel: grpc.Channel) -> None:
    """The operation says which document."""
    begun = grpc_stub.ImportMeasures(pb.ImportMeasuresRequest(document="documents/0"))
    operation = finished(channel, begun)
    assert operation.error.code == grpc.StatusCode.NOT_FOUND.value[0]
    assert "documents/0" in operation.error.message


def test_an_import_tells_how_far_it_is(start: Start, channel: grpc.Channel, tmp_path: Path) -> None:
    """When it is done its progress says that all is done."""
    operation = finished(channel, start(workbook_of(tmp_path, row(symbol()), row(symbol()))))
    progress = pb.ImportMeasuresMetadata()
    assert operation.metadata.Unpack(progress)
    assert (progress.done, progress.total) == (2, 2)


def test_problems_are_told_in_the_language_of_who_asked(grpc_stub: Stub, channel: grpc.Channel, tmp_path: Path) -> None:
    """Who reads Chinese gets the same problem in Chinese."""
    apart = [create_measure(grpc_stub) for _ in range(2)]
    documents = documents_grpc.DocumentsServiceStub(channel)
    symbols = ", ".join(measure.symbols[0] for measure in apart)
    name = upload(documents, workbook_of(tmp_path, row(symbols)), "export.xlsx").name
    messages = []
    for language in ("en", "zh-CN"):
        request = pb.ImportMeasuresRequest(document=name, validate_only=True)
        begun = grpc_stub.ImportMeasures(request, metadata=[("accept-language", language)])
        answer = answer_of(channel, begun, pb.ImportMeasuresResponse())
        messages.append(answer.problems[0].message)
    names = ", ".join(measure.name for measure in apart)
    assert messages == [f"its symbols name several measures already: {names}", f"其通报编号已分属多项措施：{names}"]


def test_hs_codes_are_held_against_the_list_as_far_down_as_it_goes(
    grpc_stub: Stub, do_import: Import, channel: grpc.Channel, tmp_path: Path
) -> None:
    """What the list does not have is kept, marked and said, again with every import; what it does not divide is not doubted."""
    catalog = catalog_grpc.CatalogServiceStub(channel)
    name, shipped = symbol(), catalog.ListCodeLists(code_pb2.ListCodeListsRequest()).code_lists
    before = next(one.current.name for one in shipped if one.name == "codeLists/hs")
    version = f"codeLists/hs/versions/example-{uuid4().hex[:8]}"
    codes = ["87", "8703", "870310", "95", "9503"]
    records = [code_pb2.CodeRecord(row=row, code=code, title_zh="示例") for row, code in enumerate(codes, start=1)]
    content = workbook_of(tmp_path, {**row(name), "HS code(s)": "870310; 870399; 8709; 950300; 9505; 84"})
    do_import(content)
    assert [mark.code for mark in get(grpc_stub, name).code_marks] == ["870399"]

    catalog.ImportCodeList(
        iter(
            [
                code_pb2.ImportCodeListRequest(
                    options=code_pb2.ImportCodeListOptions(name=version, source="示例 invented")
                ),
                code_pb2.ImportCodeListRequest(records=code_pb2.ImportCodeListRecords(records=records)),
            ]
        )
    )
    catalog.ActivateCodeListVersion(code_pb2.ActivateCodeListVersionRequest(name=version))
    try:
        answer = do_import(content)
        measure = get(grpc_stub, name)
        again = do_import(content)
    finally:
        catalog.ActivateCodeListVersion(code_pb2.ActivateCodeListVersionRequest(name=before))

    expected = [
        ("870399", "the list of HS codes has no such subheading"),
        ("8709", "the list of HS codes has no such heading"),
        ("9505", "the list of HS codes has no such heading"),
        ("84", "the list of HS codes has no such chapter"),
    ]
    assert list(measure.hs_codes) == ["870310", "870399", "8709", "950300", "9505", "84"]
    assert [(mark.code, mark.reason) for mark in measure.code_marks] == expected
    assert [(problem.value, problem.message) for problem in answer.problems] == expected
    assert (figures(answer), figures(again)) == ({"read": 1, "updated": 1}, {"read": 1, "unchanged": 1})
    assert [(problem.value, problem.message) for problem in again.problems] == expected
