"""Members of the WTO as people write them."""

import pytest

from standards_tree.errors import InvalidArgumentError
from standards_tree.measures.member_search import find_member


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *[("EU", "EU"), ("eu", "EU"), ("欧盟", "EU"), ("European Union", "EU"), ("tpkm", "TPKM"), ("Cuba", "CUB")],
        *[("Viet Nam", "VNM"), ("越南", "VNM"), ("Korea, Republic of", "KOR"), ("États-Unis", "USA"), ("XXX", "XXX")],
    ],
)
def test_a_member_is_found_by_code_and_by_name(text: str, code: str) -> None:
    """In any of the languages names are known in; letters that are no name are a code, whoever has it."""
    assert find_member(text) == code


@pytest.mark.parametrize("text", ["Europe", "E", "", "EU,USA", "U.S.A.", "欧", "12"])
def test_what_is_no_member_is_refused(text: str) -> None:
    """An empty list would look like an answer."""
    with pytest.raises(InvalidArgumentError, match="no member"):
        find_member(text)
