"""Write a report as JSON, always in the same bytes, and read it back."""

import json
from typing import cast

from standards_tree.errors import UnsupportedDocumentError
from standards_tree.reports.schema import SCHEMA, Report


def render_json(report: Report) -> bytes:
    """Return *report* as UTF-8 with sorted keys, no blanks between tokens and one newline at the end."""
    text = json.dumps(report, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode() + b"\n"


def read_json(content: bytes) -> Report:
    """Return a report that :func:`render_json` wrote, for rendering it in another format or language.

    Raises:
        UnsupportedDocumentError: it is of another schema.
    """
    report = json.loads(content)
    schema = report.get("schema") if isinstance(report, dict) else None
    if schema != SCHEMA:
        raise UnsupportedDocumentError(
            "the report has the schema {schema}, expected {known}", schema=schema, known=SCHEMA
        )
    return cast("Report", report)
