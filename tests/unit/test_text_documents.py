"""What is read out of web pages and plain texts, the last resort."""

import pytest

from standards_tree.documents.model import ClauseKind, Dialect, StandardDocument
from standards_tree.documents.reading import read_document
from standards_tree.errors import InvalidArgumentError, MalformedDocumentError, UnsafeDocumentError

TEXT = """ICS 01.120
A 00
GB/T 99999—2024
示例产品 安全要求

前 言
本文件按照GB/T 1.1—2020的规定起草。
1 范围
本文件规定了示例。
2 要求
2.1 总则
2024年起应平整：
a) 甲；
b) 乙。
表1 示例
| 甲 | 乙 |
|---|---|
| 1 | 2 |
附录A（资料性） 示例
A.1 概述
示例。
"""
PAGE = """<!DOCTYPE html><html><head><title>无关</title><style>p{{}}</style></head><body><p>GB/T 99999—2024</p>
<h1>1 范围</h1><p>本文件<b>规定</b>了示例&mdash;。</p><h1>2 要求</h1><h2>2.1 总则</h2><p>2024年起应平整：</p>
<ol type="a"><li>甲；<li>乙。</ol><script>alert("不读")</script><table><caption>表1 示例</caption>
<tr><td>甲<td>乙<tr><td>1<td>2</table><h1>附录A<br>（资料性）<br>示例</h1><h2>A.1 概述</h2><p>示例。</p>{more}</body></html>"""


@pytest.fixture(scope="module", params=["text", "page"])
def document(request: pytest.FixtureRequest) -> StandardDocument:
    """Return what is read of the same standard as text and as a page."""
    return read_document((TEXT if request.param == "text" else PAGE.format(more="")).encode())


def test_clauses_are_found_by_their_numbers(document: StandardDocument) -> None:
    """Chapters, clauses and annexes come out of both; a year at the beginning of a line is none."""
    numbered = [clause for clause in document.clauses if clause.number]
    assert [(clause.number, clause.title, clause.level, clause.kind) for clause in numbered] == [
        ("1", "范围", 1, ClauseKind.SCOPE),
        ("2", "要求", 1, ClauseKind.CLAUSE),
        ("2.1", "总则", 2, ClauseKind.CLAUSE),
        ("A", "示例", 1, ClauseKind.ANNEX),
        ("A.1", "概述", 2, ClauseKind.ANNEX),
    ]
    assert [(block.kind.value, block.number, block.text) for block in numbered[2].blocks] == [
        ("paragraph", "", "2024年起应平整："),
        ("list_item", "a)", "甲；"),
        ("list_item", "b)", "乙。"),
        ("table", "表1", "甲\t乙\n1\t2"),
    ]
    assert document.identity() == "GB/T 99999—2024"


def test_a_text_gives_the_lines_of_its_file() -> None:
    """A place in a text is its line, which is its paragraph too."""
    read = read_document(TEXT.encode())
    assert (read.dialect, read.clauses[1].place.line, read.clauses[1].place.paragraph) == (Dialect.TEXT, 8, 8)
    assert read.metadata is not None
    assert (read.metadata.ics_codes, read.metadata.ccs_codes) == (("01.120",), ("A00",))


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_text_is_read_in_the_encodings_it_comes_in(codec: str) -> None:
    """Files from Windows come in GB 18030 or with a byte order mark."""
    read = read_document(TEXT.replace("\n", "\r\n").encode(codec))
    assert [clause.title for clause in read.clauses][:2] == ["前言", "范围"]


def test_a_page_in_gb_is_read() -> None:
    """A page says in its head which encoding it has."""
    page = PAGE.format(more="").replace("<head>", '<head><meta charset="gb2312">')
    assert read_document(page.encode("gb18030")).clauses[0].title == "范围"


@pytest.mark.parametrize("content", [b"\x00\x01\x02" * 100, b"\x80\x81\xff" * 100, "范围\x1b".encode()])
def test_what_is_no_text_is_refused(content: bytes) -> None:
    """Bytes of something else are not read as a standard without clauses."""
    with pytest.raises(MalformedDocumentError, match="no text"):
        read_document(content)


def test_too_much_is_refused() -> None:
    """Size, lines and elements are limited, and the refusal says how."""
    for content in (b"a" * (9 * 1024 * 1024), b"a\n" * 250_000, b"<html>" + b"<p>" * 400_000):
        with pytest.raises(UnsafeDocumentError, match=r"\d"):
            read_document(content)


def test_a_page_broken_in_any_way_is_read_or_refused() -> None:
    """Browsers read whatever they get; so is this read, without running or opening anything."""
    broken = (
        "<p>" + "<b><i><table><tr>" * 500,
        "<h1>1 范围" * 50,
        "<p><!-- " * 300,
        "<div " * 300,
        "<ul></li></ol></table>",
    )
    for more in broken:
        try:
            read_document(PAGE.format(more=more).encode())
        except InvalidArgumentError as refusal:
            assert str(refusal)
