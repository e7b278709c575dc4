"""English documents: verbal forms, fixed wordings, structure (ISO/IEC Directives, Part 2:2021)."""

import re
from collections.abc import Callable, Iterator

from standards_tree.documents.model import BlockKind, ClauseKind
from standards_tree.rules.drafting.draft import Draft, Passage
from standards_tree.rules.drafting.rule import (
    DIRECTIVES,
    MAY,
    MUST,
    SHOULD,
    DraftingRule,
    Example,
    Find,
    Hit,
    SpecimenName,
    in_document,
    in_passage,
    in_section,
    rule,
)
from standards_tree.rules.findings import Place, Severity

_SENTENCE = re.compile(r"[^.;\n]+[.;]?")
_PROVISION = re.compile(r"\bshall(?: not)?\b|\bshould(?: not)?\b|(?<![A-Z])\bmay(?: not)?\b(?! \d{4})")
_REQUIREMENT = re.compile(r"\bshall(?: not)?\b")
_SELF = r"\b[Tt]his (?:[Ii]nternational [Ss]tandard|[Ss]tandard|(?:[Tt]echnical )?[Ss]pecification|[Pp]art of (?:ISO|IEC|GB))\b"
_POINTERS = r"\b(?:see|on) page \d+\b|\b(?:see above|see below|as (?:described|stated) (?:above|below))\b"
# What every ISO foreword says is no provision of this document.
_IN_FOREWORD = re.compile(r"\bshall(?: not)?\b(?! (?:not )?be held)|\bshould(?: not)?\b(?! be directed| be noted)")
_LAW = re.compile(r"\blaws?\b|\blegal|\bregulat|\bstatut|\bmandatory by\b", re.IGNORECASE)
_ARTICLE = re.compile(r"^(?:an?|the)\s", re.IGNORECASE)
_CAPITAL = re.compile(r"^[A-Z][a-z]+(?![A-Za-z]*[A-Z])")
_REFERENCES_LEAD = "The following documents are referred to in the text in such a way"
_NO_REFERENCES = "There are no normative references in this document."
_TERMS_LEADS = re.compile(
    r"For the purposes of this document, the .*terms and definitions .*apply|No terms and definitions are listed in this document"
)


def _around(text: str, start: int, end: int) -> tuple[str, int]:
    for match in _SENTENCE.finditer(text):
        if match.start() <= start < match.end():
            sentence = match[0].strip()
            return sentence, match.start() + len(match[0]) - len(match[0].lstrip())
    return text[start:end], start


def _word(pattern: str, instead: str = "", unless: re.Pattern[str] | None = None, flags: int = 0) -> Find:
    """Return how a word is found, and what it should read."""
    wanted = re.compile(pattern, flags)

    def find(draft: Draft) -> Iterator[Hit]:
        for passage in draft.passages:
            if passage.kind is BlockKind.CODE or passage.block.language.startswith("zh"):
                continue
            for match in wanted.finditer(passage.text):
                subject, begin = _around(passage.text, match.start(), match.end())
                if unless is not None and unless.search(subject):
                    continue
                fix = subject[: match.start() - begin] + instead + subject[match.end() - begin :] if instead else ""
                yield in_passage(passage, subject, fix, word=match[0])

    return find


def _provisions(passages: Callable[[Draft], Iterator[Passage]], words: re.Pattern[str]) -> Find:
    def find(draft: Draft) -> Iterator[Hit]:
        for passage in passages(draft):
            if match := words.search(passage.text):
                yield in_passage(passage, _around(passage.text, match.start(), match.end())[0], word=match[0])

    return find


def _of(kind: ClauseKind) -> Callable[[Draft], Iterator[Passage]]:
    def passages(draft: Draft) -> Iterator[Passage]:
        section = draft.first(kind)
        for part in section.walk() if section else ():
            yield from (passage for passage in part.passages if not passage.is_additional)

    return passages


def _notes(draft: Draft) -> Iterator[Passage]:
    return (
        passage
        for passage in draft.passages
        if passage.kind in (BlockKind.NOTE, BlockKind.EXAMPLE)
        and passage.section.chapter.kind is not ClauseKind.FOREWORD
    )


def _missing(kind: ClauseKind, name: str) -> Find:
    def find(draft: Draft) -> Iterator[Hit]:
        if draft.first(kind) is None:
            yield in_document(draft, name)

    return find


def _scope_statement(draft: Draft) -> Iterator[Hit]:
    section = draft.first(ClauseKind.SCOPE)
    if section is not None and not any("This document" in one.text for part in section.walk() for one in part.passages):
        yield in_section(section, section.title)


def _references_lead(draft: Draft) -> Iterator[Hit]:
    section = draft.first(ClauseKind.NORMATIVE_REFERENCES)
    if section is not None:
        text = " ".join(passage.text for passage in section.passages)
        wanted = _REFERENCES_LEAD if draft.document.normative_references else _NO_REFERENCES
        if wanted not in text:
            yield in_section(section, section.title, wording=wanted)


def _terms_lead(draft: Draft) -> Iterator[Hit]:
    section = draft.first(ClauseKind.TERMS)
    if section is not None and not any(_TERMS_LEADS.search(passage.text) for passage in section.passages):
        yield in_section(section, section.title)


def _definitions(draft: Draft) -> Iterator[tuple[Place, str, str]]:
    for entry in draft.document.terms:
        place = Place(entry.number, entry.place.xpath, entry.place.line, entry.place.paragraph)
        name = next((word.text for word in entry.designations if not word.language.startswith("zh")), entry.number)
        for definition in entry.definitions:
            if definition.language.partition("-")[0] in ("en", "und"):
                yield place, name, definition.text


def _articles(draft: Draft) -> Iterator[Hit]:
    for place, name, text in _definitions(draft):
        if match := _ARTICLE.match(text):
            yield Hit(
                place, text[:60], text[match.end() :][:60], f"terms/{name}", {"term": name, "word": match[0].strip()}
            )


def _full_stops(draft: Draft) -> Iterator[Hit]:
    for place, name, text in _definitions(draft):
        if text.rstrip().endswith("."):
            yield Hit(place, text[-60:], text[-60:].rstrip(". "), f"terms/{name}", {"term": name})


def _definition_verbs(draft: Draft) -> Iterator[Hit]:
    for place, name, text in _definitions(draft):
        if match := _PROVISION.search(text):
            yield Hit(place, text[:60], "", f"terms/{name}", {"term": name, "word": match[0]})


def _capitals(draft: Draft) -> Iterator[Hit]:
    for entry in draft.document.terms:
        for word in entry.designations:
            if not word.language.startswith("zh") and _CAPITAL.match(word.text):
                place = Place(entry.number, entry.place.xpath, entry.place.line, entry.place.paragraph)
                yield Hit(place, word.text, word.text[0].lower() + word.text[1:], f"terms/{word.text}")


def _hanging(draft: Draft) -> Iterator[Hit]:
    for section in draft.sections:
        numbered = any(child.number for child in section.children)
        if numbered and section.chapter.kind in (ClauseKind.CLAUSE, ClauseKind.ANNEX):
            first = next((passage for passage in section.passages if passage.kind is BlockKind.PARAGRAPH), None)
            if first is not None:
                yield in_passage(first, first.text[:60], number=section.number)


def _single(draft: Draft) -> Iterator[Hit]:
    for section in draft.sections:
        numbered = [child for child in section.children if child.number]
        if len(numbered) == 1 and section.chapter.kind in (ClauseKind.CLAUSE, ClauseKind.ANNEX):
            yield in_section(numbered[0], numbered[0].title or numbered[0].number, parent=section.number)


def _en(  # noqa: PLR0913, PLR0917  (a rule is what all of it says)
    id_: str,
    severity: Severity,
    clause: str,
    asked: tuple[str, str],
    message: tuple[str, str],
    find: Find,
    good: str,
    bad: str,
) -> DraftingRule:
    example = Example(good, bad, SpecimenName.ENGLISH)
    return rule(f"EN-{id_}", severity, clause, asked, message, find, example, language="en", standard=DIRECTIVES)


RULES: tuple[DraftingRule, ...] = (
    _en(
        "MUST", MUST, "7.2, 7.6",
        ("要求用shall；must只用于外部约束。", "A requirement is expressed by shall; must is for external constraints only."),
        ("“{subject}”：以shall代替must", "“{subject}”: write shall instead of must"),
        _word(r"\b[Mm]ust\b(?!-)", "shall", _LAW),
        "The operator shall wear gloves.", "The operator must wear gloves.",
    ),
    _en(
        "MAY-NOT", MUST, "7.2",
        ("禁止用shall not，不用may not、must not或cannot。", "A prohibition is expressed by shall not, never by may not."),
        ("“{subject}”：以shall not代替{word}", "“{subject}”: write shall not instead of {word}"),
        _word(r"\bmay not\b", "shall not"),
        "The valve shall not run dry.", "The valve may not run dry.",
    ),
    _en(
        "EQUIVALENT", MAY, "7.2",
        ("shall的等效表述只在特殊情况下使用。", "Equivalents of shall are for special cases only."),
        ("“{subject}”：以shall代替“{word}”", "“{subject}”: write shall instead of {word}"),
        _word(r"\b(?:is|are) (?:required|obliged) to\b|\bha(?:s|ve) to\b|\b(?:is|are) to be\b", "", None),
        "The body shall withstand the example pressure.", "The body is required to withstand the example pressure.",
    ),
    _en(
        "VAGUE", MUST, "5.4",
        ("要求可以证实，不用sufficiently、adequate等。", "A requirement can be verified; it is not sufficiently strong."),
        ("“{subject}”：“{word}”不能证实", "“{subject}”: {word} cannot be verified; say what is to be measured"),
        _word(r"\bshall be (?:sufficiently|adequately|reasonably|suitably|as \w+ as possible)\b"),
        "The stem shall be operated by hand.", "The stem shall be sufficiently strong.",
    ),
    _en(
        "SELF-NAME", MUST, "10.6",
        ("文件称呼自身用this document。", "A document calls itself this document."),
        ("“{subject}”：以this document代替“{word}”", "“{subject}”: write this document instead of {word}"),
        _word(_SELF, "this document"),
        "The valves of this document are manual.", "The valves of this standard are manual.",
    ),
    _en(
        "PAGE", MUST, "10.6",
        ("提及内容用编号，不用页码。", "Content is referred to by number, not by page."),
        ("“{subject}”：以编号代替页码", "“{subject}”: give the number instead of the page"),
        _word(_POINTERS, "", None, re.IGNORECASE),
        "The marking is described in Clause 5.", "The marking is described on page 7.",
    ),
    _en(
        "SCOPE-PROVISION", MUST, "14",
        ("范围不含要求、推荐或允许。", "The scope holds no requirement, recommendation or permission."),
        ("范围中有条款：“{subject}”（{word}）", "the scope holds a provision: “{subject}” ({word})"),
        _provisions(_of(ClauseKind.SCOPE), _PROVISION),
        "It applies to example valves of all sizes.", "Example valves shall be of all sizes.",
    ),
    _en(
        "FOREWORD-PROVISION", MUST, "12",
        ("前言不含要求、推荐或允许。", "The foreword holds no requirement, recommendation or permission."),
        ("前言中有条款：“{subject}”（{word}）", "the foreword holds a provision: “{subject}” ({word})"),
        _provisions(_of(ClauseKind.FOREWORD), _IN_FOREWORD),
        "This is the first edition.", "This edition shall be used.",
    ),
    _en(
        "INTRODUCTION-PROVISION", MUST, "13",
        ("引言不含要求。", "The introduction holds no requirement."),
        ("引言中有要求：“{subject}”（{word}）", "the introduction holds a requirement: “{subject}” ({word})"),
        _provisions(_of(ClauseKind.INTRODUCTION), _REQUIREMENT),
        "Example valves are common.", "Example valves shall be common.",
    ),
    _en(
        "NOTE-PROVISION", MUST, "24, 25",
        ("注和示例不含要求、推荐或允许。", "Notes and examples hold no requirement, recommendation or permission."),
        ("附加信息中有条款：“{subject}”（{word}）", "a note or example holds a provision: “{subject}” ({word})"),
        _provisions(_notes, _PROVISION),
        "NOTE: Valves are cleaned before delivery.", "NOTE: Valves shall be cleaned before delivery.",
    ),
    _en(
        "SCOPE", MUST, "14",
        ("文件有范围。", "There is a scope."),
        ("缺少“{subject}”", "the {subject} is missing"),
        _missing(ClauseKind.SCOPE, "Scope"), "<Scope>", "",
    ),
    _en(
        "SCOPE-STATEMENT", MUST, "14",
        ("范围以This document specifies/establishes/gives…陈述。", "The scope begins: This document specifies …"),
        ("“{subject}”没有以This document开头的陈述", "“{subject}” has no statement that begins with This document"),
        _scope_statement,
        "This document specifies requirements for example valves.", "Requirements for example valves are specified.",
    ),
    _en(
        "REFS-LEAD", MUST, "15",
        ("规范性引用文件由规定的引导语引出。", "The normative references have the fixed introduction."),
        ("“{subject}”没有规定的引导语：“{wording}…”", "“{subject}” lacks the fixed introduction: {wording} …"),
        _references_lead,
        "The following documents are referred to in the text in such a way", "The following documents are cited in such a way",
    ),
    _en(
        "TERMS-LEAD", MUST, "16",
        ("术语和定义由规定的引导语引出。", "The terms have one of the fixed introductions."),
        ("“{subject}”没有规定的引导语", "“{subject}” lacks the fixed introduction: For the purposes of this document, …"),
        _terms_lead,
        "For the purposes of this document, the following terms and definitions apply.", "The following words are used.",
    ),
    _en(
        "TERM-ARTICLE", MUST, "16",
        ("定义不以冠词开头。", "A definition does not begin with an article."),
        ("“{term}”的定义以“{word}”开头：“{subject}”", "the definition of “{term}” begins with {word}: “{subject}”"),
        _articles,
        "｜flow of a medium through a seal", "｜the flow of a medium through a seal",
    ),
    _en(
        "TERM-STOP", MUST, "16",
        ("定义不以句号结束。", "A definition does not end with a full stop."),
        ("“{term}”的定义以句号结束：“{subject}”", "the definition of “{term}” ends with a full stop: “{subject}”"),
        _full_stops,
        "flow of a medium through a seal", "flow of a medium through a seal.",
    ),
    _en(
        "TERM-PROVISION", MUST, "16",
        ("定义不含要求。", "A definition requires nothing."),
        ("“{term}”的定义中有条款（{word}）：“{subject}”", "the definition of “{term}” holds a provision ({word}): “{subject}”"),
        _definition_verbs,
        "flow of a medium through a seal", "flow of a medium that shall pass a seal",
    ),
    _en(
        "TERM-CASE", MUST, "16",
        ("术语小写开头。", "Terms begin with a small letter."),
        ("术语“{subject}”应小写", "the term “{subject}” has to begin with a small letter"),
        _capitals,
        "｜example leakage｜", "｜Example leakage｜",
    ),
    _en(
        "HANGING", SHOULD, "22",
        ("章条标题与下一层次的条之间不设段。", "No paragraph hangs between a title and the subclauses below it."),
        ("{number}有悬置段：“{subject}”", "a paragraph hangs in {number}: “{subject}”"),
        _hanging,
        "# 4 Requirements\n", "# 4 Requirements\nThe requirements are these.\n",
    ),
    _en(
        "SINGLE", MUST, "22",
        ("一个层次中有一个以上的条时才设条。", "A clause is divided into two or more subclauses, or not at all."),
        ("{parent}之下只有一条“{subject}”", "{parent} has “{subject}” as its only subclause"),
        _single,
        "# 4.2 Operation\nThe stem shall be operated by hand.\n", "",
    ),
)  # fmt: skip
