"""Build small snapshots for the tests of gap analysis; every example is invented and looks it (示例)."""

from datetime import date

from standards_tree.gap.snapshot import (
    Citation,
    DraftFact,
    LinkFact,
    MeasureFact,
    NodeFact,
    PlacementFact,
    RelationFact,
    RequirementFact,
    Snapshot,
    StandardFact,
    SystemFact,
)
from standards_tree.limits import parse_limit
from standards_tree.measures.requirements import RequirementKind
from standards_tree.standards import (
    AdoptionDegree,
    Level,
    LinkState,
    RelationKind,
    SetRelation,
    StandardStatus,
    Validity,
)

AS_OF = date(2026, 6, 1)
LONG_AGO = date(2015, 1, 1)
LATELY = date(2024, 3, 1)


def standard(
    key: str,
    status: StandardStatus = StandardStatus.IN_FORCE,
    *,
    level: Level = Level.NATIONAL,
    issued_on: date | None = LATELY,
    effective_on: date | None = None,
    ended_on: date | None = None,
    reviewed_on: date | None = None,
    ics: tuple[str, ...] = (),
) -> StandardFact:
    """Return a standard; the part of its key before the last ``-`` is its undated key."""
    return StandardFact(
        key=key,
        undated_key=key.rsplit("-", 1)[0],
        official=key.upper(),
        title_zh=f"示例标准 {key}",
        title_en=f"Example standard {key}",
        level=level,
        validity=Validity(status, issued_on, effective_on, ended_on),
        reviewed_on=reviewed_on,
        ics=ics,
    )


def refers(source: str, target: str, *, dated: bool = True, clause: str = "2") -> RelationFact:
    """Return a normative reference."""
    return RelationFact(source, target, target.upper(), RelationKind.NORMATIVE_REFERENCE, dated, clause=clause)


def supersedes(newer: str, older: str) -> RelationFact:
    """Return a supersession."""
    return RelationFact(newer, older, older.upper(), RelationKind.SUPERSEDES)


def adopts(source: str, target: str, degree: AdoptionDegree = AdoptionDegree.IDT) -> RelationFact:
    """Return an adoption."""
    return RelationFact(source, target, target.upper(), RelationKind.ADOPTS, degree=degree)


def link(
    requirement: str,
    target: str,
    relation: SetRelation = SetRelation.EQUAL,
    state: LinkState = LinkState.CONFIRMED,
    **more: object,
) -> LinkFact:
    """Return a link to a standard, or with a target such as ``draft:x`` to a draft."""
    draft = target.removeprefix("draft:") if target.startswith("draft:") else ""
    return LinkFact(
        id=f"{requirement}>{target}>{relation}>{state}",
        requirement_id=requirement,
        relation=relation,
        state=state,
        standard_key="" if draft else target,
        draft_id=draft,
        **more,  # type: ignore[arg-type]  # the callers' keywords are fields of LinkFact
    )


def requirement(identifier: str = "r", number: int = 1, **more: object) -> RequirementFact:
    """Return a requirement of the measure ``G/TBT/N/XXX/1``."""
    fields: dict[str, object] = {"measure_symbol": "G/TBT/N/XXX/1", "text_zh": "示例要求", "text_en": "Example", **more}
    return RequirementFact(id=identifier, number=number, **fields)  # type: ignore[arg-type]  # as above


def measure(symbol: str = "G/TBT/N/XXX/1", **more: object) -> MeasureFact:
    """Return a measure of the member XXX."""
    fields: dict[str, object] = {"title_zh": "示例措施", "title_en": "Example measure", "members": ("XXX",), **more}
    return MeasureFact(symbol=symbol, **fields)  # type: ignore[arg-type]  # as above


def snapshot(**facts: object) -> Snapshot:
    """Return a snapshot with one measure and one requirement ``r`` unless others are given."""
    fields: dict[str, object] = {"measures": (measure(),), "requirements": (requirement(),), **facts}
    return Snapshot(**fields)  # type: ignore[arg-type]  # as above


def tree(*codes: str, level: Level | None = None, planned: int = 0) -> tuple[NodeFact, ...]:
    """Return nodes of the system ``S``; the code before the last dot is the parent's."""
    return tuple(
        NodeFact("S", code, code.rpartition(".")[0], f"示例节点 {code}", f"Example node {code}", level, planned)
        for code in codes
    )


def at(node_code: str, key: str) -> PlacementFact:
    """Return the place of a standard in the system ``S``."""
    return PlacementFact("S", node_code, key)


def draft(identifier: str, stage: str = "30.20", **more: object) -> DraftFact:
    """Return a draft with an invented plan number."""
    fields: dict[str, object] = {
        "designation": f"2099{identifier}",
        "title_zh": "示例草案",
        "title_en": "Draft",
        **more,
    }
    return DraftFact(id=identifier, stage=stage, **fields)  # type: ignore[arg-type]  # as above


SYSTEM = SystemFact("S", "示例体系", "Example system")


def rich_snapshot() -> Snapshot:
    """Return a snapshot that fills every part of a report."""
    return snapshot(
        standards=(
            standard("a-2024", ics=("97.200.50",)),
            standard("b-2024"),
            standard("c-2010", StandardStatus.SUPERSEDED),
            standard("c-2024"),
            standard("d-2015", issued_on=LONG_AGO),
            standard("e-2026", effective_on=date(2027, 1, 1)),
            standard("iso-2010", StandardStatus.SUPERSEDED, level=Level.INTERNATIONAL),
            standard("iso-2020", level=Level.INTERNATIONAL),
        ),
        relations=(
            refers("a-2024", "b-2024"),
            refers("b-2024", "c-2010", clause="5.2"),
            refers("b-2024", "z-1999"),
            supersedes("c-2024", "c-2010"),
            adopts("b-2024", "iso-2010"),
            supersedes("iso-2020", "iso-2010"),
            refers("c-2024", "d-2015", dated=False),
        ),
        drafts=(draft("0001", system="S", node_code="1.1", level=Level.GROUP),),
        systems=(SYSTEM,),
        nodes=tree("1", "1.1", "1.2", level=Level.NATIONAL, planned=2),
        placements=(at("1.1", "a-2024"), at("1.2", "c-2024")),
        measures=(
            measure(hs=("9503",), ics=("97.200.50",), comment_deadline=date(2026, 7, 1), example=True),
            measure("G/TBT/N/YYY/2", symbols=("G/TBT/N/YYY/2", "G/TBT/N/ZZZ/3"), members=("YYY", "ZZZ")),
        ),
        requirements=(
            requirement("r1", 1, kind=RequirementKind.LIMIT, limit=parse_limit("≤ 90 mg/kg"), parameter="lead"),
            *(requirement(f"r{number}", number) for number in range(2, 8)),
            requirement("r8", 8, assessed=True),
            requirement("r9", 9, cited=(Citation("ISO-2010", "iso-2010"),)),
        ),
        links=(
            link("r1", "a-2024", standard_limit=parse_limit("≤ 0.06 %")),
            link("r2", "a-2024"),
            link("r3", "c-2010", clause="4"),
            link("r4", "d-2015", SetRelation.SUPERSET),
            link("r5", "draft:0001"),
            link("r6", "e-2026"),
            link("r7", "c-2024", state=LinkState.SUGGESTED),
            link("r8", "iso-2020"),
        ),
        revisions={"linkage": 7, "catalog": 12},
    )
