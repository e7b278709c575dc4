"""Reading of a 1 MB standard in NISO STS (parse, limits, extraction) against `lxml.etree.parse` alone."""

import io
import sys
import time
from collections.abc import Callable

from lxml import etree

from standards_tree.documents.hardened_xml import read_tree
from standards_tree.documents.reading import read_document

TARGET_BYTES = 1_000_000
ROUNDS = 41

SENTENCE = "示例文本：产品在规定的条件下进行试验，并记录结果 (invented text; the value does not exceed 5 %)。"
LINK = "见 <xref ref-type='sec' rid='sec_4'>第4章</xref> 中的 <italic>x</italic>。"
FORMULA = "<mml:math><mml:mi mathvariant='italic'>r</mml:mi><mml:mo>=</mml:mo><mml:mn>1</mml:mn></mml:math>"
CITATION = "应符合 <std><std-ref>GB/T 2</std-ref></std> 的规定。"
CELLS = "\n".join(f"<td align='center'>{number},0</td>" for number in range(5))


def standard(target_bytes: int = TARGET_BYTES) -> bytes:
    """Return an invented standard of *target_bytes*, with about as many clauses and references a page as real ones."""
    chapters: list[str] = []
    entries: list[str] = []
    terms: list[str] = []
    size = 0
    while size < target_bytes:
        number = len(chapters) + 4
        chapters.append(_chapter(number))
        entries.extend(_reference(index) for index in range(2 * number, 2 * number + 2))
        terms.extend(_term(index) for index in range(2 * number, 2 * number + 2))
        size = sum(len(text.encode()) for text in (*chapters, *entries, *terms))
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<standard xmlns:tbx="urn:iso:std:iso:30042:ed-1" xmlns:mml="http://www.w3.org/1998/Math/MathML" xml:lang="zh">
<front><nat-meta originator="SAC"><title-wrap xml:lang="zh"><full>示例标准</full></title-wrap>
<std-ref type="dated">GB/T 99999—2024</std-ref></nat-meta></front>
<body><sec sec-type="norm-refs"><label>2</label><title>规范性引用文件</title><ref-list>{"".join(entries)}</ref-list></sec>
<sec sec-type="terms"><label>3</label><title>术语和定义</title>{"".join(terms)}</sec>
{"".join(chapters)}</body></standard>""".encode()


def _chapter(number: int) -> str:
    clauses = "".join(
        f"<sec id='sec_{number}.{clause}'>\n<label>{number}.{clause}</label>\n<title>示例条 {clause}</title>\n"
        f"<p id='p_{number}_{clause}_1'>{SENTENCE * 5}{LINK}</p>\n"
        f"<p id='p_{number}_{clause}_2'>{SENTENCE * 4}{CITATION if clause % 4 == 1 else ''}</p>\n"
        f"<list list-type='alpha'>\n<list-item>\n<label>a)</label> <p>{SENTENCE}</p>\n</list-item>\n</list>\n"
        f"<disp-formula id='f_{number}_{clause}'>{FORMULA}</disp-formula>\n</sec>\n"
        for clause in range(1, 9)
    )
    table = f"<table-wrap>\n<table>\n<tbody>\n{f'<tr>{CELLS}</tr>' * 5}\n</tbody>\n</table>\n</table-wrap>"
    return f"<sec id='sec_{number}'>\n<label>{number}</label>\n<title>示例章</title>\n{table}\n{clauses}</sec>\n"


def _reference(index: int) -> str:
    return (
        f"<ref content-type='standard' id='ref_{index}'>\n<std std-id='urn:{index}'>\n"
        f"<std-ref>GB/T {index}—2020</std-ref>, <title>示例标准 第{index}部分</title>\n</std>\n</ref>\n"
    )


def _term(index: int) -> str:
    return f"""<term-sec id='sec_3.{index}'>
<label>3.{index}</label>
<tbx:termEntry id='term_3.{index}'>
<tbx:langSet xml:lang='zh'>
<tbx:definition>用于示例的概念，它没有别的用途</tbx:definition>
<tbx:tig><tbx:term>示例{index}</tbx:term><tbx:partOfSpeech value='noun'/></tbx:tig>
</tbx:langSet>
<tbx:langSet xml:lang='en'>
<tbx:tig><tbx:term>example {index}</tbx:term><tbx:partOfSpeech value='noun'/></tbx:tig>
</tbx:langSet>
</tbx:termEntry>
</term-sec>
"""


def measure() -> dict[str, float]:
    """Return milliseconds of each, the best of interleaved rounds, and the ratios."""
    content = standard()
    works: dict[str, Callable[[], object]] = {
        "lxml.etree.parse alone, ms": lambda: etree.parse(io.BytesIO(content)),
        "parse behind the limits, ms": lambda: read_tree(content),
        "parse and extraction, ms": lambda: read_document(content),
    }
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            begin = time.perf_counter()
            work()
            taken[name].append((time.perf_counter() - begin) * 1000)
    figures = {name: min(values) for name, values in taken.items()}
    alone, parsed, extracted = figures.values()
    read = read_document(content)
    return {
        "size of the standard, bytes": len(content),
        "clauses, terms and references in it": len(read.clauses) + len(read.terms) + len(read.normative_references),
        **figures,
        "parse behind the limits / lxml alone": parsed / alone,
        "parse and extraction of all blocks / lxml alone (aim: at most 10)": extracted / alone,
        **{
            f"the same at {factor} times the size (aim: no more)": _ratio(standard(factor * TARGET_BYTES))
            for factor in (2, 4)
        },
    }


def _ratio(content: bytes) -> float:
    """Return how much longer reading takes than parsing, the best of a few rounds of each."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS // 8):
        for times, work in zip(
            taken, (lambda: etree.parse(io.BytesIO(content)), lambda: read_document(content)), strict=True
        ):
            begin = time.perf_counter()
            work()
            times.append(time.perf_counter() - begin)
    return min(taken[1]) / min(taken[0])


if __name__ == "__main__":
    for title, value in measure().items():
        sys.stdout.write(f"{title:<62} {value:>14,.2f}\n")
