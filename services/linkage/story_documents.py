"""What a story needs of one of its documents: read back from the database, or as an import has just stored it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.linkage.store_measures import MeasureFacts
from standards_tree.measures.acts import NOTHING, read_acts
from standards_tree.measures.model import NotificationKind
from standards_tree.measures.story import Notification
from standards_tree.measures.symbols import parse_symbol

COLUMNS = (
    "measure_id, symbols, kind, distributed_on, comment_deadline, adoption_on, entry_into_force_on, title_zh, title_en,"
    " hs_codes, ics_codes, member_codes, keywords, example, story_id,"
    " CASE WHEN measure_id LIKE '%~%~%~%~%~%' THEN left(description, 6000) ELSE '' END AS description"
)
"""What `document_from` reads of a measure; of the description, that of an addendum only."""


@dataclass(frozen=True, slots=True)
class StoryDocument:
    """A document of a story: what the story is told from, and what is shown of it.

    ``story_id`` is the one it was part of, empty for none; ``own_story_id`` the one it would be part of alone.
    """

    notification: Notification
    symbols: Sequence[str]
    """In their official form."""
    base_keys: Sequence[str]
    own_story_id: str
    title_zh: str
    title_en: str
    search_key: str
    """Symbols and titles, folded."""
    hs_codes: Sequence[str]
    ics_codes: Sequence[str]
    member_codes: Sequence[str]
    example: bool
    story_id: str

    @property
    def measure_id(self) -> str:
        """Return which measure it is."""
        return self.notification.measure_id


def document_from(row: Mapping[str, Any]) -> StoryDocument:
    """Return the document that the COLUMNS of a measure are."""
    facts = MeasureFacts(tuple(map(parse_symbol, row["symbols"])), row)
    return _document(facts, row["measure_id"], row["member_codes"], row["story_id"])


def document_of(facts: MeasureFacts) -> StoryDocument:
    """Return the document that a measure of these facts is, when it has just been stored as a new one."""
    return _document(facts, facts.measure_id, facts.member_codes, facts.story_id)


def _document(facts: MeasureFacts, measure_id: str, member_codes: Sequence[str], story_id: str) -> StoryDocument:
    columns, symbols = facts.columns, facts.symbols
    acts = NOTHING
    if symbols[0].suffixes:
        acts = read_acts(
            columns["title_en"], columns["title_zh"], "; ".join(columns["keywords"]), columns["description"]
        )
    notification = Notification(
        measure_id=measure_id,
        symbols=symbols,
        kind=NotificationKind(columns["kind"]),
        distributed=columns["distributed_on"],
        comment_deadline=columns["comment_deadline"],
        adoption=columns["adoption_on"],
        entry_into_force=columns["entry_into_force_on"],
        acts=acts,
    )
    return StoryDocument(
        notification=notification,
        symbols=facts.officials,
        base_keys=facts.base_keys,
        own_story_id=facts.story_id,
        title_zh=columns["title_zh"],
        title_en=columns["title_en"],
        search_key=facts.search_key,
        hs_codes=columns["hs_codes"],
        ics_codes=columns["ics_codes"],
        member_codes=member_codes,
        example=columns["example"],
        story_id=story_id,
    )
