"""Translate what a file of notifications says for the wire, in messages of many: each one costs as much as reading ten."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from services.runtime.civil_dates import date_to
from services.runtime.texts import translate
from standards_tree.measures.dates import DateKind, DateReading, Event
from standards_tree.measures.model import Measure, MeasureReading, Origin, Problem, Severity
from tbt.documents.v1 import documents_service_pb2 as pb
from tbt.type.v1 import type_pb2

MAX_VALUE_CHARACTERS = 200
# A message is sent when it has so many of either, or so many characters of text; one holds at most 4 MiB.
MAX_RECORDS_A_BATCH = 500
MAX_BATCH_BYTES = 1024 * 1024
"""Far enough below the 4 MiB a message may have, that one more record never makes it too large."""
SEVERITIES = {
    Severity.REFUSED: type_pb2.ImportProblem.SEVERITY_REFUSED,
    Severity.CORRECTED: type_pb2.ImportProblem.SEVERITY_CORRECTED,
    Severity.KEPT: type_pb2.ImportProblem.SEVERITY_KEPT,
}
DAY_KIND_TO = {kind: type_pb2.StatedDay.Kind.Value(f"KIND_{kind.name}") for kind in DateKind}
EVENT_TO = {event: type_pb2.StatedDay.Event.Value(f"EVENT_{event.name}") for event in Event}
ORIGIN_TO = {Origin.WTO: pb.RECORD_ORIGIN_WTO, Origin.PLATFORM: pb.RECORD_ORIGIN_PLATFORM}


def notifications_to(readings: Iterable[MeasureReading], language: str) -> Iterator[pb.ReadNotificationsResponse]:
    """Yield what a file gave as it is read, and the figures last. What the problems say is in *language*."""
    rows = notifications = 0
    batch, size, free = pb.NotificationBatch(), 0, MAX_RECORDS_A_BATCH
    for reading in readings:
        rows += len(reading.rows)
        if reading.measure is not None:
            notifications += 1
            free -= 1
            size += _add_notification(batch, reading.measure, reading.rows).ByteSize()
        if reading.problems:
            batch.problems.extend([_problem_to(problem, language) for problem in reading.problems])
        if not free or len(batch.problems) >= MAX_RECORDS_A_BATCH or size > MAX_BATCH_BYTES:
            batch.rows = rows
            yield pb.ReadNotificationsResponse(batch=batch)
            batch, size, free = pb.NotificationBatch(), 0, MAX_RECORDS_A_BATCH
    if batch.notifications or batch.problems:
        batch.rows = rows
        yield pb.ReadNotificationsResponse(batch=batch)
    yield pb.ReadNotificationsResponse(figures=pb.NotificationFigures(rows=rows, notifications=notifications))


def _add_notification(batch: pb.NotificationBatch, measure: Measure, rows: tuple[int, ...]) -> pb.NotificationRecord:
    """Add what a notification says to *batch*, and return it."""
    deadline = measure.comment_deadline
    record = batch.notifications.add(
        symbols=[symbol.official for symbol in measure.symbols],
        members=[member.printed for member in measure.members],
        notification_type=measure.notification_type,
        kind=measure.notification_kind.value,
        title=measure.title,
        title_zh=measure.title_zh,
        description=measure.description,
        products=measure.products,
        hs_codes=measure.hs_codes,
        ics_codes=measure.ics_codes,
        objectives=measure.objectives,
        keywords=measure.keywords,
        affected_regions="; ".join(measure.affected_regions),
        distributed_on=_day_to(measure.distribution_date),
        comment_deadline=_day_to(deadline.day) if deadline is not None else None,
        comment_deadline_stated=_stated_to(deadline) if deadline is not None and _says_more(deadline) else None,
        adoption=_stated_to(measure.adoption),
        entry_into_force=_stated_to(measure.entry_into_force),
        notified_documents=measure.notified_document_urls,
        notification_links=measure.notification_urls,
        rows=rows,
        origin=ORIGIN_TO[measure.origin],
    )
    if measure.code_marks or measure.agencies or measure.languages or measure.cited_standards or measure.articles:
        record.agencies.extend(measure.agencies)
        record.articles.extend(measure.articles)
        record.cited_standards.extend(measure.cited_standards)
        record.languages.extend(measure.languages)
        record.pages = measure.pages
        record.code_marks.extend(
            type_pb2.CodeMark(scheme=mark.scheme.value, found=mark.found, code=mark.code, reason=mark.reason)
            for mark in measure.code_marks
        )
    return record


_day_to = lru_cache(maxsize=10_000)(date_to)
"""A message for a day, the same one each time: it is copied into others and never changed."""


def _says_more(reading: DateReading) -> bool:
    return reading.kind is not DateKind.EXACT or bool(reading.note)


def _stated_to(reading: DateReading | None) -> type_pb2.StatedDay | None:
    """Return a stated day; its reason is the key of a translation, as the domain gives it."""
    if reading is None:
        return None
    period = reading.period
    return type_pb2.StatedDay(
        stated=reading.stated[:MAX_VALUE_CHARACTERS],
        kind=DAY_KIND_TO[reading.kind],
        day=date_to(reading.day),
        counted_from=EVENT_TO[period.after] if period is not None else type_pb2.StatedDay.EVENT_UNSPECIFIED,
        days=period.days if period is not None else 0,
        months=period.months if period is not None else 0,
        reason=reading.note,
    )


def _problem_to(problem: Problem, language: str) -> type_pb2.ImportProblem:
    return type_pb2.ImportProblem(
        row=problem.row,
        column=problem.place,
        value=problem.value[:MAX_VALUE_CHARACTERS],
        message=translate(problem.template, problem.parameters, language),
        severity=SEVERITIES[problem.severity],
    )
