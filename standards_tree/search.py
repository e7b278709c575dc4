"""Cut titles, designations and queries into the lexemes by which a search finds standards.

Chinese is cut twice: into words, and into every pair of neighbouring characters. Words alone miss what the dictionary
cuts differently in the title and in the query; pairs alone take 产品和服务 for 和服. So every pair is a lexeme, by which
a title is found, and the words are marked, by which it is ranked. Why so, with figures: docs/adr/0004-search.md.

A lexeme of a title begins with a letter, a digit or a Chinese character. The others begin with a sign of their own, so
that a word never meets a code: ``/gbt`` the body of a designation, ``#20485.16-2018`` its number, ``-2018`` its year,
``=71.100`` a fact to filter by.
"""

import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from functools import lru_cache
from operator import add
from typing import Final, NamedTuple

import rjieba

from standards_tree.designations import parse_designation_or_none
from standards_tree.text import match_key

BODY: Final = "/"
NUMBER: Final = "#"
YEAR: Final = "-"
FACT: Final = "="

# A longer run holds no word that a person looks for, and PostgreSQL refuses lexemes from 2 KiB on.
MAX_WORD_CHARACTERS: Final = 64
# Half of all numbers begin with a 1: a number so short is meant as it stands, GB/T 1 and its parts.
SHORT_NUMBER_DIGITS: Final = 2
# A letter says about a third of what a Chinese character does.
LETTERS_A_CHARACTER: Final = 3
# Words, bodies and committees come again and again: remembered, they cost a tenth.
CACHED: Final = 20_000

_HAN: Final = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_HAN_RUNS = re.compile(f"[{_HAN}]+")
_WORDS = re.compile(f"[^\\W_{_HAN}]{{1,{MAX_WORD_CHARACTERS}}}")
_CHUNKS = re.compile(f"[{_HAN}]+|[^\\s{_HAN}]+")
_BRACKETS: Final = "()[]{}<>,;.'\"-"
# The number begins with the first word that has a digit, but not with a body's own: db31/t, q/3201.
_BEFORE_NUMBER = re.compile(r"(?<=\S) (?=\S*\d)")
_DESIGNATION = re.compile(r"(?P<body>dbs?\d{2,6}/?[tz]?|[a-z]+(?:/[a-z]+)*/?)?-?(?P<number>\d[\w./:+()-]*)?", re.ASCII)
# In a query that is nothing but a designation, numbers look like this; 5G and other words with digits do not.
_PLAIN = re.compile(r"(?:dbs?\d+)?[a-z/]*[\d.:/()-]*(?:xg\d+[\d-]*)?", re.ASCII)
_LETTERS_FIRST = re.compile(r"[a-z.-]+(?=\d)", re.ASCII)
_YEARS = re.compile(r"(?:19|20)\d\d", re.ASCII)
_SUBCOMMITTEE = re.compile(r"/(?:sc|wg)\d+$")


class Part(NamedTuple):
    """One lexeme of a query: the whole of it or, with *begins*, the beginning of one."""

    lexeme: str
    begins: bool = False


Alternative = tuple[Part, ...]
"""Parts that must all be there."""

Term = tuple[Alternative, ...]
"""Ways to meet one piece of a query, of which one is enough."""


@dataclass(frozen=True, slots=True)
class Query:
    """What a query asks for: every one of *terms*.

    *key* is the query folded as a designation's `Numbered.key`, *title* as `match_key` folds titles; *words* are
    those that a good title has as words; *names_number* tells that it is a designation or a part of one, and no more.
    """

    key: str
    title: str
    terms: tuple[Term, ...]
    words: tuple[Part, ...]
    names_number: bool

    @property
    def is_blank(self) -> bool:
        """Tell that nothing is asked for. A query of signs alone is not blank: it asks for what no title has."""
        return not self.title


class TitleLexemes(NamedTuple):
    """The lexemes of a title: its words, and what else it is found by."""

    words: Set[str]
    pairs: Set[str]


class Numbered(NamedTuple):
    """A designation cut for the search: its match key without blanks, slashes and colons, and that from its number on.

    ``gbt20485.16-2018`` and ``20485.16-2018``; *lexemes* are what it is found by.
    """

    key: str
    number_key: str
    lexemes: Set[str]


def title_lexemes(titles: Iterable[str]) -> TitleLexemes:
    """Return the lexemes of titles that `match_key` has folded; O(characters).

    A title is found by each of its words, by every pair of neighbouring Chinese characters, and by each Chinese
    character as the beginning of a lexeme: the last one of a run stands alone.
    """
    words: set[str] = set()
    pairs: set[str] = set()
    for title in titles:
        words.update(map(stem, _WORDS.findall(title)))
        if title.isascii():
            continue
        # What the dictionary returns beside words: blanks, signs, and the words found above.
        words.update([word for word in rjieba.cut_for_search(title) if not word.isascii() and word.isalnum()])
        for run in _HAN_RUNS.findall(title):
            pairs.update(map(add, run, run[1:]))
            pairs.add(run[-1])
    pairs -= words
    return TitleLexemes(words, pairs)


def cut_designation(key: str) -> Numbered:
    """Cut the match key of a designation: it is found by the codes of its body, its number, its years."""
    body, _, number = key.partition(" ")
    if not (body and number[:1].isdecimal()):
        parts = _BEFORE_NUMBER.split(key, maxsplit=1)
        body, number = parts if len(parts) == 2 else ("", key)
    number = _fold(number)
    opening, codes = _body(body)
    lexemes = {*codes, NUMBER + number}
    if letters := _LETTERS_FIRST.match(number):
        lexemes.add(NUMBER + number[letters.end() :])
    lexemes.update([YEAR + year for year in _YEARS.findall(number, number.find("-") + 1)])
    return Numbered(opening + number, number, lexemes)


@lru_cache(maxsize=CACHED)
def committee_keys(committee_key: str) -> tuple[str, ...]:
    """Return the key of a committee and of those above it: ``sac/tc260/sc1`` and ``sac/tc260``."""
    keys = [committee_key] if committee_key else []
    while keys and (parent := _SUBCOMMITTEE.sub("", keys[-1])) not in ("", keys[-1]):
        keys.append(parent)
    return tuple(keys)


def read_query(text: str) -> Query:
    """Return what *text* asks for: words of titles in either language, designations in any spelling, parts of both.

    The last word may be the beginning of one, because people type; a number may be one anywhere.
    """
    folded = match_key(text)
    designation = parse_designation_or_none(text)
    if designation is not None:
        # Years of two digits, old bodies, double numbers: what stands for the number is known to designations alone.
        key = designation.series_key if designation.all_parts else designation.key
        return Query(_fold(key), folded, tuple(_named(key)), (), names_number=True)
    chunks = _CHUNKS.findall(folded)
    terms: list[Term] = []
    words: list[Part] = []
    named = 0
    for place, chunk in enumerate(chunks):
        if _HAN_RUNS.fullmatch(chunk):
            found = rjieba.cut(chunk)
            terms.extend(_term_of(word) for word in found)
            words.extend(map(Part, found))
            continue
        last = place == len(chunks) - 1
        designations = tuple(_designations(chunk, last=last))
        spelled = tuple(_spelled(chunk, last=last))
        if alternatives := (*designations, *([spelled] if spelled else [])):
            terms.append(alternatives)
        named += bool(designations and _PLAIN.fullmatch(chunk))
        if not (designations and any(mark.isdigit() or mark == "/" for mark in chunk)):
            words.extend(spelled)
    names_number = named == len(chunks) and any(map(str.isdigit, folded))
    return Query(_fold(folded), folded, tuple(terms), () if names_number else tuple(words), names_number)


def title_weight(zh: str, en: str) -> int:
    """Return how much a title says, in letters: of two titles with the words asked for, the shorter one fits better."""
    return LETTERS_A_CHARACTER * len(zh) or len(en)


@lru_cache(maxsize=CACHED)
def stem(word: str) -> str:
    """Return an English word without the ending of its plural.

    The S stemmer of D. Harman, How effective is suffixing?, JASIS 42 (1991).
    """
    if len(word) < 4 or word[-1] != "s" or not word.isascii():
        return word
    if word.endswith("ies") and word[-4] not in "ea":
        return f"{word[:-3]}y"
    if word.endswith("es") and word[-3] not in "aeo":
        return word[:-1]
    return word[:-1] if word[-2] not in "us" and not word.endswith("es") else word


@lru_cache(maxsize=CACHED)
def _body(body: str) -> tuple[str, tuple[str, ...]]:
    """Return a body folded, and its codes as lexemes: ``nb/sh/t`` is found by ``/nbsht``, ``/nb``, ``/sh`` and ``/t``."""
    codes = [code for code in body.replace("/", " ").split() if code]
    return _fold(body), tuple({BODY + "".join(codes), *(BODY + code for code in codes)})


def _fold(key: str) -> str:
    """Return a folded text, which has no other blanks, without blanks and slashes and with a dash for the colon."""
    return key.replace(" ", "").replace("/", "").replace(":", "-")


def _term_of(word: str) -> Term:
    """Return the pairs of a Chinese word; a single character begins a pair or stands last."""
    if len(word) == 1:
        return ((Part(word, begins=True),),)
    return (tuple(Part(word[place : place + 2]) for place in range(len(word) - 1)),)


def _spelled(chunk: str, *, last: bool) -> Iterator[Part]:
    """Yield the words of a chunk without Chinese."""
    found = _WORDS.findall(chunk)
    for place, word in enumerate(found):
        begins = last and place == len(found) - 1 and len(word) > 1
        yield Part(stem(word), begins)


def _designations(chunk: str, *, last: bool) -> Iterator[Alternative]:
    """Yield the ways to read a chunk as a designation or a part of one."""
    chunk = chunk.strip(_BRACKETS)[:MAX_WORD_CHARACTERS]
    match = _DESIGNATION.fullmatch(chunk)
    if match is None or not chunk:
        return
    body, number = match["body"], match["number"]
    code = BODY + _fold(body) if body else ""
    if not number:
        yield (Part(code, begins=last),)
        return
    for part in _numbers(_fold(number)):
        yield (Part(code), part) if body else (part,)
    if body and "/" not in body:
        # D638, X.681: the letter belongs to the number.
        yield (Part(NUMBER + _fold(chunk), begins=True),)
    if not body and _YEARS.fullmatch(number):
        yield (Part(YEAR + number),)


def _named(key: str) -> Iterator[Term]:
    """Yield the terms of a whole designation; a title may name it too, but for a short number, which many titles have."""
    numbered = cut_designation(key)
    body = _BEFORE_NUMBER.split(key, maxsplit=1)[0] if numbered.key != numbered.number_key else ""
    numbers = tuple((part,) for part in _numbers(numbered.number_key))
    if body:
        yield ((Part(BODY + _fold(body)),), tuple(_spelled(body, last=False)))
    yield numbers if len(numbers) > 1 else (*numbers, tuple(_spelled(numbered.number_key, last=False)))


def _numbers(number: str) -> Iterator[Part]:
    if len(number) > SHORT_NUMBER_DIGITS or not number.isdigit():
        yield Part(NUMBER + number, begins=True)
        return
    yield Part(NUMBER + number)
    yield from (Part(f"{NUMBER}{number}{mark}", begins=True) for mark in "-.")
