"""Read one record of a file that names its fields: a notification out of JSON, with what is wrong in it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from standards_tree.classifications import CodeReading, Scheme, clean_codes
from standards_tree.errors import LimitError, MalformedDocumentError
from standards_tree.measures.dates import DateKind, DateReading, read_date
from standards_tree.measures.members import Member, is_named
from standards_tree.measures.model import (
    MAX_SHOWN_CHARACTERS,
    CodeMark,
    NotificationKind,
    Problem,
    Severity,
    notification_kind_of,
    read_notification_kind,
    under_agreement,
)
from standards_tree.measures.plain_text import one_line, plain_text
from standards_tree.measures.symbols import Symbol, find_symbols

MAX_RECORDS = 250_000
MAX_FILE_BYTES = 256 * 1024 * 1024
MAX_TEXT_CHARACTERS = 100_000
MAX_LIST = 2_000
MAX_MARKS = 20

Record = Mapping[str, Any]


class ItemReader:
    """Read the fields of one record; *number* counts the records of the file from 1."""

    def __init__(self, number: int, record: Record) -> None:
        self._number, self._record = number, record
        self.problems: list[Problem] = []
        self.marks: list[CodeMark] = []

    def note(self, field: str, value: object, severity: Severity, template: str, **parameters: object) -> None:
        """Remember what became of *value*, which stands in *field*."""
        text = str(value)
        shown = text if len(text) <= MAX_SHOWN_CHARACTERS else text[: MAX_SHOWN_CHARACTERS - 1] + "…"
        self.problems.append(Problem(self._number, "", field, shown, severity, template, parameters))

    def printed(self, *fields: str) -> str:
        """Return what the first of *fields* that holds anything says, as printed; nested names are looked into."""
        for field in fields:
            value = self._record.get(field)
            if isinstance(value, Mapping):
                value = value.get("name")
            if isinstance(value, bool) or value is None:
                continue
            if isinstance(value, str | int | float) and str(value).strip():
                text = str(value)
                if len(text) > MAX_TEXT_CHARACTERS:
                    self.note(
                        field, text, Severity.CORRECTED, "cut behind {limit} characters", limit=MAX_TEXT_CHARACTERS
                    )
                return text[:MAX_TEXT_CHARACTERS]
        return ""

    def text(self, *fields: str) -> str:
        """Return what the first of *fields* that holds anything says, without markup."""
        return plain_text(self.printed(*fields))

    def title(self, *fields: str) -> str:
        """Return a title, in one line, without markup."""
        text = self.text(*fields)
        title = one_line(text)
        if title != text:
            self.note(
                next(field for field in fields if self._record.get(field)),
                text,
                Severity.CORRECTED,
                "line breaks were taken out",
            )
        return title

    def names(self, *fields: str) -> tuple[str, ...]:
        """Return the names in the lists that *fields* hold, each once: of texts or of objects with a name."""
        found: dict[str, None] = {}
        for field in fields:
            for entry in self.entries(field):
                name = entry.get("name") if isinstance(entry, Mapping) else entry
                if isinstance(name, str) and name.strip():
                    found[one_line(plain_text(name[:MAX_TEXT_CHARACTERS]))] = None
        return tuple(found)

    def entries(self, field: str) -> Sequence[object]:
        """Return the list in *field*; a text is a list that semicolons separate."""
        value = self._record.get(field)
        if isinstance(value, str):
            value = [part for raw in value.replace("；", ";").split(";") if (part := raw.strip(" ,，"))]
        if not isinstance(value, list):
            return ()
        if len(value) > MAX_LIST:
            self.note(field, len(value), Severity.CORRECTED, "only the first {limit} are read", limit=MAX_LIST)
        return value[:MAX_LIST]

    def symbols(self, field: str) -> tuple[Symbol, ...]:
        """Return the symbols in *field*; none where the record must be refused."""
        printed = self.printed(field)
        found = find_symbols(printed)
        if found.unread or not found.symbols:
            unread = found.unread[0] if found.unread else printed.strip()
            self.note(field, printed, Severity.REFUSED, NO_SYMBOL if unread else EMPTY_SYMBOL, text=unread[:80])
            return ()
        if len({symbol.agreement for symbol in found.symbols}) > 1:
            self.note(field, printed, Severity.REFUSED, "one notification cannot be under both TBT and SPS")
            return ()
        official = ", ".join(symbol.official for symbol in found.symbols)
        if found.beside:
            words = ", ".join(found.beside)[:80]
            self.note(field, printed, Severity.CORRECTED, "the words {words} were left out", words=words)
        elif len(found.symbols) == 1 and official != printed.strip():
            self.note(field, printed, Severity.CORRECTED, "read as {reading}", reading=official)
        return found.symbols

    def members(self, field: str, symbols: Sequence[Symbol]) -> tuple[Member, ...]:
        """Return a member for each code in *symbols*; the printed names go to the codes they name."""
        printed = [part for raw in self.text(field).replace("，", ",").split(";") if (part := raw.strip())]
        codes = list(dict.fromkeys(symbol.member for symbol in symbols))
        if len(codes) == 1:
            name = printed[0] if printed else ""
            if name and is_named(codes[0], name) is False:
                template = "{printed} is not known as a name of {codes}, as the symbol says"
                self.note(field, name, Severity.KEPT, template, printed=name[:80], codes=codes[0])
            return (Member(codes[0], name[:MAX_SHOWN_CHARACTERS]),)
        named = {code: next((name for name in printed if is_named(code, name)), "") for code in codes}
        return tuple(Member(code, name) for code, name in named.items())

    def kind(self, field: str, symbol: Symbol) -> tuple[NotificationKind, str]:
        """Return the kind of notification and how it is printed."""
        printed = self.text(field)
        kind = read_notification_kind(printed) if printed else notification_kind_of(symbol)
        kind = under_agreement(kind, symbol.agreement)
        if kind is NotificationKind.OTHER:
            self.note(field, printed, Severity.KEPT, "no type of notification that is known")
        return kind, printed[:MAX_SHOWN_CHARACTERS]

    def codes(self, scheme: Scheme, field: str, text: str) -> tuple[str, ...]:
        """Return the codes in *text*; what cannot be read is kept and marked."""
        try:
            reading = clean_codes(scheme, text)
        except LimitError:
            self.note(field, text, Severity.KEPT, "the cell is too long to hold codes")
            return ()
        self._mark(scheme, field, reading)
        return reading.codes

    def _mark(self, scheme: Scheme, field: str, reading: CodeReading) -> None:
        for remark in reading.remarks[:MAX_MARKS]:
            otherwise = remark.code is not None and remark.code != remark.found
            self.note(field, remark.found, Severity.CORRECTED if otherwise else Severity.KEPT, remark.reason)
            self.marks.append(CodeMark(scheme, remark.found[:MAX_SHOWN_CHARACTERS], remark.code or "", remark.reason))

    def day(self, *fields: str) -> DateReading | None:
        """Return what the first of *fields* that holds anything says about a day, None where none does."""
        for field in fields:
            printed = self.text(field)
            if not printed:
                continue
            reading = read_date(printed)
            if reading.kind is DateKind.UNREADABLE:
                self.note(field, printed, Severity.KEPT, reading.note)
            elif reading.note:
                self.note(field, printed, Severity.CORRECTED, reading.note)
            elif reading.day is not None and printed.strip().isdecimal():
                self.note(field, printed, Severity.CORRECTED, "read as {reading}", reading=reading.day.isoformat())
            return reading
        return None

    def distribution_day(self, field: str) -> date | None:
        """Return the day of distribution; None where it is not said in full."""
        reading = self.day(field)
        if reading is None:
            self.note(field, "", Severity.KEPT, "the date of distribution is missing")
        return reading.day if reading else None


NO_SYMBOL = "{text} is not the symbol of a notification; one looks like G/TBT/N/USA/2211/Rev.1"
EMPTY_SYMBOL = "the symbol is missing; one looks like G/TBT/N/USA/2211/Rev.1"

_NO_RECORD = "line {line} holds {found}, where a notification was expected"
_LISTS = ("items", "notifications", "results", "rows", "data", "content")


def iter_records(content: bytes) -> Iterator[Record]:
    """Yield the records of a JSON file: one record, a list, a page with a list in it, several pages, or JSON Lines.

    Raises:
        MalformedDocumentError: it is not JSON in UTF-8, or holds something else than records.
        LimitError: more than MAX_FILE_BYTES or MAX_RECORDS.
    """
    if len(content) > MAX_FILE_BYTES:
        raise LimitError("a file of records has at most {limit} bytes", limit=MAX_FILE_BYTES)
    count = 0
    for place, value in _values(content):
        for record in _records_in(value, place):
            count += 1
            if count > MAX_RECORDS:
                raise LimitError("a file has at most {limit} records", limit=MAX_RECORDS)
            yield record


def _values(content: bytes) -> Iterator[tuple[int, object]]:
    """Yield each JSON value of the file with the line it begins in."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MalformedDocumentError("the file is not UTF-8: byte {position}", position=error.start) from error
    try:
        yield 1, json.loads(text)
    except (ValueError, RecursionError) as whole:
        lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
        if len(lines) < 2:
            raise _not_json(whole, 1) from whole
        for number, line in lines:
            yield number, _line(line, number)


def _line(line: str, number: int) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _not_json(error, number) from error


def _not_json(error: Exception, line: int) -> MalformedDocumentError:
    if isinstance(error, json.JSONDecodeError):
        what, place = error.msg, line + error.lineno - 1
        return MalformedDocumentError(
            "the file is not JSON: line {line}, column {column}: {what}", line=place, column=error.colno, what=what
        )
    return MalformedDocumentError("the file is not JSON that can be read: line {line}", line=line)


def _records_in(value: object, line: int) -> Iterator[Record]:
    if isinstance(value, list):
        for entry in value:
            yield from _records_in(entry, line)
        return
    if not isinstance(value, dict):
        raise MalformedDocumentError(
            "line {line} holds {found}, where a notification was expected", line=line, found=str(value)[:40]
        )
    inner = next((value[key] for key in _LISTS if isinstance(value.get(key), list)), None)
    if inner is None:
        yield value
        return
    for entry in inner:
        if not isinstance(entry, dict):
            raise MalformedDocumentError(
                "line {line} holds {found}, where a notification was expected", line=line, found=str(entry)[:40]
            )
        yield entry
