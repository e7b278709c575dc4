"""Read the notifications of ePing's public search and of the WTO's keyed interface: JSON, one page or many.

Both name their fields alike; the keyed one wraps names into objects. Of a text that comes with and without markup the
plain one is read. Dates come as a date-time, as a text, or as both; the date counts.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from standards_tree.classifications import Scheme
from standards_tree.measures.dates import DateReading, Event
from standards_tree.measures.eping_columns import Column
from standards_tree.measures.item_reading import ItemReader, Record
from standards_tree.measures.joint_notifications import Gathering
from standards_tree.measures.model import Measure, MeasureReading, Problem, Severity
from standards_tree.measures.web_addresses import web_addresses

SYMBOL_FIELD = "documentSymbol"
_FIELDS = {
    Column.SYMBOL: SYMBOL_FIELD,
    Column.TITLE: "title",
    Column.NOTIFICATION_TYPE: "notificationType",
    Column.DISTRIBUTION_DATE: "distributionDate",
    Column.DESCRIPTION: "description",
    Column.PRODUCTS: "productsFreeText",
    Column.HS_CODES: "hsCodes",
    Column.ICS_CODES: "icsCodeText",
    Column.COMMENT_DEADLINE: "commentDeadlineDate",
    Column.ADOPTION: "proposedAdoptionDate",
    Column.ENTRY_INTO_FORCE: "proposedEntryIntoForceDate",
}


def read_eping_records(records: Iterable[Record], *, source: str = "") -> Iterator[MeasureReading]:
    """Yield what each notification gave; pages that overlap give it once."""
    gathering = Gathering(_field_problem)
    for number, record in enumerate(records, start=1):
        reader = ItemReader(number, record)
        yield from gathering.add(_measure(reader, record, source), number, reader.problems)
    yield from gathering.rest()


def _field_problem(
    row: int, column: Column, value: str, severity: Severity, template: str, **parameters: object
) -> Problem:
    """Return a problem of record *row*, in the field that stands for *column*."""
    return Problem(row, "", _FIELDS.get(column, column.value), value, severity, template, parameters)


def _measure(reader: ItemReader, record: Record, source: str) -> Measure | None:
    symbols = reader.symbols(SYMBOL_FIELD)
    if not symbols:
        return None
    distributed = reader.distribution_day("distributionDate")
    kind, printed_kind = reader.kind("notificationType", symbols[0])
    adoption = _day(reader, "proposedAdoptionDate")
    return Measure(
        symbols=symbols,
        members=reader.members("notifyingMember", symbols),
        title=reader.title("titlePlain", "title"),
        notification_kind=kind,
        notification_type=printed_kind,
        distribution_date=distributed,
        description=reader.text("descriptionPlain", "description"),
        products=reader.text("productsFreeTextPlain", "productsFreeText"),
        hs_codes=reader.codes(Scheme.HS, "hsCodes", _codes_text(reader, record, "hsCodes", "hsCodeText")),
        hs_text=reader.text("hsCodeText"),
        ics_codes=reader.codes(Scheme.ICS, "icsCodeText", _codes_text(reader, record, "icsCodes", "icsCodeText")),
        ics_text=reader.text("icsCodeText"),
        objectives=reader.names("objectives", "objectivesFreeText"),
        keywords=reader.names("keywords", "spsKeywords"),
        affected_regions=reader.names("countriesAffected", "specificCountriesToBeAffected"),
        comment_deadline=_counted(_day(reader, "commentDeadlineDate"), distributed),
        adoption=_counted(adoption, distributed),
        entry_into_force=_counted(_day(reader, "proposedEntryIntoForceDate"), distributed),
        notified_document_urls=web_addresses(reader.printed("notifiedDocumentLink"))[0],
        notification_urls=_links(reader),
        agencies=reader.names("agencies", "agencyResponsible", "responsibleAgency"),
        articles=reader.names("articles", "notifiedUnderArticle"),
        source=source,
        code_marks=tuple(reader.marks),
    )


def _codes_text(reader: ItemReader, record: Record, listed: str, printed: str) -> str:
    """Return codes as one text: those of the list, one a line, or the text beside it."""
    value = record.get(listed)
    if isinstance(value, list) and value:
        codes = [entry.get("code") if isinstance(entry, dict) else entry for entry in value]
        return "\n".join(str(code) for code in codes if isinstance(code, str | int) and not isinstance(code, bool))
    return reader.text(printed)


def _day(reader: ItemReader, field: str) -> DateReading | None:
    """Return the day in *field*, or else what the text beside it says."""
    return reader.day(field, f"{field}Text", f"{field.removesuffix('Date')}Text")


def _counted(reading: DateReading | None, distributed: date | None) -> DateReading | None:
    return reading.counted_from(Event.DISTRIBUTION, distributed) if reading is not None else None


def _links(reader: ItemReader) -> dict[str, str]:
    links = {}
    for language, fields in {"en": ("linkToNotification", "dolLink"), "fr": ("linkToNotificationFr",)}.items():
        addresses, _odd = web_addresses(reader.printed(*fields))
        if addresses:
            links[language] = addresses[0]
    return links
