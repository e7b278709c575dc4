"""Hold what measures say in memory, to find those that are nearly the same."""

import threading
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session, col, select

from services.linkage.tables import MeasureRow
from services.runtime.changes import changes_after, latest_revision
from services.runtime.database import Database
from standards_tree.linking.similar import MeasureIndex, MeasureText

COLLECTION = "measures/"
# So many that changed are read and compared beside the others in some 20 ms; from there on all are read anew.
MAX_CHANGED = 200


class MeasuresKeeper:
    """Gives the measures as they are now."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._making = threading.Lock()
        self._made: tuple[int, MeasureIndex] | None = None

    def index(self) -> MeasureIndex:
        """Return the measures; who asks first, or after many came in, waits for them: about 10 s for 100,000."""
        made = self._made
        if made is not None and (changed := self._changed(made[0])) is not None:
            return (
                MeasureIndex(self._database.read(lambda session: _read(session, changed))[1], made[1])
                if changed
                else made[1]
            )
        with self._making:
            if self._made is made:
                revision, measures = self._database.read(_read)
                self._made = (revision, MeasureIndex(measures))
            if self._made is None:
                raise AssertionError(made)  # it was made above
            return self._made[1]

    def _changed(self, revision: int) -> list[str] | None:
        """Return which measures have changed since *revision*, None where they are too many."""
        changes = self._database.look_up(lambda session: changes_after(session, revision, MAX_CHANGED * 10))
        names = {
            one.resource for one in changes if one.resource.startswith(COLLECTION) and one.resource.count("/") == 1
        }
        if len(names) > MAX_CHANGED or len(changes) == MAX_CHANGED * 10:
            return None
        return sorted(name.removeprefix(COLLECTION) for name in names)


def text_of(row: "MeasureRow | Row[Any]") -> MeasureText:
    """Return what is compared of a measure."""
    text = "\n".join(filter(None, (row.title_en, row.title_zh, row.products)))
    return MeasureText(row.measure_id, text, tuple(row.hs_codes), tuple(row.ics_codes), tuple(row.member_codes))


def _read(session: Session, measure_ids: Sequence[str] | None = None) -> tuple[int, list[MeasureText]]:
    columns = (
        MeasureRow.measure_id,
        MeasureRow.title_en,
        MeasureRow.title_zh,
        MeasureRow.products,
        MeasureRow.hs_codes,
        MeasureRow.ics_codes,
        MeasureRow.member_codes,
    )
    query = select(*columns)  # type: ignore[call-overload]
    if measure_ids is not None:
        query = query.where(col(MeasureRow.measure_id).in_(measure_ids))
    return latest_revision(session), [text_of(row) for row in session.execute(query)]
