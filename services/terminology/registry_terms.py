"""Hold the terms of the registry in memory, and hold them to the registry.

Who asks gets what the registry held at one revision, whole. What changed since the automaton was made stands in a small
one beside it; when that has grown, a thread makes both anew while the old ones go on to answer. The thread begins with the
service, so that who asks first finds the terms there.
"""

import gc
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import func, select

from services.runtime.announcing import Announcement
from services.runtime.changes import latest_revision
from services.runtime.database import Database, Session
from services.terminology import store_terms
from services.terminology.tables import CHANGES
from standards_tree.errors import DomainError, UnavailableError
from standards_tree.recognition import Directory, Recognizer, RegisteredTerm, TermIndex, Vocabulary

# So many changed concepts are added in some 20 ms; from there on it is better to begin anew.
MAX_CHANGED_CONCEPTS = 1_000
# Who asks right after a change waits for it, but never for a vocabulary to be made anew.
WAIT_SECONDS = 3.0
# Who asks right after the start waits for the terms to be read; 100,000 designations take about 5 s.
FIRST_WAIT_SECONDS = 8.0
# Before any revision; 0 is that of a registry in which nothing was changed yet.
NO_REVISION = -1
LATEST = select(func.max(CHANGES.c.revision))


@dataclass(frozen=True, slots=True)
class RegistryTerms:
    """The terms of the registry at one revision."""

    revision: int
    recognizer: Recognizer
    directory: Directory


@dataclass(frozen=True, slots=True)
class _Made:
    """A vocabulary, the revision it was made at, and the terms of what changed since, by concept."""

    revision: int
    vocabulary: Vocabulary
    index: TermIndex
    changed: Mapping[str, tuple[RegisteredTerm, ...]]


class TermKeeper:
    """Gives the terms of the registry as they are now."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._told = threading.Condition()
        self._thread: threading.Thread | None = None
        # The revision somebody waits for; there is work while it is above that of the terms.
        self._wanted = NO_REVISION
        self._making_anew = False
        self._made: _Made | None = None
        self._terms: RegistryTerms | None = None
        self._stopping = False
        self._read = Announcement()

    def start(self, tell: Callable[[], None]) -> None:
        """Begin to read the terms, if that has not begun yet; *tell* is called when they are there."""
        self._read.tell(tell)
        with self._told:
            self._want(0)

    def terms(self) -> RegistryTerms:
        """Return the terms at the latest revision; while a vocabulary is made anew, at an earlier one.

        Raises:
            UnavailableError: right after the start, the terms have not been read yet.
        """
        latest = self._database.look_up_rows(LATEST, {})[0][0] or 0
        terms = self._terms
        if terms is not None and terms.revision >= latest:
            return terms
        with self._told:
            self._want(latest)
            self._told.wait_for(
                lambda: self._making_anew or self._revision() >= latest,
                WAIT_SECONDS if self._terms is not None else FIRST_WAIT_SECONDS,
            )
        if self._terms is None:
            message = "the terms of the registry are being read, as after every start; ask again in a few seconds"
            raise UnavailableError(message)
        return self._terms

    def close(self) -> None:
        """Stop the thread, if one was started."""
        with self._told:
            self._stopping = True
            self._told.notify_all()
        if self._thread is not None:
            self._thread.join()

    def _revision(self) -> int:
        return self._terms.revision if self._terms is not None else NO_REVISION

    def _want(self, revision: int) -> None:
        """Let the thread, which is started when it is wanted first, bring the terms to *revision*."""
        self._wanted = max(self._wanted, revision)
        if self._thread is None and not self._stopping:
            self._thread = threading.Thread(target=self._follow, name="terms", daemon=True)
            self._thread.start()
        self._told.notify_all()

    def _follow(self) -> None:
        """Bring the terms to the revision somebody wants, until told to stop."""
        while True:
            with self._told:
                self._told.wait_for(lambda: self._stopping or self._wanted > self._revision())
                if self._stopping:
                    return
            try:
                self._refresh()
            except DomainError:
                # The database is away: who asks next finds that out, and wants it again.
                with self._told:
                    self._wanted = NO_REVISION
            with self._told:
                self._making_anew = False
                self._told.notify_all()

    def _refresh(self) -> None:
        """Read what changed; where that is too much, read all terms and make the vocabulary anew."""
        made = self._made
        if made is not None and self._terms is not None:
            since = self._terms.revision
            revision, ids, terms = self._database.read(lambda session: _changes(session, since))
            if len(ids) + len(made.changed) <= MAX_CHANGED_CONCEPTS:
                changed: dict[str, tuple[RegisteredTerm, ...]] = {**made.changed}
                changed.update({f"concepts/{concept_id}": () for concept_id in ids})
                for term in terms:
                    changed[term.concept] = (*changed[term.concept], term)
                self._put(_Made(made.revision, made.vocabulary, made.index, changed), revision)
                return
        if made is not None:
            with self._told:
                self._making_anew = True
                self._told.notify_all()
        with _uncollected():
            revision, all_terms = self._database.read(
                lambda session: (latest_revision(session), store_terms.read_terms(session))
            )
            vocabulary = Vocabulary(all_terms)
            self._put(_Made(revision, vocabulary, TermIndex(vocabulary), {}), revision)

    def _put(self, made: _Made, revision: int) -> None:
        """Put whole new terms in the place of the old ones."""
        newer = Vocabulary([term for terms in made.changed.values() for term in terms]) if made.changed else None
        outdated = frozenset(made.changed)
        self._made = made
        self._terms = RegistryTerms(
            revision,
            Recognizer(made.vocabulary, newer, outdated),
            Directory(made.index, TermIndex(newer) if newer is not None else None, outdated),
        )
        self._read.make()


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the garbage collector from the million objects of a vocabulary, while they are made and ever after.

    Looking through them stops every thread for half a second, some five times while they are made. They hold no cycles: what
    nothing refers to any more is given back at once, without the collector.
    """
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        gc.enable()


def _changes(session: Session, after: int) -> tuple[int, list[str], list[RegisteredTerm]]:
    ids = store_terms.changed_concepts(session, after, MAX_CHANGED_CONCEPTS + 1)
    terms = store_terms.read_terms(session, ids) if len(ids) <= MAX_CHANGED_CONCEPTS else []
    return latest_revision(session), ids, terms
