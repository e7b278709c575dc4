"""Speak SQL about the technical indicators of standards."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, Table, delete, func, insert, select
from sqlmodel import Session

from services.catalog.store_nodes import PLACEMENT
from services.catalog.store_standards import STANDARD, StandardRecord
from services.catalog.tables_editions import IndicatorRow
from services.runtime.changes import record_change
from services.runtime.paging import Page
from standards_tree.limits import Limit, LimitOperator
from standards_tree.standards import Level, Obligation, StandardStatus, Validity
from standards_tree.systems.indicators import Indicator

INDICATOR: Table = IndicatorRow.__table__  # type: ignore[attr-defined]  # SQLModel makes it

_COLUMNS = [INDICATOR.c[name] for name in ("subject", "parameter", "bounds", "conditions", "clause", "source")]


def set_indicators(session: Session, standard: StandardRecord, indicators: Sequence[Indicator]) -> None:
    """Give *standard* these *indicators* in the place of those it had; the same ones change nothing."""
    if [one for _position, one in list_indicators(session, standard.standard_id, None)] == list(indicators):
        return
    connection = session.connection()
    connection.execute(delete(INDICATOR).where(INDICATOR.c.standard_id == standard.standard_id))
    rows = [
        {"standard_id": standard.standard_id, "position": position, **_columns(indicator)}
        for position, indicator in enumerate(indicators, start=1)
    ]
    if rows:
        connection.execute(insert(INDICATOR), rows)
    record_change(session, standard.name, "updated")


def list_indicators(session: Session, standard_id: str, page: Page | None) -> list[tuple[int, Indicator]]:
    """Return one more than a page of the indicators of a standard with their positions; all of them for no page."""
    query = select(INDICATOR.c.position, *_COLUMNS).where(INDICATOR.c.standard_id == standard_id)
    if page is not None:
        query = query.limit(page.size + 1)
        if page.after is not None:
            query = query.where(INDICATOR.c.position > page.after[0])
    rows = session.connection().execute(query.order_by(INDICATOR.c.position))
    return [(row.position, _indicator(row)) for row in rows]


def indicators_in_system(session: Session, system_id: str) -> dict[str, list[Indicator]]:
    """Return the indicators of the standards that stand in a system, by standard."""
    query = select(INDICATOR.c.standard_id, *_COLUMNS)
    query = query.join(PLACEMENT, PLACEMENT.c.standard_id == INDICATOR.c.standard_id)
    query = query.where(PLACEMENT.c.system_id == system_id)
    rows = session.connection().execute(query.order_by(INDICATOR.c.standard_id, INDICATOR.c.position))
    return _by_standard(rows)


def mandatory_indicators(
    session: Session, topics: Collection[str], as_of: date
) -> tuple[dict[str, list[Indicator]], dict[str, str]]:
    """Return the indicators on *topics* of the mandatory national standards in force, and these standards' designations."""
    state = [STANDARD.c[name] for name in ("designation", "status", "issued_on", "effective_on", "ended_on")]
    query = select(INDICATOR.c.standard_id, *_COLUMNS, *state)
    query = query.join(STANDARD, STANDARD.c.standard_id == INDICATOR.c.standard_id).where(
        INDICATOR.c.topic == func.any(list(topics)),
        STANDARD.c.level == Level.NATIONAL.value,
        STANDARD.c.obligation == Obligation.MANDATORY.value,
    )
    rows = session.connection().execute(query.order_by(STANDARD.c.designation_order, INDICATOR.c.position)).all()
    in_force = [row for row in rows if _validity(row).status_on(as_of) is StandardStatus.IN_FORCE]
    return _by_standard(in_force), {row.standard_id: row.designation for row in in_force}


def _validity(row: Row[Any]) -> Validity:
    return Validity(StandardStatus(row.status), row.issued_on, row.effective_on, row.ended_on)


def _by_standard(rows: Iterable[Row[Any]]) -> dict[str, list[Indicator]]:
    found: dict[str, list[Indicator]] = {}
    for row in rows:
        found.setdefault(row.standard_id, []).append(_indicator(row))
    return found


def _columns(indicator: Indicator) -> dict[str, object]:
    limit = indicator.limit
    bounds = {"operator": limit.operator.value, "value": format(limit.value, "f"), "unit": limit.unit}
    if limit.upper is not None:
        bounds["upper_value"] = format(limit.upper, "f")
    return {
        "topic": indicator.topic,
        "subject": indicator.subject,
        "parameter": indicator.parameter,
        "bounds": bounds,
        "conditions": indicator.conditions,
        "clause": indicator.clause,
        "source": indicator.source,
    }


def _indicator(row: Row[Any]) -> Indicator:
    return Indicator(row.subject, row.parameter, _limit(row.bounds), row.conditions, row.clause, row.source)


def _limit(bounds: Mapping[str, str]) -> Limit:
    upper = Decimal(bounds["upper_value"]) if "upper_value" in bounds else None
    return Limit(LimitOperator(bounds["operator"]), Decimal(bounds["value"]), upper, bounds["unit"])
