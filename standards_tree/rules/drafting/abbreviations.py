"""Abbreviations that nobody explains (GB/T 1.1-2020, 9.4.3)."""

import re
from collections.abc import Iterator

from standards_tree.designations import find_designations
from standards_tree.documents.model import BlockKind, ClauseKind
from standards_tree.rules.drafting.draft import Draft
from standards_tree.rules.drafting.rule import (
    SHOULD,
    DraftingRule,
    Example,
    Hit,
    in_passage,
    rule,
)

_ABBREVIATION = re.compile(r"(?<![A-Za-z0-9/·\-])[A-Z][A-Z0-9]{1,7}(?![A-Za-z0-9/]|-\d)")


_KNOWN = frozenset(
    (
        *(
            "GB",
            "ISO",
            "IEC",
            "ITU",
            "SAC",
            "TC",
            "SC",
            "WG",
            "WTO",
            "TBT",
            "SPS",
            "ICS",
            "CCS",
            "SI",
            "PH",
            "AC",
            "DC",
            "UTC",
        ),
        *(
            "EN",
            "ASTM",
            "IEEE",
            "IDT",
            "MOD",
            "NEQ",
            "URL",
            "HTTP",
            "HTTPS",
            "XML",
            "HTML",
            "PDF",
            "USB",
            "IP",
            "TCP",
            "WWW",
        ),
        *(
            "CO",
            "NO",
            "OH",
            "NH",
            "HCL",
            "KOH",
            "DNA",
            "RNA",
            "PC",
            "IT",
            "ID",
            "OK",
            "AB",
            "AQL",
            "MPA",
            "KPA",
            "KV",
            "MV",
        ),
        *("II", "III", "IV", "VI", "VII", "VIII", "IX", "XI", "XII", "DN", "PN"),
    )
)


def _defined_abbreviations(draft: Draft) -> set[str]:
    """Return the abbreviations that a list, a term or brackets explain somewhere."""
    known = {word.text for entry in draft.document.terms for word in entry.designations}
    for passage in draft.symbols.walk() if draft.symbols else ():
        for block in passage.passages:
            known.update(_ABBREVIATION.findall(block.text))
            known.add(block.block.number.strip())
    return known


def _is_abbreviation(word: str) -> bool:
    """Tell a word of capitals from a mark such as A1 and from a size such as DN50."""
    letters = word.rstrip("0123456789")
    return len(letters) > 1 and letters not in _KNOWN


def _abbreviations(draft: Draft) -> Iterator[Hit]:
    known = _KNOWN | _defined_abbreviations(draft)
    explained: set[str] = set()
    for passage in draft.passages:
        kind = passage.section.chapter.kind
        if kind not in (ClauseKind.CLAUSE, ClauseKind.ANNEX, ClauseKind.SCOPE) or passage.kind in (
            BlockKind.CODE, BlockKind.FORMULA, BlockKind.FIGURE,
        ):  # fmt: skip
            continue
        text = passage.text
        cited = [(start, end) for start, end, _ in find_designations(text)] if _ABBREVIATION.search(text) else []
        for match in _ABBREVIATION.finditer(text):
            word = match[0]
            if (
                not _is_abbreviation(word)
                or word in known
                or word in explained
                or any(start <= match.start() < end for start, end in cited)
            ):
                continue
            explained.add(word)
            before, after = text[: match.start()].rstrip(), text[match.end() :]
            if not before.endswith(("（", "(", "“")) and not re.match(r"\s*[（(：:][^）)]*[\u4e00-\u9fff]", after):
                yield in_passage(passage, word)


RULES: tuple[DraftingRule, ...] = (
    rule(
        "TERM-ABBREVIATION",
        SHOULD,
        "9.4.3.3",
        (
            "没有缩略语清单时，首次使用缩略语时给出中文词语或解释。",
            "An abbreviation is explained in a list or where it is first used.",
        ),
        ("缩略语“{subject}”没有解释", "the abbreviation {subject} is explained nowhere"),
        _abbreviations,
        Example("阀杆应能手动操作", "阀杆应能由XQZ操作"),
    ),
)
