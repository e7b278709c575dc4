"""Follow a change log as another system does."""

from collections.abc import Callable, Iterator

import grpc

from tbt.type.v1 import type_pb2

WATCH_SECONDS = 30


def latest_revision(watch: Callable[..., Iterator[type_pb2.WatchChangesResponse]], resource: str) -> int:
    """Return the revision of the last change of *resource*, following the log from its beginning."""
    return changes_until(watch, 0, resource)[-1].revision


def changes_until(
    watch: Callable[..., Iterator[type_pb2.WatchChangesResponse]], after: int, resource: str
) -> list[type_pb2.Change]:
    """Return the changes after the revision *after*, up to the first page that has one of *resource*."""
    stream = watch(type_pb2.WatchChangesRequest(after_revision=after), timeout=WATCH_SECONDS)
    found: list[type_pb2.Change] = []
    try:
        for page in stream:
            found.extend(page.changes)
            if any(change.resource == resource for change in page.changes):
                return found
    finally:
        cancel(stream)
    return found


def cancel(stream: object) -> None:
    """Stop listening."""
    if isinstance(stream, grpc.Call):
        stream.cancel()
