"""Keys that an issuer rotates are noticed; an issuer that is away for a while locks nobody out, and for a day everybody."""

import http.server
import json
import threading
import time
from collections.abc import Iterator

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

from services.runtime.auth import TokenVerifier, operator_issuer
from services.runtime.issuer_keys import MAX_KEY_SET_BYTES, keys_at, keys_in_file
from services.runtime.refreshed import LONGEST_STALE_SECONDS, SHORTEST_PAUSE_SECONDS, Refreshed
from standards_tree.errors import PreconditionError, UnauthenticatedError, UnavailableError

OPERATOR = "https://id.example"
AUDIENCE = "tbt-standards"
OLD = RSAKey.generate_key(2048, parameters={"kid": "old"})
NEW = RSAKey.generate_key(2048, parameters={"kid": "new"})


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """Return what it shows."""
        return self.now


class Source:
    """What is read; it can be away."""

    def __init__(self) -> None:
        self.readings = 0
        self.content: str | None = "first"

    def __call__(self) -> str:
        """Return what is there."""
        self.readings += 1
        if self.content is None:
            message = "nobody answers"
            raise PreconditionError(message)
        return self.content


@pytest.fixture
def clock() -> Clock:
    """Return a clock of the test's own."""
    return Clock()


@pytest.fixture
def source() -> Source:
    """Return a source that is there."""
    return Source()


def test_what_is_fresh_is_not_read_again(clock, source):
    """A call costs no reading."""
    kept = Refreshed("示例", source, 60, clock)
    clock.now += 59
    assert (kept.value(), source.readings) == ("first", 1)


def test_what_has_grown_old_is_read_again(clock, source):
    """A change is noticed without a restart."""
    kept = Refreshed("示例", source, 60, clock)
    source.content = "second"
    clock.now += 60
    assert kept.value() == "second"


def test_a_source_that_is_away_leaves_what_was_read(clock, source):
    """An issuer that restarts locks nobody out, and is not asked by every call."""
    kept = Refreshed("示例", source, 60, clock)
    source.content = None
    clock.now += 60
    assert [kept.value() for _ in range(5)] == ["first"] * 5
    assert source.readings == 2


def test_a_source_that_is_away_for_a_day_counts_no_more(clock, source):
    """A key withdrawn after a theft does not stay good for ever because the issuer cannot be reached."""
    kept = Refreshed("示例", source, 60, clock)
    source.content = None
    clock.now += LONGEST_STALE_SECONDS + 61
    with pytest.raises(UnavailableError, match="24 hours"):
        kept.value()


def test_renewing_is_done_at_most_once_in_a_while(clock, source):
    """Whoever sends unknown keys makes no flood of readings."""
    kept = Refreshed("示例", source, 3600, clock)
    for _ in range(100):
        kept.renew()
    clock.now += SHORTEST_PAUSE_SECONDS
    kept.renew()
    assert source.readings == 2


def test_what_cannot_be_read_at_first_stops_the_start(source):
    """A program that trusts no key would refuse everybody."""
    source.content = None
    with pytest.raises(PreconditionError, match="nobody answers"):
        Refreshed("示例", source, 60)


class Answer:
    """What the issuer of this test answers."""

    status = 200
    body = b""
    location = ""


@pytest.fixture
def issuer() -> Iterator[tuple[str, Answer]]:
    """Run an issuer that publishes keys; return its address and what it answers."""
    answer = Answer()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(answer.status)
            if answer.location:
                self.send_header("Location", answer.location)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/keys", answer
    server.shutdown()
    server.server_close()


def published(*keys: RSAKey) -> bytes:
    """Return *keys* as an issuer publishes them."""
    return json.dumps(KeySet(list(keys)).as_dict(private=False)).encode()


def token(key: RSAKey) -> str:
    """Return a token of the operator's issuer, signed with *key*."""
    claims = {"iss": OPERATOR, "aud": AUDIENCE, "sub": "li", "roles": ["reader"], "exp": int(time.time()) + 60}
    return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)


def test_a_rotated_key_is_fetched_when_a_token_names_it(issuer, clock):
    """An issuer rotates its keys whenever it likes, and nobody is locked out; what it withdrew proves nothing."""
    url, answer = issuer
    answer.body = published(OLD)
    verifier = TokenVerifier([operator_issuer(OPERATOR, keys_at(url), 3600, clock)], AUDIENCE)
    clock.now += SHORTEST_PAUSE_SECONDS
    assert verifier.verify(token(OLD)).subject == "li"
    answer.body = published(NEW)
    assert verifier.verify(token(NEW)).subject == "li"
    with pytest.raises(UnauthenticatedError):
        verifier.verify(token(OLD))


@pytest.mark.parametrize(
    ("status", "body", "location"),
    [
        (200, b"<html>", ""),
        (200, b'{"keys": []}', ""),
        (
            200,
            json.dumps(KeySet([OctKey.import_key("a secret longer than 32 characters, yes")]).as_dict()).encode(),
            "",
        ),
        (200, b" " * (MAX_KEY_SET_BYTES + 1), ""),
        (404, b"", ""),
        (500, b"", ""),
        (302, b"", "http://127.0.0.1:9/keys"),
        (302, b"", "file:///etc/passwd"),
    ],
)
def test_an_answer_that_is_no_key_set_is_refused_with_its_address(issuer, status, body, location):
    """Nothing is followed elsewhere, and no shared secret is taken for a public key."""
    url, answer = issuer
    answer.status, answer.body, answer.location = status, body, location
    with pytest.raises(PreconditionError, match=url):
        keys_at(url)()


def test_an_issuer_that_does_not_answer_is_named():
    """The message names the setting to look at."""
    with pytest.raises(PreconditionError, match="TBT_TOKEN_JWKS_URL"):
        keys_at("http://127.0.0.1:9/keys")()


def test_a_file_that_is_not_there_is_named(tmp_path):
    """The message names the setting to look at."""
    with pytest.raises(PreconditionError, match="TBT_TOKEN_JWKS_FILE"):
        keys_in_file(tmp_path / "none.json")()
