"""Cut the designation and the titles of a standard into what a search looks through.

Run as a program it does so for another one: a line on its input is a JSON array of ``[key, zh, en]``, and for each of
them there is a line on its output, a packed `Cut`. It ends with its input.
"""

import json
import sys
from collections.abc import Callable, Collection
from typing import IO, NamedTuple

from standards_tree.search import cut_designation, title_lexemes, title_weight
from standards_tree.text import match_key


class Cut(NamedTuple):
    """The columns by which a search finds a standard; *lexemes* are the text of a tsvector, as yet without its facts."""

    designation_key: str
    number_key: str
    title_zh_key: str
    title_en_key: str
    title_weight: int
    lexemes: str


Cutter = Callable[[str, str, str], Cut]


def cut(key: str, title_zh: str, title_en: str) -> Cut:
    """Return what finds the standard with the match key *key* and these titles.

    The words of the titles have the weight A, their pairs the weight D, which needs a place to stand at; the others
    have none. It is made here and not by PostgreSQL, whose text search knows no Chinese and differs with the
    dictionaries of a server.
    """
    zh, en = match_key(title_zh), match_key(title_en)
    numbered = cut_designation(key)
    found = title_lexemes((zh, en))
    # Words and pairs are letters and digits only; the other lexemes may hold a quote.
    lexemes = [_marked(found.words, ":1A"), _marked(found.pairs, ":1"), *map(quoted, numbered.lexemes)]
    return Cut(numbered.key, numbered.number_key, zh, en, title_weight(zh, en), " ".join(lexemes))


def quoted(lexeme: str) -> str:
    """Return *lexeme* as PostgreSQL reads one in a tsvector or a tsquery."""
    if "'" in lexeme or "\\" in lexeme:
        lexeme = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{lexeme}'"


def _marked(lexemes: Collection[str], mark: str) -> str:
    """Return *lexemes*, which need no quoting of their own, each with *mark* behind it."""
    joint = f"'{mark} '"
    return f"'{joint.join(lexemes)}'{mark}" if lexemes else ""


def packed(done: Cut) -> bytes:
    """Return *done* as a line: its texts, none of which holds a line break or a NUL, with a NUL between them."""
    return "\0".join(map(str, done)).encode() + b"\n"


def unpacked(line: bytes) -> Cut:
    """Return what `packed` made a line of."""
    key, number, zh, en, weight, lexemes = line[:-1].decode().split("\0")
    return Cut(key, number, zh, en, int(weight), lexemes)


def answer(questions: IO[bytes], answers: IO[bytes]) -> None:
    """Cut what each line of *questions* asks for, until there is none."""
    for line in questions:
        for titles in json.loads(line):
            answers.write(packed(cut(*titles)))
        answers.flush()


if __name__ == "__main__":
    answer(sys.stdin.buffer, sys.stdout.buffer)
