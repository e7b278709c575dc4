"""Speak SQL for measures."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Text, and_, exists, func, or_, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Session, col, select

from services.linkage.names import measure_name, symbol_key
from services.linkage.store_link_life import suspect_families, suspect_measures
from services.linkage.tables import MeasureRow, SymbolRow
from services.runtime.bulk_rows import insert_rows, update_rows
from services.runtime.changes import record_changes
from services.runtime.paging import Page
from standards_tree.errors import AlreadyExistsError, NotFoundError
from standards_tree.measures.symbols import Symbol, resource_id_of
from standards_tree.text import match_key

# Measures without a date of distribution come last.
NO_DAY = date(1, 1, 1)
# PostgreSQL takes at most 65,535 parameters in one statement.
BATCH = 2000


@dataclass(frozen=True, slots=True)
class MeasureFacts:
    """What is known of a measure: its symbols, parsed, of which there is one at least, and the columns that hold the rest."""

    symbols: tuple[Symbol, ...]
    columns: Mapping[str, Any]
    officials: Sequence[str] = field(init=False, compare=False, repr=False)
    """The symbols in their official form."""
    keys: Sequence[str] = field(init=False, compare=False, repr=False)
    base_keys: Sequence[str] = field(init=False, compare=False, repr=False)
    """The keys of its family, one for each symbol."""
    member_codes: Sequence[str] = field(init=False, compare=False, repr=False)
    """The codes in its symbols, each once."""
    measure_id: str = field(init=False, compare=False, repr=False)
    """The id a new measure gets: that of its first symbol in the order of the alphabet."""
    story_id: str = field(init=False, compare=False, repr=False)
    """The story it belongs to, unless a joint notification ties it to an older one."""
    search_key: str = field(init=False, compare=False, repr=False)
    """Symbols and titles, folded."""

    def __post_init__(self) -> None:
        """Write the symbols down in every form that is stored, once: an import asks for each of them several times."""
        officials = [symbol.official for symbol in self.symbols]
        keys = [official.lower() for official in officials]
        base_keys = [
            symbol.base.key if symbol.suffixes else key for symbol, key in zip(self.symbols, keys, strict=True)
        ]
        put = object.__setattr__
        put(self, "officials", officials)
        put(self, "keys", keys)
        put(self, "base_keys", base_keys)
        put(self, "member_codes", list(dict.fromkeys([symbol.member for symbol in self.symbols])))
        put(self, "measure_id", min(map(resource_id_of, keys)))
        put(self, "story_id", min(map(resource_id_of, base_keys)))
        texts = [*officials, self.columns["title_zh"], self.columns["title_en"]]
        put(self, "search_key", match_key("\n".join(texts)))

    def row(self) -> dict[str, Any]:
        """Return every column that follows from the facts."""
        columns = self.columns
        return {
            **columns,
            "symbols": self.officials,
            "agreement": self.symbols[0].agreement.value,
            "member_codes": self.member_codes,
            "import_digest": columns.get("import_digest", ""),
            "search_key": self.search_key,
            "order_day": columns["distributed_on"] or NO_DAY,
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
    """Store new measures with their symbols; the caller has made sure that they are new, and tells their stories then."""
    insert_rows(
        session,
        MeasureRow.__table__,  # type: ignore[attr-defined]  # every table class has it
        (
            {"measure_id": entry.measure_id, **entry.row(), "story_id": entry.story_id, "version": 1}
            for entry in measures
        ),
    )
    _insert_symbols(
        session,
        [
            (entry.measure_id, key, base_key)
            for entry in measures
            for key, base_key in dict(zip(entry.keys, entry.base_keys, strict=True)).items()
        ],
    )
    suspect_families(session, (symbol for entry in measures for symbol in entry.symbols))
    record_changes(session, [measure_name(entry.measure_id) for entry in measures], "created")


def _insert_symbols(session: Session, symbols: Sequence[tuple[str, str, str]]) -> None:
    """Store symbols: the measure of each, its key, and that of its family."""
    insert_rows(
        session,
        SymbolRow.__table__,  # type: ignore[attr-defined]  # every table class has it
        ({"symbol_key": key, "measure_id": measure_id, "base_key": base_key} for measure_id, key, base_key in symbols),
    )


def update_measures(session: Session, changed: Sequence[tuple[MeasureRow, MeasureFacts]]) -> None:
    """Store new facts of measures that are there, and the symbols they gained; the caller tells their stories then."""
    rows = [{"measure_id": row.measure_id, **facts.row()} for row, facts in changed]
    update_rows(session, MeasureRow.__table__, ("measure_id",), rows)  # type: ignore[attr-defined]  # as above
    gained = [
        (row.measure_id, symbol.key, symbol.base.key)
        for row, facts in changed
        for symbol in facts.symbols
        if symbol.official not in row.symbols
    ]
    _insert_symbols(session, gained)
    ids = [entry["measure_id"] for entry in rows]
    suspect_measures(session, ids)
    record_changes(session, list(map(measure_name, ids)), "updated")


def owners_of(session: Session, keys: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return which of the symbol *keys* name a measure already: its id and the digest of what an import stored of it."""
    found = session.connection().execute(
        text(
            "SELECT symbol_key, measure_id, import_digest FROM measure_symbol JOIN measure USING (measure_id)"
            " WHERE symbol_key = ANY(string_to_array(:keys, chr(10)))"
        ),
        {"keys": "\n".join(keys)},
    )
    return {key: (measure_id, digest) for key, measure_id, digest in found}


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
        *([has_hs_code(MeasureRow.hs_codes, wanted.hs_prefix)] if wanted.hs_prefix else []),
        *([has_code(MeasureRow.ics_codes, wanted.ics_prefix, ".")] if wanted.ics_prefix else []),
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


def has_hs_code(column: Any, prefix: str) -> Any:
    """Return the condition that some HS code of *column* is *prefix* or lies below it; an index answers it."""
    return func.hs_prefixes(column, type_=ARRAY(Text)).contains([prefix])


def has_code(column: Any, prefix: str, separator: str) -> Any:
    """Return the condition that some code of *column* is *prefix* or lies below it."""
    codes = func.unnest(column).table_valued("code").render_derived()
    below = codes.c.code.startswith(f"{prefix}{separator}", autoescape=True)
    return exists().select_from(codes).where(or_(codes.c.code == prefix, below))


def page_key(row: MeasureRow) -> tuple[str, str]:
    """Return where *row* stands in the list of measures."""
    return (row.order_day.isoformat(), row.measure_id)
