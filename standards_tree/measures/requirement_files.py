"""Read requirements out of a table: CSV or XLSX, with Chinese or English headings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from standards_tree.catalogue_files.rows import open_table
from standards_tree.catalogue_files.words import is_nothing, listed, word_key
from standards_tree.classifications import Remark, clean_hs
from standards_tree.errors import DomainError, InvalidArgumentError
from standards_tree.limits import Limit, parse_limit
from standards_tree.measures.requirements import RequirementKind

MAX_ROWS: Final = 20_000
_HEADINGS: Final[Mapping[str, str]] = {
    "measure": "measure symbol 措施 通报号",
    "number": "number no no. 序号 编号",
    "clause": "clause 条款 章条",
    "kind": "kind type 类型 要求类型",
    "subject": "subject product 对象 产品",
    "text_zh": "text_zh 要求 要求内容 中文 译文",
    "text_en": "text text_en requirement english 英文",
    "original_text": "original original_text 原文",
    "original_language": "language original_language 原文语言 语言",
    "parameter": "parameter property 参数 指标 项目",
    "limit": "limit 限值 限量 要求值",
    "conditions": "conditions condition 条件",
    "cited_standards": "standards cited_standards cited 引用标准 标准",
    "hs_codes": "hs hs_codes hscodes hs编码",
    "agency": "agency 主管机构 机构",
    "source": "source 来源",
}
TEMPLATE: Final = tuple(_HEADINGS)
_NAMES: Final = {word_key(heading): name for name, words in _HEADINGS.items() for heading in words.split()}
_KINDS: Final = {
    word_key(word): kind
    for kind, words in {
        RequirementKind.LIMIT: "limit 限值 限量",
        RequirementKind.TEST_METHOD: "test_method test 试验方法 检测方法",
        RequirementKind.DESIGN: "design 设计",
        RequirementKind.PERFORMANCE: "performance 性能",
        RequirementKind.LABELLING: "labelling labeling 标签 标识",
        RequirementKind.CERTIFICATION: "certification 认证 合格评定",
        RequirementKind.REGISTRATION: "registration 注册 登记",
        RequirementKind.DOCUMENTATION: "documentation 文件",
        RequirementKind.PROCEDURE: "procedure 程序",
        RequirementKind.OTHER: "other 其他",
    }.items()
    for word in words.split()
}


@dataclass(frozen=True, slots=True)
class TabledRequirement:
    """A requirement as a row gives it; what the row does not give is empty."""

    row: int
    texts: Mapping[str, str]
    number: int
    kind: RequirementKind
    limit: Limit | None
    hs_codes: tuple[str, ...]
    cited: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong in a row; *refused* tells whether it was left out."""

    row: int
    column: str
    value: str
    template: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    refused: bool = True


@dataclass(slots=True)
class RequirementTable:
    """The requirements of a table, and what was wrong in its rows."""

    requirements: list[TabledRequirement] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)


def read_requirements(content: bytes) -> RequirementTable:
    """Return the requirements in a table; an XLSX workbook is told from CSV by its first bytes.

    Raises:
        MalformedDocumentError, UnsafeDocumentError, UnsupportedDocumentError: it is no such table, see `open_table`.
    """
    missing = "no row has headers of requirements, such as text or limit beside others (tbt requirements template), only: {seen}"
    table = open_table(content, _is_header, missing)
    names = {
        place: _NAMES[word_key(header)] for place, header in enumerate(table.headers) if word_key(header) in _NAMES
    }
    read = RequirementTable()
    for row in table.rows:
        texts = {name: _text(row.cells.get(place, "")) for place, name in names.items()}
        if not any(texts.values()):
            continue
        try:
            read.requirements.append(_requirement(row.number, texts, read))
        except _RefusedError as refusal:
            read.faults.append(refusal.fault)
        if len(read.requirements) > MAX_ROWS:
            raise InvalidArgumentError("a table has at most {limit} requirements", limit=MAX_ROWS)
    return read


class _RefusedError(Exception):
    def __init__(self, fault: RowFault) -> None:
        super().__init__(fault.template)
        self.fault = fault


def _is_header(headers: Sequence[str]) -> bool:
    names = {_NAMES.get(word_key(header)) for header in headers if header}
    return bool(names & {"text_zh", "text_en", "original_text", "limit"}) and len(names - {None}) > 1


def _text(cell: str | float) -> str:
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()
    return "" if is_nothing(text) else text


def _requirement(row: int, texts: Mapping[str, str], read: RequirementTable) -> TabledRequirement:
    limit = _limit(row, texts.get("limit", ""))
    kind = _KINDS.get(word_key(texts.get("kind", "")))
    if texts.get("kind") and kind is None:
        known = ", ".join(kind.value for kind in RequirementKind)
        message = "this is no kind of requirement; known are {known}"
        raise _RefusedError(RowFault(row, "kind", texts["kind"], message, {"known": known}))
    number = texts.get("number", "")
    if number and not (number.isascii() and number.isdecimal() and len(number) <= 6):
        raise _RefusedError(RowFault(row, "number", number, "this is no number of a requirement"))
    codes = clean_hs(texts.get("hs_codes", ""))
    for remark in codes.remarks:
        read.faults.append(_remark(row, remark))
    apart = ("limit", "kind", "number", "hs_codes", "cited_standards")
    return TabledRequirement(
        row,
        {name: text for name, text in texts.items() if name not in apart},
        int(number or 0),
        kind or (RequirementKind.LIMIT if limit else RequirementKind.OTHER),
        limit,
        codes.codes,
        tuple(listed(texts.get("cited_standards", ""))),
    )


def _limit(row: int, text: str) -> Limit | None:
    if not text:
        return None
    try:
        return parse_limit(text)
    except DomainError as error:
        raise _RefusedError(RowFault(row, "limit", text, error.template, error.parameters)) from error


def _remark(row: int, remark: Remark) -> RowFault:
    return RowFault(row, "hs_codes", remark.found, remark.reason, {}, refused=False)
