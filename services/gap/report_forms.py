"""Say what a report is written as: every form in every language, one after the other."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from services.runtime.texts import CHINESE, ENGLISH
from standards_tree.errors import PreconditionError
from standards_tree.reports.canonical import render_json
from standards_tree.reports.graphml import render_graphml
from standards_tree.reports.mapping import render_mapping
from standards_tree.reports.page import render_html
from standards_tree.reports.printed import render_pdf
from standards_tree.reports.schema import Report
from standards_tree.reports.workbook import render_xlsx

MEDIA_TYPES = {
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "graphml": "application/graphml+xml",
    "mapping": "application/json",
}
BOTH = (ENGLISH, CHINESE)


@dataclass(frozen=True, slots=True)
class ReportFile:
    """One form of a report; no language where it is the same in every one."""

    format: str
    language: str
    content: bytes

    @property
    def sha256(self) -> str:
        """Return the hash it is stored under."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Form:
    """A form that is still to be written; *write* gives None where this machine cannot."""

    format: str
    language: str
    write: Callable[[], bytes | None]


def forms_of(report: Report, font_folder: Path | None) -> Iterator[Form]:
    """Yield the forms of *report*, those a program reads first."""
    yield Form("json", "", partial(render_json, report))
    yield Form("mapping", "", partial(render_mapping, report))
    yield Form("graphml", "", partial(render_graphml, report))
    for language in BOTH:
        yield Form("xlsx", language, partial(render_xlsx, report, language))
    for language in BOTH:
        yield Form("html", language, partial(render_html, report, language))
    for language in BOTH:
        yield Form("pdf", language, partial(_pdf, report, language, font_folder))


def _pdf(report: Report, language: str, font_folder: Path | None) -> bytes | None:
    try:
        return render_pdf(report, language, font_folder)
    except PreconditionError:
        # No font here has Chinese characters: the report is whole without its print.
        return None
