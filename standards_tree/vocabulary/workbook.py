"""Write what the rules find in a vocabulary as a workbook that people sort, filter and work off.

The first sheet has the figures of every rule, the second the findings, the third what each rule asks for and who says so.
The same findings of one day give the same bytes.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Final

import xlsxwriter

from standards_tree.errors import Bilingual
from standards_tree.reports.labels import language_of as language_asked
from standards_tree.reports.sheets import Cell, Column, Kind, SheetWriter
from standards_tree.vocabulary.checking import figures_of
from standards_tree.vocabulary.quality import Finding, Severity
from standards_tree.vocabulary.rules import RULES

_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_MAX_NAMED: Final = 20

_SEVERITIES: Final = {Severity.MUST: Bilingual("must", "应"), Severity.SHOULD: Bilingual("should", "宜")}
_TITLE: Final = Bilingual("Quality of the vocabulary", "术语库质量检查报告")
_ALL: Final = Bilingual("all vocabularies", "全部术语库")
_VOCABULARY: Final = Bilingual("Vocabulary", "术语库")
_DAY: Final = Bilingual("Checked on", "检查日期")
_CONCEPTS: Final = Bilingual("Concepts", "概念数")
_FINDINGS: Final = Bilingual("Findings", "问题")
_MUST_FINDINGS: Final = Bilingual("Findings that hold a release up", "妨碍发布的问题数")
_FIGURES: Final = Bilingual("Figures", "统计")
_RULES: Final = Bilingual("Rules", "规则")
_RULE: Final = Bilingual("Rule", "规则编号")
_SEVERITY: Final = Bilingual("Severity", "程度")
_ASKS: Final = Bilingual("What it asks for", "内容")
_SOURCE: Final = Bilingual("Source", "依据")
_NUMBER: Final = Bilingual("Number", "条目编号")
_CONCEPT: Final = Bilingual("Concept", "概念")
_LANGUAGE: Final = Bilingual("Language", "语言")
_WRONG: Final = Bilingual("What is wrong", "说明")
_NAMES: Final = Bilingual("Names", "资源名称")


def render_findings(
    findings: Sequence[Finding], *, domain: str, concept_count: int, checked_on: date, language: str
) -> bytes:
    """Return the *findings* on *concept_count* concepts of *domain* as a workbook, in English or Simplified Chinese.

    Raises:
        InvalidArgumentError: reports are not written in *language*.
    """
    language = language_asked(language)
    content = BytesIO()
    with xlsxwriter.Workbook(content, _OPTIONS) as book:
        made = datetime.combine(checked_on, datetime.min.time())
        book.set_properties({"title": _say(_TITLE, language), "created": made})
        writer = SheetWriter(book, language)
        lines: list[tuple[Bilingual, Kind, Cell]] = [
            (_VOCABULARY, "text", domain or _say(_ALL, language)),
            (_DAY, "date", checked_on.isoformat()),
            (_CONCEPTS, "number", concept_count),
            (_FINDINGS, "number", len(findings)),
            (_MUST_FINDINGS, "number", sum(one.rule.severity is Severity.MUST for one in findings)),
        ]
        _front(writer, findings, lines)
        _table(writer, findings)
        _rules(writer)
    return content.getvalue()


def _say(words: Bilingual, language: str) -> str:
    return words.zh if language == "zh-Hans" else words.en


def _columns(writer: SheetWriter, *columns: tuple[Bilingual, int]) -> list[Column]:
    numbers = (_FINDINGS, _CONCEPTS)
    return [
        Column(_say(words, writer.language), width, "number" if words in numbers else "text")
        for words, width in columns
    ]


def _front(writer: SheetWriter, findings: Sequence[Finding], lines: Sequence[tuple[Bilingual, Kind, Cell]]) -> None:
    say = writer.language
    named = [(_say(words, say), kind, cell) for words, kind, cell in lines]
    sheet, row = writer.front(_say(_FIGURES, say), _say(_TITLE, say), named)
    columns = _columns(writer, (_RULE, 30), (_SEVERITY, 16), (_FINDINGS, 10), (_CONCEPTS, 10), (_ASKS, 90))
    rows = (
        (
            figure.rule.id,
            _say(_SEVERITIES[figure.rule.severity], say),
            figure.findings,
            figure.concepts,
            _say(figure.rule.description, say),
        )
        for figure in figures_of(findings)
    )
    writer.block(sheet, row, columns, rows)


def _table(writer: SheetWriter, findings: Sequence[Finding]) -> None:
    columns = _columns(
        writer,
        *(
            (_RULE, 10),
            (_SEVERITY, 10),
            (_VOCABULARY, 24),
            (_NUMBER, 12),
            (_CONCEPT, 30),
            (_LANGUAGE, 10),
            (_WRONG, 80),
        ),
        *((_CONCEPTS, 10), (_NAMES, 50)),
    )
    writer.table(_say(_FINDINGS, writer.language), columns, _rows(writer, findings))


def _rows(writer: SheetWriter, findings: Sequence[Finding]) -> Iterator[list[Cell]]:
    for finding in findings:
        first = finding.entries[0]
        yield [
            finding.rule.id,
            _say(_SEVERITIES[finding.rule.severity], writer.language),
            first.concept.domain,
            first.concept.number,
            first.word,
            finding.language,
            _say(finding.message, writer.language),
            len(finding.entries),
            "\n".join(entry.name for entry in finding.entries[:_MAX_NAMED]),
        ]


def _rules(writer: SheetWriter) -> None:
    columns = _columns(writer, (_RULE, 10), (_SEVERITY, 10), (_ASKS, 90), (_SOURCE, 60))
    rows = (
        (
            rule.id,
            _say(_SEVERITIES[rule.severity], writer.language),
            _say(rule.description, writer.language),
            _say(rule.source, writer.language),
        )
        for rule in RULES
    )
    writer.table(_say(_RULES, writer.language), columns, rows)
