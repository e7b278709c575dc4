"""What the parsing of designations promises."""

import json
import re
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standards_tree.classifications import INDUSTRY_CODES, REGIONS
from standards_tree.designations import (
    MAX_DESIGNATION_CHARACTERS,
    Designation,
    Supplement,
    key_of_resource_id,
    parse_designation,
    parse_designation_or_none,
)
from standards_tree.errors import MalformedDesignationError
from standards_tree.standards import Level, Obligation

untimed = settings(deadline=None)


def facts(designation: Designation) -> dict[str, object]:
    """Return the parts of a designation under the names of the worked cases."""
    amendment = designation.amendment
    return {
        "body": designation.body,
        "number": designation.number,
        "part": designation.part,
        "year": None if designation.year is None else str(designation.year),
        "all_parts": designation.all_parts,
        "sector": designation.sector,
        "region": designation.region,
        "group": designation.group,
        "enterprise": designation.enterprise,
        "mandatory": designation.obligation is Obligation.MANDATORY,
        "adopts": designation.adopted.official if designation.adopted else None,
        "amendment": amendment.number if amendment else None,
        "amendment_year": str(amendment.year) if amendment else None,
    }


def test_every_worked_case_has_its_expected_parts(shared_data: Path) -> None:
    """Valid spellings give the parts listed for them, invalid ones are refused."""
    for case in json.loads((shared_data / "designations" / "cases.json").read_text(encoding="utf-8")):
        designation = parse_designation_or_none(case["text"])
        assert (designation is not None) is case["valid"], case["text"]
        expected = {name: value for name, value in case.get("expect", {}).items() if name != "note"}
        found = facts(designation) if designation else {}
        assert {name: found.get(name) for name in expected} == expected, case["text"]


def test_real_iso_identifiers_round_trip(shared_data: Path) -> None:
    """4,000 identifiers parse, their official forms parse to the same, and all but malformed spellings are official."""
    spelled = (shared_data / "designations" / "iso_basic.txt").read_text(encoding="utf-8").splitlines()
    parsed = [parse_designation(text) for text in spelled]
    assert [parse_designation(each.official) for each in parsed] == parsed
    different = [text for text, each in zip(spelled, parsed, strict=True) if each.official != text]
    # A blank before a slash or colon, "105/F", "Ed.2" and a dangling "Ed".
    assert len(different) <= 6


PLAIN_ISO = re.compile(r"ISO (\d+)(?:-([\d-]+?))?(?::(\d{4}))?")


def test_real_iso_identifiers_give_their_parts(shared_data: Path) -> None:
    """Where an identifier is no more than number, part and year, it comes apart where anybody would cut it."""
    spelled = (shared_data / "designations" / "iso_basic.txt").read_text(encoding="utf-8").splitlines()
    cut = [(text, match.groups()) for text in spelled if (match := PLAIN_ISO.fullmatch(text))]
    assert len(cut) > 0.9 * len(spelled)
    for text, (number, part, year) in cut:
        designation = parse_designation(text)
        found = (designation.number, designation.part, str(designation.year or "") or None)
        # Drafts of old parts end in what looks like a year: ISO 2100-2001.
        assert found == (number, part, year) or (part and not year and part[-4:-2] in {"19", "20"}), text


def test_chinese_catalogue_numbers_round_trip(shared_data: Path) -> None:
    """2,100 numbers of a real catalogue come back as printed, with the dash that GB/T 1.1 wants."""
    catalogue = shared_data / "catalogues" / "china_medical" / "standards_2026-05-10.json"
    numbers = [row["number"] for row in json.loads(catalogue.read_text(encoding="utf-8"))]
    assert [parse_designation(number).official.replace("—", "-") for number in numbers] == numbers


@pytest.mark.parametrize(
    ("text", "official"),
    [
        ("NB/SHT 0001-2013", "NB/SH/T 0001—2013"),
        ("GBZT 189.1-2007", "GBZ/T 189.1—2007"),
        ("GB T 1.1 — 2020", "GB/T 1.1—2020"),
        ("GB_T_1.1-2020", "GB/T 1.1—2020"),
        ("GB/T 16733--1997", "GB/T 16733—1997"),
        ("GB/T 1.1一2020", "GB/T 1.1—2020"),
        ("DB11/501-2017", "DB11/ 501—2017"),
        ("DB13(J)/T 8359-2020", "DB13(J)/T 8359—2020"),
        ("DBS33/ 3009-2018", "DBS33/ 3009—2018"),
        ("T/CECS10001-2019", "T/CECS 10001—2019"),
        ("Q/示例 001-2020", "Q/示例 001—2020"),
        ("TSG G0001-2012", "TSG G0001—2012"),
        ("JJG(交通) 123-2010", "JJG(交通) 123—2010"),
        ("GJB 450A-2004", "GJB 450A—2004"),
        ("GSB 16-1234-2005", "GSB 16-1234—2005"),
        ("HG/T 20592～20635—2009", "HG/T 20592~20635—2009"),
        ("GB 50016-2014（2018年版）", "GB 50016—2014(2018年版)"),
        ("GB 3102—1993（所有部分）", "GB 3102—1993(所有部分)"),
        ("GB 4943.1-2011 第1号修改单", "GB 4943.1—2011/XG1"),
        ("GB/T 19001-2000 idt ISO 9001:2000", "GB/T 19001—2000/ISO 9001:2000"),
        ("ISO 9001-2015", "ISO 9001:2015"),
        ("ISO 2631/1:1985", "ISO 2631-1:1985"),
        ("ISO/IEC/TR 10000-1:1998", "ISO/IEC TR 10000-1:1998"),
        ("iso 8351-1:1994(E)", "ISO 8351-1:1994"),
        ("ISO 16634:—", "ISO 16634"),
        ("ISO/CD TS 10303-2001", "ISO/CD TS 10303-2001"),
        ("CD IWA 45", "CD IWA 45"),
        ("ISO/IEC DIR 1 ISO SUP:2012", "ISO/IEC DIR 1 ISO SUP:2012"),
        ("IEC 60335-1:2010/A1:2013", "IEC 60335-1:2010/AMD1:2013"),
        ("IEC 60400 ed 7.0:2008-07", "IEC 60400:2008 Ed 7.0"),
        ("ITU-T Recommendation X.681 (2008) | ISO/IEC 8824-2:2008", "ITU-T X.681 (2008) | ISO/IEC 8824-2:2008"),
        ("ETSI EN 301 489-1 V2.2.3 (2019-11)", "ETSI EN 301 489-1 V2.2.3 (2019-11)"),
        ("DIN EN ISO 9001:2015", "DIN EN ISO 9001:2015"),
        ("CEN ISO/TR 17663:2015", "CEN ISO/TR 17663:2015"),
        ("ASTM D4169-23e1", "ASTM D4169-23e1"),
        ("JIS B9700-2013", "JIS B 9700-2013"),
        ("NOM-001-SCFI-2018", "NOM-001-SCFI-2018"),
        ("CECS 153:2003", "CECS 153:2003"),
        ("GB/n 51-1977", "GBn 51—1977"),
        ("GJBZ 299C-2006", "GJB/Z 299C—2006"),
        ("JJF (京) 3001-2020", "JJF(京) 3001—2020"),
        ("JTG F80/1-2017", "JTG F80/1—2017"),
        ("JTS 165-2013", "JTS 165—2013"),
        ("GB/T 2828.1-2012+XG1-2015", "GB/T 2828.1—2012+XG1—2015"),
        ("IEC CISPR 11:2015", "CISPR 11:2015"),
        ("ITU-T K.20 (2019) Amd. 1 (2020)", "ITU-T K.20 (2019)/Amd 1:2020"),
        ("ITU-T Y.4900/L.1600", "ITU-T Y.4900/L.1600"),
        ("prEN 71-1:2014/prA1", "prEN 71-1:2014/prA1"),
        ("NEN-EN-ISO 9001:2015", "NEN EN ISO 9001:2015"),
        ("OENORM EN 1990", "ÖNORM EN 1990"),
        ("GOST 12.1.004-91", "GOST 12.1.004-1991"),
        ("ASTM D 4236 - 94", "ASTM D4236-94"),
        ("ASTM-D4236-94", "ASTM D4236-94"),
        ("ASTM D-4236", "ASTM D4236"),
        ("ISO-IEC 17025:2017", "ISO/IEC 17025:2017"),
        ("GB 4943.1—2011（第一号修改单）", "GB 4943.1—2011/XG1"),
        ("GB 4943.1-2011(XG1-2015)", "GB 4943.1—2011/XG1—2015"),
        ("GB50016-2014（2018 年版）", "GB 50016—2014(2018年版)"),
    ],
)
def test_a_spelling_gives_the_official_form(text: str, official: str) -> None:
    """Whatever the spelling, one form is shown."""
    assert parse_designation(text).official == official


@pytest.mark.parametrize(
    ("text", "level", "obligation"),
    [
        ("GB 4706.1-2005", Level.NATIONAL, Obligation.MANDATORY),
        ("GB/Z 177.1-2024", Level.NATIONAL, Obligation.GUIDANCE),
        ("JJF 1001-2011", Level.NATIONAL, None),
        ("QB/T 2946-2020", Level.INDUSTRY, Obligation.RECOMMENDED),
        ("DB/T 1-2000", Level.INDUSTRY, Obligation.RECOMMENDED),
        ("DB31/T 1234—2020", Level.LOCAL, Obligation.RECOMMENDED),
        ("T/CECS 10001-2019", Level.GROUP, None),
        ("CECS 153:2003", Level.GROUP, None),
        ("Q/HKF 005-2025", Level.ENTERPRISE, None),
        ("ISO 9001", Level.INTERNATIONAL, None),
        ("CXS 192-1995", Level.INTERNATIONAL, None),
        ("EN ISO 12100:2010", Level.FOREIGN, None),
        ("XYZ 4711:2020", Level.FOREIGN, None),
    ],
)
def test_the_prefix_gives_level_and_obligation(text: str, level: Level, obligation: Obligation | None) -> None:
    """The letters before the number say whom it binds and how."""
    designation = parse_designation(text)
    assert (designation.level, designation.obligation) == (level, obligation)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "GB/T 1234:2020",
            "a colon stands where the year dash belongs, at character 10 of 'GB/T 1234:2020'; write GB/T 1234—2020",
        ),
        ("ＧＢ／Ｔ　１２３４：２０２０", "character 10 of"),
        ("GB / T 1234 : 2020", "character 13 of"),
        ("GB/T 1.1 2020", "the dash before the year is missing, at character 9 of"),
        ("GB/T 12-20", "'20' is no year, at character 9 of"),
        ("GB/T 1.1—2020 导则", "'导则' stands behind the designation GB/T 1.1—2020, at character 15 of"),
        ("GB/T XXXXX—XXXX", "a placeholder stands where the number belongs, at character 6 of"),
        ("JB/T", "a number must follow the prefix JB/T, at character 5 of"),
        ("DB99/T 12-2020", "99 is no code of a province, at character 3 of"),
        ("AB/T 1-2000", "AB is no code of national or industry standards, at character 1 of"),
        ("ISO/TC 34", "names a committee"),
        ("G/TBT/N/USA/1364", "begins with no prefix of a standards body"),
        ("Regulation (EU) 2017/745", "begins with no prefix of a standards body"),
        ("TABLE 4", "begins with no prefix of a standards body"),
        ("", "has no number"),
        ("标准", "has no number"),
    ],
)
def test_a_refusal_says_what_is_wrong_where(text: str, message: str) -> None:
    """The user reads the mistake, its place and, where it is plain, the right form."""
    with pytest.raises(MalformedDesignationError) as refused:
        parse_designation(text)
    assert message in str(refused.value)


def test_a_footnote_mark_is_not_read_into_the_number() -> None:
    """GB/T 1.1 with a superscript 2 is not GB/T 1.12."""
    assert parse_designation_or_none("GB/T 1.1²") is None


def test_text_beyond_the_limit_is_refused() -> None:
    """A designation is short; 301 characters are none."""
    text = "GB/T 1" + "0" * (MAX_DESIGNATION_CHARACTERS - 5)
    with pytest.raises(MalformedDesignationError, match="at most 300 characters, not 301"):
        parse_designation(text)


@pytest.mark.parametrize(
    "piece", ["GB/T ", "-1", ".1", "/IEC", "A-", "+A1", "ISO ", "Q/1", "DB1", "(", "1 ", "|ISO 1", "中/"]
)
@pytest.mark.parametrize("start", ["GB/T 1", "ISO 1", "EN 1", "Q/", "T/", "ABC 1", "ASTM D1", ""])
def test_repeated_pieces_are_refused(start: str, piece: str) -> None:
    """Text made to exhaust a pattern gets a refusal like any other."""
    text = (start + piece * 100)[:MAX_DESIGNATION_CHARACTERS]
    with pytest.raises(MalformedDesignationError):
        parse_designation(text)


# --- properties ---------------------------------------------------------------------------------------------------

years = st.integers(1950, 2049)
numbers = st.integers(1, 999_999).map(str)
chinese_bodies = st.one_of(
    st.sampled_from(["GB", "GB/T", "GB/Z", "GBZ", "GBZ/T", "GJB", "JJF", "CJJ/T", "NB/SH/T", "DB11", "DB3301/T"]),
    st.sampled_from(sorted(INDUSTRY_CODES)).flatmap(lambda code: st.sampled_from([code, f"{code}/T", f"{code}/Z"])),
    st.sampled_from(sorted(REGIONS)).map("DB{}/T".format),
    st.from_regex(r"T/[A-Z]{2,8}", fullmatch=True),
    st.from_regex(r"Q/[A-Z]{1,8}", fullmatch=True),
)


@st.composite
def chinese(draw: st.DrawFn) -> tuple[str, str, str | None, int | None, str]:
    """Draw body, number, part, year and amendment."""
    part = draw(st.none() | st.integers(1, 999).map(str))
    year = draw(st.none() | years)
    amendment = draw(st.sampled_from(["", "", "/XG1—2015", "/XG2"])) if year else ""
    return draw(chinese_bodies), draw(numbers), part, year, amendment


def spell(parts: tuple[str, str, str | None, int | None, str], draw: st.DataObject) -> str:
    """Return one of the spellings of a Chinese designation."""
    body, number, part, year, amendment = parts
    if body.endswith("/T") and body not in {"T/T", "Q/T"} and not body.startswith(("T/", "Q/")):
        body = draw.draw(st.sampled_from([body, body.removesuffix("/T") + "T", body.replace("/", "／")]))
    gap = draw.draw(st.sampled_from([" ", "\u00a0", "　", "  "]))
    if body == "DB11":
        gap = draw.draw(st.sampled_from(["/ ", "/", " "]))
    dash = draw.draw(st.sampled_from(["-", "—", "–", " - ", "－", "──", "\u2011"]))
    spelled = body + gap + number + (f".{part}" if part else "") + (f"{dash}{year}" if year else "") + amendment
    width = draw.draw(st.sampled_from(["as it is", "full", "small"]))
    if width == "full":
        return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in spelled)
    return spelled.lower() if width == "small" else spelled


@untimed
@given(chinese(), st.data())
def test_all_spellings_of_a_chinese_designation_share_one_key(
    parts: tuple[str, str, str | None, int | None, str], data: st.DataObject
) -> None:
    """Width, dashes, blanks, case and the lost slash of /T do not matter."""
    one, other = (parse_designation(spell(parts, data)) for _ in range(2))
    assert one.key == other.key
    assert one == other


iso_bodies = st.sampled_from(
    [
        "ISO",
        "IEC",
        "ISO/IEC",
        "ISO/TR",
        "ISO/IEC TS",
        "IEC TR",
        "ISO/DIS",
        "ISO/IEC Guide",
        "EN",
        "EN ISO",
        "BS EN",
        "prEN",
    ]
)
iso_parts = st.none() | st.from_regex(r"[1-9][0-9]{0,2}(-[1-9][0-9]{0,2})?", fullmatch=True)
iso_tails = st.sampled_from(["", "", "/Amd 1:2020", "/Cor 2:2021", "+A1:2018", " (all parts)"])


@st.composite
def foreign(draw: st.DrawFn) -> str:
    """Draw the official form of a designation from outside China."""
    part, year = draw(iso_parts), draw(st.none() | years)
    number = draw(numbers) + (f"-{part}" if part else "")
    return f"{draw(iso_bodies)} {number}{f':{year}' if year else ''}{draw(iso_tails)}"


@untimed
@given(st.sampled_from(["ISO", "IEC", "ISO/IEC TS", "EN ISO", "BS EN", "JIS B"]), numbers, iso_parts, years)
def test_colon_hyphen_and_full_width_colon_share_one_key(body: str, number: str, part: str | None, year: int) -> None:
    """ISO 9001:2015, ISO 9001-2015 and ISO 9001：2015 are one designation."""
    undated = f"{body} {number}{f'-{part}' if part else ''}"
    keys = {parse_designation(f"{undated}{mark}{year}").key for mark in ("-", ":", "：", " : ", "∶")}
    assert keys == {f"{undated.lower()}:{year}"}


@untimed
@given(foreign() | chinese().map(lambda parts: f"{parts[0]} {parts[1]}{f'-{parts[3]}' if parts[3] else ''}{parts[4]}"))
def test_formatting_what_was_parsed_is_stable(text: str) -> None:
    """The official form parses to the same designation, and so does the key."""
    designation = parse_designation(text)
    assert parse_designation(designation.official) == designation
    assert parse_designation(designation.key).key == designation.key


texts = st.text(alphabet="GBTISOECQDNXA0123456789/-.: +()中a—", max_size=24)


@untimed
@given(foreign() | texts | st.builds("{} {}".format, chinese_bodies, texts))
def test_a_resource_id_is_safe_in_a_url_and_gives_its_key_back(text: str) -> None:
    """Ids are injective over keys, because each leads back to its key; nothing in them needs escaping."""
    designation = parse_designation_or_none(text)
    if designation is not None:
        assert key_of_resource_id(designation.resource_id) == designation.key
        assert quote(designation.resource_id, safe="") == designation.resource_id


@untimed
@given(texts | st.text(max_size=40))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    """No text raises anything but the refusal, and what is read is read the same from its official form."""
    try:
        designation = parse_designation(text)
    except MalformedDesignationError:
        return
    assert parse_designation(designation.official) == designation


designations = (foreign() | chinese().map(lambda parts: f"{parts[0]} {parts[1]}")).map(parse_designation)


@untimed
@given(st.lists(designations, min_size=2, max_size=6))
def test_sort_texts_sort_byte_by_byte_as_sort_keys_do(found: list[Designation]) -> None:
    """A data base that knows nothing of standards sorts them as a list of references does."""
    by_bytes = sorted(found, key=lambda each: each.sort_text.encode())
    assert [each.key for each in by_bytes] == [each.key for each in sorted(found, key=lambda each: each.sort_key)]


@untimed
@given(st.sampled_from(["GB/T", "ISO", "QB/T", "T/CECS", "EN"]), st.integers(1, 999_999), st.integers(1, 999_999))
def test_numbers_sort_by_value(body: str, one: int, other: int) -> None:
    """GB/T 2 comes before GB/T 10, and no two different ones are equal."""
    first, second = (parse_designation(f"{body} {number}").sort_text.encode() for number in (one, other))
    assert (first < second, first == second) == (one < other, one == other)


@untimed
@given(st.text(alphabet="gbtU0123456789ABCDF~_-.", max_size=30) | st.text(max_size=20))
def test_any_text_is_taken_for_an_id(text: str) -> None:
    """What no id is leads to a key that nothing has, and never to a failure."""
    assert isinstance(key_of_resource_id(text), str)


@pytest.mark.parametrize("resource_id", ["U110000U", "UFFFFFFU", "UD800U", "UDFFFU"])
def test_an_id_of_no_character_stays_as_it_is(resource_id: str) -> None:
    """Beyond Unicode and among its surrogates there is nothing to give back."""
    assert key_of_resource_id(resource_id) == resource_id


# --- keys, ids, order ---------------------------------------------------------------------------------------------


def test_keys_of_different_documents_differ() -> None:
    """Drafts, parts, amendments, consolidated versions and editions are documents of their own."""
    texts = (
        *("GB/T 1.1-2020", "GB 1.1-2020", "GB/T 1-2020", "GB/T 1.1", "GB/T 1.1-2009", "GB/T 1.1-2020/XG1-2021"),
        *("GB 50016-2014", "GB 50016-2014(2018年版)", "GBZ 1-2010", "GB/Z 1-2010", "DB/T 1-2010", "DB11/T 1-2010"),
        *(
            "ISO 9001:2015",
            "ISO 9001-2",
            "ISO/DIS 9001",
            "ISO 9001",
            "ISO 9001 (all parts)",
            "ISO 9001:2015/Amd 1:2024",
        ),
        *("ISO/TS 9001", "ISO/IEC 9001", "EN ISO 9001:2015", "EN 71-1:2014/A1:2018", "EN 71-1:2014+A1:2018"),
        *("ASTM D4236-94", "ASTM D4236-94(2021)", "ASTM D4169-23e1", "ASTM D4169-23", "ISO 5/DAM 1", "ISO 5/DAmd 1"),
    )
    assert len({parse_designation(text).key for text in texts}) == len(texts)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("GB/T 19001—2016/ISO 9001:2015", "GB/T 19001-2016"),
        ("ISO-9001:2015", "ISO 9001:2015"),
        ("CODEX STAN 192-1995", "CXS 192-1995"),
        ("CAC/GL 21-1997", "CXG 21-1997"),
        ("IEC 62368-1:2018+AMD1:2020 CSV", "IEC 62368-1:2018+A1:2020"),
        ("IEC/TR 62366-2:2016", "IEC TR 62366-2:2016"),
        ("ITU-T X.680 (07/2002)", "ITU-T Rec. X.680 (2002)"),
        ("JIS B9700:2013", "jis b 9700-2013"),
        ("GB/T 7714-87", "GB/T 7714—1987"),
    ],
)
def test_two_names_of_one_document_share_a_key(one: str, other: str) -> None:
    """A double number, a former name and a printer's variant lead to the same document."""
    assert parse_designation(one).key == parse_designation(other).key
    assert parse_designation(one).level is parse_designation(other).level


def test_the_undated_and_the_series_key_name_all_editions_and_all_parts() -> None:
    """An undated reference finds every edition, one to all parts every part."""
    designation = parse_designation("GB/T 20001.10—2014/XG1-2016")
    assert (designation.undated_key, designation.series_key) == ("gb/t 20001.10", "gb/t 20001")


def test_references_sort_as_the_drafting_rules_want() -> None:
    """GB/T 1.1-2020, 8.6.3.2: national by number, industry, local, group, ISO, ISO/IEC, IEC, others."""
    ordered = [
        *("GB/T 321", "GB 4706.1", "GB/T 4706.2", "GB/T 4706.10", "GB/T 20001.1", "QB/T 12", "YY/T 3", "DB11/T 5"),
        *(
            "T/CECS 1",
            "T/ZZB 1",
            "ISO/TR 5",
            "ISO 9001:2008",
            "ISO 9001:2015",
            "ISO/IEC 2",
            "IEC 1",
            "CXS 1",
            "ASTM D1",
        ),
    ]
    parsed = [parse_designation(text) for text in reversed(ordered)]
    assert [each.raw for each in sorted(parsed, key=lambda each: each.sort_key)] == ordered


def test_an_amendment_is_told_apart_from_a_consolidated_text() -> None:
    """The slash names the amendment, the plus the text with its changes."""
    beside = parse_designation("IEC 60335-2-9:2019/AMD1:2020")
    within = parse_designation("IEC 60335-2-9:2019+AMD1:2020 CSV")
    assert beside.supplements == (Supplement("Amd", "1", 2020),)
    assert within.supplements == (Supplement("Amd", "1", 2020, consolidated=True),)
