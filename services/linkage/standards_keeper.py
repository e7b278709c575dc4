"""Hold the standards of the catalogue in memory for suggestions, follow its change log, and mark links whose ends changed.

The first who asks waits for the catalogue to be read; from then on a thread follows the change log, and what it says is in
memory within a second. Nothing is missed: a link carries what was known of its standard when somebody last looked, and is
held against what is known now, after every change, after every write, and whenever the catalogue is read anew.
"""

import threading
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from google.protobuf.empty_pb2 import Empty

from services.linkage import store_link_life as store
from services.linkage.catalogue_facts import CatalogueFacts, read_catalogue
from services.linkage.upstream import LinkageUpstreams
from services.runtime.database import Database, Session
from services.runtime.upstream import Following
from standards_tree.errors import DomainError
from standards_tree.linking.reviewing import CLOSED_DRAFT, LinkSuspectCause, TargetFacts
from standards_tree.linking.standards_index import StandardsIndex
from tbt.type.v1 import type_pb2

# So many are asked for one by one in half a second; from there on the catalogue is read anew.
MAX_CHANGES = 300
AGAIN_SECONDS = 1.0
DRAFTS = "drafts/"
_CLOSING = frozenset({"published", "discarded"})


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
        self._making = threading.Lock()
        self._stopping = threading.Event()
        self._following: Following[type_pb2.WatchChangesResponse] | None = None
        self._thread: threading.Thread | None = None
        self._current: CurrentStandards | None = None

    def current(self) -> CurrentStandards:
        """Return the standards; the first who asks waits until they are read, about 50 s for a million of them."""
        current = self._current
        if current is None:
            with self._making:
                current = self._current
                if current is None:
                    current = self._read_anew()
                    self._thread = threading.Thread(target=self._follow, name="standards", daemon=True)
                    self._thread.start()
        return current

    def facts_of(self, target: str) -> str:
        """Return what is known of the end of a link, as it is written down with the link."""
        facts = self.current().facts
        if target.startswith(DRAFTS):
            return "" if target in facts.open_drafts else CLOSED_DRAFT
        return facts.target_facts(target).written

    def check(self, targets: Iterable[str]) -> None:
        """Mark links that were just written and rely on what has changed in the meantime."""
        wanted = sorted(set(targets))
        self._database.write(lambda session: self._hold(session, wanted))

    def close(self) -> None:
        """Stop following."""
        self._stopping.set()
        following = self._following
        if following is not None:
            following.stop()
        if self._thread is not None:
            self._thread.join()

    def _read_anew(self) -> CurrentStandards:
        revision, facts = read_catalogue(self._upstreams.export_catalog())
        current = CurrentStandards(revision, facts.index(), facts)
        self._current = current
        self._database.write(lambda session: self._hold(session, None))
        return current

    def _follow(self) -> None:
        """Bring the standards up to date for as long as the program runs; while the catalogue is away, ask again."""
        while not self._stopping.is_set():
            try:
                self._listen()
            except DomainError:
                # The catalogue or the database is away, or a stream has had its time. What was missed comes again.
                self._stopping.wait(AGAIN_SECONDS)

    def _listen(self) -> None:
        current = self.current()
        with self._upstreams.watch_catalog(current.revision) as following:
            self._following = following
            for page in following:
                if self._stopping.is_set():
                    return
                if page.changes:
                    self._take(page.changes)

    def _take(self, changes: Collection[type_pb2.Change]) -> None:
        """Bring what *changes* name up to date, and mark the links that rely on what it was."""
        current = self.current()
        names = {change.resource for change in changes if change.resource.count("/") == 1}
        standards = sorted(name for name in names if name.startswith("standards/"))
        relations = sorted(name for name in names if name.startswith("relations/"))
        revision = max(change.revision for change in changes)
        if len(standards) + len(relations) > MAX_CHANGES or current.facts.grown:
            self._read_anew()
            return
        closed = {one.resource for one in changes if one.resource.startswith(DRAFTS) and one.action in _CLOSING}
        opened = {name for name in names if name.startswith(DRAFTS)} - closed
        if not (standards or relations or closed or opened):
            self._current = CurrentStandards(revision, current.index, current.facts)
            return
        facts = current.facts.changed(
            self._upstreams.get_standards(standards), self._upstreams.get_relations(relations), opened, closed
        )
        self._current = CurrentStandards(revision, facts.index(current.index), facts)
        touched = [*standards, *sorted(closed), *facts.amended_by(relations), *current.facts.amended_by(relations)]
        self._database.write(lambda session: self._hold(session, touched))

    def _hold(self, session: Session, targets: Collection[str] | None) -> Empty:
        """Hold what links rely on against what is known now: all links, or those to *targets*."""
        for target, known in store.known_facts(session, list(targets) if targets is not None else None):
            now = self.facts_of(target)
            if known is None:
                store.write_facts(session, target, now)
            elif known != now:
                store.suspect_target(session, target, known, list(_causes(target, known, now)))
        return Empty()


def _causes(target: str, known: str, now: str) -> Iterable[LinkSuspectCause]:
    if target.startswith(DRAFTS):
        return [LinkSuspectCause.DRAFT_CLOSED] if now == CLOSED_DRAFT else []
    return TargetFacts.read(now).causes_since(TargetFacts.read(known))
