"""What the calls of the catalog contract share."""

from pathlib import Path

from services.catalog.upstream import CatalogUpstreams
from services.runtime.changes import ChangeFeed
from services.runtime.database import Database
from services.runtime.paging import Pager


class Calls:
    """Holds what the calls work with; *font_folder* has fonts beside those of the machine."""

    def __init__(
        self, database: Database, pager: Pager, upstreams: CatalogUpstreams, font_folder: Path | None = None
    ) -> None:
        self._database = database
        self._pager = pager
        self._upstreams = upstreams
        self._feed = ChangeFeed(database)
        self._font_folder = font_folder
