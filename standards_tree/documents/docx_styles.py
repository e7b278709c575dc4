"""Tell by the name of its style what a paragraph of a Word document is.

The names are those of Word itself and of the templates that standards are drafted in: TCS and SET for Chinese ones, the
template of ISO for others. A style that somebody derived from one of them is what that one is.
"""

import re
from dataclasses import dataclass

from standards_tree.documents.docx_package import value
from standards_tree.documents.hardened_xml import Element
from standards_tree.documents.printed_lines import Role

_TEMPLATE_PREFIX = re.compile(r"标准文件_|标准_|TCS_?|SET_?")
_LEVELS = {"章": 1, "一": 2, "二": 3, "三": 4, "四": 5, "五": 6, "六": 7}
_LIST_LEVELS = {"一": 1, "二": 2, "三": 3, "四": 4}
_DEEPEST_CHAIN = 20
_BODY_LEVEL = 9
_NAMES: tuple[tuple[str, Role, int], ...] = (
    (r"(?:heading|标题) ?(?P<level>[1-9])", Role.HEADING, 0),
    (r"title|标题", Role.DOCUMENT_TITLE, 0),
    (r"subtitle|副标题", Role.UNKNOWN, 0),
    (r"toc heading|目[次录]标题", Role.CONTENTS_TITLE, 0),
    (r"(?:toc|目[次录]) ?\d|目次、索引正文|目次.*正文|table of figures", Role.CONTENTS, 0),
    (r"正文标准名称|文件标题|目次、标准名称标题", Role.DOCUMENT_TITLE, 0),
    (
        r"(?:前言|引言|参考文献|索引|前言、引言|参考文献、索引)标题|(?:foreword|intro|biblio|index) ?title",
        Role.UNNUMBERED_TITLE,
        0,
    ),
    (r"章标题", Role.HEADING, 1),
    (r"(?P<words>[一二三四五六])级条标题", Role.HEADING, 0),
    (r"(?P<words>[一二三四五六])级无(?:标题)?(?:条)?", Role.UNTITLED, 0),
    (r"附录标识|annex", Role.ANNEX, 1),
    (r"附录性质", Role.ANNEX_NATURE, 0),
    (r"附录(?:章)?标题", Role.ANNEX_TITLE, 0),
    (r"附录(?P<words>[一二三四五六])级条标题", Role.HEADING, 0),
    (r"附录(?P<words>[一二三四五六])级无(?:标题)?(?:条)?", Role.UNTITLED, 0),
    (r"a(?P<level>[2-6])", Role.HEADING, 0),
    (r"术语条[一二三四五].*|termnum.*", Role.TERM, 2),
    (r"封面标准号\d?|文件编号|封面.*编号", Role.COVER_DESIGNATION, 0),
    (r"封面标准代替信息|替换文件编号|代替.*编号", Role.COVER_REPLACED, 0),
    (r"封面标准名称\d?|文件名称|封面.*中文名称", Role.COVER_TITLE, 0),
    (r"封面标准英文名称\d?|.*英文名称", Role.COVER_TITLE_ENGLISH, 0),
    (r"封面一致性程度标识\d?|.*一致性程度.*", Role.COVER_ADOPTION, 0),
    (r"封面标准文稿类别\d?|.*文稿类别", Role.COVER_STAGE, 0),
    (r"(?:其他)?(?:发布|实施)日期", Role.COVER_DATE, 0),
    (r"(?:其他)?发布部门|发布机构", Role.COVER_ISSUER, 0),
    (r"文献分类号|ics|ccs|备案号", Role.COVER_CODES, 0),
    (r"(?:其他)?标准(?:标志|称谓)|封面.*|.*文稿编辑信息\d?", Role.COVER_OTHER, 0),
    (r"列项——.*|破折号列项.*|列项-.*", Role.LIST, 1),
    (r"列项[●·•].*|圆点列项.*", Role.LIST, 2),
    (r"列项◆.*", Role.LIST, 3),
    (r".*列项.*[（(](?P<list>[一二三四])级[)）].*", Role.LIST, 0),
    (r"字母编号列项.*", Role.LIST, 1),
    (r".*列项.*|list (?:bullet|number|continue).*|列表.*", Role.LIST, 0),
    (r"注[:：]?|注[×xX\d][:：]?|.*[_、]?注(?:后续|说明)?|note.*", Role.NOTE, 0),
    (r"示例.*|example.*", Role.EXAMPLE, 0),
    (r"caption|题注|.*[图表]标题|[图表]题|.*图表标题|(?:table|figure) ?title", Role.CAPTION, 0),
    (r".*公式.*|formula.*", Role.FORMULA, 0),
    (r"参考文献条目|参考文献|bibliography|书目|ref(?:norm)?|biblioentry", Role.REFERENCE, 0),
    (r"段|段落|正文段落|正文文本.*|body text.*", Role.BODY, 0),
)
_BY_NAME = tuple((re.compile(pattern, re.IGNORECASE), role, level) for pattern, role, level in _NAMES)
_LINE_OF_LIST = "list paragraph"


@dataclass(frozen=True, slots=True)
class Style:
    """What a style stands for, and the list it numbers its paragraphs with."""

    role: Role = Role.UNKNOWN
    level: int = 0
    number_id: str = ""
    number_level: str = ""


class Styles:
    """Knows the styles of a document by their ids."""

    def __init__(self, root: Element | None) -> None:
        self._elements: dict[str, Element] = {}
        self._known: dict[str, Style] = {}
        self._default = ""
        for element in root.iterchildren("style") if root is not None else ():
            if value(element, "type") == "paragraph":
                identifier = value(element, "styleId")
                self._elements[identifier] = element
                if value(element, "default") in ("1", "true"):
                    self._default = identifier

    def style(self, identifier: str) -> Style:
        """Return what the style *identifier* stands for; the default style where it is empty."""
        identifier = identifier or self._default
        known = self._known.get(identifier)
        if known is None:
            known = self._known[identifier] = self._resolved(identifier)
        return known

    def _resolved(self, identifier: str) -> Style:
        role, level, number_id, number_level = Role.UNKNOWN, 0, "", ""
        for element in self._chain(identifier):
            if role is Role.UNKNOWN:
                role, level = _role_of(value(element.find("name")))
            properties = element.find("pPr")
            numbering = properties.find("numPr") if properties is not None else None
            if numbering is not None:
                number_id = number_id or value(numbering.find("numId"))
                number_level = number_level or value(numbering.find("ilvl"))
            outline = value(properties.find("outlineLvl")) if properties is not None else ""
            if role is Role.UNKNOWN and outline.isdigit() and int(outline) < _BODY_LEVEL:
                role, level = Role.HEADING, int(outline) + 1
        return Style(role, level, number_id, number_level)

    def _chain(self, identifier: str) -> list[Element]:
        """Return the style and those it is based on; a chain that leads back into itself ends there."""
        chain: list[Element] = []
        while identifier in self._elements and len(chain) < _DEEPEST_CHAIN:
            element = self._elements[identifier]
            if element in chain:
                break
            chain.append(element)
            identifier = value(element.find("basedOn"))
        return chain


def _role_of(name: str) -> tuple[Role, int]:
    """Return what a style called *name* stands for, and its level."""
    name = _TEMPLATE_PREFIX.sub("", " ".join(name.split())).strip()
    for pattern, role, level in _BY_NAME:
        match = pattern.fullmatch(name)
        if match is None:
            continue
        groups = match.groupdict()
        if groups.get("level"):
            return role, int(groups["level"])
        if groups.get("words"):
            return role, _LEVELS[groups["words"]]
        if groups.get("list"):
            return role, _LIST_LEVELS[groups["list"]]
        return role, level
    return Role.UNKNOWN, 0
