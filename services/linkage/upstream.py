"""The services that linkage calls."""

from services.runtime.upstream import Upstream


class LinkageUpstreams:
    """What linkage asks of its neighbours."""

    def __init__(self, documents: Upstream, catalog: Upstream) -> None:
        self._documents = documents
        self._catalog = catalog
