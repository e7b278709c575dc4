"""A designation that is not there leads to those that may have been meant."""

import pytest

from standards_tree.designations import parse_designation
from standards_tree.designations.near import near_keys


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("GB/T 44974-2019", "GB/T 44974"),
        ("GB 44974", "GB/T 44974"),
        ("YY 0033", "YY/T 0033"),
        ("GB/T 1234.9-2020", "GB/T 1234"),
        ("GB/T 44794", "GB/T 44974"),
        ("GB/T 4974", "GB/T 44974"),
        ("GB/T 449745", "GB/T 44974"),
        ("GB/T 44975", "GB/T 44974"),
        ("ISO 9010:2015", "ISO 9001"),
        ("GB/T 44974—2024/XG1—2025", "GB/T 44974"),
    ],
)
def test_what_may_have_been_meant_is_near(asked: str, meant: str) -> None:
    """Another year, another obligation, no part, one slip in the number."""
    keys = near_keys(parse_designation(asked))

    assert parse_designation(meant).undated_key in keys
    assert len(keys) == len(set(keys))
    assert len(keys) < 250


def test_other_years_come_first_and_short_numbers_have_no_slips() -> None:
    """Every number of two digits is one slip from many others."""
    assert near_keys(parse_designation("GB/T 44974-2019"))[0] == "gb/t 44974"
    assert near_keys(parse_designation("GB/T 12")) == ["gb/t 12", "gb 12", "gb/z 12"]
