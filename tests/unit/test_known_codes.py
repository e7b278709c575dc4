"""HS and ICS codes are held against a list as far down as the list goes."""

import pytest

from standards_tree.code_lists.known_codes import KnownHsCodes, KnownIcsCodes

ICS_LIST = KnownIcsCodes(["97", "97.200", "97.200.50", "97.220", "01", "01.040"])
LIST = KnownHsCodes(["87", "8703", "870310", "8711", "95"])


@pytest.mark.parametrize(
    "code", ["87", "8703", "870310", "8703101234", "8711", "871120", "95", "9503", "950300", "87031"]
)
def test_what_the_list_has_or_does_not_divide_is_not_doubted(code: str) -> None:
    """A chapter without headings in the list says nothing about them; national digits are in no list."""
    assert LIST.fault(code) == ""


@pytest.mark.parametrize(
    ("code", "level"),
    [("84", "chapter"), ("8471", "chapter"), ("8709", "heading"), ("870990", "heading"), ("870399", "subheading")],
)
def test_the_highest_level_that_the_list_does_not_have_is_told(code: str, level: str) -> None:
    """One reason for each code."""
    assert LIST.fault(code) == f"the list of HS codes has no such {level}"


@pytest.mark.parametrize("code", ["97", "97.200", "97.200.50", "97.220.10", "01.040.03"])
def test_an_ics_code_that_the_list_has_or_does_not_divide_is_not_doubted(code: str) -> None:
    """A group without sub-groups in the list says nothing about them."""
    assert ICS_LIST.fault(code) == ""


@pytest.mark.parametrize(
    ("code", "level"), [("02", "field"), ("02.040", "field"), ("97.040.10", "group"), ("97.200.99", "sub-group")]
)
def test_the_highest_level_of_ics_that_the_list_does_not_have_is_told(code: str, level: str) -> None:
    """One reason for each code."""
    assert ICS_LIST.fault(code) == f"the list of ICS codes has no such {level}"
