"""Translate stories between the linkage contract, the domain and the rows."""

from datetime import date

from services.linkage.names import measure_name, story_name
from services.linkage.store_stories import NO_END, Family, StoryFilter
from services.linkage.tables_stories import StoryRow, StorySpanRow
from services.runtime.civil_dates import date_from, date_to, today
from standards_tree.errors import NotFoundError
from standards_tree.measures.story import EventKind, StoryState
from tbt.linkage.v1 import story_pb2 as pb
from tbt.type.v1 import type_pb2

STATE = {pb.StoryState.Value(f"STORY_STATE_{state.name}"): state for state in StoryState}
STATE_TO = {state: value for value, state in STATE.items()}
EVENT_TO = {kind: pb.StoryEventKind.Value(f"STORY_EVENT_KIND_{kind.name}") for kind in EventKind}


def filter_from(request: pb.ListStoriesRequest) -> StoryFilter:
    """Return which stories a list asks for."""
    return StoryFilter(
        as_of=date_from(request.as_of, "as_of") or today(),
        query=request.query,
        states=tuple(STATE[state] for state in request.states),
        member_codes=tuple(code.upper() for code in request.member_codes),
        hs_prefix=request.hs_prefix,
        ics_prefix=request.ics_prefix,
        deadline_from=date_from(request.deadline_from, "deadline_from"),
        deadline_to=date_from(request.deadline_to, "deadline_to"),
    )


def listed_to(pair: tuple[StoryRow, StorySpanRow]) -> pb.Story:
    """Return a story of a list for the wire, with the state of the day."""
    row, span = pair
    return pb.Story(
        name=story_name(row.story_id),
        symbols=row.symbols,
        member_codes=row.member_codes,
        title=type_pb2.LocalizedText(zh=row.title_zh, en=row.title_en),
        hs_codes=row.hs_codes,
        ics_codes=row.ics_codes,
        state=STATE_TO[StoryState(span.state)],
        presumed=span.presumed,
        since=date_to(span.since if span.since > date.min else None),
        comment_deadline=date_to(row.comment_deadline),
        adoption_on=date_to(row.adoption_on),
        entry_into_force_on=date_to(row.entry_into_force_on),
        notified_on=date_to(row.notified_on),
        last_changed_by=measure_name(row.last_changed_by) if row.last_changed_by else "",
        last_changed_on=date_to(row.last_changed_on),
        example=row.example,
    )


def story_to(family: Family, as_of: date) -> pb.GetMeasureStoryResponse:
    """Return the story of a family as it stood on *as_of*.

    Raises:
        NotFoundError: nothing had been notified then.
    """
    held = family.story.standing_on(as_of)
    if held is None:
        message = "{story} begins on {first}; nothing was notified on {day}"
        raise NotFoundError(
            message,
            story=family.story.notifications[0].symbols[0].base.official,
            first=family.story.first_day,
            day=as_of,
        )
    row = family.row()
    spans = family.story.spans()
    since = next((span.since for span in reversed(spans) if span.since <= as_of), as_of)
    story = pb.Story(
        name=story_name(family.story_id),
        symbols=row["symbols"],
        member_codes=row["member_codes"],
        title=type_pb2.LocalizedText(zh=row["title_zh"], en=row["title_en"]),
        hs_codes=row["hs_codes"],
        ics_codes=row["ics_codes"],
        state=STATE_TO[held.state],
        presumed=held.presumed,
        since=date_to(since if since > date.min else None),
        comment_deadline=date_to(held.comment_deadline),
        adoption_on=date_to(held.adoption),
        entry_into_force_on=date_to(held.entry_into_force),
        entry_into_force_stated=held.entry_into_force_stated,
        notified_on=date_to(row["notified_on"]),
        last_changed_by=measure_name(held.last_changed_by) if held.last_changed_by else "",
        last_changed_on=date_to(held.last_changed_on),
        example=row["example"],
    )
    return pb.GetMeasureStoryResponse(
        story=story, documents=_documents(family), events=_events(family), spans=_spans(family), as_of=date_to(as_of)
    )


def _documents(family: Family) -> list[pb.StoryDocument]:
    void = family.story.void
    return [
        pb.StoryDocument(
            measure=measure_name(entry.measure_id),
            symbols=[symbol.official for symbol in entry.symbols],
            kind=entry.kind.value,
            distributed_on=date_to(entry.distributed),
            title=type_pb2.LocalizedText(
                zh=family.documents[entry.measure_id].title_zh, en=family.documents[entry.measure_id].title_en
            ),
            void=entry.measure_id in void,
            deciding_words=entry.acts.words,
        )
        for entry in family.story.notifications
    ]


def _events(family: Family) -> list[pb.StoryEvent]:
    return [
        pb.StoryEvent(
            day=date_to(event.day),
            kind=EVENT_TO[event.kind],
            measure=measure_name(event.measure_id),
            symbols=family.documents[event.measure_id].symbols if event.measure_id in family.documents else [],
            presumed=event.presumed,
        )
        for event in family.story.events()
    ]


def _spans(family: Family) -> list[pb.StorySpan]:
    return [
        pb.StorySpan(
            state=STATE_TO[span.state],
            presumed=span.presumed,
            since=date_to(span.since if span.since > date.min else None),
            until=date_to(span.until if span.until and span.until < NO_END else None),
        )
        for span in family.story.spans()
    ]
