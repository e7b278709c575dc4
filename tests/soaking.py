"""Run the same test small, in every run, and in full, in `make soak`."""

import os

FULL = "TBT_SOAK"


def scaled(sample: int, full: int) -> int:
    """Return *full* where the environment asks for it (`TBT_SOAK=1`), or else *sample*."""
    return full if in_full() else sample


def in_full() -> bool:
    """Tell whether tests are to run in full."""
    return os.environ.get(FULL) == "1"
