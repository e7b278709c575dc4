"""Speak SQL for what is traded: figures by member and HS heading, and the weight they give links in the queue."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import func, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import Session, select

from services.linkage.tables import MeasureRow
from services.linkage.tables_links import TradeWeightRow
from services.runtime.changes import record_change

_WEIGHT_OF = text(
    """
    SELECT coalesce(sum(weight), 0) FROM trade_weight WHERE member_code = ANY(CAST(:members AS text[]))
    AND hs_heading IN (SELECT left(code, 4) FROM unnest(CAST(:codes AS text[])) AS code)
    """
)
_WEIGH_LINKS = text(
    """
    WITH weighed AS (
        SELECT measure_id, coalesce((
            SELECT sum(weight) FROM trade_weight WHERE member_code = ANY(measure.member_codes)
            AND hs_heading IN (SELECT left(code, 4) FROM unnest(measure.hs_codes) AS code)
        ), 0) AS weight
        FROM measure WHERE measure.member_codes && CAST(:members AS varchar[])
    )
    UPDATE link SET trade_weight = weight FROM weighed
    WHERE link.measure_id = weighed.measure_id AND trade_weight <> weight
    """
)


class Traded(NamedTuple):
    """What is traded of an HS heading with a member."""

    member_code: str
    hs_heading: str
    weight: float


def trade_weight_of(session: Session, measure: MeasureRow) -> float:
    """Return what is traded of the products of a measure with the members that notified it, 0 where that is not known."""
    if not measure.hs_codes:
        return 0.0
    values = {"members": measure.member_codes, "codes": measure.hs_codes}
    return float(session.connection().execute(_WEIGHT_OF, values).scalar_one())


def set_trade_weights(session: Session, figures: Sequence[Traded]) -> tuple[int, int]:
    """Store *figures* and give the links of these members their place; return how many figures there are, and links moved."""
    statement = upsert(TradeWeightRow)
    statement = statement.on_conflict_do_update(
        index_elements=["member_code", "hs_heading"], set_={"weight": statement.excluded.weight}
    )
    session.execute(statement, [figure._asdict() for figure in figures])
    members = sorted({figure.member_code for figure in figures})
    moved = session.connection().execute(_WEIGH_LINKS, {"members": members}).rowcount
    for member in members:
        record_change(session, f"tradeWeights/{member.lower()}", "updated")
    return session.exec(select(func.count()).select_from(TradeWeightRow)).one(), moved
