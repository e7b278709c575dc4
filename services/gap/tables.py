"""The schema of the gap service."""

from services.runtime.columns import change_log, request_log

CHANGES = change_log("gap")
ANSWERED = request_log("gap")
