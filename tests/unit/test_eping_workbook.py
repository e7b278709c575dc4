"""An ePing export is read completely, and what is wrong in it is named with its row and column."""

import csv
import re
from datetime import date
from pathlib import Path

import pytest

from hostile_workbooks import HEADERS, eping_workbook_of, row_of, workbook_of
from standards_tree.errors import DeadlineError, UnsupportedDocumentError
from standards_tree.measures.dates import DateKind
from standards_tree.measures.eping_workbook import MAX_PROBLEMS_A_CELL, read_eping_workbook
from standards_tree.measures.joint_notifications import MAX_ROWS
from standards_tree.measures.members import Member
from standards_tree.measures.model import Measure, NotificationKind, Severity, WorkbookReading

_USA, _DAY = "United States of America", 45818
"""2025-06-10 as a spreadsheet counts."""


@pytest.fixture(scope="module")
def export(shared_data: Path) -> WorkbookReading:
    """Return the reading of a real export."""
    return read_eping_workbook(
        (shared_data / "measures" / "eping_export.xlsx").read_bytes(), source="export of 2025-06-11"
    )


@pytest.fixture(scope="module")
def decoded(shared_data: Path) -> list[dict[str, str]]:
    """Return the same rows as somebody else decoded them."""
    with (shared_data / "measures" / "eping_export_decoded.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def _measure_of_row(export: WorkbookReading, row: int) -> Measure:
    (measure,) = [reading.measure for reading in export.readings if row in reading.rows and reading.measure]
    return measure


def _expected_codes(cell: str, shape: str) -> list[str]:
    """Return the codes that open the parts of *cell*; a part that opens otherwise belongs to a name."""
    opened = [re.match(rf"({shape}) - ", part.strip()) for part in cell.split(";")]
    return list(dict.fromkeys(found[1] for found in opened if found))


def test_every_row_of_the_real_export_is_read(export: WorkbookReading) -> None:
    """115 rows are 99 notifications: four joint ones stand five times each."""
    assert (export.rows_read, len(export.measures), export.refused) == (115, 99, ())
    assert sorted(row for reading in export.readings for row in reading.rows) == list(range(2, 117))


def test_titles_of_the_real_export_are_one_line_each(export: WorkbookReading) -> None:
    """Every title that was printed in several is among the corrected values; descriptions keep their paragraphs."""
    assert [measure.title for measure in export.measures if "\n" in measure.title] == []
    titles = [problem for problem in export.problems if problem.template == "line breaks were taken out"]
    assert len(titles) == 15
    assert {problem.severity for problem in titles} == {Severity.CORRECTED}
    assert any(problem.value.endswith("Auxiliary\nFuel Tanks") for problem in titles)
    assert any(measure.title.endswith("Auxiliary Fuel Tanks") for measure in export.measures)
    assert any("\n" in measure.description for measure in export.measures)


def test_every_symbol_code_and_date_equals_the_decoded_export(
    export: WorkbookReading, decoded: list[dict[str, str]]
) -> None:
    """Compared row by row with what an independent program read."""
    assert len(decoded) == 115
    for number, row in enumerate(decoded, start=2):
        measure = _measure_of_row(export, number)
        assert [symbol.official for symbol in measure.symbols] == row["Document symbol"].split(", ")
        assert list(measure.hs_codes) == _expected_codes(row["HS code(s)"], r"\d+")
        assert list(measure.ics_codes) == _expected_codes(row["ICS code(s)"], r"[\d.]+")
        assert str(measure.distribution_date) == row["Distribution date"][:10]
        deadline = measure.comment_deadline
        assert (str(deadline.day) if deadline else "") == row["Final date for comments"][:10]


def test_every_text_and_address_equals_the_decoded_export(
    export: WorkbookReading, decoded: list[dict[str, str]]
) -> None:
    """But for blanks, and for carriage returns, which the other program left as Excel escapes them."""
    for number, row in enumerate(decoded, start=2):
        measure = _measure_of_row(export, number)
        texts = {
            "Title": measure.title,
            "Description": measure.description,
            "Products covered": measure.products,
            "Notification type": measure.notification_type,
            "Notified document": " ".join(measure.notified_document_urls),
            "Link to notification(EN)": measure.notification_urls.get("en", ""),
            "Link to notification(FR)": measure.notification_urls.get("fr", ""),
            "Link to notification(ES)": measure.notification_urls.get("es", ""),
        }
        assert {name: text.split() for name, text in texts.items()} == {
            name: row[name].replace("_x000D_", "").split() for name in texts
        }
        assert row["Notifying Member"] in [member.printed for member in measure.members]


def test_five_digit_hs_codes_are_kept_and_marked(export: WorkbookReading) -> None:
    """They are in the real export, and stand for all sub-headings that begin so."""
    found = [
        (problem.row, problem.place, problem.value, problem.severity)
        for problem in export.problems
        if problem.template != "line breaks were taken out"
    ]
    assert found == [
        (row, "G (HS code(s))", code, Severity.KEPT)
        for row, code in [(31, "72106"), (72, "68029"), (72, "68022"), (81, "34011")]
    ]


def test_a_joint_notification_is_one_measure_of_several_members(export: WorkbookReading) -> None:
    """Its rows lie apart and each names one member."""
    (reading,) = [
        found for found in export.readings if found.measure and str(found.measure.symbol) == "G/TBT/N/BDI/608"
    ]
    assert reading.measure is not None
    assert len(reading.rows) == 5
    assert reading.measure.members == (
        Member("BDI", "Burundi"),
        Member("KEN", "Kenya"),
        Member("RWA", "Rwanda"),
        Member("TZA", "Tanzania"),
        Member("UGA", "Uganda"),
    )
    assert reading.measure.members[3].name_zh == "坦桑尼亚"


def test_a_member_of_a_joint_notification_without_a_row_is_there_without_a_printed_name(
    export: WorkbookReading,
) -> None:
    """The symbols name five members though the export has a row of one only."""
    (measure,) = [measure for measure in export.measures if str(measure.symbol) == "G/TBT/N/BDI/605"]
    assert [(member.code, member.printed) for member in measure.members] == [
        ("BDI", ""), ("KEN", "Kenya"), ("RWA", ""), ("TZA", ""), ("UGA", ""),
    ]  # fmt: skip


def test_reading_twice_gives_the_same(shared_data: Path, export: WorkbookReading) -> None:
    """A second import can tell that nothing changed."""
    content = (shared_data / "measures" / "eping_export.xlsx").read_bytes()
    assert read_eping_workbook(content, source="export of 2025-06-11") == export


def test_a_damaged_row_is_named_and_the_rest_is_read() -> None:
    """Symbol, date of distribution: without them a row gives no measure, and says where and why."""
    reading = read_eping_workbook(
        eping_workbook_of(
            (_USA, _DAY, "G/TBT/N/XXX/1", "good"),
            (_USA, _DAY, "G/TBT/W/123", "wrong symbol"),
            (_USA, _DAY, None, "no symbol"),
            (_USA, "soon", "G/TBT/N/XXX/2", "wrong date"),
            (_USA, None, "G/TBT/N/XXX/3", "no date"),
            (_USA, _DAY, "G/TBT/N/XXX/4, G/SPS/N/XXX/4", "both agreements"),
            (_USA, _DAY, "G/TBT/N/XXX/5", "good"),
        )
    )
    assert [str(measure.symbol) for measure in reading.measures] == ["G/TBT/N/XXX/1", "G/TBT/N/XXX/5"]
    assert reading.rows_read == 7
    assert [(problem.row, problem.place, problem.value) for problem in reading.refused] == [
        (3, "C (Document symbol)", "G/TBT/W/123"),
        (4, "C (Document symbol)", ""),
        (5, "B (Distribution date)", "soon"),
        (6, "B (Distribution date)", ""),
        (7, "C (Document symbol)", "G/TBT/N/XXX/4, G/SPS/N/XXX/4"),
    ]
    assert reading.refused[0].what.startswith("G/TBT/W/123 is not the symbol of a notification")


def test_codes_and_deadlines_that_cannot_be_read_are_kept_and_marked() -> None:
    """The measure is there, without the code or the day, with the text, and the place is named."""
    headers = (*HEADERS, "HS code(s)", "ICS code(s)", "Final date for comments")
    row = (_USA, _DAY, "G/TBT/N/XXX/1", "示例", "8517; toys", "75.060; 999", "when it is ready")
    reading = read_eping_workbook(eping_workbook_of(row, headers=headers))
    (measure,) = reading.measures
    assert (measure.hs_codes, measure.hs_text) == (("8517",), "8517; toys")
    assert (measure.ics_codes, measure.ics_text) == (("75.060",), "75.060; 999")
    assert measure.comment_deadline is not None
    assert (measure.comment_deadline.day, measure.comment_deadline.stated) == (None, "when it is ready")
    assert [(problem.column, problem.value, problem.severity) for problem in reading.problems] == [
        ("E", "toys", Severity.KEPT),
        ("F", "999", Severity.KEPT),
        ("G", "when it is ready", Severity.KEPT),
    ]


def test_a_relative_deadline_counts_from_the_distribution() -> None:
    """Sixty days from 10 June are 9 August; a period behind the adoption stays open."""
    headers = (*HEADERS, "Final date for comments", "Proposed date of entry into force")
    row = (_USA, _DAY, "G/TBT/N/XXX/1", "示例", "60 days from circulation", "批准后6个月")
    (measure,) = read_eping_workbook(eping_workbook_of(row, headers=headers)).measures
    assert measure.comment_deadline is not None
    assert measure.entry_into_force is not None
    assert measure.comment_deadline.day == date(2025, 8, 9)
    assert (measure.entry_into_force.day, measure.entry_into_force.kind) == (None, DateKind.RELATIVE)


def test_a_date_in_a_text_cell_has_the_day_first_and_that_is_said() -> None:
    """Date cells of ePing are formatted dd/MM/yyyy; where both orders are possible, a person is told."""
    reading = read_eping_workbook(eping_workbook_of((_USA, "11/06/2025", "G/TBT/N/XXX/1", "示例")))
    assert reading.measures[0].distribution_date == date(2025, 6, 11)
    assert [(problem.place, problem.severity) for problem in reading.problems] == [
        ("B (Distribution date)", Severity.CORRECTED)
    ]


@pytest.mark.parametrize(
    "cell",
    [
        '=HYPERLINK("https://example.org/?viewData= G/TBT/N/XXX/1"," G/TBT/N/XXX/1")',
        '=HYPERLINK("https://example.org/" & "x" , " G/TBT/N/" & "XXX/1")',
        '=hyperlink( "G/TBT/N/XXX/1" )',
        " G/TBT/N/XXX/ 1\u00a0",
        "Ｇ／ＴＢＴ／Ｎ／ＸＸＸ／１",
    ],
)
def test_the_symbol_is_found_in_a_formula_without_a_value_as_in_a_text(cell: str) -> None:
    """The search export holds no computed value; the bulk workbook holds texts."""
    (measure,) = read_eping_workbook(eping_workbook_of((_USA, _DAY, cell, "示例"))).measures
    assert str(measure.symbol) == "G/TBT/N/XXX/1"


def test_a_formula_that_only_a_spreadsheet_can_compute_is_shown_as_it_stands() -> None:
    """Nothing is guessed from a reference to another cell."""
    (refused,) = read_eping_workbook(eping_workbook_of((_USA, _DAY, "=HYPERLINK(A1,B1)", "示例"))).refused
    assert refused.value == "=HYPERLINK(A1,B1)"


def test_html_and_strange_blanks_are_taken_out_of_texts() -> None:
    """What only looks like markup stays: a sign for less is no tag."""
    title = "<p>Limits&nbsp;for <b>lead</b>\u00a0&lt; 90&#160;mg/kg</p><style>p{}</style> if x<y and z > 1"
    (measure,) = read_eping_workbook(eping_workbook_of((_USA, _DAY, "G/TBT/N/XXX/1", title))).measures
    assert measure.title == "Limits for lead < 90 mg/kg if x<y and z > 1"


def test_lists_are_split_at_semicolons_and_each_entry_stands_once() -> None:
    """Names of objectives hold commas; ePing repeats keywords."""
    headers = (*HEADERS, "Objectives", "Keywords")
    row = (
        _USA,
        _DAY,
        "G/TBT/N/XXX/1",
        "示例",
        "Consumer information, labelling (TBT); Other (TBT)",
        "Toys; Toys; ; Food",
    )
    (measure,) = read_eping_workbook(eping_workbook_of(row, headers=headers)).measures
    assert measure.objectives == ("Consumer information, labelling (TBT)", "Other (TBT)")
    assert measure.keywords == ("Toys", "Food")


def test_only_web_addresses_are_links() -> None:
    """Anything a browser would run stays out, and is named."""
    headers = (*HEADERS, "Notified document", "Link to notification(EN)")
    documents = "https://example.org/a,b.pdf\nhttps://example.org/c.pdf, javascript:alert(1)"
    row = (_USA, _DAY, "G/TBT/N/XXX/1", "示例", documents, '=HYPERLINK("https://example.org/n.docx","open")')
    reading = read_eping_workbook(eping_workbook_of(row, headers=headers))
    (measure,) = reading.measures
    assert measure.notified_document_urls == ("https://example.org/a,b.pdf", "https://example.org/c.pdf")
    assert measure.notification_urls == {"en": "https://example.org/n.docx"}
    assert [(problem.column, problem.value) for problem in reading.problems] == [("E", "javascript:alert(1)")]


def test_headers_are_found_by_name_in_any_order_below_a_title() -> None:
    """Case, blanks and punctuation do not matter; columns nobody knows are passed over."""
    headers = ("Remarks", "TITLE", " document\u00a0 symbol", "HS Codes", "distribution  Date", "Notifying member")
    rows = row_of(1, "WTO notifications") + row_of(3, *headers)
    reading = read_eping_workbook(
        workbook_of(rows + row_of(4, "x", "示例", "G/SPS/N/EU/1", 8517, _DAY, "European Union"))
    )
    (measure,) = reading.measures
    assert (reading.rows_read, measure.title, measure.hs_codes) == (1, "示例", ("8517",))
    assert measure.members == (Member("EU", "European Union"),)


def test_a_missing_column_is_named() -> None:
    """Somebody who exported the wrong list sees at once what is missing."""
    with pytest.raises(UnsupportedDocumentError, match=r"has the column Document symbol, Title$"):
        read_eping_workbook(eping_workbook_of(headers=("Notifying Member", "Distribution date", "Symbol")))


def test_a_column_that_stands_twice_is_named() -> None:
    """Nobody could say which of them is meant."""
    with pytest.raises(UnsupportedDocumentError, match="Title stands twice, in D and E"):
        read_eping_workbook(eping_workbook_of(headers=(*HEADERS, "Title")))


def test_rows_of_one_notification_that_differ_are_joined_and_the_difference_is_named() -> None:
    """Codes are united; of two titles the first stands."""
    headers = (*HEADERS, "HS code(s)")
    symbols = "G/TBT/N/KEN/9, G/TBT/N/UGA/9"
    reading = read_eping_workbook(
        eping_workbook_of(
            ("Kenya", _DAY, symbols, "one", "8517"), ("Uganda", _DAY, symbols, "two", "8518"), headers=headers
        )
    )
    (measure,) = reading.measures
    assert (measure.title, measure.hs_codes) == ("one", ("8517", "8518"))
    assert [(problem.row, problem.column, problem.value) for problem in reading.problems] == [
        (3, "D", "two"),
        (3, "E", "8518"),
    ]
    assert reading.problems[0].what == "differs from row 2 of the same notification, which stands"


def test_a_row_that_would_tie_two_notifications_together_is_refused() -> None:
    """They were stored apart; which one it belongs to is for a person to say."""
    reading = read_eping_workbook(
        eping_workbook_of(
            ("Kenya", _DAY, "G/TBT/N/KEN/9", "one"),
            ("Uganda", _DAY, "G/TBT/N/UGA/9", "two"),
            ("Uganda", _DAY, "G/TBT/N/KEN/9, G/TBT/N/UGA/9", "both"),
        )
    )
    assert len(reading.measures) == 2
    assert [(problem.row, problem.what) for problem in reading.refused] == [
        (4, "its symbols are those of different notifications, in rows 2, 3")
    ]


def test_a_member_that_the_symbol_does_not_name_is_kept_and_marked() -> None:
    """The symbol decides; the contradiction is shown."""
    reading = read_eping_workbook(eping_workbook_of(("Japan", _DAY, "G/TBT/N/BRA/1", "示例")))
    assert reading.measures[0].members == (Member("BRA", "Japan"),)
    assert [problem.what for problem in reading.problems] == ["Japan is not known as a name of BRA, as the symbol says"]


def test_a_caller_hears_of_each_row_and_can_end_the_reading() -> None:
    """Progress is shown, and a call that ran out of time does not read on."""
    content = eping_workbook_of(*[(_USA, _DAY, f"G/TBT/N/XXX/{number}", "示例") for number in range(1, 6)])
    heard: list[int] = []

    def stop_at_the_third(rows_read: int) -> None:
        heard.append(rows_read)
        if rows_read == 3:
            raise DeadlineError("no time left")

    with pytest.raises(DeadlineError):
        read_eping_workbook(content, on_row=stop_at_the_third)
    assert heard == [1, 2, 3]


def test_one_notification_cannot_have_any_number_of_rows() -> None:
    """The WTO has 166 members; joining a hundred thousand rows would take longer with each."""
    rows = [(_USA, _DAY, "G/TBT/N/XXX/1", "示例")] * (MAX_ROWS + 2)
    reading = read_eping_workbook(eping_workbook_of(*rows))
    assert [problem.row for problem in reading.refused] == [MAX_ROWS + 2, MAX_ROWS + 3]
    assert len(reading.measures) == 1


def test_a_cell_of_odd_codes_gives_some_problems_and_the_number_of_the_rest() -> None:
    """A report that nobody can read through helps nobody."""
    cell = ", ".join(f"odd{number}x" for number in range(MAX_PROBLEMS_A_CELL + 30))
    row = (_USA, _DAY, "G/TBT/N/XXX/1", "示例", cell)
    reading = read_eping_workbook(eping_workbook_of(row, headers=(*HEADERS, "HS code(s)")))
    assert len(reading.problems) == MAX_PROBLEMS_A_CELL + 1
    assert reading.problems[-1].what == "30 more codes in this cell are odd"


@pytest.mark.parametrize(
    ("printed", "symbol", "kind"),
    [
        ("Regular notification", "G/TBT/N/XXX/1", NotificationKind.REGULAR),
        ("Emergency notifications (SPS)", "G/SPS/N/XXX/1", NotificationKind.EMERGENCY),
        ("Urgent notification", "G/TBT/N/XXX/1", NotificationKind.URGENT),
        ("Addendum to Emergency Notification (SPS)", "G/SPS/N/XXX/1/Add.1", NotificationKind.ADDENDUM),
        ("Corrigendum to Regular Notification", "G/TBT/N/XXX/1/Corr.1", NotificationKind.CORRIGENDUM),
        ("Revision to Regular Notification", "G/TBT/N/XXX/1/Rev.1", NotificationKind.REVISION),
        ("SPS措施等效认可", "G/SPS/N/XXX/1", NotificationKind.EQUIVALENCE),
        ("补遗", "G/TBT/N/XXX/1/Add.1", NotificationKind.ADDENDUM),
        ("", "G/TBT/N/XXX/1/Suppl.1", NotificationKind.SUPPLEMENT),
        ("", "G/TBT/N/XXX/1", NotificationKind.REGULAR),
    ],
)
def test_the_type_of_a_notification_is_recognised(printed: str, symbol: str, kind: NotificationKind) -> None:
    """In English, in Chinese, and from the symbol where the cell is empty."""
    headers = (*HEADERS, "Notification type")
    (measure,) = read_eping_workbook(eping_workbook_of((_USA, _DAY, symbol, "示例", printed), headers=headers)).measures
    assert (measure.notification_kind, measure.notification_type) == (kind, printed)
