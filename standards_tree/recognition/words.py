"""Tell whether a short Chinese term is only a part of a longer word: 应 in 响应, 中国 in 发展中国家.

Chinese has no blanks, so the words of the dictionary decide. Only terms of one and two characters are asked about: longer ones
are hardly ever there by chance, and the dictionary, which does not know them, would cut many of them wrongly (评议期 in
评议期内 as 评议 and 期内). A text is cut only around such a term: to cut all of it would take longer than the search itself.
"""

from functools import lru_cache

import rjieba

SHORT_CHARACTERS = 2
CONTEXT_CHARACTERS = 6
CACHED = 50_000


def hiding_word(text: str, start: int, end: int) -> str:
    """Return the word that hides the term from *start* to before *end*; nothing where it stands for itself.

    A word hides what it cuts through, and what it contains beside a single character, which makes another word of it:
    标准 in 标准化. Two words written as one hide neither: 标准 in 国家标准 is one. A term of one character is hidden by any.
    """
    if end - start > SHORT_CHARACTERS:
        return ""
    first = max(0, start - CONTEXT_CHARACTERS)
    return _hiding(text[first : end + CONTEXT_CHARACTERS], start - first, end - first)


@lru_cache(maxsize=CACHED)
def _hiding(context: str, start: int, end: int) -> str:
    place = 0
    for word in rjieba.cut(context, False):  # without guessing words the dictionary lacks
        begin, place = place, place + len(word)
        if place <= start or begin >= end or (begin >= start and place <= end):
            continue
        if begin > start or place < end:
            return str(word)
        beside = (start - begin, place - end)
        if end - start == 1 or 1 in beside:
            return str(word)
    return ""
