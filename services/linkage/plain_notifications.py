"""Take the facts of a notification at a glance where it is seen to keep the rules of a measure, as nearly every one does.

To make a `Measure` of it, hold that against its contract and take it apart again costs four times as much. A glance only ever
gives what that gives: where it is not sure, it gives nothing, and the contract itself is asked, which also says what is wrong.
`tests/unit/test_plain_notifications.py` holds both against each other, and fails when the contract gets a rule that is not
known here.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from services.linkage.store_measures import MeasureFacts
from standards_tree.errors import InvalidArgumentError
from standards_tree.measures.model import Origin
from standards_tree.measures.plain_text import one_line
from standards_tree.measures.symbols import Symbol, parse_symbol
from tbt.documents.v1 import documents_service_pb2 as documents_pb
from tbt.type.v1 import type_pb2

ORIGINS = {documents_pb.RECORD_ORIGIN_WTO: Origin.WTO, documents_pb.RECORD_ORIGIN_PLATFORM: Origin.PLATFORM}

MAX_SYMBOLS = MAX_MEMBERS = 60
MAX_TITLE = 4000
MAX_DESCRIPTION = 100_000
MAX_PRODUCTS = 50_000
MAX_HS_CODES = 2000
MAX_ICS_CODES = MAX_KEYWORDS = MAX_MARKS = 200
MAX_OBJECTIVES = MAX_ADDRESSES = 100
MAX_REGIONS = 10_000
MAX_COUNTRIES = 300
MAX_COUNTRY = 500
MAX_LINKS = 10
MAX_SOURCE = 2000
MAX_NAME = 200
"""Of a member, and of a type of notification."""
MAX_SYMBOL = 100
MAX_SCHEME, MAX_FOUND, MAX_CODE, MAX_REASON = 10, 300, 20, 500

_is_hs = re.compile("[0-9]{2,12}").fullmatch
_is_ics = re.compile(r"[0-9]{2}(\.[0-9]{3}(\.[0-9]{2})?)?").fullmatch


_NONE: list[str] = []
"""What a record does not say: the same for all of them, as nobody changes facts."""


def plain_facts(record: documents_pb.NotificationRecord, source: str, digest: str) -> MeasureFacts | None:
    """Return the facts of *record* where it is seen to keep the rules of a measure, None where it may not."""
    if _says_more(record) or not _are_lines(record.title, record.title_zh, *record.members):
        return None
    origin, kind = ORIGINS.get(record.origin), record.kind
    symbols, days = _symbols(record.symbols), _days(record)
    if origin is None or not kind or symbols is None or days is None:
        return None
    regions = record.affected_regions
    # In the order in which the contract's own facts stand: both are loaded together.
    columns = {
        "members": [member for member in record.members if member],
        "notification_type": record.notification_type,
        "kind": kind,
        "title_zh": record.title_zh,
        "title_en": record.title,
        "description": record.description,
        "products": record.products,
        "hs_codes": record.hs_codes[:],
        "ics_codes": record.ics_codes[:],
        "objectives": record.objectives[:],
        "keywords": record.keywords[:],
        "affected_regions": regions,
        "affected_countries": countries(regions) if regions else _NONE,
        "distributed_on": days[0],
        "comment_deadline": days[1],
        "adoption_on": None,
        "entry_into_force_on": None,
        "stated": {},
        "agencies": _NONE,
        "articles": _NONE,
        "cited_standards": _NONE,
        "code_marks": _marks(record.code_marks),
        "text_languages": _NONE,
        "pages": "",
        "notified_documents": record.notified_documents[:],
        "notification_links": dict(record.notification_links),
        "source": source,
        "example": False,
        "origin": origin.value,
        "import_digest": digest,
    }
    return MeasureFacts(symbols, columns) if _keeps_the_rules(columns) else None


def countries(regions: str) -> list[str]:
    """Return the parts of a list of regions, each cut to what a country may have."""
    return [part for raw in regions.split(";") if (part := raw.strip()[:MAX_COUNTRY])]


def _says_more(record: documents_pb.NotificationRecord) -> bool:
    """Tell whether *record* says what few say: days that are not printed as one, or what only records of platforms have."""
    return bool(
        record.HasField("comment_deadline_stated")
        or record.HasField("adoption")
        or record.HasField("entry_into_force")
        or record.agencies
        or record.articles
        or record.cited_standards
        or record.languages
        or record.pages
    )


def _are_lines(*texts: str) -> bool:
    """Tell whether titles and names are one line each already; otherwise they are cut after their rules were looked at."""
    return all(one_line(text) == text for text in texts)


def _symbols(texts: Sequence[str]) -> tuple[Symbol, ...] | None:
    """Return the symbols, None unless they are some, and of one agreement."""
    try:
        symbols = tuple(dict.fromkeys(map(parse_symbol, texts))) if len(texts) > 1 else (parse_symbol(texts[0]),)
    except (InvalidArgumentError, IndexError):
        return None
    sound = _are(texts, MAX_SYMBOLS, MAX_SYMBOL)
    return symbols if sound and (len(symbols) == 1 or len({symbol.agreement for symbol in symbols}) == 1) else None


def _days(record: documents_pb.NotificationRecord) -> tuple[date | None, date | None] | None:
    """Return when *record* was distributed and until when it is open for comment; None where one is no day."""
    try:
        return (
            _day(*_parts(record.distributed_on)) if record.HasField("distributed_on") else None,
            _day(*_parts(record.comment_deadline)) if record.HasField("comment_deadline") else None,
        )
    except ValueError:
        return None


def _parts(day: Any) -> tuple[int, int, int]:
    return day.year, day.month, day.day


@lru_cache(maxsize=20_000)
def _day(year: int, month: int, day: int) -> date:
    """Return a day of the calendar, and for each the same object."""
    return date(year, month, day)


def _marks(marks: Iterable[type_pb2.CodeMark]) -> dict[str, list[dict[str, str]]]:
    """Return why codes were not simply read, by classification."""
    found: dict[str, list[dict[str, str]]] = {}
    for mark in marks:
        found.setdefault(mark.scheme, []).append({"found": mark.found, "code": mark.code, "reason": mark.reason})
    return found


def _keeps_the_rules(columns: dict[str, Any]) -> bool:
    title_zh, title_en = columns["title_zh"], columns["title_en"]
    return (
        (title_zh != "" or title_en != "")
        and len(title_zh) <= MAX_TITLE
        and len(title_en) <= MAX_TITLE
        and len(columns["description"]) <= MAX_DESCRIPTION
        and len(columns["products"]) <= MAX_PRODUCTS
        and len(columns["notification_type"]) <= MAX_NAME
        and len(columns["affected_regions"]) <= MAX_REGIONS
        and len(columns["source"]) <= MAX_SOURCE
        and len(columns["objectives"]) <= MAX_OBJECTIVES
        and len(columns["keywords"]) <= MAX_KEYWORDS
        and len(columns["affected_countries"]) <= MAX_COUNTRIES
        and len(columns["notified_documents"]) <= MAX_ADDRESSES
        and len(columns["notification_links"]) <= MAX_LINKS
        and _are(columns["members"], MAX_MEMBERS, MAX_NAME)
        and len(columns["hs_codes"]) <= MAX_HS_CODES
        and all(map(_is_hs, columns["hs_codes"]))
        and len(columns["ics_codes"]) <= MAX_ICS_CODES
        and all(map(_is_ics, columns["ics_codes"]))
        and (not columns["code_marks"] or _are_sound(columns["code_marks"]))
    )


def _are(texts: Sequence[str], most: int, characters: int) -> bool:
    return len(texts) <= most and max(map(len, texts), default=0) <= characters


def _are_sound(marks: dict[str, list[dict[str, str]]]) -> bool:
    return sum(map(len, marks.values())) <= MAX_MARKS and all(
        len(scheme) <= MAX_SCHEME
        and len(mark["found"]) <= MAX_FOUND
        and len(mark["code"]) <= MAX_CODE
        and len(mark["reason"]) <= MAX_REASON
        for scheme, several in marks.items()
        for mark in several
    )
