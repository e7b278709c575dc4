"""What the calls of the linkage contract share."""

from collections.abc import Callable

from services.linkage.known_lists import CodeLists
from services.linkage.measures_keeper import MeasuresKeeper
from services.linkage.standards_keeper import StandardsKeeper
from services.linkage.store_links import Review
from services.linkage.upstream import LinkageUpstreams
from services.runtime.changes import ChangeFeed
from services.runtime.database import Database
from services.runtime.paging import Pager


class Calls:
    """Holds what the calls work with; *reviewers* is how many persons must agree to a link."""

    def __init__(self, database: Database, pager: Pager, upstreams: LinkageUpstreams, reviewers: int) -> None:
        self._database = database
        self._pager = pager
        self._upstreams = upstreams
        self._code_lists = CodeLists(upstreams)
        self._feed = ChangeFeed(database)
        self._standards = StandardsKeeper(database, upstreams)
        self._measures = MeasuresKeeper(database)
        self._review = Review(reviewers, self._standards.facts_of)

    def start(self, tell: Callable[[], None]) -> None:
        """Begin to read what calls are answered from; *tell* is called when the catalogue is read."""
        self._measures.start()
        self._standards.start(tell)
        self._standards.start(self._code_lists.read_ahead)

    def close(self) -> None:
        """Stop what was started to answer calls."""
        self._measures.close()
        self._standards.close()
        self._code_lists.close()
