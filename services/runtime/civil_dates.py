"""Carry dates of standards, which are dates and not times, between the contracts and the domain."""

from datetime import date, datetime, timedelta, timezone

from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date

from standards_tree.errors import InvalidArgumentError

# Deadlines and dates of entry into force are days of Beijing time, wherever the program runs.
BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")


def today() -> date:
    """Return the present day in Beijing: the date a question is about when it names none."""
    return datetime.now(BEIJING).date()


def date_from(message: Date, field: str) -> date | None:
    """Return the date in *message*, or None where it was not set.

    Raises:
        InvalidArgumentError: it has no year, month or day, or there is no such day; the message names *field*.
    """
    year, month, day = message.year, message.month, message.day
    if not (year or month or day):
        return None
    try:
        return date(year, month, day)
    except ValueError:
        text = "{year:04d}-{month:02d}-{day:02d} is not a day of the calendar"
        raise InvalidArgumentError.in_field(field, text, year=year, month=month, day=day) from None


def date_to(value: date | None) -> Date | None:
    """Return *value* for the wire, or None so that the field stays unset."""
    return None if value is None else Date(year=value.year, month=value.month, day=value.day)


def moment_to(value: datetime | None) -> Timestamp | None:
    """Return an aware time for the wire, or None so that the field stays unset."""
    if value is None:
        return None
    message = Timestamp()
    message.FromDatetime(value)
    return message
