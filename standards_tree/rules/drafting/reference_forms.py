"""How an entry of a list of documents is written (GB/T 1.1-2020, 8.1, 8.6.3, 8.13, 10.3.4)."""

import re
from collections.abc import Iterator

from standards_tree.documents.model import Dialect
from standards_tree.rules.drafting.draft import Draft
from standards_tree.rules.drafting.reference_list import (
    BIBL,
    CHINESE_LEVELS,
    REFS,
    entry_hit,
    kind_of,
    literature,
    norms,
)
from standards_tree.rules.drafting.rule import MUST, SHOULD, DraftingRule, Example, Hit, rule

_END_MARK = re.compile(r"[。．.；;，,、]$")


_ORDINAL = re.compile(r"^\s*[\[［【(（]?\d+[\]］】)）.、]")


_SHORT_DASH = re.compile(r"(?<=\d)\s*[-‐–−]\s*(?=(?:19|20)\d\d(?!\d))")


_ORIGINAL_TITLE = re.compile(r"[（(][^（()）]*[A-Za-z]{3}[^（()）]*[)）]")


_LATIN = re.compile(r"[A-Za-z]{3,} [a-z]{2,}")
_HAN = re.compile(r"[\u4e00-\u9fff]")


def _ends(draft: Draft) -> Iterator[Hit]:
    for kind, entries in ((REFS, draft.once(norms)), (BIBL, draft.once(literature))):
        for entry in entries:
            if _END_MARK.search(entry.reference.text.rstrip()) and entry.designation is not None:
                yield entry_hit(draft, entry, kind, _END_MARK.sub("", entry.reference.text.rstrip()))


def _ordinals(draft: Draft) -> Iterator[Hit]:
    for entry in draft.once(norms):
        if entry.reference.label or _ORDINAL.match(entry.reference.text):
            printed = " ".join(filter(None, (entry.reference.label, entry.reference.text)))
            hit = entry_hit(draft, entry, REFS)
            yield Hit(hit.place, printed, _ORDINAL.sub("", entry.reference.text).strip(), hit.section)


def _no_ordinals(draft: Draft) -> Iterator[Hit]:
    if draft.document.dialect is Dialect.METANORMA:
        return  # there a style sheet prints the ordinals
    for entry in draft.once(literature):
        if not entry.reference.label and not _ORDINAL.match(entry.reference.text):
            yield entry_hit(draft, entry, BIBL)


def _dashes(draft: Draft) -> Iterator[Hit]:
    for kind, entries in ((REFS, draft.once(norms)), (BIBL, draft.once(literature))):
        for entry in entries:
            designation = entry.designation
            printed = entry.reference.designation_text or ""
            if designation is not None and designation.level in CHINESE_LEVELS and _SHORT_DASH.search(printed):
                yield entry_hit(
                    draft, entry, kind, entry.reference.text.replace(printed, _SHORT_DASH.sub("—", printed))
                )


def _titles(draft: Draft) -> Iterator[Hit]:
    for entry in draft.once(norms):
        designation = entry.designation
        if designation is not None and not entry.reference.title.strip() and designation.raw:
            rest = entry.reference.text.replace(entry.reference.designation_text or "", "").strip(" ，,　")
            if not rest:
                yield entry_hit(draft, entry, REFS)


def _foreign_titles(draft: Draft) -> Iterator[Hit]:
    for entry in draft.once(norms):
        if kind_of(entry.designation) in (4, 5) and entry.designation is not None:
            text = entry.reference.text
            if draft.document.dialect is Dialect.METANORMA and _HAN.search(text) and _LATIN.search(text):
                continue  # there a style sheet prints the brackets
            if len(text) > len(entry.reference.designation_text or "") + 3 and not (
                _HAN.search(text) and _ORIGINAL_TITLE.search(text)
            ):
                yield entry_hit(draft, entry, REFS)


RULES: tuple[DraftingRule, ...] = (
    rule(
        "REFS-PUNCTUATION",
        MUST,
        "10.3.4、10.3.6",
        ("清单中的文件之后不加标点符号。", "Nothing stands after an entry of a list of documents."),
        ("“{subject}”之后不加标点符号", "no mark after “{subject}”"),
        _ends,
        Example("* GB/T 99981  示例阀  术语\n", "* GB/T 99981  示例阀  术语。\n"),
    ),
    rule(
        "REFS-ORDINAL",
        MUST,
        "8.6.3.1",
        ("规范性引用文件清单的文件之前不给出序号。", "The normative references are not numbered."),
        ("“{subject}”之前不给出序号", "no number before “{subject}”"),
        _ordinals,
        Example("* GB/T 99981  示例阀  术语\n", "* [1] GB/T 99981  示例阀  术语\n"),
    ),
    rule(
        "BIBL-ORDINAL",
        MUST,
        "8.13",
        (
            "参考文献的每个文件之前在方括号中给出序号。",
            "Each entry of the bibliography is numbered in square brackets.",
        ),
        ("“{subject}”之前没有序号", "no number stands before “{subject}”"),
        _no_ordinals,
        Example("* [1] GB/T 99985  示例阀  选型\n", "* GB/T 99985  示例阀  选型\n"),
    ),
    rule(
        "REFS-DASH",
        SHOULD,
        "8.1",
        ("文件编号的顺序号与年份号之间为一字线“—”。", "A dash (—) stands between number and year of a designation."),
        ("“{subject}”的年份号之前用一字线“—”", "write — before the year in “{subject}”"),
        _dashes,
        Example("* GB/T 99982—2021  示例阀", "* GB/T 99982-2021  示例阀"),
    ),
    rule(
        "REFS-TITLE",
        MUST,
        "8.6.3.1",
        ("清单给出文件的编号和名称。", "The list gives the title of each document."),
        ("“{subject}”没有给出名称", "“{subject}” has no title"),
        _titles,
        Example("* GB/T 99981  示例阀  术语\n", "* GB/T 99981\n"),
    ),
    rule(
        "REFS-FOREIGN-TITLE",
        MUST,
        "8.6.3.1",
        (
            "国际文件、国外文件给出名称的中文译名，其后的圆括号中给出原文。",
            "A foreign document has its title in Chinese, with the original in brackets.",
        ),
        (
            "“{subject}”应给出中文译名和圆括号中的原文名称",
            "“{subject}” has to have its title in Chinese, and the original in brackets",
        ),
        _foreign_titles,
        Example("* ISO 99999  示例阀  标志（Example valves — Marking）", "* ISO 99999  Example valves — Marking"),
    ),
)
