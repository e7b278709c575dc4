"""What the reading of classification codes promises."""

import csv
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standards_tree.classifications import (
    INDUSTRY_CODES,
    MAX_CELL_CHARACTERS,
    REGIONS,
    RegionKind,
    Scheme,
    clean_ccs,
    clean_codes,
    clean_hs,
    clean_ics,
    is_prefix,
    parse_code,
)
from standards_tree.errors import InvalidArgumentError, LimitError

untimed = settings(deadline=None)


@pytest.mark.parametrize(
    ("cell", "codes"),
    [
        ("8708.3010, 8708.3091,8708.3092", ("87083010", "87083091", "87083092")),
        ('[{"uid":"33"}]', ("33",)),
        ("2711210000", ("2711210000",)),
        (" 8539", ("8539",)),
        ("16;17;18;22  ", ("16", "17", "18", "22")),
        ("8536.61；8538.90", ("853661", "853890")),
        ("８５３９．３１、8540", ("853931", "8540")),
        (
            "8517 - Telephone sets, incl. others (excl. 8443, 8525); parts thereof; 340510 - Polishes",
            ("8517", "340510"),
        ),
        ("6506 - Headgear; 6506 - Headgear", ("6506",)),
        ("HS Code: 8703.10 and ex 8704", ("870310", "8704")),
        ("HS8703/8704", ("8703", "8704")),
        ("第87章", ("87",)),
        ("8471 30 00, 9503 00", ("84713000", "950300")),
        ("税则号列8516.10；税号8517项下；8518等", ("851610", "8517", "8518")),
        ("HS code(s): 8516", ("8516",)),
        ("", ()),
    ],
)
def test_hs_codes_are_read_out_of_messy_cells(cell: str, codes: tuple[str, ...]) -> None:
    """Separators, labels, JSON debris, dots, width and repetition do not hide a code, and nothing needs a remark."""
    reading = clean_hs(cell)
    assert (reading.codes, reading.remarks) == (codes, ())


@pytest.mark.parametrize(
    ("cell", "codes"),
    [
        ("75.060", ("75.060",)),
        ('[{"uid":"13.120"},{"uid":"97.120"}]', ("13.120", "97.120")),
        (
            "23.020.20 - Vessels and containers mounted on vehicles; 43.080 - Commercial vehicles",
            ("23.020.20", "43.080"),
        ),
        ("33.030 - Telecommunication services. Applications; 33.040 - Systems", ("33.030", "33.040")),
        ("17.160_振动、冲击和振动测量", ("17.160",)),
        ("ICS 71.100.40", ("71.100.40",)),
        ("47", ("47",)),
    ],
)
def test_ics_codes_are_read_out_of_messy_cells(cell: str, codes: tuple[str, ...]) -> None:
    """A code is found with its name, in JSON debris and alone, at each of the three levels."""
    reading = clean_ics(cell)
    assert (reading.codes, reading.remarks) == (codes, ())


@pytest.mark.parametrize(
    ("cell", "codes"),
    [
        ("A22", ("A22",)),
        ("A 22", ("A22",)),
        ("a22", ("A22",)),
        ("J90/99", ("J90/99",)),
        ("Z04、C51", ("Z04", "C51")),
        ("A22/C51", ("A22", "C51")),
        ("X", ("X",)),
        ("CCS: A 00", ("A00",)),
    ],
)
def test_ccs_codes_are_read_out_of_messy_cells(cell: str, codes: tuple[str, ...]) -> None:
    """Covers print a blank, groups a slash, databases several codes."""
    reading = clean_ccs(cell)
    assert (reading.codes, reading.remarks) == (codes, ())


@pytest.mark.parametrize(
    ("scheme", "cell", "code", "reason"),
    [
        (Scheme.ICS, "65.060.70.", "65.060.70", "full stop"),
        (Scheme.ICS, "75.06", "75.060", "spreadsheet"),
        (Scheme.ICS, "1.040", "01.040", "leading zero"),
        (Scheme.HS, "713.10", "071310", "leading zero"),
        (Scheme.HS, "7", "07", "leading zero"),
        (Scheme.HS, "8509.8", "85098", "five digits"),
        (Scheme.HS, "72106 - - Plated or coated", "72106", "five digits"),
        (Scheme.HS, "8701-8703", "8701", "range"),
    ],
)
def test_a_correction_is_marked(scheme: Scheme, cell: str, code: str, reason: str) -> None:
    """What was put right can be seen, with what stood there."""
    reading = clean_codes(scheme, cell)
    assert reading.codes[0] == code
    assert [(remark.code, reason in remark.reason) for remark in reading.corrected] == [(code, True)]


@pytest.mark.parametrize("cell", ["8701-8703", "8701 to 8703", "8701至8703", "8701～8703"])
def test_a_range_is_written_out(cell: str) -> None:
    """8701-8703 means three headings, in whatever words."""
    assert clean_hs(cell).codes == ("8701", "8702", "8703")
    assert clean_hs("第01章至第03章").codes == ("01", "02", "03")


@pytest.mark.parametrize(
    ("cell", "codes"),
    [
        ("8703.21-8703.24", ("870321", "870322", "870323", "870324")),
        ("8703.21 - 8703.24", ("870321", "870322", "870323", "870324")),
        ("4011.10 to 4011.20", ("401110", "401120")),
        ("2201 - 2203", ("2201", "2202", "2203")),
        ("22.01-22.03", ("2201", "2202", "2203")),
        ("85.01 a 85.03; 87", ("8501", "8502", "8503", "87")),
        ("Chapters 1-3", ("01", "02", "03")),
        ("第1章至第3章", ("01", "02", "03")),
    ],
)
def test_a_range_is_written_out_down_to_the_subheadings_there_are(cell: str, codes: tuple[str, ...]) -> None:
    """A blank beside the dash hid its second half; between two subheadings stand those of the HS, not all numbers."""
    assert clean_hs(cell).codes == codes


@pytest.mark.parametrize("cell", ["8703.10.00 - 8703.90.00", "8703 - 8802", "870321-870399"])
def test_a_range_that_cannot_be_written_out_is_kept_whole(cell: str) -> None:
    """Its first half alone would be another statement."""
    reading = clean_hs(cell)
    assert (reading.codes, [remark.found for remark in reading.unread]) == ((), [cell.replace(" ", "")])


@pytest.mark.parametrize(
    ("cell", "codes", "left_out"),
    [
        ("8471.30; 8471.41 (excluding 8471.49)", ("847130", "847141"), "(excluding 8471.49)"),
        ("8501, except 8501.10", ("8501",), "except 8501.10"),
        ("8501（8501.10除外）", ("8501",), "(8501.10除外)"),
        ("8501（不包括8501.10）、8502", ("8501", "8502"), "(不包括8501.10)"),
    ],
)
def test_a_code_that_is_excluded_is_not_covered(cell: str, codes: tuple[str, ...], left_out: str) -> None:
    """It is kept and marked, with the reason."""
    reading = clean_hs(cell)
    assert (reading.codes, [remark.found for remark in reading.unread]) == (codes, [left_out])
    assert "excluded" in reading.unread[0].reason


@pytest.mark.parametrize(
    ("cell", "codes"),
    [
        ("HS2022: 8517.13", ("851713",)),
        ("HS 2017 8517.12", ("851712",)),
        ("HS 2007: 8517.12", ("851712",)),
        ("HS 2007, 2008", ("2007", "2008")),
        ("8471、8472和8473", ("8471", "8472", "8473")),
    ],
)
def test_an_edition_of_the_hs_is_no_heading_and_a_word_between_codes_hides_none(
    cell: str, codes: tuple[str, ...]
) -> None:
    """2007 is jams, unless a colon says that it is the year."""
    reading = clean_hs(cell)
    assert (reading.codes, reading.remarks) == (codes, ())


@pytest.mark.parametrize(
    ("scheme", "cell", "unread"),
    [
        (Scheme.HS, "Various, 8703", ["Various"]),
        (Scheme.HS, "77; 8703", ["77"]),
        (Scheme.HS, "123456789012; 8703", ["123456789012"]),
        (Scheme.HS, '[{"uid":"8703"},{"uid":"87', ["87..."]),
        (Scheme.ICS, "13.20; 43.040", ["13.20"]),
        (Scheme.ICS, "12.020; 43.040", ["12.020"]),
        (Scheme.CCS, "O22; T35", ["O22"]),
        (Scheme.HS, "٨٧٠٣; 8703", ["٨٧٠٣"]),
        (Scheme.HS, "3304.99.00.1; 8703", ["3304.99.00.1"]),
        (Scheme.HS, "85.1; 8703", ["85.1"]),
        (Scheme.HS, "8708.30.10/91; 8703", ["8708.30.10/91"]),
        (Scheme.HS, "8517/18; 8703", ["8517/18"]),
        (Scheme.HS, "97.040; 8703", ["97.040"]),
    ],
)
def test_what_cannot_be_read_is_kept(scheme: Scheme, cell: str, unread: list[str]) -> None:
    """Nothing is dropped: the rest of the cell is read, and the unread piece is there to be looked at."""
    reading = clean_codes(scheme, cell)
    assert len(reading.codes) == 1
    assert [remark.found for remark in reading.unread] == unread


def test_every_code_of_the_lists_reads_as_itself(shared_data: Path) -> None:
    """All headings of HS 2022, all ICS codes of the ISO catalogue and the classes and groups of CCS are canonical."""
    lists = (
        (Scheme.HS, "hs/data/harmonized-system.csv", "hscode"),
        (Scheme.ICS, "ics_codes.csv", "ics"),
        (Scheme.CCS, "china/ccs/cn-ccs-codes/cat-level1.csv", "代码 / Code"),
        (Scheme.CCS, "china/ccs/cn-ccs-codes/cat-level2.csv", "代码 / Code"),
    )
    for scheme, path, column in lists:
        with (shared_data / "codes" / path).open(encoding="utf-8-sig") as rows:
            codes = [row[column] for row in csv.DictReader(rows)]
        assert [code for code in codes if code != "TOTAL" and clean_codes(scheme, code).codes != (code,)] == []


def test_the_codes_of_real_notifications_are_all_read(shared_data: Path) -> None:
    """What Chinese platforms print is read without a piece left over."""
    lines = (shared_data / "measures" / "notifications_zh.jsonl").read_text(encoding="utf-8").splitlines()
    cells = [json.loads(line) for line in lines]
    unread = [clean_hs(cell["hs_raw"]).unread + clean_ics(cell["ics_raw"]).unread for cell in cells]
    assert unread == [()] * len(cells)


@pytest.mark.parametrize(
    ("scheme", "code", "prefix", "expected"),
    [
        (Scheme.ICS, "71.100.40", "71.100", True),
        (Scheme.ICS, "71.100.40", "71", True),
        (Scheme.ICS, "71", "71", True),
        (Scheme.ICS, "71", "7", False),
        (Scheme.ICS, "71.100", "71.100.40", False),
        (Scheme.ICS, "71.100", "71.1", False),
        (Scheme.HS, "87083010", "8708", True),
        (Scheme.HS, "870830", "87", True),
        (Scheme.HS, "870830", "8", False),
        (Scheme.HS, "8708", "870830", False),
        (Scheme.CCS, "A22", "A", True),
        (Scheme.CCS, "J95", "J90/99", True),
        (Scheme.CCS, "J89", "J90/99", False),
        (Scheme.CCS, "A22", "A2", False),
        (Scheme.CCS, "J90/99", "J", True),
    ],
)
def test_a_prefix_is_one_of_meaning(scheme: Scheme, code: str, prefix: str, *, expected: bool) -> None:
    """A code stands below its field, chapter or class, and below nothing that only looks like it."""
    assert is_prefix(scheme, code, prefix) is expected


@pytest.mark.parametrize(
    ("scheme", "text"),
    [
        (Scheme.ICS, "75.06"),
        (Scheme.ICS, "1.040"),
        (Scheme.HS, "7"),
        (Scheme.HS, "870830, 870840"),
        (Scheme.CCS, "I10"),
    ],
)
def test_one_code_is_read_without_guessing(scheme: Scheme, text: str) -> None:
    """Where one code is asked for, a cell of codes or a lost zero is refused."""
    with pytest.raises(InvalidArgumentError, match=rf"is no code of {scheme.value.upper()}; "):
        parse_code(scheme, text)


@pytest.mark.parametrize(
    ("scheme", "text", "code"),
    [(Scheme.ICS, " 71.100.40 ", "71.100.40"), (Scheme.HS, "8708.30", "870830"), (Scheme.CCS, "a 22", "A22")],
)
def test_one_code_is_made_canonical(scheme: Scheme, text: str, code: str) -> None:
    """Dots of HS, blanks and case are spelling."""
    assert parse_code(scheme, text) == code


def test_a_huge_cell_is_refused() -> None:
    """A cell beyond the limit is no cell."""
    with pytest.raises(LimitError):
        clean_hs("8" * (MAX_CELL_CHARACTERS + 1))


@untimed
@given(
    st.sampled_from(Scheme),
    st.text(alphabet='0123456789.,;-_ AJO/[{"}]:章第exHS、\n…', max_size=60) | st.text(max_size=60),
)
def test_codes_read_from_any_text_are_canonical(scheme: Scheme, cell: str) -> None:
    """Whatever the cell, each code read out of it reads as itself."""
    for code in clean_codes(scheme, cell).codes:
        assert clean_codes(scheme, code).codes == (code,)


def test_there_are_76_industries_each_with_both_names() -> None:
    """The list is complete; what is only in old lists (TJ) or in none (GD) is not in it."""
    assert len(INDUSTRY_CODES) == 76
    assert all(industry.zh and industry.en and code == industry.code for code, industry in INDUSTRY_CODES.items())
    assert not {"GD", "TJ"} & INDUSTRY_CODES.keys()


def test_regions_are_31_provinces_and_their_kin() -> None:
    """34 provinces with Taiwan, Hong Kong and Macao, the Corps, 15 cities, five of them planned separately."""
    kinds = [region.kind for region in REGIONS.values()]
    cities = kinds.count(RegionKind.SUB_PROVINCIAL_CITY), kinds.count(RegionKind.CITY_PLANNED_SEPARATELY)
    assert (len(kinds), kinds.count(RegionKind.CORPS), cities) == (50, 1, (10, 5))
    assert all(region.province in REGIONS for region in REGIONS.values())
