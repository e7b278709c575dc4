"""Say in comments of Word what is wrong where: in the author's own file, or else in one made of the text."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Final

import docx
from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph

from standards_tree.documents.docx_annotation import Annotation
from standards_tree.errors import Bilingual
from standards_tree.reports.checked import CheckedDraft, Piece, ReportedFinding, pieces_of
from standards_tree.reports.labels import language_of
from standards_tree.systems.lettering import printable

AUTHOR: Final = "tbt"
MOST_NOTES: Final = 5_000
MOST_CHARACTERS: Final = 4_000
MOST_BYTES: Final = 3 * 1024 * 1024
"""What one question carries; a check of a document that is as wrong as that says so, and ends there."""
_FRONT: Final = Bilingual("The document as a whole", "文件整体")
_WRITE: Final = Bilingual("Write: {fix}", "改为：{fix}")
_WAIVED: Final = Bilingual("Waived: {reason}", "已豁免：{reason}")
_REST: Final = Bilingual(
    "{count} more findings are not shown here; the list (.xlsx) has all of them.",
    "另有{count}条问题未在此标出，完整清单见.xlsx报告。",
)
_MAX_HEADING = 6
_NOTE_BYTES = 32


def render_checked_docx(checked: CheckedDraft, language: str) -> bytes:
    """Return the text with comments, whose words are English or Simplified Chinese.

    Raises:
        InvalidArgumentError: reports are not written in *language*.
    """
    language = language_of(language)
    document = docx.Document()
    normal = document.styles["Normal"]
    normal.font.size = Pt(10.5)
    normal.font.name = "Times New Roman"
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")
    made = datetime.combine(checked.as_of, datetime.min.time())
    document.core_properties.title = printable(checked.title)[:255]
    document.core_properties.created = document.core_properties.modified = made
    document.add_heading(printable(checked.title), 0)
    for piece in pieces_of(checked):
        if piece.kind != "front" or piece.findings:
            paragraph = _paragraph(document, piece, language)
            for finding in piece.findings:
                _comment(document, paragraph, finding, language)
    content = BytesIO()
    document.save(content)
    return content.getvalue()


def _paragraph(document: Document, piece: Piece, language: str) -> Paragraph:
    text = printable("　".join(filter(None, (piece.number, piece.text))))
    if piece.kind == "front":
        text = _say(_FRONT, language)
    if piece.kind == "heading":
        heading: Paragraph = document.add_heading(text, min(piece.level, _MAX_HEADING))
        return heading
    paragraph: Paragraph = document.add_paragraph(text or " ")
    if piece.rows:
        width = max(map(len, piece.rows))
        table = document.add_table(rows=len(piece.rows), cols=width, style="Table Grid")
        for row, cells in zip(table.rows, piece.rows, strict=True):
            for cell, value in zip(row.cells, cells, strict=False):
                cell.text = printable(value)
    return paragraph


def annotations_of(findings: Sequence[ReportedFinding], language: str) -> list[Annotation]:
    """Return what to say of each finding at its paragraph, in English or Simplified Chinese.

    Of more than MOST_NOTES, or MOST_BYTES, the first ones are said, and how many there are besides.

    Raises:
        InvalidArgumentError: reports are not written in *language*.
    """
    language = language_of(language)
    notes: list[Annotation] = []
    room = MOST_BYTES
    for finding in findings:
        text = _text(finding, language)
        if not finding.paragraph:
            text = f"{_say(_FRONT, language)}\n{text}"
        if len(text) > MOST_CHARACTERS:
            text = f"{text[: MOST_CHARACTERS - 1]}…"
        room -= len(text.encode()) + _NOTE_BYTES
        if room < 0 or len(notes) == MOST_NOTES - 1:
            rest = _say(_REST, language).format(count=len(findings) - len(notes))
            return [Annotation(0, rest), *notes]
        notes.append(Annotation(finding.paragraph, text))
    return notes


def _comment(document: Document, paragraph: Paragraph, finding: ReportedFinding, language: str) -> None:
    document.add_comment(paragraph.runs, _text(finding, language), AUTHOR, AUTHOR)


def _text(finding: ReportedFinding, language: str) -> str:
    """Return rule and message, what to write, why it is waived, and the source, each on a line."""
    lines = [f"{finding.rule} {finding.message(language)}"]
    if finding.fix:
        lines.append(_say(_WRITE, language).format(fix=finding.fix))
    if finding.waived:
        lines.append(_say(_WAIVED, language).format(reason=finding.waived_because))
    lines.append(finding.source)
    return "\n".join(filter(None, map(printable, lines)))


def _say(words: Bilingual, language: str) -> str:
    return words.zh if language == "zh-Hans" else words.en
