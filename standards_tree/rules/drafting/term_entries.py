"""The entries of the terms chapter, and abbreviations (GB/T 1.1-2020, 8.7.3, 9.4.3, 10.3.5; GB/T 20001.1-2024)."""

import re
from collections.abc import Iterator

from standards_tree.designations import find_designations
from standards_tree.documents.model import ClauseKind, PrintedTerm, TermEntry
from standards_tree.rules.drafting.draft import Draft
from standards_tree.rules.drafting.function_types import FunctionType
from standards_tree.rules.drafting.rule import (
    MUST,
    SHOULD,
    DraftingRule,
    Example,
    Hit,
    rule,
)
from standards_tree.rules.drafting.words import PERMISSION, RECOMMENDATION, REQUIREMENT, masked
from standards_tree.rules.findings import Place
from standards_tree.terms import DesignationStatus
from standards_tree.text import match_key

_OPENINGS = re.compile(r"^\s*(?:系指|是指|指的是|就是|定义为|指(?=[\u4e00-\u9fff]))")
_VERBS = re.compile(f"{REQUIREMENT.pattern}|{RECOMMENDATION.pattern}|{PERMISSION.pattern}")
_CAPITAL_WORD = re.compile(r"(?<![A-Za-z\-])[A-Z][a-z]+(?![A-Za-z]*[A-Z])")
_SOURCE = re.compile(r"[—\-–:：]\s*(?:19|20)\d\d\s*[，,]\s*(?:定义\s*)?\d+(?:\.\d+)*(?:[，,]\s*有修改)?")
_MIN_USES = 2
# What everybody reads without being told: units, signs of chemistry and measurement, bodies of standards.


def _at(entry: TermEntry) -> Place:
    return Place(entry.number, entry.place.xpath, entry.place.line, entry.place.paragraph)


def _hit(draft: Draft, entry: TermEntry, subject: str, fix: str = "", **values: str) -> Hit:
    section = draft.first(ClauseKind.TERMS)
    path = "/".join(filter(None, (section.path if section else "", _name(entry))))
    return Hit(_at(entry), subject, fix, path, values)


def _words(entry: TermEntry, language: str) -> list[PrintedTerm]:
    return [word for word in entry.designations if word.language.partition("-")[0].lower() in (language, "und")]


def _name(entry: TermEntry) -> str:
    chinese = _words(entry, "zh") or list(entry.designations)
    return chinese[0].text if chinese else entry.number


def _definition(entry: TermEntry, language: str = "zh") -> str:
    for text in entry.definitions:
        if text.language.partition("-")[0].lower() in (language, "und"):
            return text.text
    return ""


def _no_number(draft: Draft) -> Iterator[Hit]:
    for entry in draft.document.terms:
        if not entry.number:
            yield _hit(draft, entry, _name(entry))


def _no_equivalent(draft: Draft) -> Iterator[Hit]:
    for entry in draft.document.terms:
        if not [word for word in entry.designations if word.language.partition("-")[0].lower() == "en"]:
            yield _hit(draft, entry, _name(entry))


def _no_definition(draft: Draft) -> Iterator[Hit]:
    for entry in draft.document.terms:
        if not _definition(entry).strip():
            yield _hit(draft, entry, _name(entry))


def _number_sequence(draft: Draft) -> Iterator[Hit]:
    """Yield an entry whose number does not follow the one before: its last figure counts within its clause."""
    counts: dict[str, int] = {}
    for entry in draft.document.terms:
        head, _, last = entry.number.rpartition(".")
        if not entry.number or not last.isdigit():
            continue
        expected = counts.get(head, 0) + 1
        if int(last) != expected:
            yield _hit(draft, entry, _name(entry), found=entry.number, expected=f"{head}.{expected}")
            return
        counts[head] = expected


def _english_case(draft: Draft) -> Iterator[Hit]:
    for entry in draft.document.terms:
        for word in entry.designations:
            if word.language.partition("-")[0].lower() == "en" and (match := _CAPITAL_WORD.match(word.text)):
                fixed = word.text[0].lower() + word.text[1:]
                yield _hit(draft, entry, word.text, fixed, word=match[0])


def _opening(draft: Draft) -> Iterator[Hit]:
    for entry in draft.document.terms:
        definition = _definition(entry)
        if match := _OPENINGS.match(definition):
            yield _hit(
                draft,
                entry,
                definition[:60],
                definition[match.end() :].lstrip("：: "),
                term=_name(entry),
                word=match[0],
            )


def _repeats(draft: Draft) -> Iterator[Hit]:
    for entry in draft.document.terms:
        name, definition = _name(entry), _definition(entry)
        if len(name) > 1 and definition.lstrip().startswith(name):
            yield _hit(draft, entry, definition[:60], term=name)


def _provisions(draft: Draft) -> Iterator[Hit]:
    for entry in draft.document.terms:
        if match := _VERBS.search(masked(_definition(entry))):
            yield _hit(draft, entry, _definition(entry)[:60], term=_name(entry), word=match[0])


def _note_provisions(draft: Draft) -> Iterator[Hit]:
    for entry in draft.document.terms:
        for text in (*entry.notes, *entry.examples):
            if text.language.partition("-")[0].lower() in ("zh", "und") and (match := _VERBS.search(masked(text.text))):
                yield _hit(draft, entry, text.text[:60], term=_name(entry), word=match[0])


def _twice_defined(draft: Draft) -> Iterator[Hit]:
    seen: dict[str, TermEntry] = {}
    for entry in draft.document.terms:
        for word in _words(entry, "zh"):
            if word.status is DesignationStatus.DEPRECATED:
                continue
            first = seen.setdefault(match_key(word.text), entry)
            if first is not entry:
                yield _hit(draft, entry, word.text, first=first.number)


def _uses(draft: Draft) -> str:
    """Return all text in which a term can be used: that of clauses, definitions and notes."""
    parts = [passage.text for passage in draft.passages if passage.section.chapter.kind not in (ClauseKind.FOREWORD,)]
    parts += [section.title for section in draft.sections]
    for entry in draft.document.terms:
        parts += [text.text for text in (*entry.definitions, *entry.notes, *entry.examples)]
    return "\n".join(parts)


def _rarely_used(draft: Draft) -> Iterator[Hit]:
    if draft.function_type is FunctionType.TERMINOLOGY:
        return  # what a standard of terms defines is used elsewhere
    text = draft.once(_uses)
    for entry in draft.document.terms:
        names = {word.text.strip() for word in _words(entry, "zh") if word.text.strip()}
        uses = sum(text.count(name) for name in names)
        if names and uses < _MIN_USES:
            yield _hit(draft, entry, _name(entry), count=str(uses))


def _sources(draft: Draft) -> Iterator[Hit]:
    for entry in draft.document.terms:
        for source in entry.sources:
            if find_designations(source.text) and not _SOURCE.search(source.text):
                yield _hit(draft, entry, source.text, term=_name(entry))


RULES: tuple[DraftingRule, ...] = (
    rule(
        "TERM-NUMBER",
        MUST,
        "8.7.3.1 a)",
        ("每个术语条目有条目编号。", "Every entry has its number."),
        ("术语“{subject}”没有条目编号", "the entry “{subject}” has no number"),
        _no_number,
        Example("@ 3.2｜示例泄漏", "@ ｜示例泄漏"),
    ),
    rule(
        "TERM-EQUIVALENT",
        MUST,
        "8.7.3.1 c)",
        ("每个术语条目有英文对应词。", "Every entry has its English equivalent."),
        ("术语“{subject}”没有英文对应词", "the entry “{subject}” has no English equivalent"),
        _no_equivalent,
        Example("示例泄漏｜example leakage｜", "示例泄漏｜｜"),
    ),
    rule(
        "TERM-DEFINITION",
        MUST,
        "8.7.3.1 e)",
        ("每个术语条目有定义。", "Every entry has its definition."),
        ("术语“{subject}”没有定义", "the entry “{subject}” has no definition"),
        _no_definition,
        Example("介质通过示例密封面的流动。", ""),
    ),
    rule(
        "TERM-SEQUENCE",
        MUST,
        "8.7.3.1",
        ("条目编号在章或条编号之后连续给出。", "Entries are numbered within their clause, without a gap."),
        (
            "术语“{subject}”的条目编号为{found}，应为{expected}",
            "the entry “{subject}” is numbered {found}, and has to be {expected}",
        ),
        _number_sequence,
        Example("@ 3.2｜示例泄漏", "@ 3.3｜示例泄漏"),
    ),
    rule(
        "TERM-ENGLISH-CASE",
        MUST,
        "10.3.5",
        (
            "除非原文需要大写，英文对应词的字母均小写。",
            "English equivalents are in lower case, unless the original has capitals.",
        ),
        ("英文对应词“{subject}”的“{word}”应小写", "“{word}” of the equivalent “{subject}” has to be in lower case"),
        _english_case,
        Example("example leakage", "Example leakage"),
    ),
    rule(
        "TERM-OPENING",
        SHOULD,
        "8.7.3.3",
        (
            "定义不以“是指”“系指”“指”开头：定义 = 区别特征 + 上位概念。",
            "A definition does not begin with 是指 or 系指; it can stand in place of the term.",
        ),
        ("“{term}”的定义以“{word}”开头：“{subject}”", "the definition of “{term}” begins with {word}: “{subject}”"),
        _opening,
        Example("介质通过示例密封面的流动。", "是指介质通过示例密封面的流动。"),
    ),
    rule(
        "TERM-REPEATED",
        SHOULD,
        "8.7.3.3",
        (
            "定义不重复术语，且能在上下文中代替术语。",
            "A definition does not repeat the term and can stand in its place.",
        ),
        ("“{term}”的定义重复了术语：“{subject}”", "the definition repeats “{term}”: “{subject}”"),
        _repeats,
        Example("介质通过示例密封面的流动。", "示例泄漏为介质通过密封面的流动。"),
    ),
    rule(
        "TERM-PROVISION",
        MUST,
        "8.7.3.3",
        ("定义使用陈述型条款，不含要求。", "A definition states; it requires, recommends and permits nothing."),
        (
            "“{term}”的定义中有条款（{word}）：“{subject}”",
            "the definition of “{term}” holds a provision ({word}): “{subject}”",
        ),
        _provisions,
        Example("介质通过示例密封面的流动。", "介质通过示例密封面且应予控制的流动。"),
    ),
    rule(
        "TERM-NOTE-PROVISION",
        MUST,
        "9.2、8.7.3.3",
        ("术语条目的注和示例不含要求、推荐或允许型条款。", "Notes and examples of an entry hold no provision."),
        (
            "“{term}”的注或示例中有条款（{word}）：“{subject}”",
            "a note or example of “{term}” holds a provision ({word}): “{subject}”",
        ),
        _note_provisions,
        Example("介质通过示例密封面的流动。", "介质通过示例密封面的流动。｜｜示例泄漏宜以气体测量。"),
    ),
    rule(
        "TERM-TWICE",
        MUST,
        "5.4.1、8.7.3",
        ("一个术语只界定一次。", "A term is defined once."),
        ("术语“{subject}”在{first}已界定", "the term “{subject}” is defined in {first} already"),
        _twice_defined,
        Example(
            "介质通过示例密封面的流动。\n",
            "介质通过示例密封面的流动。\n@ 3.3｜示例泄漏｜example leak｜流出示例阀的介质。\n",
        ),
    ),
    rule(
        "TERM-USED",
        MUST,
        "8.7.3.2",
        ("界定的术语在文件中至少使用两次。", "A term that is defined is used at least twice."),
        ("术语“{subject}”只用了{count}次", "the term “{subject}” is used {count} times"),
        _rarely_used,
        Example(
            "介质通过示例密封面的流动。\n",
            "介质通过示例密封面的流动。\n@ 3.3｜示例冷量｜example cold｜低于环境的热量差。\n",
        ),
    ),
    rule(
        "TERM-SOURCE",
        MUST,
        "8.7.3.4、9.5.4.3",
        (
            "抄录的条目以“[来源：文件编号，条目编号]”标明来源，文件编号注日期。",
            "A source is given as the dated designation and the number of the entry.",
        ),
        (
            "“{term}”的来源“{subject}”没有年份号或条目编号",
            "the source “{subject}” of “{term}” lacks the year or the number of the entry",
        ),
        _sources,
        Example("GB/T 99981—2020，3.1", "GB/T 99981"),
    ),
)
