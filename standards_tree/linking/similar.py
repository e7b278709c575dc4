"""Find measures that are nearly the same: what one member notified, another did before, or the same one years ago."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from standards_tree.linking.codes import CodeMatch, hs_match, ics_match
from standards_tree.linking.title_index import TitleIndex, lexemes_of
from standards_tree.text import match_key

CANDIDATES: Final = 200
TEXT_PART: Final = 2 / 3
MAX_TEXT_CHARACTERS: Final = 2_000


@dataclass(frozen=True, slots=True)
class MeasureText:
    """What is compared of a measure: its titles and products, in either language, and its codes."""

    measure_id: str
    text: str
    hs: tuple[str, ...]
    ics: tuple[str, ...]
    members: tuple[str, ...]


class Similar(NamedTuple):
    """A measure that is like another: how much, by what they say and by the codes of their products."""

    measure_id: str
    similarity: float
    text: float
    hs: CodeMatch | None
    ics: CodeMatch | None
    words: tuple[str, ...]


class MeasureIndex:
    """Measures by what they say; immutable. Those of *measures* take the place of the same ones in *older*.

    An inverted index finds the candidates exactly, where signatures such as MinHash would miss some: it takes milliseconds for
    100,000 measures (docs/linking.md).
    """

    def __init__(self, measures: Iterable[MeasureText], older: "MeasureIndex | None" = None) -> None:
        self._older = older
        # What a measure says is kept once, as the index of titles folds it.
        self._measures: list[MeasureText] = []
        self._titles: TitleIndex = TitleIndex(self._texts(measures), older._titles if older else None)

    def _texts(self, measures: Iterable[MeasureText]) -> Iterator[str]:
        for measure in measures:
            self._measures.append(replace(measure, text=""))
            yield measure.text[:MAX_TEXT_CHARACTERS]

    def similar(self, wanted: MeasureText, least: float, most: int, *, other_members: bool) -> list[Similar]:
        """Return the *most* measures that are like *wanted* by at least *least*, itself left out, the most similar first."""
        lexemes = lexemes_of(match_key(wanted.text[:MAX_TEXT_CHARACTERS]))
        left_out = {wanted.measure_id}
        found: list[Similar] = []
        for part in (self, *([self._older] if self._older else [])):
            found.extend(
                one
                for one, measure in part._likely(wanted, lexemes)
                if one.similarity >= least
                and one.measure_id not in left_out
                and not (other_members and set(measure.members) & set(wanted.members))
            )
            left_out.update(measure.measure_id for measure in self._measures)
        found.sort(key=lambda one: (-one.similarity, one.measure_id))
        return found[:most]

    def _likely(self, wanted: MeasureText, lexemes: set[str]) -> Iterator[tuple[Similar, MeasureText]]:
        shared = self._titles.shared(lexemes)
        for number in self._titles.best(shared, CANDIDATES):
            measure = self._measures[number]
            common = lexemes_of(self._titles.keys[number]) & lexemes
            words = sorted(common, key=lambda word: (-len(word), word))
            one = _compared(wanted, measure, self._titles.likeness(shared, number))
            yield one._replace(words=tuple(words[:8])), measure


def _compared(wanted: MeasureText, other: MeasureText, text: float) -> Similar:
    hs, ics = hs_match(wanted.hs, other.hs), ics_match(wanted.ics, other.ics)
    codes = max(hs.strength if hs else 0.0, ics.strength if ics else 0.0)
    # Where either side has no codes, only what they say can be compared.
    coded = bool(wanted.hs and other.hs) or bool(wanted.ics and other.ics)
    similarity = TEXT_PART * text + (1 - TEXT_PART) * codes if coded else text
    return Similar(other.measure_id, similarity, text, hs, ics, ())
