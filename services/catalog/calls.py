"""What the calls of the catalog contract share."""

from services.catalog.upstream import CatalogUpstreams
from services.runtime.changes import ChangeFeed
from services.runtime.database import Database
from services.runtime.paging import Pager


class Calls:
    """Holds what the calls work with."""

    def __init__(self, database: Database, pager: Pager, upstreams: CatalogUpstreams) -> None:
        self._database = database
        self._pager = pager
        self._upstreams = upstreams
        self._feed = ChangeFeed(database)
