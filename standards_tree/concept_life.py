"""How far a concept is agreed, and who may take it further: propose, discuss, approve, publish, retire."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from standards_tree.errors import Bilingual, PreconditionError
from standards_tree.terms import ConceptStatus


class ConceptMove(StrEnum):
    """What changes how far a concept is agreed."""

    DISCUSS = "discuss"
    APPROVE = "approve"
    PUBLISH = "publish"
    RETIRE = "retire"
    SUPERSEDE = "supersede"
    REOPEN = "reopen"


class ConceptAction(StrEnum):
    """What was done with a concept."""

    CREATED = "created"
    UPDATED = "updated"
    DISCUSSED = "discussed"
    APPROVED = "approved"
    PUBLISHED = "published"
    RETIRED = "retired"
    SUPERSEDED = "superseded"
    REOPENED = "reopened"
    MERGED = "merged"
    MERGED_AWAY = "merged_away"
    SPLIT = "split"
    SPLIT_OFF = "split_off"
    IMPORTED = "imported"


_S = ConceptStatus
MOVES: Mapping[ConceptMove, tuple[frozenset[ConceptStatus], ConceptStatus, ConceptAction]] = MappingProxyType(
    {
        # What is agreed is discussed anew before it changes; a release that has it stays as it is.
        ConceptMove.DISCUSS: (
            frozenset({_S.CANDIDATE, _S.APPROVED, _S.PUBLISHED}),
            _S.UNDER_DISCUSSION,
            ConceptAction.DISCUSSED,
        ),
        ConceptMove.APPROVE: (frozenset({_S.UNDER_DISCUSSION}), _S.APPROVED, ConceptAction.APPROVED),
        ConceptMove.PUBLISH: (frozenset({_S.APPROVED}), _S.PUBLISHED, ConceptAction.PUBLISHED),
        ConceptMove.RETIRE: (
            frozenset({_S.CANDIDATE, _S.UNDER_DISCUSSION, _S.APPROVED, _S.PUBLISHED}),
            _S.RETIRED,
            ConceptAction.RETIRED,
        ),
        ConceptMove.SUPERSEDE: (frozenset({_S.APPROVED, _S.PUBLISHED}), _S.SUPERSEDED, ConceptAction.SUPERSEDED),
        ConceptMove.REOPEN: (frozenset({_S.RETIRED, _S.SUPERSEDED}), _S.CANDIDATE, ConceptAction.REOPENED),
    }
)
"""From where each move leads where, and what its history calls it."""


STATUS_WORDS = MappingProxyType(
    {
        _S.CANDIDATE: Bilingual("candidate", "候选"),
        _S.UNDER_DISCUSSION: Bilingual("under discussion", "讨论中"),
        _S.APPROVED: Bilingual("approved", "已批准"),
        _S.PUBLISHED: Bilingual("published", "已发布"),
        _S.RETIRED: Bilingual("retired", "已停用"),
        _S.SUPERSEDED: Bilingual("superseded", "已被替代"),
    }
)
MOVE_WORDS = MappingProxyType(
    {
        ConceptMove.DISCUSS: Bilingual("discuss", "提交讨论"),
        ConceptMove.APPROVE: Bilingual("approve", "批准"),
        ConceptMove.PUBLISH: Bilingual("publish", "发布"),
        ConceptMove.RETIRE: Bilingual("retire", "停用"),
        ConceptMove.SUPERSEDE: Bilingual("supersede", "替代"),
        ConceptMove.REOPEN: Bilingual("reopen", "重新提出"),
    }
)


def allowed_moves(status: ConceptStatus) -> list[ConceptMove]:
    """Return the moves that a concept with *status* can make."""
    return [move for move, (sources, _target, _action) in MOVES.items() if status in sources]


def status_after(name: str, status: ConceptStatus, move: ConceptMove) -> ConceptStatus:
    """Return the status that *move* leads to from *status*.

    Raises:
        PreconditionError: the concept *name* cannot make the move; the message says which it can.
    """
    sources, target, _action = MOVES[move]
    if status not in sources:
        message = "{name} is {status}, so {move} is not possible; possible are: {allowed}"
        words = [MOVE_WORDS[possible] for possible in allowed_moves(status)]
        allowed = Bilingual(", ".join(word.en for word in words), "、".join(word.zh for word in words))
        raise PreconditionError(message, name=name, status=STATUS_WORDS[status], move=MOVE_WORDS[move], allowed=allowed)
    return target


def require_open(name: str, status: ConceptStatus) -> None:
    """Refuse to change what a concept says that is agreed or out of use.

    Raises:
        PreconditionError: it is; the message says how to open it again.
    """
    if status.agreed:
        message = "{name} is {status}: what is agreed changes only after it is put to discussion again"
        raise PreconditionError(message, name=name, status=STATUS_WORDS[status])
    if not status.open:
        message = "{name} is {status}: it changes only after it is reopened as a candidate"
        raise PreconditionError(message, name=name, status=STATUS_WORDS[status])
