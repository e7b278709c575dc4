"""The lists of documents: order, form, what is cited and what is listed (GB/T 1.1-2020, 8.6.3, 8.13, 9.5.4)."""

import re
from collections.abc import Iterator

from standards_tree.designations import Designation, parse_designation_or_none
from standards_tree.documents.model import ClauseKind, Reference
from standards_tree.rules.drafting.citing import Listed, cited_in, listed
from standards_tree.rules.drafting.draft import Draft
from standards_tree.rules.drafting.rule import MUST, SHOULD, DraftingRule, Example, Hit, in_passage, rule
from standards_tree.rules.findings import Place
from standards_tree.standards import Level

# 8.6.3.2: national, industry, local, group, ISO and IEC, other bodies, other literature.
_ISO_AND_IEC = re.compile(r"ISO|IEC|ISO/IEC")
_KINDS = (
    ("国家标准化文件", "national documents"),
    ("行业标准化文件", "industry documents"),
    ("地方标准化文件", "local documents"),
    ("团体标准化文件", "group documents"),
    ("ISO、IEC标准化文件", "ISO and IEC documents"),
    ("其他机构的标准化文件", "documents of other bodies"),
    ("其他文献", "other literature"),
)
CHINESE_LEVELS = {Level.NATIONAL: 0, Level.INDUSTRY: 1, Level.LOCAL: 2, Level.GROUP: 3, Level.ENTERPRISE: 5}
_LAW = re.compile(r"《?[^《》]*(?:法|条例|规定|办法|规章|通知|意见)》?(?:（[^）]*）)?$")


def kind_of(designation: Designation | None) -> int:
    """Return which kind of 8.6.3.2 a document is, counted from 0."""
    if designation is None:
        return len(_KINDS) - 1
    if designation.level in CHINESE_LEVELS:
        return CHINESE_LEVELS[designation.level]
    return 4 if _ISO_AND_IEC.match(designation.body) else 5


def _sort_key(entry: Listed) -> tuple[int, str, tuple[int, ...]]:
    """Return where an entry belongs: national, ISO and IEC documents by number, others by code first."""
    designation, kind = entry.designation, kind_of(entry.designation)
    if designation is None:
        return kind, "", ()
    numbers = tuple(map(int, re.findall(r"\d+", f"{designation.number} {designation.part or ''}")))
    return kind, "" if kind in (0, 4) else designation.body, numbers


def _place(draft: Draft, reference: Reference, kind: ClauseKind) -> Place:
    section = draft.first(kind)
    place = reference.place
    return Place(section.clause.number if section else "", place.xpath, place.line, place.paragraph)


def entry_hit(draft: Draft, entry: Listed, where: ClauseKind, fix: str = "", **values: str) -> Hit:
    """Return a breach in an entry of the list that stands in *where*."""
    section = draft.first(where)
    return Hit(
        _place(draft, entry.reference, where), entry.reference.text, fix, section.path if section else "", values
    )


REFS, BIBL = ClauseKind.NORMATIVE_REFERENCES, ClauseKind.BIBLIOGRAPHY


def norms(draft: Draft) -> tuple[Listed, ...]:
    """Return the list of normative references."""
    return listed(draft.document.normative_references)


def literature(draft: Draft) -> tuple[Listed, ...]:
    """Return the bibliography."""
    return listed(draft.document.bibliography)


def _order(draft: Draft) -> Iterator[Hit]:
    highest: tuple[Listed, tuple[int, str, tuple[int, ...]]] | None = None
    for entry in draft.once(norms):
        key = _sort_key(entry)
        if highest is not None and key < highest[1]:
            before, kind = highest[0].reference.text, _KINDS[key[0]]
            yield entry_hit(draft, entry, REFS, before=before[:60], kind=kind[0], kind_en=kind[1])
        else:
            highest = (entry, key)


def _undated_keys(entries: tuple[Listed, ...]) -> set[str]:
    return {entry.designation.undated_key for entry in entries if entry.designation is not None}


def _whole_numbers(entries: tuple[Listed, ...]) -> set[tuple[str, str]]:
    """Return body and number of documents that are listed with all their parts."""
    return {
        (entry.designation.body, entry.designation.number)
        for entry in entries
        if entry.designation is not None and entry.designation.all_parts
    }


def _never_cited(draft: Draft) -> Iterator[Hit]:
    cited = [one for one in draft.once(cited_in) if one.normative is not False]
    keys = {one.designation.undated_key for one in cited}
    numbers = {(one.designation.body, one.designation.number) for one in cited}
    for entry in draft.once(norms):
        designation = entry.designation
        if designation is None or designation.undated_key in keys:
            continue
        if designation.all_parts and (designation.body, designation.number) in numbers:
            continue
        yield entry_hit(draft, entry, REFS, official=designation.official)


def _not_listed(draft: Draft) -> Iterator[Hit]:
    if draft.first(REFS) is None:
        return  # that is another rule's finding
    keys, whole = _undated_keys(draft.once(norms)), _whole_numbers(draft.once(norms))
    literature_keys = _undated_keys(draft.once(literature))
    for cited in draft.once(cited_in):
        one = cited.designation
        if one.undated_key in keys or (one.body, one.number) in whole or one.undated_key == _own_key(draft):
            continue
        if cited.normative or (cited.normative is None and one.undated_key not in literature_keys):
            yield in_passage(cited.passage, one.official)


def _not_in_bibliography(draft: Draft) -> Iterator[Hit]:
    if draft.first(BIBL) is None:
        return
    keys = _undated_keys(draft.once(literature)) | _undated_keys(draft.once(norms)) | {_own_key(draft)}
    whole = _whole_numbers(draft.once(literature)) | _whole_numbers(draft.once(norms))
    for cited in draft.once(cited_in):
        one = cited.designation
        if cited.normative is False and one.undated_key not in keys and (one.body, one.number) not in whole:
            yield in_passage(cited.passage, one.official)


def _own_key(draft: Draft) -> str:
    own = listed_own(draft)
    return own.undated_key if own is not None else ""


def listed_own(draft: Draft) -> Designation | None:
    """Return the draft's own designation, None where it has none yet."""
    identity = draft.document.identity()
    return parse_designation_or_none(identity) if identity else None


def _cites_itself(draft: Draft) -> Iterator[Hit]:
    own = _own_key(draft)
    for entry in draft.once(norms):
        if own and entry.designation is not None and entry.designation.undated_key == own:
            yield entry_hit(draft, entry, REFS)


def _twice(draft: Draft) -> Iterator[Hit]:
    for kind, entries in ((REFS, draft.once(norms)), (BIBL, draft.once(literature))):
        seen: set[str] = set()
        for entry in entries:
            if entry.designation is not None:
                if entry.designation.key in seen:
                    yield entry_hit(draft, entry, kind, official=entry.designation.official)
                seen.add(entry.designation.key)


def _in_both(draft: Draft) -> Iterator[Hit]:
    keys = _undated_keys(draft.once(norms))
    for entry in draft.once(literature):
        if entry.designation is not None and entry.designation.undated_key in keys:
            yield entry_hit(draft, entry, BIBL, official=entry.designation.official)


def _kinds(draft: Draft) -> Iterator[Hit]:
    for entry in draft.once(norms):
        kind = kind_of(entry.designation)
        own = listed_own(draft)
        local_in_local = kind == 2 and own is not None and own.level is Level.LOCAL
        if kind in (2, 3, 5) and not local_in_local:
            yield entry_hit(draft, entry, REFS, kind=_KINDS[kind][0], kind_en=_KINDS[kind][1])


def _laws(draft: Draft) -> Iterator[Hit]:
    for entry in draft.once(norms):
        if entry.designation is None and _LAW.search(entry.reference.text.strip()):
            yield entry_hit(draft, entry, REFS)


RULES: tuple[DraftingRule, ...] = (
    rule(
        "REFS-ORDER",
        MUST,
        "8.6.3.2",
        (
            "清单按国家、行业、地方、团体、ISO和IEC、其他机构的文件及其他文献的顺序，各按编号排列。",
            "The list is in the order of 8.6.3.2: national, industry, local, group, ISO and IEC, others; each by number.",
        ),
        ("“{subject}”（{kind}）应排在“{before}”之前", "“{subject}” ({kind_en}) belongs before “{before}”"),
        _order,
        Example(
            "* GB/T 99981  示例阀  术语\n* GB/T 99982—2021  示例阀  试验方法\n",
            "* GB/T 99982—2021  示例阀  试验方法\n* GB/T 99981  示例阀  术语\n",
        ),
    ),
    rule(
        "REFS-NOT-CITED",
        MUST,
        "8.6.3.1、9.5.4.2.1",
        ("清单中的每个文件在文中被规范性引用。", "Every document of the list is cited normatively in the text."),
        (
            "{official}列入清单，文中没有规范性引用；在文中引用，或移入参考文献",
            "{official} is listed and never cited normatively; cite it, or move it to the bibliography",
        ),
        _never_cited,
        Example(
            "* GB/T 99982—2021  示例阀  试验方法\n", "* GB/T 99982—2021  示例阀  试验方法\n* GB/T 99983  示例阀  包装\n"
        ),
    ),
    rule(
        "REFS-NOT-LISTED",
        MUST,
        "9.5.4.2.1",
        ("规范性引用的文件列入规范性引用文件。", "Every document that is cited normatively is listed."),
        ("文中规范性引用了{subject}，清单中没有", "{subject} is cited normatively, and is not in the list"),
        _not_listed,
        Example("阀杆应能手动操作", "阀杆应符合GB/T 99989的规定"),
    ),
    rule(
        "BIBL-NOT-LISTED",
        MUST,
        "9.5.4.2.2",
        ("资料性引用的文件列入参考文献。", "Every document that is cited informatively is in the bibliography."),
        (
            "文中资料性引用了{subject}，参考文献中没有",
            "{subject} is cited informatively, and is not in the bibliography",
        ),
        _not_in_bibliography,
        Example("选型的信息见GB/T 99985。", "选型的信息见GB/T 99985，维护的信息见GB/T 99986。"),
    ),
    rule(
        "REFS-SELF",
        MUST,
        "8.6.1、9.5.2",
        ("清单不列出文件自身。", "A document does not list itself."),
        ("“{subject}”是本文件自身", "“{subject}” is this document itself"),
        _cites_itself,
        Example("= number｜GB/T 99990—2026", "= number｜GB/T 99982—2026"),
    ),
    rule(
        "REFS-TWICE",
        MUST,
        "8.6.3.1",
        ("一个文件在清单中只列一次。", "A document is listed once."),
        ("{official}在清单中列了两次", "{official} is listed twice"),
        _twice,
        Example("* GB/T 99981  示例阀  术语\n", "* GB/T 99981  示例阀  术语\n* GB/T 99981  示例阀  术语（续）\n"),
    ),
    rule(
        "REFS-IN-BOTH",
        SHOULD,
        "8.6.1、8.13",
        ("规范性引用的文件不在参考文献中重复。", "What is listed as normative is not in the bibliography as well."),
        ("{official}已列入规范性引用文件，不宜再列入参考文献", "{official} is a normative reference already"),
        _in_both,
        Example("* [1] GB/T 99985  示例阀  选型\n", "* [1] GB/T 99985  示例阀  选型\n* [2] GB/T 99981  示例阀  术语\n"),
    ),
    rule(
        "REFS-KIND",
        SHOULD,
        "9.5.4.4.1",
        (
            "被规范性引用的文件为国家、行业或国际标准化文件；其他文件需经归口委员会确认符合条件。",
            "Normative references are national, industry or international documents; others need the committee's confirmation.",
        ),
        (
            "“{subject}”为{kind}；规范性引用需归口标准化技术委员会确认符合9.5.4.4.1的条件",
            "“{subject}” is among {kind_en}; the committee has to confirm that it meets 9.5.4.4.1",
        ),
        _kinds,
        Example(
            "* GB/T 99982—2021  示例阀  试验方法\n",
            "* GB/T 99982—2021  示例阀  试验方法\n* T/SHILI 1—2020  示例阀  附件\n",
            also=(("泄漏量应符合表2的规定", "泄漏量应符合表2和T/SHILI 1—2020的规定"),),
        ),
    ),
    rule(
        "REFS-LAW",
        MUST,
        "9.5.4.4.3",
        (
            "不规范性引用法律、行政法规、规章和政策性文件。",
            "Laws, regulations and policies are not normative references.",
        ),
        (
            "“{subject}”是法律、法规或政策性文件，不应规范性引用",
            "“{subject}” is a law, regulation or policy, and must not be a normative reference",
        ),
        _laws,
        Example(
            "（Example valves — Marking）\n",
            "（Example valves — Marking）\n* 示例产品管理办法\n",
        ),
    ),
)
