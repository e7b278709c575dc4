"""Make names of invented standards and measures that nobody else in the session uses and that look invented."""

import itertools
from uuid import uuid4

# A symbol has a number of a few digits only, so that chance would give one twice.
_NUMBERS = itertools.count(200_001)


def group_prefix() -> str:
    """Return a prefix of group standards of an association that does not exist: `T/XX…`."""
    letters = "".join(chr(ord("A") + int(digit, 16)) for digit in uuid4().hex[:6])
    return f"T/XX{letters}"


def symbol() -> str:
    """Return the symbol of a notification of a member that does not exist: `G/TBT/N/XXX/…`."""
    return f"G/TBT/N/XXX/{next(_NUMBERS)}"
