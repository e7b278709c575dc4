"""Write a checked draft as one HTML page: the text, and in the margin beside each piece what is wrong with it.

Needs nothing else, no network and no script; a content security policy admits the page's own style alone, and all text is
escaped.
"""

import functools
from collections.abc import Mapping
from typing import Final

from markupsafe import Markup, escape

from standards_tree.reports.checked import CheckedDraft, Piece, ReportedFinding, pieces_of
from standards_tree.reports.html import asset, environment, policy_hash
from standards_tree.reports.labels import LANGUAGES, language_of
from standards_tree.rules.findings import Severity

_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "title": ("Check of a draft", "草案检查报告"),
    "error": ("must", "应"),
    "warning": ("should", "宜"),
    "note": ("note", "提示"),
    "waived": ("waived", "已豁免"),
    "errors": ("requirements not met", "不符合要求"),
    "warnings": ("recommendations not followed", "未遵循推荐"),
    "notes": ("to look at", "提示"),
    "as_of": ("as of", "基准日期"),
    "by": ("held against", "依据"),
    "write": ("write", "改为"),
    "because": ("waived:", "豁免理由："),
    "clean": ("Nothing was found.", "未发现问题。"),
    "contents": ("Findings", "问题一览"),
    "front": ("the document as a whole", "文件整体"),
    "check": ("check", "检查"),
    "document": ("document", "文档"),
}


def render_checked_page(checked: CheckedDraft, language: str) -> bytes:
    """Return the report as a UTF-8 page whose own words are English or Simplified Chinese.

    Raises:
        InvalidArgumentError: pages are not written in *language*.
    """
    language = language_of(language)
    style = asset("checked.css")
    numbers = {id(finding): number for number, finding in enumerate(_in_order(checked), start=1)}
    page = (
        environment()
        .get_template("checked.html.j2")
        .render(
            checked=checked,
            language=language,
            style=style,
            style_hash=policy_hash(style),
            pieces=list(pieces_of(checked)),
            figures=[(severity.value, checked.count(severity)) for severity in Severity],
            waived=sum(finding.waived for finding in checked.findings),
            numbered=lambda finding: numbers[id(finding)],
            ordered=_in_order(checked),
            marked=_marked,
            c=functools.partial(_say, language),
        )
    )
    return page.encode()


def _in_order(checked: CheckedDraft) -> list[ReportedFinding]:
    return [finding for piece in pieces_of(checked) for finding in piece.findings]


def _say(language: str, code: str) -> str:
    return _WORDS[code][LANGUAGES.index(language)]


def _marked(piece: Piece) -> Markup:
    """Return the text of a piece, escaped, with the words that findings are about underlined."""
    text = escape(piece.text)
    for finding in piece.findings:
        subject = escape(finding.subject)
        if subject and finding.subject in piece.text and not finding.waived:
            marked = Markup('<mark class="is-{}">{}</mark>').format(finding.severity.value, subject)
            text = Markup(str(text).replace(str(subject), str(marked), 1))  # noqa: S704 - both were escaped
    return text
