"""Speak SQL about what two states of a system hold: two editions, or an edition and the present state."""

from typing import Any, NamedTuple

from sqlalchemy import text
from sqlmodel import Session

from services.catalog.names import EditionName
from services.catalog.store_editions import ENTRY_FIELDS, NODE_FIELDS, get_edition
from standards_tree.systems.editions import EditionContent, EditionEntry, EditionNode

_NODES, _ENTRIES = ", ".join(NODE_FIELDS), ", ".join(ENTRY_FIELDS)
_PRESENT_ENTRY = ", ".join("placement.node_id" if name == "node_id" else f"standard.{name}" for name in ENTRY_FIELDS)


class _State(NamedTuple):
    """How the nodes and the standards of a state are selected."""

    nodes: str
    entries: str


# What a publication at this moment would freeze.
_PRESENT = _State(
    f"SELECT {_NODES} FROM node WHERE system_id = :system_id AND NOT archived",  # noqa: S608  (names of ours)
    f"SELECT {_PRESENT_ENTRY} FROM placement JOIN node USING (node_id) JOIN standard USING (standard_id)"  # noqa: S608  (as above)
    " WHERE placement.system_id = :system_id AND NOT node.archived",
)


def _frozen(number: str) -> _State:
    of_edition = f"WHERE system_id = :system_id AND number = :{number}"
    return _State(
        f"SELECT {_NODES} FROM edition_node {of_edition}",  # noqa: S608  (as above)
        f"SELECT {_ENTRIES} FROM edition_entry {of_edition}",  # noqa: S608  (as above)
    )


def two_contents(
    session: Session, base: EditionName, target: EditionName | None
) -> tuple[EditionContent, EditionContent]:
    """Return what two editions hold; for no *target* what the system of *base* holds now.

    Standards that are in both with the same facts and place are left out: they are most of them, and no change.

    Raises:
        NotFoundError: there is no such edition.
    """
    values: dict[str, Any] = {"system_id": base.system_id, "base": get_edition(session, base).number}
    before, after = _frozen("base"), _PRESENT
    if target is not None:
        values["target"], after = get_edition(session, target).number, _frozen("target")
    return _content(session, before, after, values), _content(session, after, before, values)


def _content(session: Session, state: _State, other: _State, values: dict[str, Any]) -> EditionContent:
    connection = session.connection()
    nodes = connection.execute(text(state.nodes), values).all()
    entries = connection.execute(text(f"{state.entries} EXCEPT {other.entries}"), values).all()
    return EditionContent(
        {row[0]: EditionNode._make(row) for row in nodes}, {row[0]: EditionEntry._make(row) for row in entries}
    )
