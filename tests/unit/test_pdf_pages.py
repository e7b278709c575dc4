"""What PDFs say, page by page; and those that would take a reader's time, memory or stack are refused, with the reason."""

import resource

import pytest

from portable_documents import lines, locked, pages, pdf, stream, text_pdf
from standards_tree.documents.pdf_pages import paragraphs, read_pdf
from standards_tree.errors import (
    InvalidArgumentError,
    MalformedDocumentError,
    UnsafeDocumentError,
    UnsupportedDocumentError,
)

ENGLISH = "The lead content of example toys shall not exceed 90 mg/kg."
CHINESE = "示例产品中铅含量不得大于0.01%。"


def test_a_page_says_its_paragraphs_in_both_languages() -> None:
    """Numbers of pages count from 1; a page without text has no paragraphs."""
    found = read_pdf(text_pdf([ENGLISH, CHINESE], [], ["4.2 Requirements"]))

    assert [(page.number, page.paragraphs) for page in found] == [
        (1, (ENGLISH, CHINESE)),
        (2, ()),
        (3, ("4.2 Requirements",)),
    ]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            "The content of lead in any part of\nit shall not exceed 90.",
            ["The content of lead in any part of it shall not exceed 90."],
        ),
        (
            "Products shall meet the require-\nments of this Annex.",
            ["Products shall meet the requirements of this Annex."],
        ),
        ("示例产品中可触及部件的铅含\n量不得大于90 mg/kg。", ["示例产品中可触及部件的铅含量不得大于90 mg/kg。"]),
        ("1 Scope\n1.1 This applies.\n1.2 It does not.", ["1 Scope", "1.1 This applies.", "1.2 It does not."]),
        ("It shall state\n(a) its maker\n(b) its origin", ["It shall state", "(a) its maker", "(b) its origin"]),
        (
            "第三条 示例产品应当标明名称\n第四条 进口者应当登记",
            ["第三条 示例产品应当标明名称", "第四条 进口者应当登记"],
        ),
        ("Title\nThis is a line as long as most of its page", ["Title", "This is a line as long as most of its page"]),
    ],
)
def test_paragraphs_are_told_from_how_lines_begin_and_end(written: str, expected: list[str]) -> None:
    """Lines that go on are joined, words that were cut are whole, and items of lists stand alone."""
    assert list(paragraphs(written)) == expected


def test_a_pdf_that_opens_for_anybody_is_read_and_a_locked_one_is_not() -> None:
    """Publishers often encrypt with an empty password, to forbid changes."""
    assert read_pdf(locked(text_pdf([ENGLISH]), ""))[0].paragraphs == (ENGLISH,)
    with pytest.raises(UnsupportedDocumentError, match="password"):
        read_pdf(locked(text_pdf([ENGLISH]), "example"))


def test_pictures_are_not_read_and_that_is_said() -> None:
    """A scan has pages and no text."""
    with pytest.raises(UnsupportedDocumentError, match="2 pages are pictures"):
        read_pdf(text_pdf([], []))


FORM = b"/XObject<</X 5 0 R>>"
CIRCLE = stream(b"/X Do " * 200, b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>")
NESTED = b"[" * 200_000
MAPPED = (
    b"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <ffff> endcodespacerange\n"
    + b"100 beginbfrange\n"
    + b"<0000> <ffff> <0000>\n" * 100
    + b"endbfrange\n"
) * 200 + b"endcmap end end"


def _with(content: bytes, more: dict[int, bytes], resources: bytes = b"", fonts: bytes = b"") -> bytes:
    return pdf({**pages([content], resources, fonts), **more})


HOSTILE = {
    "no PDF": b"MZ" + b"\x00" * 2_000,
    "nothing": b"",
    "a head alone": b"%PDF-1.7\n",
    "cut off": text_pdf([ENGLISH] * 50)[:400],
    "pages that are their own parents": pdf({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[2 0 R]/Count 1>>"}),
    "more pages than anybody reads": pdf(
        {**pages([stream(b"")]), 2: b"<</Type/Pages/Kids[%s]/Count 4000>>" % (b"10 0 R " * 4_000)}
    ),
    "a page without an end": _with(stream(b"q Q " * 17_000_000, packed=True), {}),
    "a page that unpacks to a gigabyte": _with(stream(b"\x00" * 200_000_000, packed=True), {}),
    "a picture in itself": _with(stream(b"/X Do"), {5: CIRCLE}, FORM),
    "brackets": _with(stream(NESTED), {}),
    "brackets in an object": pdf({**pages([stream(lines(ENGLISH))]), 1: b"<</Type/Catalog/Pages 2 0 R/X %s>>" % NESTED}),
    "a table of characters without an end": _with(
        stream(b"BT /F 9 Tf (a) Tj ET"),
        {5: b"<</Type/Font/Subtype/Type1/BaseFont/A/ToUnicode 6 0 R>>", 6: stream(MAPPED, packed=True)},
        fonts=b"/F 5 0 R",
    ),
    "a table of objects that follows itself": pdf(pages([stream(b"")]), b"/Prev 9"),
    "a text without an end": _with(stream(b"BT /L 9 Tf " + b"(%s) Tj T* " % (b"a" * 1_000) * 6_000 + b"ET", packed=True), {}),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_pdf_is_refused_with_the_reason_and_takes_less_than_a_second(name: str) -> None:
    """Of processor time, which a busy machine does not use up; and no more memory than the process may have."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with pytest.raises(InvalidArgumentError) as refused:
        read_pdf(HOSTILE[name])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)

    assert isinstance(refused.value, MalformedDocumentError | UnsafeDocumentError | UnsupportedDocumentError)
    assert str(refused.value)
    # Start of the interpreter, loading of the reader, and the account that reading begins with.
    assert after.ru_utime - before.ru_utime < 1.5
