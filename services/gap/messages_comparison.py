"""Translate between the messages about comparisons and the domain."""

from collections.abc import Sequence

from standards_tree.reports.comparison import ChangeKind, Comparison, GapChange, decisive_name
from standards_tree.reports.schema import RequirementEntry
from standards_tree.reports.schema_texts import Texts
from tbt.gap.v1 import report_pb2
from tbt.type.v1 import type_pb2

KINDS = {
    ChangeKind.CLOSED: report_pb2.GAP_CHANGE_KIND_CLOSED,
    ChangeKind.OPENED: report_pb2.GAP_CHANGE_KIND_OPENED,
    ChangeKind.WORSENED: report_pb2.GAP_CHANGE_KIND_WORSENED,
    ChangeKind.IMPROVED: report_pb2.GAP_CHANGE_KIND_IMPROVED,
}


def comparison_to(
    found: Comparison, changes: Sequence[report_pb2.GapChange], token: str
) -> report_pb2.CompareGapReportsResponse:
    """Return a page of a comparison for the wire."""
    return report_pb2.CompareGapReportsResponse(
        changes=changes,
        next_page_token=token,
        closed_count=found.counts[ChangeKind.CLOSED],
        opened_count=found.counts[ChangeKind.OPENED],
        worsened_count=found.counts[ChangeKind.WORSENED],
        improved_count=found.counts[ChangeKind.IMPROVED],
        unchanged_count=found.unchanged,
        differing_parameters=found.differing,
    )


def change_to(change: GapChange) -> report_pb2.GapChange:
    """Return one change for the wire."""
    return report_pb2.GapChange(
        kind=KINDS[change.kind],
        requirement=change.entry["id"],
        measure=change.entry["measure"],
        text=text_to(change.entry["text"]),
        before=None if change.before is None else _state_to(change.before),
        after=None if change.after is None else _state_to(change.after),
        reasons=[report_pb2.GapChangeReason(code=one.code, text=text_to(one.text)) for one in change.reasons],
    )


def text_to(texts: Texts) -> type_pb2.LocalizedText:
    """Return a text in both languages for the wire."""
    return type_pb2.LocalizedText(zh=texts["zh-Hans"], en=texts["en"])


def _state_to(entry: RequirementEntry) -> report_pb2.GapState:
    return report_pb2.GapState(
        verdict=entry["verdict"],
        severity=entry["severity"],
        points=entry["points"],
        standard=decisive_name(entry),
    )
