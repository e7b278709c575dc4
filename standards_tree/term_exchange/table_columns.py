"""Say what the columns of a vocabulary's table are: their names in both languages, and the words in their cells."""

import re
from enum import StrEnum
from typing import Final

from standards_tree.term_exchange.languages import language_of
from standards_tree.terms import ConceptStatus, DesignationStatus, DesignationType, PartOfSpeech
from standards_tree.text import match_key


class Column(StrEnum):
    """A column of the table with a row for a designation."""

    NUMBER = "number"
    DOMAIN = "domain"
    SUBJECT_FIELD = "subject field"
    CONCEPT_STATUS = "concept status"
    CONCEPT_SOURCE = "concept source"
    LANGUAGE = "language"
    TERM = "term"
    STATUS = "status"
    TYPE = "type"
    PART_OF_SPEECH = "part of speech"
    USAGE_NOTE = "usage note"
    GEOGRAPHICAL_USAGE = "geographical usage"
    SCRIPT = "script"
    USED_BY = "used by"
    TERM_SOURCE = "term source"
    DEFINITION = "definition"
    DEFINITION_SOURCE = "definition source"
    DEFINITION_CLAUSE = "definition clause"
    DERIVED_FROM = "derived from"
    NOTE = "note"
    EXAMPLE = "example"
    RELATION = "relation"
    RELATED_TO = "related to"


CHINESE: Final = {
    Column.NUMBER: "编号", Column.DOMAIN: "领域", Column.SUBJECT_FIELD: "专业范围", Column.CONCEPT_STATUS: "概念状态",
    Column.CONCEPT_SOURCE: "条目来源", Column.LANGUAGE: "语言", Column.TERM: "术语", Column.STATUS: "术语状态",
    Column.TYPE: "类型", Column.PART_OF_SPEECH: "词性", Column.USAGE_NOTE: "使用说明", Column.GEOGRAPHICAL_USAGE: "使用地区",
    Column.SCRIPT: "文字", Column.USED_BY: "使用部门", Column.TERM_SOURCE: "术语来源", Column.DEFINITION: "定义",
    Column.DEFINITION_SOURCE: "定义来源", Column.DEFINITION_CLAUSE: "定义条款", Column.DERIVED_FROM: "源出",
    Column.NOTE: "注", Column.EXAMPLE: "示例", Column.RELATION: "关系", Column.RELATED_TO: "相关概念",
}  # fmt: skip
_ALSO: Final = {
    "no": Column.NUMBER, "id": Column.NUMBER, "条目编号": Column.NUMBER, "序号": Column.NUMBER,
    "designation": Column.TERM, "名称": Column.TERM, "lang": Column.LANGUAGE, "语种": Column.LANGUAGE,
    "status of the term": Column.STATUS, "状态": Column.STATUS, "部门": Column.USED_BY, "department": Column.USED_BY,
    "source": Column.CONCEPT_SOURCE, "来源": Column.CONCEPT_SOURCE, "学科": Column.SUBJECT_FIELD, "例": Column.EXAMPLE,
}  # fmt: skip
_COLUMNS = (
    {match_key(column): column for column in Column}
    | {match_key(column.replace(" ", "_")): column for column in Column}
    | {match_key(name): column for column, name in CHINESE.items()}
    | {match_key(name): column for name, column in _ALSO.items()}
)
STATUS_WORDS: Final = {status.value: status for status in DesignationStatus} | {
    "首选": DesignationStatus.PREFERRED, "首选术语": DesignationStatus.PREFERRED, "优先": DesignationStatus.PREFERRED,
    "许用": DesignationStatus.ADMITTED, "许用术语": DesignationStatus.ADMITTED, "拒用": DesignationStatus.DEPRECATED,
    "拒用术语": DesignationStatus.DEPRECATED, "被替代": DesignationStatus.SUPERSEDED, "已被替代": DesignationStatus.SUPERSEDED,
}  # fmt: skip
CONCEPT_STATUS_WORDS: Final = {status.value: status for status in ConceptStatus} | {
    "候选": ConceptStatus.CANDIDATE, "讨论中": ConceptStatus.UNDER_DISCUSSION, "已批准": ConceptStatus.APPROVED,
    "已发布": ConceptStatus.PUBLISHED, "已停用": ConceptStatus.RETIRED, "已被替代": ConceptStatus.SUPERSEDED,
    "valid": ConceptStatus.APPROVED,
}  # fmt: skip
TYPE_WORDS: Final = {kind.value: kind for kind in DesignationType} | {
    "full form": DesignationType.FULL_FORM, "全称": DesignationType.FULL_FORM, "简称": DesignationType.ABBREVIATION,
    "缩略语": DesignationType.ABBREVIATION, "符号": DesignationType.SYMBOL, "公式": DesignationType.FORMULA,
    "变体": DesignationType.VARIANT,
}  # fmt: skip
SPEECH_WORDS: Final = {part.value: part for part in PartOfSpeech} | {
    "名词": PartOfSpeech.NOUN, "动词": PartOfSpeech.VERB, "形容词": PartOfSpeech.ADJECTIVE, "副词": PartOfSpeech.ADVERB,
    "其他": PartOfSpeech.OTHER, "n": PartOfSpeech.NOUN, "v": PartOfSpeech.VERB, "adj": PartOfSpeech.ADJECTIVE,
}  # fmt: skip
WIDE_WORDS: Final = STATUS_WORDS | {"term": None, "术语": None, "definition": Column.DEFINITION, "定义": Column.DEFINITION,
    "note": Column.NOTE, "注": Column.NOTE, "example": Column.EXAMPLE, "示例": Column.EXAMPLE}  # fmt: skip
_WIDE = re.compile(r"(?P<what>[^()（）]+?)\s*[(（]\s*(?P<language>[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*)\s*[)）]")


def column_of(header: str) -> Column | None:
    """Return the column that *header* names in either language, None for none."""
    return _COLUMNS.get(match_key(header))


def wide_column_of(header: str) -> tuple[DesignationStatus | Column | None, str] | None:
    """Return what a header such as ``preferred (en)`` or ``定义（zh-Hans）`` holds, and its language; None for no such one."""
    found = _WIDE.fullmatch(header.strip())
    if found is None or match_key(found["what"]) not in WIDE_WORDS:
        return None
    return WIDE_WORDS[match_key(found["what"])], language_of(found["language"])
