"""Page tokens only continue the list they came from."""

import pytest
from google.longrunning.operations_pb2 import ListOperationsRequest
from hypothesis import given
from hypothesis import strategies as st

from services.runtime.paging import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, Pager
from standards_tree.errors import InvalidArgumentError
from tbt.terminology.v1.concept_pb2 import CONCEPT_STATUS_APPROVED
from tbt.terminology.v1.terminology_service_pb2 import ListConceptsRequest

PAGER = Pager(b"a secret of this installation")
REQUEST = ListConceptsRequest(query="合格评定", statuses=[CONCEPT_STATUS_APPROVED], page_size=10)
KEY = ("合格评定", "c0ffee", 7)
TOKEN = PAGER.next_token(REQUEST, KEY)


def with_token(token: str, **changes: object) -> ListConceptsRequest:
    """Return the request for the page after *token*, with some arguments changed."""
    request = ListConceptsRequest(page_token=token)
    request.MergeFrom(REQUEST)
    for name, value in changes.items():
        setattr(request, name, value)
    return request


@given(st.lists(st.text() | st.integers(), min_size=1, max_size=4).map(tuple))
def test_the_key_of_a_page_comes_back_as_it_went_out(key):
    """A list goes on exactly where its last page ended, whatever characters the key has."""
    page = PAGER.page(with_token(PAGER.next_token(REQUEST, key)))
    assert page.after == key


@pytest.mark.parametrize("position", range(len(TOKEN)))
def test_a_token_with_any_bit_flipped_is_refused(position):
    """No token but ours is followed: a key that a caller makes up never reaches the database."""
    for bit in range(7):
        flipped = TOKEN[:position] + chr(ord(TOKEN[position]) ^ (1 << bit)) + TOKEN[position + 1 :]
        with pytest.raises(InvalidArgumentError):
            PAGER.page(with_token(flipped))


@pytest.mark.parametrize(
    "token",
    [TOKEN[:-1], TOKEN[:-4], TOKEN + "=", TOKEN + "AAAA", " " + TOKEN, TOKEN + "\n", "=", "AAAA", "令牌", "🙂" * 99],
)
def test_a_token_that_is_cut_extended_or_made_up_is_refused(token):
    """A token is ours as a whole or not at all."""
    with pytest.raises(InvalidArgumentError):
        PAGER.page(with_token(token))


def test_a_refused_token_is_named_by_its_field():
    """A client learns which field to mend, and how."""
    with pytest.raises(InvalidArgumentError, match="begin again without it") as refused:
        PAGER.page(with_token("AAAA"))
    assert [violation.field for violation in refused.value.violations] == ["page_token"]


@pytest.mark.parametrize("changes", [{"query": "标准"}, {"query": ""}])
def test_a_token_is_refused_for_other_arguments(changes):
    """A token continues the list it came from, never a list with another filter."""
    with pytest.raises(InvalidArgumentError):
        PAGER.page(with_token(TOKEN, **changes))


def test_a_token_is_refused_for_another_list():
    """A token of one list cannot be carried to another, though their arguments read alike."""
    with pytest.raises(InvalidArgumentError):
        PAGER.page(ListOperationsRequest(page_token=PAGER.next_token(ListConceptsRequest(), KEY)))


def test_a_token_is_refused_by_another_installation():
    """The signature needs the secret of the installation."""
    with pytest.raises(InvalidArgumentError):
        Pager(b"the secret of another one").page(with_token(TOKEN))


def test_the_size_of_a_page_may_change_along_the_way():
    """A client may ask for longer or shorter pages without starting over."""
    assert PAGER.page(with_token(TOKEN, page_size=25)).size == 25


@pytest.mark.parametrize(
    ("asked", "given_size"),
    [(0, DEFAULT_PAGE_SIZE), (1, 1), (MAX_PAGE_SIZE, MAX_PAGE_SIZE), (MAX_PAGE_SIZE + 1, MAX_PAGE_SIZE)],
)
def test_the_size_of_a_page_is_limited(asked, given_size):
    """Nobody has to name a size, and nobody gets the whole table at once."""
    assert PAGER.page(ListConceptsRequest(page_size=asked)).size == given_size


@pytest.mark.parametrize(("found", "kept", "goes_on"), [(0, 0, False), (9, 9, False), (10, 10, False), (11, 10, True)])
def test_only_a_page_with_a_row_beyond_it_has_a_next_one(found, kept, goes_on):
    """A token means that something follows: the last page carries none."""
    rows, token = PAGER.split(REQUEST, PAGER.page(REQUEST), range(found), lambda row: (row,))
    assert (len(rows), bool(token)) == (kept, goes_on)


def test_the_next_page_starts_after_the_last_row_shown():
    """The row that was fetched only to see whether there is more is the first of the next page, not lost."""
    rows, token = PAGER.split(REQUEST, PAGER.page(REQUEST), range(11), lambda row: (row,))
    assert (rows[-1], PAGER.page(with_token(token)).after) == (9, (9,))
