"""Parsing of distinct designations against one bare compiled regular expression for GB and ISO numbers alone."""

import re
import sys
import time
from collections.abc import Callable, Sequence

from standards_tree.designations import parse_designation, parse_designation_or_none
from standards_tree.text import match_key

ROUNDS = 25
CHUNK = 250
# What a program that needs no more than letters, number, part and year would write.
BARE = re.compile(r"(?i)\s*([A-Z]+(?:/[A-Z]+)*)\s*(\d+)(?:[.-](\d+))*\s*(?:[-—:]\s*(\d{4}))?\s*")


def chinese(count: int) -> list[str]:
    """Return distinct numbers of national, industry, local and group standards, in several spellings."""
    bodies = ("GB/T ", "GB ", "GBT", "YY/T ", "DB31/T ", "T/CECS ", "NB/SH/T ", "gb/t ")
    dashes = ("-", "—", "－", " - ")
    return [
        f"{bodies[index % 8]}{1000 + index}{f'.{index % 7}' if index % 3 else ''}{dashes[index % 4]}{1990 + index % 35}"
        for index in range(count)
    ]


def international(count: int) -> list[str]:
    """Return distinct numbers of ISO, ISO/IEC and IEC, one in three without a year, one in four with a part."""
    bodies = ("ISO ", "ISO ", "ISO/IEC ", "IEC ", "ISO/TR ", "ISO/TS ")
    return [
        f"{bodies[index % 6]}{1000 + index}{f'-{index % 9 + 1}' if index % 4 == 0 else ''}"
        f"{f':{1990 + index % 35}' if index % 3 else ''}"
        for index in range(count)
    ]


def intricate(count: int) -> list[str]:
    """Return distinct numbers with all that can follow: amendments, double numbers, consolidated texts, reaffirmation."""
    forms = (
        "GB/T {0}—2016/ISO {0}:2015",
        "GB {0}.1-2011/XG1-2015",
        "IEC {0}-1:2018+AMD1:2020 CSV",
        "EN ISO {0}:2010",
        "BS EN {0}-1:2012+A1:2018",
        "ASTM D{0}-94(2021)",
        "ISO {0} (all parts)",
        "ITU-T X.{0} (11/2008)",
    )
    return [forms[index % 8].format(1000 + index) for index in range(count)]


def measure() -> dict[str, float]:
    """Return parses a second of each kind of input, and the ratio of time to the bare expression over the same texts.

    Every text differs from every other, so that no cache can help. The time of a kind is the sum, over its chunks, of the
    best of the rounds, in which the works take turns: what else runs on the machine counts little.
    """
    figures: dict[str, float] = {}
    sets = {"Chinese": chinese(4000), "ISO and IEC": international(4000), "intricate": intricate(4000)}
    for name, texts in sets.items():
        bare, folded, parsed = _seconds(texts, BARE.match, match_key, parse_designation)
        figures[f"{name}: parses a second (aim: at least 100,000)"] = len(texts) / parsed
        figures[f"{name}: parse / bare regular expression"] = parsed / bare
        figures[f"{name}: parse / folding of marks and case alone"] = parsed / folded
    refused = [f"{text}:x" for text in sets["Chinese"]]
    figures["no designation, told as None: a second"] = len(refused) / _seconds(refused, parse_designation_or_none)[0]
    return figures


def _seconds(texts: Sequence[str], *works: Callable[[str], object]) -> list[float]:
    chunks = [texts[start : start + CHUNK] for start in range(0, len(texts), CHUNK)]
    best = [[float("inf")] * len(chunks) for _ in works]
    for _ in range(ROUNDS):
        for index, chunk in enumerate(chunks):
            for work, times in zip(works, best, strict=True):
                begin = time.perf_counter()
                for text in chunk:
                    work(text)
                times[index] = min(times[index], time.perf_counter() - begin)
    return [sum(times) for times in best]


if __name__ == "__main__":
    for title, value in measure().items():
        sys.stdout.write(f"{title:<62} {value:>14,.2f}\n")
