"""Speak SQL for measures."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, exists, func, insert, or_, update
from sqlmodel import Session, col, select

from services.linkage.names import measure_name, symbol_key
from services.linkage.store_link_life import suspect_families, suspect_measures
from services.linkage.tables import MeasureRow, SymbolRow
from services.runtime.changes import record_change
from services.runtime.paging import Page
from standards_tree.errors import AlreadyExistsError, NotFoundError
from standards_tree.measures.symbols import Symbol
from standards_tree.text import match_key

# Measures without a date of distribution come last.
NO_DAY = date(1, 1, 1)
# PostgreSQL takes at most 65,535 parameters in one statement.
BATCH = 2000


@dataclass(frozen=True, slots=True)
class MeasureFacts:
    """What is known of a measure: its symbols, parsed, and the columns that hold the rest."""

    symbols: tuple[Symbol, ...]
    columns: Mapping[str, Any]

    @property
    def measure_id(self) -> str:
        """Return the id a new measure gets: that of its first symbol in the order of the alphabet."""
        return min(symbol.resource_id for symbol in self.symbols)

    def row(self) -> dict[str, Any]:
        """Return every column that follows from the facts."""
        symbols = [symbol.official for symbol in self.symbols]
        texts = [*symbols, self.columns["title_zh"], self.columns["title_en"]]
        return {
            **self.columns,
            "symbols": symbols,
            "agreement": self.symbols[0].agreement.value,
            "member_codes": list(dict.fromkeys(symbol.member for symbol in self.symbols)),
            "search_key": match_key("\n".join(texts)),
            "order_day": self.columns["distributed_on"] or NO_DAY,
        }


def create_measure(session: Session, facts: MeasureFacts) -> MeasureRow:
    """Store a new measure and return it.

    Raises:
        AlreadyExistsError: one of its symbols names a measure already.
    """
    taken = owners(session, facts.symbols)
    if taken:
        message = "{symbol} is recorded already as {measure}"
        key, measure_id = min(taken.items())
        raise AlreadyExistsError(message, symbol=key.upper(), measure=measure_name(measure_id))
    insert_measures(session, [facts])
    return get_measure(session, measure_name(facts.measure_id))


def insert_measures(session: Session, measures: Sequence[MeasureFacts]) -> None:
    """Store new measures with their symbols; the caller has made sure that they are new."""
    if not measures:
        return
    session.execute(
        insert(MeasureRow), [{"measure_id": entry.measure_id, "version": 1, **entry.row()} for entry in measures]
    )
    session.execute(
        insert(SymbolRow),
        [
            {"symbol_key": symbol.key, "measure_id": entry.measure_id}
            for entry in measures
            for symbol in dict.fromkeys(entry.symbols)
        ],
    )
    suspect_families(session, (symbol for entry in measures for symbol in entry.symbols))
    for entry in measures:
        record_change(session, measure_name(entry.measure_id), "created")


def update_measures(session: Session, changed: Sequence[tuple[MeasureRow, MeasureFacts]]) -> None:
    """Store new facts of measures that are there, and the symbols they gained."""
    if not changed:
        return
    gained = [
        {"symbol_key": symbol.key, "measure_id": row.measure_id}
        for row, facts in changed
        for symbol in facts.symbols
        if symbol.official not in row.symbols
    ]
    now = session.execute(select(func.now())).scalar_one()
    session.execute(
        update(MeasureRow),
        [
            {"measure_id": row.measure_id, "version": row.version + 1, "updated_at": now, **facts.row()}
            for row, facts in changed
        ],
    )
    if gained:
        session.execute(insert(SymbolRow), gained)
    suspect_measures(session, [row.measure_id for row, _facts in changed])
    for row, _facts in changed:
        record_change(session, measure_name(row.measure_id), "updated")


def owners(session: Session, symbols: Iterable[Symbol]) -> dict[str, str]:
    """Return which of *symbols* name a measure already: the measure's id by the symbol's key."""
    keys = sorted({symbol.key for symbol in symbols})
    found: dict[str, str] = {}
    for start in range(0, len(keys), BATCH):
        batch = keys[start : start + BATCH]
        query = select(SymbolRow.symbol_key, SymbolRow.measure_id).where(col(SymbolRow.symbol_key).in_(batch))
        found.update(dict(session.exec(query).all()))
    return found


def measures_by_id(session: Session, measure_ids: Iterable[str]) -> dict[str, MeasureRow]:
    """Return measures by their ids."""
    wanted = sorted(set(measure_ids))
    found: dict[str, MeasureRow] = {}
    for start in range(0, len(wanted), BATCH):
        query = select(MeasureRow).where(col(MeasureRow.measure_id).in_(wanted[start : start + BATCH]))
        found.update({row.measure_id: row for row in session.exec(query)})
    return found


def get_measure(session: Session, name: str) -> MeasureRow:
    """Return a measure by its name or by any of its symbols.

    Raises:
        NotFoundError: there is none.
    """
    query = (
        select(MeasureRow)
        .join(SymbolRow, col(SymbolRow.measure_id) == col(MeasureRow.measure_id))
        .where(SymbolRow.symbol_key == symbol_key(name))
    )
    row = session.exec(query).one_or_none()
    if row is None:
        message = "there is no measure {name}"
        raise NotFoundError(message, name=name)
    return row


@dataclass(frozen=True, slots=True)
class MeasureFilter:
    """Which measures a list holds. Every condition given must hold."""

    query: str = ""
    member_codes: tuple[str, ...] = ()
    hs_prefix: str = ""
    ics_prefix: str = ""
    distributed_from: date | None = None
    distributed_to: date | None = None


def list_measures(session: Session, wanted: MeasureFilter, page: Page) -> list[MeasureRow]:
    """Return one more than a page of measures, most recently distributed first."""
    query = select(MeasureRow).order_by(col(MeasureRow.order_day).desc(), col(MeasureRow.measure_id).desc())
    conditions = [
        *([col(MeasureRow.search_key).contains(match_key(wanted.query), autoescape=True)] if wanted.query else []),
        *(
            [col(MeasureRow.member_codes).overlap(list(wanted.member_codes))]  # type: ignore[attr-defined]
            if wanted.member_codes
            else []
        ),
        *([_has_code(MeasureRow.hs_codes, wanted.hs_prefix, "")] if wanted.hs_prefix else []),
        *([_has_code(MeasureRow.ics_codes, wanted.ics_prefix, ".")] if wanted.ics_prefix else []),
        *([col(MeasureRow.order_day) >= wanted.distributed_from] if wanted.distributed_from else []),
        *(
            [and_(col(MeasureRow.order_day) <= wanted.distributed_to, col(MeasureRow.order_day) > NO_DAY)]
            if wanted.distributed_to
            else []
        ),
    ]
    if page.after is not None:
        day, measure_id = date.fromisoformat(str(page.after[0])), page.after[1]
        conditions.append(
            or_(
                col(MeasureRow.order_day) < day,
                and_(col(MeasureRow.order_day) == day, col(MeasureRow.measure_id) < measure_id),
            )
        )
    return list(session.exec(query.where(*conditions).limit(page.size + 1)))


def _has_code(column: Any, prefix: str, separator: str) -> Any:
    """Return the condition that some code of *column* is *prefix* or lies below it."""
    codes = func.unnest(column).table_valued("code").render_derived()
    below = codes.c.code.startswith(f"{prefix}{separator}", autoescape=True)
    return exists().select_from(codes).where(or_(codes.c.code == prefix, below))


def page_key(row: MeasureRow) -> tuple[str, str]:
    """Return where *row* stands in the list of measures."""
    return (row.order_day.isoformat(), row.measure_id)
