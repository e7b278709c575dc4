"""Speak SQL about how long drafts may stay in their stages."""

from dataclasses import dataclass

from sqlalchemy import Table, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session

from services.catalog.tables import StageLimitRow
from services.runtime.changes import record_change
from standards_tree.drafting import ESTABLISHED_MONTHS, STAGE_LIMITS
from standards_tree.errors import Bilingual
from standards_tree.stages import Stage

STAGE_LIMIT: Table = StageLimitRow.__table__  # type: ignore[attr-defined]  # SQLModel makes it

_NONE_KNOWN = Bilingual("no limit is known to this system", "本系统未掌握该阶段的时限")


@dataclass(frozen=True, slots=True)
class LimitRecord:
    """The limit of a stage: the months in use, 0 for none, and where they come from."""

    stage: Stage
    months: int
    established: bool
    reported_months: tuple[int, ...]
    source: Bilingual
    principal: str = ""


def stage_limits(session: Session) -> dict[Stage, LimitRecord]:
    """Return the limits of the stages of a draft: as an authority set them, else as shipped."""
    found = {row.stage: row for row in session.connection().execute(select(STAGE_LIMIT))}
    limits = {}
    for stage in Stage:
        if stage >= Stage.PUBLICATION:
            break
        shipped, row = STAGE_LIMITS.get(stage), found.get(stage.value)
        reported = shipped.months if shipped is not None else ()
        established = shipped is not None and shipped.established
        if row is not None:
            source = Bilingual(row.source, row.source)
            limits[stage] = LimitRecord(stage, row.months, established, reported, source, row.principal)
        else:
            source = shipped.source if shipped is not None else _NONE_KNOWN
            months = ESTABLISHED_MONTHS.get(stage, 0)
            limits[stage] = LimitRecord(stage, months, established, reported, source)
    return limits


def set_stage_limit(session: Session, stage: Stage, months: int, source: str, principal: str) -> LimitRecord:
    """Set how long drafts may stay in *stage*, and return the limit."""
    values = {"stage": stage.value, "months": months, "source": source, "principal": principal}
    put = insert(STAGE_LIMIT).values(values)
    session.connection().execute(put.on_conflict_do_update(index_elements=["stage"], set_=values))
    record_change(session, f"stages/{stage.value}", "limited")
    return stage_limits(session)[stage]
