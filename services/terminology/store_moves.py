"""Speak SQL about how far concepts are agreed."""

from collections.abc import Sequence

from sqlmodel import Session

from services.runtime.changes import record_changes
from services.terminology import store_rows
from services.terminology.store import COLLECTION, StoredConcept, load_concepts
from services.terminology.store_changes import Act, HistoryEntry, acting_person, record_history
from standards_tree.concept_life import MOVES, STATUS_WORDS, ConceptMove, status_after
from standards_tree.errors import PreconditionError

# Who makes these moves proposes anew what the concept says, and another person approves it.
PROPOSING = frozenset({ConceptMove.REOPEN, ConceptMove.DISCUSS})


def move_concepts(
    session: Session,
    concepts: Sequence[StoredConcept],
    move: ConceptMove,
    reason: str = "",
    towards: str = "",
) -> list[StoredConcept]:
    """Take concepts further and return them, in order, with the same few statements however many there are.

    *towards* names the successor or the release that the move leads to.

    Raises:
        PreconditionError: one of them cannot make the move; none does.
    """
    targets = [status_after(stored.name, stored.concept.status, move) for stored in concepts]
    act = Act(MOVES[move][2], towards, reason)
    successor_id = towards.removeprefix(COLLECTION) if move is ConceptMove.SUPERSEDE else None
    person = acting_person()
    rows, entries = [], []
    for stored, target in zip(concepts, targets, strict=True):
        proposes = move in PROPOSING and not stored.concept.status.open
        row = {
            "concept_id": stored.concept_id,
            "status": target.value,
            "proposed_by": person if proposes else stored.proposed_by,
            "successor_id": successor_id,
        }
        changes = {"status": (stored.concept.status.value, target.value)}
        if stored.successor_id != successor_id:
            changes["successor"] = (_name(stored.successor_id), _name(successor_id))
        rows.append(row)
        entries.append(HistoryEntry(stored.concept_id, stored.version + 1, act, changes))
    store_rows.update_concepts(session, rows)
    record_history(session, entries)
    record_changes(session, [stored.name for stored in concepts], act.action.value)
    return load_concepts(session, [stored.concept_id for stored in concepts])


def _name(concept_id: str | None) -> str:
    return f"{COLLECTION}{concept_id}" if concept_id else ""


def require_successor(stored: StoredConcept, successor: StoredConcept) -> None:
    """Refuse a successor that cannot take the place of *stored*.

    Raises:
        PreconditionError: it is the concept itself, or not agreed.
    """
    if successor.concept_id == stored.concept_id:
        message = "{name} cannot take its own place"
        raise PreconditionError(message, name=stored.name)
    if not successor.concept.status.agreed:
        message = "{successor} is {status}; only a concept that is approved or published takes the place of another"
        raise PreconditionError(message, successor=successor.name, status=STATUS_WORDS[successor.concept.status])
