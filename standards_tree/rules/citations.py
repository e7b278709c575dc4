"""Find what a text cites, and which part of it."""

import re
from collections.abc import Iterator

from standards_tree.designations import find_designations
from standards_tree.rules.findings import Place
from standards_tree.rules.references import Citation

# "GB/T 1.1, Clause 5", "GB/T 1.1中的5.2", "ISO 712 第5章", "Annex A of IEC 62133-2".
_NUMBER = r"(?:[A-Z]\.)?\d+(?:\.\d+)*|[A-Z]"
_ZH_AFTER = re.compile(
    rf"^[\s,，、:：]{{0,2}}(?:中的?|的)?\s?((?:附录|表|图|公式)\s?(?:{_NUMBER})|第\s?\d+\s?[章条]|\d+\.\d+(?:\.\d+)*(?!\.?\d))"
)
_EN_AFTER = re.compile(
    rf"^[\s,]{{1,2}}((?:[Cc]lauses?|[Ss]ections?|[Aa]nnex|[Tt]ables?|[Ff]igures?|[Ff]ormula)\s(?:{_NUMBER}))"
)
_EN_AFTER_NUMBER = re.compile(r"^,\s(\d+\.\d+(?:\.\d+)*)(?!\.?\d)")
_EN_BEFORE = re.compile(
    rf"((?:[Cc]lause|[Ss]ection|[Aa]nnex|[Tt]able|[Ff]igure)\s(?:{_NUMBER})|\d+\.\d+(?:\.\d+)*)\s(?:of|in)\s$"
)


def citations_in(text: str, place: Place) -> Iterator[Citation]:
    """Yield every document that *text* cites, with the part of it that is meant: a clause, table, figure or annex."""
    for start, end, designation in find_designations(text):
        yield Citation(designation, _part(text[max(start - 40, 0) : start], text[end : end + 40]), place)


def _part(before: str, after: str) -> str:
    for pattern in (_ZH_AFTER, _EN_AFTER, _EN_AFTER_NUMBER):
        if match := pattern.match(after):
            return match[1].strip()
    match = _EN_BEFORE.search(before)
    return match[1].strip() if match else ""
