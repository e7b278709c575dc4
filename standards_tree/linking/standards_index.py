"""The domestic standards of the catalogue in memory, ready to be suggested: their titles, codes, adoptions and successors."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, NamedTuple

from standards_tree.designations import Designation
from standards_tree.linking.adoptions import Adoption, AdoptionMap
from standards_tree.linking.scope_index import SharedTexts, TextIndex
from standards_tree.standards import StandardStatus

MAX_SUCCESSORS = 30
_ENDED = frozenset({StandardStatus.SUPERSEDED, StandardStatus.ABOLISHED})


@dataclass(frozen=True, slots=True)
class IndexedStandard:
    """What a suggestion needs to know of a standard."""

    name: str
    designation: Designation
    title_zh: str
    title_en: str
    status: StandardStatus
    ics: tuple[str, ...] = ()

    @property
    def ended(self) -> bool:
        """Tell whether it is superseded or abolished, and no answer any more."""
        return self.status in _ENDED

    @property
    def suggested(self) -> bool:
        """Tell whether it may be suggested: a domestic standard in force, or about to be."""
        return self.designation.is_chinese and not self.ended and not self.designation.supplements


class Likeness(NamedTuple):
    """How a text is like a title or a scope, 0 to 1, and the language that shows it, or ADOPTED."""

    strength: float
    language: str


class Texts(NamedTuple):
    """What a standard says beside its own titles: its scope, and the English title and scope of what it adopts."""

    scope_zh: str = ""
    scope_en: str = ""
    adopted: str = ""
    """The designation of what it adopts."""
    adopted_title: str = ""
    adopted_scope: str = ""


NO_TEXTS: Final = Texts()
ADOPTED: Final = "adopted"
# The language in which each kind of text is asked.
_WORDS_OF: Final = {"zh": "zh", "en": "en", ADOPTED: "en"}


class _Titles:
    """Some standards with their titles and scopes in both languages, and with the English ones of what they adopt."""

    def __init__(
        self,
        standards: Sequence[IndexedStandard],
        texts: Mapping[str, Texts],
        background: "_Titles | None" = None,
    ) -> None:
        self.standards = standards
        self.number_of = {standard.name: number for number, standard in enumerate(standards)}
        further = [texts.get(one.name, NO_TEXTS) for one in standards]
        self.adopted = {
            one.name: (more.adopted, more.adopted_title)
            for one, more in zip(standards, further, strict=True)
            if more.adopted_title
        }
        fields = {
            "zh": ([one.title_zh for one in standards], [more.scope_zh for more in further]),
            "en": ([one.title_en for one in standards], [more.scope_en for more in further]),
            ADOPTED: ([more.adopted_title for more in further], [more.adopted_scope for more in further]),
        }
        self.indexes: dict[str, TextIndex] = {
            language: TextIndex(titles, scopes, background.indexes[language] if background else None)
            for language, (titles, scopes) in fields.items()
        }

    def containing(self, phrase: str, language: str) -> set[int]:
        """Return the numbers of the standards whose titles in *language* say *phrase*; of what they adopt too."""
        found = self.indexes[language].titles.containing(phrase)
        adopted = self.indexes[ADOPTED].titles.containing(phrase) if language == "en" else ()
        return {*found, *adopted}


class StandardsIndex:
    """The standards at one revision of the catalogue; immutable.

    With *older*, the standards take the place of those of the same names there: what changed since that was made is few, and
    made anew in milliseconds; ``base`` is the index to build upon next time. *successors* says what superseded what, by
    name; *adoptions* are all there are. *texts* are what *standards* say beside their titles, by name; they are not kept.
    """

    def __init__(
        self,
        standards: Iterable[IndexedStandard],
        adoptions: Iterable[Adoption],
        successors: Mapping[str, Sequence[str]],
        older: "StandardsIndex | None" = None,
        texts: Mapping[str, Texts] = MappingProxyType({}),
    ) -> None:
        known = {one.name: one for one in standards}
        self.base: StandardsIndex = older or self
        self._older: _Titles | None = older._titles if older else None
        self._titles: _Titles = _Titles([one for one in known.values() if one.suggested], texts, self._older)
        self._outdated = frozenset(known) if older else frozenset()
        self.by_name: Mapping[str, IndexedStandard] = {**older.by_name, **known} if older else known
        self.adoptions = AdoptionMap(adoptions)
        self.successors = successors
        numbered: dict[str, tuple[str, ...]] = dict(older._numbered) if older else {}
        for name, one in known.items():
            if older is None or name not in older.by_name:
                key = one.designation.undated_key
                numbered[key] = (*numbered.get(key, ()), name)
        self._numbered: Mapping[str, tuple[str, ...]] = numbered

    def present(self, name: str, undated_key: str) -> tuple[IndexedStandard, ...]:
        """Return what holds of a standard today: itself, the newest edition of its number, or all that superseded it."""
        standard = self.by_name.get(name)
        if standard is not None and standard.suggested:
            return (standard,)
        if (edition := self.edition(undated_key)) is not None:
            return (edition,)
        waiting = [name, *(each for each in self._newest_first(undated_key) if each != name)]
        found, seen = dict[str, IndexedStandard](), set(waiting)
        while waiting and len(seen) < MAX_SUCCESSORS:
            for successor in self.successors.get(waiting.pop(0), ()):
                one = self.by_name.get(successor)
                if one is not None and one.suggested:
                    found[successor] = one
                elif successor not in seen:
                    seen.add(successor)
                    waiting.append(successor)
        return tuple(found.values())

    def _newest_first(self, undated_key: str) -> list[str]:
        editions = [self.by_name[name] for name in self._numbered.get(undated_key, ())]
        return [one.name for one in sorted(editions, key=lambda one: (-(one.designation.year or 0), one.name))]

    def edition(self, undated_key: str) -> IndexedStandard | None:
        """Return the newest edition of a number that may be suggested."""
        editions = [self.by_name[name] for name in self._numbered.get(undated_key, ())]
        return max(
            (one for one in editions if one.suggested),
            key=lambda one: (one.designation.year or 0, one.name),
            default=None,
        )

    def reading(self, lexemes: Mapping[str, Iterable[str]]) -> "Reading":
        """Return the titles as they are to a text, whose lexemes are given by language."""
        parts = [self._titles, *([self._older] if self._older else [])]
        return Reading(
            [
                (
                    part,
                    {language: index.shared(lexemes[_WORDS_OF[language]]) for language, index in part.indexes.items()},
                )
                for part in parts
            ],
            self._outdated,
        )

    def containing(self, phrase: str, language: str) -> Iterator[IndexedStandard]:
        """Yield the standards whose title in *language* says *phrase*."""
        for part in (self._titles, *([self._older] if self._older else [])):
            for number in sorted(part.containing(phrase, language)):
                standard = part.standards[number]
                if part is self._titles or standard.name not in self._outdated:
                    yield standard

    def __len__(self) -> int:
        """Return how many standards may be suggested."""
        older = sum(one.name not in self._outdated for one in self._older.standards) if self._older else 0
        return len(self._titles.standards) + older


class Reading:
    """All titles as they are to one text."""

    def __init__(self, parts: list[tuple[_Titles, dict[str, SharedTexts]]], outdated: frozenset[str]) -> None:
        self._parts = parts
        self._outdated = outdated

    def best(self, most: int) -> Iterator[IndexedStandard]:
        """Yield the standards whose titles and scopes fit best, in either language, at most *most* of each part and language."""
        for place, (part, shared) in enumerate(self._parts):
            for language, index in part.indexes.items():
                for number in index.best(shared[language], most):
                    standard = part.standards[number]
                    if place == 0 or standard.name not in self._outdated:
                        yield standard

    def likeness(self, name: str) -> Likeness:
        """Return how the title of a standard is like the text, in the language in which it is more so."""
        return self._most_alike(name, TextIndex.likeness)

    def scope_likeness(self, name: str) -> Likeness:
        """Return how the scope of a standard is like the text, in the language in which it is more so."""
        return self._most_alike(name, TextIndex.scope_likeness)

    def adopted(self, name: str) -> tuple[str, str]:
        """Return the designation and the English title of what a standard adopts, as far as these are known."""
        for part, _shared in self._parts:
            if name in part.number_of:
                return part.adopted.get(name, ("", ""))
        return "", ""

    def _most_alike(self, name: str, likeness: Callable[[TextIndex, SharedTexts, int], float]) -> Likeness:
        for part, shared in self._parts:
            number = part.number_of.get(name)
            if number is not None:
                found = [
                    Likeness(likeness(index, shared[language], number), language)
                    for language, index in part.indexes.items()
                ]
                return max(found, key=lambda one: one.strength)
        return Likeness(0.0, "zh")
