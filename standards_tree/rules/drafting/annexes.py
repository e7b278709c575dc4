"""Annexes: letters, nature, titles, and where the text points to them (GB/T 1.1-2020, 9.6)."""

import itertools
import re
from collections.abc import Iterator

from standards_tree.documents.model import ClauseKind
from standards_tree.rules.drafting.draft import Draft, Passage, sentences
from standards_tree.rules.drafting.function_types import FunctionType
from standards_tree.rules.drafting.rule import (
    MUST,
    DraftingRule,
    Example,
    Hit,
    in_passage,
    in_section,
    rule,
)
from standards_tree.rules.drafting.words import RECOMMENDATION, REQUIREMENT

_FORBIDDEN_TITLES = re.compile(r"范围|规范性引用文件|术语和定义")
_MENTION = re.compile(r"附\s*录\s*([A-Z])(?![A-Za-z])|(?<![A-Za-z\d.])([A-Z])\.\d")
_ACCORDING_TO = re.compile(r"按照?|依据|根据|遵照")


def _letter(index: int) -> str:
    return chr(ord("A") + index)


def mentions(draft: Draft) -> dict[str, list[tuple[Passage, str]]]:
    """Return where the text outside an annex points to it, with the sentence, by its letter."""
    found: dict[str, list[tuple[Passage, str]]] = {}
    for passage in draft.passages:
        chapter = passage.section.chapter
        own = chapter.number if chapter.kind is ClauseKind.ANNEX else ""
        if "附" not in passage.text and not _MENTION.search(passage.text):
            continue
        for start, sentence in sentences(passage.text):
            for match in _MENTION.finditer(sentence):
                letter = match[1] or match[2]
                if letter != own:
                    found.setdefault(letter, []).append((passage, passage.masked[start : start + len(sentence)]))
    return found


def _sequence(draft: Draft) -> Iterator[Hit]:
    for index, annex in enumerate(draft.annexes):
        if annex.number != _letter(index):
            yield in_section(annex, annex.title or annex.number, found=annex.number or "—", expected=_letter(index))
            return


def _nature(draft: Draft) -> Iterator[Hit]:
    for annex in draft.annexes:
        if annex.clause.normative is None:
            yield in_section(annex, f"附录{annex.number}", letter=annex.number)


def _titles(draft: Draft) -> Iterator[Hit]:
    for annex in draft.annexes:
        if not annex.title:
            yield in_section(annex, f"附录{annex.number}", letter=annex.number)


def _mentioned(draft: Draft) -> Iterator[Hit]:
    pointed = mentions(draft)
    for annex in draft.annexes:
        if annex.number and annex.number not in pointed:
            yield in_section(annex, annex.title or f"附录{annex.number}", letter=annex.number)


def _order_of_mention(draft: Draft) -> Iterator[Hit]:
    letters = [letter for letter in mentions(draft) if letter in {annex.number for annex in draft.annexes}]
    for earlier, later in itertools.pairwise(letters):
        if later < earlier:
            annex = next(one for one in draft.annexes if one.number == later)
            yield in_section(annex, annex.title, letter=later, before=earlier)
            return


def _nature_agrees(draft: Draft) -> Iterator[Hit]:
    """Yield each annex whose nature is not that of the words that point to it (9.6.1.2)."""
    pointed = mentions(draft)
    for annex in draft.annexes:
        places = [(passage, text) for passage, text in pointed.get(annex.number, ()) if not passage.is_additional]
        if annex.clause.normative is None or not places:
            continue
        demands = [passage for passage, text in places if _demands(draft, passage, text)]
        if annex.clause.normative and not demands:
            yield in_section(
                annex, annex.title, letter=annex.number, stated="规范性", shown="资料性", stated_en="normative",
                shown_en="informative",
            )  # fmt: skip
        elif not annex.clause.normative and demands:
            yield in_passage(
                demands[0], f"附录{annex.number}", letter=annex.number, stated="资料性", shown="规范性",
                stated_en="informative", shown_en="normative",
            )  # fmt: skip


def _demands(draft: Draft, passage: Passage, sentence: str) -> bool:
    if passage.section.chapter.kind not in (ClauseKind.CLAUSE, ClauseKind.ANNEX):
        return False
    if REQUIREMENT.search(sentence) or _ACCORDING_TO.search(sentence):
        return True
    return draft.function_type is FunctionType.GUIDANCE and RECOMMENDATION.search(sentence) is not None


def _contents(draft: Draft) -> Iterator[Hit]:
    for annex in draft.annexes:
        for section in annex.walk():
            if section is not annex and _FORBIDDEN_TITLES.fullmatch(section.title):
                yield in_section(section, section.title, letter=annex.number)


RULES: tuple[DraftingRule, ...] = (
    rule(
        "ANNEX-SEQUENCE",
        MUST,
        "9.6.2",
        (
            "附录从A开始顺序编号，只有一个附录时也给出“附录A”。",
            "Annexes are lettered from A without a gap, a sole one too.",
        ),
        (
            "附录“{subject}”的编号为{found}，应为{expected}",
            "the annex “{subject}” is lettered {found}, and has to be {expected}",
        ),
        _sequence,
        Example("# 附录C（资料性）示例记录\n", "# 附录D（资料性）示例记录\n", also=(("见附录C", "见附录D"),)),
    ),
    rule(
        "ANNEX-NATURE",
        MUST,
        "9.6.2",
        ("附录编号之下标明（规范性）或（资料性）。", "An annex says whether it is normative or informative."),
        (
            "{subject}没有标明“（规范性）”或“（资料性）”",
            "annex {letter} does not say whether it is normative or informative",
        ),
        _nature,
        Example("# 附录B（规范性）示例试验\n", "# 附录B 示例试验\n"),
    ),
    rule(
        "ANNEX-TITLE",
        MUST,
        "9.6.2",
        ("附录有标题。", "An annex has a title."),
        ("{subject}没有标题", "annex {letter} has no title"),
        _titles,
        Example("# 附录B（规范性）示例试验\n", "# 附录B（规范性）\n"),
    ),
    rule(
        "ANNEX-MENTIONED",
        MUST,
        "9.6.1.2",
        ("正文、前言或引言指明每个附录。", "The text points to every annex."),
        ("文中没有提及附录{letter}“{subject}”", "nothing in the text points to annex {letter} “{subject}”"),
        _mentioned,
        Example("试验记录的示例见附录C。\n", ""),
    ),
    rule(
        "ANNEX-ORDER",
        MUST,
        "9.6.2",
        ("附录的顺序取决于在文中被提及的先后。", "Annexes stand in the order in which the text points to them."),
        (
            "附录{letter}“{subject}”先于附录{before}排列，却后被提及",
            "annex {letter} “{subject}” stands before annex {before}, which the text points to first",
        ),
        _order_of_mention,
        Example("按附录A准备，并按附录B进行", "按附录B进行，并按附录A准备"),
    ),
    rule(
        "ANNEX-NATURE-AGREES",
        MUST,
        "9.6.1.2",
        (
            "由要求型或指示型条款指明的附录为规范性附录，其他为资料性附录。",
            "An annex that a requirement points to is normative, any other informative.",
        ),
        (
            "附录{letter}标为{stated}，文中的表述却表明它为{shown}",
            "annex {letter} is marked {stated_en}, and the words that point to it make it {shown_en}",
        ),
        _nature_agrees,
        Example("试验记录的示例见附录C。", "试验记录应符合附录C的规定。"),
    ),
    rule(
        "ANNEX-CONTENTS",
        MUST,
        "9.6.3.2",
        ("附录中不设置范围、规范性引用文件、术语和定义。", "An annex has no scope, references or terms of its own."),
        ("附录{letter}中不准许设置“{subject}”", "annex {letter} must not have a clause “{subject}”"),
        _contents,
        Example("# A.1 概述\n", "# A.1 范围\n"),
    ),
)
