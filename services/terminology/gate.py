"""Hold a vocabulary against its rules before it is released."""

from collections.abc import Callable, Sequence

from services.runtime.database import Session
from services.terminology.store import StoredConcept

RULES: tuple[Callable[[Session, Sequence[StoredConcept]], None], ...] = ()
"""Each refuses, with a PreconditionError that says what is wrong where, concepts that must not be released."""


def require_releasable(session: Session, concepts: Sequence[StoredConcept]) -> None:
    """Refuse *concepts* of one vocabulary, which a release would hold, when a rule of the vocabulary is broken.

    Raises:
        PreconditionError: a rule is broken; the message says which.
    """
    for rule in RULES:
        rule(session, concepts)
