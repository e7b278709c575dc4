"""What code lists promise: shipped ones are sound, sources are read whole, versions are compared, codes are found."""

import csv
import io
import json
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standards_tree.classifications import REGIONS, RegionKind
from standards_tree.code_lists import Code, CodeBook, CodeListId, canonical_code, level_and_parents, shipped_book
from standards_tree.code_lists.comparing import ChangeKind, differences
from standards_tree.code_lists.importing import CodeReading, CodeRow, read_codes
from standards_tree.code_lists.model import order_of
from standards_tree.code_lists.tables import read_table
from standards_tree.errors import DomainError, InvalidArgumentError, LimitError, MalformedDocumentError

untimed = settings(deadline=None)
ICS, CCS, HS = CodeListId.ICS, CodeListId.CCS, CodeListId.HS
HS_ROWS = (
    CodeRow(1, "87", title="示例车辆"),
    CodeRow(2, "8703", title="示例汽车"),
    CodeRow(3, "8703.10", title="示例"),
)


def said(reading: CodeReading) -> list[tuple[int, str, bool]]:
    """Return the row and column of each problem, and whether it refuses the row."""
    return [(problem.row, problem.column, problem.refused) for problem in reading.problems]


def rows_of(*codes: str) -> list[CodeRow]:
    """Return rows with invented titles."""
    return [CodeRow(number, code, title=f"示例 {code}") for number, code in enumerate(codes, start=1)]


def book_of(list_id: CodeListId, rows: Iterable[CodeRow]) -> CodeBook:
    """Return *rows* as a version."""
    return CodeBook(list_id, "v", "示例", read_codes(list_id, rows).codes)


# --- what is shipped ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("list_id", "levels"),
    [
        (ICS, [40, 401, 940]),
        (CCS, [24, 225, 1608]),
        (HS, [96, 1228, 5612]),
        (CodeListId.INDUSTRIES, [76]),
        (CodeListId.REGIONS, [35, 15]),
        (CodeListId.COUNTRIES, [249]),
        (CodeListId.WTO_MEMBERS, [166]),
    ],
)
def test_a_shipped_list_is_whole_and_names_its_source(list_id: CodeListId, levels: list[int]) -> None:
    """Every code is canonical, has a title, and what stands at the top has one in Chinese and one in English."""
    book = shipped_book(list_id)
    assert book.level_counts() == levels
    assert book.version.startswith("shipped-")
    assert book.source
    assert all(code.title_zh and code.title_en for code in book.below(None, whole_branch=False))
    assert all(code.title_zh or code.title_en for code in book.codes.values())
    assert all(code.level == 1 or code.parent for code in book.codes.values())
    assert [code for code in book.codes if canonical_code(list_id, code) != code] == []


def test_chapters_77_98_and_99_are_none_of_the_hs() -> None:
    """One is reserved, two are left to the countries."""
    assert not {"77", "98", "99"} & shipped_book(HS).codes.keys()


def test_five_of_the_fifteen_cities_are_planned_separately_and_what_is_not_verified_says_so() -> None:
    """Notes tell the kinds apart; the code of the Corps is marked."""
    notes = {code.code: code.notes for code in shipped_book(CodeListId.REGIONS).codes.values()}
    planned = {region.code for region in REGIONS.values() if region.kind is RegionKind.CITY_PLANNED_SEPARATELY}
    assert {code for code, note in notes.items() if "计划单列市" in note} == planned
    assert "unverified" in notes["66"]


def test_every_industry_code_of_the_newest_public_list_is_there(shared_data: Path) -> None:
    """76 codes, none more."""
    rows = json.loads((shared_data / "codes" / "industry_codes.json").read_text(encoding="utf-8"))
    assert {row["code"] for row in rows} == shipped_book(CodeListId.INDUSTRIES).codes.keys()


def test_countries_have_two_letters_and_three(shared_data: Path) -> None:
    """The codes are those of ISO 3166-1, as a public list has them."""
    table = (shared_data / "codes/countries/data/country-codes.csv").read_bytes()
    rows = read_table(
        table,
        as_json=False,
        columns={"code": "ISO3166-1-Alpha-2", "title": "CLDR display name", "aliases": "ISO3166-1-Alpha-3"},
    )
    listed = {row.code: row.aliases for row in rows if len(row.code) == 2}
    shipped = {code.code: code.aliases for code in shipped_book(CodeListId.COUNTRIES).codes.values()}
    assert {code: shipped.get(code) for code in listed} == listed


def test_every_ics_code_that_the_catalogue_of_iso_uses_is_shipped(shared_data: Path) -> None:
    """With the title that it has there."""
    table = (shared_data / "codes" / "ics_codes.csv").read_text(encoding="utf-8")
    used = {row["ics"]: row["text_en"] for row in csv.DictReader(io.StringIO(table))}
    shipped = shipped_book(ICS).codes
    assert used.keys() - shipped.keys() == set()
    assert {code: title for code, title in used.items() if shipped[code].title_en != " ".join(title.split())} == {}


@pytest.mark.parametrize(
    ("list_id", "query", "code"),
    [(ICS, "toys", "97.200.50"), (CCS, "玩具", "Y57"), (HS, "lithium-ion", "850760"), (ICS, "97.200.50", "97.200.50")],
)
def test_shipped_codes_are_found_by_their_words(list_id: CodeListId, query: str, code: str) -> None:
    """The best answer comes first."""
    assert shipped_book(list_id).search(query)[0][1].code == code


# --- codes by their form ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("list_id", "text", "code", "level", "above"),
    [
        (ICS, "71.100.40", "71.100.40", 3, ("71.100", "71")),
        (CCS, "a 22", "A22", 3, ("A",)),
        (CCS, "J90/99", "J90/99", 2, ("J",)),
        (HS, "8703.1011", "87031011", 4, ("870310", "8703", "87")),
        (CodeListId.REGIONS, "330200", "3302", 2, ("33",)),
        (CodeListId.REGIONS, "330000", "33", 1, ()),
        (CodeListId.INDUSTRIES, "nb/sh", "NB/SH", 1, ()),
    ],
)
def test_the_form_of_a_code_says_its_level_and_what_is_above(
    list_id: CodeListId, text: str, code: str, level: int, above: tuple[str, ...]
) -> None:
    """Nearest first."""
    assert canonical_code(list_id, text) == code
    assert level_and_parents(list_id, code) == (level, above)


@pytest.mark.parametrize(
    ("list_id", "text"),
    [(ICS, "12"), (ICS, "7"), (CCS, "I10"), (HS, "77"), (HS, "7"), (CodeListId.COUNTRIES, "CHN"), (HS, "8" * 9999)],
)
def test_what_is_no_code_is_refused_with_examples(list_id: CodeListId, text: str) -> None:
    """The user sees what a code of this list looks like."""
    with pytest.raises(InvalidArgumentError, match="is no code of this list, whose codes look like"):
        canonical_code(list_id, text)


def test_a_group_of_ccs_stands_before_its_first_code() -> None:
    """As the printed list has them."""
    codes = ["A00", "A", "A10/19", "A00/09", "A09", "A10", "B"]
    ordered = ["A", "A00/09", "A00", "A09", "A10/19", "A10", "B"]
    assert sorted(codes, key=lambda code: order_of(CCS, code)) == ordered


# --- reading a source ---------------------------------------------------------------------------------------------


def test_codes_get_their_place_from_their_form() -> None:
    """A CCS code stands in the group that holds its number, an HS code below the longest code that it begins with."""
    codes = read_codes(CCS, rows_of("J", "J90/99", "J95", "J10")).codes
    assert {code: entry.parent for code, entry in codes.items()} == {
        "J": None,
        "J90/99": "J",
        "J95": "J90/99",
        "J10": "J",
    }
    assert read_codes(HS, rows_of("87", "87031011")).codes["87031011"].parent == "87"


def test_bad_rows_are_named_with_their_column() -> None:
    """No code, none of the list, no title, a control character, too long, twice with other facts."""
    rows = [
        *HS_ROWS,
        CodeRow(4, "", title="示例"),
        CodeRow(5, "77", title="示例"),
        CodeRow(6, "8704"),
        CodeRow(7, "8705", title="示例\x07"),
        CodeRow(8, "8706", notes="x" * 9999, title="示例"),
        CodeRow(9, "8703", title="示例别的"),
        CodeRow(10, "8703", title="示例汽车"),
    ]
    reading = read_codes(HS, rows)
    assert said(reading) == [
        (4, "code", True),
        (5, "code", True),
        (6, "title", True),
        (7, "title", True),
        (8, "notes", True),
        (9, "code", True),
        (10, "code", False),
    ]


def test_rows_that_un_comtrade_adds_are_left_out_and_named() -> None:
    """TOTAL and 99 are no codes of the HS; a country's own chapter 99 is one."""
    title = "Commodities not specified according to kind"
    rows = [CodeRow(1, "99", title=title), CodeRow(2, "TOTAL", "TOTAL", "Total of all HS2022 commodities")]
    assert (read_codes(HS, rows).codes, said(read_codes(HS, rows))) == ({}, [(1, "code", False), (2, "code", False)])
    assert "99" in read_codes(HS, [CodeRow(1, "99", title="示例")]).codes


def test_a_misprint_is_kept_where_its_source_puts_it() -> None:
    """FF2 in K20/29 is really there in the published CCS; D47 in D50/59 too."""
    rows = [
        *rows_of("K", "K20/29", "D", "D40/49", "D50/59"),
        CodeRow(6, "FF2", "K20/29", "示例"),
        CodeRow(7, "D47", "D50/59", "示例"),
        CodeRow(8, "ZZ9", "K99/99", "示例"),
        CodeRow(9, "YY9", "", "示例"),
    ]
    reading = read_codes(CCS, rows)
    places = {code: (entry.parent, entry.level) for code, entry in reading.codes.items()}
    assert (places["FF2"], places["D47"]) == (("K20/29", 3), ("D50/59", 3))
    assert [each for each in said(reading) if each[2]] == [(9, "code", True), (8, "parent", True)]


def test_no_chain_of_parents_closes_a_circle() -> None:
    """What a source puts above a code counts only if it is of a higher level."""
    rows = [
        CodeRow(1, "8703", "8704", "示例"),
        CodeRow(2, "8704", "8703", "示例"),
        CodeRow(3, "87", "8703", "示例"),
        CodeRow(4, "XX1", "XX2", "示例"),
        CodeRow(5, "XX2", "XX1", "示例"),
    ]
    codes = read_codes(HS, rows).codes
    assert (codes["8703"].parent, codes["8704"].parent, codes["87"].parent) == ("87", "87", None)
    assert [each[0] for each in said(read_codes(HS, rows)) if each[2]] == [4, 5]


def test_a_list_in_one_language_keeps_the_titles_of_the_other_below_it() -> None:
    """Chinese titles laid over the shipped English ones: both are there."""
    (code,) = read_codes(
        HS, [CodeRow(1, "9503", title="示例玩具")], {"9503": shipped_book(HS).codes["9503"]}
    ).codes.values()
    assert code.title_zh == "示例玩具"
    assert code.title_en.startswith("Tricycles, scooters, pedal cars")


def test_rows_laid_over_a_base_leave_the_rest_as_it_was() -> None:
    """National digits come below what is there, and a place that only a source knows stays."""
    base = read_codes(CCS, [*rows_of("D", "D40/49", "D50/59"), CodeRow(4, "D47", "D50/59", "示例")]).codes
    codes = read_codes(CCS, rows_of("D41"), base).codes
    assert (codes["D47"].parent, codes["D41"].parent, len(codes)) == ("D50/59", "D40/49", 5)


def test_a_missing_upper_level_is_named_once() -> None:
    """935 codes without their 40 fields are 40 remarks and those of the groups, not 935."""
    reading = read_codes(ICS, rows_of("71.100.40", "71.100.60", "71.100.70"))
    assert said(reading) == [(1, "parent", False)]


rows = st.builds(
    CodeRow,
    st.integers(1, 99),
    st.sampled_from(["87", "8703", "870310", "8704", "TOTAL", "99", "X1", "", "A22", "71.100"]) | st.text(max_size=25),
    st.sampled_from(["", "87", "8703", "8704", "X1", "TOTAL"]) | st.text(max_size=8),
    st.sampled_from(["", "示例", "toys"]) | st.text(max_size=8),
)


@untimed
@given(st.sampled_from(CodeListId), st.lists(rows, max_size=12))
def test_whatever_a_source_holds_makes_a_forest(list_id: CodeListId, found: list[CodeRow]) -> None:
    """Each parent is there and of a higher level, so that every walk up and down ends."""
    reading = read_codes(list_id, found)
    for code in reading.codes.values():
        assert code.parent is None or reading.codes[code.parent].level < code.level
    book = CodeBook(list_id, "v", "示例", reading.codes)
    listed = [code.code for code in book.below(None, whole_branch=True)]
    assert sorted(listed) == sorted(reading.codes)
    walked = [
        below.code for top in book.below(None, whole_branch=False) for below in book.below(top.code, whole_branch=True)
    ]
    tops = [top.code for top in book.below(None, whole_branch=False)]
    assert sorted(walked + tops) == sorted(reading.codes)


@untimed
@given(st.sampled_from(CodeListId), st.lists(rows, max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_sound_rows_does_not_matter(list_id: CodeListId, found: list[CodeRow], random: object) -> None:
    """The same rows shuffled make the same codes."""
    once = list({row.code.strip().upper(): row for row in found}.values())
    shuffled = list(once)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    if not read_codes(list_id, once).refused:
        assert read_codes(list_id, shuffled).codes == read_codes(list_id, once).codes


# --- tables -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_is_read_in_the_encodings_and_marks_of_spreadsheets(encoding: str, delimiter: str) -> None:
    """Headings in Chinese; the rows are numbered as the spreadsheet shows them; empty ones are left out."""
    lines = (("税号", "商品名称", "备注"), ("8703", "示例汽车", "注"), ("", "", ""), ("8704", "示例货车", ""))
    text = "\n".join(delimiter.join(line) for line in lines)
    found = read_table(text.encode(encoding), as_json=False)
    assert found == [CodeRow(2, "8703", title="示例汽车", notes="注"), CodeRow(4, "8704", title="示例货车")]


def test_a_second_column_of_codes_is_what_stands_above() -> None:
    """The published CSV of CCS heads both with "代码 / Code"."""
    table = "代码 / Code,名称 / Name,代码 / Code,备注 / Notes\nA22,示例,A20/39,注\n".encode("utf-8-sig")
    assert read_table(table, as_json=False) == [CodeRow(2, "A22", "A20/39", "示例", notes="注")]


def test_a_list_of_objects_is_a_table_too() -> None:
    """Records of JSON are numbered from 1; numbers and lists are taken for what they say."""
    records = [{"code": 8703, "name_zh": "示例", "aliases": ["A", "B"]}, {"code": "8704", "name_en": "invented"}]
    found = read_table(json.dumps(records).encode(), as_json=True)
    assert found == [
        CodeRow(1, "8703", title_zh="示例", aliases=("A", "B")),
        CodeRow(2, "8704", title_en="invented"),
    ]


def test_columns_can_be_named() -> None:
    """By heading or by place."""
    table = "x,y\n8703,示例\n".encode()
    found = read_table(table, as_json=False, columns={"code": "x", "title_zh": "#2"})
    assert found == [CodeRow(2, "8703", title_zh="示例")]


@pytest.mark.parametrize(
    ("content", "as_json", "error"),
    [
        (b"", False, MalformedDocumentError),
        (b"x,y\n1,2\n", False, MalformedDocumentError),
        (b"\xff\xfe\x00", False, MalformedDocumentError),
        (b"{}", True, MalformedDocumentError),
        (b"[1]", True, MalformedDocumentError),
        (b"[" * 100_000, True, MalformedDocumentError),
        (b"code,title\n" + b"87,x\n" * 50_001, False, LimitError),
        (b"code,title\n87," + b"x" * 30_000, False, LimitError),
        (b'code,title\n87,"' + b"x" * 200_000, False, MalformedDocumentError),
        (b"x" * (32 * 1024 * 1024 + 1), False, LimitError),
    ],
)
def test_what_is_no_table_is_refused(content: bytes, error: type[DomainError], *, as_json: bool) -> None:
    """Empty, without headings that say anything, in no encoding, too deep, too many, too large."""
    with pytest.raises(error):
        read_table(content, as_json=as_json)


@untimed
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: b"code,title\n" + text.encode()), st.booleans())
def test_any_bytes_are_read_or_refused(content: bytes, as_json: bool) -> None:
    """Nothing but a refusal comes of what is no table; a refusal says why in words that can be filled."""
    try:
        read = read_table(content, as_json=as_json)
    except DomainError as error:
        assert str(error)
    else:
        assert read is not None


# --- versions and searches ----------------------------------------------------------------------------------------


def test_versions_differ_by_what_was_added_removed_renamed_moved_and_withdrawn() -> None:
    """Each code with all that became of it, in the order of the list."""
    before = read_codes(CCS, [*rows_of("D", "D40/49", "D50/59"), CodeRow(4, "D47", "D50/59", "示例")])
    after = {
        **before.codes,
        "D47": Code("D47", "D40/49", 3, "示例改名", withdrawn=True),
        "D60": Code("D60", "D", 3, "示例"),
    }
    del after["D50/59"]
    assert [(each.code, each.kinds) for each in differences(CCS, before.codes, after)] == [
        ("D47", (ChangeKind.RENAMED, ChangeKind.MOVED, ChangeKind.WITHDRAWN)),
        ("D50/59", (ChangeKind.REMOVED,)),
        ("D60", (ChangeKind.ADDED,)),
    ]


@untimed
@given(st.lists(rows, max_size=8), st.lists(rows, max_size=8))
def test_what_one_version_adds_the_other_way_round_is_removed(one: list[CodeRow], other: list[CodeRow]) -> None:
    """Nothing differs from itself, and both ways name the same codes."""
    before, after = read_codes(HS, one).codes, read_codes(HS, other).codes
    assert differences(HS, before, before) == []
    there, back = differences(HS, before, after), differences(HS, after, before)
    assert [each.code for each in there] == [each.code for each in back]


def test_a_search_puts_the_best_answer_first() -> None:
    """The code, codes that begin so, the title, titles that begin so, that contain it, all words, notes, withdrawn last."""
    book = book_of(
        HS,
        [
            CodeRow(1, "95", title_en="Invented toys and games"),
            CodeRow(2, "9503", title_en="Toys"),
            CodeRow(3, "9504", title_en="Toys, old", withdrawn=True),
            CodeRow(4, "9505", title_en="Toys for feasts"),
            CodeRow(5, "9506", title_en="Games with invented toys"),
            CodeRow(6, "9507", title_en="Rods", notes="no toys"),
        ],
    )
    assert [code.code for _, code in book.search("TOYS")] == ["9503", "9505", "9504", "95", "9506", "9507"]
    assert [code.code for _, code in book.search("games invented")] == ["95", "9506"]
    assert [code.code for _, code in book.search("95.0")][:2] == ["9503", "9505"]
    assert book.search("9503")[0][1].code == "9503"
    assert book.search("   ") == []


@untimed
@given(st.text(max_size=60))
def test_any_text_can_be_searched_for(query: str) -> None:
    """Whatever is typed, what is found is a code of the list."""
    book = shipped_book(CodeListId.REGIONS)
    assert all(code.code in book.codes for _, code in book.search(query))
