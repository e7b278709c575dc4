"""Know which requirement uses which concepts of the registry, as of one moment, and ask the registry as little as possible.

The registry holds its terms ready to be found, so that it is asked and no second search is held here. What was found stays
while neither the text of a requirement nor the concepts change: a changed text is asked about alone; of changed concepts
those texts are asked about that used one of them, and those in which one of their words stands now.
"""

import threading
import time
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from services.gap.term_gathering import TermNews
from services.gap.upstream import GapUpstreams
from standards_tree.errors import UnavailableError
from standards_tree.gap.demands import Demands
from standards_tree.gap.ordered_texts import UNKNOWN
from standards_tree.gap.snapshot import RequirementFact
from standards_tree.gap.terms import Terms
from standards_tree.gap.uses import Uses
from standards_tree.recognition import Recognizer, RegisteredTerm, Vocabulary
from standards_tree.recognition.uses import uses_of
from standards_tree.terms import ConceptStatus, DesignationStatus, TermDesignation

MOST_TEXTS = 5_000
MOST_CHARACTERS = 500_000
# The registry answers by older terms while it makes its search anew, which takes some seconds after a large change.
WAITS = 40
WAIT_SECONDS = 0.25
# Of more changed concepts at once all texts are asked about anew.
MOST_CHANGED = 1_000


class TermsMovedError(UnavailableError):
    """The registry has newer terms than those of the moment that is asked about."""

    reason = "TERMS_MOVED"


class TermUses:
    """The uses at one moment; found when somebody asks first, from those of the moment before as far as they hold."""

    def __init__(  # noqa: PLR0913, PLR0917  (what a moment holds of it, and whom to ask)
        self,
        terms: Terms,
        demands: Demands,
        revision: int,
        upstreams: GapUpstreams,
        before: "TermUses | None",
        news: TermNews,
    ) -> None:
        self._terms = terms
        self._demands = demands
        self._revision = revision
        self._upstreams = upstreams
        self._before, self._news = (None, TermNews(everything=True)) if before is None else before.base(news)
        self._found: Uses | None = None
        self._lock = threading.Lock()

    def base(self, news: TermNews) -> "tuple[TermUses | None, TermNews]":
        """Return from whose uses those after *news* can be made, and what is news since them."""
        with self._lock:
            if news.everything:
                return None, news
            if self._found is not None:
                return self, news
            changed = {**self._news.changed, **news.changed}
            return self._before, TermNews(changed, everything=self._news.everything)

    def of(self, positions: Sequence[int]) -> list[tuple[int, ...]]:
        """Return the concepts that the requirements at some positions use; no other text is asked about.

        Raises:
            UnavailableError: the registry does not answer, or not by the terms of this moment yet.
        """
        if not self._terms.concepts:
            return [() for _ in positions]
        with self._lock:
            known = self._found
        if known is not None:
            return [known.of_requirement(position) for position in positions]
        facts = self._demands.requirements
        return list(self._asked([facts[position] for position in positions]))

    def all(self) -> Uses:
        """Return the uses of all requirements; errors as `of`."""
        with self._lock:
            if self._found is None:
                self._found = self._every()
                # What was before is needed no longer.
                self._before, self._news = None, TermNews()
            return self._found

    @property
    def known(self) -> "Uses | None":
        """Return the uses of all requirements, where somebody has asked for them."""
        return self._found

    def _every(self) -> Uses:
        facts = self._demands.requirements
        if not self._terms.concepts:
            return Uses.of([()] * len(facts))
        if (same := self._unchanged()) is not None:
            return same
        if (moved := self._with_other_texts()) is not None:
            return moved
        kept = self._kept()
        missing = [position for position, used in enumerate(kept) if used is None]
        for position, used in zip(missing, self._asked([facts[one] for one in missing]), strict=True):
            kept[position] = used
        return Uses.of([used or () for used in kept])

    def _unchanged(self) -> Uses | None:
        """Return the uses of the moment before where neither a text nor a concept has changed since."""
        before = self._before
        if before is None or self._news or before._terms is not self._terms:
            return None
        return before.known if before._demands.positions is self._demands.positions else None

    def _with_other_texts(self) -> Uses | None:
        """Return the uses where no concept has changed since the moment before: of other texts alone the registry is asked."""
        before = self._before
        old = None if before is None else before.known
        if before is None or old is None or self._news or before._terms is not self._terms:
            return None
        facts, was = self._demands.requirements, before._demands
        places = _places_of(facts, was.requirements)
        for position in np.flatnonzero(places == UNKNOWN).tolist():
            place = was.positions.number_of.get(facts[position].id)
            if place is not None and _same(was.requirements[place], facts[position]):
                places[position] = place
        missing = np.flatnonzero(places == UNKNOWN).tolist()
        return old.moved(places, dict(zip(missing, self._asked([facts[one] for one in missing]), strict=True)))

    def _kept(self) -> list[tuple[int, ...] | None]:
        """Return the uses that still hold, by requirement, None where the registry is to be asked."""
        facts, before = self._demands.requirements, self._before
        old = None if before is None else before.known
        if before is None or old is None or len(self._news.changed) > MOST_CHANGED:
            return [None] * len(facts)
        number_of = self._terms.number_of
        moved = np.fromiter((number_of.get(one.id, -1) for one in before._terms.concepts), np.int64)
        gone = {before._terms.number_of[name] for name in self._news.changed if name in before._terms.number_of}
        words = _finder(self._news.changed)
        places = before._demands.positions.number_of
        found: list[tuple[int, ...] | None] = []
        for fact in facts:
            place = places.get(fact.id)
            if place is None or not _same(before._demands.requirements[place], fact):
                found.append(None)
                continue
            used = old.of_requirement(place)
            found.append(None if gone.intersection(used) else tuple(sorted(moved[list(used)].tolist())))
        if words is not None:
            _forget_where(words, facts, found)
        return found

    def _asked(self, facts: Sequence[RequirementFact]) -> Iterator[tuple[int, ...]]:
        """Yield the concepts that the texts of requirements use, as the registry says."""
        numbers = self._terms.numbers
        for texts in _portions([_text_of(fact) for fact in facts]):
            for names in self._answer(texts):
                yield numbers(names)

    def _answer(self, texts: Sequence[str]) -> list[list[str]]:
        """Return the names of concepts that texts use, by the terms of this moment."""
        for _ in range(WAITS):
            revision, names = self._upstreams.look_up_term_uses(texts)
            if revision == self._revision:
                return names
            if revision > self._revision:
                message = "the terms of the registry have changed in the meantime; ask again"
                raise TermsMovedError(message)
            time.sleep(WAIT_SECONDS)
        message = "the terms of the registry are being read, as after every start; ask again in a few seconds"
        raise UnavailableError(message)


def _same(one: RequirementFact, other: RequirementFact) -> bool:
    return one is other or _text_of(one) == _text_of(other)


def _places_of(facts: Sequence[RequirementFact], before: Sequence[RequirementFact]) -> NDArray[np.int64]:
    """Return where each of *facts* stood before, UNKNOWN where it is another object; half a million in 0.1 s."""
    if not before:
        return np.full(len(facts), UNKNOWN, dtype=np.int64)
    asked, held = (np.fromiter(map(id, several), np.int64, len(several)) for several in (facts, before))
    order = np.argsort(held)
    places = order[np.minimum(np.searchsorted(held, asked, sorter=order), len(held) - 1)]
    return np.where(held[places] == asked, places, UNKNOWN)


def _text_of(fact: RequirementFact) -> str:
    return "\n".join(filter(None, (fact.text_zh, fact.text_en, fact.parameter)))


def _portions(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield texts again in portions that one request can carry."""
    start = characters = 0
    for at, text in enumerate(texts):
        if at > start and (characters + len(text) > MOST_CHARACTERS or at - start == MOST_TEXTS):
            yield texts[start:at]
            start, characters = at, 0
        characters += len(text)
    if start < len(texts):
        yield texts[start:]


def _finder(changed: Mapping[str, Sequence[str]]) -> Recognizer | None:
    """Return what finds the words of changed concepts, None where these have none any more."""
    terms = [
        # As English a word has another number too; what is found too much is only asked about.
        RegisteredTerm(
            name, "", "", ConceptStatus.APPROVED, TermDesignation("en", word, DesignationStatus.PREFERRED), word
        )
        for name, words in changed.items()
        for word in words
    ]
    return Recognizer(Vocabulary(terms)) if terms else None


def _forget_where(words: Recognizer, facts: Sequence[RequirementFact], found: list[tuple[int, ...] | None]) -> None:
    """Forget what was found in texts in which one of *words* stands."""
    positions = [position for position, used in enumerate(found) if used is not None]
    texts = [_text_of(facts[position]) for position in positions]
    at = 0
    for portion in _portions(texts):
        for used in uses_of(words, portion):
            if used:
                found[positions[at]] = None
            at += 1
