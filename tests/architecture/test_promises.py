"""Every promise in docs/promises.md names the test that keeps it; so do the threat model and the table of ASVS."""

import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


@pytest.mark.parametrize("name", ["promises.md", "threat-model.md", "asvs.md"])
def test_every_test_that_a_promise_names_exists(name):
    """A promise without its test would be a wish."""
    text = (REPOSITORY / "docs" / name).read_text(encoding="utf-8")
    named = NAMED.findall(text)
    missing = [
        f"{path}::{test}"
        for path, test in named
        if not (REPOSITORY / path).is_file() or f"def {test}" not in (REPOSITORY / path).read_text(encoding="utf-8")
    ]
    assert len(named) > 15
    assert missing == []
