"""Say how long a draft may stay in a stage, and from which source."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from standards_tree.errors import Bilingual
from standards_tree.stages import Stage


@dataclass(frozen=True, slots=True)
class StageLimit:
    """How many months a stage may last, as far as a source says.

    ``established``: read in a source, and therefore in use unless an authority sets another. What is not established is
    reported for information and used only once an authority sets it. ``months`` holds every figure that was reported.
    """

    months: tuple[int, ...]
    established: bool
    source: Bilingual


_READ: Final = Bilingual("GB/T 16733-1997, time limit of the stage", "GB/T 16733-1997 规定的阶段时限")
_REPORTED: Final = Bilingual(
    "reported for GB/T 16733-1997, not checked against its text", "据称出自 GB/T 16733-1997，未与原文核对"
)
STAGE_LIMITS: Final[Mapping[Stage, StageLimit]] = MappingProxyType(
    {
        Stage.PROPOSAL: StageLimit((3,), established=True, source=_READ),
        Stage.PREPARATORY: StageLimit((10,), established=True, source=_READ),
        Stage.COMMENT: StageLimit(
            (2, 5),
            established=False,
            source=Bilingual(
                "one source says 2 months, another 5; not checked against GB/T 16733-1997",
                "不同来源分别称2个月和5个月，未与 GB/T 16733-1997 原文核对",
            ),
        ),
        Stage.REVIEW: StageLimit((5,), established=False, source=_REPORTED),
        Stage.APPROVAL: StageLimit((8,), established=False, source=_REPORTED),
    }
)
ESTABLISHED_MONTHS: Final[Mapping[Stage, int]] = MappingProxyType(
    {stage: limit.months[0] for stage, limit in STAGE_LIMITS.items() if limit.established}
)
