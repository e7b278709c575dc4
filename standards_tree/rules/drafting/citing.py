"""What a draft cites, where, and whether normatively (GB/T 1.1-2020, 9.5.4.2)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from standards_tree.designations import Designation, parse_designation_or_none
from standards_tree.documents.model import BlockKind, ClauseKind, Reference
from standards_tree.rules.citations import citations_in
from standards_tree.rules.drafting.draft import Draft, Passage, sentences
from standards_tree.rules.drafting.function_types import FunctionType
from standards_tree.rules.drafting.words import RECOMMENDATION, REQUIREMENT

_LISTS = frozenset({ClauseKind.NORMATIVE_REFERENCES, ClauseKind.BIBLIOGRAPHY, ClauseKind.INDEX})
# What names other documents for another purpose than to be used with this one.
_ABOUT_THE_DOCUMENT = frozenset({ClauseKind.FOREWORD, ClauseKind.INTRODUCTION, ClauseKind.OTHER})
_ACCORDING_TO = re.compile(r"按照?|依据|根据|遵照|采用[^，。；]*(?:测定|试验|检验|进行)")
_INFORMATIVELY = re.compile(r"见|参见|参考|给出|可参照|参阅")


@dataclass(frozen=True, slots=True)
class Cited:
    """One citation. ``normative`` is None where the wording does not tell, as in the cell of a table."""

    passage: Passage
    designation: Designation
    part: str
    normative: bool | None


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of a list of documents, with its designation, None where it has none."""

    reference: Reference
    designation: Designation | None


def cited_in(draft: Draft) -> tuple[Cited, ...]:
    """Return every citation of the running text: lists, the foreword and the introduction apart."""
    found: list[Cited] = []
    for passage in draft.passages:
        kind = passage.section.chapter.kind
        if kind in _LISTS or kind in _ABOUT_THE_DOCUMENT or passage.kind in (BlockKind.CODE, BlockKind.SOURCE):
            continue
        for start, sentence in sentences(passage.text):
            for citation in citations_in(sentence, passage.place):
                masked = passage.masked[start : start + len(sentence)]
                found.append(Cited(passage, citation.designation, citation.part, _normative(draft, passage, masked)))
    return tuple(found)


def _normative(draft: Draft, passage: Passage, sentence: str) -> bool | None:
    section = passage.section.chapter
    if passage.is_additional or section.kind is ClauseKind.SCOPE:
        return False
    if section.kind is ClauseKind.TERMS:
        return "适用于本文件" in sentence
    if section.kind is ClauseKind.ANNEX and section.clause.normative is False:
        return False
    is_guide = draft.function_type is FunctionType.GUIDANCE
    if REQUIREMENT.search(sentence) or _ACCORDING_TO.search(sentence) or (is_guide and RECOMMENDATION.search(sentence)):
        return True
    return False if _INFORMATIVELY.search(sentence) else None


def listed(references: Iterable[Reference]) -> tuple[Listed, ...]:
    """Return the entries of a list with their designations."""
    return tuple(
        Listed(entry, parse_designation_or_none(entry.designation_text) if entry.designation_text else None)
        for entry in references
    )
