"""Build workbooks: small ones for a test to read, and those a stranger could send to do harm."""

import io
import struct
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape

_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
_SHEET, _STRINGS, _WORKBOOK = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"
HEADERS = ("Notifying Member", "Distribution date", "Document symbol", "Title")


def workbook_of(
    rows: str,
    shared_texts: str = "",
    parts: Mapping[str, str | bytes | None] | None = None,
    compression: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """Return a workbook whose one sheet has *rows* as its markup; *parts* replaces, adds and (by None) takes away."""
    content: dict[str, str | bytes | None] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f"<Relationships {_PACKAGE}>"
        f'<Relationship Id="rId1" Type="{_RELATIONSHIPS}/officeDocument" Target="{_WORKBOOK}"/></Relationships>',
        _WORKBOOK: f'<workbook {_MAIN} xmlns:r="{_RELATIONSHIPS}"><sheets>'
        '<sheet name="Notifications" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f"<Relationships {_PACKAGE}>"
        f'<Relationship Id="rId1" Type="{_RELATIONSHIPS}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_RELATIONSHIPS}/sharedStrings" Target="/{_STRINGS}"/></Relationships>',
        _SHEET: f"<worksheet {_MAIN}><sheetData>{rows}</sheetData></worksheet>",
        _STRINGS: f"<sst {_MAIN}>{shared_texts}</sst>",
    }
    content.update(parts or {})
    return zipped({name: part for name, part in content.items() if part is not None}, compression)


def row_of(number: int, *cells: str | float | None) -> str:
    """Return the markup of a row: texts, numbers, formulas (texts that begin with =), nothing for None."""
    marked = [_cell(f"{chr(65 + column)}{number}", content) for column, content in enumerate(cells)]
    return f'<row r="{number}">{"".join(marked)}</row>'


def eping_workbook_of(*rows: tuple[str | float | None, ...], headers: tuple[str, ...] = HEADERS) -> bytes:
    """Return an ePing export with *headers* in row 1 and *rows* from row 2 on."""
    return workbook_of(row_of(1, *headers) + "".join(row_of(number, *row) for number, row in enumerate(rows, start=2)))


def hostile_workbooks() -> dict[str, bytes]:
    """Return files by the name of what they try; no reader of workbooks here accepts one of them."""
    return {**_bad_containers(), **_bad_directories(), **_bad_xml(), **_bad_sheets()}


def _cell(place: str, content: str | float | None) -> str:
    if content is None:
        return ""
    if isinstance(content, str) and content.startswith("="):
        return f'<c r="{place}"><f>{escape(content[1:])}</f><v></v></c>'
    if isinstance(content, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{escape(content)}</t></is></c>'
    return f'<c r="{place}"><v>{content}</v></c>'


def zipped(parts: Mapping[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a ZIP container of *parts*."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def _good() -> bytes:
    return eping_workbook_of(("United States of America", 45818, "G/TBT/N/XXX/1", "示例"))


def _bad_containers() -> dict[str, bytes]:
    good = _good()
    return {
        "nothing": b"",
        "no_zip": b"Notifying Member,Distribution date\n",
        "excel_97_or_password": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        "cut_short": good[: len(good) // 2],
        "directory_cut_short": good[:-30],
        "behind_other_bytes": b"MZ" + good,
        "empty_zip": b"PK\x05\x06" + bytes(18),
        "no_workbook": zipped({"_rels/.rels": f"<Relationships {_PACKAGE}/>"}),
        "no_parts": zipped({"readme.txt": "nothing here"}),
        "workbook_part_missing": workbook_of("", parts={_WORKBOOK: None}),
        "sheet_part_missing": workbook_of("", parts={_SHEET: None}),
        "no_sheets": workbook_of("", parts={_WORKBOOK: f"<workbook {_MAIN}><sheets/></workbook>"}),
        "many_entries": zipped({f"xl/media/{number}.png": b"" for number in range(2_000)}),
        "bomb": workbook_of("", parts={"xl/media/image1.png": bytes(20_000_000)}),
        "bomb_in_the_sheet": workbook_of("<row/>" * 3_000_000),
        "bomb_in_the_texts": workbook_of("", shared_texts="<si><t>a</t></si>" * 1_000_000),
        "bzip2": workbook_of("", compression=zipfile.ZIP_BZIP2),
        "damaged_bytes": _damaged(good),
    }


def _damaged(content: bytes) -> bytes:
    """Return *content* with zeros in the middle of its first compressed part."""
    start = content.index(b"[Content_Types].xml") + len("[Content_Types].xml") + 10
    return content[:start] + bytes(20) + content[start + 20 :]


def _bad_directories() -> dict[str, bytes]:
    good = _good()
    names = ("../../evil.xml", "/etc/evil.xml", "xl\\..\\evil.xml", "C:evil.xml", "xl/../../evil.xml")
    traversals = {f"name_{number}": workbook_of("", parts={name: "<a/>"}) for number, name in enumerate(names)}
    entry = good.rindex(b"PK\x01\x02")
    return {
        **traversals,
        "same_name": _renamed(
            workbook_of("", parts={"xl/worksheets/sheet2.xml": "<a/>"}), b"sheet2.xml", b"sheet1.xml"
        ),
        "same_name_but_for_case": workbook_of("", parts={"xl/worksheets/SHEET1.XML": "<a/>"}),
        "size_of_ten_bytes": patched(good, entry + 24, struct.pack("<L", 10)),
        "encrypted": patched(good, entry + 8, struct.pack("<H", 0x1)),
        "size_of_four_gigabytes": patched(good, entry + 24, struct.pack("<L", 0xFFFFFFF0)),
        "compressed_larger_than_the_file": patched(good, entry + 20, struct.pack("<L", 0x0FFFFFFF)),
        "needs_a_later_version": patched(good, entry + 6, struct.pack("<H", 99)),
        "strange_method": patched(good, entry + 10, struct.pack("<H", 97)),
    }


def _renamed(content: bytes, old: bytes, new: bytes) -> bytes:
    return content.replace(old, new)


def patched(content: bytes, place: int, replacement: bytes) -> bytes:
    """Return *content* with *replacement* over what stands at *place*."""
    return content[:place] + replacement + content[place + len(replacement) :]


def _bad_xml() -> dict[str, bytes]:
    laughs = '<!ENTITY l0 "lol">' + "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 10))
    doctype = "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
    sheet = f"<worksheet {_MAIN}><sheetData>{{}}</sheetData></worksheet>"
    row = '<row r="1"><c r="A1" t="inlineStr"><is><t>{}</t></is></c></row>'
    where = {
        "sheet": _SHEET,
        "texts": _STRINGS,
        "workbook": _WORKBOOK,
        "relationships": "_rels/.rels",
        "properties": "docProps/core.xml",
        "drawing": "xl/drawings/vmlDrawing1.vml",
    }
    return {
        **{f"doctype_in_{name}": workbook_of("", parts={part: f"{doctype}<a>&x;</a>"}) for name, part in where.items()},
        "billion_laughs": workbook_of(
            "", parts={_SHEET: f"<!DOCTYPE worksheet [{laughs}]>" + sheet.format(row.format("&l9;"))}
        ),
        "doctype_in_utf_16": workbook_of("", parts={_SHEET: f"{doctype}<worksheet/>".encode("utf-16")}),
        "doctype_behind_the_root": workbook_of(row.format("a") + doctype),
        "sheet_in_utf_16": workbook_of("", parts={_SHEET: sheet.format(row.format("a")).encode("utf-16")}),
        "sheet_in_gb18030": workbook_of(
            "", parts={_SHEET: ('<?xml version="1.0" encoding="GB18030"?>' + sheet.format("示例")).encode("gb18030")}
        ),
        "unknown_entity": workbook_of(row.format("&nbsp;")),
        "cdata": workbook_of(row.format("<![CDATA[<c r='B1'><v>1</v></c>]]>")),
        "comment": workbook_of('<!-- <row r="1"><c r="A1"><v>1</v></c></row> -->'),
        "instruction": workbook_of('<?a <row r="1"><c r="A1"><v>1</v></c></row> ?>'),
        "not_well_formed": workbook_of('<row r="1"><c r="A1"></row>'),
        "sheet_is_a_zip": workbook_of("", parts={_SHEET: zipped({"a.xml": "<a/>"})}),
        "sheet_is_something_else": workbook_of("", parts={_SHEET: "<html/>"}),
        "sheet_without_end": workbook_of("", parts={_SHEET: f"<worksheet {_MAIN}><sheetData>" + row.format("a")}),
        "tag_of_8_mb": workbook_of(f'<row r="1" spans="{incompressible(8_000_000)}"/>'),
        "relationships_of_20_mb": workbook_of(
            "", parts={"_rels/.rels": f"<Relationships {_PACKAGE}>{incompressible(20_000_000)}</Relationships>"}
        ),
    }


def _bad_sheets() -> dict[str, bytes]:
    cells = {
        "far_column": '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>',
        "no_column": '<row r="1"><c r="ABCDEFGHIJ1"><v>1</v></c></row>',
        "column_of_other_letters": '<row r="1"><c r="Ä1"><v>1</v></c></row>',
        "number_that_is_none": '<row r="1"><c r="A1"><v>12e</v></c></row>',
        "text_that_is_not_there": '<row r="1"><c r="A1" t="s"><v>7</v></c></row>',
        "text_before_the_first": '<row r="1"><c r="A1" t="s"><v>-1</v></c></row>',
        "300_columns": "<row>" + "<c><v>1</v></c>" * 300 + "</row>",
        "long_cell": row_of(1, incompressible(200_000)),
        "long_row": "<row>" + f"<c><v>{incompressible(90_000)}</v></c>" * 40 + "</row>",
        "other_headers": row_of(1, "Symbol", "Name"),
    }
    return {
        **{name: workbook_of(markup) for name, markup in cells.items()},
        "cells_in_cells": workbook_of(
            "<row>" + "<c><row></row>" * 100_000 + "</c>" * 100_000 + "</row>", compression=zipfile.ZIP_STORED
        ),
        "deep_100000": workbook_of("<a>" * 100_000 + "</a>" * 100_000, compression=zipfile.ZIP_STORED),
        "long_text": workbook_of(row_of(1, "a"), shared_texts=f"<si><t>{incompressible(200_000)}</t></si>"),
        "one_text_6000_times": workbook_of(
            row_of(1, *HEADERS) + "".join(_row_showing_the_first_text(number) for number in range(2, 6_002)),
            shared_texts=f"<si><t>{incompressible(99_000)}</t></si>",
        ),
    }


def _row_showing_the_first_text(number: int) -> str:
    return row_of(number, "XXX", 45818, f"G/TBT/N/XXX/{number}").replace(
        "</row>", f'<c r="D{number}" t="s"><v>0</v></c></row>'
    )


def incompressible(characters: int) -> str:
    """Return a text that no ratio gives away; the same one each time."""
    block = "".join([f"{(number * 2_654_435_761) % 4_294_967_296:08x}" for number in range(40_000)])
    return (block * (characters // len(block) + 1))[:characters]
