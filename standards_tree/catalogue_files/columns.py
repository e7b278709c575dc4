"""Know the columns of a table of standards by their headers, in Chinese and English."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from standards_tree.catalogue_files.words import word_key
from standards_tree.errors import InvalidArgumentError


class Column(StrEnum):
    """What a column says; the words are those a user maps headers to."""

    DESIGNATION = "designation"
    TITLE = "title"
    TITLE_ZH = "title_zh"
    TITLE_EN = "title_en"
    STATUS = "status"
    LEVEL = "level"
    OBLIGATION = "obligation"
    ISSUED_ON = "issued_on"
    EFFECTIVE_ON = "effective_on"
    ENDED_ON = "ended_on"
    REVIEWED_ON = "reviewed_on"
    ICS = "ics"
    CCS = "ccs"
    COMMITTEE = "committee"
    SOURCE = "source"
    NODE = "node"
    SCOPE = "scope"
    SCOPE_ZH = "scope_zh"
    SCOPE_EN = "scope_en"
    SUPERSEDES = "supersedes"
    SUPERSEDED_BY = "superseded_by"
    ADOPTS = "adopts"
    DEGREE = "degree"
    REFERENCES = "references"
    IGNORED = "ignored"


# Headers as catalogues, portals and the tables of GB/T 13016 and GB/T 22373 print them.
_HEADERS: Final = {
    Column.DESIGNATION: """
        标准号 标准编号 标准代号 标准的代号和编号 标准代号和编号 编号 designation number standardnumber
        standardno standardcode stdcode docid identifier 标准号designation
    """,
    Column.TITLE: """
        title name 名称 题名
    """,
    Column.TITLE_ZH: """
        标准名称 中文名称 标准中文名称 中文标准名称 标准名称(中文) 中文题名 title_zh titlezh title.zh cname
        chinesetitle
    """,
    Column.TITLE_EN: """
        英文名称 标准英文名称 英文标准名称 标准名称(英文) 英文题名 title_en titleen title.en ename
        englishtitle
    """,
    Column.STATUS: """
        状态 标准状态 status state standardstatus 有效性
    """,
    Column.LEVEL: """
        级别 标准级别 标准层级 level 宜定级别 stddomains
    """,
    Column.OBLIGATION: """
        性质 标准性质 标准属性 obligation stdnature
    """,
    Column.ISSUED_ON: """
        发布日期 发布时间 批准日期 批准发布日期 颁布日期 issued_on issuedon issuedate issued publisheddate
        publicationdate published approval_date
    """,
    Column.EFFECTIVE_ON: """
        实施日期 实施时间 实施或试行日期 生效日期 effective_on effectiveon actdate effectivedate
        effective_date implementationdate
    """,
    Column.ENDED_ON: """
        废止日期 废止时间 作废日期 被代替日期 ended_on endedon withdrawaldate
    """,
    Column.REVIEWED_ON: """
        复审日期 复审确认日期 确认日期 复审时间 reviewed_on reviewedon
    """,
    Column.ICS: """
        ics ics号 ics分类号 ics分类 ics代码 国际标准分类号 国际标准分类 国际标准分类号(ics) icscode
        icscodes
    """,
    Column.CCS: """
        ccs ccs号 ccs分类号 ccs分类 ccs代码 中国标准分类号 中国标准分类 中标分类号 中国标准分类号(ccs)
        ccscode
    """,
    Column.COMMITTEE: """
        归口单位 归口 归口部门 标准归口部门 标准归口单位 技术归口 技术委员会 标准化技术委员会 committee tc
        taname
    """,
    Column.SOURCE: """
        来源 数据来源 链接 网址 source url source_url sourceurl link
    """,
    Column.NODE: """
        体系编号 标准体系编号 体系代码 体系编码 体系表编号 体系节点 node node_code nodecode
    """,
    Column.SUPERSEDES: """
        代替标准 代替标准号 代替标准编号 代替 替代标准 替代标准号 替代标准编号 全部替代标准 全部代替标准
        被代替标准 被代替标准号 被代替标准编号 被替代标准 被替代标准编号 被代替标准号或作废 代替情况
        totalrepe supersedes replaces
    """,
    Column.SUPERSEDED_BY: """
        后继标准 替代者 代替者 被以下标准代替 新标准号 现行标准号 superseded_by supersededby replaced_by
        replacedby
    """,
    Column.ADOPTS: """
        采用标准 采用标准号 采标编号 采标号 采用国际标准 采用国际标准号 国际国外标准号及采用关系
        采用国际标准和国外标准 采用的或相应的国际、国外标准号 对应国际标准 adopts adoptno adoptedstandard
    """,
    Column.DEGREE: """
        采用程度 采标程度 一致性程度 一致性程度代号 采用关系 degree adoptlevel adoptiontype adoption_type
    """,
    Column.REFERENCES: """
        规范性引用文件 引用标准 引用文件 references normativereferences normative_references
    """,
    Column.SCOPE: """
        范围 适用范围 标准范围 摘要 内容摘要 scope abstract
    """,
    Column.SCOPE_ZH: """
        中文范围 范围(中文) 适用范围(中文) 中文摘要 scope_zh scopezh scope.zh abstract_zh abstract.zh
    """,
    Column.SCOPE_EN: """
        英文范围 范围(英文) 适用范围(英文) 英文摘要 scope_en scopeen scope.en abstract_en abstract.en
    """,
    Column.IGNORED: """
        序号 seq no no. 行号 id
    """,
}
_MEANINGS: Final = frozenset(column.value for column in Column)
_BY_HEADER: Final = {word_key(word): column for column, words in _HEADERS.items() for word in words.split()}


def column_of(header: str) -> Column | None:
    """Return what a column with *header* says, None if that is not known."""
    return _BY_HEADER.get(word_key(header))


def mapped(headers: Iterable[str], chosen: Mapping[str, str]) -> dict[int, Column]:
    """Return what the columns with *headers* say, by position; *chosen* headers as their user says, the others by name.

    Two columns of one meaning: the first one that the user chose counts, else the first one; the other is not known.

    Raises:
        InvalidArgumentError: a chosen header is not there, or a chosen meaning is none.
    """
    named = list(headers)
    by_user = _chosen(named, chosen)
    found: dict[int, Column] = dict(by_user)
    taken = set(by_user.values())
    for position, header in enumerate(named):
        column = column_of(header) if position not in found else None
        if column is not None and (column not in taken or column is Column.IGNORED):
            found[position] = column
            taken.add(column)
    return found


def _chosen(headers: list[str], chosen: Mapping[str, str]) -> dict[int, Column]:
    keys = [word_key(header) for header in headers]
    found = {}
    for header, meaning in chosen.items():
        if word_key(header) not in keys:
            message = "the file has no column {column}; it has {found}"
            raise InvalidArgumentError.in_field(
                "column", message, column=header, found=", ".join(filter(None, headers))
            )
        if meaning not in _MEANINGS:
            message = "{meaning} is nothing that a column of standards says; known are {known}"
            raise InvalidArgumentError.in_field("column", message, meaning=meaning, known=", ".join(Column))
        found[keys.index(word_key(header))] = Column(meaning)
    return found
