"""What the calls of the gap contract share."""

from collections.abc import Callable
from pathlib import Path

from services.gap.keeping_ahead import KeepingAhead
from services.gap.live import LiveFacts
from services.gap.reporting import Reporting
from services.gap.schedule_runs import CREATE, Scheduling
from services.gap.scope_codes import ScopeCodes
from services.gap.upstream import GapUpstreams
from services.runtime.blobs import BlobStore
from services.runtime.changes import ChangeFeed
from services.runtime.database import Database
from services.runtime.paging import Pager

__all__ = ["CREATE", "Calls"]


class Calls:
    """Holds what the calls work with; *font_folder* has fonts beside those of the machine, 0 days keep reports for ever."""

    def __init__(  # noqa: PLR0913  (what is put together in one place)
        self,
        database: Database,
        pager: Pager,
        upstreams: GapUpstreams,
        blobs: BlobStore,
        *,
        retention_days: int = 0,
        font_folder: Path | None = None,
    ) -> None:
        self._database = database
        self._pager = pager
        self._upstreams = upstreams
        self._blobs = blobs
        self._retention_days = retention_days
        self._live = LiveFacts(upstreams)
        self._ahead = KeepingAhead(self._live, upstreams)
        self._codes = ScopeCodes(self._live, upstreams)
        self._reporting = Reporting(
            database, upstreams, self._live, blobs, retention_days=retention_days, font_folder=font_folder
        )
        self._scheduling = Scheduling(database)
        self._feed = ChangeFeed(database)

    def start(self, tell: Callable[[], None]) -> None:
        """Begin to read what answers are made of; *tell* is called when it is there."""
        self._ahead.start(tell)

    def close(self) -> None:
        """Read no more."""
        self._ahead.close()
