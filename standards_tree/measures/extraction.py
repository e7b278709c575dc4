"""Read requirements out of the text of a notification or of a notified document, as proposals with their place.

What is found is what a text plainly says: limits with their units, standards cited in any spelling, and sentences that
oblige. Each is a proposal for a person to accept or to reject; none is a requirement by itself.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from standards_tree.designations import cited_designations, find_designations
from standards_tree.limits import Limit, LimitOperator
from standards_tree.measures.limit_finding import commas_part_thousands, find_limits
from standards_tree.measures.requirements import RequirementKind
from standards_tree.text import contains_han

MAX_TEXT_CHARACTERS = 2_000_000
MAX_PROPOSALS = 2_000
MAX_QUOTE_CHARACTERS = 1_000
MAX_PARAMETER_CHARACTERS = 80

# A full stop ends a sentence before a blank and a capital, and not behind a number, as in "ed. 2.0" or "No. 5".
_SENTENCE_END = re.compile(r"[。；;\n]+|(?<!\bNo)(?<!\bed)(?<!\d)\.(?= +[A-Z(\u4e00-\u9fff])|(?<=\d)\.(?= +[A-Z][a-z])")
_OBLIGES = re.compile(
    r"\b(?:shall|must|required to|is prohibited|are prohibited|may not|mandatory)\b|应|必须|不得|禁止|须", re.IGNORECASE
)
_KIND_WORDS = {
    RequirementKind.CERTIFICATION: r"certif|conformity assessment|type approval|认证|合格评定|型式批准",
    RequirementKind.REGISTRATION: r"\bregist|authori[sz]ation|licen[cs]e|注册|登记|备案|许可",
    RequirementKind.LABELLING: r"\blabel|\bmark(?:ed|ing)\b|标签|标识|标志|说明书",
    RequirementKind.TEST_METHOD: r"\btest|determin|\bmeasured\b|\bmethod|检验|试验|测定|检测|方法",
    RequirementKind.DOCUMENTATION: r"technical file|documentation|records? (?:shall|must)|技术文件|档案",
}
_KINDS = tuple((kind, re.compile(words, re.IGNORECASE)) for kind, words in _KIND_WORDS.items())
_BEFORE_LIMIT = re.compile(
    r"(?:\b(?:shall|must|should|may|can|is|are|be|to|at|of|a|an|the|not|no|has|have|been|being|does|do|limit|limited|content|level|and|but|nor|or|between|from)\b"
    r"|应当|应在|应|不得|须|必须|为|的|其|控制在|且|但|并|[\s:：(（=,，、|])+$",
    re.IGNORECASE,
)
# "The maximum residue level (MRL) of 0.01 mg/kg"
_NAMED_WITHIN = re.compile(
    r"(?:maximum|minimum|max\.?|min\.?) ([A-Za-z -]{2,60}?)(?: \([A-Za-z]{1,8}\))? ?(?:of|is|are|shall be|must be|:|=) ?[\d+-]",
    re.IGNORECASE,
)
_LOOKED_BACK = 240  # a sentence without an end would cost the square of its length
_IN_BRACKETS = re.compile(r"[(（][^()（）]{1,30}[)）]\s*$")
# "Products with more than 90 mg/kg are prohibited": the bound is of what must not be, not of what must.
_FORBIDS = re.compile(
    r"\b(?:prohibit|forbid|banned|ban)\w*|\b(?:not|never) (?:be )?(?:permitted|allowed|sold|placed on|imported|marketed"
    r"|manufactured|supplied|used)\b|禁止|严禁|不得(?:销售|进口|生产|使用|上市|流通|投放|出口|经营)"
    r"|不(?:允许|准)(?:销售|进口|生产|使用)",
    re.IGNORECASE,
)
_STRICT = (LimitOperator.LT, LimitOperator.GT)
_ABSENT = re.compile(
    r"(?:\b(?:shall|must|should|may)\b )?\bnot (?:be )?detect(?:ed|able)\b|\b(?:shall|must|should) be absent\b"
    r"|\babsence in \d+ ?(?:g|mL)\b|不得检出|不应检出|不可检出",
    re.IGNORECASE,
)
_CLAUSE_BREAK = re.compile(r"[,，、:：(（)）]|\b(?:that|which|where|and|with|for)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedRequirement:
    """Hold what one place of a text demands. *start* and *end* are places in the text of *part*.

    A limit without its *limit* is one that a person has to say: 1,000 mg/kg may be one or one thousand, what is prohibited
    above a value may be allowed up to it, and what must not be detected has no number.
    """

    part: str
    start: int
    end: int
    quote: str
    language: str
    kind: RequirementKind
    parameter: str = ""
    limit: Limit | None = None
    cited: tuple[str, ...] = ()


def extract_requirements(text: str, part: str) -> list[ProposedRequirement]:
    """Return what *text* demands, in its order: one proposal for each limit, else one for a sentence that cites or obliges.

    Cost: linear in the length of *text*, of which the first MAX_TEXT_CHARACTERS are read.
    """
    found: list[ProposedRequirement] = []
    read = text[:MAX_TEXT_CHARACTERS]
    thousands = commas_part_thousands(read)
    for start, end in _sentences(read):
        found += _of_sentence(text[start:end], part, start, thousands=thousands)
        if len(found) >= MAX_PROPOSALS:
            break
    return found[:MAX_PROPOSALS]


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for stop in _SENTENCE_END.finditer(text):
        if text[start : stop.start()].strip():
            yield start, stop.start()
        start = stop.end()
    if text[start:].strip():
        yield start, len(text)


def _of_sentence(sentence: str, part: str, offset: int, *, thousands: bool) -> list[ProposedRequirement]:
    lead = len(sentence) - len(sentence.lstrip())
    quote = sentence.strip()[:MAX_QUOTE_CHARACTERS]
    language = "zh" if contains_han(quote) else "en"
    cited = tuple(dict.fromkeys(each.official for each in cited_designations(sentence)))
    limits = [] if _is_all_designation(sentence) else find_limits(sentence, thousands=thousands)
    base = {"part": part, "quote": quote, "language": language, "cited": cited}
    if limits:
        forbidden = _FORBIDS.search(sentence) is not None
        return [
            ProposedRequirement(
                **base,  # type: ignore[arg-type]  # texts and a tuple, as the fields are
                start=offset + start,
                end=offset + end,
                kind=RequirementKind.LIMIT,
                parameter=parameter,
                limit=None if forbidden and limit is not None and limit.operator in _STRICT else limit,
            )
            for (start, end, limit), parameter in zip(limits, _parameters(sentence, limits), strict=True)
        ]
    absent = _ABSENT.search(sentence)
    if absent is not None:
        return [
            ProposedRequirement(
                **base,  # type: ignore[arg-type]  # as above
                start=offset + absent.start(),
                end=offset + absent.end(),
                kind=RequirementKind.LIMIT,
                parameter=_parameter(sentence[: absent.start()]),
            )
        ]
    kind = next((kind for kind, words in _KINDS if words.search(sentence)), None)
    if not cited and (kind is None or not _OBLIGES.search(sentence)):
        return []
    start = offset + lead
    return [
        ProposedRequirement(
            **base,  # type: ignore[arg-type]  # as above
            start=start,
            end=start + len(quote),
            kind=kind or RequirementKind.OTHER,
        )
    ]


def _is_all_designation(sentence: str) -> bool:
    spans = find_designations(sentence)
    return bool(spans) and spans[0][0] <= 1 and spans[-1][1] >= len(sentence.rstrip()) - 1


def _parameters(sentence: str, limits: list[tuple[int, int, Limit | None]]) -> list[str]:
    """Return what each limit is on: named before it and behind the one before, else what that is on."""
    names, position = list[str](), 0
    for start, end, _limit in limits:
        named = _parameter(sentence[position:start])
        if not named and (inside := _NAMED_WITHIN.match(sentence, start, end)):
            named = inside[1]
        names.append(named or (names[-1] if names else ""))
        position = end
    for index, (start, end, _limit) in enumerate(limits[:-1]):
        # "0.5 mg ≤ m ≤ 1 mg": the name stands behind its lower end.
        if not names[index] and sentence[start:end].rstrip().endswith(("≤", "<", "≦", "⩽")):
            names[index] = names[index + 1]
    return names


def _parameter(before: str) -> str:
    """Return the words that name what is limited: those ahead of the limit, without the verb or what brackets add."""
    words = _BEFORE_LIMIT.sub("", before[-_LOOKED_BACK:])
    while (shorter := _BEFORE_LIMIT.sub("", _IN_BRACKETS.sub("", words))) and shorter != words:
        words = shorter
    pieces = _CLAUSE_BREAK.split(words)
    name = next((piece for piece in reversed(pieces) if piece.strip()), "")
    return " ".join(name.split())[-MAX_PARAMETER_CHARACTERS:].strip()
