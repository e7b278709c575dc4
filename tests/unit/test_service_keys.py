"""Our services know each other by a key each: what one signs, no other can, and keys are exchanged one by one."""

import json
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, OKPKey
from typer.testing import CliRunner, Result

from services.cli.__main__ import app
from services.runtime.auth import BEHALF, CALLEE, INTERNAL_ISSUER, TokenVerifier
from services.runtime.calls import Principal
from services.runtime.service_calls import SERVICE_CALLS, WORKER
from services.runtime.service_keys import PUBLIC_FILE, ServiceKeys, forget_old_keys, make_keys, renew_key
from standards_tree.errors import PreconditionError, UnauthenticatedError

AUDIENCE = "tbt-standards"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the keys of an installation."""
    make_keys(tmp_path / "keys")
    return tmp_path / "keys"


def verifier(folder: Path) -> TokenVerifier:
    """Return what knows services by the keys that are in *folder* now."""
    return TokenVerifier([ServiceKeys(folder).trusted(60)], AUDIENCE)


def token(folder: Path, caller: str = "gap", **behind: object) -> str:
    """Return a token of a service, signed with the key that is in *folder* now."""
    return ServiceKeys(folder).signer(caller, AUDIENCE).token("catalog", 60, **behind)


def forged(folder: Path, signed_by: str, key_of: str, **changes: object) -> str:
    """Return a token that one service signs and that says to be signed by the key of another."""
    now = int(time.time())
    claims = {"iss": INTERNAL_ISSUER, "aud": AUDIENCE, "sub": f"service:{key_of}", "exp": now + 60, CALLEE: "catalog"}
    names = [one["kid"] for one in json.loads((folder / PUBLIC_FILE).read_bytes())["keys"]]
    name = next(name for name in names if name.startswith(f"{key_of}/"))
    key = OKPKey.import_key((folder / f"{signed_by}.pem").read_bytes())
    return jwt.encode({"alg": "Ed25519", "kid": name}, {**claims, **changes}, key, algorithms=["Ed25519"])


def test_a_service_is_known_by_its_key_and_for_whom_it_asks(folder):
    """It proves which one it is, where it may go with that, and says whom it works for."""
    li = Principal("li", frozenset({"reader"}), "SAC/TC 286")
    proven = verifier(folder).verify(token(folder, behind=li))
    assert proven == Principal(
        "service:gap", frozenset({"service"}), services=frozenset({"catalog"}), caller="gap", on_behalf_of=li
    )


@pytest.mark.parametrize("other", sorted(SERVICE_CALLS.keys() - {"gap"}))
def test_no_service_can_pose_as_another(folder, other):
    """Whose key was stolen is the only one that has to be replaced."""
    known = verifier(folder)
    assert known.verify(forged(folder, other, other)).caller == other
    for wrong in (
        forged(folder, other, "gap"),
        forged(folder, other, other, sub="service:gap"),
        forged(folder, other, other, sub="administrator"),
    ):
        with pytest.raises(UnauthenticatedError):
            known.verify(wrong)


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "another"},
        {"exp": 1},
        {CALLEE: None},
        {CALLEE: ["catalog", "gap"]},
        {BEHALF: "li"},
        {BEHALF: {"sub": "li"}},
    ],
    ids=str,
)
def test_a_token_with_a_wrong_claim_is_refused(folder, changes):
    """Signed is not enough."""
    with pytest.raises(UnauthenticatedError):
        verifier(folder).verify(forged(folder, "gap", "gap", **changes))


def test_a_service_is_nothing_but_a_service(folder):
    """Roles it claims beside are none."""
    proven = verifier(folder).verify(forged(folder, "gap", "gap", roles=["administrator"], committee="SAC/TC 286"))
    assert (proven.roles, proven.committee) == (frozenset({"service"}), "")


def test_a_key_is_exchanged_without_a_moment_in_which_nobody_is_known(folder):
    """The new one counts beside the old one, the one before those no longer; then the old one is forgotten."""
    first = token(folder)
    renew_key(folder, "gap")
    second = token(folder)
    assert {verifier(folder).verify(each).caller for each in (first, second)} == {"gap"}
    renew_key(folder, "gap")
    third = token(folder)
    assert {verifier(folder).verify(each).caller for each in (second, third)} == {"gap"}
    with pytest.raises(UnauthenticatedError):
        verifier(folder).verify(first)
    forget_old_keys(folder)
    assert verifier(folder).verify(third).caller == "gap"
    with pytest.raises(UnauthenticatedError):
        verifier(folder).verify(second)


def test_a_process_that_runs_learns_of_a_new_key(folder, monkeypatch):
    """A token that names a key it does not know has the keys read again."""
    monkeypatch.setattr("services.runtime.refreshed.SHORTEST_PAUSE_SECONDS", 0.0)
    running = verifier(folder)
    renew_key(folder, "gap")
    assert running.verify(token(folder)).caller == "gap"


def test_keys_are_made_once_and_are_their_owners_alone(folder):
    """By whichever process comes first."""
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    make_keys(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert before.keys() == {PUBLIC_FILE, *(f"{name}.pem" for name in SERVICE_CALLS)}
    assert {stat.S_IMODE((folder / f"{name}.pem").stat().st_mode) for name in SERVICE_CALLS} == {0o600}
    assert b"PRIVATE" not in before[PUBLIC_FILE]
    assert b'"d"' not in before[PUBLIC_FILE]


def test_processes_that_start_at_once_make_the_same_keys(tmp_path):
    """None overwrites what another signs with already."""
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _each: make_keys(tmp_path), range(8)))
    assert verifier(tmp_path).verify(token(tmp_path)).caller == "gap"


def test_the_command_line_makes_renews_and_forgets_them(tmp_path):
    """As an operator does; a service that does not exist is named."""

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["keys", *arguments])

    assert run("make", str(tmp_path)).exit_code == 0
    before = token(tmp_path)
    assert run("renew", str(tmp_path), "gap").exit_code == 0
    assert verifier(tmp_path).verify(before).caller == "gap"
    assert run("forget", str(tmp_path)).exit_code == 0
    with pytest.raises(UnauthenticatedError):
        verifier(tmp_path).verify(before)
    wrong = run("renew", str(tmp_path), "root")
    assert (wrong.exit_code != 0, "root" in wrong.output) == (True, True)


def test_page_tokens_of_a_service_are_signed_by_it_alone(folder):
    """Each has a secret of its own, the same after a restart."""
    secrets = {ServiceKeys(folder).page_secret(name) for _again in range(2) for name in SERVICE_CALLS}
    assert len(secrets) == len(SERVICE_CALLS)


def spoiled(folder: Path, **changes: object) -> None:
    """Change the first public key."""
    keys = json.loads((folder / PUBLIC_FILE).read_bytes())["keys"]
    keys[0] = {**keys[0], **changes}
    (folder / PUBLIC_FILE).write_text(json.dumps({"keys": keys}))


REFUSED = {
    "a private key lacks": lambda folder: (folder / "gap.pem").unlink(),
    "a private key is none": lambda folder: (folder / "gap.pem").write_text("x"),
    "a private key is of another kind": lambda folder: (folder / "gap.pem").write_bytes(
        ECKey.generate_key("P-256").as_pem(private=True)
    ),
    "the public keys lack": lambda folder: (folder / PUBLIC_FILE).unlink(),
    "a public key is a secret": lambda folder: spoiled(folder, **OctKey.generate_key(256).as_dict()),
    "a public key is private": lambda folder: spoiled(
        folder, **OKPKey.import_key((folder / "gap.pem").read_bytes()).as_dict(private=True)
    ),
    "a public key is of another kind": lambda folder: spoiled(
        folder, **ECKey.generate_key("P-256").as_dict(private=False)
    ),
    "a public key is nobody's": lambda folder: spoiled(folder, kid="root/1"),
    "a caller is not known": lambda folder: (folder / PUBLIC_FILE).write_text(
        json.dumps(
            {
                "keys": [
                    each for each in json.loads((folder / PUBLIC_FILE).read_bytes())["keys"] if "gap" not in each["kid"]
                ]
            }
        )
    ),
    "the private key is another one": lambda folder: (folder / "gap.pem").write_bytes(
        OKPKey.generate_key("Ed25519").as_pem(private=True)
    ),
}


@pytest.mark.parametrize("spoil", REFUSED.values(), ids=REFUSED)
def test_a_start_without_what_it_needs_is_refused(folder, spoil):
    """Before anybody calls, and with the name of the file."""
    ServiceKeys(folder).require([*SERVICE_CALLS])
    spoil(folder)
    with pytest.raises(PreconditionError, match=r"gap\.pem|service-keys\.json"):
        ServiceKeys(folder).require([*SERVICE_CALLS])


def test_a_process_needs_the_keys_of_its_own_services_alone(folder):
    """What it has not, nobody can take from it."""
    for name in SERVICE_CALLS.keys() - {"documents"}:
        (folder / f"{name}.pem").unlink()
    ServiceKeys(folder).require(["documents"])
    with pytest.raises(PreconditionError, match=WORKER):
        ServiceKeys(folder).require([WORKER])
