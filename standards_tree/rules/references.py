"""Hold a draft's list of normative references against the catalogue (GB/T 1.1-2020, 8.6 and 9.5.4)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from standards_tree.designations import Designation, parse_designation_or_none
from standards_tree.rules.findings import Finding, Place, Rule, Severity
from standards_tree.standards import StandardStatus

UNREADABLE = Rule(
    "REF-UNREADABLE",
    Severity.WARNING,
    "GB/T 1.1—2020, 8.6.3",
    "Each entry of the list of references names a document by its designation.",
    "规范性引用文件清单的每一项应以文件编号标明文件。",
    "no designation can be read in the entry “{subject}”; begin it with the designation, such as GB/T 1.1—2020",
    "无法从清单项“{subject}”中识别文件编号；请以文件编号开头，例如 GB/T 1.1—2020",
)
UNKNOWN = Rule(
    "REF-UNKNOWN",
    Severity.WARNING,
    "GB/T 1.1—2020, 8.6.3",
    "Each reference exists.",
    "所引用的文件应存在。",
    "{subject} is not in the catalogue; check the number, or record the standard",
    "标准库中没有 {subject}；请核对编号，或先登记该标准",
)
SUPERSEDED = Rule(
    "REF-SUPERSEDED",
    Severity.ERROR,
    "GB/T 1.1—2020, 9.5.4",
    "A reference is not to a superseded document.",
    "不应引用已被代替的文件。",
    "{subject} was superseded{since}; {advice}",
    "{subject} 已被代替{since_zh}；{advice_zh}",
)
ABOLISHED = Rule(
    "REF-ABOLISHED",
    Severity.ERROR,
    "GB/T 1.1—2020, 9.5.4",
    "A reference is not to an abolished document.",
    "不应引用已废止的文件。",
    "{subject} was abolished{since}; cite a standard in force or take over what is needed of its content",
    "{subject} 已废止{since_zh}；请引用现行文件，或将所需内容写入本文件",
)
UPCOMING = Rule(
    "REF-UPCOMING",
    Severity.NOTE,
    "GB/T 1.1—2020, 9.5.4",
    "A reference is in force when the document is.",
    "引用的文件在本文件实施时应已实施。",
    "{subject} is not in force yet{since}; make sure it is before this document is",
    "{subject} 尚未实施{since_zh}；请确认其先于本文件实施",
)
CLAUSE_UNDATED = Rule(
    "REF-CLAUSE-UNDATED",
    Severity.ERROR,
    "GB/T 1.1—2020, 9.5.4.1",
    "Who cites a clause, table, figure or annex of another document names its edition.",
    "引用其他文件的具体章条、表、图或附录时应注日期。",
    "{subject} is cited with {part} but without a year; clauses change between editions: add the year",
    "引用了 {subject} 的{part}但未注日期；不同版本的章条可能变化，请注明年份",
)
DATES_DISAGREE = Rule(
    "REF-DATES-DISAGREE",
    Severity.ERROR,
    "GB/T 1.1—2020, 8.6.3",
    "The text and the list of references name the same edition of a document.",
    "正文与规范性引用文件清单所注的版本应一致。",
    "the text cites {subject}, the list of references has {listed}; name the same edition in both",
    "正文引用 {subject}，而清单中为 {listed_zh}；请保持一致",
)
RULES = (UNREADABLE, UNKNOWN, SUPERSEDED, ABOLISHED, UPCOMING, CLAUSE_UNDATED, DATES_DISAGREE)


@dataclass(frozen=True, slots=True)
class ListedReference:
    """One entry of the list of references: as printed, with the designation in it (empty when there is none)."""

    text: str
    designation: str
    place: Place


@dataclass(frozen=True, slots=True)
class CatalogueFact:
    """What the catalogue knows of one designation on the date of the check."""

    known: bool
    status: StandardStatus | None = None
    successor: str = ""
    """The designation of what took its place; empty where nothing did or the catalogue does not say."""
    effective_on: date | None = None
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """A document cited in the text, and the part of it that is cited (empty when the whole)."""

    designation: Designation
    part: str
    place: Place


def check_references(references: Sequence[ListedReference], facts: Mapping[str, CatalogueFact]) -> Iterator[Finding]:
    """Yield what is wrong with each entry of the list. *facts* are by the entry's designation as printed."""
    for reference in references:
        designation = parse_designation_or_none(reference.designation) if reference.designation else None
        if designation is None:
            yield Finding(UNREADABLE, reference.place, reference.text)
            continue
        fact = facts.get(reference.designation)
        if fact is None or not fact.known:
            yield Finding(UNKNOWN, reference.place, designation.official)
            continue
        yield from _check_status(designation.official, reference.place, fact)


def _check_status(official: str, place: Place, fact: CatalogueFact) -> Iterator[Finding]:
    if fact.status is StandardStatus.SUPERSEDED:
        advice = "look for what took its place, which the catalogue does not say"
        advice_zh = "标准库未记载代替它的标准，请查明后更新"
        if fact.successor:
            advice, advice_zh = f"cite {fact.successor} instead", f"请改为引用 {fact.successor}"
        yield Finding(SUPERSEDED, place, official, {**_since(fact.ended_on), "advice": advice, "advice_zh": advice_zh})
    elif fact.status is StandardStatus.ABOLISHED:
        yield Finding(ABOLISHED, place, official, _since(fact.ended_on))
    elif fact.status is StandardStatus.UPCOMING:
        yield Finding(UPCOMING, place, official, _since(fact.effective_on))


def check_citations(citations: Iterable[Citation], references: Sequence[ListedReference]) -> Iterator[Finding]:
    """Yield where the text cites a part of an undated document, or another edition than the list names."""
    listed: dict[str, list[Designation]] = {}
    for reference in references:
        designation = parse_designation_or_none(reference.designation) if reference.designation else None
        if designation is not None:
            listed.setdefault(designation.undated_key, []).append(designation)
    reported: set[tuple[str, str, str]] = set()
    for citation in citations:
        for finding in _check_citation(citation, listed.get(citation.designation.undated_key, [])):
            identity = (finding.rule.id, finding.subject, citation.place.clause)
            if identity not in reported:
                reported.add(identity)
                yield finding


def _check_citation(citation: Citation, listed: Sequence[Designation]) -> Iterator[Finding]:
    official = citation.designation.official
    if citation.part and not citation.designation.is_dated:
        yield Finding(CLAUSE_UNDATED, citation.place, official, {"part": citation.part})
    if listed and citation.designation.key not in {entry.key for entry in listed}:
        names = [entry.official for entry in listed]
        parameters = {"listed": " and ".join(names), "listed_zh": "、".join(names)}
        yield Finding(DATES_DISAGREE, citation.place, official, parameters)


def _since(day: date | None) -> dict[str, str]:
    """Return the date in brackets for each language, or nothing where it is not known."""
    return {"since": f" ({day})", "since_zh": f"（{day}）"} if day is not None else {"since": "", "since_zh": ""}
