"""Read notifications as Chinese platforms repeat them: one JSON record each, with what their web pages did to it.

Codes come as JSON fragments or with a lost blank; dates without separators or as "批准后6个月"; page counts and
languages stand in each other's place; symbols hold blanks or are cut off. What can be put right is put right and said.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from standards_tree.classifications import Scheme
from standards_tree.measures.dates import DateKind, DateReading, Event
from standards_tree.measures.eping_columns import Column
from standards_tree.measures.item_reading import ItemReader, Record
from standards_tree.measures.joint_notifications import Gathering
from standards_tree.measures.model import Measure, MeasureReading, Origin, Problem, Severity
from standards_tree.text import contains_han

# What a platform calls a field: in exports made by program, and on its pages.
NAMES: Mapping[str, tuple[str, ...]] = {
    "symbol": ("symbol_raw", "symbol", "通报号", "文件编号"),
    "type": ("type", "通报类型", "通报种类"),
    "date": ("date_raw", "date", "通报日期", "分发日期"),
    "member": ("member", "通报成员", "发出通报的成员"),
    "agency": ("agency", "负责机构"),
    "title": ("title", "title_raw", "subject_paraphrase", "标题", "通报标题"),
    "description": ("description", "内容概述", "内容简述"),
    "products": ("products", "覆盖产品", "涵盖产品"),
    "hs": ("hs_raw", "hs", "HS编码", "HS码"),
    "ics": ("ics_raw", "ics", "ICS编码", "ICS码"),
    "articles": ("articles", "依据条款"),
    "objectives": ("objectives", "目标和理由", "目标与理由"),
    "standards": ("refers_to_standards", "相关文件"),
    "adoption": ("adoption_raw", "拟批准日期"),
    "entry_into_force": ("entry_into_force_raw", "拟生效日期"),
    "deadline": ("comment_deadline_raw", "评议截止日期", "意见反馈截止日期"),
    "pages": ("pages_raw", "页数"),
    "language": ("language_raw", "语言"),
    "link": ("link", "source", "原文链接"),
}
_PAGE_COUNT = re.compile(r"\d{1,4} ?页?|\d{1,4} ?(?:pages?|pp?\.?)", re.IGNORECASE)


def is_platform_record(record: Record) -> bool:
    """Tell whether *record* names its fields as Chinese platforms do."""
    return any(name in record for name in NAMES["symbol"])


def read_platform_records(records: Iterable[Record], *, source: str = "") -> Iterator[MeasureReading]:
    """Yield what each record gave."""
    gathering = Gathering(_field_problem)
    for number, record in enumerate(records, start=1):
        reader = ItemReader(number, _renamed(record))
        yield from gathering.add(_measure(reader, source), number, reader.problems)
    yield from gathering.rest()


def _renamed(record: Record) -> Record:
    """Return *record* with each field under the first of its names, which problems then show."""
    found = {}
    for names in NAMES.values():
        present = next((name for name in names if record.get(name) is not None), None)
        if present is not None:
            found[names[0]] = record[present]
    return found


def _field_problem(
    row: int, column: Column, value: str, severity: Severity, template: str, **parameters: object
) -> Problem:
    return Problem(row, "", column.value, value, severity, template, parameters)


def _first(name: str) -> str:
    return NAMES[name][0]


def _measure(reader: ItemReader, source: str) -> Measure | None:
    symbols = reader.symbols(_first("symbol"))
    if not symbols:
        return None
    distributed = reader.distribution_day(_first("date"))
    kind, printed_kind = reader.kind(_first("type"), symbols[0])
    title = reader.title(_first("title"))
    pages, languages = _pages_and_languages(reader)
    adoption = _counted(reader.day(_first("adoption")), Event.DISTRIBUTION, distributed)
    entry = _counted(reader.day(_first("entry_into_force")), Event.DISTRIBUTION, distributed)
    if adoption is not None and adoption.kind is DateKind.EXACT:
        # Not where adoption itself is only counted from something: two steps of guessing are no date.
        entry = _counted(entry, Event.ADOPTION, adoption.day)
    return Measure(
        symbols=symbols,
        members=reader.members(_first("member"), symbols),
        title="" if contains_han(title) else title,
        title_zh=title if contains_han(title) else "",
        notification_kind=kind,
        notification_type=printed_kind,
        distribution_date=distributed,
        description=reader.text(_first("description")),
        products=reader.text(_first("products")),
        hs_codes=reader.codes(Scheme.HS, _first("hs"), reader.printed(_first("hs"))),
        ics_codes=reader.codes(Scheme.ICS, _first("ics"), reader.printed(_first("ics"))),
        objectives=reader.names(_first("objectives")),
        comment_deadline=_counted(reader.day(_first("deadline")), Event.DISTRIBUTION, distributed),
        adoption=adoption,
        entry_into_force=entry,
        agencies=reader.names(_first("agency")),
        articles=reader.names(_first("articles")),
        cited_standards=reader.names(_first("standards")),
        pages=pages,
        languages=languages,
        source=source,
        code_marks=tuple(reader.marks),
        origin=Origin.PLATFORM,
    )


def _counted(reading: DateReading | None, event: Event, start: date | None) -> DateReading | None:
    return reading.counted_from(event, start) if reading is not None else None


def _pages_and_languages(reader: ItemReader) -> tuple[str, tuple[str, ...]]:
    """Return the page count and the languages, each in its own place whichever field they were printed in."""
    pages, languages = list(reader.names(_first("pages"))), list(reader.names(_first("language")))
    if any(map(_PAGE_COUNT.fullmatch, languages)) and not any(map(_PAGE_COUNT.fullmatch, pages)):
        pages, languages = languages, pages
        template = "page count and language stood in each other's place"
        reader.note(_first("pages"), "; ".join(languages), Severity.CORRECTED, template)
    return "; ".join(page.removesuffix("页").strip() for page in pages), tuple(languages)
