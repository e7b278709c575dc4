"""A program that starts imports nothing that only some calls need: whoever waits for it to come back waits for that too."""

import subprocess
import sys

LATE = ("pint", "saxonche", "pypdf")
"""Each takes a tenth of a second of a processor and more, and only some calls need it."""


def test_what_only_some_calls_need_is_not_imported_at_the_start():
    """Everything is imported in a process of its own, as `tbt serve` does."""
    asked = f"import sys, services.program; print([name for name in {LATE!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, timeout=300)
    assert done.stdout.strip() == "[]"
