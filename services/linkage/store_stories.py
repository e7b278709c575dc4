"""Speak SQL for stories: which documents are of one family, and what they tell together, kept for lists."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, delete, literal_column, or_, text
from sqlmodel import Session, col, select

from services.linkage.names import symbol_key
from services.linkage.store_measures import NO_DAY, has_code, has_hs_code
from services.linkage.tables_stories import BEGUN, StoryRow, StorySpanRow
from services.runtime.bulk_rows import insert_rows
from services.runtime.paging import Page
from standards_tree.errors import NotFoundError
from standards_tree.measures.acts import read_acts
from standards_tree.measures.model import NotificationKind
from standards_tree.measures.story import Notification, Story, StoryState, tell
from standards_tree.measures.symbols import parse_symbol
from standards_tree.text import match_key

# The last day of the calendar: a span without an end that is known lasts until then.
NO_END = date.max
FAMILIES_AT_A_TIME = 2000
_COLUMNS = (
    "measure_id, symbols, kind, distributed_on, comment_deadline, adoption_on, entry_into_force_on, title_zh, title_en,"
    " hs_codes, ics_codes, member_codes, keywords, example, story_id,"
    " CASE WHEN measure_id LIKE '%~%~%~%~%~%' THEN left(description, 6000) ELSE '' END AS description"
)


@dataclass(frozen=True, slots=True)
class Family:
    """The documents of one story, with what they tell."""

    story_id: str
    rows: Mapping[str, Mapping[str, Any]]
    story: Story

    def row(self) -> dict[str, Any]:
        """Return the story as it is kept for lists."""
        ordered = [self.rows[entry.measure_id] for entry in self.story.notifications]
        symbols = [symbol for row in ordered for symbol in row["symbols"]]
        begun = [self.rows[entry.measure_id] for entry in self.story.notifications if entry.replaces] or ordered
        title_zh = next((row["title_zh"] for row in reversed(begun) if row["title_zh"]), "")
        title_en = next((row["title_en"] for row in reversed(begun) if row["title_en"]), "")
        held = self.story.standing_on(NO_END)
        return {
            "story_id": self.story_id,
            "symbols": symbols,
            "member_codes": _united(ordered, "member_codes"),
            "title_zh": title_zh,
            "title_en": title_en,
            "hs_codes": _united(ordered, "hs_codes"),
            "ics_codes": _united(ordered, "ics_codes"),
            "comment_deadline": held.comment_deadline if held else None,
            "adoption_on": held.adoption if held else None,
            "entry_into_force_on": held.entry_into_force if held else None,
            "notified_on": self.story.first_day,
            "last_changed_by": held.last_changed_by if held else "",
            "last_changed_on": held.last_changed_on if held else None,
            "example": any(row["example"] for row in ordered),
            "search_key": match_key("\n".join([*symbols, title_zh, title_en])),
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


def _united(rows: Sequence[Mapping[str, Any]], column: str) -> list[str]:
    return list(dict.fromkeys(entry for row in rows for entry in row[column]))


def get_family(session: Session, name: str) -> Family:
    """Return the family of a measure, by `stories/{story}`, a measure's name or a symbol of any of its documents.

    Raises:
        NotFoundError: no document of it is recorded.
        InvalidArgumentError: *name* is none of these.
    """
    key = symbol_key(name.replace("stories/", "measures/", 1) if name.startswith("stories/") else name)
    families = _families(session, {parse_symbol(key).base.key})
    if not families:
        message = "there is no measure {name}"
        raise NotFoundError(message, name=name)
    return families[0]


def refresh_stories(session: Session, base_keys: Iterable[str]) -> None:
    """Tell the stories of the families *base_keys* anew, and keep them for lists."""
    waiting = list(dict.fromkeys(base_keys))
    done: set[str] = set()
    for start in range(0, len(waiting), FAMILIES_AT_A_TIME):
        keys = {key for key in waiting[start : start + FAMILIES_AT_A_TIME] if key not in done}
        families = _families(session, keys) if keys else []
        _keep(session, families)
        done.update(
            symbol.base.key for family in families for entry in family.story.notifications for symbol in entry.symbols
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


def _families(session: Session, base_keys: set[str]) -> list[Family]:
    """Return the families that have one of *base_keys*; joint notifications tie families together."""
    keys, parent = set(base_keys), dict[str, str]()
    while True:
        found = session.connection().execute(
            text(
                "SELECT base_key, measure_id FROM measure_symbol WHERE measure_id IN"
                " (SELECT measure_id FROM measure_symbol WHERE base_key = ANY(:keys))"
            ),
            {"keys": sorted(keys)},
        )
        pairs = [(base, measure) for base, measure in found]
        more = {base for base, _measure in pairs} - keys
        if not more:
            break
        keys |= more
    for base, measure in pairs:
        parent[_root(parent, measure)] = _root(parent, base)
    members: dict[str, list[str]] = {}
    for measure in dict.fromkeys(measure for _base, measure in pairs):
        members.setdefault(_root(parent, measure), []).append(measure)
    rows = _rows(session, [measure for family in members.values() for measure in family])
    return [_family({measure: rows[measure] for measure in family}) for family in members.values()]


def _root(parent: dict[str, str], node: str) -> str:
    while (above := parent.setdefault(node, node)) != node:
        parent[node] = node = parent[above]
    return node


def _rows(session: Session, measure_ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    if not measure_ids:
        return {}
    query = text(f"SELECT {_COLUMNS} FROM measure WHERE measure_id = ANY(:ids)")  # noqa: S608  (a constant)
    found = session.connection().execute(query, {"ids": list(measure_ids)})
    return {row["measure_id"]: dict(row) for row in found.mappings()}


def _family(rows: Mapping[str, Mapping[str, Any]]) -> Family:
    story = tell(_notification(row) for row in rows.values())
    ids = (symbol.base.resource_id for entry in story.notifications for symbol in entry.symbols)
    return Family(min(ids), rows, story)


def _notification(row: Mapping[str, Any]) -> Notification:
    symbols = tuple(map(parse_symbol, row["symbols"]))
    texts = (row["title_en"], row["title_zh"], "; ".join(row["keywords"]), row["description"])
    return Notification(
        measure_id=row["measure_id"],
        symbols=symbols,
        kind=NotificationKind(row["kind"]),
        distributed=row["distributed_on"],
        comment_deadline=row["comment_deadline"],
        adoption=row["adoption_on"],
        entry_into_force=row["entry_into_force_on"],
        **({"acts": read_acts(*texts)} if symbols[0].suffixes else {}),
    )


def _keep(session: Session, families: Sequence[Family]) -> None:
    if not families:
        return
    told = {row["story_id"] for family in families for row in family.rows.values()} | {
        family.story_id for family in families
    }
    session.connection().execute(delete(StoryRow).where(col(StoryRow.story_id).in_(sorted(told - {""}))))
    insert_rows(session, StoryRow.__table__, (family.row() for family in families))  # type: ignore[attr-defined]  # it has
    spans = (span for family in families for span in family.spans())
    insert_rows(session, StorySpanRow.__table__, spans)  # type: ignore[attr-defined]  # every table class has it
    moved = [
        (measure, family.story_id)
        for family in families
        for measure, row in family.rows.items()
        if row["story_id"] != family.story_id
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
