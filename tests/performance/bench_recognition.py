"""Recognition of the terms of a registry, with places and words, against the bare automaton library on the same text."""

import random
import sys
import time
from collections.abc import Callable

from ahocorasick_rs import AhoCorasick, MatchKind

from recognition_terms import invented_terms, invented_text, invented_words
from standards_tree.recognition import Directory, Likeness, Recognizer, TermIndex, Vocabulary

ROUNDS = 9
DESIGNATIONS = 100_000
TEXT_BYTES = 1_000_000
SMALL_DESIGNATIONS = 1_585
SMALL_TEXT_BYTES = 376_000


def measure() -> dict[str, float]:
    """Return megabytes a second of both, best of ROUNDS taken in turns, their ratio, and what look-ups take."""
    source = random.Random(1)
    words = invented_words(DESIGNATIONS, source)
    text = invented_text(words, TEXT_BYTES, source)
    vocabulary, built = _timed(lambda: Vocabulary(invented_terms(words, source)))
    recognizer, bare = Recognizer(vocabulary), AhoCorasick(words, matchkind=MatchKind.LeftmostLongest)
    rounds = [
        (_seconds(lambda: recognizer.recognize(text)), _seconds(lambda: bare.find_matches_as_indexes(text)))
        for _ in range(ROUNDS)
    ]
    ours, theirs = min(ours for ours, _ in rounds), min(theirs for _, theirs in rounds)
    megabytes = len(text.encode()) / 1e6
    return {
        "recognition among 100,000 designations, MB/s": megabytes / ours,
        "bare ahocorasick-rs, MB/s": megabytes / theirs,
        "ratio (aim ≥ 0.6)": theirs / ours,
        "terms found": float(len(recognizer.recognize(text))),
        "vocabulary made, s": built,
        "376 KB against 1,585 terms with verdicts, s (aim ≤ 0.5)": _small(source),
        **_look_ups(vocabulary, words, source),
    }


def _small(source: random.Random) -> float:
    words = invented_words(SMALL_DESIGNATIONS, source)
    text = invented_text(words, SMALL_TEXT_BYTES, source)
    recognizer = Recognizer(Vocabulary(invented_terms(words, source)))
    return min(_seconds(lambda: [one.advice() for one in recognizer.recognize(text)]) for _ in range(3))


def _look_ups(vocabulary: Vocabulary, words: list[str], source: random.Random) -> dict[str, float]:
    directory = Directory(TermIndex(vocabulary))
    asked = source.sample(words, 400)
    near = [word[:2] + "试" + word[3:] for word in asked]
    figures = {}
    for name, look_up in {
        "folded": lambda at: directory.look_up([asked[at]], "", Likeness.FOLDED, 10),
        "prefix": lambda at: directory.suggest(asked[at][:2], "", 10),
        "fuzzy": lambda at: directory.look_up([near[at]], "", Likeness.FUZZY, 10),
    }.items():
        times = sorted(_seconds(lambda at=at, ask=look_up: ask(at)) for at in range(len(asked)))  # type: ignore[misc]
        figures[f"{name} look-up in memory, p95, ms"] = times[int(len(times) * 0.95)] * 1000
    return figures


def _timed(make: Callable[[], Vocabulary]) -> tuple[Vocabulary, float]:
    begin = time.perf_counter()
    return make(), time.perf_counter() - begin


def _seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


if __name__ == "__main__":
    for title, value in measure().items():
        sys.stdout.write(f"{title:<62} {value:>14,.2f}\n")
