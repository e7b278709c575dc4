"""What the calls of the compliance contract share."""

from services.compliance.upstream import ComplianceUpstreams
from services.runtime.changes import ChangeFeed
from services.runtime.database import Database
from services.runtime.paging import Pager


class Calls:
    """Holds what the calls work with."""

    def __init__(self, database: Database, pager: Pager, upstreams: ComplianceUpstreams) -> None:
        self._database = database
        self._pager = pager
        self._upstreams = upstreams
        self._feed = ChangeFeed(database)
