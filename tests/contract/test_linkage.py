"""The contract of the linkage service: measures, their lists, the export of everything and the change log."""

from collections.abc import Callable, Iterator, Sequence

import grpc
import pytest
from google.type.date_pb2 import Date

from invented import group_prefix, symbol
from linking import create_measure, link, refused, require
from refusals import fields_of
from tbt.catalog.v1 import catalog_service_pb2 as catalog_pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as catalog_grpc
from tbt.catalog.v1 import standard_pb2
from tbt.linkage.v1 import linkage_service_pb2 as pb
from tbt.linkage.v1 import linkage_service_pb2_grpc as pb_grpc
from tbt.type.v1 import type_pb2
from watching import changes_until, latest_revision

Stub = pb_grpc.LinkageServiceStub
Unique = Callable[[str], str]
Limit = type_pb2.Limit
EQUAL = type_pb2.SET_RELATION_EQUAL


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


@pytest.fixture(scope="module")
def catalog(channel: grpc.Channel) -> catalog_grpc.CatalogServiceStub:
    """Return an administrator's stub of the catalog service."""
    return catalog_grpc.CatalogServiceStub(channel)


@pytest.fixture(scope="module")
def standard(catalog: catalog_grpc.CatalogServiceStub) -> standard_pb2.Standard:
    """Record an invented standard."""
    recorded = standard_pb2.Standard(
        designation=f"{group_prefix()} 1—2024",
        title=type_pb2.LocalizedText(zh="示例"),
        status=standard_pb2.STANDARD_STATUS_IN_FORCE,
    )
    return catalog.CreateStandard(catalog_pb.CreateStandardRequest(standard=recorded))


def names_of(stub: Stub, **fields: object) -> list[str]:
    """Return the names of the measures a list holds, read page by page to its end."""
    found: list[str] = []
    token = ""
    while True:
        page = stub.ListMeasures(pb.ListMeasuresRequest(page_size=2, page_token=token, **fields))
        found.extend(measure.name for measure in page.measures)
        token = page.next_page_token
        if not token:
            return found


def test_a_measure_is_read_as_it_was_recorded(grpc_stub: Stub) -> None:
    """Everything a caller gives comes back; name, agreement, member codes, etag and time are added."""
    given = pb.Measure(
        symbols=[symbol()],
        members=["Exampleland"],
        notification_type="Regular notification",
        title=type_pb2.LocalizedText(zh="示例措施", en="Example measure"),
        description="what it does",
        products="toys",
        hs_codes=["9503", "950300"],
        ics_codes=["97.200.50"],
        objectives=["Protection of human health or safety"],
        keywords=["Toys"],
        affected_regions="all",
        distributed_on=Date(year=2026, month=1, day=2),
        comment_deadline=Date(year=2026, month=3, day=3),
        adoption_on=Date(year=2026, month=5, day=4),
        entry_into_force_on=Date(year=2027, month=1, day=1),
        notified_documents=["https://example.org/a.pdf"],
        notification_links={"en": "https://example.org/en"},
        source="示例",
        example=True,
    )
    created = grpc_stub.CreateMeasure(pb.CreateMeasureRequest(measure=given))
    read = grpc_stub.GetMeasure(pb.GetMeasureRequest(name=created.name))
    assert read == created
    assert (read.agreement, list(read.member_codes)) == (pb.AGREEMENT_TBT, ["XXX"])
    assert read.etag
    assert read.HasField("updated_at")
    for field in ("name", "etag", "updated_at", "agreement", "member_codes", "kind", "origin"):
        read.ClearField(field)
    assert read == given


def test_a_title_is_one_line(grpc_stub: Stub) -> None:
    """However it is typed or pasted; a description keeps its paragraphs."""
    title = type_pb2.LocalizedText(en="Example\n toys", zh="示例\n玩具")
    made = create_measure(grpc_stub, title=title, members=["Example\nland"], description="First.\n\nSecond.")
    assert made.title == type_pb2.LocalizedText(en="Example toys", zh="示例玩具")
    assert (list(made.members), made.description) == (["Example land"], "First.\n\nSecond.")


def test_a_measure_is_found_by_its_name_and_by_its_symbol_in_any_spelling(grpc_stub: Stub) -> None:
    """Case, blanks, width and dots make no other symbol."""
    official = f"{symbol()}/Rev.1"
    created = create_measure(grpc_stub, official.lower())
    assert list(created.symbols) == [official]
    assert created.name == "measures/" + official.lower().replace("/", "~")
    full_width = "".join(chr(ord(sign) + 0xFEE0) for sign in official)
    spellings = [created.name, official, official.lower(), f"  {official} ", full_width]
    found = [grpc_stub.GetMeasure(pb.GetMeasureRequest(name=spelling)).name for spelling in spellings]
    assert found == [created.name] * len(spellings)


def test_a_joint_notification_is_found_by_each_of_its_symbols(grpc_stub: Stub) -> None:
    """It is one measure of several members."""
    number = symbol().rpartition("/")[2]
    symbols = [f"G/TBT/N/{member}/{number}" for member in ("XXB", "XXA", "XXC")]
    created = create_measure(grpc_stub, *symbols, members=["B-land", "A-land", "C-land"])
    assert (list(created.symbols), list(created.member_codes)) == (symbols, ["XXB", "XXA", "XXC"])
    assert created.name == f"measures/g~tbt~n~xxa~{number}"
    found = {grpc_stub.GetMeasure(pb.GetMeasureRequest(name=entry)).name for entry in symbols}
    assert found == {created.name}


def test_a_symbol_names_one_measure(grpc_stub: Stub) -> None:
    """A second measure with a symbol that is taken is refused, and the refusal says by which."""
    taken = symbol()
    first = create_measure(grpc_stub, taken)
    refusal = refused(lambda: create_measure(grpc_stub, symbol(), taken))
    assert refusal.code() is grpc.StatusCode.ALREADY_EXISTS
    assert first.name in refusal.details()
    assert taken in refusal.details()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"symbols": ["G/TBT/N/XXX/1", "nothing"]}, "measure.symbols[1]"),
        ({"symbols": ["G/TBT/N/XXX/1", "G/SPS/N/XXX/1"]}, "measure.symbols"),
        ({"symbols": ["G/TBT/N/XXX/1"], "agreement": pb.AGREEMENT_SPS}, "measure.agreement"),
        ({"symbols": ["G/TBT/N/XXX/1"], "distributed_on": Date(year=2026, month=2, day=30)}, "measure.distributed_on"),
        ({"symbols": ["G/TBT/N/XXX/1"], "hs_codes": ["95.03"]}, "measure.hs_codes[0]"),
        ({"symbols": ["G/TBT/N/XXX/1"], "title": type_pb2.LocalizedText()}, "measure.title"),
        ({"symbols": []}, "measure.symbols"),
    ],
)
def test_a_measure_that_is_not_sound_is_refused(grpc_stub: Stub, fields: dict[str, object], field: str) -> None:
    """The refusal names the field."""
    given = {"title": type_pb2.LocalizedText(en="Example"), **fields}
    refusal = refused(lambda: grpc_stub.CreateMeasure(pb.CreateMeasureRequest(measure=pb.Measure(**given))))
    assert refusal.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert fields_of(refusal) == [field]


def test_checking_only_records_no_measure(grpc_stub: Stub) -> None:
    """The answer is as if it were done, and nothing is."""
    measure = pb.Measure(symbols=[symbol()], title=type_pb2.LocalizedText(en="Example"))
    answer = grpc_stub.CreateMeasure(pb.CreateMeasureRequest(measure=measure, validate_only=True))
    refusal = refused(lambda: grpc_stub.GetMeasure(pb.GetMeasureRequest(name=answer.name)))
    assert refusal.code() is grpc.StatusCode.NOT_FOUND


@pytest.fixture(scope="module")
def listed(grpc_stub: Stub) -> tuple[str, list[str]]:
    """Record five measures, with a word they share in their titles; return it and their names."""
    mark = group_prefix().removeprefix("T/")
    facts = [
        ({"hs_codes": ["950300"], "ics_codes": ["97.200.50"]}, Date(year=2026, month=1, day=5)),
        ({"hs_codes": ["95"], "ics_codes": ["97.200"]}, Date(year=2026, month=1, day=5)),
        ({"hs_codes": ["8507"], "ics_codes": ["29.220.30"]}, Date(year=2026, month=2, day=1)),
        ({"hs_codes": [], "ics_codes": []}, Date(year=2025, month=12, day=31)),
        ({"hs_codes": ["9504"], "ics_codes": []}, None),
    ]
    names = [
        create_measure(grpc_stub, title=type_pb2.LocalizedText(zh=f"{mark}措施"), distributed_on=day, **codes).name
        for codes, day in facts
    ]
    return mark, names


def test_measures_are_listed_most_recent_first_to_the_end(grpc_stub: Stub, listed: tuple[str, list[str]]) -> None:
    """Page by page; of one day by name from the last; those without a day at the end."""
    mark, names = listed
    same_day = sorted(names[:2], reverse=True)
    assert names_of(grpc_stub, query=mark) == [names[2], *same_day, names[3], names[4]]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"hs_prefix": "95"}, {0, 1, 4}),
        ({"hs_prefix": "9503"}, {0}),
        ({"hs_prefix": "950300"}, {0}),
        ({"ics_prefix": "97.200"}, {0, 1}),
        ({"ics_prefix": "97.20"}, set()),
        ({"ics_prefix": "97"}, {0, 1}),
        ({"ics_prefix": "__.___"}, set()),
        ({"ics_prefix": "%"}, set()),
        ({"distributed_from": Date(year=2026, month=1, day=5)}, {0, 1, 2}),
        ({"distributed_to": Date(year=2026, month=1, day=5)}, {0, 1, 3}),
        ({"distributed_from": Date(year=2026, month=1, day=1), "hs_prefix": "95"}, {0, 1}),
        ({"member_codes": ["xxx", "USA"]}, {0, 1, 2, 3, 4}),
        ({"member_codes": ["USA"]}, set()),
    ],
)
def test_a_list_of_measures_is_narrowed(
    grpc_stub: Stub, listed: tuple[str, list[str]], fields: dict[str, object], expected: set[int]
) -> None:
    """Every condition given holds; a prefix means the code and what lies below it."""
    mark, names = listed
    assert {names.index(name) for name in names_of(grpc_stub, query=mark, **fields)} == expected


def test_measures_are_found_by_a_part_of_symbol_or_title_in_any_spelling(
    grpc_stub: Stub, listed: tuple[str, list[str]]
) -> None:
    """Case and width make no difference, and a sign of SQL is no wildcard."""
    mark, names = listed
    name = names[0]
    part = name.removeprefix("measures/").replace("~", "/").upper()
    assert names_of(grpc_stub, query=part) == [name]
    assert set(names_of(grpc_stub, query=mark.lower())) == set(names)
    assert names_of(grpc_stub, query=f"{mark[:3]}%{mark[4:]}") == []


def test_a_page_of_large_measures_fits_into_an_answer(grpc_stub: Stub) -> None:
    """A page ends early rather than outgrow a message, and the next goes on where it ended."""
    mark = group_prefix()
    title = type_pb2.LocalizedText(zh=mark)
    wanted = {create_measure(grpc_stub, title=title, description="字" * 100_000).name for _ in range(14)}
    first = grpc_stub.ListMeasures(pb.ListMeasuresRequest(query=mark, page_size=1000))
    second = grpc_stub.ListMeasures(
        pb.ListMeasuresRequest(query=mark, page_size=1000, page_token=first.next_page_token)
    )
    assert len(first.measures) < 14
    assert {measure.name for page in (first, second) for measure in page.measures} == wanted
    assert second.next_page_token == ""


def exported(pieces: Iterator[pb.ExportLinkageResponse]) -> tuple[int, dict[str, object]]:
    """Return the revision an export begins with, and everything in it by name."""
    first = next(pieces)
    assert first.WhichOneof("piece") == "revision"
    found: dict[str, object] = {}
    for piece in pieces:
        kind = piece.WhichOneof("piece")
        parts: Sequence[pb.Measure] = getattr(getattr(piece, kind), kind)
        found.update({part.name: part for part in parts})
    return first.revision, found


def test_an_export_is_what_lists_show(grpc_stub: Stub, standard: standard_pb2.Standard) -> None:
    """Measures, requirements and links are exported whole, long texts too, with the revision they show."""
    measure = create_measure(grpc_stub, description="字" * 50_000)
    requirement = require(grpc_stub, measure.name)
    claim = link(grpc_stub, requirement.name, standard.name)
    revision, found = exported(grpc_stub.ExportLinkage(pb.ExportLinkageRequest()))
    assert [found[entry.name] for entry in (measure, requirement, claim)] == [measure, requirement, claim]
    measures = {name for name in found if name.startswith("measures/") and "/requirements/" not in name}
    assert set(names_of(grpc_stub)) == measures
    assert revision == latest_revision(grpc_stub.WatchChanges, claim.name)


def test_every_change_is_told_with_what_happened(grpc_stub: Stub, standard: standard_pb2.Standard) -> None:
    """A measure, its requirement, a link and its review, in the order they were made."""
    measure = create_measure(grpc_stub)
    start = latest_revision(grpc_stub.WatchChanges, measure.name)
    requirement = require(grpc_stub, measure.name)
    claim = link(grpc_stub, requirement.name, standard.name)
    grpc_stub.ReviewLink(pb.ReviewLinkRequest(name=claim.name, state=pb.LINK_STATE_CONFIRMED))
    last = create_measure(grpc_stub)
    changes = changes_until(grpc_stub.WatchChanges, start, last.name)
    assert [(change.resource, change.action) for change in changes] == [
        (requirement.name, "created"),
        (claim.name, "created"),
        (claim.name, "confirmed"),
        (last.name, "created"),
    ]
