"""Write a report as one HTML page that needs nothing else: no network, no fonts, no other file.

A content security policy forbids everything but the page's own style and script, named by their hashes; all text is
escaped. The page lists the worst gaps first and says so where it leaves out the rest, because a browser is no place
for a hundred thousand rows.
"""

import functools
import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

from markupsafe import Markup, escape

from standards_tree.gap.priorities import Severity
from standards_tree.gap.verdicts import Verdict
from standards_tree.reports.captions import caption
from standards_tree.reports.html import asset, environment, policy_hash
from standards_tree.reports.labels import label, language_of
from standards_tree.reports.page_drawings import bands_of, calendar_of, evidence_of, years_of
from standards_tree.reports.plan_captions import plan_sentence
from standards_tree.reports.schema import ReasonEntry, Report
from standards_tree.reports.schema_texts import Texts
from standards_tree.reports.selection import gaps_of, long_date, percent, pressing, scope_lines, way_text

MAX_ROWS = 1000
MAX_STEPS = 12
MAX_WORKS = 30
MAX_EXAMPLES = 12

Row = TypeVar("Row")


def render_html(report: Report, language: str) -> bytes:
    """Return *report* as a UTF-8 page in English or Simplified Chinese.

    Raises:
        InvalidArgumentError: reports are not written in *language*.
    """
    language = language_of(language)
    style, script = asset("report.css"), asset("report.js")
    page = (
        environment()
        .get_template("report.html.j2")
        .render(
            report=report,
            language=language,
            style=style,
            script=script,
            style_hash=policy_hash(style),
            script_hash=policy_hash(script),
            gaps=gaps_of(report),
            covered=[one for one in report["requirements"] if one["severity"] == Severity.NONE],
            measures=sorted(report["measures"], key=lambda one: one["next_date"] or "9999"),
            title_of={one["symbol"]: one["title"] for one in report["measures"]},
            pressing=pressing(report),
            verdicts=[verdict.value for verdict in Verdict],
            max_rows=MAX_ROWS,
            max_steps=MAX_STEPS,
            max_examples=MAX_EXAMPLES,
            c=functools.partial(_caption, language),
            say=functools.partial(_say, language),
            sentences=functools.partial(_sentences, language),
            words=functools.partial(_words, language),
            whole=_whole,
            percent=percent,
            segments=_segments,
            long_date=functools.partial(long_date, language=language),
            scope_lines=scope_lines(report, language),
            **_drawn(report, language),
        )
    )
    return page.encode()


def _drawn(report: Report, language: str) -> dict[str, object]:
    """Return what the page draws, and the work it plans."""
    plan = report["plan"]
    chosen = set() if plan is None else {entry["work"] for entry in plan["work"]}
    return {
        "evidence_of": evidence_of,
        "bands": bands_of(report, language),
        "calendar": calendar_of(report),
        "works": {work["id"]: work for work in report["works"]},
        "others": [work for work in report["works"] if work["id"] not in chosen],
        "max_works": MAX_WORKS,
        "way_text": functools.partial(way_text, language=language),
        "years": [] if plan is None else years_of(plan),
        "plan_sentence": "" if plan is None else plan_sentence(plan, language),
    }


def _caption(language: str, code: str, **parameters: object) -> str:
    return caption(code, language, **parameters)


def _words(language: str, code: str) -> str:
    return label(code, language)


# Designations and dates, which are hard to read when a line ends inside them.
_WHOLE = re.compile(r"(?:[A-Z]{1,6}(?:/[A-Z]{1,10})? )?[A-Z]?\d[\d.\-]*[—:]\d{4}|\d{4}-\d{2}-\d{2}")


def _whole(text: str) -> Markup:
    """Return *text* escaped, with designations and dates kept on one line."""
    # The pattern matches letters, digits and marks that escaping leaves alone, so nothing it wraps can be markup.
    return Markup(_WHOLE.sub(r'<span class="whole">\g<0></span>', str(escape(text))))  # noqa: S704 - escaped first


def _say(language: str, texts: Texts) -> Markup:
    return _whole(texts["zh-Hans"] if language == "zh-Hans" else texts["en"])


def _sentences(language: str, reasons: Sequence[ReasonEntry]) -> Markup:
    """Return reasons as one sentence, its first letter a capital in English."""
    if language == "zh-Hans":
        return _whole("；".join(reason["text"]["zh-Hans"] for reason in reasons))
    text = "; ".join(reason["text"]["en"] for reason in reasons)
    return _whole(text[:1].upper() + text[1:])


def _segments(verdicts: Mapping[str, int]) -> list[tuple[str, float, float, int]]:
    """Return the parts of a bar 100 wide: verdict, start, width, count."""
    total, start, found = sum(verdicts.values()), 0.0, []
    for verdict in Verdict:
        count = verdicts[verdict]
        if count:
            width = round(100 * count / total, 3)
            found.append((verdict.value, round(start, 3), width, count))
            start += width
    return found
