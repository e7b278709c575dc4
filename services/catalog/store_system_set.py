"""Speak SQL for the set of documents of a system: read one view of it, in a handful of statements whatever its size."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Row, Select, any_, cast, select, text, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Session

from services.catalog.names import EditionName, NodeName
from services.catalog.store_draft_history import STAGE_CHANGE
from services.catalog.store_drafts import DRAFT, visible
from services.catalog.store_editions import get_edition
from services.catalog.store_nodes import get_node, get_system
from services.catalog.store_system_relations import Relations, relations_of
from services.runtime.civil_dates import BEIJING
from services.runtime.columns import KeyText
from standards_tree.catalogue import NodeKind, Title, undated_key
from standards_tree.designations import parse_designation
from standards_tree.drafting import DraftEvent
from standards_tree.errors import LimitError, MalformedDesignationError, PreconditionError
from standards_tree.stages import Stage
from standards_tree.standards import Level, Obligation, StandardStatus, Validity
from standards_tree.systems.system_view import (
    MAX_NODES,
    MAX_PLACED,
    PlacedDraft,
    PlacedStandard,
    Subject,
    SystemView,
    ViewNode,
    require_printable,
    view_of,
)
from standards_tree.tree import TOP

_MOST_BRANCHES_NAMED = 8

# From the top of a branch upwards, itself first.
_PATH = text(
    """
    WITH RECURSIVE path AS (
        SELECT node_id, parent_id, code, title_zh, title_en, level, 0 AS up FROM node WHERE node_id = :top
        UNION ALL
        SELECT node.node_id, node.parent_id, node.code, node.title_zh, node.title_en, node.level, up + 1
        FROM node JOIN path ON node.node_id = path.parent_id
    )
    SELECT code, title_zh, title_en, level, up FROM path ORDER BY up
    """
)
_TREE = """
    WITH RECURSIVE tree AS (
        SELECT node_id, CAST('' AS text) COLLATE "C" AS parent_code, ARRAY[code_order] AS place, code AS top, 0 AS depth
        FROM node WHERE system_id = :system_id AND NOT archived
          AND CASE WHEN :top = '' THEN parent_id IS NULL ELSE node_id = :top END
        UNION ALL
        SELECT node.node_id, parent.code, tree.place || node.code_order,
               CASE WHEN :top <> '' AND tree.depth = 0 THEN node.code ELSE tree.top END, tree.depth + 1
        FROM node JOIN tree ON node.parent_id = tree.node_id JOIN node parent ON parent.node_id = tree.node_id
        WHERE NOT node.archived
    )
"""
_NODES = text(
    f"""{_TREE}
    SELECT node.node_id, node.code, node.title_zh, node.title_en, node.level, node.kind, node.planned_standards,
           tree.parent_code, tree.depth
    FROM tree JOIN node USING (node_id) ORDER BY tree.place LIMIT :limit
    """  # noqa: S608  (a statement of ours)
)
_BRANCH_SIZES = text(
    f"{_TREE} SELECT top, count(*) AS nodes FROM tree GROUP BY top ORDER BY min(place)"  # noqa: S608  (as above)
)
_STANDARD_LIST = (
    "designation, title_zh, title_en, level, status, obligation, issued_on, effective_on, ended_on, ics, ccs"
)
_STANDARDS = text(
    f"""
    SELECT placement.node_id, standard_id, undated_key, {_STANDARD_LIST}
    FROM placement JOIN standard USING (standard_id)
    WHERE placement.node_id = ANY(:node_ids) AND (issued_on IS NULL OR issued_on <= :as_of)
    ORDER BY designation_order LIMIT :limit
    """  # noqa: S608  (columns of ours)
)
_EDITION_NODES = text(
    """
    SELECT node.node_id, node.code, node.title_zh, node.title_en, node.level, node.kind, node.planned_standards,
           coalesce(above.code, '') AS parent_code, node.depth - 1 AS depth
    FROM edition_node node LEFT JOIN edition_node above
      ON above.system_id = node.system_id AND above.number = node.number AND above.node_id = node.parent_id
    WHERE node.system_id = :system_id AND node.number = :number ORDER BY node.position
    """
)
_EDITION_STANDARDS = text(
    f"""
    SELECT node_id, standard_id, '' AS undated_key, {_STANDARD_LIST} FROM edition_entry
    WHERE system_id = :system_id AND number = :number ORDER BY position
    """  # noqa: S608  (as above)
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A view, and by their ids the standards in it; ``system_id`` says whose surroundings it has."""

    view: SystemView
    system_id: str
    standard_ids: tuple[str, ...]


def read_system(session: Session, name: NodeName, as_of: date) -> Reading:
    """Return the view of a system or a branch on *as_of*: seven statements at the most.

    The tree and the places are those of now; the states of standards and the stages of drafts are those of the day, and
    what was issued or registered later is left out.

    Raises:
        NotFoundError: there is no such system or node.
        PreconditionError: the node is archived.
        LimitError: it is too large for a document; names the branches to ask for.
    """
    system = get_system(session, name.system_id)
    title = Title(system.title_zh, system.title_en)
    subject, top, inherited = Subject(name.system_id, title, as_of), "", None
    if name.id_or_code:
        node = get_node(session, name)
        if node.archived:
            raise PreconditionError("the node {node} is archived and has no documents", node=node.code)
        top, path = node.node_id, session.connection().execute(_PATH, {"top": node.node_id}).all()[1:]
        inherited = next((row.level for row in path if row.level is not None), None)
        subject = Subject(name.system_id, title, as_of, node.code, tuple(_step(row) for row in reversed(path)))
    values = {"system_id": name.system_id, "top": top}
    rows = session.connection().execute(_NODES, {**values, "limit": MAX_NODES + 1}).all()
    if len(rows) > MAX_NODES:
        raise _too_large(session, values)
    nodes = _view_nodes(rows, inherited)
    asked = {"node_ids": list(nodes), "as_of": as_of, "limit": MAX_PLACED + 1}
    standards = session.connection().execute(_STANDARDS, asked).all()
    moment = datetime.combine(as_of, time.max, BEIJING)
    drafts = session.connection().execute(_drafts_at(list(nodes), moment)).all()
    return _reading(session, subject, nodes, standards, drafts)


def _drafts_at(node_ids: Sequence[str], moment: datetime) -> Select[Any]:
    """Return the query for the drafts at nodes that who asks may see.

    A draft is shown in the stage it was in at *moment*, and not once it was given up or published.
    """
    change, draft = STAGE_CHANGE.c, DRAFT.c
    last = (
        select(change.stage, change.event)
        .where(change.draft_id == draft.draft_id, change.entered_at <= moment)
        .order_by(change.position.desc())
        .limit(1)
        .lateral("last")
    )
    facts = (draft.node_id, draft.title_zh, draft.title_en, draft.level, last.c.stage, draft.designation)
    return (
        select(*facts, draft.plan_number, draft.committee, draft.supersedes)
        .join_from(DRAFT, last, true())
        .where(draft.node_id == any_(cast(node_ids, ARRAY(KeyText))), draft.registered_at <= moment, visible())
        .where(last.c.stage < Stage.PUBLICATION.value, last.c.event != DraftEvent.DISCARDED.value)
        .order_by(draft.plan_number == "", draft.plan_number, draft.registered_at, draft.draft_id)
        .limit(MAX_PLACED + 1)
    )


def read_edition(session: Session, name: EditionName, as_of: date | None) -> Reading:
    """Return the view of an edition as it was published, on *as_of* or else on the date it bears: four statements.

    Drafts are no part of an edition.

    Raises:
        NotFoundError: there is no such edition.
        LimitError: it is too large for a document.
    """
    edition, system = get_edition(session, name), get_system(session, name.system_id)
    require_printable(edition.node_count, edition.standard_count)
    title, day = Title(system.title_zh, system.title_en), as_of or edition.dated_on
    rows = session.connection().execute(_EDITION_NODES, name._asdict()).all()
    standards = session.connection().execute(_EDITION_STANDARDS, name._asdict()).all()
    subject = Subject(name.system_id, title, day, edition=edition.label)
    return _reading(session, subject, _view_nodes(rows, None), standards, [])


def _step(row: Row[Any]) -> Title:
    """Return a node on the way to a branch as people name it."""
    return Title(*(f"{row.code} {title}" if title else "" for title in (row.title_zh, row.title_en)))


def _too_large(session: Session, values: Mapping[str, object]) -> LimitError:
    branches = session.connection().execute(_BRANCH_SIZES, values).all()
    named = [f"{row.top} ({row.nodes})" for row in branches if row.nodes <= MAX_NODES][:_MOST_BRANCHES_NAMED]
    message = "{count} nodes are more than the {limit} one document shows; ask for a branch, such as: {branches}"
    return LimitError(message, count=sum(row.nodes for row in branches), limit=MAX_NODES, branches=", ".join(named))


def _view_nodes(rows: Sequence[Row[Any]], inherited: str | None) -> dict[str, ViewNode]:
    """Return the nodes in their order by id, each with the level that is fixed for it, itself or above."""
    fixed: dict[str, str | None] = {TOP: inherited}
    nodes: dict[str, ViewNode] = {}
    for row in rows:
        fixed[row.code] = row.level or fixed[row.parent_code]
        nodes[row.node_id] = ViewNode(
            row.code,
            Title(row.title_zh, row.title_en),
            row.parent_code,
            _level(fixed[row.code]),
            _level(row.level),
            NodeKind(row.kind),
            row.planned_standards,
            row.depth,
        )
    return nodes


def _level(word: str | None) -> Level | None:
    return Level(word) if word is not None else None


def _reading(
    session: Session,
    subject: Subject,
    nodes: Mapping[str, ViewNode],
    standards: Sequence[Row[Any]],
    drafts: Sequence[Row[Any]],
) -> Reading:
    """Return the view of what was read, with what the relations between standards add."""
    require_printable(len(nodes), len(standards) + len(drafts))
    relations = relations_of(session, [row.standard_id for row in standards])
    states = {row.standard_id: _status(row, subject.as_of) for row in standards}
    in_force = {standard_id for standard_id, status in states.items() if status is StandardStatus.IN_FORCE}
    in_force_undated = {row.undated_key for row in standards if row.standard_id in in_force}
    view = view_of(
        subject,
        nodes.values(),
        [_placed(row, nodes[row.node_id].code, states[row.standard_id], relations, in_force) for row in standards],
        [_draft(row, nodes[row.node_id].code, in_force, in_force_undated) for row in drafts],
    )
    return Reading(view, subject.system, tuple(states))


def _status(row: Row[Any], as_of: date) -> StandardStatus:
    return Validity(StandardStatus(row.status), row.issued_on, row.effective_on, row.ended_on).status_on(as_of)


def _placed(
    row: Row[Any], code: str, status: StandardStatus, relations: Relations, in_force: Collection[str]
) -> PlacedStandard:
    superseded = relations.supersedes.get(row.standard_id, {})
    return PlacedStandard(
        code,
        row.designation,
        Title(row.title_zh, row.title_en),
        Level(row.level),
        status,
        Obligation(row.obligation) if row.obligation is not None else None,
        row.effective_on,
        row.ended_on,
        tuple(row.ics),
        tuple(row.ccs),
        tuple(relations.adoptions.get(row.standard_id, ())),
        tuple(superseded.values()),
        tuple(relations.superseded_by.get(row.standard_id, ())),
        tuple(relations.amended_by.get(row.standard_id, ())),
        replaces_here=any(standard_id in in_force for standard_id in superseded),
    )


def _draft(row: Row[Any], code: str, in_force: Collection[str], in_force_undated: Collection[str]) -> PlacedDraft:
    return PlacedDraft(
        code,
        Title(row.title_zh, row.title_en),
        Level(row.level),
        Stage(row.stage),
        row.designation,
        row.plan_number,
        row.committee,
        tuple(row.supersedes),
        replaces_here=any(_names_one_of(text, in_force, in_force_undated) for text in row.supersedes),
    )


def _names_one_of(designation: str, ids: Collection[str], undated_keys: Collection[str]) -> bool:
    """Tell whether *designation*, as a draft has it, names a standard among these; undated, any edition of it."""
    try:
        parsed = parse_designation(designation)
    except MalformedDesignationError:
        return False
    return parsed.resource_id in ids or (not parsed.is_dated and undated_key(parsed) in undated_keys)
