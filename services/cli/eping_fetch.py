"""Fetch notifications from ePing's public search or from the WTO's keyed interface, page by page, into a folder.

A fetch that was cut off goes on where it stopped: each page is a file that appears when it is whole, and beside them
stands what was asked for. Pages are asked for one at a time, at most one each `pause_seconds`; a server that says that
it has had enough is left alone for as long as it says, and then for twice as long each time.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import urllib3

from standards_tree.errors import InvalidArgumentError, PreconditionError, UnavailableError

PUBLIC_ADDRESS = "https://epingalert.org/api/v1/azureSearch/getAll"
KEYED_ADDRESS = "https://api.wto.org/eping/notifications/search"
KEY_HEADER = "Ocp-Apim-Subscription-Key"
PAGE_SIZE = 100
PAUSE_SECONDS = 1.0
TIMEOUT_SECONDS = 60.0
MAX_PAGE_BYTES = 32 * 1024 * 1024
MAX_PAGES = 5_000
MAX_ATTEMPTS = 6
MAX_WAIT_SECONDS = 300.0
BUSY = frozenset({429, 500, 502, 503, 504})
STATE_FILE = "fetch.json"


@dataclass(frozen=True, slots=True)
class Query:
    """Say which notifications to fetch; sorted by date, because the order of the search is relevance else."""

    address: str = PUBLIC_ADDRESS
    area: str = ""
    distributed_from: str = ""
    distributed_to: str = ""
    countries: tuple[str, ...] = ()
    hs_codes: tuple[str, ...] = ()
    text: str = ""

    def fields(self, page: int) -> dict[str, str]:
        """Return the parameters of the request for *page*, counted from 1."""
        keyed = self.address == KEYED_ADDRESS
        given = {
            "domainIds": {"TBT": "1", "SPS": "2"}.get(self.area, ""),
            "distributionDateFrom": self.distributed_from,
            "distributionDateTo": self.distributed_to,
            "countryIds": ",".join(self.countries),
            "hs" if keyed else "hsCodes": ",".join(self.hs_codes),
            "freeText": self.text,
        }
        order = {} if keyed else {"sortBy": "distributionDate", "sortDirection": "desc"}
        return {
            "language": "1",
            "page": str(page),
            "pageSize": str(PAGE_SIZE),
            **order,
            **{name: value for name, value in given.items() if value},
        }


@dataclass(slots=True)
class Fetch:
    """Fetches one query into *folder*. *wait* is how time passes: a test lets none pass."""

    query: Query
    folder: Path
    key: str = field(default="", repr=False)
    pause_seconds: float = PAUSE_SECONDS
    wait: Callable[[float], object] = time.sleep
    _pool: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(retries=False))

    def run(self, tell: Callable[[int, int | None], None] = lambda _done, _of: None) -> list[Path]:
        """Fetch what is missing and return the files of all pages, in order; *tell* hears how many there are of how many.

        Raises:
            PreconditionError: the folder holds another query, or the server refuses this one.
            UnavailableError: the server does not answer, or answers with something else than a page.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        page = self._begin()
        done = self._stored(page - 1)
        while not done:
            if page > MAX_PAGES:
                message = "the search has more than {limit} pages; narrow it by dates"
                raise PreconditionError(message, limit=MAX_PAGES)
            content = self._ask(page)
            found, total = _counts(content, page)
            if found:
                _write(self._path(page), content)
            tell(page, -(-total // PAGE_SIZE) or None)
            done = not found or (page * PAGE_SIZE >= total if total else found < PAGE_SIZE)
            self._remember(page if found else page - 1, done=done)
            page += 1
        return [path for number in range(1, page) if (path := self._path(number)).exists()]

    def _begin(self) -> int:
        """Return the page to go on with."""
        state = self.folder / STATE_FILE
        if not state.exists():
            self._remember(0, done=False)
            return 1
        try:
            known = json.loads(state.read_text(encoding="utf-8"))
            query, pages = known["query"], int(known["pages"])
        except (ValueError, KeyError, TypeError) as error:
            message = "{path} is damaged; fetch into another folder"
            raise PreconditionError(message, path=state) from error
        if query != self._said():
            message = "{folder} holds another search: {query}; fetch into another folder"
            raise PreconditionError(message, folder=self.folder, query=json.dumps(query, ensure_ascii=False))
        return pages + 1

    def _stored(self, pages: int) -> bool:
        state = json.loads((self.folder / STATE_FILE).read_text(encoding="utf-8"))
        return bool(state["done"]) and pages == int(state["pages"])

    def _remember(self, pages: int, *, done: bool) -> None:
        state = {"query": self._said(), "pages": pages, "done": done}
        _write(self.folder / STATE_FILE, json.dumps(state, ensure_ascii=False).encode())

    def _said(self) -> dict[str, str]:
        fields = self.query.fields(1)
        return {"address": self.query.address, **{name: value for name, value in fields.items() if name != "page"}}

    def _path(self, page: int) -> Path:
        return self.folder / f"page-{page:05d}.json"

    def _ask(self, page: int) -> bytes:
        """Return the body of *page*, asked for again while the server is busy."""
        pause = self.pause_seconds
        for attempt in range(1, MAX_ATTEMPTS + 1):
            if page > 1 or attempt > 1:
                self.wait(min(pause, MAX_WAIT_SECONDS))
            try:
                status, headers, content = self._request(page)
            except urllib3.exceptions.HTTPError as error:
                cause, pause = str(error), max(pause, self.pause_seconds) * 2
                continue
            if status == 200:
                return content
            cause = f"HTTP {status}"
            if status not in BUSY:
                break
            pause = max(_retry_after(headers), pause * 2)
        message = "{address} did not give page {page}: {cause}"
        if cause.startswith("HTTP 4") and cause != "HTTP 429":
            raise PreconditionError(message, address=self.query.address, page=page, cause=cause)
        raise UnavailableError(message, address=self.query.address, page=page, cause=cause)

    def _request(self, page: int) -> tuple[int, Mapping[str, str], bytes]:
        headers = {"accept": "application/json", **({KEY_HEADER: self.key} if self.key else {})}
        response = self._pool.request(
            "GET",
            self.query.address,
            fields=self.query.fields(page),
            headers=headers,
            timeout=TIMEOUT_SECONDS,
            redirect=False,
            preload_content=False,
        )
        try:
            content = response.read(MAX_PAGE_BYTES + 1)
        finally:
            response.release_conn()
        if len(content) > MAX_PAGE_BYTES:
            message = "page {page} has more than {limit} bytes"
            raise UnavailableError(message, page=page, limit=MAX_PAGE_BYTES)
        return response.status, response.headers, content


def _retry_after(headers: Mapping[str, str]) -> float:
    stated = headers.get("retry-after", "")
    return float(stated) if stated.isascii() and stated.isdecimal() else 0.0


def _counts(content: bytes, page: int) -> tuple[int, int]:
    """Return how many notifications a page has, and how many the search has, 0 where that is not said.

    Raises:
        UnavailableError: it is no page.
    """
    try:
        read: Any = json.loads(content)
        lists = (
            read if isinstance(read, list) else next(read[name] for name in ("items", "notifications") if name in read)
        )
        total = 0 if isinstance(read, list) else int(read.get("totalCount") or 0)
        return len(lists), total
    except (ValueError, TypeError, StopIteration, RecursionError) as error:
        message = "page {page} is no page of notifications"
        raise UnavailableError(message, page=page) from error


def _write(path: Path, content: bytes) -> None:
    """Write a file that appears when it is whole."""
    fresh = path.with_name(path.name + ".part")
    fresh.write_bytes(content)
    fresh.replace(path)


def joined(pages: list[Path], to: Path) -> Path:
    """Write the pages as one list to the file *to* and return it.

    Raises:
        InvalidArgumentError: there are none.
    """
    if not pages:
        message = "the search found no notification"
        raise InvalidArgumentError(message)
    with to.open("wb") as file:
        for position, page in enumerate(pages):
            file.write(b"[" if position == 0 else b",\n")
            file.write(page.read_bytes())
        file.write(b"]")
    return to
