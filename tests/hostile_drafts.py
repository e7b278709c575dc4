"""Build drafts in Word, HTML and plain text that a stranger could send to do harm: refused all, or read for what they are."""

import struct
import zipfile

from hostile_workbooks import incompressible, patched, zipped
from word_drafts import NAMESPACE, paragraph, styled_draft, word_document

_DOCTYPE = "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
_OPENING = f'<w:document xmlns:w="{NAMESPACE}"><w:body>'
_CLOSING = "</w:body></w:document>"
_BODY = "word/document.xml"


def hostile_word_files() -> dict[str, bytes]:
    """Return Word files by the name of what they try; none is accepted."""
    return {**_bad_packages(), **_bad_parts()}


def odd_word_files() -> dict[str, bytes]:
    """Return Word files that are strange but harmless: they may be read, or refused with a reason."""
    circle = (
        f'<w:styles xmlns:w="{NAMESPACE}"><w:style w:type="paragraph" w:styleId="a"><w:basedOn w:val="b"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="b"><w:basedOn w:val="a"/></w:style></w:styles>'
    )
    table = (
        "<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val='2000000000'/><w:vMerge/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>"
    )
    level = '<w:numPr><w:ilvl w:val="2000000000"/><w:numId w:val="1"/></w:numPr>'
    field = '<w:r><w:instrText>INCLUDETEXT "file:///etc/passwd"</w:instrText></w:r>'
    return {
        "styles_in_a_circle": word_document(paragraph("范围"), parts={"word/styles.xml": circle}),
        "table_of_a_huge_span": word_document(table),
        "list_of_a_huge_level": word_document(paragraph("范围", properties=level)),
        "field_that_includes": word_document(paragraph("范围", inside=field)),
        "cells_in_cells": word_document("<w:tbl><w:tr><w:tc>" * 20 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 20),
        "paragraphs_20000": word_document("<w:p><w:r><w:t>1</w:t></w:r></w:p>" * 20_000),
        "macro": word_document(paragraph("范围"), parts={"word/vbaProject.bin": "Auto_Open"}),
        "nested_archive": word_document(paragraph("范围"), parts={"word/embeddings/a.zip": "PK\x03\x04"}),
    }


def hostile_pages() -> dict[str, bytes]:
    """Return HTML pages that are strange or try something: read for their text, or refused with a reason."""
    page = "<!DOCTYPE html><html><head><title>GB/T 99999-2024</title>{head}</head><body><h1>1 范围</h1>{body}</body></html>"
    tries = {
        "script": "<script>fetch('http://127.0.0.1:9/')</script>",
        "frame": "<iframe src='file:///etc/passwd'></iframe>",
        "object": "<object data='file:///etc/passwd'></object><embed src='http://127.0.0.1:9/x'>",
        "huge_span": "<table><tr><td colspan=2000000000 rowspan=2000000000>1</td></tr></table>",
        "deep": "<div>" * 100_000,
        "deep_tables": "<table><tr><td>" * 20_000,
        "wide": "<p>" * 900_000,
        "one_attribute": f"<p a='{'a' * 7_000_000}'>",
        "attributes": "<p " + " ".join(f"a{number}=1" for number in range(100_000)) + ">",
        "attributes_between_brackets": "<p " + "a=1 <" * 20_000 + ">",
        "attributes_behind_quotes": "<p " + "".join(f"b{n}='>' a{n} " for n in range(20_000)) + ">",
        "attributes_by_slashes": "<p " + "/".join(f"a{number}" for number in range(100_000)) + ">",
        "attributes_in_a_false_quote": "<b>='</b><p a='>' " + " ".join(f"a{number}" for number in range(100_000)) + ">",
        "attributes_in_false_data": '<p ="data:,' + "/".join(f"a{number}" for number in range(100_000)) + '">',
        "picture": f'<img src="data:image/png;base64,{"ab/" * 500_000}">',
        "entities": "&amp;" * 1_000_000,
        "references": "&#x10FFFF;&#0;&#xD800;&#99999999999;" * 1000,
        "unclosed": "<a href='" + "x" * 1_000_000,
        "comments": "<!--" * 200_000,
        "sections": "<![CDATA[" * 100_000,
        "lists": "<ul><li>" * 30_000,
    }
    return {
        **{name: page.format(head="", body=body).encode() for name, body in tries.items()},
        "laughs": page.replace("<!DOCTYPE html>", "<!DOCTYPE html [<!ENTITY a 'aaaaaaaa'><!ENTITY b '&a;&a;'>]>")
        .format(head="", body="&b;" * 10_000)
        .encode(),
        "refresh": page.format(head="<meta http-equiv=refresh content='0;url=http://127.0.0.1:9/'>", body="").encode(),
        "base": page.format(head="<base href='http://127.0.0.1:9/'><link rel=stylesheet href=x.css>", body="").encode(),
        "utf_7": b"<html><meta charset=utf-7><body>+ADw-script+AD4-</body></html>",
        "utf_16": page.format(head="", body="").encode("utf-16"),
        "wrong_charset": b"<html><meta charset=x-klingon><body>\xff\xfe\xff</body></html>",
        "bytes": b"<html><body>" + bytes(range(256)) * 1000,
    }


def hostile_texts() -> dict[str, bytes]:
    """Return plain texts that a reader of lines, numbers and designations could stumble over."""
    opening = "GB/T 99999-2024\n1 范围\n"
    tries = {
        "one_line": "示" * 2_000_000,
        "lines_199000": "1 a\n" * 199_000,
        "lines_3000000": "\n" * 3_000_000,
        "dots": "1" + ".1" * 500_000,
        "number": "9" * 500_000 + " 范围",
        "annexes": "附录" + "A" * 300_000,
        "brackets": "（" * 300_000,
        "brackets_of_notes": "[来源：" * 100_000,
        "spaces": " " * 1_000_000 + "a",
        "wide_spaces": "　" * 300_000 + "a",
        "designations": "GB/T " * 200_000,
        "designations_of_digits": "GB/T 1-" * 150_000,
        "tabs": "1\t" * 500_000,
        "marks_over_marks": "e" + "\u0301" * 500_000,
        "turned_around": "\u202e" * 300_000,
        "control_characters": "\x01\x02\x1b[31m" * 10_000,
        "formulas": "=cmd|'/c calc'!A0\n" * 10_000,
        "colons": "注：" * 200_000,
    }
    return {
        **{name: (opening + text).encode() for name, text in tries.items()},
        "nul": b"GB/T 1\0-2024\n" * 1000,
        "latin": b"\xe4\xf6\xfc" * 100_000,
        "half_a_character": (opening + "示").encode()[:-1],
    }


def _bad_packages() -> dict[str, bytes]:
    good = styled_draft()
    entry = good.rindex(b"PK\x01\x02")
    names = ("../../evil.xml", "/etc/evil.xml", "word\\..\\evil.xml", "C:evil.xml")
    return {
        **{f"name_{number}": word_document("", parts={name: "<a/>"}) for number, name in enumerate(names)},
        "cut_short": good[: len(good) // 2],
        "directory_cut_short": good[:-30],
        "no_parts": zipped({"readme.txt": "nothing here"}),
        "no_body": zipped({"[Content_Types].xml": "<Types/>", "_rels/.rels": "<Relationships/>"}),
        "many_entries": zipped({f"word/media/{number}.png": b"" for number in range(6_000)}),
        "bomb_in_the_body": word_document("", parts={_BODY: _OPENING + "<w:p/>" * 8_000_000 + _CLOSING}),
        "bomb_in_a_picture": word_document("", parts={"word/media/image1.png": "0" * 150_000_000}),
        "encrypted": patched(good, entry + 8, struct.pack("<H", 0x1)),
        "size_of_ten_bytes": patched(good, entry + 24, struct.pack("<L", 10)),
        "strange_method": patched(good, entry + 10, struct.pack("<H", 97)),
        "workbook": zipped({"xl/workbook.xml": "<workbook/>", "[Content_Types].xml": "<Types/>"}),
        "body_is_a_zip": zipped({_BODY: zipped({"a": "b"}), "[Content_Types].xml": "<Types/>"}),
    }


def _bad_parts() -> dict[str, bytes]:
    laughs = '<!ENTITY l0 "lol">' + "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 10))
    deep = "<w:tbl><w:tr><w:tc>" * 100_000
    return {
        **{
            f"doctype_in_{part.rpartition('/')[2]}": word_document("", parts={part: f"{_DOCTYPE}<a>&x;</a>"})
            for part in (_BODY, "word/styles.xml", "word/numbering.xml", "word/footnotes.xml")
        },
        "billion_laughs": word_document(
            "", parts={_BODY: f"<!DOCTYPE a [{laughs}]>{_OPENING}<w:p><w:r><w:t>&l9;</w:t></w:r></w:p>{_CLOSING}"}
        ),
        "deep": zipped({_BODY: _OPENING + deep, "[Content_Types].xml": "<Types/>"}, zipfile.ZIP_STORED),
        "not_well_formed": word_document("", parts={_BODY: _OPENING}),
        "something_else": word_document("", parts={_BODY: "<html/>"}),
        "body_of_40_mb": word_document(
            "", parts={_BODY: f"{_OPENING}<w:p><w:r><w:t>{incompressible(40_000_000)}</w:t></w:r></w:p>{_CLOSING}"}
        ),
        "attributes_200000": word_document(
            "", parts={_BODY: "<w:document " + " ".join(f'a{number}="1"' for number in range(200_000)) + "/>"}
        ),
    }
