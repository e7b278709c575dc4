"""Give every record its place in the chain, soon after it was appended."""

import threading

import structlog

from services.audit import store
from services.runtime.database import Database
from standards_tree.errors import AlreadyExistsError, DomainError

logger = structlog.stdlib.get_logger("audit")

SEAL_EVERY_SECONDS = 2.0


class Sealer:
    """Seals what waits, from a thread of its own. Several processes may: each place in the chain is given once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._closing = threading.Event()
        self._sealing = threading.Lock()
        self._thread = threading.Thread(target=self._seal_until_closed, name="seal", daemon=True)

    def start(self) -> None:
        """Begin to seal."""
        self._thread.start()

    def close(self) -> None:
        """End; what waits then is sealed by the next program."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join()

    def seal(self) -> int:
        """Seal all that waits now and return how many records that were."""
        sealed = 0
        with self._sealing:
            while True:
                rows = self._database.look_up(store.unsealed)
                if not rows:
                    return sealed
                try:
                    # Read after the rows: what was sealed in between makes the statement fail and is not sealed twice.
                    last = self._database.look_up(store.head)
                    sealed += self._database.look_up(lambda session: store.seal(session, last, rows))  # noqa: B023  (called at once)
                except AlreadyExistsError:
                    continue

    def _seal_until_closed(self) -> None:
        while not self._closing.wait(SEAL_EVERY_SECONDS):
            try:
                self.seal()
            except DomainError as error:
                logger.warning("records could not be sealed; they wait", cause=str(error))
