"""Generate a base of national size, in proportion: 300,000 standards, 2,000,000 relations, 100,000 measures and their links."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from standards_tree.gap.columns import KIND_NUMBER, Relations
from standards_tree.gap.ordered_texts import Words
from standards_tree.gap.snapshot import LinkFact, MeasureFact, RequirementFact, StandardFact
from standards_tree.standards import Level, LinkState, RelationKind, SetRelation, StandardStatus, Validity

AS_OF = date(2026, 6, 1)
STANDARDS, RELATIONS, MEASURES, REQUIREMENTS, LINKS = 300_000, 2_000_000, 100_000, 300_000, 500_000
MEMBERS = 60
# So that numbers and texts are in the same order.
FIRST = 100_000


@dataclass(frozen=True, eq=False)
class National:
    """A base as its owners hand it over: facts, and relations as columns."""

    standards: tuple[StandardFact, ...]
    words: Words
    sources: np.ndarray
    targets: np.ndarray
    kinds: np.ndarray
    measures: tuple[MeasureFact, ...]
    requirements: tuple[RequirementFact, ...]
    links: tuple[LinkFact, ...]

    def relations(self) -> Relations:
        """Return the relations in order."""
        nothing = np.full(len(self.sources), self.words.number_of[""])
        return Relations(
            self.words,
            self.sources,
            self.targets,
            self.targets,
            self.kinds,
            np.ones(len(self.sources), dtype=bool),
            np.zeros(len(self.sources), dtype=np.int8),
            nothing,
        ).ordered()


def national(share: float, seed: int = 1) -> National:
    """Return a base of a share of the national size; the same for the same seed."""
    chance = np.random.default_rng(seed)
    count = int(STANDARDS * share)
    states = chance.choice(4, count, p=[0.04, 0.80, 0.13, 0.03])
    ages = chance.integers(100, 4000, count).tolist()
    reviewed = (chance.random(count) < 0.9).tolist()
    foreign = (chance.random(count) < 0.1).tolist()
    statuses = list(StandardStatus)
    standards = tuple(
        StandardFact(
            key=f"gb {FIRST + number}-2020",
            undated_key=f"gb {FIRST + number}",
            official=f"GB {FIRST + number}—2020",
            title_zh="示例",
            title_en="Example",
            level=Level.FOREIGN if foreign[number] else Level.NATIONAL,
            validity=Validity(statuses[states[number]], issued_on=AS_OF - timedelta(days=ages[number])),
            reviewed_on=AS_OF if reviewed[number] else None,
        )
        for number in range(count)
    )
    words = Words.of(["", "unknown", *(fact.key for fact in standards)])
    keys = words.numbers(fact.key for fact in standards)
    edges = int(RELATIONS * share)
    sources = chance.integers(1, count, edges)
    # What is referred to is older than what refers, and a few are referred to by very many.
    targets = keys[(sources * chance.random(edges) ** 3).astype(np.int64)]
    targets[chance.random(edges) < 0.02] = words.number_of["unknown"]
    names = (RelationKind.NORMATIVE_REFERENCE, RelationKind.SUPERSEDES, RelationKind.ADOPTS)
    numbers = np.array([KIND_NUMBER[name] for name in names], dtype=np.int8)
    kinds = numbers[chance.choice(3, edges, p=[0.92, 0.05, 0.03])]
    return National(standards, words, keys[sources], targets, kinds, *_claims(share, chance, standards))


def _claims(
    share: float, chance: np.random.Generator, standards: tuple[StandardFact, ...]
) -> tuple[tuple[MeasureFact, ...], tuple[RequirementFact, ...], tuple[LinkFact, ...]]:
    entries = chance.integers(-400, 800, int(MEASURES * share)).tolist()
    members = chance.integers(0, MEMBERS, len(entries)).tolist()
    measures = tuple(
        MeasureFact(
            symbol=f"G/TBT/N/XXX/{number + 1}",
            title_zh="",
            title_en="Example",
            members=(f"X{members[number]:02}",),
            entry_into_force=AS_OF + timedelta(days=entry),
        )
        for number, entry in enumerate(entries)
    )
    of_measure = chance.integers(0, len(measures), int(REQUIREMENTS * share)).tolist()
    requirements = tuple(
        RequirementFact(f"{number}", measures[one].symbol, number, "", "Example", assessed=number % 3 == 0)
        for number, one in enumerate(of_measure)
    )
    count = int(LINKS * share)
    columns = zip(
        chance.integers(0, len(requirements), count).tolist(),
        chance.integers(0, len(standards), count).tolist(),
        chance.integers(0, len(SetRelation), count).tolist(),
        chance.integers(0, len(LinkState), count).tolist(),
        strict=True,
    )
    relations, states = list(SetRelation), list(LinkState)
    links = tuple(
        LinkFact(f"{number}", f"{one}", relations[relation], states[state], standards[target].key, confidence=0.8)
        for number, (one, target, relation, state) in enumerate(columns)
    )
    return measures, requirements, links
