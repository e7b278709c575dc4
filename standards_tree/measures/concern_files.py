"""Read specific trade concerns out of a table: CSV or XLSX, by ePing's names of fields or plain headings in either language."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from standards_tree.catalogue_files.rows import Table, open_table
from standards_tree.catalogue_files.words import is_nothing, word_key
from standards_tree.errors import InvalidArgumentError
from standards_tree.measures.dates import DateKind, read_date
from standards_tree.measures.plain_text import one_line, plain_text
from standards_tree.measures.requirement_files import RowFault
from standards_tree.measures.symbols import find_symbols
from standards_tree.measures.web_addresses import web_addresses

MAX_ROWS: Final = 20_000
MAX_TIMES: Final = 1_000
# ePing's names as a consumer of its workbook has them; a file with others is read where its headings are plain words.
_HEADINGS: Final[Mapping[str, str]] = {
    "number": "imsId|ims id|id|number|stc number|stc no|concern|concern number|编号|关注编号|序号",
    "agreement": "domainId|domain|area|agreement|协定|领域",
    "title_en": "title|title en|title_en|concern title|英文标题",
    "title_zh": "title_zh|title zh|标题|中文标题|关注标题",
    "raised_by": "raisingName|raising|raised by|members raising|raising members|提出成员|提出方",
    "supported_by": "supportingName|supporting|supported by|members supporting|supporting members|支持成员|支持方",
    "subject_member": "subjectName|subject|responding member|maintained by|member subject|被关注成员|被关注方",
    "status": "status|reportedStatus|reported status|状态",
    "first_raised_on": "firstTimeRaised|first time raised|first raised|first date raised|首次提出|首次提出日期",
    "last_raised_on": "lastTimeRaised|last time raised|last raised|last date raised|最近提出|最近提出日期",
    "times_raised": "numberOfTimesRaised|number of times raised|times raised|提出次数",
    "issues": "keywords|issues|issue|议题|关键词",
    "related": "relatedDocuments|related documents|documents|symbols|symbol|notifications|相关文件|通报号",
    "source": "source|sources|link|来源|链接",
}
TEMPLATE: Final = ("number", "agreement", "title_en", "title_zh", "raised by", "supported by", "subject", "status",
    "first raised", "last raised", "times raised", "issues", "symbols", "source")  # fmt: skip
_NAMES: Final = {word_key(word): name for name, words in _HEADINGS.items() for word in words.split("|")}
_AGREEMENTS: Final = {"tbt": "TBT", "1": "TBT", "sps": "SPS", "2": "SPS"}
_NUMBER: Final = re.compile(r"(?:(?:TBT|SPS|STC|IMS|ID|No\.?|#)[\s\-_:#]*)*(\d{1,7})", re.IGNORECASE | re.ASCII)
_LIST: Final = re.compile(r"[;；|\n\r]+")
_COMMAS: Final = re.compile(r"[,，;；|\n\r]+")
# Members are called "Korea, Republic of": a comma parts names only where none of these words follows.
_MEMBERS: Final = re.compile(
    r"[;；|\n\r，]+|,(?!\s*(?:Republic|Kingdom|State|Plurinational|Bolivarian|Islamic|Separate|Kinmen|Penghu|the former)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class TabledConcern:
    """A concern as a row gives it; what the row does not give is empty."""

    row: int
    number: int
    agreement: str
    texts: Mapping[str, str]
    lists: Mapping[str, tuple[str, ...]]
    days: Mapping[str, date]
    times_raised: int


@dataclass(slots=True)
class ConcernTable:
    """The concerns of a table, and what was wrong in its rows."""

    concerns: list[TabledConcern] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)


def read_concerns(content: bytes, agreement: str = "") -> ConcernTable:
    """Return the concerns in a table, of *agreement* where a row does not say which.

    Raises:
        MalformedDocumentError, UnsafeDocumentError, UnsupportedDocumentError: it is no such table, see `open_table`.
        InvalidArgumentError: it has more than MAX_ROWS rows.
    """
    missing = "no row has headers of trade concerns, number and title (tbt measures import-concerns), only: {seen}"
    table = open_table(content, _is_header, missing)
    places: dict[str, int] = {}
    for place, header in enumerate(table.headers):
        places.setdefault(_NAMES.get(word_key(header), ""), place)
    read, seen = ConcernTable(), dict[tuple[str, int], int]()
    for row in table.rows:
        cells = {name: row.cells[place] for name, place in places.items() if name and place in row.cells}
        reading = _Row(row.number, cells, table, read.faults)
        concern = reading.concern(agreement) if reading.says_something else None
        if concern is None:
            continue
        before = seen.setdefault((concern.agreement, concern.number), row.number)
        if before != row.number:
            message = "row {other} has the same concern already"
            read.faults.append(RowFault(row.number, "number", str(concern.number), message, {"other": before}))
            continue
        read.concerns.append(concern)
        if len(read.concerns) > MAX_ROWS:
            raise InvalidArgumentError("a table has at most {limit} concerns", limit=MAX_ROWS)
    return read


def _is_header(headers: Sequence[str]) -> bool:
    names = {_NAMES.get(word_key(header)) for header in headers if header}
    return "number" in names and bool(names & {"title_en", "title_zh"})


class _Row:
    """Reads one row, and notes what is wrong in it."""

    def __init__(self, number: int, cells: Mapping[str, str | float], table: Table, faults: list[RowFault]) -> None:
        self._row, self._cells, self._table, self._faults = number, cells, table, faults

    @property
    def says_something(self) -> bool:
        return any(map(self._text, self._cells))

    def concern(self, agreement: str) -> TabledConcern | None:
        number, stated = _NUMBER.fullmatch(self._text("number")), self._text("agreement")
        if number is None or int(number[1]) == 0:
            self._problem("number", "this is no number of a trade concern")
            return None
        known = _AGREEMENTS.get(stated.lower()) if stated else agreement
        if not known:
            self._problem("agreement", "the agreement is TBT or SPS, or 1 or 2 as ePing numbers them")
            return None
        title_zh, title_en = self._title("title_zh"), self._title("title_en")
        if not title_zh and not title_en:
            self._problem("title_en", "the concern has no title")
            return None
        days = {name: day for name in ("first_raised_on", "last_raised_on") if (day := self._day(name)) is not None}
        symbols, sources = self._related()
        lists = {
            "raised_by": self._listed("raised_by", _MEMBERS),
            "supported_by": self._listed("supported_by", _MEMBERS),
            "issues": self._listed("issues", _LIST),
            "symbols": symbols,
            "sources": sources,
        }
        texts = {name: one_line(self._text(name)) for name in ("subject_member", "status")}
        stated_texts = {"title_zh": title_zh, "title_en": title_en, **texts}
        return TabledConcern(self._row, int(number[1]), known, stated_texts, lists, days, self._times())

    def _text(self, name: str) -> str:
        cell = self._cells.get(name, "")
        text = f"{cell:.15g}" if isinstance(cell, float) else plain_text(cell)
        return "" if is_nothing(text) else text

    def _title(self, name: str) -> str:
        text = self._text(name)
        title = one_line(text)
        if title != text:
            self._note(name, "line breaks were taken out")
        return title

    def _listed(self, name: str, parting: re.Pattern[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(part.strip() for part in parting.split(self._text(name)) if part.strip()))

    def _day(self, name: str) -> date | None:
        cell = self._cells.get(name, "")
        if isinstance(cell, str) and is_nothing(cell):
            return None
        reading = read_date(cell + self._table.day_offset if isinstance(cell, float) else cell)
        if reading.day is None or reading.kind is not DateKind.EXACT:
            self._note(name, reading.note or "no day is named")
            return None
        return reading.day

    def _times(self) -> int:
        text = self._text("times_raised")
        if text and not (text.isascii() and text.isdecimal() and int(text[:5]) <= MAX_TIMES):
            self._note("times_raised", "this is no number of times")
            return 0
        return int(text or 0)

    def _related(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the symbols of notifications among the related documents, and everything else as sources."""
        symbols, sources = dict[str, None](), dict[str, None]()
        for part in (*self._listed("related", _COMMAS), *self._listed("source", _LIST)):
            found = find_symbols(part)
            if found.symbols and not found.unread:
                symbols.update(dict.fromkeys(symbol.official for symbol in found.symbols))
            sources.update(dict.fromkeys(web_addresses(part)[0] or ([] if found.symbols else [part])))
        return tuple(symbols), tuple(sources)

    def _problem(self, name: str, template: str) -> None:
        self._faults.append(RowFault(self._row, name, str(self._cells.get(name, "")), template))

    def _note(self, name: str, template: str) -> None:
        self._faults.append(RowFault(self._row, name, str(self._cells[name]), template, refused=False))
