"""Suggested links, held against foreign standards whose Chinese counterparts are known, on series the weights have not seen.

    PYTHONPATH=.:protos:tests:tests/performance python tests/performance/bench_links.py [fit]

`fit` prints the weights that the other half of the series gives, which are those shipped.
"""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from labelled_pairs import (
    ForeignStandard,
    adoptions,
    bilingual_concepts,
    described_index,
    foreign_standards,
    medical_index,
)
from standards_tree.linking import suggesting
from standards_tree.linking.adoptions import core_of
from standards_tree.linking.standards_index import StandardsIndex
from standards_tree.linking.suggesting import Sought, SoughtConcept, Suggestion, suggest
from standards_tree.linking.weights import SHIPPED, SIGNALS, Reviewed, Weights, brier, fit, reliability
from standards_tree.text import match_key

SHARED_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
LISTED = 20
# What weights are fitted from before there are any: mild, and the same for all.
UNFITTED = Weights(-3.0, dict.fromkeys(SIGNALS, 3.0))
FIT_PRIOR = 1.0
# What was shipped before scopes and the English titles of what is adopted were read.
BEFORE = Weights(
    -5.96,
    dict(zip(SIGNALS, (10.0, 8.5, 2.0, 1.0, 1.6, 9.55, 0.0), strict=True)),
)


def views(foreign: ForeignStandard, concepts: list[tuple[str, str]]) -> Iterator[tuple[str, Sought]]:
    """Yield requirements as they are met: with a citation, in Chinese, in both languages, in English with known concepts."""
    zh, en = foreign.title_zh, foreign.title_en.partition(" (")[0]
    spoken = tuple(
        SoughtConcept(f"concepts/{place}", one_en, (("zh", one_zh), ("en", one_en)))
        for place, (one_zh, one_en) in enumerate(concepts)
        if match_key(one_en) in match_key(en)
    )
    yield "cites it, in English", Sought(en, cited=(foreign.designation.official,), concepts=spoken)
    if zh:
        yield "in Chinese", Sought(zh)
        yield "in both languages", Sought(f"{zh}\n{en}", concepts=spoken)
    if spoken:
        yield "in English, with concepts", Sought(en, concepts=spoken)


WORDS = "in English, of a catalogue that knows what it adopts"
SCOPES = "in English, of a catalogue that has scopes in English"
Case = tuple[StandardsIndex, ForeignStandard, str, Sought]


def cases(foreign: list[ForeignStandard], asked: list[ForeignStandard], *, before: bool = False) -> Iterator[Case]:
    """Yield what is asked of which catalogue; *before*: of catalogues that hold neither what is adopted nor scopes."""
    concepts = bilingual_concepts(SHARED_DATA)
    plain = medical_index(SHARED_DATA)
    titled = plain if before else described_index(SHARED_DATA, foreign, scopes=False)
    scoped = plain if before else described_index(SHARED_DATA, foreign, scopes=True)
    for one in asked:
        if one.counterparts:
            for view, sought in views(one, concepts):
                yield plain, one, view, sought
            if one.abstract:
                # Asked in the words of one text, found by the other: nothing is compared with itself.
                yield titled, one, WORDS, Sought(one.abstract)
                yield scoped, one, SCOPES, Sought(one.title_en.partition(" (")[0])


class Evaluation:
    """The suggestions for every view of some foreign standards, judged by what their counterparts are."""

    def __init__(self, asked: Iterable[Case]) -> None:
        self._asked = list(asked)

    def judged(self, weights: Weights) -> Iterator[tuple[str, list[tuple[Suggestion, bool]]]]:
        """Yield each view with its suggestions, best first; then once more for a catalogue that lacks the counterpart."""
        for index, foreign, view, sought in self._asked:
            found = suggest(index, sought, weights, LISTED + 2)
            yield view, [(one, one.standard.name in foreign.counterparts) for one in found[:LISTED]]
            wrong = [one for one in found if one.standard.name not in foreign.counterparts]
            yield "without counterpart", [(one, False) for one in wrong[:LISTED]]

    def reviewed(self, weights: Weights) -> list[Reviewed]:
        """Return every suggestion as if somebody had reviewed it."""
        return [Reviewed(one.strengths, right) for _view, found in self.judged(weights) for one, right in found]

    def figures(self, weights: Weights) -> dict[str, float]:
        """Return precision, recall, Brier score and reliability."""
        figures: dict[str, float] = {}
        counted: dict[str, list[list[bool]]] = {}
        said: list[tuple[float, bool]] = []
        for view, found in self.judged(weights):
            said.extend((one.probability, right) for one, right in found)
            if view != "without counterpart":
                counted.setdefault(view, []).append([right for _one, right in found])
        for view, lists in counted.items():
            figures[f"{view}: requirements"] = len(lists)
            figures[f"{view}: precision@1"] = sum(any(right[:1]) for right in lists) / len(lists)
            figures[f"{view}: recall@5"] = sum(any(right[:5]) for right in lists) / len(lists)
        figures["suggestions judged"] = len(said)
        figures["Brier score"] = brier(said)
        base = sum(right for _probability, right in said) / len(said)
        figures["Brier score of always saying the mean"] = base * (1 - base)
        for row in reliability(said):
            figures[f"said {row.lower:.1f} to {row.upper:.1f} ({row.count} times, mean {row.said:.2f}): right"] = (
                row.right
            )
        return figures


def fitted(evaluation: Evaluation) -> Weights:
    """Return weights fitted to *evaluation*; twice, because they decide what is suggested."""
    weights = UNFITTED
    for _ in range(2):
        weights = fit(evaluation.reviewed(weights), replace(UNFITTED), FIT_PRIOR)
    return weights


def adopted_in_data(index: StandardsIndex, foreign: list[ForeignStandard]) -> dict[str, float]:
    """Return how the European entries fare whose ISO or IEC standard has an adoption in the data."""
    known = {core_of(one.adopted).undated_key: one for one in adoptions(SHARED_DATA)}
    first = fifth = count = 0
    for one in foreign:
        adoption = known.get(core_of(one.designation).undated_key)
        if adoption is None:
            continue
        number = adoption.designation.undated_key
        found = suggest(index, Sought(one.title_en, cited=(one.designation.official,)), SHIPPED, 5)
        places = [place for place, hit in enumerate(found) if hit.standard.designation.undated_key == number]
        count += 1
        first += places[:1] == [0]
        fifth += bool(places)
    return {"adopted in the data: entries": count, "precision@1": first / count, "recall@5": fifth / count}


def measure() -> dict[str, float]:
    """Return precision, recall, Brier score and reliability on what the weights have not seen, as it was before and is now.

    Before: the weights shipped until scopes were read, and no other part of a series told apart.
    """
    if not SHARED_DATA.is_dir():
        return {"real data not present, nothing measured": 0.0}
    index = medical_index(SHARED_DATA)
    foreign = list(foreign_standards(SHARED_DATA, index))
    figures = {f"{name}": figure for name, figure in adopted_in_data(index, foreign).items()}
    unseen = [one for one in foreign if not one.seen]
    present, suggesting.OTHER_PART = suggesting.OTHER_PART, 1.0
    try:
        older = Evaluation(cases(foreign, unseen, before=True)).figures(BEFORE)
    finally:
        suggesting.OTHER_PART = present
    figures.update({f"before: {name}": figure for name, figure in older.items()})
    return {**figures, **Evaluation(cases(foreign, unseen)).figures(SHIPPED)}


def main() -> None:
    """Print the figures, or the weights of the half that is seen."""
    if sys.argv[1:] == ["fit"]:
        foreign = list(foreign_standards(SHARED_DATA, medical_index(SHARED_DATA)))
        seen = [one for one in foreign if one.seen]
        sys.stdout.write(f"{fitted(Evaluation(cases(foreign, seen)))}\n")
        return
    for name, figure in measure().items():
        sys.stdout.write(f"{name:<90} {figure:>10,.3f}\n")


if __name__ == "__main__":
    main()
