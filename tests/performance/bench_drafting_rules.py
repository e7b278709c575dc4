"""Every rule of drafting over a 1 MB standard of 2,000 clauses, and over half and twice of it, against reading it alone."""

import sys
import time
from datetime import date

from specimen_files import as_sts
from standards_tree.documents.model import StandardDocument
from standards_tree.documents.reading import read_document
from standards_tree.rules.drafting.draft import Draft
from standards_tree.rules.drafting.rule import SpecimenName
from standards_tree.rules.drafting.rule_sets import RULES, check_drafting
from standards_tree.rules.drafting.specimens import read_specimen, text_of

CLAUSES = 2000
CLAUSES_A_CHAPTER = 20
ROUNDS = 3
DAY = date(2026, 6, 1)
SENTENCE = (
    "示例部件的供应方给出其适应的环境条件，示例阀在10 ℃～30 ℃的应用中可靠，其反应与示例值相应。"
    "示例产品的响应时间应符合5.2的规定，并按GB/T 99982—2021测定。"
)
LAST = "# 8 使用信息"


def standard(clauses: int) -> bytes:
    """Return the clean specification with as many clauses more, as an STS file."""
    head, tail = text_of(SpecimenName.SPECIFICATION).split(LAST)
    lines = []
    chapters = clauses // (CLAUSES_A_CHAPTER + 1)
    for chapter in range(8, 8 + chapters):
        lines.append(f"# {chapter} 示例章")
        for clause in range(1, CLAUSES_A_CHAPTER + 1):
            lines += [f"# {chapter}.{clause} 示例条{clause}", SENTENCE * 2]
    text = f"{head}{chr(10).join(lines)}\n{LAST.replace('8', str(8 + chapters))}{tail}"
    return as_sts(read_specimen(text))


def seconds(document: StandardDocument) -> float:
    """Return how long all rules take, the best of a few rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        found = list(check_drafting(Draft(document, DAY)))
        best = min(best, time.perf_counter() - begin)
        assert found == []
    return best


def measure() -> dict[str, float]:
    """Return seconds at each size, and how the cost grows."""
    whole = standard(CLAUSES)
    begin = time.perf_counter()
    document = read_document(whole)
    reading = time.perf_counter() - begin
    one = seconds(document)
    two, four = (seconds(read_document(standard(CLAUSES * factor))) for factor in (2, 4))
    return {
        "rules asked": len(RULES),
        "size of the standard, bytes": len(whole),
        "clauses in it": len(document.clauses),
        "all rules, s (aim: at most 3)": one,
        "all rules / reading the file": one / reading,
        "cost at 2 x the length (2 is linear)": two / one,
        "cost at 4 x the length (4 is linear)": four / one,
    }


if __name__ == "__main__":
    for title, value in measure().items():
        sys.stdout.write(f"{title:<62} {value:>14,.2f}\n")
