"""Say when a schedule is due: in words or as cron has it, in Beijing time."""

import itertools
from datetime import UTC, datetime, timedelta

from croniter import CroniterBadCronError, CroniterBadDateError, croniter

from services.runtime.civil_dates import BEIJING
from standards_tree.errors import InvalidArgumentError

WORDS = {"daily": "0 2 * * *", "weekly": "0 2 * * 1", "monthly": "0 2 1 * *"}
FIELDS = 5
LEAST_INTERVAL = timedelta(hours=1)
# So many runs are looked at for two that are too close: a day's worth at the most.
LOOKED_AT = 24


def require_recurrence(recurrence: str) -> None:
    """Refuse a recurrence that cannot be read, never comes, or comes more often than once an hour.

    Raises:
        InvalidArgumentError: says what would be right.
    """
    field = "schedule.recurrence"
    if recurrence not in WORDS and len(recurrence.split()) != FIELDS:
        message = (
            "{recurrence} is neither daily, weekly, monthly nor five fields: minute, hour, day, month, day of the week"
        )
        raise InvalidArgumentError.in_field(field, message, recurrence=recurrence)
    try:
        runs = croniter(WORDS.get(recurrence, recurrence), datetime(2026, 1, 1, tzinfo=BEIJING), ret_type=datetime)
        first = [runs.get_next() for _ in range(LOOKED_AT)]
    except CroniterBadDateError:
        message = "{recurrence} never comes"
        raise InvalidArgumentError.in_field(field, message, recurrence=recurrence) from None
    except (CroniterBadCronError, ValueError, KeyError) as error:
        message = "{recurrence} cannot be read: {cause}"
        raise InvalidArgumentError.in_field(field, message, recurrence=recurrence, cause=str(error)) from None
    if any(later - earlier < LEAST_INTERVAL for earlier, later in itertools.pairwise(first)):
        message = "{recurrence} comes more often than once an hour"
        raise InvalidArgumentError.in_field(field, message, recurrence=recurrence)


def next_run(recurrence: str, after: datetime) -> datetime:
    """Return when a recurrence is due next after a moment."""
    start = after.astimezone(BEIJING)
    found: datetime = croniter(WORDS.get(recurrence, recurrence), start, ret_type=datetime).get_next()
    return found.astimezone(UTC)
