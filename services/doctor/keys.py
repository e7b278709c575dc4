"""Examine the keys by which our services know each other: that they are there, fit together, are nobody else's and not old."""

import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from services.doctor.findings import Finding, fine, problem, remark, said_by
from services.runtime.service_calls import SERVICE_CALLS, WORKER
from services.runtime.service_keys import ServiceKeys
from services.runtime.settings import Mode, Settings
from standards_tree.errors import PreconditionError

KEY_DAYS = 365
"""After so many a key is old: so long somebody may have had a copy."""
OTHERS = stat.S_IRWXO | stat.S_IWGRP
"""Kubernetes lets the group of a process read its secrets; more than that nobody needs."""


def examine_service_keys(settings: Settings, folder: Path, now: datetime | None = None) -> Iterator[Finding]:
    """Look at the keys in *folder* of the services that run here; none is made, though development makes what it lacks."""
    there = {name: path for name in SERVICE_CALLS if (path := folder / f"{name}.pem").exists()}
    here = set(there)
    if settings.mode is Mode.PRODUCTION:
        # Where other processes have all services, this one's are those whose keys it was given.
        here |= SERVICE_CALLS.keys() - {WORKER} - settings.service_addresses.keys()
        if not here:
            yield problem(
                "keys",
                "{folder} has no key of a service",
                "bring the keys of the services that run here, and service-keys.json: `tbt keys make` makes them",
                folder=folder,
            )
    elif not here:
        yield fine("keys", "the keys of services are made at the first start")
        return
    wrong = dict.fromkeys(said for name in sorted(here) if (said := _wrong(ServiceKeys(folder), name)) is not None)
    for said in wrong:
        yield problem(
            "keys",
            "the keys of services are not as they should be: {cause}",
            "`tbt keys make` makes what is missing; bring service-keys.json to all processes, and each key to its own",
            cause=said,
        )
    doubtful = [finding for path in there.values() for finding in _doubts(path, now or datetime.now(UTC))]
    yield from doubtful
    if here and not wrong and not doubtful:
        yield fine("keys", "the keys of {count} services are there", count=len(here))


def _wrong(keys: ServiceKeys, name: str) -> object:
    try:
        keys.require([name])
    except PreconditionError as error:
        return said_by(error)
    return None


def _doubts(path: Path, now: datetime) -> Iterator[Finding]:
    """Yield that others may read or change a private key, and that it is old."""
    status = path.stat()
    mode = stat.S_IMODE(status.st_mode)
    if mode & OTHERS:
        yield remark(
            "keys",
            "others may read or change {path} (mode {mode})",
            "let its owner alone read it (chmod 600), and renew it if somebody else could have read it (`tbt keys renew`)",
            path=path,
            mode=f"{mode:04o}",
        )
    made = datetime.fromtimestamp(status.st_mtime, UTC)
    if now - made > timedelta(days=KEY_DAYS):
        yield remark(
            "keys",
            "{path} is of {day}",
            "exchange it once a year: `tbt keys renew`, and in the end `tbt keys forget`",
            path=path,
            day=made.date().isoformat(),
        )
