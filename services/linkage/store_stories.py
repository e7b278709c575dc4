"""Speak SQL for stories: which documents are of one family, and what they tell together, kept for lists."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, literal_column, or_, text
from sqlmodel import Session, col, select

from services.linkage.names import symbol_key
from services.linkage.store_measures import NO_DAY, has_code, has_hs_code
from services.linkage.story_documents import COLUMNS, StoryDocument, document_from
from services.linkage.tables_stories import BEGUN, StoryRow, StorySpanRow
from services.runtime.bulk_rows import insert_rows
from services.runtime.paging import Page
from standards_tree.errors import NotFoundError
from standards_tree.measures.story import Story, StoryState, tell
from standards_tree.measures.symbols import parse_symbol
from standards_tree.text import match_key

# The last day of the calendar: a span without an end that is known lasts until then.
NO_END = date.max
FAMILIES_AT_A_TIME = 2000


@dataclass(frozen=True, slots=True)
class Family:
    """The documents of one story, with what they tell."""

    story_id: str
    documents: Mapping[str, StoryDocument]
    story: Story

    def row(self) -> dict[str, Any]:
        """Return the story as it is kept for lists."""
        ordered = [self.documents[entry.measure_id] for entry in self.story.notifications]
        symbols = [symbol for document in ordered for symbol in document.symbols]
        begun = [document for document in ordered if document.notification.replaces] or ordered
        title_zh = next((document.title_zh for document in reversed(begun) if document.title_zh), "")
        title_en = next((document.title_en for document in reversed(begun) if document.title_en), "")
        held = self.story.standing_on(NO_END)
        return {
            "story_id": self.story_id,
            "symbols": symbols,
            "member_codes": _united([document.member_codes for document in ordered]),
            "title_zh": title_zh,
            "title_en": title_en,
            "hs_codes": _united([document.hs_codes for document in ordered]),
            "ics_codes": _united([document.ics_codes for document in ordered]),
            "comment_deadline": held.comment_deadline if held else None,
            "adoption_on": held.adoption if held else None,
            "entry_into_force_on": held.entry_into_force if held else None,
            "notified_on": self.story.first_day,
            "last_changed_by": held.last_changed_by if held else "",
            "last_changed_on": held.last_changed_on if held else None,
            "example": any(document.example for document in ordered),
            # Of one document, it is its own: symbols and titles are the same.
            "search_key": ordered[0].search_key
            if len(ordered) == 1
            else match_key("\n".join([*symbols, title_zh, title_en])),
            "order_day": (held.last_changed_on if held else None) or NO_DAY,
        }

    def spans(self) -> list[dict[str, Any]]:
        """Return the states of the story, day by day, as they are kept for lists."""
        return [
            {
                "story_id": self.story_id,
                "since": span.since,
                "until": span.until or NO_END,
                "state": span.state.value,
                "presumed": span.presumed,
            }
            for span in self.story.spans()
        ]


def _united(lists: Sequence[Sequence[str]]) -> list[str]:
    if len(lists) == 1 and len(lists[0]) < 2:
        return list(lists[0])
    return list(dict.fromkeys(entry for one in lists for entry in one))


def get_family(session: Session, name: str) -> Family:
    """Return the family of a measure, by `stories/{story}`, a measure's name or a symbol of any of its documents.

    Raises:
        NotFoundError: no document of it is recorded.
        InvalidArgumentError: *name* is none of these.
    """
    key = symbol_key(name.replace("stories/", "measures/", 1) if name.startswith("stories/") else name)
    families = _families(session, {parse_symbol(key).base.key}, {})
    if not families:
        message = "there is no measure {name}"
        raise NotFoundError(message, name=name)
    return families[0]


def refresh_stories(
    session: Session, base_keys: Iterable[str], fresh: Mapping[str, StoryDocument] | None = None
) -> None:
    """Tell the stories of the families *base_keys* anew, and keep them for lists.

    Of the measures in *fresh*, which this session has recorded as new ones, nothing is read back.
    """
    waiting = list(dict.fromkeys(base_keys))
    done: set[str] = set()
    for start in range(0, len(waiting), FAMILIES_AT_A_TIME):
        keys = {key for key in waiting[start : start + FAMILIES_AT_A_TIME] if key not in done}
        families = _families(session, keys, fresh or {}) if keys else []
        _keep(session, families, fresh or {})
        done.update(
            [key for family in families for document in family.documents.values() for key in document.base_keys]
        )


def refresh_untold(session: Session) -> None:
    """Tell the stories of measures that were recorded before there were any."""
    keys = session.connection().execute(
        text("SELECT DISTINCT base_key FROM measure_symbol JOIN measure USING (measure_id) WHERE story_id = ''")
    )
    refresh_stories(session, [key for (key,) in keys])


def has_untold(session: Session) -> bool:
    """Tell whether some measure has no story yet."""
    return session.connection().execute(text("SELECT 1 FROM measure WHERE story_id = '' LIMIT 1")).first() is not None


def _families(session: Session, base_keys: set[str], fresh: Mapping[str, StoryDocument]) -> list[Family]:
    """Return the families that have one of *base_keys*; joint notifications tie families together."""
    keys, parent = set(base_keys), dict[str, str]()
    while True:
        found = session.connection().execute(
            text(
                "SELECT measure_id, base_key FROM measure_symbol WHERE measure_id IN"
                " (SELECT measure_id FROM measure_symbol WHERE base_key = ANY(string_to_array(:keys, chr(10))))"
            ),
            {"keys": "\n".join(sorted(keys))},
        )
        pairs = [(measure, base) for measure, base in found]
        more = {base for _measure, base in pairs} - keys
        if not more:
            break
        keys |= more
    first = dict(reversed(pairs))
    # Hardly any measure is of two families; without one, each is where its first key is.
    if any(first[measure] != base for measure, base in pairs):
        for measure, base in pairs:
            parent[_root(parent, measure)] = _root(parent, base)
        first = {measure: _root(parent, measure) for measure in first}
    members: dict[str, list[str]] = {}
    for measure, root in reversed(first.items()):
        members.setdefault(root, []).append(measure)
    stored = _documents(session, [measure for family in members.values() for measure in family if measure not in fresh])
    return [
        _family({measure: fresh.get(measure) or stored[measure] for measure in family}) for family in members.values()
    ]


def _root(parent: dict[str, str], node: str) -> str:
    while (above := parent.setdefault(node, node)) != node:
        parent[node] = node = parent[above]
    return node


def _documents(session: Session, measure_ids: Sequence[str]) -> dict[str, StoryDocument]:
    if not measure_ids:
        return {}
    query = text(f"SELECT {COLUMNS} FROM measure WHERE measure_id = ANY(:ids)")  # noqa: S608  (a constant)
    found = session.connection().execute(query, {"ids": list(measure_ids)})
    return {row["measure_id"]: document_from(dict(row)) for row in found.mappings()}


def _family(documents: Mapping[str, StoryDocument]) -> Family:
    story = tell([document.notification for document in documents.values()])
    return Family(min([document.own_story_id for document in documents.values()]), documents, story)


def _keep(session: Session, families: Sequence[Family], fresh: Mapping[str, StoryDocument]) -> None:
    if not families:
        return
    # Of a family all of whose documents are new, no story has been kept.
    told = {
        story_id
        for family in families
        if not all(measure in fresh for measure in family.documents)
        for story_id in (family.story_id, *(document.story_id for document in family.documents.values()))
    }
    if told - {""}:
        session.connection().execute(
            text("DELETE FROM story WHERE story_id = ANY(:told)"), {"told": sorted(told - {""})}
        )
    insert_rows(session, StoryRow.__table__, (family.row() for family in families))  # type: ignore[attr-defined]  # it has
    spans = (span for family in families for span in family.spans())
    insert_rows(session, StorySpanRow.__table__, spans)  # type: ignore[attr-defined]  # every table class has it
    moved = [
        (measure, family.story_id)
        for family in families
        for measure, document in family.documents.items()
        if document.story_id != family.story_id
    ]
    if moved:
        session.connection().execute(
            text(
                "UPDATE measure SET story_id = moved.story_id"
                " FROM unnest(CAST(:measures AS text[]), CAST(:stories AS text[])) AS moved (measure_id, story_id)"
                " WHERE measure.measure_id = moved.measure_id"
            ),
            {"measures": [measure for measure, _story in moved], "stories": [story for _measure, story in moved]},
        )


@dataclass(frozen=True, slots=True)
class StoryFilter:
    """Which stories a list holds. Every condition given must hold."""

    as_of: date
    query: str = ""
    states: tuple[StoryState, ...] = ()
    member_codes: tuple[str, ...] = ()
    hs_prefix: str = ""
    ics_prefix: str = ""
    deadline_from: date | None = None
    deadline_to: date | None = None


def list_stories(session: Session, wanted: StoryFilter, page: Page) -> list[tuple[StoryRow, StorySpanRow]]:
    """Return one more than a page of stories with the state each is in on the day, those that changed last first."""
    # That a story had begun follows from the rest; it is said so that stories of later days are passed over in the index.
    begun = literal_column(BEGUN) <= wanted.as_of
    conditions: list[Any] = [begun, StorySpanRow.since <= wanted.as_of, StorySpanRow.until >= wanted.as_of]
    if wanted.states:
        conditions.append(col(StorySpanRow.state).in_([state.value for state in wanted.states]))
    if wanted.query:
        conditions.append(col(StoryRow.search_key).contains(match_key(wanted.query), autoescape=True))
    if wanted.member_codes:
        conditions.append(col(StoryRow.member_codes).overlap(list(wanted.member_codes)))  # type: ignore[attr-defined]  # array
    if wanted.hs_prefix:
        conditions.append(has_hs_code(StoryRow.hs_codes, wanted.hs_prefix))
    if wanted.ics_prefix:
        conditions.append(has_code(StoryRow.ics_codes, wanted.ics_prefix, "."))
    if wanted.deadline_from:
        conditions.append(col(StoryRow.comment_deadline) >= wanted.deadline_from)
    if wanted.deadline_to:
        conditions.append(col(StoryRow.comment_deadline) <= wanted.deadline_to)
    if page.after is not None:
        day, story_id = date.fromisoformat(str(page.after[0])), page.after[1]
        before = and_(col(StoryRow.order_day) == day, col(StoryRow.story_id) < story_id)
        conditions.append(or_(col(StoryRow.order_day) < day, before))
    query = (
        select(StoryRow, StorySpanRow)
        .join(StorySpanRow, col(StorySpanRow.story_id) == col(StoryRow.story_id))
        .where(*conditions)
        .order_by(col(StoryRow.order_day).desc(), col(StoryRow.story_id).desc())
    )
    return [(story, span) for story, span in session.exec(query.limit(page.size + 1))]


def page_key(pair: tuple[StoryRow, StorySpanRow]) -> tuple[str, str]:
    """Return where a story stands in the list."""
    return (pair[0].order_day.isoformat(), pair[0].story_id)
