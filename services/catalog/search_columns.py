"""Fill the columns by which a search finds a standard."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from services.catalog.cutting import Cutter, cut, quoted
from standards_tree.catalogue import Title
from standards_tree.committees import committee_key
from standards_tree.search import CACHED, FACT, committee_keys


def search_columns(
    key: str, title: Title, facts: Iterable[str], committee: str, cutter: Cutter = cut
) -> dict[str, Any]:
    """Return the columns for the standard with the match key *key*; *facts* are its codes, level and obligation."""
    found = cutter(key, title.zh, title.en)
    return {
        "designation_key": found.designation_key,
        "number_key": found.number_key,
        "title_zh_key": found.title_zh_key,
        "title_en_key": found.title_en_key,
        "title_weight": found.title_weight,
        "search_vector": " ".join([found.lexemes, *map(fact_lexeme, facts), *_committee_lexemes(committee)]),
    }


@lru_cache(maxsize=CACHED)
def fact_lexeme(fact: str) -> str:
    """Return the lexeme of a code, a level, an obligation or the key of a committee, quoted."""
    return quoted(FACT + fact)


@lru_cache(maxsize=CACHED)
def _committee_lexemes(committee: str) -> tuple[str, ...]:
    return tuple(map(fact_lexeme, committee_keys(committee_key(committee))))
