"""Compute the chain anew and find where it is not what it was."""

from dataclasses import dataclass, field
from enum import StrEnum

from services.audit import store
from services.audit.chain import BEFORE_THE_FIRST, link_hash, sealed_text
from services.audit.store import SealedRecord
from services.runtime.database import Session

MAX_FAULTS = 100


class FaultKind(StrEnum):
    """What can be wrong."""

    RECORD_CHANGED = "record_changed"
    RECORD_MISSING = "record_missing"
    PLACE_MISSING = "place_missing"
    NEVER_SEALED = "never_sealed"
    DIFFERS_FROM_KNOWN = "differs_from_known"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong: at a place in the chain (0 for none), with a record (0 where it is gone)."""

    position: int
    number: int
    kind: FaultKind


@dataclass(slots=True)
class Verified:
    """What came of computing the chain anew."""

    sealed_count: int = 0
    unsealed_count: int = 0
    head_position: int = 0
    head_sha256: bytes = BEFORE_THE_FIRST
    faults: list[Fault] = field(default_factory=list)

    def add(self, position: int, number: int, kind: FaultKind) -> None:
        """Keep a fault; the first MAX_FAULTS are enough to know."""
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(Fault(position, number, kind))


def verify(session: Session, known_position: int = 0, known_sha256: bytes = b"") -> Verified:
    """Return what is wrong with the record, and the end of the chain. Cost: linear in its length.

    A changed record breaks its own link alone: the next is computed from the stored hash, so that each fault is said once.
    """
    verified = Verified()
    for sealed in store.links_from(session, 1):
        _check_link(verified, sealed)
        if sealed.link.position == known_position and bytes(sealed.link.sha256) != known_sha256:
            verified.add(known_position, sealed.link.number, FaultKind.DIFFERS_FROM_KNOWN)
    if known_position > verified.head_position:
        verified.add(known_position, 0, FaultKind.RECORD_MISSING)
    verified.unsealed_count = store.count_waiting(session)
    for number in store.numbers_outside(session, MAX_FAULTS):
        verified.add(0, number, FaultKind.NEVER_SEALED)
    return verified


def _check_link(verified: Verified, sealed: SealedRecord) -> None:
    link, record = sealed.link, sealed.record
    if link.position != verified.head_position + 1:
        verified.add(verified.head_position + 1, 0, FaultKind.PLACE_MISSING)
    if record is None:
        verified.add(link.position, link.number, FaultKind.RECORD_MISSING)
    elif link_hash(verified.head_sha256, sealed_text(record)) != bytes(link.sha256):
        verified.add(link.position, link.number, FaultKind.RECORD_CHANGED)
    verified.sealed_count += 1
    verified.head_position, verified.head_sha256 = link.position, bytes(link.sha256)
