"""Write the findings of a check as a workbook that people sort, filter and work off; text in a cell is never a formula."""

from datetime import datetime
from io import BytesIO
from typing import Final

import xlsxwriter

from standards_tree.errors import Bilingual
from standards_tree.reports.checked import CheckedDraft
from standards_tree.reports.labels import language_of
from standards_tree.reports.sheets import Column, SheetWriter
from standards_tree.rules.findings import Severity

_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_SHEET: Final = Bilingual("Findings", "问题清单")
_COLUMNS: Final = (
    (Bilingual("Clause", "章条"), 12),
    (Bilingual("Line or paragraph", "行或段"), 12),
    (Bilingual("Severity", "程度"), 10),
    (Bilingual("Rule", "规则"), 24),
    (Bilingual("What is wrong", "问题"), 70),
    (Bilingual("As printed", "原文"), 40),
    (Bilingual("Write instead", "改为"), 40),
    (Bilingual("Source", "依据"), 30),
    (Bilingual("Waived because", "豁免理由"), 30),
)
_SEVERITIES: Final = {
    Severity.ERROR: Bilingual("must", "应"),
    Severity.WARNING: Bilingual("should", "宜"),
    Severity.NOTE: Bilingual("note", "提示"),
}


def render_checked_workbook(checked: CheckedDraft, language: str) -> bytes:
    """Return the findings as a workbook, in English or Simplified Chinese; the same check gives the same bytes.

    Raises:
        InvalidArgumentError: reports are not written in *language*.
    """
    language = language_of(language)
    content = BytesIO()
    with xlsxwriter.Workbook(content, _OPTIONS) as book:
        book.set_properties({"title": checked.title, "created": datetime.combine(checked.as_of, datetime.min.time())})
        writer = SheetWriter(book, language)
        columns = [Column(_say(words, language), width) for words, width in _COLUMNS]
        rows = (
            (
                finding.clause,
                str(finding.line or finding.paragraph or ""),
                _say(_SEVERITIES[finding.severity], language),
                finding.rule,
                finding.message(language),
                finding.subject,
                finding.fix,
                finding.source,
                finding.waived_because,
            )
            for finding in checked.findings
        )
        writer.table(_say(_SHEET, language), columns, rows)
    return content.getvalue()


def _say(words: Bilingual, language: str) -> str:
    return words.zh if language == "zh-Hans" else words.en
