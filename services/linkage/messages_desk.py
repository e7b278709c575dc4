"""Translate the review desk between the linkage contract, the domain and the rows."""

from datetime import date

from services.linkage.messages import in_field
from services.linkage.names import requirement_name
from services.linkage.store_batches import COLLECTION
from services.linkage.store_desk import REVIEW, SECOND_REVIEW, SUSPECT, Coverage, QueueFilter, Waiting, due_on
from services.linkage.store_trade import Traded
from services.linkage.tables_links import ReviewBatchRow
from services.runtime.civil_dates import date_from, date_to, moment_to
from services.runtime.masks import etag_of
from standards_tree.errors import InvalidArgumentError
from standards_tree.linking.reviewing import LinkSuspectCause
from tbt.linkage.v1 import desk_pb2, link_life_pb2
from tbt.type.v1 import type_pb2

TASK = {
    desk_pb2.DESK_TASK_REVIEW: REVIEW,
    desk_pb2.DESK_TASK_SECOND_REVIEW: SECOND_REVIEW,
    desk_pb2.DESK_TASK_SUSPECT: SUSPECT,
}
TASK_TO = {task: value for value, task in TASK.items()}
CAUSE_TO = {
    cause.value: link_life_pb2.LinkSuspectCause.Value(f"LINK_SUSPECT_CAUSE_{cause.name}") for cause in LinkSuspectCause
}
GROUP = {
    desk_pb2.COVERAGE_GROUP_UNSPECIFIED: "",
    desk_pb2.COVERAGE_GROUP_MEMBER: "member",
    desk_pb2.COVERAGE_GROUP_HS_CHAPTER: "hs_chapter",
}


def queue_filter_from(request: desk_pb2.ListDeskQueueRequest, today: date, caller: str) -> QueueFilter:
    """Return which links of the queue are wanted."""
    return QueueFilter(
        as_of=date_from(request.as_of, "as_of") or today,
        tasks=tuple(TASK[task] for task in request.tasks),
        members=tuple(code.upper() for code in request.member_codes),
        hs_prefix=request.hs_prefix,
        measure=request.measure,
        min_confidence=request.min_confidence,
        not_by=caller if request.mine else "",
    )


def entry_to(waiting: Waiting) -> desk_pb2.DeskEntry:
    """Return a link that waits, for the wire."""
    link = waiting.link
    return desk_pb2.DeskEntry(
        link=f"links/{link.link_id}",
        task=TASK_TO[waiting.task],
        requirement=requirement_name(link.measure_id, link.requirement_number),
        requirement_text=type_pb2.LocalizedText(zh=waiting.text_zh, en=waiting.text_en),
        symbols=waiting.symbols,
        target=link.target,
        designation=link.designation,
        clause=link.clause,
        relation=type_pb2.SetRelation.Value(f"SET_RELATION_{link.relation.upper()}"),
        confidence=link.confidence,
        due_on=date_to(due_on(link)),
        trade_weight=link.trade_weight,
        suspect_causes=[CAUSE_TO[cause] for cause in link.suspect_causes],
        first_reviewer=link.first_reviewer,
        etag=etag_of(link.version),
    )


def check_verdicts(request: desk_pb2.ReviewLinksRequest) -> None:
    """Refuse a batch that says two things of a link, or of which a verdict lacks its replacement or has one too many.

    Raises:
        InvalidArgumentError: names the field.
    """
    seen: set[str] = set()
    for place, verdict in enumerate(request.verdicts):
        with in_field(f"verdicts[{place}]"):
            if verdict.link in seen:
                message = "{link} has a verdict already; one batch decides once on a link"
                raise InvalidArgumentError(message, link=verdict.link)
            seen.add(verdict.link)
            replacing = verdict.verdict == desk_pb2.VERDICT_REPLACE
            if replacing and not verdict.replacement:
                raise InvalidArgumentError("say which standard or draft answers instead of {link}", link=verdict.link)
            if not replacing and (verdict.replacement or verdict.replacement_clause):
                message = "a replacement goes with the verdict replace; {link} is only accepted or rejected"
                raise InvalidArgumentError(message, link=verdict.link)


def batch_to(row: ReviewBatchRow) -> desk_pb2.ReviewBatch:
    """Return a batch for the wire."""
    return desk_pb2.ReviewBatch(
        name=COLLECTION + row.batch_id,
        principal=row.principal,
        made_at=moment_to(row.made_at),
        note=row.note,
        verdict_count=row.figures["verdicts"],
        confirmed_count=row.figures["confirmed"],
        agreed_count=row.figures["agreed"],
        rejected_count=row.figures["rejected"],
        replacements=row.figures["made"],
        undone_by=row.undone_by,
        undone_at=moment_to(row.undone_at),
    )


def coverage_to(row: Coverage) -> desk_pb2.CoverageFigures:
    """Return figures for the wire."""
    return desk_pb2.CoverageFigures(
        key=row.key,
        requirements=row.requirements,
        unlinked_requirements=row.unlinked,
        confirmed=row.confirmed,
        rejected=row.rejected,
        open=row.open,
        awaiting_second=row.awaiting_second,
        suspect=row.suspect,
    )


def traded_from(request: desk_pb2.SetTradeWeightsRequest) -> list[Traded]:
    """Return the figures of a request; of one that is given twice the last."""
    found = {(one.member_code.upper(), one.hs_heading): one.weight for one in request.weights}
    return [Traded(member, heading, weight) for (member, heading), weight in sorted(found.items())]
