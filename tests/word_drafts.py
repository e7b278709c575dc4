"""Build drafts as they are written in Word: with the styles of the templates, automatic numbers, changes, footnotes."""

import io
import zipfile
from collections.abc import Sequence
from html import escape

NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"
PREFIX = "标准文件_"
_CONTENT_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" '
    'ContentType="application/xml"/><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
# One list for chapters and clauses, one for annexes, one for lettered and numbered entries, one each for the rest.
_LISTS = {
    "1": (
        ("decimal", "%1", "章标题"),
        ("decimal", "%1.%2", "一级条标题"),
        ("decimal", "%1.%2.%3", "二级条标题"),
    ),
    "2": (
        ("upperLetter", "附录%1", "附录标识"),
        ("decimal", "%1.%2", "附录一级条标题"),
        ("decimal", "%1.%2.%3", "附录二级条标题"),
    ),
    "3": (("lowerLetter", "%1)", "字母编号列项（一级）"), ("decimal", "%2)", "数字编号列项（二级）")),
    "4": (("bullet", "——", "列项——（一级）"),),
    "5": (("decimal", "注%1：", "注×："),),
    "6": (("decimal", "表%1", "正文表标题"),),
    "7": (("decimal", "图%1", "正文图标题"),),
}
_UNTITLED = {"一级无": ("1", "1"), "二级无": ("1", "2")}
_PLAIN_STYLES = (
    *("段", "前言、引言标题", "目次标题", "目次、索引正文", "附录章标题", "附录性质", "注：", "示例：", "术语条一"),
    *("封面标准号2", "封面标准代替信息", "封面标准名称", "封面标准英文名称", "封面一致性程度标识", "封面标准文稿类别"),
    *("发布日期", "实施日期", "发布部门", "文献分类号", "标准称谓", "正文公式", "正文标准名称", "参考文献条目"),
)


def paragraph(text: str = "", style: str = "", *, properties: str = "", inside: str = "") -> str:
    """Return a paragraph; line breaks in *text* are breaks of its author's, *inside* is further markup of runs."""
    lines = escape(text, quote=False).split("\n")
    runs = "<w:br/>".join(f'<w:t xml:space="preserve">{line}</w:t>' for line in lines if line or len(lines) > 1)
    named = f'<w:pStyle w:val="{style_id(style)}"/>' if style else ""
    run = f"<w:r>{runs}</w:r>" if runs else ""
    return f"<w:p><w:pPr>{named}{properties}</w:pPr>{run}{inside}</w:p>"


def numbered(text: str, number: str, level: int = 0, style: str = "") -> str:
    """Return a paragraph that its author put into list *number* by hand."""
    properties = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    return paragraph(text, style, properties=properties)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return a table; a cell may hold paragraphs already, or a text."""
    written = "".join(
        "<w:tr>"
        + "".join(f"<w:tc>{cell if cell.startswith('<w:p>') else paragraph(cell)}</w:tc>" for cell in row)
        + "</w:tr>"
        for row in rows
    )
    return f"<w:tbl>{written}</w:tbl>"


def style_id(name: str) -> str:
    """Return the id that a style of this name has in every draft made here."""
    return "s" + name.encode().hex()


def word_document(
    *blocks: str, prefix: str = "", parts: dict[str, str] | None = None, footnotes: Sequence[str] = ()
) -> bytes:
    """Return a Word document; *prefix* begins the names of its styles, *parts* replace parts by name."""
    notes = "".join(
        f'<w:footnote w:id="{count}">{paragraph(text)}</w:footnote>' for count, text in enumerate(footnotes, 1)
    )
    everything = {
        "[Content_Types].xml": _CONTENT_TYPES,
        "_rels/.rels": _RELATIONS,
        "word/document.xml": _part("document", f"<w:body>{''.join(blocks)}</w:body>"),
        "word/styles.xml": _part("styles", _styles(prefix)),
        "word/numbering.xml": _part("numbering", _numbering()),
        "word/footnotes.xml": _part("footnotes", notes),
        **(parts or {}),
    }
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in everything.items():
            archive.writestr(name, text)
    return written.getvalue()


def _part(root: str, content: str) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:{root} xmlns:w="{NAMESPACE}" xmlns:m="{MATH}" '
        f'xmlns:mc="urn:mc" xmlns:wps="urn:wps" xmlns:r="urn:r">{content}</w:{root}>'
    )


def _styles(prefix: str) -> str:
    numbered_styles = [
        (name, f'<w:numPr><w:numId w:val="{number}"/></w:numPr>')
        for number, levels in _LISTS.items()
        for _numeral, _text, name in levels
    ]
    untitled = [
        (name, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')
        for name, (number, level) in _UNTITLED.items()
    ]
    builtin = [(f"heading {level}", f'<w:outlineLvl w:val="{level - 1}"/>') for level in range(1, 7)]
    plain = [(name, "") for name in _PLAIN_STYLES]
    styles = '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
    for name, properties in (*numbered_styles, *untitled, *plain):
        styles += _style(f"{prefix}{name}", style_id(name), properties)
    return styles + "".join(_style(name, style_id(name), properties) for name, properties in builtin)


def _style(name: str, identifier: str, properties: str) -> str:
    return (
        f'<w:style w:type="paragraph" w:styleId="{identifier}"><w:name w:val="{name}"/><w:basedOn w:val="Normal"/>'
        f"<w:pPr>{properties}</w:pPr></w:style>"
    )


def _numbering() -> str:
    written = ""
    for number, levels in _LISTS.items():
        described = "".join(
            f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{numeral}"/><w:pStyle w:val="{style_id(style)}"/>'
            f'<w:lvlText w:val="{text}"/></w:lvl>'
            for at, (numeral, text, style) in enumerate(levels)
        )
        written += f'<w:abstractNum w:abstractNumId="{number}">{described}</w:abstractNum>'
    return written + "".join(
        f'<w:num w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>' for number in _LISTS
    )


FOOTNOTE = '<w:r><w:footnoteReference w:id="1"/></w:r>'


def styled_draft(prefix: str = "") -> bytes:
    """Return an invented draft with the styles of a template, all numbers automatic."""
    return word_document(
        paragraph("ICS 01.120\nCCS A 00", "文献分类号"),
        paragraph("中华人民共和国国家标准", "标准称谓"),
        paragraph("GB/T 99999.1—XXXX", "封面标准号2"),
        paragraph("代替GB/T 99999.1—2010", "封面标准代替信息"),
        paragraph("示例产品　安全要求　第1部分：通则", "封面标准名称"),
        paragraph("Example products—Safety requirements—Part 1: General", "封面标准英文名称"),
        paragraph("（ISO 99999-1:2020，MOD）", "封面一致性程度标识"),
        paragraph("（征求意见稿）", "封面标准文稿类别"),
        paragraph("2024-11-28发布", "发布日期"),
        paragraph("2025-06-01实施", "实施日期"),
        paragraph("国家市场监督管理总局\n国家标准化管理委员会 发布", "发布部门"),
        paragraph("目　　次", "目次标题"),
        paragraph("1　范围\t1", "目次、索引正文"),
        paragraph("前　　言", "前言、引言标题"),
        paragraph("本文件按照GB/T 1.1—2020的规定起草。", "段"),
        paragraph("示例产品　安全要求　第1部分：通则", "正文标准名称"),
        paragraph("范围", "章标题"),
        paragraph("本文件规定了示例产品的安全要求。", "段", inside=FOOTNOTE),
        paragraph("规范性引用文件", "章标题"),
        paragraph("下列文件中的内容通过文中的规范性引用而构成本文件必不可少的条款。", "段"),
        paragraph("GB/T 88888.2—2018　示例　第2部分：试验方法", "段"),
        paragraph("ISO 77777　示例", "段"),
        paragraph("术语和定义", "章标题"),
        paragraph("下列术语和定义适用于本文件。", "段"),
        numbered("\n示例产品　example product; sample product", "1", 1, "术语条一"),
        paragraph("样品", "段"),
        paragraph("〈检验〉按要求做的示例。", "段"),
        paragraph("一条注。", "注×："),
        paragraph("[来源：GB/T 88888.2—2018，3.1]", "段"),
        paragraph("要求", "章标题"),
        paragraph("总则", "一级条标题"),
        paragraph("应符合GB/T 88888.2—2018的规定：", "段"),
        paragraph("第一项：", "字母编号列项（一级）"),
        paragraph("第一小项；", "数字编号列项（二级）"),
        paragraph("第二项。", "字母编号列项（一级）"),
        paragraph("示例产品应平整。", "二级无"),
        paragraph("示例产品应清洁。", "二级无"),
        paragraph("指标", "一级条标题"),
        paragraph("指标见表1。", "段"),
        paragraph("示例指标", "正文表标题"),
        table([["项目", "值"], ["甲", "1"], [paragraph("注：表内的注。")]]),
        paragraph("", inside="<w:r><w:drawing/></w:r>"),
        paragraph("示例图", "正文图标题"),
        paragraph("", "正文公式", inside="<m:oMath><m:r><m:t>r=1</m:t></m:r></m:oMath><w:r><w:t>……（1）</w:t></w:r>"),
        paragraph("\n（资料性）\n示例的附录", "附录标识"),
        paragraph("概述", "附录一级条标题"),
        paragraph("示例。", "段"),
        paragraph("参考文献", "前言、引言标题"),
        paragraph("[1] GB/T 66666—2019　示例指南", "参考文献条目"),
        prefix=prefix,
        footnotes=["一条脚注。"],
    )


def typed_draft() -> bytes:
    """Return the same kind of draft written without any style, all numbers typed."""
    texts = (
        *("ICS  01.120", "A 00", "中华人民共和国国家标准", "GB/T 99999—2024", "代替 GB/T 99999—2010"),
        *("示例产品 安全要求", "Example products—Safety requirements", "（ISO 99999:2020，IDT）", "2024-11-28 发布"),
        *("2025-06-01 实施", "国家市场监督管理总局 发布", "目   次", "前言\tⅠ", "1 范围\t1", "前   言"),
        *("本文件按照GB/T 1.1—2020的规定起草。", "1  范围", "本文件规定了示例产品的安全要求。", "2  规范性引用文件"),
        *("本文件没有规范性引用文件。", "3  术语和定义", "3.1", "示例产品  example product", "按要求做的示例。"),
        *("4  要求", "4.1  总则", "应平整，2024年起应清洁。", "4.1.1  示例产品应无毒，且满足各项要求。", "——第一项；"),
        *(
            "——第二项。",
            "a）甲；",
            "b）乙。",
            "4.2  指标",
            "附录A",
            "（规范性）",
            "示例的附录",
            "A.1  概述",
            "示例。",
            "参考文献",
        ),
        "[1] GB/T 66666—2019 示例指南",
    )
    return word_document(*(paragraph(text) for text in texts))
