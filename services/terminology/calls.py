"""What the calls of the terminology contract share."""

from services.runtime.changes import ChangeFeed
from services.runtime.database import Database
from services.runtime.paging import Pager
from services.terminology.registry_terms import TermKeeper
from services.terminology.upstream import TerminologyUpstreams


class Calls:
    """Holds what the calls work with."""

    def __init__(self, database: Database, pager: Pager, upstreams: TerminologyUpstreams) -> None:
        self._database = database
        self._pager = pager
        self._upstreams = upstreams
        self._feed = ChangeFeed(database)
        self._keeper = TermKeeper(database)

    def close(self) -> None:
        """Stop what was started to answer calls."""
        self._keeper.close()
