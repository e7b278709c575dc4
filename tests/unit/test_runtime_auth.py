"""A token proves who calls, or it proves nothing: each way it can be wrong is refused."""

import base64
import hmac
import json
import stat
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

from services.runtime.auth import (
    CLOCK_LEEWAY_SECONDS,
    INTERNAL_ISSUER,
    LOCAL_ISSUER,
    MAX_TOKEN_CHARACTERS,
    TokenIssuer,
    TokenVerifier,
    operator_issuer,
    secret_key,
)
from services.runtime.issuer_keys import keys_in_file
from standards_tree.errors import PreconditionError, UnauthenticatedError

AUDIENCE = "tbt-standards"
OPERATOR = "https://id.example"
LOCAL_KEY = OctKey.import_key("a secret of this test, longer than 32 characters")
OPERATOR_KEY = RSAKey.generate_key(2048, parameters={"kid": "2024-11"})
LOCAL = TokenIssuer(LOCAL_ISSUER, LOCAL_KEY, AUDIENCE)


@pytest.fixture(scope="module")
def verifier(tmp_path_factory) -> TokenVerifier:
    """Return a verifier that trusts an operator's issuer and our own."""
    path = tmp_path_factory.mktemp("keys") / "jwks.json"
    path.write_text(json.dumps(KeySet([OPERATOR_KEY]).as_dict(private=False)), encoding="utf-8")
    return TokenVerifier(
        [LOCAL.trusted(), operator_issuer(OPERATOR, keys_in_file(path), 60)],
        AUDIENCE,
    )


def claims(**changes: object) -> dict[str, object]:
    """Return the claims of a good token, with changes; a change to None takes the claim out."""
    good = {"iss": LOCAL_ISSUER, "aud": AUDIENCE, "sub": "li", "roles": ["reader"], "exp": int(time.time()) + 60}
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def signed(
    key: object = LOCAL_KEY, algorithm: str = "HS256", header: dict[str, object] | None = None, **changes
) -> str:
    """Return a token with *changes*, signed."""
    return jwt.encode({"alg": algorithm, **(header or {})}, claims(**changes), key, algorithms=[algorithm])


def spelled(header: object, payload: object, signature: bytes = b"") -> str:
    """Return a token as an attacker writes it, by hand."""
    parts = [json.dumps(header).encode(), json.dumps(payload).encode(), signature]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def refused(verifier: TokenVerifier, token: str) -> str:
    """Return with which words a token is refused."""
    with pytest.raises(UnauthenticatedError) as caught:
        verifier.verify(token)
    return str(caught.value)


def test_a_good_token_proves_its_subject_and_roles(verifier):
    """Who signs in is known by name, with what they may do and for which committee they speak."""
    principal = verifier.verify(LOCAL.issue("li", ["analyst"], 60, committee="SAC/TC 286"))
    assert (principal.subject, principal.roles, principal.committee) == ("li", frozenset({"analyst"}), "SAC/TC 286")


def test_a_good_token_of_the_operator_is_accepted(verifier):
    """A production system brings its own issuer, and its public key is enough."""
    token = signed(OPERATOR_KEY, "RS256", {"kid": "2024-11"}, iss=OPERATOR, roles=["reviewer"])
    assert verifier.verify(token).roles == {"reviewer"}


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"exp": int(time.time()) - CLOCK_LEEWAY_SECONDS - 60}, id="expired"),
        {"exp": None},
        {"exp": "tomorrow"},
        {"exp": []},
        pytest.param({"nbf": int(time.time()) + 3600}, id="not yet valid"),
        {"aud": "another system"},
        {"aud": ["another system"]},
        {"aud": None},
        {"aud": ""},
        {"aud": {"tbt-standards": True}},
        {"iss": None},
        {"iss": ""},
        {"iss": [LOCAL_ISSUER]},
        {"iss": "https://id.example.evil"},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": ["li", "wang"]},
        {"roles": "administrator"},
        {"roles": {"administrator": True}},
        {"roles": [["administrator"]]},
        {"roles": [None]},
    ],
    ids=str,
)
def test_a_signed_token_with_a_wrong_claim_is_refused(verifier, changes):
    """A signature alone is not enough: for us, by whom it says, now, and readable without guessing."""
    assert refused(verifier, signed(**changes))


def test_a_token_that_expired_a_moment_ago_is_still_accepted(verifier):
    """Clocks differ by some seconds; people should not notice."""
    assert verifier.verify(signed(exp=int(time.time()) - CLOCK_LEEWAY_SECONDS // 2)).subject == "li"


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE", "", None, 0, ["HS256"]])
def test_a_token_without_a_signature_is_refused(verifier, algorithm):
    """`alg: none` (RFC 8725, 3.1) is never accepted, however it is spelled."""
    assert refused(verifier, spelled({"alg": algorithm}, claims(roles=["administrator"])))


def test_a_token_whose_header_names_no_algorithm_is_refused(verifier):
    """An algorithm is never assumed."""
    assert refused(verifier, spelled({}, claims(), b"x" * 32))


def test_a_token_signed_with_the_public_key_as_a_secret_is_refused(verifier):
    """Who knows the operator's public key, as everybody may, cannot sign with it (RFC 8725, 2.1)."""
    unsigned, _, _ = spelled({"alg": "HS256", "kid": "2024-11"}, claims(iss=OPERATOR)).rpartition(".")
    public = OPERATOR_KEY.as_pem(private=False)
    signature = base64.urlsafe_b64encode(hmac.digest(public, unsigned.encode(), "sha256")).rstrip(b"=").decode()
    assert refused(verifier, f"{unsigned}.{signature}")


def test_a_token_that_brings_its_own_key_is_refused(verifier):
    """A key in the header of a token proves nothing (RFC 8725, 3.5)."""
    own = RSAKey.generate_key(2048, parameters={"kid": "2024-11"})
    header = {"kid": "2024-11", "jwk": own.as_dict(private=False)}
    assert refused(verifier, signed(own, "RS256", header, iss=OPERATOR))


@pytest.mark.parametrize(("algorithm", "key"), [("PS256", OPERATOR_KEY), ("RS512", OPERATOR_KEY), ("HS512", LOCAL_KEY)])
def test_a_token_signed_in_a_way_nobody_agreed_on_is_refused(verifier, algorithm, key):
    """The algorithms of an issuer are a list of ours, not the token's choice."""
    issuer = LOCAL_ISSUER if key is LOCAL_KEY else OPERATOR
    assert refused(verifier, signed(key, algorithm, iss=issuer))


def test_a_token_of_one_issuer_signed_by_another_is_refused(verifier):
    """Each issuer is held to its own key: the local administrator is not the operator."""
    assert refused(verifier, signed(LOCAL_KEY, iss=OPERATOR))
    assert refused(verifier, signed(LOCAL_KEY, iss=INTERNAL_ISSUER, roles=["service"]))
    assert refused(verifier, signed(OPERATOR_KEY, "RS256", iss=LOCAL_ISSUER))


def test_a_token_whose_payload_was_changed_is_refused(verifier):
    """The signature covers every claim."""
    header, _payload, signature = signed().split(".")
    _header, other, _signature = signed(roles=["administrator"]).split(".")
    assert refused(verifier, f"{header}.{other}.{signature}")


@pytest.mark.parametrize("key", [LOCAL_KEY, OPERATOR_KEY], ids=["local", "operator"])
def test_only_our_own_services_speak_as_a_service(verifier, key):
    """No other issuer can grant the role of our services, whoever they sign for."""
    issuer, algorithm = (LOCAL_ISSUER, "HS256") if key is LOCAL_KEY else (OPERATOR, "RS256")
    token = signed(key, algorithm, iss=issuer, sub="service:gap", roles=["service", "reader"])
    assert verifier.verify(token).roles == {"reader"}


def test_a_token_without_roles_may_sign_in_and_do_nothing(verifier):
    """Unset never means open."""
    assert verifier.verify(signed(roles=None)).roles == frozenset()


def test_a_token_that_is_too_long_is_refused_unread(verifier):
    """Nobody makes the server decode megabytes."""
    assert str(MAX_TOKEN_CHARACTERS) in refused(verifier, signed() + "A" * MAX_TOKEN_CHARACTERS)


@pytest.mark.parametrize("place", [0, 1])
def test_a_token_nested_too_deep_is_refused(verifier, place):
    """A thousand brackets are a bad token, not a fault of ours."""
    parts = signed().split(".")
    nested = b"[" * 2900 + b"]" * 2900 if place else b'{"alg":' + b"[" * 2900 + b"]" * 2900 + b"}"
    parts[place] = base64.urlsafe_b64encode(nested).rstrip(b"=").decode()
    assert refused(verifier, ".".join(parts))


@pytest.mark.parametrize(
    "token", ["", ".", "..", "a.b.c", "Bearer x", "a.e30.c", "a.W10.c", "a.bnVsbA.c", "é.é.é", "\0.\0.\0"]
)
def test_what_is_no_token_is_refused(verifier, token):
    """Anything may stand after `Bearer`."""
    assert refused(verifier, token)


@given(st.text(max_size=200) | st.text("abcdefgABCDEFG0123456789-_=.", max_size=300))
def test_any_text_is_refused_as_a_token(text):
    """No text makes the verifier fail in a way of its own."""
    assert refused(TokenVerifier([LOCAL.trusted()], AUDIENCE), text)


@pytest.mark.parametrize("position", [0.1, 0.5, 0.9])
def test_a_refusal_never_repeats_the_token(verifier, position):
    """A token in a log or a reply is a token given away."""
    token = signed(aud="another system")
    start = int(len(token) * position)
    assert token[start : start + 12] not in refused(verifier, token)


def test_two_issuers_may_not_have_one_name():
    """The operator's issuer must not take the place of the one our services prove themselves with."""
    with pytest.raises(PreconditionError, match="TBT_TOKEN_ISSUER"):
        TokenVerifier([LOCAL.trusted(), TokenIssuer(LOCAL_ISSUER, LOCAL_KEY, AUDIENCE).trusted()], AUDIENCE)


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", "null", '{"keys": 7}', '{"keys": []}', "-----BEGIN PUBLIC KEY-----"]
)
def test_a_file_that_is_no_key_set_is_refused(tmp_path, content):
    """A wrong file stops the start with the name of its setting, rather than every later call."""
    (tmp_path / "jwks.json").write_text(content, encoding="utf-8")
    with pytest.raises(PreconditionError, match="TBT_TOKEN_JWKS_FILE"):
        operator_issuer(OPERATOR, keys_in_file(tmp_path / "jwks.json"), 60)


def test_a_key_set_with_a_shared_secret_is_refused(tmp_path):
    """Public keys verify; a secret in that file could also sign, and is a mistake."""
    (tmp_path / "jwks.json").write_text(json.dumps(KeySet([LOCAL_KEY]).as_dict(private=True)), encoding="utf-8")
    with pytest.raises(PreconditionError, match="TBT_TOKEN_JWKS_FILE"):
        operator_issuer(OPERATOR, keys_in_file(tmp_path / "jwks.json"), 60)


def test_keys_on_elliptic_curves_are_accepted(tmp_path):
    """ES256 is what many issuers sign with today."""
    key = ECKey.generate_key("P-256", parameters={"kid": "ec"})
    (tmp_path / "jwks.json").write_text(json.dumps(KeySet([key]).as_dict(private=False)), encoding="utf-8")
    verifier = TokenVerifier([operator_issuer(OPERATOR, keys_in_file(tmp_path / "jwks.json"), 60)], AUDIENCE)
    assert verifier.verify(signed(key, "ES256", {"kid": "ec"}, iss=OPERATOR)).subject == "li"


def test_a_secret_is_made_once_and_is_the_owners_alone(tmp_path):
    """A restart keeps the sessions of yesterday, and no other account of the machine can read the secret."""
    path = tmp_path / "keys" / "local-issuer.key"
    first, second = secret_key(path), secret_key(path)
    assert (first.raw_value == second.raw_value, stat.S_IMODE(path.stat().st_mode)) == (True, 0o600)


def test_a_short_secret_is_refused(tmp_path):
    """A secret that can be guessed is none."""
    (tmp_path / "short.key").write_text("hunter2", encoding="utf-8")
    with pytest.raises(PreconditionError, match="32 characters"):
        secret_key(tmp_path / "short.key")
