"""Speak SQL for suggestions: what confirmed links say of products, and the weights that verdicts taught."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlmodel import Session, col, select

from services.linkage.names import requirement_of
from services.linkage.tables import MeasureRow, RequirementRow
from services.linkage.tables_links import LinkRow, SuggestionWeightsRow
from services.runtime.changes import record_change
from services.runtime.paging import Page
from standards_tree.errors import NotFoundError
from standards_tree.linking.weights import SHIPPED, SIGNALS, Refit, Reviewed, Signal, Weights
from standards_tree.standards import LinkState

MAX_BY_HS = 60
MAX_HEADINGS = 50
# The newest verdicts: more than enough to fit six weights, and a second of work.
MAX_REVIEWED = 50_000

_BY_HS = text(
    """
    SELECT target, array_agg(DISTINCT hs), count(DISTINCT link_id) AS links
    FROM unnest(CAST(:headings AS text[])) AS heading
    JOIN confirmed_hs ON hs >= heading AND hs < heading || 'a'
    WHERE measure_id <> :measure_id
    GROUP BY target ORDER BY links DESC, target LIMIT :most
    """
)


class Asked(NamedTuple):
    """A requirement, its measure, and what it is linked to already: links by target."""

    requirement: RequirementRow
    measure: MeasureRow
    links: dict[str, str]
    hs_of: dict[str, tuple[str, ...]]


def read_asked(session: Session, name: str) -> Asked:
    """Return what a suggestion needs to know of the requirement *name*.

    Raises:
        NotFoundError: there is none.
    """
    requirement = session.get(RequirementRow, requirement_of(name))
    if requirement is None:
        message = "there is no requirement {name}"
        raise NotFoundError(message, name=name)
    measure = session.get_one(MeasureRow, requirement.measure_id)
    linked = select(LinkRow.target, LinkRow.link_id).where(
        LinkRow.measure_id == requirement.measure_id, LinkRow.requirement_number == requirement.number
    )
    codes = requirement.hs_codes or measure.hs_codes
    headings = sorted({code[:4] for code in codes if len(code) >= 4})[:MAX_HEADINGS]
    return Asked(requirement, measure, dict(session.exec(linked).all()), _by_hs(session, headings, measure.measure_id))


def _by_hs(session: Session, headings: Sequence[str], measure_id: str) -> dict[str, tuple[str, ...]]:
    if not headings:
        return {}
    values = {"headings": headings, "measure_id": measure_id, "most": MAX_BY_HS}
    rows = session.connection().execute(_BY_HS, values)
    return {target: tuple(codes) for target, codes, _links in rows}


def present_weights(session: Session) -> tuple[int, Weights]:
    """Return the weights in use and their version, 0 for those shipped."""
    row = session.exec(select(SuggestionWeightsRow).order_by(col(SuggestionWeightsRow.version).desc()).limit(1)).first()
    return (0, SHIPPED) if row is None else (row.version, weights_of(row))


def weights_of(row: SuggestionWeightsRow) -> Weights:
    """Return stored weights; a signal that is newer than they are has the weight it is shipped with."""
    return Weights(
        row.weights["bias"],
        {signal: row.weights.get(signal.value, SHIPPED.by_signal[signal]) for signal in SIGNALS},
    )


def read_verdicts(session: Session) -> tuple[list[Reviewed], int]:
    """Return the newest verdicts on links that were suggested, and how many reviewed links nobody suggested."""
    done = col(LinkRow.state).in_([LinkState.CONFIRMED.value, LinkState.REJECTED.value])
    query: Any = (
        select(LinkRow.signals, LinkRow.state)
        .where(done)
        .order_by(col(LinkRow.updated_at).desc(), col(LinkRow.link_id))
        .limit(MAX_REVIEWED)
    )
    found, left_out = [], 0
    for signals, state in session.exec(query):
        if signals is None:
            left_out += 1
            continue
        strengths = {Signal(entry["signal"]): float(entry["strength"]) for entry in signals}
        found.append(Reviewed(strengths, state == LinkState.CONFIRMED))
    return found, left_out


def store_weights(session: Session, refit: Refit, left_out: int, principal: str) -> SuggestionWeightsRow:
    """Put new weights into use and return them."""
    version, _weights = present_weights(session)
    row = SuggestionWeightsRow(
        version=version + 1,
        weights={"bias": refit.weights.bias, **{key.value: value for key, value in refit.weights.by_signal.items()}},
        confirmed=refit.confirmed,
        rejected=refit.rejected,
        left_out=left_out,
        brier_before=refit.brier_before,
        brier_after=refit.brier_after,
        principal=principal,
    )
    session.add(row)
    session.flush()
    session.refresh(row)
    record_change(session, f"suggestionWeights/{row.version}", "created")
    return row


def list_weights(session: Session, page: Page) -> list[SuggestionWeightsRow]:
    """Return one more than a page of the weights that verdicts taught, the newest first."""
    query = select(SuggestionWeightsRow).order_by(col(SuggestionWeightsRow.version).desc())
    if page.after is not None:
        query = query.where(col(SuggestionWeightsRow.version) < page.after[0])
    return list(session.exec(query.limit(page.size + 1)))
