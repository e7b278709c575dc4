"""Say which steps lead from one international harmonized stage code to another.

Inside a stage: n.00 (registered) → n.20 (main action begun) → n.60 (main action ended) → n.92 (back to an earlier stage),
n.93 (this stage again) or n.99 (go on). Between stages: n.99 → the next .00, n.92 → an earlier .00. n.98 (given up) and
60.60 (published) are reached by giving up and by publishing.
"""

from types import MappingProxyType
from typing import Final

from standards_tree.errors import PreconditionError
from standards_tree.stages import HarmonizedStage, Stage, Track, allowed_moves, check_move, sub_stages_of

REGISTERED: Final = "00"
BACK: Final = "92"
GIVEN_UP: Final = "98"
ON: Final = "99"
PUBLISHED: Final = "60"

_WITHIN: Final = MappingProxyType(
    {"00": ("20",), "20": ("60",), "60": ("92", "93", "99"), "93": ("20",), "92": (), "99": (), "98": ()}
)


def next_sub_stages(code: HarmonizedStage) -> tuple[str, ...]:
    """Return the sub-stages that may follow *code* inside its stage."""
    if code.stage >= Stage.PUBLICATION:
        return ()
    known = sub_stages_of(code.stage)
    return tuple(each for each in _WITHIN[code.sub_stage] if each in known)


def check_sub_stage(code: HarmonizedStage, wanted: HarmonizedStage) -> None:
    """Refuse a step inside a stage that ISO does not have.

    Raises:
        PreconditionError: *wanted* does not follow *code*; the message says what does.
    """
    allowed = next_sub_stages(code)
    if wanted.sub_stage in allowed:
        return
    message = "{code} cannot be followed by {wanted}; inside the stage there follow: {allowed}"
    following = ", ".join(f"{code.stage.value}.{each}" for each in allowed) or "-"
    raise PreconditionError(message, code=code, wanted=wanted, allowed=following)


def check_step(code: HarmonizedStage, target: Stage, track: Track) -> None:
    """Refuse to move from *code* to another stage where *track* or the sub-stage forbids it.

    Who thinks in stages only never sees a sub-stage: from n.00, n.20 and n.60 both directions are open, and the move
    itself closes the stage.

    Raises:
        PreconditionError: the move is not allowed; the message says which are.
    """
    check_move(code.stage, target, track)
    ahead = allowed_moves(code.stage, track)[0]
    if code.sub_stage == BACK and target is ahead:
        message = "{code} means that the draft goes back to an earlier stage, so it does not go on to {target}"
        raise PreconditionError(message, code=code, target=target.value)
    if code.sub_stage == ON and target is not ahead:
        message = "{code} means that the draft goes on to {ahead}, so it does not go back to {target}"
        raise PreconditionError(message, code=code, ahead=ahead.value, target=target.value)
