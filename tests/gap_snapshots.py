"""Random snapshots for the oracles of gap analysis: small, and full of what tidy data never has."""

import os
import random
from datetime import date, timedelta

from gap_cases import AS_OF, at, draft, measure, requirement, tree
from standards_tree.gap.snapshot import (
    Citation,
    ConceptFact,
    LinkFact,
    Quote,
    RelationFact,
    RequirementFact,
    Snapshot,
    StandardFact,
    UseFact,
)
from standards_tree.limits import parse_limit
from standards_tree.standards import (
    AdoptionDegree,
    Level,
    LinkState,
    RelationKind,
    SetRelation,
    StandardStatus,
    Validity,
)
from standards_tree.terms import ConceptStatus

# How many random graphs an oracle is asked about: a sample in every run, all of them in the long one.
GRAPHS = int(os.environ.get("TBT_TEST_GRAPHS", "240"))
OUTSIDE = (Level.INTERNATIONAL, Level.FOREIGN)
ENDED = (StandardStatus.SUPERSEDED, StandardStatus.ABOLISHED)


def random_snapshot(seed: int) -> Snapshot:
    """Return a small snapshot full of old editions, cycles, dangling ends and odd dates, the same for the same seed."""
    chance = random.Random(seed)
    numbers = [f"gb {number}" for number in range(1, chance.randint(3, 7))]
    standards = {}
    for _ in range(chance.randint(3, 14)):
        fact = _random_standard(chance, chance.choice(numbers))
        standards[fact.key] = fact
    keys = list(standards)
    relations = [_random_relation(chance, keys, numbers) for _ in range(chance.randint(0, 30))]
    requirements = tuple(
        _random_requirement(chance, f"id{seed}-{number}", number, keys) for number in range(1, chance.randint(2, 8))
    )
    drafts = tuple(draft(f"{number:04}", chance.choice(["20", "30.20", "50"])) for number in range(2))
    links = [_random_link(chance, number, one.id, [*keys, "gb 99-1999"]) for one in requirements for number in range(3)]
    nodes = tree("1", "1.1", "1.2", "1.10", "2", "2.1")
    placements = tuple(at(chance.choice(nodes).code, key) for key in keys if chance.random() < 0.8)
    measures = (measure(entry_into_force=AS_OF + timedelta(days=chance.randint(-100, 500))),)
    links = [one for one in links if chance.random() < 0.6]
    concepts = tuple(_random_concept(chance, f"c{number}", keys, numbers) for number in range(chance.randint(0, 6)))
    names = [*(one.id for one in concepts), "gone"]
    return Snapshot(
        standards=tuple(standards.values()),
        drafts=drafts,
        relations=tuple(relations),
        nodes=nodes,
        placements=placements,
        measures=measures,
        requirements=requirements,
        links=tuple(links),
        concepts=concepts,
        uses=tuple(
            UseFact(one, name)
            for one in (*(fact.id for fact in requirements), "nobody")
            for name in names
            if chance.random() < 0.3
        ),
        revisions={"catalog": seed, "linkage": 2 * seed},
    )


def _random_day(chance: random.Random, share: float) -> date | None:
    return AS_OF + timedelta(days=chance.randint(-3000, 400)) if chance.random() < share else None


def _random_standard(chance: random.Random, number: str) -> StandardFact:
    key = f"{number}-{chance.randint(2015, 2026)}"
    status = chance.choices(list(StandardStatus), weights=[1, 6, 2, 1])[0]
    return StandardFact(
        key=key,
        undated_key=number,
        official=key.upper(),
        title_zh="示例",
        title_en="Example",
        level=chance.choices(list(Level), weights=[6, 2, 1, 1, 1, 2, 1])[0],
        validity=Validity(
            status,
            issued_on=_random_day(chance, 0.8),
            effective_on=_random_day(chance, 0.6),
            ended_on=_random_day(chance, 0.5) if status in ENDED else None,
        ),
        reviewed_on=_random_day(chance, 0.3),
        ics=(chance.choice(["97.200.50", "97.200.10", "67.040"]),),
    )


def _random_relation(chance: random.Random, keys: list[str], numbers: list[str]) -> RelationFact:
    kind = chance.choices(list(RelationKind), weights=[8, 1, 4, 1, 2])[0]
    dated = kind is not RelationKind.NORMATIVE_REFERENCE or chance.random() < 0.6
    target = (
        chance.choice([*keys, "gb 99-1999"]) if dated or chance.random() < 0.2 else chance.choice([*numbers, "gb 99"])
    )
    degree = chance.choice([*AdoptionDegree, None]) if kind is RelationKind.ADOPTS else None
    source = chance.choice([*keys, "gb 98-1998"])
    return RelationFact(source, target, target.upper(), kind, dated, degree, str(chance.randint(1, 3)))


def _random_link(chance: random.Random, number: int, identifier: str, keys: list[str]) -> LinkFact:
    to_draft = chance.random() < 0.15
    return LinkFact(
        id=f"{identifier}/{number}",
        requirement_id=identifier,
        relation=chance.choice(list(SetRelation)),
        state=chance.choices(list(LinkState), weights=[2, 4, 2])[0],
        standard_key="" if to_draft else chance.choice(keys),
        draft_id=chance.choice(["0000", "0001", "gone"]) if to_draft else "",
        confidence=chance.choice([0.5, 0.8, 1.0]),
        standard_limit=parse_limit(f"≤ {chance.randint(1, 3)} ppm") if chance.random() < 0.5 else None,
    )


def _random_requirement(chance: random.Random, identifier: str, number: int, keys: list[str]) -> RequirementFact:
    cited = chance.sample([*keys, "gb 99"], chance.choice([0, 0, 1, 2]))
    return requirement(
        identifier,
        number,
        assessed=chance.random() < 0.3,
        limit=parse_limit(f"≤ {chance.randint(1, 3)} mg/kg") if chance.random() < 0.5 else None,
        ics=(chance.choice(["97.200.50", "97.200.10", "67.040"]),),
        cited=tuple(Citation(key.upper(), key) for key in cited),
    )


def _random_concept(chance: random.Random, identifier: str, keys: list[str], numbers: list[str]) -> ConceptFact:
    """Return a concept; few words and numbers, so that some are alike but for what they quote."""
    return ConceptFact(
        identifier,
        chance.choice(["", "3.2", "3.10"]),
        chance.choice(["", "示例"]),
        chance.choice(list(ConceptStatus)),
        chance.choice(["示例术语", ""]),
        chance.choice(["example", "sample"]),
        tuple(_random_quote(chance, [*keys, *numbers, "gb 99-1999", "gb 99"]) for _ in range(chance.randint(0, 2))),
    )


def _random_quote(chance: random.Random, named: list[str]) -> Quote:
    """Return a quote of one standard, of two, or of none, with the clause in the source, beside it, or nowhere."""
    source = chance.choice(named).upper()
    other = chance.choice(named).upper()
    clause = chance.choice(["", "3.1", "A.2"])
    forms = [
        source,
        f"{source}, {clause or 3}",
        f"[SOURCE: {source}, modified]",
        f"{source}; {other}",
        "our own words",
        "",
    ]
    return Quote(chance.choices(forms, weights=[5, 4, 2, 2, 1, 1])[0], chance.choice(["", "", "4.2"]))
