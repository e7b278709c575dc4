"""How far a concept is agreed: no way leads around approval."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards_tree.concept_life import MOVES, ConceptMove, allowed_moves, require_open, status_after
from standards_tree.errors import PreconditionError
from standards_tree.terms import ConceptStatus

NAME = "concepts/1"


@given(st.lists(st.sampled_from(ConceptMove), max_size=40))
def test_no_sequence_of_moves_skips_approval(moves: list[ConceptMove]) -> None:
    """Whatever is tried in whatever order: what is agreed was approved since it could last change."""
    status, approved = ConceptStatus.CANDIDATE, False
    for move in moves:
        try:
            status = status_after(NAME, status, move)
        except PreconditionError:
            continue
        approved = move is ConceptMove.APPROVE or (approved and not status.open)
        assert approved or not status.agreed


@given(st.lists(st.sampled_from(ConceptMove), max_size=40))
def test_nothing_is_published_that_was_not_discussed(moves: list[ConceptMove]) -> None:
    """Between the time a concept could change and its publication it was put to discussion and approved."""
    status, way = ConceptStatus.CANDIDATE, []
    for move in moves:
        if move in allowed_moves(status):
            status = status_after(NAME, status, move)
            way.append(move)
    for position, move in enumerate(way):
        if move is ConceptMove.PUBLISH:
            assert way[position - 2 : position] == [ConceptMove.DISCUSS, ConceptMove.APPROVE]


@pytest.mark.parametrize("status", ConceptStatus)
@pytest.mark.parametrize("move", ConceptMove)
def test_a_move_is_made_or_refused_with_what_is_possible(status: ConceptStatus, move: ConceptMove) -> None:
    """The refusal names the status and every move that would be allowed."""
    allowed = allowed_moves(status)
    if move in allowed:
        assert status_after(NAME, status, move) is MOVES[move][1]
        return
    with pytest.raises(PreconditionError) as refusal:
        status_after(NAME, status, move)
    assert str(refusal.value.parameters["status"]) == status.value.replace("_", " ")
    assert str(refusal.value.parameters["allowed"]) == ", ".join(allowed)


def test_no_status_is_a_dead_end() -> None:
    """From every status there is a way on."""
    assert [status for status in ConceptStatus if not allowed_moves(status)] == []


@pytest.mark.parametrize("status", ConceptStatus)
def test_only_what_is_open_changes(status: ConceptStatus) -> None:
    """A candidate and what is discussed may change; everything else is opened first."""
    if status.open:
        require_open(NAME, status)
        return
    with pytest.raises(PreconditionError, match=status.value.replace("_", " ")):
        require_open(NAME, status)
