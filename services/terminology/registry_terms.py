"""Hold the terms of the registry in memory, and hold them to the registry.

Who asks gets what the registry held at one revision, whole. What changed since the automaton was made stands in a small
one beside it; when that has grown, a thread makes both anew while the old ones go on to answer. The thread is started when
it is needed first; nothing runs before somebody asks.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass

from services.runtime.changes import latest_revision
from services.runtime.database import Database, Session
from services.terminology import store_terms
from standards_tree.errors import DomainError
from standards_tree.recognition import Directory, Recognizer, RegisteredTerm, TermIndex, Vocabulary

# So many changed concepts are added in some 20 ms; from there on it is better to begin anew.
MAX_CHANGED_CONCEPTS = 1_000
# Who asks right after a change waits for it, but never for a vocabulary to be made anew.
WAIT_SECONDS = 0.5


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
        self._making = threading.Lock()
        self._told = threading.Condition()
        self._thread: threading.Thread | None = None
        self._wanted = 0
        self._made: _Made | None = None
        self._terms: RegistryTerms | None = None
        self._stopping = False

    def terms(self) -> RegistryTerms:
        """Return the terms at the latest revision; while many change at once, at an earlier one for a moment.

        The first who asks waits for the vocabulary to be made: about 5 s for 100,000 designations.
        """
        latest = self._database.look_up(latest_revision)
        terms = self._terms
        if terms is None:
            with self._making:
                if self._terms is None:
                    self._refresh()
                terms = self._terms
        if terms is not None and terms.revision >= latest:
            return terms
        with self._told:
            self._wanted = max(self._wanted, latest)
            self._start()
            self._told.notify_all()
            self._told.wait_for(lambda: self._terms is not None and self._terms.revision >= latest, WAIT_SECONDS)
        if self._terms is None:
            raise AssertionError(latest)  # it was made above, and is only ever replaced
        return self._terms

    def close(self) -> None:
        """Stop the thread, if one was started."""
        with self._told:
            self._stopping = True
            self._told.notify_all()
        if self._thread is not None:
            self._thread.join()

    def _start(self) -> None:
        if self._thread is None and not self._stopping:
            self._thread = threading.Thread(target=self._follow, name="terms", daemon=True)
            self._thread.start()

    def _follow(self) -> None:
        """Bring the terms to the revision somebody wants, until told to stop."""
        while True:
            with self._told:
                self._told.wait_for(self._has_work)
                if self._stopping:
                    return
            try:
                with self._making:
                    self._refresh()
            except DomainError:
                # The database is away: who asks next finds that out, and wants it again.
                with self._told:
                    self._wanted = 0
            with self._told:
                self._told.notify_all()

    def _has_work(self) -> bool:
        return self._stopping or self._terms is None or self._wanted > self._terms.revision

    def _refresh(self) -> None:
        """Read what changed, and put whole new terms in the place of the old ones."""
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
        revision, all_terms = self._database.read(
            lambda session: (latest_revision(session), store_terms.read_terms(session))
        )
        vocabulary = Vocabulary(all_terms)
        self._put(_Made(revision, vocabulary, TermIndex(vocabulary), {}), revision)

    def _put(self, made: _Made, revision: int) -> None:
        newer = Vocabulary([term for terms in made.changed.values() for term in terms]) if made.changed else None
        outdated = frozenset(made.changed)
        self._made = made
        self._terms = RegistryTerms(
            revision,
            Recognizer(made.vocabulary, newer, outdated),
            Directory(made.index, TermIndex(newer) if newer is not None else None, outdated),
        )


def _changes(session: Session, after: int) -> tuple[int, list[str], list[RegisteredTerm]]:
    ids = store_terms.changed_concepts(session, after, MAX_CHANGED_CONCEPTS + 1)
    terms = store_terms.read_terms(session, ids) if len(ids) <= MAX_CHANGED_CONCEPTS else []
    return latest_revision(session), ids, terms
