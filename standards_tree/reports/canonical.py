"""Write a report as JSON, always in the same bytes."""

import json

from standards_tree.reports.schema import Report


def render_json(report: Report) -> bytes:
    """Return *report* as UTF-8 with sorted keys, no blanks between tokens and one newline at the end."""
    text = json.dumps(report, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode() + b"\n"
