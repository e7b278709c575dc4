"""Speak SQL for the life of links: every change of one is kept with who, when, why, and what it was before."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ARRAY, Text, func, literal, text
from sqlmodel import Session, col, select

from services.linkage.store_rows import change_row
from services.linkage.tables_links import LinkEventRow, LinkRow
from services.runtime.calls import current_call
from services.runtime.changes import record_change, record_changes
from services.runtime.paging import Page
from standards_tree.errors import NotFoundError
from standards_tree.linking.reviewing import LinkAction, LinkSuspectCause, Standing
from standards_tree.measures.symbols import Symbol
from standards_tree.standards import LinkState

SYSTEM = "system"
FactsOf = Callable[[str], str]
"""What is known of the end of a link now, by resource name, as it is written down with the link."""

# To six digits, as members divide further each in their own way; a measure of hundreds of codes is about nothing of them.
_CONFIRMED_HS = text(
    """
    INSERT INTO confirmed_hs (link_id, hs, target, measure_id)
    SELECT DISTINCT link.link_id, left(code, 6), link.target, link.measure_id
    FROM link JOIN requirement ON requirement.measure_id = link.measure_id AND requirement.number = link.requirement_number
    JOIN measure ON measure.measure_id = link.measure_id
    CROSS JOIN LATERAL (
        SELECT code FROM unnest(
            CASE WHEN requirement.hs_codes <> '{}' THEN requirement.hs_codes ELSE measure.hs_codes END
        ) AS code WHERE length(code) >= 4 ORDER BY code LIMIT 50
    ) AS codes
    WHERE link.link_id = :link_id AND link.target LIKE 'standards/%'
    """
)
_SUSPECT = """
    WITH changed AS (
        UPDATE link SET version = version + 1, updated_at = now(), suspect_since = coalesce(suspect_since, now()),
            suspect_causes = ARRAY(SELECT DISTINCT cause FROM unnest(suspect_causes || causes) AS cause ORDER BY cause)
        FROM (/* which */) AS changing
        WHERE link_id = changing_id AND state <> 'rejected' AND NOT suspect_causes @> causes
        RETURNING link_id, version, known, suspect_causes
    ), kept AS (
        INSERT INTO link_event (link_id, version, action, principal, reason, before, after, batch_id)
        SELECT link_id, version, 'suspected', :principal, '', jsonb_build_object('suspect_causes', known),
            jsonb_build_object('suspect_causes', suspect_causes), ''
        FROM changed
    )
    SELECT link_id FROM changed ORDER BY link_id
"""
_WHICH = "SELECT link_id AS changing_id, suspect_causes AS known, CAST(:causes AS varchar[]) AS causes FROM link WHERE "
_OF_TARGETS = """
    SELECT link_id AS changing_id, suspect_causes AS known, CAST(string_to_array(wanted.causes, ' ') AS varchar[]) AS causes
    FROM unnest(CAST(:targets AS varchar[]), CAST(:facts AS varchar[]), CAST(:causes AS varchar[]))
        AS wanted (target, facts, causes)
    JOIN link ON link.target = wanted.target AND link.target_facts = wanted.facts
"""
_WRITE_FACTS = text(
    """
    UPDATE link SET target_facts = wanted.facts
    FROM unnest(CAST(:targets AS varchar[]), CAST(:facts AS varchar[])) AS wanted (target, facts)
    WHERE link.target = wanted.target AND target_facts IS NULL
    """
)


def standing_of(row: LinkRow) -> Standing:
    """Return how far a link has been reviewed."""
    return Standing(LinkState(row.state), row.reviewed_by, row.first_reviewer)


def standing_columns(standing: Standing) -> dict[str, Any]:
    """Return the columns that hold *standing*."""
    return {
        "state": standing.state.value,
        "reviewed_by": standing.reviewed_by,
        "first_reviewer": standing.first_reviewer,
    }


def looked_at(row: LinkRow, facts_of: FactsOf) -> dict[str, Any]:
    """Return the columns of a link that somebody has looked at: nothing is suspect, and its end is as it is now."""
    return {"suspect_causes": [], "suspect_since": None, "target_facts": facts_of(row.target)}


@dataclass(frozen=True, slots=True)
class Act:
    """What is done with a link, why, and in which batch."""

    action: LinkAction
    reason: str = ""
    batch: str = ""


def change_link(session: Session, row: LinkRow, columns: Mapping[str, Any], act: Act) -> LinkRow:
    """Store new values of *columns*, and what they were, and return the link: the next version of it, whatever differs."""
    changed = {name: value for name, value in columns.items() if getattr(row, name) != value}
    before = {name: getattr(row, name) for name in changed}
    change_row(session, row, changed)
    keep_event(session, row, act, before, changed)
    if "state" in changed:
        _keep_hs(session, row)
    record_change(session, f"links/{row.link_id}", act.action.value)
    return row


def keep_event(session: Session, row: LinkRow, act: Act, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Write an entry of the history of a link."""
    session.add(
        LinkEventRow(
            link_id=row.link_id,
            version=row.version,
            action=act.action.value,
            principal=acting(),
            reason=act.reason,
            before=_kept(before),
            after=_kept(after),
            batch_id=act.batch,
        )
    )
    session.flush()


def _kept(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


def _keep_hs(session: Session, row: LinkRow) -> None:
    """Hold what confirmed links say of the products of standards to the state of *row*."""
    session.connection().execute(text("DELETE FROM confirmed_hs WHERE link_id = :link_id"), {"link_id": row.link_id})
    if row.state == LinkState.CONFIRMED:
        session.connection().execute(_CONFIRMED_HS, {"link_id": row.link_id})


def acting() -> str:
    """Return who acts: the caller, or `system` for what the program notices."""
    call = current_call()
    return call.principal.subject if call is not None and call.principal is not None else SYSTEM


def list_history(session: Session, name: str, page: Page) -> list[LinkEventRow]:
    """Return one more than a page of the history of a link, the latest first.

    Raises:
        NotFoundError: there is no such link, and never was.
    """
    link_id = name.removeprefix("links/")
    query = select(LinkEventRow).where(LinkEventRow.link_id == link_id).order_by(col(LinkEventRow.version).desc())
    if page.after is not None:
        query = query.where(col(LinkEventRow.version) < page.after[0])
    rows = list(session.exec(query.limit(page.size + 1)))
    if not rows and page.after is None and session.get(LinkRow, link_id) is None:
        message = "there is no link {name}"
        raise NotFoundError(message, name=name)
    return rows


def suspect_requirement(session: Session, measure_id: str, number: int) -> None:
    """Mark the links of a requirement whose demands were changed."""
    which = "measure_id = :measure_id AND requirement_number = :number"
    values = {"measure_id": measure_id, "number": number}
    _suspect(session, which, values, LinkSuspectCause.REQUIREMENT_CHANGED)


def suspect_measures(session: Session, measure_ids: Sequence[str]) -> None:
    """Mark the links of measures that were changed, and bring their deadlines up to date. Two statements for all of them."""
    if not measure_ids:
        return
    values = {"measure_ids": list(measure_ids)}
    due_on = (
        "UPDATE link SET due_on = coalesce(comment_deadline, adoption_on, entry_into_force_on, DATE '0001-01-01')"
        " FROM measure WHERE measure.measure_id = link.measure_id AND link.measure_id = ANY(CAST(:measure_ids AS text[]))"
    )
    session.connection().execute(text(due_on), values)
    which = "measure_id = ANY(CAST(:measure_ids AS text[]))"
    _suspect(session, which, values, LinkSuspectCause.MEASURE_REVISED)


_LINKED_FAMILIES = text(
    """
    SELECT DISTINCT link.measure_id FROM measure_symbol JOIN link USING (measure_id)
    WHERE base_key = ANY(CAST(:bases AS varchar[]))
    """
)


def suspect_families(session: Session, symbols: Iterable[Symbol]) -> None:
    """Mark the links of the notifications to which new documents with *symbols* belong: revisions, addenda, corrigenda."""
    bases = sorted({symbol.base.key for symbol in symbols if symbol.suffixes})
    if bases:
        found = session.connection().execute(_LINKED_FAMILIES, {"bases": bases}).scalars().all()
        suspect_measures(session, found)


class Doubt(NamedTuple):
    """That links to *target* which rely on the facts *known* are in doubt, for *causes*."""

    target: str
    known: str
    causes: tuple[LinkSuspectCause, ...]


def suspect_targets(session: Session, doubts: Iterable[Doubt]) -> None:
    """Mark the links whose end is not any more what they rely on. One statement for all of them."""
    found = [doubt for doubt in doubts if doubt.causes]
    values = {
        "targets": [doubt.target for doubt in found],
        "facts": [doubt.known for doubt in found],
        "causes": [" ".join(cause.value for cause in doubt.causes) for doubt in found],
    }
    if found:
        _mark(session, _OF_TARGETS, {**values, "principal": SYSTEM})


def _suspect(session: Session, which: str, values: Mapping[str, Any], cause: LinkSuspectCause) -> None:
    _mark(session, _WHICH + which, {**values, "causes": [cause.value], "principal": acting()})


def _mark(session: Session, which: str, values: Mapping[str, Any]) -> None:
    found = session.connection().execute(text(_SUSPECT.replace("/* which */", which)), values).scalars().all()
    session.expire_all()
    record_changes(session, [f"links/{link_id}" for link_id in found], LinkAction.SUSPECTED.value)


def known_facts(session: Session, targets: Sequence[str] | None = None) -> list[tuple[str, str | None]]:
    """Return what links rely on: every end with each of the facts written down; only of *targets* where given."""
    query = (
        select(LinkRow.target, LinkRow.target_facts).where(col(LinkRow.state) != LinkState.REJECTED.value).distinct()
    )
    if targets is not None:
        # As one value: an import changes more standards at once than a statement may have parameters.
        query = query.where(col(LinkRow.target) == func.any(literal(list(targets), ARRAY(Text))))
    return list(session.exec(query).all())


def write_facts(session: Session, facts: Mapping[str, str]) -> None:
    """Write down what is known, by target, with the links that are older than that."""
    if facts:
        values = {"targets": list(facts), "facts": list(facts.values())}
        session.connection().execute(_WRITE_FACTS, values)


def clear_links(session: Session, rows: Sequence[LinkRow], reason: str, facts_of: FactsOf) -> int:
    """Clear those of *rows* that are suspect, and return how many."""
    suspect = [row for row in rows if row.suspect_causes]
    for row in suspect:
        change_link(session, row, looked_at(row, facts_of), Act(LinkAction.CLEARED, reason))
    return len(suspect)
