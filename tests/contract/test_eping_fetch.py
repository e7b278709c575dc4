"""The fetcher of ePing against a real HTTP server that answers as recorded: pages, haste, failures."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from services.cli.eping_fetch import KEY_HEADER, PAGE_SIZE, Fetch, Query, joined
from standards_tree.errors import InvalidArgumentError, PreconditionError, UnavailableError
from standards_tree.measures.notification_files import stream_notifications

TOTAL = 2 * PAGE_SIZE + 30


@dataclass
class Recorded:
    """What the server answers before it answers rightly, and what it was asked."""

    failures: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    total: int = TOTAL
    address: str = ""

    @property
    def pages(self) -> list[int]:
        """Return which pages were asked for, in order."""
        return [int(fields["page"]) for fields in self.asked]


def page_of(number: int, total: int) -> bytes:
    """Return a page as the public search gives it, with invented notifications."""
    first, last = (number - 1) * PAGE_SIZE, min(number * PAGE_SIZE, total)
    day = "2026-01-05T00:00:00"
    items = [
        {"id": at, "documentSymbol": f"G/TBT/N/XXX/{at + 1} ", "titlePlain": "示例", "distributionDate": day}
        for at in range(first, last)
    ]
    envelope = {"items": items, "totalCount": total, "endRow": last, "isCountExceeded": False, "areas": []}
    return json.dumps(envelope).encode()


@pytest.fixture
def recorded() -> Iterator[Recorded]:
    """Run a server on a free port of this machine."""
    answers = Recorded()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            fields = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            answers.asked.append(fields)
            answers.keys.append(self.headers.get(KEY_HEADER, ""))
            good = (200, {}, page_of(int(fields["page"]), answers.total))
            status, headers, body = answers.failures.pop(0) if answers.failures else good
            self.send_response(status)
            for name, value in {**headers, "content-length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    answers.address = f"http://127.0.0.1:{server.server_port}/api/v1/azureSearch/getAll"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield answers
    server.shutdown()
    server.server_close()
    thread.join()


def fetch(recorded: Recorded, folder: Path, waited: list[float] | None = None, **fields: object) -> Fetch:
    """Return a fetch whose waiting is written down instead of waited."""
    query = Query(recorded.address, **fields)  # type: ignore[arg-type]  # fields of the query
    return Fetch(query, folder, pause_seconds=1.0, wait=(waited if waited is not None else []).append)


def test_all_pages_are_fetched_one_after_the_other_with_a_pause(recorded: Recorded, tmp_path: Path) -> None:
    """Sorted by date, since the order of the search is relevance else; the pages read as one file."""
    waited: list[float] = []
    pages = fetch(recorded, tmp_path, waited, area="TBT", distributed_from="2026-01-01").run()
    assert (recorded.pages, waited) == ([1, 2, 3], [1.0, 1.0])
    wanted = {
        "language": "1", "page": "1", "pageSize": str(PAGE_SIZE), "domainIds": "1", "sortBy": "distributionDate",
        "sortDirection": "desc", "distributionDateFrom": "2026-01-01",
    }  # fmt: skip
    assert recorded.asked[0] == wanted
    content = joined(pages, tmp_path / "all.json").read_bytes()
    assert len([reading for reading in stream_notifications(content) if reading.measure]) == TOTAL


def test_a_fetch_that_was_cut_off_goes_on_where_it_stopped(recorded: Recorded, tmp_path: Path) -> None:
    """Nothing that is stored is asked for again; a finished one asks for nothing."""
    recorded.failures = [(200, {}, page_of(1, TOTAL)), *[(403, {}, b"")]]
    with pytest.raises(PreconditionError, match="page 2: HTTP 403"):
        fetch(recorded, tmp_path).run()
    pages = fetch(recorded, tmp_path).run()
    assert (recorded.pages, len(pages)) == ([1, 2, 2, 3], 3)
    assert fetch(recorded, tmp_path).run() == pages
    assert recorded.pages == [1, 2, 2, 3]


def test_a_busy_server_is_left_alone_for_longer_each_time(recorded: Recorded, tmp_path: Path) -> None:
    """As long as it says, or twice as long as before."""
    recorded.total = 1
    recorded.failures = [(429, {"retry-after": "17"}, b""), (503, {}, b""), (500, {}, b"")]
    waited: list[float] = []
    assert len(fetch(recorded, tmp_path, waited).run()) == 1
    assert waited == [17.0, 34.0, 68.0]


def test_a_server_that_stays_away_is_given_up_and_what_came_before_is_kept(recorded: Recorded, tmp_path: Path) -> None:
    """The message names the page and the cause."""
    recorded.failures = [(200, {}, page_of(1, TOTAL)), *[(503, {}, b"")] * 6]
    with pytest.raises(UnavailableError, match="page 2: HTTP 503"):
        fetch(recorded, tmp_path).run()
    assert [path.name for path in tmp_path.glob("page-*")] == ["page-00001.json"]


@pytest.mark.parametrize("body", [b"<html>maintenance</html>", b"{}", b"[1", b'{"items": 7}', b"null"])
def test_what_is_no_page_is_no_page(recorded: Recorded, tmp_path: Path, body: bytes) -> None:
    """An error page with status 200 is not stored as notifications."""
    recorded.failures = [(200, {}, body)]
    with pytest.raises(UnavailableError, match="page 1 is no page"):
        fetch(recorded, tmp_path).run()
    assert list(tmp_path.glob("page-*")) == []


def test_a_folder_with_another_search_is_refused(recorded: Recorded, tmp_path: Path) -> None:
    """Pages of two searches in one folder would be a wrong answer."""
    fetch(recorded, tmp_path, area="TBT").run()
    with pytest.raises(PreconditionError, match="another search"):
        fetch(recorded, tmp_path, area="SPS").run()


def test_a_search_that_finds_nothing_has_no_pages(recorded: Recorded, tmp_path: Path) -> None:
    """And says so when it is to be imported."""
    recorded.total = 0
    pages = fetch(recorded, tmp_path).run()
    assert pages == []
    with pytest.raises(InvalidArgumentError, match="no notification"):
        joined(pages, tmp_path / "all.json")


def test_the_key_goes_in_its_header_and_is_not_written_down(recorded: Recorded, tmp_path: Path) -> None:
    """Neither in the folder nor in what the object says of itself."""
    recorded.total = 1
    asking = Fetch(Query(recorded.address), tmp_path, "secret-key", wait=[].append)
    asking.run()
    assert recorded.keys == ["secret-key"]
    assert "secret-key" not in repr(asking)
    assert all("secret-key" not in path.read_text(encoding="utf-8") for path in tmp_path.iterdir())


def test_a_redirect_is_not_followed(recorded: Recorded, tmp_path: Path) -> None:
    """The key would go with it."""
    recorded.failures = [(302, {"location": recorded.address}, b"")]
    with pytest.raises(UnavailableError, match="HTTP 302"):
        fetch(recorded, tmp_path).run()
