"""Try out changes on a copy of the facts: what would the gaps be if a standard were abolished, merged, adopted, published?

A change replaces a few facts; everything else is shared with the facts of today, which are never touched.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from standards_tree.designations import parse_designation
from standards_tree.errors import InvalidArgumentError, NotFoundError
from standards_tree.gap.analysis import GapAnalysis
from standards_tree.gap.columns import Relations as RelationColumns
from standards_tree.gap.composition import COMPOSED, RELATION_NUMBER, RELATIONS
from standards_tree.gap.snapshot import DraftFact, LinkFact, PlacementFact, RelationFact, Snapshot, StandardFact
from standards_tree.gap.verdicts import RANK, Verdict
from standards_tree.standards import (
    AdoptionDegree,
    Level,
    LinkState,
    RelationKind,
    SetRelation,
    StandardStatus,
    Validity,
)


@dataclass(frozen=True, slots=True)
class Abolish:
    """End a standard without a successor."""

    key: str


@dataclass(frozen=True, slots=True)
class Merge:
    """Put one standard, there already or new, in the place of several."""

    keys: tuple[str, ...]
    into: str


@dataclass(frozen=True, slots=True)
class Adopt:
    """Adopt a standard from outside as a domestic one."""

    key: str
    designation: str
    degree: AdoptionDegree


@dataclass(frozen=True, slots=True)
class Publish:
    """Publish a draft, under its own designation or the one given."""

    draft_id: str
    designation: str = ""


Change = Abolish | Merge | Adopt | Publish

_DEGREES = {
    AdoptionDegree.IDT: SetRelation.EQUAL,
    AdoptionDegree.MOD: SetRelation.INTERSECTS,
    AdoptionDegree.NEQ: None,
}


@dataclass(frozen=True, slots=True)
class Difference:
    """A requirement whose verdict a change alters."""

    measure_symbol: str
    number: int
    text_zh: str
    text_en: str
    before: Verdict
    after: Verdict

    @property
    def better(self) -> bool:
        """Tell whether the change is for the better."""
        return RANK[self.after] < RANK[self.before]


def changed(snapshot: Snapshot, changes: Sequence[Change], as_of: date) -> Snapshot:
    """Return the facts as *changes*, made one after the other on *as_of*, would leave them.

    Raises:
        NotFoundError: a change names a standard or draft that is not there.
        InvalidArgumentError: a new designation cannot be read, or is taken.
    """
    for change in changes:
        if isinstance(change, Abolish):
            snapshot = _ended(snapshot, (change.key,), StandardStatus.ABOLISHED, as_of)
        elif isinstance(change, Merge):
            snapshot = _merged(snapshot, change, as_of)
        elif isinstance(change, Adopt):
            snapshot = _adopted(snapshot, change, as_of)
        else:
            snapshot = _published(snapshot, change, as_of)
    return snapshot


def differences(before: GapAnalysis, after: GapAnalysis) -> tuple[Difference, ...]:
    """Return the requirements whose verdicts differ between two analyses of one scope, in the order of the first."""
    verdicts = {result.judgement.requirement.id: result.judgement.verdict for result in after.results}
    found = []
    for result in before.results:
        demand, verdict = result.judgement.requirement, result.judgement.verdict
        now = verdicts.get(demand.id, verdict)
        if now is not verdict:
            found.append(Difference(result.measure.symbol, demand.number, demand.text_zh, demand.text_en, verdict, now))
    return tuple(found)


def _and(snapshot: Snapshot, relations: Sequence[RelationFact]) -> RelationColumns:
    """Return the relations of a snapshot with others; those that are in order already stay so."""
    return RelationColumns.of(snapshot.relations).with_changes((), relations)


def _standard(snapshot: Snapshot, key: str) -> StandardFact:
    for fact in snapshot.standards:
        if fact.key == key:
            return fact
    raise NotFoundError("there is no standard {key} in the catalogue", key=key)


def _ended(snapshot: Snapshot, keys: Sequence[str], status: StandardStatus, as_of: date) -> Snapshot:
    """Return the facts with some standards ended on the date."""
    for key in keys:
        _standard(snapshot, key)
    wanted = frozenset(keys)
    standards = tuple(
        replace(fact, validity=replace(fact.validity, status=status, ended_on=as_of)) if fact.key in wanted else fact
        for fact in snapshot.standards
    )
    return replace(snapshot, standards=standards)


def _new(snapshot: Snapshot, designation: str, like: StandardFact, level: Level, as_of: date) -> StandardFact:
    """Return a standard in force from the date on, with the titles and fields of another."""
    parsed = parse_designation(designation)
    if any(fact.key == parsed.key for fact in snapshot.standards):
        raise InvalidArgumentError("{designation} is a standard already", designation=parsed.official)
    return replace(
        like,
        key=parsed.key,
        undated_key=parsed.undated_key,
        official=parsed.official,
        level=level,
        validity=Validity(StandardStatus.IN_FORCE, as_of, as_of),
        reviewed_on=None,
    )


def _merged(snapshot: Snapshot, change: Merge, as_of: date) -> Snapshot:
    merged = [_standard(snapshot, key) for key in change.keys]
    target = parse_designation(change.into)
    if target.key in change.keys:
        raise InvalidArgumentError("{designation} cannot be merged into itself", designation=target.official)
    if all(fact.key != target.key for fact in snapshot.standards):
        first = merged[0]
        ics = tuple(dict.fromkeys(code for fact in merged for code in fact.ics))
        made = replace(_new(snapshot, change.into, first, first.level, as_of), ics=ics)
        places = tuple(
            replace(place, standard_key=made.key) for place in snapshot.placements if place.standard_key == first.key
        )
        snapshot = replace(snapshot, standards=(*snapshot.standards, made), placements=(*snapshot.placements, *places))
    snapshot = _ended(snapshot, change.keys, StandardStatus.SUPERSEDED, as_of)
    relations = tuple(RelationFact(target.key, fact.key, fact.official, RelationKind.SUPERSEDES) for fact in merged)
    return replace(snapshot, relations=_and(snapshot, relations))


def _adopted(snapshot: Snapshot, change: Adopt, as_of: date) -> Snapshot:
    """Return the facts with an adoption, whose links follow from those of the adopted standard and from citations of it."""
    adopted = _standard(snapshot, change.key)
    made = _new(snapshot, change.designation, adopted, Level.NATIONAL, as_of)
    relation = RelationFact(made.key, adopted.key, adopted.official, RelationKind.ADOPTS, degree=change.degree)
    cited = [
        LinkFact(f"cited {fact.id}", fact.id, SetRelation.SUBSET, LinkState.CONFIRMED, adopted.key)
        for fact in snapshot.requirements
        if any(one.key in (adopted.key, adopted.undated_key) for one in fact.cited)
    ]
    degree = RELATION_NUMBER[_DEGREES[change.degree]]
    links = []
    for link in (*snapshot.links, *cited):
        if link.standard_key != adopted.key or link.relation is SetRelation.NONE:
            continue
        following = RELATIONS[COMPOSED[RELATION_NUMBER[link.relation], degree]]
        if following is not None:
            links.append(replace(link, id=f"{link.id} by {made.key}", standard_key=made.key, relation=following))
    return replace(
        snapshot,
        standards=(*snapshot.standards, made),
        relations=_and(snapshot, (relation,)),
        links=(*snapshot.links, *links),
    )


def _published(snapshot: Snapshot, change: Publish, as_of: date) -> Snapshot:
    """Return the facts with a draft become a standard that takes the place of what it revises."""
    draft = next((fact for fact in snapshot.drafts if fact.id == change.draft_id), None)
    if draft is None:
        raise NotFoundError("there is no draft {draft} under way", draft=change.draft_id)
    designation = change.designation or draft.designation
    level = draft.level or Level.NATIONAL
    blank = StandardFact("", "", "", draft.title_zh, draft.title_en, level, Validity(StandardStatus.IN_FORCE))
    made = _new(snapshot, designation, blank, level, as_of)
    revised = tuple(fact.key for fact in snapshot.standards if fact.key in draft.revises)
    ended = _ended(snapshot, revised, StandardStatus.SUPERSEDED, as_of)
    superseded = tuple(
        RelationFact(made.key, fact.key, fact.official, RelationKind.SUPERSEDES)
        for fact in snapshot.standards
        if fact.key in revised
    )
    return replace(
        ended,
        standards=(*ended.standards, made),
        relations=_and(ended, superseded),
        placements=(*ended.placements, *_place_of(draft, made.key)),
        drafts=tuple(fact for fact in ended.drafts if fact.id != draft.id),
        links=tuple(
            replace(link, draft_id="", standard_key=made.key) if link.draft_id == draft.id else link
            for link in ended.links
        ),
    )


def _place_of(draft: DraftFact, key: str) -> tuple[PlacementFact, ...]:
    return (PlacementFact(draft.system, draft.node_code, key),) if draft.node_code else ()
