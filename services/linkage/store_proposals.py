"""Speak SQL for requirements read out of texts, and for requirements out of tables."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import tuple_
from sqlmodel import Session, col, select

from services.linkage.names import proposal_name
from services.linkage.store_measures import get_measure
from services.linkage.store_requirements import create_requirement, update_requirement
from services.linkage.store_rows import change_row
from services.linkage.tables import MeasureRow, RequirementRow
from services.linkage.tables_proposals import ProposalRow
from services.runtime.calls import current_principal
from services.runtime.changes import record_change
from services.runtime.masks import require_etag
from services.runtime.paging import Page
from standards_tree.errors import NotFoundError, PreconditionError

_ORDER = (ProposalRow.document, ProposalRow.part, ProposalRow.start_at, ProposalRow.proposal_id)


def add_proposals(session: Session, columns: Sequence[Mapping[str, Any]]) -> tuple[list[ProposalRow], int]:
    """Store those of *columns* that are new, and return them with the number of those that were there."""
    ids = [entry["proposal_id"] for entry in columns]
    known = set(session.exec(select(ProposalRow.proposal_id).where(col(ProposalRow.proposal_id).in_(ids))))
    rows = [ProposalRow(version=1, **entry) for entry in columns if entry["proposal_id"] not in known]
    session.add_all(rows)
    session.flush()
    for row in rows:
        session.refresh(row)
        record_change(session, proposal_name(row.measure_id, row.proposal_id), "proposed")
    return rows, len(known)


def list_proposals(session: Session, measure: str, states: Sequence[str], page: Page) -> list[ProposalRow]:
    """Return one more than a page of the proposals of *measure*, in the order of the text.

    Raises:
        NotFoundError: there is no such measure.
    """
    query = select(ProposalRow).where(ProposalRow.measure_id == get_measure(session, measure).measure_id)
    if states:
        query = query.where(col(ProposalRow.state).in_(states))
    if page.after is not None:
        query = query.where(tuple_(*map(col, _ORDER)) > tuple_(*page.after))
    return list(session.exec(query.order_by(*map(col, _ORDER)).limit(page.size + 1)))


def page_key(row: ProposalRow) -> tuple[str, str, int, str]:
    """Return where *row* stands in the list of proposals."""
    return (row.document, row.part, row.start_at, row.proposal_id)


def get_proposal(session: Session, name: str) -> ProposalRow:
    """Return a proposal.

    Raises:
        NotFoundError: there is none of this name.
    """
    measure, _, proposal_id = name.removeprefix("measures/").partition("/proposals/")
    row = session.get(ProposalRow, proposal_id) if proposal_id else None
    if row is None or row.measure_id != measure:
        message = "there is no proposal {name}"
        raise NotFoundError(message, name=name)
    return row


def decide(
    session: Session, row: ProposalRow, etag: str, reason: str, requirement: Mapping[str, Any] | None
) -> ProposalRow:
    """Store the verdict of a person, with the requirement that was made of it; None rejects it.

    Raises:
        StaleError: *etag* is not that of *row*.
        PreconditionError: it was accepted before; then the requirement is there, and is changed or kept itself.
    """
    require_etag(etag, row.version)
    if row.state == "accepted":
        message = "{name} was accepted already"
        raise PreconditionError(message, name=proposal_name(row.measure_id, row.proposal_id))
    number, state = 0, "rejected"
    if requirement is not None:
        number, state = create_requirement(session, f"measures/{row.measure_id}", 0, requirement).number, "accepted"
    decided = {"state": state, "requirement_number": number, "reason": reason}
    change_row(session, row, {**decided, "decided_by": current_principal().subject})
    record_change(session, proposal_name(row.measure_id, row.proposal_id), state)
    return row


def import_requirement(session: Session, measure: str, number: int, columns: Mapping[str, Any]) -> str:
    """Store a requirement of a table and return what became of it: ``created``, ``updated`` or ``unchanged``.

    A *number* names the one to change. Without one, the words, the parameter and the limit say whether it is there.

    Raises:
        NotFoundError: there is no such measure.
    """
    row: MeasureRow = get_measure(session, measure)
    present = select(RequirementRow).where(RequirementRow.measure_id == row.measure_id)
    if number:
        found = session.exec(present.where(RequirementRow.number == number)).first()
    else:
        known = session.exec(present.order_by(col(RequirementRow.number)))
        found = next((entry for entry in known if all(getattr(entry, name) == columns[name] for name in _SAME)), None)
    if found is None:
        create_requirement(session, measure, number, columns)
        return "created"
    told = {name: value for name, value in columns.items() if value not in ("", None, [], False)}
    if not columns["hs_codes"]:
        told.pop("code_marks", None)
    before = found.version
    return "updated" if update_requirement(session, found, told, "").version != before else "unchanged"


_SAME = ("text_zh", "text_en", "original_text", "parameter", "limit", "clause")
