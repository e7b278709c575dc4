"""Write the clean documents of the drafting rules as files of other formats, so that they are read back like a user's."""

import re
from collections.abc import Iterator, Sequence
from html import escape

from standards_tree.documents.model import Block, BlockKind, Clause, ClauseKind, Reference, StandardDocument, TermEntry
from word_drafts import FOOTNOTE, paragraph, table, word_document

SEC_TYPES = {
    ClauseKind.FOREWORD: "foreword",
    ClauseKind.INTRODUCTION: "intro",
    ClauseKind.SCOPE: "scope",
    ClauseKind.NORMATIVE_REFERENCES: "norm-refs",
    ClauseKind.TERMS: "terms",
    ClauseKind.BIBLIOGRAPHY: "bibliography",
    ClauseKind.INDEX: "index",
}
FRONT = (ClauseKind.FOREWORD, ClauseKind.INTRODUCTION)


def as_sts(document: StandardDocument) -> bytes:
    """Return *document* as NISO STS."""
    front, body, back = "", "", ""
    index = 0
    while index < len(document.clauses):
        end = index + 1
        while end < len(document.clauses) and document.clauses[end].level > 1:
            end += 1
        chapter = _section(document, document.clauses[index:end])
        kind = document.clauses[index].kind
        if kind in FRONT:
            front += chapter
        elif kind in (ClauseKind.ANNEX, ClauseKind.BIBLIOGRAPHY, ClauseKind.INDEX):
            back += chapter
        else:
            body += chapter
        index = end
    head = _metadata(document)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<standard dtd-version="1.0" xml:lang="{document.language}" xmlns:tbx="urn:iso:std:iso:30042:ed-1">
<front>{head}{front}</front>
<body>{body}</body>
<back>{back}</back></standard>""".encode()


def _metadata(document: StandardDocument) -> str:
    metadata = document.metadata
    assert metadata is not None
    titles = "".join(
        f'<title-wrap xml:lang="{tag}"><full>{escape(title.full)}</full></title-wrap>'
        for tag, title in metadata.titles.items()
    )
    part = f"<part-number>{metadata.part}</part-number>" if metadata.part else ""
    replaces = "".join(
        f'<std-xref type="replaces"><std-ref>{escape(one.designation_text)}</std-ref></std-xref>'
        for one in metadata.related
    )
    ics = "".join(f"<ics>{code}</ics>" for code in metadata.ics_codes)
    ccs = "".join(
        f"<custom-meta><meta-name>CCS</meta-name><meta-value>{code}</meta-value></custom-meta>"
        for code in metadata.ccs_codes
    )
    custom = f"<custom-meta-group>{ccs}</custom-meta-group>" if ccs else ""
    number = f'<std-ref type="dated">{escape(metadata.designation or "")}</std-ref>'
    ident = f"<std-ident><originator>SAC</originator>{part}</std-ident>" if part else ""
    return f'<nat-meta originator="SAC">\n{titles}{ident}{number}{ics}{replaces}{custom}</nat-meta>\n'


def _section(document: StandardDocument, clauses: Sequence[Clause]) -> str:
    """Return a chapter or annex with all below it; *clauses* are in order, the first the chapter."""
    first, rest = clauses[0], clauses[1:]
    inner, index = "", 0
    while index < len(rest):
        end = index + 1
        while end < len(rest) and rest[end].level > rest[index].level:
            end += 1
        inner += _section(document, rest[index:end])
        index = end
    label = f"<label>{first.number}</label>" if first.number else ""
    title = f"<title>{escape(first.title)}</title>" if first.title else ""
    content = "".join(_blocks(first.blocks))
    if first.level == 1 and first.kind is ClauseKind.NORMATIVE_REFERENCES:
        inner = _list(document.normative_references) + inner
    if first.level == 1 and first.kind is ClauseKind.BIBLIOGRAPHY:
        inner = _list(document.bibliography) + inner
    inner += "".join(_term(entry) for entry in document.terms if first.kind is ClauseKind.TERMS and _in(entry, clauses))
    if first.kind is ClauseKind.ANNEX and first.level == 1:
        nature = {True: "规范性", False: "资料性"}.get(first.normative)  # type: ignore[arg-type]
        stated = f"<annex-type>（{nature}）</annex-type>" if nature else ""
        return f"<app>\n<label>附录{first.number}</label>{stated}{title}\n{content}{inner}</app>\n"
    sec_type = SEC_TYPES.get(first.kind) if first.level == 1 else None
    attribute = f' sec-type="{sec_type}"' if sec_type else ""
    return f"<sec{attribute}>\n{label}{title}\n{content}{inner}</sec>\n"


def _in(entry: TermEntry, clauses: Sequence[Clause]) -> bool:
    """Tell whether a term entry stands in the first of *clauses*, not in one below it."""
    own = clauses[0].number
    head = entry.number.rpartition(".")[0]
    if head in {clause.number for clause in clauses[1:]}:
        return False
    return head == own or (not head and clauses[0].level == 1)


def _list(references: Sequence[Reference]) -> str:
    entries = []
    for entry in references:
        label = f"<label>{entry.label}</label>" if entry.label else ""
        if entry.designation_text:
            rest = entry.text[len(entry.designation_text) :]
            title = f"<title>{escape(entry.title)}</title>" if entry.title else ""
            body = f"<std><std-ref>{escape(entry.designation_text)}</std-ref>{title or escape(rest)}</std>"
        else:
            body = f"<mixed-citation>{escape(entry.text)}</mixed-citation>"
        entries.append(f"<ref>{label}{body}</ref>\n")
    return f"<ref-list>\n{''.join(entries)}</ref-list>" if entries else ""


def _term(entry: TermEntry) -> str:
    languages = dict.fromkeys(
        [*(word.language for word in entry.designations), *(one.language for one in entry.definitions)]
    )
    sets = ""
    for language in languages:
        texts = "".join(
            f"<tbx:{name}>{escape(one.text)}</tbx:{name}>\n"
            for name, several in (("definition", entry.definitions), ("note", entry.notes), ("source", entry.sources))
            for one in several
            if one.language == language
        )
        words = "".join(
            f"<tbx:tig><tbx:term>{escape(word.text)}</tbx:term></tbx:tig>\n"
            for word in entry.designations
            if word.language == language
        )
        sets += f'<tbx:langSet xml:lang="{language}">\n{texts}{words}</tbx:langSet>'
    label = f"<label>{entry.number}</label>" if entry.number else ""
    return f'<term-sec>{label}\n<tbx:termEntry id="{entry.id}">{sets}</tbx:termEntry></term-sec>\n'


def _blocks(blocks: Sequence[Block]) -> Iterator[str]:
    index = 0
    while index < len(blocks):
        block = blocks[index]
        inside = [one for one in blocks if one.inside == index]
        if block.inside >= 0:
            index += 1
        elif block.kind is BlockKind.LIST_ITEM:
            end = index
            while end < len(blocks) and blocks[end].kind is BlockKind.LIST_ITEM:
                end += 1
            yield _items(blocks[index:end], 1)
            index = end
        else:
            yield _block(block, "".join(_footnote(one) for one in inside))
            index += 1


def _items(items: Sequence[Block], level: int) -> str:
    parts, index = [], 0
    while index < len(items):
        end = index + 1
        while end < len(items) and items[end].level > level:
            end += 1
        below = _items(items[index + 1 : end], level + 1) if end > index + 1 else ""
        item = items[index]
        parts.append(f"<list-item><label>{item.number}</label><p>{escape(item.text)}</p>{below}</list-item>\n")
        index = end
    return f"<list>\n{''.join(parts)}</list>\n"


def _footnote(block: Block) -> str:
    return f"<fn><label>{block.number}</label><p>{escape(block.text)}</p></fn>"


def _block(block: Block, footnotes: str) -> str:
    text, label = escape(block.text), f"<label>{block.number}</label>" if block.number else ""
    if block.kind is BlockKind.TABLE:
        rows = "".join(
            f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row.split(chr(9)))}</tr>\n"
            for row in block.text.split("\n")
        )
        caption = f"<caption><title>{escape(block.title)}</title></caption>" if block.title else ""
        foot = f"<table-wrap-foot>{footnotes}</table-wrap-foot>" if footnotes else ""
        return f"<table-wrap>\n{label}{caption}<table><tbody>{rows}</tbody></table>{foot}</table-wrap>\n"
    if block.kind is BlockKind.FIGURE:
        caption = f"<caption><title>{escape(block.title)}</title></caption>" if block.title else ""
        return f"<fig>\n{label}{caption}<graphic/></fig>\n"
    if block.kind is BlockKind.FORMULA:
        return f"<disp-formula>{label} {text}</disp-formula>\n"
    if block.kind is BlockKind.FOOTNOTE:
        return f"<p><fn><label>{block.number}</label><p>{text}</p></fn></p>\n"
    if block.kind in (BlockKind.NOTE, BlockKind.EXAMPLE):
        name = "non-normative-note" if block.kind is BlockKind.NOTE else "non-normative-example"
        return f"<{name}><label>{re.sub('[：:]$', '', block.number)}</label><p>{text}</p></{name}>\n"
    return f"<p>{text}</p>\n"


HEADING_LEVELS = 6


def as_docx(document: StandardDocument) -> bytes:
    """Return *document* as a draft is written in Word: styles of headings, numbers and marks typed, tables as tables."""
    metadata = document.metadata
    assert metadata is not None
    blocks: list[str] = []
    footnotes: list[str] = []
    codes = [*(f"ICS {code}" for code in metadata.ics_codes), *(f"CCS {code}" for code in metadata.ccs_codes)]
    blocks += [paragraph(code, "文献分类号") for code in codes]
    blocks += [paragraph(metadata.designation or "", "封面标准号2")] if metadata.designation else []
    blocks += [paragraph(f"代替 {one.designation_text}", "封面标准代替信息") for one in metadata.related]
    for tag, style in (("zh", "封面标准名称"), ("en", "封面标准英文名称")):
        if tag in metadata.titles:
            blocks.append(paragraph(metadata.titles[tag].full, style))
    written: set[str] = set()
    for clause in document.clauses:
        blocks.append(_word_heading(clause))
        blocks += _word_blocks(clause.blocks, footnotes)
        if clause.level == 1 and clause.kind is ClauseKind.NORMATIVE_REFERENCES:
            blocks += [_word_reference(one) for one in document.normative_references]
        if clause.level == 1 and clause.kind is ClauseKind.BIBLIOGRAPHY:
            blocks += [_word_reference(one) for one in document.bibliography]
        if clause.kind is ClauseKind.TERMS:
            inner = [one for one in document.clauses if one.kind is ClauseKind.TERMS]
            for entry in document.terms:
                if entry.id not in written and _in(entry, inner[inner.index(clause) :]):
                    written.add(entry.id)
                    blocks += _word_term(entry)
    return word_document(*blocks, footnotes=footnotes)


def _word_heading(clause: Clause) -> str:
    if clause.kind in FRONT or clause.kind in (ClauseKind.BIBLIOGRAPHY, ClauseKind.INDEX):
        return paragraph(f"{clause.number} {clause.title}".strip(), "heading 1" if clause.level == 1 else "heading 2")
    if clause.kind is ClauseKind.ANNEX and clause.level == 1:
        nature = {True: "（规范性）", False: "（资料性）"}.get(clause.normative, "")  # type: ignore[arg-type]
        return paragraph("\n".join(filter(None, (f"附录{clause.number}", nature, clause.title))), "heading 1")
    return paragraph(f"{clause.number}　{clause.title}".strip(), f"heading {min(clause.level, HEADING_LEVELS)}")


def _word_reference(entry: Reference) -> str:
    return paragraph(" ".join(filter(None, (entry.label, entry.text))))


def _word_term(entry: TermEntry) -> list[str]:
    words = "　".join(word.text for word in entry.designations)
    lines = [entry.number, words, *(one.text for one in entry.definitions)]
    lines += [f"注：{one.text}" for one in entry.notes]
    lines += [f"[来源：{one.text}]" for one in entry.sources]
    return [paragraph(line) for line in lines if line]


def _word_blocks(blocks: Sequence[Block], footnotes: list[str]) -> Iterator[str]:
    for index, block in enumerate(blocks):
        inside = [one for one in blocks if one.inside == index]
        if block.inside >= 0:
            continue
        if block.kind is BlockKind.TABLE:
            rows = [row.split("\t") for row in block.text.split("\n")]
            notes = [[f"{one.number} {one.text}"] for one in inside]
            yield paragraph(f"{block.number}　{block.title}".strip())
            yield table([*rows, *notes])
        elif block.kind is BlockKind.FIGURE:
            yield paragraph(f"{block.number}　{block.title}".strip())
        elif block.kind is BlockKind.FORMULA:
            yield paragraph(f"{block.text}……{block.number}" if block.number else block.text, "正文公式")
        elif block.kind is BlockKind.FOOTNOTE:
            footnotes.append(block.text)
            yield paragraph("", inside=FOOTNOTE.replace('"1"', f'"{len(footnotes)}"'))
        elif block.kind is BlockKind.LIST_ITEM:
            yield paragraph(f"{block.number}　{block.text}", properties=f'<w:ind w:left="{420 * block.level}"/>')
        elif block.kind in (BlockKind.NOTE, BlockKind.EXAMPLE):
            yield paragraph(f"{block.number}：{block.text}")
        else:
            yield paragraph(block.text)
