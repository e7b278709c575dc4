"""Speak SQL about the publication of drafts: the standard, its place, what it supersedes, and the end of the draft."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session

from services.catalog.names import NodeName, standard_name
from services.catalog.store_draft_history import Step, append_event
from services.catalog.store_draft_moves import dossier_of
from services.catalog.store_drafts import DraftRecord, change_draft, require_open
from services.catalog.store_nodes import get_node
from services.catalog.store_placements import place_standard
from services.catalog.store_relations import create_relation
from services.catalog.store_standards import StandardRecord, create_standard, find_standard
from services.catalog.store_succession import supersede_standard
from services.runtime.changes import record_change
from standards_tree.catalogue import NO_SCOPE, Relation, Scope, Standard, Title, level_of
from standards_tree.designations import Designation, parse_designation
from standards_tree.drafting import DraftEvent, agreed_obligation, check_step, parse_plan_number, require_inputs
from standards_tree.errors import InvalidArgumentError
from standards_tree.stages import Stage, Track
from standards_tree.standards import Level, Obligation, RelationKind, StandardStatus


@dataclass(frozen=True, slots=True)
class Publication:
    """What an authority gives a draft when it publishes it."""

    designation: str
    issued_on: date | None
    effective_on: date | None
    ics: tuple[str, ...] = ()
    ccs: tuple[str, ...] = ()
    announcement: str = ""
    scope: Scope = NO_SCOPE


@dataclass(frozen=True, slots=True)
class Published:
    """What a publication made."""

    draft: DraftRecord
    standard: StandardRecord
    superseded: list[StandardRecord]
    unknown: list[str]


def publish_draft(session: Session, record: DraftRecord, publication: Publication, step: Step, etag: str) -> Published:
    """Publish a draft: record the standard, give it its place, end what it supersedes, close the draft.

    Raises:
        StaleError: *etag* is not that of *record*.
        PreconditionError: it is closed, or not in approval; its node is archived or of another level.
        MissingInputsError: names everything that is missing, from its first stage on.
        AlreadyExistsError: the catalogue has the designation.
        InvalidArgumentError: the designation is none, or not of the draft's level or plan; names the field.
        CycleError: it would supersede what supersedes it.
    """
    require_open(record, etag)
    check_step(record.code, Stage.PUBLICATION, Track(record.track))
    number = publication.designation or record.designation
    dossier = replace(
        dossier_of(session, record, step.on),
        designation=number,
        issued_on=publication.issued_on,
        effective_on=publication.effective_on,
    )
    require_inputs(record.name, Stage.PUBLICATION, dossier)
    facts = _standard_of(record, parse_designation(number), publication, step.on)
    # Before the new edition is there: a designation without a year means the edition it takes the place of.
    before = {text: find_standard(session, standard_name(text), step.on) for text in record.supersedes}
    standard = create_standard(session, facts, record.name)
    if record.node_id is not None and record.node_system_id is not None:
        place_standard(session, get_node(session, NodeName(record.node_system_id, record.node_id)), standard)
    superseded, unknown = _supersede(session, before, facts, standard)
    append_event(session, record.draft_id, Stage.PUBLICATION.value, "60", step.of(DraftEvent.PUBLISHED))
    closed = {
        "stage": Stage.PUBLICATION.value,
        "sub_stage": "60",
        "stage_entered_on": step.on,
        "due_on": None,
        "designation": standard.designation,
        "standard_id": standard.standard_id,
    }
    record_change(session, record.name, "published")
    return Published(change_draft(session, record, closed), standard, superseded, unknown)


def _standard_of(record: DraftRecord, designation: Designation, publication: Publication, on: date) -> Standard:
    if not designation.is_dated:
        message = "{designation} has no year; a published standard has one, as GB/T 44974—2024"
        raise InvalidArgumentError.in_field("designation", message, designation=designation.official)
    plan = parse_plan_number(record.plan_number) if record.plan_number else None
    stated = Obligation(record.obligation) if record.obligation is not None else None
    upcoming = publication.effective_on is not None and publication.effective_on > on
    standard = Standard(
        designation,
        Title(record.title_zh, record.title_en),
        StandardStatus.UPCOMING if upcoming else StandardStatus.IN_FORCE,
        level_of(designation, Level(record.level)),
        agreed_obligation(stated, plan, designation),
        publication.issued_on,
        publication.effective_on,
        ics=publication.ics,
        ccs=publication.ccs,
        committee=record.committee,
        source=publication.announcement or record.name,
        scope=publication.scope,
    )
    standard.require_sound()
    return standard


def _supersede(
    session: Session, before: Mapping[str, StandardRecord | None], facts: Standard, standard: StandardRecord
) -> tuple[list[StandardRecord], list[str]]:
    """End what the new standard supersedes, and keep the relation to what the catalogue does not have."""
    superseded, unknown = [], []
    for text, record in before.items():
        if record is not None:
            superseded.append(supersede_standard(session, record, standard, None, ""))
        else:
            target = parse_designation(text)
            create_relation(session, Relation(facts.designation, target, text, RelationKind.SUPERSEDES))
            unknown.append(text)
    return superseded, unknown
