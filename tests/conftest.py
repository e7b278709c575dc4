"""Fixtures every kind of test may use."""

from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED_DATA = REPOSITORY.parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real data beside the repository, or skip the test and say so."""
    if not SHARED_DATA.is_dir():
        pytest.skip("real data not present: ../shared/data does not exist beside this repository")
    return SHARED_DATA
