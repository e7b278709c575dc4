"""What a release ships may be shipped: the licence of every package it runs with is known, and is none that would bind ours."""

import re

import pytest
from licences import licence, runtime

# As SPDX, as classifiers or as older packages write them. The Lesser GPL lets us use what stays a package of its own.
ALLOWED = re.compile(
    r"\b(?:MIT|MIT-0|Apache(?: Software)?(?:[- ](?:2\.0|License))?|(?:3-Clause )?BSD|0BSD|ISC|PSF-2\.0|MPL(?:-| )2\.0"
    r"|LGPL-3\.0-only|Zlib|CC0-1\.0|Unlicense)\b"
)
BINDING = re.compile(r"(?<!L)(?<!Lesser )\bA?GPL|Affero|(?<!Lesser )General Public", re.IGNORECASE)


@pytest.mark.parametrize("name", sorted(runtime()))
def test_every_licence_is_one_we_may_ship(name: str) -> None:
    """A package that is added under another licence is noticed before it is shipped."""
    found = licence(name)
    assert ALLOWED.search(found), found
    assert not BINDING.search(found), found


@pytest.mark.parametrize("text", ["GPL-3.0-only", "AGPL-3.0", "GNU General Public License v3 (GPLv3)", "GNU Affero"])
def test_a_licence_that_binds_is_noticed(text: str) -> None:
    """Were the pattern blind, the list above would prove nothing."""
    assert BINDING.search(text)
    assert not BINDING.search("LGPL-3.0-only; GNU Lesser General Public License v3 (LGPLv3)".partition(";")[0])


def test_the_lock_is_read() -> None:
    """Whoever lists nothing finds nothing."""
    assert len(list(runtime())) > 60
