"""Hold the standards of the catalogue in memory for suggestions, and mark links whose ends changed.

A thread reads the catalogue when the service starts; who asks before it is read waits. From then on every question asks the
catalogue what has changed since and takes over that alone, so that an answer shows every change that was acknowledged before
the question. The thread follows the change log too, and marks the links that a change puts in doubt within a second, whether
somebody asks or not. None is missed: a link carries what was known of its standard when somebody last looked, and is held
against what is known now, after every change, after every write, and whenever the catalogue is read anew.
"""

import threading
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from google.protobuf.empty_pb2 import Empty

from services.linkage import store_link_life as store
from services.linkage.catalogue_facts import DRAFTS, CatalogueFacts, News, read_news
from services.linkage.upstream import LinkageUpstreams
from services.runtime.announcing import Announcement
from services.runtime.calls import current_call
from services.runtime.database import Database, Session
from services.runtime.upstream import Following
from standards_tree.errors import DomainError, UnavailableError
from standards_tree.linking.reviewing import CLOSED_DRAFT, LinkSuspectCause, TargetFacts
from standards_tree.linking.standards_index import StandardsIndex
from tbt.type.v1 import type_pb2

AGAIN_SECONDS = 1.0
# Left to whoever waits for the first reading, to say in time that it has not come.
ANSWER_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class CurrentStandards:
    """The standards at one revision of the catalogue."""

    revision: int
    index: StandardsIndex
    facts: CatalogueFacts


class StandardsKeeper:
    """Gives the standards of the catalogue as they are now."""

    def __init__(self, database: Database, upstreams: LinkageUpstreams) -> None:
        self._database = database
        self._upstreams = upstreams
        self._starting = threading.Lock()
        self._read = threading.Event()
        self._announced = Announcement()
        self._making = threading.Lock()
        self._stopping = threading.Event()
        self._following: Following[type_pb2.WatchChangesResponse] | None = None
        self._thread: threading.Thread | None = None
        self._current: CurrentStandards | None = None

    def current(self) -> CurrentStandards:
        """Return the standards as they are now; who asks first waits until all are read.

        Raises:
            UnavailableError: they are not read yet, or so much has changed that they are being read anew, and the caller's time
                is nearly up; or the catalogue does not answer.
        """
        call = current_call()
        left = call.seconds_left() if call is not None else None
        ends = None if left is None else time.monotonic() + max(0.0, left - ANSWER_SECONDS)
        if not self._read.wait(None if ends is None else _until(ends)):
            message = "the catalogue is still being read, which takes a while after a start; ask again in a moment"
            raise UnavailableError(message)
        if not self._making.acquire(timeout=-1 if ends is None else _until(ends)):
            message = "much of the catalogue has changed and is being read, which takes a while; ask again in a moment"
            raise UnavailableError(message)
        try:
            return self._catch_up()
        finally:
            self._making.release()

    def start(self, tell: Callable[[], None]) -> None:
        """Begin to read the catalogue and to mark links, if that has not begun yet; *tell* is called when it is read."""
        self._announced.tell(tell)
        with self._starting:
            if self._thread is None and not self._stopping.is_set():
                self._thread = threading.Thread(target=self._follow, name="standards", daemon=True)
                self._thread.start()

    def facts_of(self, target: str) -> str:
        """Return what is known of the end of a link, as it is written down with the link. `current` was called before."""
        if self._current is None:
            raise AssertionError(target)  # see above
        return self._current.facts.written(target)

    def check(self, targets: Iterable[str]) -> None:
        """Mark links that were just written and rely on what has changed in the meantime."""
        with self._making:
            current = self._current
            if current is not None:
                wanted = sorted(set(targets))
                self._database.write(lambda session: _hold(session, current.facts, wanted))

    def close(self) -> None:
        """Stop following."""
        self._stopping.set()
        following = self._following
        if following is not None:
            following.stop()
        if self._thread is not None:
            self._thread.join()

    def _catch_up(self) -> CurrentStandards:
        """Take over what has changed in the catalogue, once the links that rely on what it was are marked."""
        before = self._current
        news = read_news(self._upstreams.export_catalog(before.revision if before is not None else 0))
        if before is not None and before.facts.grown and not news.everything:
            news = read_news(self._upstreams.export_catalog())
            before = None
        if before is None or news.everything:
            facts = news.facts
            current = CurrentStandards(news.revision, facts.index(), facts.indexed)
            self._database.write(lambda session: _hold(session, current.facts, None))
        elif news.standards or news.relations or news.drafts or news.gone:
            for name in before.facts.unread_scopes(news):
                news.scopes[name] = self._upstreams.scope_of(name)
            facts = before.facts.followed_by(news)
            touched = _touched(news, before.facts, facts)
            self._database.write(lambda session: _hold(session, facts, touched))
            current = CurrentStandards(news.revision, facts.index(before.index), facts)
        else:
            current = CurrentStandards(news.revision, before.index, before.facts)
        self._current = current
        self._read.set()
        self._announced.make()
        return current

    def _follow(self) -> None:
        """Keep up with the catalogue for as long as the program runs; while it is away, ask again."""
        while not self._stopping.is_set():
            try:
                self._listen()
            except DomainError:
                # The catalogue or the database is away, or a stream has had its time. What was missed comes again.
                self._stopping.wait(AGAIN_SECONDS)

    def _listen(self) -> None:
        with self._making:
            revision = self._catch_up().revision
        with self._upstreams.watch_catalog(revision) as following:
            self._following = following
            for page in following:
                if self._stopping.is_set():
                    return
                if page.changes:
                    with self._making:
                        self._catch_up()


def _until(moment: float) -> float:
    """Return how many seconds are left until a moment of the monotonic clock."""
    return max(0.0, moment - time.monotonic())


def _hold(session: Session, facts: CatalogueFacts, targets: Collection[str] | None) -> Empty:
    """Hold what links rely on against *facts*: all links, or those to *targets*."""
    unknown: dict[str, str] = {}
    doubts = []
    for target, known in store.known_facts(session, list(targets) if targets is not None else None):
        now = facts.written(target)
        if known is None:
            unknown[target] = now
        elif known != now:
            doubts.append(store.Doubt(target, known, tuple(_causes(target, known, now))))
    store.write_facts(session, unknown)
    store.suspect_targets(session, doubts)
    return Empty()


def _touched(news: News, before: CatalogueFacts, after: CatalogueFacts) -> list[str]:
    """Return the ends of links that *news* is about."""
    relations = [*news.relations, *news.gone]
    drafts = [name for name in news.gone if name.startswith(DRAFTS)]
    return [*news.standards, *drafts, *before.amended_by(relations), *after.amended_by(relations)]


def _causes(target: str, known: str, now: str) -> Iterable[LinkSuspectCause]:
    if target.startswith(DRAFTS):
        return [LinkSuspectCause.DRAFT_CLOSED] if now == CLOSED_DRAFT else []
    return TargetFacts.read(now).causes_since(TargetFacts.read(known))
