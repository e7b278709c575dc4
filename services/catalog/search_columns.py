"""Fill the columns by which a search finds a standard."""

from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any

from services.catalog.ownership import committee_key
from standards_tree.catalogue import Title
from standards_tree.search import CACHED, FACT, committee_keys, cut_designation, title_lexemes, title_weight
from standards_tree.text import match_key


def search_columns(key: str, title: Title, facts: Iterable[str], committee: str) -> dict[str, Any]:
    """Return the columns for the standard with the match key *key*; *facts* are its codes, level and obligation.

    `search_vector` is the text of a tsvector: the words of the titles have the weight A, their pairs the weight D, which
    needs a place to stand at; codes have none. It is made here and not by PostgreSQL, whose text search knows no
    Chinese and differs with the dictionaries of a server.
    """
    title_zh, title_en = match_key(title.zh), match_key(title.en)
    numbered = cut_designation(key)
    found = title_lexemes((title_zh, title_en))
    # Words and pairs are letters and digits only; the other lexemes may hold a quote.
    lexemes = [_marked(found.words, ":1A"), _marked(found.pairs, ":1"), *map(quoted, numbered.lexemes)]
    lexemes += [fact_lexeme(fact) for fact in facts]
    lexemes += _committee_lexemes(committee)
    return {
        "designation_key": numbered.key,
        "number_key": numbered.number_key,
        "title_zh_key": title_zh,
        "title_en_key": title_en,
        "title_weight": title_weight(title_zh, title_en),
        "search_vector": " ".join(lexemes),
    }


@lru_cache(maxsize=CACHED)
def fact_lexeme(fact: str) -> str:
    """Return the lexeme of a code, a level, an obligation or the key of a committee, quoted."""
    return quoted(FACT + fact)


@lru_cache(maxsize=CACHED)
def _committee_lexemes(committee: str) -> tuple[str, ...]:
    return tuple(map(fact_lexeme, committee_keys(committee_key(committee))))


def _marked(lexemes: Collection[str], mark: str) -> str:
    """Return *lexemes*, which need no quoting of their own, each with *mark* behind it."""
    joint = f"'{mark} '"
    return f"'{joint.join(lexemes)}'{mark}" if lexemes else ""


def quoted(lexeme: str) -> str:
    """Return *lexeme* as PostgreSQL reads one in a tsvector or a tsquery."""
    if "'" in lexeme or "\\" in lexeme:
        lexeme = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{lexeme}'"
