"""Hold what measures say in memory, to find those that are nearly the same.

A thread reads them when the service starts, and anew when many have changed and no more change; who asks before waits. From then
on every question asks the change log what has changed since, and those few are compared beside the others.
"""

import sys
import threading
from collections.abc import Iterator, Sequence
from typing import Any

import structlog
from sqlalchemy import Select, Table, select, text
from sqlmodel import Session

from services.linkage.tables import MeasureRow
from services.runtime.calls import current_call
from services.runtime.changes import latest_revision
from services.runtime.database import Database
from services.runtime.raw_rows import raw_rows
from standards_tree.errors import DomainError, UnavailableError
from standards_tree.linking.similar import MeasureIndex, MeasureText

COLLECTION = "measures/"
COLUMNS = ("measure_id", "title_en", "title_zh", "products", "hs_codes", "ics_codes", "member_codes")
"""What `_text` reads of a measure."""
MEASURE: Table = MeasureRow.__table__  # type: ignore[attr-defined]  # every table class has it
# So many that changed are read and compared beside the others in some 20 ms; from there on all are read anew.
MAX_CHANGED = 200
# So many are left to be compared beside; with more, all are read anew before anybody has to wait for it.
LET_BE = MAX_CHANGED // 4
LOOK_SECONDS = 2.0
# Left to whoever waits for the reading, to say in time that it has not come.
ANSWER_SECONDS = 0.5

logger = structlog.stdlib.get_logger("measures")


class MeasuresKeeper:
    """Gives the measures as they are now."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._making = threading.Lock()
        self._made: tuple[int, MeasureIndex] | None = None
        self._starting = threading.Lock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to read the measures, if that has not begun yet."""
        with self._starting:
            if self._thread is None and not self._stopping.is_set():
                self._thread = threading.Thread(target=self._keep, name="measures", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Read no more."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def index(self) -> MeasureIndex:
        """Return the measures; who asks before they are read, or after many came in, waits: about 10 s for 100,000.

        Raises:
            UnavailableError: they are not read yet, and the caller's time is nearly up.
        """
        made = self._made
        if made is not None and (changed := self._changed(made[0])) is not None:
            if not changed:
                return made[1]
            return MeasureIndex(self._database.read(lambda session: _read_some(session, changed)), made[1])
        return self._make_anew(made)

    def _make_anew(self, known: tuple[int, MeasureIndex] | None) -> MeasureIndex:
        """Return all measures, read anew by whoever comes first behind *known*."""
        call = current_call()
        left = call.seconds_left() if call is not None else None
        if not self._making.acquire(timeout=-1 if left is None else max(0.0, left - ANSWER_SECONDS)):
            message = "the measures are still being read, which takes a while after a start; ask again in a moment"
            raise UnavailableError(message)
        try:
            if self._made is known:
                revision, measures = self._database.read(_read_all)
                self._made = (revision, MeasureIndex(_given_up(measures)))
            if self._made is None:
                raise AssertionError(known)  # it was made above
            return self._made[1]
        finally:
            self._making.release()

    def _keep(self) -> None:
        """Have the measures read before somebody asks, for as long as the program runs."""
        seen = -1
        while not self._stopping.is_set():
            try:
                seen = self._look(seen)
            except DomainError as error:
                logger.warning("measures could not be read; they will be again", cause=str(error))
            self._stopping.wait(LOOK_SECONDS)

    def _look(self, seen: int) -> int:
        """Read the measures where that is due, and return the revision that was seen; *seen* is that of the look before."""
        made = self._made
        if made is None:
            self._make_anew(None)
            return -1
        # Asked first: what comes in between is counted now, and looked at again.
        latest = self._database.look_up(latest_revision)
        if latest == made[0]:
            return latest
        changed = self._changed(made[0])
        if changed == []:
            self._made = (latest, made[1]) if self._made is made else self._made
        elif (changed is None or len(changed) > LET_BE) and latest == seen:
            # Nothing has come since the look before: an import is over.
            self._make_anew(made)
        return latest

    def _changed(self, revision: int) -> list[str] | None:
        """Return which measures have changed since *revision*, None where they are too many."""
        query = text(
            "SELECT DISTINCT resource FROM change WHERE revision > :revision AND resource LIKE 'measures/%'"
            " AND resource NOT LIKE 'measures/%/%' LIMIT :most"
        )
        values = {"revision": revision, "most": MAX_CHANGED + 1}
        names = self._database.look_up(lambda session: session.connection().execute(query, values).scalars().all())
        return None if len(names) > MAX_CHANGED else sorted(name.removeprefix(COLLECTION) for name in names)


def text_of(row: MeasureRow) -> MeasureText:
    """Return what is compared of a measure."""
    return _text(tuple(getattr(row, name) for name in COLUMNS))


def _text(columns: Sequence[Any]) -> MeasureText:
    measure_id, title_en, title_zh, products, *coded = columns
    # Many measures have the same codes: each is kept once.
    hs, ics, members = (tuple(map(sys.intern, codes)) for codes in coded)
    return MeasureText(measure_id, "\n".join(filter(None, (title_en, title_zh, products))), hs, ics, members)


def _query() -> Select[Any]:
    return select(*(MEASURE.c[name] for name in COLUMNS))


def _read_all(session: Session) -> tuple[int, list[MeasureText]]:
    return latest_revision(session), [_text(row) for rows in raw_rows(session, _query()) for row in rows]


def _read_some(session: Session, measure_ids: Sequence[str]) -> list[MeasureText]:
    return [_text(row) for row in session.execute(_query().where(MEASURE.c.measure_id.in_(measure_ids)))]


def _given_up(measures: list[MeasureText]) -> Iterator[MeasureText]:
    """Yield *measures* and forget each, so that what they say is not in memory twice when all are indexed."""
    while measures:
        yield measures.pop()
