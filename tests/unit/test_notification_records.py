"""Notifications out of ePing's JSON and out of what Chinese platforms repeat of them."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from standards_tree.errors import MalformedDocumentError, UnsupportedDocumentError
from standards_tree.measures.dates import DateKind
from standards_tree.measures.model import Measure, MeasureReading, NotificationKind, Origin, Severity
from standards_tree.measures.notification_files import stream_notifications


def item(number: int = 1, **fields: object) -> dict[str, Any]:
    """Return an item as ePing's public search gives it, with invented values."""
    return {
        "id": 1000 + number,
        "documentSymbol": f"G/TBT/N/XXX/{number} ",
        "area": "TBT",
        "notificationType": "Regular notification",
        "notifyingMember": "Exampleland",
        "notifyingMemberCode": "C999",
        "distributionDate": "2026-01-05T00:00:00",
        "commentDeadlineDate": "2026-03-06T00:00:00",
        "title": "<p>Example&nbsp;<b>measure</b></p>",
        "titlePlain": "Example measure",
        "description": "<p>First line<br/>second line</p>",
        "productsFreeText": "<p>Toys &amp; games</p>",
        "hsCodes": [{"id": 1, "code": "9503", "name": "Toys"}, {"id": 2, "code": "8506.10", "name": "Cells"}],
        "icsCodeText": "97.200.50 - Toys",
        "objectives": [{"id": 1, "name": "Protection of human health or safety"}],
        "keywords": [{"id": 1, "name": "Human health"}],
        "countriesAffected": [{"name": "Viet Nam"}],
        "proposedAdoptionDate": None,
        "proposedAdoptionDateText": "60 days from circulation",
        "proposedEntryIntoForceDateText": "To be determined",
        "linkToNotification": "https://example.org/n.docx",
        "notifiedDocumentLink": "https://example.org/a.pdf,https://example.org/b.pdf\nhttps://example.org/c.pdf",
        **fields,
    }


def read(*records: dict[str, Any], **envelope: object) -> list[MeasureReading]:
    """Return what a page with *records* gives."""
    page = {"items": list(records), "totalCount": len(records), "endRow": len(records), **envelope}
    return list(stream_notifications(json.dumps(page).encode(), source="documents/1"))


def only(readings: list[MeasureReading]) -> Measure:
    """Return the measure of the only reading."""
    (reading,) = readings
    assert reading.measure is not None
    return reading.measure


def test_a_title_of_several_lines_is_one_line() -> None:
    """Out of ePing's JSON and out of what platforms repeat; that it was not is said."""
    (eping,) = read(item(titlePlain="", title="<p>Example</p><p>measure</p>"))
    record = {"symbol_raw": "G/TBT/N/XXX/7", "date_raw": "2026-01-05", "title": "示例\n措施 A\nB"}
    (platform,) = stream_notifications(json.dumps(record).encode(), source="documents/1")
    for reading, field in ((eping, "title"), (platform, "title")):
        assert [problem.header for problem in reading.problems if problem.template == "line breaks were taken out"] == [
            field
        ], reading.problems
    assert eping.measure is not None
    assert platform.measure is not None
    assert (eping.measure.title, platform.measure.title_zh) == ("Example measure", "示例措施 A B")


def test_an_item_of_the_public_search_is_read_field_by_field() -> None:
    """Markup gone, codes cleaned, dates as dates or as what is stated, links apart."""
    measure = only(read(item()))
    assert (measure.symbol.official, measure.title, measure.description) == (
        "G/TBT/N/XXX/1",
        "Example measure",
        "First line\nsecond line",
    )
    assert (measure.hs_codes, measure.ics_codes, measure.products) == (
        ("9503", "850610"),
        ("97.200.50",),
        "Toys & games",
    )
    assert (measure.distribution_date, measure.comment_deadline and measure.comment_deadline.day) == (
        date(2026, 1, 5),
        date(2026, 3, 6),
    )
    assert measure.adoption is not None
    assert (measure.adoption.kind, measure.adoption.day) == (DateKind.RELATIVE, date(2026, 3, 6))
    assert measure.entry_into_force is not None
    assert (measure.entry_into_force.kind, measure.entry_into_force.day) == (DateKind.UNKNOWN, None)
    assert (measure.objectives, measure.keywords, measure.affected_regions) == (
        ("Protection of human health or safety",),
        ("Human health",),
        ("Viet Nam",),
    )
    assert measure.notified_document_urls == tuple(f"https://example.org/{name}.pdf" for name in "abc")
    assert measure.notification_urls == {"en": "https://example.org/n.docx"}
    assert measure.origin is Origin.WTO


def test_the_keyed_interface_wraps_names_and_is_read_the_same() -> None:
    """`notifyingMember` is an object there; the list may be called otherwise, and codes may be bare texts."""
    wrapped = item(
        notifyingMember={"name": "Exampleland"}, notificationType={"name": "Regular notification"}, hsCodes=["9503"]
    )
    content = json.dumps({"notifications": [wrapped]}).encode()
    measure = only(list(stream_notifications(content)))
    assert (measure.members[0].printed, measure.notification_kind) == ("Exampleland", NotificationKind.REGULAR)
    assert measure.hs_codes == ("9503",)


def test_pages_that_overlap_give_a_notification_once() -> None:
    """A fetch that went on asks for a page again; several pages in one file, one a line or as a list."""
    pages = [{"items": [item(1), item(2)]}, {"items": [item(2), item(3)]}]
    lines = "\n".join(map(json.dumps, pages)).encode()
    for content in (json.dumps(pages).encode(), lines):
        readings = list(stream_notifications(content))
        assert [reading.measure and reading.measure.symbol.number for reading in readings] == [1, 2, 3]
        assert readings[1].rows == (2, 3)


def test_a_joint_notification_has_several_symbols_in_one_item() -> None:
    """It is one measure; each printed name goes to the code it names."""
    joint = item(documentSymbol="G/TBT/N/KEN/9, G/TBT/N/RWA/8 ", notifyingMember="Kenya; Rwanda")
    measure = only(read(joint))
    assert [(member.code, member.printed) for member in measure.members] == [("KEN", "Kenya"), ("RWA", "Rwanda")]


def test_an_item_without_a_symbol_is_refused_with_its_place_and_the_rest_is_read() -> None:
    """The second record, the field documentSymbol."""
    readings = read(item(1), item(2, documentSymbol="cut off"), item(3))
    refused = [problem for reading in readings for problem in reading.problems if problem.severity is Severity.REFUSED]
    assert [(problem.row, problem.place, problem.value) for problem in refused] == [(2, "documentSymbol", "cut off")]
    assert len([reading for reading in readings if reading.measure]) == 2


def test_a_code_that_cannot_be_read_is_kept_and_marked() -> None:
    """Neither lost nor taken for another one."""
    measure = only(read(item(hsCodes=[{"code": "9503"}, {"code": "7712"}], icsCodeText="97.200.50; 69.880")))
    assert (measure.hs_codes, measure.ics_codes) == (("9503",), ("97.200.50",))
    assert [(mark.scheme.value, mark.found, mark.code) for mark in measure.code_marks] == [
        ("hs", "7712", ""),
        ("ics", "69.880", ""),
    ]


@pytest.mark.parametrize(
    ("stated", "kind"),
    [
        ("2018111", DateKind.UNREADABLE),
        ("soon", DateKind.UNREADABLE),
        ("n/a", DateKind.UNKNOWN),
        ("批准后6个月", DateKind.RELATIVE),
    ],
)
def test_a_day_that_is_not_plain_never_becomes_a_date(stated: str, kind: DateKind) -> None:
    """What was stated is kept."""
    measure = only(read(item(proposedEntryIntoForceDateText=stated)))
    assert measure.entry_into_force is not None
    assert (measure.entry_into_force.kind, measure.entry_into_force.day) == (kind, None)
    assert measure.entry_into_force.stated == stated


@pytest.mark.parametrize(
    ("content", "error", "words"),
    [
        (b'{"items": [', MalformedDocumentError, "line 1"),
        (b'{"documentSymbol": "x"}\n{"documentSymbol": ', MalformedDocumentError, "line 2"),
        (b"[1, 2]", MalformedDocumentError, "holds 1"),
        (b'[{"items": [7]}]', MalformedDocumentError, "holds 7"),
        (b'{"title": "x"}', UnsupportedDocumentError, "documentSymbol"),
        (b'[{"documentSymbol": "\xff"}]', MalformedDocumentError, "not UTF-8"),
        (b"[" * 100_000, MalformedDocumentError, "not JSON"),
    ],
)
def test_a_file_that_holds_no_notifications_is_refused_with_the_place(
    content: bytes, error: type[Exception], words: str
) -> None:
    """Whoever sent it finds the line."""
    with pytest.raises(error, match=words):
        list(stream_notifications(content))


def test_values_of_any_type_in_any_field_end_in_a_reading_or_a_refusal() -> None:
    """A hostile record is one problem, never a crash."""
    odd = (None, 7, True, 1e300, [], {}, [None], [{"name": 3}], {"name": []}, "\x00", "<" * 2000, "9" * 5000)
    for field in item():
        for value in odd:
            for reading in read(item(**{field: value})):
                assert reading.measure is not None or reading.problems


@pytest.fixture(scope="module")
def platform(shared_data: Path) -> dict[str, MeasureReading]:
    """Return the readings of real records of Chinese platforms by symbol."""
    content = (shared_data / "measures" / "notifications_zh.jsonl").read_bytes()
    readings = list(stream_notifications(content))
    return {str(reading.measure.symbol) if reading.measure else "": reading for reading in readings}


def test_platform_records_are_put_right_where_that_is_plain_and_it_is_said(platform: dict[str, MeasureReading]) -> None:
    """A blank in a symbol, a date without separators, codes in JSON fragments, pages and language exchanged."""
    gas, lamps, teeth = (platform[f"G/TBT/N/CHN/{end}"].measure for end in ("1276", "1718", "327/Rev.1"))
    assert gas is not None
    assert lamps is not None
    assert teeth is not None
    assert (gas.distribution_date, gas.hs_codes, gas.pages) == (date(2018, 7, 9), ("2711210000",), "5")
    assert gas.comment_deadline is not None
    assert (gas.comment_deadline.day, gas.comment_deadline.stated) == (date(2018, 9, 7), "WTO秘书处分发后60")
    assert (lamps.pages, lamps.languages) == ("15", ("中文",))
    assert (teeth.hs_codes, teeth.ics_codes) == (("33",), ("71.100.40",))
    assert "G/TBT/N/CHN/1414" in platform
    said = {(problem.place, problem.value) for problem in platform["G/TBT/N/CHN/1276"].problems}
    assert {("date_raw", "201879"), ("comment_deadline_raw", "WTO秘书处分发后60")} <= said


def test_six_months_after_an_unknown_adoption_is_no_date(platform: dict[str, MeasureReading]) -> None:
    """Nor after one that is itself only counted from the distribution."""
    for symbol in ("G/TBT/N/CHN/1276", "G/TBT/N/CHN/1718", "G/TBT/N/CHN/327/Rev.1"):
        measure = platform[symbol].measure
        assert measure is not None
        assert measure.entry_into_force is not None
        assert (measure.entry_into_force.day, measure.entry_into_force.kind) == (None, DateKind.RELATIVE)


def test_a_record_whose_symbol_was_cut_off_is_refused(platform: dict[str, MeasureReading]) -> None:
    """Thirteen of the fourteen give a measure."""
    assert (len(platform), platform[""].measure) == (14, None)
    assert [(problem.row, problem.place) for problem in platform[""].problems] == [(7, "symbol_raw")]


def test_fields_may_have_the_names_of_the_form() -> None:
    """As a platform's page prints them."""
    record = {"通报号": "G/TBT/N/XXX/5", "通报日期": "2026年1月5日", "标题": "示例措施", "拟批准日期": "待定"}
    measure = only(list(stream_notifications(json.dumps(record, ensure_ascii=False).encode())))
    assert (measure.title_zh, measure.title, measure.distribution_date) == ("示例措施", "", date(2026, 1, 5))
    assert measure.origin is Origin.PLATFORM


@pytest.mark.parametrize(
    ("symbol", "kind"), [("G/TBT/N/XXX/5", NotificationKind.URGENT), ("G/SPS/N/XXX/5", NotificationKind.EMERGENCY)]
)
def test_an_urgent_notification_has_the_name_of_its_agreement(symbol: str, kind: NotificationKind) -> None:
    """In Chinese both are 紧急通报."""
    record = {"通报号": symbol, "通报日期": "2026年1月5日", "标题": "示例措施", "通报类型": "紧急通报"}
    measure = only(list(stream_notifications(json.dumps(record, ensure_ascii=False).encode())))
    assert measure.notification_kind is kind
