"""The schema of the linkage service."""

from services.runtime.columns import change_log, request_log

CHANGES = change_log("linkage")
ANSWERED = request_log("linkage")
