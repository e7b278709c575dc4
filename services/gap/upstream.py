"""The services that gap calls."""

from services.runtime.upstream import Upstream


class GapUpstreams:
    """What gap asks of its neighbours."""

    def __init__(self, catalog: Upstream, linkage: Upstream) -> None:
        self._catalog = catalog
        self._linkage = linkage
